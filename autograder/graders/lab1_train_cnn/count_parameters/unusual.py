"""Hold unusual right answers for `count_parameters`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
import torch.nn as nn


def product_of_each_shape(model):
    # multiplies the sides by hand
    total = 0
    for _, parameter in model.named_parameters():
        if parameter.requires_grad is True:
            count = 1
            for side in parameter.shape:
                count *= side
            total += count
    return total


def all_minus_frozen(model):
    # takes the frozen ones away
    everything = sum(math.prod(p.size()) for p in model.parameters())
    return everything - sum(p.nelement() for p in model.parameters() if not p.requires_grad)


def numpy_number(model):
    # a NumPy integer
    counts = [np.prod(p.shape, dtype=np.int64) for p in model.parameters() if p.requires_grad]
    return np.sum(counts, dtype=np.int64)


def whole_float(model):
    # a whole float for an int
    return float(sum(p.flatten().size(0) for p in filter(lambda p: p.requires_grad, model.parameters())))


def tensor_of_no_axes(model):
    # a 0-d tensor for an int
    return torch.tensor([p.numel() for p in model.parameters() if p.requires_grad] + [0]).sum()


def recursive_walk(model):
    # goes down the tree of modules, each parameter once
    seen = {}

    def walk(module):
        for parameter in module._parameters.values():
            if parameter is not None and parameter.requires_grad:
                seen[id(parameter)] = parameter.numel()
        for child in module.children():
            walk(child)

    walk(model)
    return sum(seen.values())


def one_long_vector(model):
    # puts all parameters into one vector and measures it
    trainable = [p.detach() for p in model.parameters() if p.requires_grad]
    return nn.utils.parameters_to_vector(trainable).numel() if trainable else 0


def memory_divided_by_item_size(model):
    # bytes over bytes a number, with a print
    total = sum(p.nbytes // p.element_size() for p in model.parameters() if p.requires_grad)
    print(f"{total:,} trainable parameters")
    return total


def concatenated(model):
    # one long vector, of at least one tensor
    return torch.cat([p.flatten() for p in model.parameters() if p.requires_grad]).numel()


def added_up_in_pairs(model):
    # `reduce` without a number to begin with
    import functools
    import operator

    return functools.reduce(operator.add, (p.numel() for p in model.parameters() if p.requires_grad))


def numpy_concatenates(model):
    # the size of one flat array
    return np.concatenate([p.detach().numpy().ravel() for p in model.parameters() if p.requires_grad]).size
