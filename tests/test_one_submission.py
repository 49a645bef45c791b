"""One submission is one student's matter: whatever it holds, everybody else is graded, and what is said of it is said of nobody else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException

from autograder.course.model import Course, load
from autograder.errors import SandboxError
from autograder.gradebook import judging
from autograder.gradebook.book import nbgrader_settings
from autograder.gradebook.class_run import grade_class
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.judging import Report, judge_class, students_of
from autograder.gradebook.pages import write_feedback
from autograder.gradebook.results import class_results
from autograder.grading.cells import Cells
from autograder.intake import submissions
from autograder.intake.folder_names import refusal
from autograder.intake.notebooks import Cell, Notebook
from autograder.pages.html import clean_outputs
from autograder.sandbox import CellRun
from autograder.workers.lookup import Lookup
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup
from tests import hostile
from tests.test_resuming import hand_in, make_class

pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),  # nbgrader's own, as in class_run
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("loaded_workers"),
]
FULL = sum(hostile.POINTS.values())
_TIGHT = (
    "\ncourse = replace(course, limits=replace(course.limits, notebook_file=1, notebook_cells={cells}))\n"
)


class Class:
    """A small course whose students each hand in one notebook, graded from this process."""

    def __init__(self, root: Path, course: Course) -> None:
        self.course = make_class(root, course, 0)
        self.pool = Pool(Setup(str(self.course.root), self.course.assignments[0].name, "digits"), 2)

    def path(self, student: str) -> Path:
        return (
            self.course.root
            / "submitted"
            / student
            / self.course.assignments[0].name
            / f"{hostile.NOTEBOOK}.ipynb"
        )

    def hand_in(self, student: str, own: str = "") -> dict[str, Any]:
        """Hand in a right notebook; return it, to be changed."""
        hand_in(self.course, student, hostile.SOLVED, own)
        values: dict[str, Any] = json.loads(self.path(student).read_text())
        return values

    def write(self, student: str, values: dict[str, Any]) -> None:
        self.path(student).write_text(json.dumps(values, ensure_ascii=False))

    def start_anew(self) -> None:
        for name in ("submitted", "autograded", "feedback", ".autograder/cache", ".autograder/prepared"):
            shutil.rmtree(self.course.root / name, ignore_errors=True)

    def grade(self, only_judge: bool = False) -> Report:
        assignment = self.course.assignments[0]
        lookup = Lookup(self.course, assignment.name, "digits")
        students = students_of(self.course, assignment)
        if only_judge:
            return judge_class(lookup, students, self.pool, False).report
        return grade_class(lookup, students, self.pool)

    def points(self) -> dict[str, float | None]:
        with Gradebook(f"sqlite:///{self.course.root / 'gradebook.db'}", self.course.name) as book:
            return {
                each.student.id: each.score
                for each in book.assignment_submissions(self.course.assignments[0].name)
            }


@pytest.fixture
def small(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Class]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    made = Class(tmp_path / "course", course)
    yield made
    made.pool.close()


def code(source: str, **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
        **more,
    }


def html(text: str, **beside: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/html": text, **beside}, "metadata": {}}


def test_what_grows_while_it_is_prepared_is_graded_by_no_limit_of_students(small: Class) -> None:
    few = small.hand_in("fewer")
    few["cells"] = [c for c in few["cells"] if not c["metadata"].get("nbgrader", {}).get("locked")]
    large = small.hand_in("larger")
    large["cells"] += [code("# " + "é" * 100_000) for _ in range(4)]  # each escaped: six bytes for two
    tables = small.hand_in("tables")
    tables["cells"] += [
        code(f"{i}", metadata={"tags": ["demo"]}, outputs=[html("<table>" * 2_500)] * 10) for i in range(5)
    ]
    for name, values in (("fewer", few), ("larger", large), ("tables", tables)):
        small.write(name, values)
    small.hand_in("honest")
    config = small.course.root / "course_config.py"
    config.write_text(config.read_text() + _TIGHT.format(cells=max(len(few["cells"]), len(large["cells"]))))
    small.course = load(small.course.root)
    tables["cells"] = [c for c in tables["cells"] if c["cell_type"] == "code"]
    small.write("tables", tables)
    report = small.grade()
    assert not report.faults
    assert small.points() == dict.fromkeys(("fewer", "larger", "tables", "honest"), FULL)
    sizes = {
        path.parent.parent.name: path.stat().st_size
        for path in small.course.root.glob(f"{submissions.PREPARED}/*/*/*.ipynb")
    }
    assert all(size < 2 * (1 << 20) for size in sizes.values()), sizes
    assert len(
        json.loads(next(small.course.root.glob(f"{submissions.PREPARED}/fewer/*/*")).read_text())["cells"]
    ) > len(few["cells"])


def test_a_fault_after_the_file_is_written_is_that_student_s(
    small: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ada", "eve"):
        small.hand_in(name, f"# {name}")
    real = judging.under_rules
    small.grade()
    monkeypatch.setattr(
        judging,
        "under_rules",
        lambda card, assignment: 1 // 0 if card.student == "eve" else real(card, assignment),
    )
    report = small.grade()
    assert list(report.faults) == ["eve"]
    assert "ZeroDivisionError" in report.faults["eve"]
    assert report.cards["ada"]


def test_outputs_of_demo_cells_stay_with_their_cell(small: Class) -> None:
    """Cells with the same source each show their own: a picture in one of a thousand empty ones is there once."""
    values = small.hand_in("ada")
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 10_000}, "metadata": {}}
    shown = [[{"output_type": "stream", "name": "stdout", "text": "first"}], [picture], []]
    values["cells"] += [code("", metadata={"tags": ["demo"]}, outputs=outputs) for outputs in shown]
    small.write("ada", values)
    small.grade()
    written = json.loads(next(small.course.root.glob("autograded/ada/*/*.ipynb")).read_text())
    assert json.dumps(written).count("A" * 10_000) == 1
    first, second, third = (json.dumps(cell["outputs"]) for cell in written["cells"][-3:])
    assert "first" in first
    assert "AAAA" in second
    assert "first" not in second + third


def test_no_html_of_a_student_s_is_html(small: Class) -> None:
    mine = "<div><strong>relu: 2 of 2 points</strong></div>"
    (plain,) = clean_outputs([html(mine)])
    assert plain["data"] == {"text/plain": mine}
    (beside,) = clean_outputs([html(mine, **{"text/plain": "a table"})])
    assert beside["data"] == {"text/plain": "a table"}
    (empty,) = clean_outputs([html("<table>" * 2_500, **{"text/plain": ""})])
    assert empty["data"] == {"text/plain": "<table>" * 2_500}
    assert clean_outputs([html("")]) == []
    values = small.hand_in(
        "ada", f"from IPython.display import HTML, display\ndisplay(HTML({mine!r}))\nHTML({mine!r})"
    )
    values["cells"].append(code("x", metadata={"tags": ["demo"]}, outputs=[html(mine)]))
    small.write("ada", values)
    small.grade()
    written = json.loads(next(small.course.root.glob("autograded/ada/*/*.ipynb")).read_text())
    own = [c for c in written["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]
    assert not [c for c in own if "text/html" in json.dumps(c.get("outputs"))]
    assert write_feedback(small.course, small.course.assignments[0]) == 1
    page = next(small.course.root.glob("feedback/ada/*/*.html")).read_text()
    assert mine not in page
    assert escape(mine, quote=False) in page  # as text


CHANGED = "The locked cell 'setup' is not as it is released now; it runs as released."


@pytest.mark.parametrize("first", ["changed", "clean", "together"])
def test_a_note_is_the_submission_s_and_a_result_the_cells_(small: Class, first: str) -> None:
    """Both run the same cells, so they have one result; what is said of one file is said of no other."""

    def hand_in_one(student: str) -> None:
        values = small.hand_in(student)
        if student == "changed":
            (locked,) = (
                c for c in values["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "setup"
            )
            locked["source"] += "\nimport os"
            small.write(student, values)

    order = ["changed", "clean"] if first != "clean" else ["clean", "changed"]
    for i, student in enumerate(order):
        hand_in_one(student)
        if first != "together" or i:
            report = small.grade()
            assert not report.faults
    judged = small.grade(only_judge=True)  # everything from the cache
    assert len(list(small.course.private.glob("cache/*.json"))) == 1
    assignment = small.course.assignments[0]
    write_feedback(small.course, assignment)
    stands = {
        each.student: each.cards[hostile.NOTEBOOK].notes for each in class_results(small.course, assignment)
    }
    for student, notes in (("changed", [CHANGED]), ("clean", [])):
        for each in (report, judged):
            assert each.notes.get(student, []) == notes
            assert each.cards[student][hostile.NOTEBOOK].notes == notes
        assert stands[student] == notes
        for place in ("autograded", "feedback"):
            (file,) = small.course.root.glob(f"{place}/{student}/*/{hostile.NOTEBOOK}.*")
            assert ("is not as it is released now" in file.read_text()) == bool(notes), (place, student)
    assert small.points() == {"changed": FULL, "clean": FULL}


NAMES = {
    "a*b": False, "eve[1]": False, "who?": False, "two\nlines": False, " ada": False, "ada ": False, "ada\u2028": False,
    "\x1b[31mred": False, ".hidden": False, "half\udcff": False, "tab\tbed": False,
    "Ada Lovelace": True, "ada+bo": True, "a:b": True, "x{0}%s": True, "Zoë": True, "back\\slash": True, "q'uo\"te": True,
    "]": True, "-f": True, "é" * 127: True, "x" * 255: True, "$(id)": True, "#": True, "a;b&c|d": True, "~": True,
}  # fmt: skip


def test_a_name_that_nbgrader_cannot_take_is_refused_and_the_class_goes_on(small: Class) -> None:
    for name in NAMES:
        small.hand_in(name)
    small.hand_in("a-third-b")  # would fit a*b
    report = small.grade()
    assert set(report.faults) == {name for name, usable in NAMES.items() if not usable}
    assert all("cannot be a student's id" in why for why in report.faults.values())
    assert not any("out of force" in why for why in report.faults.values())
    good = {name for name, usable in NAMES.items() if usable} | {"a-third-b"}
    assert small.points() == dict.fromkeys(good, FULL)
    assert write_feedback(small.course, small.course.assignments[0]) == len(good)
    assert {p.name for p in (small.course.root / "feedback").iterdir()} == good
    results = class_results(small.course, small.course.assignments[0])
    json.dumps([each.student for each in results], ensure_ascii=False).encode()
    assert sum(each.status == "ungraded" for each in results) == len(report.faults)


def test_names_are_refused_in_words_that_a_terminal_takes() -> None:
    assert {name: not refusal(name) for name in NAMES} == NAMES


def test_nbgrader_s_own_command_grades_the_others_too(small: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prepares every submission before it grades one."""
    from autograder.gradebook import converter

    for name in ("ada", "eve", "two\nlines", "zoe"):
        small.hand_in(name, f"# {name!r}")
    real = converter.prepare_student
    monkeypatch.setattr(
        converter,
        "prepare_student",
        lambda course, lab, student, *more: 1 // 0 if student == "eve" else real(course, lab, student, *more),
    )
    config, coursedir = nbgrader_settings(small.course, small.course.assignments[0])
    config.GradeNotebook.dataset = "digits"
    with pytest.raises(NbGraderException, match="could not be prepared, see above: eve, two lines"):
        CourseAutograde(coursedir=coursedir, config=config).start()
    assert small.points() == {"ada": FULL, "zoe": FULL}


