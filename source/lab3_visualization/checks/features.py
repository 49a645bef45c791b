EXAMPLES["features"] = [
    _value(
        "features(tensor([[1, 2], [3, 6]]))",
        (_t([[1, 2], [3, 6]]),),
        _t([[-2, -1], [0, 3]]),
        [
            (_t([[1, 2], [3, 6]]), "Nothing has changed: take the mean away."),
            (_t([[-1, -2], [1, 2]]), "That is each column around its own mean. Here there is one mean, of all values."),
            (_t([[-0.5, 0.5], [-1.5, 1.5]]), "That is each row around its own mean. Here there is one mean, of all values."),
        ],
        advice="Add the four values up, divide by 4, and take that away from each.",
    ),
]

HINTS["features"] = (
    "What is the mean of all values, whatever the shape?",
    "`x.mean()` without an argument is one number: the mean of all values.",
    "Take that number away from x: a number and a tensor can be subtracted.",
)
