"""`autograder repos`: what the command line looks like; the work is done in the modules beside."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from autograder.course.model import load
from autograder.errors import AutograderError
from autograder.pages.terminal import CourseOption, err, out, steps

if TYPE_CHECKING:
    from autograder.repos.record import Record

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Git repositories in and out.")

AssignmentArgument = Annotated[str, typer.Argument(help="The assignment: a folder of source/.")]
FromOption = Annotated[
    Path,
    typer.Option(
        "--from", help="The folder of clones, of folders or of zip archives; or one archive of a whole class."
    ),
]
BranchOption = Annotated[
    str, typer.Option("--branch", help="The branch that counts (default: each repository's own).")
]
LocalOption = Annotated[
    bool, typer.Option("--local-remotes", help="Let the clones' addresses be folders of this machine, too.")
]


@app.command()
def template(
    assignment: AssignmentArgument,
    folder: Annotated[Path, typer.Option("--out", help="The folder to make. It must be empty or new.")],
    language: Annotated[str, typer.Option("--lang", help="The language that students read.")] = "en",
    course: CourseOption = None,
) -> None:
    """Make a template repository for students: notebooks, public checks, what runs them on a push."""
    from autograder.repos.templates import write_template

    loaded = load(course)
    files = write_template(loaded, loaded.assignment(assignment), folder, language)
    out.print(
        f"{len(files)} files in {folder}. Make a repository of it: docs/repositories.md says how.",
        highlight=False,
    )


@app.command("import")
def import_(
    assignment: AssignmentArgument,
    place: FromOption,
    roster: Annotated[
        Path,
        typer.Option(
            "--roster",
            help="The roster (CSV): GitHub Classroom's, Classroom 50's, Canvas's gradebook export, or your own.",
        ),
    ],
    deadline: Annotated[
        str,
        typer.Option(
            "--deadline",
            help="When the work was due, as 2026-10-01T23:59:00+02:00 (default: `due` in course_config.py).",
        ),
    ] = "",
    push_times: Annotated[
        Path | None, typer.Option("--push-times", help="When the server saw which push (CSV or JSON).")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option("--manifest", help="What `repos snapshot` wrote at the deadline.")
    ] = None,
    branch: BranchOption = "",
    slug: Annotated[
        str,
        typer.Option(
            "--slug", help="What every repository's name of this assignment begins with, such as hw1."
        ),
    ] = "",
    lms: Annotated[
        Path | None,
        typer.Option(
            "--lms",
            help="Who has which number in archives' names: Canvas's gradebook export, or Moodle's grading worksheet.",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also replace submissions that came another way (the exchange).")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Bring repositories, folders or archives into nbgrader's submitted/, by the roster."""
    from autograder.course import dates
    from autograder.export.numbers import with_numbers
    from autograder.gradebook import history
    from autograder.gradebook.people import extensions, put
    from autograder.repos import record, times
    from autograder.repos.importing import Options, import_class
    from autograder.repos.roster import read_roster

    loaded = load(course)
    wanted = loaded.assignment(assignment)
    notes: list[str] = []
    people = read_roster(roster, notes.append, loaded.languages)
    if lms is not None:
        people = with_numbers(people, lms, notes.append)
    due = loaded.due(wanted)
    if deadline:
        zone = loaded.time_zone
        due = dates.moment(deadline, zone, "--deadline") if zone else times.moment(deadline, "--deadline")
    options = Options(
        due,
        times.read_pushes(push_times, notes.append) if push_times is not None else None,
        times.read_manifest(manifest) if manifest is not None else None,
        branch, slug, replace, extensions(loaded, wanted),
    )  # fmt: skip
    if options.deadline is not None:
        out.print(f"The deadline is {options.deadline:%Y-%m-%d %H:%M:%S} UTC.", highlight=False)
        if options.deadline > datetime.now(UTC):
            err.print("[yellow]That is still to come: import again after it.[/yellow]")
    done = import_class(loaded, wanted, place, people, options, steps)
    try:
        before = record.read(loaded, wanted.name)
    except AutograderError as error:
        before = None
        err.print(f"The record of earlier imports is made anew: {error}", highlight=False, markup=False)
    path = record.write(loaded, record.merged(before, done))
    history.note(loaded, wanted, [student for entry in done.entries for student in entry.students])
    warning = put(loaded, wanted, list(people), options.deadline)
    _print_record(done)
    for said in [*notes, *done.warnings, *([warning] if warning else [])]:
        err.print(said, style="yellow", highlight=False, markup=False)
    out.print(f"The record of this import: {path}", highlight=False, soft_wrap=True)
    left = sum(bool(entry.problem) for entry in done.entries)
    if left:
        raise AutograderError(
            f"{left} of {len(done.entries)} submissions were not taken; the table says why. What was taken stays."
        )


