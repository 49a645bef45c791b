"""What a sandbox can read of the environment tells nothing of where the project lies on the host."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.model import Limits
from autograder.sandbox import Place, Sandbox, view, warm
from tests.conftest import ROOT

# What is read cheaply: whatever is small and no module, and what an installer writes.
LOOK = """
import os
found = []
for folder, _, names in os.walk('/venv'):
    for name in names:
        path = os.path.join(folder, name)
        cheap = folder == '/venv' or folder.startswith('/venv/bin') or name.startswith('__editable__') or name.endswith(
            ('.pth', '.egg-link', 'direct_url.json', 'RECORD', 'INSTALLER', 'entry_points.txt', '.cfg', 'uv_cache.json'))
        try:
            if cheap and not (os.path.islink(path) and folder == '/venv/bin') and NEEDLE in open(path, errors='replace').read():
                found.append(path)
        except OSError:
            pass
print(sorted(found))
"""


def started(how: str, place: Place) -> Sandbox:
    """Start a sandbox cold or warm; return it."""
    with pytest.MonkeyPatch.context() as patch:
        if how == "cold":
            patch.setenv("AUTOGRADER_COLD", "1")
        sandbox = Sandbox(place)
        sandbox.start()
        assert sandbox._started is not None
        assert (sandbox._started.process is None) == (warm.host(place) is not None)
    return sandbox


@pytest.fixture(scope="module", params=["cold", "warm"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    sandbox = started(request.param, Place(Limits()))
    yield sandbox
    sandbox.close()


def named(sandbox: Sandbox) -> str:
    run = sandbox.run_cell(LOOK.replace("NEEDLE", repr(str(ROOT))), 30)
    assert run.status == "ok", run.outputs
    return str(run.outputs[0]["text"]).strip()


def test_no_file_of_the_environment_names_the_project(sandbox: Sandbox) -> None:
    assert named(sandbox) == "[]"


@pytest.mark.parametrize("how", ["cold", "warm"])
def test_without_the_masks_several_do(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_nameless", lambda environment: iter(()))
    made = f"home = /usr/bin\ncommand = python -m venv {ROOT}/.venv\n".encode()
    monkeypatch.setattr(view, "environment_settings", lambda: environment_settings() + made)
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    place = Place(Limits(), tmp_path)  # whose warm process is no other test's
    with contextlib.closing(started(how, place)) as sandbox:
        seen = named(sandbox)
    assert "direct_url.json" in seen
    assert "/venv/bin/autograder" in seen
    assert "pyvenv.cfg" in seen


def test_a_cell_can_start_python_with_the_environment_s_libraries(sandbox: Sandbox) -> None:
    code = "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'import numpy; print(numpy.pi)'], capture_output=True, text=True))"
    run = sandbox.run_cell(code, 30)
    assert "3.14" in str(run.outputs)
    assert "Error" not in str(run.outputs)


environment_settings = view.environment_settings


def test_python_s_own_settings_are_kept_and_the_rest_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyvenv.cfg").write_text(
        "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\nprompt = ada's\n"
        "executable = /home/ada/bin/python\ncommand = /usr/bin/python3 -m venv /home/ada/course/.venv\n"
    )
    monkeypatch.setattr(view.sys, "prefix", str(tmp_path))
    assert (
        environment_settings() == b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n"
    )
