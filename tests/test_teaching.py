"""`autograder validate` refuses an item that is not taught, and a number in the prose that no run gives."""

from __future__ import annotations

import dataclasses
import math
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch

from autograder.authoring import answers, figures, teaching
from autograder.authoring.answers import LEAST_UNUSUAL, lacking, unusual_answers
from autograder.authoring.build import build
from autograder.course.data import root_of
from autograder.course.model import Assignment, Course, load
from autograder.errors import CourseError

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.usefixtures("read_once")
ALONE = """
import dataclasses
course = dataclasses.replace(course, assignments=course.assignments[:1], languages=("en",))
"""


@pytest.fixture
def copy(course: Course, lab1: Assignment, tmp_path: Path) -> Course:
    """Lab 1's sources in a folder of their own, built in English: what is taught is asked of nothing else."""
    config = (ROOT / "course_config.py").read_text("utf-8")
    (tmp_path / "course_config.py").write_text(config + ALONE, encoding="utf-8")
    shutil.copytree(course.source(lab1.name), tmp_path / "source" / lab1.name)
    copied = load(tmp_path)
    build(copied)
    return copied


def change(course: Course, lab1: Assignment, file: str, old: str, new: str) -> None:
    """Change a source, and build what comes of it."""
    path = course.source(lab1.name) / file
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    build(course)


