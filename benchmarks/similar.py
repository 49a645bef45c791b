"""Which library finds copied submissions, and takes no independent ones for copies?

python benchmarks/similar.py [--classes 8] [--compare50 PYTHON] [--dolos NODE_MODULES] [--json FILE]

Classes are made of the course's own answers: the solution and the unusual right ones. In a class that is *different* no two students
share an answer; in one that is *alike* only because the task is, everybody has the same answers to the short items and the others are
drawn from a few, so that two students share some by chance, each with names of their own. Into each class come copies of some
students, one for each disguise, one of half the items, and three students who did only three items. Each tool scores every pair.

Printed are, of all pairs: how often a copied pair is above an independent one (AUC), how many of the k copied pairs are among the
first k, how many stand above every independent pair, the shares that the pairs reach, and, for `autograder similar`, what its
threshold says. The tools that are not installed are left out: copydetect is imported (`pip install copydetect`); compare50 needs an
environment of its own, since it cannot be installed beside nbgrader (`attrs<21`); Dolos needs Node and a compiler
(`npm install @dodona/dolos-lib`).
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from disguises import DISGUISES, Cells, renamed

from autograder.authoring.answers import unusual_answers
from autograder.authoring.handing_in import solution_cells
from autograder.course.model import load
from autograder.grading.items import material
from autograder.intake.submissions import released
from autograder.similar.ranking import STANDS_OUT, rank
from autograder.similar.works import Piece, Work

ROOT = Path(__file__).parents[1]
COURSE = load(ROOT)
LAB = COURSE.assignments[0]
FIGURES = Path(__file__).with_suffix(".json")
SHORT = ("conv_output_size", "relu", "count_parameters", "accuracy", "auc", "softmax", "log_softmax")
HALF = "half"

Pairs = dict[frozenset[str], float]
Tool = Callable[[dict[str, Cells]], Pairs]


# --- classes -------------------------------------------------------------------------------------------------


@dataclass
class Class:
    """Students with their cells; `copies` says of a copied pair how it was disguised."""

    cells: dict[str, Cells]
    copies: dict[frozenset[str], str] = field(default_factory=dict)
    related: set[frozenset[str]] = field(default_factory=set)  # neither copied nor independent


def answers() -> dict[str, list[str]]:
    """Return of each item the right answers that are plain Python, the solution first."""
    found = {}
    for notebook in LAB.notebooks:
        solutions = solution_cells(COURSE, LAB, notebook)
        for item in LAB.items(notebook):
            if item.solution:
                solution = re.sub(r"(?m)^[ \t]*### (BEGIN|END) SOLUTION\n?", "", solutions[item.id])
                found[item.id] = [solution, *filter(_parses, unusual_answers(LAB, item.id).values())]
    return found


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:  # a magic of IPython's
        return False
    return True


def different(known: dict[str, list[str]], draw: random.Random) -> list[Cells]:
    """Return students no two of whom share an answer."""
    orders = {item: draw.sample(each, len(each)) for item, each in known.items()}
    return [{item: orders[item][i] for item in known} for i in range(min(map(len, orders.values())))]


def alike(known: dict[str, list[str]], draw: random.Random) -> list[Cells]:
    """Return thirty students: the same short answers, the others drawn from what there is, names of their own."""
    return [
        renamed({item: each[0] if item in SHORT else draw.choice(each) for item, each in known.items()}, draw)
        for _ in range(30)
    ]


def make_class(make: Callable[..., list[Cells]], seed: int) -> Class:
    """Return a class with its copies."""
    draw, known = random.Random(f"{make.__name__} {seed}"), answers()
    students = make(known, draw)
    made = Class({f"s{i}": cells for i, cells in enumerate(students)})
    for i, (name, disguise) in enumerate(DISGUISES.items()):
        victim = (i + seed) % (len(students) - 1)
        _copy(made, f"s{victim}", name, disguise(students[victim], draw))
    last = len(students) - 1
    victim = (seed + 3) % last
    half = set(draw.sample(sorted(known), len(known) // 2))
    taken, own = renamed(students[victim], draw), renamed(students[last], draw)
    _copy(made, f"s{victim}", HALF, {item: (taken if item in half else own)[item] for item in known})
    made.related.add(frozenset((HALF, f"s{last}")))
    for i in range(3):
        few = draw.sample(sorted(known), 3)
        made.cells[f"few{i}"] = {
            item: draw.choice(material(LAB.name, item).misconceptions).source(item) for item in few
        }
    return made


def _copy(made: Class, victim: str, name: str, cells: Cells) -> None:
    for pair, how in made.copies.items():  # another's copy of the same
        if victim in pair:
            made.related.add(frozenset((how, name)))
    made.cells[name] = cells
    made.copies[frozenset((victim, name))] = name


# --- tools ---------------------------------------------------------------------------------------------------


def given() -> list[str]:
    """Return the released code, which counts for nothing."""
    return [cell.source for each in released(COURSE, LAB.name).values() for cell in each.cells]


def texts(cells: dict[str, Cells]) -> dict[str, str]:
    return {student: "\n\n".join(each.values()) for student, each in cells.items()}


def ours(cells: dict[str, Cells]) -> Pairs:
    """Score by `autograder similar`."""
    works = [
        Work(s, tuple(Piece("", item, code) for item, code in each.items())) for s, each in cells.items()
    ]
    ranking = rank(works, given(), _silent, 1_000_000)
    return {frozenset((pair.first.name, pair.second.name)): pair.share for pair in ranking.pairs}


def _silent(items: Iterable[Any], what: str) -> Iterator[Any]:
    yield from items


def lines(cells: dict[str, Cells]) -> Pairs:
    """Score by equal lines: what a person would see at once."""
    common = {line.strip() for source in given() for line in source.splitlines()}
    sets = {
        s: {line.strip() for line in text.splitlines() if len(line.strip()) > 8} - common
        for s, text in texts(cells).items()
    }
    return {
        frozenset((a, b)): len(sets[a] & sets[b]) / max(1, min(len(sets[a]), len(sets[b])))
        for a, b in combinations(sets, 2)
    }


def copydetect(cells: dict[str, Cells]) -> Pairs:
    """Score by copydetect with its own settings: k-grams of 25 characters, all of them, so that its hashes' seed plays no part."""
    from copydetect import CodeFingerprint, compare_files

    def fingerprint(text: str, released: Any) -> Any:
        return CodeFingerprint("a.py", 25, 1, released, True, "python", fp=io.StringIO(text))

    boilerplate = np.array(sorted(fingerprint("\n\n".join(given()), None).hashes))
    made = {student: fingerprint(text, boilerplate) for student, text in texts(cells).items()}
    return {
        frozenset((a, b)): float(max(compare_files(made[a], made[b])[1])) for a, b in combinations(made, 2)
    }


