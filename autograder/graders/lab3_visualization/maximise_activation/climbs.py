"""Images from which gradient ascent gains enough, and gains less where it goes other ways than the task says."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import torch

from autograder.graders.lab3_visualization.convnets import images, network
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Net, Workshop

_NETS, _STARTS = 20, 32  # of which the first start that fits is taken, nearly always of the first network
_LEAST = 0.05  # of a gain, so that rounding is nothing beside it
_HARDLY_LESS, _MUCH_LESS = 0.985, 0.93  # of the reference's gain
Call = tuple[Any, ...]  # positional arguments, and a dict of keywords last


def gains(
    net: Net, name: str, channel: int, starts: torch.Tensor, steps: int = 50, lr: float = 0.1, way: str = ""
) -> torch.Tensor:
    """Return by how much ascent lifts the mean of a channel's map, from each of several starts (B, C, H, W).

    Args:
        net, name, channel, starts, steps, lr: As the task has them.
        way: The other way that it goes: "by Adam" takes that optimizer's steps (the task allows any, as long as the image climbs), "clamped at
            the end" keeps the range then only, and "rectified" climbs for the map behind a ReLU.
    """
    model, maps, image = Workshop().build(net).eval(), [], starts
    model.get_submodule(name).register_forward_hook(
        lambda module, given, out: maps.append(out[:, channel].clone())
    )
    first = second = torch.zeros_like(starts)
    for step in range(1, steps + 1):
        image = image.detach().requires_grad_()
        model(image)
        found = maps.pop()
        score = (found.relu() if way == "rectified" else found).mean((1, 2)).sum()
        move = torch.autograd.grad(score, image)[0]
        if way == "by Adam":
            first, second = 0.9 * first + 0.1 * move, 0.999 * second + 0.001 * move**2
            move = first / (1 - 0.9**step) / ((second / (1 - 0.999**step)).sqrt() + 1e-8)
        image = image.detach() + lr * move
        image = image if way == "clamped at the end" else image.clamp(0, 1)
    with torch.no_grad():
        model(starts)
        model(image.clamp(0, 1))
    before, after = (each.double().mean((1, 2)) for each in maps)
    return after - before


def climb(
    rng: Rng,
    layers: list[Any],
    name: str,
    channel: int,
    training: bool = True,
    dtype: torch.dtype = torch.float32,
    *,
    hooked: tuple[str, ...] = (),
    hill: float = 0.0,
    as_good: tuple[dict[str, Any], ...] = (),
    worse: tuple[dict[str, Any], ...] = (),
    **named: Any,
) -> Call:
    """Return a call in which the reference gains enough, however the start is rounded, and Adam no less.

    Args:
        rng, layers, training, dtype, hooked: Of the network and the start image.
        name, channel: What is climbed for.
        hill: What that channel's weights are multiplied by, all below 0: behind a SiLU, too long a step then goes past the summit. 0 leaves them.
        as_good, worse: Other keywords of `gains`, with each of which hardly less is gained, and far less.
        named: The call's own keywords.
    """
    for _ in range(_NETS):
        net, starts = network(rng, layers, training, dtype, hooked), images(rng, _STARTS, dtype)
        starts.flatten(1)[:, :4] = torch.tensor([0.0, 1.0, 0.0, 1.0], dtype=dtype)  # ends of the range
        if hill:
            net.state[f"{name}.weight"][channel] *= -hill * net.state[f"{name}.weight"][channel].sign()
        asked = (net, name, channel)
        best = gains(*asked, starts, **named)
        fitting = best > _LEAST
        fitting &= (gains(*asked, (starts + 1e-3).clamp(0, 1), **named) - best).abs() < 0.005 * best
        for each in (*as_good, {"way": "by Adam"}):
            fitting &= gains(*asked, starts, **{**named, **each}) > _HARDLY_LESS * best
        for each in worse:
            fitting &= gains(*asked, starts, **{**named, **each}) < _MUCH_LESS * best
        if bool(fitting.any()):
            break
    return (*asked, starts[int(fitting.int().argmax())][None].clone(), named)
