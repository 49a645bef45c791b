"""The command line: one module for what it looks like; the work is done elsewhere."""

from __future__ import annotations

import enum
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from autograder import __version__
from autograder.commands.cache import cache
from autograder.commands.export import add_to as add_exports
from autograder.commands.grade import grade
from autograder.commands.languages import app as languages_app
from autograder.commands.new import new
from autograder.commands.repos import app as repos_app
from autograder.commands.similar import similar
from autograder.commands.students import app as students_app
from autograder.commands.sync import sync
from autograder.course import data as datasets
from autograder.course.model import load
from autograder.errors import AutograderError, CourseError, of_gradebook, of_system
from autograder.pages.terminal import (
    CourseOption,
    DatasetOption,
    JobsOption,
    err,
    forking_bar,
    jobs_or_cores,
    out,
)
from autograder.workers.children import require_same_package

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Build, release and grade the course on convolutional networks.")  # fmt: skip


class Part(enum.StrEnum):
    """The parts of `validate` that take their time."""

    FIGURES = "figures"
    MISCONCEPTIONS = "misconceptions"
    UNUSUAL = "unusual"


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
    folder = load(course).data
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
    from autograder.authoring.build import build as run
    from autograder.authoring.translations.books import lacking

    loaded = load(course)
    changed = run(loaded, check)
    for path in changed:
        out.print(f"differs: {path}" if check else f"written: {path}", highlight=False)
    said = lacking(loaded, loaded.languages)
    for line in said if check else ():
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    if said:
        out.print(
            f"{len(said)} messages are shown in English: their translations are missing, fuzzy or not whole. (`autograder languages missing` lists them.)"
        )
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
    jobs: JobsOption = None,
    course: CourseOption = None,
    dataset: DatasetOption = None,
    skip: Annotated[
        list[Part] | None, typer.Option("--skip", help="Leave this part out. May be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Leave all three parts out.")] = False,
    assignment: Annotated[
        str | None, typer.Option("--assignment", help="Only this assignment (default: all).")
    ] = None,
    mutants: Annotated[
        bool,
        typer.Option(
            "--mutants",
            help="Instead, hand in every first-order change of the solutions: each must lose its item, or be listed as a right answer.",
        ),
    ] = False,
    item: Annotated[
        list[str] | None, typer.Option("--item", help="With --mutants: only this item. May be repeated.")
    ] = None,
) -> None:
    """Let the course check itself.

    The solution earns full marks and the stub none; every item is taught and has its checks. Three parts take their time:
    the numbers that the notebooks quote (figures), misconceptions that must lose their item and be named, unusual
    right answers that may lose nothing.
    """
    from autograder.authoring.validate import PARTS, validate_by_mutants
    from autograder.authoring.validate import validate as run

    if item and not mutants:
        raise CourseError("--item goes with --mutants.")
    loaded = load(course)
    chosen, workers = dataset or loaded.dataset, jobs_or_cores(jobs)
    parts = set() if quick else set(PARTS) - {part.value for part in skip or []}
    if mutants:
        problems = validate_by_mutants(loaded, chosen, workers, out, err, assignment, item or ())
        for problem in problems:  # a change is copied into a list: its line stays whole
            err.print(problem, soft_wrap=True, highlight=False, markup=False)
        if problems:
            raise CourseError(f"{len(problems)} problems; see above.")
    else:
        problems = run(loaded, chosen, seeds, workers, out, err, parts, full, assignment)
    if problems:
        raise CourseError(f"{len(problems)} problems:\n" + "\n".join(f"  {problem}" for problem in problems))
    out.print("[green]The course is sound.[/green]")


app.command()(new)
app.command()(sync)
app.command()(grade)
app.command()(cache)


@app.command()
def feedback(
    assignment: Annotated[str, typer.Argument(help="The assignment.")],
    jobs: JobsOption = None,
    course: CourseOption = None,
    language: Annotated[
        str,
        typer.Option("--lang", help="The language of all pages (default: each student's own)."),
    ] = "",
) -> None:
    """Write a feedback page per student and notebook, by nbgrader, several students' at once."""
    from autograder.gradebook.pages import write_feedback

    loaded = load(course)
    with forking_bar("Making pages") as done:
        pages = write_feedback(
            loaded, loaded.assignment(assignment), jobs_or_cores(jobs), done, language=language
        )
    out.print(f"{pages} feedback pages in {loaded.root / 'feedback'}.", highlight=False)


add_exports(app)
app.command()(similar)
app.add_typer(languages_app, name="languages")
app.add_typer(repos_app, name="repos")
app.add_typer(students_app, name="students")


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Where to make the demo course (default: a new temporary folder)."),
    ] = None,
    students: Annotated[
        int | None, typer.Option("--students", min=1, help="Only the first few sample students.")
    ] = None,
    jobs: JobsOption = None,
    course: CourseOption = None,
    dataset: DatasetOption = None,
) -> None:
    """Go the whole way on a class of sample students in a temporary course, and show where the results are."""
    from autograder.demo import run

    loaded = load(course)
    chosen = dataset or os.environ.get("AUTOGRADER_DATASET")
    if chosen is None:
        chosen = "mnist" if datasets.is_present(loaded.data, "mnist") else "digits"
        if chosen == "digits":
            err.print(
                "[yellow]MNIST is not in data/: the demo grades on the 1,797 digits of scikit-learn instead.[/yellow]"
            )
    run(loaded, chosen, folder, jobs_or_cores(jobs), out, err, students)


@app.command()
def doctor(course: CourseOption = None) -> None:
    """Say for this machine whether notebooks can be graded, each protection that is in force, and whether pages can be made."""
    from autograder.commands.doctor import examine

    if not examine(load(course), out):
        raise AutograderError("Not everything that grading needs is sound on this machine; see above.")


_INTERRUPTED = 130  # what a shell reports after Ctrl-C


def _say_stopped() -> None:
    err.print("Stopped. What was done is kept; run the same command to go on.")


def _say_error(what: str) -> None:
    err.print("[red]Error:[/red]", end=" ")
    err.print(what, highlight=False, markup=False)


def _stop(number: int, frame: object) -> NoReturn:
    """End as after Ctrl-C, so that workers and their sandboxes end too; a second signal ends at once."""
    signal.signal(number, signal.SIG_DFL)
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line; errors that we raise on purpose end in one clear line and exit code 1."""
    signal.signal(signal.SIGTERM, _stop)
    # An empty entry of PYTHONPATH means the current folder, which may be a student's: libraries are still to be imported.
    sys.path[:] = [entry for entry in sys.path if os.path.isabs(entry)]
    bin_folder = str(Path(sys.prefix) / "bin")
    os.environ["PATH"] = bin_folder + os.pathsep + os.environ.get("PATH", "")
    try:
        require_same_package()
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
        _say_error(str(error))
        sys.exit(1)
    except OSError as error:
        _say_error(of_system(error))
        sys.exit(1)
    except Exception as error:
        if said := of_gradebook(error):
            _say_error(said)
            sys.exit(1)
        # A wrong option or argument: Typer brings its own copy of click, whose exceptions know how to show themselves.
        code, show = getattr(error, "exit_code", None), getattr(error, "show", None)
        if isinstance(code, int) and show is not None:
            show()
            sys.exit(code)
        raise


if __name__ == "__main__":
    main()