def test_the_course_is_taught(course: Course, lab1: Assignment) -> None:
    assert teaching.shortcomings(course, lab1) == []
    assert lacking(course, lab1) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("01_cnn_layers.nb.py", "· about 5 minutes · {{ points.relu }}", "· {{ points.relu }}", "relu: its task has no line"),
        ("01_cnn_layers.nb.py", "about 5 minutes · {{ points.relu }}", "about 5 minutes · 3", "relu: its task says 3 points"),
        ("01_cnn_layers.nb.py", "        x: floating-point tensor of any shape. It is not changed.\n", "", "relu: its docstring does not describe x"),
        ("01_cnn_layers.nb.py", "        Tensor of x's shape and type.\n", "        Whatever comes out.\n", "relu: its docstring does not say what shape"),
        ("01_cnn_layers.nb.py", "images (N, 1, 28, 28) to logits (N, 10).\n\n    conv 1→8", "images to logits.\n\n    conv 1→8", "CNN: its docstring gives no shapes"),
        ("01_cnn_layers.nb.py", 'check("relu")', 'check("CNN")', 'relu: its graded cell does not call check("relu")'),
        ("01_cnn_layers.nb.py", "**Pitfalls** · `x[x < 0] = 0`", "`x[x < 0] = 0`", "relu: no pitfalls"),
        ("01_cnn_layers.nb.py", "**Think** · What is the slope", "What is the slope", "relu: no question"),
        ("01_cnn_layers.nb.py", '# hint("relu")\n', "", "relu: behind its check stands no cell to try things in"),
        ("01_cnn_layers.nb.py", 'if ready("max_pool2d", "train_set"):', 'if ready("train_set"):', "01_cnn_layers: a demo cell uses max_pool2d and does not wait"),
        ("02_training_loop.nb.py", 'if ready("CNN", "train_set"):', 'if ready("CNN"):', "02_training_loop: a demo cell uses train_set and does not wait"),
        ("03_softmax_metrics.nb.py", 'if ready("test_set"):', "if test_set:", "03_softmax_metrics: a demo cell uses test_set and does not wait"),
        ("checks/relu.py", 'EXAMPLES["relu"] = [', "_examples = [", "relu: it has no public check"),
        ("checks/relu.py", 'HINTS["relu"] = (', '_hints = (', "relu: it has 0 hints of 3"),
        ("01_cnn_layers.nb.py", "It works on each element by itself", "It has 21,578 uses, and works on each element by itself", "the prose says 21,578"),
        ("01_cnn_layers.nb.py", "It works on each element by itself", "It is right in 98.6 % of cases, on each element by itself", "the prose says 98.6 %"),
        ("answers/01_cnn_layers.md", "## relu\n", "", "relu: its question has no answer"),
        ("answers/01_cnn_layers.md", "## relu\n", "## leaky\n\nYes.\n\n## relu\n", "answers/01_cnn_layers.md answers leaky, of which nothing is asked"),
        ("ideas.toml", '"receptive field"\n', '"perceptive field"\n', "nothing is said of 'receptive field'"),
        ("01_cnn_layers.nb.py", "draw_windows(size=8, kernel_size=3, stride=2)", "draw_windows(size=8, kernel_size=3, stride=2)" + "  # and on" * 8, "a line of code has"),
        ("01_cnn_layers.nb.py", "    show(\n", "    print(\n", "a picture has no text"),
        ("figures.toml", "[values_1]", "[nobody]\nnotebook = '01_cnn_layers'\nexpression = '1'\nvalue = 1\n\n[values_1]", "nobody is quoted nowhere"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(
    copy: Course, lab1: Assignment, file: str, old: str, new: str, problem: str
) -> None:
    change(copy, lab1, file, old, new)
    said = teaching.shortcomings(copy, lab1)
    assert any(problem in each for each in said), said


def test_a_class_that_is_no_network_describes_its_arguments(course: Course) -> None:
    lab2 = course.assignment("lab2_learning")
    text = teaching.public_checks(course, lab2)
    path = course.source(lab2.name) / "02_losses_and_optimizers.ipynb"
    notebook, item = nbformat.read(path, as_version=4), next(i for i in lab2.items() if i.id == "SGD")
    checks = teaching.load_checks(text)
    assert teaching.item_lacks(item, notebook, checks) == []
    for cell in notebook.cells:
        cell.source = cell.source.replace("    momentum: float,", "    momentum is a float,")
    assert teaching.item_lacks(item, notebook, checks) == ["its docstring does not describe momentum"]


def test_a_public_check_of_no_item_is_named(copy: Course, lab1: Assignment) -> None:
    (copy.source(lab1.name) / "checks" / "leaky.py").write_text("")
    said = teaching.shortcomings(copy, lab1)
    assert said == ["checks/leaky.py belongs to no item: give it its item's name, or delete it"]


@pytest.mark.parametrize("hints", ['("a nudge", "an idea")', '("the same", "the same", "the same")', "()"])
def test_fewer_than_three_hints_are_refused(copy: Course, lab1: Assignment, hints: str) -> None:
    path = copy.source(lab1.name) / "checks" / "relu.py"
    text = path.read_text("utf-8")
    path.write_text(text + f'\nHINTS["relu"] = {hints}\n', encoding="utf-8")
    assert any("relu: it has" in each for each in teaching.shortcomings(copy, lab1))


def test_an_item_without_unusual_answers_is_refused(
    course: Course, lab1: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(unusual_answers(lab1, "relu")) >= LEAST_UNUSUAL
    monkeypatch.setattr(answers, "item_folder", lambda assignment, item: tmp_path)
    (tmp_path / "unusual.py").write_text(
        "import torch\n\n\ndef only_one(x):\n    return torch.where(x > 0, x, 0 * x)\n"
    )
    assert [each for each in lacking(course, lab1) if each.startswith("relu has 1 unusual right answers")]
    (tmp_path / "unusual.py").unlink()
    assert [each for each in lacking(course, lab1) if each.startswith("relu has 0 unusual right answers")]


def test_an_item_without_misconceptions_is_refused(
    course: Course, lab1: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder.grading.items import material

    def bare(assignment: str, item: str):
        known = material(assignment, item)
        some = tuple(dataclasses.replace(m, hint=" ") for m in known.misconceptions[:7])
        return dataclasses.replace(known, misconceptions=some)

    monkeypatch.setattr(answers, "material", bare)
    said = lacking(course, lab1)
    assert "conv2d has 7 misconceptions; at least 10 are asked for" in said
    assert not any(each.startswith("relu has 7") for each in said)
    assert any(each.startswith("relu: the misconception") and each.endswith("has no hint") for each in said)


def test_an_unusual_answer_is_a_cell_of_its_own(lab1: Assignment) -> None:
    names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "np": np, "math": math}
    for item, name in (
        ("CNN", "ten_heads"),
        ("conv2d", "fourier_transform"),
        ("softmax", "callable_dataclass"),
    ):
        space: dict[str, object] = {**names, "__name__": "__main__"}
        exec(compile(unusual_answers(lab1, item)[name], name, "exec"), space)
        assert callable(space[item])


# ------------------------------------------------------------------------------------------------ quoted figures


def test_a_figure_that_the_run_does_not_give_is_named(copy: Course, lab1: Assignment, tmp_path: Path) -> None:
    """The real notebook 01, run on the digits: one quoted number is off, one is another data set's."""
    change(copy, lab1, "figures.toml", "value = 21578", "value = 21577")
    assert f"{21577:,}" in (copy.release(lab1.name) / "01_cnn_layers.ipynb").read_text("utf-8")
    folder = tmp_path / "run"
    folder.mkdir()
    root = root_of(load(ROOT).data, "digits")
    run = figures.measure(copy, lab1, "01_cnn_layers", root, folder, "digits")
    assert figures.differences(run, figures.figures(copy, lab1)) == [
        "01_cnn_layers: the prose quotes 21577 for cnn_parameters, the run gave 21578"
    ]
    assert figures.shortcomings(run, "digits", "01_cnn_layers") == []
    assert "train_images" not in run.values
    code = run.notebook.cells[-1]
    code.outputs = [nbformat.v4.new_output("stream", name="stderr", text="UserWarning: implicit dim")]
    bad = figures.Run(run.notebook, run.values, 61.0, 60.0)
    said = figures.shortcomings(bad, "digits", "01_cnn_layers")
    assert any("standard error: UserWarning" in each for each in said)
    assert any("took 61 s" in each for each in said)


@pytest.mark.parametrize("text", ["[a", "[a]\nvalue = 1\n", '[a]\nnotebook="04"\nexpression="1"\nvalue=1\n'])
def test_a_broken_table_of_figures_is_refused(copy: Course, lab1: Assignment, text: str) -> None:
    (copy.source(lab1.name) / "figures.toml").write_text(text)
    with pytest.raises(CourseError, match=r"figures\.toml"):
        figures.figures(copy, lab1)


def test_a_notebook_that_fails_is_named(copy: Course, lab1: Assignment, tmp_path: Path) -> None:
    change(copy, lab1, "01_cnn_layers.nb.py", "return x.clamp(min=0)", "return undefined_name")
    change(
        copy, lab1, "01_cnn_layers.nb.py", '# %% solution="relu"', '# %%\nnot_there\n\n# %% solution="relu"'
    )
    with pytest.raises(CourseError, match="01_cnn_layers, filled with the solution, does not run"):
        figures.measure(copy, lab1, "01_cnn_layers", root_of(load(ROOT).data, "digits"), tmp_path, "digits")


# ------------------------------------------------------------------------------------------------ from top to bottom


_MNIST = [pytest.mark.slow, pytest.mark.mnist, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("lab", "dataset"),
    [
        ("lab1_train_cnn", "digits"),
        pytest.param("lab1_train_cnn", "mnist", marks=_MNIST),
        pytest.param("lab2_learning", "digits", marks=_MNIST),
        pytest.param("lab2_learning", "mnist", marks=_MNIST),
        pytest.param("lab3_visualization", "digits", marks=_MNIST),
        pytest.param("lab3_visualization", "mnist", marks=_MNIST),
    ],
)
def test_filled_notebooks_run_from_top_to_bottom(course: Course, lab: str, dataset: str) -> None:
    """Every cell, demos too: no error, no warning, every figure with its text, every quoted number as quoted."""
    assignment = course.assignment(lab)
    runs = list(figures.check_figures(course, assignment, root_of(course.data, dataset), dataset))
    assert [name for name, *_ in runs] == list(assignment.notebooks)
    assert [problem for _, _, problems, _ in runs for problem in problems] == []


def test_shares_with_a_title_are_told() -> None:
    known = {
        "sure": figures.Figure("sure", "n", "x", 0.5, title="Right"),
        "count": figures.Figure("count", "n", "y", 3),
    }
    run = figures.Run(nbformat.v4.new_notebook(), {"sure": 0.5123, "count": 3.0}, 1.0, 2.0)
    assert figures.titled(run, known) == ["Right: 51.23%; the text says 50.00%"]


def test_every_unusual_answer_goes_into_its_cell_whole(
    course: Course, lab1: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that needs another definition of its file would be graded by a NameError, in the sandbox alone."""
    for assignment in course.assignments:
        for item in assignment.items():
            unusual_answers(assignment, item.id)
    monkeypatch.setattr(answers, "item_folder", lambda assignment, item: tmp_path)
    (tmp_path / "unusual.py").write_text(
        "def by_another(x):\n    return _other(x)\n\n\ndef _other(x):\n    return x * (x > 0)\n"
    )
    with pytest.raises(CourseError, match="by_another needs _other, which does not go with it"):
        unusual_answers(lab1, "relu")
    (tmp_path / "unusual.py").write_text(
        "def by_its_own(x):\n    twice = x + x.abs()\n    return twice / 2\n\n\ndef twice(x):\n    return x.clamp(min=0)\n"
    )
    assert set(unusual_answers(lab1, "relu")) == {"by_its_own", "twice"}
    (tmp_path / "unusual.py").write_text(
        "def twice(x):\n    return x\n\n\ndef deep(x):\n    return [twice(each) for each in x]\n"
    )
    with pytest.raises(CourseError, match="deep needs twice"):
        unusual_answers(lab1, "relu")
