"""What a machine, a gradebook or an editor does to a class: a line and exit code 1, or no difference; nothing lost, and a rerun mends."""

import ctypes
import gc
import json
import multiprocessing
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from autograder.demo import forked
from autograder.errors import AutograderError, CourseError, of_gradebook
from autograder.gradebook.book import require_writable
from autograder.gradebook.pages import try_page, write_feedback
from autograder.gradebook.settings import configure
from autograder.workers import worker
from tests.small_class import SmallClass, autograder

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("loaded_workers")]
NAME = "01_cnn_layers"
STUDENTS = ("ana", "ben", "cho")


def change(small, student, how):
    """Change the cells of what a student handed in."""
    path = small.course.root / "submitted" / student / small.assignment.name / f"{NAME}.ipynb"
    values = json.loads(path.read_text())
    for cell in values["cells"]:
        how(cell, cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
    path.write_text(json.dumps(values))


def windows(cell, grade_id):
    """Do what editors elsewhere do: other ends of lines, spaces at their ends, a space that does not break."""
    source = "".join(cell["source"]).replace("\n", "  \r\n" if cell["cell_type"] == "code" else "\r\n")
    cell["source"] = source.replace("import torch", "import\xa0torch") if grade_id == "setup" else source


def printed(cell, grade_id):
    """Print 23 MiB in the cell of relu."""
    if grade_id == "relu":
        lines = [f'{i} {{}} [], \\ "\n' for i in range(1_200_000)]
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": lines}]


def text(cell, grade_id):
    """Turn two cells into text."""
    if grade_id in ("conv2d", "relu"):
        cell["cell_type"] = "markdown" if grade_id == "conv2d" else "raw"


@pytest.fixture(scope="module")
def small(course, lab1, tmp_path_factory, loaded_workers):
    """A class in a folder whose name is nothing special, graded."""
    folder = tmp_path_factory.mktemp("class") / "Ü bung #1 100% {x} 'y' & $z"
    made = SmallClass(course, lab1, folder)
    made.hand_in("ana", NAME)
    change(made, "ana", windows)
    change(made, "ana", printed)
    made.hand_in("ben", NAME)
    change(made, "ben", text)
    made.hand_in("cho", NAME, solved=False)
    change(made, "cho", windows)
    made.graded = made.grade_here("--jobs", "1")
    made.before = made.scores()
    return made


def test_the_class_is_graded_whatever_its_folder_is_called(small):
    assert small.graded.returncode == 0, small.graded.stderr
    assert small.before["ana", "conv2d"] == 6
    done = small.autograder("feedback", small.assignment.name)
    assert done.returncode == 0, done.stderr
    assert "9 feedback pages" in done.stdout


def test_outputs_and_ends_of_lines_cost_nothing(small):
    earned = {item: score for (student, item), score in small.before.items() if student == "ana"}
    points = {item.id: item.points for item in small.assignment.items(NAME)}
    assert earned.items() >= points.items()
    page = (small.course.root / "feedback" / "ana" / small.assignment.name / f"{NAME}.html").read_text()
    assert "is not as it is released" not in page


def test_a_cell_that_is_text_now_is_named_and_costs_its_own_items(small):
    lost = {item for (student, item), score in small.before.items() if student == "ben" and score == 0} & {
        item.id for item in small.assignment.items(NAME)
    }
    assert lost == {"conv2d", "relu"}
    page = (small.course.root / "feedback" / "ben" / small.assignment.name / f"{NAME}.html").read_text()
    assert page.count("its cell is text (Markdown or raw), which is not run") >= 2
    assert "no function `" not in page


def test_a_stub_with_other_ends_of_lines_is_not_attempted(small):
    path = small.course.root / "submitted" / "cho" / small.assignment.name / f"{NAME}.ipynb"
    assert "\\r\\n" in path.read_text()
    done = small.autograder("grade", "--notebook", str(path), "--json")
    card = json.loads(done.stdout)
    assert {item["status"] for item in card["items"]} == {"not_attempted"}
    assert card["notes"] == []


# ---------------------------------------------------------------------------------------------------- the gradebook


def held(place):
    book = sqlite3.connect(place, isolation_level=None)
    book.execute("BEGIN EXCLUSIVE")
    return book.close


def damaged(place):
    place.write_bytes(b"no database, but long enough for one" * 100)


def lost_folder(place):
    shutil.rmtree(place.parent)


@pytest.mark.parametrize(
    ("url", "bend", "words"),
    [
        ("sqlite:///{}", held, "is locked"),
        ("sqlite:///file:{}?mode=ro&uri=true", None, "can be read and not written"),
        ("sqlite:///{}", damaged, "is no SQLite database"),
        ("sqlite:///{}", lost_folder, "cannot be opened"),
        ("gradebook.db", None, "db_url"),
        ("nonsense://{}", None, "db_url"),
        ("postgresql+pg8000://localhost/grades", None, "needs a package"),
    ],
)
def test_a_gradebook_that_cannot_be_used_is_explained(small, tmp_path, monkeypatch, url, bend, words):
    place = tmp_path / "books" / "gradebook.db"
    place.parent.mkdir()
    shutil.copy(small.course.root / "gradebook.db", place)
    release = bend(place) if bend is not None else None
    bent = replace(small.course, nbgrader=lambda c: setattr(c.CourseDirectory, "db_url", url.format(place)))
    monkeypatch.setattr("autograder.gradebook.settings.courses.load", lambda root: bent)
    with pytest.raises((SQLAlchemyError, ImportError)) as caught:
        require_writable(bent, small.assignment)
    assert words in of_gradebook(caught.value), repr(caught.value)
    if release is not None:
        release()
        before = place.read_bytes()
        require_writable(bent, small.assignment)
        assert place.read_bytes() == before


def test_a_full_gradebook_is_explained(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as book:
        book.exec_driver_sql("PRAGMA max_page_count = 3")
        book.exec_driver_sql("CREATE TABLE t (x)")
        with pytest.raises(OperationalError) as caught:
            book.exec_driver_sql("INSERT INTO t VALUES (zeroblob(100000))")
    engine.dispose()
    assert "no space left" in of_gradebook(caught.value)


def test_other_errors_are_not_the_gradebook_s():
    for error in (ValueError("database is locked"), ImportError("x"), OSError(28, "full")):
        assert of_gradebook(error) == ""


def test_a_locked_gradebook_stops_grading_in_a_line_and_later_all_is_well(small):
    release = held(small.course.root / "gradebook.db")
    try:
        done = small.grade_here("--jobs", "1", "--force")
        assert done.returncode == 1
        assert "The gradebook is locked" in done.stderr
        assert "Traceback" not in done.stderr
        assert "Mend what is named" not in done.stderr  # it is no student's matter
    finally:
        release()
    assert small.scores() == small.before


# ---------------------------------------------------------------------------------------------------- the disk


def in_a_mount_namespace(root, script, *command):
    """Mount what this process alone sees, and run a command."""
    assert ctypes.CDLL(None).unshare(0x20000) == 0  # CLONE_NEWNS
    subprocess.run(["sh", "-c", f"mount --make-rprivate / && {script}"], cwd=root, check=True)
    return autograder(root, *command)


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (".autograder", ("grade", "--jobs", "1")),
        ("autograded", ("grade", "--jobs", "1")),
        ("feedback", ("feedback",)),
        ("grades", ("export",)),
    ],
)
def test_a_full_disk_stops_a_command_in_a_line_and_a_rerun_mends(small, folder, command):
    if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("nobody may mount here")
    root = small.course.root
    (root / folder).mkdir(exist_ok=True)
    name, *options = command
    script = f"mount -t tmpfs -o size=4k tmpfs {folder} && head -c 4096 /dev/zero > {folder}/full"
    if folder == ".autograder":  # the same secret: hidden inputs come from it
        script = "cp -r .autograder secret && mount -t tmpfs -o size=4k tmpfs .autograder && cp secret/secret .autograder"
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as fork:
        done = fork.submit(in_a_mount_namespace, root, script, name, small.assignment.name, *options).result()
    assert done.returncode == 1, done.stderr
    assert "space" in done.stderr
    assert "Traceback" not in done.stderr
    assert "itself failed" not in done.stderr
    assert "Grade first" not in done.stderr
    if (
        folder == "autograded"
    ):  # the one whose scores were being written is out of force until a run ends well
        assert small.scores() != small.before
        again = small.autograder(name, small.assignment.name, *options)
        assert again.returncode == 0, again.stderr
    assert small.scores() == small.before


