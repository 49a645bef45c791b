"""What an import does with a class that is not as it should be: real repositories, two or three at a time."""

import json
import os
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from autograder.intake.submissions import find, released
from autograder.repos import comments, importing, objects, record
from autograder.repos import git as gits
from autograder.repos.git import Git, GitError, without_credentials
from autograder.repos.importing import Options, import_class
from autograder.repos.roster import Person
from autograder.repos.snapshot import snapshot
from autograder.repos.times import Manifest, Push, read_manifest
from tests.repo_class import answers, commit, git

pytestmark = pytest.mark.filterwarnings("ignore:.*:sqlalchemy.exc.SAWarning")
LAB = "lab1_train_cnn"
LONG_AGO = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture
def clones(course, lab1, tmp_path):
    """Make repositories with the released notebooks: `clones("lab1-ada", …)`; return their folder."""
    folder = tmp_path / "clones"
    folder.mkdir()

    def make(*names, **files):
        for name in names:
            desk = folder / name
            desk.mkdir()
            for notebook in lab1.notebooks:
                shutil.copy(course.release(LAB) / f"{notebook}.ipynb", desk)
            (desk / "whose.txt").write_text(name)
            git(desk, "init", "--quiet")
            commit(desk, "work", LONG_AGO)
        return folder

    return make


@pytest.fixture
def bring(temporary_course, lab1):
    """Import and write the record; return this import's entries by repository."""

    def run(place, people, **options):
        done = import_class(temporary_course, lab1, place, people, Options(**options))
        record.write(temporary_course, done)
        return {entry.repository: entry for entry in done.entries}

    return run


def submitted(course):
    return sorted(path.parent.name for path in (course.root / "submitted").glob(f"*/{LAB}"))


def test_who_is_not_in_the_file_of_times_is_named(clones, bring):
    place = clones("lab1-ada")
    people = [Person("ada")]
    for options, words in (
        ({"pushes": {}}, "not in the file of --push-times: taken by its committer date"),
        ({"manifest": Manifest(LONG_AGO)}, "not in the file of --manifest: taken"),
    ):
        entry = bring(place, people, **options)["lab1-ada"]
        assert words in " ".join(entry.warnings)
        assert not entry.verified
    head = git(place / "lab1-ada", "rev-parse", "HEAD")
    entry = bring(place, people, pushes={}, manifest=Manifest(LONG_AGO, {"lab1-ada": head}))["lab1-ada"]
    assert (entry.source, entry.warnings) == ("manifest", [])


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_late_work_counts_where_the_deadline_saw_the_bare_template(language, course, lab1, clones, bring):
    place = clones("lab1-ada")
    desk = place / "lab1-ada"
    for notebook in lab1.notebooks:
        shutil.copy(course.release(LAB, language) / f"{notebook}.ipynb", desk)
    accepted, pushed = LONG_AGO + timedelta(hours=1), LONG_AGO + timedelta(hours=3)
    bare = commit(desk, "the template", accepted)
    answers(desk, {"relu": "def relu(x):\n    return x.clamp(min=0)\n"})
    worked = commit(desk, "late", pushed)
    pushes = [Push("main", bare, accepted), Push("main", worked, pushed)]
    deadline = LONG_AGO + timedelta(hours=2)
    for options in (
        {},
        {"pushes": {"lab1-ada": pushes}},
        {"manifest": Manifest(deadline, {"lab1-ada": bare})},
    ):
        entry = bring(place, [Person("ada")], deadline=deadline, **options)["lab1-ada"]
        assert (entry.sha, entry.late) == (worked, True), options


