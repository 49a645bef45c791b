"""Late work, extensions, excuses, renamed and dropped students: one graded class, and what every reader of its gradebook sees."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import CsvExportPlugin
from typer.testing import CliRunner

from autograder.commands.students import app
from autograder.course.model import load
from autograder.demo import whole_way
from autograder.errors import CourseError
from autograder.export import files
from autograder.export.filling import fill_canvas, fill_moodle
from autograder.export.grades import Grades
from autograder.export.report import make_report
from autograder.gradebook import history, people, roll, unfinished
from autograder.gradebook.book import nbgrader_settings, open_book
from autograder.gradebook.class_run import grade_class
from autograder.gradebook.converter import CourseAutograde
from autograder.gradebook.diff import difference
from autograder.gradebook.due import due_disagreement, write_due
from autograder.gradebook.judging import students_of
from autograder.gradebook.pages import write_feedback
from autograder.gradebook.results import class_results, current_results
from autograder.gradebook.settling import settle_class
from autograder.gradebook.submission_words import sentences
from autograder.gradebook.sync import carry_out
from autograder.pages import language
from autograder.repos.roster import Person
from autograder.students import moving
from autograder.workers.lookup import Lookup
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup
from tests.small_class import SmallClass
from tests.small_lab import write_source

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*:sqlalchemy.exc.SAWarning"),
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("loaded_workers", "read_once"),
]
LAB, FIRST = "lab1_train_cnn", "01_cnn_layers"
FULL = 24.0  # the first notebook's points of 100; the other is not handed in
CONFIG = """
from autograder.course.model import Late
course = dataclasses.replace(course, time_zone="Europe/Berlin", {course})
course = dataclasses.replace(course, assignments=(dataclasses.replace(course.assignments[0], {lab}),))
"""
ITEMS = {FIRST: {"conv_output_size": 12, "relu": 12}, "03_softmax_metrics": {"accuracy": 76}}
SMALL = f"""
course = dataclasses.replace(course, assignments=(dataclasses.replace(
    course.assignments[0], notebooks={ITEMS}, without_stub=()),))
"""
DUE = 'due="2026-10-01 23:59"'
TEN = 'late=Late(per_day=10, most=50, grace="15 min")'


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """Make a course without due date or policy, and a class that is graded: cem a day late, dan later still."""
    root = tmp_path_factory.mktemp("late")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_way, "build", lambda made: [])  # what it builds is not what is used here
        home = whole_way.make_course(course, "digits", root).root
    shutil.rmtree(home / "release")
    shutil.rmtree(home / "source")
    figures = ""
    for name, items in ITEMS.items():  # a smaller lab of two notebooks, which is graded in seconds
        write_source(course.source(LAB), root / name, name, items)
        figures += (root / name / "figures.toml").read_text()
        shutil.copytree(root / name, home / "source" / LAB, dirs_exist_ok=True)
    (home / "source" / LAB / "figures.toml").write_text(figures)
    own = home / "course_config.py"
    own.write_text(own.read_text() + SMALL)
    small = SmallClass.__new__(SmallClass)
    small.course = small.source = configured(home)
    small.assignment = small.course.assignments[0]
    for student, time in (("ann", "1 20:00"), ("bob", "1 22:10"), ("cem", "2 23:30"), ("dan", "9 12:00")):
        small.hand_in(student, FIRST)
        folder = small.course.root / "submitted" / student / LAB
        (folder / "timestamp.txt").write_text(f"2026-10-{time.split()[0]:>02} {time.split()[1]}:00 UTC")
    assert not grade(small.course, ["ann"]).faults  # the others hand in the same: it is in the cache
    assert not grade(small.course).faults
    return small.course


@pytest.fixture
def home(graded, tmp_path, monkeypatch):
    """Return the root of a copy of that course."""
    monkeypatch.setenv("PYTHONPATH", str(graded.root))
    shutil.copytree(graded.root, tmp_path / "course", symlinks=True)
    return tmp_path / "course"


def configured(home, course="", lab="", sync=True):
    """Write the course's settings, in place of those before, and bring notebooks and gradebook in line, as `autograder sync` does."""
    own = home / "course_config.py"
    text = own.read_text().partition("\nfrom autograder.course import Late\n")[0]
    own.write_text(text + CONFIG.format(course=course, lab=lab))
    made = load(home)
    if sync:
        carry_out(made, made.assignments[0])
    return made


