"""Grade by the hidden tests what we know the grade of: references, misconceptions, other wrong answers, unusual right ones."""

import contextlib
import inspect
import io
import warnings
from dataclasses import replace

import grading_bench as bench
import pytest
import torch
from torch import nn

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab1_train_cnn.cnn.network import NETWORK
from autograder.graders.lab1_train_cnn.fit.loop import LOOP
from autograder.graders.lab3_visualization.neighbours import drawn
from autograder.grading.aspects import same_error
from autograder.grading.items import material
from autograder.grading.outcomes import Failed
from autograder.grading.plugin import GradingPlugin, Raw
from autograder.grading.points import diagnosis
from autograder.grading.rng import Rng
from autograder.grading.run import reference_student, run_hidden_tests
from autograder.sandbox.inside.standins import LIBRARY

ITEMS = tuple(bench.ALL_STUBS)


@pytest.fixture(autouse=True)
def _quietly(remembered):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
    torch.set_num_threads(threads)


def grade(item, answer, seed=0):
    return bench.grade(bench.notebook(**{item: answer}), item, seed)


def seeds_of(item):
    """Return some seeds, fewer for the items that take long; the slow tests take all."""
    return range(1 if item in ("make_loaders", "fit", "CNN", "CNNNet", "FirstNet", "BasicCNN") else 2)


# --- the references ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_reference_earns_everything(item):
    for seed in range(20):
        right = bench.notebook(**{item: bench.known(item).reference})
        result = bench.grade(right, item, seed, changed=set())
        assert result.score == result.points, [each.message for each in result.tests]


@pytest.mark.parametrize("item", ITEMS)
def test_right_answers_that_misconceptions_change_earn_everything(item):
    for written in {each.written for each in bench.known(item).misconceptions} - {None}:
        result = grade(item, written)
        assert result.score == result.points, [each.message for each in result.tests]


def test_a_change_that_fits_nowhere_or_twice_is_no_misconception():
    instead = changes_of(bench.answers("unusual", "relu")["times_its_own_mask"])
    with pytest.raises(ValueError, match="stands 0 times"):
        instead("You …", {"torch.nowhere": "x"})
    with pytest.raises(ValueError, match=r"stands \d+ times"):
        instead("You …", {"x": "y"})


@pytest.mark.parametrize(
    ("lab", "notebook"), [(lab, name) for lab in bench.COURSE.assignments for name in lab.notebooks]
)
def test_the_bench_does_what_pytest_does(lab, notebook):
    student = reference_student(lab, notebook, bench.COURSE)
    chosen = tuple(each.id for each in lab.items(notebook) if each.solution)
    plugin = GradingPlugin(student, bench.SECRET, "0", chosen, bench.context(notebook))
    raws = run_hidden_tests(lab, notebook, plugin)
    assert {raw.outcome for raw in raws} == {"passed"}
    names = [test.__name__ for test, mark in bench.hidden_tests(notebook) if mark["name"] in chosen]
    assert [raw.name for raw in raws] == names


# --- right answers lose nothing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "name"), [pytest.param(i, n, id=f"{i}-{n}") for i in ITEMS for n in bench.answers("unusual", i)]
)
def test_unusual_answer_earns_everything(item, name):
    answer = bench.answers("unusual", item)[name]
    for seed in seeds_of(item):
        result = grade(item, answer, seed)
        assert result.score == result.points, [each.message for each in result.tests if each.message]


@pytest.mark.parametrize(("name", "seed"), [("all_losses_kept", 4), ("counted_down_to_the_next_report", 11)])
def test_two_losses_that_are_near_each_other_or_whole_cost_nothing(name, seed):
    """With these seeds a second, rounded line fits the next batch as well; and `.3g` writes a loss of 1.003 as 1."""
    result = grade("train_with_log", bench.answers("unusual", "train_with_log")[name], seed)
    assert result.score == result.points, [each.message for each in result.tests if each.message]


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS)
def test_unusual_answers_earn_everything_whatever_the_seed(item):
    for name, answer in bench.answers("unusual", item).items():
        for seed in range(1, 20):
            assert grade(item, answer, seed).score == bench.ALL_STUBS[item].points, (name, seed)


