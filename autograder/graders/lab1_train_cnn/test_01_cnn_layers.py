"""Hidden tests of notebook 01: the layers, the network, its parameters."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

import torch

from autograder.graders.lab1_train_cnn import layer_checks, looks, naming, networks, simpler
from autograder.graders.lab1_train_cnn import relations_layers as relations
from autograder.graders.lab1_train_cnn.rules import check_from_scratch
from autograder.graders.lab1_train_cnn.several_calls import all_of
from autograder.grading import item
from autograder.sandbox.inside.parts import Net

# ---------------------------------------------------------------------------------------------- conv_output_size


@item("conv_output_size", gate=True)
def test_output_size_exists(student, rng):
    """`conv_output_size` takes a size, a kernel size, a stride and a padding, and returns a number."""
    simpler.check(student, "conv_output_size", rng.number(15, 40), 4, 1, 0, form_only=True)


@item("conv_output_size", weight=2)
def test_output_size_of_many_layers(student, rng):
    """The size follows the formula for any kernel, stride and padding, where the division leaves no rest."""
    calls = ((9, 4, 1, 1), (28, 6, 1, 2), (3 * rng.number(6, 12) + 4, 4, 3, 0), (12, 2, 2, 3))
    all_of(*(partial(simpler.check, student, "conv_output_size", *each) for each in calls))


@item("conv_output_size", weight=1, holds=relations.size_rounds_down)
def test_output_size_rounds_down(student, rng):
    """A window that does not fit any more is left out: the division rounds down."""
    # Who rounds up, to the nearest, or halves to the even neighbour fails at another of these first.
    calls = ((3 * rng.number(5, 9) + 3, 2, 3, 0), (10, 4, 4, 0), (8, 3, 2, 0))
    all_of(*(partial(simpler.check, student, "conv_output_size", *each) for each in calls))


@item("conv_output_size", weight=1, holds=relations.size_has_its_defaults)
def test_output_size_defaults(student, rng):
    """The stride is 1 and the padding 0 unless they are given."""
    size = rng.number(12, 30)
    asked = partial(simpler.check, student, "conv_output_size")
    all_of(
        partial(asked, size, 5),
        partial(asked, size, 5, padding=2),
        partial(asked, 3 * size + 1, kernel_size=4, stride=3),
    )


# -------------------------------------------------------------------------------------------------------- conv2d


@item("conv2d", veto=True)
def test_conv2d_from_scratch(student, rng):
    """`conv2d` is written from scratch: no library convolution inside."""
    x, weight, bias = rng.normal(1, 2, 4, 5), rng.normal(3, 2, 2, 3), rng.normal(3)
    check_from_scratch(student, "conv2d", x, weight, bias, stride=1, padding=1)


@item("conv2d", gate=True)
def test_conv2d_shape(student, rng):
    """Without stride and padding, the result has the shape (N, C_out, H − kH + 1, W − kW + 1)."""
    layer_checks.convolution(student, rng.normal(2, 3, 6, 8), rng.normal(4, 3, 3, 2), form_only=True)
    layer_checks.convolution(student, rng.normal(1, 1, 5, 7), rng.normal(1, 1, 2, 4), form_only=True)


@item("conv2d", weight=2, holds=relations.conv_has_right_values)
def test_conv2d_values(student, rng):
    """Each output is the sum of products of the kernel, as it is, with the image under it, over all input channels."""
    layer_checks.convolution(student, rng.normal(2, 3, 7, 9), rng.normal(4, 3, 3, 2))
    layer_checks.convolution(student, rng.normal(1, 2, 5, 6), rng.normal(3, 2, 2, 4))
    layer_checks.convolution(student, rng.normal(2, 1, 7, 5), rng.normal(3, 1, 3, 3))


@item("conv2d", weight=1, holds=relations.conv_adds_its_bias)
def test_conv2d_bias(student, rng):
    """The bias may be left out; it adds one number to each output channel, once."""
    simpler.check(student, "conv2d", rng.normal(2, 3, 6, 7), rng.normal(5, 3, 2, 3), rng.normal(5))
    simpler.check(student, "conv2d", rng.normal(1, 2, 5, 8), rng.normal(3, 2, 3, 2), bias=rng.normal(6)[::2])
    simpler.check(student, "conv2d", rng.normal(1, 2, 5, 8), rng.normal(3, 2, 3, 2))


@item("conv2d", weight=1, holds=relations.conv_moves_by_its_stride)
def test_conv2d_stride(student, rng):
    """The stride moves the kernel by that many rows and columns."""
    layer_checks.convolution(student, rng.normal(2, 3, 9, 11), rng.normal(4, 3, 3, 2), stride=2)
    layer_checks.convolution(student, rng.normal(1, 2, 10, 13), rng.normal(3, 2, 2, 3), stride=3)


@item("conv2d", weight=1, holds=relations.conv_pads_with_zeros)
def test_conv2d_padding(student, rng):
    """The padding adds zeros on all four sides."""
    layer_checks.convolution(student, rng.normal(2, 3, 6, 7), rng.normal(4, 3, 3, 2), padding=2)
    layer_checks.convolution(student, rng.normal(3, 1, 5, 8), rng.normal(2, 1, 4, 3), padding=1)
    layer_checks.convolution(student, rng.normal(2, 3, 8, 9), rng.normal(5, 3, 3, 4), stride=2, padding=1)


@item("conv2d", weight=0.5, holds=relations.conv_takes_all_inputs)
def test_conv2d_kinds_of_input(student, rng):
    """Tensors that are views and 1×1 kernels work; the inputs stay as they were."""
    x = rng.normal(2, 8, 6, 3).permute(0, 3, 1, 2)  # (2, 3, 8, 6), channels last in memory
    for given in (
        (x, rng.normal(2, 3, 4, 5).transpose(2, 3)),
        (rng.normal(3, 4, 5, 2), rng.normal(2, 4, 1, 1)),
    ):
        layer_checks.inputs_stay(student, "conv2d", *given)
        layer_checks.convolution(student, *given, also=("inputs",))


@item("conv2d", weight=0.5, holds=relations.conv_keeps_the_dtype)
def test_conv2d_dtype(student, rng):
    """The result is a tensor with the dtype of `x`: float32 as well as float64."""
    for dtype in (torch.float32, torch.float64):
        x, weight = rng.normal(2, 3, 6, 7, dtype=dtype), rng.normal(4, 3, 3, 2, dtype=dtype)
        layer_checks.convolution(student, x, weight, also=("form",))


# ---------------------------------------------------------------------------------------------------- max_pool2d


@item("max_pool2d", veto=True)
def test_max_pool2d_from_scratch(student, rng):
    """`max_pool2d` is written from scratch: no library pooling inside."""
    check_from_scratch(student, "max_pool2d", rng.spread(1, 2, 4, 6), 2, 2)


@item("max_pool2d", gate=True)
def test_max_pool2d_shape(student, rng):
    """Where k×k windows lie side by side, the result has the shape (N, C, H / k, W / k)."""
    simpler.check(student, "max_pool2d", rng.spread(2, 3, 6, 8), 2, 2, form_only=True)
    simpler.check(student, "max_pool2d", rng.spread(1, 1, 3, 6), 3, 3, form_only=True)


@item("max_pool2d", weight=2, holds=relations.pool_has_right_values)
def test_max_pool2d_values(student, rng):
    """Each output is the largest value in its window, negative values included."""
    simpler.check(student, "max_pool2d", rng.spread(2, 3, 6, 8), 2, 2)
    simpler.check(
        student, "max_pool2d", 1e4 * (rng.spread(1, 2, 9, 6) - 40), 3, 3
    )  # below -100, -999, -99999


@item("max_pool2d", weight=1, holds=relations.pool_moves_by_its_stride)
def test_max_pool2d_stride(student, rng):
    """The stride may differ from the window; without one it is the window's size."""
    simpler.check(student, "max_pool2d", rng.spread(2, 3, 7, 9), 3, 2)
    simpler.check(student, "max_pool2d", rng.spread(1, 2, 8, 11), 2, stride=3)
    simpler.check(student, "max_pool2d", rng.spread(2, 1, 6, 7), kernel_size=3, stride=1)
    simpler.check(student, "max_pool2d", rng.spread(1, 3, 12, 8), 4)
    simpler.check(student, "max_pool2d", rng.spread(2, 3, 6, 8), 2)


