"""Grading: from a submitted notebook to a scorecard. Hidden tests import their words from here."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.outcomes import Failed, NotAttempted
    from autograder.grading.plugin import item

__all__ = ["Failed", "NotAttempted", "item"]


def __getattr__(name: str) -> Any:
    """Import the words of hidden tests when one is asked for: whoever reads scorecards needs neither pytest nor torch."""
    if name == "item":
        from autograder.grading.plugin import item

        return item
    if name in __all__:
        from autograder.grading import outcomes

        return getattr(outcomes, name)
    raise AttributeError(name)
