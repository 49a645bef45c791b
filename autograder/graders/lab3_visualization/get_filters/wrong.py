"""Wrong answers for `get_filters`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
from torch import nn


def _known(model, name):
    """Return the convolutions, or raise the error that is asked for; what the answers below have in common."""
    known = {key: each for key, each in model.named_modules() if isinstance(each, nn.Conv2d)}
    if name not in known:
        raise KeyError(", ".join(known))
    return known


def flattened_filters(model, name):
    # (C_out, everything else)
    return _known(model, name)[name].weight.detach().clone().flatten(1)


def as_an_array(model, name):
    # NumPy in place of a tensor
    return _known(model, name)[name].weight.detach().numpy().copy()


def single_precision(model, name):
    # .float() whatever the model has
    return _known(model, name)[name].weight.detach().clone().float()


def names_cut_short(model, name):
    # the last part of a dotted name alone
    known = {key.split(".")[-1]: each for key, each in model.named_modules() if isinstance(each, nn.Conv2d)}
    if name not in known:
        raise KeyError(", ".join(known))
    return known[name].weight.detach().clone()


def message_without_names(model, name):
    # counts them
    known = {key: each for key, each in model.named_modules() if isinstance(each, nn.Conv2d)}
    if name not in known:
        raise KeyError(f"{name} is none of the {len(known)} convolutions")
    return known[name].weight.detach().clone()


def mode_left_in_evaluation(model, name):
    model.eval()
    return _known(model, name)[name].weight.detach().clone()


def frozen_on_the_way(model, name):
    # requires_grad_(False) on the model's own
    return _known(model, name)[name].weight.requires_grad_(False).clone()


def by_the_kind_of_its_name(model, name):
    # convolutions are what is called conv
    known = {key: each for key, each in model.named_modules() if "conv" in key}
    if name not in known:
        raise KeyError(", ".join(known))
    return known[name].weight.detach().clone()


def absolute_values(model, name):
    return torch.abs(_known(model, name)[name].weight.detach())


def parameter_itself(model, name):
    return _known(model, name)[name].weight
