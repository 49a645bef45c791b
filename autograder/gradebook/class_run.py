"""Grade a class: notebooks side by side in workers, then nbgrader's own pass, which finds every result in the cache."""

from __future__ import annotations

from autograder.errors import GraderFault
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
    with lookup.cache.in_use():
        judged = judge_class(lookup, students, executor, force, progress)
        from nbgrader.converters.base import NbGraderException

        from autograder.gradebook.writing import already_written, withdraw, write

        report = judged.report
        for student in students:
            if student in report.faults:
                withdraw(course, assignment, student)
                continue
            progress.writing(student)
            if not force and already_written(course, assignment, student, judged.keys[student]):
                report.unchanged += 1
                continue
            try:
                write(course, assignment, student, lookup.dataset, lookup.unsafe)
            except Exception as error:  # one submission never stops the class
                known = isinstance(error, (NbGraderException, GraderFault))
                report.faults[student] = str(error) if known else f"{type(error).__name__}: {error}"
                withdraw(course, assignment, student)
    return report
