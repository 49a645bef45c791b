"""Twelve repositories of real git on one way: snapshot, import, grade, feedback pushed twice, exports."""

import json
import re
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.model import load
from autograder.demo.whole_way import make_course
from autograder.gradebook.converter import CourseGenerate
from autograder.gradebook.writing import nbgrader_log, nbgrader_settings
from autograder.pages import terminal
from autograder.repos import record
from autograder.repos.importing import Options, import_class
from autograder.repos.roster import read_roster
from autograder.repos.times import read_manifest, read_pushes
from tests.repo_class import SLUG, git, make_class, push_late

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore:.*:sqlalchemy.exc.SAWarning"),
    pytest.mark.usefixtures("loaded_workers", "read_once"),
]
LAB = "lab1_train_cnn"
BRANCH = f"grading/{LAB}"
EXPECTED = Path(__file__).parent / "expected" / "exports"
PENALTY = """
def _penalty(c, before=course.nbgrader):
    before(c)
    c.LateSubmissionPlugin.penalty_method = "zero"


course = dataclasses.replace(course, nbgrader=_penalty)
"""
TAKEN = ("ada", "ben", "cy", "dee", "fay", "gus", "hal", "ivy", "jon", "kim", "lou")


def auto(home, *arguments, code=0):
    """Run the command line in this process; return what it printed, or the error."""
    terminal.out.width = 220  # a console made at import; the length of temporary paths must not break lines
    done = CliRunner().invoke(app, [*arguments, "--course", str(home.root)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output + (str(done.exception) if done.exception else "")


@pytest.fixture(scope="module")
def empty(course, tmp_path_factory):
    """A course without a gradebook."""
    return make_course(course, "digits", tmp_path_factory.mktemp("empty"))


@pytest.fixture
def home(empty, tmp_path):
    """A copy of it."""
    return copied(empty, tmp_path / "course")


def copied(made, root):
    shutil.copytree(made.root, root, symlinks=True)
    return load(root)


@pytest.fixture(scope="module")
def git_class(empty, course, lab1, tmp_path_factory):
    """The class after the deadline, with the manifest that was made at the deadline, in a course of its own."""
    root = tmp_path_factory.mktemp("git-class")
    made = make_class(course, lab1, root)
    home = copied(empty, root / "place")
    with (home.root / "course_config.py").open("a") as file:
        file.write(PENALTY)
    auto(home, "repos", "snapshot", LAB, "--from", str(made.clones), "--out", str(root / "manifest.json"))
    push_late(made, course, lab1)
    return made, load(home.root)


def importing(made, *more):
    return ("repos", "import", LAB, "--from", str(made.clones), "--roster", str(made.roster), *more)


@pytest.fixture(scope="module")
def graded(git_class):
    """The same class, imported by push times and graded."""
    made, home = git_class
    config, coursedir = nbgrader_settings(home, home.assignment(LAB))
    generate = CourseGenerate(coursedir=coursedir, config=config, log=nbgrader_log(home))
    generate.force = True
    generate.start()
    timing = ("--deadline", made.deadline.isoformat(), "--push-times", str(made.push_times))
    said = auto(home, *importing(made, *timing), code=1)
    assert "2 of 12 submissions were not taken" in said
    assert "11 of 13 students from 10 of 12 submissions" in said
    assert "Nothing from: eli@uni.example, mo@uni.example" in said
    auto(home, "grade", LAB, "--jobs", "1")
    return made, home


@pytest.fixture
def other(git_class, home, lab1):
    """Import the class another way, into a course of its own without a gradebook."""
    made, _ = git_class

    def run(place=None, **options):
        done = import_class(home, lab1, place or made.clones, read_roster(made.roster), Options(**options))
        return {entry.repository: entry for entry in done.entries}

    return run


# ------------------------------------------------------------------------------------------------------- which commit


def test_the_manifest_holds_every_head_at_the_deadline(git_class):
    made, _ = git_class
    heads = read_manifest(made.root / "manifest.json").heads
    assert len(heads) == 12
    assert heads["lab1-dee"] == made.shas["dee"] != made.head("lab1-dee")
    assert heads["lab1-cy-late"] == made.shas["cy-late"] != made.head("lab1-cy-late")
    assert heads["lab1-fay"] == made.head("lab1-fay", "trunk")
    assert heads["lab1-eli"] == ""


def test_push_times_decide(graded):
    made, home = graded
    entries = {entry.repository: entry for entry in record.required(home, LAB).entries}
    right = {"ada": "ada", "ben": "ben late", "cy-late": "cy-late", "dee": "dee", "fay": "fay", "lou": "lou"}
    for name, commit in right.items():
        entry = entries[f"{SLUG}-{name}"]
        assert (entry.sha, entry.source, entry.verified) == (made.shas[commit], "push time", True)
        assert entry.late == (name == "ben")
    assert entries["kims-own-idea"].students == ["kim@uni.example"]
    assert entries["lab1-the-owls"].students == ["ivy@uni.example", "jon@uni.example"]
    assert "empty" in entries["lab1-eli"].problem
    assert "Nobody in the roster" in entries["lab1-zed"].problem
    assert entries["lab1-fay"].branch == "trunk"
    assert "1 large files (100 MiB)" in " ".join(entries["lab1-lou"].warnings)


def test_a_manifest_decides(git_class, other):
    made, _ = git_class
    entries = other(deadline=made.deadline, manifest=read_manifest(made.root / "manifest.json"))
    for name in ("cy-late", "dee"):
        entry = entries[f"{SLUG}-{name}"]
        assert (entry.sha, entry.late, entry.verified) == (made.shas[name], False, True)
    ben = entries["lab1-ben"]  # only the untouched assignment was there
    assert (ben.sha, ben.late) == (made.shas["ben late"], True)


def test_without_either_a_backdated_commit_is_taken_and_marked(git_class, other):
    made, _ = git_class
    entries = other(deadline=made.deadline)
    cy = entries["lab1-cy-late"]
    assert (cy.sha, cy.late, cy.verified) == (made.shas["cy-late late"], False, False)
    assert "student's word" in " ".join(cy.warnings)
    assert "SUSPICIOUS" in " ".join(cy.warnings)
    assert "SUSPICIOUS" not in " ".join(entries["lab1-ada"].warnings)
    assert entries["lab1-ben"].late
    assert not entries["lab1-ada"].verified


def test_the_table_says_once_that_nobody_checked_the_times(git_class, home):
    made, _ = git_class
    said = auto(home, *importing(made, "--deadline", made.deadline.isoformat()), code=1)
    assert said.count("students' word") == 1
    assert "10 times are the students' word" in said
    assert "SUSPICIOUS" in said
    assert "generate_assignment" in said  # the deadline could not be written down


def test_a_commit_that_a_force_push_took_away_is_missed_and_named(git_class, other, tmp_path):
    made, _ = git_class
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    git(fresh, "clone", "--quiet", f"file://{made.server / 'lab1-dee.git'}", "lab1-dee")
    entry = other(fresh, deadline=made.deadline, pushes=read_pushes(made.push_times))["lab1-dee"]
    assert "force push" in entry.problem
    assert made.shas["dee"] in entry.problem
    assert not entry.notebooks


def test_the_graded_commit_stays_even_if_the_clone_goes(graded):
    made, home = graded
    entry = record.required(home, LAB).entry("dee@uni.example")
    store = home.root / entry.store
    assert git(store, "rev-parse", entry.ref) == made.shas["dee"]
    kept = git(store, "show", f"{entry.ref}:01_cnn_layers.ipynb")
    assert kept == git(made.desks / "dee", "show", f"{made.shas['dee']}:01_cnn_layers.ipynb")
    assert (store / "objects").is_dir()
    assert not (store / "objects" / "info" / "alternates").exists()
    size = sum(path.stat().st_size for path in store.parent.rglob("*") if path.is_file())
    assert size < 20 << 20  # lou's 100 MB stayed out


# ------------------------------------------------------------------------------------------------------ what is taken


def test_only_notebooks_are_taken(graded):
    _, home = graded
    usual = {
        "01_cnn_layers.ipynb",
        "02_training_loop.ipynb",
        "03_softmax_metrics.ipynb",
        "timestamp.txt",
    }
    for student in TAKEN:
        names = {path.name for path in (home.root / "submitted" / f"{student}@uni.example" / LAB).iterdir()}
        renamed = {"Kopie von 01 (2).ipynb"} if student == "gus" else set()
        assert names == usual - ({"01_cnn_layers.ipynb"} if student == "gus" else set()) | renamed
    assert {path.name for path in (home.root / "submitted").iterdir()} == {f"{s}@uni.example" for s in TAKEN}


def test_a_second_import_changes_nothing(graded):
    made, home = graded
    files = sorted((home.root / "submitted").rglob("*"))
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files}
    timing = ("--deadline", made.deadline.isoformat(), "--push-times", str(made.push_times))
    auto(home, *importing(made, *timing), code=1)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files} == before
    assert sorted((home.root / "submitted").rglob("*")) == files


