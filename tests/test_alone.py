"""A released notebook alone: an empty folder, and a new environment with torch, torchvision and matplotlib from the registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.data import root_of
from autograder.course.model import Assignment, Course

PLAIN = ("torch", "torchvision", "matplotlib", "ipykernel")  # ipykernel: whatever opens a notebook brings it
pytestmark = pytest.mark.timeout(600)


def sh(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with what students have, in the versions of this one, and a kernel named `plain`."""
    from importlib.metadata import version

    place = tmp_path_factory.mktemp("plain") / "venv"
    uv = Path(sys.executable).parent / "uv"
    sh(uv, "venv", "--quiet", "--python", sys.executable, place)
    wanted = [f"{name}=={version(name)}" for name in PLAIN]
    # From the cache that the setup filled, by hard links: seconds, and no second copy of torch.
    python = place / "bin" / "python"
    sh(uv, "pip", "install", "--quiet", "--python", python, *wanted)
    sh(python, "-m", "ipykernel", "install", "--prefix", place, "--name", "plain")
    return python


def test_the_environment_has_nothing_of_ours(plain: Path) -> None:
    names = ["nbgrader", "autograder", "sklearn", "jupytext", "nbconvert", "jupyterlab", "pytest", "scipy"]
    code = f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"
    assert sh(plain, "-I", "-c", code).strip() == "[]"


@pytest.mark.parametrize("name", ["01_cnn_layers", "02_training_loop", "03_softmax_metrics"])
def test_a_notebook_alone_opens_checks_and_hints(
    plain: Path, course: Course, lab1: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The stub, without its long demonstrations: every check says "not attempted", hints and progress are there, nothing warns."""
    folder = tmp_path / "alone"
    folder.mkdir()
    shutil.copy(course.release(lab1.name) / f"{name}.ipynb", folder)
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    cells = [c for c in notebook.cells if "demo" not in c.metadata.get("tags", [])]
    items = [item.id for item in lab1.items(name)]
    hints = nbformat.v4.new_code_cell("\n".join(f"hint({item!r})" for item in items for _ in range(3)))
    data = next(c for c in notebook.cells if "datasets.MNIST(" in c.source)
    notebook.cells = [c for c in notebook.cells if c in cells or c is data or c.source == "progress()"]
    assert notebook.cells[-1].source == "progress()"
    where = nbformat.v4.new_code_cell("import sys\nprint(sys.prefix)")
    notebook.cells += [hints, where]
    monkeypatch.setenv("JUPYTER_PATH", str(plain.parents[1] / "share" / "jupyter"))
    monkeypatch.setenv("MNIST_ROOT", str(root_of(course.data, "digits")))
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="plain",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute()
    assert where.outputs[0].text.strip() == str(plain.parents[1])
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            assert output.get("name") != "stderr", output.text
    assert "points" in str(notebook.cells[-3].outputs)  # of `progress()`
    checked = {
        c.metadata.nbgrader.grade_id: "".join(o.data["text/plain"] for o in c.outputs)
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    }
    assert list(checked) == [f"test_{item}" for item in items]
    for item in items:
        assert "not attempted yet, and that is fine" in checked[f"test_{item}"], checked
    assert len(hints.outputs) == 3 * len(items)
    assert all(output.data["text/html"] for output in hints.outputs)
    assert (folder / "checks.py").read_bytes() == (course.release(lab1.name) / "checks.py").read_bytes()
