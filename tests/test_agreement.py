"""Configuration, built notebooks and gradebook: no edit of one of them gives a wrong grade with exit code 0."""

import copy
import csv
import json
import re
import shutil
from dataclasses import asdict

import jupytext
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograder.course.model import load
from autograder.errors import CourseError
from autograder.gradebook.agreement import require_agreement
from autograder.gradebook.results import class_results, current_results
from autograder.gradebook.sync import carry_out
from tests.small_class import FLIPPED, SmallClass

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("loaded_workers", "read_once")]
NOTEBOOK = "01_cnn_layers"


@pytest.fixture(scope="module")
def fresh(course, lab1, tmp_path_factory):
    """A class of nobody yet."""
    return SmallClass(course, lab1, tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="module")
def original(fresh, tmp_path_factory):
    """Two students, graded: ana has all points of the first notebook, ben none for conv2d. The others were not handed in."""
    made = Desk(fresh, tmp_path_factory.mktemp("original") / "course")
    made.hand_in("ana", NOTEBOOK)
    made.hand_in("ben", NOTEBOOK, {"conv2d": FLIPPED})
    done = made.grade_here()
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def desk(original, tmp_path):
    return Desk(original, tmp_path / "course")


class Desk(SmallClass):
    """A copy of a class whose files a test may bend."""

    def __init__(self, original, root):
        shutil.copytree(original.course.root, root, symlinks=True)
        self.source, self.assignment, self.course = original.source, original.assignment, load(root)

    @property
    def config(self):
        return self.course.root / "course_config.py"

    def edit(self, pattern, to):
        """Change the one place of the configuration that the pattern names, the other labs' entries aside."""
        text = self.config.read_text()
        others = dict(re.findall(r"(^LAB[^1]) = (.*?^\))$", text, re.MULTILINE | re.DOTALL))
        assert len(others) == len(self.course.assignments) - 1
        for name, entry in others.items():
            text = text.replace(entry, f"<{name}>")
        text, count = re.subn(pattern, to, text, flags=re.MULTILINE)
        assert count == 1
        for name, entry in others.items():
            text = text.replace(f"<{name}>", entry)
        self.config.write_text(text)

    def book(self):
        """Return what nbgrader's gradebook holds: (score that counts, most points) by student and item."""
        with Gradebook(f"sqlite:///{self.course.root / 'gradebook.db'}", self.course.name) as book:
            return {
                (s.student.id, g.name.removeprefix("test_")): (g.score, g.max_score)
                for s in book.assignment_submissions(self.assignment.name)
                for n in s.notebooks
                for g in n.grades
            }

    def by_hand(self, student, item, score):
        with Gradebook(f"sqlite:///{self.course.root / 'gradebook.db'}", self.course.name) as book:
            grade = book.find_grade(f"test_{item}", NOTEBOOK, self.assignment.name, student)
            grade.manual_score, grade.needs_manual_grade = score, False
            book.db.commit()

    def exported(self):
        done = self.autograder("export", self.assignment.name)
        assert done.returncode == 0, done.stderr
        path = self.course.root / "grades" / f"{self.assignment.name}-csv.csv"
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        return {row["student"]: row for row in rows}, done.stderr

    def refuses(self, *command):
        """Run a command of ours or nbgrader's that must refuse, change no grade, and say what to do; return what it says."""
        before = self.book()
        ours = command[0] == "autograder"
        done = self.autograder(*command[1:]) if ours else self.run(*command)
        said = done.stdout + done.stderr
        assert done.returncode != 0, said
        assert "Traceback" not in said
        assert self.book() == before
        return " ".join(said.split())


ADDED = {
    "cell_type": "code", "execution_count": None, "id": "added", "outputs": [], "source": "assert False",
    "metadata": {"nbgrader": {
        "grade": True, "grade_id": "test_added", "locked": True, "points": 7, "schema_version": 3, "solution": False, "task": False}},
}  # fmt: skip


