"""Hidden tests of `make_grid`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.several_calls import all_of
from autograder.graders.kit.simpler import Simpler, inputs_stay
from autograder.grading import item


def _maps(rng, *shape, dtype=torch.float32):
    """Return maps with values below 0 and above 1, and never 1; in each is a 0, as behind a ReLU."""
    maps = rng.normal(*shape, dtype=dtype) * 2 + 0.1
    maps[..., 0, 1] = 0
    return maps


def _changes(maps, columns, pad):
    """Yield square maps, and as many rows as columns: what is right with these takes one side for the other."""
    square = maps[..., : min(maps.shape[1:]), : min(maps.shape[1:])]
    heights = "Height and width are mixed up: your picture is right where maps are square. `maps.shape` is (K, H, W); rows lie H + pad apart, columns W + pad, and a map takes H rows and W columns."
    yield {"maps": square}, heights
    yield {"maps": maps[:4], "columns": 2}, "Rows and columns are mixed up: your picture is right where there are as many of both. There are `columns` maps in a row: map k stands in row k // columns, column k % columns."  # fmt: skip
    yield {"maps": square[:4], "columns": 2}, "Height and width are mixed up: your picture is right where it is square. `torch.ones` takes its height first, rows·(H + pad) + pad, and then its width."  # fmt: skip


def _whole(maps, columns, pad):
    """Yield as many maps as fill their rows."""
    if len(maps) > columns:
        yield {"maps": maps[: len(maps) // columns * columns]}, "Your picture is right where the last row is full. Where it is not, there is a row more, and maps stand in it, too: K / columns is rounded up, as by `math.ceil(K / columns)`. `//` and `int` round down, and `round` goes either way."  # fmt: skip


@item("make_grid", veto=True)
def test_make_grid_from_scratch(student, rng):
    """`make_grid` is your own: torchvision's is not called."""
    check_from_scratch(student, "make_grid", _maps(rng, 6, 3, 4), 3, 1)


@item("make_grid", gate=True)
def test_make_grid_shape(student, rng):
    """Full rows give a picture of rows·(H + pad) + pad by columns·(W + pad) + pad pixels, in the maps' dtype."""
    Simpler("make_grid", _changes).check(student, _maps(rng, 6, 3, 4), 3, 1, form_only=True)


@item("make_grid", weight=2)
def test_make_grid_values(student, rng):
    """The maps stand row by row, as they are, on a background of 1."""
    calls = ((_maps(rng, 6, 3, 5), 3, 1), (_maps(rng, 8, 4, 2), 2, 1), (_maps(rng, 4, 2, 3), 4, 1))
    all_of(*(partial(student.check, "make_grid", *each) for each in calls))


@item("make_grid", weight=1)
def test_make_grid_pad(student, rng):
    """`pad` pixels lie around every map, and none for 0; without a `pad` it is 1."""
    all_of(
        partial(student.check, "make_grid", _maps(rng, 6, 4, 3), 2, 3),
        partial(student.check, "make_grid", _maps(rng, 4, 2, 5), 2, pad=2),
        partial(student.check, "make_grid", _maps(rng, 6, 3, 2), 3, pad=0),
        partial(student.check, "make_grid", _maps(rng, 6, 4, 3), columns=3),
        partial(student.check, "make_grid", _maps(rng, 10, 2, 3), 5),
    )


@item("make_grid", weight=1.5)
def test_make_grid_last_row(student, rng):
    """A last row that is not full stays background, also where there are fewer maps than columns."""
    calls = ((7, 3, 4, 1), (5, 4, 3, 2), (9, 4, 2, 1), (3, 5, 4, 2), (1, 3, 2, 1), (1, 1, 3, 0), (5, 1, 2, 1))
    for k, columns, height, pad in calls:
        Simpler("make_grid", _whole).check(student, _maps(rng, k, height, 5), columns, pad)


@item("make_grid", weight=0.5)
def test_make_grid_leaves_its_maps(student, rng):
    """Views and float64 work, and the maps stay as they were."""
    views = (_maps(rng, 5, 4, 6).permute(2, 1, 0), _maps(rng, 8, 2, 3)[::2])
    for maps in (*views, _maps(rng, 6, 3, 4, dtype=torch.float64)):
        inputs_stay(student, "make_grid", maps, 2, 1)
        student.check("make_grid", maps, 2, 1)