def grade(course, chosen=()):
    """Grade what is not in the cache, in this process, as `autograder grade` does."""
    lab = course.assignments[0]
    pool = Pool(Setup(str(course.root), LAB, "digits"), 1)
    return grade_class(Lookup(course, LAB, "digits"), students_of(course, lab, chosen), pool)


def autograde(course, student):
    """Grade as `nbgrader autograde --force` and the formgrader's button do."""
    config, coursedir = nbgrader_settings(course, course.assignments[0])
    coursedir.student_id = student
    converter = CourseAutograde(coursedir=coursedir, config=config)
    converter.force = True
    converter.start()


def penalties(course):
    """Return what the gradebook holds, notebook by notebook, by student."""
    with open_book(course) as book:
        return {
            s.student.id: [n.late_submission_penalty or 0.0 for n in s.notebooks]
            for s in book.assignment_submissions(LAB)
        }


def results(course):
    return {each.student: each for each in class_results(course, course.assignments[0])}


def by_hand(course, student, points=1.0, comment="Well explained."):
    """Grade an item by hand and comment on it, as the formgrader does."""
    with open_book(course) as book:
        book.find_grade("test_relu", FIRST, LAB, student).manual_score = points
        book.find_comment("relu", FIRST, LAB, student).manual_comment = comment
        book.db.commit()


def rows_of(path):
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def exported(course, folder, zero=False):
    """Return what each export says of each student; None where it says nothing."""
    lab = course.assignments[0]
    found = class_results(course, lab)
    grades = Grades(lab, found, zero)
    names = [each.student for each in found]
    (folder / "canvas.csv").write_text(
        f"Student,ID,SIS Login ID,Section,{LAB} (7)\n" + "".join(f"{n},{i},{n},A,\n" for i, n in enumerate(names, 1))
    )  # fmt: skip
    (folder / "moodle.csv").write_text(
        "Identifier,Full name,Username,Grade\n" + "".join(f"p{n},{n},{n},\n" for n in names)
    )
    files.write_csv(grades, folder / "table.csv")
    files.write_gradescope(grades, folder / "gradescope")
    fill_canvas(grades, folder / "canvas.csv", "", folder / "canvas-filled.csv")
    fill_moodle(grades, folder / "moodle.csv", "", folder / "moodle-filled.csv")
    fill_moodle(grades, None, "", folder / "moodle-import.csv")
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", course.name) as book:
        CsvExportPlugin(to=str(folder / "nbgrader.csv")).export(book)
    header, *table = rows_of(folder / "table.csv")
    return {
        "csv": {row[1]: row[header.index("score")] for row in table},
        "penalty": {row[1]: row[header.index("late_penalty")] for row in table},
        "canvas": {row[2]: row[-1] for row in rows_of(folder / "canvas-filled.csv")[1:]},
        "moodle": {row[2]: row[3] for row in rows_of(folder / "moodle-filled.csv")[1:]},
        "moodle import": {row[1]: row[2] for row in rows_of(folder / "moodle-import.csv")[1:]},
        "gradescope": {p.stem: str(json.loads(p.read_text())["score"]) for p in (folder / "gradescope").glob("*.json")},
        "nbgrader": {row[3]: row[9] for row in rows_of(folder / "nbgrader.csv")[1:]},
    }  # fmt: skip


