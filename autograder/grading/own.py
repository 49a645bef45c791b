"""A student's own function, as relations call it: facts that can be seen whatever else is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograder.rng import Rng

if TYPE_CHECKING:
    from autograder.grading.student import Student


class Own:
    """Call an item's function: what it returns, or an error where it returns nothing; `seen` is the last observation."""

    def __init__(self, student: Student, item: str) -> None:
        self._student, self._item = student, item
        self.seen: dict[str, Any] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        spec = {
            "item": self._item,
            "args": list(args),
            "kwargs": kwargs,
            "seed": 0,
            "grad": True,
            "repeat": 1,
        }
        reply = self._student.ask("call", self._item, spec)
        if reply.status != "ok":
            raise LookupError(self._item)
        self.seen = reply.value
        return reply.value["result"]


Relation = Callable[[Own, Rng], bool]
