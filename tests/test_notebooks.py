"""Reading and sanitising notebooks: whatever a file holds, it ends in known cells or in words for the student."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course import Limits
from autograder.errors import NotebookError
from autograder.notebooks import Cell, read_json, released_cells, sanitise
from autograder.submissions import recognise

RELEASED = [
    Cell("locked", "setup", "import torch"),
    Cell("solution", "relu", "def relu(x):\n    raise NotImplementedError()"),
    Cell("graded", "test_relu", "check('relu')"),
    Cell("demo", "", "plot()"),
    Cell("solution", "softmax", "def softmax(z): raise NotImplementedError()"),
    Cell("graded", "test_softmax", "check('softmax')"),
]


def cell(source, grade_id="", kind="code", **metadata):
    nbgrader = {"grade_id": grade_id, "solution": True} if grade_id else {}
    return {
        "cell_type": kind,
        "metadata": {"nbgrader": nbgrader, **metadata},
        "source": source,
        "outputs": [],
    }


def clean(*cells):
    return sanitise({"cells": list(cells)}, RELEASED, "n")


def sources(notebook, *kinds):
    return [c.source for c in notebook.cells if c.kind in kinds]


def test_solutions_are_taken_and_locked_cells_run_as_released():
    notebook = clean(cell("import os; os.abort()", "setup"), cell("def relu(x): return 1", "relu"))
    assert sources(notebook, "solution") == ["def relu(x): return 1"]
    assert sources(notebook, "locked") == ["import torch"]
    assert any("changed" in note for note in notebook.notes)


def test_missing_locked_and_graded_cells_are_put_back_in_place():
    notebook = clean(cell("A", "relu"), cell("B", "softmax"))
    assert [c.grade_id for c in notebook.cells] == ["setup", "relu", "test_relu", "softmax", "test_softmax"]


def test_of_two_cells_with_one_id_the_last_counts():
    notebook = clean(cell("first", "relu"), cell("second", "relu"))
    assert notebook.solution("relu") == "second"
    assert "first" in sources(notebook, "own")


def test_a_student_cannot_make_a_cell_graded_or_change_what_it_is():
    forged = cell("1/0", "test_relu")
    forged["metadata"]["nbgrader"] |= {"grade": True, "points": 300, "locked": False}
    notebook = clean(forged, cell("x", "mine"), cell("y", "test_softmax", "markdown"))
    assert [c for c in notebook.cells if c.kind == "graded" and c.grade_id == "test_relu"][
        0
    ].source == "check('relu')"
    assert next(c for c in notebook.cells if c.source == "x").kind == "own"


def test_the_digest_sees_code_and_not_layout_of_the_file():
    one = clean(cell("A", "relu"))
    assert one.digest == clean(cell(["A"], "relu"), cell("words", kind="markdown")).digest
    assert one.digest != clean(cell("A ", "relu")).digest
    assert (
        clean(
            *(
                {"cell_type": "code", "source": c.source, "metadata": {"nbgrader": {"grade_id": c.grade_id}}}
                for c in one.cells
            )
        ).digest
        == one.digest
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "JSON cannot be read"),
        (b'{"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> x\n]}', "merge-conflict"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[]", "no list of cells"),
        (b'{"cells": {}, "nbformat": 4}', "no list of cells"),
        (b'{"cells": [], "nbformat": 3}', "format 3"),
        (b'{"cells": [], "nbformat": "4"}', "format 4"),
        (b"[" * 100_000, "JSON cannot be read"),
        (json.dumps({"nbformat": 4, "cells": [{}] * 2001}).encode(), "2001 cells"),
    ],
)
def test_what_is_no_notebook_is_refused_with_words(tmp_path, content, words):
    path = tmp_path / "n.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=words):
        read_json(path, Limits())


def test_links_and_large_files_are_not_followed(tmp_path):
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(NotebookError, match="plain file"):
        read_json(tmp_path / "link.ipynb", Limits())
    with (tmp_path / "large.ipynb").open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(NotebookError, match="50 MiB"):
        read_json(tmp_path / "large.ipynb", Limits())


def test_a_renamed_notebook_is_recognised_by_its_cells():
    values = {"cells": [cell("A", "relu"), cell("B", "softmax")]}
    assert (
        recognise("final version (2)", values, {"01": RELEASED, "02": [Cell("solution", "fit", "")]}) == "01"
    )
    assert recognise("x", {"cells": [cell("A", "other")]}, {"01": RELEASED}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "tags", "x"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(JSON, max_size=6))
def test_no_list_of_cells_breaks_the_sanitiser(cells):
    notebook = sanitise({"cells": cells}, RELEASED, "n")
    assert {c.grade_id for c in notebook.cells if c.kind in ("locked", "graded")} == {
        "setup",
        "test_relu",
        "test_softmax",
    }


def test_the_release_has_every_cell(course, lab1):
    for name in lab1.notebooks:
        values = json.loads((course.release(lab1.name) / f"{name}.ipynb").read_text())
        ids = {c.grade_id for c in released_cells(values)}
        for item in lab1.items(name):
            assert item.graded_cell in ids
            assert not item.solution or item.id in ids
