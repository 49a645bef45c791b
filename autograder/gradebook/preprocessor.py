"""The preprocessor that stands where nbgrader executes a notebook: fill the cells from a scorecard."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum
from traitlets import Bool, Unicode

from autograder.course.model import load
from autograder.errors import GraderFault
from autograder.gradebook.fill import fill
from autograder.gradebook.rules import rules
from autograder.grading import versions
from autograder.grading.scorecard import Scorecard, kept, under_rules
from autograder.intake.notebooks import language_kept, sanitise, source_of
from autograder.intake.submissions import PREPARED, Released, notes_of
from autograder.workers.lookup import Lookup
from autograder.workers.pool import Pool
from autograder.workers.tasks import Result, Setup, Task

_lookups: dict[tuple[str, str, str, bool], Lookup] = {}
_at_hand: dict[str, Result] = {}
_NOT_KEPT = "not kept: "  # before the key of a result that the next command grades anew


def forget() -> None:
    """Read everything that verdicts depend on anew from now on."""
    _lookups.clear()
    versions.forget()


@contextlib.contextmanager
def at_hand(results: Mapping[str, Result]) -> Iterator[None]:
    """Let results be written by their keys that the cache does not keep: nothing is graded twice, and what was said is written."""
    _at_hand.update(results)
    try:
        yield
    finally:
        _at_hand.clear()


class GradeNotebook(NbGraderPreprocessor):
    """Grade a notebook in a worker process (or take the result from the cache) and write it into the cells."""

    root = Unicode("", help="The course's folder").tag(config=True)
    dataset = Unicode("", help="The data set to grade on; by default the course's").tag(config=True)
    unsafe = Bool(False, help="Grade without a sandbox").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        who = resources["nbgrader"]
        lookup = self._lookup(who["assignment"])
        prepared = (
            Path(self.root) / PREPARED / who["student"] / who["assignment"] / f"{who['notebook']}.ipynb"
        )
        own = nb.metadata.get("autograder", {})
        problem = str(own.get("problem", ""))
        release = lookup.releases[who["notebook"]].like(nb)
        notebook = sanitise(nb, release.cells, who["notebook"])
        key = lookup.keys.key(notebook, release)
        if problem:
            card = lookup.invalid(who["notebook"], who["student"], problem)
            result: dict[str, Any] | None = {"scorecard": card.to_json()}
        else:
            result = lookup.cache.get(key) or _at_hand.get(key)
        if result is None:
            task = Task(who["student"], str(prepared), who["notebook"], prepared=True)
            setup = Setup(self.root, who["assignment"], lookup.dataset, self.unsafe)
            result = next(iter(Pool(setup, 1).run([task])))[1]
        if "scorecard" not in result:
            raise GraderFault(
                f"The grading worker ended while it graded {who['student']}'s {who['notebook']}."
            )
        card = under_rules(Scorecard.from_json(result["scorecard"]), lookup.assignment)
        if card.status == "grader_fault":
            raise GraderFault(f"{who['student']}, {who['notebook']}: {card.message}. No grade was written.")
        card.notes = [*notes_of(nb), *card.notes]
        runs: dict[str, Any] = result.get("runs", {})
        kept_key = key if lookup.cache.get(key) is not None else f"{_NOT_KEPT}{key}"
        fill(nb, notebook, card, runs, prepared)
        _mark_unanswered(nb, release)
        nb.metadata["autograder"] = {
            **language_kept(nb),
            "key": f"problem: {problem}" if problem else kept_key,
            "status": card.status,
            "rules": rules(lookup.course, lookup.assignment, lookup.dataset),
            "handed_in": str(own.get("handed_in", "")),
            "by_hand_before": list(who.get("by_hand_before", [])),
            "scorecard": kept(card).to_json(),  # for the feedback page
        }
        return nb, resources

    def _lookup(self, assignment: str) -> Lookup:
        wanted = (self.root, assignment, self.dataset, self.unsafe)
        if wanted not in _lookups:
            _lookups[wanted] = Lookup(load(Path(self.root)), assignment, self.dataset, self.unsafe)
        return _lookups[wanted]


def _mark_unanswered(nb: NotebookNode, release: Released) -> None:
    """Let nbgrader see which answers for a person stand as they were released: it knows the English cells' checksums alone."""
    stubs = {
        own["grade_id"]: source_of(cell)
        for cell in release.values["cells"]
        if (own := cell["metadata"].get("nbgrader"))
    }
    for cell in nb.cells:
        own = cell.metadata.get("nbgrader", {})
        if own.get("grade") and own.get("solution") and source_of(cell) == stubs.get(own["grade_id"]):
            own["checksum"] = compute_checksum(cell)
