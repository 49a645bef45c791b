import torch

_grid_maps = _t([[[0.1, 0.2]], [[0.3, 0.4]], [[0.5, 0.6]]])  # (3, 1, 2)
_grid_of_three = _t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 1, 1, 1], [1] * 7])

EXAMPLES["make_grid"] = [
    _value(
        "make_grid(maps, 2) with maps [[0.1, 0.2]], [[0.3, 0.4]] and [[0.5, 0.6]]",
        (_grid_maps, 2),
        _grid_of_three,
        [
            (_grid_of_three * (_grid_of_three < 1), "The background is 0. It is 1 here: begin with a tensor of ones."),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.5, 0.6, 1], [1] * 7, [1, 0.3, 0.4, 1, 1, 1, 1], [1] * 7]), "The maps run down the columns. Fill row by row: map i lies in row i // columns and column i % columns."),
            (_t([[1] * 7, [1, 0.1, 0.2, 1, 0.3, 0.4, 1], [1] * 7, [1, 0.5, 0.6, 1, 0, 0, 1], [1] * 7]), "The last row is not full, and its empty place is 0. It stays background, 1."),
            (torch.Size([3, 7]), "The last map is missing: a row that is not full counts, too. There are ceil(K / columns) rows."),
            (torch.Size([2, 4]), "There is no pad. Without an argument, pad is 1: one pixel around every map."),
            (torch.Size([4, 6]), "The pad at one edge of the grid is missing: rows · (H + pad) + pad pixels from top to bottom, and across in the same way."),
            (torch.Size([3, 5]), "There is pad between the maps, or at the edge, but not both. It goes around every map."),
            (torch.Size([6, 8]), "Between two neighbours lies one pad, not two: rows · (H + pad) + pad."),
            (torch.Size([3, 10]), "All maps lie in one row. `columns` says how many lie side by side."),
            (torch.Size([7, 4]), "All maps lie in one column. `columns` says how many lie side by side."),
            (torch.Size([7, 5]), "Rows and columns are exchanged: the result is (rows · (H + pad) + pad, columns · (W + pad) + pad)."),
        ],
        advice="Begin with ones, (rows · (H + pad) + pad, columns · (W + pad) + pad). Map i begins at pixel pad + row · (H + pad) from the top, and in the same way from the left.",
    ),
    _value(
        "make_grid(maps, 3, pad=0) with [[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]] and [[0.9, 1.0], [1.1, 1.2]]",
        (_t([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]], [[0.9, 1.0], [1.1, 1.2]]]).double(), 3, {"pad": 0}),
        _t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1.1, 1.2]]).double(),
        [
            (torch.Size([4, 6]), "There is an empty row. Where the last row is full, K // columns + 1 is one too many: round K / columns up."),
            (torch.Size([4, 10]), "There is a pad where pad=0 was asked for. Use the argument."),
            (_t([[0.1, 0.3, 0.5, 0.7, 0.9, 1.1], [0.2, 0.4, 0.6, 0.8, 1.0, 1.2]]), "Each map is turned by its diagonal. Place it as it is."),
            (_t([[0.1, 0.2, 0.5, 0.6, 0.9, 1.0], [0.3, 0.4, 0.7, 0.8, 1, 1]]), "Values above 1 are cut off. Place the maps as they are."),
        ],
        advice="With pad=0 the maps touch each other, here three in one row.",
    ),
    _value(
        "make_grid(maps, 2, 2) with one map, [[0.0]]",
        (_t([[[0.0]]]), 2, 2),
        _t([[1] * 8, [1] * 8, [1, 1, 0, 1, 1, 1, 1, 1], [1] * 8, [1] * 8]),
        [(torch.Size([5, 5]), "The grid is as wide as `columns` says, also where there are fewer maps: columns · (W + pad) + pad.")],
        advice="With pad=2, two pixels lie around every map, and the first begins at [2, 2].",
    ),
]

HINTS["make_grid"] = (
    "Draw three maps in two columns on squared paper, with a frame of one square around each. How many squares is your drawing high and wide, and where does each map begin?",
    "The number of rows is ceil(K / columns), which is `-(-K // columns)` or `math.ceil(K / columns)`. Begin with `maps.new_ones(…)` of the whole size, and copy one map after the other into it.",
    "Map i stands in row i // columns and in column i % columns. Its first pixel lies pad + row · (H + pad) from the top, and in the same way from the left: copy the map into the slice of H by W pixels that begins there.",
)
