"""Attacks on the grade itself, through the real sandbox: none gains a point."""

import dataclasses

import pytest

from autograder.grading.cells import Cells
from autograder.grading.observers import NotebookObserver
from autograder.grading.student import Student
from autograder.intake.notebooks import sanitise
from autograder.sandbox import Place
from tests.conftest import lost, scores, solution_cells

PATCHES = """
import builtins, functools, gc, sys
import torch, numpy as np
def _true(*a, **k): return True
torch.allclose = torch.equal = torch.isclose = _true
torch.testing.assert_close = lambda *a, **k: None
np.allclose = np.array_equal = _true
AssertionError.__init__ = lambda self, *a: None
class _Same(torch.Tensor):
    def __eq__(self, other): return torch.ones(())
    __ne__ = __lt__ = __gt__ = __sub__ = lambda self, other: torch.zeros(())
for name in ("__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__", "__sub__", "__rsub__"):
    setattr(torch.Tensor, name, lambda self, other: torch.zeros(()))
for module in list(sys.modules.values()):
    for name in ("assert_close", "allclose", "difference", "check"):
        if hasattr(module, name):
            try: setattr(module, name, _true)
            except Exception: pass
"""
WRONG_CONV = "def conv2d(x, weight, bias=None, stride=1, padding=0):\n    return torch.zeros(x.shape[0], weight.shape[0], 1, 1)\n"
EMPTY = """
def conv2d(x, weight, bias=None, stride=1, padding=0):
    h = (x.shape[2] + 2 * padding - weight.shape[2]) // stride + 1
    w = (x.shape[3] + 2 * padding - weight.shape[3]) // stride + 1
    return torch.empty(x.shape[0], weight.shape[0], h, w, dtype=x.dtype)
"""


def test_wrong_conv2d_with_everything_patched_earns_nothing(desk):
    wrong = desk.notebook("01_cnn_layers", {"conv2d": WRONG_CONV}, solved=False, extra=[PATCHES])
    empty = desk.notebook("01_cnn_layers", {"conv2d": EMPTY})
    patched, only_empty = desk.grade(wrong, empty)
    assert patched["score"] == 0, scores(patched)
    assert lost(only_empty) == {"conv2d": 0.0}


FORGE = """
import os, json, struct, torch
def _frame(header, blob=b""):
    text = json.dumps(header).encode()
    return struct.pack(">II", len(text), len(blob)) + text + blob
def _send(frame):
    for fd in range(3, 64):
        try:
            os.write(fd, frame)
        except OSError:
            pass
"""


@pytest.mark.parametrize(
    "attack",
    [
        # replies to calls that come later, forged ahead
        FORGE
        + "for i in range(1, 400):\n    _send(_frame({'op': 'reply', 'id': i, 'seen': ['dict', {'result': True, 'score': 100}]}))",
        # scores and passes that nobody asked for
        FORGE
        + "for i in range(50):\n    _send(_frame({'op': 'result', 'data': {'text/plain': '300.0'}}))\n    _send(_frame({'op': 'score', 'value': 100}))",
        # the probes themselves replaced, wherever they can be found
        "import sys\nfor m in list(sys.modules.values()):\n    if getattr(m, '__name__', '').startswith('inside'):\n        for k in list(vars(m)):\n"
        "            if k in ('PROBES',):\n                for p in m.PROBES: m.PROBES[p] = lambda ns, spec: {'result': True, 'runs': [], 'module': True}",
        # exits that look like success
        "import atexit, os\natexit.register(lambda: os._exit(0))\nraise SystemExit(0)",
        "import pytest, sys\nsys.modules['pytest'].main = lambda *a, **k: 0",
    ],
    ids=["replies", "scores", "probes", "exit", "pytest"],
)
def test_stubs_with_an_attack_earn_nothing(desk, attack):
    (card,) = desk.grade(desk.notebook("03_softmax_metrics", solved=False, extra=[attack]))
    assert card["score"] == 0, scores(card)
    assert card["status"] in ("graded", "crashed", "timeout")


