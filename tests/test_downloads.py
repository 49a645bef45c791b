"""Downloads of learning systems: what lies in a student's folder is that student's, and one student's mess stays their own."""

import json
import shutil
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.repos import archives
from autograder.repos.archives import ArchiveError, unpack_class
from autograder.repos.importing import Options, import_class
from autograder.repos.roster import Person
from autograder.repos.times import read_pushes

LAB = "lab1_train_cnn"
NOTEBOOK = "01_cnn_layers.ipynb"
ALICE = "Alice Adams_1_assignsubmission_file_"
BOB = "Bob Brown_2_assignsubmission_file_"
PEOPLE = [
    Person("alice", username="alice", name="Alice Adams"),
    Person("bob", username="bob", name="Bob Brown"),
]


@pytest.fixture
def put(temporary_course, tmp_path):
    """Put the released notebook (or a text) under names in a folder; return the folder."""
    folder = tmp_path / "download"

    def run(*names, text=None):
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                shutil.copy(temporary_course.release(LAB) / NOTEBOOK, path)
            else:
                path.write_text(text)
        return folder

    return run


@pytest.fixture
def bring(temporary_course, lab1):
    def run(place, people=PEOPLE, **options):
        return import_class(temporary_course, lab1, place, people, Options(**options))

    return run


def owners(made):
    return {entry.repository: entry.students for entry in made.entries}


@pytest.mark.parametrize("bobs", [BOB, "Bob Brown", "bob"])
@pytest.mark.parametrize(
    "name",
    [
        "Alice Adams_1_2_01_cnn_layers.ipynb",
        f"Alice Adams/{NOTEBOOK}",
        f"lab1/{NOTEBOOK}",
        "lab_1_2_solution.ipynb",
    ],
)
def test_names_inside_a_student_s_folder_say_nothing(put, bring, bobs, name):
    made = bring(put(f"{ALICE}/{NOTEBOOK}", f"{bobs}/{name}"))
    assert owners(made) == {ALICE: ["alice"], bobs: ["bob"]}
    assert not any(entry.problem for entry in made.entries)


def test_a_clone_in_a_student_s_folder_says_nothing_either(put, bring):
    place = put(f"{BOB}/{NOTEBOOK}", f"{ALICE}/{NOTEBOOK}")
    put(f"{BOB}/.git/HEAD", f"{BOB}/.git/objects/x", f"{BOB}/.git/refs/x", text="ref: refs/heads/main")
    put(f"{BOB}/.git/config", text='[remote "origin"]\nurl = https://github.com/org/lab1-alice\n')
    people = [Person("alice", name="Alice Adams", repository="lab1-alice"), PEOPLE[1]]
    assert owners(bring(place, people)) == {ALICE: ["alice"], BOB: ["bob"]}


def test_an_export_of_the_classroom_counts_only_where_the_instructor_put_it(put, bring):
    claim = json.dumps([{"students": [{"id": 1, "login": "bob"}], "repository": {"name": ALICE}}])
    place = put(f"{ALICE}/{NOTEBOOK}", f"{BOB}/x/{NOTEBOOK}")
    for text in (claim, "{"):
        put(
            f"{BOB}/accepted-assignments.json",
            "stranger/classroom-export-1/accepted-assignments.json",
            text=text,
        )
        assert owners(bring(place)) == {ALICE: ["alice"], BOB: ["bob"]}
    put("classroom-export-1/classroom-7/assignment-9/accepted-assignments.json", text=claim)
    assert owners(bring(place))[ALICE] == []  # the export's word: neither of two is bob's


def test_what_is_not_looked_at_is_said(put, bring):
    put("work.tar.gz", text="x")
    made = bring(put(f"{ALICE}/{NOTEBOOK}", "loose.ipynb"))
    assert "loose.ipynb, work.tar.gz" in made.warnings[0]