def test_after_a_mended_roster_nobody_keeps_another_s_work(clones, bring, temporary_course):
    place = clones("lab1-anna-li")
    bring(place, [Person("li", username="li")])  # a stranger's repository: anna-li was not on the roster
    done = {}
    for people in ([Person("li", username="li"), Person("anna", username="anna-li")],) * 2:
        done = bring(place, people)
        assert submitted(temporary_course) == ["anna"]
    assert done["lab1-anna-li"].students == ["anna"]
    away = list((temporary_course.private / "repos" / LAB / "withdrawn").iterdir())
    assert [path.name.partition("-")[0] for path in away] == ["li"]
    assert (away[0] / "01_cnn_layers.ipynb").is_file()


def test_what_is_withdrawn_is_said_and_what_is_not_clear_stays(clones, temporary_course, lab1, bring):
    place = clones("lab1-anna-li")
    li, anna = Person("li", username="li"), Person("anna", username="anna-li")
    bring(place, [li])
    warnings = import_class(temporary_course, lab1, place, [li, anna], Options()).warnings
    assert "li: what an import before took from lab1-anna-li is not theirs (anna's" in warnings[0]
    made = import_class(temporary_course, lab1, place, [anna], Options(slug="lab2"))  # mistyped: nobody's
    assert "which is nobody's by the roster now" in made.warnings[0]
    bring(place, [Person("ben")])  # another section's roster says nothing of anna
    clones("lab1-anna-li-1")
    both = [Person("anna", username="anna-li", email="anna-li-1")]
    assert "all belong to anna" in bring(place, both)["lab1-anna-li"].problem
    assert submitted(temporary_course) == ["anna"]


def test_sections_are_imported_one_after_the_other(clones, bring, temporary_course):
    place = clones("lab1-ada", "lab1-ben", "lab1-zed")
    ada, ben = Person("ada", email="ada@x.org"), Person("ben")
    home = temporary_course
    for people in ([ada], [ben]):
        made = import_of(home, place, people)
        record.write(home, record.merged(record.read(home, LAB), made))
    both = record.required(home, LAB)
    assert {each.repository: each.students for each in both.entries} == {
        "lab1-ada": ["ada"],
        "lab1-ben": ["ben"],
        "lab1-zed": [],
    }
    assert {person.student for person in both.roster} == {"ada", "ben"}
    assert both.person("ada").email == "ada@x.org"
    assert submitted(home) == ["ada", "ben"]
    # the repository was renamed, the id mended: nothing of the old is left
    os.rename(place / "lab1-ada", place / "lab1-ada-new")
    made = import_of(home, place, [Person("a1", email="Ada@x.org", repository="lab1-ada-new")])
    both = record.merged(both, made)
    assert [person.student for person in both.roster] == ["a1", "ben"]
    assert both.entry("a1").repository == "lab1-ada-new"


def import_of(course, place, people, **options):
    return import_class(course, course.assignment(LAB), place, people, Options(**options))


def test_a_group_with_a_member_who_used_the_exchange(clones, bring, temporary_course):
    place = clones("lab1-team")
    people = [Person("ann", group="team"), Person("zoe", group="team")]
    mine = temporary_course.root / "submitted" / "zoe" / LAB
    mine.mkdir(parents=True)
    (mine / "01_cnn_layers.ipynb").write_text("mine")
    entry = bring(place, people)["lab1-team"]
    assert (entry.problem, entry.students) == ("", ["ann"])
    assert "something for zoe that no import put there" in " ".join(entry.warnings)
    assert (mine / "01_cnn_layers.ipynb").read_text() == "mine"
    assert submitted(temporary_course) == ["ann", "zoe"]
    entry = bring(place, people, replace_others=True)["lab1-team"]
    assert entry.students == ["ann", "zoe"]