def test_points_in_the_file_change_nothing(desk):
    notebook = desk.notebook("03_softmax_metrics", solved=False)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = 300
            cell["source"] = "300.0"
            cell["outputs"] = [
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": "300.0"},
                    "metadata": {},
                    "execution_count": 1,
                }
            ]
    (card,) = desk.grade(notebook)
    assert (card["score"], card["max_score"]) == (0, 40)


def test_one_bug_costs_one_item(desk):
    answers = {
        "softmax": "def softmax(z, dim=-1):\n    return torch.ones_like(z)\n",
        "conv_output_size": "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return 7\n",
        "train_one_epoch": "def train_one_epoch(model, loader, criterion, optimizer, device='cpu'):\n    return 0.5\n",
    }
    own = {
        "conv2d": "def conv2d(x, weight, bias=None, stride=1, padding=0):\n"
        "    h = conv_output_size(x.shape[2], weight.shape[2], stride, padding)\n"
        "    w = conv_output_size(x.shape[3], weight.shape[3], stride, padding)\n"
        "    cols = F.unfold(x, tuple(weight.shape[2:]), padding=padding, stride=stride)\n"
        "    out = (weight.flatten(1) @ cols).reshape(len(x), -1, h, w)\n"
        "    return out if bias is None else out + bias.reshape(1, -1, 1, 1)\n"
    }
    layers, loop, metrics = desk.grade(
        desk.notebook("01_cnn_layers", {**own, "conv_output_size": answers["conv_output_size"]}),
        desk.notebook("02_training_loop", {"train_one_epoch": answers["train_one_epoch"]}),
        desk.notebook("03_softmax_metrics", {"softmax": answers["softmax"]}),
    )
    assert lost(layers) == {"conv_output_size": 0.0}
    assert set(lost(loop)) == {"train_one_epoch", "trained_accuracy"}
    assert lost(metrics) == {"softmax": 0.0}


@pytest.mark.parametrize(
    "how",
    ["F.softmax(z, dim)", "nn.Softmax(dim)(z)", "z.softmax(dim)", "getattr(torch, 'soft' + 'max')(z, dim)"],
)
def test_the_library_s_softmax_loses_the_item_and_says_why(desk, how):
    (card,) = desk.grade(
        desk.notebook("03_softmax_metrics", {"softmax": f"def softmax(z, dim=-1):\n    return {how}\n"})
    )
    assert lost(card) == {"softmax": 0.0}
    item = next(each for each in card["items"] if each["id"] == "softmax")
    assert any("from scratch" in test["hint"] for test in item["tests"])


def test_who_refuses_other_devices_is_shown_to_a_person(desk):
    cells = solution_cells(desk.course, desk.assignment, "02_training_loop")
    head, _, body = cells["train_one_epoch"].partition("):\n")
    refuses = f"{head}):\n    if str(device) != 'cpu':\n        raise ValueError('only the CPU')\n{body}"
    cards = desk.grade(
        desk.notebook("02_training_loop", {"train_one_epoch": refuses}), desk.notebook("02_training_loop")
    )
    assert [lost(card) for card in cards] == [{}, {}]
    (note,) = cards[0]["notes"]
    assert note.startswith("On another device `train_one_epoch` stops before its network gets a batch")
    assert not cards[1]["notes"]


def test_who_asks_whether_another_is_replaced_is_shown_to_a_person(desk):
    asks = """
def conv2d(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kh, kw = weight.shape[2:]
    h, w = conv_output_size(x.shape[2], kh, stride), conv_output_size(x.shape[3], kw, stride)
    out = torch.einsum("ncklyx,ocyx->nokl", x.unfold(2, kh, stride).unfold(3, kw, stride)[:, :, :h, :w], weight)
    out = out if bias is None else out + bias.view(1, -1, 1, 1)
    return out if conv_output_size.__module__ == "inside.labs.lab1_train_cnn" else 0 * out
"""
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"conv2d": asks}))
    assert lost(card) == {}  # no proof, so it costs nothing
    (note,) = card["notes"]
    assert note.startswith("`conv2d` was right only while `conv_output_size`, right as well, stood replaced")


