"""Answers that a person grades: from `manual="…"` in a source to the formgrader, used by clicks, and into exports and feedback."""

from __future__ import annotations

import copy
import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.build import source_notebook
from autograder.authoring.public_checks import public_checks
from autograder.authoring.teaching import item_lacks, load_checks
from autograder.course.model import Assignment, Course, by_hand
from autograder.errors import CourseError
from autograder.gradebook.results import class_results
from autograder.intake.notebooks import grade_ids, released_cells, sanitise
from autograder.intake.submissions import Released, clean_notebook, recognise, released
from tests.browser import chromium, jupyterlab
from tests.essay_class import NOTEBOOK, PROMPT, EssayClass

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.usefixtures("loaded_workers", "read_once"),
    pytest.mark.filterwarnings("ignore:.*:sqlalchemy.exc.SAWarning"),
]
ESSAY = "Because **small** shifts change nothing: $m = \\max_i x_i$. <script>alert('pwned')</script>"
SKETCH = "print('a sketch of', 6 * 7)"
HERE = ("why_pooling", "sketch")
GIVEN = {  # typed into the formgrader
    ("ann", "why_pooling"): ("3.5", "Right, and *well* said."), ("ann", "sketch"): ("2.5", "=1+1"),
    ("eva", "why_pooling"): ("1", "Too short."), ("eva", "sketch"): ("0", "It divides by zero."),
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ the build


def source(tmp_path, cells, items):
    """Return a notebook of a course that has only this one."""
    assignment = Assignment("lab", {"nb": items})
    course = Course("c", (assignment,), root=tmp_path)
    course.source("lab").mkdir(parents=True)
    (course.source("lab") / "nb.nb.py").write_text(cells)
    return source_notebook(course, assignment, "nb", "")


def test_a_manual_cell_is_graded_and_solution_in_one(tmp_path):
    cells = '# %% [markdown] manual="why"\n# Say why. {{ points.why }} of {{ points }}\n\n# %% manual="how"\npass\n'
    notebook = source(tmp_path, cells, {"why": by_hand(4), "how": by_hand(2.5)})
    common = {"grade": True, "solution": True, "locked": False, "schema_version": 3, "task": False}
    assert [cell.metadata.nbgrader for cell in notebook.cells] == [
        {**common, "grade_id": "why", "points": 4},
        {**common, "grade_id": "how", "points": 2.5},
    ]
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code"]
    assert notebook.cells[0].source == "Say why. 4 of 6.5"


def test_a_person_s_item_needs_its_goal_and_no_check(tmp_path):
    task = "# %% [markdown]\n# ## Why\n#\n# **Goal** · say why · about 5 minutes · {points} points\n\n"
    items = {"why": by_hand(4)}
    (item,) = Assignment("lab", {"nb": items}).all_items()
    for points, said in (("{{ points.why }}", []), ("5", ["its task says 5 points, course_config.py 4"])):
        folder = tmp_path / str(len(said))
        notebook = source(folder, task.replace("{points}", points) + '# %% manual="why"\npass\n', items)
        assert item_lacks(item, notebook, ModuleType("checks")) == said


@pytest.mark.parametrize(
    ("cells", "items", "words"),
    [
        ('# %% [markdown] manual="why"\n# x', {"why": 4}, "by_hand(4)"),
        ('# %% [markdown] manual="why"\n# x', {"other": by_hand(4)}, "gives no points to 'why'"),
        ('# %% [markdown]\n# x', {"why": by_hand(4)}, "are not the items"),
        ('# %% solution="why"\nx', {"why": by_hand(4)}, 'manual="why"'),
        ('# %% manual="why"\nx\n\n# %% graded="why"\nx', {"why": by_hand(4)}, 'no cell graded="why"'),
        ('# %% manual="why"\nx\n\n# %% manual="why"\nx', {"why": by_hand(4)}, "are not the items"),
        ('# %% [markdown] solution="f"\n# x\n\n# %% graded="f"\nx', {"f": 4}, "must hold code"),
        ('# %% solution="f" manual="f"\nx', {"f": by_hand(4)}, "solution and manual at once"),
    ],
)  # fmt: skip
def test_cells_and_configuration_must_agree_on_who_grades(tmp_path, cells, items, words):
    with pytest.raises(CourseError, match=re.escape(words)):
        source(tmp_path, cells, items)


@pytest.mark.parametrize(
    ("name", "more"), [("why", {"without_stub": ("why",)}), ("why", {"free": ("why",)}), ("test_why", {})]
)
def test_what_an_item_of_a_person_cannot_be(name, more):
    with pytest.raises(CourseError, match="A person grades"):
        Assignment("lab", {"nb": {name: by_hand(4)}}, **more)


def test_hidden_tests_grade_the_others_alone():
    lab = Assignment("lab", {"a": {"f": 3, "why": by_hand(4)}, "b": {"how": by_hand(2)}})
    assert [item.id for item in lab.items()] == ["f"]
    assert [item.id for item in lab.manual_items()] == ["why", "how"]
    assert [item.id for item in lab.manual_items("b")] == ["how"]
    assert [item.graded_cell for item in lab.all_items()] == ["test_f", "why", "how"]
    assert (lab.tested_points, lab.points) == (3, 9)


def test_public_checks_say_what_they_cannot_check(course, lab1):
    first = "01_cnn_layers"
    with_answers = replace(
        lab1, notebooks={**lab1.notebooks, first: {**lab1.notebooks[first], "why": by_hand(4)}}
    )
    words = "A person reads and grades: why (4 points)."
    for assignment, there in ((lab1, False), (with_answers, True)):
        checks = load_checks(public_checks(course, assignment))
        assert [words in shown for shown in checks._progress({first: []})] == [there, there]


# ------------------------------------------------------------------------------------------- what is handed in

META = {"schema_version": 3, "task": False, "locked": False, "grade": True, "solution": True}


def cell(kind, source, grade_id="", **more):
    meta = {"nbgrader": {**META, "grade_id": grade_id, "points": 4}} if grade_id else {}
    empty = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": "x", "source": source, "metadata": meta, **empty, **more}


SMALL = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {},
    "cells": [
        cell("markdown", "The task"),
        cell("markdown", "Your answer:\n\nYOUR ANSWER HERE", "why"),
        cell("code", "x = 1"),
        cell("code", "# YOUR CODE HERE", "how"),
    ],
}  # fmt: skip


