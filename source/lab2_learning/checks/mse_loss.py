import torch

EXAMPLES["mse_loss"] = [
    _value(
        "mse_loss(predictions, targets) with [[1, 2], [3, 5]] and [[1, 0], [4, 1]]",
        (_t([[1, 2], [3, 5]]), _t([[1, 0], [4, 1]])),
        _t(5.25),
        [
            (_t(21), "That is the sum of the squares. Take the mean: divide by the number of elements."),
            (_t(10.5), "You divide by the number of rows. The mean runs over all elements, here four."),
            (_t(2.625), "That is half of it. Leave the factor 1/2 out: some books have it, this loss does not."),
            (_t(2.291288), "That is the root of it. The mean squared error has no root."),
            (_t(1.75), "That is the mean of the distances. Square each difference first."),
            (_t(1.25), "That is the mean of the differences. Square each of them first."),
            (_t(1.5625), "You square the mean. Take the mean of the squares."),
            (_t(-5.25), "The sign is wrong: squares are never negative."),
            (_t([[0, 4], [1, 16]]), "These are the squares, and they are right. Now take their mean."),
            (_t([2, 8.5]), "That is a mean for each row. One number is asked for: the mean of all elements."),
            (_t([0.5, 10]), "That is a mean for each column. One number is asked for: the mean of all elements."),
        ],
        advice="The differences are 0, 2, −1 and 4. Square them, then take the mean.",
    ),
    _value("mse_loss(tensor([1., 2., 3.], float64), tensor([2., 2., 5.], float64))", (_t([1, 2, 3], torch.float64), _t([2, 2, 5], torch.float64)), _t(5 / 3, torch.float64), advice="The differences are −1, 0 and −2: any shape will do, and any number of elements."),
]

MORE_WORDS["mse_loss"] = (_NO_POWER,)

HINTS["mse_loss"] = (
    "Three steps: the difference, its square, the mean. All work on whole tensors.",
    "`a - b` subtracts element by element, and `** 2` squares element by element. Which call makes one number of them?",
    "`.mean()` without an argument is the mean of all elements, whatever the shape.",
)
