"""What is to be graded, where, and by which function: the same for local workers and for a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autograder.course.model import Assignment
from autograder.errors import AutograderError, SandboxError
from autograder.grading.scorecard import Scorecard, under_rules

if TYPE_CHECKING:
    from autograder.grading.engine import Engine

Result = dict[str, Any]  # {"scorecard", "runs", "key"}, or {"crashed": how} where the worker ended


@dataclass(frozen=True)
class Task:
    """One notebook to grade. `notebook` None: recognise it. `prepared`: the file is ours, made of what was handed in."""

    student: str
    path: str
    notebook: str | None = None
    force: bool = False
    prepared: bool = False


@dataclass(frozen=True)
class Setup:
    """What a worker needs to build its engine. `hurry`: the share of the course's times that a submission may take."""

    root: str
    assignment: str
    dataset: str
    unsafe: bool = False
    hurry: float = 1.0


def card_of(result: Result, assignment: Assignment, notebook: str, student: str) -> Scorecard:
    """Return a result's scorecard; where the worker ended, one that says so and holds no grade."""
    if "scorecard" in result:
        return under_rules(Scorecard.from_json(result["scorecard"]), assignment)
    said = f"The grading worker ended ({result['crashed']})."
    return Scorecard(assignment.name, notebook, student, "grader_fault", 0.0, 0.0, message=said)


class Executor(Protocol):
    """Something that grades tasks side by side: worker processes here, or a cluster."""

    def begin(self) -> None:
        """Start what takes long to start, without waiting: there will be tasks."""
        ...

    def run(
        self, tasks: Sequence[Task], on_start: Callable[[int], None] = lambda i: None
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as they come; results do not depend on their order."""
        ...


def open_engine(setup: Setup) -> Engine:
    """Load graders, references and data, once for a worker.

    Raises:
        AutograderError: Nothing can be graded on this machine or in this course.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from autograder.course import data, libraries
    from autograder.course.model import load
    from autograder.sandbox import Place, missing_reason, warm

    course = load(Path(setup.root))
    if setup.hurry != 1:  # else the very limits of the course, which are part of what a result is kept under
        course = replace(course, limits=course.limits.hurried(setup.hurry))
    if not setup.unsafe and (reason := missing_reason()):
        raise SandboxError(f"Nothing is graded without a sandbox. {reason}")
    libraries.require(course)
    place = Place(course.limits, data.root_of(course.data, setup.dataset), setup.unsafe)
    if not setup.unsafe:
        warm.begin(place)  # loads the libraries inside while we load them out here
    import torch

    from autograder.grading.engine import Engine

    torch.set_num_threads(1)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # imports what the first optimizer imports
    engine = Engine(course, setup.assignment, setup.dataset, setup.unsafe)
    if not setup.unsafe:
        warm.host(place)
    return engine


def grade_task(engine: Engine, task: Task) -> Result:
    """Grade one task; a fault of ours ends in a result that says so.

    Raises:
        AutograderError: Nothing can be graded on this machine.
    """
    try:
        return engine.grade_file(Path(task.path), task.notebook, task.student, task.force, task.prepared)
    except AutograderError:
        raise
    except Exception as error:  # one submission never stops the class
        return engine.fault(task.notebook or Path(task.path).stem[:100], task.student, error)
