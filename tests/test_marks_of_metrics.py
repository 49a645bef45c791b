"""Notebook 03: who did something else keeps nothing, and values from nowhere earn nothing."""

import grading_bench as bench
import pytest
import torch

from autograder.grading.items import material
from autograder.grading.rng import Rng

ITEMS = [each for each in bench.STUBS if bench.NOTEBOOK_OF[each].startswith("03")]
pytestmark = pytest.mark.usefixtures("remembered")


# --- something else was done -------------------------------------------------------------------------------


_ONE, _TWO = torch.tensor([[2.0, 0.5, -1.0], [0.3, 1.5, 0.2], [0.1, 0.4, 2.5]]), torch.tensor([2, 0, 1])
_RNG = torch.Generator().manual_seed(1)
_INPUTS = {
    "softmax": ((_ONE,), (3 * _ONE.flip(1) - 1,)),
    "log_softmax": ((_ONE,), (3 * _ONE.flip(1) - 1,)),
    "cross_entropy": ((_ONE + 2, _TWO), (3 * _ONE.flip(1) + 4, _TWO)),
    "accuracy": (
        (torch.randn(19, 4, generator=_RNG).index_fill(0, torch.tensor(0), 9.0), torch.arange(19) % 4),
        (torch.diag(torch.arange(4.0)), torch.arange(4)),
        (torch.eye(4)[1:], torch.arange(1, 4)),
    ),
    "confusion_matrix": ((_TWO, _TWO, 3), (torch.tensor([0, 0, 1]), torch.tensor([2, 2, 1]), 3)),
    "precision_recall_f1": ((torch.arange(9).reshape(3, 3),), (torch.diag(torch.arange(1, 4)),)),
    "roc_curve": ((_ONE[0], torch.tensor([1, 0, 1])), (_ONE[1], torch.tensor([0, 0, 1]))),
    "auc": ((torch.tensor([0.0, 0.3, 1]), _ONE[0]), (torch.tensor([0.0, 0.7, 1]), _ONE[1])),
}


def told_apart(function, inputs):
    """Say whether a function gives different inputs different results; an error is one, too."""
    seen = set()
    for arguments in inputs:
        try:
            seen.add(repr(function(*(each.clone() if torch.is_tensor(each) else each for each in arguments))))
        except Exception as error:
            seen.add(repr(error) + str(len(seen)))
    return len(seen) > 1


@pytest.mark.parametrize("item", _INPUTS)
def test_who_does_not_look_at_the_input_did_something_else(item):
    for each in material(bench.LAB.name, item).misconceptions:
        assert each.other_task or told_apart(each.function, _INPUTS[item]), each.name


def test_a_constant_is_not_told_apart():
    assert not told_apart(lambda z: torch.ones(3), _INPUTS["softmax"])


# --- relations ---------------------------------------------------------------------------------------------


RELATIONS = [
    (mark["name"], mark["holds"]) for _, mark in bench.hidden_tests("03_softmax_metrics") if mark["holds"]
]


def holds(item, relation, answer, seed=5):
    student = bench.student_of(bench.notebook(**{item: answer}), item, {item})
    return student.holds(item, relation, Rng(seed))


@pytest.mark.parametrize(("item", "relation"), RELATIONS)
def test_a_relation_is_true_of_right_answers_and_not_of_all(item, relation):
    known = material(bench.LAB.name, item)
    for seed in range(5):
        assert holds(item, relation, known.reference, seed) is True
    for name, answer in bench.answers("unusual", item).items():
        assert holds(item, relation, answer) is True, name
    assert any(holds(item, relation, each.function) is not True for each in known.misconceptions)


# --- values from nowhere -----------------------------------------------------------------------------------


def like(item, fill):
    """Return an answer of the right form whose numbers come from `fill`."""
    reference = material(bench.LAB.name, item).reference

    def filled(value):
        if isinstance(value, torch.Tensor):
            return fill(value)
        return (
            tuple(filled(each) for each in value)
            if isinstance(value, tuple)
            else float(fill(torch.zeros(())))
        )

    return lambda *args, **kwargs: filled(reference(*args, **kwargs))


def _random(value):
    return torch.rand(value.shape).to(value.dtype)


def _half(value):
    return torch.full(value.shape, 0.5).to(value.dtype)


NOWHERE = {
    "empty": torch.empty_like,
    "zeros": torch.zeros_like,
    "ones": torch.ones_like,
    "half": _half,
    "random": _random,
    "zeros of NumPy": lambda value: torch.zeros_like(value).numpy(),
    "the form of a ROC curve": lambda value: torch.linspace(0, 1, max(value.numel(), 1)).reshape(value.shape),
}


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize("item", ITEMS)
def test_values_from_nowhere_earn_nothing(item, name):
    answer = like(item, NOWHERE[name])
    # With the first two, zeros were once taken for the areas of small steps, cut to whole numbers.
    for seed in (1, 2, 3):
        result = bench.grade(bench.notebook(**{item: answer}), item, seed)
        assert bench.under_rules_of_the_course(result).score == 0
        assert not [hint for hint in bench.hints_in(result) if hint.startswith("You round")]


def goes_through_the_motions(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        model(images)
    model.train(was_training)
    return torch.zeros(len(images), dtype=torch.int64), torch.full((len(images),), 0.5)


def a_straight_line(scores, labels):
    top = torch.tensor([float("inf"), float(scores.max()), float(scores.min())], dtype=scores.dtype)
    line = torch.tensor([0.0, 0.5, 1.0], dtype=scores.dtype)
    return line, line.clone(), top


def the_input_again(z, dim=-1):
    return z.clone()


def equal_shares(z, dim=-1):
    return torch.full_like(z, 1 / z.shape[dim])


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("predict", goes_through_the_motions),
        ("roc_curve", a_straight_line),
        ("softmax", the_input_again),
        ("softmax", equal_shares),
        ("log_softmax", the_input_again),
    ],
)
def test_the_motions_alone_earn_nothing(item, answer):
    result = bench.grade(bench.notebook(**{item: answer}), item, seed=3)
    assert bench.under_rules_of_the_course(result).score == 0


def test_a_slip_of_form_costs_its_own_share_only():
    def numpy_result(z, dim=-1):
        return material(bench.LAB.name, "softmax").reference(z, dim).numpy()

    result = bench.grade(bench.notebook(softmax=numpy_result), "softmax")
    assert [test.name for test in result.tests if test.outcome != "passed"] == ["test_softmax_shape"]
    assert 0 < result.score < result.points
