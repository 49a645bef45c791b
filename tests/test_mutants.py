"""`autograder validate --mutants`: which changes are made of a solution, and what becomes of those that lose nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.authoring import sieve, survivors
from autograder.authoring.mutants import Mutant, mutants
from autograder.authoring.sieve import DRAWS, Sieve, sift
from autograder.authoring.survivors import RIGHT, hand_in_mutants, right_ones
from autograder.authoring.validate import validate_by_mutants
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.grading.scorecard import ItemResult, Scorecard

STEP = '''
class Steps:
    def __init__(self, params, lr=0.1):
        """Take steps."""
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self, n: int = 2):
        taken = 0
        for p in self.params:
            if p.grad is not None and taken < n:
                p -= self.lr * p.grad
            taken += 1
        return taken, n
'''
NOTHING_LOST = "a change of the solution loses nothing"


@pytest.mark.parametrize(
    "change",
    [
        "p -= self.lr * p.grad => p += self.lr * p.grad",
        "p -= self.lr * p.grad => p = p - self.lr * p.grad",  # no longer in place
        "p -= self.lr * p.grad => p = self.lr * p.grad",
        "p -= self.lr * p.grad => p -= self.lr / p.grad",
        "p -= self.lr * p.grad => p -= p.grad",
        "p -= self.lr * p.grad => p -= self.params * p.grad",
        "p -= self.lr * p.grad => pass",
        "if p.grad is not None and taken < n: => if p.grad is not None and taken <= n:",
        "if p.grad is not None and taken < n: => if p.grad is not None or taken < n:",
        "if p.grad is not None and taken < n: => if p.grad is None and taken < n:",
        "if p.grad is not None and taken < n: => if not (p.grad is not None and taken < n):",
        "if p.grad is not None and taken < n: => if True:",
        "for p in self.params: => for p in list(self.params)[1:]:",
        "def __init__(self, params, lr=0.1): => def __init__(self, params, lr=0.2):",
        "def __init__(self, params, lr=0.1): => def __init__(self, params, lr):",
        "def __init__(self, params, lr=0.1): => def __init__(self, lr, params=0.1):",
        "def step(self, n: int=2): => def step(self, n: int=3):",
        "@torch.no_grad() => ",
        "@torch.no_grad() => @torch.enable_grad()",
        "taken = 0 => taken = 1",
        "return (taken, n) => return (n, taken)",
        "return (taken, n) => return (taken,)",
        "return (taken, n) => ",
        "    taken += 1 => taken += 1",  # out of the loop
        " => break",
        "self.params, self.lr = (list(params), lr) => self.lr, self.params = (list(params), lr)",
        "self.params, self.lr = (list(params), lr) => self.params, self.lr = (params, lr)",
    ],
)
def test_each_kind_of_slip_is_made(change: str) -> None:
    assert change in {each.change for each in mutants("Steps", STEP)}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("return x.clamp(min=0)", "return x.clamp(min=0) => return x.clamp(max=0)"),
        ("return x.exp()", "return x.exp() => return x.exp_()"),
        ("return x.add_(y)", "return x.add_(y) => return x.add(y)"),
        ("return f(x, y)", "return f(x, y) => return f(y, x)"),
        ("return f(a=x, b=y)", "return f(a=x, b=y) => return f(a=y, b=x)"),
        ("return x.sum(dim=y)", "return x.sum(dim=y) => return x.mean(dim=y)"),
        ("return x.sum(dim=y)", "return x.sum(dim=y) => return x.sum()"),
        ("return x[1:y]", "return x[1:y] => return x[:y]"),
        ("return x if y else -x", "return x if y else -x => return -x if y else x"),
        ("return not x", "return not x => return x"),
        ("return {'a': x, 'b': y}", "return {'a': x, 'b': y} => return {'a': y, 'b': x}"),
        ("x = x + y\n    return x", "x = x + y => x += y"),  # in place, on the argument
        ("return [p for p in x if p > y]", "return [p for p in x if p > y] => return [p for p in x]"),
        ("x.eval()\n    x.step()", "x.eval(); x.step() => x.step(); x.eval()"),
        ("with x:\n        x.f()\n        y.g()", "with x:;     x.f(); …"),
    ],
)
def test_each_kind_of_slip_is_made_of_a_line(code: str, change: str) -> None:
    made = {each.change for each in mutants("f", f"def f(x, y=1):\n    {code}")}
    assert change in made or any(
        each.startswith(change.removesuffix("…")) for each in made if change.endswith("…")
    )


def test_changes_are_told_apart_and_none_compiles_to_the_same() -> None:
    made = mutants("Steps", STEP)
    assert len({each.change for each in made}) == len({each.code for each in made}) == len(made)
    assert not any("Take steps" in each.change for each in made)  # docstrings are words
    assert [m.change for m in mutants("f", "def f(x):\n    x = 2 * 3\n    y = 3\n")].count(
        "x = 2 * 3; y = 3 => y = 3; x = 2 * 3"
    ) == 0
    assert "return 2 * 3 => return 3 + 3" not in {
        m.change for m in mutants("f", "def f():\n    return 2 * 3")
    }  # 6 as well


def _hand_in(course: Course, lab1: Assignment, *items: str) -> list[str]:
    silent = Console(file=io.StringIO())
    return hand_in_mutants(course, lab1, "digits", 1, silent, silent, items)


def test_through_the_sandbox_all_lose_but_those_that_are_listed(
    course: Course, lab1: Assignment, loaded_workers: None
) -> None:
    assert _hand_in(course, lab1, "relu", "accuracy") == []


@pytest.fixture
def weak(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the hidden tests of `relu` ask for its form alone, and its list lie in the folder that comes back."""
    tests = sieve._tests
    monkeypatch.setattr(
        sieve, "_tests", lambda lab, item: [t for t in tests(lab, item) if "shape" in t.__name__]
    )

    def grade_notebooks(course, assignment, dataset, jobs, notebooks, what, err, hurry):
        for _ in notebooks:
            items = [
                ItemResult(i.id, i.points, i.points, "passed") for i in assignment.items("01_cnn_layers")
            ]
            yield Scorecard(assignment.name, "01_cnn_layers", "", "graded", 24.0, 24.0, items)

    monkeypatch.setattr(survivors, "grade_notebooks", grade_notebooks)
    monkeypatch.setattr(survivors, "item_folder", lambda lab, item: tmp_path)
    return tmp_path


