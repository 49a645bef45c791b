"""What lies beside the notebooks when students get them: how to begin, and the libraries, by what the package itself says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import nbformat
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from autograder.authoring.handout import handout, requirements
from autograder.course.model import Assignment, Course, by_hand

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_release_has_both(course: Course, lab1: Assignment) -> None:
    release = course.release(lab1.name)
    notebooks = {name: nbformat.read(release / f"{name}.ipynb", as_version=4) for name in lab1.notebooks}
    assert {"README.md", "requirements.txt"} == set(handout(lab1, notebooks))
    for name, text in handout(lab1, notebooks).items():
        assert (release / name).read_text("utf-8") == text


def test_the_readme_names_each_notebook_with_its_title_and_points(course: Course, lab1: Assignment) -> None:
    text = (course.release(lab1.name) / "README.md").read_text("utf-8")
    assert "{{" not in text
    assert (
        "| `01_cnn_layers.ipynb` | Lab 1, part 1: the layers of a convolutional network (24 points) |" in text
    )
    for name in (*(f"{name}.ipynb" for name in lab1.notebooks), "checks.py", "requirements.txt"):
        assert f"| `{name}` |" in text
    for words in (
        "pip install -r requirements.txt",
        "Colab",
        "JupyterHub",
        "`hint(",
        "python checks.py",
        "MNIST_ROOT",
        "your instructor says",
        "hidden tests remain",
    ):
        assert words in text
    python = re.search(r"Python (\S+) or newer", text)
    assert python is not None
    assert python[1] in SpecifierSet(PROJECT["requires-python"])
    assert f">={python[1]}" == PROJECT["requires-python"]


def test_the_libraries_versions_are_the_packages_own() -> None:
    asked = {r.name: r.specifier for r in map(Requirement, PROJECT["dependencies"]) if r.name != "soupsieve"}
    lines = [Requirement(line) for line in requirements().split()]
    for line in lines:
        assert line.specifier == asked.get(line.name, SpecifierSet())
    assert {"torch", "torchvision", "numpy", "matplotlib"} <= {line.name for line in lines} & set(asked)


def test_a_lab_without_images_and_with_a_persons_items_alone_says_nothing_of_images_and_hints() -> None:
    assignment = Assignment("lab9", {"nb": {"why": by_hand(2)}})
    cells = [nbformat.v4.new_markdown_cell("Words\n\n# Why\n"), nbformat.v4.new_code_cell("import torch")]
    text = handout(assignment, {"nb": nbformat.v4.new_notebook(cells=cells)})["README.md"]
    assert "| `nb.ipynb` | Why (2 points) |" in text
    assert "load_images" not in text
    assert "hint(" not in text
    assert "2 points in all" in text
