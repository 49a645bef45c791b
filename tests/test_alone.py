"""A released notebook alone, "Run All": an empty folder, no network, and a new environment with torch and matplotlib from the registry."""

from __future__ import annotations

import ast
import gzip
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.authoring.handing_in import solution_cells
from autograder.course import data
from autograder.course.model import Assignment, Course, load
from tests.conftest import ROOT

PLAIN = ("torch", "matplotlib", "ipykernel")  # ipykernel: whatever opens a notebook brings it
LABS = [lab.name for lab in load(ROOT).assignments]
pytestmark = pytest.mark.timeout(600)


def sh(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=590,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the least that students have, in the versions of this one, and a kernel named `plain`."""
    place = tmp_path_factory.mktemp("plain") / "venv"
    uv = Path(sys.executable).parent / "uv"
    sh(uv, "venv", "--quiet", "--python", sys.executable, place)
    wanted = [f"{name}=={version(name)}" for name in PLAIN]
    # From the cache that the setup filled, by hard links: seconds, and no second copy of torch.
    python = place / "bin" / "python"
    sh(uv, "pip", "install", "--quiet", "--python", python, *wanted)
    sh(python, "-m", "ipykernel", "install", "--prefix", place, "--name", "plain")
    return python


def run_all(
    plain: Path, folder: Path, notebooks: dict[str, NotebookNode], **environment: str
) -> dict[str, NotebookNode]:
    """Run notebooks in the new environment without network (but for the loop that kernels talk by); return them with their outputs."""
    where = nbformat.v4.new_code_cell(
        "import socket, sys\nprint(sys.prefix)\ntry:\n    socket.create_connection(('1.1.1.1', 53), 3)\n"
        "except OSError:\n    print('no network')"
    )
    for name, notebook in notebooks.items():
        asked = nbformat.v4.new_notebook(metadata=notebook.metadata, cells=[*notebook.cells, where])
        nbformat.write(asked, folder / f"{name}.ipynb")
    unset = [part for name in ("MNIST_ROOT", *environment) for part in ("--unsetenv", name)]
    sets = [part for pair in environment.items() for part in ("--setenv", *pair)]
    sh(
        "bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent", *unset, *sets,
        sys.executable, Path(__file__).parent / "run_all.py", "plain", *(folder / f"{name}.ipynb" for name in notebooks),
        JUPYTER_PATH=str(plain.parents[1] / "share" / "jupyter"), OMP_NUM_THREADS="1",
    )  # fmt: skip
    done = {name: nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in notebooks}
    for notebook in done.values():
        assert notebook.cells.pop().outputs[0].text.split("\n")[:2] == [str(plain.parents[1]), "no network"]
    return done


def trouble(notebook: NotebookNode) -> list[str]:
    """Return what a student should not see: errors, and words on standard error."""
    return [
        str(output.get("evalue") or output.get("text"))
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def undrawn(notebook: NotebookNode, waiting: bool) -> list[str]:
    """Return the cells that draw and have no picture with a text; those that may wait for something only where asked."""
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and draws(cell.source, waiting)
        if not any(o.get("metadata", {}).get("image/png", {}).get("alt") for o in cell.outputs)
    ]


def lacks_a_library(source: str) -> bool:
    """Say whether a cell waits for what is not in the new environment: t-SNE is scikit-learn's."""
    return '"in_plane"' in source


def draws(source: str, waiting: bool) -> bool:
    """Say whether a cell calls `show` itself (a function that it defines is called elsewhere), and need not wait for anything."""
    if "show(" not in source:
        return False
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef) or (
            not waiting and ast.unparse(statement).startswith("if ready(")
        ):
            continue
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func) == "show" for node in ast.walk(statement)
        ):
            return True
    return False


def said(notebook: NotebookNode, part: str) -> str:
    """Return what the last cell that holds these words printed or showed."""
    *_, cell = (c for c in notebook.cells if c.cell_type == "code" and part in c.source)
    return "\n".join(o.get("text") or o.data["text/plain"] for o in cell.outputs)


def fresh(course: Course, assignment: Assignment, name: str) -> NotebookNode:
    return nbformat.read(course.release(assignment.name) / f"{name}.ipynb", as_version=4)


def filled(course: Course, assignment: Assignment, name: str) -> NotebookNode:
    notebook, answers = fresh(course, assignment, name), solution_cells(course, assignment, name)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return notebook


def packed(raw: Path, folder: Path) -> Path:
    """Put a data set's four files into a folder as they are published, packed."""
    folder.mkdir()
    for name in data.FILES.values():
        (folder / f"{name}.gz").write_bytes(gzip.compress((raw / name).read_bytes(), 1))
    return folder


def test_the_environment_has_nothing_of_ours_and_little_else(plain: Path) -> None:
    names = ["nbgrader", "autograder", "sklearn", "jupytext", "nbconvert", "jupyterlab", "pytest", "scipy", "torchvision", "tqdm"]  # fmt: skip
    code = f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"
    assert sh(plain, "-I", "-c", code).strip() == "[]"