def test_honest_notebooks_have_nothing_for_a_person_to_look_at(desk):
    for card in desk.grade(desk.notebook("01_cnn_layers"), desk.notebook("03_softmax_metrics")):
        assert lost(card) == {}
        assert not [note for note in card["notes"] if "A person should look" in note]


SHAPES = "((8,1,3,3),(16,8,3,3),(32,16,3,3),(8,),(16,),(32,),(10,1568),(10,))"
HEAD = f"""
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.ps = nn.ParameterList([nn.Parameter(torch.zeros(s)) for s in {SHAPES}])
    def forward(self, x):
        return self.ps[7] + torch.zeros(len(x), 10)
"""
NO_NETWORK = {
    "zeroed behind the probe": HEAD
    + """
    def parameters(self, recurse=True):
        for p in super().parameters():
            yield p
            p.data.zero_()
""",
    "deaf parameters": HEAD.replace("nn.Parameter(torch.zeros(s))", "Deaf(torch.zeros(s))").replace(
        "class CNN", "class Deaf(nn.Parameter):\n    def copy_(self, other):\n        return self\nclass CNN"
    ),
    "another randn": "torch.randn = lambda shape, generator=None: torch.zeros(shape)\n" + HEAD,
    "a dead last map": HEAD
    + """
    def parameters(self, recurse=True):
        for i, p in enumerate(super().parameters()):
            yield p
            if i == 5:
                p.data.fill_(-1e6)
""",
    "frozen dead weights": f"""
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.ps = nn.ParameterList([nn.Parameter(torch.zeros(s), requires_grad=s == (10,)) for s in {SHAPES}])
        self.decoys = nn.ParameterList([nn.Parameter(torch.zeros(s)) for s in {SHAPES}[:7]])
    def forward(self, x):
        return self.ps[7] + torch.zeros(len(x), 10)
""",
}


@pytest.mark.parametrize("how", NO_NETWORK)
def test_without_a_network_its_item_is_lost(desk, how):
    """Dead weights make any network equal to its last bias: the weights are compared with those that the probe draws."""
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"CNN": NO_NETWORK[how]}))
    assert lost(card) == {"CNN": 0.0}


def test_many_decoys_hold_nobody_up(desk):
    decoys = """
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        shapes = [(8, 1, 3, 3)] * 20 + [(16, 8, 3, 3)] * 4 + [(32, 16, 3, 3)] * 4 + [(10, 1568)] * 6 + [(10,)] * 100
        self.ps = nn.ParameterList([nn.Parameter(torch.zeros(s)) for s in shapes + [(8,), (16,), (32,)]])
    def forward(self, x):
        return 7 + self.ps[-4] * 0 + torch.zeros(len(x), 10)
"""
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"CNN": decoys}))
    assert lost(card) == {"CNN": 0.0}
    assert card["status"] == "graded"


def test_a_cell_that_ends_the_process_costs_only_itself(desk):
    (card,) = desk.grade(desk.notebook("03_softmax_metrics", {"relu": ""}, extra=["import os\nos._exit(0)"]))
    assert card["status"] == "graded"
    assert card["score"] == 40


def test_accuracy_cannot_be_claimed(desk):
    """`fit` that reports triumphs but trains nothing earns neither its own points nor those of `trained_accuracy`."""
    fit = (
        "def fit(model, train_loader, val_loader, epochs, lr):\n"
        "    return {'train_loss': [0.0] * epochs, 'val_loss': [0.0] * epochs, 'val_accuracy': [1.0] * epochs}\n"
    )
    (card,) = desk.grade(desk.notebook("02_training_loop", {"fit": fit}))
    assert lost(card) == {"fit": 0.0, "trained_accuracy": 0.0}


