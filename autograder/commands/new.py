"""`autograder new`: a lab's skeleton that builds and grades."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.course.model import find_root
from autograder.errors import CourseError
from autograder.pages.terminal import CourseOption, out


def new(
    lab: Annotated[str, typer.Argument(help="The new assignment's name, such as lab4_attention.")],
    notebook: Annotated[str, typer.Option("--notebook", help="The name of its notebook.")] = "01_first",
    item: Annotated[
        list[str] | None,
        typer.Option("--item", help="A function that students write. May be repeated."),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Write a new lab: a notebook, public checks and hidden graders, with one worked example in the place of each item.

    It builds and grades as it stands (the solution 100 points, the stub 0). docs/new-assignment.md goes on from there.
    """
    from autograder.authoring.new import write_lab

    try:
        root = find_root(course)
    except CourseError:
        root = (course or Path()).absolute()  # an empty folder: a course begins there
    for path in write_lab(root, lab, notebook, item or ["centred"]):
        out.print(f"written: {path}", highlight=False, soft_wrap=True)
    out.print(
        "Next: autograder build, then autograder validate. What each file is for stands in docs/new-assignment.md.",
        highlight=False,
    )
