import torch
from torch import nn


def _penalised():
    """A linear layer inside a block, and a frozen one behind it."""
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 1))
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), ([[1, 2], [0, -1]], [2, -0.5], [[3, 4]], [1])):
            parameter.copy_(_t(values))
    model[1].requires_grad_(False)
    return model


def _penalty(function):
    call = "l2_penalty(model, weight_decay=0.1): weights [[1, 2], [0, -1]] and [2, -0.5] in a block, and a frozen layer"
    model = _penalised()
    got = function(model, 0.1)
    expected = _t(0.5125)
    slips = [
        (_t(1.025), "The factor 1/2 is missing: with it, the gradient is weight_decay · w, without a 2."),
        (_t(0.3), "The biases are left out. Here every trainable parameter counts: model.parameters() gives all."),
        (_t(0.6), "The factor 1/2 is missing, and the biases are left out: every trainable parameter counts."),
        (_t(1.8125), "The frozen layer is counted. Take the parameters with requires_grad alone."),
        (_t(3.625), "The frozen layer is counted, and the factor 1/2 is missing."),
        (_t(0.160078), "That is made of the norm, the root of the sum. Take the sum of squares, without a root."),
        (_t(0.320156), "That is made of the norm, the root of the sum. Take the sum of squares, without a root, and the factor 1/2."),
        (_t(0.225552), "These are norms, the roots of sums. Take the sum of squares of each tensor, without a root."),
        (_t(0.525552), "These are norms, the roots of sums, and the frozen layer is counted. Take the sum of squares of each trainable tensor, without a root."),
        (_t(0.325), "These are the absolute values (an L1 penalty). Take the squares."),
        (_t(0.65), "These are the absolute values (an L1 penalty). Take the squares, and half of their sum."),
        (_t(5.125), "weight_decay is missing: multiply by it."),
        (_t(0.18125), "These are means, one for each tensor. Add up the squares: a sum, not a mean."),
        (_t(0.085417), "That is the mean of all squares. Take their sum."),
        (_t(0.3125), "Squares of sums: square each weight first, then add up."),
        (_t(0.2125), "The loop has ended with the first tensors, or keeps the last one alone: add up over all parameters."),
    ]
    _compare(call, got, expected, slips, "Here it is 0.1 / 2 · (1 + 4 + 0 + 1 + 4 + 0.25), squares of the six trainable numbers.")
    if not isinstance(got, torch.Tensor) or not got.requires_grad:
        raise Wrong(call, Words("a number without a graph"), Words("a tensor that is differentiable"), "No `.item()`, `.data`, `detach` or `no_grad` here: the penalty is part of the loss, and its gradient is all that it is for.")
    got.backward()
    weight = model[0][0].weight
    _compare(call + "; after backward, the gradient of the weight", weight.grad, 0.1 * weight.detach(), (), "The gradient of weight_decay / 2 · w² is weight_decay · w. Is every step from the weights to the sum differentiable?")


EXAMPLES["l2_penalty"] = [_penalty]

MORE_WORDS["l2_penalty"] = (_NO_POWER,)

HINTS["l2_penalty"] = (
    "Which tensors of a model change in training? model.parameters() gives them one after the other, frozen ones too.",
    "For each parameter with requires_grad, `(p**2).sum()` is a tensor with one value. Add these up, and multiply by weight_decay / 2.",
    "weight_decay / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad). Return the tensor as it is, with its graph.",
)
