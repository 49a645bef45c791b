"""How often does a right answer lose a point? Grade the solution and every unusual right answer on many hidden inputs.

python benchmarks/many_seeds.py [--minutes 20] [--jobs 2] [--first 1000] [--items conv2d,CNN] [--json FILE]

A hidden test draws its inputs anew for every submission, so what happens once in a thousand draws happens in
every large class, and the 20 seeds of `autograder validate` do not show it. Here the items take turns until the
time is up, each answer with the next seed, without a sandbox and without pytest, on the digits. What is printed
for a point lost is enough to see it again: item, answer, seed. The exit code is 1 if any was lost.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import multiprocessing
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1])]

SOLUTION = "the solution"


def graded(job: tuple[str, str, int]) -> tuple[str, str, int, list[str]]:
    """Grade one answer to one item with one seed; return what its tests said that cost a point."""
    import grading_bench as bench
    import torch

    item, name, seed = job
    torch.set_num_threads(1)
    answer = None if name == SOLUTION else bench.answers("unusual", item)[name]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        if answer is None:
            result = bench.grade(bench.notebook(), item, seed, changed=set())
        else:
            result = bench.grade(bench.notebook(**{item: answer}), item, seed)
    if result.score == result.points:
        return item, name, seed, []
    return item, name, seed, [f"{each.name}: {each.message}" for each in result.tests if each.message]


def rounds(items: list[str], first: int, until: float) -> Iterator[tuple[str, str, int]]:
    """Yield (item, answer, seed): the item that has had least time, and of its answers the one that has."""
    import grading_bench as bench

    spent = {item: dict.fromkeys([SOLUTION, *bench.answers("unusual", item)], 0.0) for item in items}
    seeds: defaultdict[tuple[str, str], Iterator[int]] = defaultdict(lambda: itertools.count(first))
    while time.monotonic() < until:
        item = min(items, key=lambda each: sum(spent[each].values()))
        name = min(spent[item], key=spent[item].__getitem__)
        began = time.monotonic()
        yield item, name, next(seeds[item, name])
        spent[item][name] += time.monotonic() - began


def sweep(
    job: tuple[list[str], int, float],
) -> tuple[dict[str, Counter[str]], list[tuple[str, str, int, list[str]]]]:
    """Grade in one process until the time is up; return draws by item and answer, and what lost a point."""
    drawn: dict[str, Counter[str]] = {}
    lost = []
    for item, name, seed in rounds(*job):
        result = graded((item, name, seed))
        drawn.setdefault(item, Counter())[name] += 1
        if result[3]:
            lost.append(result)
            print(f"{item}, {name}, seed {seed}: " + " | ".join(result[3]), file=sys.stderr, flush=True)
    return drawn, lost


def main() -> int:
    import grading_bench as bench
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=20, help="How long to go on (20).")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="Processes.")
    parser.add_argument(
        "--first", type=int, default=1000, help="The first seed; each process has a million of its own."
    )
    parser.add_argument("--items", default=",".join(bench.STUBS), help="Items, separated by commas (all).")
    parser.add_argument("--json", type=Path, help="Write the counts to a file.")
    options = parser.parse_args()
    items = options.items.split(",")
    if unknown := set(items) - set(bench.STUBS):
        parser.error(f"no such item: {', '.join(sorted(unknown))}; there are {', '.join(bench.STUBS)}")
    until = time.monotonic() + 60 * options.minutes
    console = Console(stderr=True)
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, spawning) as pool, Progress(console=console) as progress:
        bar = progress.add_task("Grading right answers", total=60 * options.minutes)
        jobs = [(items, options.first + 1_000_000 * number, until) for number in range(options.jobs)]
        waiting = {pool.submit(sweep, job) for job in jobs}
        while wait(waiting, timeout=1).not_done:
            progress.update(bar, completed=60 * options.minutes - max(0.0, until - time.monotonic()))
        found = [each.result() for each in waiting]
    table = Table("item", "answers", "graded", "lost a point")
    losses = Counter(result[0] for _, lost in found for result in lost)
    counts = {item: sum((drawn.get(item, Counter()) for drawn, _ in found), Counter()) for item in items}
    for item in items:
        table.add_row(item, str(len(counts[item])), f"{counts[item].total():,}", str(losses[item]))
    Console().print(table)
    if options.json:
        text = {item: {"graded": counts[item].total(), "lost": losses[item]} for item in items}
        options.json.write_text(json.dumps(text, indent=2) + "\n")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(main())
