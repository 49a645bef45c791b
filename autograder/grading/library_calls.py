"""Say of a wrong answer, given where a library's own answers are taken away (`sandbox/inside/bare.py`), what that has to do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.grading.outcomes import Failed
from autograder.grading.public_names import public_name
from autograder.sandbox import Reply

_ALLOWED = "code of your own, from the operations that the notebook allows"


def explained(
    item: str, reply: Reply, called: str, refused: Sequence[str], whole: Callable[[], Reply]
) -> Failed | None:
    """Return how an answer rests on a library's; None where it is wrong for another reason.

    Args:
        item: Whose answer it is.
        reply: The answer.
        called: The call in words.
        refused: Library calls at which statements of cells stopped.
        whole: Asks the same where nothing is taken away.
    """
    if reply.status == "ok":
        seen = reply.value.get("library")
        names = _quoted(seen) if isinstance(seen, list) else ""
        got = f"another result than with the library's {names}, which it asks for first"
        return _by_library(item, called, got) if names else None
    if reply.status != "error":
        return None
    kind, message = reply.value["type"], reply.value["message"]
    if kind == "LibraryFunction":
        return Failed(
            called, f"the result of a library's own `{item}`: that is what the name stands for once all cells have run", _ALLOWED,
            f"Define `{item}` in its own cell. If you did, look there for a `from … import *` or a `{item} = …` below, which puts another function in its place: import modules under a name, as in `import torch.nn.functional as F`.", stop=True, veto=True,
        )  # fmt: skip
    if kind == "LibraryCall":
        return _by_library(item, called, f"a result computed by the library ({public_name(message[:200])})")
    missing = reply.value["missing"]
    if not refused or not (missing or kind == "NameError"):
        return None
    with_all = whole()
    if with_all.status == "error" and (with_all.value["type"], with_all.value["message"]) == (kind, message):
        return None  # it is missing there, too
    lost = f"no `{missing}`" if missing else f"{kind}: {message[:200]}"
    return Failed(
        called, f"{lost}: a statement that asks the library for {_quoted(refused)} stopped, and what it defines is not there", _ALLOWED,
        "Where tasks that are to be written from scratch are judged, the library's own answer is not there. Put comparisons with it into a cell of their own, and what your code needs into none of their statements.",
    )  # fmt: skip


def _by_library(item: str, called: str, got: str) -> Failed:
    return Failed(
        called, got, _ALLOWED,
        f"`{item}` is to be written from scratch. Take the library call out and build the result from sums, products, maxima and indexing; the notebook lists what is allowed.", stop=True, veto=True,
    )  # fmt: skip


def _quoted(names: Sequence[object]) -> str:
    shown = list(dict.fromkeys(f"`{public_name(str(name)[:60])}`" for name in names))[:3]
    return " or ".join(shown)
