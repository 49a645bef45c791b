"""Random inputs for hidden tests, each test from a seed of its own."""

from __future__ import annotations

import torch


class Rng:
    """Random inputs for one hidden test, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        return torch.randn(shape, generator=self.generator, dtype=dtype)

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        return torch.rand(shape, generator=self.generator, dtype=dtype) * (high - low) + low

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Return int64 values from `low` to `high` - 1."""
        return torch.randint(low, high, shape, generator=self.generator)

    def permutation(self, n: int) -> torch.Tensor:
        return torch.randperm(n, generator=self.generator)

    def number(self, low: int, high: int) -> int:
        """Return one whole number from `low` to `high`, both included."""
        return int(self.integers(low, high + 1, 1)[0])

    def spread(self, *shape: int, gap: float = 0.05, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Return values that are pairwise at least `gap` apart, in random order around zero (no ties)."""
        count = int(torch.tensor(shape).prod())
        values = (self.permutation(count).to(dtype) - count / 2) * gap
        return (values + self.uniform(count, high=gap / 4, dtype=dtype)).reshape(shape)
