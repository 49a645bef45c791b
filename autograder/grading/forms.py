"""Results of the right kind in another form: an array for a tensor, float64 for float32, an axis of length 1 too many.

A slip of form is a fact of its own; the others look at the values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

_MOST = 1_000_000  # numbers in lists that are taken as they come


def in_the_form_of(wanted: Any, got: Any) -> Any:
    """Return a result in the form that is wanted, where nothing but its form is different; else as it is."""
    if isinstance(wanted, (tuple, list)):
        got = list(got.values()) if isinstance(got, dict) and len(got) == len(wanted) else got
        if isinstance(got, (torch.Tensor, np.ndarray)) and got.ndim and len(got) == len(wanted):
            got = list(got)
        if not isinstance(got, (tuple, list)) or len(got) < len(wanted):
            return got
        return tuple(in_the_form_of(theirs, mine) for theirs, mine in zip(wanted, got, strict=False))
    if isinstance(wanted, float):
        number = _as_tensor(got)
        return number.item() if number is not None and number.numel() == 1 else got
    if not isinstance(wanted, torch.Tensor):
        return got
    if isinstance(got, tuple) and got and isinstance(got[0], torch.Tensor) and got[0].shape == wanted.shape:
        got = got[0]  # more than was asked
    values = _as_tensor(got)
    if values is None or values.dtype == torch.bool or values.is_complex():
        return got
    if not wanted.is_floating_point() and wanted.dtype != torch.bool:
        if values.is_floating_point() and not bool((values == values.round()).all()):
            return got  # shares are no counts in another form; nan and infinity neither
        values = values.double().clamp(-(2.0**53), 2.0**53) if values.is_floating_point() else values
    values = values.detach().to(wanted.dtype)
    ones_left_out = [each for each in values.shape if each != 1]
    if values.shape != wanted.shape and ones_left_out == [each for each in wanted.shape if each != 1]:
        values = values.reshape(wanted.shape)
    return values


def _as_tensor(value: Any) -> torch.Tensor | None:
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, np.ndarray) or (isinstance(value, (list, tuple)) and 0 < len(value) <= _MOST):
        try:
            plain = [_number(each) for each in value] if isinstance(value, (list, tuple)) else value
            return torch.as_tensor(plain)
        except (TypeError, ValueError, RuntimeError):
            return None
    return None


def _number(value: Any) -> Any:
    """Return lists of numbers, of one-number tensors and of flat arrays as lists of numbers."""
    return value.tolist() if isinstance(value, (torch.Tensor, np.ndarray)) else value
