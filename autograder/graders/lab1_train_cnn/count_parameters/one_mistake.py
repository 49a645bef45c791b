"""One mistake in `count_parameters`."""

# CANARY-5b0c2f6e-hidden-grader

from torch import nn

from autograder.graders.kit.answers import false


@false("test_count_leaves_frozen_ones_out")
def frozen_ones_too(model):
    return sum(p.numel() for p in model.parameters())


@false("test_count_leaves_frozen_ones_out")
def trainable_layers(model):
    # a layer counts whole where one of its tensors learns
    total = 0
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        if any(p.requires_grad for p in own):
            total += sum(p.numel() for p in own)
    return total - _counted_twice(model)


def _counted_twice(model):
    every = [p for m in model.modules() for p in m.parameters(recurse=False)]
    return sum(p.numel() for p in every) - sum(p.numel() for p in model.parameters())


@false("test_count_of_many_modules")
def weights_alone(model):
    return sum(p.numel() for name, p in model.named_parameters() if p.requires_grad and "bias" not in name)


@false("test_count_of_many_modules")
def four_bytes_each(model):
    return sum(4 * p.numel() for p in model.parameters() if p.requires_grad)


@false("test_count_of_many_modules")
def in_thousands(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad) / 1000


@false("test_count_of_many_modules")
def sides_added_up(model):
    return sum(sum(p.size()) for p in model.parameters() if p.requires_grad)


@false("test_count_of_many_modules")
def vectors_left_out(model):
    total = 0
    for p in filter(lambda p: p.requires_grad, model.parameters()):
        if len(p.shape) > 1:
            total += p.numel()
    return total


@false("test_count_reaches_everywhere", "test_count_of_shared_tensors")
def children_alone(model):
    total = 0
    for layer in model.children():
        for p in layer._parameters.values():
            if p is not None and p.requires_grad:
                total += p.numel()
    return total


@false("test_count_reaches_everywhere")
def own_parameters_left_out(model):
    seen = {id(p): p for layer in model.children() for p in layer.parameters()}
    return sum(p.numel() for p in seen.values() if p.requires_grad)


@false("test_count_of_shared_tensors")
def shared_ones_twice(model):
    return sum(p.numel() for m in model.modules() for p in m.parameters(recurse=False) if p.requires_grad)


@false("test_count_of_many_modules")
def known_layers(model):
    # normalisations are left out, and activations
    others = {
        id(p)
        for m in model.modules()
        if isinstance(m, (nn.BatchNorm2d, nn.PReLU))
        for p in m.parameters(recurse=False)
    }
    return sum(p.numel() for p in model.parameters() if p.requires_grad and id(p) not in others)
