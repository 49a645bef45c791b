"""Draw what came back beside what was expected, as PNG with a text for readers who cannot see it."""

from __future__ import annotations

import base64
import io
import math
from typing import Any

_SIZE = {"maps": (7.5, 2.3), "matrix": (6.0, 2.8), "curve": (3.4, 3.0), "losses": (5.5, 2.5)}
_ALT = {
    "maps": "Three heat maps: your result, the expected one, and their difference, which is largest in row {row}, column {column}.",
    "matrix": "Two matrices side by side: yours and the expected one. They differ in {cells} of {all} cells.",
    "curve": "Two ROC curves on one pair of axes: yours, dashed, and the expected one.",
    "losses": "Training and validation loss by epoch: yours, dashed with crosses, and the expected ones.",
}
_MOST_NUMBERS = 12  # side up to which a cell shows its number


def draw(picture: dict[str, Any]) -> tuple[str, str]:
    """Return a picture as base64 PNG on a white face, and its alternative text.

    Args:
        picture: What `grading.pictures.picture_of` gave.
    """
    # Without pyplot: no global state in nbgrader's process, and no window system.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    kind = picture["kind"]
    figure = Figure(figsize=_SIZE[kind], dpi=100, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    words = {"maps": _maps, "matrix": _matrix, "curve": _curve, "losses": _losses}[kind](
        figure, picture["got"], picture["expected"]
    )
    data = io.BytesIO()
    figure.savefig(data, format="png", metadata={"Software": None})
    return base64.b64encode(data.getvalue()).decode(), _ALT[kind].format(**words)


def _numbers(rows: list[list[float | None]]) -> list[list[float]]:
    return [[math.nan if each is None else each for each in row] for row in rows]


def _maps(figure: Any, got: Any, expected: Any) -> dict[str, Any]:
    mine, theirs = _numbers(got), _numbers(expected)
    apart = [[a - b for a, b in zip(*rows, strict=True)] for rows in zip(mine, theirs, strict=True)]
    flat = [abs(v) for rows in (mine, theirs, apart) for row in rows for v in row if math.isfinite(v)]
    most = max(flat, default=1.0) or 1.0
    axes = figure.subplots(1, 3)
    titles = ("yours", "expected", "yours − expected")
    for ax, rows, title in zip(axes, (mine, theirs, apart), titles, strict=True):
        shown = ax.imshow(rows, cmap="PuOr_r", vmin=-most, vmax=most)
        ax.set_title(title, fontsize=9)
        ax.set(xticks=[], yticks=[])
    bar = figure.colorbar(shown, ax=axes, shrink=0.8)
    bar.ax.tick_params(labelsize=7)
    places = [(abs(v), i, j) for i, row in enumerate(apart) for j, v in enumerate(row) if math.isfinite(v)]
    _, row, column = max(places, default=(0, 0, 0))
    return {"row": row, "column": column}


def _matrix(figure: Any, got: Any, expected: Any) -> dict[str, Any]:
    different = {
        (i, j)
        for i, rows in enumerate(zip(got, expected, strict=True))
        for j, (a, b) in enumerate(zip(*rows, strict=True))
        if a != b
    }
    for ax, rows, title in zip(
        figure.subplots(1, 2), (got, expected), ("yours (wrong cells framed)", "expected"), strict=True
    ):
        ax.imshow(_numbers(rows), cmap="Blues")
        most = max((v for row in rows for v in row if v is not None), default=0)
        if len(rows) <= _MOST_NUMBERS:
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    colour = "white" if value is not None and value > 0.6 * most else "black"
                    text = "?" if value is None else f"{value:g}"
                    ax.text(j, i, text, ha="center", va="center", fontsize=8, color=colour)
        if title != "expected":
            for i, j in different:
                ax.plot([j - 0.45, j + 0.45, j + 0.45, j - 0.45, j - 0.45],
                        [i - 0.45, i - 0.45, i + 0.45, i + 0.45, i - 0.45], color="black", lw=1.5)  # fmt: skip
        ax.set_title(title, fontsize=9)
        ax.set_xlabel("predicted", fontsize=8)
        ax.set_ylabel("true", fontsize=8)
        ax.set(xticks=range(len(rows[0])), yticks=range(len(rows)))
        ax.tick_params(labelsize=7)
    return {"cells": len(different), "all": len(got) * len(got[0])}


def _curve(figure: Any, got: Any, expected: Any) -> dict[str, Any]:
    ax = figure.subplots()
    ax.plot(*_numbers(expected), color="black", lw=2, label="expected")
    ax.plot(*_numbers(got), color="#c05a00", ls="--", marker="x", ms=4, label="yours")
    ax.set(xlabel="fpr", ylabel="tpr", aspect="equal")
    ax.legend(fontsize=8)
    return {}


def _losses(figure: Any, got: Any, expected: Any) -> dict[str, Any]:
    axes = figure.subplots(1, 2)
    for ax, key in zip(axes, ("train_loss", "val_loss"), strict=True):
        for values, style in ((expected[key], _EXPECTED), (got[key], _YOURS)):
            numbers = [math.nan if each is None else each for each in values]
            ax.plot(range(1, len(numbers) + 1), numbers, **style)
        ax.set_title(key, fontsize=9)
        ax.set_xlabel("epoch", fontsize=8)
        ax.tick_params(labelsize=7)
    axes[0].legend(fontsize=8)
    return {}


_EXPECTED: dict[str, Any] = {"color": "black", "lw": 2, "marker": "o", "ms": 4, "label": "expected"}
_YOURS: dict[str, Any] = {"color": "#c05a00", "ls": "--", "marker": "x", "ms": 6, "label": "yours"}
