"""Reading and sanitising notebooks: whatever a file holds, it ends in known cells or in words for the student."""

import json
import os
import threading
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.model import Limits
from autograder.errors import NotebookError
from autograder.gradebook.judging import students_of
from autograder.intake import notebooks
from autograder.intake.files import TooLargeError, read_plain
from autograder.intake.notebooks import Cell, read_json, released_cells, same_code, sanitise
from autograder.intake.stamps import timestamp
from autograder.intake.stripping import TooManyValues, without_outputs
from autograder.intake.submissions import Released, clean_notebook, recognise
from autograder.pages.html import clean_markdown, clean_outputs, clean_text, plain

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
    assert any("runs as released" in note for note in notebook.notes)


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


def test_the_release_has_every_cell(course, lab1):
    for name in lab1.notebooks:
        values = json.loads((course.release(lab1.name) / f"{name}.ipynb").read_text())
        ids = {c.grade_id for c in released_cells(values)}
        for item in lab1.items(name):
            assert item.graded_cell in ids
            assert not item.solution or item.id in ids


def test_pipes_folders_and_devices_are_no_notebooks(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "zero.ipynb").symlink_to("/dev/zero")
    for name in ("pipe", "folder", "zero"):
        with pytest.raises(
            NotebookError, match="plain file"
        ):  # at once: a pipe that nobody writes to would hold us up
            read_json(tmp_path / f"{name}.ipynb", Limits())


def test_a_file_swapped_while_it_is_read_is_never_followed(tmp_path):
    """What is read is a plain file of the allowed size, or nothing: never the link that takes its place."""
    path, secret, end = tmp_path / "n", tmp_path / "secret", threading.Event()
    secret.write_bytes(b"secret")

    def swap():
        turn = 0
        while not end.is_set():
            turn += 1
            new = tmp_path / f"new{turn}"
            if turn % 3 == 0:
                new.symlink_to(secret)
            else:
                new.write_bytes(b"x" * (10 if turn % 3 == 1 else 5000))
            os.replace(new, path)

    path.write_bytes(b"x")
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(2000):
            try:
                assert set(read_plain(path, 100)) == {ord("x")}
            except (TooLargeError, OSError):
                pass
    finally:
        end.set()
        thread.join()


def test_a_file_that_grows_is_read_to_the_cap(tmp_path, monkeypatch):
    path = tmp_path / "n"
    path.write_bytes(b"x" * 500)
    real = os.fstat

    def small(descriptor):
        values = list(real(descriptor))
        values[6] = 10  # st_size, as it was a moment ago
        return os.stat_result(values)

    monkeypatch.setattr("autograder.intake.files.os.fstat", small)
    with pytest.raises(TooLargeError):
        read_plain(path, 100)


def test_cells_that_are_no_cells_keep_their_place():
    demo = {"cell_type": "code", "source": "plot()", "metadata": {"tags": ["demo"]}, "outputs": [{"output_type": "stream", "text": "curve"}]}  # fmt: skip
    raw = {"cells": [5, None, demo, cell("def relu(x): return x", "relu")]}
    values = {
        "metadata": {},
        "nbformat": 4,
        "cells": [
            {"cell_type": "code", "source": c.source, "metadata": {"nbgrader": {"grade_id": c.grade_id}}, "outputs": []}
            for c in RELEASED
        ],
    }  # fmt: skip
    clean_up = clean_notebook(raw, Released(values, RELEASED), sanitise(raw, RELEASED, "n"))
    shown = [c["outputs"] for c in clean_up["cells"] if c["source"] == "plot()"]
    assert [output["text"] for outputs in shown for output in outputs] == ["curve"]


def test_ids_and_types_that_are_no_text_are_nothing():
    deep = []
    for _ in range(5000):
        deep = [deep]  # as text it would end the recursion limit
    notebook = clean(
        {"cell_type": deep},
        cell("x", deep),
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": deep}}},
    )
    assert {c.grade_id for c in notebook.cells} == {"", "setup", "test_relu", "test_softmax"}


