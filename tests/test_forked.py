"""Commands in forked processes: their own folder and environment, their exit code, their deadline."""

import os
from pathlib import Path

from autograder import __version__
from autograder.demo.forked import autograder, nbgrader

SETTINGS = """
import os, time
print("settings of", os.environ["COURSE"])
if os.environ["COURSE"] == "slow":
    time.sleep(100)
"""


def test_a_command_runs_where_it_is_told_to_and_ends_as_it_would(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(SETTINGS)
    here, before = Path.cwd(), dict(os.environ)

    def run(*arguments, course="cnn", seconds=100.0):
        environment = {**before, "COURSE": course, "HOME": str(tmp_path)}
        return nbgrader(list(arguments), tmp_path, environment, seconds)

    code, said = run("--version")
    assert code == 0, said
    assert "nbgrader version" in said
    code, said = run("submit", "no_such_lab")
    assert code > 0
    assert "settings of cnn" in said
    assert "nbgrader submit failed" in said
    assert run("submit", "no_such_lab", course="slow", seconds=1.0)[0] < 0  # the signal that ended it
    assert (Path.cwd(), dict(os.environ)) == (here, before)


def test_a_command_of_ours_says_here_what_it_says_and_ends_as_it_would(tmp_path, capfd):
    (tmp_path / "autograder.py").write_text("raise SystemExit(9)")  # nothing of a folder is imported
    here, before = Path.cwd(), dict(os.environ)
    assert autograder(["--version"], tmp_path, before) == 0
    assert capfd.readouterr().out == f"{__version__}\n"
    assert autograder(["grade", "no_such_lab"], tmp_path, before) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("Error: No course_config.py in")
    assert str(tmp_path) in said.err
    assert (Path.cwd(), dict(os.environ)) == (here, before)
