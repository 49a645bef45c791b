# ruff: noqa: E741, RUF059
"""Wrong answers for `conv2d`, in the style of students: each must lose the item."""

import torch
import torch.nn.functional as F


def loops_without_stride_in_the_image(x, weight, bias=None, stride=1, padding=0):
    # the window's start is not multiplied by the stride
    x = F.pad(x, (padding, padding, padding, padding))
    N, C, H, W = x.shape
    O, _, kh, kw = weight.shape
    oh, ow = (H - kh) // stride + 1, (W - kw) // stride + 1
    out = torch.zeros(N, O, oh, ow, dtype=x.dtype)
    for n in range(N):
        for o in range(O):
            for i in range(oh):
                for j in range(ow):
                    out[n, o, i, j] = (x[n, :, i : i + kh, j : j + kw] * weight[o]).sum()
            if bias is not None:
                out[n, o] += bias[o]
    return out


def loops_with_bias_in_the_inner_loop(x, weight, bias=None, stride=1, padding=0):
    # the bias is added once for every input channel
    x = F.pad(x, [padding] * 4)
    N, C, H, W = x.shape
    O, _, kh, kw = weight.shape
    out = x.new_zeros(N, O, (H - kh) // stride + 1, (W - kw) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            for o in range(O):
                for c in range(C):
                    out[:, o, i, j] += (patch[:, c] * weight[o, c]).sum(dim=(1, 2))
                    if bias is not None:
                        out[:, o, i, j] += bias[o]
    return out


def unfold_with_flipped_kernel(x, weight, bias=None, stride=1, padding=0):
    # a true convolution: the kernel is turned by 180 degrees
    kh, kw = weight.shape[-2:]
    cols = F.unfold(x, (kh, kw), padding=padding, stride=stride)
    w = torch.rot90(weight, 2, (2, 3)).reshape(weight.shape[0], -1)
    out = w @ cols
    if bias is not None:
        out = out + bias[:, None]
    oh = (x.shape[2] + 2 * padding - kh) // stride + 1
    return out.reshape(x.shape[0], weight.shape[0], oh, -1)


def pads_left_and_top_only(x, weight, bias=None, stride=1, padding=0):
    # half of the padding is missing
    N, C, H, W = x.shape
    padded = torch.zeros(N, C, H + padding, W + padding, dtype=x.dtype)
    padded[:, :, padding:, padding:] = x
    O, _, kh, kw = weight.shape
    oh, ow = (H + padding - kh) // stride + 1, (W + padding - kw) // stride + 1
    out = torch.zeros(N, O, oh, ow, dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            patch = padded[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = torch.einsum("nchw,ochw->no", patch, weight)
    return out if bias is None else out + bias.reshape(1, O, 1, 1)


def float32_buffer(x, weight, bias=None, stride=1, padding=0):
    # the result is float32 whatever comes in
    if padding:
        x = F.pad(x, (padding,) * 4)
    N, _, H, W = x.shape
    O, _, kh, kw = weight.shape
    out = torch.zeros((N, O, (H - kh) // stride + 1, (W - kw) // stride + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, None, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, :, i, j] = (patch * weight).sum((2, 3, 4))
    if bias is not None:
        out += bias.view(-1, 1, 1)
    return out


def square_kernel_assumed(x, weight, bias=None, stride=1, padding=0):
    # k serves for both sides of the kernel
    k = weight.shape[2]
    x = F.pad(x, (padding, padding, padding, padding))
    out_h = (x.shape[2] - k) // stride + 1
    out_w = (x.shape[3] - k) // stride + 1
    cols = F.unfold(x, k, stride=stride)
    out = (weight.view(weight.shape[0], -1) @ cols).view(x.shape[0], weight.shape[0], out_h, out_w)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


def loses_the_last_row_and_column(x, weight, bias=None, stride=1, padding=0):
    # no plus one in the size
    x = F.pad(x, (padding,) * 4)
    O, _, kh, kw = weight.shape
    oh, ow = (x.shape[2] - kh) // stride, (x.shape[3] - kw) // stride
    out = torch.empty(x.shape[0], O, oh, ow, dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw].flatten(1)
            out[:, :, i, j] = window @ weight.flatten(1).T + (0 if bias is None else bias)
    return out


def library_by_another_name(x, weight, bias=None, stride=1, padding=0):
    # the library does it, through an alias
    op = getattr(torch.nn.functional, "conv" + "2d")
    return op(x, weight, bias, stride, padding)
