"""The answers to the questions behind the checks, as some voice says them."""

from __future__ import annotations

from autograder.authoring.translations.prose import markdown
from autograder.authoring.translations.voices import Voice
from autograder.course.model import Assignment, Course
from autograder.course.questions import FOLDER, answers


def said_answers(course: Course, assignment: Assignment, name: str, voice: Voice) -> dict[str, str]:
    """Return the answers to a notebook's questions, by item, as `voice` says them."""
    return {
        item: markdown(text, voice.at(f"{FOLDER}/{name}/{item}"))
        for item, text in answers(course, assignment, name).items()
    }