def test_a_penalty_is_taken_once_and_every_reader_agrees(home, tmp_path):
    course = configured(home, TEN, DUE)
    report = grade(course)
    assert (report.faults, report.unchanged, report.warnings) == ({}, 4, [])
    # ann is in time, bob within the grace; a day has begun twice for cem; dan's loss is as large as it gets
    assert penalties(course) == {"ann": [0, 0], "bob": [0, 0], "cem": [20, 0], "dan": [50, 0]}
    assert {s: each.penalty for s, each in report.late.items()} == {"ann": 0, "bob": 0, "cem": 20, "dan": 50}
    said = exported(course, tmp_path)
    assert said.pop("penalty") == {"ann": "0", "bob": "0", "cem": "20", "dan": "50"}
    for name, scores in said.items():
        assert {s: float(v) for s, v in scores.items()} == {"ann": 24, "bob": 24, "cem": 4, "dan": 0}, name
    write_feedback(course, course.assignments[0])
    for page in (home / "feedback" / "cem" / LAB).glob("*.html"):
        text = page.read_text()
        assert text.count("20 points are taken off the assignment as a whole, once") == 1
        assert "Due: 2026-10-01 23:59 (Europe/Berlin, UTC+02:00)." in text
        assert "4 of 100 points" in text
        assert "Late submission penalty" not in text
        assert ("<strong>24 of 24 points</strong>" in text) == (page.stem == FIRST)
    assert "are taken off" not in (home / "feedback" / "bob" / LAB / f"{FIRST}.html").read_text()


def test_another_policy_counts_at_the_next_grading_and_nothing_is_graded_again(home):
    for lab, cem, dan in (
        (TEN, 20, 50),
        ('late=Late(per_day="5 %")', 10, 40),
        ('late=Late(per_day=10, closes="3 days")', 20, 100),
        ("late=Late(per_day=5, most=5)", 5, 5),
        ("late=Late()", 0, 0),  # this assignment is free of the course's policy
    ):
        course = configured(home, TEN, f"{DUE}, {lab}")
        assert grade(course).unchanged == 4, lab
        assert {s: sum(p) for s, p in penalties(course).items() if s in ("cem", "dan")} == {
            "cem": cem,
            "dan": dan,
        }
    course = configured(home, "", DUE)
    grade(course)
    assert sum(map(sum, penalties(course).values())) == 0


def test_a_penalty_is_whole_when_a_person_grades_afterwards(home):
    course = configured(home, TEN, DUE)
    grade(course)
    with open_book(course) as book:
        for cell in book.find_submission_notebook("03_softmax_metrics", LAB, "dan").grades:
            cell.manual_score = cell.max_score
        book.db.commit()
    # Cut to the 24 points that were earned before, the penalty would have been too small.
    assert results(course)["dan"].score == 76 + 24 - 50


def test_nbgrader_itself_takes_the_same_off_once(home):
    course = configured(home, TEN, DUE)
    autograde(course, "cem")
    assert penalties(course)["cem"] == [20, 0]
    assert penalties(course)["dan"] == [0, 0]  # not graded yet under this policy


def test_what_would_let_nobody_be_late_is_said(home):
    course = configured(home, TEN)
    assert "no due date, there or in the gradebook: nobody is late" in grade(course).warnings[0]
    (home / "submitted" / "cem" / LAB / "timestamp.txt").unlink()
    course = configured(home, TEN, DUE)
    # What nbgrader once knew of the time stays known to it; a new student's it never knew.
    shutil.copytree(home / "submitted" / "cem", home / "submitted" / "eve")
    assert grade(course).warnings == [
        "When it was handed in is not known (no timestamp.txt), so it counts as on time: eve."
    ]


def test_the_gradebook_s_due_date_must_be_the_configured_one(home):
    course = configured(home, TEN, DUE, sync=False)
    lab = course.assignments[0]
    before = penalties(course)
    with pytest.raises(CourseError, match="but the gradebook has no due date"):
        grade(course)
    carry_out(course, lab)
    with open_book(course) as book:
        assert due_disagreement(course, lab, book) == ""
        book.update_or_create_assignment(LAB, duedate="2026-10-05 12:00:00 UTC")
        said = due_disagreement(course, lab, book)
    assert "2026-10-01 23:59 (Europe/Berlin, UTC+02:00) by course_config.py" in said
    assert "the due date 2026-10-05 14:00 (Europe/Berlin, UTC+02:00)" in said
    for act in (
        lambda: grade(course),
        lambda: write_feedback(course, lab),
        lambda: current_results(course, lab),
    ):
        with pytest.raises(CourseError, match="autograder sync lab1_train_cnn"):
            act()
    with pytest.raises(NbGraderException):
        autograde(course, "cem")
    assert penalties(course) == before
    with open_book(course) as book:
        assert write_due(course, lab, book)
        assert not write_due(course, lab, book)
    grade(course)
    assert sum(penalties(course)["cem"]) == 20