# ---------------------------------------------------------------------------------------------------- pages, settings, ends


def test_feedback_that_cannot_be_rendered_says_what_happened(small, monkeypatch):
    def broken(c):
        c.HTMLExporter.filters = {"markdown2html": "builtins.nothing_there"}

    bent = replace(small.course, nbgrader=broken)
    monkeypatch.setattr("autograder.gradebook.settings.courses.load", lambda root: bent)
    assert "nothing_there" in try_page(bent)
    with pytest.raises(AutograderError, match="nothing_there") as caught:
        write_feedback(bent, small.assignment)
    assert "ana, ben, cho" in str(caught.value)
    assert "Grade first" not in str(caught.value)
    assert "traceback" not in str(caught.value)
    monkeypatch.undo()
    assert try_page(small.course) == ""
    assert write_feedback(small.course, small.assignment) == 9


def test_feedback_of_an_ungraded_assignment_says_that(temporary_course, lab1):
    with pytest.raises(CourseError, match="Grade first"):
        write_feedback(temporary_course, lab1)


def test_nbgrader_does_nothing_without_the_course_s_settings(small, tmp_path):
    """It would go on with its own, and run what students handed in without a sandbox."""
    root = tmp_path / "course"
    shutil.copytree(small.course.root / "submitted", root / "submitted")
    shutil.copy(small.course.root / "nbgrader_config.py", root)
    (root / "course_config.py").write_text("course = 1 / 0\n")
    code, said = forked.nbgrader(
        ["autograde", small.assignment.name, "--create"], root, dict(os.environ), 300
    )
    assert code == 1
    assert "ZeroDivisionError" in said
    assert "Traceback" not in said
    assert not (root / "autograded").exists()
    assert not (root / "gradebook.db").exists()