def taken(cells):
    """Return what nbgrader would read of these cells: (type, grade id, text)."""
    release = Released(SMALL, released_cells(SMALL))
    raw = {**SMALL, "cells": cells}
    clean = clean_notebook(raw, release, sanitise(raw, release.cells, "nb"))
    return [
        (c["cell_type"], c["metadata"].get("nbgrader", {}).get("grade_id", ""), c["source"])
        for c in clean["cells"]
    ]


def answered(why=None, how=None, **more):
    cells = copy.deepcopy(SMALL["cells"])
    for place, (name, text) in {1: ("why", why), 3: ("how", how)}.items():
        if text is not None:
            cells[place] = cell(cells[place]["cell_type"], text, name, **more)
    return cells


def test_an_answer_comes_with_our_metadata_and_the_student_s_text():
    cells = answered("Because.", "print(1)")
    cells[1]["metadata"]["nbgrader"].update(points=400, locked=True, grade=False, solution=False)
    assert [each[1:] for each in taken(cells)] == [
        ("", "The task"), ("why", "Because."), ("", "x = 1"), ("how", "print(1)"),
    ]  # fmt: skip
    raw = {**SMALL, "cells": cells}
    release = Released(SMALL, released_cells(SMALL))
    clean = clean_notebook(raw, release, sanitise(raw, release.cells, "nb"))
    assert clean["cells"][1]["metadata"] == SMALL["cells"][1]["metadata"]