def test_canvas_s_mark_of_lateness_counts(put, bring, temporary_course):
    place = put(f"brownbob_LATE_12_345_{NOTEBOOK}", f"adamsalice_11_344_{NOTEBOOK}")
    bob = next(entry for entry in bring(place).entries if entry.students == ["bob"])
    assert bob.late
    assert "Give --push-times or --deadline" in bob.warnings[0]
    made = bring(place, deadline=datetime(2025, 10, 1, tzinfo=UTC))
    stamps = {e.students[0]: (e.late, e.time, e.verified) for e in made.entries}
    assert stamps == {"alice": (False, "", False), "bob": (True, "2025-10-01T00:00:01+00:00", False)}
    stamp = temporary_course.root / "submitted" / "bob" / LAB / "timestamp.txt"
    assert stamp.read_text() == "2025-10-01 00:00:01 UTC"


def test_one_student_s_file_does_not_cost_the_class_its_archive(temporary_course, bring, tmp_path):
    notebook = (temporary_course.release(LAB) / NOTEBOOK).read_bytes()
    people = [*PEOPLE, Person("cyd", name="Cyd C"), Person("dee", name="Dee D")]
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{ALICE}/{NOTEBOOK}", notebook)
        archive.writestr(f"{ALICE}/accepted-assignments.json", "{")
        archive.writestr(f"{BOB}/x.ipynb", " " * (65 << 20))
        archive.writestr("Cyd C_3_assignsubmission_file_/work.zip", "\0" * (65 << 20))
        archive.writestr(f"Dee D_4_assignsubmission_file_/{NOTEBOOK}", " " * (65 << 20))
        archive.writestr("Dee D_4_assignsubmission_file_/02_training_loop.ipynb", "{}")
        for i in range(5_001):
            archive.writestr(f"Cyd C_3_assignsubmission_file_/{i}.png", "")
    found = {entry.students[0]: entry for entry in bring(tmp_path / "class.zip", people).entries}
    assert found["alice"].notebooks == [NOTEBOOK]
    assert "None of the expected" in found["bob"].problem
    assert "x.ipynb unpacks to far more than it is" in " ".join(found["bob"].warnings)
    assert "work.zip unpacks to far more than it is" in found["cyd"].problem
    assert found["dee"].notebooks == ["02_training_loop.ipynb"]
    assert "zip bomb" in " ".join(found["dee"].warnings)


