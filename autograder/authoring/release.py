"""Make a student's notebook from an instructor's, by nbgrader's own preprocessors."""

from __future__ import annotations

import copy
import re

from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from autograder.errors import CourseError

# nbgrader's order (`nbgrader.converters.generate_assignment`) without the steps that need a gradebook.
_STEPS = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)
_NEVER = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)|CANARY")


def student_version(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of an instructor's notebook without solutions and outputs, its cells locked and summed.

    Raises:
        CourseError: Something that students may not see would have remained.
    """
    released = copy.deepcopy(notebook)
    resources: dict[str, object] = {}
    for step in _STEPS:
        released, resources = step().preprocess(released, resources)
    for cell in released.cells:
        if found := _NEVER.search(cell.source):
            raise CourseError(f"Cell {cell.id!r} would be released with {found[0]!r} in it.")
    return released
