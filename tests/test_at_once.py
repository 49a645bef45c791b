"""Two commands at once, an exchange that cannot be written, sections with rosters of their own: same grades, nothing lost."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.model import Course, load
from autograder.gradebook.quick import quick
from autograder.gradebook.writing import write
from autograder.intake.files import locked
from autograder.intake.submissions import released
from autograder.repos import record
from tests import hostile
from tests.conftest import filled
from tests.small_class import autograder
from tests.test_resuming import ENVIRONMENT, make_class, scores_of

pytestmark = [pytest.mark.timeout(600), pytest.mark.filterwarnings("ignore:.*:sqlalchemy.exc.SAWarning")]
SECTIONS = {"A": {"ada": hostile.SOLVED, "ben": hostile.HONEST}, "B": {"cem": hostile.HONEST, "dee": {}}}
DESERVED = {"ada": (2, 2), "ben": (2, 0), "cem": (2, 0), "dee": (0, 0)}
AT_WORK = "is being graded by another command. Wait until that ends, then run this one again."


def write_again(root: Path) -> None:
    """Write one student's grades again and again, when two others are about to do so."""
    os.chdir(root)
    course = load(root)
    (root / f"{os.getpid()}.ready").touch()
    while len(list(root.glob("*.ready"))) < 3:
        time.sleep(0.01)
    with quick():
        for _ in range(8):
            write(course, course.assignments[0], "ada", "digits", False)


def start(course: Course, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command], cwd=course.root, env=ENVIRONMENT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def grade(course: Course) -> subprocess.Popen[str]:
    return start(course, "-m", "autograder.cli", "grade", course.assignments[0].name, "--jobs", "1")


def ended(*processes: subprocess.Popen[str]) -> list[tuple[int, str]]:
    """Wait for all of them; return how each ended, and what it said."""
    done = [(each.communicate(timeout=300)[0], each.returncode) for each in processes]
    for said, _ in done:
        assert "Traceback" not in said, said
        assert "database is locked" not in said, said
    return [(code, said) for said, code in done]


def graded(course: Course) -> dict[str, tuple[float | None, ...]]:
    """Return the scores of `relu` and `conv_output_size`."""
    scores = scores_of(course)
    return {
        student: tuple(scores[student, f"test_{item}"][0] for item in ("relu", "conv_output_size"))
        for student in sorted({student for student, _ in scores})
    }


@pytest.fixture(scope="module")
def small(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """All hand in to one place; each section is imported by its own roster, one after the other."""
    folder = tmp_path_factory.mktemp("at-once")
    made, place = make_class(folder / "course", course, 0), folder / "handed-in"
    lab = made.assignments[0].name
    values = released(made, lab)[hostile.NOTEBOOK].values
    for section, students in SECTIONS.items():
        rows = [("student", "name", "section"), *((each, each, section) for each in students)]
        with (folder / f"{section}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        for student, answers in students.items():
            (place / student).mkdir(parents=True)
            (place / student / f"{hostile.NOTEBOOK}.ipynb").write_text(json.dumps(filled(values, answers)))
    for section in SECTIONS:
        roster = (
            "--from",
            str(place),
            "--roster",
            str(folder / f"{section}.csv"),
            "--course",
            str(made.root),
        )
        done = CliRunner().invoke(app, ["repos", "import", lab, *roster])
        assert "2 of 2 students from 2 of" in " ".join(done.output.split()), done.output
    return made


def test_the_second_section_takes_nothing_from_the_first(small: Course) -> None:
    kept = record.required(small, small.assignments[0].name)
    assert {person.student: person.section for person in kept.roster} == {
        student: section for section, students in SECTIONS.items() for student in students
    }
    with Gradebook(f"sqlite:///{small.root / 'gradebook.db'}", small.name) as book:
        assert {student.id for student in book.students} == set(DESERVED)


def test_a_second_grader_is_told_to_wait(small: Course) -> None:
    with locked(small.private / f"{small.assignments[0].name}.lock", ""):
        done = autograder(small.root, "grade", small.assignments[0].name)
    assert done.returncode == 1
    assert AT_WORK in " ".join(done.stderr.split())
    assert scores_of(small) == {}


def test_two_instructors_grade_at_once(small: Course) -> None:
    """Whoever comes second is told so, unless the first one has ended by then."""
    both = ended(grade(small), grade(small))
    assert sorted(code for code, _ in both) in ([0, 0], [0, 1]), both
    assert all(AT_WORK in " ".join(said.split()) for code, said in both if code)
    assert graded(small) == DESERVED


def test_nbgrader_autograde_beside_autograder_grade(small: Course) -> None:
    shutil.rmtree(small.root / "autograded")  # so that everything is written anew, by both
    nbgrader = start(small, "-m", "nbgrader", "autograde", small.assignments[0].name, "--force")
    both = ended(grade(small), nbgrader)
    assert [code for code, _ in both] == [0, 0], both
    assert graded(small) == DESERVED
    assert len(list((small.root / "autograded").glob("*/*/*.ipynb"))) == len(DESERVED)


def test_three_that_write_one_student_wait_for_each_other(small: Course) -> None:
    """Without that one removes the other's files, fails, and takes the grade out of force."""
    with ProcessPoolExecutor(3, multiprocessing.get_context("fork")) as forks:
        list(forks.map(write_again, [small.root] * 3))
    assert graded(small) == DESERVED


def test_an_exchange_that_cannot_be_written_stops_no_grading(small: Course, tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    with (small.root / "course_config.py").open("a") as file:
        file.write(
            f"\ncourse = replace(course, nbgrader=lambda c: setattr(c.Exchange, 'root', {str(exchange)!r}))\n"
        )
    lab, before = small.assignments[0].name, ()
    if os.geteuid() == 0:  # whom permissions do not stop
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
            pytest.skip("root may not mount here")
        mounts = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        before = ("unshare", "--mount", "sh", "-c", mounts, str(exchange))
    else:
        exchange.chmod(0o555)

    def run(*command: str) -> tuple[int, str]:
        done = subprocess.run(
            [*before, sys.executable, "-m", *command], cwd=small.root, env=ENVIRONMENT,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    for command in ("collect", "release_feedback"):
        code, said = run("nbgrader", command, lab)
        assert code, said
        assert "Unwritable directory" in said
    shutil.rmtree(small.root / "autograded")
    code, said = run("autograder.cli", "grade", lab, "--jobs", "1")
    assert code == 0, said
    assert graded(small) == DESERVED
