"""Frames and values between the trusted side and the sandbox: JSON for control, safetensors for tensors, no pickle.

A frame is two big-endian 32-bit lengths, a JSON header and a safetensors blob. Both sides cap what they accept; the
trusted side takes every error while decoding as the student's.
"""

from __future__ import annotations

import json
import numbers
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors.torch as st
import torch

HEAD = struct.Struct(">II")
MAX_DEPTH = 12
MAX_NODES = 100_000
MAX_TEXT = 100_000
MAX_TENSORS = 10_000
MAX_TENSOR_HEADER = 4 << 20  # bytes
MAX_AXES = 16
_DTYPES = {
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint8, torch.bool,
}  # fmt: skip
_UNSIGNED = {torch.uint16, torch.uint32, torch.uint64}  # with which PyTorch itself can hardly reckon
# Bound early: a student who patches these later patches nothing that we call.
_save, _load, _dumps, _loads = st.save, st.load, json.dumps, json.loads
_detach, _contiguous, _cpu, _to = (
    torch.Tensor.detach,
    torch.Tensor.contiguous,
    torch.Tensor.cpu,
    torch.Tensor.to,
)


# The tag picks the method that decodes: only these, or a forged tag would reach any method of the decoder.
_TAGS = ("float", "str", "scalar", "tensor", "view", "array", "list", "tuple", "dict", "other", "part")


class WireError(ValueError):
    """A frame or a value that the format does not allow."""


@dataclass(frozen=True)
class Other:
    """A value that does not travel: only the name of its type does."""

    type_name: str


class Encoder:
    """Turn builtin values, tensors and arrays into a JSON tree and a dict of tensors."""

    def __init__(self, parts: Callable[[Any], dict[str, Any] | None] | None = None) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self._parts = parts
        self._nodes = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError("the value is nested too deeply or has too many parts")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int and abs(value) < 2**62:
            return value
        if kind is float:
            return ["float", repr(value)]
        if kind is str:
            return ["str", value[:MAX_TEXT]]
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
            return ["array", self._add(torch.from_numpy(np.array(value, _plain(value.dtype), order="C")))]
        if isinstance(value, np.bool_):
            return ["scalar", "b", repr(bool(value))]
        if isinstance(value, numbers.Real):  # NumPy's, a Fraction, a number of a class of the student's own
            if not isinstance(value, numbers.Integral):
                return ["scalar", "f", repr(float(value))]
            if abs(int(value)) < 2**62:
                return ["scalar", "i", repr(int(value))]
        if kind is list or isinstance(value, tuple):
            tag = "list" if kind is list else "tuple"
            return [tag, [self.encode(each, depth + 1) for each in value]]
        if isinstance(value, dict) and all(type(key) is str for key in value):
            return ["dict", {key: self.encode(each, depth + 1) for key, each in value.items()}]
        if self._parts is not None and (fields := self._parts(value)) is not None:
            return ["part", kind.__name__, self.encode(fields, depth + 1)]
        return ["other", kind.__name__[:200]]

    def _tensor(self, value: torch.Tensor) -> Any:
        plain = _detach(value)
        if value.dtype in _UNSIGNED:  # counts of NumPy's, most often
            plain = _to(plain, torch.int64)
        if plain.dtype not in _DTYPES or value.layout is not torch.strided:
            return ["other", f"Tensor of {value.dtype} ({value.layout})"]
        if plain.device.type == "cpu" and not plain.is_contiguous() and self._parts is not None:
            # Only the trusted side sends views: the student must get the strides that we chose.
            base = torch.empty(0, dtype=plain.dtype).set_(plain.untyped_storage())
            where = [list(plain.shape), list(plain.stride()), plain.storage_offset()]
            return ["view", self._add(base.clone()), where]
        return ["tensor", self._add(plain), bool(value.requires_grad)]

    def _add(self, value: torch.Tensor) -> str:
        key = str(len(self.tensors))
        # A copy: two names for one storage are refused by safetensors, and the student may go on writing to it.
        self.tensors[key] = _contiguous(_cpu(value)).clone()
        return key


