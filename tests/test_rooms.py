"""Where things are in the package: imports run down only, from room to room, and no two modules import each other in a circle."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch.nn.functional as F

from autograder.course.model import load

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograder"
# From the top; what stands in one line may not import each other.
FLOORS = (
    ("cli",), ("demo",), ("commands",), ("similar", "students"), ("export",), ("repos",), ("gradebook",), ("authoring",), ("workers",),
    ("graders",), ("grading",), ("sandbox",), ("intake",), ("pages",), ("course", "locale"), ("errors",),
)  # fmt: skip
FLOOR = {room: i for i, rooms in enumerate(FLOORS) for room in rooms}


def modules(package: Path) -> dict[str, Path]:
    found = {}
    for path in package.rglob("*.py"):
        parts = ("autograder", *path.relative_to(package).with_suffix("").parts)
        if "template" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules of ours that a module imports, wherever in it, but for what only a type checker reads."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                if (inner := f"{base}.{alias.name}") in known:
                    yield inner
                elif base in known:
                    yield base


@functools.cache
def graph(package: Path) -> dict[str, set[str]]:
    known = modules(package)
    return {name: set(imports(name, path, known)) - {name} for name, path in known.items()}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def upward(arrows: dict[str, set[str]]) -> list[str]:
    return [
        f"{name} -> {other}"
        for name, others in sorted(arrows.items())
        for other in sorted(others)
        if room(name)
        and room(other)
        and room(name) != room(other)
        and FLOOR[room(name)] >= FLOOR[room(other)]
    ]


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """Return the sets of modules that import each other in a circle (Tarjan 1972)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in arrows[name]:
            if other not in number:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == number[name]:
            group = set()
            while name not in group:
                group.add(stack.pop())
            if len(group) > 1:
                found.append(group)

    for name in arrows:
        if name not in number:
            visit(name)
    return found


def test_imports_run_down_only() -> None:
    assert upward(graph(PACKAGE)) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(graph(PACKAGE)) == []


def test_every_folder_of_the_package_is_a_room_and_says_what_it_is_for() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert rooms | files == set(FLOOR)
    for name in rooms:
        assert ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text("utf-8"))), name


MOST_LINES = 400  # of a module; around 150 is the habit
MOST_LEVELS = 2  # folders between `autograder/` and a module that is no item's


