"""The public checks that students get: one plain file, joined from what every lab shares and a part for each item."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import symtable
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.translations.code import words
from autograder.authoring.translations.labels import labels_of
from autograder.authoring.translations.sound import standing
from autograder.authoring.translations.voices import ORIGINAL, Voice
from autograder.course.model import Assignment, Course
from autograder.errors import CourseError
from autograder.grading.errors_explained import EXPLANATIONS
from autograder.grading.items import item_folder

CHECKS = "checks.py"
PARTS = "checks"  # the folder in `source/<lab>/`: `<item>.py`, and `common.py` for what several of them use
_COMMON = "common"
_SHARED = Path(__file__).parent / PARTS
_BEFORE, _AFTER = ("start", "calls", "showing", "images", "running", "comparing"), ("shell",)
_TABLES = ("EXAMPLES", "HINTS", "NEEDS", "PASSED_WORDS", "MORE_WORDS")  # filled by the items
_KNOWN = {*dir(builtins), "__name__", "__file__"}
_TAKES = re.compile(r"^from \S+\.library import TAKEN\b", re.MULTILINE)


def public_checks(course: Course, assignment: Assignment, voice: Voice = ORIGINAL) -> str:
    """Return the public checks of an assignment as one module, in the language of `voice`.

    Written in are its notebooks and points, what a person grades, the rule about library calls, and the grader's words for errors.

    Raises:
        CourseError: A part is missing, or is not about its item alone; the message says what to do.
    """
    shared, own = shared_texts(voice), lab_texts(course, assignment, voice)
    before, after = (
        tuple(_read(path := _SHARED / f"{name}.py", shared[path]) for name in names)
        for names in (_BEFORE, _AFTER)
    )
    lab = tuple(_lab_parts(course.source(assignment.name) / PARTS, assignment, own))
    _require_apart((*before, *after), lab)
    parts = (*before, *lab, *after)
    top = f'"""{before[0].docstring}\n"""\n\n{_imports(parts)}\n\n{before[0].body}'
    text = "\n\n\n".join([top, *(part.section for part in parts[1:])]) + "\n"
    for name, lines in _tables(assignment, voice).items():
        empty = re.compile(rf"^{name} = (.)(.)$", re.MULTILINE)
        if lines:
            text = empty.sub(lambda found: "\n".join([found[0][:-1], *lines, found[2]]), text)  # noqa: B023
    return text


# ------------------------------------------------------------------------------------------ in which language


def shared_texts(voice: Voice) -> dict[Path, str]:
    """Return the parts that every lab shares, by their files, as `voice` says what students are shown of them."""
    _explanations(voice)
    return _said([_SHARED / f"{name}.py" for name in (*_BEFORE, *_AFTER)], "shared checks", voice)


def lab_texts(course: Course, assignment: Assignment, voice: Voice) -> dict[Path, str]:
    """Return the parts of an assignment's own, by their files, as `voice` says what students are shown of them."""
    names = {_COMMON, *(item.id.lower() for item in assignment.items())}
    folder = course.source(assignment.name) / PARTS
    return _said([path for path in sorted(folder.glob("*.py")) if path.stem in names], PARTS, voice)


def _said(paths: Iterable[Path], context: str, voice: Voice) -> dict[Path, str]:
    texts = {}
    for path in paths:
        try:
            texts[path] = path.read_text("utf-8")
        except ValueError as error:
            raise CourseError(f"{path} is no Python that can be read: {error}") from error
    if voice is ORIGINAL:
        return texts
    labels = labels_of(tuple(texts.values()))
    said = {}
    for path, text in texts.items():
        with standing(place := f"{context}/{path.stem}"):
            said[path] = words(text, voice.at(place), labels, path.stem == _BEFORE[0])
    return said


def _explanations(voice: Voice) -> list[tuple[str, ...]]:
    """Return the grader's table of errors; the third of each row is what is said."""
    say = voice.at("said")  # as the graders say it: one translation serves both
    return [
        (kinds, pattern, say(advice, "what to try after an error"), *line)
        for kinds, pattern, advice, *line in EXPLANATIONS
    ]


