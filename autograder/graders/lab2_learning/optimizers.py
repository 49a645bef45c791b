"""Facts of an optimizer, each judged by a replay of gradients against PyTorch's; those that all four share."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.graders.lab2_learning.optimizer_clues import cause, is_right
from autograder.graders.lab2_learning.optimizer_replays import Seen, judge, judge_tensors, replay
from autograder.grading import causes, item
from autograder.grading.compare import Difference
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student

_FIRST = 2  # steps, of twelve, in which most misconceptions differ
_GIVEN = {"list": "a list of parameters", "tuple": "a tuple of parameters", "generator": "model.parameters()"}
Settings = dict[str, Any]


def check(
    student: Student, name: str, rng: Rng, *settings: Any, judged: Callable[..., Any] = judge, **more: Any
) -> None:
    """Replay gradients with the student's optimizer and with PyTorch's, and compare; `replay` says what may be given.

    Raises:
        Failed: They differ.
        NotAttempted: The stub was left alone.
    """
    spec = {"item": name, **replay(rng, *settings, **more)}
    named = (f"{key}={value!r}" for key, value in spec["kwargs"].items())
    made = f"{name}({', '.join([_GIVEN[spec['form']], *map(repr, settings), *named])})"
    called, steps = made, len(spec["gradients"])
    if steps and spec["loop"]:
        called = f"{made}, then {steps} times: zero_grad, backward, step"
    elif steps and more.get("gaps"):
        called = f"{made}, then {steps} times: a gradient for some parameters, step"
    elif steps:
        called = f"{made}, then {steps} times: a gradient for each parameter, step"
    first = {**spec, "gradients": spec["gradients"][:_FIRST]}
    try:
        student.compare("optimizer", name, spec, judged, called, beginning=(first, judge) if steps else None)
    except Failed as failure:
        values = "the change of parameter" in failure.got or failure.expected == "a result, not an error"
        if causes.sought() and values and not failure.stop:
            failure.advice = cause(student, name, spec) or failure.advice
        # What is wrong without `zero_grad` too, this one does not explain.
        if failure.matches and spec["loop"] and not is_right(student, name, {**spec, "loop": False}):
            failure.matches = [each for each in failure.matches if each != "zero_grad_forgets_the_state"]
        if "`zero_grad`" in failure.expected and failure.kind == "type":
            failure.advice = "`step` and `zero_grad` are both called by these names. In a class they are methods: look at their spelling, and at the indentation of `def`. A function has to return an object that has them."
        raise


def first_facts(tests: Settings, name: str, signature: str, **least: Any) -> None:
    """Put the hidden tests that come first for every optimizer among a module's names.

    Args:
        tests: Those names.
        name: The item.
        signature: What it cannot be made without; `least` holds the settings of these.
    """

    @item(name, veto=True)
    def from_scratch(student: Student, rng: Rng) -> None:
        """`{name}` is written from scratch: no optimizer of `torch.optim` makes its steps."""
        try:
            check(student, name, rng, lr=0.1)
        except Failed as failure:
            if failure.veto:  # another fault is another fact's matter
                raise

    @item(name, gate=True)
    def is_an_optimizer(student: Student, rng: Rng) -> None:
        """`{name}({signature})` gives an object with the methods `step` and `zero_grad`."""
        check(student, name, rng, judged=_judge_form, steps=0, **least)

    _put(tests, (from_scratch, is_an_optimizer), name=name, signature=signature)


def last_facts(tests: Settings, name: str, state: str, usual: Settings, **own: Settings) -> None:
    """Put the hidden tests that come last for every optimizer among a module's names.

    Args:
        tests, name: See `first_facts`.
        state: What it starts for a parameter, in words.
        usual: The settings of a replay, but for those that `own` has by themselves: with `gaps`, of a `generator`, of a `tuple` (without
            it, the defaults), `in_place`.
    """

    @item(name)
    def without_gradients(student: Student, rng: Rng) -> None:
        """A parameter without a gradient is left alone, and starts {state} when it gets one."""
        check(student, name, rng, gaps=True, **own.get("gaps", usual))

    @item(name)
    def any_iterable(student: Student, rng: Rng) -> None:
        """`params` may be any iterable, `model.parameters()` too, which can be gone through only once."""
        check(student, name, rng, form="generator", **own.get("generator", usual))
        check(student, name, rng, form="tuple", **own.get("tuple", {}))

    @item(name)
    def in_place(student: Student, rng: Rng) -> None:
        """Parameters are changed in place, never replaced, and nothing of a step is recorded by autograd."""
        check(student, name, rng, judged=judge_tensors, **own.get("in_place", usual))

    @item(name)
    def in_a_loop(student: Student, rng: Rng) -> None:
        """In a loop of `zero_grad`, `backward` and `step`, each step rests on the gradient of its own backward pass."""
        check(student, name, rng, judged=judge_tensors, loop=True, **usual)

    _put(tests, (without_gradients, any_iterable, in_place, in_a_loop), name=name, state=state)


def _put(tests: Settings, facts: tuple[Callable[..., None], ...], name: str, **words: str) -> None:
    for each in facts:
        each.__name__, each.__module__ = f"test_{name.lower()}_{each.__name__}", tests["__name__"]
        each.__doc__ = str(each.__doc__).format(name=name, **words)
        tests[each.__name__] = each


def _judge_form(seen: Seen, expected: Seen) -> Difference | None:
    """Ask for an object with both methods."""
    found = judge(seen, expected)
    return found if found is not None and found.kind == "type" else None
