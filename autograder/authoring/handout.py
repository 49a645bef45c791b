"""What lies beside the notebooks when students get them: a README that says how to begin, and the libraries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import metadata, requires
from pathlib import Path

from nbformat import NotebookNode
from packaging.requirements import Requirement

from autograder.authoring.public_checks import CHECKS
from autograder.authoring.translations.prose import markdown
from autograder.authoring.translations.voices import ORIGINAL, Voice
from autograder.course.model import Assignment

README, REQUIREMENTS, IMAGES = "README.md", "requirements.txt", "images.md"
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


@dataclass(frozen=True)
class Texts:
    """What a README is made of, in one language."""

    readme: str
    images: str
    notebook: str
    checks: str
    requirements: str
    hint: str


def handout_texts(voice: Voice) -> Texts:
    """Return what every assignment's README is made of, as `voice` says it."""
    say = voice.at("handout")
    readme, images = (
        markdown((_TEXTS / name).read_text("utf-8"), voice.at(f"handout/{name}")) for name in (README, IMAGES)
    )
    return Texts(
        readme,
        images,
        notebook=say("{title} ({points} points)", "a notebook and its points"),
        checks=say(
            "the public checks and hints; the notebooks use it, so leave it beside them", "of checks.py"
        ),
        requirements=say("the libraries, for `pip`", "of requirements.txt"),
        hint=say('`hint("{item}")` gives three hints, one after the other.', ""),
    )


def handout(
    assignment: Assignment, notebooks: Mapping[str, NotebookNode], voice: Voice = ORIGINAL
) -> dict[str, str]:
    """Return the files that go with an assignment's notebooks, by name.

    Args:
        assignment: Which.
        notebooks: Its notebooks by name, as they are released: their titles and what they use are told.
        voice: Says the words.
    """
    texts = handout_texts(voice)
    rows = []
    for name, notebook in notebooks.items():
        title = next((t[1] for cell in notebook.cells if (t := _TITLE.search(cell.source))), name)
        points = sum(item.points for item in assignment.all_items(name))
        rows.append(f"| `{name}.ipynb` | {texts.notebook.format(title=title, points=f'{points:g}')} |")
    rows.append(f"| `{CHECKS}` | {texts.checks} |")
    rows.append(f"| `{REQUIREMENTS}` | {texts.requirements} |")
    uses_images = any("load_images(" in c.source for n in notebooks.values() for c in _own(n))
    items = assignment.items()
    hint = f" {texts.hint.format(item=items[0].id)}" if items else ""
    python = re.sub(r"[^\d.]", "", metadata(_PACKAGE)["Requires-Python"])
    words = {
        "assignment": assignment.name,
        "files": "\n".join(rows),
        "points": f"{assignment.points:g}",
        "python": python,
        "hint": hint,
        "images": texts.images if uses_images else "",
    }
    text = re.sub(r"\{\{ (\w+) \}\}", lambda found: words[found[1]], texts.readme)
    return {
        README: re.sub("(?<=[。！？]) ", "", text),  # Chinese puts none behind a sentence
        REQUIREMENTS: requirements(),
    }


def requirements() -> str:
    """Return what students install, one library a line, in the versions that this package's own requirements name."""
    asked = {r.name: str(r.specifier) for r in map(Requirement, requires(_PACKAGE) or []) if r.marker is None}
    return "".join(f"{name}{asked.get(name, '')}\n" for name in _LIBRARIES)


def _own(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells, without the one that holds the public checks."""
    return [c for c in notebook.cells if c.cell_type == "code" and "CHECKS = " not in c.source]
