"""The command `grade`: a class into the gradebook, what that would change, or single files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from autograder.commands.display import GradingDisplay
from autograder.course.model import Assignment, Course, load
from autograder.errors import AutograderError, CourseError
from autograder.grading.render import item_text, points, summary
from autograder.grading.scorecard import Scorecard
from autograder.pages.html import plain
from autograder.pages.terminal import (
    CourseOption,
    DatasetOption,
    JobsOption,
    err,
    jobs_or_cores,
    out,
    progress_bar,
)
from autograder.workers.pool import Pool
from autograder.workers.tasks import Executor, Setup, Task, card_of

if TYPE_CHECKING:
    from autograder.gradebook.diff import Diff


def grade(
    assignment: Annotated[str | None, typer.Argument(help="The assignment: a folder of source/.")] = None,
    notebook: Annotated[
        list[Path] | None,
        typer.Option("--notebook", help="Grade this file, without a gradebook. May be repeated."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One scorecard a line on standard output, in order (with --notebook)."),
    ] = False,
    student: Annotated[
        list[str] | None, typer.Option("--student", help="Only this student. May be repeated.")
    ] = None,
    jobs: JobsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has not changed.")] = False,
    diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Show whose score would change, item by item; write nothing to the gradebook."
        ),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            help="Grade on a dask.distributed cluster, such as tcp://10.0.0.1:8786 (docs/scaling.md).",
        ),
    ] = None,
    unsafe: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox",
            help="Run students' code WITHOUT a sandbox, as yourself. Every scorecard will say so.",
        ),
    ] = False,
    course: CourseOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Grade all submissions of ASSIGNMENT into nbgrader's gradebook, or any notebooks with --notebook."""
    loaded = load(course)
    if unsafe:
        err.print(
            "[bold red]Without a sandbox students' code can do whatever you can do on this machine.[/bold red]"
        )
    if diff and notebook:
        raise CourseError("--diff compares with the gradebook: name an assignment, not files.")
    if student and notebook:
        raise CourseError("--student chooses from the class; with --notebook name the files alone.")
    if as_json and not notebook:
        raise CourseError("--json writes the scorecards of files: name them with --notebook.")
    if assignment is None and not notebook:
        raise CourseError(
            f"Name an assignment (autograder grade {loaded.assignments[0].name}) or files (--notebook FILE.ipynb)."
        )
    name = assignment or _assignment_of(loaded, notebook or [])
    loaded.assignment(name)
    setup = Setup(str(loaded.root), name, dataset or loaded.dataset, unsafe)
    if scheduler and jobs:
        raise CourseError("With --scheduler the cluster's workers grade: leave --jobs out.")
    executor = _cluster(setup, scheduler) if scheduler else Pool(setup, jobs_or_cores(jobs))
    if notebook:
        from autograder.gradebook.agreement import require_agreement

        require_agreement(loaded, loaded.assignment(name), gradebook=False)
        _grade_files(executor, loaded.assignment(name), notebook, as_json, force)
    else:
        _grade_class(loaded, setup, executor, student or [], force, diff)


def _assignment_of(course: Course, files: list[Path]) -> str:
    """Return the assignment after whose notebooks files are named, by the longest such name; the first where they are after none's."""
    names = {name: each.name for each in course.assignments for name in each.notebooks}
    fitting = [name for name in names if any(file.stem.startswith(name) for file in files)]
    return names[max(fitting, key=len)] if fitting else course.assignments[0].name


def _cluster(setup: Setup, address: str) -> Executor:
    from autograder.workers.cluster import Cluster

    return Cluster(
        setup, address, lambda words: err.print(words, style="yellow", highlight=False, markup=False)
    )


def _grade_files(
    executor: Executor, assignment: Assignment, files: list[Path], as_json: bool, force: bool
) -> None:
    tasks = [Task(path.stem, str(path.absolute()), force=force) for path in files]
    cards: dict[int, Scorecard] = {}
    failed = False
    with progress_bar() as bar:
        row = bar.add_task("Grading", total=len(tasks))
        shown = 0
        for i, result in executor.run(tasks):
            cards[i] = card_of(result, assignment, files[i].stem, files[i].stem)
            bar.advance(row)
            while shown in cards:  # in order, as soon as possible
                card = cards[shown]
                failed |= card.status == "grader_fault"
                if as_json:
                    sys.stdout.write(json.dumps(card.to_json()) + "\n")
                    sys.stdout.flush()
                else:
                    _print_card(card)
                shown += 1
    if failed:
        raise AutograderError(
            "The grader itself failed on at least one notebook (status grader_fault): no grade there counts."
        )


