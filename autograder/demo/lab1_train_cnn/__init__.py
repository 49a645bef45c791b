"""Lab 1's sample students."""

from __future__ import annotations

import copy
from pathlib import Path

from autograder.course.model import Assignment, Course
from autograder.demo.editing import add_cell, all_instead, grade_id, instead, read, stub, write, zero
from autograder.demo.lab1_train_cnn import unusual
from autograder.demo.students import SampleStudent


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
    notebook = read(path)
    notebook["cells"] = [cell for cell in notebook["cells"] if grade_id(cell) != "test_softmax"]
    twice = next(i for i, cell in enumerate(notebook["cells"]) if grade_id(cell) == "test_accuracy")
    notebook["cells"].insert(twice, {**copy.deepcopy(notebook["cells"][twice]), "id": "copy"})
    write(path, notebook)


def _rename(folder: Path) -> None:
    (folder / "02_training_loop.ipynb").rename(folder / "02_training_loop (1) final.ipynb")


def sample_class(course: Course, assignment: Assignment) -> list[SampleStudent]:
    """Return the class."""
    all_notebooks = tuple(assignment.notebooks)
    return [
        SampleStudent("ada", "full solution", lambda folder: None),
        SampleStudent("ben", "unusual full solution: Sequential, loops, NumPy", all_instead(unusual, {"CNN": "my_cnn"})),
        SampleStudent("cho", "the untouched stub", stub(course, assignment), zero(assignment, *all_notebooks)),
        SampleStudent("dev", "conv2d flips the kernel", instead("conv2d", FLIPPED), {"conv2d": 2.0}),
        SampleStudent("eva", "train_one_epoch: mean over batches", instead("train_one_epoch", BATCH_MEAN), {"train_one_epoch": 8.0}),
        SampleStudent("fay", "evaluate without eval()", instead("evaluate", NO_EVAL), {"evaluate": 6.0}),
        SampleStudent("gil", "softmax along the wrong axis", instead("softmax", WRONG_AXIS), {"softmax": 0.0}),
        SampleStudent("hana", "confusion matrix transposed", instead("confusion_matrix", TRANSPOSED), {"confusion_matrix": 0.67}),
        SampleStudent("ivo", "an import that fails", lambda folder: add_cell(folder, "01_cnn_layers", "import torchinfo")),
        SampleStudent("jun", "a syntax error in relu", instead("relu", "def relu(x)\n    return x * (x > 0)\n"), {"relu": 0.0}),
        SampleStudent("kim", "an endless loop in auc", instead("auc", "def auc(x, y):\n    while True:\n        pass\n"), {"auc": 0.0}),
        SampleStudent("leo", "os._exit in count_parameters", instead("count_parameters", _EXIT), {"count_parameters": 0.0}),
        SampleStudent(
            "mia", "notebook 03 missing", lambda folder: (folder / "03_softmax_metrics.ipynb").unlink(),
            zero(assignment, "03_softmax_metrics"),
        ),
        SampleStudent(
            "noa", "a notebook renamed",
            _rename,
        ),
        SampleStudent("oli", "merge markers: broken JSON", _merge_markers, zero(assignment, "01_cnn_layers")),
        SampleStudent("pia", "a graded cell deleted, another twice", _cells_out_of_order),
        SampleStudent("quy", "full solution, late", lambda folder: None, late=True),
    ]  # fmt: skip


FLIPPED = """
def conv2d(x, weight, bias=None, stride=1, padding=0):
    weight = weight.flip(2, 3)
    x = F.pad(x, (padding,) * 4)
    kh, kw = weight.shape[2:]
    windows = x.unfold(2, kh, stride).unfold(3, kw, stride)
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
"""
BATCH_MEAN = """
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
NO_EVAL = """
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
WRONG_AXIS = """
def softmax(z, dim=-1):
    e = torch.exp(z - z.max())
    return e / e.sum(0, keepdim=True)
"""
TRANSPOSED = """
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