def test_a_submission_from_the_exchange_is_left_alone_unless_asked(git_class, home, lab1):
    made, _ = git_class
    mine = home.root / "submitted" / "ada@uni.example" / LAB
    mine.mkdir(parents=True)
    (mine / "01_cnn_layers.ipynb").write_text("mine")
    people = read_roster(made.roster)
    entries = {e.repository: e for e in import_class(home, lab1, made.clones, people, Options()).entries}
    assert "--replace" in entries["lab1-ada"].problem
    assert (mine / "01_cnn_layers.ipynb").read_text() == "mine"
    import_class(home, lab1, made.clones, people, Options(replace_others=True))
    assert (mine / "01_cnn_layers.ipynb").read_text() != "mine"


# ------------------------------------------------------------------------------------------------------------- grades


def test_the_grades_are_those_of_the_right_commits(graded):
    _, home = graded
    scores = {"ada": 24, "ben": 24, "hal": 0, "lou": 4}
    with Gradebook(f"sqlite:///{home.root / 'gradebook.db'}", home.name) as book:
        for student in TAKEN:
            submission = book.find_submission(LAB, f"{student}@uni.example")
            assert submission.score == scores.get(student, 6), student
            assert (submission.total_seconds_late > 0) == (student == "ben")
            assert submission.late_submission_penalty == (24 if student == "ben" else 0)


