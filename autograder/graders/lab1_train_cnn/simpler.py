"""Ask a wrong function again with a simpler input: the one change that makes it right names the cause.

No list of wrong answers is ever whole, and an error's words depend on how the code is written (`einsum` or loops). That a
function is right for a square kernel and not for another one is the same however it is written.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F

from autograder.grading import causes
from autograder.grading.aspects import compare_aspect
from autograder.grading.clues import ENDS_EARLY, LAST_WINDOW
from autograder.grading.observers import run_here
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student

_EXACT = re.compile("Boolean value of Tensor|view size is not compatible")  # errors that name their own cause
Arguments = dict[str, Any]
Change = tuple[
    Arguments, str
]  # the arguments that change, and what to say where the result is right with them


def check(
    student: Student,
    item: str,
    *args: Any,
    also: tuple[str, ...] = (),
    form_only: bool = False,
    **kwargs: Any,
) -> None:
    """Do what `student.check` does; where no misconception is known, advise by what a simpler input changes.

    Raises:
        Failed: The result differs.
        NotAttempted: The stub was left alone.
    """
    try:
        student.check(item, *args, also=also, form_only=form_only, **kwargs)
    except Failed as failure:
        known = (
            "after the call" in failure.got
            or _EXACT.search(failure.got)
            or failure.advice in (ENDS_EARLY, LAST_WINDOW)
        )
        if causes.sought() and not failure.matches and not failure.stop and not known:
            failure.advice = _cause(student, item, args, kwargs, also) or failure.advice
        raise


def _cause(
    student: Student, item: str, args: tuple[Any, ...], kwargs: Arguments, also: tuple[str, ...]
) -> str:
    """Return what is said of the first change that makes right what was asked; "" where none does."""
    names, changes = _ITEMS[item]
    call = {**dict(zip(names, args, strict=False)), **kwargs}
    for changed, advice in changes(**call):
        named = {name: value for name, value in {**call, **changed}.items() if value is not None}
        positional = []
        for name in names[: len(args)]:
            if name not in named:
                break  # what follows an argument that is left out goes by name
            positional.append(named.pop(name))
        match _right(student, item, positional, named, also):
            case True:
                return advice
            case None:
                return ""  # it hung or ended: ask no more
    return ""


def _right(
    student: Student, item: str, args: list[Any], kwargs: Arguments, also: tuple[str, ...]
) -> bool | None:
    known = student.material(item)
    spec = {"item": item, "args": args, "kwargs": kwargs, "seed": 0, "grad": True, "repeat": 1}
    reply = student.ask("call", item, spec)
    if reply.status != "ok":
        return False if reply.status == "error" else None
    assert known.reference is not None
    expected = run_here({item: known.reference}, "call", spec)
    if expected.status != "ok":
        return False  # a change that leaves no call that is allowed (a kernel larger than the image)
    scale = None if known.scale is None else known.scale(*args, **kwargs)
    any_float = not any(isinstance(each, torch.Tensor) and each.is_floating_point() for each in args)
    try:
        return all(
            compare_aspect(aspect, reply.value, expected.value, known, scale, any_float) is None
            for aspect in ("result", *also)
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError):
        return False  # a form that no honest probe sends


def _sizes(size: int, kernel_size: int, stride: int = 1, padding: int = 0, **others: Any) -> Iterator[Change]:
    if padding and stride > 1:
        return
    if padding:
        yield (
            {"padding": 0},
            (
                "Your result is right without padding. The padding makes the input longer on both sides: "
                "size + 2 · padding."
            ),
        )
    if stride > 1:
        yield (
            {"stride": 1},
            (
                "Your result is right with stride 1. Divide by the stride what is left of the padded size when "
                "the kernel is taken off, round down, and add one last."
            ),
        )


def _conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    **others: Any,
) -> Iterator[Change]:
    yield from _plainer(x=x, weight=weight)
    c_out, _, kh, kw = weight.shape
    if bias is None:
        yield (
            {"bias": torch.zeros(c_out, dtype=x.dtype)},
            (
                "Your code works only when a bias is given, and `bias` is None by default. Add it only "
                "`if bias is not None`."
            ),
        )
    else:
        yield (
            {"bias": None},
            (
                "Your result is right without a bias. Add each output channel's bias to that channel, once: "
                "`bias.view(1, -1, 1, 1)` lines it up."
            ),
        )
    if padding > 1:
        yield (
            {"padding": 1},
            ("Your padding is right for 1 and not for 2. Put as many zeros on each side as `padding` says."),
        )
    if padding:
        yield (
            {"x": F.pad(x, (padding,) * 4), "padding": 0},
            (
                "Your result is right when x comes padded already, so your own padding is at fault. Put "
                "`padding` zeros on all four sides of x first, or hand `padding` on to `unfold`."
            ),
        )
    rows = x.shape[2] - (x.shape[2] + 2 * padding - kh) % stride
    columns = x.shape[3] - (x.shape[3] + 2 * padding - kw) % stride
    if (rows, columns) != tuple(x.shape[2:]):
        yield (
            {"x": x[:, :, :rows, :columns]},
            (
                "Your result is right where the windows fill the image. Here some rows or columns are left "
                "over: round the number of windows down, so that none hangs over the edge."
            ),
        )
    if stride > 1:
        yield (
            {"stride": 1},
            (
                "Your result is right with stride 1. The stride belongs in two places: the size is divided by "
                "it, and the window moves by it in the image (`i * stride`, or the stride of `unfold`)."
            ),
        )
    if kh != kw:
        k = min(kh, kw)
        yield (
            {"weight": weight[:, :, :k, :k]},
            (
                "Your result is right for square kernels only. This one has other sides: take kH and kW apart "
                "(`weight.shape[2:]`) and use each along its own axis."
            ),
        )
    if x.shape[2] != x.shape[3]:
        side = min(x.shape[2:])
        yield (
            {"x": x[:, :, :side, :side]},
            (
                "Your result is right for square images only. Unpack the shape as N, C, H, W, and take the "
                "output's rows from H and kH, its columns from W and kW."
            ),
        )
    if x.shape[0] > 1:
        yield (
            {"x": x[:1]},
            (
                "Your result is right for one image alone. In a batch you mix the images, or keep only one: "
                "each has a place of its own on axis 0."
            ),
        )
    yield from _fewer_channels(x, weight, bias)


def _fewer_channels(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> Iterator[Change]:
    c_out, c_in = weight.shape[:2]
    first = None if bias is None else bias[:1]
    if c_in > 1:
        yield (
            {"x": x[:, :1], "weight": weight[:, :1]},
            (
                "Your result is right for one input channel. Of several, each has its own slice of the kernel: "
                "multiply channel by channel and add all up."
            ),
        )
    if c_out > 1:
        yield (
            {"weight": weight[:1], "bias": first},
            (
                "Your result is right for one output channel. Of several, each has its own kernel and bias: "
                "look at what you index with the output channel."
            ),
        )
    if c_in > 1 and c_out > 1:
        yield (
            {"x": x[:, :1], "weight": weight[:1, :1], "bias": first},
            (
                "Your result is right for one channel in and one out. The weight's axes are (C_out, C_in, kH, "
                "kW): unpack and reshape it in this order, and sum over C_in."
            ),
        )


def _max_pool2d(
    x: torch.Tensor, kernel_size: int, stride: int | None = None, **others: Any
) -> Iterator[Change]:
    if stride is None:
        yield (
            {"stride": kernel_size},
            (
                "Your result is right when a stride is given. Without one `stride` is None: put the window's "
                "size in its place first."
            ),
        )
    yield (
        {"x": x - x.min() + 1},
        (
            "Your result is right for positive values only, so your maximum starts from a number that some "
            "windows never reach. Start from the window's first value, or from minus infinity."
        ),
    )
    if stride not in (None, kernel_size):
        yield (
            {"stride": kernel_size},
            (
                "Your result is right when the stride equals the window. Keep the two apart: `kernel_size` "
                "says how large a window is, `stride` where the next one starts."
            ),
        )
    if x.shape[0] > 1:
        yield (
            {"x": x[:1]},
            (
                "Your result is right for one image alone. In a batch you mix the images, or keep only one: "
                "pool each for itself."
            ),
        )
    if x.shape[1] > 1:
        yield (
            {"x": x[:, :1]},
            (
                "Your result is right for one channel. Of several you mix the values: each channel is pooled "
                "for itself (`F.unfold` lists all values of a channel before the next one's)."
            ),
        )
    if x.shape[2] != x.shape[3]:
        side = min(x.shape[2:])
        yield (
            {"x": x[:, :, :side, :side]},
            (
                "Your result is right for square images only. Unpack the shape as N, C, H, W, and count rows "
                "by H and columns by W."
            ),
        )
    step = stride or kernel_size
    rows, columns = (side - (side - kernel_size) % step for side in x.shape[2:])
    if (rows, columns) != tuple(x.shape[2:]):
        yield (
            {"x": x[:, :, :rows, :columns]},
            (
                "Your result is right where the windows fill the image. Here some rows or columns are left "
                "over: leave them out, by rounding the number of windows down."
            ),
        )
    yield from _plainer(x=x)


def _relu(x: torch.Tensor, **others: Any) -> Iterator[Change]:
    if x.ndim != 2:
        yield (
            {"x": x.reshape(x.shape[0], -1)},
            (
                "Your result is right for two axes only. Compare all elements at once, whatever the shape: "
                "`torch.where` or a product with `x > 0` needs no loop."
            ),
        )
    yield (
        {"x": x / x.abs().max()},
        (
            "Your result is right for values up to 1. ReLU has no limit above: positive values stay as they are."
        ),
    )
    yield from _plainer(x=x)


def _plainer(**tensors: torch.Tensor) -> Iterator[Change]:
    if not all(each.is_contiguous() for each in tensors.values()):
        yield (
            {name: each.contiguous() for name, each in tensors.items()},
            (
                "Your result is right for a plain copy of this view. You count on how the values lie in memory: "
                "call `x.contiguous()` first, or let PyTorch do the indexing."
            ),
        )
    if any(each.dtype == torch.float64 for each in tensors.values()):
        yield (
            {name: each.float() for name, each in tensors.items()},
            ("Your result is right for float32 and not for float64. Make new tensors with `dtype=x.dtype`."),
        )


_ITEMS: dict[str, tuple[tuple[str, ...], Callable[..., Iterator[Change]]]] = {
    "conv_output_size": (("size", "kernel_size", "stride", "padding"), _sizes),
    "conv2d": (("x", "weight", "bias", "stride", "padding"), _conv2d),
    "max_pool2d": (("x", "kernel_size", "stride"), _max_pool2d),
    "relu": (("x",), _relu),
}
