"""What the weights and scores of an unknown network say about its mistake: layers, activations, borders, changed images."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F

from autograder.graders.kit.architecture import Architecture, Function, Tensors
from autograder.graders.kit.arrangements import in_order
from autograder.graders.kit.matching import close
from autograder.graders.kit.network_sizes import NTH, listed, number, of_geometry, terms


def of_network(a: Architecture, seen: dict[str, Any], images: torch.Tensor, single: torch.Tensor) -> str:
    """Return how a network that ran differs from the task's: its layers' sizes first, then what it does with them."""
    parameters, wanted = seen["parameters"], [each.weight for each in a.convolutions]
    convolutions = [p for p in parameters if p.ndim == 4 and not _is_linear(a, p)]
    linear = {size for each in a.layers[a.flat :] for size in (math.prod(each.weight), each.weight[0])}
    if wanted and not convolutions and {p.numel() for p in parameters} <= linear:
        return "PyTorch sees none of your convolutions. Make each one once, in `__init__`, and keep it as `self.…`: not in `forward`, a plain list or a dict."
    if unseen := _unseen(a, parameters):
        return f"PyTorch does not see your layers {listed(unseen)}. Make each layer once, in `__init__`, and keep it as `self.…` or in `nn.ModuleList`: not in `forward`, not in a plain list or dict."
    if (
        0 < len(convolutions) <= len(wanted) + 2
        and len(convolutions) != len(wanted)
        and not any(p.numel() == a.count for p in parameters)
    ):
        mine, theirs = (
            [f"{each[1]}→{each[0]}" for each in some] for some in ([p.shape for p in convolutions], wanted)
        )
        return f"Your network has {len(mine)} convolutions ({', '.join(mine)}). The task's has {number(len(theirs))}: {listed(theirs)}."
    if {tuple(p.shape) for p in convolutions} <= set(wanted) and (
        said := of_geometry(a, seen.get("features", {}))
    ):
        return said
    if bool(seen["outputs"].isnan().any()):
        return "Your scores are no numbers (`nan`) in places: a logarithm or a root of something negative, or 0 divided by 0?"
    if not close(seen["outputs"].nan_to_num(), seen["again"].nan_to_num()):
        return "In evaluation mode your scores differ from call to call: something is drawn by chance there. Dropout acts while training only: as a module made in `__init__`, or as a function of `F` with `training=self.training`."
    weights = _by_role(a, parameters)
    return "" if weights is None else _of_behaviour(a, weights, seen, images.double(), single.double())


def of_numbers(a: Architecture, seen: dict[str, Any], between: str) -> str:
    """Return what to try where nothing else is known: by the parameters, else by the scores; `between` says what lies between the layers."""
    count = sum(p.numel() for p in seen["parameters"])
    if count != a.count:
        others = [p for p in seen["parameters"] if p.ndim == 4 and tuple(p.shape) not in a.roles]
        which = (
            f" A convolution has the weights {tuple(others[0].shape)}, which the task has not."
            if others and not _is_linear(a, others[0])
            else ""
        )
        weights = [
            sorted(math.prod(s) for s in some if len(s) > 1)
            for some in (a.roles, [tuple(p.shape) for p in seen["parameters"]])
        ]
        if weights[0] == weights[1] and count < a.count:
            which = f" {a.count - count:,} numbers are missing, and your weights are all there: a layer has no bias."
        return f"Your network has {count:,} parameters, the task's {a.count:,} ({terms(a)}): print each layer's and find the one that differs.{which}"
    if not a.drops and not close(seen["outputs"], seen["outputs_training"]):
        return "Your scores differ between training and evaluation mode: take out dropout, batch norm, and whatever asks for `self.training`."
    scores = seen["outputs"].double()
    if not a.log_probabilities and bool((scores >= 0).all()):
        sums_to_one = bool((scores.sum(1) - 1).abs().max() < 1e-3)
        end = "They add up to 1: take the softmax out." if sums_to_one else "Take the activation out."
        return f"Your scores are never negative: something acts on them after the linear layer. {end}"
    return between


def _unseen(a: Architecture, parameters: Tensors) -> list[str]:
    """Return the layers, as "128→10", of which neither weight nor bias is among the parameters; none where there are others than the task's."""
    have = [tuple(p.shape) for p in parameters]
    missing = [pair for pair in a.pairs if not {a.roles[role] for role in pair} & set(have)]
    shapes = [a.roles[weight] for weight, _ in missing if set(have) <= set(a.roles)]
    return [f"{shape[1]}→{shape[0]}" for shape in shapes]


def _is_linear(a: Architecture, weight: torch.Tensor) -> bool:
    """Say whether a convolution's weight is that of a linear layer, as large as the maps that it gets."""
    sides = tuple(weight.shape[2:])
    return sides == a.maps[-1][1:] and sides not in {each.weight[2:] for each in a.convolutions}


def _by_role(a: Architecture, parameters: Tensors) -> tuple[torch.Tensor, ...] | None:
    """Return the weights in the roles' order, where the shapes are the roles'."""
    if sorted(tuple(p.shape) for p in parameters) != sorted(a.roles):
        return None
    line = [role for pair in a.pairs for role in pair]  # each bias behind its weight
    found = in_order([p.detach().double() for p in parameters], [a.roles[role] for role in line])
    return tuple(found[line.index(role)] for role in range(len(a.roles)))


_LEAKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5)
_ACTIVATIONS: dict[str, Function] = {
    "no activation": lambda x: x,
    **{f"a leaky ReLU ({a:g})": lambda x, a=a: F.leaky_relu(x, a) for a in _LEAKS},  # type: ignore[misc]
    "a ReLU6": F.relu6,
    "a GELU": F.gelu,
    "a GELU (tanh)": lambda x: F.gelu(x, approximate="tanh"),
    "an ELU": F.elu,
    "a SELU": F.selu,
    "a SiLU": F.silu,
    "a Mish": F.mish,
    "a softplus": F.softplus,
    "a sigmoid": torch.sigmoid,
    "a tanh": torch.tanh,
    "a hard tanh": F.hardtanh,
    "a hard swish": F.hardswish,
    "a softsign": F.softsign,
    "an absolute value": torch.abs,
}
_PADS = {"reflect": "a mirror image", "replicate": "copies of the border", "circular": "the opposite border"}
_INPUTS: dict[str, Function] = {
    "normalise them again by 0.1307 and 0.3081": lambda x: (x - 0.1307) / 0.3081,
    "shift them to −1 … 1": lambda x: (x - 0.5) / 0.5,
    "divide them by 255": lambda x: x / 255,
    "multiply them by 255": lambda x: x * 255,
    "turn black into white": lambda x: 1 - x,
    "put a ReLU on them": F.relu,
    "swap their rows and columns": lambda x: x.transpose(-2, -1) if x.ndim > 2 else x,
}


def _of_end(
    a: Architecture, weights: tuple[torch.Tensor, ...], images: torch.Tensor, outputs: torch.Tensor
) -> str:
    """Return what is wrong between the last layer and log-probabilities."""
    scores = replace(a, log_probabilities=False).forward(weights, images)
    if close(scores, outputs):
        return "Your network returns logits, and the task asks for log-probabilities: end it in `F.log_softmax(x, dim=1)`."
    if close(scores.softmax(1), outputs):
        return "Your network returns probabilities, and the task asks for their logarithms: end it in `F.log_softmax(x, dim=1)`."
    if close(scores.log_softmax(0), outputs):
        return "Your log-softmax runs over the images of the batch. It runs over the classes of one image: `dim=1`."
    for name, function in {"a ReLU": F.relu, **_ACTIVATIONS}.items():
        made = function(scores)
        if name != "no activation" and (close(made.log_softmax(1), outputs) or close(made, outputs)):
            return f"You put {name} on the last layer. Behind it there is log-softmax over the classes, and nothing else."
    return ""


def _of_behaviour(
    a: Architecture,
    weights: tuple[torch.Tensor, ...],
    seen: dict[str, Any],
    images: torch.Tensor,
    single: torch.Tensor,
) -> str:
    outputs, n = seen["outputs"].detach().double(), len(a.layers)
    right = a.forward(weights, images)
    relus = [i for i, each in enumerate(a.layers) if each.rectified]
    kind = "convolution" if all(a.layers[i].convolution for i in relus) else "layer"

    def gives(x: torch.Tensor, *activations: Function, **other: Any) -> bool:
        """Say whether a changed network gives these scores: it is asked for one image first, since most do not."""
        return all(
            close(a.forward(weights, x[:some], activations, **other), outputs[:some]) for some in (1, len(x))
        )

    if close(a.forward(weights, single), seen["single"]):
        return "Your scores are right for a single image and wrong in a batch: a reshape or transpose mixes the images. Keep the batch as the first axis, and flatten with `flatten(1)`."
    if a.log_probabilities and (said := _of_end(a, weights, images, outputs)):
        return said
    for name, function in _ACTIVATIONS.items():
        if any(gives(images, *(function,) * n, pool_first=each) for each in (False, True)):
            return f"You have {name} after your {kind}s. The task asks for a plain ReLU there: `F.relu`."
        if name != "no activation" and not a.log_probabilities and close(function(right), outputs):
            return f"You put {name} on the logits. Return what the linear layer gives, nothing after it."
    some = [where for size in range(1, len(relus)) for where in itertools.combinations(relus, size)]
    for (name, function), where in itertools.product(_ACTIVATIONS.items(), some):
        if gives(images, *(function if i in where else F.relu for i in range(n))):
            places = " and the ".join(NTH[i] for i in where)
            return f"You have {name} after the {places} {kind}. Put a plain ReLU after each of the {number(len(relus))}."
    for mode, words in _PADS.items():
        if gives(images, pad=mode):
            return f"You pad with {words} (`{mode}`). Pad with zeros, as `nn.Conv2d` does by itself."
    for words, change in _INPUTS.items():
        if gives(change(images)):
            return f"You change the images before the first {'convolution' if a.flat else 'layer'}: you {words}. They come ready for use."
    ratio = float((right * outputs).sum() / (right * right).sum())
    if abs(ratio) > 1e-3 and close(right * ratio, outputs):
        return f"Your scores are {ratio:.3g} times what your layers give: return them as they are."
    return ""
