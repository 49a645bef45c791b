"""The course checks itself: build, points, teaching, quoted figures, solution, stub, misconceptions, unusual right answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from rich.console import Console

from autograder.authoring import figures, ideas, teaching
from autograder.authoring.answers import Tally, hand_in_misconceptions, hand_in_unusual, lacking
from autograder.authoring.build import build
from autograder.authoring.handing_in import filled, grade_notebooks, solution_cells
from autograder.authoring.survivors import hand_in_mutants
from autograder.authoring.translations.books import lacking as lacking_translations
from autograder.course import data as datasets
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.intake.submissions import released

PARTS = ("figures", "misconceptions", "unusual")  # what takes its time


def validate(
    course: Course,
    dataset: str,
    seeds: int,
    jobs: int,
    out: Console,
    err: Console,
    parts: Collection[str] = PARTS,
    full: bool = False,
    only: str | None = None,
) -> list[str]:
    """Return everything that is wrong with the course; print a table of what was checked.

    Args:
        course, dataset: What is checked, and the data set on which it is graded.
        seeds: How often solution, stub and unusual answers are graded, each time with other hidden inputs.
        jobs: Worker processes.
        out, err: Where tables and progress go.
        parts: Which of the slow parts are done.
        full: Also train the solution for 5 epochs on the whole of MNIST, in the sandbox, and print the accuracies that the prose quotes.
        only: The one assignment that is checked; all, if it is None.
    """
    datasets.load(course.data, dataset)
    problems = [
        f"{path} is not what a build gives (run `autograder build`)" for path in build(course, check=True)
    ]
    asked = (course.assignment(only),) if only else course.assignments
    problems += lacking_translations(replace(course, assignments=asked), course.languages)
    for assignment in asked:
        problems += _points(assignment) + lacking(course, assignment)
        problems += teaching.shortcomings(course, assignment)
        if ideas.ideas(course, assignment):
            out.print(ideas.table(course, assignment))
        if "figures" in parts:
            problems += _figures(course, assignment, out, err, full)
        problems += _solution_and_stub(course, assignment, dataset, seeds, jobs, out, err)
        tally = Tally()
        if "misconceptions" in parts:
            problems += hand_in_misconceptions(course, assignment, dataset, jobs, err, tally)
        if "unusual" in parts:
            problems += hand_in_unusual(course, assignment, dataset, seeds, jobs, err, tally)
        if tally.misconceptions or tally.unusual:
            out.print(tally.table(assignment))
        if full:
            problems += _full(course, assignment, out, err)
    return problems


def validate_by_mutants(
    course: Course,
    dataset: str,
    jobs: int,
    out: Console,
    err: Console,
    only: str | None,
    items: Collection[str],
) -> list[str]:
    """Return which first-order changes of the solutions lose nothing though they are not known for right answers; print how many there are.

    Args:
        course, dataset, jobs, out, err, only: As for `validate`.
        items: The items whose solutions are changed; all, if there are none.

    Raises:
        CourseError: None of the assignments has such an item, or it has no stub.
    """
    datasets.load(course.data, dataset)
    problems = []
    asked = (course.assignment(only),) if only else course.assignments
    known = {item.id for assignment in asked for item in assignment.items() if item.solution}
    if unknown := set(items) - known:
        raise CourseError(
            f"There is no item {', '.join(sorted(unknown))} with a stub. There are: {', '.join(sorted(known))}."
        )
    for assignment in asked:
        if not items or any(item.id in items for item in assignment.items()):
            out.print(f"{assignment.name}, every first-order change of its solutions:", highlight=False)
            problems += hand_in_mutants(course, assignment, dataset, jobs, out, err, items)
    return problems


def _points(assignment: Assignment) -> list[str]:
    return (
        []
        if assignment.points == 100
        else [f"{assignment.name}: the points add up to {assignment.points}, not 100"]
    )


def _figures(course: Course, assignment: Assignment, out: Console, err: Console, full: bool) -> list[str]:
    """Run the notebooks as a student would, and compare the numbers that their prose quotes."""
    dataset = "mnist" if datasets.is_present(course.data, "mnist") else "digits"
    if dataset == "digits":
        datasets.put_digits(course.data)
        left = [f.name for f in figures.figures(course, assignment).values() if f.dataset == "mnist"]
        if left:
            out.print(
                f"[yellow]MNIST is not in {course.data}: these figures are not compared: {', '.join(left)}.[/yellow]"
            )
    problems = []
    root = datasets.root_of(course.data, dataset)
    with err.status("Running the notebooks, filled with the solution …"):
        for name, seconds, said, shares in figures.check_figures(course, assignment, root, dataset):
            out.print(f"{name} runs from top to bottom on {dataset} in {seconds:.0f} s.", highlight=False)
            for line in shares if full else ():
                out.print(f"  {line}", highlight=False, soft_wrap=True)
            problems += said
    return problems


def _solution_and_stub(
    course: Course, assignment: Assignment, dataset: str, seeds: int, jobs: int, out: Console, err: Console
) -> list[str]:
    """Grade solution and stub `seeds` times, each time with other hidden inputs."""
    releases = released(course, assignment.name)
    notebooks: list[dict[str, Any]] = []
    kinds: list[str] = []
    for name in assignment.notebooks:
        for kind, cells in (("solution", solution_cells(course, assignment, name)), ("stub", {})):
            notebooks += [filled(releases[name].values, cells, seed) for seed in range(seeds)]
            kinds += [kind] * seeds
    problems = []
    totals = {"solution": 0.0, "stub": 0.0}
    cards = grade_notebooks(course, assignment, dataset, jobs, notebooks, "Solution and stub", err)
    for kind, card in zip(kinds, cards, strict=True):
        totals[kind] += card.score
        if card.status != "graded" or card.score != (card.max_score if kind == "solution" else 0.0):
            lost = [
                (i.id, i.score, [t.message for t in i.tests if t.message][:1])
                for i in card.items
                if i.score != (i.points if kind == "solution" else 0)
            ]
            problems.append(
                f"the {kind} earned {card.score} of {card.max_score} in {card.notebook} ({card.status} {card.message} {lost})"
            )
    for kind, total in totals.items():
        out.print(
            f"{assignment.name}: the {kind} earned {total / seeds:g} of {assignment.tested_points:g} on average over {seeds} seeds.",
            highlight=False,
        )
    return problems


def _full(course: Course, assignment: Assignment, out: Console, err: Console) -> list[str]:
    """Train the solution on the whole of MNIST by the student's own code, as the lab's recipe says, and compute its accuracy here."""
    from autograder.authoring.full_training import recipe, train_solution

    if (wanted := recipe(assignment)) is None:
        return []
    with err.status(f"Training the solution for {wanted.EPOCHS} epochs on MNIST …"):
        accuracy, seconds = train_solution(course, assignment, wanted)
    out.print(
        f"The solution, trained for {wanted.EPOCHS} epochs on MNIST: {accuracy:.2%} of the test images right, in {seconds:.0f} s.",
        highlight=False,
    )
    return (
        []
        if accuracy >= wanted.ACCURACY
        else [f"the trained solution reaches {accuracy:.2%}, not {wanted.ACCURACY:.0%}"]
    )