def test_grades_with_yesterday_s_penalty_are_not_handed_on(home):
    course = configured(home, TEN, DUE)
    lab = course.assignments[0]
    assert run(home, "excuse", "dan") == 0  # of whom there is no grade to hand on
    with pytest.raises(
        CourseError, match=r"was changed since these students were graded: cem\. Their grades"
    ):
        current_results(course, lab)
    found = difference(course, lab, {student: {} for student in ("ann", "cem")})
    assert found.penalties == [("cem", 0.0, 20.0)]
    assert sum(penalties(course)["cem"]) == 0  # a difference writes nothing
    grade(course)
    assert {each.student: each.score for each in current_results(course, lab)}["cem"] == 4
    course = configured(home, "late=Late(per_day=1)", DUE)
    with pytest.raises(CourseError, match="autograder grade lab1_train_cnn"):
        write_feedback(course, lab)


def run(home, *command):
    """Run `autograder students` in this process; return its exit code or error, and what it said."""
    done = CliRunner().invoke(app, [*command, "--course", str(home)])
    return done.exception if isinstance(done.exception, CourseError) else done.exit_code


def test_an_extension_moves_a_student_s_own_date(home):
    course = configured(home, TEN, DUE)
    grade(course)
    assert run(home, "extend", "cem", "--until", "2026-10-03 01:00") == 0
    assert sum(penalties(course)["cem"]) == 10  # half an hour late, by the student's own date; at once
    assert run(home, "extend", "cem", "dan", "--until", "2026-10-09 23:59") == 0
    assert (sum(penalties(course)["cem"]), sum(penalties(course)["dan"])) == (0, 0)
    grade(course)  # and it stays so
    autograde(course, "dan")
    assert sum(penalties(course)["dan"]) == 0
    said = sentences(course, course.assignments[0], results(course)["dan"].facts)
    assert said[0] == "Due for you, with your extension: 2026-10-09 23:59 (Europe/Berlin, UTC+02:00)."
    assert run(home, "extend", "cem", "--undo") == 0
    assert sum(penalties(course)["cem"]) == 20
    assert people.extensions(course, course.assignments[0]).keys() == {"dan"}


def test_an_extension_can_be_given_before_anything_is_handed_in(home):
    course = configured(home, TEN, DUE)
    people.put(course, course.assignments[0], [Person("eve")], None)
    assert run(home, "extend", "eve", "--until", "2026-10-04 12:00") == 0
    assert results(course)["eve"].status == "missing"  # and waits for no grade
    shutil.copytree(home / "submitted" / "cem", home / "submitted" / "eve")
    grade(course)
    assert (sum(penalties(course)["eve"]), sum(penalties(course)["cem"])) == (0, 20)


def test_a_roster_s_language_is_put_and_an_emptied_one_taken_away(home):
    course = replace(load(home), languages=("en", "es"))

    def languages(language):
        people.put(course, course.assignments[0], [Person("cem", language=language)], None)
        with open_book(course) as book:
            return roll.read(book).languages

    assert languages("es") == {"cem": "es"}
    assert languages(None) == {"cem": "es"}  # a roster without the column
    assert languages("") == {}


def test_a_catalogue_that_cannot_be_read_stops_no_command_of_an_instructor_s(home, tmp_path, monkeypatch):
    """Only whoever makes a student's page reads what graders say in a language."""
    shutil.copytree(home / "release" / "en", home / "release" / "es", dirs_exist_ok=True)
    course = configured(home, 'languages=("en", "es")')
    people.put(course, course.assignments[0], [Person("cem", language="es")], None)
    grade(course)
    (tmp_path / "engine" / "locale").mkdir(parents=True)
    (tmp_path / "engine" / "locale" / "es.po").write_text("this is no catalogue")
    monkeypatch.setattr(language, "PACKAGE", tmp_path / "engine")
    with pytest.raises(CourseError, match=r"es\.po"):
        language.of_assignment("es", LAB)
    made = SmallClass.__new__(SmallClass)
    made.course = course
    for command in (
        ("grade", LAB),
        ("export", LAB, "--format", "csv"),
        ("report", LAB),
        ("students", "list"),
    ):
        done = made.autograder(*command)
        assert done.returncode == 0, (command, done.stderr[-2000:])
    assert results(course)["cem"].language == "es"