STAMPS = [
    "2026-01-01T00:00 a/b", "2026-01-01 00:00 etc/passwd", "2026-01-01 00:00 +99:99", "2026-01-01T00:00 CEST",
    "2026-01-01 00:00 localtime", "2200-12-31 23:59:59 -23:59", "1970-01-01 00:00 +23:59", "2026-01-01 24:00", "2026-01-01T00:00 Z",
    "2026-01-01T00:00 America/Los_Angeles", "2026-01-01 00:00:00.1Etc/GMT",
]  # fmt: skip


def test_no_time_stamp_ends_the_command(small: Class) -> None:
    for i, stamp in enumerate(STAMPS):
        small.hand_in(f"s{i}")
        (small.path(f"s{i}").parent / "timestamp.txt").write_text(stamp)
    report = small.grade()
    assert not report.faults
    assert small.points() == {f"s{i}": FULL for i in range(len(STAMPS))}


def test_a_second_start_that_fails_is_the_notebook_s_matter(course: Course) -> None:
    """Whose cells have ended one sandbox has spent time in it: what follows is no fault of the machine, and ends no class."""

    class Ending:
        alive, student_seconds = False, 0.0

        def run_cell(self, *arguments: Any, **more: Any) -> CellRun:
            self.student_seconds += 0.5
            return CellRun("died")

        def start(self) -> None:
            raise SandboxError("no")

    sandbox: Any = Ending()
    notebook = Notebook("n", (Cell("own", "", "exit()"),))
    with pytest.raises(SandboxError):
        Cells(notebook, course.limits)(sandbox, 10.0, True)
    assert sandbox.student_seconds == 0.5