def add_graded_cell(desk):
    path = desk.course.source(desk.assignment.name) / f"{NOTEBOOK}.ipynb"
    values = json.loads(path.read_text())
    values["cells"].append(copy.deepcopy(ADDED))
    path.write_text(json.dumps(values))


CASES = {
    "an item's line is deleted": (lambda d: d.edit(r'^ +"conv2d": 6,\n', ""), "conv2d"),
    "points are lowered": (lambda d: d.edit('"conv2d": 6', '"conv2d": 3'), "gives 6 points to 'test_conv2d', course_config.py 3"),
    "points are raised": (lambda d: d.edit('"conv2d": 6', '"conv2d": 10'), "gives 6 points to 'test_conv2d', course_config.py 10"),
    "a graded cell is added to the source notebook": (add_graded_cell, "a graded cell 'test_added' that"),
    "the threshold is another than the notebook says": (lambda d: d.edit("threshold=0.80", "threshold=0.95"), "autograder sync"),
    "the points are no number": (lambda d: d.edit('"conv2d": 6', '"conv2d": "6"'), "must be a number from 0 on"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_graded_or_exported_while_the_course_disagrees(desk, case):
    bend, words = CASES[case]
    bend(desk)
    for command in ("grade", "export"):
        assert words in desk.refuses("autograder", command, desk.assignment.name), command


def test_points_change_before_anybody_handed_in(fresh, lab1, tmp_path):
    """nbgrader makes the release folder anew, without the public checks, which the build joins from their parts."""
    new = Desk(fresh, tmp_path / "course")
    new.edit('"conv2d": 6', '"conv2d": 10')
    assert new.autograder("sync", lab1.name).returncode == 0
    checks = new.course.release(lab1.name) / "checks.py"
    assert '"conv2d": 10' in checks.read_text()
    assert new.run("nbgrader", "generate_assignment", lab1.name, "--force").returncode == 0
    assert '"conv2d": 10' in checks.read_text()
    assert "as course_config.py says" in new.autograder("sync", lab1.name).stdout


def test_every_other_command_refuses_as_well(desk):
    lab = desk.assignment.name
    desk.edit('"conv2d": 6', '"conv2d": 3')
    for command in (
        ("autograder", "report", lab),
        ("autograder", "feedback", lab),
        ("autograder", "grade", lab, "--diff"),
        ("autograder", "grade", "--notebook", f"submitted/ben/{lab}/{NOTEBOOK}.ipynb"),
        ("autograder", "repos", "template", lab, "--out", "template"),
        ("nbgrader", "autograde", lab, "--force"),
        ("nbgrader", "generate_assignment", lab, "--force"),
        ("nbgrader", "generate_feedback", lab),
        ("nbgrader", "release_assignment", lab),
        ("nbgrader", "export"),
    ):
        assert "autograder sync" in desk.refuses(*command), command
    assert not (desk.course.root / "template").exists()


def test_nbgrader_does_nothing_where_the_configuration_cannot_be_read(desk):
    """nbgrader goes on without a configuration file that fails: it would run students' code here, outside the sandbox."""
    witness = desk.course.root / "witness"
    desk.hand_in("ben", NOTEBOOK, {"conv2d": f"open({str(witness)!r}, 'w')"})
    desk.edit("^course = Course", "course = Corse")
    said = desk.refuses("nbgrader", "autograde", desk.assignment.name, "--force", "--student", "ben")
    assert "course_config.py cannot be used" in said
    assert not witness.exists()


def test_points_change_after_students_handed_in(desk):
    lab = desk.assignment.name
    desk.by_hand("ben", "relu", 1.5)
    desk.edit('"conv2d": 6', '"conv2d": 10')
    desk.edit('"relu": 2', '"relu": 1')
    before = desk.book()
    said = desk.autograder("sync", lab, "--diff")
    assert said.returncode == 0, said.stderr
    assert desk.book() == before
    assert "'test_conv2d' is worth 6 points, by course_config.py 10" in said.stdout
    assert re.search(r"ana +│ conv2d +│ +6 │ +10", said.stdout), said.stdout
    assert re.search(r"ben +│ relu +│ +1.5 │ +0.75 │ by hand: look at it", said.stdout)
    assert desk.autograder("sync", lab).returncode == 0
    after = desk.book()
    assert after["ana", "conv2d"] == (10, 10)  # at once: never 6 of 10 with exit code 0
    assert after["ben", "conv2d"] == (3.33, 10)
    assert after["ben", "relu"] == (0.75, 1)
    assert "rest on other settings than course_config.py has now (points)" in desk.refuses(
        "autograder", "export", lab
    )
    done = desk.autograder("grade", lab)
    assert done.returncode == 0, done.stderr
    assert desk.book() == after
    assert re.search(r"ana .*│ +27 │", done.stdout), done.stdout
    rows, _ = desk.exported()
    assert (rows["ana"]["score"], rows["ana"]["max_score"], rows["ben"]["score"]) == ("27", "103", "20.08")
    assert "as course_config.py says" in desk.autograder("sync", lab).stdout
    kept = list((desk.course.root / ".autograder" / "before-sync").glob(f"{lab}-*/gradebook.db"))
    with Gradebook(f"sqlite:///{kept[0]}", desk.course.name) as old:
        assert old.find_grade_cell("test_conv2d", NOTEBOOK, lab).max_score == 6


def test_an_item_is_dropped_and_another_is_free(desk):
    lab = desk.assignment.name
    desk.edit('"relu": 2', '"relu": 0')
    desk.edit(r"^    without_stub=", '    free=("conv2d",),\n    without_stub=')
    assert "autograder sync" in desk.refuses("autograder", "grade", lab)
    assert desk.autograder("sync", lab).returncode == 0
    done = desk.autograder("grade", lab, "--diff")
    assert re.search(r"ben .*conv2d +│ +2 │ +6", done.stdout), done.stdout + done.stderr
    assert desk.autograder("grade", lab).returncode == 0
    rows, _ = desk.exported()
    assert [rows[name]["score"] for name in ("ana", "ben")] == ["22", "22"]
    assert rows["ben"]["max_score"] == "98"
    assert desk.autograder("feedback", lab).returncode == 0
    page = (desk.course.root / "feedback" / "ben" / lab / f"{NOTEBOOK}.html").read_text()
    assert "Everybody has the points of this task" in page
    assert desk.autograder("report", lab).returncode == 0


def test_what_follows_from_a_mistake_keeps_another_share(desk):
    lab = desk.assignment.name
    desk.edit("follow_through=0.5", "follow_through=0")
    assert "follow-through" in desk.refuses("autograder", "export", lab)
    done = desk.autograder("grade", lab, "--diff")
    assert re.search(r"ben .*conv2d +│ +2 │ +0", done.stdout), done.stdout + done.stderr
    assert "in the cache" in done.stdout
    assert desk.autograder("grade", lab).returncode == 0
    assert [row["score"] for row in desk.exported()[0].values()] == ["24", "18"]


def test_an_item_is_taken_out_and_put_back(desk):
    lab = desk.assignment.name
    source = desk.course.source(lab) / f"{NOTEBOOK}.nb.py"
    config, text = desk.config.read_text(), source.read_text()
    desk.edit(r'^ +"relu": 2,\n', "")
    book = jupytext.reads(text, fmt="py:percent")
    book.cells = [
        c for c in book.cells if "relu" not in (c.metadata.get("solution"), c.metadata.get("graded"))
    ]
    source.write_text(jupytext.writes(book, fmt="py:percent").replace("{{ points.relu }}", "0"))
    said = desk.autograder("sync", lab, "--diff").stdout
    assert re.search(r"ana +│ relu +│ +2 │ +–", said), said
    assert desk.autograder("sync", lab).returncode == 0
    assert ("ana", "relu") not in desk.book()
    desk.config.write_text(config)
    source.write_text(text)
    assert desk.autograder("sync", lab).returncode == 0
    rows, said = desk.exported()
    assert [row["status"] for row in rows.values()] == [
        "ungraded",
        "ungraded",
    ]  # a new item has no points by itself
    assert desk.autograder("grade", lab).returncode == 0
    assert [row["score"] for row in desk.exported()[0].values()] == ["24", "20"]


def test_a_threshold_is_changed_and_old_grades_are_not_handed_on(desk):
    lab = desk.assignment.name
    desk.edit("threshold=0.80", "threshold=0.81")
    assert desk.autograder("sync", lab).returncode == 0
    for command in (
        ("autograder", "export", lab),
        ("nbgrader", "export"),
        ("autograder", "report", lab),
    ):
        assert "other settings than course_config.py has now (threshold or training)" in desk.refuses(
            *command
        )


def test_a_new_submission_after_a_grade_by_hand(desk):
    lab = desk.assignment.name
    desk.by_hand("ben", "conv2d", 4)
    assert desk.autograder("grade", lab, "--force", "--student", "ben").returncode == 0
    assert "by hand before" not in desk.exported()[1]  # graded again, not handed in again
    desk.hand_in("ben", NOTEBOOK)
    rows, said = desk.exported()
    assert (rows["ben"]["status"], rows["ben"]["score"]) == ("ungraded", "")
    assert "Handed in again since they were graded" in said
    done = desk.autograder("grade", lab)
    assert done.returncode == 0, done.stderr
    words = "conv2d was graded by hand before the new submission: 4 counts, not 6."
    assert words in " ".join(done.stdout.replace("│", " ").split())
    assert re.search(r"ben +│ +22 │ +0 │ +0 │ +4 │ +22 │", done.stdout), done.stdout
    rows, said = desk.exported()
    assert rows["ben"]["score"] == "22"
    assert "Graded by hand before the new submission, and that grade counts: ben (conv2d)." in said
    assert desk.autograder("grade", lab, "--force", "--student", "ben").returncode == 0
    assert "ben (conv2d)" in desk.exported()[1]  # still nobody has looked
    desk.by_hand("ben", "conv2d", 5)
    assert "by hand before" not in desk.exported()[1]


def test_a_notebook_is_not_renamed_under_students_work(desk):
    desk.edit(f'"{NOTEBOOK}"', '"01_layers"')
    source = desk.course.source(desk.assignment.name)
    (source / f"{NOTEBOOK}.nb.py").rename(source / "01_layers.nb.py")
    for path in [*source.glob("*.nb.py"), source / "figures.toml"]:
        path.write_text(path.read_text().replace(NOTEBOOK, "01_layers"))
    said = desk.refuses("autograder", "sync", desk.assignment.name)
    assert "give it its old name" in said


# Edits of the configuration, drawn: what each does to (notebooks with items and points, other settings).
ITEMS = [("01_cnn_layers", name) for name in ("conv_output_size", "conv2d", "relu")] + [
    ("03_softmax_metrics", "auc")
]
POINTS = st.one_of(st.integers(0, 12), st.sampled_from([2.5, -1, float("nan"), True, "3", None, 10**9]))
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("points"), st.sampled_from(ITEMS), POINTS),
        st.tuples(st.just("drop"), st.sampled_from(ITEMS), st.none()),
        st.tuples(st.just("add"), st.sampled_from(ITEMS), st.sampled_from(["new", "softmax", "Conv2d", "../x"])),
        st.tuples(st.just("rename"), st.sampled_from(ITEMS), st.sampled_from(["conv_2d", "relu6", "cnn"])),
        st.tuples(st.just("last"), st.sampled_from(ITEMS), st.none()),
        st.tuples(st.just("notebook"), st.sampled_from(ITEMS), st.sampled_from(["01_other", "03_softmax_metrics"])),
        st.tuples(st.just("threshold"), st.none(), st.sampled_from([0.8, 0.5, 0.99, 85, 0, "0.8", float("nan")])),
        st.tuples(st.just("epochs"), st.none(), st.sampled_from([5, 1, 0, 2.0])),
        st.tuples(st.just("free"), st.none(), st.sampled_from([(), ("conv2d",), "conv2d", ("conv_2d",)])),
        st.tuples(st.just("follow_through"), st.none(), st.sampled_from([0.5, 0, 1, 0.25, -1, "half", None])),
        st.tuples(st.just("without_stub"), st.none(), st.sampled_from([("trained_accuracy",), (), ("relu",)])),
        st.tuples(st.just("call"), st.none(), st.sampled_from([5, 20, 1])),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


def edited(course, assignment, edits):
    """Return a configuration file's text with the edits."""
    notebooks = {name: dict(items) for name, items in assignment.notebooks.items()}
    training = {name: asdict(each) for name, each in assignment.training.items()}
    settings_ = {"free": (), "follow_through": 0.5, "without_stub": assignment.without_stub}
    limits = asdict(course.limits)
    for kind, place, value in edits:
        notebook, item = place or ("", "")
        items = notebooks.get(notebook, {})
        if kind == "points" and item in items:
            items[item] = value
        elif kind == "drop":
            items.pop(item, None)
        elif kind == "add":
            items[value] = 4
        elif kind == "rename" and item in items:
            notebooks[notebook] = {value if name == item else name: points for name, points in items.items()}
        elif kind == "last" and item in items:
            items[item] = items.pop(item)
        elif kind == "notebook" and notebook in notebooks:
            notebooks = {value if name == notebook else name: each for name, each in notebooks.items()}
        elif kind in ("threshold", "epochs"):
            training["digits"][kind] = value
        elif kind in settings_:
            settings_[kind] = value
        elif kind == "call":
            limits["call"] = value
    trained = ", ".join(
        f"{name!r}: Training({', '.join(f'{k}={v!r}' for k, v in each.items())})"
        for name, each in training.items()
    )
    return (
        "from autograder.course.model import Assignment, Course, Limits, Training\nnan = float('nan')\n"
        f"LAB = Assignment({assignment.name!r}, notebooks={notebooks!r}, training={{{trained}}}, free={settings_['free']!r}, follow_through={settings_['follow_through']!r},\n"
        f"                 without_stub={settings_['without_stub']!r})\n"
        f"course = Course({course.name!r}, (LAB,), dataset='digits', limits=Limits(**{limits!r}))\n"
    )


def meaning(course):
    """Return what grades rest on."""
    (assignment,) = course.assignments
    items = {(item.notebook, item.id): item.points for item in assignment.items()}
    return (
        items,
        assignment.free,
        assignment.follow_through,
        assignment.training["digits"],
        course.limits.call,
        assignment.without_stub,
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_no_drawn_edit_of_the_configuration_lets_another_grade_through(desk, edits):
    before = desk.config.read_text()
    was = load(desk.course.root)
    desk.config.write_text(edited(was, was.assignments[0], edits))
    try:
        now = load(desk.course.root)
        require_agreement(now, now.assignments[0])
        handed_on = current_results(now, now.assignments[0])
    except CourseError:
        return
    finally:
        desk.config.write_text(before)
    assert meaning(now) == meaning(was)  # else one of the two had refused
    assert [each.score for each in handed_on] == [24, 20]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.lists(st.sampled_from([0, 1, 2.5, 4, 6, 10]), min_size=6, max_size=6))
def test_whatever_points_a_sync_gives_scores_keep_their_share(desk, points):
    items = list(desk.assignment.notebooks[NOTEBOOK])
    edits = [("points", (NOTEBOOK, item), value) for item, value in zip(items, points, strict=True)]
    was = load(desk.course.root)
    desk.config.write_text(edited(was, was.assignments[0], edits))
    now = load(desk.course.root)
    carry_out(now, now.assignments[0])
    require_agreement(now, now.assignments[0])
    for result in class_results(now, now.assignments[0]):
        for item in result.items:
            if item.notebook == NOTEBOOK and item.score is not None:
                wrong = result.student == "ben" and item.id == "conv2d"
                assert item.score == (
                    pytest.approx(item.max_score / 3, abs=0.01) if wrong else item.max_score
                )
                assert item.max_score == dict(zip(items, points, strict=True))[item.id]