# ------------------------------------------------------------------------------------------------- one part


@dataclass(frozen=True)
class _Part:
    path: Path
    docstring: str
    heading: str
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    body: str
    given: frozenset[str]  # what it defines at its top
    asked: frozenset[str]  # what it takes from there
    filled: tuple[tuple[str, object], ...]  # the table and the item of each `EXAMPLES["relu"] = …`

    @property
    def section(self) -> str:
        line = f"# {'-' * (118 - len(self.heading))} {self.heading}"
        return line + ("\n\n\n" if self.body.startswith(("def ", "class ", "@")) else "\n\n") + self.body


def _read(path: Path, text: str, heading: str = "") -> _Part:
    """Read a part: its docstring is its heading where none is given, and its imports are those at its top."""
    try:
        tree, names = ast.parse(text), symtable.symtable(text, str(path), "exec")
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"{path} is no Python that can be read: {error}") from error
    docstring = ast.get_docstring(tree) or ""
    imports, end = [], 0
    for node in tree.body[bool(docstring) :]:
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            break
        imports.append(node)
    for node in tree.body[: bool(docstring) + len(imports)]:
        end = node.end_lineno or 0
    top = names.get_symbols()
    given = frozenset(each.get_name() for each in top if each.is_assigned() or each.is_imported())
    filled = [
        (target.value.id, target.slice.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and isinstance(target.value, ast.Name)
        and isinstance(target.slice, ast.Constant)
    ]
    return _Part(
        path,
        docstring,
        heading or docstring[:1].lower() + docstring[1:].partition("\n")[0].rstrip("."),
        tuple(imports),
        "\n".join(text.split("\n")[end:]).strip("\n"),
        given,
        frozenset(asked_of_top(names)),
        tuple(each for each in filled if each[0] in _TABLES),
    )


def asked_of_top(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a module, or what is defined in it, takes from the module's top."""
    at_top = table.get_type() == "module"
    yield from (e.get_name() for e in table.get_symbols() if e.is_referenced() and (at_top or e.is_global()))
    for child in table.get_children():
        yield from asked_of_top(child)


# ----------------------------------------------------------------------------------------------- all of them


def left_over(course: Course, assignment: Assignment) -> list[Path]:
    """Return the parts of no item, such as one that was taken out of the course. The build leaves them out."""
    names = {_COMMON, *(item.id.lower() for item in assignment.items())}
    parts = (course.source(assignment.name) / PARTS).glob("*.py")
    return sorted(path for path in parts if path.stem not in names)


def _lab_parts(folder: Path, assignment: Assignment, texts: Mapping[Path, str]) -> list[_Part]:
    """Return what the items share, where there is such a part, and each item's, in the order of the course."""
    wanted = {item.id.lower(): item for item in assignment.items()}  # as the graders' files are called
    if _COMMON in wanted or len(wanted) < len(assignment.items()):
        raise CourseError(
            f"Each item of {assignment.name} has a part of its own in {folder}, called by its name in small letters, beside {_COMMON}.py: give the items names that differ in more than capitals, and none of them this one."
        )
    there = {path.stem for path in folder.glob("*.py")}
    if missing := [name for name in wanted if name not in there]:
        others = ", ".join(f"{name}.py" for name in sorted(there - {*wanted, _COMMON}))
        raise CourseError(
            f"{folder / missing[0]}.py is missing: it holds the public check and the hints of {wanted[missing[0]].id!r}. "
            + (
                f"Is it one of these, of no item: {others}?"
                if others
                else "Begin with a copy of another item's part."
            )
        )
    paths = {name: folder / f"{name}.py" for name in (_COMMON, *wanted)}
    common = (
        [_read(paths[_COMMON], texts[paths[_COMMON]], "what several items use")] if _COMMON in there else []
    )
    items = [_read(paths[name], texts[paths[name]], f"{i.notebook}: {i.id}") for name, i in wanted.items()]
    for part in (*common, *items):
        for table, key in part.filled:
            if part in common or key != wanted[part.path.stem].id:
                raise CourseError(
                    f"{part.path} fills {table}[{key!r}]. A part fills in the tables for its own item alone, and {_COMMON}.py for none: mend the name, or move these lines to that item's part."
                )
    return [*common, *items]


def _require_apart(shared: tuple[_Part, ...], lab: tuple[_Part, ...]) -> None:
    """Raise a CourseError where a name has two owners, or a part takes a name that another item's part owns, or nobody."""
    owners: dict[str, _Part] = {}
    for part in (*shared, *lab):
        for name in sorted(part.given):
            other = owners.setdefault(name, part)
            if other is not part and _bound(part).get(name, part) != _bound(other).get(name):
                raise CourseError(
                    f"{part.path} defines `{name}`, and so does {other.path}. In one file the second would take the place of the first: give it another name, or, where both mean the same, move it to {_COMMON}.py."
                )
    for part in lab:
        for name in sorted(part.asked - part.given - _KNOWN):
            owner = owners.get(name)
            if owner is None or name in _bound(owner):
                raise CourseError(
                    f"{part.path} uses `{name}`, which is neither defined nor imported there. Mend the name, or import it at the top."
                )
            if owner in lab and owner.path.stem != _COMMON:
                raise CourseError(
                    f"{part.path} uses `{name}`, which is defined in {owner.path}. Move it to {_COMMON}.py, so that each of the two items can change or go without the other."
                )


def _bound(part: _Part) -> dict[str, str]:
    """Return the names that a part's imports bind, and what each stands for."""
    bound = {}
    for node in part.imports:
        above = "" if isinstance(node, ast.Import) else f"{node.module}."
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            bound[name] = above + (alias.name if alias.asname or above else name)
    return bound


def _imports(parts: tuple[_Part, ...]) -> str:
    """Return the imports of all parts, each once: Python's own, then the others."""
    plain, members = set(), dict[str, set[str]]()
    for node in (node for part in parts for node in part.imports):
        for alias in node.names:
            written = ast.unparse(alias)
            if isinstance(node, ast.Import):
                plain.add(written)
            else:
                members.setdefault(node.module or "", set()).add(written)
    blocks = []
    for own in (True, False):
        lines = [f"import {each}" for each in sorted(plain) if _is_pythons(each) is own]
        lines += [
            f"from {module} import {', '.join(sorted(names))}"
            for module, names in sorted(members.items())
            if _is_pythons(module) is own
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(filter(None, blocks))


def _is_pythons(module: str) -> bool:
    return re.split(r"\W", module)[0] in sys.stdlib_module_names


# -------------------------------------------------------------------------------------- what the build writes in


def _tables(assignment: Assignment, voice: Voice) -> dict[str, list[str]]:
    """Return the lines of each table that comes from the configuration or from the graders."""
    notebooks = []
    for name in assignment.notebooks:
        points = [f'        "{item.id}": {item.points:g},' for item in assignment.items(name)]
        notebooks += [f'    "{name}": {{', *points, "    },"]
    return {
        "NOTEBOOKS": notebooks,
        "BY_HAND": [f'    "{item.id}": {item.points:g},' for item in assignment.manual_items()],
        "FROM_SCRATCH": _library_rule(assignment),
        "EXPLANATIONS": [f"    {each!r}," for each in _explanations(voice)],
    }


def _library_rule(assignment: Assignment) -> list[str]:
    """Return lines of the table that names the items under the from-scratch rule, and what it takes."""
    under = [
        item.id
        for item in assignment.items()
        if (path := item_folder(assignment.name, item.id) / "reference.py").is_file()
        and _TAKES.search(path.read_text("utf-8"))
    ]
    if not under:
        return []
    taken = importlib.import_module(f"autograder.graders.{assignment.name}.library").TAKEN
    return [
        f'    "items": {under!r},',
        *(f'    "{key}": {taken[key]!r},' for key in ("operators", "functions", "packages")),
    ]
