"""Random inputs for hidden tests, each test from a seed of its own."""

from __future__ import annotations

import torch


class Rng:
    """Random inputs for one hidden test, all from one seed.

    Attributes:
        seed: The seed. It comes from a keyed digest and tells nothing of the course's secret.
        drawn: Of each tensor how it was drawn, as Python with a generator `g`, in order: what makes an input again.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)
        self.drawn: list[tuple[torch.Tensor, str]] = []

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        made = torch.randn(shape, generator=self.generator, dtype=dtype)
        return self._note(made, f"torch.randn({shape}, generator=g, dtype={dtype})")

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        made = torch.rand(shape, generator=self.generator, dtype=dtype) * (high - low) + low
        return self._note(
            made, f"torch.rand({shape}, generator=g, dtype={dtype}) * ({high!r} - {low!r}) + {low!r}"
        )

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Return int64 values from `low` to `high` - 1."""
        made = torch.randint(low, high, shape, generator=self.generator)
        return self._note(made, f"torch.randint({low}, {high}, {shape}, generator=g)")

    def permutation(self, n: int) -> torch.Tensor:
        return self._note(torch.randperm(n, generator=self.generator), f"torch.randperm({n}, generator=g)")

    def number(self, low: int, high: int) -> int:
        """Return one whole number from `low` to `high`, both included."""
        return int(self.integers(low, high + 1, 1)[0])

    def spread(self, *shape: int, gap: float = 0.05, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return values that are pairwise at least `gap` apart, in random order around zero (no ties)."""
        count = int(torch.tensor(shape).prod())
        order = torch.randperm(count, generator=self.generator)
        apart = torch.rand((count,), generator=self.generator, dtype=dtype) * (gap / 4)
        made = ((order.to(dtype) - count / 2) * gap + apart).reshape(shape)
        return self._note(
            made,
            f"((torch.randperm({count}, generator=g).to({dtype}) - {count / 2}) * {gap!r}"
            f" + torch.rand(({count},), generator=g, dtype={dtype}) * {gap / 4!r}).reshape({shape})",
        )

    def _note(self, made: torch.Tensor, how: str) -> torch.Tensor:
        self.drawn.append((made, how))
        return made
