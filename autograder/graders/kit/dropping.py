"""What a network drops in training mode, read off gradients: it is judged by what dropout is, and never by a seed's own numbers.

Numbers that add up to 0, handed back at an image's log-probabilities, arrive unchanged at the last layer's bias, and at its weight as
their products with what came into that layer. So one image's gradients tell what came into each linear layer, and with that what the
dropout before it made of the numbers that went into it.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from autograder.graders.kit.matching import Match, close
from autograder.graders.kit.networks import Network, Seen
from autograder.grading.compare import describe
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student

_CALLS, _IMAGES = 2, 12
_BY_CHANCE = 40  # bits: what a right network does once in 2 ** 40 gradings
_DARKER = 1 / 3  # images: what is kept is scaled up
_LEAST = -60.0  # of log-probabilities: where `log(softmax(x))` is near its end
_LIVE = 1e-2  # of the largest number of all: what is judged
_SAME = 1e-2  # of a unit's largest number: what rounding may change
_NONE = 1e-3  # of it: what is zero


@dataclass(frozen=True)
class _Dropout:
    """What went into a dropout and what came out of it, image by image.

    Attributes:
        before, after: (images, units, numbers of a unit), where a unit is what is dropped as a whole: a map, or one number.
        seen: (images,) whether an image's gradients tell what came out.
    """

    before: torch.Tensor
    after: torch.Tensor
    seen: torch.Tensor

    @property
    def live(self) -> torch.Tensor:
        """Return which units (images, units) hold numbers large enough to be judged, of images that tell."""
        sizes = self.before.abs().amax(2)
        return (sizes > _LIVE * sizes.max()) & self.seen[:, None]

    def times(self, factor: float) -> torch.Tensor:
        """Return which units came out as so many times what went in."""
        sizes = self.before.abs().amax(2)
        return (self.after - factor * self.before).abs().amax(2) <= _SAME * max(factor, 0.1) * sizes

    @property
    def dropped(self) -> torch.Tensor:
        return self.after.abs().amax(2) <= _NONE * self.before.abs().amax(2)


def asked(network: Network, rng: Rng) -> dict[str, Any]:
    """Return what the probe `module` is asked besides."""
    fresh = Rng(rng.seed + 1)
    cotangent = fresh.normal(network.architecture.classes)
    calls = [
        fresh.uniform(_IMAGES, *network.architecture.image, high=_DARKER * network.brightest)
        for _ in range(_CALLS)
    ]
    return {"calls": calls, "cotangent": cotangent - cotangent.mean()}


def require_dropout(network: Network, student: Student, rng: Rng, layer: int) -> None:
    """Fail unless training mode drops after this layer what the task's network drops: maps or numbers, each by chance, the rest scaled up."""
    seen, found, rng = _observed(network, student, rng)
    dropouts, _ = _read(network, seen, found, asked(network, rng))
    wanted = network.architecture.layers[layer]
    kind, bare = ("whole maps", "nn.Dropout2d") if wanted.convolution else ("numbers", "nn.Dropout")
    if fault := _fault(dropouts[layer], wanted.dropout, bare, wanted.convolution):
        raise Failed(
            f"{network.made} in training mode", fault[0], f"{kind} dropped with probability {wanted.dropout}, the others times {1 / (1 - wanted.dropout):g}",
            fault[1], network.named(seen, rng, training=True), true=False,
        )  # fmt: skip


def require_training(network: Network, student: Student, rng: Rng) -> None:
    """Fail unless nothing else acts in training mode, and the loss reaches every parameter."""
    seen, found, rng = _observed(network, student, rng)
    _, scores = _read(network, seen, found, asked(network, rng))
    for gradient, role in zip(_gradients(network, seen, found), network.architecture.roles, strict=True):
        if not bool(gradient.any()):
            raise network.no_gradient(role, "0", "above 0", seen, network.named(seen, rng, training=True))
    if not close(*(each.double().clamp(min=_LEAST) for each in (scores, seen["outputs_by_image"]))):
        raise Failed(
            f"{network.made} in training mode", describe(seen["outputs_by_image"]), "the log-probabilities that the last layer gives",
            "Something acts behind your last layer in training mode: a dropout? None belongs there.", network.named(seen, rng, training=True), true=False,
        )  # fmt: skip


