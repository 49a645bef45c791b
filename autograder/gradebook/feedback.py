"""What nbgrader's feedback converter asks for a page: grades from the gradebook, words from the graded notebook."""

from __future__ import annotations

from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import GetGrades

from autograder.course import load
from autograder.gradebook import answers, roll
from autograder.gradebook.feedback_page import Grade, page_of
from autograder.gradebook.submission_words import facts_of, sentences
from autograder.notebooks import source_of
from autograder.submissions import released

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "page"  # where the template finds what to say


class CoursePage(GetGrades):
    """Work out what the page says. The points are without a penalty, which is the submission's and not each notebook's."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        nb, resources = super().preprocess(nb, resources)
        own = resources["nbgrader"]
        own["score"], own["late_penalty"] = own["score"] + own["late_penalty"], 0
        course = load(Path(self.config.GradeNotebook.root))
        assignment = course.assignment(own["assignment"])
        with Gradebook(own["db_url"]) as gradebook:
            submission = gradebook.find_submission(assignment.name, own["student"])
            excused = (own["student"], assignment.name) in roll.read(gradebook).excused
            said = sentences(course, assignment, facts_of(submission, excused))
            (notebook,) = (each for each in submission.notebooks if each.name == own["notebook"])
            grades = {
                grade.name: Grade(float(grade.score), float(grade.max_score), grade.manual_score is not None)
                for grade in notebook.grades
            }
            found = answers.states(gradebook, assignment, own["student"])
        states = {item: state for (_, name, item), state in found.items() if name == own["notebook"]}
        ours = [
            source_of(cell)
            for each in released(course, assignment.name).values()
            for cell in each.values["cells"]
        ]
        total = Grade(float(own["score"]), float(own["max_score"]))
        own[PAGE] = page_of(nb, own["notebook"], ours, grades, total, states, said)
        return nb, resources
