"""What an unknown network's numbers say about its mistake: sizes, channels, activations, borders."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import builtins
import itertools
import re
import types
from collections.abc import Callable
from typing import Any

import torch
import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.matching import CONVOLUTIONS, ROLES, Tensors, close

SIDES = (28, 30, 36)  # images of these sides tell apart where padding and pools are missing
_FLAT = 1568
_FIRST = 2  # images in the probe's first pass, in which a crash happens

_NO_MODELS = {
    *(each.__name__ for each in vars(types).values() if isinstance(each, type)),
    *(name for known in (builtins, torch, nn) for name in dir(known)),
}  # an attribute that is missing there was never meant to be set in `__init__`

Function = Callable[[torch.Tensor], torch.Tensor]


# ----------------------------------------------------------------------------------------------------- from an error


def of_error(text: str, features: dict[int, int]) -> str:
    """Return what an error says about the network; "" where it is not one of those that networks raise.

    Args:
        text: The error, its type first.
        features: By the images' side, how many numbers an image sends to the linear layer.
    """
    if found := re.search(r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x", text):
        rows, columns, wanted = map(int, found.groups())
        if rows == 1 and columns % _FIRST == 0:
            return (
                f"Your flattening takes the batch along: all {columns:,} numbers of {_FIRST} images stand in one "
                "row. Keep a row for each image: `x.flatten(1)`."
            )
        if (
            rows > _FIRST and rows % (_FIRST * columns) == 0 and columns < 29
        ):  # channels × side rows, each as long as a side
            return (
                "Your linear layer gets maps, one row of pixels at a time: nothing is flattened before it. Make one row of each "
                "image: `x.flatten(1)`."
            )
        if rows != _FIRST:
            return (
                f"Your flattening makes {rows} rows of {_FIRST} images: a number of rows or columns is written in "
                "that fits another batch. Keep a row for each image: `x.flatten(1)`."
            )
        said = of_geometry(features)
        if not said and columns == _FLAT:
            said = (
                f"Your linear layer is made for {wanted} features, and the task's maps have 32·7·7 = {_FLAT}."
            )
        return said or (
            f"Your linear layer gets {columns} features an image, and the task's maps have 32·7·7 = {_FLAT}. "
            "Print the shape after each layer: 28, 14 and 7 are the sides to see."
        )
    if found := re.search(r"shape '\[(-?\d+), .*\]' is invalid for input of size", text):
        if int(found[1]) not in (-1, _FIRST):
            return (
                f"You write the number {found[1]} into `view` where the batch stands, and a batch may have any size. "
                "Keep a row for each image: `x.flatten(1)`."
            )
        return of_geometry(features)
    pattern = r"weight of size \[(\d+), (\d+), .*expected input\[.*\] to have \d+ channels, but got (\d+)"
    if found := re.search(pattern, text):
        out, wanted, got = map(int, found.groups())
        if got == 1:
            return (
                f"A convolution for {wanted} channels gets the images, which are grey and have one. If it is the first, begin "
                "with 1; if not, hand it what the layer before it gave."
            )
        if got == out:
            return (
                f"The convolution from {wanted} to {out} channels is used twice: its own result goes into it "
                "again. Call each of the three once, in their order."
            )
        return (
            f"The convolution from {wanted} to {out} channels gets {got}. Channels go 1, 8, 16, 32, each layer "
            "from where the one before ended: look at its numbers, and at the order of the calls."
        )
    if found := re.search(
        r"must be Tensor, not (\w+)|got \((\w+), |'(\w+)' object has no attribute '(\w+)'", text
    ):
        layer = next(name for name in found.groups() if name)
        asked = found[4]
        if asked in ("_backward_hooks", "_forward_hooks", "_modules", "_parameters", "_buffers"):
            return ""  # of what `super().__init__()` makes: the table of errors says it
        if asked and layer not in _NO_MODELS:
            return (
                f"`self.{asked}` is used and was never set. Set it in `__init__`, with two underscores on each "
                "side, and with `self.` before the name."
            )
        if isinstance(getattr(nn, layer, None), type) and (asked is None or hasattr(torch.Tensor, asked)):
            return (
                f"`nn.{layer}` makes a layer: your x becomes that layer instead of its result. Make it once in "
                "`__init__` and call it on x, or use the function of `F`."
            )
    if found := re.search(r"input batch_size \((\d+)\) to match target batch_size \((\d+)\)", text):
        return (
            f"Your network gives {found[1]} rows of scores for {found[2]} images: a `view(-1, …)` has cut the maps of one image into "
            "several rows. Keep a row for each, `x.flatten(1)`; the next error then tells what the linear layer gets: is a pool "
            "missing?"
        )
    if re.search(r"Target \d+ is out of bounds", text):
        return (
            "Your network gives fewer than ten scores an image. There are ten classes: let the last layer end "
            "in 10."
        )
    return ""


def features_in(text: str) -> int | None:
    """Return how many numbers an image sends to the linear layer, from the error that a wrong number raises."""
    if found := re.search(r"shapes cannot be multiplied \((\d+)x(\d+) and", text):
        return int(found[1]) * int(found[2]) // _FIRST
    if found := re.search(r"is invalid for input of size (\d+)", text):
        return int(found[1]) // _FIRST
    return None


# -------------------------------------------------------------------------------------------------- from sizes alone


def width_of(parameters: Tensors) -> int | None:
    """Return how many features the last linear layer takes."""
    widths = [p.shape[1] for p in parameters if p.ndim == 2 and p.shape[0] == 10]
    return widths[-1] if widths else None


def of_geometry(features: dict[int, int]) -> str:
    """Return which paddings and pools leave these numbers of features, where only one small mistake does."""
    if not features:
        return ""
    fitting: dict[int, set[str]] = {}
    for pads in itertools.product((1, 0, 2), repeat=3):
        for pools in itertools.product((0, 1, 2, 3), repeat=3):
            for channels in (32, 16):
                if all(_features(side, pads, pools, channels) == n for side, n in features.items()):
                    faults = _faults(pads, pools, channels)
                    fitting.setdefault(len(faults), set()).add(" ".join(faults))
    fewest = fitting.get(min(fitting, default=0), set())
    if min(fitting, default=0) == 1 and len(fewest) == 1:
        return fewest.pop()
    return ""


def _features(side: int, pads: tuple[int, ...], pools: tuple[int, ...], channels: int) -> int:
    """Return how many numbers are left of an image; a pool is 0 (none), 1 or 3 (moves by one, bare or padded), or 2."""
    layers = list(zip(pads, pools, strict=True))
    if channels == 16:
        layers.pop()  # the third convolution's result is not used
    for pad, pool in layers:
        side += 2 * pad - 2
        side = {0: side, 1: side - 1, 2: side // 2, 3: side + 1}[pool]
    return channels * side * side


_NTH = ("first", "second", "third")


def _faults(pads: tuple[int, ...], pools: tuple[int, ...], channels: int) -> list[str]:
    """Say in sentences how a network differs from the task's."""
    faults = []
    if channels == 16:
        faults.append(
            "Your linear layer gets 16 maps: the third convolution's result is thrown away (write `x = …`), or "
            "that convolution ends in 16 channels and not in 32."
        )
        pads, pools = (*pads[:2], 1), (*pools[:2], 0)
    if len(set(pads)) == 1 and pads[0] != 1:
        change = "no padding (or kernels too large for it), so the image shrinks"
        if pads[0]:
            change = f"padding {pads[0]}, so the image grows"
        faults.append(
            f"Your convolutions have {change} in each. A 3×3 kernel keeps the size with `padding=1`."
        )
    else:
        faults += [
            f"Your {_NTH[i]} convolution has {'no padding' if pad == 0 else f'padding {pad}'}. Each of the three needs `padding=1`."
            for i, pad in enumerate(pads)
            if pad != 1
        ]
    if pools == (0, 0, 0):
        faults.append("You never pool. Halve the maps after the first and the second convolution.")
    elif pools in ((1, 1, 0), (3, 3, 0)):
        faults.append(
            "Your pools move by one, so they do not halve the maps. Their stride is 2, as `MaxPool2d(2)` has it."
        )
    elif sorted(pools) == [0, 0, 2]:
        faults.append("You pool once. Halve the maps after the first and after the second convolution.")
    elif pools == (2, 2, 2):
        faults.append("You pool three times. Pool after the first and the second convolution only.")
    elif sorted(pools) == [0, 2, 2]:
        if pools != (2, 2, 0):
            faults.append("Your pools stand elsewhere. Pool after the first and the second convolution.")
    else:
        faults += ["", ""]  # too strange for one sentence
    return faults


