"""nbgrader's converters with a course behind them: nothing starts while configuration, notebooks and gradebook disagree.

Autograde reads clean notebooks instead of raw ones; GenerateFeedback has pages of ours.
"""

from __future__ import annotations

import contextlib
import glob
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import api, autogradeapp, exportapp, generateassignmentapp, generatefeedbackapp
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from traitlets import List
from traitlets.config import Config

from autograder.course.model import Assignment, Course, load
from autograder.errors import AutograderError, CourseError, GraderFault, concerns_all
from autograder.gradebook import roll
from autograder.gradebook.agreement import require_agreement
from autograder.gradebook.by_hand import older_grades
from autograder.gradebook.feedback import TEMPLATES, CoursePage
from autograder.gradebook.generating import Generate, checked
from autograder.gradebook.penalties import Settled, rule_of, settle
from autograder.gradebook.preprocessor import forget
from autograder.gradebook.reasons import in_words
from autograder.gradebook.results import current_results
from autograder.gradebook.sync import require_generable
from autograder.gradebook.unfinished import require_finished
from autograder.gradebook.withdrawal import out_of_force
from autograder.intake.files import alone, write_text
from autograder.intake.folder_names import refusal
from autograder.intake.submissions import PREPARED, handed_in_by, prepare_student, released
from autograder.pages.html import plain


class CourseGenerate(Generate):
    """Generate only while nobody has handed in: nbgrader keeps 6 points of 3 where points change."""

    def start(self) -> None:
        checked(self, require_generable)
        super().start()


class CourseAutograde(Autograde):
    """Autograde what `prepare_student` made of a submission: renamed, broken and missing notebooks included.

    `fresh`: read graders, data and points again, as a formgrader that runs for weeks must; `autograder grade` has just done so.
    """

    fresh = True
    _alone = contextlib.ExitStack()
    settled: Settled | None = None  # the last submission's lateness

    def start(self) -> None:
        self._older: dict[str, dict[str, list[str]]] = {}
        self._unprepared: set[str] = set()
        self.assignments: dict[str, list[str]] = {}
        if self.fresh:
            forget()
            checked(self, require_agreement)
        checked(self, self._settle_by)
        super().start()

    def _settle_by(self, course: Course, assignment: Assignment) -> None:
        require_finished(course)
        self._rule = rule_of(course, assignment, self.config, self.log)

    @property
    def _input_directory(self) -> str:
        return PREPARED if self._sanitizing else str(self.coursedir.autograded_directory)

    def init_notebooks(self) -> None:
        course, assignment = self._course()
        releases = released(course, assignment.name)
        pattern = self.coursedir.format_path(
            self.coursedir.submitted_directory, self.coursedir.student_id, self.coursedir.assignment_id
        )
        matched = {Path(folder).parent.name for folder in glob.glob(pattern)}
        students = sorted(matched & handed_in_by(course, assignment))
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            self._dropped = roll.read(gradebook).dropped
            for student in students:
                if refusal(student):
                    continue
                self._older[student] = older_grades(gradebook, course.root, assignment.name, student)
        for student in students:
            try:
                if why := refusal(student):
                    raise CourseError(why)
                prepare_student(course, assignment, student, releases)
            except Exception as error:  # one submission never stops the class
                if concerns_all(error):
                    raise
                self._unprepared.add(student)
                folder = course.root / "submitted" / student / assignment.name
                self.log.error("%s cannot be prepared: %s", repr(str(folder)), in_words(error))
        super().init_notebooks()
        ready = set(students) - self._unprepared  # what else lies there was prepared another time
        self.assignments = {
            source: found for source, found in self.assignments.items() if Path(source).parent.name in ready
        }

    def convert_notebooks(self) -> None:
        with contextlib.ExitStack() as self._alone:
            super().convert_notebooks()
        if self._unprepared:
            names = ", ".join(sorted(map(plain, self._unprepared)))
            raise NbGraderException(f"These submissions could not be prepared, see above: {names}")

    def init_single_notebook_resources(self, notebook_filename: str) -> Any:
        resources = super().init_single_notebook_resources(notebook_filename)
        who = resources["nbgrader"]
        who["by_hand_before"] = self._older.get(who["student"], {}).get(who["notebook"], [])
        return resources

    def _course(self) -> tuple[Course, Assignment]:
        course = load(Path(self.coursedir.root))
        return course, course.assignment(self.coursedir.assignment_id)

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        if student_id in self._dropped:
            self.log.warning("%s has dropped the course and is not graded", student_id)
            return False
        # Each of two that write a student would remove the other's files, and take the grade out of force.
        self._alone.close()  # the student before
        self._alone.enter_context(alone(Path(self.coursedir.root) / PREPARED / student_id))
        return bool(super().init_destination(assignment_id, student_id))

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """Take points off as soon as all notebooks of a submission are graded."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            self.settled = settle(*self._course(), gradebook, self._rule, [student_id])
            for why in self.settled.faults.values():
                out_of_force(gradebook, assignment_id, student_id)
                raise GraderFault(f"{why} No grade of {student_id} is in force.")
        super().set_permissions(assignment_id, student_id)


class CourseFeedback(GenerateFeedback):
    """Feedback pages that say what to mend first: nbgrader's template of this name is the whole notebook, with scripts from the network."""

    preprocessors = List([CoursePage])
    fresh = True  # see whether grades may be handed on; `autograder feedback` has seen it

    def __init__(self, coursedir: Any = None, **options: Any) -> None:
        super().__init__(coursedir=coursedir, **options)
        # Ours comes first under the same name: the formgrader's button asks for no other.
        others = self.config.HTMLExporter.extra_template_basedirs
        self.update_config(Config({"HTMLExporter": {"extra_template_basedirs": [str(TEMPLATES), *others]}}))

    def start(self) -> None:
        if self.fresh:
            checked(self, current_results)
        super().start()

    def write_single_notebook(self, output: str, resources: Any) -> None:
        """Write a page so that a kill leaves an older one or the new one: nbgrader's writer leaves half of it."""
        who = resources["nbgrader"]
        folder = Path(self._format_dest(who["assignment"], who["student"]))
        write_text(folder / (resources["unique_key"] + resources["output_extension"]), output)


def _checked_export(app: exportapp.ExportApp) -> None:
    """Stand before nbgrader's export: each assignment agrees with its notebooks, and was graded as it stands."""
    try:
        course = load(Path(app.coursedir.root))
        for assignment in course.assignments:
            current_results(course, assignment)
    except AutograderError as error:
        app.fail("%s", error)
    _init_export(app)


_init_export = exportapp.ExportApp.init_plugin


def install() -> None:
    """Let nbgrader's commands and the formgrader's buttons go the same way as ours.

    nbgrader offers no setting for its converter classes; each place looks the name up in its own module.
    """
    api.Autograde = autogradeapp.Autograde = CourseAutograde
    api.GenerateAssignment = generateassignmentapp.GenerateAssignment = CourseGenerate
    api.GenerateFeedback = generatefeedbackapp.GenerateFeedback = CourseFeedback
    exportapp.ExportApp.init_plugin = _checked_export
