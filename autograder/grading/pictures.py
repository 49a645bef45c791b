"""What a picture of a wrong result needs, as builtin types: drawn later, outside the worker (`drawing.py`)."""

from __future__ import annotations

import math
from typing import Any

import torch

MOST_SIDE = 40  # rows or columns of a map; more cannot be seen on a page
MOST_POINTS = 200  # points of a curve
_LARGEST = 1e30  # axes add, subtract and divide what they show, some of it in float32
_LOSSES = ("train_loss", "val_loss")

Picture = dict[str, Any]  # {"kind": "maps" | "matrix" | "curve" | "losses", "got": …, "expected": …}


def picture_of(kind: str, got: Any, expected: Any) -> Picture | None:
    """Return what a picture of a result beside the right one needs; None where there is nothing to see.

    Args:
        kind: What it shows: "maps" or a "matrix", a "curve", "losses"; "" for no picture.
        got: The student's decoded result: of any form.
        expected: The reference's.
    """
    try:
        return _picture_of(kind, got, expected)
    except Exception:
        return None  # a result of a form that nobody foresaw: a picture is not worth a fault


def _picture_of(kind: str, got: Any, expected: Any) -> Picture | None:
    if kind in ("maps", "matrix"):
        return _maps(kind, got, expected)
    if kind == "curve":
        mine, theirs = _curve(got), _curve(expected)
        return {"kind": "curve", "got": mine, "expected": theirs} if mine and theirs else None
    if kind == "losses":
        lists = [_lists(each) for each in (got, expected)]
        return {"kind": "losses", "got": lists[0], "expected": lists[1]} if all(lists) else None
    return None


def _maps(kind: str, got: Any, expected: Any) -> Picture | None:
    """Return the first map (of the first image, the first channel) in which the two differ."""
    if not (isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor)):
        return None
    if got.shape != expected.shape or got.ndim < 2 or not got.numel() or max(got.shape[-2:]) > MOST_SIDE:
        return None
    mine = got.detach().double().reshape(-1, *got.shape[-2:])
    theirs = expected.detach().double().reshape(-1, *got.shape[-2:])
    apart = (mine - theirs).abs().nan_to_num(math.inf).amax(dim=(1, 2))
    size = float(theirs.abs().max()) if bool(theirs.isfinite().all()) else 1.0
    first = int((apart > 1e-3 * max(size, 1e-9)).double().argmax())
    return {"kind": kind, "got": _rows(mine[first]), "expected": _rows(theirs[first])}


def _rows(values: torch.Tensor) -> list[list[float | None]]:
    return [[_number(each) for each in row] for row in values.tolist()]


def _curve(result: Any) -> list[list[float | None]] | None:
    """Return [fpr, tpr] of a result that has them."""
    if not isinstance(result, (tuple, list)) or len(result) < 2:
        return None
    lines = []
    for each in result[:2]:
        values = each.detach().double().tolist() if isinstance(each, torch.Tensor) else each
        if not isinstance(values, list) or not all(isinstance(v, (int, float)) for v in values):
            return None
        lines.append([_number(v) for v in values[:MOST_POINTS]])
    return lines if len(lines[0]) == len(lines[1]) > 0 else None


def _lists(history: Any) -> dict[str, list[float | None]] | None:
    if not isinstance(history, dict):
        return None
    found = {}
    for key in _LOSSES:
        values = history.get(key)
        if not isinstance(values, list) or not all(isinstance(v, (int, float)) for v in values):
            return None
        found[key] = [_number(v) for v in values[:MOST_POINTS]]
    return found if any(found.values()) else None


def _number(value: float) -> float | None:
    """Return a number with four significant digits; None for what JSON or an axis has no word for (NaN, infinities, 1e300)."""
    value = float(value)
    return float(f"{value:.4g}") if abs(value) <= _LARGEST else None
