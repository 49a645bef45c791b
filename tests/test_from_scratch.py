"""The from-scratch rule: where an item is judged, a library's ready answer is not there, by whatever way it is asked for."""

import inspect
import json
import re

import grading_bench as bench
import pytest
import torch

from autograder.course.model import Limits
from autograder.grading import library_calls
from autograder.grading.items import material
from autograder.grading.public_names import in_public, public_name
from autograder.sandbox import Place, Reply, Sandbox
from autograder.sandbox.inside.bare import named
from tests.conftest import Desk, lost, solution_cells

TAKEN = material("lab1_train_cnn", "softmax").taken
LIMITS = Limits(cell=20, call=8, notebook=60)
SETUP = "import sys, torch\nimport torch.nn.functional as F\nfrom torch import nn\nimport numpy as np\n"
Z = torch.tensor([[0.5, -1.0, 2.0], [1.0, 0.25, -3.0]])
RIGHT = torch.softmax(Z, -1)

# Ways to the library's softmax. Each defines `softmax`; `def` alone where one line does.
WAYS = {
    "by name": "softmax = lambda z, dim=-1: F.softmax(z, dim)",
    "a method": "softmax = lambda z, dim=-1: z.softmax(dim)",
    "a module": "softmax = lambda z, dim=-1: nn.Softmax(dim)(z)",
    "put together": "softmax = lambda z, dim=-1: getattr(torch, 'soft' + 'max')(z, dim)",
    "of the negative": "softmax = lambda z, dim=-1: F.softmin(-z, dim)",
    "the operator": "softmax = lambda z, dim=-1: torch.ops.aten._softmax(z, dim, False)",
    "its kernel": "softmax = lambda z, dim=-1: torch.library.get_kernel('aten::_softmax', 'CPU').call_boxed("
    "torch._C.DispatchKeySet(torch._C.DispatchKey.CPU), z, dim, False)",
    "a logarithm's": "softmax = lambda z, dim=-1: F.log_softmax(z, dim).exp()",
    "a loss's": "softmax = lambda z, dim=-1: torch.stack([torch.stack([(-F.cross_entropy(r[None], torch.tensor([k]))).exp() "
    "for k in range(len(r))]) for r in z])",
    "a backward pass's": "def softmax(z, dim=-1):\n    z = z.detach().requires_grad_()\n"
    "    F.cross_entropy(z, torch.zeros(len(z), dtype=torch.long), reduction='sum').backward()\n"
    "    return z.grad + F.one_hot(torch.zeros(len(z), dtype=torch.long), z.shape[1])",
    "attention": "softmax = lambda z, dim=-1: F.scaled_dot_product_attention(z, torch.eye(z.shape[1]), torch.eye(z.shape[1]), scale=1.0)",
    "sparse": "softmax = lambda z, dim=-1: torch.sparse.softmax(z.to_sparse(), dim).to_dense()",
    "another layout": "softmax = lambda z, dim=-1: torch.softmax(z.to_mkldnn(), dim).to_dense()",
    "nested": "softmax = lambda z, dim=-1: torch.softmax(torch.nested.nested_tensor(list(z)), dim).to_padded_tensor(0.0)",
    "vectorised": "softmax = lambda z, dim=-1: torch.vmap(lambda r: torch.softmax(r, -1))(z)",
    "a script": "softmax = torch.jit.trace(lambda z: torch.softmax(z, -1), torch.ones(2, 3))",
    "compiled": "softmax = torch.compile(lambda z, dim=-1: torch.softmax(z, dim), backend='aot_eager')",
    "a decomposition": "softmax = lambda z, dim=-1: torch._decomp.decompositions._softmax(z, dim, False)",
    "a table of decompositions": "softmax = lambda z, dim=-1: torch._decomp.decomposition_table[torch.ops.aten._softmax.default](z, dim, False)",
    "a reference of PyTorch's": "softmax = lambda z, dim=-1: torch._refs.softmax(z, dim)",
    "SciPy's": "import scipy.special\nsoftmax = lambda z, dim=-1: torch.from_numpy(scipy.special.softmax(z.numpy(), dim))",
    "scikit-learn's": "for name in [n for n in sys.modules if n.startswith('sklearn')]: del sys.modules[name]\n"
    "from sklearn.utils.extmath import softmax as _softmax\nsoftmax = lambda z, dim=-1: torch.from_numpy(_softmax(z.numpy()))",
    "the sandbox's own stand-in": "softmax = lambda z, dim=-1: sys.modules['inside.standins'].LIBRARY['lab1_train_cnn']['softmax'](z, dim)",
    "a thread that was there before": "import threading, queue\nasked, given = queue.Queue(), queue.Queue()\ndef work():\n"
    "    while True: given.put(F.softmax(*asked.get()))\nthreading.Thread(target=work, daemon=True).start()\n"
    "def softmax(z, dim=-1):\n    asked.put((z, dim))\n    return given.get(timeout=2)",
    "modes switched off": "from torch.utils._python_dispatch import _disable_current_modes\ndef softmax(z, dim=-1):\n    sys.setprofile(None)\n"
    "    with _disable_current_modes(), torch._C.DisableTorchFunction():\n        return torch.softmax(z, dim)",
    "a process of its own": "import os, pickle\nask, take = os.pipe(), os.pipe()\nif os.fork() == 0:\n    while True:\n"
    "        z = torch.frombuffer(bytearray(os.read(ask[0], 24)), dtype=torch.float32).reshape(2, 3)\n"
    "        os.write(take[1], F.softmax(z, -1).numpy().tobytes())\n"
    "def softmax(z, dim=-1):\n    os.write(ask[1], z.numpy().tobytes())\n"
    "    import select\n    assert select.select([take[0]], [], [], 2)[0]\n"
    "    return torch.frombuffer(bytearray(os.read(take[0], 24)), dtype=torch.float32).reshape(2, 3)",
    "another Python": "import json, subprocess\ncode = 'import json, sys, torch; print(json.dumps(torch.softmax(torch.tensor(json.loads(sys.argv[1])), -1).tolist()))'\n"
    "def softmax(z, dim=-1):\n    return torch.tensor(json.loads(subprocess.run([sys.executable, '-c', code, json.dumps(z.tolist())], capture_output=True).stdout))",
    "loaded once more": "import importlib\nagain = importlib.reload(F)\nsoftmax = lambda z, dim=-1: again.softmax(z, dim)",
    "what was put in its place, replaced": "import gc\nfor each in gc.get_objects():\n"
    "    if getattr(each, '__qualname__', '') == '_refusal.<locals>.refuse' and callable(each):\n"
    "        each.__code__ = (lambda z, dim=-1, *more: (lambda: name) and NotImplemented).__code__\n"
    "softmax = lambda z, dim=-1: torch.softmax(z, dim)",
    "what overrides it, ended": "import gc\nfor each in gc.get_objects():\n    for held in gc.get_referents(each):\n"
    "        if type(held).__name__ in ('_DispatchModule', 'Library'): held.reset() if hasattr(held, 'reset') else held._destroy()\n"
    "softmax = lambda z, dim=-1: torch.softmax(z, dim)",
    "an override of one's own": "lib = torch.library.Library('aten', 'IMPL', 'CPU')\ntry: lib.impl('_softmax', "
    "lambda z, dim, half: torch._C._nn.softmax(z, dim) if hasattr(torch._C._nn, 'softmax') else torch.special.softmax(z, dim, dtype=torch.float64).float())\n"
    "except RuntimeError: pass\nsoftmax = lambda z, dim=-1: torch.special.softmax(z, dim)",
    "a distribution's": "softmax = lambda z, dim=-1: torch.distributions.Categorical(logits=z).probs",
    "a distribution's, by a transform": "softmax = lambda z, dim=-1: torch.distributions.transform_to(torch.distributions.constraints.simplex)"
    "(F.pad(z, (0, 0))) if False else torch.distributions.SoftmaxTransform()(z)",
    "SciPy's, read once more": "import importlib\nm = importlib.reload(sys.modules['scipy.special._logsumexp'] if 'scipy.special._logsumexp' in "
    "sys.modules else __import__('scipy.special._logsumexp', fromlist=['x']))\nsoftmax = lambda z, dim=-1: torch.from_numpy(m.softmax(z.numpy(), dim))",
    "SciPy's, run from its file": "import runpy, os, numpy\nhome = os.path.dirname(os.path.dirname(numpy.__file__)) + '/scipy/special/'\n"
    "for path in (home + '_logsumexp.py', home + '__pycache__/_logsumexp.cpython-%d%d.pyc' % sys.version_info[:2]):\n"
    "    try: found = runpy.run_path(path, run_name='scipy.special._x')['softmax']; break\n    except Exception: pass\n"
    "softmax = lambda z, dim=-1: torch.from_numpy(found(z.numpy(), dim))",
    "SciPy's, found among all objects": "import gc, scipy.special\ngc.unfreeze()\n"
    "found = [o for o in gc.get_objects() if type(o).__name__ == 'function' and o.__name__ == 'softmax' and 'scipy' in (o.__module__ or '')]\n"
    "softmax = lambda z, dim=-1: torch.from_numpy(found[0](z.numpy(), dim))",
    "a function of libtorch": "import ctypes\nL = ctypes.CDLL(torch.__path__[0] + '/lib/libtorch_cpu.so')\n"
    "P = lambda t: ctypes.byref(ctypes.c_void_p.from_address(id(t) + 16))\ndef softmax(z, dim=-1):\n    o = torch.empty_like(z)\n"
    "    L._ZN2at3cpu12_softmax_outERNS_6TensorERKS1_lb(P(o), P(z), ctypes.c_long(1), False)\n    return o",
    "what overrides it, found in memory": "import ctypes, re\nkind = id(type(torch._C._dispatch_library('FRAGMENT', 'zz', '', '', 0)))\n"
    "with open('/proc/self/maps') as f: areas = [re.match('(\\\\w+)-(\\\\w+) rw-p', line) for line in f]\n"
    "with open('/proc/self/mem', 'rb', 0) as f:\n    for area in filter(None, areas):\n        begin, end = int(area[1], 16), int(area[2], 16)\n"
    "        try: f.seek(begin); words = np.frombuffer(f.read(end - begin), dtype=np.uint64)\n        except (OSError, ValueError, OverflowError): continue\n"
    "        for at in np.flatnonzero(words == kind):\n            try: ctypes.cast(begin + 8 * int(at) - 8, ctypes.py_object).value.reset()\n"
    "            except Exception: pass\nsoftmax = lambda z, dim=-1: torch.softmax(z, dim)",
    "the list of calls emptied": "def softmax(z, dim=-1):\n    try: return F.softmax(z, dim)\n    finally:\n"
    "        if 'inside.bare' in sys.modules: sys.modules['inside.bare'].calls = set()",
}  # fmt: skip
# Of some, the library itself refuses to serve: they are kept, since another release may not.
NO_WAY_ANYHOW = {
    "what overrides it, found in memory",
    "loaded once more",
    "nested",
    "what was put in its place, replaced",
    "an override of one's own",
}


