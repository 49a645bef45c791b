"""Fuzz what reads a stranger's bytes: frames, claims, notebooks. Nothing but the declared errors may come out.

The short form runs always, the long one (10,000 cases each) among the slow tests.
"""

import json
import signal
import socket
import tempfile
import time
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.model import Limits
from autograder.errors import NotebookError
from autograder.intake.notebooks import read_json, sanitise
from autograder.intake.stamps import timestamp
from autograder.intake.submissions import Released, clean_notebook
from autograder.pages.html import clean_outputs
from autograder.sandbox import Place, Reply, Sandbox, bubblewrap
from autograder.sandbox.inside import wire
from autograder.sandbox.outputs import Outputs
from tests.conftest import ROOT

CASES = pytest.mark.parametrize(
    "cases",
    [
        pytest.param(300, id="short"),
        pytest.param(10_000, id="long", marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
    ],
)


def fuzz(cases, strategy, check):
    """Call `check` on so many cases of a strategy."""
    quietly = settings(
        max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    quietly(given(strategy)(check))()


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)  # halves of characters too
# Names of every method and attribute of the decoder, with and without what surrounds a tag: a tag once reached `__init__`.
REACHABLE = sorted(
    {cut for n in dir(wire.Decoder) for cut in (n, n.strip("_"), n[1:-1])} | {"tensors", "parts"}
)
TAGS = st.sampled_from(wire._TAGS) | st.sampled_from(REACHABLE) | ANY_TEXT | st.none() | st.integers()
NAMES = st.sampled_from(["0", "1", "7", "__class__"]) | ANY_TEXT
NUMBERS = st.integers() | st.integers(-(10**30), 10**30) | st.floats()
NODES = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(TAGS, inner, inner).map(list)
        | st.tuples(TAGS, NAMES, inner).map(list)
        | st.tuples(st.sampled_from(["list", "tuple"]), st.lists(inner, max_size=4)).map(list)
        | st.tuples(st.just("dict"), st.dictionaries(ANY_TEXT, inner, max_size=3)).map(list)
        | st.tuples(st.sampled_from(["float", "scalar"]), st.sampled_from("fiubx"), ANY_TEXT).map(list)
        | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=15,
)
PLAIN = (type(None), bool, int, float, str, torch.Tensor, wire.Other)


def _only_plain(value):
    if isinstance(value, (list, tuple)):
        return all(map(_only_plain, value))
    if isinstance(value, dict):
        return all(type(key) is str and _only_plain(each) for key, each in value.items())
    return isinstance(value, PLAIN) or type(value).__name__ == "ndarray"


def _fuzz_decoder(kind, cases):
    def check(node):
        decoder = kind({"0": torch.ones(3), "1": torch.zeros((), dtype=torch.bfloat16)})
        try:
            value = decoder.decode(json.loads(json.dumps(node)))
        except (wire.WireError, ValueError, RuntimeError):  # those that `Sandbox.probe` declares
            value = None
        assert _only_plain(value)
        assert set(vars(decoder)) == {"_tensors", "_parts", "_nodes"}
        assert set(map(type, decoder._tensors.values())) <= {torch.Tensor}
        assert decoder._parts is None

    fuzz(cases, NODES, check)


@CASES
def test_the_claim_decoder(cases):
    _fuzz_decoder(wire.Decoder, cases)


class _AnyTag(wire.Decoder):
    """The decoder as it once was: any tag picks a method."""

    def decode(self, node, depth=0):
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            return super().decode(node, depth)
        try:
            return getattr(self, f"_{node[0]}_")(node, depth)
        except (AttributeError, IndexError, KeyError, TypeError, OverflowError) as error:
            raise wire.WireError("a value of an unknown form") from error


def test_the_fuzz_test_would_have_found_the_hole():
    with pytest.raises(AssertionError):  # ends at the first find; by chance that takes a few thousand cases
        _fuzz_decoder(_AnyTag, 20_000)


BLOBS = st.binary(max_size=60) | st.builds(
    lambda noise, at: _torn(noise, at), st.binary(min_size=1, max_size=40), st.integers(0, 90)
)


def _torn(noise, at):
    frame = bytearray(wire.pack({}, {"a": torch.arange(6.0)})[wire.HEAD.size + 2 :])
    frame[at : at + len(noise)] = noise
    return bytes(frame)


@CASES
def test_the_two_parts_of_a_frame(cases):
    texts = st.binary(max_size=60) | NODES.map(lambda node: json.dumps(node).encode())

    def check(parts):
        try:
            header, tensors = wire.unpack(*parts)
        except wire.WireError:
            return
        assert isinstance(header, dict)
        assert all(isinstance(each, torch.Tensor) for each in tensors.values())

    fuzz(cases, st.tuples(texts, BLOBS | st.just(b"")), check)


class _Answered(Sandbox):
    """A sandbox whose other side is a few bytes that are there already, and no process: it has nobody to interrupt."""

    def __init__(self, answer, ends=True):
        super().__init__(Place(Limits(call=0.05)))
        ours, theirs = socket.socketpair()
        theirs.sendall(answer)
        if ends:
            theirs.shutdown(socket.SHUT_WR)
        self._theirs = theirs
        ours.setblocking(False)
        self._started = bubblewrap.Started(None, ours, -1, 0, None)

    def _signal(self, number):
        self.signals = [*getattr(self, "signals", []), number]

    def close(self):
        if self._started is not None:
            self._started.socket.close()
            self._theirs.close()
            self._started = None


