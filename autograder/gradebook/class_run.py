"""Grade a class: notebooks side by side in workers, then nbgrader's own pass, which finds every result in the cache."""

from __future__ import annotations

from collections import Counter

from autograder.course import Assignment, Course
from autograder.errors import GraderFault
from autograder.files import locked
from autograder.gradebook.judging import SILENT, Progress, Report, judge_class
from autograder.gradebook.lookup import Lookup
from autograder.workers.tasks import Executor


def grade_class(
    lookup: Lookup,
    students: list[str],
    executor: Executor,
    force: bool = False,
    progress: Progress = SILENT,
) -> Report:
    """Grade the students' submissions and write the grades into nbgrader's gradebook.

    A grader's own fault writes no grade for that student, and takes an older one out of force.

    Raises:
        CourseError, DataError, SandboxError: Nothing can be graded on this machine or in this course.
    """
    course, assignment = lookup.course, lookup.assignment
    alone = locked(
        course.private / f"{assignment.name}.lock",
        f"{assignment.name} is being graded by another command. Wait until that ends, then run this one again.",
    )
    with alone, lookup.cache.in_use():
        judged = judge_class(lookup, students, executor, force, progress)
        from autograder.gradebook.quick import quick
        from autograder.gradebook.writing import already_written, standing, write

        report = judged.report
        with quick():
            before = standing(course, assignment)
            for student in students:
                if student in report.faults:
                    _withdraw(course, assignment, student, report)
                    continue
                progress.writing(student)
                if not force and already_written(course, assignment, student, judged.keys[student], before):
                    report.unchanged += 1
                    continue
                try:
                    write(course, assignment, student, lookup.dataset, lookup.unsafe, before)
                except Exception as error:  # one submission never stops the class
                    report.faults[student] = _reason(error)
                    _withdraw(course, assignment, student, report)
        if assignment.manual_items():
            report.waiting = _waiting(course, assignment, students)
    return report


def _waiting(course: Course, assignment: Assignment, students: list[str]) -> Counter[str]:
    from nbgrader.api import Gradebook

    from autograder.gradebook.by_hand import waiting
    from autograder.gradebook.writing import nbgrader_settings

    _, coursedir = nbgrader_settings(course, assignment)
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        return waiting(gradebook, assignment, students)


def _withdraw(course: Course, assignment: Assignment, student: str, report: Report) -> None:
    from autograder.gradebook.writing import withdraw

    try:
        withdraw(course, assignment, student)
    except Exception as error:  # a gradebook that cannot be written stops nobody else
        report.faults[student] += f" And an older grade could not be taken out of force: {_reason(error)}"


def _reason(error: Exception) -> str:
    from nbgrader.converters.base import NbGraderException

    if isinstance(error, NbGraderException):  # says only that something stands in the log
        return "nbgrader could not write the grade; .autograder/nbgrader.log says why."
    return str(error) if isinstance(error, GraderFault) else f"{type(error).__name__}: {error}"
