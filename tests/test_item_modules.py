"""Try the material of the items of notebooks 01 and 03: references, misconceptions, unusual right answers.

The inputs are independent of the hidden graders: sizes all different and not square, strides and paddings,
double precision, views, extreme logits, absent classes, ties.
"""

import functools
import importlib
import importlib.util
import inspect
import itertools
import math
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split

from autograder.graders.kit.forms import values_of
from autograder.grading.items import item_folder
from autograder.grading.misconceptions import Misconception, of_module

LAB = "lab1_train_cnn"
_PACKAGE = f"autograder.graders.{LAB}"
_ONE = re.compile(r"^@misconception\(|^\w+ = instead\w*\(", re.MULTILINE)  # how a misconception is written
ITEMS = (
    *("conv_output_size", "conv2d", "max_pool2d", "relu", "CNN", "count_parameters"),
    *("softmax", "log_softmax", "cross_entropy", "predict", "accuracy", "confusion_matrix"),
    *("precision_recall_f1", "roc_curve", "auc"),
)
NEEDS_TEN = {"conv2d", "CNN", "softmax", "cross_entropy"}
FROM_SCRATCH = set(ITEMS) - {"conv_output_size", "CNN", "count_parameters", "predict"}
BANNED = re.compile(
    r"\.(conv\d|conv_|convolve|max_pool|relu|softmax|log_softmax|nll_loss|cross_entropy|trapz|trapezoid)"
    r"|nn\.(Conv|MaxPool|ReLU|Softmax|LogSoftmax|NLLLoss|CrossEntropy)|sklearn|torchmetrics|scipy"
)
SEEDS = range(5)
NOTEBOOK = {
    "torch": torch,
    "nn": nn,
    "F": F,
    "np": np,
    "math": math,
    "DataLoader": DataLoader,
    "Subset": Subset,
    "TensorDataset": TensorDataset,
    "random_split": random_split,
}


