"""`autograder export` and `autograder report`: what the command line looks like."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from autograder.course.dates import zone_of
from autograder.course.model import Assignment, load
from autograder.errors import CourseError
from autograder.pages.terminal import CourseOption, err, out, steps


class Format(StrEnum):
    """Where grades can go."""

    csv = "csv"
    canvas = "canvas"
    moodle = "moodle"
    classroom = "classroom"
    classroom50 = "classroom50"
    gradescope = "gradescope"


AssignmentArgument = Annotated[
    str | None, typer.Argument(help="The assignment (may be left out where the course has only one).")
]


def export(
    assignment: AssignmentArgument = None,
    to: Annotated[Format, typer.Option("--format", help="Where the grades go.")] = Format.csv,
    target: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The file to write (gradescope: a folder). Default: grades/ in the course."
        ),
    ] = None,
    fill: Annotated[
        Path | None,
        typer.Option("--fill", help="Canvas, Moodle: the file that you downloaded there, to be filled in."),
    ] = None,
    column: Annotated[
        str, typer.Option("--column", help="Canvas, Moodle: the column that takes the grades.")
    ] = "",
    zero: Annotated[
        bool,
        typer.Option(
            "--missing-as-zero", help="Count students who handed in nothing as 0 (default: no grade)."
        ),
    ] = False,
    course: CourseOption = None,
) -> None:
    """Write the grades of ASSIGNMENT for another system, late penalties included."""
    from autograder.export import files, filling
    from autograder.export.grades import Grades
    from autograder.gradebook.answers import sentence, unread
    from autograder.gradebook.results import current_results, waiting
    from autograder.repos import record

    loaded = load(course)
    wanted = loaded.assignment(assignment or _only(loaded.assignments))
    if fill is not None and to not in (Format.canvas, Format.moodle):
        raise CourseError(f"--fill goes with --format canvas or moodle, not {to.value}.")
    results = current_results(loaded, wanted, steps)
    grades = Grades(wanted, results, zero, record.read(loaded, wanted.name))
    suffix = "" if to is Format.gradescope else ".csv"
    place = target or loaded.root / "grades" / f"{wanted.name}-{to.value}{suffix}"
    if fill is not None and place.exists() and place.samefile(fill):
        raise CourseError("--out must not be the file that is filled in: keep the original.")
    match to:
        case Format.csv:
            count = files.write_csv(grades, place)
        case Format.classroom:
            count = files.write_classroom(grades, place)
        case Format.classroom50:
            count = files.write_classroom50(grades, place)
        case Format.gradescope:
            count = files.write_gradescope(grades, place)
        case Format.canvas:
            count = filling.fill_canvas(grades, fill, column, place)
        case Format.moodle:
            count = filling.fill_moodle(grades, fill, column, place)
    counts = unread(results, wanted)
    grades.warnings += [*([sentence(counts)] if counts else []), *waiting(results)]
    excused = [result.student for result in results if result.status == "excused"]
    if excused:
        grades.warnings.append(f"Excused, so without a grade and not zero: {', '.join(excused[:20])}.")
    for warning in grades.warnings:
        err.print(warning, style="yellow", highlight=False, markup=False)
    what = "students" if to in (Format.csv, Format.classroom, Format.classroom50) else "grades"
    out.print(f"{count} {what} in {place}.", highlight=False, soft_wrap=True)


def report(
    assignment: AssignmentArgument = None,
    target: Annotated[
        Path | None,
        typer.Option("--out", help="The folder to write. Default: grades/ASSIGNMENT-report in the course."),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Show where the class lost points, which errors and misconceptions it has, and what a person should look at."""
    from autograder.export.report import make_report, print_report
    from autograder.export.report_page import Links, write_report
    from autograder.gradebook import history
    from autograder.gradebook.results import current_results
    from autograder.repos import record

    loaded = load(course)
    wanted = loaded.assignment(assignment or _only(loaded.assignments))
    results = current_results(loaded, wanted, steps)
    times, zone = history.read(loaded, wanted), zone_of(loaded.time_zone) if loaded.time_zone else UTC
    made = make_report(wanted, results, record.read(loaded, wanted.name), times, zone)
    print_report(out, made)
    folder = target or loaded.root / "grades" / f"{wanted.name}-report"
    page = write_report(made, folder, Links(loaded.root, folder, wanted.name))
    out.print(f"All of it, and CSV files: {page}", highlight=False, soft_wrap=True)


def _only(assignments: tuple[Assignment, ...]) -> str:
    if len(assignments) != 1:
        raise CourseError("This course has several assignments: name one.")
    return assignments[0].name


def add_to(app: typer.Typer) -> None:
    """Add the two commands to the command line."""
    app.command()(export)
    app.command()(report)
