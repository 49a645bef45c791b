"""The network that lab 3 looks at: one class, weights that a training gives again, in the notebooks as text."""

import ast
import sys

import nbformat
import pytest
import torch

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import digit_net

NOTEBOOKS = ("01_filters_and_activations", "02_representations")
TEXT = digit_net.WEIGHTS.read_text("utf-8").strip() if digit_net.WEIGHTS.is_file() else ""


def cell(notebook, grade_id, where="release/en"):
    path = ROOT / where / "lab3_visualization" / f"{notebook}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_opened_alone_has_the_weights(notebook):
    weights = cell(notebook, "weights")
    (assignment,) = ast.parse(weights.source).body
    assert ast.literal_eval(assignment.value) == TEXT
    assert weights.metadata.nbgrader.locked
    assert weights.metadata.jupyter.source_hidden


def test_both_notebooks_hold_the_same_network():
    assert cell(NOTEBOOKS[0], "network").source == cell(NOTEBOOKS[1], "network").source


def test_the_text_is_small():
    assert 0 < len(TEXT) < 25_000


def test_the_text_becomes_the_network_again():
    network = digit_net.from_text(TEXT)
    assert digit_net.as_text(network) == TEXT
    assert all(p.isfinite().all() and p.std() > 0 for p in network.parameters())


@pytest.mark.parametrize(
    ("name", "least"), [("digits", 0.9), pytest.param("mnist", 0.97, marks=pytest.mark.mnist)]
)
def test_the_network_reads_digits(name, least):
    assert digit_net.accuracy(digit_net.from_text(TEXT), ROOT / "data", name) >= least


@pytest.mark.mnist
def test_a_training_gives_the_same_bytes_again():
    before = torch.get_num_threads()
    try:
        one, other = (digit_net.as_text(digit_net.trained(ROOT / "data", steps=20)) for _ in range(2))
    finally:
        torch.set_num_threads(before)
        torch.use_deterministic_algorithms(False)
    assert one == other


@pytest.mark.mnist
@pytest.mark.slow
def test_the_whole_training_gives_a_network_as_good():
    before = torch.get_num_threads()
    try:
        again = digit_net.from_text(digit_net.as_text(digit_net.trained(ROOT / "data")))
    finally:
        torch.set_num_threads(before)
        torch.use_deterministic_algorithms(False)
    known = digit_net.from_text(TEXT)
    for name in ("mnist", "digits"):
        here, there = (digit_net.accuracy(each, ROOT / "data", name) for each in (again, known))
        assert abs(here - there) < 0.02