def load_unusual(item):
    path = item_folder(LAB, item) / "unusual.py"
    name = f"unusual_answers_{item.lower()}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HIDDEN = {
    item: importlib.import_module(f"autograder.graders.{LAB}.{item.lower()}.reference") for item in ITEMS
}
UNUSUAL = {
    item: [
        value
        for name, value in vars(module).items()
        if (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]
    for item in ITEMS
    for module in [load_unusual(item)]
}
MISCONCEPTIONS = {item: of_module(HIDDEN[item]) for item in ITEMS}
ALL_MISCONCEPTIONS = [
    pytest.param(item, each, id=f"{item}-{each.name}") for item in ITEMS for each in MISCONCEPTIONS[item]
]
ALL_UNUSUAL = [
    pytest.param(item, each, id=f"{item}-{each.__name__}") for item in ITEMS for each in UNUSUAL[item]
]


def handed_in(item, misconception):
    """Run a misconception's source as a notebook's cell would be, and return what it defines as the item."""
    namespace = dict(NOTEBOOK)
    exec(compile(misconception.source(item), f"<{misconception.name}>", "exec"), namespace)
    return namespace[item]


def answer(item, function):
    return handed_in(item, Misconception(function.__name__, "", function))


# --- inputs ---------------------------------------------------------------------------------------


def conv_output_size_cases(g):
    sizes = [
        (5, 3),
        (7, 2, 2),
        (8, 3, 2, 1),
        (28, 3, 1, 1),
        (11, 4, 3, 2),
        (6, 6),
        (13, 6, 4, 3),
        (9, 3, 2),
        (10, 4, 3),
    ]
    return [(args, {}) for args in sizes] + [((12,), {"kernel_size": 5, "padding": 1, "stride": 3})]


def conv2d_cases(g):
    def normal(*shape, dtype=torch.float32):
        return torch.randn(*shape, generator=g, dtype=dtype)

    return [
        ((normal(2, 3, 6, 7), normal(4, 3, 3, 2)), {}),
        ((normal(1, 2, 5, 8), normal(3, 2, 2, 3), normal(3)), {}),
        ((normal(2, 3, 9, 12), normal(4, 3, 3, 4), normal(4)), {"stride": 2}),
        ((normal(3, 2, 6, 5), normal(4, 2, 5, 4), normal(4), 1, 2), {}),
        ((normal(1, 4, 7, 10), normal(5, 4, 4, 3), normal(5), 3, 1), {}),
        ((normal(2, 1, 8, 8), normal(3, 1, 3, 3), normal(3)), {"padding": 1}),
        ((normal(2, 3, 5, 6, dtype=torch.float64), normal(4, 3, 2, 3, dtype=torch.float64)), {"padding": 1}),
        ((normal(7, 2, 6, 3).permute(1, 3, 0, 2), normal(2, 3, 2, 4).transpose(2, 3), normal(8)[::4]), {}),
        ((normal(2, 3, 4, 5), normal(2, 3, 1, 1), normal(2)), {}),
        (
            (normal(2, 3, 4, 6), normal(4, 3, 2, 3), normal(4)),
            {},
        ),  # W_out = C_out: a bias can be laid along it
    ]


def max_pool2d_cases(g):
    def spread(*shape, dtype=torch.float32):
        return torch.randn(*shape, generator=g, dtype=dtype) * 3

    return [
        ((spread(2, 3, 6, 8), 2), {}),
        ((spread(1, 2, 9, 7) - 20, 3), {}),
        ((spread(2, 3, 8, 11), 3, 2), {}),
        ((spread(2, 1, 7, 10), 4), {"stride": 3}),
        ((spread(1, 4, 6, 5),), {"kernel_size": 3, "stride": 1}),
        ((spread(1, 2, 11, 10, dtype=torch.float64), 4, 3), {}),
        ((spread(2, 9, 7, 3).permute(0, 3, 2, 1), 2), {}),
    ]


def relu_cases(g):
    shapes = [(3, 5), (7,), (2, 3, 4, 5)]
    cases = [((torch.randn(*shape, generator=g) * 4,), {}) for shape in shapes]
    double = torch.randn(8, 6, generator=g, dtype=torch.float64) * 9
    return [*cases, ((double.t()[1:],), {})]


def count_parameters_cases(g):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.gain = nn.Parameter(torch.ones(3, 4, 2))
            self.layers = nn.Sequential(nn.Sequential(nn.Linear(4, 7), nn.PReLU(7)), nn.Embedding(5, 3))

    flat = nn.Sequential(nn.Conv2d(2, 5, (3, 2)), nn.BatchNorm2d(5), nn.Flatten(), nn.Linear(7, 3))
    flat[0].weight.requires_grad_(False)
    flat[3].bias.requires_grad_(False)
    deep = nn.Sequential(
        nn.Sequential(nn.Linear(6, 3, bias=False), nn.Linear(3, 2)), nn.LayerNorm(2), nn.Linear(2, 9)
    )
    frozen = nn.Linear(3, 8)
    frozen.weight.requires_grad_(False)
    tied = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 3))
    tied[2].weight = tied[0].weight
    return [((model,), {}) for model in (flat, Own(), deep, frozen, tied, nn.Linear(5, 4).double())]


def softmax_cases(g):
    def normal(*shape, dtype=torch.float32):
        return torch.randn(*shape, generator=g, dtype=dtype) * 2

    double = torch.float64
    far = torch.tensor([0.0, -9000.0, 9000.0], dtype=double).reshape(3, 1, 1)
    return [
        ((normal(4, 6),), {}),
        ((normal(3, 4, 5), 1), {}),
        ((normal(3, 4, 5),), {"dim": 0}),
        ((normal(2, 3, 6, 4), -2), {}),
        ((normal(5, 5), 0), {}),
        ((normal(5, 5), 1), {}),
        ((normal(9), 0), {}),
        ((normal(7, 6, 3, dtype=double).transpose(0, 2)[:, ::2], -1), {}),
        ((normal(3, 4, 5, dtype=double) + far, 1), {}),
        ((normal(3, 4, 5, dtype=double) + far.reshape(1, 1, 3).repeat(1, 4, 2)[:, :, :5], 1), {}),
        ((normal(4, 5, dtype=double) + 1e4,), {}),
        ((normal(4, 5, dtype=double) - 1e4,), {}),
        ((normal(4, 5, dtype=double) + 65,), {}),
        ((torch.tensor([[0.0, 900.0, 3.0, 899.0], [-5.0, 20.0, 5.0, -60.0]], dtype=double),), {}),
        ((normal(3, 8, dtype=double) * 5000,), {}),
        ((normal(4, 7) * 15,), {}),
        ((torch.linspace(2, 100, 30)[None] + normal(2, 30),), {}),
    ]


