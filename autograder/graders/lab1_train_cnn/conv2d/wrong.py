# ruff: noqa: E741, RUF059
"""Wrong answers for `conv2d`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

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


def one_size_for_a_kernel_of_two_sides(x, weight, bias=None, stride=1, padding=0):
    # k stands for the kernel's height and its width
    N, C_in, H, W = x.shape
    C_out, _, k, _ = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    H_out = (H + 2 * padding - k) // stride + 1
    W_out = (W + 2 * padding - k) // stride + 1
    out = x.new_zeros(N, C_out, H_out, W_out)
    for n in range(N):
        for o in range(C_out):
            for i in range(H_out):
                for j in range(W_out):
                    region = x[n, :, i * stride : i * stride + k, j * stride : j * stride + k]
                    out[n, o, i, j] = (region * weight[o]).sum() + (0 if bias is None else bias[o])
    return out


def bias_always_added(x, weight, bias=None, stride=1, padding=0):
    # None has no reshape
    N, C_in, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    cols = F.unfold(x, (kH, kW), padding=padding, stride=stride)
    out = weight.reshape(C_out, -1) @ cols + bias.reshape(-1, 1)
    return out.reshape(N, C_out, (H + 2 * padding - kH) // stride + 1, -1)


def sides_unpacked_in_the_wrong_order(x, weight, bias=None, stride=1, padding=0):
    # W and H have changed places
    N, C_in, W, H = x.shape
    C_out, _, kH, kW = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    out = x.new_zeros(N, C_out, (H + 2 * padding - kH) // stride + 1, (W + 2 * padding - kW) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.einsum("bchw,ochw->bo", patch, weight)
    return out if bias is None else out + bias.reshape(1, C_out, 1, 1)


def seven_loops_over_an_unpadded_image(x, weight, bias=None, stride=1, padding=0):
    # the size counts the padding, the image has none
    N, C_in, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out, W_out = (H + 2 * padding - kH) // stride + 1, (W + 2 * padding - kW) // stride + 1
    out = x.new_zeros(N, C_out, H_out, W_out)
    for n in range(N):
        for o in range(C_out):
            for i in range(H_out):
                for j in range(W_out):
                    total = 0 if bias is None else bias[o]
                    for c in range(C_in):
                        for u in range(kH):
                            for v in range(kW):
                                total = total + x[n, c, i * stride + u, j * stride + v] * weight[o, c, u, v]
                    out[n, o, i, j] = total
    return out


def unfold_without_the_stride(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    O, _, kH, kW = weight.shape
    oh, ow = (H - kH + 2 * padding) // stride + 1, (W - kW + 2 * padding) // stride + 1
    y = torch.matmul(weight.reshape(O, -1), F.unfold(x, kernel_size=(kH, kW), padding=padding))
    y = y if bias is None else y + bias.reshape(1, O, 1)
    return y.reshape(N, O, oh, ow)


def unfold_without_the_padding(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    O, _, kH, kW = weight.shape
    oh, ow = (H - kH + 2 * padding) // stride + 1, (W - kW + 2 * padding) // stride + 1
    y = torch.matmul(weight.reshape(O, -1), F.unfold(x, kernel_size=(kH, kW), stride=stride))
    y = y if bias is None else y + bias.reshape(1, O, 1)
    return y.reshape(N, O, oh, ow)


def columns_of_windows_not_strided(x, weight, bias=None, stride=1, padding=0):
    # j is not multiplied by the stride
    C_out, _, kH, kW = weight.shape
    x = F.pad(x, [padding] * 4)
    out = x.new_zeros(len(x), C_out, (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, :, i * stride : i * stride + kH, j : j + kW]
            out[:, :, i, j] = torch.tensordot(patch, weight, dims=([1, 2, 3], [1, 2, 3]))
    return out if bias is None else out + bias[:, None, None]


def weight_axes_in_the_wrong_order(x, weight, bias=None, stride=1, padding=0):
    # (C_in, C_out) instead of (C_out, C_in)
    _, C_out, kH, kW = weight.shape
    x = F.pad(x, [padding] * 4)
    out = x.new_zeros(len(x), C_out, (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            patch = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.tensordot(patch, weight, dims=([1, 2, 3], [0, 2, 3]))
    return out if bias is None else out + bias[:, None, None]


def padding_of_one_whatever_is_asked(x, weight, bias=None, stride=1, padding=0):
    C_out, _, kH, kW = weight.shape
    H_out = (x.shape[2] + 2 * padding - kH) // stride + 1
    W_out = (x.shape[3] + 2 * padding - kW) // stride + 1
    x = F.pad(x, (1, 1, 1, 1)) if padding else x
    out = x.new_zeros(len(x), C_out, H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            patch = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.tensordot(patch, weight, dims=([1, 2, 3], [1, 2, 3]))
    return out if bias is None else out + bias[:, None, None]


def rounded_to_three_digits(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, [padding] * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("nchwuv,ocuv->nohw", windows, weight)
    out = out if bias is None else out + bias[:, None, None]
    return torch.round(out, decimals=3)


def batch_lost_in_a_loop(x, weight, bias=None, stride=1, padding=0):
    for image in x:
        image = F.pad(image, (padding,) * 4)
        patches = image.unfold(1, weight.shape[2], stride).unfold(2, weight.shape[3], stride)
        out = torch.einsum("chwuv,ocuv->ohw", patches, weight)
        out = out if bias is None else out + bias[:, None, None]
    return out.unsqueeze(0)


def correlation_of_scipy(x, weight, bias=None, stride=1, padding=0):
    # the library does the whole job, by another name
    from scipy.signal import correlate2d

    images = F.pad(x, (padding,) * 4).detach().numpy()
    kernels = weight.detach().numpy()
    rows = []
    for image in images:
        maps = [
            sum(correlate2d(image[c], kernel[c], mode="valid") for c in range(len(kernel)))[
                ::stride, ::stride
            ]
            for kernel in kernels
        ]
        rows.append(torch.stack([torch.from_numpy(each.copy()) for each in maps]))
    out = torch.stack(rows).to(x.dtype)
    return out if bias is None else out + bias.detach().view(1, -1, 1, 1)


def padded_on_the_right_by_the_batch(x, weight, bias=None, stride=1, padding=0):
    # the number of images stands for the padding on one side: seen only where there are fewer
    N, C_in, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out, W_out = (H + 2 * padding - kH) // stride + 1, (W + 2 * padding - kW) // stride + 1
    x = F.pad(x, (padding, N, padding, padding))
    out = x.new_zeros(N, C_out, H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.einsum("nchw,ochw->no", window, weight)
    return out if bias is None else out + bias.reshape(1, -1, 1, 1)
