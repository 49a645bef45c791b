"""The build is deterministic, complete, and gives students nothing that they may not have."""

from __future__ import annotations

import ast
import functools
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.authoring import build as sources
from autograder.authoring import messages
from autograder.authoring.build import build, built_files
from autograder.authoring.translations.books import changed_catalogues, sources_of
from autograder.course import by_hand
from autograder.course.model import Course, Item, load
from autograder.errors import CourseError
from tests.small_class import autograder

ROOT = Path(__file__).resolve().parents[1]
COURSE = load(ROOT)
LAB = COURSE.assignment("lab1_train_cnn")
LABS = [lab.name for lab in COURSE.assignments]
NOTEBOOKS = [(lab.name, name) for lab in COURSE.assignments for name in lab.notebooks]
ITEMS = [(lab.name, item) for lab in COURSE.assignments for item in lab.items()]
pytestmark = pytest.mark.timeout(60)


def ids(value: Item | str) -> str | None:
    return value.id if isinstance(value, Item) else None


@functools.cache
def read(folder: Path, name: str) -> nbformat.NotebookNode:
    return nbformat.read(folder / f"{name}.ipynb", as_version=4)


def cells(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def prose_before(notebook: nbformat.NotebookNode, grade_id: str) -> str:
    """Return the text of a task: from its `##` heading to the cell with this grade id."""
    text: list[str] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = [cell.source] if cell.source.startswith("## ") else [*text, cell.source]
        elif cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return "\n".join(text)
    raise AssertionError(grade_id)


def prose_after(notebook: nbformat.NotebookNode, grade_id: str) -> str:
    """Return the first text after a cell."""
    place = next(
        i for i, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    return next(c.source for c in notebook.cells[place:] if c.cell_type == "markdown")


@pytest.fixture
def copy(tmp_path: Path) -> Course:
    """A copy of the course's sources, not built yet."""
    shutil.copy(ROOT / "course_config.py", tmp_path)
    for lab in LABS:
        unbuilt = shutil.ignore_patterns("*.ipynb")
        shutil.copytree(COURSE.source(lab), tmp_path / "source" / lab, ignore=unbuilt)
    return load(tmp_path)


@pytest.fixture
def in_english(copy: Course) -> Course:
    """The same with English and the first lab alone."""
    with (copy.root / "course_config.py").open("a", encoding="utf-8") as file:
        file.write("\nimport dataclasses\n")
        file.write(
            'course = dataclasses.replace(course, languages=("en",), assignments=course.assignments[:1])\n'
        )
    return load(copy.root)


# ------------------------------------------------------------------------------------------------ the build


def test_the_built_files_in_the_tree_are_what_a_build_gives(copy: Course) -> None:
    """Two builds of the same sources give the same bytes: this one, and that of whoever committed them."""
    names = build(copy)
    assert len(names) == len(NOTEBOOKS) + len(COURSE.languages) * (len(NOTEBOOKS) + 3 * len(LABS))
    changed = [name for name in names if (ROOT / name).read_bytes() != (copy.root / name).read_bytes()]
    assert changed == [], "run `autograder build`"
    there = [path for lab in LABS for path in COURSE.source(lab).glob("*.ipynb")]
    there += [
        path for path in (ROOT / "release").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sorted(path.relative_to(ROOT).as_posix() for path in there) == names
    assert changed_catalogues(COURSE, [each for each in COURSE.languages if each != "en"]) == {}


def test_what_was_built_is_kept_until_anything_that_it_was_built_from_changes(in_english: Course) -> None:
    """Commands ask several times; nothing may be graded by what was right before an edit."""
    lab = in_english.assignments[0]
    known = {sources.built_from(in_english, lab)}

    def is_new(course: Course) -> bool:
        key = sources.built_from(course, course.assignments[0])
        return key not in known and not known.add(key)

    files = sources_of(in_english, lab)
    own = [path for path in files if path.is_relative_to(in_english.root)]
    folder = in_english.source(lab.name)
    assert {path for path in folder.rglob("*") if path.is_file()} == {*own}
    for path in own:
        first, *rest = path.read_bytes()
        path.write_bytes(bytes([first ^ 1, *rest]))
        assert is_new(in_english), path
    (folder / "checks" / "more.py").touch()
    assert is_new(in_english)
    (notebook, items), *others = lab.notebooks.items()
    (item, points), *_ = items.items()
    edits: list[dict[str, Any]] = [
        {"notebooks": {notebook: {**items, item: points + 1}, **dict(others)}},
        {"notebooks": {notebook: {**items, item: by_hand(points)}, **dict(others)}},
        {"notebooks": dict([*others, (notebook, items)])},
        {"training": {**lab.training, "digits": replace(lab.training["digits"], epochs=9)}},
        {"due": "2026-10-01 23:59+02:00"},
        {"follow_through": 0.25},
        {"free": (item,)},
    ]
    for edit in edits:
        assert is_new(replace(in_english, assignments=(replace(lab, **edit),))), edit
    dated = replace(in_english, assignments=(replace(lab, due="2026-10-01 23:59+02:00"),))
    for course in (
        replace(dated, time_zone="Asia/Tokyo"),
        replace(in_english, languages=("en", "es")),
        replace(in_english, limits=replace(in_english.limits, cell=1)),
        replace(in_english, libraries=("tqdm",)),
    ):
        assert is_new(course)


@pytest.mark.parametrize("lab", LABS)
def test_what_a_build_reads_is_what_it_is_kept_under(lab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for this package's code, of which a process knows what it once read."""
    assignment, read, opened = COURSE.assignment(lab), set(), io.open

    def open_and_tell(file: Any, *rest: Any, **settings: Any) -> Any:
        read.add(file)
        return opened(file, *rest, **settings)

    messages.of_engine()
    monkeypatch.setattr(io, "open", open_and_tell)
    sources._built(COURSE, assignment)
    folders = [ROOT / name for name in ("autograder", "source", "release", "data")]
    ours = {Path(file) for file in read if any(Path(file).is_relative_to(each) for each in folders)}
    assert len(ours) > 20
    assert ours <= {*sources_of(COURSE, assignment)}


def test_the_same_sources_are_built_once_wherever_they_lie(in_english: Course, tmp_path: Path) -> None:
    lab = in_english.assignments[0]
    first = built_files(in_english, lab)
    other = tmp_path / "moved"
    shutil.copytree(in_english.root / "source", other / "source")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "source_notebook", None)
        moved = built_files(replace(in_english, root=other), lab)
    assert {path.relative_to(other) for path in moved} == {
        path.relative_to(in_english.root) for path in first
    }
    assert [*moved.values()] == [*first.values()]
    moved.clear()
    assert built_files(in_english, lab) == first


def test_check_writes_nothing_and_names_what_differs(in_english: Course) -> None:
    missing = build(in_english, check=True)
    assert missing
    assert not (in_english.root / "release").exists()
    build(in_english)
    changed = in_english.release(LAB.name) / "01_cnn_layers.ipynb"
    changed.write_text("{}", encoding="utf-8")
    left_over = in_english.release(LAB.name) / "00_old.ipynb"
    left_over.write_text("{}", encoding="utf-8")
    assert build(in_english, check=True) == [
        f"release/en/{LAB.name}/{n}.ipynb" for n in ("00_old", "01_cnn_layers")
    ]
    done = autograder(in_english.root, "build", "--check")
    assert done.returncode == 1
    assert "01_cnn_layers.ipynb" in done.stdout + done.stderr
    assert changed.read_text("utf-8") == "{}"
    build(in_english)
    assert not left_over.exists()
    assert changed.read_bytes() == (COURSE.release(LAB.name) / changed.name).read_bytes()
    assert build(in_english, check=True) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{{ points.relu }}", "{{ points.rely }}", "has nothing for"),
        ('graded="relu"', 'locked="relu_check"', "are not the items"),
        ('solution="relu"', 'tags=["demo"]', "solution cell"),
        ('graded="relu"', 'graded="leaky_relu"', "no points"),
        ('tags=["demo"]', 'tag="demo"', "mean nothing"),
    ],
)
def test_a_source_that_disagrees_with_the_configuration_is_refused(
    in_english: Course, old: str, new: str, message: str
) -> None:
    path = in_english.source(LAB.name) / "01_cnn_layers.nb.py"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        build(in_english)
    assert not (in_english.root / "release").exists()


@pytest.mark.parametrize("name", ["01_cnn_layers.nb.py", "checks/relu.py"])
def test_a_missing_source_is_named(copy: Course, name: str) -> None:
    (copy.source(LAB.name) / name).unlink()
    with pytest.raises(CourseError, match=re.escape(name)):
        build(copy)


def test_points_of_the_configuration_reach_cells_prose_and_checks(in_english: Course) -> None:
    config = in_english.root / "course_config.py"
    config.write_text(config.read_text("utf-8").replace('"conv2d": 6', '"conv2d": 7.5'), encoding="utf-8")
    build(load(in_english.root))
    notebook = read(in_english.release(LAB.name), "01_cnn_layers")
    assert cells(notebook)["test_conv2d"].metadata.nbgrader.points == 7.5
    assert "7.5 points" in prose_before(notebook, "conv2d")
    assert '"conv2d": 7.5' in (in_english.release(LAB.name) / "checks.py").read_text("utf-8")


def test_nbgraders_own_command_gives_the_same_release(tmp_path: Path) -> None:
    shutil.copytree(COURSE.source(LAB.name), tmp_path / "source" / LAB.name)
    (tmp_path / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "x"\n'
        'c.CourseDirectory.ignore = ["*.nb.py", "*.po", "__pycache__", "checks"]\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", LAB.name, "--no-db"]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    for name in LAB.notebooks:
        theirs = (tmp_path / "release" / LAB.name / f"{name}.ipynb").read_text("utf-8")
        ours = (COURSE.release(LAB.name) / f"{name}.ipynb").read_text("utf-8")
        assert theirs.strip() == ours.strip()


# -------------------------------------------------------------------------------- what students may not see


@functools.cache
def released_text(lab: str = "") -> str:
    """Return everything under release/, or of one lab there, in one text, notebooks with the line breaks of their cells."""
    texts = []
    for path in sorted((COURSE.release(lab) if lab else ROOT / "release").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            texts.append(path.read_text("utf-8"))
            if path.suffix == ".ipynb":
                texts += [cell.source for cell in nbformat.read(path, as_version=4).cells]
    return "\n".join(texts)


def test_release_holds_no_marks_of_solutions_or_hidden_tests() -> None:
    text = released_text()
    for word in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "CANARY", "autograder.graders"):
        assert word not in text


@pytest.mark.parametrize("lab", LABS)
def test_no_line_of_a_solution_is_released(lab: str) -> None:
    """Lines that say something and stand nowhere outside the solutions must not be released."""
    text = released_text(lab)
    region = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
    sources = "\n".join(path.read_text("utf-8") for path in COURSE.source(lab).glob("*.nb.py"))
    outside = region.sub("", sources)
    lines = {line.strip() for body in region.findall(sources) for line in body.splitlines()}
    telling = [line for line in lines if len(line) > 24 and line not in outside]
    assert len(telling) > 40
    assert not [line for line in telling if line in text]


@pytest.mark.parametrize("lab", [*LABS, "kit"])
def test_no_line_of_a_hidden_test_is_released(lab: str) -> None:
    """A right answer among the graders begins as the stub does: what it takes is no secret."""
    text = released_text(lab if lab in LABS else "")
    stubs = {
        line.strip()
        for place, name in NOTEBOOKS
        for cell in cells(read(COURSE.release(place), name)).values()
        if cell.metadata.nbgrader.solution
        for line in cell.source.splitlines()
        if line.lstrip().startswith("def ")
    }
    for path in sorted((ROOT / "autograder" / "graders" / lab).rglob("*.py")):
        lines = {line.strip() for line in path.read_text("utf-8").splitlines()} - stubs
        telling = {line for line in lines if len(line) > 60 and not line.startswith(("from ", "import "))}
        assert [line for line in telling if line in text] == [], path


def test_the_network_is_shown_nowhere() -> None:
    """No cell that students get, and no public check, makes the convolutions of the CNN."""
    assert "Conv2d(" not in (COURSE.release(LAB.name) / "checks.py").read_text("utf-8")
    for name in LAB.notebooks:
        for cell in read(COURSE.release(LAB.name), name).cells:
            if cell.cell_type == "code":
                assert "Conv2d(" not in cell.source


# ----------------------------------------------------------------------------------------------- every item


@pytest.mark.parametrize(("lab", "item"), ITEMS, ids=ids)
def test_every_item_has_its_cells_and_points(lab: str, item: Item) -> None:
    for folder in (COURSE.source(lab), COURSE.release(lab)):
        found = cells(read(folder, item.notebook))
        graded = found[item.graded_cell]
        assert graded.metadata.nbgrader.points == item.points
        assert (graded.metadata.nbgrader.grade, graded.metadata.nbgrader.locked) == (True, True)
        assert f'check("{item.id}")' in graded.source
        assert (item.id in found) == item.solution
    if item.solution:
        stub = found[item.id]
        assert "# YOUR CODE HERE\n" in stub.source
        assert "raise NotImplementedError()" in stub.source
        assert (stub.metadata.nbgrader.grade, stub.metadata.nbgrader.solution) == (False, True)
        assert "checksum" in stub.metadata.nbgrader
    assert not graded.metadata.editable
    assert not graded.metadata.deletable


@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_headings_are_in_order(lab: str, name: str) -> None:
    levels = []
    for cell in read(COURSE.release(lab), name).cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)
            levels += [len(match) for match in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_a_notebook_is_clean_and_stands_alone(lab: str, name: str) -> None:
    notebook = read(COURSE.release(lab), name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.get("language_info", {})
    found = cells(notebook)
    checks = found["public_checks"]
    assert checks.metadata.jupyter.source_hidden
    assert not checks.metadata.editable
    line = next(line for line in checks.source.splitlines() if line.startswith("CHECKS = "))
    text = (COURSE.release(lab) / "checks.py").read_text("utf-8")
    assert ast.literal_eval(line.removeprefix("CHECKS = ")) == text
    assert "autograder" not in text
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert "plt.show" not in cell.source  # `show(alt)` gives every figure its text


@pytest.mark.parametrize("lab", LABS)
def test_notebooks_share_their_locked_cells(lab: str) -> None:
    notebooks = COURSE.assignment(lab).notebooks
    first, *others = [cells(read(COURSE.source(lab), name)) for name in notebooks]
    for other in others:
        for grade_id in ("public_checks", "setup"):
            assert other[grade_id].source == first[grade_id].source


@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_where_a_student_stands_is_not_asked_while_grading(lab: str, name: str) -> None:
    """`progress()` makes every check's calls: a grading would take a twentieth longer, for what nobody reads there."""
    (asks,) = (c for c in read(COURSE.release(lab), name).cells if c.source == "progress()")
    assert asks.metadata.tags == ["demo"]


# ------------------------------------------------------------------------------------------- quoted numbers


def test_the_numbers_of_trained_accuracy_are_printed() -> None:
    text = prose_before(read(COURSE.release(LAB.name), "02_training_loop"), "test_trained_accuracy")
    numbers = LAB.training["mnist"]
    assert f"the first {numbers.images:,} training images" in text
    assert f"epochs={numbers.epochs}, lr=0.001" in text
    assert f"{numbers.threshold:.0%} of the test images" in text
    for numbers in LAB.training.values():
        assert f"{numbers.threshold:.0%}" in text
        assert round(numbers.threshold * 100) == pytest.approx(numbers.threshold * 100)
