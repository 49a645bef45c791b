"""Grade a class: notebooks side by side in workers, then nbgrader's own pass, which finds every result in the cache."""

from __future__ import annotations

from autograder.course.model import Assignment, Course
from autograder.errors import GradebookError, concerns_all
from autograder.gradebook.judging import SILENT, Progress, Report, judge_class
from autograder.gradebook.reasons import in_words
from autograder.gradebook.unfinished import require_finished
from autograder.intake.files import locked
from autograder.workers.lookup import Lookup
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
        from autograder.gradebook.book import require_writable

        require_writable(course, assignment)
        require_finished(course)
        judged = judge_class(lookup, students, executor, force, progress)
        from autograder.gradebook import history
        from autograder.gradebook.penalties import warnings
        from autograder.gradebook.preprocessor import at_hand
        from autograder.gradebook.quick import quick
        from autograder.gradebook.settling import settle_class
        from autograder.gradebook.writing import already_written, standing, write

        report = judged.report
        history.note(course, assignment, students)
        with quick(), at_hand(judged.unkept):
            before = standing(course, assignment, lookup.dataset)
            report.dropped = [student for student in students if student in before.dropped]
            unchanged = []
            for student in students:
                if student in before.dropped:
                    report.cards.pop(student, None)
                    report.faults.pop(student, None)
                    continue
                if student in report.faults:
                    _withdraw(course, assignment, student, report)
                    continue
                progress.writing(student)
                if not force and already_written(course, assignment, student, judged.keys[student], before):
                    report.unchanged += 1
                    unchanged.append(student)
                    continue
                try:
                    report.late |= write(course, assignment, student, lookup.dataset, lookup.unsafe)
                except Exception as error:  # one submission never stops the class
                    report.faults[student] = in_words(error)
                    _withdraw(course, assignment, student, report)
                    if concerns_all(error):
                        raise GradebookError(
                            f"{in_words(error)} Grades were being written, and {student}'s may be half there: until this command has ended well, do not use them."
                        ) from error
            settled = settle_class(course, assignment, frozenset(unchanged))
            report.late |= settled.late
            report.warnings = warnings(course, assignment, settled.due, report.late)
            for student, why in settled.faults.items():
                report.faults[student] = why
                _withdraw(course, assignment, student, report)
    return report


def _withdraw(course: Course, assignment: Assignment, student: str, report: Report) -> None:
    from autograder.gradebook.writing import withdraw

    try:
        withdraw(course, assignment, student)
    except UnicodeEncodeError:
        pass  # no database can hold such a name
    except Exception as error:  # a gradebook that cannot be written stops nobody else
        report.faults[student] += f" And an older grade could not be taken out of force: {in_words(error)}"