OPS = st.sampled_from(["reply", "done", "stream", "display", "result", "error", "ready", "x"])
HEADERS = st.fixed_dictionaries(
    {"op": OPS | NODES},
    optional={
        "id": st.just("ID") | NODES,
        "seen": NODES,
        "error": NODES | st.dictionaries(st.sampled_from(["type", "message", "where", "missing"]), NODES),
        "interrupted": NODES,
        "status": NODES,
        "name": st.sampled_from(["stdout", "stderr"]) | NODES,
        "text": ANY_TEXT | NODES,
        "data": NODES | st.dictionaries(ANY_TEXT, NODES, max_size=3),
        "ename": ANY_TEXT,
        "evalue": ANY_TEXT,
        "traceback": NODES | st.lists(NODES, max_size=3),
    },
)
FRAMES = HEADERS.map(lambda header: (json.dumps(header).encode(), b"")) | st.tuples(
    st.binary(max_size=30), BLOBS
)
STATUSES = {"ok", "error", "timeout", "died", "malformed", "too_large"}


@CASES
def test_whatever_answers_a_request(cases, monkeypatch):
    monkeypatch.setattr("secrets.randbits", lambda bits: 77)

    def check(frames_and_rest):
        frames, rest = frames_and_rest
        answer = b"".join(
            wire.HEAD.pack(len(text), len(blob)) + text + blob
            for text, blob in ((t.replace(b'"ID"', b"77"), b) for t, b in frames)
        )
        with_cell = _Answered(answer + rest)
        run = with_cell.run_cell("1", 0.05)
        with_cell.close()
        assert run.status in ("ok", "error", "syntax", "interrupted", "timeout", "died")
        json.dumps(clean_outputs(run.outputs), ensure_ascii=False).encode()
        with_probe = _Answered(answer + rest)
        reply = with_probe.probe(
            "call", {"item": "f", "args": [torch.ones(2)], "kwargs": {}, "seed": 0}, 0.05
        )
        with_probe.close()
        assert isinstance(reply, Reply)
        assert reply.status in STATUSES
        assert _only_plain(reply.value)

    fuzz(cases, st.tuples(st.lists(FRAMES, max_size=4), st.binary(max_size=12)), check)


def test_a_late_answer_is_interrupted_and_then_given_up(monkeypatch):
    """On a busy machine any case above may be late: reading what is there takes longer than its deadline."""
    monkeypatch.setattr("autograder.sandbox.session._GRACE", 0.05)
    sandbox = _Answered(b"", ends=False)
    assert sandbox.run_cell("1", 0.05).status == "timeout"
    assert sandbox.signals == [signal.SIGINT]


CELL_KEYS = st.sampled_from(
    ["cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "tags", "outputs", "output_type", "data", "text"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT
    | st.sampled_from(["code", "markdown", "demo", "setup", "conv2d", "test_conv2d", "stream", "error", "display_data"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(CELL_KEYS, inner, max_size=5), max_leaves=20,
)  # fmt: skip
CELLS = st.lists(
    JSON
    | st.fixed_dictionaries(
        {
            "cell_type": st.sampled_from(["code", "markdown"]) | JSON,
            "source": JSON | ANY_TEXT,
            "metadata": JSON
            | st.fixed_dictionaries(
                {
                    "nbgrader": st.fixed_dictionaries(
                        {"grade_id": st.sampled_from(["conv2d", "test_conv2d", "x"]) | JSON}
                    ),
                    "tags": st.just(["demo"]) | JSON,
                }
            ),
            "outputs": JSON | st.lists(JSON, max_size=3),
        }
    ),
    max_size=6,
)
FILES = (
    st.binary(max_size=80)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries({"nbformat": st.just(4) | JSON, "cells": CELLS}).map(
        lambda value: json.dumps(value).encode()
    )
)


@CASES
def test_the_notebook_reader(cases):
    values = json.loads(
        (ROOT / "release" / "en" / "lab1_train_cnn" / "01_cnn_layers.ipynb").read_text(encoding="utf-8")
    )
    from autograder.intake.notebooks import released_cells

    release = Released(values, released_cells(values))
    kept = {cell.grade_id for cell in release.cells if cell.kind in ("locked", "graded") and cell.grade_id}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.ipynb"

        def check(content):
            path.write_bytes(content)
            try:
                raw = read_json(path, Limits())
            except NotebookError:
                return
            notebook = sanitise(raw, release.cells, "01_cnn_layers")
            assert kept <= {cell.grade_id for cell in notebook.cells}
            clean = clean_notebook(raw, release, notebook)
            json.dumps(clean, ensure_ascii=False).encode()  # as nbgrader writes it
            again = sanitise(clean, release.cells, "01_cnn_layers")
            assert again.digest == notebook.digest

        fuzz(cases, FILES, check)


@CASES
def test_time_stamps(cases):
    from nbgrader.utils import parse_utc

    with tempfile.TemporaryDirectory() as folder:

        def check(content):
            (Path(folder) / "timestamp.txt").write_bytes(content)
            if text := timestamp(Path(folder)):
                parse_utc(text)

        stamps = st.from_regex(
            r"[0-9]{4}-[0-1][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9].{0,12}", fullmatch=True
        )
        fuzz(
            min(cases, 2000),
            st.binary(max_size=40) | stamps.map(lambda s: s.encode("utf-8", "replace")),
            check,
        )


def test_outputs_are_capped_in_time_and_room():
    outputs = Outputs(1 << 20)
    begin = time.monotonic()
    for _ in range(200_000):
        outputs.note({"op": "stream", "name": "stdout", "text": "x" * 100})
    kept = outputs.finished()
    assert time.monotonic() - begin < 5
    assert len(kept) == 1
    assert len(kept[0]["text"]) <= 1 << 20