def test_a_gradient_that_rounding_decides_about_costs_nothing():
    """Here 6.8e-9 comes before a ReLU, as a right network found out in `autograder validate`: it lost a point."""
    student = reference_student(bench.LAB, "01_cnn_layers", bench.COURSE)
    rng = Rng(2680100884056363133)
    network = replace(NETWORK, brightest=1.0)  # those images
    seen = network.observe(student, rng)
    with pytest.raises(Failed):
        network.require_gradients(seen, rng)
    network.require_training(student, rng)
    detached = bench.student_of(bench.notebook(CNN=_Detached), "CNN", {"CNN"})
    with pytest.raises(Failed, match="gradient"):
        network.require_training(detached, rng)


class _Detached(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten()),
        )
        self.head = nn.Linear(1568, 10)

    def forward(self, x):
        return self.head(self.body(x).detach())


# --- wrong answers lose ------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", ITEMS)
def test_misconceptions_lose_and_are_named(item):
    """And who did another task keeps nothing for what follows from it, who did this one keeps less than all."""
    unlike = {}
    for each in bench.known(item).misconceptions:
        result = bench.grade_misconception(item, each, seed=1)
        if result.score >= result.points:
            unlike[each.name] = "earns everything"
        elif each.name not in bench.names_in(result):
            unlike[each.name] = bench.names_in(result)
        elif each.other_task and any(test.keeps for test in result.tests):
            unlike[each.name] = "is another task, and keeps points"
        elif not result.score <= bench.under_rules_of_the_course(result).score < result.points:
            unlike[each.name] = "keeps everything"
        elif not set(each.about) <= {test.name for test in result.tests}:
            unlike[each.name] = "is about facts that are none"
    assert not unlike


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS)
def test_misconceptions_lose_whatever_the_seed(item):
    for each in bench.known(item).misconceptions:
        for seed in range(2, 6):
            assert bench.grade_misconception(item, each, seed).score < bench.ALL_STUBS[item].points, (
                each.name,
                seed,
            )


_GENERAL = ("Work the first differing value out by hand", "Call the function in a cell of your own")


@pytest.mark.parametrize(
    ("item", "name"),
    [
        pytest.param(i, n, id=f"{i}-{n}")
        for i in ITEMS
        for n in bench.answers("wrong", i)
        if (i, n) not in bench.BY_LIBRARY
    ],
)
def test_wrong_answer_loses_with_a_hint(item, name):
    result = grade(item, bench.answers("wrong", item)[name], seed=1)  # whose diagnoses are known from above
    assert result.score < result.points
    hints = bench.hints_in(result)
    assert any(not hint.startswith(_GENERAL) for hint in hints), hints


def test_zero_grad_is_blamed_only_where_steps_are_right_without_it():
    result = grade("SGD", bench.answers("wrong", "SGD")["MomentumOnlyWithDecay"], seed=1)
    assert "test_sgd_in_a_loop" in [each.name for each in result.tests if each.outcome == "failed"]
    assert "zero_grad_forgets_the_state" not in bench.names_in(result)


def test_a_dict_by_numbers_is_told_from_one_by_names():
    def capture_activations(model, images, names):
        return dict(enumerate(bench.known("capture_activations").reference(model, images, names).values()))

    result = grade("capture_activations", capture_activations, seed=1)
    assert "It gave a dict whose keys are not all strings" in " ".join(t.message for t in result.tests)


def test_wrong_answers_are_many():
    for item in ITEMS:
        assert len(bench.answers("wrong", item)) >= 5, item
        assert len(bench.answers("unusual", item)) >= 5, item


# --- only values pay ---------------------------------------------------------------------------------------


def right_shape(item, fill):
    """Return an answer whose result has the reference's shape, dtype and type, and nothing in it."""
    reference = bench.known(item).reference

    def emptied(value):
        if isinstance(value, torch.Tensor):
            return torch.full_like(value, fill)
        if isinstance(value, (tuple, list)):
            return type(value)(emptied(each) for each in value)
        if isinstance(value, dict):
            return {key: emptied(each) for key, each in value.items()}
        return type(value)(fill)

    def answer(*args, **kwargs):
        return emptied(reference(*args, **kwargs))

    return answer


class _ZeroNetwork(nn.Module):
    def forward(self, x):
        return torch.zeros(len(x), 10)


@pytest.mark.parametrize("fill", [0, 1])
@pytest.mark.parametrize(
    "item",
    [
        each
        for each in ITEMS
        if each not in ("make_loaders", "train_one_epoch", "fit", "train_with_log")
        and not inspect.isclass(bench.known(each).reference)
    ],
)
def test_a_constant_of_the_right_shape_earns_nothing(item, fill):
    result = grade(item, right_shape(item, fill), seed=1)
    assert bench.under_rules_of_the_course(result).score == 0


