"""Unusual right answers for `get_filters`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn as nn


def by_get_submodule(model, name):
    known = [key for key, layer in model.named_modules() if isinstance(layer, nn.Conv2d)]
    try:
        layer = model.get_submodule(name)
    except AttributeError:
        layer = None
    if not isinstance(layer, nn.Conv2d):
        raise KeyError(f"{name} is none of {known}")
    with torch.no_grad():
        return layer.weight.clone()


def from_the_state(model, name):
    # convolutions are those whose weight has four axes
    state = model.state_dict()
    known = [
        key[: -len(".weight")] for key, value in state.items() if key.endswith(".weight") and value.ndim == 4
    ]
    if name not in known:
        raise KeyError("known convolutions: " + ", ".join(known))
    return state[name + ".weight"].clone()


def walked_down(model, name):
    # one attribute after the other
    names = []
    for key, layer in model.named_modules():
        if type(layer) is nn.Conv2d:
            names.append(key)
    if name in names:
        layer = model
        for part in name.split("."):
            layer = getattr(layer, part)
        return torch.tensor(layer.weight.tolist(), dtype=layer.weight.dtype)
    raise KeyError(f"There is no convolution called {name}.\nThere are:\n" + "\n".join(names))


def a_copied_layer(model, name):
    import copy

    layers = dict(model.named_modules())
    convolutions = {key: each for key, each in layers.items() if "Conv" in type(each).__name__}
    if convolutions.get(name) is None:
        raise KeyError(str(list(convolutions)))
    return copy.deepcopy(convolutions[name]).weight.data


def own_error(model, name):
    # an error of one's own that is a KeyError
    class UnknownConvolution(KeyError):
        pass

    found, known = None, []
    for key, each in model.named_modules():
        if isinstance(each, torch.nn.modules.conv._ConvNd):
            known.append(key)
            if key == name:
                found = each.weight
    if found is None:
        raise UnknownConvolution(f"choose from {' | '.join(known)}, not {name}")
    return torch.empty_like(found, requires_grad=False).copy_(found.data)


def by_numpy(model, name):
    known = {key: each for key, each in model.named_modules() if isinstance(each, (nn.Conv1d, nn.Conv2d))}
    try:
        return torch.from_numpy(known[name].weight.detach().cpu().numpy().copy())
    except KeyError:
        raise KeyError(name, "known:", *known) from None


def a_copied_parameter(model, name):
    # a parameter of its own, which hangs on no graph
    import copy

    known = [
        (key, each)
        for key, each in model.named_modules()
        if hasattr(each, "kernel_size") and hasattr(each, "weight")
    ]
    for key, each in known:
        if key == name:
            return copy.deepcopy(each.weight)
    raise KeyError(f"{name}? I know " + ", ".join(key for key, _ in known))
