"""The usual Python and PyTorch errors in words that a student understands.

The grader says them, and the build writes them into the public checks: one table, so that both say the same.
"""

from __future__ import annotations

import re

from autograder.grading.errors_of_code import OF_CODE
from autograder.grading.errors_of_values import OF_VALUES

_OF_LINES: tuple[tuple[str, ...], ...] = (
    # type of the error, pattern of its message, what to try, and a pattern of the line that failed, which the words are about
    (
        "RuntimeError",
        r"Boolean value of Tensor",
        "Python's own `{name}` compares single numbers, not tensors. For each element by itself there are `torch.clamp` and `torch.maximum`; for the largest of a tensor, its own `x.max()` or `x.amax(dim=…)`.",
        r"(?<![\w.])(?P<name>max|min)\(",
    ),
    (
        "TypeError|AttributeError",
        r"'?NoneType'?",
        "`bias` is None where none is given, and this line uses it all the same. Add it only `if bias is not None`.",
        r"^(?!.*\bbias is\b).*(\bbias(\[|\.)|[-+*]=?\s*bias\b|\bbias\s*[-+*]|\b(float|len|int)\(bias\))",
    ),
    (
        "ZeroDivisionError",
        r"",
        "`stride` is 0 in this line, and nobody asks for that: do the parameters stand in the task's order, `stride` before `padding`?",
        r"(//|/|%)\s*stride\b",
    ),
    (
        "IndexError",
        r"out of bounds for dimension 0",
        "`[{name}]` alone picks whole rows, and there are only as many as images. Of each row you want one entry: `[torch.arange(len({name})), {name}]`, or `gather`.",
        r"\[(?P<name>targets|labels|target|y)\]",
    ),
)
EXPLANATIONS = (*_OF_LINES, *OF_CODE, *OF_VALUES)  # the first that fits is said


def explain(kind: str, message: str, line: str = "") -> str:
    """Return what to try after an error of this type with this message; a general word where it is not a usual one.

    `line` is the line of code that failed, where it is known.
    """
    for known, pattern, advice, *of_line in EXPLANATIONS:
        found = re.search(pattern, message) if kind in known.split("|") else None
        if found and (there := re.search(of_line[0], line) if of_line else found):
            return advice.format(
                **{key: value or "" for each in (found, there) for key, value in each.groupdict().items()}
            )
    return (
        "Call the function in a cell of your own with small inputs, and read the last lines of the traceback."
    )
