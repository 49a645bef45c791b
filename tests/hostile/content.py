"""Content: files that are no notebooks, notebooks that are no files, words that are commands."""

from __future__ import annotations

import json
import os
import random

from tests.hostile import Attack, size

_INVALID = {"deserves": {}, "status": ("invalid",)}


def _raw(name, content):
    return Attack(name, change=lambda notebook: content, **_INVALID)


def _wrong_types(notebook):
    values = [None, 5, "x", [], {}, True, [[]], {"a": None}]
    cells = notebook["cells"]
    for i, cell in enumerate(list(cells)):
        if cell["cell_type"] == "markdown":
            cell["source"] = values[i % 8]
            cell["metadata"] = values[(i + 1) % 8]
    demo = {
        "cell_type": "code",
        "metadata": {"tags": ["demo"]},
        "outputs": [5, {"output_type": []}],
        "source": "1",
    }
    for value in (
        *values,
        {"cell_type": [], "source": {}},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": {}}, "tags": 5}},
        demo,
    ):
        cells.insert(0, value)
    notebook["nbformat_minor"] = "x"


def _many_cells(notebook):
    notebook["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": "x"}] * 20_000


def _halves(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = "\ud800 half \udfff"
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "outputs": [], "source": "'\ud800'"})


def _bom(notebook):
    return b"\xef\xbb\xbf" + json.dumps(notebook).encode()


def _live(notebook):
    bad = "<script>fetch('http://127.0.0.1')</script><img src=x onerror=alert(1)>[a](javascript:alert(1))"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = bad
        cell["attachments"] = {"x": {"text/html": bad}}
        if "demo" in cell["metadata"].get("tags", []):
            html = {
                "output_type": "display_data",
                "data": {"text/html": bad, "application/javascript": "1"},
                "metadata": {},
            }
            cell["outputs"] = [html]


def _shuffled(notebook):
    random.Random(0).shuffle(notebook["cells"])


def _large(path):
    with path.open("wb") as file:
        file.truncate(50 << 20)


ATTACKS = [
    _raw("an empty file", b""),
    _raw("not UTF-8", b"\xff\xfe{\x00}\x00"),
    _raw("a list", b"[]"),
    _raw("merge-conflict markers", b'{"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> x\n], "nbformat": 4}'),
    _raw("brackets without end", b'{"nbformat": 4, "cells": ' + b"[" * 100_000),
    _raw("nesting that ends", b'{"nbformat": 4, "cells": ' + b"[" * 3000 + b"]" * 3000 + b"}"),
    _raw("an integer of a hundred thousand digits", b'{"nbformat": 4, "cells": [], "x": ' + b"9" * 100_000 + b"}"),
    _raw("format 3", b'{"nbformat": 3, "worksheets": []}'),
    _raw("a zip file", b"PK\x03\x04" + bytes(100)),
    Attack("twenty thousand cells", change=_many_cells, **_INVALID),
    Attack("fifty megabytes", put=_large, **_INVALID),
    Attack("a symbolic link", put=lambda path: path.symlink_to("/etc/passwd"), **_INVALID),
    Attack("a pipe", put=lambda path: os.mkfifo(path), **_INVALID),
    Attack("a folder", put=lambda path: path.mkdir(), **_INVALID),
    Attack("a device", put=lambda path: path.symlink_to("/dev/zero"), **_INVALID),
    Attack("wrong types everywhere", change=_wrong_types),
    Attack("a byte-order mark", change=_bom),
    Attack("half characters", change=_halves),
    Attack("live HTML", change=_live),
    Attack("cells in disorder", change=_shuffled),
    Attack("a null byte in a cell", "x = '\0'"),
    Attack("brackets in a cell", "(" * 100_000),
    Attack("terminal escapes in an error", answers=size("raise ValueError('\\x1b]0;owned\\x07\\x1b[2J\\x9b31m \\u202e \\ud800')")),
    Attack("markup in an error", answers=size("raise ValueError('[/bold] [red] <script>alert(1)</script> {0} %s')")),
    Attack("half characters in a result", answers=size("return '\\ud800' * 10")),
    Attack("terminal escapes in outputs", "print('\\x1b]0;owned\\x07\\x1b[2J')\nraise ValueError('\\x1b[2J\\ud800')"),
    Attack("a graded cell's name for a function", answers=size("return 0", "test_conv_output_size = check = None")),
]  # fmt: skip