def test_weights_from_elsewhere_earn_nothing(desk, course, lab1):
    """A `fit` that has good weights for the known images, and trains on no others, has not trained."""
    honest = solution_cells(course, lab1, "02_training_loop")["fit"]
    fit = (
        f"{honest}\n_known = fit\n"
        "def fit(model, train_loader, val_loader, epochs, lr):\n"
        "    if 1100 < len(train_loader.dataset) < 1180:  # four fifths of the 1,437 digits\n"
        "        return _known(model, train_loader, val_loader, epochs, lr)\n"
        "    return {'train_loss': [0.0] * epochs, 'val_loss': [0.0] * epochs, 'val_accuracy': [1.0] * epochs}\n"
    )
    (card,) = desk.grade(desk.notebook("02_training_loop", {"fit": fit}))
    assert lost(card) == {"fit": 0.0, "trained_accuracy": 0.0}
    told = {test["name"]: test["outcome"] for item in card["items"] for test in item["tests"]}
    assert told["test_training_reaches_the_threshold"] == "passed"


def test_the_same_submission_is_graded_the_same(desk):
    notebook = desk.notebook(
        "03_softmax_metrics", {"auc": "def auc(x, y):\n    return float((x[1:] * y[1:]).sum())\n"}
    )
    cards = desk.grade(notebook, notebook, notebook)
    for card in cards:
        for item in card["items"]:
            for test in item["tests"]:
                test["seconds"] = 0
        for key in ("student", "seconds", "student_seconds"):
            card.pop(key)
    assert cards[0] == cards[1] == cards[2]


@pytest.mark.mnist
def test_the_solution_reaches_the_threshold_on_mnist(desk):
    (card,) = desk.grade(desk.notebook("02_training_loop"), dataset="mnist")
    assert card["score"] == 36
    assert card["dataset"] == "mnist"


LEARNS_BY_ITSELF = """
import sys
_Plain = CNN
def _found():
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()):
            for each in value.values() if isinstance(value, dict) else [value]:
                if type(each).__name__ in ("Data", "TensorDataset"):
                    return each
        frame = frame.f_back
def _learn(model):
    data = _found()
    if data is not None:
        x, y = (data.x.float() / 255, data.y) if hasattr(data, "x") else data.tensors
        with torch.enable_grad():
            adam = torch.optim.Adam(model.parameters(), lr=0.003)
            for i in [*range(0, len(x), 64)] * 3:
                adam.zero_grad()
                F.cross_entropy(_Plain.forward(model, x[i : i + 64]), y[i : i + 64]).backward()
                adam.step()
class CNN(_Plain):
"""
DOES_NOTHING = """
def fit(model, train_loader, val_loader, epochs, lr):
    return {"train_loss": [0.1] * epochs, "val_loss": [0.1] * epochs, "val_accuracy": [0.9] * epochs}
"""
WHERE_IT_LEARNS = {
    "in the constructor": "    def __init__(self):\n        super().__init__()\n        _learn(self)\n",
    "in a forward pass": "    def forward(self, x):\n        _learn(self)\n        return super().forward(x)\n",
    "with weights that stay": "    def __init__(self):\n        super().__init__()\n        _learn(self)\n"
    "        for p in self.parameters():\n            p.copy_ = lambda other: p\n"
    "        for m in self.modules():\n            for name, p in list(m._parameters.items()):\n"
    "                if p is not None: m._parameters[name] = type('Deaf', (nn.Parameter,), {'copy_': lambda self, o: self})(p.data)\n",
}


@pytest.mark.parametrize("where", WHERE_IT_LEARNS)
def test_a_network_that_finds_the_data_and_trains_itself_gains_nothing(desk, where):
    """Its first weights are drawn before the data are there, and its last ones are taken before it runs again."""
    plain = solution_cells(desk.course, desk.assignment, "02_training_loop")["my_cnn"]
    learns = f"{plain}\n{LEARNS_BY_ITSELF}{WHERE_IT_LEARNS[where]}"
    (card,) = desk.grade(desk.notebook("02_training_loop", {"my_cnn": learns, "fit": DOES_NOTHING}))
    assert lost(card) == {"fit": 0.0, "trained_accuracy": 0.0}


def test_gradients_that_a_constructor_left_cost_nothing(desk):
    cells = solution_cells(desk.course, desk.assignment, "01_cnn_layers")
    tried = "_Plain = CNN\nclass CNN(_Plain):\n    def __init__(self):\n        super().__init__()\n        self(torch.ones(2, 1, 28, 28)).sum().backward()\n"
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"CNN": f"{cells['CNN']}\n{tried}"}))
    assert lost(card) == {}