def cross_entropy_cases(g):
    def case(n, k, factor=1.0, shift=0.0, dtype=torch.float32, confident=0.0):
        logits = torch.randn(n, k, generator=g, dtype=dtype) * factor
        targets = torch.randint(k, (n,), generator=g)
        logits[torch.arange(n), targets] += confident
        if shift:
            logits += torch.linspace(-shift, shift, n, dtype=dtype)[:, None]
        return (logits, targets), {}

    double = torch.float64
    cases = [case(6, 4), case(5, 5, 2), case(1, 7), case(7, 3, dtype=double), case(4, 6, confident=3)]
    cases += [case(5, 6, 15), case(6, 5, 3, 1e4, double), case(4, 6, 4000, dtype=double), case(5, 10)]
    columns = (
        torch.randn(4, 8, 3, generator=g).transpose(0, 1)[:, :, 1],
        torch.tensor([1, 0, 3, 3, 2, 1, 0, 2]),
    )
    return [*cases, (columns, {})]


def predict_cases(g):
    cases = []
    for training, n, dtype in (
        (True, 6, torch.float32),
        (False, 5, torch.float32),
        (True, 7, torch.float64),
        (False, 1, torch.float32),
    ):
        layers = [
            nn.Conv2d(1, 9, (4, 5)),
            nn.Flatten(),
            nn.BatchNorm1d(9),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(9, 5),
        ]
        model = nn.Sequential(*layers)
        with torch.no_grad():
            for tensor in model.state_dict().values():
                if tensor.is_floating_point():
                    tensor.copy_(torch.randn(tensor.shape, generator=g))
            model[2].running_var.abs_().add_(0.5)
        model.to(dtype).train(training)
        cases.append(((model, torch.randn(n, 1, 4, 5, generator=g, dtype=dtype)), {}))
    return cases


def accuracy_cases(g):
    cases = []
    for n, k, right in ((9, 4, 5), (5, 5, 3), (11, 3, 11), (13, 7, 8), (1, 6, 1)):
        logits = torch.randn(n, k, generator=g) * 2
        labels = logits.argmax(dim=1)
        labels[right:] = (labels[right:] + torch.randint(1, k, (n - right,), generator=g)) % k
        cases.append(((logits, labels), {}))
    cases.append(((torch.randn(4, 12, generator=g, dtype=torch.float64).t(), torch.arange(12) % 4), {}))
    return cases


def confusion_matrix_cases(g):
    cases = []
    for n, present, k in (
        (30, [0, 1, 2, 3, 4], 5),
        (23, [0, 2, 3], 6),
        (900, [0, 1], 3),
        (400, [2, 1], 3),
        (14, [3, 1], 4),
    ):
        labels = torch.tensor(present)[torch.randint(len(present), (n,), generator=g)]
        guesses = torch.tensor(present)[torch.randint(len(present), (n,), generator=g)]
        preds = torch.where(torch.rand(n, generator=g) < 0.6, labels, guesses)
        cases.append(((preds, labels, k), {}))
    return cases


def precision_recall_f1_cases(g):
    plain = torch.randint(1, 20, (4, 4), generator=g)
    holes = torch.randint(1, 20, (5, 5), generator=g)
    holes[:, 1] = 0  # never predicted
    holes[3] = 0  # absent
    empty = torch.randint(1, 9, (3, 3), generator=g)
    empty[2], empty[:, 2] = 0, 0  # neither
    missed = torch.randint(1, 9, (4, 4), generator=g)
    missed[1, 1] = 0  # never right
    return [
        ((missed,), {}),
        ((plain,), {}),
        ((holes,), {}),
        ((empty,), {}),
        ((torch.randint(0, 300, (6, 6), generator=g).t(),), {}),
    ]


def roc_curve_cases(g):
    cases = []
    for n, digits, factor, dtype in (
        (17, 1, 1, torch.float32),
        (30, 1, 3, torch.float64),
        (13, 6, 1, torch.float32),
    ):
        labels = torch.randint(2, (n,), generator=g)
        labels[:4] = torch.tensor([0, 1, 1, 0])
        scores = torch.sigmoid(torch.randn(n, generator=g, dtype=torch.float64) + labels)
        scores = (scores if factor == 1 else torch.logit(scores) * factor).round(decimals=digits)
        scores[2:4] = scores[1] = scores[1:4].mean().round(decimals=digits)  # a mixed tie
        cases.append(((scores.to(dtype), labels), {}))
    return cases


