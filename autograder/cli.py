"""The command line: one module for what it looks like; the work is done elsewhere."""

from __future__ import annotations

import enum
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from autograder import __version__
from autograder import data as datasets
from autograder.course import Course, load
from autograder.errors import AutograderError, CourseError
from autograder.export.commands import add_to as add_exports
from autograder.html import plain
from autograder.render import summary
from autograder.repos.commands import app as repos_app
from autograder.scorecard import Scorecard

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Build, release and grade the course on convolutional networks.")  # fmt: skip
out = Console()
err = Console(stderr=True)


class Part(enum.StrEnum):
    """The parts of `validate` that take their time."""

    FIGURES = "figures"
    MISCONCEPTIONS = "misconceptions"
    UNUSUAL = "unusual"


CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="The course's folder (default: the nearest with course_config.py)."),
]
DatasetOption = Annotated[
    str | None, typer.Option("--dataset", help="mnist or digits (default: the course's).")
]
UnsafeOption = Annotated[
    bool,
    typer.Option(
        "--unsafe-no-sandbox",
        help="Run students' code WITHOUT a sandbox, as yourself. Every scorecard will say so.",
    ),
]


def _course(folder: Path | None) -> Course:
    return load(folder)


def _jobs(jobs: int | None) -> int:
    return (
        jobs or len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else jobs or os.cpu_count() or 1
    )


def _bar() -> Bar:
    return Bar(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        console=err, transient=True,
    )  # fmt: skip


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        out.print(__version__)
        raise typer.Exit


@app.command()
def data(
    from_folder: Annotated[
        Path | None,
        typer.Option("--from", help="Take MNIST's four IDX files (plain or gzip) from this folder."),
    ] = None,
    digits: Annotated[
        bool, typer.Option("--digits", help="Make the small data set of scikit-learn instead.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Put the data set in place: already there, from a folder, or downloaded by torchvision."""
    folder = _course(course).data
    if digits:
        datasets.put_digits(folder)
        loaded = datasets.load(folder, "digits")
        out.print(f"The digits of scikit-learn are in {datasets.raw(folder, 'digits')}.")
    else:
        if from_folder is not None:
            datasets.put_mnist(folder, from_folder, out.print)
        elif not datasets.is_present(folder, "mnist"):
            datasets.download_mnist(folder)
        datasets.check_mnist(folder)
        loaded = datasets.load(folder, "mnist")
        out.print(f"MNIST is in {datasets.raw(folder, 'mnist')}, checksums right.")
    out.print(f"{len(loaded.train_images):,} images for training, {len(loaded.test_images):,} for testing.")


@app.command()
def build(
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing; fail if the committed files are not what a build gives."
        ),
    ] = False,
    course: CourseOption = None,
) -> None:
    """Build the notebooks from their text sources, and the release from the notebooks, in every language."""
    from autograder.build import build as run

    changed = run(_course(course), check)
    for path in changed:
        out.print(f"differs: {path}" if check else f"written: {path}", highlight=False)
    if check and changed:
        raise CourseError(
            f"{len(changed)} files are not what a build gives. Run `autograder build` and commit them."
        )
    if not changed:
        out.print("Every built file is up to date.")


@app.command()
def validate(
    full: Annotated[
        bool, typer.Option("--full", help="Also train the solution for 5 epochs on the whole data set.")
    ] = False,
    seeds: Annotated[
        int,
        typer.Option(
            "--seeds", min=1, help="How many seeds solution, stub and right answers are graded with."
        ),
    ] = 20,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Worker processes (default: the cores).")
    ] = None,
    course: CourseOption = None,
    dataset: DatasetOption = None,
    skip: Annotated[
        list[Part] | None, typer.Option("--skip", help="Leave this part out. May be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave all three parts out.")] = False,
) -> None:
    """Let the course check itself.

    The solution earns full marks and the stub none; every item is taught and has its checks. Three parts take their time:
    the numbers that the notebooks quote (figures), misconceptions that must lose their item and be named, unusual
    right answers that may lose nothing.
    """
    from autograder.validate import PARTS
    from autograder.validate import validate as run

    loaded = _course(course)
    parts = set() if quick else set(PARTS) - {part.value for part in skip or []}
    problems = run(loaded, dataset or loaded.dataset, seeds, _jobs(jobs), out, err, parts, full)
    if problems:
        raise CourseError(f"{len(problems)} problems:\n" + "\n".join(f"  {problem}" for problem in problems))
    out.print("[green]The course is sound.[/green]")


