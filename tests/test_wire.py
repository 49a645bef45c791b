"""Frames and values: what goes in comes out, and nothing that comes back raises anything but WireError."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_special_numbers_and_foreign_objects():
    assert math.isnan(there_and_back(float("nan")))
    assert there_and_back(np.float64(1.5)) == 1.5
    assert there_and_back(np.bool_(True)) is True
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


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(
            st.sampled_from(
                [
                    "float",
                    "str",
                    "scalar",
                    "tensor",
                    "view",
                    "array",
                    "list",
                    "tuple",
                    "dict",
                    "other",
                    "part",
                    "_nodes",
                    "_init_",
                    "_class_",
                ]
            ),
            inner,
            inner,
        ).map(list)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=15,
)


@settings(max_examples=500, deadline=None)
@given(NODES)
def test_no_header_breaks_the_decoder(node):
    node = json.loads(json.dumps(node))
    try:
        wire.Decoder({"0": torch.ones(3)}).decode(node)
    except (wire.WireError, ValueError):
        pass


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_break_the_reader(text, blob):
    try:
        wire.unpack(text, blob)
    except wire.WireError:
        pass


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 60))
def test_torn_tensors_are_refused(noise, at):
    frame = bytearray(wire.pack({}, {"a": torch.arange(6.0)})[8 + 2 :])
    frame[at : at + len(noise)] = noise
    try:
        wire.unpack(b"{}", bytes(frame))
    except wire.WireError:
        pass