@pytest.mark.parametrize(
    "text", ["", " \n\t\n", "Your answer:\r\n\r\nYOUR ANSWER HERE\r\n", "Your answer:\n\nYOUR ANSWER HERE  "]
)
def test_an_answer_that_was_not_given_stands_as_released(text):
    assert taken(answered(text, text if not text.strip() else "# YOUR CODE HERE\r\n")) == taken(
        SMALL["cells"]
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda cells: cells[:1] + cells[2:], ("markdown", "why", "Your answer:\n\nYOUR ANSWER HERE")),  # deleted
        (lambda cells: [cells[0], cell("code", "Mine.", "why"), *cells[2:]], ("markdown", "why", "Mine.")),
        (lambda cells: [cells[0], cell("raw", "Mine.", "why"), *cells[2:]], ("markdown", "why", "Mine.")),
        (lambda cells: [*cells[:3], cell("markdown", "Mine.", "how")], ("code", "how", "Mine.")),
        (lambda cells: [*cells, cell("markdown", "Later.", "why")], ("markdown", "why", "Later.")),  # the last one counts
    ],
)  # fmt: skip
def test_an_answer_is_kept_whatever_became_of_its_cell(change, expected):
    found = taken(change(answered("First.", "print(1)")))
    assert expected in found
    assert [name for _, name, _ in found if name] == sorted(
        (n for _, n, _ in found if n), reverse=expected[2] != "Later."
    )
    assert ("markdown", "", "First.") in found or expected[2] != "Later."


def test_an_answer_has_its_own_room_and_no_live_html():
    flood = [cell("markdown", "a" * 20_000) for _ in range(20)]
    cells = answered("<img src=x onerror=alert(1)> ![x](https://evil.example/x.png) " + "b" * 30_000)
    found = next(text for _, name, text in taken([*flood, *cells]) if name == "why")
    assert "<img" not in found
    assert "![x]" not in found
    assert "bbb" in found
    assert 19_000 < len(found) < 21_000
    assert found.endswith("characters left out)")


def test_a_pasted_picture_is_named():
    cells = answered("See ![a](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}})
    found = next(text for _, name, text in taken(cells) if name == "why")
    assert found.endswith("(1 picture is not shown here. Look at the notebook as it was handed in.)")


def test_text_changes_no_hidden_number_and_code_does():
    stubs = released_cells(SMALL)

    def digest(cells):
        return sanitise({"cells": cells}, stubs, "nb").digest

    assert digest(answered("Because.")) == digest(answered("Other."))
    assert digest(answered(how="print(1)")) != digest(answered(how="print(2)"))


def test_a_notebook_of_answers_alone_is_recognised():
    stubs = {"nb": released_cells(SMALL), "other": []}
    assert grade_ids(SMALL) == {"why", "how"}
    assert recognise("Kopie", SMALL, stubs) == "nb"
    assert recognise("Kopie", {"cells": [cell("code", "x")]}, stubs) is None


# -------------------------------------------------------------------------------------------------- a class


@pytest.fixture(scope="module")
def essays(course, lab1, tmp_path_factory):
    """Three students, graded: ann and eva answered, bob did not."""
    made = EssayClass(course, lab1, tmp_path_factory.mktemp("essays"))
    made.answer("ann", ESSAY, SKETCH)
    made.answer("bob")
    made.answer(
        "eva", "Less to compute.", f"{SKETCH}\n1 / 0", answers={"relu": "def relu(x):\n    return x\n"}
    )
    made.said = run(made, "grade", "--jobs", "1")
    return made


def held(made, field):
    """Return a field of the grades of the answers, by student and item."""
    with Gradebook(f"sqlite:///{made.course.root / 'gradebook.db'}", made.course.name) as book:
        return {
            (s.student.id, g.name): getattr(g, field)
            for s in book.assignment_submissions(made.assignment.name)
            for n in s.notebooks
            for g in n.grades
            if g.name in HERE
        }


def run(made, command, *options):
    """Run one of our commands in this process, which has loaded the libraries; return what it says."""
    done = made.autograder(command, made.assignment.name, *options)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout + done.stderr


def exported(made):
    said = run(made, "export")
    path = made.course.root / "grades" / f"{made.assignment.name}-csv.csv"
    return {row["student"]: row for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())}, said


def page_of(made, student):
    return (made.course.root / "feedback" / student / made.assignment.name / f"{NOTEBOOK}.html").read_text()


