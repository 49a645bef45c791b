"""One mistake in `conv2d`."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn.functional as F

from autograder.graders.kit.answers import false


def _correlate(x, weight, stride=1):
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    return torch.einsum("bcijuv,ocuv->boij", patches, weight)


@false("test_conv2d_values")
def kernel_turned(x, weight, bias=None, stride=1, padding=0):
    weight = weight.flip((2, 3))
    x = torch.nn.functional.pad(x, [padding] * 4)
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = (patches.unsqueeze(1) * weight[None, :, :, None, None]).sum((2, 5, 6))
    return out if bias is None else out + bias[:, None, None]


@false("test_conv2d_values")
def largest_product_in_place_of_the_sum(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, [padding] * 4)
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = (patches.unsqueeze(1) * weight[None, :, :, None, None]).amax((2, 5, 6))
    return out if bias is None else out + bias[:, None, None]


@false("test_conv2d_values")
def every_second_channel_left_out(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x[:, ::2], [padding] * 4), weight[:, ::2], stride)
    return out if bias is None else out + bias.reshape(1, -1, 1, 1)


@false("test_conv2d_values")
def last_column_of_the_kernel_unused(x, weight, bias=None, stride=1, padding=0):
    N, _, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    x = F.pad(x, [padding] * 4)
    out = x.new_zeros(N, C_out, (H + 2 * padding - kH) // stride + 1, (W + 2 * padding - kW) // stride + 1)
    for u in range(kH):
        for v in range(max(1, kW - 1)):
            part = x[:, :, u : u + stride * out.shape[2] : stride, v : v + stride * out.shape[3] : stride]
            part = part[:, :, : out.shape[2], : out.shape[3]]
            out += torch.einsum("bchw,oc->bohw", part, weight[:, :, u, v])
    return out if bias is None else out + bias[:, None, None]


@false("test_conv2d_bias")
def bias_taken_off(x, weight, bias=None, stride=1, padding=0):
    x = torch.nn.functional.pad(x, [padding] * 4)
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = (patches.unsqueeze(1) * weight[None, :, :, None, None]).sum((2, 5, 6))
    return out if bias is None else out - bias[:, None, None]


@false("test_conv2d_bias")
def bias_of_the_first_image_alone(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x, [padding] * 4), weight, stride)
    if bias is not None:
        out[0] += bias[:, None, None]
    return out


@false("test_conv2d_bias")
def bias_needed(x, weight, bias=None, stride=1, padding=0):
    return _correlate(F.pad(x, [padding] * 4), weight, stride) + bias.view(1, -1, 1, 1)


@false("test_conv2d_bias")
def truth_of_the_bias_asked(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x, [padding] * 4), weight, stride)
    if bias:
        out = out + bias.view(1, -1, 1, 1)
    return out


@false("test_conv2d_stride")
def rows_alone_are_strided(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x, [padding] * 4), weight)[:, :, ::stride]
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_stride")
def stride_in_the_kernel(x, weight, bias=None, stride=1, padding=0):
    # the stride spreads the kernel's elements, as a dilation does
    x = F.pad(x, [padding] * 4)
    N, _, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    out = x.new_zeros(N, C_out, (H - kH) // stride + 1, (W - kW) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, :, i : i + stride * kH : stride, j : j + stride * kW : stride]
            kernel = weight[:, :, : patch.shape[2], : patch.shape[3]]
            out[:, :, i, j] = torch.einsum("bcuv,ocuv->bo", patch, kernel)
    return out if bias is None else out + bias[:, None, None]


@false("test_conv2d_padding")
def padded_by_ones(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    padded = torch.ones(N, C, H + 2 * padding, W + 2 * padding, dtype=x.dtype)
    padded[:, :, padding : padding + H, padding : padding + W] = x
    out = _correlate(padded, weight, stride)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_padding")
def padded_twice(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x, [2 * padding] * 4), weight, stride)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_padding")
def result_padded(x, weight, bias=None, stride=1, padding=0):
    out = F.pad(_correlate(x, weight, stride), [padding] * 4)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_shape")
def one_row_and_column_short(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, [padding] * 4)
    N, _, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    out = x.new_zeros(N, C_out, (H - kH) // stride, (W - kW) // stride)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = patch.flatten(1) @ weight.flatten(1).T
    return out if bias is None else out + bias[:, None, None]


@false("test_conv2d_shape")
def first_row_left_out(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x, [padding] * 4), weight)[:, :, 1:]
    out = out[:, :, ::stride, ::stride]
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_shape")
def axes_left_as_einsum_gives_them(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, [padding] * 4)
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("bcijuv,ocuv->bijo", patches, weight)
    return out if bias is None else out + bias


@false("test_conv2d_shape")
def columns_left_as_they_are(x, weight, bias=None, stride=1, padding=0):
    out = weight.flatten(1) @ F.unfold(x, weight.shape[2:], stride=stride, padding=padding)
    return out if bias is None else out + bias[:, None]


@false("test_conv2d_dtype")
def array_returned(x, weight, bias=None, stride=1, padding=0):
    x, weight = (each.detach().numpy() for each in (x, weight))
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    out = np.einsum("bcijuv,ocuv->boij", windows[:, :, ::stride, ::stride], weight)
    return out if bias is None else out + bias.detach().numpy()[:, None, None]


@false("test_conv2d_dtype")
def always_double(x, weight, bias=None, stride=1, padding=0):
    out = _correlate(F.pad(x.double(), [padding] * 4), weight.double(), stride)
    return out if bias is None else out + bias.double().view(1, -1, 1, 1)


@false("test_conv2d_kinds_of_input")
def padded_in_place(x, weight, bias=None, stride=1, padding=0):
    # the border's pixels are lost in the caller's image
    out = _correlate(F.pad(x, [padding] * 4), weight, stride)
    x[:, :, 0] = 0
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_kinds_of_input")
def kernel_squeezed(x, weight, bias=None, stride=1, padding=0):
    # a 1×1 kernel loses its last axes
    kernels = weight.squeeze() if weight.shape[1] > 1 else weight
    x = F.pad(x, [padding] * 4)
    patches = x.unfold(2, kernels.shape[2], stride).unfold(3, kernels.shape[3], stride)
    out = torch.einsum("bcijuv,ocuv->boij", patches, kernels)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


@false("test_conv2d_kinds_of_input")
def views_refused(x, weight, bias=None, stride=1, padding=0):
    C_out, _, kH, kW = weight.shape
    x.view(-1)
    columns = F.unfold(x, (kH, kW), stride=stride, padding=padding)
    out = (weight.reshape(C_out, -1) @ columns).view(
        len(x), C_out, (x.shape[2] + 2 * padding - kH) // stride + 1, -1
    )
    return out if bias is None else out + bias.view(1, -1, 1, 1)