@item("max_pool2d", weight=0.5, holds=relations.pool_leaves_the_rest_out)
def test_max_pool2d_edges(student, rng):
    """Rows and columns that fill no whole window are left out; views work; the input stays."""
    for given in (
        (rng.spread(2, 3, 7, 9), 2, 2),
        (rng.spread(1, 2, 11, 10), 4, 3),
        (rng.spread(2, 9, 7, 3).permute(0, 3, 2, 1), 2, 2),
    ):
        layer_checks.inputs_stay(student, "max_pool2d", *given)
        simpler.check(student, "max_pool2d", *given)


@item("max_pool2d", weight=0.5, holds=relations.pool_keeps_the_dtype)
def test_max_pool2d_dtype(student, rng):
    """The result is a tensor with the dtype of `x`: float32 as well as float64."""
    for dtype in (torch.float32, torch.float64):
        student.check("max_pool2d", rng.spread(2, 3, 6, 8, dtype=dtype), 2, 2, also=("form",))


# ---------------------------------------------------------------------------------------------------------- relu


@item("relu", veto=True)
def test_relu_from_scratch(student, rng):
    """`relu` is written from scratch: no library ReLU inside."""
    check_from_scratch(student, "relu", rng.normal(2, 3))


@item("relu", gate=True)
def test_relu_shape(student, rng):
    """The result has the shape of the input."""
    simpler.check(student, "relu", rng.normal(3, 5), form_only=True)


