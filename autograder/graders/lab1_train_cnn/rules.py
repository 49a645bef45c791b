"""The from-scratch rule: which library calls do the whole job, by whatever name they are reached."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import re
from typing import Any

from autograder.grading.compare import difference
from autograder.grading.observers import LocalObserver
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student, call_text
from autograder.sandbox import Reply
from autograder.sandbox.inside.watching import IN_A_THREAD, UNWATCHED

# Operators below the Python names, so that an alias, a module or a method is the same thing.
_OPERATORS = re.compile(
    r"\w+::_?(convolution|conv\w*|thnn_conv\w*|slow_conv\w*|mkldnn_convolution\w*|cudnn_convolution\w*|mkldnn_max_pool\w*"
    r"|(adaptive_|fractional_)?max_pool\w*|relu_?|(safe_|log_)?softmax|nll_loss\w*|cross_entropy\w*|trapezoid|trapz)$"
)
_FUNCTIONS = re.compile(
    r"torch\.(conv\d\w*|conv_\w+|convolution|(adaptive_|fractional_)?max_pool\w*|relu_?|softmax|log_softmax"
    r"|nll_loss\w*|cross_entropy\w*|trapezoid|trapz|cumulative_trapezoid)$"
)
_PYTHON = re.compile(
    r"(sklearn|torchmetrics)\.|scipy[\w.]*\.correlate\w*$"
    r"|(scipy|numpy|torch)[\w.]*\.(conv\w*|fftconvolve|(log_)?softmax|trapezoid|trapz)$"
)


def banned(seen: list[str]) -> list[str]:
    """Return those library calls that the rule does not allow."""
    return [name for name in seen if _OPERATORS.match(name) or _FUNCTIONS.match(name) or _PYTHON.match(name)]


def _library_calls(reply: Reply) -> list[str]:
    if reply.status != "ok" or not isinstance(reply.value.get("library"), list):
        return []  # an error or a hang is another fact's matter
    return banned([str(name) for name in reply.value["library"]])


def _look(student: Student, item: str, spec: dict[str, Any], watched: Reply) -> None:
    """Say where a person should look: a function that answers otherwise, or hides, while it is watched.

    That is no proof, so it costs nothing.
    """
    alone = student.ask("call", item, {**spec, "watch": False})
    if alone.status != "ok":
        return
    why = ""
    if watched.status != "ok":
        why = "stops with an error"
    elif _differ(watched.value.get("result"), alone.value.get("result")):
        why = "gives another result"
    elif {IN_A_THREAD, UNWATCHED} & {str(name) for name in watched.value.get("library", [])}:
        why = "works in a thread, or takes the profile off,"
    if why:
        student.advice.append(
            f"`{item}` {why} while its library calls are watched. A person should look whether it is written from scratch."
        )


def _differ(first: Any, second: Any) -> bool:
    try:
        return difference(first, second) is not None
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError):
        return False  # of a form that the facts before this one refuse


def check_from_scratch(student: Student, item: str, *args: Any, **kwargs: Any) -> None:
    """Call the student's function under watch; fail where it makes a library call that does the whole job."""
    if isinstance(student.observer, LocalObserver) and student.observer.is_reference(item):
        return  # our own reference may use the library
    spec = {"item": item, "args": list(args), "kwargs": kwargs, "seed": 0, "watch": True, "standins": []}
    watched = student.ask("call", item, spec)
    found = _library_calls(watched)
    if not found:
        _look(student, item, spec, watched)
    elif others := student.possible_standins(item):
        # The call may be another item's, which loses its own points for it.
        found = _library_calls(student.ask("call", item, {**spec, "standins": others}))
    if found:
        names = ", ".join(dict.fromkeys(name.removeprefix("aten::").lstrip("_") for name in found))
        if watched.value.get("imported") is True:
            raise Failed(
                call_text(item, args, kwargs),
                f"the result of a library's own `{item}`: that is what the name stands for once all cells have run",
                "code of your own, from the operations that the notebook allows",
                f"If you wrote `{item}`, a later `from … import *` has put the library's in its place: import the module "
                "under a name, as in `import torch.nn.functional as F`.",
            )
        raise Failed(
            call_text(item, args, kwargs),
            f"a result computed by the library ({names[:200]})",
            "code of your own, from the operations that the notebook allows",
            f"`{item}` is to be written from scratch. Take the library call out and build the result from "
            "sums, products, "
            "maxima and indexing; the notebook lists what is allowed.",
        )
