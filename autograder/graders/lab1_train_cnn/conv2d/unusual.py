"""Hold unusual right answers for `conv2d`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def seven_nested_loops(x, weight, bias=None, stride=1, padding=0):
    # one product at a time, in Python numbers
    N, C_in, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out = (H + 2 * padding - kH) // stride + 1
    W_out = (W + 2 * padding - kW) // stride + 1
    pixels, kernels = x.tolist(), weight.tolist()
    out = torch.zeros(N, C_out, H_out, W_out, dtype=x.dtype)
    for n in range(N):
        for o in range(C_out):
            for i in range(H_out):
                for j in range(W_out):
                    total = 0.0 if bias is None else bias[o].item()
                    for c in range(C_in):
                        for k in range(kH):
                            for m in range(kW):
                                row, column = i * stride + k - padding, j * stride + m - padding
                                if 0 <= row < H and 0 <= column < W:
                                    total += pixels[n][c][row][column] * kernels[o][c][k][m]
                    out[n, o, i, j] = total
    return out


def as_strided_view(x, weight, bias=None, stride=1, padding=0):
    # the windows are a view made by hand
    N, C, H, W = x.shape
    kH, kW = weight.shape[-2:]
    board = x.new_zeros(N, C, H + 2 * padding, W + 2 * padding)
    board[:, :, padding : padding + H, padding : padding + W] = x
    size = (N, C, (board.shape[2] - kH) // stride + 1, (board.shape[3] - kW) // stride + 1, kH, kW)
    a, b, c, d = board.stride()
    windows = torch.as_strided(board, size, (a, b, c * stride, d * stride, c, d))
    out = (windows.unsqueeze(1) * weight[None, :, :, None, None]).sum(dim=(2, 5, 6))
    if bias is not None:
        out += bias[:, None, None]
    return out


def fourier_transform(x, weight, bias=None, stride=1, padding=0):
    # a correlation is a product with the conjugate spectrum
    x = F.pad(x, (padding, padding, padding, padding))
    H, W = x.shape[-2:]
    kH, kW = weight.shape[-2:]
    image = torch.fft.rfft2(x.double())
    kernel = torch.fft.rfft2(weight.double(), s=(H, W)).conj()
    full = torch.fft.irfft2((image[:, None] * kernel[None]).sum(2), s=(H, W))
    out = full[:, :, : H - kH + 1 : stride, : W - kW + 1 : stride]
    if bias is not None:
        out = out + bias.double().reshape(1, -1, 1, 1)
    return out.to(x.dtype)


def numpy_windows(x, weight, bias=None, stride=1, padding=0):
    # goes through NumPy and back
    a, w = x.detach().cpu().numpy(), weight.detach().cpu().numpy()
    a = np.pad(a, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(a, w.shape[2:], axis=(2, 3))
    out = np.einsum("ncijkl,ockl->noij", windows[:, :, ::stride, ::stride], w)
    if bias is not None:
        out = out + bias.detach().cpu().numpy()[None, :, None, None]
    return torch.from_numpy(out.astype(a.dtype)).to(x.device)


def unfold_and_matmul(x, weight, bias=None, stride=1, padding=0):
    # columns as a matrix
    kernel_size = tuple(weight.shape[2:])
    columns = nn.Unfold(kernel_size, padding=padding, stride=stride)(x)  # (N, C_in·kH·kW, L)
    out = weight.flatten(1) @ columns
    if bias is not None:
        out = out + bias.unsqueeze(-1)
    H_out = (x.size(2) + 2 * padding - kernel_size[0]) // stride + 1
    return out.unflatten(-1, (H_out, -1))


def shifted_images_added_up(x, weight, bias=None, stride=1, padding=0):
    # one pass for each kernel element
    x = F.pad(x, [padding] * 4)
    kH, kW = weight.shape[2:]
    H_span, W_span = x.shape[2] - kH + 1, x.shape[3] - kW + 1
    out = 0 if bias is None else bias.view(1, -1, 1, 1)
    for k in range(kH):
        for m in range(kW):
            shifted = x[:, :, k : k + H_span : stride, m : m + W_span : stride]
            out = out + torch.tensordot(weight[:, :, k, m], shifted, dims=([1], [1])).transpose(0, 1)
    return out


def one_large_matrix(x, weight, bias=None, stride=1, padding=0):
    # the whole convolution is one matrix, built element by element
    N, C, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out, W_out = (H + 2 * padding - kH) // stride + 1, (W + 2 * padding - kW) // stride + 1
    matrix = x.new_zeros(C_out, H_out, W_out, C, H, W)
    for i in range(H_out):
        for j in range(W_out):
            top, left = i * stride - padding, j * stride - padding
            rows, columns = slice(max(0, top), top + kH), slice(max(0, left), left + kW)
            part = weight[:, :, max(0, -top) :, max(0, -left) :]
            part = part[:, :, : H - max(0, top), : W - max(0, left)]
            matrix[:, i, j, :, rows, columns] = part
    out = (x.reshape(N, -1) @ matrix.reshape(C_out * H_out * W_out, -1).t()).reshape(N, C_out, H_out, W_out)
    return out if bias is None else out + bias.reshape(-1, 1, 1).expand(C_out, H_out, W_out)


def indices_of_every_window(x, weight, bias=None, stride=1, padding=0):
    # fancy indexing picks all windows at once
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    tops = torch.arange(0, x.shape[2] - kH + 1, stride)
    lefts = torch.arange(0, x.shape[3] - kW + 1, stride)
    rows = (tops[:, None] + torch.arange(kH))[:, None, :, None]
    columns = (lefts[:, None] + torch.arange(kW))[None, :, None, :]
    windows = x[:, :, rows, columns]  # (N, C_in, H_out, W_out, kH, kW)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    if isinstance(bias, torch.Tensor):
        out = torch.add(out, bias.view(-1, 1, 1))
    return out.contiguous(memory_format=torch.channels_last)


def true_convolution_of_a_flipped_kernel(x, weight, bias=None, stride=1, padding=0):
    # flips the kernel and runs through it backwards, printing as it goes
    flipped = torch.flip(weight, (-1, -2))
    kH, kW = flipped.shape[-2:]
    padded = F.pad(x, (padding,) * 4)
    rows = []
    for i in range(0, padded.shape[2] - kH + 1, stride):
        row = []
        for j in range(0, padded.shape[3] - kW + 1, stride):
            window = padded[:, :, i : i + kH, j : j + kW].flip(2, 3)
            row.append(torch.stack([(window * kernel).flatten(1).sum(1) for kernel in flipped], dim=1))
        rows.append(torch.stack(row, dim=-1))
    print("rows:", len(rows))
    out = torch.stack(rows, dim=-2)
    return out if bias is None else (out.movedim(1, -1) + bias).movedim(-1, 1)


def gradient_of_fold(x, weight, bias=None, stride=1, padding=0):
    # `fold` is the transpose of `unfold`: its gradient takes the windows out
    with torch.enable_grad():
        N, _, H, W = x.shape
        kernel_size = tuple(weight.shape[2:])
        H_out = (H + 2 * padding - kernel_size[0]) // stride + 1
        W_out = (W + 2 * padding - kernel_size[1]) // stride + 1
        columns = x.new_zeros(N, weight[0].numel(), H_out * W_out, requires_grad=True)
        image = F.fold(columns, (H, W), kernel_size, padding=padding, stride=stride)
        (windows,) = torch.autograd.grad(image, columns, x.detach())
    out = torch.einsum("nkl,ok->nol", windows, weight.reshape(len(weight), -1))
    out = out.view(N, len(weight), H_out, W_out)
    return out + (0 if bias is None else bias[None, :, None, None])


def arguments_looked_at(x, weight, bias=None, stride=1, padding=0):
    # refuses kernels that would see nothing but padding, and strides that leave gaps
    (N, C_in, H, _), (C_out, depth, kH, kW) = x.shape, weight.shape
    assert depth == C_in
    assert x.dtype == weight.dtype
    assert bias is None or bias.shape == (C_out,)
    assert padding < min(kH, kW)
    assert stride <= min(kH, kW)
    columns = F.unfold(x, (kH, kW), padding=padding, stride=stride)
    out = weight.flatten(1) @ columns
    if bias is not None:
        out += bias.unsqueeze(1)
    return out.reshape(N, C_out, (H + 2 * padding - kH) // stride + 1, -1)
