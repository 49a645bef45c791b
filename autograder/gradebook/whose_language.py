"""In which language a student is spoken to: as the command asks, else as the roster says, else in that of the notebook that was handed in."""

from __future__ import annotations

import functools
from pathlib import Path

from autograder.authoring.translations.answers import said_answers
from autograder.authoring.translations.voices import Translator
from autograder.course.model import Assignment, Course
from autograder.course.questions import Question, answers, questions
from autograder.errors import CourseError
from autograder.intake.submissions import Released
from autograder.locale import ENGLISH
from autograder.locale.catalogue import read
from autograder.pages.language import spoken


def spoken_to(course: Course, *wishes: str) -> str:
    """Return the first of the wishes that is a language of the course; English where none is."""
    return next((each for each in wishes if each in course.languages), ENGLISH)


def require_spoken(course: Course, language: str) -> None:
    """Raise unless graders say something in a language that is asked for.

    Raises:
        CourseError: They do not.
    """
    known = sorted({ENGLISH, *course.languages, *spoken()})
    if language and language not in known:
        raise CourseError(
            f"Nothing is said in {language!r} yet: there is {', '.join(known)}. `autograder languages add {language}` makes its catalogues."
        )


def questions_in(
    language: str, course: Course, assignment: Assignment, notebook: str, release: Released
) -> dict[str, Question]:
    """Return a notebook's questions and answers in a language, by item."""
    own = release.others.get(language)
    english = release.values["cells"]
    if own is None:
        return questions(english, answers(course, assignment, notebook))
    said = said_answers(course, assignment, notebook, voice_of(course.source(assignment.name), language))
    return questions(own.values["cells"], said, english)


@functools.cache
def voice_of(source: Path, language: str) -> Translator:
    """Return what an assignment's own catalogue says in a language."""
    return Translator(language, read(source, language))
