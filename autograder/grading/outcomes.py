"""What a hidden test can end in, as exceptions with fields; small renderers turn them into text and HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Outcome(AssertionError):
    """The root of what a hidden test raises about the student's work."""


class NotAttempted(Outcome):
    """The stub was left alone."""


@dataclass(eq=False)
class Failed(Outcome):
    """A fact does not hold.

    Attributes:
        called: The call, as the student would write it.
        got: What came back.
        expected: What was expected.
        advice: The one thing to try next.
        matches: Names of the misconceptions that give this very answer, first the likeliest.
        stop: Whether to skip the item's other tests (a function that hangs costs its deadline once).
        veto: Whether the item earns nothing, whatever else is right.
        picture: What a picture needs (`pictures.picture_of`).
        kind: What of the result differs, "type", "shape", "dtype" or "value"; "" where there was none to compare.
        again: Python lines that make the call again (`again.lines`).
        calls: What failed of several calls by which a fact is judged, by number.
        true: Whether the fact is true all the same, where the test has looked at it apart from what made it fail.
    """

    called: str
    got: str
    expected: str
    advice: str = ""
    matches: list[str] = field(default_factory=list)
    stop: bool = False
    veto: bool = False
    picture: dict[str, Any] | None = None
    kind: str = ""
    true: bool | None = None
    again: str = ""
    calls: dict[int, Failed] = field(default_factory=dict)

    @property
    def error(self) -> bool:
        """Whether the call ended in an error."""
        return self.expected == "a result, not an error"

    @property
    def hides_the_rest(self) -> bool:
        """Whether, as a fact that comes first, it leaves nothing to see of the others."""
        return self.stop or self.kind not in ("shape", "dtype")

    def __str__(self) -> str:
        return f"{self.called}: got {self.got}, expected {self.expected}"