def masked(text):
    """Return an export without times, commits and this machine's folders."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", "<time>", text)
    text = re.sub(r"submit/[0-9a-f]{12}", "submit/<sha>", text)
    return re.sub(r"<time>,[\d.]+,(?=\d+,\d)", "<time>,<seconds>,", text)


@pytest.mark.parametrize(
    ("to", "more"),
    [
        ("csv", ()),
        ("classroom", ()),
        ("classroom50", ()),
        ("moodle", ()),
        ("moodle-filled", ("--fill", str(EXPECTED / "moodle-given.csv"))),
        ("canvas", ("--fill", str(EXPECTED / "canvas-given.csv"))),
        ("canvas-zero", ("--fill", str(EXPECTED / "canvas-given.csv"), "--missing-as-zero")),
    ],
)
def test_an_export_is_the_expected_file(graded, tmp_path, to, more):
    _, home = graded
    target = tmp_path / "grades.csv"
    auto(home, "export", LAB, "--format", to.partition("-")[0], "--out", str(target), *more)
    with target.open(newline="", encoding="utf-8-sig") as file:
        given = masked(file.read()).replace("\r\n", "\n")
    assert given == (EXPECTED / f"{to}.csv").read_text()
    assert str(home.root) not in given


def test_gradescope_gets_a_file_for_each_graded_student(graded, tmp_path):
    _, home = graded
    auto(home, "export", LAB, "--format", "gradescope", "--out", str(tmp_path / "out"))
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {f"{s}@uni.example" for s in TAKEN}
    values = json.loads((tmp_path / "out" / "lou@uni.example.json").read_text())
    assert values["score"] == 4
    assert sum(test["max_score"] for test in values["tests"]) == 100
    relu = next(test for test in values["tests"] if test["name"] == "relu")
    assert (relu["score"], relu["max_score"]) == (0, 2)
    assert "ValueError" in relu["output"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--format", "canvas"), "--fill"),
        (
            ("--format", "canvas", "--fill", str(EXPECTED / "moodle-given.csv")),
            "no gradebook export of Canvas",
        ),
        (
            ("--format", "canvas", "--fill", str(EXPECTED / "canvas-given.csv"), "--column", "Lab 9"),
            "'Lab 0 (4710)'",
        ),
        (("--format", "csv", "--fill", str(EXPECTED / "canvas-given.csv")), "--fill goes with"),
        (("--format", "moodle", "--fill", "/nowhere.csv"), "cannot be read"),
    ],
)
def test_an_export_that_cannot_be_made_says_why(graded, arguments, words):
    _, home = graded
    assert words in auto(home, "export", LAB, *arguments, code=1)


def test_the_report_names_items_misconceptions_and_what_to_look_at(graded, tmp_path):
    _, home = graded
    said = auto(home, "report", LAB, "--out", str(tmp_path))
    assert "11 graded" in said
    assert "2 missing" in said
    items = (tmp_path / "items.csv").read_text().splitlines()
    assert items[1] == "01_cnn_layers,conv_output_size,2,10,0,1,0,0.909,,too few students"
    flagged = (tmp_path / "flagged.csv").read_text()
    for words in ("merge-conflict markers", "lab1-zed", "Kopie von 01"):
        assert words in flagged
    errors = (tmp_path / "errors.csv").read_text()
    assert '"01_cnn_layers.ipynb holds merge-conflict markers' in errors
    students = (tmp_path / "students.csv").read_text()
    assert re.search(
        r"^ada@uni.example,graded,24,20\S+,20\S+,1,20", students, re.MULTILINE
    )  # the import noted when
    page = (tmp_path / "report.html").read_text()
    assert "merge-conflict" in page
    assert re.search(r'href="[^"]*/(autograded|feedback)/ada%40uni.example/', page)
    assert "<script" not in page


# ----------------------------------------------------------------------------------------------------------- feedback


def heads(made, name):
    listed = git(
        made.server / f"{SLUG}-{name}.git", "for-each-ref", "--format=%(refname:short) %(objectname)"
    )
    return dict(line.split() for line in listed.splitlines())


def test_feedback_is_pushed_once_again_and_nothing_else_is_touched(graded):
    made, home = graded
    before = {name: heads(made, name) for name in ("ada", "ben", "dee", "fay", "the-owls", "eli")}
    assert "would push" in auto(home, "repos", "feedback", LAB, "--push", "--dry-run", "--local-remotes")
    said = auto(home, "repos", "feedback", LAB)
    assert "Nothing was sent" in said
    assert "not imported: The repository is empty" in said
    assert "not imported: Nobody in the roster" in said
    assert {name: heads(made, name) for name in before} == before
    assert "no https or ssh address" in auto(home, "repos", "feedback", LAB, "--push", code=1)
    auto(home, "repos", "feedback", LAB, "--push", "--local-remotes")
    first = {name: heads(made, name) for name in before}
    for name in ("ada", "ben", "dee", "fay", "the-owls"):
        assert {k: v for k, v in first[name].items() if k != BRANCH} == before[name]
        assert (
            git(made.server / f"{SLUG}-{name}.git", "log", "--format=%s %P", BRANCH)
            == f"Feedback on {LAB} [skip ci]"
        )
    assert first["eli"] == {}
    assert "unchanged since the last time" in auto(
        home, "repos", "feedback", LAB, "--push", "--local-remotes"
    )
    assert {name: heads(made, name) for name in before} == first

    with Gradebook(f"sqlite:///{home.root / 'gradebook.db'}", home.name) as book:
        grade = book.find_grade("test_relu", "01_cnn_layers", LAB, "lou@uni.example")
        grade.manual_score = 1.5
        book.db.commit()
    theirs = made.desks / "lou"  # and lou writes on that branch: the next feedback goes on top
    git(theirs, "fetch", "--quiet", "origin", BRANCH)
    git(theirs, "checkout", "--quiet", "-B", "mine", "FETCH_HEAD")
    (theirs / "README.md").write_text("100 points")
    git(theirs, "commit", "--quiet", "-am", "I deserve more")
    git(theirs, "push", "--quiet", "origin", f"mine:{BRANCH}")
    tip = made.head("lab1-lou", BRANCH)
    said = auto(home, "repos", "feedback", LAB, "--push", "--local-remotes")
    assert said.count("pushed to") == 1
    assert git(made.server / "lab1-lou.git", "rev-parse", f"{BRANCH}^") == tip
    page = git(made.server / "lab1-lou.git", "show", f"{BRANCH}:README.md")
    assert "5.5 of 100 points" in page
    assert "A person set this to 1.5 of 2 points" in page
    with Gradebook(f"sqlite:///{home.root / 'gradebook.db'}", home.name) as book:
        book.find_grade("test_relu", "01_cnn_layers", LAB, "lou@uni.example").manual_score = None
        book.db.commit()


def test_an_address_that_two_clones_share_gets_nothing(graded):
    """A student who packed a clone can write any address into it."""
    made, home = graded
    clone, others = made.clones / "lab1-cy-late", made.server / "lab1-ada.git"
    mine = git(clone, "remote", "get-url", "origin")
    git(clone, "remote", "set-url", "origin", f"{others.parent}//lab1-ada")
    try:
        said = auto(home, "repos", "feedback", LAB, "--dry-run", "--local-remotes", code=1)
    finally:
        git(clone, "remote", "set-url", "origin", mine)
    assert said.count("lab1-ada, lab1-cy-late all say that they came from") == 2
    assert said.count("would push to") == 8
    assert "2 of 12 repositories got no feedback" in said


def test_pages_hold_no_live_html_no_mention_no_path_and_no_hidden_code(graded):
    made, home = graded
    auto(home, "repos", "feedback", LAB)
    folder = home.private / "repos" / LAB / "pages"
    pages = sorted(folder.rglob("*.*"))
    assert len(pages) == 9 * 2 + 5
    for page in pages:
        text = page.read_text()
        for forbidden in (
            "<script",
            "@everyone",
            "](https://evil",
            "https://evil",
            "#1 ",
            str(made.root),
            str(home.root),
            "CANARY-",
            "@misconception",
            "student.check(",
        ):
            if page.suffix == ".html" and forbidden in ("@everyone", "https://evil", "](https://evil", "#1 "):
                continue  # plain text there
            assert forbidden not in text, (page, forbidden)
    text = next(folder.glob("lab1-lou*/README.md")).read_text()
    assert "alert\\(1\\)" in text or "alert(1)" in text  # it is shown, as words
    assert "default-src 'none'" in next(folder.glob("lab1-lou*/feedback.html")).read_text()


GH = '''#!{python}
"""A stand-in for GitHub's `gh`: it keeps issues and comments in a file, and knows only what the feedback asks of it."""
import json, pathlib, re, sys
place = pathlib.Path({place!r})
state = json.loads(place.read_text())
words = sys.argv[1:]
assert words[0] == "api", words
method = words[words.index("--method") + 1]
path = words[-1].partition("?")[0]
values = json.loads(sys.stdin.read()) if "--input" in words else {{}}
state["calls"].append(f"{{method}} {{path}}")
answer = {{}}
if path == "user":
    answer = {{"login": "teacher"}}