def test_a_student_cannot_hand_in_the_mark_of_an_import(clones, bring, temporary_course, lab1):
    place = clones("lab1-ada")
    mine = temporary_course.root / "submitted" / "ada" / LAB
    mine.mkdir(parents=True)
    forged = {"repository": "lab1-ada", "digests": [], "refused": {"01_cnn_layers": "The teacher lost it."}}
    (mine / "import.json").write_text(json.dumps(forged))
    assert "--replace" in bring(place, [Person("ada")])["lab1-ada"].problem
    assert (mine / "import.json").is_file()
    stubs = {name: each.cells for name, each in released(temporary_course, LAB).items()}
    assert "was not handed in" in find(mine, lab1, stubs, temporary_course.limits)[0].problem
    shutil.rmtree(mine)
    bring(place, [Person("ada")])
    (mine / "02_training_loop.ipynb").write_text(
        "{}"
    )  # handed in through the exchange since, or mended by hand
    assert "--replace" in bring(place, [Person("ada")])["lab1-ada"].problem
    assert (mine / "02_training_loop.ipynb").read_text() == "{}"


def test_names_that_are_no_utf_8_stop_nobody(clones, bring, temporary_course):
    place = clones("lab1-ada", "lab1-ben")
    (place / "lab1-ada" / os.fsdecode(b"copy \xe1.ipynb")).write_bytes(
        (place / "lab1-ada" / "01_cnn_layers.ipynb").read_bytes()
    )
    (place / "lab1-ada" / "01_cnn_layers.ipynb").unlink()
    commit(place / "lab1-ada", "renamed")
    os.rename(os.fsencode(place / "lab1-ada"), os.fsencode(place) + b"/lab1-\xe1da")
    entries = bring(place, [Person("ada", repository="lab1-\\xe1da"), Person("ben")])
    assert entries["lab1-ben"].notebooks
    mine = entries["lab1-\\xe1da"]
    assert len(mine.notebooks) == 3
    assert "copy \\xe1.ipynb is taken as 01_cnn_layers" in " ".join(mine.warnings)
    assert record.required(temporary_course, LAB).entry("ada") == mine


def test_a_fault_of_ours_stops_one_submission(clones, bring, monkeypatch):
    place = clones("lab1-ada", "lab1-ben")
    real = importing.pick

    def faulty(files, read, *rest):
        if b"lab1-ada" in read("whose.txt"):
            raise ZeroDivisionError("nobody thought of that")
        return real(files, read, *rest)

    monkeypatch.setattr(importing, "pick", faulty)
    entries = bring(place, [Person("ada"), Person("ben")])
    assert "ZeroDivisionError: nobody thought of that" in entries["lab1-ada"].problem
    assert entries["lab1-ben"].notebooks


def test_a_clone_that_borrows_another_s_objects_is_refused(clones, bring):
    place = clones("lab1-ada", "lab1-mallory")
    head = git(place / "lab1-ada", "rev-parse", "HEAD")
    shutil.rmtree(place / "lab1-mallory" / ".git" / "objects")
    info = place / "lab1-mallory" / ".git" / "objects" / "info"
    info.mkdir(parents=True)
    (info / "alternates").write_text(f"{place}/lab1-ada/.git/objects\n")
    (place / "lab1-mallory" / ".git" / "refs" / "heads" / "main").write_text(f"{head}\n")
    people = [Person("ada"), Person("mallory")]
    entries = bring(place, people)
    assert "borrows the objects of another repository" in entries["lab1-mallory"].problem
    assert entries["lab1-ada"].notebooks
    (info / "alternates").unlink()
    (info.parent / "pack").symlink_to(place / "lab1-ada" / ".git" / "objects" / "pack")
    assert "no plain clone" in bring(place, people)["lab1-mallory"].problem
    (info.parent / "pack").unlink()
    (info.parents[1] / "commondir").write_text(f"{place}/lab1-ada/.git\n")
    assert "no plain clone" in bring(place, people)["lab1-mallory"].problem


