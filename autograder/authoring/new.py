"""A lab's skeleton: a notebook, public checks and graders that build and grade, with one worked example for each item."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from pathlib import Path
from string import Template

from autograder.authoring.public_checks import PARTS
from autograder.course.model import CONFIG, Assignment, load
from autograder.course.questions import FOLDER as ANSWERS
from autograder.errors import CourseError
from autograder.grading.items import graders_folder, item_folder
from autograder.grading.versions import GRADERS
from autograder.intake.files import write_text

_SKELETON = Path(__file__).parent / "skeleton"
_LAB = re.compile(r"[a-z]\w{0,60}", re.ASCII)  # a Python package's name
_NBGRADER = "nbgrader_config.py"


def write_lab(root: Path, lab: str, notebook: str, items: Sequence[str]) -> list[Path]:
    """Write the two folders of a new lab and its entry in `course_config.py`; return the files written.

    Args:
        root: The course's folder; a `course_config.py` is written where it has none.
        lab: The assignment's name, which is a Python package's as well.
        notebook: The name of its notebook.
        items: The functions that students write, each graded.

    Raises:
        CourseError: A name cannot be used, or something of that name is there; nothing has been written.
    """
    for name in (lab, *items):
        if not name.isidentifier() or keyword.iskeyword(name) or (name == lab and not _LAB.fullmatch(name)):
            raise CourseError(
                f"{name!r} cannot be used: a lab names a Python package (small letters, digits, _), and an item a function."
            )
    if len({name.lower() for name in items}) < len(items):
        raise CourseError("Two items have one name (capitals do not count). Give each its own.")
    points = {item: 100 // len(items) + (i < 100 % len(items)) for i, item in enumerate(items)}
    Assignment(lab, {notebook: dict(points)})  # says what else cannot be a name
    config = root / CONFIG
    if config.is_file() and lab in {each.name for each in load(root).assignments}:
        raise CourseError(
            f"{config} has an assignment {lab} already. Add items to it as docs/new-assignment.md says."
        )
    graders, source = graders_folder(lab), root / "source" / lab
    for place in (graders, source):
        if place.exists():
            raise CourseError(
                f"{place} is there already. Give the new lab another name, or delete that folder."
            )
    files = {
        source / f"{notebook}.nb.py": _notebook(lab, items),
        source / ANSWERS / f"{notebook}.md": "\n".join(_filled("answer.md", item=item) for item in items),
        graders / "__init__.py": f'"""Hidden graders of {lab}."""\n\n# {_canary()}\n',
        graders / "conftest.py": _filled("conftest.py", lab=lab),
    }
    for item in items:
        folder = item_folder(lab, item)
        files |= {
            source / PARTS / f"{item.lower()}.py": _filled("check.py", item=item),
            folder / "__init__.py": f'"""The item `{item}`."""\n\n# {_canary()}\n',
            folder / f"test_{item.lower()}.py": _filled("tests.py", item=item),
            **{
                folder / f"{each}.py": _filled(f"{each}.py", item=item)
                for each in ("reference", "unusual", "wrong")
            },
        }
    text = config.read_text("utf-8") if config.is_file() else _filled(CONFIG, course=root.name or "course")
    entry = ", ".join(f'"{item}": {number}' for item, number in points.items())
    files[config] = text.rstrip() + "\n" + _filled("assignment.py", lab=lab, notebook=notebook, points=entry)
    if not (root / _NBGRADER).is_file():
        files[root / _NBGRADER] = (_SKELETON / f"{_NBGRADER}.txt").read_text("utf-8")
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, content)
    return sorted(files)


def _notebook(lab: str, items: Sequence[str]) -> str:
    rows = "\n".join(f"# | {i} | `{item}` | {{{{ points.{item} }}}} |" for i, item in enumerate(items, 1))
    tasks = (_filled("task.nb.py", item=item, number=str(i)) for i, item in enumerate(items, 1))
    head = _filled("head.nb.py", lab=lab, item=items[0], rows=rows, minutes=str(10 * len(items)))
    return head + "".join(tasks) + _filled("tail.nb.py")


def _filled(name: str, **values: str) -> str:
    return Template((_SKELETON / f"{name}.txt").read_text("utf-8")).substitute(values, canary=_canary())


def _canary() -> str:
    """Return the word that every hidden file carries."""
    found = re.search(r"^# (CANARY-\S+)$", (GRADERS / "__init__.py").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]
