"""Which wrong answers take longest to grade? Grade every wrong answer and misconception, and list the ten slowest.

    python benchmarks/slow_answers.py [--items CNN,fit] [--quick] [--top 10] [--write FILE]

Each answer is graded as one item of a submission, by what the engine calls (`run_hidden_tests`, `score_items`) on the
digits; only the sandbox is left out: the answer runs in this process, so that its own time is counted, too, and the
diagnosis is the very same work. Every answer has a digest of its own, so what is remembered of one helps the next no more
than between two submissions of a class. Processor seconds of this process, one thread.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.scorecard import ItemResult

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1])]

FOLDERS = ("wrong", "one_mistake")
QUICK = 3  # answers of each kind and item


def answers(item: str, quick: bool) -> Iterator[tuple[str, Callable[..., Any] | None]]:
    """Yield (name, function) of the reference (None), then of all that is known to be wrong of an item."""
    import grading_bench as bench

    from autograder.grading.items import material

    kinds = [(folder, bench.answers(folder, item)) for folder in FOLDERS]
    known = material(bench.LAB.name, item).misconceptions
    kinds.append(("misconception", {each.name: each.function for each in known}))
    yield "the solution", None
    for kind, found in kinds:
        for name, function in list(found.items())[: QUICK if quick else None]:
            yield f"{kind}: {name}", function


def graded(item: str, name: str, function: Callable[..., Any] | None) -> ItemResult:
    """Grade one answer as its item of a submission."""
    import grading_bench as bench

    from autograder.grading.plugin import GradingPlugin
    from autograder.grading.run import run_hidden_tests, score_items

    changes = {} if function is None else {item: function}
    student = bench.student_of(bench.notebook(**changes), item, set(changes))
    notebook = bench.NOTEBOOK_OF[item]
    digest = hashlib.sha256(f"{item} {name}".encode()).hexdigest()
    plugin = GradingPlugin(student, bench.SECRET, digest, (item,), bench.context(notebook))
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        raws = run_hidden_tests(bench.LAB, notebook, plugin)
        return score_items(bench.LAB, notebook, raws, plugin, bench.COURSE)[0]


def seconds(item: str, name: str, function: Callable[..., Any] | None) -> float:
    """Return the processor seconds of grading one answer."""
    began = time.process_time()
    graded(item, name, function)
    return time.process_time() - began


def main() -> int:
    import grading_bench as bench
    import torch
    from rich.console import Console
    from rich.progress import track
    from rich.table import Table

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--items", default=",".join(bench.STUBS), help="Items, separated by commas (all).")
    parser.add_argument("--quick", action="store_true", help=f"Only {QUICK} answers of each kind and item.")
    parser.add_argument("--top", type=int, default=10, help="How many of the slowest are listed (10).")
    parser.add_argument("--write", type=Path, help="Write the table to a JSON file.")
    options = parser.parse_args()
    items = options.items.split(",")
    if unknown := set(items) - set(bench.STUBS):
        parser.error(f"no such item: {', '.join(sorted(unknown))}; there are {', '.join(bench.STUBS)}")
    torch.set_num_threads(1)
    jobs = [(item, *answer) for item in items for answer in answers(item, options.quick)]
    seconds(*jobs[0])  # what is loaded once is nobody's
    took = [
        (seconds(*job), job[0], job[1])
        for job in track(jobs, "Grading wrong answers", console=Console(stderr=True))
    ]
    took.sort(reverse=True)
    median = statistics.median(each[0] for each in took)
    table = Table("item", "answer", "seconds", caption=f"{len(took)} answers, median {median:.2f} s")
    for spent, item, name in took[: options.top]:
        table.add_row(item, name, f"{spent:.1f}")
    Console().print(table)
    if options.write:
        slowest = [
            {"item": item, "answer": name, "seconds": round(spent, 1)}
            for spent, item, name in took[: options.top]
        ]
        found = {"answers": len(took), "median": round(median, 2), "slowest": slowest}
        options.write.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