def _print_card(card: Scorecard) -> None:
    out.print(Text(plain(card.student), style="bold"), "·", Text(summary(card)), highlight=False)
    for item in card.items:
        if item.score < item.points:
            out.print(item_text(item, []), highlight=False, markup=False)
    for note in card.notes:
        out.print(f"Note: {plain(note, 1000)}", highlight=False, markup=False)


def _grade_class(
    course: Course, setup: Setup, executor: Executor, chosen: list[str], force: bool, diff: bool
) -> None:
    from autograder.gradebook.class_run import grade_class
    from autograder.gradebook.judging import Progress, judge_class, students_of
    from autograder.gradebook.table import print_class
    from autograder.workers.lookup import Lookup

    assignment = course.assignment(setup.assignment)
    students = students_of(course, assignment, chosen)
    if setup.dataset != "mnist":
        err.print(f"[yellow]Grading on the data set {setup.dataset!r}.[/yellow]")
    lookup = Lookup(course, assignment.name, setup.dataset, setup.unsafe)
    with GradingDisplay(err) as display:
        progress = Progress(display.start, display.running, display.done, display.writing)
        if diff:
            with lookup.cache.in_use():
                report = judge_class(lookup, students, executor, force, progress).report
        else:
            report = grade_class(lookup, students, executor, force, progress)
    if diff:
        from autograder.gradebook.diff import difference

        cards = {student: report.cards[student] for student in students if student not in report.faults}
        _print_diff(difference(course, assignment, cards), assignment.name)
    else:
        from autograder.gradebook.answers import sentence, unread
        from autograder.gradebook.results import class_results

        results = {result.student: result for result in class_results(course, assignment)}
        print_class(out, assignment.points, list(assignment.notebooks), students, report, results)
        if counts := unread([results[each] for each in students if each in results], assignment):
            out.print(sentence(counts), highlight=False, markup=False)
    if report.faults:
        raise AutograderError(
            "No grade could be given to "
            + "; ".join(f"{plain(s)} ({plain(why, 500)})" for s, why in report.faults.items())
            + (
                ". Nothing was written. Mend what is named, and try again."
                if diff
                else ". No grade of theirs is in force; the others' are written. Mend what is named, and grade again."
            )
        )
    if report.busy:
        raise AutograderError(
            f"The machine was too busy with other work to grade {_names(report.busy)} fairly: something of theirs was ended that had hardly "
            "begun. Run the same command again when there is less to do, or with fewer `--jobs`: it grades only these again."
        )


def _names(students: list[str]) -> str:
    return ", ".join(plain(each) for each in dict.fromkeys(students))


def _print_diff(found: Diff, assignment: str) -> None:
    if changes := found.changes:
        table = Table()
        for name in ("student", "notebook", "item"):
            table.add_column(name)
        table.add_column("in the gradebook", justify="right")
        table.add_column("would be", justify="right")
        table.add_column("")
        for each in changes:
            stands = "" if each.manual is None else f"your own {points(each.manual)} stands"
            before = "–" if each.before is None else points(each.before)
            table.add_row(each.student, each.notebook, each.item, before, points(each.after), stands)
        out.print(table)
        students = {each.student for each in changes}
        out.print(f"{len(changes)} scores of {len(students)} students would change.", highlight=False)
    else:
        out.print("No score in the gradebook would change.")
    for student, was, now in found.penalties:
        out.print(
            f"{plain(student)}: the penalty for late work would be {points(now)}, not {points(was)}.",
            markup=False,
        )
    if found.ungraded:
        out.print(f"Not in the gradebook yet: {', '.join(found.ungraded)}.", highlight=False, markup=False)
    out.print(
        f"Nothing was written. `autograder grade {assignment}` writes these grades; it finds them in the cache.",
        highlight=False,
        soft_wrap=True,
    )