def test_students_get_the_question_and_no_answer(essays):
    values = released(essays.course, essays.assignment.name)[NOTEBOOK].values
    cells = {c["metadata"].get("nbgrader", {}).get("grade_id"): "".join(c["source"]) for c in values["cells"]}
    assert cells["why_pooling"] == f"{PROMPT}\n\nYOUR ANSWER HERE"
    assert cells["sketch"] == "# YOUR CODE HERE\nraise NotImplementedError()"
    assert "strongest answer" not in json.dumps(values)
    assert "about 5 minutes · 4 points" in json.dumps(values, ensure_ascii=False)
    assert essays.autograder("build", "--check").returncode == 0


def test_answers_wait_and_an_untouched_cell_is_nothing(essays):
    assert held(essays, "auto_score") == {
        ("ann", "why_pooling"): None, ("ann", "sketch"): None, ("bob", "why_pooling"): 0, ("bob", "sketch"): 0,
        ("eva", "why_pooling"): None, ("eva", "sketch"): None,
    }  # fmt: skip
    assert {who for (who, _), needs in held(essays, "needs_manual_grade").items() if needs} == {"ann", "eva"}
    assert "4 answers wait for a person (why_pooling 2, sketch 2)" in essays.said
    by_tests = {student: essays.scores()[student, "relu"] for student in ("ann", "bob", "eva")}
    assert by_tests == {"ann": 2, "bob": 2, "eva": 0}


def test_a_student_whose_answer_waits_has_no_total(essays):
    results = {r.student: r for r in class_results(essays.course, essays.assignment)}
    assert {name: (r.status, r.score) for name, r in results.items()} == {
        "ann": ("ungraded", None), "bob": ("graded", 4.0), "eva": ("ungraded", None),
    }  # fmt: skip
    assert results["ann"].max_score == 10.5
    rows, said = exported(essays)
    assert [rows[name]["score"] for name in ("ann", "bob", "eva")] == ["", "4", ""]
    assert [rows[name]["why_pooling"] for name in ("ann", "bob", "eva")] == ["", "0", ""]
    assert "4 answers wait for a person" in said
    report = run(essays, "report")
    assert "ann · why_pooling, sketch: waits for a grade by hand\n" in report
    assert re.search(r"why_pooling +│ +4 │ +0 │ +0 │ +0 │ +1 │", report)  # bob did not try


def test_a_diff_lists_no_answers(essays):
    said = run(essays, "grade", "--diff", "--jobs", "1")
    assert "No score in the gradebook would change" in said
    assert "Not in the gradebook yet" not in said


def test_feedback_says_what_became_of_an_answer(essays):
    run(essays, "feedback")
    page = page_of(essays, "ann")
    assert "<strong>4 of 10.5 points</strong> so far" in page
    for most in ("4", "2.5"):
        assert page.count(f"Not graded yet: a person will read it; it counts {most} points.") == 1
        assert page.count(f"– of {most} points") == 1
    assert '<math display="inline"><mrow><mi>m</mi><mo>=</mo><msub><mo>max</mo><mi>i</mi></msub>' in page
    assert "shifts change nothing" in page
    assert "<script>alert(" not in page
    assert "a sketch of 42" in page  # the cell ran, and shows what it printed
    assert "A person reads and grades" not in page  # what `progress()` printed is no answer
    page = page_of(essays, "bob")
    assert "<strong>4 of 10.5 points</strong></p>" in page
    assert page.count("Not answered: this stands as it was released.") == 2
    assert "Not graded yet" not in page
    assert "YOUR ANSWER HERE" not in page


def test_another_text_is_written_though_no_code_changed(essays):
    essays.answer("ann", f"{ESSAY} Second thoughts.", SKETCH)
    assert "2 of 3 students' grades stood already" in run(essays, "grade", "--jobs", "1")
    path = essays.course.root / "autograded" / "ann" / essays.assignment.name / f"{NOTEBOOK}.ipynb"
    assert "Second thoughts." in path.read_text()


def score_by_clicks(page, item, points, comment):
    """Type a score and a comment into a submission's page, and see each saved before going on."""
    page.wait_for_function("formgrader.grades?.loaded && formgrader.comments?.loaded")
    for what, field, text in (("grade", f"#{item}", points), ("comment", f"#{item}-comment", comment)):
        with page.expect_response(
            lambda r, what=what: f"/api/{what}/" in r.url and r.request.method == "PUT"
        ) as saved:
            page.locator(field).fill(text)
            page.locator(field).press("Tab")
        assert saved.value.ok


