"""Reference and misconceptions of `make_grid`: maps side by side, row by row, on a white background."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.library import TAKEN as TAKEN
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8
PICTURE = "maps"


def make_grid(maps, columns, pad=1):
    K, H, W = maps.shape
    rows = (K + columns - 1) // columns
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        row, column = k // columns, k % columns
        top, left = pad + row * (H + pad), pad + column * (W + pad)
        grid[top : top + H, left : left + W] = maps[k]
    return grid


reference = make_grid
instead = changes_of(make_grid)


# What a picture's sides may be: the number of pads beside n maps, and what is said of it.
_HOLDS = (
    (lambda n: n + 1, "Your picture holds {rows} rows and {columns} columns of maps."),
    (lambda n: n - 1, "Your picture holds {rows} rows and {columns} columns of maps, with no pad around the outside."),
    (lambda n: n, "Your picture holds {rows} rows and {columns} columns of maps, with no pad at one of the edges."),
    (lambda n: 0, "Your picture holds {rows} rows and {columns} columns of maps, without any pad."),
    (lambda n: 2 * n, "Your picture holds {rows} rows and {columns} columns of maps, with two pads between neighbours."),
)  # fmt: skip


def form_clue(args, kwargs, got, expected):
    """Say which number of rows, columns or pads the shape is for."""
    maps, columns, *rest = args
    (k, h, w), pad = maps.shape, kwargs.get("pad", rest[0] if rest else 1)
    if not isinstance(got, torch.Tensor) or got.shape == expected.shape:
        return ""
    if got.ndim != 2:
        return "Return one tensor with two axes, the picture: `torch.ones(...)` of its size first, then each map into its place."
    if got.shape == expected.T.shape:
        return (
            "Your picture is turned: rows·(H + pad) + pad is its height, columns·(W + pad) + pad its width."
        )
    meant = [-(-k // columns), columns]
    for n_pads, holds in _HOLDS:
        counts = [
            next((n for n in range(1, 4 * k) if length == n * size + n_pads(n) * pad), 0)
            for length, size in zip(got.shape, (h, w), strict=True)
        ]
        if counts == meant or (all(counts) and n_pads(0) == 1):
            return f"{holds.format(rows=counts[0], columns=counts[1])} It should hold {meant[0]} and {meant[1]}, with a pad before each and one behind the last: {tuple(expected.shape)} pixels."
    return "The picture has rows·(H + pad) + pad by columns·(W + pad) + pad pixels, where rows is K / columns rounded up."


def clue(args, kwargs, got, expected):
    """Say where the picture differs: in the maps, which stands in the first wrong place; or in the background."""
    maps, columns, *rest = args
    (k, h, w), pad = maps.shape, kwargs.get("pad", rest[0] if rest else 1)
    free = torch.ones_like(expected, dtype=torch.bool)
    for i in range(k):
        top, left = pad + i // columns * (h + pad), pad + i % columns * (w + pad)
        free[top : top + h, left : left + w] = False
        there = got[top : top + h, left : left + w]
        if torch.allclose(there, maps[i], 1e-4, 1e-5):
            continue
        said = f"In row {i // columns}, column {i % columns} (from 0) map {i} should stand"
        other = next((j for j in range(k) if torch.allclose(there, maps[j], 1e-4, 1e-5)), None)
        if other is not None:
            return f"{said}, and map {other} does: row by row, map k goes into row k // columns, column k % columns."
        if bool((there == there[0, 0]).all()):
            return f"{said}, and every pixel there is {float(there[0, 0]):.3g}: nothing stands there. Do your loops go over all maps, and does each begin behind its pad?"
        if bool((maps[i][there != maps[i]] == 0).all()):
            return f"{said} as it is. Only where it is 0 something else stands: is the background put in last, where the picture is 0? Begin with `torch.ones`, and write the maps over it."
        if abs(float(torch.corrcoef(torch.stack([there.flatten(), maps[i].flatten()]))[0, 1])) > 0.999:
            return f"{said} as it is. Its numbers are scaled, shifted or turned over: `normalise_maps` is for that, where somebody wants it."
        beside = got.unfold(1, 2 * w + pad, 1)  # what may be two rows of one map
        if bool(((beside[..., :w] == maps[i][0]) & (beside[..., -w:] == maps[i][1])).all(-1).any()):
            return f"{said} as it is. Its rows lie side by side: a `reshape` keeps the order of the numbers. Swap (rows, columns, H, W) to (rows, H, columns, W) before it, or write map by map."
        return f"{said} as it is, from the first pixel to the last: look where it starts and ends."
    background = got[free]
    if background.numel() and not bool((background == 1).all()):
        odd = float(background[background != 1][0])
        return f"The background, and the places that no map fills, hold {odd:.3g} somewhere. They are 1 throughout: begin with `torch.ones`."
    return ""


column_by_column = instead(
    "You fill column by column. Map k goes into row k // columns, column k % columns.",
    {"k // columns, k % columns": "k % rows, k // rows"},
)
black_background = instead(
    "Your background is 0. It is 1, white, so that dark maps have an edge.", {"torch.ones": "torch.zeros"}
)
rest_of_the_last_row_black = instead(
    "The places in the last row that no map fills are 0. They stay background, 1.",
    {"    return grid": "    for k in range(K, rows * columns):\n        top, left = pad + (k // columns) * (H + pad), pad + (k % columns) * (W + pad)\n        grid[top : top + H, left : left + W] = 0\n    return grid"},
)  # fmt: skip
last_row_left_out = instead(
    "A last row that is not full is left out. Round the number of rows up: (K + columns − 1) // columns.",
    {"(K + columns - 1) // columns": "max(1, K // columns)", "range(K)": "range(min(K, rows * columns))"},
)
one_row_too_many = instead(
    "Where the last row is full, your picture has an empty row below it. K // columns + 1 is one too many there: take (K + columns − 1) // columns.",
    {"(K + columns - 1) // columns": "K // columns + 1"},
)
no_edge_around = instead(
    "You pad between the maps and not around them. There is a pad on each side of every map, at the picture's edges too.",
    {"rows * (H + pad) + pad, columns * (W + pad) + pad": "rows * (H + pad) - pad, columns * (W + pad) - pad", "pad + row *": "row *", "pad + column *": "column *"},
)  # fmt: skip
far_edges_missing = instead(
    "The pad below the last row and behind the last column is missing: rows·(H + pad) + pad by columns·(W + pad) + pad.",
    {"(H + pad) + pad": "(H + pad)", "(W + pad) + pad": "(W + pad)"},
)
padded_on_both_sides = instead(
    "Each map of yours has a pad of its own on all sides, so there are two between neighbours. One is shared: a step is H + pad.",
    {"rows * (H + pad) + pad, columns * (W + pad) + pad": "rows * (H + 2 * pad), columns * (W + 2 * pad)", "row * (H + pad)": "row * (H + 2 * pad)", "column * (W + pad)": "column * (W + 2 * pad)"},
)  # fmt: skip
pad_always_one = instead(
    "You pad by 1, whatever `pad` is. Use the argument.",
    {"K, H, W = maps.shape": "K, H, W = maps.shape\n    pad = 1"},
)
no_pad_by_default = instead("Without a `pad` yours is 0. The signature says `pad=1`.", {"pad=1": "pad=0"})
two_by_default = instead("Without a `pad` yours is 2. The signature says `pad=1`.", {"pad=1": "pad=2"})
height_for_width = instead(
    "You step sideways by the maps' height. Columns are W + pad apart.",
    {"column * (W + pad)": "column * (H + pad)", "columns * (W + pad)": "columns * (max(H, W) + pad)"},
)
no_more_columns_than_maps = instead(
    "Where there are fewer maps than columns, your picture is narrower. It has `columns` columns always; the free places stay background.",
    {"K, H, W = maps.shape": "K, H, W = maps.shape\n    columns = min(columns, K)"},
)
each_map_scaled = instead(
    "You scale the maps. Place them as they are: `normalise_maps` is for that, where somebody wants it.",
    {"= maps[k]": "= (maps[k] - maps[k].min()) / (maps[k].max() - maps[k].min())"},
)
maps_cut_off = instead(
    "You cut the maps' values off at 0 and 1. Place them as they are.", {"= maps[k]": "= maps[k].clamp(0, 1)"}
)
maps_transposed = instead(
    "Your maps stand transposed in their places. Place `maps[k]` as it is.",
    {"= maps[k]": "= maps[k].T.reshape(H, W)"},
)
last_map_missing = instead("Your last map is missing: go over all K.", {"range(K)": "range(K - 1)"})
single_precision = instead(
    "Your picture is float32 whatever the maps are. Make it with `dtype=maps.dtype`.",
    {", dtype=maps.dtype": ""},
)
rows_from_below = instead(
    "Your rows begin at the bottom. The first row stands on top.",
    {"pad + row *": "pad + (rows - 1 - row) *"},
)
maps_changed = instead(
    "You write the pad into the maps that were handed in. Make a new tensor for the picture, and leave the maps as they are.",
    {"= maps[k]": "= maps[k]\n        maps[k] = 1"},
)


@misconception(
    "You put the maps side by side with `reshape` or `cat`, which asks for full rows. Fill the last row up first, or place each map on its own.",
)
def full_rows_alone(maps, columns, pad=1):
    K, H, W = maps.shape
    maps = torch.nn.functional.pad(maps, (0, pad, 0, pad), value=1.0)
    whole = maps.reshape(K // columns, columns, H + pad, W + pad).transpose(1, 2)
    whole = whole.reshape(K // columns * (H + pad), columns * (W + pad))
    return torch.nn.functional.pad(whole, (pad, 0, pad, 0), value=1.0)
