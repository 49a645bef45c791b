"""nbgrader's Autograde, reading clean notebooks instead of raw ones; its GenerateFeedback, naming the tasks."""

from __future__ import annotations

import contextlib
import glob
import re
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import api, autogradeapp, generatefeedbackapp
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course import load
from autograder.files import alone
from autograder.gradebook import by_hand
from autograder.gradebook.preprocessor import forget
from autograder.submissions import PREPARED, prepare_student, released


class CourseAutograde(Autograde):
    """Autograde what `prepare_student` made of a submission: renamed, broken and missing notebooks included.

    `fresh`: read graders, data and points again, as a formgrader that runs for weeks must; `autograder grade` has just done so.
    """

    fresh = True
    _alone = contextlib.ExitStack()

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

    def convert_notebooks(self) -> None:
        with contextlib.ExitStack() as self._alone:
            super().convert_notebooks()

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Wait until nobody else writes this student: each would remove the other's files, and withdraw the grade."""
        self._alone.close()  # the student before
        self._alone.enter_context(alone(Path(self.coursedir.root) / PREPARED / student_id))
        return bool(super().init_destination(assignment_id, student_id))


class CourseFeedback(GenerateFeedback):
    """Feedback pages whose list of points names each task: nbgrader calls every one of them "Test cell".

    An answer that waits for a person is said to wait: nbgrader writes 0 points.
    """

    def write_single_notebook(self, output: str, resources: Any) -> None:
        named = re.sub(r'(<a href="#test_(\w+)">)Test cell</a>', r"\1<code>\2</code></a>", output)
        super().write_single_notebook(self._said(named, resources["nbgrader"]), resources)

    def _said(self, page: str, who: dict[str, Any]) -> str:
        assignment = load(Path(self.coursedir.root)).assignment(who["assignment"])
        if not assignment.manual_items(who["notebook"]):
            return page
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            found = by_hand.states(gradebook, assignment, who["student"])
        mine = {item: state for (_, notebook, item), state in found.items() if notebook == who["notebook"]}
        return by_hand.said_on_page(page, mine)


def install() -> None:
    """Let nbgrader's commands and the formgrader's buttons go the same way as ours.

    nbgrader offers no setting for its converter classes; each place looks the name up in its own module.
    """
    api.Autograde = autogradeapp.Autograde = CourseAutograde
    api.GenerateFeedback = generatefeedbackapp.GenerateFeedback = CourseFeedback