def auc_cases(g):
    cases = []
    for n, dtype in ((7, torch.float32), (12, torch.float64), (5, torch.float32)):
        x = torch.rand(n, generator=g, dtype=dtype).cumsum(0)
        x[2] = x[1]
        cases.append(((x, torch.rand(n, generator=g, dtype=dtype)), {}))
    rising = torch.tensor([[0, 0, 0.2, 0.2, 0.5, 1], [0, 0.3, 0.3, 0.7, 0.8, 1]])
    from_below_zero = (
        torch.linspace(-1, 2, 6),
        3 * torch.rand(6, generator=g),
    )  # heights are not: no curve here is
    return [*cases, ((rising[0], rising[1]), {}), (from_below_zero, {})]


def cases(item, seed):
    """Return the item's cases, made anew at each call, so that what a function does to one harms no other."""
    seed += 1000 * ITEMS.index(item)
    torch.manual_seed(seed)
    make = softmax_cases if item == "log_softmax" else globals()[f"{item}_cases"]
    return make(torch.Generator().manual_seed(seed))


# --- what can be seen of a function ---------------------------------------------------------------


def facts_of_inputs(arguments):
    facts = []
    for value in arguments:
        if isinstance(value, nn.Module):
            facts.append([module.training for module in value.modules()])
            facts.append([p.requires_grad for p in value.parameters()])
            facts += [t.detach().clone() for t in value.state_dict().values()]
        elif isinstance(value, torch.Tensor):
            facts.append(value.detach().clone())
    return facts


def attempt(function, *args, **kwargs):
    torch.manual_seed(7)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def observe(item, function, seed):
    """Return a list with one entry a case: the result, and what became of the inputs and of PyTorch."""
    if item == "CNN":
        return observe_network(function, seed)
    normalise = getattr(HIDDEN[item], "normalise", lambda value: value)
    seen = []
    for args, kwargs in cases(item, seed):
        result = attempt(function, *args, **kwargs)
        facts = [*facts_of_inputs([*args, *kwargs.values()]), torch.is_grad_enabled()]
        torch.set_grad_enabled(True)
        if item == "predict" and isinstance(result, tuple | list):
            facts.append([part.requires_grad for part in result])
        if normalise is values_of:  # which leaves the form to a fact of its own
            facts.append(str(getattr(result, "dtype", type(result))))
        seen.append([normalise(result), facts])
    return seen


@functools.cache
def scales(item, seed):
    if item == "CNN":
        return [None]
    scale = getattr(HIDDEN[item], "scale", lambda *args, **kwargs: None)
    return [scale(*args, **kwargs) for args, kwargs in cases(item, seed)]


LAYOUTS = {
    "columns first": lambda w: w.reshape(10, 32, 7, 7).transpose(2, 3).reshape(10, 1568),
    "rows": lambda w: w,
    "columns": lambda w: w.t(),
    "channels last": lambda w: w.reshape(10, 32, 7, 7).permute(0, 2, 3, 1),
}


def observe_network(function, seed, layout="rows"):
    """Observe a network that got the reference's weights, as far as it has parameters of those sizes."""
    torch.manual_seed(seed)
    reference = HIDDEN["CNN"].reference()
    weights = {p.numel(): p.detach() for p in reference.parameters()}
    weights[15680] = LAYOUTS[layout](weights[15680])
    images, single = torch.randn(4, 1, 28, 28), torch.randn(1, 1, 28, 28)
    labels = torch.tensor([3, 1, 9, 1])
    network = attempt(function)
    if not isinstance(network, nn.Module):
        return [[network, []]]
    attempt(network, images)  # lazy modules find their sizes
    with torch.no_grad():
        for p in network.parameters():
            if p.numel() in weights:
                p.copy_(weights[p.numel()].reshape(p.shape))
    outputs = [attempt(network.train(), images)]
    gradients = {}
    if isinstance(outputs[0], torch.Tensor) and outputs[0].requires_grad and outputs[0].shape == (4, 10):
        F.cross_entropy(outputs[0], labels).backward()
        gradients = {
            p.numel(): -1.0 if p.grad is None else p.grad.norm().item() for p in network.parameters()
        }
    with torch.no_grad():
        outputs += [attempt(network.eval(), images), attempt(network, single)]
        outputs += [attempt(lambda: torch.equal(network(images), network(images)))]  # layers made in forward
    count = sum(p.numel() for p in network.parameters() if p.requires_grad)
    # Scores of any floating-point type will do.
    outputs = [
        o.detach().float() if isinstance(o, torch.Tensor) and o.is_floating_point() else o for o in outputs
    ]
    return [[outputs, [count, sorted(gradients), [gradients[k] for k in sorted(gradients)]]]]


