"""What sizes alone say of a network: which padding and which pool leave so many features, and which layer so many scores."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

from autograder.graders.kit.architecture import Architecture, Layer, Tensors

NTH = ("first", "second", "third", "fourth", "fifth")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


def number(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def listed(words: Iterable[object]) -> str:
    """Return "one, two and three"."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last


def flattened(a: Architecture) -> str:
    """Return how many features the flattened maps have, as a product: "20·4·4 = 320"."""
    return f"{'·'.join(map(str, a.maps[-1]))} = {width(a)}"


def width(a: Architecture) -> int:
    return math.prod(a.maps[-1])


def terms(a: Architecture) -> str:
    """Return the number of parameters as a sum over layers."""
    return " + ".join(f"{each.numbers:,}" for each in a.layers)


def sides(a: Architecture) -> tuple[int, int, int]:
    """Return sides of images which tell apart where padding and pools are missing; the task's own first."""
    side = a.image[1]
    return (side, side + 2, side + 8)


def width_of(a: Architecture, parameters: Tensors) -> int | None:
    """Return how many features a network's linear layer takes that gets the maps."""
    widths = [p.shape[1] for p in parameters if p.ndim == 2 and p.shape[0] == a.layers[a.flat].weight[0]]
    return widths[-1] if widths else None


def of_shape(a: Architecture, shape: tuple[int, ...], images: int) -> str:
    """Return what the wrong shape of the scores says."""
    k, last = a.classes, a.layers[-1].weight
    if len(shape) == 2 and shape[0] == images:
        return f"Your last layer gives {shape[1]} scores an image, and there are {number(k)} classes: end it in {k}, `nn.Linear({last[1]}, {k})`."
    if len(shape) == 2 and shape[1] == k:
        return f"Your network makes {shape[0]} rows of {images} images: a reshape spreads an image over several rows, or joins several images. Keep a row for each: `x.flatten(1)`."
    if shape == (images,):
        return f"Your network returns one number an image. Return all {number(k)} scores: is there an `argmax` or a `max` at the end?"
    if len(shape) == 4:
        return f"Your network returns maps. Flatten them with `flatten(1)`, and let a linear layer make {number(k)} scores."
    return ""


def of_geometry(a: Architecture, features: dict[int, int]) -> str:
    """Return which paddings and pools leave these numbers of features (by the images' side), where only one small mistake does."""
    if not features or not a.convolutions:
        return ""
    fitting: dict[int, set[str]] = {}
    paddings = itertools.product(*(sorted({each.padding, 0, 1, 2}) for each in a.convolutions))
    for pads, pools in itertools.product(paddings, list(itertools.product((0, 1, 2, 3), repeat=a.flat))):
        for unused in (False, True):
            if all(_features(a, side, pads, pools, unused) == n for side, n in features.items()):
                faults = _faults(a, pads, pools, unused)
                fitting.setdefault(len(faults), set()).add(" ".join(faults))
    fewest = fitting.get(min(fitting, default=0), set())
    return fewest.pop() if min(fitting, default=0) == 1 and len(fewest) == 1 else ""


def _features(a: Architecture, side: int, pads: tuple[int, ...], pools: tuple[int, ...], unused: bool) -> int:
    """Return how many numbers are left of an image; a pool is 0 (none), 1 or 3 (moves by one, bare or padded), or 2."""
    window = max((each.pool for each in a.layers), default=0) or 2
    used = a.flat - 1 if unused else a.flat  # the last convolution's result may be thrown away
    for layer, pad, pool in list(zip(a.layers, pads, pools, strict=False))[:used]:
        side += 2 * pad - layer.weight[2] + 1
        side = {0: side, 1: side - window + 1, 2: side // window, 3: side - window + 3}[pool]
    return a.maps[used][0] * side * side


def _said(padding: int) -> str:
    return f"padding {padding}" if padding else "no padding"


def _keeps(layer: Layer) -> bool:
    return 2 * layer.padding == layer.weight[2] - 1


def _faults(a: Architecture, pads: tuple[int, ...], pools: tuple[int, ...], unused: bool) -> list[str]:
    """Say in sentences how a network differs from the task's."""
    faults = []
    own, wanted = (
        tuple(each.padding for each in a.convolutions),
        tuple(2 if each.pool else 0 for each in a.convolutions),
    )
    if unused:
        before, last = a.maps[-2][0], a.maps[-1][0]
        faults.append(f"Your linear layer gets {before} maps: the {NTH[a.flat - 1]} convolution's result is thrown away (write `x = …`), or that convolution ends in {before} channels and not in {last}.")  # fmt: skip
        pads, pools = (*pads[:-1], own[-1]), (*pools[:-1], wanted[-1])
    kernel, alike = (
        a.layers[0].weight[2],
        len({(each.padding, each.weight[2:]) for each in a.convolutions}) == 1,
    )
    if alike and len(set(pads)) == 1 and pads != own:
        change = (
            "shrinks"
            if 2 * pads[0] < kernel - 1
            else "grows"
            if 2 * pads[0] > kernel - 1
            else "keeps its size"
        )
        what = _said(pads[0]) if pads[0] else "no padding (or kernels too large for it)"
        right = (
            f"A {kernel}×{kernel} kernel keeps the size with `padding={own[0]}`."
            if _keeps(a.layers[0])
            else f"The task's have {_said(own[0])}."
        )
        faults.append(f"Your convolutions have {what}, so the image {change} in each. {right}")
    else:
        for i, (pad, padding) in enumerate(zip(pads, own, strict=True)):
            right = (
                f"Each of the {number(a.flat)} needs `padding={padding}`."
                if alike and padding
                else f"The task's has {_said(padding)}."
            )
            if pad != padding:
                faults.append(f"Your {NTH[i]} convolution has {_said(pad)}. {right}")
    return faults + _faults_of_pools(pools, wanted)


def _faults_of_pools(pools: tuple[int, ...], wanted: tuple[int, ...]) -> list[str]:
    if pools == wanted:
        return []
    places = [f"the {NTH[i]}" for i, each in enumerate(wanted) if each]
    where, made = " and ".join(places), sum(each > 0 for each in pools)
    if not places:
        return [f"You pool {_TIMES.get(made, 'often')}. The task's network has no pool."]
    if not made:
        return [f"You never pool. Halve the maps after {where} convolution."]
    if pools in [tuple(move if each else 0 for each in wanted) for move in (1, 3)]:
        return [
            "Your pools move by one, so they do not halve the maps. Their stride is 2, as `MaxPool2d(2)` has it."
        ]
    if not set(pools) <= {0, 2}:
        return ["", ""]  # too strange for one sentence
    if made < len(places):
        return [f"You pool {_TIMES[made]}. Halve the maps after {' and after '.join(places)} convolution."]
    if made > len(places):
        return [f"You pool {_TIMES.get(made, 'often')}. Pool after {where} convolution only."]
    return [f"Your pools stand elsewhere. Pool after {where} convolution."]
