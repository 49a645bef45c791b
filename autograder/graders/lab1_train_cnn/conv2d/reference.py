"""Reference and misconceptions of `conv2d`: the cross-correlation of a batch with a bank of kernels."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.forms import values_of as normalise  # noqa: F401  (`Material` has it)
from autograder.graders.lab1_train_cnn.conv2d.output import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.conv2d.windows import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.conv2d.written import instead, instead_by_loops
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10
PICTURE = "maps"
USES = "conv_output_size"


def reference(x, weight, bias=None, stride=1, padding=0):
    bias = None if bias is None else bias.double()
    return F.conv2d(x.double(), weight.double(), bias, stride=stride, padding=padding).to(x.dtype)


def scale(x, weight, bias=None, stride=1, padding=0):
    """Return the sum of the absolute values of the terms behind every result, of the result's shape.

    A window that lies in the padding has no terms; a Fourier transform spreads the rounding of the others over it.
    """
    summed = reference(x.abs(), weight.abs(), None if bias is None else bias.abs(), stride, padding)
    return summed.clamp(min=0.1 * float(summed.max()))


def clue(args, kwargs, got, expected):
    """Say to how many digits the result is rounded, where it is."""
    if isinstance(got, torch.Tensor) and got.shape == expected.shape and got.is_floating_point():
        for digits in range(5):
            rounded = got.double().round(decimals=digits)
            if bool(((got.double() - rounded).abs() < 1e-5).all()):
                close = (expected.double() - rounded).abs() <= 0.51 * 10.0**-digits
                if digits and bool(close.all()):
                    return f"You round your result (digits after the point: {digits}). Return it with all its digits."
    return ""


# --- the kernel ---------------------------------------------------------------------------------------------

kernel_flipped = instead(
    "You flip the kernel. Deep learning's convolution is a cross-correlation: lay the kernel on unturned.",
    {"windows, weight": "windows, weight.flip(2, 3)"},
)
kernel_transposed = instead(
    "You swap the kernel's rows and columns. Its axis 2 goes with the image's rows, its axis 3 with the columns.",
    {"kH, kW": "weight = weight.transpose(2, 3)\n    kH, kW"},
    about="test_conv2d_shape test_conv2d_values",
)
weight_channels_swapped = instead(
    "You read the weight as (C_in, C_out, kH, kW). Its first axis is the output channel: unpack its shape again.",
    {
        "kH, kW = weight.shape[2:]": "C_out, C_in, kH, kW = weight.shape",
        '"ncijkl,ockl->noij", windows, weight': '"ncijkl,cokl->noij", windows, weight.reshape(C_in, C_out, kH, kW)',
    },
)
kernel_assumed_square = instead_by_loops(
    "You use the kernel's height for its width too. Take kH and kW apart when you count rows and columns.",
    {"- kW": "- kH"},
)


# --- the sum over the window --------------------------------------------------------------------------------

mean_instead_of_sum = instead(
    "You average over the window. A convolution adds the products up: sum over channels, rows and columns.",
    {"weight)": "weight) / weight[0].numel()"},
)
input_channels_averaged = instead(
    "You average over the input channels. Their contributions are added up, not averaged.",
    {"weight)": "weight) / weight.shape[1]"},
)
only_the_first_input_channel = instead(
    "You use only the first input channel. Every output channel sums over all input channels.",
    {'"ncijkl,ockl->noij", windows, weight': '"nijkl,okl->noij", windows[:, 0], weight[:, 0]'},
)
only_the_last_input_channel = instead(
    "You overwrite the result for each input channel, so only the last counts. Add to the result instead.",
    {
        'out = torch.einsum("ncijkl,ockl->noij", windows, weight)': "for c in range(x.shape[1]):",
        "return": '    out = torch.einsum("nijkl,okl->noij", windows[:, c], weight[:, c])\n    return',
    },
)


@misconception(
    "You sum the window and the kernel over their channels before you multiply. Each input channel has a kernel of its own: multiply first, then sum over the channels."
)
def channels_summed_before_multiplying(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x.sum(dim=1), (padding,) * 4)
    windows = x.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("nijkl,okl->noij", windows, weight.sum(dim=1))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


only_the_first_image = instead(
    "You use the first image for the whole batch. Keep the batch axis, or loop over it, in every product.",
    {", (padding,)": "[:1].expand_as(x), (padding,)"},
)
only_the_first_kernel = instead(
    "You use the first kernel for every output channel. Each output channel has its own: index the weight with it.",
    {"windows, weight": "windows, weight[:1].expand_as(weight)"},
)


@misconception(
    "You write the products back into the input: a slice is a view. Multiply into a new tensor, not in place.",
    about="test_conv2d_values test_conv2d_kinds_of_input",
)
def windows_multiplied_in_place(x, weight, bias=None, stride=1, padding=0):
    if padding:
        x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    out = x.new_zeros(x.shape[0], weight.shape[0], H_out, W_out)
    for o in range(len(weight)):
        for i in range(H_out):
            for j in range(W_out):
                window = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
                window *= weight[o]
                out[:, o, i, j] = window.sum(dim=(1, 2, 3))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


# --- the bias -----------------------------------------------------------------------------------------------

bias_forgotten = instead(
    "You forget the bias. Add the bias of each output channel to all of that channel's results.",
    {"out =": "return", "return out if bias is None else out + bias.view(1, -1, 1, 1)": ""},
)
bias_subtracted = instead(
    "You subtract the bias. It is added to the sum of the products.",
    {"out +": "out -"},
)
bias_added_for_every_product = instead(
    "You add the bias once for every element of the window. Add it once, after the sum over the window is done.",
    {"bias.": "weight[0].numel() * bias."},
)


@misconception(
    "You add the bias once for every input channel. Add it once, after the loop over the input channels."
)
def bias_added_for_every_input_channel(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = 0
    for c in range(x.shape[1]):
        out = out + torch.einsum("nijkl,okl->noij", windows[:, c], weight[:, c])
        out = out if bias is None else out + bias.view(1, -1, 1, 1)
    return out


biases_summed = instead(
    "You add all the biases to every channel. Each output channel gets its own: give the bias its channel axis.",
    {"view(1, -1, 1, 1)": "sum()"},
)
first_bias_for_all_channels = instead(
    "You add the first bias to every channel. Each output channel gets its own: index the bias with the channel.",
    {".view(1, -1, 1, 1)": "[0]"},
)
bias_along_the_columns = instead(
    "You add the bias along the columns, because its axis meets the last one. Shape it so that it meets the channels.",
    {".view(1, -1, 1, 1)": ""},
)


# --- padding ------------------------------------------------------------------------------------------------

padding_ignored = instead(
    "You ignore the padding. Put that many zeros on all four sides before you slide the window.",
    {"x = F.pad(x, (padding,) * 4)": ""},
)
padding_only_before = instead(
    "You pad only at the top and on the left, or count the padding once in the output size. It lies on all four sides.",
    {"(padding,) * 4": "(padding, 0, padding, 0)"},
)
padding_only_after = instead(
    "You pad only at the bottom and on the right. Put the zeros on all four sides.",
    {"(padding,) * 4": "(0, padding, 0, padding)"},
)
image_in_the_corner_of_the_padding = instead(
    "You put all the zeros at the bottom and on the right, so the image sits in the corner. Put it in the middle: start copying it at row and column `padding`.",
    {"(padding,) * 4": "(0, 2 * padding, 0, 2 * padding)"},
)
padding_only_for_columns = instead(
    "You pad the columns only. The rows need zeros above and below as well.",
    {"(padding,) * 4": "(padding, padding)"},
)
padding_only_for_rows = instead(
    "You pad the rows only. The columns need zeros on the left and on the right as well.",
    {"(padding,) * 4": "(0, 0, padding, padding)"},
)
padding_repeats_the_border = instead(
    "You pad with copies of the border. Pad with zeros.",
    {"* 4": '* 4, mode="replicate"'},
)
padding_of_ones = instead(
    "You pad with ones. Pad with zeros.",
    {"* 4": "* 4, value=1.0"},
)
same_padding_always = instead(
    "You always pad by half the kernel, to keep the size. Pad by the argument, and by nothing if it is zero.",
    {
        "x = F.pad(x, (padding,) * 4)": "",
        "windows =": "x = F.pad(x, (kW // 2, kW // 2, kH // 2, kH // 2))\n    windows =",
    },
    about="test_conv2d_shape test_conv2d_padding",
)


@misconception(
    "You count the windows on the image without its padding, so the last ones are missing. Use the padded size."
)
def size_counted_without_padding(x, weight, bias=None, stride=1, padding=0):
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)[:, :, :H_out, :W_out]
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


# --- stride and output --------------------------------------------------------------------------------------

stride_ignored = instead(
    "You ignore the stride. Move the window by `stride` rows and `stride` columns at a time.",
    {"stride).unfold(3, kW, stride": "1).unfold(3, kW, 1"},
)