def test_half_characters_become_whole_ones(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(
        json.dumps({"nbformat": 4, "cells": [cell("x = '\ud800' + '\U0001f600'", "relu")], "\udfff": 1})
    )
    read_json(path, Limits())["cells"][0]["source"].encode()
    assert "\U0001f600" in read_json(path, Limits())["cells"][0]["source"]
    for text in (clean_text("\ud800"), clean_markdown("\ud800"), plain("\ud800")):
        text.encode()
    json.dumps(clean_outputs([{"output_type": "error", "ename": "\ud800", "evalue": "\ud800", "traceback": ["\ud800"]}]),
               ensure_ascii=False).encode()  # fmt: skip


def test_words_of_strangers_are_safe_on_a_terminal():
    hostile = "a\x1b]0;owned\x07b\x1b[2Jc\x9b31md\u202ee\r\nf"
    assert plain(hostile) == "abc31mde f"
    assert not set(clean_text(hostile)) & set("\x1b\x07\x9b\u202e")
    assert len(plain("x" * 10_000)) == 200


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"2026-02-02 15:58:23.948203 UTC", True),
        (b"2026-02-02T15:58:23+02:00", True),
        (b"2026-02-02 15:58:23 America/Los_Angeles", True),
        (b"2026-02-02 15:58:23 /etc/passwd", False),
        (b"2026-02-02 15:58:23 a/../../x", False),
        (b"0001-01-01 00:00:00 +99:99", False),
        (b"\xff\xfe", False),
        (b"tomorrow", False),
        (b"2026-02-02 15:58:23" + b" " * 200, False),
    ],
)
def test_time_stamps_are_taken_in_nbgrader_s_form_only(tmp_path, content, kept):
    (tmp_path / "timestamp.txt").write_bytes(content)
    assert bool(timestamp(tmp_path)) == kept


def test_a_linked_submission_is_not_taken(temporary_course, lab1):
    submitted = temporary_course.root / "submitted"
    (submitted / "ada" / lab1.name).mkdir(parents=True)
    (submitted / "eve").mkdir()
    (submitted / "eve" / lab1.name).symlink_to(submitted / "ada" / lab1.name)
    assert students_of(temporary_course, lab1) == ["ada"]


def test_a_file_of_many_values_is_not_parsed(tmp_path, monkeypatch):
    path = tmp_path / "n.ipynb"
    start = b'{"nbformat": 4, "cells": [], "x": ['
    contents = [start + b"{}," * 600_000 + b"1]}", start + b"0," * 3_100_000 + b"1]}"]
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(NotebookError, match="Clear large outputs"):
            read_json(path, Limits())
    monkeypatch.setattr(notebooks, "_MAX_BRACKETS", 10**9)
    monkeypatch.setattr(notebooks, "_MAX_COMMAS", 10**9)
    for content in contents:
        path.write_bytes(content)
        read_json(path, Limits())


def test_a_large_notebook_of_an_honest_student_is_read(tmp_path):
    """Two thousand cells, each with outputs of many numbers, as text and as data of a plot."""
    numbers = [round(i / 7, 3) for i in range(400)]
    output = {
        "output_type": "display_data",
        "data": {"text/plain": [str(numbers)], "application/x-plot": {"y": numbers}},
    }
    cells = [{**cell(["x = 1\n"] * 20, f"i{i}"), "outputs": [output]} for i in range(2000)]
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    assert path.stat().st_size > 10 << 20
    assert len(read_json(path, Limits())["cells"]) == 2000


def test_half_a_character_costs_no_second_copy(tmp_path):
    path = tmp_path / "n.ipynb"
    peaks = []
    for text in ("x", "\ud800"):
        path.write_text(json.dumps({"nbformat": 4, "cells": [], "x": [[]] * 50_000, "y": text}))
        tracemalloc.start()
        read_json(path, Limits())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


# ------------------------------------------------------------------------------------------- outputs, ends of lines, types


def write(path, *cells, **more):
    path.write_text(json.dumps({"nbformat": 4, "cells": list(cells), **more}))
    return path


