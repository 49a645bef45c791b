"""`autograder students`: what the command line looks like; the work is done in the modules beside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from autograder.course.model import Assignment, Course, load
from autograder.errors import CourseError
from autograder.pages.html import plain
from autograder.pages.terminal import CourseOption, err, out

app = typer.Typer(
    no_args_is_help=True, add_completion=False,
    help="Who is in the course: extensions, excuses, new ids, who drops and comes back.",
)  # fmt: skip
NameArgument = Annotated[str, typer.Argument(help="The student's id.")]
NamesArgument = Annotated[list[str], typer.Argument(help="The students' ids.")]
AssignmentOption = Annotated[
    str, typer.Option("--assignment", help="The assignment (may be left out where the course has only one).")
]


@app.command("list")
def list_(assignment: AssignmentOption = "", course: CourseOption = None) -> None:
    """Show all students: name, address, and what each handed in, is excused from, has an extension for."""
    from autograder.students.listing import rows

    loaded = load(course)
    wanted = [loaded.assignment(assignment)] if assignment else list(loaded.assignments)
    found = rows(loaded, wanted)
    table = Table()
    for title in ("student", "name", "email", *(each.name for each in wanted)):
        table.add_column(title, overflow="fold")
    for row in found:
        standings = [f"dropped on {row.dropped}"] if row.dropped else row.standings
        table.add_row(*(Text(plain(cell)) for cell in (row.student, row.name, row.email, *standings)))
    out.print(table)
    gone = sum(bool(row.dropped) for row in found)
    out.print(f"{len(found) - gone} students{f', and {gone} who dropped' if gone else ''}.", highlight=False)


@app.command()
def extend(
    names: Annotated[list[str] | None, typer.Argument(help="The students' ids.")] = None,
    until: Annotated[
        str, typer.Option("--until", help="Until when, as 2026-10-08 23:59, in the course's time zone.")
    ] = "",
    assignment: AssignmentOption = "",
    from_file: Annotated[
        Path | None, typer.Option("--from", help="A CSV file with the columns student, until, assignment.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the extension back.")] = False,
    course: CourseOption = None,
) -> None:
    """Let students hand in later: what is late, and what it loses, is measured from then on by their own date."""
    from autograder.course.dates import moment
    from autograder.students.allowing import Extension, read_extensions
    from autograder.students.allowing import extend as run

    loaded = load(course)
    if from_file is not None:
        if names or until or undo:
            raise CourseError("--from says who and until when: leave out names, --until and --undo.")
        default = _wanted(loaded, assignment) if assignment or len(loaded.assignments) == 1 else None
        _say(run(loaded, read_extensions(loaded, from_file, default)))
        return
    if not names or bool(until) == undo:
        raise CourseError(
            'Name the students, and until when: `autograder students extend NAME --until "2026-10-08 23:59"`; or --undo.'
        )
    moment_ = moment(until, loaded.time_zone, "--until") if until else None
    _say(run(loaded, [Extension(name, _wanted(loaded, assignment), moment_) for name in names]))


@app.command()
def excuse(
    names: NamesArgument,
    assignment: AssignmentOption = "",
    undo: Annotated[bool, typer.Option("--undo", help="Let it count again.")] = False,
    course: CourseOption = None,
) -> None:
    """Excuse students from an assignment: no grade, which is not zero, in every export and in the report."""
    from autograder.students.allowing import excuse as run

    loaded = load(course)
    _say(run(loaded, _wanted(loaded, assignment), names, undo))


@app.command()
def rename(
    old: Annotated[str, typer.Argument(help="The id that the student has.")],
    new: Annotated[str, typer.Argument(help="The id that the student gets. Nobody may have it.")],
    course: CourseOption = None,
) -> None:
    """Give a student another id: submissions, grades by hand, comments, extensions and feedback go along."""
    from autograder.students.moving import rename as run

    run(load(course), old, new)
    _say(
        [
            f"{old} is {new} now. Where the id comes from (roster, exchange, learning system) it must change too, or the next import or `nbgrader collect` brings {old} back."
        ]
    )


@app.command()
def drop(name: NameArgument, course: CourseOption = None) -> None:
    """Set a student aside: graded and exported no more, though they may hand in again. Nothing is deleted."""
    from autograder.students.moving import drop as run

    run(load(course), name)
    _say(
        [
            f"{name} has dropped. To take them back, with grades and comments: `autograder students restore {name}`."
        ]
    )


@app.command()
def restore(name: NameArgument, course: CourseOption = None) -> None:
    """Take a student back who has dropped, with submissions, grades and comments."""
    from autograder.students.moving import restore as run

    said = run(load(course), name)
    for line in said:
        err.print(plain(line, 1000), style="yellow", highlight=False, markup=False)
    _say([f"{name} is in the course again."])


@app.command("import")
def import_(
    roster: Annotated[
        Path, typer.Option("--roster", help="The roster (CSV), as for `autograder repos import`.")
    ],
    course: CourseOption = None,
) -> None:
    """Write a roster's names and addresses into the gradebook. Nobody is taken out; who is not in the roster is named."""
    from autograder.gradebook import roll
    from autograder.gradebook.book import open_book
    from autograder.gradebook.people import put
    from autograder.repos.roster import read_roster
    from autograder.students.moving import everybody

    loaded, notes = load(course), list[str]()
    people = read_roster(roster, notes.append, loaded.languages)
    with open_book(loaded) as gradebook:
        before = everybody(loaded, gradebook)
        dropped = roll.read(gradebook).dropped
    put(loaded, loaded.assignments[0], list(people), None)
    ids = {person.student for person in people} - set(dropped)
    if gone := sorted(set(dropped) & {person.student for person in people}):
        notes.append(
            f"In the roster, but dropped: {', '.join(gone)}. `autograder students restore NAME` takes one back."
        )
    if absent := sorted(before - ids):
        notes.append(f"Not in this roster: {', '.join(absent[:20])}{' …' if len(absent) > 20 else ''}.")
    for note in notes:
        err.print(plain(note, 1000), style="yellow", highlight=False, markup=False)
    _say([f"{len(ids)} students of the roster, {len(ids - before)} of them new."])


def _wanted(course: Course, name: str) -> Assignment:
    if not name and len(course.assignments) != 1:
        raise CourseError("This course has several assignments: name one with --assignment.")
    return course.assignment(name or course.assignments[0].name)


def _say(lines: list[str]) -> None:
    for line in lines:
        out.print(plain(line, 1000), highlight=False, markup=False, soft_wrap=True)
