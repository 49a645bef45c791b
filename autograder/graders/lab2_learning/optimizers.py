"""What the four optimizers share: replays of gradients, what is judged of them, clues, and the mistakes that all of them invite."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch

from autograder.grading.compare import Difference, describe, difference
from autograder.grading.misconceptions import Misconception
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student

Seen = dict[str, Any]
SHAPES = (
    (3, 4),
    (4,),
    (),
    (2, 1, 3),
    (3, 4),
)  # two alike, one of one number, and one that broadcasts against others
STEPS = 12
_ROUNDINGS = 0.05  # of a parameter's size: four of its roundings, as the tolerance takes a share of it


# ------------------------------------------------------------------------------------------------------------- replays


def replay(
    rng: Rng,
    *settings: float,
    dtype: torch.dtype = torch.float32,
    form: str = "list",
    loop: bool = False,
    gaps: bool = False,
    size: float = 1.0,
    start: float = 0.02,
    **named: Any,
) -> Seen:
    """Return what the probe `optimizer` is asked.

    Args:
        rng: Draws parameters and gradients.
        settings: What follows the parameters by position; `named` goes by name.
        dtype: Of all of them.
        form: What the parameters are given as.
        loop: Whether gradients come by backward passes, after `zero_grad`.
        gaps: Whether some parameters have no gradient: the first ever, the second at the beginning, the fourth for a while.
        size: Of the gradients; they vary from step to step, and one element's is always 0, as of a unit that is dead.
        start: Size of the parameters; small ones show small steps.
    """
    values = [start * rng.normal(*shape, dtype=dtype) for shape in SHAPES]
    gradients: list[list[torch.Tensor | None]] = []
    for step in range(STEPS):
        stretch = size * (0.3 + 2 * rng.uniform(1, dtype=dtype)[0])
        drawn: list[torch.Tensor | None] = [stretch * rng.normal(*shape, dtype=dtype) for shape in SHAPES]
        for at in (0, 3):
            if (gradient := drawn[at]) is not None:
                gradient.reshape(-1)[1] = 0.0
        if gaps:
            drawn[0] = None
            drawn[1] = None if step < 4 else drawn[1]
            drawn[3] = None if step in (5, 6) else drawn[3]
        gradients.append(drawn)
    return {
        "args": [values, *settings],
        "kwargs": named,
        "form": form,
        "loop": loop,
        "gradients": gradients,
        "seed": 0,
    }


def judge(seen: Seen, expected: Seen) -> Difference | None:
    """Compare how far each step moves each parameter."""
    if not seen["optimizer"] or not expected["optimizer"]:
        both = seen["optimizer"] == expected["optimizer"]
        text = f"the result is {describe(seen.get('result'))}, expected an object with the methods `step` and `zero_grad`"
        return None if both else Difference("type", text)
    mine, theirs = seen["after"], expected["after"]
    for step in range(len(theirs)):
        for at, (shape, now, then) in enumerate(zip(SHAPES, mine[step], theirs[step], strict=True)):
            before, wanted = (mine[step - 1][at], theirs[step - 1][at]) if step else (then, then)
            moved, right = now.double() - before.double(), then.double() - wanted.double()
            scale = float(right.abs().max() + _ROUNDINGS * then.double().abs().max())
            what = f"the change of parameter {at + 1}, of shape {shape},"
            when = f"in step {step}" if step else "before the first step"
            if found := difference(moved, right, scale, what):
                return Difference("value", found.text.replace(" is ", f" {when} is ", 1))
    return None


def judge_tensors(seen: Seen, expected: Seen) -> Difference | None:
    """Compare values, and what has become of the tensors that hold them."""
    if (found := judge(seen, expected)) or not expected["optimizer"]:
        return found
    words = {
        "replaced": "parameters with a new tensor behind them, expected parameters whose numbers are changed in place",
        "learning": "parameters that take no gradients after the steps, expected parameters with `requires_grad`",
        "recorded": "a step that autograd records, expected steps of which nothing is recorded",
        "enabled": "gradients switched off after the step, expected the gradient state as it was",
        "cleared": "gradients that are still there after `zero_grad()`, expected None or zeros for every parameter",
    }
    found_words = (text for key, text in words.items() if seen[key] != expected[key])
    return next((Difference("value", text) for text in found_words), None)


def judge_form(seen: Seen, expected: Seen) -> Difference | None:
    """Ask for an object with both methods."""
    found = judge(seen, expected)
    return found if found is not None and found.kind == "type" else None


def check(student: Student, item: str, judged: Callable[..., Difference | None] = judge, **spec: Any) -> None:
    """Replay gradients with the student's optimizer and with PyTorch's, and compare.

    Raises:
        Failed: They differ.
        NotAttempted: The stub was left alone.
    """
    _, *settings = spec["args"]
    given = {
        "list": "a list of parameters",
        "tuple": "a tuple of parameters",
        "generator": "model.parameters()",
    }
    named = ", ".join(
        [*map(repr, settings), *(f"{name}={value!r}" for name, value in spec["kwargs"].items())]
    )
    how = "zero_grad, backward, step" if spec["loop"] else "a gradient for each parameter, step"
    rounds = f", then {len(spec['gradients'])} times: {how}" if spec["gradients"] else ""
    if any(None in [None if each is None else 0 for each in step] for step in spec["gradients"]):
        rounds = rounds.replace("for each parameter", "for some parameters")
    called = f"{item}({', '.join(filter(None, [given[spec['form']], named]))}){rounds}"
    student.compare("optimizer", item, {"item": item, **spec}, judged, called)


def check_form(student: Student, item: str, spec: Seen) -> None:
    """Fail unless an optimizer comes; no step is made."""
    check(student, item, judge_form, **{**spec, "gradients": []})


def check_from_scratch(student: Student, item: str, spec: Seen) -> None:
    """Fail where a library's optimizer makes the step; another fault is another fact's matter.

    Raises:
        Failed: It does.
    """
    try:
        check(student, item, **spec)
    except Failed as failure:
        if failure.veto:
            raise


# --------------------------------------------------------------------------------------------------------------- clues


def trace_clue(seen: Seen, expected: Seen) -> str:
    """Say what the steps have to do with the right ones, where no misconception is known."""
    mine, theirs = (_moves(each["after"]) for each in (seen, expected))
    if judge(seen, expected) is None:
        return _clue_of_tensors(seen, expected)
    if not any(bool(each.any()) for step in mine for each in step):
        return "No parameter moves. `p = p - …` only gives the name `p` to another tensor: change the numbers in place, `p -= …` under `torch.no_grad()`."
    if any(bool(each.isnan().any()) for step in mine for each in step):
        return "A step gives nan: 0 divided by 0, or the root of a negative number. An element whose gradient is 0 must stay where it is: that is what `eps` in the denominator is for."
    wrong = [
        at
        for at in range(len(SHAPES))
        if not all(map(_near, *([row[at] for row in rows] for rows in (mine, theirs))))
    ]
    if not wrong:
        return "Your steps are off by less than a thousandth: look at what is small in the formula, as `eps`, and at settings that are not the ones given."
    still = [at for at in wrong if not any(bool(row[at].any()) for row in mine)]
    if still and len(wrong) == len(still):
        return f"Parameter {still[0] + 1} never moves, and the others do: does the loop over the parameters end early (`return`, `break`), or is one left out?"
    if not any(bool(each.any()) for step in mine[1:] for each in step):
        return "Only the first step moves the parameters. `params` may be a generator, which is empty after one pass: keep `list(params)`."
    if 4 not in wrong and not any(bool(row[0].any()) for row in theirs):  # the last always has a gradient
        return "Parameters that have a gradient in every step are right, the others are not. One without a gradient is left alone, its state too, and counts only the steps in which it has one."
    first = next(step for step in range(len(theirs)) if not all(map(_near, mine[step], theirs[step])))
    if all(
        _near(-a, b) for step in range(len(theirs)) for a, b in zip(mine[step], theirs[step], strict=True)
    ):
        return "Every step has the right size and goes uphill. The gradient points to where the loss grows: take it away."
    if (ratio := _ratio(mine, theirs)) is not None:
        return f"Every step is {ratio:.4g} times as long as it should be: is a factor too many or too few in the update, or a setting not the one that is given?"
    if first > 0:
        return "The first step is right and a later one is not. What is kept for each parameter between the steps is not brought up to date as the formula says."
    return "The very first step is wrong: work it out by hand for one number, with the state as it is at the beginning."


def _clue_of_tensors(seen: Seen, expected: Seen) -> str:
    if seen["replaced"] != expected["replaced"]:
        return "Your steps are right, but they put new tensors behind the parameters (`p.data = …`). Whoever shares the old ones does not see the change: write `p -= …` under `torch.no_grad()`."
    if seen["cleared"] != expected["cleared"]:
        return "`zero_grad` leaves gradients as they are, and the next `backward` adds to them. Give every parameter `p.grad = None`, or zeros."
    if seen["recorded"] != expected["recorded"]:
        return "Autograd records your step, and what you keep drags a graph along that grows with each step. Put `@torch.no_grad()` above `def step`."
    return "Your steps are right, but gradients are switched off afterwards. Use `with torch.no_grad():` or `@torch.no_grad()`, which switch them on again, and leave `requires_grad` alone."


def _moves(after: list[list[torch.Tensor]]) -> list[list[torch.Tensor]]:
    return [[b.double() - a.double() for a, b in zip(*pair, strict=True)] for pair in pairwise(after)]


def _near(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a, b, rtol=1e-3, atol=1e-4 * float(b.abs().max()) + 1e-9)


def _ratio(mine: list[list[torch.Tensor]], theirs: list[list[torch.Tensor]]) -> float | None:
    """Return the one number by which all steps differ; None where there is none."""
    a, b = (torch.cat([each.reshape(-1) for step in some for each in step]) for some in (mine, theirs))
    ratio = float(a @ b / (b @ b))
    return ratio if abs(ratio) > 1e-9 and _near(a / ratio, b) else None


# ------------------------------------------------------------------------------------- mistakes that all of them invite


def common(instead: Callable[..., Misconception]) -> dict[str, Misconception]:
    """Return the misconceptions that an optimizer written as each `written` one is invites, by name.

    Args:
        instead: Changes that optimizer.
    """
    no_grad = "@torch.no_grad()\n    def step(self):"
    loop = "for p in self.params:\n            if"
    return {
        "generator_used_up": instead(
            "You keep `params` as it comes. `model.parameters()` is a generator, which is empty after one pass, so only the first step does anything: keep `list(params)`.",
            {"list(params)": "params"},
        ),
        "gradients_never_cleared": instead(
            "Your `zero_grad` clears nothing, so each `backward` adds to the gradients of all before it. Set `p.grad = None` for every parameter.",
            {"p.grad = None": "pass"},
        ),
        "one_gradient_cleared": instead(
            "Your `zero_grad` clears the first parameter’s gradient alone: the loop ends after one pass. Clear that of every parameter.",
            {"p.grad = None": "p.grad = None\n            break"},
        ),
        "clearing_needs_a_gradient": instead(
            "Your `zero_grad` calls `p.grad.zero_()`, and before the first `backward` there is no gradient yet. Ask `if p.grad is not None`, or set `p.grad = None`.",
            {"p.grad = None": "p.grad.zero_()"},
        ),
        "step_under_autograd": instead(
            "Autograd watches your step and refuses to let a parameter be changed in place. Put `@torch.no_grad()` above `def step`.",
            {"@torch.no_grad()": ""},
        ),
        "new_tensors_behind_data": instead(
            "You put a new tensor behind each parameter, `p.data = …`. Whoever shares the old one, a view or another network, does not see the step: change the numbers in place, `p -= …` under `torch.no_grad()`.",
            {"p.sub_(": "p.data = p - ("},
        ),
        "only_the_name_moves": instead(
            "`p = p - …` gives the name `p` to a new tensor, and the parameter stays as it was. Change it in place: `p -= …` or `p.sub_(…)`.",
            {"p.sub_(": "p = p - ("},
            other_task=True,
        ),
        "uphill": instead(
            "You add the step. The gradient points to where the loss grows: take it away.",
            {"p.sub_(": "p.add_("},
        ),
        "learning_rate_left_out": instead(
            "Your step is not multiplied by the learning rate that is given.",
            {"self.lr * ": ""},
        ),
        "missing_gradient_not_skipped": instead(
            "A parameter without a gradient has `p.grad` None, and you calculate with it. Leave such a parameter alone: `if p.grad is None: continue`.",
            {"if p.grad is None:\n                continue": ""},
        ),
        "first_missing_gradient_ends_the_step": instead(
            "At the first parameter without a gradient your step ends, so those behind it stay as they are. Skip that one alone: `continue`, not `break` or `return`.",
            {"continue": "break"},
        ),
        "one_state_for_all": instead(
            "All parameters share one state, so each continues what the one before it left. Keep a state for each parameter: a dict by parameter, or a list.",
            {"self.state.get(p": "self.state.get(0", "self.state[p]": "self.state[0]"},
        ),
        "state_forgotten_each_step": instead(
            "Your state begins anew in every step, so nothing is remembered. Make it in `__init__`, and only bring it up to date in `step`.",
            {loop: "self.state = {}\n        " + loop},
        ),
        "zero_grad_forgets_the_state": instead(
            "Your `zero_grad` clears the state as well. It clears gradients only: what is remembered of earlier steps stays.",
            {"def zero_grad(self):": "def zero_grad(self):\n        self.state = {}"},
        ),
        "only_the_first_parameter": instead(
            "Your step returns inside the loop, after the first parameter with a gradient. Move the `return` out, or do without it.",
            {"\n\n    def zero_grad": "\n            return\n\n    def zero_grad"},
        ),
        "parameters_frozen": instead(
            "Your step takes `requires_grad` from the parameters, so the next `backward` does not reach them. Leave it on, and put the step under `torch.no_grad()`.",
            {"p.sub_(": "p.requires_grad_(False).sub_("},
        ),
        "gradients_left_off": instead(
            "You switch gradients off in `step` and never on again, so the next forward pass is not recorded. `@torch.no_grad()` restores them by itself.",
            {no_grad: "def step(self):\n        torch.set_grad_enabled(False)"},
        ),
    }


def common_of_roots(instead: Callable[..., Misconception]) -> dict[str, Misconception]:
    """Return the misconceptions about the root, the square and `eps` that RMSprop and Adagrad invite."""
    return {
        "eps_inside_the_root": instead(
            "Your `eps` stands under the root, where it weighs far more. Add it behind: √… + eps.",
            {"new.sqrt() + self.eps": "(new + self.eps).sqrt()"},
        ),
        "eps_left_out": instead(
            "Your `eps` is left out, and an element whose gradient is 0 divides 0 by 0. Add it to the root.",
            {" + self.eps": ""},
        ),
        "root_left_out": instead(
            "You divide by the squares themselves. Divide by their root.", {"new.sqrt()": "new"}
        ),
        "gradient_not_squared": instead(
            "You collect the gradient’s absolute value. Collect its square, `g**2`.", {"g**2": "g.abs()"}
        ),
        "divided_by_the_old_squares": instead(
            "You divide by what was collected before this step. Bring it up to date first, with this gradient’s square.",
            {"new.sqrt()": "(old + 0 * g).sqrt()"},
        ),
        "one_square_for_the_whole_tensor": instead(
            "You collect one number for a whole tensor. Each element has its own: square and add elementwise.",
            {"g**2": "(g**2).sum()"},
        ),
    }