def _plain(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return what PyTorch has for a type of NumPy's: no longer floats, few unsigned numbers, no order of bytes but its own."""
    if dtype.kind == "f" and dtype.itemsize > 8:
        return np.dtype(np.float64)
    if dtype.kind == "u" and dtype.itemsize > 1:
        return np.dtype(np.int64)
    return dtype.newbyteorder("=")


class Decoder:
    """Turn a JSON tree and its tensors back into values; refuse everything else.

    Views and parts are taken only where `parts` is given, which is inside: a view can name any number of values on a
    few bytes. A tensor is taken once: a thousand names for one large tensor would be a thousand times the work.
    """

    def __init__(
        self, tensors: dict[str, torch.Tensor], parts: Callable[[str, Any], Any] | None = None
    ) -> None:
        self._tensors = dict(tensors)
        self._parts = parts
        self._nodes = 0

    def decode(self, node: Any, depth: int = 0) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise WireError("the value is nested too deeply or has too many parts")
        if node is None or isinstance(node, bool) or (isinstance(node, int) and abs(node) < 2**62):
            return node
        if not isinstance(node, list) or not node or node[0] not in _TAGS:
            raise WireError("a value of an unknown form")
        try:
            return getattr(self, f"_{node[0]}_")(node, depth)
        except (AttributeError, IndexError, KeyError, TypeError, OverflowError) as error:
            raise WireError(f"a value of an unknown form: {type(error).__name__}") from error

    def _float_(self, node: list[Any], depth: int) -> float:
        if not isinstance(node[1], str) or len(node[1]) > 64:
            raise WireError("a float of an unknown form")
        return float(node[1])

    def _str_(self, node: list[Any], depth: int) -> str:
        if not isinstance(node[1], str):
            raise WireError("text of an unknown form")
        return node[1][:MAX_TEXT]

    def _scalar_(self, node: list[Any], depth: int) -> float | int | bool:
        kind, text = node[1], node[2]
        if not isinstance(text, str) or len(text) > 64 or kind not in ("f", "i", "u", "b"):
            raise WireError("a number of an unknown form")
        if kind == "b":
            return text == "True"
        return float(text) if kind == "f" else int(text)

    def _tensor_(self, node: list[Any], depth: int) -> torch.Tensor:
        value = self._tensors.pop(node[1])
        return value.requires_grad_() if node[2] is True and value.is_floating_point() else value

    def _view_(self, node: list[Any], depth: int) -> torch.Tensor:
        if self._parts is None:
            raise WireError("a view where none is expected")
        size, stride, offset = node[2]
        return self._tensors.pop(node[1]).as_strided(size, stride, offset)

    def _array_(self, node: list[Any], depth: int) -> Any:
        return self._tensors.pop(node[1]).numpy()

    def _list_(self, node: list[Any], depth: int) -> list[Any]:
        return [self.decode(each, depth + 1) for each in _typed(node[1], list)]

    def _tuple_(self, node: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self._list_(node, depth))

    def _dict_(self, node: list[Any], depth: int) -> dict[str, Any]:
        return {key: self.decode(each, depth + 1) for key, each in _typed(node[1], dict).items()}

    def _other_(self, node: list[Any], depth: int) -> Other:
        if not isinstance(node[1], str):
            raise WireError("the name of a type of an unknown form")
        return Other(node[1][:200])

    def _part_(self, node: list[Any], depth: int) -> Any:
        if self._parts is None:
            raise WireError("a part where none is expected")
        return self._parts(node[1], self.decode(node[2], depth + 1))


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise WireError(f"a {kind.__name__} of an unknown form")
    return value


def pack(header: dict[str, Any], tensors: dict[str, torch.Tensor] | None = None) -> bytes:
    """Return one frame."""
    text = _dumps(header).encode()
    blob = _save(tensors) if tensors else b""
    return HEAD.pack(len(text), len(blob)) + text + blob


def unpack(text: bytes, blob: bytes) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Read a frame's two parts.

    Raises:
        WireError: They are not of this format.
    """
    try:
        header = _loads(text)
        if len(blob) >= 8 and int.from_bytes(blob[:8], "little") > MAX_TENSOR_HEADER:
            raise WireError("the tensors have too many names")
        tensors = _load(blob) if blob else {}
    except WireError:
        raise
    except RecursionError as error:
        raise WireError("the header is nested too deeply") from error
    except Exception as error:  # safetensors raises its own and several builtin errors on foreign bytes
        raise WireError(f"the frame cannot be read: {type(error).__name__}") from error
    if not isinstance(header, dict):
        raise WireError("the header is no object")
    if any(tensor.dtype not in _DTYPES for tensor in tensors.values()):
        raise WireError("a tensor of an unknown dtype")
    if len(tensors) > MAX_TENSORS or any(tensor.ndim > MAX_AXES for tensor in tensors.values()):
        raise WireError("too many tensors, or too many axes")
    return header, tensors