@pytest.mark.parametrize("lab", LABS)
def test_run_all_on_fresh_notebooks_without_data_and_network_ends_without_an_error(
    plain: Path, course: Course, tmp_path: Path, lab: str
) -> None:
    """Every check says "not attempted", hints and progress are there, what waits says for what, and pictures that explain are drawn."""
    assignment = course.assignment(lab)
    notebooks = {name: fresh(course, assignment, name) for name in assignment.notebooks}
    for name, notebook in notebooks.items():
        hints = "\n".join(f"hint({item.id!r})" for item in assignment.items(name) for _ in range(3))
        notebook.cells.append(nbformat.v4.new_code_cell(hints))
    folder = tmp_path / "alone"
    folder.mkdir()
    for name, notebook in run_all(plain, folder, notebooks).items():
        assert trouble(notebook) == []
        assert undrawn(notebook, waiting=False) == []
        lines = said(notebook, "load_images()").strip().split("\n")
        assert len(lines) == 2
        assert str(folder / "data") in lines[0]
        items = [item.id for item in assignment.items(name)]
        for item in items:
            assert "not attempted yet, and that is fine" in said(notebook, f'\ncheck("{item}")'), item
        assert "points" in said(notebook, "progress()")
        hints = notebook.cells[-1]
        assert len(hints.outputs) == 3 * len(items)
        assert all(output.data["text/html"] for output in hints.outputs)
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.source.startswith("if ready("):
                (output,) = cell.outputs
                assert output.data["text/plain"].startswith("`"), output
                assert "\n" not in output.data["text/plain"]
    assert (folder / "checks.py").read_bytes() == (course.release(lab) / "checks.py").read_bytes()


@pytest.mark.parametrize("names", [("03_softmax_metrics",), pytest.param((), marks=pytest.mark.slow)])
def test_run_all_on_fresh_notebooks_with_the_four_packed_files_ends_without_an_error(
    plain: Path, course: Course, lab1: Assignment, tmp_path: Path, names: tuple[str, ...]
) -> None:
    """The files are the small data set's; `MNIST_ROOT` names their folder."""
    root = packed(data.raw(course.data, "digits"), tmp_path / "files")
    folder = tmp_path / "alone"
    folder.mkdir()
    notebooks = {name: fresh(course, lab1, name) for name in names or lab1.notebooks}
    done = run_all(plain, folder, notebooks, MNIST_ROOT=str(root))
    for notebook in done.values():
        assert trouble(notebook) == []
        assert undrawn(notebook, waiting=False) == []
        assert "1,437 images" in said(notebook, "load_images()")
    assert "the scores are those of the small network" in said(done["03_softmax_metrics"], "cnn_scores.pt")


def test_a_cell_that_does_not_wait_is_caught(
    plain: Path, course: Course, lab1: Assignment, tmp_path: Path
) -> None:
    """One cell calls a stub, another needs the images: both are errors, and no others are."""
    notebook = fresh(course, lab1, "01_cnn_layers")
    needed = [c for c in notebook.cells if c.cell_type == "code" and "demo" not in c.metadata.get("tags", [])]
    own = ["relu(torch.zeros(2))", "train_set, _ = load_images()\ntrain_set[0]"]
    notebook.cells = [*needed, *map(nbformat.v4.new_code_cell, own)]
    done = run_all(plain, tmp_path, {"01_cnn_layers": notebook})["01_cnn_layers"]
    errors = [o.ename for c in done.cells for o in c.outputs if o.output_type == "error"]
    assert errors == ["NotImplementedError", "TypeError"]
    assert len(trouble(done)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["digits", pytest.param("mnist", marks=pytest.mark.mnist)])
@pytest.mark.parametrize("lab", LABS)
def test_run_all_on_solved_notebooks_with_the_four_packed_files_ends_without_an_error(
    plain: Path, course: Course, tmp_path: Path, dataset: str, lab: str
) -> None:
    assignment = course.assignment(lab)
    root = packed(data.raw(course.data, dataset), tmp_path / "files")
    folder = tmp_path / "alone"
    folder.mkdir()
    notebooks = {name: filled(course, assignment, name) for name in assignment.notebooks}
    done = run_all(plain, folder, notebooks, MNIST_ROOT=str(root))
    for notebook in done.values():
        assert trouble(notebook) == []
        assert [source for source in undrawn(notebook, waiting=True) if not lacks_a_library(source)] == []
    if last := done.get("03_softmax_metrics"):
        assert "the scores are those of your CNN" in said(last, "cnn_scores.pt")


@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.parametrize("lab", LABS)
def test_run_all_on_fresh_notebooks_with_mnist(plain: Path, course: Course, tmp_path: Path, lab: str) -> None:
    assignment = course.assignment(lab)
    shutil.copytree(data.raw(course.data, "mnist"), tmp_path / "data" / "MNIST" / "raw")
    folder = tmp_path / "course" / "alone"
    folder.mkdir(parents=True)
    notebooks = {name: fresh(course, assignment, name) for name in assignment.notebooks}
    done: dict[str, Any] = run_all(plain, folder, notebooks)
    for notebook in done.values():
        assert trouble(notebook) == []
        assert "60,000 images" in said(notebook, "load_images()")