def same(got, expected, scale=None):
    """Say whether two results agree by the contract's tolerance; a 0-d tensor is a number too."""
    if isinstance(expected, tuple | list):
        return (
            isinstance(got, tuple | list)
            and len(got) == len(expected)
            and all(same(a, b, scale) for a, b in zip(got, expected, strict=True))
        )
    if isinstance(expected, bool | str) or isinstance(got, bool | str):
        return type(got) is type(expected) and got == expected
    if isinstance(expected, int | float | np.number):
        if isinstance(got, torch.Tensor) and (got.dim() or got.requires_grad or got.dtype == torch.bool):
            return False
        if not isinstance(got, int | float | np.number | torch.Tensor):
            return False
        return math.isclose(float(got), float(expected), rel_tol=1e-5, abs_tol=1e-6) or (got != got) & (
            expected != expected
        )
    if isinstance(expected, torch.Tensor):
        if expected.dim() == 0 and isinstance(got, float):
            got = torch.tensor(got, dtype=expected.dtype)
        if not isinstance(got, torch.Tensor) or got.shape != expected.shape or got.dtype != expected.dtype:
            return False
        if not expected.is_floating_point():
            return torch.equal(got, expected)
        got, expected = got.detach().double(), expected.detach().double()
        finite = expected[expected.isfinite()].abs()
        if isinstance(scale, torch.Tensor) and scale.shape != expected.shape:
            scale = scale.max()
        size = scale if scale is not None else (finite.max() if len(finite) else 1.0)
        close = (got - expected).abs() <= 1e-4 * expected.abs().nan_to_num(0, 0, 0) + 1e-5 * torch.as_tensor(
            size
        )
        return bool((close | (got == expected) | (got.isnan() & expected.isnan())).all())
    return got is expected


def alike(item, seen, expected, seed):
    return len(seen) == len(expected) and all(
        same(mine[0], theirs[0], scale) and same(mine[1], theirs[1])
        for mine, theirs, scale in zip(seen, expected, scales(item, seed), strict=False)
    )


@functools.cache
def expected(item, seed):
    """Return the reference's observations."""
    return observe(item, HIDDEN[item].reference, seed)


@functools.cache
def observed(item, misconception):
    """Return a misconception's observations, with two seeds."""
    function = handed_in(item, misconception)
    return [observe(item, function, seed) for seed in (0, 1)]


# --- the references -------------------------------------------------------------------------------


LIBRARY = {
    "conv2d": F.conv2d,
    "max_pool2d": F.max_pool2d,
    "relu": F.relu,
    "softmax": lambda z, dim=-1: F.softmax(z, dim),
    "log_softmax": lambda z, dim=-1: F.log_softmax(z, dim),
    "cross_entropy": F.cross_entropy,
}


@pytest.mark.parametrize("item", LIBRARY)
def test_reference_agrees_with_torch(item):
    for seed in SEEDS:
        assert alike(item, observe(item, LIBRARY[item], seed), expected(item, seed), seed)


def test_references_of_the_metrics_agree_with_scikit_learn():
    from sklearn import metrics

    for seed in SEEDS:
        for (logits, labels), _ in cases("accuracy", seed):
            assert HIDDEN["accuracy"].reference(logits, labels) == pytest.approx(
                metrics.accuracy_score(labels, logits.argmax(1))
            )
        for (preds, labels, k), _ in cases("confusion_matrix", seed):
            cm = HIDDEN["confusion_matrix"].reference(preds, labels, k)
            assert cm.tolist() == metrics.confusion_matrix(labels, preds, labels=range(k)).tolist()
            theirs = metrics.precision_recall_fscore_support(labels, preds, labels=range(k), zero_division=0)[
                :3
            ]
            for mine, part in zip(HIDDEN["precision_recall_f1"].reference(cm), theirs, strict=True):
                np.testing.assert_allclose(mine.numpy(), part, rtol=1e-6)
        for (scores, labels), _ in cases("roc_curve", seed):
            mine = HIDDEN["roc_curve"].reference(scores, labels)
            for drop in (False, True):
                theirs = metrics.roc_curve(labels, scores, drop_intermediate=drop)
                theirs = [torch.tensor(part).to(scores.dtype) for part in theirs]
                normalise = HIDDEN["roc_curve"].normalise
                assert same(normalise(theirs), normalise(mine))
            area = HIDDEN["auc"].reference(mine[0], mine[1])
            assert area == pytest.approx(metrics.roc_auc_score(labels, scores))


