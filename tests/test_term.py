"""docs/term.md: every command of the page, in its order, on a real course with nbgrader's exchange."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.demo.forked import nbgrader
from tests.conftest import ROOT
from tests.small_class import FLIPPED, SmallClass

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("loaded_workers")]
NOTEBOOK = "01_cnn_layers"
ROSTER = "student,name,email\nana,Ana Arce,ana@example.org\nben,Ben Ito,ben@example.org\ndan,Dan Day,dan@example.org\neva,Eva Eng,eva@example.org\n"
SETTINGS = """
from autograder.course.model import Late
lab = dataclasses.replace(course.assignments[0], due="2099-10-01 23:59")
course = dataclasses.replace(course, assignments=(lab,), time_zone="Europe/Berlin", late=Late(per_day=10, most=50, grace="15 min"))
"""
BESIDE = re.compile(r"^nbgrader collect ")  # beside it: students hand in


def commands() -> list[str]:
    """Return the command lines of the page's blocks, comments taken off."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (ROOT / "docs" / "term.md").read_text(), re.MULTILINE | re.DOTALL
    )
    return [
        line.partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()
    ]


def hand_in_through_the_exchange(desk: SmallClass) -> None:
    """Submit by nbgrader's own command, from a student's folder, what `hand_in` would put into submitted/."""
    for student, answers in (("ana", {}), ("ben", {"conv2d": FLIPPED}), ("dan", {})):
        desk.hand_in(student, NOTEBOOK, answers)
        folder = desk.course.root / "submitted" / student / desk.assignment.name
        home = desk.course.root.parent / student
        home.mkdir()
        folder.rename(home / desk.assignment.name)
        folder.parent.rmdir()
        exchange = desk.course.root.parent / "exchange"
        (home / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.course_id = {desk.course.name!r}\nc.Exchange.root = {str(exchange)!r}\n"
            f"c.Exchange.cache = {str(home / 'cache')!r}\n"
        )
        code, said = nbgrader(
            ["submit", desk.assignment.name, f"--student={student}"], home, dict(os.environ), 300
        )
        assert code == 0, said


def test_every_command_of_the_page_runs_in_its_order(course, lab1, tmp_path: Path) -> None:
    desk = SmallClass(course, lab1, tmp_path)
    (desk.course.root / "roster.csv").write_text(ROSTER)
    with (desk.course.root / "course_config.py").open("a") as file:
        file.write(SETTINGS)
    ran = []
    for line in commands():
        if BESIDE.match(line):
            hand_in_through_the_exchange(desk)
        program, *arguments = shlex.split(line)
        if program == "autograder":
            done = desk.autograder(*arguments)
        elif program == "nbgrader":
            done = desk.run("nbgrader", *arguments)
        else:
            done = subprocess.run(
                line, shell=True, cwd=desk.course.root, capture_output=True, text=True, check=False
            )
        assert done.returncode == 0, (line, done.stdout[-2000:], done.stderr[-2000:])
        ran.append(program)
    assert {"autograder", "nbgrader", "tar"} == set(ran)
    assert len(ran) > 20
    code, said = nbgrader(["fetch_feedback", lab1.name], tmp_path / "ana", dict(os.environ), 300)
    assert code == 0, said
    (page,) = (tmp_path / "ana" / lab1.name / "feedback").rglob(f"{NOTEBOOK}.html")
    assert "conv2d" in page.read_text()
    with Gradebook(f"sqlite:///{desk.course.root / 'gradebook.db'}", desk.course.name) as book:
        totals = {each.student.id: each.score for each in book.assignment_submissions(lab1.name)}
    assert totals == {"ana": 24, "b.ito": 20, "dan": 24}
    table = (desk.course.root / "grades" / f"{lab1.name}-csv.csv").read_text(encoding="utf-8-sig")
    assert re.search(r"^lab1_train_cnn,eva,.*,excused,", table, re.MULTILINE), table