def test_a_class_archive_has_limits_of_its_own(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for i in range(20):
            archive.writestr(f"S {i}/a.ipynb", "x" * 1000)
    assert unpack_class(tmp_path / "class.zip", tmp_path / "out", 1 << 20) == {}
    assert len(list((tmp_path / "out").iterdir())) == 20
    with pytest.raises(ArchiveError, match="more than 0 GiB"):
        unpack_class(tmp_path / "class.zip", tmp_path / "out", 1 << 20, most_total=5_000)
    monkeypatch.setattr(archives, "_MOST_CLASS_MEMBERS", 19)
    with pytest.raises(ArchiveError, match="20 files; at most 19"):
        unpack_class(tmp_path / "class.zip", tmp_path / "out", 1 << 20)


class Unsaid(zipfile.ZipInfo):
    """An archive's entry whose name is in UTF-8 without saying so, as macOS packs."""

    def _encodeFilenameFlags(self):
        return self.filename.encode(), self.flag_bits & ~0x800


ZOE = Person("zoe", name="Zoë Ñandú", lms_id="13")
JUN = Person("jun", name="Jun O'Neil")


@pytest.mark.parametrize("entry", [zipfile.ZipInfo, Unsaid])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_archive_in_any_system_s_letters_is_taken(temporary_course, bring, tmp_path, entry, form):
    notebook = (temporary_course.release(LAB) / NOTEBOOK).read_bytes()
    names = [
        f"Zoë Ñandú_13_assignsubmission_file/{NOTEBOOK}",
        f"O'Neil, Jun_4_assignsubmission_file_/{NOTEBOOK}",
        f"Ädams_5_assignsubmission_file_/{NOTEBOOK}",
    ]
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in names:
            archive.writestr(entry(unicodedata.normalize(form, name)), notebook)
    made = bring(tmp_path / "class.zip", [ZOE, JUN, PEOPLE[0]])
    said = {tuple(e.students): e.problem for e in made.entries}
    assert sorted(said) == [(), ("jun",), ("zoe",)]
    assert "Nobody in the roster is called 'Ädams'" in unicodedata.normalize("NFC", said[()])
    assert (temporary_course.root / "submitted" / "zoe" / LAB / NOTEBOOK).read_bytes() == notebook


def test_canvas_s_own_names_and_numbers(put, bring):
    late, zoe = (
        f"oneiljun_LATE_12_344_{NOTEBOOK}",
        f"ñandúzoë_13_345_{NOTEBOOK.upper().replace('IPYNB', 'ipynb')}",
    )
    place = put(late, zoe, f"ñandúzoë_77_346_{NOTEBOOK}")
    made = bring(place, [ZOE, JUN, PEOPLE[0]])
    assert owners(made) == {"oneiljun": ["jun"], "ñandúzoë_13": ["zoe"], "ñandúzoë_77": []}
    (refused,) = (entry for entry in made.entries if entry.problem)
    assert "zoe (Zoë Ñandú), whose number is 13, but has the number 77" in refused.problem
    assert [entry.late for entry in made.entries if entry.students == ["jun"]] == [True]
    theirs = [
        replace(ZOE, lms_id="", repository="ñandúzoë_77"),
        JUN,
    ]  # by the column, with another beside it and alone
    assert owners(bring(place, theirs)) == {"oneiljun": ["jun"], "ñandúzoë_13": [], "ñandúzoë_77": ["zoe"]}
    (place / zoe).unlink()
    assert owners(bring(place, theirs)) == {"oneiljun": ["jun"], "ñandúzoë": ["zoe"]}


def test_moodle_s_files_side_by_side_are_told_apart_by_their_names(put, bring):
    place = put(
        f"Alice Adams_1_assignsubmission_file_{NOTEBOOK}",
        "Alice Adams_1_assignsubmission_file_02_training_loop.ipynb",
        f"Brown, Bob_2_assignsubmission_file_{NOTEBOOK}",
    )
    made = bring(place)
    assert {e.students[0]: e.notebooks for e in made.entries} == {
        "alice": [NOTEBOOK, "02_training_loop.ipynb"],
        "bob": [NOTEBOOK],
    }


def test_a_text_typed_into_moodle_is_no_second_submission(put, bring):
    place = put(f"{ALICE}/{NOTEBOOK}")
    put("Alice Adams_1_assignsubmission_onlinetext_/onlinetext.html", text="Hello")
    put("Bob Brown_2_assignsubmission_onlinetext_/onlinetext.html", text="Hello")
    made = bring(place)
    assert owners(made) == {ALICE: ["alice"], "Bob Brown_2_assignsubmission_onlinetext_": ["bob"]}
    assert [bool(entry.problem) for entry in made.entries] == [False, True]


@pytest.mark.parametrize(("there", "listed"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_push_times_know_a_folder_in_any_form_of_unicode(put, bring, tmp_path, there, listed):
    times = tmp_path / "times.csv"
    name = unicodedata.normalize(listed, "Zoë Ñandú")
    times.write_text(f"repository,ref,sha,time\n{name},,,2025-10-01T12:00Z\n", encoding="utf-8")
    place = put(f"{unicodedata.normalize(there, 'Zoë Ñandú')}/{NOTEBOOK}")
    (entry,) = bring(place, [ZOE], pushes=read_pushes(times)).entries
    assert (entry.students, entry.time[:10], entry.verified) == (["zoe"], "2025-10-01", True)