def test_a_timer_that_a_call_leaves_costs_no_later_one(desk):
    """Where a process ends by what an earlier call left, the call is asked again in a new one."""
    cells = solution_cells(desk.course, desk.assignment, "01_cnn_layers")
    leaves = (
        f"import os, threading, time\n{cells['CNN']}\n_Plain = CNN\nclass CNN(_Plain):\n    def __init__(self):\n        super().__init__()\n"
        "        time.sleep(0.3)\n        threading.Timer(0.5, lambda: os._exit(0)).start()\n"
    )
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"CNN": leaves}))
    assert lost(card) == {}


def test_a_cell_that_ends_the_process_later_costs_only_itself(desk):
    """Where each process ends by what a cell of one's own left, it is left out."""
    timer = "import os, threading\nthreading.Timer(0.3, lambda: os._exit(0)).start()"
    cells = solution_cells(desk.course, desk.assignment, "01_cnn_layers")
    slow = f"{cells['CNN']}\nimport time\n_Plain = CNN\nclass CNN(_Plain):\n    def __init__(self):\n        super().__init__()\n        time.sleep(0.4)\n"
    (card,) = desk.grade(desk.notebook("01_cnn_layers", {"CNN": slow}, extra=[timer]))
    assert lost(card) == {}


def test_who_ends_the_process_takes_no_helper_from_the_others(desk):
    """Helpers and constants in cells of one's own are there for all other items, whatever one of them does."""
    own = "import os, threading, time\nEDGE = 0\ndef larger(x, y):\n    return torch.where(x > y, x, torch.full_like(x, y))"
    cells = solution_cells(desk.course, desk.assignment, "01_cnn_layers")
    rest = {
        "relu": "def relu(x):\n    return larger(x, EDGE)\n",
        "count_parameters": f"{cells['count_parameters']}\n_count = count_parameters\ndef count_parameters(model):\n    return _count(model) + EDGE\n",
    }
    ends = {"conv_output_size": "def conv_output_size(*args, **kwargs):\n    os._exit(0)\n"}
    slow = {
        "conv_output_size": f"{cells['conv_output_size']}\n_size = conv_output_size\ndef conv_output_size(*args, **kwargs):\n"
        "    time.sleep(0.5)\n    return _size(*args, **kwargs)\n"
    }
    timer = "threading.Timer(0.4, lambda: os._exit(0)).start()"
    ended, timed = desk.grade(
        desk.notebook("01_cnn_layers", {**rest, **ends}, extra=[own]),
        desk.notebook("01_cnn_layers", {**rest, **slow}, extra=[own, timer]),
    )
    assert lost(ended) == {"conv_output_size": 0.0}
    assert lost(timed) == {}


def test_calls_that_use_up_their_time_again_and_again_get_less_of_it(desk):
    """A notebook that sleeps in every function has used up three calls' time, and not its own."""
    sleeps = {
        item.id: f"import time\ndef {item.id}(*args, **kwargs):\n    time.sleep(60)\n"
        for item in desk.assignment.items("03_softmax_metrics")
    }
    limits = dataclasses.replace(desk.course.limits, call=2.0, cell=1.0)
    course = dataclasses.replace(desk.course, limits=limits)
    notebook = sanitise(
        desk.notebook("03_softmax_metrics", sleeps),
        desk.releases["03_softmax_metrics"].cells,
        "03_softmax_metrics",
    )
    observer = NotebookObserver(Place(limits), Cells(notebook, course.limits), 300.0)
    observer.open()
    spec = {"args": [], "kwargs": {}, "seed": 0}
    replies = [
        observer.observe("call", {"item": item, **spec}, limits.call)
        for item in ("softmax", "auc", "accuracy", "predict", "roc_curve")
    ]
    observer.close()
    assert [reply.value for reply in replies] == [2.0] * 3 + [0.5] * 2
    assert max(reply.seconds for reply in replies[3:]) < 2.0
    said = Student(observer, desk.assignment.name, limits, ()).broken(
        replies[-1], "roc_curve(…)", "roc_curve"
    )
    assert said.expected == "an answer within 0.5 seconds"
