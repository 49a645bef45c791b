"""What a result is worth apart from its form, so that a wrong form costs its own points and no others."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

import numpy as np
import torch


def values_of(result: Any) -> Any:
    """Return an array or a tensor, whatever its dtype, as a tensor of double precision; anything else as it is."""
    if isinstance(result, np.ndarray):
        result = torch.from_numpy(result)
    return result.double() if isinstance(result, torch.Tensor) else result
