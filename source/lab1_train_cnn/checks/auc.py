_ax, _ay = _t([0, 0.2, 0.5, 0.5, 1]), _t([0, 0.4, 0.6, 0.8, 1])
EXAMPLES["auc"] = [
    _value(
        "auc(x, y) with x = [0, 0.2, 0.5, 0.5, 1], y = [0, 0.4, 0.6, 0.8, 1]",
        (_ax, _ay),
        0.64,
        [
            (0.52, "These are rectangles: each has the lower of its two heights, here the left one. Use the mean of both."),
            (0.76, "These are rectangles: each has the higher of its two heights, here the right one. Use the mean of both."),
            (1.28, "Twice too much: the height is the mean of the two y, (y[i] + y[i+1]) / 2."),
            (-0.64, "The sign is wrong: the width is x[i+1] − x[i]."),
            (0.56, "That is the plain mean of y. Each piece counts by its width."),
            (0.44, "x and y are exchanged: the width comes from x, the height from y."),
        ],
        advice="Four trapezoids: 0.2·0.2 + 0.3·0.5 + 0·0.7 + 0.5·0.9.",
    ),
    _value("auc(x, y) with x = [0, 1/3, 1], y = [0.3, 0.9, 0.2]", (_t([0, 1 / 3, 1]), _t([0.3, 0.9, 0.2])), 0.5666667, advice="The points stay in their order: y may fall. 1/3 · 0.6 + 2/3 · 0.55."),
    _value("auc(tensor([0., 2.]), tensor([1., 4.]))", (_t([0, 2]), _t([1, 4])), 5.0, advice="One trapezoid: width 2, mean height 2.5. x need not end at 1."),
]

HINTS["auc"] = (
    "How large is the area of one trapezoid, and how many are there?",
    "Width x[i+1] − x[i], height (y[i] + y[i+1]) / 2. With M points there are M − 1 of them.",
    "x[1:] − x[:-1] are all widths at once, y[1:] + y[:-1] twice all heights. Multiply, halve, sum, `.item()`.",
)
