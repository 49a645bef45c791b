"""The whole way on the digits: nbgrader's exchange, both ways of grading, manual grades, feedback pages."""

import json
import os
import re

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from autograder import demo
from autograder.course.model import load
from autograder.demo import forked
from autograder.demo.students import sample_students
from tests.small_class import autograder

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("loaded_workers")]
EVIL = "<script>alert('pwned')</script><img src=x onerror=alert('pwned')><iframe src='https://example.org'></iframe>"


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """The demo's course, graded by `autograder grade`; the demo itself compares every score with the expected one."""
    folder = tmp_path_factory.mktemp("demo")
    with (folder / "out.txt").open("w") as file:
        console = Console(file=file, width=200)
        demo.run(course, "digits", folder, os.cpu_count() or 1, console, console)
    return load(folder / "course")


def add_html(path):
    """Let a student show HTML that would run something."""
    path.chmod(0o644)
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "code", "execution_count": None, "id": "evil", "metadata": {}, "outputs": []}
    notebook["cells"] += [
        {
            **cell,
            "source": f"from IPython.display import HTML, display\ndisplay(HTML({EVIL!r}))\nprint('\\x1b]0;pwned\\x07' + {EVIL!r})",
        },
        {"cell_type": "markdown", "id": "evil-words", "metadata": {}, "source": EVIL},
    ]
    path.write_text(json.dumps(notebook))


def gradebook(course):
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", course.name)


def all_scores(course):
    with gradebook(course) as book:
        return {
            (s.student.id, n.name, g.name): (g.auto_score, g.needs_manual_grade)
            for s in book.assignment_submissions("lab1_train_cnn")
            for n in s.notebooks
            for g in n.grades
        }


def test_a_student_gets_the_notebooks_and_what_lies_beside_them_and_nothing_else(graded, lab1):
    wanted = {*(f"{name}.ipynb" for name in lab1.notebooks), "checks.py", "README.md", "requirements.txt"}
    given = {path.name for path in (graded.root / "release" / "en" / lab1.name).iterdir()}
    assert given == wanted
    (released,) = (graded.root.parent / "exchange").glob(f"*/outbound/{lab1.name}")
    assert {path.name for path in released.iterdir()} == wanted
    for fetched in (graded.root.parent / "students").glob(f"*/{lab1.name}"):
        assert {"README.md", "requirements.txt"} <= {path.name for path in fetched.iterdir()}


def test_every_sample_student_has_the_expected_scores(graded, lab1):
    found = all_scores(graded)
    for student in sample_students(graded, lab1):
        for item in lab1.items():
            assert found[student.name, item.notebook, item.graded_cell] == (
                student.expected(lab1)[item.id],
                False,
            )


def test_nbgrader_autograde_gives_the_same_scores(graded):
    before = all_scores(graded)
    code, said = forked.nbgrader(
        ["autograde", "lab1_train_cnn", "--force"], graded.root, dict(os.environ), 600
    )
    assert code == 0, said[-2000:]
    assert all_scores(graded) == before


def test_grading_again_changes_nothing_and_is_quick(graded):
    done = autograder(graded.root, "grade", "lab1_train_cnn")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "17 of 17 students' grades stood already" in done.stdout


def test_a_manual_grade_is_kept_over_a_re_grade(graded):
    with gradebook(graded) as book:
        grade = book.find_grade("test_conv2d", "01_cnn_layers", "lab1_train_cnn", "dev")
        grade.manual_score = 3.5
        book.db.commit()
    done = autograder(graded.root, "grade", "lab1_train_cnn", "--student", "dev", "--force")
    assert done.returncode == 0, done.stderr[-2000:]
    with gradebook(graded) as book:
        grade = book.find_grade("test_conv2d", "01_cnn_layers", "lab1_train_cnn", "dev")
        assert (grade.manual_score, grade.auto_score, grade.score) == (3.5, 2.0, 3.5)


def test_what_was_handed_in_stays_as_it_was(graded):
    folder = graded.root / "submitted"
    assert (folder / "noa" / "lab1_train_cnn" / "02_training_loop (1) final.ipynb").is_file()
    assert "<<<<<<<" in (folder / "oli" / "lab1_train_cnn" / "01_cnn_layers.ipynb").read_text()


def test_feedback_says_what_came_back_and_what_to_try(graded):
    page = (graded.root / "feedback" / "dev" / "lab1_train_cnn" / "01_cnn_layers.html").read_text()
    assert "kernel flipped" in page
    assert "slides" in page or "sum of products" in page
    assert "<dt>Came back</dt>" in page
    assert "<dt>Expected</dt>" in page
    assert re.search(r"<code>conv2d</code>.*2 of 6 points", page)


def test_feedback_holds_no_hidden_code_and_no_live_html(graded):
    for page in (graded.root / "feedback").rglob("*.html"):
        text = page.read_text()
        for forbidden in ("CANARY-", "student.check(", "@misconception", "rng.normal"):
            assert forbidden not in text, (page, forbidden)


def test_a_student_s_html_is_cleaned(graded, lab1):
    add_html(graded.root / "submitted" / "ada" / lab1.name / "03_softmax_metrics.ipynb")
    assert autograder(graded.root, "grade", lab1.name, "--student", "ada").returncode == 0
    assert autograder(graded.root, "feedback", lab1.name).returncode == 0
    for name in (
        "autograded/ada/lab1_train_cnn/03_softmax_metrics.ipynb",
        "feedback/ada/lab1_train_cnn/03_softmax_metrics.html",
    ):
        text = (graded.root / name).read_text()
        if name.endswith("ipynb"):  # streams are plain text there; what is rendered as HTML counts
            outputs = [output for cell in json.loads(text)["cells"] for output in cell.get("outputs", [])]
            assert "\\u001b]0;" not in text
            text = json.dumps([output["data"].get("text/html", "") for output in outputs if "data" in output])
        for live in ("<script>alert", "<img src=x", "<iframe src", "\x1b]0;"):
            assert live not in text, (name, live)


def test_scores_are_plain_floats(graded):
    for path in (graded.root / "autograded").rglob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade"):
                results = [
                    "".join(o["data"]["text/plain"])
                    for o in cell["outputs"]
                    if o["output_type"] == "execute_result"
                ]
                assert len(results) == 1
                assert results[0] == repr(float(results[0]))


def test_a_late_submission_is_marked_late(graded):
    with gradebook(graded) as book:
        assert book.find_submission("lab1_train_cnn", "quy").total_seconds_late > 0
        assert book.find_submission("lab1_train_cnn", "ada").total_seconds_late == 0