def test_a_large_commit_costs_nobody_the_work(clones, bring, temporary_course, monkeypatch, tmp_path):
    place = clones("lab1-ada", "lab1-ben")
    for folder in ("venv", "data"):
        for i in range(40):
            path = place / "lab1-ada" / folder / str(i % 5) / f"{i}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(i))
    (place / "lab1-ben" / "model.pt").write_bytes(os.urandom(600_000))
    shutil.move(place / "lab1-ada" / "03_softmax_metrics.ipynb", place / "lab1-ada" / "zz.ipynb")
    for i in range(30):
        (place / "lab1-ben" / f"000{i}.png").write_text(str(i))
    for name in ("lab1-ada", "lab1-ben"):
        commit(place / name, "everything")
    monkeypatch.setattr(objects, "_MOST_ENTRIES", 60)  # passed over: what is in venv/
    monkeypatch.setattr(gits, "_OUTPUT", 400_000)  # the notebooks fit, the model does not
    people = [Person("ada"), Person("ben")]
    entries = bring(place, people)
    for name in ("lab1-ada", "lab1-ben"):
        assert (entries[name].problem, len(entries[name].notebooks)) == ("", 3)
        assert entries[name].ref
    assert not [w for w in entries["lab1-ada"].warnings if "more than" in w]
    monkeypatch.setattr(objects, "_MOST_ENTRIES", 20)
    monkeypatch.setattr(gits, "_OUTPUT", 10_000)
    shutil.rmtree(temporary_course.private / "repos")
    entries = bring(place, people, replace_others=True)
    ada = entries["lab1-ada"]
    assert len(ada.notebooks) == 3  # what is nearest is looked at first
    assert len(entries["lab1-ben"].notebooks) == 3  # thousands of pictures beside them hide nothing
    assert "more than 20 files and folders; not all" in " ".join(ada.warnings)
    assert "could not be kept here" in " ".join(ada.warnings)
    assert not ada.ref
    rows = snapshot(temporary_course, LAB, place, tmp_path / "manifest.json")["repositories"]
    assert ["could not be kept" in row["note"] for row in rows] == [True, True]
    heads = read_manifest(tmp_path / "manifest.json").heads
    assert heads["lab1-ada"] == git(place / "lab1-ada", "rev-parse", "HEAD")


def test_a_command_that_writes_too_much_is_stopped_at_once(tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "git").write_text("#!/bin/sh\nyes >&2 & yes; sleep 600\n")
    (tools / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setattr(gits, "_OUTPUT", 100_000)
    with pytest.raises(GitError, match="wrote more than"):
        Git(tmp_path).run("status", seconds=60)
    begin = time.monotonic()
    (tools / "git").write_text("#!/bin/sh\nsleep 300 &\n")  # it ends, and its child holds the pipe
    with pytest.raises(GitError, match="took more than 1 s"):
        Git(tmp_path).run("status", seconds=1)
    assert time.monotonic() - begin < 30
    (tools / "git").write_text("#!/bin/sh\nyes no | head -c 1000000 >&2; echo the end >&2; exit 3\n")
    with pytest.raises(GitError, match="the end"):
        Git(tmp_path).run("status", data=b"x" * 1_000_000, seconds=60)


def test_an_issue_whose_author_is_gone_stops_no_comment(tmp_path, monkeypatch):
    """`gh` is a stand-in here."""
    tools = tmp_path / "bin"
    tools.mkdir()
    issue = {"number": 3, "title": "t", "body": "<!-- grading:lab1 -->", "user": None}

    def answer(issues):
        (tools / "gh").write_text(
            f'#!/bin/sh\ncase "$*" in *user) echo \'{{"login":"me"}}\';; *) echo \'{json.dumps(issues)}\';; esac\n'
        )
        (tools / "gh").chmod(0o755)

    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    answer([issue])
    assert comments.write("https://github.com/o/r.git", "lab1", "x") == "comment written"
    answer(["no issue"])
    with pytest.raises(GitError, match="another form"):
        comments.write("https://github.com/o/r.git", "lab1", "x")
    assert without_credentials("https://me:pa@ss@github.com/x") == "https://github.com/x"
