"""One mistake in `conv2d`."""

import torch

from one_mistake import false


@false("test_conv2d_values")
def kernel_turned(x, weight, bias=None, stride=1, padding=0):
    weight = weight.flip((2, 3))
    x = torch.nn.functional.pad(x, [padding] * 4)
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = (patches.unsqueeze(1) * weight[None, :, :, None, None]).sum((2, 5, 6))
    return out if bias is None else out + bias[:, None, None]


@false("test_conv2d_bias")
def bias_taken_off(x, weight, bias=None, stride=1, padding=0):
    x = torch.nn.functional.pad(x, [padding] * 4)
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = (patches.unsqueeze(1) * weight[None, :, :, None, None]).sum((2, 5, 6))
    return out if bias is None else out - bias[:, None, None]