# They change nothing that another way needs, so they are asked one after another in one sandbox.
ALIKE = (
    "by name", "a method", "a module", "put together", "of the negative", "the operator", "its kernel", "a logarithm's", "a loss's",
    "a backward pass's", "attention", "sparse", "another layout", "nested", "vectorised", "a script", "a decomposition",
    "a table of decompositions", "a reference of PyTorch's", "SciPy's", "the sandbox's own stand-in", "modes switched off",
    "a distribution's", "a distribution's, by a transform",
)  # fmt: skip
SOFTMAX = {"item": "softmax", "args": [Z], "kwargs": {}, "seed": 0}


def answers(codes, taken, spec=SOFTMAX):
    """Return what a function gives in a sandbox where this is gone, by each of these definitions: a result, or the error."""
    with Sandbox(Place(LIMITS), taken) as sandbox:
        return [asked(sandbox, code, spec) for code in codes]


def asked(sandbox, code, spec=SOFTMAX):
    forgotten = f"{spec['item']} = None\n"  # the definition before this one
    sandbox.run_cell(SETUP + forgotten + code, 20)
    return sandbox.probe("call", spec, 8)


def is_right(reply):
    result = reply.value.get("result") if reply.status == "ok" else None
    return (
        isinstance(result, torch.Tensor) and result.shape == Z.shape and torch.allclose(result.float(), RIGHT)
    )