_COMPARE50 = """
import json, pathlib, sys
from compare50 import _api, _data, passes
from compare50.__main__ import SubmissionFactory
_api.Executor = _api.FauxExecutor
root = pathlib.Path(sys.argv[1])
factory = SubmissionFactory()
factory.max_file_size = 10**8
preprocessor = _data.Preprocessor(passes.structure.preprocessors)
works = factory.get_all([str(path) for path in sorted((root / "works").iterdir())], preprocessor)
released = {file for each in factory.get_all([str(root / "released")], preprocessor) for file in each.files}
scores = _api.rank(works, [], released, passes.structure, n=10**6)
print("\\n" + json.dumps([[s.sub_a.path.name, s.sub_b.path.name, float(s.score)] for s in scores]))
"""
_DOLOS = """
import fs from "fs";
const { Dolos } = await import(process.argv[2] + "/@dodona/dolos-lib/dist/index.js");
const root = process.argv[3];
const works = fs.readdirSync(root + "/works").map(name => `${root}/works/${name}/work.py`);
const report = await new Dolos({ language: "python" }).analyzePaths(works, root + "/released/work.py");
const name = file => file.path.split("/").at(-2);
console.log("\\n" + JSON.stringify(report.allPairs().map(p => [name(p.leftFile), name(p.rightFile), p.similarity])));
"""


def outside(program: str, suffix: str, *command: str) -> Tool:
    """Return a tool that is another program: it reads a folder of works and prints the scored pairs."""

    def score(cells: dict[str, Cells]) -> Pairs:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for student, text in {**texts(cells), "": "\n\n".join(given())}.items():
                place = folder / "works" / student if student else folder / "released"
                place.mkdir(parents=True)
                (place / "work.py").write_text(text)
            script = folder / f"score{suffix}"
            script.write_text(program)
            first, *rest = command
            done = subprocess.run(
                [first, script, *rest, folder], capture_output=True, text=True, timeout=600, check=False
            )
            if done.returncode:
                raise SystemExit(f"{first} failed:\n{done.stderr[-2000:]}")
            return {frozenset((a, b)): score for a, b, score in json.loads(done.stdout.splitlines()[-1])}

    return score


# --- judging -------------------------------------------------------------------------------------------------