def _observed(network: Network, student: Student, rng: Rng) -> tuple[Seen, Match, Rng]:
    """Return what is seen of a network, the task's with its weights, and the numbers it was drawn with; only the first fact that asks looks.

    Raises:
        Failed: It is another network in evaluation mode, or no gradient comes back.
    """
    first = rng
    seen, rng = student.once(
        f"{network.made} dropping", lambda: (network.observe(student, first, **asked(network, first)), first)
    )
    found = network.require_match(seen, rng)
    rows, scores = seen.get("by_image"), seen.get("outputs_by_image")
    numbers = sum(each.numel() for each in seen["parameters"])
    came = isinstance(rows, list) and len(rows) == _CALLS * _IMAGES and isinstance(scores, torch.Tensor)
    if not came or any(not isinstance(each, torch.Tensor) or each.numel() != numbers for each in rows or ()):
        raise Failed(f"{network.made} in training mode", "no gradients", "gradients of each image's scores", "Return a tensor that holds its graph.", true=False)  # fmt: skip
    return seen, found, rng


def _gradients(network: Network, seen: Seen, found: Match) -> list[torch.Tensor]:
    """Return each role's gradients, image by image."""
    sizes = [each.numel() for each in seen["parameters"]]
    parts = torch.stack([each.reshape(-1).double() for each in seen["by_image"]]).split(sizes, 1)
    places = network.drawn(seen)
    rows = torch.cat([parts[i] for i in places], 1)
    return [rows[:, where] for where in found.places([seen["parameters"][i] for i in places])]


def _read(
    network: Network, seen: Seen, found: Match, spec: dict[str, Any]
) -> tuple[dict[int, _Dropout], torch.Tensor]:
    """Return the dropouts by layer, and the scores that follow from what came out of the last one."""
    a, gradients = network.architecture, _gradients(network, seen, found)
    dropouts = {}
    x = torch.cat(spec["calls"]).double()
    known = torch.ones(len(x), dtype=torch.bool)  # whose images' gradients tell all so far
    for i, (weight, bias) in enumerate(a.pairs):
        x = a.after(i, a.before(i, x, found.weights[weight], found.weights[bias]))
        if a.layers[i].dropout:  # before a linear layer, in every network so far
            at_weight, at_bias = (gradients[role] for role in a.pairs[i + 1])
            norm = at_bias.square().sum(1, keepdim=True)
            came = (at_bias[:, None] @ at_weight)[:, 0] / norm.clamp(min=1e-30)
            after, units = came.reshape(x.shape), x.shape[:2]
            # Where nothing of an image is left, no gradient reaches what is before: that it is gone is seen all the same.
            known = (known | ~came.any(1)) & (norm[:, 0] > 0)
            dropouts[i] = _Dropout(x.reshape(*units, -1), after.reshape(*units, -1), known)
            x = after
    return dropouts, a.end(x)


# ------------------------------------------------------------------------------------------------------- what is wrong


