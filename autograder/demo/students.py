"""The sample students: what each hands in, and the scores that it deserves."""

from __future__ import annotations

import copy
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.model import Assignment, Course
from autograder.demo import unusual

Notebook = dict[str, Any]
Notebooks = dict[str, Notebook]
_MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


@dataclass(frozen=True)
class SampleStudent:
    """One sample student.

    Attributes:
        name: The student's id.
        does: What is special, for the table.
        change: Changes a folder that holds the full solution into what the student hands in.
        lost: The score of each item that does not earn full points.
    """

    name: str
    does: str
    change: Callable[[Path], None]
    lost: dict[str, float] = field(default_factory=dict)
    late: bool = False

    def expected(self, assignment: Assignment) -> dict[str, float]:
        """Return the expected score of every item."""
        return {item.id: self.lost.get(item.id, item.points) for item in assignment.items()}


def solved(course: Course, assignment: Assignment, fetched: Path) -> None:
    """Fill the solutions into the notebooks that a student fetched."""
    for name in assignment.notebooks:
        path = fetched / f"{name}.ipynb"
        notebook = _read(path)
        source = _read(course.source(assignment.name) / f"{name}.ipynb")
        solutions = {
            i: _MARKERS.sub("", text)
            for i, text in ((_id(c), _text(c)) for c in source["cells"] if _is_solution(c))
        }
        for cell in notebook["cells"]:
            if _is_solution(cell):
                cell["source"] = solutions[_id(cell)]
        _write(path, notebook)


def _read(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, notebook: Notebook) -> None:
    path.chmod(0o644)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def _id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _is_solution(cell: dict[str, Any]) -> bool:
    nbgrader = cell["metadata"].get("nbgrader", {})
    return cell["cell_type"] == "code" and bool(nbgrader.get("solution"))


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _edit(folder: Path, item: str, change: Callable[[str], str]) -> None:
    """Change the source of the cell with this grade id, wherever it is."""
    for path in folder.glob("*.ipynb"):
        notebook = _read(path)
        for cell in notebook["cells"]:
            if _id(cell) == item:
                cell["source"] = change(_text(cell))
        _write(path, notebook)


def _replace(item: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        def edit(source: str) -> str:
            if old not in source:
                raise ValueError(f"the solution of {item} has no {old!r} any more: mend the sample student")
            return source.replace(old, new)

        _edit(folder, item, edit)

    return change


def _instead(item: str, code: str) -> Callable[[Path], None]:
    return lambda folder: _edit(folder, item, lambda source: code)


def _unusual(folder: Path) -> None:
    for item, function in inspect.getmembers(unusual, inspect.isfunction):
        code = inspect.getsource(function)
        _edit(folder, item, lambda source, code=code: code)  # type: ignore[misc]
        if item == "CNN":
            _edit(folder, "my_cnn", lambda source, code=code: code)  # type: ignore[misc]


def _add_cell(folder: Path, name: str, code: str, at: int = 3) -> None:
    path = folder / f"{name}.ipynb"
    notebook = _read(path)
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "mine",
        "metadata": {},
        "outputs": [],
        "source": code,
    }
    notebook["cells"].insert(at, cell)
    _write(path, notebook)


def _merge_markers(folder: Path) -> None:
    path = folder / "01_cnn_layers.ipynb"
    path.chmod(0o644)
    text = path.read_text(encoding="utf-8")
    half = len(text) // 2
    path.write_text(
        f"{text[:half]}\n<<<<<<< HEAD\n{text[half : half + 40]}\n=======\n>>>>>>> theirs\n{text[half:]}",
        encoding="utf-8",
    )


def _cells_out_of_order(folder: Path) -> None:
    path = folder / "03_softmax_metrics.ipynb"
    notebook = _read(path)
    notebook["cells"] = [cell for cell in notebook["cells"] if _id(cell) != "test_softmax"]
    twice = next(i for i, cell in enumerate(notebook["cells"]) if _id(cell) == "test_accuracy")
    notebook["cells"].insert(twice, {**copy.deepcopy(notebook["cells"][twice]), "id": "copy"})
    _write(path, notebook)