def output(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def test_what_was_printed_is_no_reason_to_refuse_the_work(tmp_path):
    printed = {
        **cell("def relu(x): return x", "relu"),
        "outputs": output([f"{i}\n" for i in range(2_000_000)]),
    }
    values = read_json(write(tmp_path / "n.ipynb", printed, cell("after", "softmax")), Limits())
    assert [c["outputs"] for c in values["cells"]] == [[], []]
    assert clean(*values["cells"]).solution("relu") == "def relu(x): return x"
    assert clean(*values["cells"]).solution("softmax") == "after"


@pytest.mark.parametrize(
    "values", [[1] * 3_100_000, [[] for _ in range(600_000)]], ids=["commas", "brackets"]
)
def test_many_values_in_outputs_are_not_parsed(tmp_path, values):
    chart = {
        **cell("x", "relu"),
        "outputs": [{"output_type": "display_data", "data": {"application/x": values}}],
    }
    assert clean(*read_json(write(tmp_path / "n.ipynb", chart), Limits())["cells"]).solution("relu") == "x"


def test_attached_pictures_are_no_reason_to_refuse_the_work(tmp_path):
    """Pictures pasted into text, and what converters attach to cells of code. How many there are is still seen."""
    picture = {"image/png": "iVBORw0KGgo" * (2 << 20)}  # 22 MiB
    lines = {"image/jpeg": ["9j/4AAQ\n" * (1 << 20), '{"}[' * 1000], "image/png": "x"}
    cells = (
        {"cell_type": "markdown", "source": "![](attachment:a.png)", "metadata": {}, "attachments": {"a.png": picture, "b {": lines}},
        {**cell("def relu(x): return x", "relu"), "outputs": output("x" * (38 << 20)), "attachments": {"a.png": lines}},
        {**cell("after", "softmax"), "attachments": {}},
    )  # fmt: skip
    values = read_json(write(tmp_path / "n.ipynb", *cells), Limits())
    assert [c["attachments"] for c in values["cells"]] == [{"a.png": {}, "b {": {}}, {"a.png": {}}, {}]
    assert values["cells"][1]["outputs"] == []
    assert clean(*values["cells"]).solution("relu") == "def relu(x): return x"
    assert clean(*values["cells"]).solution("softmax") == "after"


def test_large_sources_are_refused(tmp_path):
    for large in (cell("x" * (21 << 20), "relu"), {**cell("x"), "metadata": {"a": "y" * (21 << 20)}}):
        with pytest.raises(NotebookError, match="without its outputs and attached pictures"):
            read_json(write(tmp_path / "n.ipynb", large), Limits())
    with (tmp_path / "n.ipynb").open("wb") as file:
        file.truncate(129 << 20)
    with pytest.raises(NotebookError, match="129 MiB; at most 128"):
        read_json(tmp_path / "n.ipynb", Limits())


def test_large_pictures_in_texts_are_left_out_and_said_to_be(tmp_path):
    photos = {**cell("as I drew it"), "cell_type": "markdown", "attachments": {"a.png": {"image/png": "y" * (21 << 20)}}}  # fmt: skip
    values = read_json(write(tmp_path / "n.ipynb", photos, cell("def relu(x): return x", "relu")), Limits())
    assert [c.get("attachments") for c in values["cells"]] == [{"a.png": {}}, None]
    notebook = sanitise(values, RELEASED, "n")
    assert notebook.solution("relu") == "def relu(x): return x"
    assert [note for note in notebook.notes if "pictures attached" in note]
    photos["attachments"] = {"a.png": {"image/png": "y"}}
    values = read_json(write(tmp_path / "n.ipynb", photos), Limits())
    assert values["cells"][0]["attachments"]
    assert not [note for note in sanitise(values, RELEASED, "n").notes if "pictures" in note]


def test_outputs_of_demo_cells_stay_until_they_are_too_large():
    demo = {**cell("plot()", tags=["demo"]), "outputs": output("curve")}
    other = {**cell("x", "relu"), "outputs": output('"demo"')}
    values = {"cells": [demo, other], "outputs": [1], "metadata": {"cells": [{"outputs": [2]}]}}
    kept = json.loads(without_outputs(json.dumps(values).encode()))
    assert kept == {**values, "cells": [demo, {**other, "outputs": []}]}
    demo["outputs"] = output("x" * (9 << 20))
    assert json.loads(without_outputs(json.dumps(values).encode()))["cells"][0]["outputs"] == []


TRICKY = st.recursive(
    st.sampled_from(["outputs", "attachments", "cells", '"', "\\", '\\"', '"outputs": [', "]}", "ä\n", "demo"]) | st.integers(0, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["outputs", "attachments", "cells", "a", '"', "\\"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["outputs", "attachments", "source", "metadata", "cells"]), TRICKY),
        max_size=4,
    ),
    TRICKY,
    st.booleans(),
)
def test_nothing_but_outputs_and_attachments_is_cut(cells, other, spaced):
    values = {"a": other, "attachments": other, "cells": cells, "outputs": other}
    text = json.dumps(values, indent=1 if spaced else None, ensure_ascii=spaced)

    def without_pictures(key, value):
        if key != "attachments" or not isinstance(value, dict):
            return value
        return {name: {} if isinstance(each, dict) else each for name, each in value.items()}

    cells = [{k: without_pictures(k, v) for k, v in c.items()} for c in cells]
    expected = [
        {k: [] if k == "outputs" and isinstance(v, list) and "demo" not in json.dumps({**c, "outputs": 0}) else v for k, v in c.items()}
        for c in cells
    ]  # fmt: skip
    found = json.loads(without_outputs(text.encode()))
    # A cell that speaks of "demo" elsewhere may keep what it has.
    for cell_found, cell_expected, original in zip(found["cells"], expected, cells, strict=True):
        assert cell_found in (cell_expected, original)
        if '"demo"' not in json.dumps(original):
            assert cell_found == cell_expected
    rest = {k: v for k, v in found.items() if k != "cells"}
    assert rest == {"a": other, "attachments": other, "outputs": other}