@item("relu", weight=2, holds=relations.relu_has_right_values)
def test_relu_values(student, rng):
    """Negative values become zero, the others stay, whatever the shape and size of the values."""
    simpler.check(student, "relu", rng.normal(4, 7))
    simpler.check(student, "relu", rng.normal(2, 3, 4, 5) * 100)
    simpler.check(student, "relu", rng.normal(11) * 1e-3)


@item("relu", weight=0.5, holds=relations.relu_takes_views)
def test_relu_leaves_its_input(student, rng):
    """The input keeps its values; views work."""
    for x in (rng.normal(5, 6), rng.normal(3, 8).t()[1:]):
        layer_checks.inputs_stay(student, "relu", x)
        simpler.check(student, "relu", x)


@item("relu", weight=0.5, holds=relations.relu_keeps_the_dtype)
def test_relu_dtype(student, rng):
    """The result is a tensor with the dtype of `x`: float32 as well as float64."""
    for dtype in (torch.float32, torch.float64):
        student.check("relu", rng.normal(3, 5, dtype=dtype), also=("form",))


# ----------------------------------------------------------------------------------------------------------- CNN


@item("CNN", gate=True)
def test_cnn_gives_ten_scores(student, rng):
    """`CNN()` is an nn.Module that takes images (N, 1, 28, 28) and returns scores (N, 10)."""
    seen = networks.observe_cnn(student, rng)
    networks.require_tensor(
        seen["outputs"],
        (4, 10),
        torch.float32,
        "CNN()(x (4, 1, 28, 28))",
        matches=lambda: naming.named(seen, networks.spec_of(rng)),
    )


