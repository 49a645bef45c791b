import torch

EXAMPLES["relu"] = [
    _value(
        "relu(tensor([[-2, -0.5, 0], [1.5, -0.1, 3]]))",
        (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]),),
        _t([[0, 0, 0], [1.5, 0, 3]]),
        [
            (_t([[2, 0.5, 0], [1.5, 0.1, 3]]), "That is the absolute value. Negative numbers should become 0."),
            (_t([[0, 0, 0], [1, 0, 1]]), "Your positive numbers have become 1. Keep x itself there."),
            (_t([[-2, -0.5, 0], [0, -0.1, 0]]), "That is the smaller of x and 0. Take the larger."),
            (_t([[-2, -0.5, 0], [1.5, -0.1, 3]]), "Nothing has changed: negative numbers should become 0."),
            (_t([1.5, 3]), "The negative numbers are gone, and the shape with them. Put 0 in their place."),
            (_t([[-0.02, -0.005, 0], [1.5, -0.001, 3]]), "That is a leaky ReLU. Negative numbers should become exactly 0."),
        ],
        advice="Each number stands for itself: positive ones stay, negative ones become 0.",
    ),
    _value("relu(x) with x = [-1, 0.4, 2, 60] in float64", (_t([-1, 0.4, 2, 60], torch.float64),), _t([0, 0.4, 2, 60], torch.float64), advice="Positive numbers stay as they are, small ones and large ones."),
]

HINTS["relu"] = (
    "What is the larger of a number and 0?",
    "There are several ways: clamp, maximum with a tensor of zeros, where, or x times (x > 0). Choose one that makes a new tensor.",
    "torch.maximum needs two tensors: x and torch.zeros_like(x). Or look up what clamp does with min=0.",
)
