"""What to say of a call that brought nothing back: where the error is, what is missing and why, what took too long."""

from __future__ import annotations

import re

from autograder.grading.cells import Cells
from autograder.grading.errors_explained import explain
from autograder.grading.outcomes import Failed, NotAttempted
from autograder.sandbox import Reply

_NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")


def broken(
    reply: Reply,
    called: str,
    item: str,
    cells: Cells,
    items: tuple[str, ...],
    attempted: frozenset[str] | None,
) -> Failed | NotAttempted:
    """Return what to say of a call that brought nothing back to compare: an error, a time-out, an end.

    Args:
        reply: What came of it.
        called: The call in words.
        item: Whose it was.
        cells: What ran the notebook's cells.
        items, attempted: See `Student`.
    """
    match reply.status:
        case "error":
            kind, message = reply.value["type"], reply.value["message"]
            if reply.value["missing"]:
                name = reply.value["missing"]
                if name in cells.turned:
                    return Failed(
                        called, f"no `{name}`: its cell is text (Markdown or raw), which is not run", f"a function or class named `{name}`",
                        "Turn the cell into code again: click on it, press Esc, then Y. Run it, save, and hand in again.",
                        stop=True,
                    )  # fmt: skip
                if stop := cells.how_it_stopped(name):
                    stopped_by, _, said = stop.partition(": ")
                    return Failed(
                        called, f"no `{name}`: its cell stopped with {stop}", f"a function or class named `{name}`",
                        f"Mend that line first; the cell defines nothing before it runs. {explain(stopped_by, said)}",
                        stop=True,
                    )  # fmt: skip
                if failed := cells.import_that_failed(name):
                    return _not_imported(
                        called, name, f"no `{name}`", failed, f"a function or class named `{name}`"
                    )
                if message:  # the type of what has that name
                    return Failed(
                        called, f"no function: `{name}` is of type {message} once all cells have run", f"a function or class named `{name}`",
                        f"A later line gives the name `{name}` to something else, as `{name} = {name}(…)` does. Take another name there.",
                        stop=True,
                    )  # fmt: skip
                return Failed(
                    called, f"no function `{name}` in the notebook", f"a function or class named `{name}`",
                    f"Define `{name}` in its cell; if you renamed it, give it its name back, and see that its cell runs.",
                    stop=True,
                )  # fmt: skip
            if kind == "NotImplementedError" and not message.strip():
                if item not in (attempted or ()):
                    return NotAttempted()
                if stub := _stub_called(reply.value["where"], items, attempted):
                    return Failed(
                        called, f"`{stub}`'s stub, which is still there", "a result, not an error",
                        f"`{item}` calls `{stub}`: write that one first, or do without it.",
                    )  # fmt: skip
            lost = _NOT_DEFINED.match(message) if kind == "NameError" else None
            if lost and (failed := cells.import_that_failed(lost[1])):
                return _not_imported(called, lost[1], f"{kind}: {message}", failed, "a result, not an error")
            where = f" in {reply.value['where']}" if reply.value["where"] else ""
            return Failed(
                called,
                f"{kind}: {message}{where}"[:700],
                "a result, not an error",
                explain(kind, message, reply.value["where"].partition(": ")[2]),
            )
        case "timeout":
            if not isinstance(reply.value, float):
                return Failed(
                    called, "no answer: the notebook's time was used up before", "an answer within the notebook's time",
                    "Look at what takes so long before this: cells of your own, or calls that were stopped.", stop=True,
                )  # fmt: skip
            return _timed_out(reply, called)
        case "died":
            return Failed(
                called, "the Python process ended during the call", "a result",
                "Do not call `exit`, `quit` or `os._exit`; if you do not, the code asked for more memory than it may use.",
                stop=True,
            )  # fmt: skip
    return Failed(called, "an answer that cannot be read, or is too large", "a plain result as the task describes it",
                  "Return plain tensors and numbers of the size that the task names.", stop=True)  # fmt: skip


def _timed_out(reply: Reply, called: str) -> Failed:
    """Return what to say of a call that was stopped; loaders with worker processes are seen by these."""
    others = reply.processes - 1
    count = (
        "1 process that it had started was" if others == 1 else f"{others} processes that it had started were"
    )
    return Failed(
        called, "no answer in time; the call was stopped" + (f" ({count} still running)" if others else ""),
        f"an answer within {reply.value:.3g} seconds",
        "To start processes (`num_workers`) takes long, and longer where many notebooks are graded. Try it without them." if others else
        "Put a `print` into each loop: is there one that never ends, or that goes over far more than it must?", stop=True,
    )  # fmt: skip


def _not_imported(called: str, name: str, got: str, failed: str, expected: str) -> Failed:
    return Failed(
        called, f"{got}, since {failed}", expected,
        f"Where notebooks are graded, there are the libraries that the first notebook names, and no files beside yours. Do without `{name}`, or copy what you need of it into a cell of this notebook.",
    )  # fmt: skip


def _stub_called(where: str, items: tuple[str, ...], attempted: frozenset[str] | None) -> str:
    """Return the item in whose untouched stub an error was raised; "" where it was none."""
    name = where.partition(":")[0].rpartition(" ")[2]
    return name if name in items and name not in (attempted or items) else ""
