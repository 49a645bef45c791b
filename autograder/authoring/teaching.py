"""What every item must have before it is taught: goal and minutes, shapes, public check, hints, pitfall, question and answer."""

from __future__ import annotations

import ast
import re
from types import ModuleType

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.authoring.figures import figures, untraced
from autograder.authoring.ideas import missing
from autograder.authoring.public_checks import CHECKS, PARTS, left_over, public_checks
from autograder.authoring.sources import SUFFIX
from autograder.course.model import Assignment, Course, Item
from autograder.course.questions import FOLDER, answers, questions
from autograder.errors import CourseError

HINTS = 3
LONGEST = 100  # characters of a line of code, beside the page's margin on a small screen
IMAGES = re.compile(r"(train|test)_(set|images|labels)")  # what the data cell gives
_GOAL = re.compile(r"\*\*Goal\*\* · .*?· about \d+ minutes ·\s+(\d+(?:\.\d+)?) points", re.DOTALL)
_SHAPE = re.compile(r"\([\w ,…]+\)|\b(shape|scalar|length|int|float)\b")
_SOLUTION = re.compile(r"^\s*### BEGIN SOLUTION$.*?^\s*### END SOLUTION$", re.DOTALL | re.MULTILINE)
_DRAWS = re.compile(r"plt\.(figure|subplots|show|imshow)\(")
_SHOWN = re.compile(r"^\s*show\(", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{ ?figures\.(\w+)")


def shortcomings(course: Course, assignment: Assignment) -> list[str]:
    """Return what the items of an assignment lack for those who learn from them, in English, as built."""
    said: list[str] = []
    checks = load_checks(public_checks(course, assignment))
    for name in assignment.notebooks:
        path = course.source(assignment.name) / f"{name}.ipynb"
        if not path.is_file():
            said.append(f"{name}: {path} is not built; run `autograder build`")
            continue
        notebook = nbformat.read(path, as_version=4)
        for item in assignment.all_items(name):
            said += [f"{item.id}: {each}" for each in item_lacks(item, notebook, checks)]
        said += _answers_lacking(course, assignment, name, notebook)
        said += [f"{name}: {each}" for each in unreadable(notebook)]
        said += [f"{name}: {each}" for each in unguarded(notebook)]
    said += [
        f"{PARTS}/{path.name} belongs to no item: give it its item's name, or delete it"
        for path in left_over(course, assignment)
    ]
    return said + missing(course, assignment) + _quotes(course, assignment)


def load_checks(text: str) -> ModuleType:
    """Return the public checks as a module.

    Raises:
        CourseError: They cannot be imported.
    """
    module = ModuleType("public_checks_of_the_course")
    try:
        exec(compile(text, CHECKS, "exec"), module.__dict__)
    except Exception as error:
        raise CourseError(f"The public checks cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _answers_lacking(course: Course, assignment: Assignment, name: str, notebook: NotebookNode) -> list[str]:
    """Return which questions behind a notebook's checks have no answer, and which answers no question."""
    answered = answers(course, assignment, name)
    items = {item.id for item in assignment.all_items(name)}
    asked = questions(notebook.cells, dict.fromkeys(items, ""))
    return [
        f"{item}: its question has no answer (`## {item}` in {FOLDER}/{name}.md)"
        for item in asked
        if item not in answered
    ] + [
        f"{FOLDER}/{name}.md answers {item}, of which nothing is asked"
        for item in answered
        if item not in asked
    ]


def unreadable(notebook: NotebookNode) -> list[str]:
    """Return what students cannot read well: long lines in code that is not folded, and pictures without a text in their place."""
    said = []
    for cell in (each for each in notebook.cells if each.cell_type == "code"):
        if _DRAWS.search(cell.source) and not _SHOWN.search(cell.source):
            said.append(
                f'a picture has no text for readers who cannot see it (`show("…")`): {_first(cell.source)}'
            )
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            continue
        for line in _SOLUTION.sub("", cell.source).split("\n"):
            if len(line) > LONGEST:
                said.append(
                    f"a line of code has {len(line)} characters; {LONGEST} can be read without scrolling: {_first(line)}"
                )
    return said


def _first(text: str) -> str:
    return f"{text.strip().partition(chr(10))[0][:60]} …"


def item_lacks(item: Item, notebook: NotebookNode, checks: ModuleType) -> list[str]:
    """Return what one item lacks in its notebook and in the public checks."""
    said = []
    places = {
        cell.metadata.nbgrader.grade_id: i
        for i, cell in enumerate(notebook.cells)
        if "nbgrader" in cell.metadata
    }
    graded = places.get(item.graded_cell)
    begin = places.get(item.id if item.solution else item.graded_cell)
    if graded is None or begin is None:
        return ["its solution cell or its graded cell is missing"]
    goal = _GOAL.search(_task(notebook, begin))
    if goal is None:
        said.append("its task has no line `**Goal** · … · about N minutes · P points`")
    elif float(goal[1]) != item.points:
        said.append(f"its task says {goal[1]} points, course_config.py {item.points:g}")
    if item.by_hand:  # what a person grades has no check, and so no hints
        return said
    after = next((c.source for c in notebook.cells[graded:] if c.cell_type == "markdown"), "")
    if "**Pitfalls** · " not in after:
        said.append("no pitfalls stand behind its check (`**Pitfalls** · …`)")
    if not re.search(r"\*\*Think\*\* · [^\n]*(\n[^\n]+)*\?", after):
        said.append("no question stands behind its check (`**Think** · … ?`)")
    if f'check("{item.id}")' not in notebook.cells[graded].source:
        said.append(f'its graded cell does not call check("{item.id}")')
    beside = notebook.cells[graded + 1 : graded + 2]
    if not any("nbgrader" not in c.metadata and f'# hint("{item.id}")' in c.source for c in beside):
        said.append(f'behind its check stands no cell to try things in, with `# hint("{item.id}")`')
    if not checks.EXAMPLES.get(item.id):
        said.append(f'it has no public check (`EXAMPLES["{item.id}"]` in {PARTS}/{item.id.lower()}.py)')
    if item.solution:
        said += _docstring_lacks(item.id, notebook.cells[begin].source)
    hints = [each for each in checks.HINTS.get(item.id, ()) if each.strip()]
    if len(set(hints)) < HINTS:
        said.append(
            f'it has {len(set(hints))} hints of {HINTS} (`HINTS["{item.id}"]` in {PARTS}/{item.id.lower()}.py)'
        )
    return said


def unguarded(notebook: NotebookNode) -> list[str]:
    """Return what demo cells use without waiting for it: "Run All" on a fresh notebook would end there with an error."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    written = {
        node.name
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("solution")
        for node in _parsed(cell.source)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    said = []
    for statements in (_parsed(c.source) for c in cells if "demo" in c.metadata.get("tags", [])):
        own = {name for each in statements for name in _names(each, ast.Store)}
        for each in statements:
            used = _names(each, ast.Load)
            waited = _waited_for(each)
            data = any(name.startswith(("train_", "test_")) for name in waited)  # all are there, or none
            wanted = {n for n in used if n in written or (not data and IMAGES.fullmatch(n))} - own - waited
            said += [
                f'a demo cell uses {name} and does not wait for it: put it under `if ready("{name}"):`'
                for name in sorted(wanted)
            ]
    return said


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:  # a magic command, say
        return []


def _names(node: ast.stmt, how: type[ast.expr_context]) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, how)}


def _waited_for(node: ast.stmt) -> set[str]:
    """Return the names of `if ready("conv2d", "train_set"):`."""
    match node:
        case ast.If(test=ast.Call(func=ast.Name(id="ready"), args=arguments), orelse=[]):
            return {str(each.value) for each in arguments if isinstance(each, ast.Constant)}
    return set()


def _task(notebook: NotebookNode, place: int) -> str:
    """Return the prose of a task, from its `##` heading to the cell at `place`."""
    prose: list[str] = []
    for cell in notebook.cells[:place]:
        if cell.cell_type == "markdown":
            prose = [cell.source] if cell.source.startswith("## ") else [*prose, cell.source]
    return "\n".join(prose)


def _docstring_lacks(name: str, stub: str) -> list[str]:
    """Return what a stub's docstring does not say about shapes."""
    try:
        node = next(n for n in ast.parse(stub).body if getattr(n, "name", None) == name)
    except (SyntaxError, StopIteration):
        return [f"its solution cell does not define {name}"]
    text = ast.get_docstring(node) if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else None
    if not text:
        return ["its stub has no docstring"]
    if isinstance(node, ast.ClassDef) and any("Module" in ast.unparse(base) for base in node.bases):
        return [] if len(re.findall(r"\(N, [\w, ]+\)", text)) >= 2 else ["its docstring gives no shapes"]
    if isinstance(node, ast.ClassDef):
        begin = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
        return _undescribed(begin.args.args[1:], text) if begin else []
    assert isinstance(node, ast.FunctionDef)
    arguments, _, returns = text.partition("Returns:")
    said = _undescribed(node.args.args, arguments)
    if not _SHAPE.search(returns):
        said.append("its docstring does not say what shape is returned (`Returns:`)")
    return said


def _undescribed(arguments: list[ast.arg], text: str) -> list[str]:
    missing = [each.arg for each in arguments if not re.search(rf"^    {each.arg}: ", text, re.MULTILINE)]
    return [f"its docstring does not describe {each}" for each in missing]


def _quotes(course: Course, assignment: Assignment) -> list[str]:
    """Return numbers in the prose that come from no run, and figures that no prose quotes."""
    said = []
    used: set[str] = set()
    for name in assignment.notebooks:
        source = jupytext.reads(
            (course.source(assignment.name) / f"{name}{SUFFIX}").read_text("utf-8"), fmt="py:percent"
        )
        for cell in source.cells:
            used |= set(_PLACEHOLDER.findall(cell.source))
            if cell.cell_type == "markdown":
                said += [
                    f"{name}: the prose says {number}, which no run gives: take it from figures.toml"
                    for number in untraced(cell.source)
                ]
    unused = sorted(set(figures(course, assignment)) - used)
    return said + [f"figures.toml: {each} is quoted nowhere" for each in unused]