def test_extensions_from_a_file_are_all_right_or_none_is_given(home, tmp_path):
    course = configured(home, TEN, DUE)
    grade(course)
    sheet = tmp_path / "extensions.csv"
    for wrong, words in (
        ("student,until\ncem,2026-10-09 12:00\nzed,2026-10-09 12:00\n", "no student 'zed'"),
        (
            "student,until\ncem,2026-10-09 12:00\ndan,2026-10-09\n",
            "line 3: until '2026-10-09' is a day without",
        ),
        ("student,until,assignment\ncem,2026-10-09 12:00,lab9\n", "There is no assignment 'lab9'"),
        ("who,until\ncem,2026-10-09 12:00\n", "needs the columns student and until"),
        ("student,until\ncem,\n", "holds no extension"),
    ):
        sheet.write_text(wrong)
        assert words in str(run(home, "extend", "--from", str(sheet)))
        assert people.extensions(course, course.assignments[0]) == {}
    sheet.write_text("student;until;name\ncem;2026-10-09 12:00;Cem\ndan;2026-10-19 12:00;Dan\nann;;Ann\n")
    assert run(home, "extend", "--from", str(sheet)) == 0
    assert sum(map(sum, penalties(course).values())) == 0


def test_excused_is_not_zero(home, tmp_path):
    course = configured(home, TEN, DUE)
    people.put(course, course.assignments[0], [Person("eve"), Person("fay")], None)
    grade(course)
    assert run(home, "excuse", "ann", "eve") == 0
    said = exported(course, tmp_path, zero=True)
    assert said["csv"] == {"ann": "", "bob": "24", "cem": "4", "dan": "0", "eve": "", "fay": "0"}
    assert said["canvas"] == {"ann": "EX", "bob": "24", "cem": "4", "dan": "0", "eve": "EX", "fay": "0"}
    assert said["moodle"] == said["csv"]
    for name in ("moodle import", "gradescope"):
        assert said[name].keys() == {"bob", "cem", "dan", "fay"}, name
    report = make_report(course.assignments[0], class_results(course, course.assignments[0]), None)
    assert sorted(report.scores) == [0, 4, 24]
    assert "1 missing; 2 excused" in report.headline
    assert next(item for item in report.items if item.id == "relu").full == 3
    assert run(home, "excuse", "ann", "--undo") == 0
    assert exported(course, tmp_path)["canvas"]["ann"] == "24"


class Killed(BaseException):
    """What stands for a kill: nothing catches it."""


def interrupted(monkeypatch, call, after):
    """Let a call be killed before its n-th change of a file; say whether it came to its end."""
    real, left = os.replace, [after]

    def replace(*arguments):
        if not left[0]:
            raise Killed
        left[0] -= 1
        real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", replace)
        try:
            call()
        except Killed:
            return False
    return True


def test_a_renamed_student_keeps_everything_wherever_it_was_interrupted(home, monkeypatch):
    course = configured(home, TEN, DUE)
    grade(course)
    by_hand(course, "cem")
    assert run(home, "extend", "cem", "--until", "2026-10-03 01:00") == 0
    (home / "feedback" / "cem" / LAB).mkdir(parents=True)
    seen = history.read(course, course.assignments[0])["cem"]
    names = ["cem", "zoë"]
    for after in range(20):
        old, new = names
        before = results(course)[old]
        done = interrupted(monkeypatch, lambda: moving.rename(course, old, new), after)  # noqa: B023
        if not done and (course.private / "unfinished.json").exists():
            for other in (lambda: grade(course), lambda: results(course), lambda: moving.drop(course, "ann")):
                with pytest.raises(CourseError, match="was interrupted"):
                    other()
        moving.rename(course, old, new) if not done else None
        found = results(course)
        assert old not in found
        assert (found[new].score, found[new].comments) == (before.score, [(FIRST, "Well explained.")])
        assert next(i for i in found[new].items if i.id == "relu").by_hand
        assert found[new].cards.keys() == before.cards.keys()
        for folder in unfinished.FOLDERS:
            assert (home / folder / new / LAB).is_dir()
            assert not (home / folder / old).exists()
        assert people.extensions(course, course.assignments[0]).keys() == {new}
        times = history.read(course, course.assignments[0])
        assert (times[new], old in times) == (seen, False)
        names.reverse()
        if done:
            break
    assert done
    assert after >= 5
    report = grade(course)
    assert (report.faults, report.unchanged) == ({}, 4)