def long_or_deep(package: Path) -> list[str]:
    """Return the modules that are longer than `MOST_LINES`, or lie deeper than `MOST_LEVELS`.

    Counted are the folders below `autograder/`: none for `cli.py`, two for `sandbox/inside/wire.py`. Below `graders/<lab>/` there may be
    one more: an item's, which holds `test_<item>.py`, or `inside`, what of it runs in the sandbox.
    """
    found = []
    for name, path in sorted(modules(package).items()):
        if (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES:
            found.append(f"{name} has {lines} lines")
        folders = path.parent.relative_to(package).parts
        if len(folders) == MOST_LEVELS + 1 and folders[0] == "graders":
            own = folders[-1] == "inside" or (path.parent / f"test_{folders[-1]}.py").is_file()
            folders = folders[:-1] if own else folders
        if len(folders) > MOST_LEVELS:
            found.append(f"{name} lies {len(folders)} levels down")
    return found


def test_no_module_is_long_and_none_but_an_item_s_lies_deep(tmp_path: Path) -> None:
    assert long_or_deep(PACKAGE) == []
    for path, lines in {
        "__init__.py": 0,
        "room/__init__.py": MOST_LINES + 1,
        "room/whole.py": MOST_LINES,
        "graders/lab/item/test_item.py": 1,
        "graders/lab/item/topic.py": MOST_LINES + 1,
        "graders/lab/item/inside/probe.py": 1,
        "graders/lab/helpers/sums.py": 1,
        "graders/lab/inside/standins.py": 1,
        "sandbox/inside/wire.py": 1,
        "sandbox/inside/more/deep.py": 1,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n" * lines)
    assert long_or_deep(tmp_path) == [
        "autograder.graders.lab.helpers.sums lies 3 levels down",
        "autograder.graders.lab.item.inside.probe lies 4 levels down",
        "autograder.graders.lab.item.topic has 401 lines",
        "autograder.room has 401 lines",
        "autograder.sandbox.inside.more.deep lies 3 levels down",
    ]


NEVERS = (
    ("sandbox", r"autograder\.(?!sandbox|intake|pages|course|errors)"),
    ("sandbox.inside", r"autograder\.(?!sandbox\.inside)"),
    ("intake", r"autograder\.(repos|grading)"),
    ("graders", r"autograder\.sandbox(?!\.inside\.)"),
    ("course", r"autograder\.(?!course|errors)"),
    ("graders.lab1_train_cnn.inside", r"autograder\."),
    ("graders.lab2_learning.inside", r"autograder\."),
    ("graders.lab3_visualization.inside", r"autograder\."),
    ("graders.kit", r"autograder\.graders\.(?!kit)"),
)


@pytest.mark.parametrize(("place", "never"), NEVERS)
def test_what_must_never_be_imported_is_not(place: str, never: str) -> None:
    arrows = graph(PACKAGE)
    begin = f"autograder.{place}"
    inner = [name for name in arrows if name == begin or name.startswith(f"{begin}.")]
    assert inner
    assert [f"{name} -> {other}" for name in inner for other in arrows[name] if re.match(never, other)] == []


# Names of PyTorch's own functions and classes, which items have as well.
PYTORCH = {"cross_entropy", "SGD", "RMSprop", "Adagrad", "Adam", "dropout", "nll_loss"}


def names_of_labs(path: Path) -> set[str]:
    """Return what a module holds of the course: items' ids as texts or names, and texts with a notebook's or a lab's name."""
    course = load(ROOT)
    items = {item.id for lab in course.assignments for item in lab.items()} - {"accuracy", "features"}
    places = {name for lab in course.assignments for name in (lab.name, *lab.notebooks)}
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {each for each in places if each in node.value} | ({node.value} & items)
        for field in ("id", "attr", "arg", "name"):
            if isinstance(name := getattr(node, field, None), str) and not (
                field == "attr" and hasattr(F, name)  # `F.relu(x)`, `x.softmax(1)`
            ):
                found |= {name} & items
    return found - PYTORCH


def test_nothing_outside_labs_and_demo_names_an_item_a_notebook_or_a_lab(tmp_path: Path) -> None:
    found = {
        str(path.relative_to(PACKAGE)): names
        for name, path in modules(PACKAGE).items()
        if (room(name) not in ("graders", "demo") or ".kit" in name) and (names := names_of_labs(path))
    }
    assert found == {}
    (tmp_path / "module.py").write_text(
        "if item == 'relu':\n    spec = {'lab': 'my lab1_train_cnn'}\nroc_curve(conv2d=1)\nF.softmax, x.auc"
    )
    assert names_of_labs(tmp_path / "module.py") == {"relu", "lab1_train_cnn", "roc_curve", "conv2d", "auc"}


def test_an_arrow_upwards_and_a_circle_would_be_seen(tmp_path: Path) -> None:
    for path, text in {
        "__init__.py": "",
        "course/__init__.py": "",
        "course/model.py": "def f():\n    from autograder.intake import files",
        "intake/__init__.py": "",
        "intake/files.py": "from . import notebooks",
        "intake/notebooks.py": "from ..course.model import x\nimport autograder.errors",
        "errors.py": "",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    arrows = graph(tmp_path)
    assert upward(arrows) == ["autograder.course.model -> autograder.intake.files"]
    assert circles(arrows) == [
        {f"autograder.{each}" for each in ("course.model", "intake.files", "intake.notebooks")}
    ]
