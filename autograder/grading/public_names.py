"""The names by which students know what a library calls otherwise inside: `np.trapezoid`, not `numpy.lib._function_base_impl.trapezoid`."""

from __future__ import annotations

import itertools
import re

_LIBRARIES = ("numpy", "scipy", "sklearn", "torch", "torchvision", "torchmetrics")
_PRIVATE = re.compile(rf"\b(?:{'|'.join(_LIBRARIES)})(?:\.\w+)*\._\w*(?:\.\w+)*")
# How PyTorch's operators are named by the machine that runs them, and by the half of the work that they do.
_MACHINE = re.compile(
    r"^(?:special|safe|sparse|masked|nested_tensor|mkldnn|cudnn|miopen|mps|slow|thnn|quantized|nnpack_spatial)_(?=\w)"
)
_HALF = re.compile(
    r"_(?:forward|backward|backward_data|overrideable|with_indices|with_shape|nd|mode|double_backward|dispatcher|unbacked_safe_amax)$"
)
_OTHERWISE = {
    "cross_entropy_loss": "cross_entropy", "nll_loss2d": "nll_loss", "correlate2": "correlate",
    "convolve_or_correlate": "convolve",
}  # fmt: skip
# What stands for a module, the longest first.
_SHORT = (
    ("torch.nn.functional", "F"), ("torch.nn.modules", "nn"), ("torch.nn", "nn"), ("torch.decompositions", "torch"),
    ("torch.functional", "torch"),
)  # fmt: skip


def public_name(name: str) -> str:
    """Return the name of a library's function as a student writes it.

    Args:
        name: Its path, or an operator's own name, as the library has it inside.
    """
    if not re.fullmatch(r"[\w.:]{1,200}", name):
        return name  # none; the student's process has put words there
    home, _, last = name.rpartition("::")[2].rpartition(".")
    if not home:
        return _operator(last)
    if home.split(".")[0] == "numpy":
        known = itertools.takewhile(
            lambda part: part not in ("lib", "core") and not part.startswith("_"), home.split(".")
        )
        return ".".join(["np", *list(known)[1:], _operator(last)])
    if home.startswith("torch._C._nn"):
        return f"F.{_operator(last)}"
    public = ".".join(part for part in home.split(".") if not part.startswith("_"))
    for long, short in _SHORT:
        if f"{public}.".startswith(f"{long}."):
            rest = "" if short in ("nn", "F") else public[len(long) :]
            return f"{short}{rest}.{_operator(last)}"
    return f"{public}.{_operator(last)}" if public else _operator(last)


def in_public(text: str) -> str:
    """Return text in which every private path of a library is the public name."""
    return _PRIVATE.sub(lambda found: public_name(found[0]), text)


def _operator(name: str) -> str:
    plain = name.strip("_") or name
    if "attention" in plain:
        return "multi_head_attention" if "multi_head" in plain else "scaled_dot_product_attention"
    for pattern in (_MACHINE, _HALF, _HALF):
        plain = pattern.sub("", plain)
    return _OTHERWISE.get(plain, plain)
