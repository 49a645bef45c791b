"""Hidden tests of `conv2d`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch

from autograder.graders.kit import relations_layers as relations
from autograder.graders.kit.rules import check_from_scratch
from autograder.graders.kit.simpler import inputs_stay
from autograder.graders.lab1_train_cnn.conv2d import simpler
from autograder.grading import item


@item("conv2d", veto=True)
def test_conv2d_from_scratch(student, rng):
    """`conv2d` is written from scratch: no library convolution inside."""
    x, weight, bias = rng.normal(1, 2, 4, 5), rng.normal(3, 2, 2, 3), rng.normal(3)
    check_from_scratch(student, "conv2d", x, weight, bias, stride=1, padding=1)


@item("conv2d", gate=True)
def test_conv2d_shape(student, rng):
    """Without stride and padding, the result has the shape (N, C_out, H − kH + 1, W − kW + 1)."""
    simpler.convolution(student, rng.normal(2, 3, 6, 8), rng.normal(4, 3, 3, 2), form_only=True)
    simpler.convolution(student, rng.normal(1, 1, 5, 7), rng.normal(1, 1, 2, 4), form_only=True)


@item("conv2d", weight=2, holds=relations.conv_has_right_values)
def test_conv2d_values(student, rng):
    """Each output is the sum of products of the kernel, as it is, with the image under it, over all input channels."""
    simpler.convolution(student, rng.normal(2, 3, 7, 9), rng.normal(4, 3, 3, 2))
    simpler.convolution(student, rng.normal(1, 2, 5, 6), rng.normal(3, 2, 2, 4))
    simpler.convolution(student, rng.normal(2, 1, 7, 5), rng.normal(3, 1, 3, 3))


@item("conv2d", weight=1, holds=relations.conv_adds_its_bias)
def test_conv2d_bias(student, rng):
    """The bias may be left out; it adds one number to each output channel, once."""
    simpler.check(student, rng.normal(2, 3, 6, 7), rng.normal(4, 3, 2, 3), rng.normal(4))
    simpler.check(student, rng.normal(1, 2, 6, 8), rng.normal(3, 2, 3, 2), bias=rng.normal(6)[::2])
    simpler.check(student, rng.normal(1, 2, 5, 8), rng.normal(3, 2, 3, 2))


@item("conv2d", weight=1, holds=relations.conv_moves_by_its_stride)
def test_conv2d_stride(student, rng):
    """The stride moves the kernel by that many rows and columns."""
    simpler.convolution(student, rng.normal(2, 3, 9, 11), rng.normal(4, 3, 3, 2), stride=2)
    simpler.convolution(student, rng.normal(1, 2, 10, 13), rng.normal(3, 2, 4, 3), stride=3)


@item("conv2d", weight=1, holds=relations.conv_pads_with_zeros)
def test_conv2d_padding(student, rng):
    """The padding adds zeros on all four sides."""
    simpler.convolution(student, rng.normal(1, 3, 6, 7), rng.normal(4, 3, 5, 3), padding=2)
    simpler.convolution(student, rng.normal(3, 1, 5, 8), rng.normal(2, 1, 4, 3), padding=1)
    simpler.convolution(student, rng.normal(2, 3, 8, 9), rng.normal(5, 3, 3, 4), stride=2, padding=1)
    # no size is as large as the padding but the kernel's
    simpler.convolution(student, rng.normal(1, 1, 1, 1), rng.normal(1, 1, 5, 5), padding=2)


@item("conv2d", weight=0.5, holds=relations.conv_takes_all_inputs)
def test_conv2d_kinds_of_input(student, rng):
    """Tensors that are views and 1×1 kernels work; the inputs stay as they were."""
    x = rng.normal(2, 8, 6, 3).permute(0, 3, 1, 2)  # (2, 3, 8, 6), channels last in memory
    for given in (
        (x, rng.normal(2, 3, 4, 5).transpose(2, 3)),
        (rng.normal(3, 4, 5, 2), rng.normal(2, 4, 1, 1)),
    ):
        inputs_stay(student, "conv2d", *given)
        simpler.convolution(student, *given, also=("inputs",))


@item("conv2d", weight=0.5, holds=relations.conv_keeps_the_dtype)
def test_conv2d_dtype(student, rng):
    """The result is a tensor with the dtype of `x`: float32 as well as float64."""
    for dtype in (torch.float32, torch.float64):
        x, weight = rng.normal(2, 3, 6, 7, dtype=dtype), rng.normal(4, 3, 3, 2, dtype=dtype)
        simpler.convolution(student, x, weight, also=("form",))