def test_a_change_that_a_weak_test_lets_pass_is_named(course: Course, lab1: Assignment, weak: Path) -> None:
    said = "\n".join(_hand_in(course, lab1, "relu"))
    assert f"relu: {NOTHING_LOST}" in said
    assert "-    return x.clamp(min=0)\n      +    return x.clamp(max=0)" in said
    (weak / RIGHT).write_text(
        '"The sign is free." = ["… => return x.clamp(max=0)"]\n"Any bound will do." = ["… => return x.clamp(min=…)"]'
    )
    assert "max=0" not in "\n".join(_hand_in(course, lab1, "relu"))


def test_an_entry_of_the_list_that_fits_nothing_is_an_error(
    course: Course, lab1: Assignment, weak: Path
) -> None:
    (weak / RIGHT).write_text('"It was so." = ["return x.relu() => return x"]')
    assert any(
        "no change of the solution is 'return x.relu() => return x' any more" in said
        for said in _hand_in(course, lab1, "relu")
    )


def test_an_entry_of_the_list_that_loses_points_is_an_error(
    course: Course, lab1: Assignment, weak: Path
) -> None:
    (weak / RIGHT).write_text('"Why not." = ["return x.clamp(min=0) => "]')  # None, which has no shape
    assert any(
        "calls a change right that loses points (Why not.)" in said for said in _hand_in(course, lab1, "relu")
    )


@pytest.mark.parametrize("text", ["[", '"Why." = "return x => return y"', "[table]\nx = 1"])
def test_a_list_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RIGHT).write_text(text)
    with pytest.raises(CourseError, match=RIGHT):
        right_ones(tmp_path)


def test_a_change_that_hangs_or_ends_its_process_is_left_to_the_sandbox(
    course: Course, lab1: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "_LATE", 2.0)
    codes = {
        "hangs": "while True:\n        pass",
        "ends": "__import__('os')._exit(3)",
        "wrong": "return x",
        "right": "return x.clamp(min=0)",
    }
    changes = [Mutant("relu", name, f"def relu(x):\n    {code}", "") for name, code in codes.items()]
    seen = sift(Sieve(course, lab1, "digits"), changes, 1, lambda done, total: None)
    assert {each.change: kept for each, kept in seen.items()} == {
        "hangs": None,
        "ends": None,
        "wrong": 0,
        "right": DRAWS,
    }


def test_an_item_that_is_not_there_is_refused(course: Course) -> None:
    silent = Console(file=io.StringIO())
    with pytest.raises(CourseError, match="There is no item rellu with a stub"):
        validate_by_mutants(course, "digits", 1, silent, silent, "lab1_train_cnn", ["rellu"])
