"""Frames and values: what goes in comes out, and nothing that comes back raises anything but WireError."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from autograder.sandbox.inside import parts, wire


def there_and_back(value, describe=None, restore=None):
    encoder = wire.Encoder(describe)
    frame = wire.pack({"v": encoder.encode(value)}, encoder.tensors)
    text, blob = wire.HEAD.unpack(frame[:8])
    header, tensors = wire.unpack(frame[8 : 8 + text], frame[8 + text : 8 + text + blob])
    return wire.Decoder(tensors, restore).decode(header["v"])


@pytest.mark.parametrize(
    "value", [None, True, 3, -2.5, "text", [1, [2.0, None]], (1, "a"), {"a": [1], "b": {"c": 2}}]
)
def test_plain_values_travel(value):
    assert there_and_back(value) == value
    assert type(there_and_back(value)) is type(value)


def test_tensors_keep_dtype_shape_gradient_flag_and_strides():
    x = torch.randn(5, 7).t()
    sent = there_and_back(x, parts.describe, parts.restore)
    assert torch.equal(sent, x)
    assert sent.stride() == x.stride()
    y = torch.zeros(2, 3, requires_grad=True) * 2
    assert there_and_back(y).requires_grad
    for dtype in (torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.bool):
        assert there_and_back(torch.ones(3, dtype=dtype)).dtype == dtype
    twice = torch.randn(4)
    assert torch.equal(there_and_back([twice, twice[1:]])[1], twice[1:])


class Pixels(int):
    """A number of a class of one's own."""


def test_special_numbers_and_foreign_objects():
    assert math.isnan(there_and_back(float("nan")))
    assert there_and_back(np.float64(1.5)) == 1.5
    assert there_and_back(np.bool_(True)) is True
    assert there_and_back(np.longdouble(0.25)) == 0.25
    assert there_and_back(np.array([0.5, 1.5], np.longdouble)).tolist() == [0.5, 1.5]
    assert there_and_back(np.array([1, 2], ">i4")).tolist() == [1, 2]
    for kind in (np.uint8, np.uint16, np.uint32, np.uint64):
        counts = np.array([1, 250], kind)
        assert (
            there_and_back(counts).tolist() == there_and_back(torch.from_numpy(counts)).tolist() == [1, 250]
        )
    assert there_and_back(Fraction(3, 4)) == 0.75
    assert type(there_and_back(Pixels(7))) is int
    assert there_and_back(object()) == wire.Other("object")
    assert there_and_back(2**200) == wire.Other("int")
    assert there_and_back(torch.ones(2).to_sparse()).type_name.startswith("Tensor")


def test_endless_nesting_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(wire.WireError):
        there_and_back(endless)
    with pytest.raises(wire.WireError):
        there_and_back([0] * 200_000)


@pytest.mark.parametrize(
    "tag", ["_init_", "_class_", "_dict_", "_reduce_", "decode", "nodes", "", None, 7, ["list"], {}]
)
def test_a_forged_tag_reaches_no_method_of_the_decoder(tag):
    decoder = wire.Decoder({"0": torch.ones(3)})
    with pytest.raises(wire.WireError):
        decoder.decode([tag, ["x"], True])
    assert decoder.decode(["tensor", "0", False]).tolist() == [1, 1, 1]


def test_views_and_parts_are_taken_inside_only():
    """A view names a million million numbers on four bytes: making a tensor of its own from it would take the memory."""
    node = ["view", "0", [[1 << 20, 1 << 20], [0, 0], 0]]
    with pytest.raises(wire.WireError):
        wire.Decoder({"0": torch.zeros(1)}).decode(node)
    assert wire.Decoder({"0": torch.zeros(1)}, parts.restore).decode(node).shape == (1 << 20, 1 << 20)
    with pytest.raises(wire.WireError):
        wire.Decoder({}).decode(["part", "Net", ["dict", {}]])


def test_a_tensor_is_taken_once():
    """Else a hundred thousand names for one large tensor cost us a hundred thousand times its size."""
    for tag in ("tensor", "array"):
        with pytest.raises(wire.WireError):
            wire.Decoder({"0": torch.ones(3)}).decode(["list", [["tensor", "0", False], [tag, "0", False]]])


def test_many_axes_and_many_tensors_are_refused():
    blob = wire.pack({}, {"a": torch.zeros([1] * (wire.MAX_AXES + 1))})[wire.HEAD.size + 2 :]
    with pytest.raises(wire.WireError, match="axes"):
        wire.unpack(b"{}", blob)
    with pytest.raises(wire.WireError, match="names"):
        wire.unpack(b"{}", (wire.MAX_TENSOR_HEADER + 1).to_bytes(8, "little") + b"{" * 100)


def test_a_type_s_name_is_text():
    with pytest.raises(wire.WireError):
        wire.Decoder({}).decode(["other", [[[]]]])