def test_a_rename_to_what_is_taken_or_no_id_changes_nothing(home):
    course = configured(home)
    (home / "submitted" / "gil").mkdir()
    before = results(course)
    for old, new, words in (
        ("cem", "dan", "There is a student dan already"),
        ("cem", "gil", r"already \(submitted/gil\)"),
        ("cem", "../x", "cannot be a student's id"),
        ("cem", "cem", "has that id already"),
        ("cen", "eve", "no student 'cen'. Is cem"),
        ("..", "eve", "no student"),
    ):
        with pytest.raises(CourseError, match=words):
            moving.rename(course, old, new)
    assert results(course).keys() == before.keys()
    unfinished.require_finished(course)


def test_who_drops_stays_out_until_taken_back(home, monkeypatch, tmp_path):
    course = configured(home, TEN, DUE)
    grade(course)
    by_hand(course, "cem")
    before = results(course)["cem"]
    for after in range(20):
        done = interrupted(monkeypatch, lambda: moving.drop(course, "cem"), after)
        moving.drop(course, "cem") if not done else None
        assert results(course).keys() == {"ann", "bob", "dan"}
        back = interrupted(monkeypatch, lambda: moving.restore(course, "cem"), after)
        moving.restore(course, "cem") if not back else None
        assert results(course)["cem"] == before
        if done and back:
            break
    assert done
    assert back
    assert after >= 4
    moving.drop(course, "cem")
    shutil.copytree(home / "submitted" / "bob", home / "submitted" / "cem")  # collected again
    people.put(course, course.assignments[0], [Person("cem", email="cem@x.org")], None)
    report = grade(course)
    assert (report.dropped, report.faults, "cem" in report.cards) == (["cem"], {}, False)
    autograde(course, "*")
    assert not (home / "autograded" / "cem").exists()
    assert all("cem" not in scores for scores in exported(course, tmp_path).values())
    with pytest.raises(CourseError, match="cem has dropped"):
        moving.drop(course, "cem")
    assert "came meanwhile and stays" in " ".join(moving.restore(course, "cem"))
    assert results(course)["cem"].comments == [(FIRST, "Well explained.")]
    with pytest.raises(CourseError, match="cem has not dropped"):
        moving.restore(course, "cem")


def test_what_comes_back_to_a_changed_assignment_loses_only_what_is_gone(home):
    course = configured(home)
    by_hand(course, "cem")
    moving.drop(course, "cem")
    with open_book(course) as book:
        book.remove_notebook("03_softmax_metrics", LAB)
    said = " ".join(moving.restore(course, "cem"))
    assert "rows of the gradebook belong to cells that are there no more" in said
    assert "late_submission_penalty" in (course.private / "dropped" / "cem" / "gradebook.json").read_text()
    with open_book(course) as book:
        assert {n.name for n in book.find_submission(LAB, "cem").notebooks} == {FIRST}
        assert book.find_grade("test_relu", FIRST, LAB, "cem").manual_score == 1.0