def test_a_network_of_zeros_earns_nothing():
    assert grade("CNN", _ZeroNetwork).score == 0


def does_nothing(model, loader, criterion, optimizer, device="cpu"):
    return 0.0


def constant_history(model, train_loader, val_loader, epochs, lr):
    return {"train_loss": [1.0] * epochs, "val_loss": [1.0] * epochs, "val_accuracy": [0.5] * epochs}


def same_loader_twice(dataset, batch_size=64, val_fraction=0.2, seed=0):
    loader = torch.utils.data.DataLoader(dataset, batch_size=batch_size)
    return loader, loader


@pytest.mark.parametrize(
    ("item", "answer"),
    [("train_one_epoch", does_nothing), ("fit", constant_history), ("make_loaders", same_loader_twice)],
)
def test_training_that_does_nothing_earns_nothing(item, answer):
    assert bench.grade_facts(bench.notebook(**{item: answer}), item).score == 0


# --- one bug costs one item --------------------------------------------------------------------------------


_SOURCES = {
    "01": """
import torch
from torch import nn
def conv_output_size(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1
def conv2d(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    O, _, kh, kw = weight.shape
    oh, ow = conv_output_size(H, kh, stride, padding), conv_output_size(W, kw, stride, padding)
    cols = nn.functional.unfold(x, (kh, kw), stride=stride, padding=padding)
    out = (weight.reshape(O, -1) @ cols).reshape(N, O, oh, ow)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
def max_pool2d(x, kernel_size, stride=None):
    s = stride or kernel_size
    return x.unfold(2, kernel_size, s).unfold(3, kernel_size, s).amax((-1, -2))
def relu(x):
    return x.clamp(min=0)
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        shapes = ((8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (32, 16, 3, 3), (32,), (10, 1568), (10,))
        self.weights = nn.ParameterList([nn.Parameter(0.1 * torch.randn(shape)) for shape in shapes])
    def forward(self, x):
        w1, b1, w2, b2, w3, b3, w, b = self.weights
        x = max_pool2d(relu(conv2d(x, w1, b1, padding=1)), 2)
        x = max_pool2d(relu(conv2d(x, w2, b2, padding=1)), 2)
        return relu(conv2d(x, w3, b3, padding=1)).flatten(1) @ w.T + b
def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
""",
    "03": """
import torch
def log_softmax(z, dim=-1):
    return z - torch.logsumexp(z, dim, keepdim=True)
def softmax(z, dim=-1):
    return torch.exp(log_softmax(z, dim))
def cross_entropy(logits, targets):
    return -log_softmax(logits, 1)[torch.arange(len(targets)), targets].mean()
def predict(model, images):
    mode = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = softmax(model(images), 1).max(1)
    model.train(mode)
    return labels, confidences
""",
}


def written(notebook, change=""):
    """Return what the cells of a notebook define, all in one namespace."""
    namespace = {"__name__": "__main__"}
    exec(compile(_SOURCES[notebook] + change, "<cells>", "exec"), namespace)
    return namespace


def scores(notebook, change=""):
    namespace = written(notebook, change)
    return {
        item: (result.score, result.points)
        for item in bench.STUBS
        if item in namespace
        for result in [bench.grade(namespace, item, 0, set(bench.STUBS))]
    }


@pytest.mark.parametrize("notebook", list(_SOURCES))
def test_functions_that_use_each_other_earn_everything(notebook):
    assert all(score == points for score, points in scores(notebook).values())


@pytest.mark.parametrize(
    ("notebook", "broken", "change"),
    [
        ("01", "conv_output_size", "def conv_output_size(size, kernel_size, stride=1, padding=0):\n    return size // stride\n"),
        ("01", "conv2d", "def conv2d(x, weight, bias=None, stride=1, padding=0):\n    return old(x, weight.flip(2, 3), bias, stride, padding)\n"),
        ("01", "max_pool2d", "def max_pool2d(x, kernel_size, stride=None):\n    raise NotImplementedError()\n"),
        ("01", "relu", "def relu(x):\n    return x.abs()\n"),
        ("03", "log_softmax", "def log_softmax(z, dim=-1):\n    return torch.log(torch.exp(z) / torch.exp(z).sum(dim, keepdim=True))\n"),
        ("03", "softmax", "def softmax(z, dim=-1):\n    return torch.exp(z) / torch.exp(z).sum(0)\n"),
    ],
)  # fmt: skip
def test_one_bug_costs_one_item(notebook, broken, change):
    source = change if "old(" not in change else f"old = {broken}\n" + change
    lost = {item for item, (score, points) in scores(notebook, source).items() if score < points}
    assert lost == {broken}


