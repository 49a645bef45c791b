"""A student's own function, as relations call it: facts that can be seen whatever else is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.grading.rng import Rng

if TYPE_CHECKING:
    from autograder.grading.student import Student


@dataclass
class Own:
    """A student's own function as a relation asks it: for its result, or for all that is seen of a call; `last` is what was seen last.

    `more` is what this item takes behind a relation's own arguments.
    """

    student: Student
    item: str
    last: dict[str, Any] = field(default_factory=dict)
    more: tuple[Any, ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.seen(*args, **kwargs)["result"]

    def seen(self, *args: Any, repeat: int = 1, **kwargs: Any) -> dict[str, Any]:
        """Return the observation of a call.

        Raises:
            LookupError: There is none.
        """
        spec = {
            "item": self.item,
            "args": [*args, *self.more],
            "kwargs": kwargs,
            "seed": 0,
            "grad": True,
            "repeat": repeat,
        }
        reply = self.student.ask("call", self.item, spec)
        if reply.status != "ok":
            raise LookupError(self.item)
        self.last = dict(reply.value)
        return self.last


Relation = Callable[[Own, Rng], bool | None]