elif match := re.fullmatch(r"repos/(org/[^/]+)/issues", path):
    issues = state["issues"].setdefault(match[1], [])
    answer = issues
    if method == "POST":
        answer = {{"number": len(issues) + 1, "user": {{"login": "teacher"}}, **values}}
        issues.append(answer)
elif match := re.fullmatch(r"repos/(org/[^/]+)/issues/(\\d+)/comments", path):
    comments = state["comments"].setdefault(match[1], [])
    answer = comments
    if method == "POST":
        answer = {{"id": 100 + len(comments), "user": {{"login": "teacher"}}, **values}}
        comments.append(answer)
elif match := re.fullmatch(r"repos/(org/[^/]+)/issues/comments/(\\d+)", path):
    next(c for c in state["comments"][match[1]] if c["id"] == int(match[2])).update(values)
elif match := re.fullmatch(r"repos/(org/[^/]+)/issues/(\\d+)", path):
    next(i for i in state["issues"][match[1]] if i["number"] == int(match[2])).update(values)
else:
    sys.exit(f"unknown: {{words}}")
place.write_text(json.dumps(state))
if "--paginate" in words and len(answer) > 1:  # pages come one after the other
    print(json.dumps(answer[:1]) + json.dumps(answer[1:]))
else:
    print(json.dumps(answer))
