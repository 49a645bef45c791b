"""Right answers to `conv2d`, written as a student writes; misconceptions change a place or two in them."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of


def conv2d(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    out = torch.einsum("ncijkl,ockl->noij", windows, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


def by_loops(x, weight, bias=None, stride=1, padding=0):
    x = F.pad(x, (padding,) * 4)
    kH, kW = weight.shape[2:]
    H_out, W_out = (x.shape[2] - kH) // stride + 1, (x.shape[3] - kW) // stride + 1
    out = x.new_zeros(x.shape[0], weight.shape[0], H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * stride : i * stride + kH, j * stride : j * stride + kW]
            out[:, :, i, j] = torch.einsum("nckl,ockl->no", window, weight)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


instead = changes_of(conv2d)
instead_by_loops = changes_of(by_loops)
