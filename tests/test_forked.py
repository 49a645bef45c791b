"""nbgrader's commands in forked processes: their own folder and environment, their exit code, their deadline."""

import os
from pathlib import Path

from autograder.demo.forked import nbgrader

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
