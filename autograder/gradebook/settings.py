"""nbgrader's settings for a course folder. `nbgrader_config.py` hands over to here."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from autograder.course import model as courses
from autograder.course.questions import FOLDER
from autograder.errors import CourseError

GRADE = "autograder.gradebook.preprocessor.GradeNotebook"
IGNORE = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "feedback",  # nbgrader's own
    "*.nb.py", "figures.toml", "ideas.toml", "checks", FOLDER, "locale", "*.po", "*.pot", ".git", ".autograder",  # sources; the text ones hold solutions
]  # fmt: skip


def configure(c: Any, root: Path) -> None:
    """Fill in nbgrader's configuration object for the course in `root`, then let `course_config.py` change it.

    Raises:
        CourseError: The course's configuration or its folder's name cannot be used.
    """
    course = courses.load(root)
    if found := sorted(set(str(root)) & set("*?[")):
        raise CourseError(
            f"The course lies in {root}, and nbgrader takes {' and '.join(found)} in a folder's name for a pattern: it would not find its files there, or others'. Rename that folder."
        )
    # A fresh gradebook makes nbgrader call `alembic` by name: it must be found without an activated environment.
    scripts = str(Path(sys.prefix) / "bin")
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + os.environ.get("PATH", "")
    c.CourseDirectory.course_id = course.name
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.release_directory = "release/en"
    c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    c.CourseDirectory.ignore = IGNORE
    c.IncludeHeaderFooter.header = ""
    # Without AssignLatePenalties, which asks a plugin once a notebook: the converter takes points off once a submission.
    c.Autograde.autograde_preprocessors = [
        GRADE,
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = {("language_info", "name"), "autograder"}
    c.LimitOutput.max_lines = 400
    c.OverwriteCells.add_missing_cells = True
    c.GradeNotebook.root = str(root)
    c.ExchangeFactory.release_assignment = "autograder.gradebook.exchange.CourseRelease"
    c.ExchangeFactory.release_feedback = "autograder.gradebook.exchange.CourseReleaseFeedback"
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        "markdown2html": "autograder.gradebook.filters.safe_markdown",
        "highlight_code": "autograder.gradebook.filters.Code",
    }
    if (own := course.nbgrader) is not None:
        try:
            own(c)
        except Exception as error:
            raise CourseError(
                f"`nbgrader(c)` in {root / courses.CONFIG} failed: {type(error).__name__}: {error}. Mend it there."
            ) from error
