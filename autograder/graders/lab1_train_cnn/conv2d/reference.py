"""Reference and misconceptions of `conv2d`: the cross-correlation of a batch with a bank of kernels."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.forms import values_of as normalise  # noqa: F401  (`Material` has it)
from autograder.graders.lab1_train_cnn.conv2d.output import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.conv2d.windows import *  # noqa: F403  (of_module reads them here)
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
                    return f"You round your result to {digits} digits. Return it with all its digits."
    return ""


# --- the kernel ---------------------------------------------------------------------------------------------


@misconception(
    "You flip the kernel. Deep learning's convolution is a cross-correlation: lay the kernel on unturned."
)
def kernel_flipped(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight.flip(2, 3))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You swap the kernel's rows and columns. Its axis 2 goes with the image's rows, its axis 3 with the "
    "columns.",
    about="test_conv2d_shape test_conv2d_values",
)
def kernel_transposed(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    weight = weight.transpose(2, 3)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You read the weight as (C_in, C_out, kH, kW). Its first axis is the output channel: unpack its shape "
    "again."
)
def weight_channels_swapped(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    C_out, C_in, kH, kW = weight.shape
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("ncijkl,cokl->noij", windows, weight.reshape(C_in, C_out, kH, kW))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You use the kernel's height for its width too. Take kH and kW apart when you count rows and columns."
)
def kernel_assumed_square(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    N, _, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out, W_out = (H - kH) // stride + 1, (W - kH) // stride + 1
    out = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.einsum("nckl,ockl->no", window, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


# --- the sum over the window --------------------------------------------------------------------------------


@misconception(
    "You average over the window. A convolution adds the products up: sum over channels, rows and columns."
)
def mean_instead_of_sum(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight) / weight[0].numel()
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You average over the input channels. Their contributions are added up, not averaged.")
def input_channels_averaged(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight) / weight.shape[1]
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You use only the first input channel. Every output channel sums over all input channels.")
def only_the_first_input_channel(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("nijkl,okl->noij", windows[:, 0], weight[:, 0])
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You overwrite the result for each input channel, so only the last counts. Add to the result instead."
)
def only_the_last_input_channel(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    for c in range(x.shape[1]):
        out = torch.einsum("nijkl,okl->noij", windows[:, c], weight[:, c])
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You sum the window and the kernel over their channels before you multiply. Each input channel has a "
    "kernel of its own: multiply first, then sum over the channels."
)
def channels_summed_before_multiplying(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x.sum(dim=1), (padding,) * 4)
    windows = x.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
    out = torch.einsum("nijkl,okl->noij", windows, weight.sum(dim=1))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You use the first image for the whole batch. Keep the batch axis, or loop over it, in every product."
)
def only_the_first_image(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x[:1].expand_as(x), (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You use the first kernel for every output channel. Each output channel has its own: index the weight "
    "with it."
)
def only_the_first_kernel(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight[:1].expand_as(weight))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You write the products back into the input: a slice is a view. Multiply into a new tensor, not in place.",
    about="test_conv2d_values test_conv2d_kinds_of_input",
)
def windows_multiplied_in_place(x, weight, bias=None, stride=1, padding=0):
    if padding:
        x = F.pad(x, (padding,) * 4)
    N, _, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out, W_out = (H - kH) // stride + 1, (W - kW) // stride + 1
    out = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    for o in range(C_out):
        for i in range(H_out):
            for j in range(W_out):
                window = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
                window *= weight[o]
                out[:, o, i, j] = window.sum(dim=(1, 2, 3))
    return out if bias is None else out + bias.view(1, -1, 1, 1)


# --- the bias -----------------------------------------------------------------------------------------------


@misconception("You forget the bias. Add the bias of each output channel to all of that channel's results.")
def bias_forgotten(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    return torch.einsum("ncijkl,ockl->noij", windows, weight)


@misconception("You subtract the bias. It is added to the sum of the products.")
def bias_subtracted(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out - bias.view(1, -1, 1, 1)


@misconception(
    "You add the bias once for every element of the window. Add it once, after the sum over the window is "
    "done."
)
def bias_added_for_every_product(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + weight[0].numel() * bias.view(1, -1, 1, 1)


@misconception(
    "You add the bias once for every input channel. Add it once, after the loop over the input channels."
)
def bias_added_for_every_input_channel(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = 0
    for c in range(x.shape[1]):
        out = out + torch.einsum("nijkl,okl->noij", windows[:, c], weight[:, c])
        out = out if bias is None else out + bias.view(1, -1, 1, 1)
    return out


@misconception(
    "You add all the biases to every channel. Each output channel gets its own: give the bias its channel "
    "axis."
)
def biases_summed(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.sum()


@misconception(
    "You add the first bias to every channel. Each output channel gets its own: index the bias with the "
    "channel."
)
def first_bias_for_all_channels(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias[0]


@misconception(
    "You add the bias along the columns, because its axis meets the last one. Shape it so that it meets the "
    "channels."
)
def bias_along_the_columns(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias


# --- padding ------------------------------------------------------------------------------------------------


@misconception("You ignore the padding. Put that many zeros on all four sides before you slide the window.")
def padding_ignored(x, weight, bias=None, stride=1, padding=0):
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You pad only at the top and on the left, or count the padding once in the output size. It lies on all "
    "four sides."
)
def padding_only_before(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding, 0, padding, 0))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You pad only at the bottom and on the right. Put the zeros on all four sides.")
def padding_only_after(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (0, padding, 0, padding))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You put all the zeros at the bottom and on the right, so the image sits in the corner. Put it in the "
    "middle: start copying it at row and column `padding`."
)
def image_in_the_corner_of_the_padding(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (0, 2 * padding, 0, 2 * padding))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You pad the columns only. The rows need zeros above and below as well.")
def padding_only_for_columns(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding, padding))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You pad the rows only. The columns need zeros on the left and on the right as well.")
def padding_only_for_rows(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (0, 0, padding, padding))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You pad with copies of the border. Pad with zeros.")
def padding_repeats_the_border(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4, mode="replicate")
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception("You pad with ones. Pad with zeros.")
def padding_of_ones(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4, value=1.0)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You always pad by half the kernel, to keep the size. Pad by the argument, and by nothing if it is zero.",
    about="test_conv2d_shape test_conv2d_padding",
)
def same_padding_always(x, weight, bias=None, stride=1, padding=0):
    kH, kW = weight.shape[2:]
    x = F.pad(x, (kW // 2, kW // 2, kH // 2, kH // 2))
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@misconception(
    "You count the windows on the image without its padding, so the last ones are missing. Use the padded "
    "size."
)
def size_counted_without_padding(x, weight, bias=None, stride=1, padding=0):
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)[:, :, :H_out, :W_out]
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


# --- stride and output --------------------------------------------------------------------------------------


@misconception("You ignore the stride. Move the window by `stride` rows and `stride` columns at a time.")
def stride_ignored(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    windows = x.unfold(2, weight.shape[2], 1).unfold(3, weight.shape[3], 1)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)
