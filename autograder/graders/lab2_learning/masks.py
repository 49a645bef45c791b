"""What follows from the definition of dropout, whatever the random numbers are: shares, sizes, patterns.

Every bound is Hoeffding's. The share of n independent yes-or-no draws is further from its probability than t with a probability of at
most 2·exp(−2·n·t²). With t = sqrt(ln(2/RARE) / (2n)), which is 3.8 / sqrt(n), that is RARE. A grading looks at fewer than 500 shares, so
a right answer fails in less than one of 10⁹ gradings.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.grading.compare import Difference, difference
from autograder.grading.outcomes import Failed
from autograder.grading.rng import Rng
from autograder.grading.student import Student, call_text

RARE = 1e-12

# What to try where a fact does not hold, and no misconception has a name for it.
_ADVICE = {
    "some_dropped": "In training, compare random numbers between 0 and 1 with p: where they are smaller, the result is 0.",
    "share": "Count the zeros of a large result, as in `(y == 0).float().mean()`: their share is p. Draw once, with `torch.rand`, and drop where the number is smaller than p.",
    "scale": "Print `y / x` for a large result: it is 0 where something is dropped, and 1 / (1 - p) everywhere else, for every p.",
    "apart": "Print a small result's `y == 0` for p = 0.5: it looks like noise, without a pattern that repeats along an axis. Chance alone decides.",
    "channels apart": "Print `y[:, :, 0, 0] == 0` for p = 0.5: each channel is dropped as a whole, and the list looks like noise. Draw one number for each channel of each image, of shape (N, C, 1, 1).",
    "count_varies": "Each is drawn for itself, so that the number of zeros varies from call to call: compare independent random numbers with p.",
    "anew": "Call the function twice with the same x: other elements are dropped. Draw in the function, without a seed.",
    "gradient": "Call `y.sum().backward()` and print `x.grad`: it is 1 / (1 - p) where something is kept, and 0 elsewhere. Compute the result from x with operations of PyTorch.",
}


def bound(n: float) -> float:
    """Return how far the share of n independent draws may be from its probability."""
    return math.sqrt(math.log(2 / RARE) / (2 * n))


@dataclass(frozen=True)
class Drop:
    """A function that drops units of x with probability p: single elements, or whole channels of an image (N, C, H, W)."""

    student: Student
    rng: Rng
    item: str
    channels: bool = False

    def input(self, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return values of both signs, none near zero, but for zeros here and there; of a channel, none but the first."""
        x = self.rng.normal(*shape, dtype=dtype)
        x = x + 0.1 * x.sign()
        zeros = self.rng.uniform(*shape) < 0.02
        if self.channels:
            zeros[:, :, 1:] = zeros[:, :, :, 1:] = False
        return x.masked_fill(zeros, 0)

    def low(self) -> float:
        return self.rng.number(150, 350) / 1000

    def high(self) -> float:
        return self.rng.number(650, 850) / 1000

    def check(
        self,
        fact: Callable[..., str],
        x: torch.Tensor,
        *args: Any,
        weights: torch.Tensor | None = None,
        repeat: int = 1,
        inputs: bool = False,
        **kwargs: Any,
    ) -> None:
        """Call the student's function with x, args and kwargs, and judge its result (or, with `weights`, gradient) by a fact.

        Args:
            fact: Gets result, input and p, and says what is wrong and what is expected; "" where nothing is.
            x: The input.
            args, kwargs: The further arguments, the first of them p.
            weights: Of a sum of the result of which the gradient is looked at, beside the result; the fact then gets both, and them.
            repeat: How many calls there are; the fact then gets a list of results.
            inputs: Whether x must also be what it was before, as after several calls in any case.

        Raises:
            Failed: The fact does not hold; a misconception of the same features is named.
        """
        p, seed, looked_at = args[0] if args else 0.5, self.rng.number(0, 10**6), inputs or repeat > 1
        more = {} if weights is None else {"backward": weights}
        spec = {"item": self.item, "args": [x, *args], "kwargs": kwargs, "seed": seed, "repeat": repeat}

        def results(seen: dict[str, Any]) -> Any:
            y = seen["result"]
            if weights is None:
                return y
            return [y.detach() if isinstance(y, torch.Tensor) else y, seen["gradients"][0]]

        def judge(seen: dict[str, Any], expected: dict[str, Any]) -> Difference | None:
            for each in seen["result"] if repeat > 1 else [seen["result"]]:
                if (found := difference(each, x)) is not None and found.kind != "value":
                    return found
            found = difference(seen["inputs"][0], x, None, "argument 1 after the call") if looked_at else None
            said = found.text if found else fact(results(seen), x, p, *more.values())
            return Difference("value", said) if said else None

        def same(seen: dict[str, Any], theirs: dict[str, Any]) -> Difference | None:
            mine, other = results(seen), results(theirs)
            like = not looked_at or torch.equal(seen["inputs"][0], x) == torch.equal(theirs["inputs"][0], x)
            if repeat > 2:  # many calls: how much they vary, and those that drop least and most
                vary, others_vary = (not self.count_varies(each, x, p) for each in (mine, other))
                like = like and vary == others_vary
                mine, other = _extremes(mine), _extremes(other)
            elif repeat == 2 or weights is not None:
                like = like and abs(_together(mine) - _together(other)) <= 2 * bound(x.numel()) + 0.01
            else:
                mine, other = [mine], [other]
            like = like and all(alike(a, b, x) for a, b in zip(mine, other, strict=True))
            return None if like else Difference("value", "other features")

        called = call_text(self.item, (x, *args), kwargs) + (f", {repeat} times" if repeat > 1 else "")
        try:
            self.student.compare("call", self.item, {**spec, **more}, judge, called, same=same)
        except Failed as failure:
            if failure.kind == "value" and "after the call" not in failure.got:
                name = fact.__name__
                failure.advice = _ADVICE["channels apart" if name == "apart" and self.channels else name]
            raise

    def require_drops(self, x: torch.Tensor) -> None:
        """Fail where in training nothing is dropped, or everything; more calls then name the cause.

        Raises:
            Failed: That is so.
        """
        training = partial(self.check, self.some_dropped, x, 0.5, True)
        try:
            training()
        except Failed as failure:
            if failure.kind == "value":
                evaluation = partial(self.student.check, self.item, x, 0.5, False)
                all_of(training, evaluation, partial(self.check, self.some_dropped, x, 0.5, repeat=16))
            raise

    # ------------------------------------------------------------------ facts

    def dropped(self, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Return of each unit whether it is zero throughout, as 0.0 or 1.0; nan where x is zero, so that nothing can be seen."""
        zero = torch.where(x != 0, (y == 0).double(), torch.nan)
        return (zero.flatten(2) != 0).all(2).double() if self.channels else zero

    def some_dropped(self, y: Any, x: torch.Tensor, p: float) -> str:
        """Some elements of a result, or of each of several, are zero, and some are not."""
        for each in y if isinstance(y, list) else [y]:
            share = float((each == 0)[x != 0].double().mean())
            if not 0.01 < share < 0.99:
                return f"zeros in {share:.0%} of the places, expected zeros in some places, and not in all"
        return ""

    def share(self, y: torch.Tensor, x: torch.Tensor, p: float) -> str:
        """The share of dropped units is p."""
        dropped, what = self.dropped(y, x), "channels" if self.channels else "elements"
        if not _off(dropped, p):
            return ""
        return f"zeros in about {_coarse(dropped)} of the {what}, expected zeros in about {p:.0%} of them"

    def scale(self, y: torch.Tensor, x: torch.Tensor, p: float) -> str:
        """What is kept is divided by 1 − p."""
        kept = (y != 0) & (x != 0)
        if not bool(kept.any()):
            return f"everything is zero, expected kept elements that are x / {1 - p:.3g}"
        right = x / (1 - p)
        wrong = kept & ~((y - right).abs() <= 1e-4 * right.abs())
        if not bool(wrong.any()):
            return "another number where x is zero, expected zero" if bool(y[x == 0].any()) else ""
        where = tuple(wrong.nonzero()[0].tolist())
        got, was = float(y[where]), float(x[where])
        return f"{got:.4g} where x holds {was:.4g}, expected zero, or {was / (1 - p):.4g}, which is {was:.4g} / (1 - {p:g})"

    def apart(self, y: torch.Tensor, x: torch.Tensor, p: float) -> str:
        """Whether one unit is dropped tells nothing of another, nor does its value or its place."""
        zero = self.dropped(y, x)
        partly = ((y == 0) & (x != 0)).flatten(2).any(2) & (zero == 0) if self.channels else torch.zeros(1)
        if bool(partly.any()):
            return f"{int(partly.sum())} channels that are dropped in parts, expected each of them dropped or kept as a whole"
        for axis in range(zero.ndim):
            first, second = (zero.narrow(axis, start, zero.shape[axis] - 1) for start in (0, 1))
            pairs = (first == second).double()[~(first.isnan() | second.isnan())]
            # Pairs that begin at even places have no unit in common, nor have those at odd ones: so a third is independent at least.
            if abs(float(pairs.mean()) - _by_chance(p)) > bound(len(pairs) / 3):
                return f"neighbours along axis {axis} that share their lot in {_coarse(pairs)} of the cases, expected {_by_chance(p):.0%}, as by chance"
            for i, part in enumerate(zero.unbind(axis)):
                if _off(part, p):
                    return f"zeros in about {_coarse(part)} of the places with index {i} on axis {axis}, expected {p:.0%} everywhere"
        if not self.channels:
            sides = {"positive": x > 0, "negative": x < 0, "large": x.abs() > 0.7, "small": x.abs() < 0.7}
            for what, chosen in sides.items():
                if _off(zero[chosen], p):
                    return f"zeros for about {_coarse(zero[chosen])} of the {what} values, expected {p:.0%} whatever the value"
        return ""

    def anew(self, ys: list[torch.Tensor], x: torch.Tensor, p: float) -> str:
        """Two calls drop other units."""
        first, second = (self.dropped(y, x) for y in ys[:2])
        same = (first == second).double()[~first.isnan()]
        if not _off(same, _by_chance(p)):
            return ""
        return f"two results that agree in {_coarse(same)} of the places, expected {_by_chance(p):.0%}, as by chance: each call draws anew"

    def count_varies(self, ys: list[torch.Tensor], x: torch.Tensor, p: float) -> str:
        """How many units are dropped is not the same each time (of 64 units, a count has a probability of at most 0.1: 16 alike, 10⁻¹⁵)."""
        counts = {int(self.dropped(y, x).nansum()) for y in ys}
        if len(counts) > 1:
            return ""
        return f"exactly {counts.pop()} zeros in each of {len(ys)} calls, expected a number that varies: each element is drawn for itself"

    def gradient(self, seen: list[Any], x: torch.Tensor, p: float, weights: torch.Tensor) -> str:
        """The gradient is the kept elements' own: the weights over 1 − p there, zero elsewhere."""
        y, got = seen
        if got is None:
            return "a result through which no gradient reaches x, expected a gradient of 1 / (1 - p) for each kept element"
        known, right = x != 0, torch.where(y != 0, weights / (1 - p), 0.0)
        found = difference(got[known], right[known], None, "the gradient")
        return self.share(y, x, p) or self.scale(y, x, p) or (found.text if found else "")


def _by_chance(p: float) -> float:
    """Return how often two independent draws agree."""
    return p * p + (1 - p) * (1 - p)


def _off(draws: torch.Tensor, p: float) -> bool:
    """Say whether the share of draws, nan left out, is not p."""
    known = draws[~draws.isnan()]
    return abs(float(known.mean()) - p) > bound(len(known))


def _coarse(draws: torch.Tensor) -> str:
    return f"{round(20 * float(draws.nanmean())) * 5}%"


def _extremes(results: list[Any]) -> list[Any]:
    """Return of several results the ones with the fewest and with the most zeros."""
    ordered = sorted(results, key=lambda y: int((y == 0).sum()) if isinstance(y, torch.Tensor) else -1)
    return [ordered[0], ordered[-1]]


def _together(results: list[Any]) -> float:
    """Return in how many places the first two results are both zero or both not; -1 where that cannot be said."""
    first, second = results[:2]
    if any(not isinstance(each, torch.Tensor) for each in results) or first.shape != second.shape:
        return -1.0
    return float(((first == 0) == (second == 0)).double().mean())


def alike(a: Any, b: Any, x: torch.Tensor) -> bool:
    """Say whether two results have the same features, so that they are of one kind whatever was drawn."""
    if any(not isinstance(each, torch.Tensor) or each.shape != x.shape for each in (a, b)):
        return type(a) is type(b) and (a is None or difference(a, b) is None)
    off = 2 * bound(x.shape[0] * x.shape[1] if x.ndim == 4 else x.numel())
    shares = [int((y == 0).sum()) / y.numel() for y in (a, b)]
    if a.dtype != b.dtype or abs(shares[0] - shares[1]) > off:
        return False  # most differ in this, and the rest takes longer
    mine, theirs = _features(a.detach(), x), _features(b.detach(), x)
    allowed = off + 0.02 * theirs.abs()
    allowed[5:8] = (off + 0.02) * theirs[5:8].abs()  # sizes
    allowed[8] = off * theirs[8].abs() + 0.01
    close = (mine - theirs).abs() <= allowed
    return bool((close | (mine == theirs) | (mine.isnan() & theirs.isnan())).all())


def _features(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the shares of zeros among all, positive, negative, large and small values; sizes of what is kept, and how they differ; agreement along each axis."""
    zero, some = y == 0, slice(None, None, max(1, x.numel() // 4000))
    kept = (y / x).flatten()[some][((y != 0) & (x != 0)).flatten()[some]].double()
    sides = torch.stack([x != 0, x > 0, x < 0, x.abs() > 0.7, (x.abs() < 0.7) & (x != 0)]).flatten(1).float()
    sizes = torch.tensor([0.05, 0.5, 0.95], dtype=torch.float64)
    found = list(sides @ zero.flatten().float() / sides.sum(1))
    found += list(torch.quantile(kept, sizes)) if len(kept) else [torch.tensor(0.0)] * 3
    found.append((found[7] - found[5]) / found[6])
    for axis in range(x.ndim):
        agree = (zero.narrow(axis, 1, x.shape[axis] - 1) == zero.narrow(axis, 0, x.shape[axis] - 1)).float()
        found.append(agree.mean().nan_to_num(0.0))
    return torch.stack([each.double() for each in found])
