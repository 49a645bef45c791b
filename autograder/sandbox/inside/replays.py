"""Replay gradients by an optimizer: what each step does to the parameters, and what becomes of their tensors."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from .parts import Workshop


class _Recording(TorchFunctionMode):
    """Remember what is computed with a graph, as long as somebody keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[weakref.ref[torch.Tensor]] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for each in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(each, torch.Tensor) and each.grad_fn is not None:
                self._made.append(weakref.ref(each))
        return result

    def kept(self) -> bool:
        made, self._made = self._made, []
        return any(each() is not None for each in made)


def replayed(function: Callable[..., Any], spec: dict[str, Any]) -> dict[str, Any]:
    """Make an optimizer by a function or class, and replay gradients; bring back the parameters after each step, and what became of their tensors.

    The first of `args` are the parameters, given in the `form` of a list, a tuple, or a generator. With `loop` each step is that of
    a training loop, with `zero_grad` and a backward pass; without it the gradients are put in place, None among them.
    """
    values, *settings = spec["args"]
    parameters = [nn.Parameter(Workshop().build(each)) for each in values]
    before = [each.detach() for each in parameters]
    forms: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "generator": iter}
    given = forms[spec["form"]](parameters)
    made = function(given, *settings, **spec["kwargs"])
    if not callable(getattr(made, "step", None)) or not callable(getattr(made, "zero_grad", None)):
        return {"optimizer": False, "result": made}
    after, cleared, recorded, enabled = [_values(parameters)], [], [], []
    recording = _Recording()
    for gradients in spec["gradients"]:
        torch.set_grad_enabled(True)
        if spec["loop"]:
            for _ in range(1 if len(after) > 1 else 2):  # the first gradients are cleared before any step
                made.zero_grad()
                cleared.append([each.grad is None or not bool(each.grad.any()) for each in parameters])
                losses = [(p * g).sum() for p, g in zip(parameters, gradients, strict=True)]
                torch.stack(losses).sum().backward()
        else:
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = None if gradient is None else gradient.clone()
        with recording:
            made.step()
        enabled.append(torch.is_grad_enabled())
        recorded.append(
            recording.kept() or any(p.grad is not None and p.grad.grad_fn is not None for p in parameters)
        )
        after.append(_values(parameters))
    return {
        "optimizer": True,
        "after": after,
        "cleared": cleared,
        "recorded": any(recorded),
        "enabled": all(enabled),
        "replaced": [p.data_ptr() != old.data_ptr() for p, old in zip(parameters, before, strict=True)],
        "learning": [each.requires_grad and each.is_leaf for each in parameters],
    }


def _values(parameters: list[nn.Parameter]) -> list[torch.Tensor]:
    return [each.detach().clone() for each in parameters]