def _fault(made: _Dropout, p: float, bare: str, maps: bool) -> tuple[str, str] | None:
    """Return what is seen that no dropout with this p does, and what to do about it."""
    if not bool(made.seen.any()):
        return "no gradient through it", "No gradient comes back to this dropout: is something behind it detached, turned into NumPy, or computed under `no_grad`?"  # fmt: skip
    live, dropped = made.live, made.dropped
    if not bool((made.times(1 / (1 - p)) | dropped)[live].all()):
        return _no_dropout_of_this(made, p, bare, maps)
    share, n = float(dropped[live].double().mean()), int(live.sum())
    likelihood = -math.log2(p * p + (1 - p) ** 2)  # bits that two of one fate are worth
    for pairs, words in (
        (_neighbours(live, dropped), "All of an image are dropped together, or none. Each is dropped or kept by itself."),
        (_images(live, dropped), "The same ones are dropped for every image of a batch. Draw anew for each image."),
        (_calls(live, dropped), "The same ones are dropped at every call. Draw anew each time, and set no seed in `forward`."),
    ):  # fmt: skip
        alike = [(a == b)[both] for a, b, both in pairs]
        enough = likelihood * sum(map(len, alike)) > _BY_CHANCE
        if 0 < share < 1 and enough and all(bool(each.all()) for each in alike):
            return "a choice that is not made for each by itself", words
    if n and abs(share - p) > math.sqrt(_BY_CHANCE * math.log(2) / (2 * n)):
        return f"a share of {share:.2f} dropped", f"You drop a share of {share:.2f} here: each is dropped with probability {p}."  # fmt: skip
    return None


def _no_dropout_of_this(made: _Dropout, p: float, bare: str, maps: bool) -> tuple[str, str]:
    live, dropped = made.live, made.dropped
    where = "the convolution's maps" if maps else "the linear layer's numbers"
    if bool(made.times(1.0)[live].all()):
        return "nothing dropped", f"Nothing of {where} is dropped in training. `{bare}({p})` belongs there, as a module, or as a function of `F` that gets `training=self.training`."  # fmt: skip
    kept = live & ~dropped
    ratios = (made.after * made.before).sum(2)[kept] / made.before.square().sum(2)[kept]
    ratio = float(ratios.median()) if len(ratios) else 0.0
    if not len(ratios):
        return "everything dropped", f"Everything is dropped. `{bare}({p})` keeps about half."
    if bool((made.times(ratio) | dropped)[live].all()):
        if abs(ratio - 1) < _SAME:
            return "what is kept at its old size", f"You drop and leave the rest as it is. What is kept is divided by 1 − p, so here it is doubled: `{bare}({p})` does both."  # fmt: skip
        return f"what is kept times {ratio:.3g}", f"What is kept comes out {ratio:.3g} times as large, which is dropout with p = {1 - 1 / ratio:.2g}. The task's p is {p}."  # fmt: skip
    inside = made.after / made.before.where(made.before != 0, torch.ones(()).double())
    large = live[..., None] & (made.before.abs() > _LIVE * made.before.abs().amax(2, keepdim=True))
    bounded = bool(((inside > -_SAME) & (inside < (1 + _SAME) / (1 - p)))[large].all())
    if maps and bounded and bool((inside.abs() < _NONE)[large].any()):
        return "single values of maps dropped", f"You drop single values of the maps. After a convolution whole maps are dropped: `{bare}({p})`."  # fmt: skip
    return f"other numbers than {where}, dropped or scaled", f"Something else acts in training mode before or among {where}: a dropout after another layer, or two of them? The task has one there, with p = {p}."  # fmt: skip


Pairs = Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]


def _neighbours(live: torch.Tensor, dropped: torch.Tensor) -> Pairs:
    """Yield for each image its first live unit's fate, all units', and which of the others are live."""
    for some, fates in zip(live, dropped, strict=True):
        places = some.nonzero().flatten()
        if len(places) > 1:
            others = some.clone()
            others[places[0]] = False
            yield fates[places[0]].expand(len(fates)), fates, others


def _images(live: torch.Tensor, dropped: torch.Tensor) -> Pairs:
    """Yield for each image of a call the fates of the call's first image and its own."""
    for first in range(0, len(live), _IMAGES):
        for i in range(first + 1, first + _IMAGES):
            yield dropped[first], dropped[i], live[first] & live[i]


def _calls(live: torch.Tensor, dropped: torch.Tensor) -> Pairs:
    """Yield for each image the fates of the one in its place in the call before and its own."""
    for i in range(_IMAGES, len(live)):
        yield dropped[i - _IMAGES], dropped[i], live[i - _IMAGES] & live[i]