def _rename(folder: Path) -> None:
    (folder / "02_training_loop.ipynb").rename(folder / "02_training_loop (1) final.ipynb")


def _stub(course: Course, assignment: Assignment) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for name in assignment.notebooks:
            _write(folder / f"{name}.ipynb", _read(course.release(assignment.name) / f"{name}.ipynb"))

    return change


def _zero(assignment: Assignment, *notebooks: str) -> dict[str, float]:
    return {item.id: 0.0 for name in notebooks for item in assignment.items(name)}


def sample_students(course: Course, assignment: Assignment) -> list[SampleStudent]:
    """Return the class."""
    all_notebooks = tuple(assignment.notebooks)
    return [
        SampleStudent("ada", "full solution", lambda folder: None),
        SampleStudent("ben", "unusual full solution: Sequential, loops, NumPy", _unusual),
        SampleStudent("cho", "the untouched stub", _stub(course, assignment), _zero(assignment, *all_notebooks)),
        SampleStudent("dev", "conv2d flips the kernel", _instead("conv2d", _FLIPPED), {"conv2d": 2.0}),
        SampleStudent("eva", "train_one_epoch: mean over batches", _instead("train_one_epoch", _BATCH_MEAN), {"train_one_epoch": 8.0}),
        SampleStudent("fay", "evaluate without eval()", _instead("evaluate", _NO_EVAL), {"evaluate": 6.0}),
        SampleStudent("gil", "softmax along the wrong axis", _instead("softmax", _WRONG_AXIS), {"softmax": 0.0}),
        SampleStudent("hana", "confusion matrix transposed", _instead("confusion_matrix", _TRANSPOSED), {"confusion_matrix": 0.67}),
        SampleStudent("ivo", "an import that fails", lambda folder: _add_cell(folder, "01_cnn_layers", "import torchinfo")),
        SampleStudent("jun", "a syntax error in relu", _instead("relu", "def relu(x)\n    return x * (x > 0)\n"), {"relu": 0.0}),
        SampleStudent("kim", "an endless loop in auc", _instead("auc", "def auc(x, y):\n    while True:\n        pass\n"), {"auc": 0.0}),
        SampleStudent("leo", "os._exit in count_parameters", _instead("count_parameters", _EXIT), {"count_parameters": 0.0}),
        SampleStudent(
            "mia", "notebook 03 missing", lambda folder: (folder / "03_softmax_metrics.ipynb").unlink(),
            _zero(assignment, "03_softmax_metrics"),
        ),
        SampleStudent(
            "noa", "a notebook renamed",
            _rename,
        ),
        SampleStudent("oli", "merge markers: broken JSON", _merge_markers, _zero(assignment, "01_cnn_layers")),
        SampleStudent("pia", "a graded cell deleted, another twice", _cells_out_of_order),
        SampleStudent("quy", "full solution, late", lambda folder: None, late=True),
    ]  # fmt: skip


_FLIPPED = """
def conv2d(x, weight, bias=None, stride=1, padding=0):
    weight = weight.flip(2, 3)
    x = F.pad(x, (padding,) * 4)
    kh, kw = weight.shape[2:]
    windows = x.unfold(2, kh, stride).unfold(3, kw, stride)
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
"""
_BATCH_MEAN = """
def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total = 0.0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)
"""
_NO_EVAL = """
def evaluate(model, loader, criterion, device="cpu"):
    total, right, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            scores = model(images.to(device))
            total += criterion(scores, labels.to(device)).item() * len(labels)
            right += (scores.argmax(1) == labels.to(device)).sum().item()
            count += len(labels)
    return total / count, right / count
"""
_WRONG_AXIS = """
def softmax(z, dim=-1):
    e = torch.exp(z - z.max())
    return e / e.sum(0, keepdim=True)
"""
_TRANSPOSED = """
def confusion_matrix(preds, labels, num_classes):
    cm = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for p, t in zip(preds, labels):
        cm[p, t] += 1
    return cm
"""
_EXIT = """
import os
def count_parameters(model):
    os._exit(0)
"""