@dataclass
class Judged:
    """What a tool makes of the pairs of some classes."""

    copied: list[float] = field(default_factory=list)
    independent: list[float] = field(default_factory=list)
    above_all: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    found: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))  # at the threshold
    first_k: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, made: Class, scores: Pairs) -> None:
        """Take in one class."""
        copied = {how: scores.get(pair, 0.0) for pair, how in made.copies.items()}
        rest = [
            scores.get(frozenset(pair), 0.0)
            for pair in combinations(made.cells, 2)
            if frozenset(pair) not in made.copies and frozenset(pair) not in made.related
        ]
        top = max(rest)
        for how, score in copied.items():
            self.above_all[how].append(score > top)
            self.found[how].append(score >= STANDS_OUT)
        least = sorted([*copied.values(), *rest])[-len(copied)]
        self.first_k.append(sum(score >= least for score in copied.values()) / len(copied))
        self.copied += copied.values()
        self.independent += rest

    def figures(self) -> dict[str, Any]:
        """Return the figures as builtin types; those at the threshold mean something for shares only."""
        copied, rest = np.array(self.copied), np.array(self.independent)
        above = (copied[:, None] > rest[None]).mean() + 0.5 * (copied[:, None] == rest[None]).mean()
        everything = [each for values in self.above_all.values() for each in values]
        return {
            "pairs": [len(copied), len(rest)],
            "auc": round(float(above), 4),
            "first_k": round(float(np.mean(self.first_k)), 3),
            "above_all": round(float(np.mean(everything)), 3),
            "copied": [round(float(np.quantile(copied, q)), 3) for q in (0, 0.5)],
            "independent": [round(float(np.quantile(rest, q)), 3) for q in (0.5, 0.99, 1)],
            "missed_by_disguise": {
                how: int(len(values) - sum(values))
                for how, values in self.above_all.items()
                if not all(values)
            },
            "false_alarms": int((rest >= STANDS_OUT).sum()),
            "found": {how: round(float(np.mean(values)), 2) for how, values in self.found.items()},
            "seconds": round(self.seconds, 1),
        }


def tools(compare50: str | None, dolos: Path | None) -> dict[str, Tool]:
    """Return the tools that are here."""
    found: dict[str, Tool] = {"autograder similar": ours, "equal lines": lines}
    try:
        import copydetect as _  # noqa: F401
    except ImportError:
        print("copydetect is not installed: left out", file=sys.stderr)
    else:
        found["copydetect"] = copydetect
    if compare50:
        found["compare50"] = outside(_COMPARE50, ".py", compare50)
    if dolos:
        found["Dolos"] = outside(_DOLOS, ".mjs", "node", str(dolos.resolve()))
    return found


def trial(named: dict[str, Tool], classes: int) -> dict[str, dict[str, Any]]:
    """Return of each tool, and of each kind of class, the figures."""
    result: dict[str, dict[str, Any]] = {name: {} for name in named}
    for make in (different, alike):
        made = [make_class(make, seed) for seed in range(classes)]
        for name, tool in named.items():
            judged = Judged()
            for each in made:
                began = time.monotonic()
                scores = tool(each.cells)
                judged.seconds += time.monotonic() - began
                judged.add(each, scores)
            result[name][make.__name__] = judged.figures()
            print(name, make.__name__, json.dumps(result[name][make.__name__]), file=sys.stderr, flush=True)
    return result


def page(figures: dict[str, dict[str, Any]]) -> str:
    """Return the two tables for docs/similar.md."""
    rows = ["| tool | class | AUC | first k | above all | copied: least, median | independent: median, 99 %, most |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, kinds in figures.items():
        for kind, each in kinds.items():
            copied, rest = (
                ", ".join(f"{value:g}" for value in each[key]) for key in ("copied", "independent")
            )
            rows.append(f"| {name} | {kind} | {each['auc']} | {each['first_k']:.0%} | {each['above_all']:.0%} | {copied} | {rest} |")  # fmt: skip
    kinds = figures["autograder similar"]
    rows += ["", f"| at {STANDS_OUT:.0%} | {' | '.join(kinds)} |", "|---|---|---|"]
    for how in next(iter(kinds.values()))["found"]:
        found = " | ".join(f"{each['found'][how]:.0%}" for each in kinds.values())
        rows.append(f"| {how.replace('_', ' ')} | {found} |")
    alarms = " | ".join(f"{each['false_alarms']} of {each['pairs'][1]:,}" for each in kinds.values())
    return "\n".join([*rows, f"| independent pairs that stand out | {alarms} |"])


def main() -> None:
    """Run the trial and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classes", type=int, default=8, help="classes of each kind")
    parser.add_argument("--compare50", metavar="PYTHON", help="a Python that has compare50")
    parser.add_argument("--dolos", metavar="NODE_MODULES", type=Path, help="where @dodona/dolos-lib is")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    figures = trial(tools(options.compare50, options.dolos), options.classes)
    print(page(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