def test_a_folder_that_nbgrader_takes_for_a_pattern_is_refused(temporary_course, tmp_path):
    from traitlets.config import Config

    for name, found in (("a[1]", "["), ("what?", "?"), ("a * b", "*")):
        (tmp_path / name).mkdir()
        root = temporary_course.root.rename(tmp_path / name / "course")
        with pytest.raises(CourseError) as caught:
            configure(Config(), root)
        assert f"takes {found} in" in str(caught.value)
        root.rename(temporary_course.root)


def test_workers_collect_garbage_though_what_they_share_was_loaded_without(monkeypatch):
    (ours, theirs), (here, there) = socket.socketpair(), multiprocessing.Pipe()
    setup = json.dumps({"root": "", "assignment": "", "dataset": ""})
    monkeypatch.setattr(sys, "argv", ["worker", str(theirs.fileno()), setup])
    monkeypatch.setattr(worker, "open_engine", lambda setup: gc.isenabled())
    monkeypatch.setattr(worker, "_serve", lambda loading, pipe: pipe.send((loading, gc.isenabled())))
    mother = multiprocessing.get_context("fork").Process(target=worker.main)
    mother.start()
    socket.send_fds(ours, [b"one more"], [there.fileno()])
    told = here.recv()
    ours.shutdown(socket.SHUT_RDWR)
    mother.join()
    for each in (ours, theirs, here, there):
        each.close()
    assert (told, mother.exitcode) == ((False, True), 0)


def test_the_workers_mother_ends_without_a_library_s_report_of_leaks(small):
    code = (
        "import sys\nfrom autograder.workers.pool import Pool\nfrom autograder.workers.tasks import Setup\n"
        "pool = Pool(Setup(*sys.argv[1:]), 1)\npool.open()\npool._control.close()\nprint(pool._mother.wait())"
    )
    arguments = [str(small.course.root), small.assignment.name, "digits"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("0", "")