@item("CNN", weight=5)
def test_cnn_is_the_network(student, rng):
    """In evaluation mode, the network of the task gives your scores with your weights: its layers, in its order."""
    seen = networks.observe_cnn(student, rng)
    networks.require_match(seen, rng, apart=lambda seen: networks.right_but_for_the_shape(seen, rng))


@item("CNN", weight=1)
def test_cnn_takes_one_image(student, rng):
    """A batch of one image gives its scores, of shape (1, 10)."""
    seen = networks.observe_cnn(student, rng)
    networks.require_match(seen, rng, apart=looks.one_image_works)
    networks.require_single(seen, rng)


@item("CNN", weight=1)
def test_cnn_trains(student, rng):
    """In training mode the scores are the same, and the loss sends the right gradient to every layer of the task."""
    networks.require_training(student, rng, apart=looks.learns)


@item("CNN", weight=1)
def test_cnn_has_21578_parameters(student, rng):
    """The network has 21,578 trainable parameters, no more and no fewer."""
    seen = networks.observe_cnn(student, rng)
    networks.require_match(seen, rng, apart=looks.has_the_count)
    networks.require_count(seen, rng)


# ---------------------------------------------------------------------------------------------- count_parameters


def _net(rng, layers, frozen=(), own=None, tied=None):
    return Net("model", layers, {}, frozen=list(frozen), own=own or {}, tied=tied or {})


@item("count_parameters", gate=True)
def test_count_is_a_number(student, rng):
    """`count_parameters` takes a module and returns a number."""
    student.check("count_parameters", _net(rng, [["Linear", 3, 2]]), form_only=True)


@item("count_parameters", weight=1.5)
def test_count_of_many_modules(student, rng):
    """Weights and biases of every layer count."""
    a, b = rng.number(3, 9), rng.number(4, 11)
    nets = (
        [["Linear", a, b], ["ReLU"], ["Linear", b, 3, {"bias": False}]],
        [["Conv2d", 2, a, 3], ["BatchNorm2d", a], ["Conv2d", a, 5, [3, 2]]],
        [["ReLU"], ["PReLU", 7], ["Flatten"]],
    )
    all_of(*(partial(student.check, "count_parameters", _net(rng, each)) for each in nets))


@item("count_parameters", weight=0.5, holds=relations.shared_tensors_count_once)
def test_count_of_shared_tensors(student, rng):
    """A tensor that two layers share counts once."""
    a, b = rng.number(3, 9), rng.number(4, 11)
    layers = [["Linear", a, a], ["ReLU"], ["Linear", a, a], ["ReLU"], ["Linear", a, b]]
    student.check("count_parameters", _net(rng, layers, tied={"2.weight": "0.weight"}))


@item("count_parameters", weight=1, holds=relations.parameters_are_found_everywhere)
def test_count_reaches_everywhere(student, rng):
    """Layers inside layers count too, and so do parameters that stand in the model itself."""
    a, b = rng.number(3, 9), rng.number(4, 11)
    inner = ["Sequential", ["Linear", a, b], ["Sequential", ["Linear", b, 2]]]
    nets = (
        _net(rng, [["Conv2d", 1, a, [2, 3]], inner, ["LayerNorm", 2]]),
        _net(rng, [["Linear", a, 3]], own={"gain": [b, 4], "shift": [5]}),
    )
    all_of(*(partial(student.check, "count_parameters", each) for each in nets))


@item("count_parameters", weight=1, holds=relations.frozen_parameters_do_not_count)
def test_count_leaves_frozen_ones_out(student, rng):
    """Parameters that are frozen (`requires_grad=False`) are not trainable and do not count."""
    layers = [["Linear", rng.number(5, 9), 4], ["BatchNorm1d", 4], ["Linear", 4, 3]]
    student.check("count_parameters", _net(rng, layers, frozen=("0.weight", "2.bias")))
    student.check(
        "count_parameters",
        _net(rng, layers, frozen=("0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias")),
    )
