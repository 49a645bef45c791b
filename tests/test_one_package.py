"""A command and every process that it starts run one and the same package, from wherever one stands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.workers import children
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup
from tests.conftest import ROOT

NOTEBOOK = "03_softmax_metrics"
COMMAND = "import sys; from autograder.cli import main; sys.exit(main())"
FORKED = """
import os
from autograder.demo.forked import nbgrader
if __name__ == "__main__":
    print(nbgrader(["--version"], os.getcwd(), dict(os.environ), 60))
"""


@pytest.fixture
def folder(temporary_course, desk):
    """A course with a package of its own by our name, which leaves a trace where it is imported."""
    own = temporary_course.root / "autograder"
    own.mkdir()
    (own / "__init__.py").write_text(f"open({str(own / 'RAN')!r}, 'w')\n")
    (temporary_course.root / f"{NOTEBOOK}.ipynb").write_text(json.dumps(desk.notebook(NOTEBOOK, {})))
    return temporary_course.root


def run(sources: Path, where: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code with the package that lies in `sources`, standing in a folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRADER", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=where, capture_output=True, text=True, check=False,
        env={**clean, "PYTHONPATH": str(sources)},
    )  # fmt: skip


@pytest.mark.parametrize("inside", [True, False])
def test_a_course_s_own_package_is_not_what_workers_run(folder: Path, tmp_path: Path, inside: bool) -> None:
    where = folder if inside else tmp_path
    options = ("--course", str(folder), "--dataset", "digits")
    done = run(ROOT, where, COMMAND, "grade", "--notebook", str(folder / f"{NOTEBOOK}.ipynb"), *options)
    assert done.returncode == 0, done.stderr
    assert "40 of 40" in done.stdout
    assert not (folder / "autograder" / "RAN").exists()


def test_nbgrader_s_commands_of_the_demo_do_not_run_it_either(folder: Path, tmp_path: Path) -> None:
    """Here Python was started as a command's script starts it, without -P."""
    script = tmp_path / "script.py"
    script.write_text(FORKED)
    code = f"import os, sys; os.execv(sys.executable, [sys.executable, {str(script)!r}])"
    done = run(ROOT, folder, code)
    assert "nbgrader version" in done.stdout, done.stderr
    assert not (folder / "autograder" / "RAN").exists()


def test_the_course_s_own_command_has_workers_of_its_own_package(folder: Path, tmp_path: Path) -> None:
    own = folder / "autograder"
    shutil.rmtree(own)
    shutil.copytree(ROOT / "autograder", own, ignore=shutil.ignore_patterns("__pycache__"))
    with (own / "workers" / "tasks.py").open("a") as file:  # what the command and its workers both read
        file.write(
            f"open({str(own / 'RAN')!r}, 'a').write(sys.argv[0] + chr(10)) if (sys := __import__('sys')) else None\n"
        )
    done = run(
        folder,
        tmp_path,
        COMMAND,
        "grade",
        "--notebook",
        str(folder / f"{NOTEBOOK}.ipynb"),
        "--course",
        str(folder),
        "--dataset",
        "digits",
    )
    assert done.returncode == 0, done.stderr
    ran = (own / "RAN").read_text().splitlines()
    assert "-c" in ran
    assert str(own / "workers" / "worker.py") in ran


def test_a_worker_of_another_package_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where something puts another package first, whatever we say."""
    monkeypatch.setattr(children, "SOURCES", str(folder / "elsewhere"))
    with (
        Pool(Setup(str(folder), "lab1_train_cnn", "digits"), 1) as pool,
        pytest.raises(
            AutograderError,
            match=r"runs the package in .*elsewhere, and a process that it started runs the one in",
        ),
    ):
        pool.open()


def test_a_command_of_another_package_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(ROOT, folder, f"import os; os.environ['AUTOGRADER_SOURCES'] = '/elsewhere'; {COMMAND}", "data")
    assert done.returncode == 1
    assert "runs the package in /elsewhere" in " ".join(done.stderr.split())
