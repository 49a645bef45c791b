"""What lies beside the notebooks when students get them: a README that says how to begin, and the libraries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import metadata, requires
from pathlib import Path

from nbformat import NotebookNode
from packaging.requirements import Requirement

from autograder.authoring.public_checks import CHECKS
from autograder.course.model import Assignment

README, REQUIREMENTS = "README.md", "requirements.txt"
_TEXTS = Path(__file__).parent / "handout_texts"
_PACKAGE = "autograder"
# What students install: its versions are those that this package asks for, where it asks for any.
_LIBRARIES = (
    "torch",
    "torchvision",
    "numpy",
    "matplotlib",
    "scikit-learn",
    "tqdm",
    "jupyterlab",
    "ipywidgets",
)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def handout(assignment: Assignment, notebooks: Mapping[str, NotebookNode]) -> dict[str, str]:
    """Return the files that go with an assignment's notebooks, by name.

    Args:
        assignment: Which.
        notebooks: Its notebooks by name, as they are released: their titles and what they use are told.
    """
    rows = []
    for name, notebook in notebooks.items():
        title = next((t[1] for cell in notebook.cells if (t := _TITLE.search(cell.source))), name)
        points = sum(item.points for item in assignment.all_items(name))
        rows.append(f"| `{name}.ipynb` | {title} ({points:g} points) |")
    rows.append(
        f"| `{CHECKS}` | the public checks and hints; the notebooks use it, so leave it beside them |"
    )
    rows.append(f"| `{REQUIREMENTS}` | the libraries, for `pip` |")
    uses_images = any("load_images(" in c.source for n in notebooks.values() for c in _own(n))
    items = assignment.items()
    hint = f' `hint("{items[0].id}")` gives three hints, one after the other.' if items else ""
    python = re.sub(r"[^\d.]", "", metadata(_PACKAGE)["Requires-Python"])
    words = {
        "assignment": assignment.name,
        "files": "\n".join(rows),
        "points": f"{assignment.points:g}",
        "python": python,
        "hint": hint,
        "images": (_TEXTS / "images.md").read_text("utf-8") if uses_images else "",
    }
    text = (_TEXTS / README).read_text("utf-8")
    return {
        README: re.sub(r"\{\{ (\w+) \}\}", lambda found: words[found[1]], text),
        REQUIREMENTS: requirements(),
    }


def requirements() -> str:
    """Return what students install, one library a line, in the versions that this package's own requirements name."""
    asked = {r.name: str(r.specifier) for r in map(Requirement, requires(_PACKAGE) or []) if r.marker is None}
    return "".join(f"{name}{asked.get(name, '')}\n" for name in _LIBRARIES)


def _own(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells, without the one that holds the public checks."""
    return [c for c in notebook.cells if c.cell_type == "code" and "CHECKS = " not in c.source]
