"""Ask a wrong function again with a simpler input: the one change that makes it right names the cause.

No list of wrong answers is ever whole, and an error's words depend on how the code is written (`einsum` or loops). That a
function is right for a square kernel and not for another one is the same however it is written. An item says which changes
are tried, the most telling first.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from autograder.grading import causes
from autograder.grading.aspects import compare_aspect
from autograder.grading.clues import ENDS_EARLY, LAST_WINDOW
from autograder.grading.observers import run_here
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student

_EXACT = re.compile("Boolean value of Tensor|view size is not compatible")  # errors that name their own cause
Arguments = dict[str, Any]
Change = tuple[
    Arguments, str
]  # the arguments that change, and what to say where the result is right with them


@dataclass(frozen=True)
class Simpler:
    """How an item's calls can be made simpler.

    Attributes:
        item: The item.
        changes: Takes a call's arguments by the item's own names, and yields the changes that it allows.
    """

    item: str
    changes: Callable[..., Iterator[Change]]

    def check(
        self, student: Student, *args: Any, also: tuple[str, ...] = (), form_only: bool = False, **kwargs: Any
    ) -> None:
        """Do what `student.check` does; where no misconception is known, advise by what a simpler input changes.

        Raises:
            Failed: The result differs.
            NotAttempted: The stub was left alone.
        """
        try:
            student.check(self.item, *args, also=also, form_only=form_only, **kwargs)
        except Failed as failure:
            known = (
                "after the call" in failure.got
                or _EXACT.search(failure.got)
                or failure.advice in (ENDS_EARLY, LAST_WINDOW)
            )
            if causes.sought() and not failure.matches and not failure.stop and not known:
                failure.advice = self._cause(student, args, kwargs, also) or failure.advice
            raise

    def _cause(
        self, student: Student, args: tuple[Any, ...], kwargs: Arguments, also: tuple[str, ...]
    ) -> str:
        """Return what is said of the first change that makes right what was asked; "" where none does."""
        parameters = inspect.signature(self.changes).parameters.values()
        names = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        call = {**dict(zip(names, args, strict=False)), **kwargs}
        for changed, advice in self.changes(**call):
            named = {name: value for name, value in {**call, **changed}.items() if value is not None}
            positional = []
            for name in names[: len(args)]:
                if name not in named:
                    break  # what follows an argument that is left out goes by name
                positional.append(named.pop(name))
            match self._right(student, positional, named, also):
                case True:
                    return advice
                case None:
                    return ""  # it hung or ended: ask no more
        return ""

    def _right(
        self, student: Student, args: list[Any], kwargs: Arguments, also: tuple[str, ...]
    ) -> bool | None:
        known = student.material(self.item)
        spec = {"item": self.item, "args": args, "kwargs": kwargs, "seed": 0, "grad": True, "repeat": 1}
        reply = student.ask("call", self.item, spec)
        if reply.status != "ok":
            return False if reply.status == "error" else None
        assert known.reference is not None
        expected = run_here({self.item: known.reference}, "call", spec)
        if expected.status != "ok":
            return False  # a change that leaves no call that is allowed (a kernel larger than the image)
        scale = None if known.scale is None else known.scale(*args, **kwargs)
        any_float = not any(isinstance(each, torch.Tensor) and each.is_floating_point() for each in args)
        try:
            return all(
                compare_aspect(aspect, reply.value, expected.value, known, scale, any_float) is None
                for aspect in ("result", *also)
            )
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError):
            return False  # a form that no honest probe sends


def plainer(**tensors: torch.Tensor) -> Iterator[Change]:
    """Yield plain copies of views, and single precision for double."""
    if not all(each.is_contiguous() for each in tensors.values()):
        yield {name: each.contiguous() for name, each in tensors.items()}, "Your result is right for a plain copy of this view. You count on how the values lie in memory: call `x.contiguous()` first, or let PyTorch do the indexing."  # fmt: skip
    if any(each.dtype == torch.float64 for each in tensors.values()):
        yield {name: each.float() for name, each in tensors.items()}, "Your result is right for float32 and not for float64. Make new tensors with `dtype=x.dtype`."  # fmt: skip


def inputs_stay(student: Student, item: str, *args: Any) -> None:
    """Fail where a call changes what it was given, whatever it returns; how else it fails is for a check of its result.

    Raises:
        Failed: It does; the fact is false, then.
    """
    try:
        student.check(item, *args, also=("inputs",), result=False)
    except Failed as failure:
        if "after the call" in failure.got:
            failure.true = False
            raise