@pytest.mark.parametrize(
    "content",
    [
        b'{"cells": [{"outputs": ["' + b"\\" * 3_000_001,
        b'{"cells": [{"outputs": [' + b'"\\""' * 1_000_000,
        b"]}" * 1_000_000,
        b'{"cells": [' + b"[" * 1_000_000,
        b"",
        b'"',
    ],
)
def test_what_is_no_json_stays_none(content):
    with pytest.raises((ValueError, RecursionError)):
        json.loads(without_outputs(content))


def test_the_search_for_outputs_has_an_end():
    with pytest.raises(TooManyValues):
        without_outputs(b'{"cells": [' + b'{"outputs":[]},' * 1_300_000)


CHANGES_NOTHING = {
    "Windows": lambda source: source.replace("\n", "\r\n"),
    "old Macintosh": lambda source: source.replace("\n", "\r"),
    "spaces at ends": lambda source: source.replace("\n", " \t\n") + "\n\n ",
    "spaces that do not break": lambda source: source.replace(" ", "\xa0"),
    "a mark of order": lambda source: "\ufeff" + source,
    "another layout": lambda source: source.replace("x):", "x) :  # mine"),
}


@pytest.mark.parametrize("change", CHANGES_NOTHING.values(), ids=CHANGES_NOTHING)
def test_what_editors_do_to_a_locked_cell_is_no_change(change):
    released = "import torch\n\ndef check(x):\n    return x + 1"
    notebook = sanitise(
        {"cells": [cell(change(released), "setup")]}, [Cell("locked", "setup", released)], "n"
    )
    assert notebook.notes == ()
    assert notebook.cells[0].source == released
    changed = sanitise(
        {"cells": [cell(change(released + "0"), "setup")]}, [Cell("locked", "setup", released)], "n"
    )
    assert "is not as it is released now" in changed.notes[0]


@pytest.mark.parametrize("change", CHANGES_NOTHING.values(), ids=CHANGES_NOTHING)
def test_what_editors_do_to_a_stub_is_no_attempt(change):
    stub = "def relu(x):\n    raise NotImplementedError()"
    assert same_code(change(stub), stub)
    assert not same_code(change(stub.replace("raise NotImplementedError()", "return x")), stub)


def test_lines_may_end_as_anywhere():
    sources = ["a = 1\r\nb = '''x\r\ny'''\rc = 2", ["a = 1\r\n", "b = '''x\r\n", "y'''\r", "c = 2"]]
    for source in sources:
        assert clean(cell(source, "relu")).solution("relu") == "a = 1\nb = '''x\ny'''\nc = 2"


def test_a_solution_cell_that_became_text_is_known_and_stays_known_in_the_clean_notebook():
    cells = [cell("def relu(x): return x", "relu", "markdown"), cell("def softmax(z): return z", "softmax", "raw"),
             cell("words", "mine", "markdown"), cell("x", "test_relu", "markdown")]  # fmt: skip
    raw = {"cells": cells}
    notebook = clean(*cells)
    assert notebook.turned == ("relu", "softmax")
    assert notebook.digest != clean(*cells[1:]).digest  # its words are others, so is its place in the cache
    assert clean(*cells, cell("def relu(x): return x", "relu")).turned == ("softmax",)
    values = {"metadata": {}, "nbformat": 4, "cells": []}
    prepared = clean_notebook(raw, Released(values, RELEASED), notebook)
    assert all("nbgrader" not in c["metadata"] for c in prepared["cells"] if c["cell_type"] == "markdown")
    assert sanitise(prepared, RELEASED, "n").turned == notebook.turned
    assert "def softmax" in str(prepared)
