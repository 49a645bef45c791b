"""nbgrader's Autograde, reading clean notebooks instead of raw ones."""

from __future__ import annotations

import glob
from pathlib import Path

from nbgrader.apps import api, autogradeapp
from nbgrader.converters import Autograde

from autograder.course import load
from autograder.gradebook.preprocessor import forget
from autograder.submissions import PREPARED, prepare_student, released


class CourseAutograde(Autograde):
    """Autograde what `prepare_student` made of a submission: renamed, broken and missing notebooks included.

    `fresh`: read graders, data and points again, as a formgrader that runs for weeks must; `autograder grade` has just done so.
    """

    fresh = True

    def start(self) -> None:
        if self.fresh:
            forget()
        super().start()

    @property
    def _input_directory(self) -> str:
        return PREPARED if self._sanitizing else str(self.coursedir.autograded_directory)

    def init_notebooks(self) -> None:
        course = load(Path(self.coursedir.root))
        assignment = course.assignment(self.coursedir.assignment_id)
        releases = released(course, assignment.name)
        pattern = self.coursedir.format_path(
            self.coursedir.submitted_directory, self.coursedir.student_id, self.coursedir.assignment_id
        )
        for folder in sorted(glob.glob(pattern)):
            prepare_student(course, assignment, Path(folder).parent.name, releases)
        super().init_notebooks()


def install() -> None:
    """Let `nbgrader autograde` and the formgrader's button go the same way as `autograder grade`.

    nbgrader offers no setting for its converter class; both places look the name up in their own module.
    """
    api.Autograde = CourseAutograde
    autogradeapp.Autograde = CourseAutograde
