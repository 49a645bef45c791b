"""Feedback pages, by nbgrader's own converter."""

from __future__ import annotations

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters.base import NbGraderException

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.gradebook.book import nbgrader_log, nbgrader_settings
from autograder.gradebook.converter import CourseFeedback
from autograder.gradebook.reasons import in_words, reasons
from autograder.gradebook.results import current_results


def write_feedback(course: Course, assignment: Assignment) -> int:
    """Write the pages of all graded students; return how many there are.

    Raises:
        CourseError: Nothing has been graded, or some students' pages could not be made.
    """
    if not any((course.root / "autograded").glob(f"*/{assignment.name}/*.ipynb")):
        raise CourseError(
            f"Nothing of {assignment.name} has been graded. Grade first: `autograder grade {assignment.name}`."
        )
    config, coursedir = nbgrader_settings(course, assignment)
    current_results(course, assignment)  # here, so that its words are ours and not in nbgrader's log
    log = nbgrader_log(course)
    converter = CourseFeedback(coursedir=coursedir, config=config, log=log)
    converter.force = True
    with reasons(log) as found:
        try:
            converter.start()
        except NbGraderException as error:
            raise CourseError(
                f"Not every feedback page could be made: {found.words() or error}. {_pages(course, assignment)} pages are there. All that "
                "was said is in .autograder/nbgrader.log; `autograder doctor` tries what feedback needs."
            ) from error
    return _pages(course, assignment)


def try_page(course: Course) -> str:
    """Render a small notebook as feedback pages are; return why that fails, "" if it does not."""
    assignment = course.assignments[0]
    config, coursedir = nbgrader_settings(course, assignment)
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Words, `code`, **more**\n\n| a | b |\n|---|---|\n| $x^2$ | <b>2</b> |"),
            new_code_cell("x = 1", outputs=[new_output("display_data", {"text/html": "<p class='a'>1</p>"})]),
        ]
    )
    numbers = {"score": 1, "max_score": 1, "late_penalty": 0, "index": 0}
    try:
        converter = CourseFeedback(coursedir=coursedir, config=config)
        exporter = converter.exporter_class(parent=converter, config=converter.config)
        exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
        page, _ = exporter.from_notebook_node(notebook, {"nbgrader": {"notebook": "trial", **numbers}})
    except Exception as error:  # whatever it is, it would stop every page
        return in_words(error)
    return "" if "<table" in page else "The page of a small notebook lacks its table."


def _pages(course: Course, assignment: Assignment) -> int:
    return len(list((course.root / "feedback").glob(f"*/{assignment.name}/*.html")))
