_two_maps = _t([[[1, 3, 5], [2, 4, 1]], [[7, 7, 7], [7, 7, 7]]])  # (2, 2, 3), the second of them constant
_NO_RANGE = "A constant map has no range: largest − smallest is 0, and 0 / 0 is NaN. There the result is 0: divide by 1 instead, say."

EXAMPLES["normalise_maps"] = [
    _value(
        "normalise_maps(maps) with two maps, [[1, 3, 5], [2, 4, 1]] and one that is 7 everywhere",
        (_two_maps,),
        _t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0, 0, 0], [0, 0, 0]]]),
        [
            (_two_maps, "Nothing has changed. Take each map's smallest value away, and divide by its range."),
            ((_two_maps - 1) / 6, "That is one range for all maps together. Each map has its own: `amin` and `amax` over the last two axes, with keepdim=True."),
            (_two_maps / _t([[[5.0]], [[7.0]]]), "That is divided by the largest alone. Take the smallest away first, and divide by the range."),
            (_t([[[0, 0.5, 1], [0.3333333, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "That is one range for each row. A map is (H, W): take both axes, `dim=(-2, -1)`."),
            (_t([[[0, 2, 4], [1, 3, 0]], [[0, 0, 0], [0, 0, 0]]]), "The smallest is taken away. The division by the range is missing."),
            (_t([[[0, 0.4, 0.8], [0.2, 0.6, 0]], [[0, 0, 0], [0, 0, 0]]]), "That is divided by the largest value. Divide by the range, largest − smallest."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[1, 1, 1], [1, 1, 1]]]), "A constant map is 0 everywhere, not 1."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[7, 7, 7], [7, 7, 7]]]), "A constant map becomes 0 everywhere; yours stays as it was."),
            (_t([[[1, 0.5, 0], [0.75, 0.25, 1]], [[0, 0, 0], [0, 0, 0]]]), "The maps are turned over. Take the smallest value away from each, not each from the largest."),
            (_t([[[-1, 0, 1], [-0.5, 0.5, -1]], [[0, 0, 0], [0, 0, 0]]]), "These maps go from −1 to 1. They go from 0 to 1."),
            (_t([[[0, 0, 1], [1, 1, 0]], [[0, 0, 0], [0, 0, 0]]]), "That is one range for each column. A map is (H, W): take both axes, `dim=(-2, -1)`."),
            (_t([[[0, 0.5, 1], [0.25, 0.75, 0]], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]]), "A constant map is 0 everywhere, not one half."),
        ],
        advice="In the first map the smallest is 1 and the range 4: (3 − 1) / 4 = 0.5.",
        nan=_NO_RANGE,
    ),
    _value(
        "normalise_maps(maps) with maps (1, 2, 1, 3), [-2, -1, 2] and [10, 10.5, 12], in float64",
        (_t([[[[-2, -1, 2]], [[10, 10.5, 12]]]]).double(),),
        _t([[[[0, 0.25, 1]], [[0, 0.25, 1]]]]).double(),
        [
            (_t([[[[0, 1 / 14, 4 / 14]], [[12 / 14, 12.5 / 14, 1]]]]), "Here the axes are (N, C, H, W), and each of the N · C maps has its own range: the last two axes, whatever stands before them."),
            (_t([[[[0, 0, 0]], [[1, 1, 1]]]]), "The range runs over the maps, not within each. Take the last two axes."),
        ],
        advice="Work on the last two axes, however many stand before them.",
        nan=_NO_RANGE,
    ),
    _value("normalise_maps(maps) with a single map (2, 2), [[0, 4], [1, 3]]", (_t([[0, 4], [1, 3]]),), _t([[0, 1], [0.25, 0.75]]), advice="A single map (H, W) is allowed, too."),
]
MORE_WORDS["normalise_maps"] = (
    (
        "TypeError",
        "invalid combination|must be int",
        "`min` and `max` take a single axis. For both at once there are `maps.amin(dim=(-2, -1), keepdim=True)` and `amax`.",
    ),
)

HINTS["normalise_maps"] = (
    "What becomes of a map whose smallest value is 1 and whose largest is 5, if 1 shall become 0 and 5 shall become 1?",
    "`maps.amin(dim=(-2, -1), keepdim=True)` is the smallest value of each map, and keepdim lets it be subtracted. In the same way `amax`. What do you divide by where the two are equal?",
    "The range is the largest minus the smallest, (…, 1, 1). Before you divide by it, `torch.where(range == 0, 1, range)` puts a 1 where it is 0: a constant map becomes 0 / 1.",
)