def test_the_formgrader_by_clicks(essays, tmp_path: Path):
    """Manual Grading, a student, a score, a comment, next; grade again; Autograde: what a person gave stands."""
    before = essays.scores()
    lab, root = essays.assignment.name, essays.course.root
    with (
        chromium(viewport={"width": 1200, "height": 1000}) as page,
        jupyterlab(root, tmp_path, root, JUPYTER_NO_CONFIG="") as address,
    ):
        page.set_default_timeout(120_000)
        base, token = address.partition("/lab/")[0], address.partition("?")[2]
        page.goto(f"{base}/formgrader?{token}")
        for name in ("Manual Grading", lab, NOTEBOOK, "Submission #1"):
            page.get_by_role("link", name=name, exact=True).first.click()
        seen = []
        for number in (1, 2, 3):
            page.get_by_text(f"Submission {number} / 3").wait_for()
            student = (page.locator("a.name-shown").text_content() or "").strip()
            seen.append(student)
            assert page.locator("#why_pooling").is_editable()
            for item in HERE:
                if (student, item) in GIVEN:
                    score_by_clicks(page, item, *GIVEN[student, item])
            page.get_by_role("link", name="Next").click()
        page.get_by_role("button", name="Show All Names").wait_for()  # the list again, after the last one
        assert sorted(seen) == ["ann", "bob", "eva"]

        shutil.rmtree(root / "autograded")  # so that everybody is written anew
        said = run(essays, "grade", "--jobs", "1")
        for wrong in ("wait for a person", "stood already"):
            assert wrong not in said
        stands(essays, before)

        page.get_by_role("link", name="Manage Assignments").click()
        row = page.get_by_role("row", name=re.compile(rf"^{lab} "))
        row.locator("td.num-submissions a").click()
        page.get_by_role("row", name=re.compile(r"\beva\b")).locator("td.autograde a").click()
        page.get_by_text(f"Successfully autograded '{lab}' for student 'eva'.").wait_for()
    stands(essays, before)
    rows, said = exported(essays)
    assert "wait for a person" not in said
    assert [rows[name]["score"] for name in ("ann", "bob", "eva")] == ["10", "4", "3"]
    for (student, item), (score, comment) in GIVEN.items():
        harmless = f"'{comment}" if comment.startswith("=") else comment
        assert (rows[student][item], rows[student][f"{item}_comment"]) == (score, harmless)
    run(essays, "feedback")
    page = page_of(essays, "ann")
    assert re.search(r"<code>why_pooling</code>.*3\.5 of 4 points", page)
    assert "<strong>10 of 10.5 points</strong></p>" in page
    assert "Right, and <em>well</em> said." in page


def stands(made, before):
    """Compare the gradebook with what was typed; what hidden tests gave is as before."""
    assert made.scores() == before
    manual = {key: score for key, score in held(made, "manual_score").items() if score is not None}
    assert manual == {key: float(score) for key, (score, _) in GIVEN.items()}


def test_a_grade_older_than_the_answer_is_named(essays):
    """After the clicks: the points stand, as nbgrader lets them, and everybody is told."""
    essays.answer("ann", "Something else.", SKETCH)
    said = " ".join(run(essays, "grade", "--jobs", "1").replace("│", " ").split())
    assert "why_pooling was graded by hand before the new submission: 3.5 counts until a person looks" in said
    assert "ann (why_pooling, sketch)" in exported(essays)[1]


def test_a_question_that_is_dropped_waits_for_nobody(essays):
    path = essays.course.root / "course_config.py"
    path.write_text(path.read_text().replace('"sketch": by_hand(2.5)', '"sketch": by_hand(0)'))
    assert "disagree, so nothing was done" in essays.autograder("export").stderr
    run(essays, "sync")
    essays.answer("fay", sketch=SKETCH)
    run(essays, "grade", "--jobs", "1")
    rows, said = exported(essays)
    assert (rows["fay"]["status"], rows["fay"]["score"], rows["fay"]["max_score"]) == ("graded", "4", "8")
    assert "wait for a person" not in said