def _print_record(done: Record) -> None:
    from autograder.repos.commits import STUDENTS_WORD

    table = Table()
    for name in ("submission", "students", "commit", "time (UTC)", "whose word", "what to look at"):
        table.add_column(name, overflow="fold")
    for entry in done.entries:
        said = (
            [f"NOT TAKEN: {entry.problem}"]
            if entry.problem
            else [w for w in entry.warnings if w != STUDENTS_WORD]
        )
        when = entry.time[:19].replace("T", " ") + (" LATE" if entry.late else "")
        word = entry.source + ("" if entry.verified or not entry.source else " (unverified)")
        cells = (entry.repository, ", ".join(entry.students), entry.sha[:10], when, word, " ".join(said))
        table.add_row(*(_plain(cell) for cell in cells))
    out.print(table)
    taken = [entry for entry in done.entries if not entry.problem]
    students = {student for entry in taken for student in entry.students}
    out.print(
        f"{len(students)} of {len(done.roster)} students from {len(taken)} of {len(done.entries)} submissions.",
        highlight=False,
    )
    unchecked = sum(STUDENTS_WORD in entry.warnings for entry in taken)
    if unchecked:
        out.print(
            f"{unchecked} times are the students' word: with --push-times or --manifest a backdated commit cannot count.",
            highlight=False,
        )
    absent = sorted(person.student for person in done.roster if person.student not in students)
    if absent:
        more = f" and {len(absent) - 20} more" if len(absent) > 20 else ""
        out.print(f"Nothing from: {', '.join(absent[:20])}{more}.", highlight=False, markup=False)


def _plain(text: str) -> str:
    from rich.markup import escape

    from autograder.pages.html import clean_text

    return escape(clean_text(text, 600))


@app.command()
def snapshot(
    assignment: AssignmentArgument,
    place: FromOption,
    target: Annotated[Path, typer.Option("--out", help="The manifest to write; it must not be there yet.")],
    remote: Annotated[
        bool,
        typer.Option(
            "--remote", help="Ask the servers what stands there now (else the clones; fetch them first)."
        ),
    ] = False,
    branch: BranchOption = "",
    local: LocalOption = False,
    course: CourseOption = None,
) -> None:
    """Write down every repository's head, at the deadline: what is pushed or backdated later cannot count."""
    from autograder.repos.snapshot import snapshot as run

    loaded = load(course)
    values = run(loaded, loaded.assignment(assignment).name, place, target, branch, remote, local, steps)
    rows = values["repositories"]
    for row in rows:
        if said := row.get("problem") or row.get("note"):
            err.print(f"{row['repository']}: {said}", highlight=False, markup=False)
    failed = sum(bool(row.get("problem")) for row in rows)
    out.print(
        f"{len(rows) - failed} of {len(rows)} heads at {values['taken_at']} are in {target}.", highlight=False
    )
    if failed:
        raise AutograderError(
            f"{failed} repositories could not be read; they are in the manifest with the reason."
        )


@app.command()
def feedback(
    assignment: AssignmentArgument,
    push: Annotated[bool, typer.Option("--push", help="Push the pages. Without it nothing is sent.")] = False,
    gh_comment: Annotated[
        bool, typer.Option("--gh-comment", help="Also write a comment by the `gh` command (with --push).")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what --push and --gh-comment would do.")
    ] = False,
    local: LocalOption = False,
    course: CourseOption = None,
    language: Annotated[
        str,
        typer.Option("--lang", help="The language of all pages (default: each student's own)."),
    ] = "",
) -> None:
    """Make a page of feedback per student and, with --push, put it on the branch grading/ASSIGNMENT of each repository."""
    from autograder.repos.feedback import Sending, give_feedback

    loaded = load(course)
    sending = Sending(push and not dry_run, gh_comment, dry_run, local)
    results = give_feedback(loaded, loaded.assignment(assignment), sending, steps, language)
    table = Table()
    for name in ("repository", "students", "what happened"):
        table.add_column(name, overflow="fold")
    for result in results:
        table.add_row(_plain(result.repository), _plain(", ".join(result.students)), _plain(result.said))
    out.print(table)
    if not push and not dry_run:
        out.print("Nothing was sent. Look at the pages, then run it again with --push.")
    failed = [result for result in results if result.failed]
    if failed:
        raise AutograderError(
            f"{len(failed)} of {len(results)} repositories got no feedback; the table says why."
        )
