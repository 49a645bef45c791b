"""Wrong answers for `l2_penalty`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def ten_thousandth(model, weight_decay=1e-4):
    # the decay that is handed over is not used
    return 1e-4 / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad)


def children_only(model, weight_decay):
    total = torch.tensor(0.0)
    for layer in model.children():
        for p in layer.parameters(recurse=False):
            if p.requires_grad:
                total = total + (p**2).sum()
    return weight_decay / 2 * total


def under_no_grad(model, weight_decay):
    with torch.no_grad():
        return weight_decay / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad)


def new_leaf(model, weight_decay):
    total = sum(float((p**2).sum()) for p in model.parameters() if p.requires_grad)
    return torch.tensor(weight_decay / 2 * total, requires_grad=True)


def list_of_squares(model, weight_decay):
    return [weight_decay / 2 * (p**2).sum() for p in model.parameters() if p.requires_grad]


def returned_in_the_loop(model, weight_decay):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total += (p**2).sum()
        return weight_decay / 2 * total


def decay_added(model, weight_decay):
    return weight_decay + 0.5 * sum((p**2).sum() for p in model.parameters() if p.requires_grad)


def without_batch_norm(model, weight_decay):
    total = 0.0
    for layer in model.modules():
        if isinstance(layer, (torch.nn.Linear, torch.nn.Conv2d)):
            total = total + (layer.weight**2).sum()
            if layer.bias is not None:
                total = total + (layer.bias**2).sum()
    return weight_decay / 2 * total


def squares_of_positive_ones(model, weight_decay):
    return weight_decay / 2 * sum((p.clamp(min=0) ** 2).sum() for p in model.parameters() if p.requires_grad)


def cubes(model, weight_decay):
    return weight_decay / 2 * sum((p**3).abs().sum() for p in model.parameters() if p.requires_grad)


def numbers_left_out(model, weight_decay):
    # a parameter of no axes is taken for none
    return weight_decay / 2 * sum((p**2).sum() for p in model.parameters() if p.requires_grad and p.dim())