@app.command()
def grade(
    assignment: Annotated[str | None, typer.Argument(help="The assignment, such as lab1_train_cnn.")] = None,
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
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Worker processes (default: the cores).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what has not changed.")] = False,
    unsafe: UnsafeOption = False,
    course: CourseOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Grade all submissions of ASSIGNMENT into nbgrader's gradebook, or any notebooks with --notebook."""
    loaded = _course(course)
    if unsafe:
        err.print(
            "[bold red]Without a sandbox students' code can do whatever you can do on this machine.[/bold red]"
        )
    if notebook:
        _grade_files(
            loaded, assignment, notebook, as_json, _jobs(jobs), force, unsafe, dataset or loaded.dataset
        )
    elif assignment is None:
        raise CourseError(
            "Name an assignment (autograder grade lab1_train_cnn) or files (--notebook FILE.ipynb)."
        )
    else:
        _grade_class(loaded, assignment, student or [], _jobs(jobs), force, unsafe, dataset or loaded.dataset)


def _grade_files(
    course: Course,
    assignment: str | None,
    files: list[Path],
    as_json: bool,
    jobs: int,
    force: bool,
    unsafe: bool,
    dataset: str,
) -> None:
    from autograder.grading.pool import Pool, Setup, Task

    name = assignment or course.assignments[0].name
    course.assignment(name)
    tasks = [Task(path.stem, str(path.absolute()), force=force) for path in files]
    cards: dict[int, Scorecard] = {}
    failed = False
    with _bar() as bar:
        row = bar.add_task("Grading", total=len(tasks))
        shown = 0
        for i, result in Pool(Setup(str(course.root), name, dataset, unsafe), jobs).run(tasks):
            if "scorecard" in result:
                cards[i] = Scorecard.from_json(result["scorecard"])
            else:
                cards[i] = Scorecard(name, files[i].stem, files[i].stem, "grader_fault", 0.0, 0.0,
                                     message=f"The grading worker ended (exit code {result['crashed']}).")  # fmt: skip
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
    from autograder.render import item_text

    out.print(Text(plain(card.student), style="bold"), "·", Text(summary(card)), highlight=False)
    for item in card.items:
        if item.score < item.points:
            out.print(item_text(item, []), highlight=False, markup=False)
    for note in card.notes:
        out.print(f"Note: {plain(note, 1000)}", highlight=False, markup=False)


def _grade_class(
    course: Course, name: str, chosen: list[str], jobs: int, force: bool, unsafe: bool, dataset: str
) -> None:
    from autograder.gradebook.class_run import Progress, grade_class, students_of
    from autograder.gradebook.table import print_class

    assignment = course.assignment(name)
    students = students_of(course, assignment, chosen)
    if dataset != "mnist":
        err.print(f"[yellow]Grading on the data set {dataset!r}.[/yellow]")
    with _bar() as bar:
        row = bar.add_task("Grading", total=None)

        def done(who: str, card: Scorecard) -> None:
            bar.advance(row)

        progress = Progress(
            start=lambda total: bar.update(row, total=total),
            running=lambda who: bar.update(row, description=escape(f"Grading {plain(who)}")),
            done=done,
            writing=lambda who: bar.update(row, description=escape(f"Writing {plain(who)}'s grades")),
        )
        report = grade_class(course, assignment, students, dataset, jobs, force, unsafe, progress)
    print_class(out, assignment.points, list(assignment.notebooks), students, report)
    if report.faults:
        raise AutograderError(
            "The grader itself failed for "
            + "; ".join(f"{plain(s)} ({plain(why, 500)})" for s, why in report.faults.items())
            + ". No grade of theirs is in force; the others' are written. Mend the grader and grade again."
        )


@app.command()
def feedback(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    course: CourseOption = None,
) -> None:
    """Write a feedback page per student and notebook, by nbgrader."""
    from autograder.gradebook.pages import write_feedback

    loaded = _course(course)
    pages = write_feedback(loaded, loaded.assignment(assignment))
    out.print(f"{pages} feedback pages in {loaded.root / 'feedback'}.", highlight=False)


add_exports(app)
app.add_typer(repos_app, name="repos")


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Where to make the demo course (default: a new temporary folder)."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Worker processes (default: the cores).")
    ] = None,
    course: CourseOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Go the whole way on a class of sample students in a temporary course, and show where the results are."""
    from autograder.demo import run

    loaded = _course(course)
    chosen = dataset or os.environ.get("AUTOGRADER_DATASET")
    if chosen is None:
        chosen = "mnist" if datasets.is_present(loaded.data, "mnist") else "digits"
        if chosen == "digits":
            err.print(
                "[yellow]MNIST is not in data/: the demo grades on the 1,797 digits of scikit-learn instead.[/yellow]"
            )
    run(loaded, chosen, folder, _jobs(jobs), out, err)


@app.command()
def doctor(course: CourseOption = None) -> None:
    """Say for this machine whether notebooks can be graded, and each protection that is in force."""
    from autograder.doctor import examine

    if not examine(_course(course), out):
        raise AutograderError("This machine cannot grade safely; see above.")


_INTERRUPTED = 130  # what a shell reports after Ctrl-C


def _say_stopped() -> None:
    err.print("Stopped. What was graded is kept; run the same command to go on.")


def main() -> None:
    """Run the command line; errors that we raise on purpose end in one clear line and exit code 1."""
    bin_folder = str(Path(sys.prefix) / "bin")
    os.environ["PATH"] = bin_folder + os.pathsep + os.environ.get("PATH", "")
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except SystemExit as leave:
        if leave.code == _INTERRUPTED:  # Typer turns Ctrl-C into this
            _say_stopped()
        raise
    except (typer.Abort, KeyboardInterrupt):
        _say_stopped()
        sys.exit(_INTERRUPTED)
    except AutograderError as error:
        err.print("[red]Error:[/red]", end=" ")
        err.print(str(error), highlight=False, markup=False)
        sys.exit(1)
    except OSError as error:
        err.print(
            f"[red]Error:[/red] {error.strerror}: {error.filename or ''}. Free some space or mend the permissions, and run again."
        )
        sys.exit(1)
    except Exception as error:
        # A wrong option or argument: Typer brings its own copy of click, whose exceptions know how to show themselves.
        code, show = getattr(error, "exit_code", None), getattr(error, "show", None)
        if isinstance(code, int) and show is not None:
            show()
            sys.exit(code)
        raise


if __name__ == "__main__":
    main()