def test_reference_network_has_the_promised_size():
    network = HIDDEN["CNN"].reference()
    assert HIDDEN["count_parameters"].reference(network) == 21578
    assert network(torch.zeros(3, 1, 28, 28)).shape == (3, 10)


@pytest.mark.parametrize("item", [item for item in ITEMS if hasattr(HIDDEN[item], "normalise")])
def test_normalise_leaves_strange_values_alone(item):
    nothing = torch.zeros(0)
    strange = [
        None,
        3,
        "text",
        (),
        (1, 2),
        (nothing, nothing, nothing),
        torch.tensor(2.0),
        [torch.ones(2, 2)] * 3,
    ]
    for value in [*strange, (torch.ones(3), torch.ones(2), torch.ones(3)), (torch.full((3,), math.nan),) * 3]:
        HIDDEN[item].normalise(value)


# --- the misconceptions ---------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_there_are_enough(item):
    names = [each.name for each in MISCONCEPTIONS[item]]
    assert len(names) == len(set(names)) >= (10 if item in NEEDS_TEN else 5)
    assert len(UNUSUAL[item]) >= (7 if item in NEEDS_TEN else 5)
    files = {
        sys.modules[module].__file__
        for module in sys.modules
        if module.startswith(f"{_PACKAGE}.{item.lower()}.")
    }
    sources = [Path(path).read_text(encoding="utf-8") for path in files]
    assert all("# CANARY-5b0c2f6e-hidden-grader" in source for source in sources)
    assert sum(len(_ONE.findall(source)) for source in sources) == len(names)


@pytest.mark.parametrize(("item", "misconception"), ALL_MISCONCEPTIONS)
def test_misconception_differs_from_the_reference(item, misconception):
    seen = observed(item, misconception)
    assert not all(alike(item, seen[seed], expected(item, seed), seed) for seed in (0, 1))


@pytest.mark.parametrize("item", ITEMS)
def test_hints_name_the_cause_in_words(item):
    for each in MISCONCEPTIONS[item]:
        assert re.search(r"\b[Yy]our?\b", each.hint), each.name
        assert each.hint.endswith("."), each.name
        assert 30 < len(each.hint) < 220, each.name
        assert not re.search(r"```|\n|  ", each.hint), each.name
        assert all(len(code) < 20 for code in each.hint.split("`")[1::2]), each.name


@pytest.mark.parametrize("item", ITEMS)
def test_no_two_misconceptions_are_alike(item):
    seen = {each.name: observed(item, each) for each in MISCONCEPTIONS[item]}
    for (one, a), (other, b) in itertools.combinations(seen.items(), 2):
        assert not all(alike(item, a[seed], b[seed], seed) for seed in (0, 1)), (one, other)


# --- the unusual right answers --------------------------------------------------------------------


@pytest.mark.parametrize(("item", "function"), ALL_UNUSUAL)
def test_unusual_answer_is_right(item, function):
    handed = answer(item, function)
    for seed in SEEDS:
        if item == "CNN":
            assert any(
                alike(item, observe_network(handed, seed, layout), expected(item, seed), seed)
                for layout in LAYOUTS
            )
        else:
            assert alike(item, observe(item, handed, seed), expected(item, seed), seed)


@pytest.mark.parametrize("item", sorted(FROM_SCRATCH))
def test_no_library_call_does_the_whole_job(item):
    sources = {each.name: each.source(item) for each in MISCONCEPTIONS[item]}
    sources |= {each.__name__: inspect.getsource(each) for each in UNUSUAL[item]}
    found = {name: BANNED.findall(source) for name, source in sources.items()}
    assert not any(found.values())