def of_shape(shape: tuple[int, ...], images: int = 4) -> str:
    """Return what the wrong shape of the scores says."""
    if len(shape) == 2 and shape[0] == images:
        return (
            f"Your last layer gives {shape[1]} scores an image, and there are ten classes: end it in 10, "
            "`nn.Linear(1568, 10)`."
        )
    if len(shape) == 2 and shape[1] == 10:
        return (
            f"Your network makes {shape[0]} rows of {images} images: a reshape spreads an image over several rows, "
            "or joins several images. Keep a row for each: `x.flatten(1)`."
        )
    if len(shape) == 4:
        return "Your network returns maps. Flatten them with `flatten(1)`, and let a linear layer make ten scores."
    return ""


# ------------------------------------------------------------------------------------- from the scores and the weights


def of_network(seen: dict[str, Any], images: torch.Tensor, single: torch.Tensor) -> str:
    """Return how a network that ran differs from the task's: its layers' sizes first, then what it does with them."""
    parameters = seen["parameters"]
    convolutions = [p for p in parameters if p.ndim == 4 and p.shape[-1] != 7]
    sizes = {p.numel() for p in parameters}
    if not convolutions and sizes <= {15680, 10}:
        return (
            "PyTorch sees none of your convolutions. Make each one once, in `__init__`, and keep it as "
            "`self.…`: not in `forward`, a plain list or a dict."
        )
    if len(convolutions) in (1, 2, 4, 5) and not any(p.numel() == 21578 for p in parameters):
        said = ", ".join(f"{p.shape[1]}→{p.shape[0]}" for p in convolutions)
        return (
            f"Your network has {len(convolutions)} convolutions ({said}). The task's has three: 1→8, 8→16 and "
            "16→32."
        )
    if {tuple(p.shape) for p in convolutions} <= set(CONVOLUTIONS) and (
        said := of_geometry(seen.get("features", {}))
    ):
        return said
    weights = _by_role(parameters)
    if weights is None:
        return ""
    return _of_behaviour(weights, seen, images.double(), single.double())


