"""The version of what judges a notebook: the engine, the libraries, and of the graders only those that it concerns."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from autograder.course.model import Assignment, Item

_PACKAGE = Path(__file__).parents[1]
GRADERS = _PACKAGE / "graders"
_GRADERS = "autograder.graders."
# What runs a notebook or judges it; commands, builds and reports are not among it.
_ENGINE = (
    "sandbox",
    "grading",
    "intake/notebooks.py",
    "intake/files.py",
    "intake/stripping.py",
    "pages/html.py",
    "course/secret.py",
    "errors.py",
)
_NO_VERDICT = ("grading/cache.py", "grading/render.py")  # where results lie, and how they are said
_DISTRIBUTIONS = ("torch", "torchvision", "numpy", "ipython", "safetensors", "pytest")


def libraries() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change a verdict."""
    return {
        "python": sys.version.split()[0],
        **{name: importlib.metadata.version(name) for name in _DISTRIBUTIONS},
    }


@functools.cache
def engine_digest() -> str:
    """Return a digest of the sources that every notebook's verdict depends on."""
    paths: list[Path] = []
    for name in _ENGINE:
        root = _PACKAGE / name
        paths += [root] if root.is_file() else sorted(root.rglob("*.py"))
    paths = [path for path in paths if path.relative_to(_PACKAGE).as_posix() not in _NO_VERDICT]
    return _digest(paths, _PACKAGE)


def graders_digest(assignment: Assignment, notebook: str, graders: Path = GRADERS) -> str:
    """Return a digest of the grader modules that concern a notebook."""
    return _digest(grader_files(assignment, notebook, graders), graders)


def grader_version(assignment: Assignment, notebook: str, graders: Path = GRADERS) -> str:
    """Return a digest of everything of ours that can change a verdict on this notebook.

    Args:
        assignment: Whose graders are meant.
        notebook: One of its notebooks; of any other name, only the engine counts.
        graders: The folder of all graders.
    """
    own = graders_digest(assignment, notebook, graders) if notebook in assignment.notebooks else ""
    text = json.dumps([engine_digest(), own, libraries()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def grader_files(assignment: Assignment, notebook: str, graders: Path = GRADERS) -> tuple[Path, ...]:
    """Return the grader modules that a notebook's hidden tests use: what they import, and the items that they name.

    An item's module is also found by the item's name at run time (`material`, probes), so a module that holds the name of an
    item as a string counts as using it. That can only be too much, never too little.
    """
    return _closure(graders, assignment.name, notebook, tuple(assignment.items()))


def items_used(assignment: Assignment, notebook: str) -> frozenset[str]:
    """Return the items whose references judge a notebook: its own, and those that its tests name."""
    return _items_used(assignment.name, notebook, tuple(assignment.items()))


@functools.cache
def _items_used(assignment: str, notebook: str, items: tuple[Item, ...]) -> frozenset[str]:
    references = {
        path.parent.name
        for path in _closure(GRADERS, assignment, notebook, items)
        if path.name == "reference.py"
    }
    return frozenset(item.id for item in items if item.solution and item.id.lower() in references)


def _closure(graders: Path, assignment: str, notebook: str, items: tuple[Item, ...]) -> tuple[Path, ...]:
    folder = graders / assignment
    references = {item.id: folder / item.id.lower() / "reference.py" for item in items if item.solution}
    waiting = [folder / "conftest.py", *(folder / "inside").glob("*.py")]
    for item in items:
        if item.notebook == notebook:
            waiting.append(folder / item.id.lower() / f"test_{item.id.lower()}.py")
            waiting += [references[item.id]] if item.solution else []
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        waiting += [above / "__init__.py" for above in path.parents if above.is_relative_to(graders)]
        modules, strings = _uses(path.read_bytes())
        waiting += [graders.joinpath(*name.split(".")).with_suffix(".py") for name in modules]
        if path.parent != folder / "inside":  # what stands in for an item does not use it
            waiting += [references[name] for name in strings & references.keys()]
    return tuple(sorted(found))


@functools.cache
def _uses(source: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """Return the modules below the graders' folder that a module imports, wherever in it the import stands, and its strings."""
    modules: set[str] = set()
    strings: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        modules |= {name.removeprefix(_GRADERS) for name in names if name.startswith(_GRADERS)}
    return frozenset(modules), frozenset(strings)


def _digest(paths: Iterable[Path], root: Path) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def forget() -> None:
    """Read the sources again from now on."""
    for each in (engine_digest, _items_used):
        each.cache_clear()
