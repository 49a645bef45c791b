"""The public checks of lab 3: for typical mistakes, each a right answer with one place changed, they say the right word."""

from __future__ import annotations

import linecache
from types import ModuleType
from typing import Any

import pytest

from autograder.authoring.handing_in import solution_cells
from autograder.course.model import load
from tests.conftest import ROOT
from tests.test_public_checks import fill, load_checks, run

COURSE = load(ROOT)
LAB = COURSE.assignment("lab3_visualization")
NOTEBOOK = {item.id: item.notebook for item in LAB.items()}
pytestmark = pytest.mark.timeout(120)

# What is changed, into what, and what the check says then.
MISTAKES: dict[str, list[tuple[str, str, str]]] = {
    "get_filters": [
        (".detach().clone()", ".detach()", "share the numbers"),
        (".detach().clone()", ".clone()", "out of the graph"),
        (".weight.", ".bias.", "That is the bias"),
        ("model.named_modules()", "model.named_children()", "a layer inside another"),
        ("; there are: {', '.join(convolutions)}", "", "Say in the message what there is"),
        ("isinstance(m, nn.Conv2d)", "hasattr(m, 'weight')", "that is a linear layer"),
    ],
    "normalise_maps": [
        ("dim=(-2, -1)", "dim=-1", "one range for each row"),
        ("dim=(-2, -1), ", "dim=tuple(range(maps.dim())), ", "one range for all maps"),
        ("torch.where(span == 0, torch.ones_like(span), span)", "span", "0 / 0 is NaN"),
        ("return (maps - low) / ", "return maps - low  # ", "division by the range is missing"),
        ("maps.amin(dim", "maps.min(dim", "take a single axis"),
    ],
    "make_grid": [
        ("maps.new_ones", "maps.new_zeros", "The background is 0"),
        ("math.ceil(K / columns)", "K // columns + 1", "There is an empty row"),
        ("left + W] = each", "left + W] = each.clamp(0, 1)", "Values above 1 are cut off"),
        ("maps.new_ones(", "torch.ones(", "float64"),
        ("pad=1", "pad=0", "There is no pad"),
    ],
    "receptive_field": [
        ("(kernel_size - 1) * stride", "kernel_size - 1", "The strides are left out"),
        ("(kernel_size - 1)", "kernel_size", "adds kernel − 1 steps"),
        ("(kernel_size - 1) * stride", "(kernel_size - 1) * step", "the layer's own stride"),
        ("stride *= step", "stride += step", "The strides are added up"),
        ("in layers", "in reversed(layers)", "in the wrong direction"),
        ("in layers", "in layers[:-1]", "before the last layer"),
    ],
    "capture_activations": [
        ("output.detach().clone()", "output", "works *in place*"),
        ("output.detach().clone()", "inputs[0].detach().clone()", "*into* the layer"),
        ("handle.remove()", "pass", "A hook that stays"),
        ("        model.eval()\n", "", "Call `model.eval()` first"),
        ("model.train(was_training)", "model.train()", "Remember `model.training`"),
        ("register_forward_hook(keep(name))", "register_forward_hook(lambda m, i, o: keep(name)(m, i, o))", "a name of its own"),
    ],
    "top_images": [
        (".amax(dim=(1, 2))", ".mean(dim=(1, 2))", "by the *mean*"),
        (".topk(k).indices", ".topk(k).values", "the largest values"),
        (".topk(k).indices", ".topk(k)", "Here the places are asked for"),
        ("images.split(batch_size)", "images.split(64)", "cuts them into batches"),
        ("maps[:, channel]", "maps[:, 0]", "another channel"),
    ],
    "saliency": [
        (".abs().amax(dim=0)", ".amax(dim=0).abs()", "First the absolute value"),
        (".abs().amax(dim=0)", ".abs().sum(dim=0)", "The channels are added up"),
        (".abs().amax(dim=0)", ".amax(dim=0)", "The absolute value is missing"),
        ("model(batch)[0, label]", "model(batch).max()", "the largest score"),
        ("        model.eval()\n", "", "Call `model.eval()` first"),
        (".unsqueeze(0).requires_grad_()", ".unsqueeze(0)", "The image must record"),
    ],
    "features": [
        ("inputs[0].detach()", "output.detach()", "comes *out*"),
        ("nn.Linear)][-1]", "nn.Linear)][0]", "the *first* linear layer"),
        ("torch.cat(parts)", "parts[-1]", "the last batch alone"),
        ("inputs[0].detach()", "inputs.detach()", "`inputs` is a tuple"),
        ("model.modules()", "model.children()", "The list of linear layers is empty"),
    ],
    "pca": [
        ("x - x.mean(dim=0)", "x", "the *centred* x"),
        ("components = Vh[:k]", "components = Vh[:, :k].T", "*columns* of Vh"),
        ("S**2 / (S**2).sum()", "S / S.sum()", "is the *square*"),
        ("shares[:k]", "shares[:k] / shares[:k].sum()", "the k components alone"),
        ("centred = x - x.mean(dim=0)", "x -= x.mean(dim=0)\n    centred = x", "Inputs must stay"),
        ("centred @ components.T,", "x @ components.T,", "not centred"),
    ],
    "cosine_similarity": [
        ("torch.where(lengths == 0, torch.ones_like(lengths), lengths)", "lengths", "no direction"),
        ("return a @ b.T /", "return a @ b.T  #", "the scalar products"),
        ("a.norm(dim=1)[:, None] *", "1 *", "in `b` alone"),
        ("return a @ b.T /", "return 1 - a @ b.T /", "a distance"),
        ("lengths == 0, torch.ones_like(lengths), lengths", "lengths < 0.1, torch.ones_like(lengths), lengths", "Short vectors"),
    ],
    "nearest_neighbours": [
        (", largest=False", "", "the *farthest*"),
        (").indices", ").values", "These are the distances"),
        (").indices", ")", "Here the places are asked for"),
        ("torch.cdist(queries, points)", "torch.cdist(queries, points, p=1)", "city blocks"),
        (").indices", ").indices + 1", "count from 1"),
    ],
    "knn_accuracy": [
        ("train_y[nearest_neighbours(test_x, train_x, k)]", "nearest_neighbours(test_x, train_x, k)", "their *labels*"),
        ("return right / len(test_y)", "return right", "number of right answers"),
        ("winner = next(", "winner = min(", "Two classes tie"),
        ("if row.count(label) == most)", "if True)", "single nearest"),
        ("right += winner == truth", "right += winner != truth", "are *wrong*"),
    ],
    "maximise_activation": [
        ("+ lr * gradient", "- lr * gradient", "downhill"),
        (".clamp(0, 1)", "", "leaves [0, 1]"),
        ('kept["map"][:, channel]', 'kept["map"]', "[:, channel]"),
        ("output.clone()", "output.detach().clone()", "detach what it keeps"),
        ("        handle.remove()\n", "", "A hook that stays"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[ModuleType, dict[str, dict[str, Any]]]:
    """The public checks, and the names of each notebook, filled with the solution."""
    source, release = COURSE.source(LAB.name), COURSE.release(LAB.name)
    checks, folder = load_checks(release), tmp_path_factory.mktemp("run")
    return checks, run(checks, fill(source, release, tmp_path_factory.mktemp("filled")), folder)


@pytest.mark.parametrize("item", list(NOTEBOOK))
def test_a_typical_mistake_meets_the_right_word(
    solved: tuple[ModuleType, dict[str, dict[str, Any]]], item: str
) -> None:
    checks, names = solved
    answer = solution_cells(COURSE, LAB, NOTEBOOK[item])[item]
    for old, new, words in MISTAKES[item]:
        assert old in answer, old
        code, place = answer.replace(old, new), f"<{item}, {old} => {new}>"
        linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
        space = dict(names[NOTEBOOK[item]])
        exec(compile(code, place, "exec"), space)
        outcome = checks.outcome_of(item, space)
        assert outcome.status == "not yet", (old, new)
        assert words in outcome.advice, (old, new, outcome.text())


def test_every_item_has_five() -> None:
    assert {item: len(some) for item, some in MISTAKES.items() if len(some) < 5} == {}
    assert list(MISTAKES) == list(NOTEBOOK)
