"""What nbgrader's feedback converter asks for a page: grades from the gradebook, words from the graded notebook."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.course.model import Assignment, Course, load
from autograder.gradebook import answers, roll
from autograder.gradebook.feedback_page import Book, Grade, page_of
from autograder.gradebook.submission_words import facts_of, sentences
from autograder.gradebook.whose_language import questions_in, spoken_to, voice_of
from autograder.intake.notebooks import language_of, source_of
from autograder.intake.submissions import Released, released
from autograder.pages.language import of_assignment

TEMPLATES = Path(__file__).parent / "templates"
PAGE = "page"  # where the template finds what to say
_kept: dict[tuple[Path, str], dict[str, Released]] = {}  # by course and assignment


@contextlib.contextmanager
def read_once(course: Course, assignment: Assignment, language: str) -> Iterator[None]:
    """Read once what many processes say that are forked meanwhile: the release, and the catalogues of all its languages.

    Only meanwhile: a server lives on when the course is built anew.
    """
    for code in {language, *course.languages} - {""}:
        of_assignment(code, assignment.name)
        voice_of(course.source(assignment.name), code)
    _kept[course.root, assignment.name] = released(course, assignment.name)
    try:
        yield
    finally:
        _kept.clear()


class CoursePage(NbGraderPreprocessor):
    """Work out what the page says. The points are without a penalty, which is the submission's and not each notebook's.

    Comments are those that people wrote: nbgrader's own "No response." is said of broken notebooks, too.
    """

    language = Unicode("", help="The language of all pages; by default each student's own").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        own = resources["nbgrader"]
        course = load(Path(self.config.GradeNotebook.root))
        assignment = course.assignment(own["assignment"])
        with Gradebook(own["db_url"]) as gradebook:
            submission = gradebook.find_submission(assignment.name, own["student"])
            given = roll.read(gradebook)
            listed = given.languages.get(own["student"], "")
            language = self.language or spoken_to(course, listed, language_of(nb))
            words = of_assignment(language, assignment.name)
            excused = (own["student"], assignment.name) in given.excused
            said = sentences(course, assignment, facts_of(submission, excused), words)
            (notebook,) = (each for each in submission.notebooks if each.name == own["notebook"])
            grades = {
                grade.name: Grade(float(grade.score), float(grade.max_score), grade.manual_score is not None)
                for grade in notebook.grades
            }
            total = Grade(float(notebook.score), float(notebook.max_score))
            comments = {each.name: each.manual_comment for each in notebook.comments if each.manual_comment}
            found = answers.states(gradebook, assignment, own["student"])
        states = {item: state for (_, name, item), state in found.items() if name == own["notebook"]}
        releases = _kept.get((course.root, assignment.name)) or released(course, assignment.name)
        ours = [
            source_of(cell)
            for each in releases.values()
            for release in (each, *each.others.values())
            for cell in release.values["cells"]
        ]
        book = Book(grades, total, comments, states)
        name = own["notebook"]
        asked = questions_in(language, course, assignment, name, releases[name])
        own[PAGE] = page_of(nb, name, ours, book, said, course.shows_inputs(assignment), asked, words)
        return nb, resources