@pytest.fixture(scope="module")
def together():
    """The ways that are asked in one sandbox: what the function gives where everything is there, and where it is not."""
    codes = [WAYS[way] for way in ALIKE]
    return dict(zip(ALIKE, zip(answers(codes, None), answers(codes, TAKEN)), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_the_library_s_answer(way, together):
    whole, bare = together.get(way) or (answers([WAYS[way]], taken)[0] for taken in (None, TAKEN))
    assert is_right(whole) or way in NO_WAY_ANYHOW
    assert not is_right(bare)


OWN = {
    "exp": "softmax = lambda z, dim=-1: (z - z.amax(dim, True)).exp() / (z - z.amax(dim, True)).exp().sum(dim, True)",
    "logsumexp": "softmax = lambda z, dim=-1: (z - z.logsumexp(dim, True)).exp()",
    "vmap": "softmax = lambda z, dim=-1: torch.vmap(lambda r: (r - r.logsumexp(0)).exp())(z)",
    "scipy.stats": "import scipy.stats\nsoftmax = lambda z, dim=-1: z.exp() / z.exp().sum(dim, True) + 0 * scipy.stats.norm.pdf(0)",
    "NumPy": "def softmax(z, dim=-1):\n    e = np.exp(z.numpy())\n    return torch.from_numpy(e / e.sum(dim, keepdims=True))",
    "Python": "import math\ndef softmax(z, dim=-1):\n    return torch.tensor([[math.exp(a) / sum(math.exp(b) for b in r) for a in r] for r in z.tolist()])",
    "after a comparison": "reference = F.softmax(torch.ones(1, 2), -1)\nsoftmax = lambda z, dim=-1: z.exp() / z.exp().sum(dim, True)",
}  # fmt: skip


def test_code_of_one_s_own_is_right_without_it():
    replies = answers(OWN.values(), TAKEN)
    assert {name for name, reply in zip(OWN, replies) if is_right(reply)} == set(OWN)


@pytest.mark.parametrize("name", ["01_cnn_layers", "03_softmax_metrics"])
def test_the_notebook_says_what_is_taken_away_as_a_whole(course, lab1, name):
    """Who takes a filter of SciPy's or a distribution for an allowed way has read nothing else."""
    text = (course.source(lab1.name) / f"{name}.nb.py").read_text()
    rule = text[text.index('What "from scratch" means') :].partition("**Allowed**")[0]
    known_as = {"sklearn": "scikit-learn", "torch.distributions": "torch.distributions"}
    for package in TAKEN["packages"]:
        assert known_as.get(package, package.rpartition(".")[2]) in rule


def test_what_is_allowed_is_there():
    """The operations that the contract names, on what a student computes with."""
    code = """
x = torch.randn(2, 3, 6, 7)
def softmax(z, dim=-1):
    columns = F.unfold(F.pad(x, (1, 1, 1, 1)), (3, 2), stride=2)
    F.fold(columns, (8, 9), (3, 2), stride=2)
    torch.einsum("nchw,oc->nohw", x, torch.randn(4, 3)) @ torch.randn(7, 2)
    torch.as_strided(x, (2, 2), (1, 2)).clamp(min=0).maximum(torch.zeros(2, 2))
    torch.where(x > 0, x, 0.0).amax((2, 3)).logsumexp(1)
    F.one_hot(torch.tensor([1, 0])).gather(1, torch.tensor([[0], [1]]))
    torch.bincount(torch.tensor([1, 1, 0])), torch.fft.rfft2(x), np.einsum("ij->j", np.ones((2, 3)))
    assert conv_shape() == (2, 4, 6, 7)
    return z.exp() / z.exp().sum(dim, True)
def conv_shape():  # shapes may be asked for: nothing is computed on `meta`
    return tuple(F.conv2d(x.to("meta"), torch.empty(4, 3, 3, 3, device="meta"), padding=1).shape)
"""
    assert is_right(answers([code], TAKEN)[0])


CONV = {
    "an operator of TorchScript's own": "def conv2d(x, weight):\n"
    "    return torch.ops.prim.mkldnn_convolution(x, weight, None, [1, 1], [0, 0], [1, 1], 1)",
    "one of its graphs": "graph = torch._C.parse_ir('graph(%x : Tensor, %w : Tensor):\\n  %n : NoneType = prim::Constant()\\n"
    "  %i : int = prim::Constant[value=1]()\\n  %z : int = prim::Constant[value=0]()\\n  %s : int[] = prim::ListConstruct(%i, %i)\\n"
    "  %p : int[] = prim::ListConstruct(%z, %z)\\n  %o : Tensor = prim::mkldnn_convolution(%x, %w, %n, %s, %p, %s, %i)\\n  return (%o)')\n"
    "conv2d = torch._C._create_function_from_graph('f', graph)",
    "NumPy's, row by row": "def conv2d(x, weight):\n    n, c, h, w = x.shape\n    o, _, a, b = weight.shape\n"
    "    k = F.pad(weight, (0, w - b)).flatten(2)[..., : w * (a - 1) + b]\n"
    "    rows = [[sum(np.correlate(x[i, j].flatten().numpy(), k[f, j].numpy(), 'valid') for j in range(c)) for f in range(o)] for i in range(n)]\n"
    "    out = F.pad(torch.tensor(np.array(rows)), (0, b - 1)).reshape(n, o, h - a + 1, w)\n    return out[..., : w - b + 1]",
    "SciPy's of another Python": "sys.meta_path[:] = [f for f in sys.meta_path if 'inside' not in type(f).__module__]\n"
    "for name in [n for n in sys.modules if n.startswith('scipy')]: del sys.modules[name]\n"
    "sys.path.insert(0, sys.base_prefix + '/lib/python%d.%d/site-packages' % sys.version_info[:2])\nfrom scipy.signal import correlate\n"
    "def conv2d(x, weight):\n    return torch.tensor(np.array([[sum(correlate(c, k, 'valid') for c, k in zip(i.numpy(), w.numpy())) for w in weight] for i in x]))",
}  # fmt: skip


def test_no_way_leads_to_the_library_s_convolution():
    x, weight = torch.arange(40.0).reshape(1, 2, 4, 5) % 7, torch.arange(36.0).reshape(3, 2, 2, 3) % 5
    spec = {"item": "conv2d", "args": [x, weight], "kwargs": {}, "seed": 0}

    def right(taken):
        found = set()
        *codes, last = CONV.values()
        replies = [
            *answers(codes, taken, spec),
            *answers([last], taken, spec),
        ]  # it changes how modules are found
        for way, reply in zip(CONV, replies, strict=True):
            result = reply.value.get("result") if reply.status == "ok" else None
            if isinstance(result, torch.Tensor) and torch.allclose(result.float(), torch.conv2d(x, weight)):
                found.add(way)
        return found

    assert right(None) >= CONV.keys() - {"SciPy's of another Python"}  # where there is no other
    assert not right(TAKEN)


HONEST = "import torchvision, matplotlib.pyplot as plt, sklearn.metrics\nsoftmax = lambda z, dim=-1: (z - z.logsumexp(dim, True)).exp()"


def test_a_sandbox_that_starts_cold_is_without_it_too(monkeypatch):
    monkeypatch.setenv("AUTOGRADER_COLD", "1")
    with Sandbox(Place(LIMITS), TAKEN) as sandbox:
        assert sandbox._started.process is not None
        assert sandbox.run_cell(SETUP + HONEST, 20).status == "ok"
        assert is_right(sandbox.probe("call", SOFTMAX, 8))
        for way in ("by name", "a distribution's", "scikit-learn's", "another Python"):
            assert not is_right(asked(sandbox, WAYS[way]))
            assert is_right(asked(sandbox, HONEST))  # which goes on as it was


# ------------------------------------------------------------------------------------------ points, and what is said

OTHERS = {
    "conv2d": ("01_cnn_layers", "def conv2d(x, weight, bias=None, stride=1, padding=0):\n    return F.conv2d(x, weight, bias, stride, padding)\n"),
    "max_pool2d": ("01_cnn_layers", "def max_pool2d(x, kernel_size, stride=None):\n    return F.max_pool2d(x, kernel_size, stride)\n"),
    "relu": ("01_cnn_layers", "def relu(x):\n    return nn.ReLU()(x)\n"),
    "log_softmax": ("03_softmax_metrics", "def log_softmax(z, dim=-1):\n    return z.log_softmax(dim)\n"),
    "cross_entropy": ("03_softmax_metrics", "cross_entropy = nn.CrossEntropyLoss()\n"),
    "accuracy": ("03_softmax_metrics", "from sklearn.metrics import accuracy_score\ndef accuracy(logits, labels):\n    return float(accuracy_score(labels, logits.argmax(1)))\n"),
    "confusion_matrix": ("03_softmax_metrics", "def confusion_matrix(preds, labels, num_classes):\n    import sklearn.metrics as m\n    return torch.tensor(m.confusion_matrix(labels, preds, labels=range(num_classes)))\n"),
    "auc": ("03_softmax_metrics", "def auc(x, y):\n    return float(np.trapezoid(y.numpy(), x.numpy()))\n"),
}  # fmt: skip


def test_wrong_answers_whose_fault_is_a_library_call_lose_the_item(desk):
    answers = {
        (item, name): bench.answers("wrong", item)[name]
        for item, name in bench.BY_LIBRARY
        if bench.LAB_OF[item] is bench.LAB
    }
    cards = desk.grade(
        *(
            desk.notebook(bench.NOTEBOOK_OF[item], {item: f"{inspect.getsource(answer)}\n{item} = {name}\n"})
            for (item, name), answer in answers.items()
        )
    )
    for (item, _), card in zip(answers, cards, strict=True):
        assert lost(card) == {item: 0.0}
        assert "a result computed by the library" in json.dumps(card["items"])


@pytest.fixture(params=sorted({bench.LAB_OF[item].name for item, _ in bench.BY_LIBRARY} - {bench.LAB.name}))
def another_desk(request, course, tmp_path):
    pools = {}
    yield Desk(course, course.assignment(request.param), tmp_path, pools)
    for each in pools.values():
        each.close()


def test_answers_of_other_labs_whose_only_fault_is_a_library_call_lose_their_item(
    another_desk, loaded_workers_here
):
    by_notebook = {}
    for item, name in bench.BY_LIBRARY:
        if bench.LAB_OF[item] is another_desk.assignment:
            code = f"{inspect.getsource(bench.answers('wrong', item)[name])}\n{item} = {name}\n"
            by_notebook.setdefault(bench.NOTEBOOK_OF[item], {})[item] = code
    cards = another_desk.grade(
        *(another_desk.notebook(name, answers) for name, answers in by_notebook.items())
    )
    for card, answers in zip(cards, by_notebook.values(), strict=True):
        for item in (each for each in card["items"] if each["id"] in answers):
            assert item["score"] == 0
            assert "a result computed by the library" in json.dumps(item), item


def test_each_item_under_the_rule_is_lost_with_the_library_s_answer_and_says_why(desk):
    cards = desk.grade(*(desk.notebook(notebook, {item: code}) for item, (notebook, code) in OTHERS.items()))
    for item, card in zip(OTHERS, cards, strict=True):
        assert lost(card) == {item: 0.0}
        (found,) = (each for each in card["items"] if each["id"] == item)
        said = " ".join(test["message"] for test in found["tests"])
        assert "a result computed by the library" in said or f"a library's own `{item}`" in said, said


@pytest.mark.parametrize(
    "code",
    [
        "if F.softmax(torch.ones(2), 0).sum() > 0:\n    def softmax(z, dim=-1):\n        return z.exp() / z.exp().sum(dim, True)\n",
        "_LOW = F.relu(torch.tensor(-1.0))\ndef softmax(z, dim=-1):\n    return _LOW + z.exp() / z.exp().sum(dim, True)\n",
    ],
    ids=["around it", "before it"],
)
def test_what_a_statement_with_a_library_call_defines_is_not_there_and_that_is_said(desk, code):
    (card,) = desk.grade(desk.notebook("03_softmax_metrics", {"softmax": code}))
    (item,) = (each for each in card["items"] if each["id"] == "softmax")
    said = [test for test in item["tests"] if test["message"]]
    assert "a statement that asks the library for" in said[0]["message"]
    assert "into a cell of their own" in said[0]["hint"]


def test_a_library_s_answer_for_some_inputs_only_costs_the_item(desk):
    """Honest where it is simple, the library's where it is not: what is right without a library is not the whole."""
    sometimes = (
        "def softmax(z, dim=-1):\n"
        "    return z.exp() / z.exp().sum(dim, True) if z.abs().max() < 30 else F.softmax(z, dim)\n"
    )
    honest = (
        "def softmax(z, dim=-1):\n    try:\n        return F.softmax(z, dim)\n    except RuntimeError:\n"
        "        e = (z - z.amax(dim, True)).exp()\n        return e / e.sum(dim, True)\n"
    )
    cards = desk.grade(
        *(desk.notebook("03_softmax_metrics", {"softmax": code}) for code in (sometimes, honest))
    )
    assert [lost(card) for card in cards] == [{"softmax": 0.0}, {}]


def test_a_slow_answer_and_one_without_a_number_leave_nothing_for_a_person_to_look_at(desk):
    slow = solution_cells(desk.course, desk.assignment, "01_cnn_layers")["conv2d"]
    slow = f"import time\n{slow}\n_quick = conv2d\ndef conv2d(*args, **kwargs):\n    time.sleep(0.5)\n    return _quick(*args, **kwargs)\n"
    none = "def accuracy(logits, labels):\n    return float('nan')\n"
    cards = desk.grade(
        desk.notebook("01_cnn_layers", {"conv2d": slow}),
        desk.notebook("03_softmax_metrics", {"accuracy": none}),
    )
    assert [lost(card) for card in cards] == [{}, {"accuracy": 0.0}]
    assert not [note for card in cards for note in card["notes"]]


def test_no_library_is_blamed_for_what_is_wrong_without_one(desk):
    """A loss with a fault of its own over the library's `log_softmax`; a name that is nowhere, above a comparison; a refusal that is caught."""
    fault = {
        "log_softmax": "def log_softmax(z, dim=-1):\n    return z.log_softmax(dim)\n",
        "cross_entropy": "def cross_entropy(logits, targets):\n    return -log_softmax(logits, 1)[range(len(targets)), targets].sum()\n",
    }
    typo = {
        "softmax": "def softmax(z, dim=-1):\n    return z.exp() / summ(z.exp(), dim)\n",
        "auc": "if F.relu(torch.ones(1)) > 0:\n    other = 1\n"
        + solution_cells(desk.course, desk.assignment, "03_softmax_metrics")["auc"],
    }
    caught = {
        "softmax": "def softmax(z, dim=-1):\n    try:\n        return F.softmax(z, dim)\n    except RuntimeError:\n        return z\n"
    }
    loss, name, asks = desk.grade(
        *(desk.notebook("03_softmax_metrics", each) for each in (fault, typo, caught))
    )
    assert lost(loss) == {"log_softmax": 0.0, "cross_entropy": 0.0}
    (of_loss,) = (each for each in loss["items"] if each["id"] == "cross_entropy")
    said = json.dumps(of_loss)
    assert "You add the losses of the batch up" in said
    assert "computed by the library" not in said
    assert lost(name) == {"softmax": 0.0}
    (of_name,) = (each for each in name["items"] if each["id"] == "softmax")
    assert "name 'summ' is not defined" in json.dumps(of_name)
    assert "asks the library" not in json.dumps(of_name)
    assert lost(asks) == {"softmax": 0.0}
    assert "another result than with the library's `softmax`, which it asks for first" in json.dumps(
        asks["items"]
    )


@pytest.mark.parametrize(
    ("inside", "known"),
    [
        ("numpy.lib._function_base_impl.trapezoid", "np.trapezoid"), ("numpy.ma.core.convolve", "np.ma.convolve"),
        ("numpy._core.multiarray.correlate2", "np.correlate"), ("scipy.integrate._quadrature.trapezoid", "scipy.integrate.trapezoid"),
        ("scipy.special._logsumexp.log_softmax", "scipy.special.log_softmax"), ("torch._C._nn.softmax", "F.softmax"),
        ("sklearn.metrics._ranking.auc", "sklearn.metrics.auc"), ("torch._refs.nn.functional._nll_loss_nd", "F.nll_loss"),
        ("torch._decomp.decompositions._log_softmax_backward_data", "torch.log_softmax"), ("torch.nn.modules.activation.ReLU", "nn.ReLU"),
        ("prim::relu", "relu"), ("relu_", "relu"), ("cross_entropy_loss", "cross_entropy"), ("_scaled_dot_product_flash_attention_for_cpu", "scaled_dot_product_attention"),
        ("max_pool2d_with_indices", "max_pool2d"), ("mkldnn_convolution", "convolution"), ("_slow_conv2d_forward", "conv2d"),
        ("np.trapezoid", "np.trapezoid"), ("a word. _of the student's", "a word. _of the student's"),
    ],
)  # fmt: skip
def test_internal_names_of_libraries_are_said_as_students_know_them(inside, known):
    assert public_name(inside) == known
    if "." in inside and "._" in inside:
        assert in_public(f"It gave a {inside}.") == f"It gave a {known}."


def test_no_name_under_the_rule_is_an_internal_one():
    """Of the operators that are taken away, and of the functions where they live."""
    operators = {name.partition("::")[2].partition(".")[0] for name in torch._C._dispatch_get_all_op_names()}
    names = {name for name in operators if re.search(TAKEN["operators"], name)}
    names |= {f"{home}.{name}" for home, name, _, _ in named(TAKEN["functions"], TAKEN["modules"])}
    odd = re.compile(
        r"(^|\.)_|_impl\b|\bdecomp|_backward|_forward|mkldnn|cudnn|multiarray|_dispatcher|_loss_|flash"
    )
    assert len(names) > 100
    assert any(odd.search(name) for name in names)
    assert not {name for name in names if odd.search(public_name(name))}


@pytest.mark.parametrize("status", ["timeout", "died", "malformed", "too_large"])
def test_an_answer_that_did_not_come_is_blamed_on_no_library(status):
    reply = Reply(status, 2.0 if status == "timeout" else None)
    assert library_calls.explained("softmax", reply, "softmax(z)", ["relu"], lambda: reply) is None


# ------------------------------------------------------------------------------- one's own code, not a stand-in's


def test_items_that_call_each_other_s_stubs_earn_nothing(desk):
    """What stands in for a stub pays nothing to who calls it."""
    stubs = {cell.grade_id: cell.source for each in desk.releases.values() for cell in each.cells}
    calls = {
        "softmax": "def softmax(z, dim=-1):\n    return log_softmax(z, dim).exp()\n",
        "log_softmax": stubs["log_softmax"],
        "cross_entropy": "def cross_entropy(logits, targets):\n    return -log_softmax(logits, 1)[range(len(targets)), targets].mean()\n",
    }
    relu = {
        "relu": "def relu(x):\n    return max_pool2d(torch.stack([x, 0 * x], -1).reshape(1, 1, -1, 2), (1, 2)).reshape(x.shape)\n",
        "max_pool2d": stubs["max_pool2d"],
    }
    wrong = {**calls, "log_softmax": "def log_softmax(z, dim=-1):\n    return z\n"}
    untouched, layers, attempted = desk.grade(
        desk.notebook("03_softmax_metrics", calls),
        desk.notebook("01_cnn_layers", relu),
        desk.notebook("03_softmax_metrics", wrong),
    )
    assert lost(untouched) == {"softmax": 0.0, "log_softmax": 0.0, "cross_entropy": 0.0}
    assert lost(layers) == {"relu": 0.0, "max_pool2d": 0.0}
    assert lost(attempted) == {
        "log_softmax": 0.0
    }  # a bug in one item is not the next one's, and a note says so
    assert (
        sum(
            "with the right `log_softmax` in place of the notebook's own" in note
            for note in attempted["notes"]
        )
        == 2
    )
    (said,) = (each for each in untouched["items"] if each["id"] == "cross_entropy")
    assert any(
        "`cross_entropy` calls `log_softmax`: write that one first" in test["hint"] for test in said["tests"]
    )


@pytest.mark.parametrize(
    "how",
    [
        "-log_softmax(logits, dim=1)[torch.arange(len(targets)), targets].mean()",
        "-torch.log(softmax(logits.double(), -1))[range(len(targets)), targets].mean().to(logits.dtype)",
        "sum(-log_softmax(z, 0)[t] for z, t in zip(logits, targets)) / len(targets)",
        "-log_softmax(logits.t(), 0).t().gather(1, targets[:, None]).mean()",
        "-log_softmax(logits - logits.max(1, keepdim=True).values).gather(1, targets[:, None]).mean()",
    ],
)
def test_a_loss_on_a_wrong_log_softmax_keeps_its_points(desk, how):
    """The wrong one and the library's cost their own item, and no other."""
    loss = {"cross_entropy": f"def cross_entropy(logits, targets):\n    return {how}\n"}
    wrong = {"log_softmax": "def log_softmax(z, dim=-1):\n    return z - z.max()\n"}
    library = {"log_softmax": "def log_softmax(z, dim=-1):\n    return F.log_softmax(z, dim)\n"}
    cards = desk.grade(
        *(desk.notebook("03_softmax_metrics", {**loss, **other}) for other in (wrong, library))
    )
    for card in cards:
        earned = {item: score for item, score in lost(card).items() if item != "log_softmax"}
        assert earned in (
            {},
            {"cross_entropy": 2.5},
        )  # log(softmax) is not stable: half of what the values earn