def test_two_functions_that_only_call_each_other_do_not_both_earn():
    cheat = (
        "def softmax(z, dim=-1):\n    return torch.exp(log_softmax(z, dim))\n"
        "def log_softmax(z, dim=-1):\n    return torch.log(softmax(z, dim))\n"
    )
    # One student for both items, as in a notebook: what one needs of the other is remembered.
    namespace = written("03", cheat)
    student = bench.student_of(namespace, "softmax", set(bench.STUBS))
    raws = {
        item: bench.run_tests(student, bench.NOTEBOOK_OF[item], item, 0)
        for item in ("softmax", "log_softmax")
    }
    assert not all(raw.outcome == "passed" for each in raws.values() for raw in each)
    assert any(raw.outcome != "passed" for raw in raws["log_softmax"])


@pytest.mark.parametrize("part", ["train_one_epoch", "evaluate"])
@pytest.mark.parametrize(
    "name", ["own_functions_called", "own_functions_called_with_keywords", "more_keys_in_the_history"]
)
def test_fit_stands_for_itself(part, name):
    fit = bench.answers("unusual", "fit")[name]
    for each in material(bench.LAB.name, part).misconceptions[::4]:
        result = bench.grade(bench.notebook(**{part: each.function, "fit": fit}), "fit", 0, {"fit", part})
        assert result.score == result.points, (each.name, [t.message for t in result.tests if t.message])


@pytest.mark.parametrize(
    ("item", "name", "other"),
    [
        ("knn_accuracy", "own_neighbours", "nearest_neighbours"),
        ("knn_accuracy", "own_neighbours_one_by_one", "nearest_neighbours"),
        ("top_images", "rests_on_the_other_task", "capture_activations"),
        ("top_images", "single_images_for_the_other_task", "capture_activations"),
    ],
)
def test_an_answer_stands_for_itself_where_another_is_wrong(item, name, other):
    answer = bench.answers("unusual", item)[name]
    for each in bench.known(other).misconceptions[::4]:
        space = bench.notebook(**{other: each.function, item: answer})
        result = bench.grade(space, item, 0, {item, other})
        assert result.score == result.points, (each.name, [t.message for t in result.tests if t.message])


@pytest.mark.parametrize("item", ["capture_activations", "nearest_neighbours"])
def test_a_stand_in_that_lies_in_the_sandbox_is_no_answer(item):
    result = bench.grade(bench.notebook(**{item: LIBRARY[bench.LAB_OF[item].name][item]}), item, 0)
    assert result.score == 0


@pytest.mark.parametrize("part", ["train_one_epoch", "evaluate"])
def test_own_parts_are_told_from_wrong_ones(part):
    spec = LOOP.training(Rng(5), 6, 0.05)
    no_matter = {"criterion_ignored", "batches_not_moved", "labels_not_moved", "images_not_moved"}
    no_matter |= {"gradients_left_on", "gradients_switched_on_at_exit", "backward_while_evaluating"}
    no_matter |= {
        "outputs_squeezed",
        "images_flattened",
    }  # with all of these a right `fit` still gives the right numbers
    judged_right = set()
    for each in material(bench.LAB.name, part).misconceptions:
        student = bench.student_of(bench.notebook(**{part: each.function}), "fit", {"fit", part})
        if LOOP.own_parts_are_right(student, spec):
            judged_right.add(each.name)
    assert judged_right <= no_matter
    for name, answer in bench.answers("unusual", part).items():
        student = bench.student_of(bench.notebook(**{part: answer}), "fit", {"fit", part})
        assert LOOP.own_parts_are_right(student, spec), name


@pytest.mark.parametrize(
    "name",
    [
        *("label_smoothing", "default_learning_rate", "new_adam_each_epoch", "small_weight_decay"),
        *(
            "validation_first",
            "validation_when_all_is_trained",
            "frozen_biases",
            "amsgrad_added",
            "other_betas",
        ),
    ],
)
def test_a_wrong_fit_is_not_saved_by_a_wrong_part(name):
    fit = bench.answers("wrong", "fit")[name]
    broken = next(
        m for m in material(bench.LAB.name, "train_one_epoch").misconceptions if m.name == "zero_grad_missing"
    )
    result = bench.grade(
        bench.notebook(train_one_epoch=broken.function, fit=fit), "fit", 1, {"fit", "train_one_epoch"}
    )
    assert result.score < result.points