def _by_role(parameters: Tensors) -> Tensors | None:
    """Return the weights in the roles' order, where each shape is there once and plainly."""
    found = [[p for p in parameters if tuple(p.shape) == role] for role in ROLES]
    if len(parameters) != len(ROLES) or any(len(each) != 1 for each in found):
        return None
    return [each[0].detach().double() for each in found]


_LEAKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5)
_ACTIVATIONS: dict[str, Function] = {
    "no activation": lambda x: x,
    **{f"a leaky ReLU ({a:g})": lambda x, a=a: F.leaky_relu(x, a) for a in _LEAKS},  # type: ignore[misc]
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
    "swap their rows and columns": lambda x: x.transpose(2, 3),
}


def _logits(
    weights: Tensors,
    x: torch.Tensor,
    activations: tuple[Function, ...] = (F.relu,) * 3,
    pad: str = "constant",
    pool_first: bool = False,
) -> torch.Tensor:
    w1, w2, w3, b1, b2, b3, w, b = weights
    for i, (kernel, bias) in enumerate(((w1, b1), (w2, b2), (w3, b3))):
        x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode=pad), kernel, bias)
        x = x if pool_first else activations[i](x)
        x = F.max_pool2d(x, 2) if i < 2 else x
        x = activations[i](x) if pool_first else x
    return F.linear(x.flatten(1), w, b)


def _of_behaviour(weights: Tensors, seen: dict[str, Any], images: torch.Tensor, single: torch.Tensor) -> str:
    outputs = seen["outputs"].detach().double()
    right = _logits(weights, images)
    if close(_logits(weights, single), seen["single"]):
        return (
            "Your scores are right for a single image and wrong in a batch: a reshape or transpose mixes the "
            "images. Keep the batch as the first axis, and flatten with `flatten(1)`."
        )
    for name, function in _ACTIVATIONS.items():
        if any(
            close(_logits(weights, images, (function,) * 3, pool_first=each), outputs)
            for each in (False, True)
        ):
            return f"You have {name} after your convolutions. The task asks for a plain ReLU there: `F.relu`."
        if name != "no activation" and close(function(right), outputs):
            return f"You put {name} on the logits. Return what the linear layer gives, nothing after it."
    for name, function in _ACTIVATIONS.items():
        for where in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2)):
            chosen = tuple(function if i in where else F.relu for i in range(3))
            if close(_logits(weights, images, chosen), outputs):
                places = " and the ".join(_NTH[i] for i in where)
                return f"You have {name} after the {places} convolution. Put a plain ReLU after each of the three."
    for mode, words in _PADS.items():
        if close(_logits(weights, images, pad=mode), outputs):
            return f"You pad with {words} (`{mode}`). Pad with zeros, as `nn.Conv2d` does by itself."
    for words, change in _INPUTS.items():
        if close(_logits(weights, change(images)), outputs):
            return (
                f"You change the images before the first convolution: you {words}. They come ready for use."
            )
    ratio = float((right * outputs).sum() / (right * right).sum())
    if abs(ratio) > 1e-3 and close(right * ratio, outputs):
        return f"Your scores are {ratio:.3g} times what your layers give: return them as they are."
    return ""
