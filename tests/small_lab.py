"""A lab of a few items, cut out of a whole one: its text source without the cells of the other items."""

import re
import shutil
from pathlib import Path

import jupytext

_ROLES = ("solution", "graded")


def write_source(source: Path, target: Path, notebook: str, items: dict[str, float]) -> None:
    """Write the source folder of a lab that has one notebook with these items."""
    target.mkdir(parents=True)
    (target / "checks").mkdir()
    for name in ("common", *items):
        shutil.copy(source / "checks" / f"{name.lower()}.py", target / "checks")
    figures = re.split(r"^(?=\[)", (source / "figures.toml").read_text(), flags=re.MULTILINE)
    (target / "figures.toml").write_text("".join(each for each in figures if f'"{notebook}"' in each))
    book = jupytext.reads((source / f"{notebook}.nb.py").read_text(), fmt="py:percent")
    book.cells = [cell for cell in book.cells if _belongs(cell, items)]
    (target / f"{notebook}.nb.py").write_text(jupytext.writes(book, fmt="py:percent"))


def _belongs(cell, items):
    role = next((cell.metadata[role] for role in _ROLES if role in cell.metadata), None)
    return role in items if role else set(re.findall(r"\{\{ ?points\.(\w+)", cell.source)) <= set(items)
