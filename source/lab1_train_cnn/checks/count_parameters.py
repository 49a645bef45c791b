import contextlib

from torch import nn


def _module(*layers, frozen=0):
    model = nn.Sequential(*layers)
    for parameter in list(model.parameters())[:frozen]:
        parameter.requires_grad_(False)
    return model


def _all_kinds(function):
    got = _number(function(nn.Linear(5, 3)))
    if got == 18e-6:
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, "That is the number in millions. Return the number itself.")
    if got == 15:
        first = False
        with contextlib.suppress(Exception):
            first = _number(function(_module(nn.Linear(2, 3), nn.Linear(3, 2)))) == 6
        words = "Only one tensor is counted, the first, which is the largest, too: does the loop end early, by a `return` or `break` inside it?" if first else "The biases are missing: they are parameters, too."
        raise Wrong("count_parameters(nn.Linear(5, 3))", got, 18, words)


EXAMPLES["count_parameters"] = [
    _all_kinds,
    lambda function: _value("count_parameters(nn.Linear(5, 3))", (nn.Linear(5, 3),), 18, [(2, "That is the number of tensors. Add up the numbers in each: `numel()`."), (8, "That adds up lengths of sides. Each tensor has the product of its sides: `numel()`.")])(function),
    lambda function: _value("count_parameters(model) of Linear(2, 3), BatchNorm1d(3) and Bilinear(2, 3, 2)", (_module(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Bilinear(2, 3, 2)),), 29, [(9, "Only the linear layer is counted. Ask the model for all parameters: `model.parameters()`.")], advice="A parameter may have any number of axes, and any layer may have some: add up numel() of all.")(function),
    lambda function: _value("count_parameters(model) of Linear(4, 3), whose weight and bias are frozen, and Linear(3, 2)", (_module(nn.Linear(4, 3), nn.Linear(3, 2), frozen=2),), 8, [(23, "Frozen parameters are counted, too. Only those with `requires_grad` change in training."), (2, "That is the number of tensors: use numel()."), (0, "That counts only the model's own parameters, not those of the layers in it: `model.parameters()` gives all.")])(function),
]

HINTS["count_parameters"] = (
    "`for p in model.parameters(): print(p.shape)` shows what is there.",
    "Each p is a tensor; p.numel() is the number of its elements, and p.requires_grad says whether training changes it.",
    "A sum over a generator expression with an `if`: sum(… for p in model.parameters() if …).",
)
