"""Files of Canvas and Moodle are filled in: whose a row is, and that nothing else changes."""

import csv
import unicodedata

import pytest

from autograder.export import files
from autograder.export.filling import fill_canvas, fill_moodle
from autograder.export.grades import Grades
from autograder.gradebook.results import StudentResult
from autograder.repos.record import Record
from autograder.repos.roster import Person


@pytest.fixture
def grades(lab1):
    """Alice has 95 points, Ann 80; Bob has handed in nothing and is not known here."""
    people = [
        Person("alice", "octo", email="alice@x.edu", name="Alice Smith"),
        Person("77", "ann", name="Ann Lee"),
    ]
    results = [
        StudentResult("alice", "graded", 100, score=95.0),
        StudentResult("77", "graded", 100, score=80.0),
    ]
    return Grades(lab1, results, record=Record(lab1.name, "", roster=people))


def filled(fill, grades, tmp_path, text):
    """Fill a file in and return its rows."""
    (tmp_path / "given.csv").write_text(text, encoding="utf-8")
    fill(grades, tmp_path / "given.csv", "", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,lab1_train_cnn (77)\n    Points Possible,,,,,100\n"


def test_a_student_who_shows_another_name_does_not_get_that_grade_in_canvas(grades, tmp_path):
    rows = filled(
        fill_canvas, grades, tmp_path, CANVAS + '"Smith, Alice",11,,alice@x.edu,A,\n"Smith, Alice",12,bob,bob@x.edu,A,7\n'
    )  # fmt: skip
    assert [row[-1] for row in rows[2:]] == ["95", "7"]
    # nor by a user name that the other took on GitHub
    rows = filled(fill_canvas, grades, tmp_path, CANVAS + "A,11,alice,,A,\nB,12,octo,,A,\nC,13,ann,,A,\n")
    assert [row[-1] for row in rows[2:]] == ["95", "", "80"]


def test_two_rows_for_one_student_stay_as_they_are(grades, tmp_path):
    rows = filled(
        fill_canvas, grades, tmp_path, CANVAS + '"Smith, Alice",11,,,A,\n"Alice Smith",12,,,A,\n"Lee, Ann",13,,,A,\n'
    )  # fmt: skip
    assert [row[-1] for row in rows[2:]] == ["", "", "80"]
    assert "2 rows of the file would be alice's" in " ".join(grades.warnings)
    assert "not in the file: alice" in " ".join(grades.warnings)


MOODLE = "Identifier,Full name,{},Status,Grade,Last modified,Feedback comments\n"


def test_moodle_rows_go_by_address_id_number_or_user_name(grades, tmp_path):
    address = MOODLE.format("Email address")
    rows = filled(
        fill_moodle, grades, tmp_path, address + "Participant 1,Alice Smith,alice@x.edu,x,,-,-well done\nParticipant 2,Alice Smith,bob@x.edu,x,,-,\n"
    )  # fmt: skip
    assert [row[4] for row in rows[1:]] == ["95", ""]
    assert rows[1][5:] == ["-", "-well done"]  # no apostrophes in what is not ours
    for column in ("ID number", "Número de ID", "Username"):
        rows = filled(
            fill_moodle, grades, tmp_path, MOODLE.format(column) + "Participant 1,Alice Smith,77,x,,-,\nParticipant 2,Ann Lee,78,x,,-,\n"
        )  # fmt: skip
        assert [row[4] for row in rows[1:]] == ["80", ""]
    named = address.replace("Email address", "Adresse postale")
    rows = filled(fill_moodle, grades, tmp_path, named + "Participant 1,alice@x.edu,bob@x.edu,x,,-,\n")
    assert rows[1][4] == ""  # somebody who is called like an address


NAMED = {
    "zoe": ("Zoë Ñandú", 71.0), "jun": ("Jun O'Neil", 72.0), "ana": ("Ana María García López", 73.0), "li": ("Li Wei", 74.0),
    "wei": ("Wei Li", 75.0),
}  # fmt: skip


@pytest.fixture
def named(lab1):
    """Students who have names only; of Zoë Canvas's number is known."""
    people = [
        Person(student, name=name, lms_id="11" if student == "zoe" else "")
        for student, (name, _) in NAMED.items()
    ]
    results = [StudentResult(student, "graded", 100, score=score) for student, (_, score) in NAMED.items()]
    return Grades(lab1, results, record=Record(lab1.name, "", roster=people))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        ("Ñandú, Zoë", "71"),
        ("zoe nandu", "71"),
        ("O’Neil, Jun", "72"),
        ("ONeil Jun", "72"),
        ("García López, Ana María", "73"),
        ("López, Ana María García", "73"),
        ("Ana García", ""),
        ("Wei, Li", ""),
        ("Li Wei", ""),
    ],
)
def test_rows_are_known_by_every_spelling_of_a_name(named, tmp_path, cell, grade, form):
    cell = unicodedata.normalize(form, cell)
    rows = filled(fill_canvas, named, tmp_path, f'{CANVAS}"{cell}",,,,A,\n"{cell}",12,,,A,\n')
    # a row without Canvas's number is no student's; and whoever has another number than Zoë's is not Zoë
    assert [row[-1] for row in rows[2:]] == ["", "" if grade == "71" else grade]
    header = MOODLE.format("Department")
    rows = filled(fill_moodle, named, tmp_path, f'{header}Participant 1,"{cell}",,x,,-,\n')
    assert rows[1][4] == ("" if grade == "71" else grade)
    ambiguous = "Wei" in cell
    assert ambiguous == ("may be that of li, wei. Do it by hand" in " ".join(named.warnings))


def test_what_a_student_wrote_is_no_name(named, tmp_path):
    text = f"{MOODLE.format('Online text')}Participant 1,Mallory M,Jun O'Neil,x,,-,\nParticipant 2,{'(' * 100_000},,x,,-,\n"
    assert [row[4] for row in filled(fill_moodle, named, tmp_path, text)[1:]] == ["", ""]


def test_canvas_s_number_counts_before_names_and_user_names(named, tmp_path):
    text = f'{CANVAS}"X, Y",11,,,A,\n"Ñandú, Zoë",12,,zoe2,A,\n"O\'Neil, Jun",13,,,A,\n'
    assert [row[-1] for row in filled(fill_canvas, named, tmp_path, text)[2:]] == ["71", "", "72"]
    # an id that says another: neither
    rows = filled(fill_canvas, named, tmp_path, f"{CANVAS}A,11,jun,,A,\nB,14,ana,,A,\n")
    assert [row[-1] for row in rows[2:]] == ["", "73"]
    assert "the number of one student and the id of another (jun, zoe)" in " ".join(named.warnings)


def test_canvas_s_export_with_names_in_two_columns(named, tmp_path):
    text = "LastName,FirstName,ID,Section,lab1_train_cnn (77)\n    Points Possible,,,,100\nO'Neil,Jun,13,A,\n"
    rows = filled(fill_canvas, named, tmp_path, text)
    assert rows[0] == ["LastName", "FirstName", "ID", "Section", "lab1_train_cnn (77)"]
    assert rows[2] == ["O'Neil", "Jun", "13", "A", "72"]


def test_a_table_for_a_spreadsheet_says_that_it_is_utf_8(grades, tmp_path):
    files.write_csv(grades, tmp_path / "csv.csv")
    assert (tmp_path / "csv.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_grade_that_is_gone_leaves_no_file_for_gradescope(grades, tmp_path):
    files.write_gradescope(grades, tmp_path / "out")
    (tmp_path / "out" / "other.json").write_text("{}")
    grades.results[0].score = None
    files.write_gradescope(grades, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"77.json", "other.json"}
