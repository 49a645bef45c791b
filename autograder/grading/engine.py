"""Grade notebooks one after another with everything loaded once: what each worker process holds."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.course import data
from autograder.course.model import Course
from autograder.course.secret import course_secret
from autograder.errors import NotebookError, SandboxError
from autograder.grading.cache import Cache, Keys
from autograder.grading.run import grade_notebook
from autograder.grading.scorecard import invalid_card
from autograder.intake.notebooks import Notebook, read_json, sanitise
from autograder.intake.submissions import read_prepared, recognise, released
from autograder.sandbox import Place

Result = dict[str, Any]  # {"scorecard": …, "runs": {position: {"status", "outputs", "seconds"}}, "key": …}


class Engine:
    """Grade notebooks of one assignment.

    Raises:
        CourseError, DataError: The course or its data set is not usable.
    """

    def __init__(self, course: Course, assignment: str, dataset: str, unsafe: bool = False) -> None:
        self.course = course
        self.assignment = course.assignment(assignment)
        self.digits = data.load(course.data, dataset)
        self.secret = course_secret(course.private)
        self.place = Place(course.limits, data.root_of(course.data, dataset), unsafe)
        self.releases = released(course, assignment)
        self.released = {name: each.cells for name, each in self.releases.items()}
        self.keys = Keys(
            course, self.assignment, dataset, data.digest(course.data, dataset), self.secret, self.place.name,
            self.releases,
        )  # fmt: skip
        self.cache = Cache(course.private / "cache")

    def fingerprint(self) -> dict[str, str]:
        """Return by name what this engine grades with; one that gives the same verdicts has the same."""
        return self.keys.fingerprint()

    def grade_file(
        self, path: Path, notebook: str | None, student: str, force: bool = False, prepared: bool = False
    ) -> Result:
        """Grade a file as it was handed in; the notebook is recognised by name, else by the grade ids inside.

        `prepared`: it is a clean notebook of ours, whose name is known.
        """
        if prepared and notebook is not None:
            return self.grade_values(read_prepared(path), notebook, student, force)
        try:
            values = read_json(path, self.course.limits)
            notebook = notebook or recognise(path.stem, values, self.released)
            if notebook is None:
                raise NotebookError(
                    f"{path.name} is none of this assignment's notebooks ({', '.join(self.assignment.notebooks)}): neither its name nor the cells inside fit."
                )
        except NotebookError as problem:
            name = notebook or (path.stem if path.stem in self.assignment.notebooks else "")
            return self.invalid(name or path.stem[:100], student, str(problem))
        return self.grade_values(values, notebook, student, force)

    def fault(self, notebook: str, student: str, error: Exception) -> Result:
        """Return the result that says: the grader failed, no grade is written."""
        card = invalid_card(self.assignment, notebook, student, "", self.keys.version(notebook))
        card.status, card.message, card.items = "grader_fault", f"{type(error).__name__}: {error}"[:1000], []
        return {"scorecard": card.to_json(), "runs": {}, "key": ""}

    def invalid(self, notebook: str, student: str, problem: str) -> Result:
        card = invalid_card(self.assignment, notebook, student, problem, self.keys.version(notebook))
        return {"scorecard": card.to_json(), "runs": {}, "key": ""}

    def grade_values(
        self, values: dict[str, Any], notebook: str, student: str, force: bool = False
    ) -> Result:
        """Grade a notebook's JSON, from the cache where nothing changed."""
        release = self.releases[notebook].like(values)
        stubs = release.cells
        clean = sanitise(values, stubs, notebook)
        key = self.keys.key(clean, release)
        if not force and (known := self.cache.get(key)):
            return _of_file({**known, "key": key}, clean, student)
        version = self.keys.version(notebook)
        try:
            for _ in range(2):  # once more, where the machine had no time for it
                graded = grade_notebook(
                    self.course, self.assignment, clean, stubs, student, self.digits, self.place, self.secret, version
                )  # fmt: skip
                if not graded.starved:
                    break
        except SandboxError:
            raise
        except (
            Exception
        ) as error:  # our own fault: it must end in a scorecard that says so, not in a dead worker
            if os.environ.get("AUTOGRADER_DEBUG"):
                raise
            return self.fault(notebook, student, error)
        if graded.starved:
            graded.scorecard.notes.append(_BUSY)
        result: Result = {
            "scorecard": graded.scorecard.to_json(),
            "runs": {str(i): asdict(run) for i, run in graded.runs.items()},
            "key": key,
            "cpu": graded.cpu,
            "busy": graded.starved,
        }
        if graded.scorecard.status != "grader_fault" and not graded.starved:
            self.cache.put(key, result)
        return _of_file(result, clean, student)


_BUSY = "The machine was so busy with other work that something of this notebook was ended which had hardly begun. This result is not kept: grade again when there is less to do, or with fewer `--jobs`."


def _of_file(result: Result, notebook: Notebook, student: str) -> Result:
    """Return a result with what the cache does not hold, since files of the same code differ in it: whose they are, and their notes."""
    card = result["scorecard"]
    return {
        **result,
        "scorecard": {**card, "student": student, "notes": [*notebook.notes, *card.get("notes", [])]},
    }
