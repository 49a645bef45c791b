import torch

_pool = _t([[[[1, 3, 0, 2, 9], [4, 2, 1, 1, 9], [-5, -1, 0, 6, 9], [-2, -3, 2, 1, 9]]]])
_pools = torch.arange(24.0).reshape(1, 2, 3, 4) * 7 % 11 - 8
_tall = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3
_LARGE["_tall"] = "-(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3"

EXAMPLES["max_pool2d"] = [
    _value(
        "max_pool2d(x, 2) with x of shape (1, 1, 4, 5), the grid of the picture",
        (_pool, 2),
        _t([[[[4, 2], [-1, 6]]]]),
        [
            (_t([[[[4, 2], [0, 6]]]]), "The window [-5, -1, -2, -3] gives 0, which is not in it: start from the window's own values (or −inf), not from 0."),
            (_t([[[[2.5, 1], [-2.75, 2.25]]]]), "That is the mean of each window. Keep the largest value."),
            (_t([[[[1, 0], [-5, 0]]]]), "These are the smallest values of the windows, which stand first in them here. Keep the largest of all four."),
            (torch.Size([1, 1, 3, 4]), "The windows overlap: stride=None means stride = kernel_size."),
            (torch.Size([1, 1, 2, 3]), "The fifth column fits no whole window, so it is left out: round the size down."),
        ],
        advice="Each result is the largest value of its own 2×2 window. Work out one by hand.",
    ),
    _value(
        "max_pool2d(x, 2, stride=1) with x of shape (1, 2, 3, 4)",
        (_pools, 2, {"stride": 1}),
        _t([[[[-1, 1, 2], [0, 1, 1]], [[1, 2, 2], [1, 1, -1]]]]),
        [
            (torch.Size([1, 2, 1, 2]), "The stride is not used: here the window moves by 1, so windows overlap."),
            (_t([[[[1, 2, 2], [1, 1, 1]], [[1, 2, 2], [1, 1, 1]]]]), "The maximum runs over the channels, too. Each channel is pooled by itself."),
            (torch.Size([1, 1, 2, 3]), "A channel is lost. Each channel is pooled by itself."),
        ],
        advice="With stride 1, out[…, i, j] is the largest of x[…, i:i+2, j:j+2], in each channel by itself.",
    ),
    _value(
        "max_pool2d(x, 3) with x = -(torch.arange(168.0) * 29 % 101).reshape(2, 2, 7, 6) - 3",
        (_tall, 3),
        _t([[[[-3, -18], [-20, -6]], [[-9, -24], [-26, -12]]], [[[-15, -3], [-4, -18]], [[-21, -7], [-10, -24]]]]),
        [(torch.Size([2, 2, 3, 2]), "The windows move by 2. Without a stride they move by their own size: stride=None means stride = kernel_size, here 3.")],
        advice="Here are two images, two channels, windows of 3×3, and values below zero only: each image and each channel is pooled by itself.",
    ),
    _value("max_pool2d(x, 2) with x in float64", (_pool.double(), 2), _t([[[[4, 2], [-1, 6]]]], torch.float64)),
]

HINTS["max_pool2d"] = (
    "It is the loop of conv2d with another thing done to each window. What stays the same, what is dropped?",
    "If stride is None, it is kernel_size. Window (i, j) begins at row i·stride and column j·stride; take its maximum over the last two dimensions, for all images and channels at once.",
    "window.amax(dim=(2, 3)) has shape (N, C): it belongs to out[:, :, i, j]. Make `out` before the loop with x.new_empty; its four sizes stand in the docstring.",
)