'''


def test_a_comment_is_written_once_and_edited_afterwards(graded, tmp_path, monkeypatch):
    """`gh` is a stand-in here, on PATH; the rest is real."""
    import sys

    _, home = graded
    place = tmp_path / "state.json"
    forged = {"id": 7, "user": {"login": "ada"}, "body": f"<!-- grading:{LAB} -->\n100 of 100 points"}
    pull = {
        "number": 1,
        "title": "Feedback",
        "pull_request": {},
        "user": {"login": "github-classroom[bot]"},
        "body": "",
    }
    state = {"calls": [], "issues": {"org/lab1-ada": [pull]}, "comments": {"org/lab1-ada": [forged]}}
    place.write_text(json.dumps(state))
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "gh").write_text(GH.format(python=sys.executable, place=str(place)))
    (tools / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{shutil.os.environ['PATH']}")
    comment = ("repos", "feedback", LAB, "--push", "--gh-comment", "--local-remotes")
    assert "would write a comment" in auto(home, *comment, "--dry-run")
    assert json.loads(place.read_text()) == state
    assert auto(home, *comment).count("comment written") == 10
    first = json.loads(place.read_text())
    assert first["comments"]["org/lab1-ada"][0] == forged
    assert len(first["comments"]["org/lab1-ada"]) == 2
    assert "24 of 100 points" in first["comments"]["org/lab1-ada"][1]["body"]
    assert len(first["issues"]["org/lab1-lou"]) == 1
    assert "@everyone" not in first["issues"]["org/lab1-lou"][0]["body"]
    assert "@uni" not in first["issues"]["org/lab1-the-owls"][0]["body"]
    assert auto(home, *comment).count("comment unchanged") == 10
    with Gradebook(f"sqlite:///{home.root / 'gradebook.db'}", home.name) as book:
        book.find_grade("test_relu", "01_cnn_layers", LAB, "ada@uni.example").manual_score = 1.0
        book.db.commit()
    assert auto(home, *comment).count("comment edited") == 1
    last = json.loads(place.read_text())
    assert "23 of 100 points" in last["comments"]["org/lab1-ada"][1]["body"]
    assert len(last["comments"]["org/lab1-ada"]) == 2
    assert not [call for call in last["calls"] if call.startswith(("DELETE", "PUT"))]
    with Gradebook(f"sqlite:///{home.root / 'gradebook.db'}", home.name) as book:
        book.find_grade("test_relu", "01_cnn_layers", LAB, "ada@uni.example").manual_score = None
        book.db.commit()
