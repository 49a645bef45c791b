"""Bring the built notebooks and nbgrader's gradebook in line with `course_config.py`, before and after students have handed in.

nbgrader refuses to add or remove a graded cell once there are submissions, and keeps scores as they are where points change: 6 of 3.
Here a score keeps its share of the item's points, which is what grading again would give.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.gradebook.agreement import (
    Cell,
    differing_book,
    left_over,
    marked_cells,
    points_of,
    require_agreement,
    solutions_of,
    source_of,
)

# isort: split
from nbgrader.api import Assignment as BookAssignment
from nbgrader.api import Comment, Grade, Gradebook, GradeCell, MissingEntry, SolutionCell, SourceCell
from nbgrader.api import Notebook as BookNotebook

from autograder.authoring.build import built_files, differing
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.book import nbgrader_log, nbgrader_settings, open_book
from autograder.gradebook.due import write_due
from autograder.gradebook.generating import Generate
from autograder.gradebook.reasons import reasons
from autograder.intake.files import locked, write_text


@dataclass(frozen=True)
class Scaled:
    """One student's scores for an item whose points change; None where there is none."""

    student: str
    item: str
    auto: tuple[float | None, float | None]
    manual: tuple[float | None, float | None]

    def counts(self, place: int) -> float:
        """Return what counts before (0) or after (1)."""
        return next((pair[place] for pair in (self.manual, self.auto) if pair[place] is not None), 0.0) or 0.0


@dataclass
class Plan:
    """What a sync changes.

    Attributes:
        built: What a build gives.
        files: Files that are written or removed, with their new text; None: removed.
        cells: Where the gradebook differs from the build, in words.
        scaled: Scores that change with their item's points.
        dropped: Scores of graded cells that are taken out: student, item, what counted.
        submitted: Whether somebody's work stands in the gradebook; else nbgrader writes the assignment anew.
    """

    built: dict[Path, str]
    files: dict[Path, str | None] = field(default_factory=dict)
    cells: list[str] = field(default_factory=list)
    scaled: list[Scaled] = field(default_factory=list)
    dropped: list[tuple[str, str, float]] = field(default_factory=list)
    submitted: bool = False


def plan(course: Course, assignment: Assignment) -> Plan:
    """Return what a sync would change. Nothing is written.

    Raises:
        CourseError: Sources and configuration cannot be built; or the notebooks are others than those that students handed in.
    """
    found = Plan(built_files(course, assignment))
    found.files |= {path: found.built[path] for path in differing(found.built)}
    found.files |= dict.fromkeys(left_over(found.built))
    with open_book(course, assignment) as gradebook:
        try:
            book = gradebook.find_assignment(assignment.name)
        except MissingEntry:
            found.cells.append(f"the gradebook does not know {assignment.name} yet")
            return found
        found.submitted = bool(book.submissions)
        if found.submitted:
            for notebook, released in _pairs(course, assignment, book, found.built):
                _plan_scores(found, notebook, points_of(released))
    found.cells = differing_book(course, assignment, found.built)
    return found


def require_generable(course: Course, assignment: Assignment) -> None:
    """Raise unless nbgrader may generate the assignment: what it gives is what a build gives, and changes nobody's grade.

    Raises:
        CourseError: It may not; the message says why, and what to do.
    """
    require_agreement(course, assignment, gradebook=False)
    changes = plan(course, assignment)
    if changes.submitted and changes.cells:
        raise CourseError(
            f"Students' work stands in the gradebook, and would stand beside other points: {'; '.join(changes.cells[:5])}. Run `autograder sync {assignment.name}` instead (with --diff it only shows what changes)."
        )


def carry_out(course: Course, assignment: Assignment) -> tuple[Plan, Path | None]:
    """Make and carry out a plan; return it, and the folder that holds what was there before. After a kill it can be run again.

    Raises:
        CourseError: As for `plan`; or the assignment is being graded.
    """
    refusal = f"{assignment.name} is being graded. Wait until that ends, then run this again."
    with locked(course.private / f"{assignment.name}.lock", refusal):
        changes = plan(course, assignment)
        if not changes.files and not changes.cells:
            return changes, None
        kept = _keep(course, assignment, changes)
        for path, text in changes.files.items():
            if text is None:
                path.unlink(missing_ok=True)
            else:
                write_text(path, text)
        if not changes.submitted:
            _generate(course, assignment)
        elif changes.cells:
            with open_book(course, assignment) as gradebook:
                book = gradebook.find_assignment(assignment.name)
                for notebook, released in _pairs(course, assignment, book, changes.built):
                    _write_notebook(gradebook, notebook, released)
                gradebook.db.commit()  # all at once: never new points with old scores
        with open_book(course, assignment) as gradebook:
            write_due(course, assignment, gradebook)
    return changes, kept