def test_a_name_that_agrees_once_and_disagrees_twice_is_none():
    """One number is soon the same by chance: what else the two answer then decides."""

    def raws(*answers, alike=()):
        failures = [
            Failed(f"f({i})", got, "9", "", ["only_weights"] if i in alike else [])
            for i, got in enumerate(answers)
        ]
        made = [Raw("count_parameters", f"test_{i}", "", 1, gate=False, veto=False) for i in range(3)]
        for raw, failure in zip(made, failures, strict=True):
            raw.outcome, raw.failure = "failed", failure
        return made

    known = material(bench.LAB.name, "count_parameters")
    mine = raws("27", "2", "12", alike=[2])
    assert diagnosis(mine, lambda each: raws("90", "80", "12"), known) == []
    mine = raws("27", "2", "12", alike=[0, 2])
    assert diagnosis(mine, lambda each: raws("27", "80", "12"), known) == ["only_weights"]


def _failure(got, *matches, called="f(0)", calls=None):
    return Failed(called, got, "9", "", list(matches), calls=calls or {})


def _diagnosed(mine, theirs):
    """Return the names for an answer and a misconception that fail like this in one test after another; None is a fact that holds."""

    def raws(failures):
        made = [Raw("count_parameters", f"test_{i}", "", 1, gate=False, veto=False) for i in range(len(mine))]
        for raw, failure in zip(made, failures, strict=True):
            raw.outcome, raw.failure = "failed" if failure else "passed", failure
        return made

    known = material(bench.LAB.name, "count_parameters")
    return diagnosis(raws(mine), lambda each: raws(theirs), known)


def test_a_name_that_does_not_explain_the_first_fact_to_fail_is_none():
    first, second = _failure("27"), _failure("12", "only_weights")
    assert _diagnosed([first, second], [_failure("90"), second]) == []
    assert _diagnosed([first, second], [None, second]) == []
    assert _diagnosed([second, first], [second, None]) == ["only_weights"]  # two mistakes


def test_a_call_that_speaks_against_a_name_counts_whichever_of_several_it_is():
    """The first of the two calls gives what the misconception gives, the second something else."""
    alike, unlike = _failure("12", "only_weights"), _failure("3", called="f(1)")
    refuted = _failure("12", calls={0: alike, 1: unlike})
    first = _failure("27", "only_weights")
    assert _diagnosed([first, refuted], [first, _failure("12", calls={0: alike, 1: unlike})]) == []
    assert _diagnosed([first, refuted], [first, _failure("12", calls={0: alike})]) == ["only_weights"]
    other_words = replace(unlike, expected="a result, not an error")
    refuted = _failure("12", calls={0: alike, 1: other_words})
    assert _diagnosed([first, refuted], [first, refuted]) == ["only_weights"]


def test_a_call_that_the_answer_passes_speaks_against_a_name_that_fails_it():
    at = {0: _failure("0", "only_weights")}
    mine, theirs = _failure("0", "only_weights", calls=at), _failure("0", calls={**at, 1: _failure("0")})
    assert _diagnosed([mine], [theirs]) == []
    assert _diagnosed([mine], [mine]) == ["only_weights"]


def test_as_many_queries_are_drawn_as_are_asked_for():
    """Where two of the points lie too near each other none is clear, and a right answer that stacks its rows met none at all."""
    for seed in range(400):
        for q, m, d in ((4, 6, 1), (4, 40, 3)):  # those with most distances for their width
            queries, points = drawn(Rng(seed), q, m, d)
            assert (queries.shape, points.shape) == ((q, d), (m, d)), seed


def test_errors_that_differ_in_their_numbers_are_two():
    """Sizes and places say where a shape went wrong; an address of an object is another in each process."""

    def error(message):
        return {"type": "RuntimeError", "message": message}

    sizes = "The size of tensor a ({}) must match the size of tensor b ({})"
    assert not same_error(error(sizes.format(3, 4)), error(sizes.format(5, 4)))
    assert same_error(error("no <object at 0x7f3c>"), error("no <object at 0x7fa1>"))