def test_the_list_shows_who_is_where(home):
    configured(home, TEN, DUE)
    grade(load(home))
    for command in (("excuse", "ann"), ("drop", "bob"), ("extend", "dan", "--until", "2026-10-20 12:00")):
        assert run(home, *command) == 0
    done = CliRunner().invoke(app, ["list", "--course", str(home)], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    roster = home / "roster.csv"
    roster.write_text("student,name,email\ncem,Cem Öz,cem@x.org\nbob,Bob,\nnew,<b>New</b>,\n")
    assert run(home, "import", "--roster", str(roster)) == 0
    found = results(load(home))
    assert (found["cem"].name, found["cem"].email, found["new"].status) == ("Cem Öz", "cem@x.org", "missing")
    assert "bob" not in found
    with open_book(load(home)) as book:
        assert roll.read(book).dropped.keys() == {"bob"}


PLUGIN = """
from nbgrader.plugins import BasePlugin
from beside import TAKEN
asked = []
class Own(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        with open({log!r}, "a") as file:
            file.write(f"{{student_id}} {{score:g}}\\n")
        return {value}
class Other:
    pass
"""


def with_plugin(home, value, name="latepolicy.Own"):
    """Put a plugin beside course_config.py, which imports another file there."""
    (home / "latepolicy.py").write_text(PLUGIN.format(log=str(home / "asked.txt"), value=value))
    (home / "beside.py").write_text("TAKEN = 3.0\n")
    (home / "asked.txt").write_text("")
    return configured(
        home, f"nbgrader=lambda c: setattr(c.AssignLatePenalties, 'plugin_class', {name!r})", DUE
    )


def test_a_plugin_beside_the_configuration_is_asked_once_a_submission(home):
    course = with_plugin(home, "TAKEN")
    assert not grade(course).faults
    assert (home / "asked.txt").read_text().split("\n")[:-1] == ["bob 24", "cem 24", "dan 24"]
    assert penalties(course)["cem"] == [3, 0]
    course = with_plugin(home, "score / 2")
    autograde(course, "cem")
    assert penalties(course)["cem"] == [12, 0]
    assert (home / "asked.txt").read_text() == "cem 24\n"
    assert not grade(with_plugin(home, "None")).faults  # nbgrader's own word for no penalty
    assert penalties(course)["cem"] == [0, 0]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1 / 0", "failed: ZeroDivisionError: division by zero"),
        ("float('nan')", "returned nan, which is no number of points"),
        ("'10'", "returned '10', which is no number"),
        ("-1", "returned -1, which is no number"),
        ("True", "returned True, which is no number"),
    ],
)
def test_a_plugin_that_fails_is_named_and_no_grade_is_in_force(home, value, words):
    course = with_plugin(home, value)
    report = grade(course)
    assert report.faults.keys() == {"bob", "cem", "dan"}
    assert f"The late-penalty plugin latepolicy.Own {words}" in report.faults["cem"]
    found = results(course)
    assert (found["ann"].status, found["cem"].status, found["cem"].score) == ("graded", "ungraded", None)
    if value == "1 / 0":
        with pytest.raises(NbGraderException):
            autograde(course, "cem")
        assert results(course)["cem"].score is None
    assert not grade(with_plugin(home, "1")).faults  # mended
    assert results(course)["cem"].score == FULL - 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("latepolicy.Missing", "AttributeError"),
        ("latepolicy.Other", "no subclass of nbgrader.plugins.BasePlugin"),
        ("nowhere.Own", "ModuleNotFoundError: No module named 'nowhere'"),
        ("submitted.ann.Own", "ModuleNotFoundError: No module named 'submitted'"),
        ("Own", "write it as MODULE.CLASS"),
    ],
)
def test_a_plugin_that_cannot_be_imported_stops_before_anything_is_graded(home, name, words, monkeypatch):
    (home / "submitted" / "ann.py").write_text("raise SystemExit('a student ran')\n")
    monkeypatch.chdir(home / "submitted")
    course = with_plugin(home, "1", name)
    before = results(course)
    with pytest.raises(CourseError, match=f"The late-penalty plugin {name} cannot be used: .*{words}"):
        grade(course)
    assert results(course) == before


def test_two_rules_at_once_are_refused(home):
    course = with_plugin(home, "1")
    own = home / "course_config.py"
    own.write_text(own.read_text() + f"course = dataclasses.replace(course, {TEN})\n")
    with pytest.raises(CourseError, match="Two rules take points off"):
        grade(load(home))
    with pytest.raises(CourseError, match="Two rules"):
        settle_class(load(home), course.assignments[0], ["cem"])