def _pairs(
    course: Course, assignment: Assignment, book: BookAssignment, built: dict[Path, str]
) -> Iterator[tuple[BookNotebook, dict[str, Cell]]]:
    held = {each.name: each for each in book.notebooks}
    if held.keys() != assignment.notebooks.keys():
        raise CourseError(
            f"Students have handed in {', '.join(sorted(held))}; course_config.py has the notebooks {', '.join(sorted(assignment.notebooks))}. A notebook cannot be renamed, added or taken out any more: give it its old name in course_config.py and source/. A notebook whose items are all worth 0 points does not count; a new one goes into an assignment of its own."
        )
    for name in assignment.notebooks:
        path = course.release(assignment.name) / f"{name}.ipynb"
        yield held[name], marked_cells(built[path])


def _plan_scores(found: Plan, notebook: BookNotebook, points: dict[str, float]) -> None:
    for cell in notebook.grade_cells:
        grades = [
            each for each in cell.grades if each.auto_score is not None or each.manual_score is not None
        ]
        item = cell.name.removeprefix("test_")
        if cell.name not in points:
            found.dropped += [(grade.student.id, item, float(grade.score)) for grade in grades]
        elif points[cell.name] != cell.max_score:
            for grade in grades:
                auto, manual = _scaled(grade, cell.max_score, points[cell.name])
                found.scaled.append(
                    Scaled(grade.student.id, item, (grade.auto_score, auto), (grade.manual_score, manual))
                )


def _scaled(grade: Grade, before: float, after: float) -> tuple[float | None, float | None]:
    """Return a grade's automatic and manual score with the same share of the item's points. Of no points there is no share."""
    if not before:
        return None, None if grade.manual_score is None else 0.0
    auto, manual = (
        None if score is None else round(float(score) * after / before, 2)
        for score in (grade.auto_score, grade.manual_score)
    )
    return auto, manual


def _write_notebook(gradebook: Gradebook, notebook: BookNotebook, released: dict[str, Cell]) -> None:
    """Give a notebook of the gradebook the released cells; the session is not committed."""
    points = points_of(released)
    solutions = solutions_of(released)
    for cell in list(notebook.grade_cells):
        if cell.name not in points:
            _remove(gradebook, cell)
        elif points[cell.name] != cell.max_score:
            for grade in cell.grades:
                auto, manual = _scaled(grade, cell.max_score, points[cell.name])
                by_hand = grade.manual_score is not None
                grade.auto_score, grade.manual_score = auto, manual
                grade.needs_manual_grade = by_hand or auto is None
            cell.max_score = points[cell.name]
    for cell in list(notebook.solution_cells):
        if cell.name not in solutions:
            _remove(gradebook, cell)
    for name in points.keys() - {cell.name for cell in notebook.grade_cells}:
        kind = released[name]["cell_type"]
        new = GradeCell(name=name, max_score=points[name], cell_type=kind, notebook=notebook)
        gradebook.db.add(new)
        gradebook.db.add_all(Grade(cell=new, notebook=each) for each in notebook.submissions)
    for name in solutions - {cell.name for cell in notebook.solution_cells}:
        new = SolutionCell(name=name, notebook=notebook)
        gradebook.db.add(new)
        gradebook.db.add_all(Comment(cell=new, notebook=each) for each in notebook.submissions)
    sources = {cell.name: cell for cell in notebook.source_cells}
    for name, source in sources.items():
        if name not in released:
            gradebook.db.delete(source)
    for name, cell in released.items():
        source = sources.get(name)
        if source is None:
            source = SourceCell(name=name, notebook=notebook)
            gradebook.db.add(source)
        source.cell_type, source.locked, source.source = source_of(cell)
        source.checksum = cell["metadata"]["nbgrader"].get("checksum")


def _remove(gradebook: Gradebook, cell: GradeCell | SolutionCell) -> None:
    for each in [*cell.grades, *cell.comments]:
        gradebook.db.delete(each)
    gradebook.db.delete(cell)


def _keep(course: Course, assignment: Assignment, changes: Plan) -> Path | None:
    """Copy what is about to change, the gradebook where it is a file; return the folder, or None if nothing was there."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = course.private / "before-sync" / f"{assignment.name}-{stamp}"
    _, coursedir = nbgrader_settings(course, assignment)
    book = Path(coursedir.db_url.removeprefix("sqlite:///"))
    for path in [path for path in (*changes.files, book) if path.is_file()]:
        inside = path.relative_to(course.root) if path.is_relative_to(course.root) else Path(path.name)
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder / inside)
    return folder if folder.is_dir() else None


def _generate(course: Course, assignment: Assignment) -> None:
    """Let nbgrader write the assignment into its gradebook, as `nbgrader generate_assignment --force` does."""
    from nbgrader.converters.base import NbGraderException

    config, coursedir = nbgrader_settings(course, assignment)
    log = nbgrader_log(course)
    converter = Generate(coursedir=coursedir, config=config, log=log)
    converter.force = True
    with reasons(log) as found:
        try:
            converter.start()
        except NbGraderException as error:
            raise CourseError(
                f"nbgrader could not generate {assignment.name}: {found.words() or error}"
            ) from error
