import torch

_x = _t([[[[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]]]])
_w = _t([[[[1, 2], [0, -1]]]])
_xs = (torch.arange(48.0).reshape(2, 2, 3, 4) * 7 % 5) - 2
_ws = (torch.arange(36.0).reshape(3, 2, 2, 3) * 5 % 7) - 3
_rows = torch.arange(1.0, 21).reshape(1, 1, 4, 5)
_column = _t([[[[1, 0], [0, 1], [2, -1]]]])
_LARGE["_xs"] = "(torch.arange(48.0).reshape(2, 2, 3, 4) * 7 % 5) - 2"
_LARGE["_ws"] = "(torch.arange(36.0).reshape(3, 2, 2, 3) * 5 % 7) - 3"

_FLIPPED = "Your kernel is turned upside down: weight[0, 0] belongs to the upper left pixel of the window, unflipped."
EXAMPLES["conv2d"] = [
    _value(
        "conv2d(x, weight) with x = [[1, 2, 0, 3], [0, 1, 4, 1], [2, 0, 1, 5]], weight = [[1, 2], [0, -1]]",
        (_x, _w),
        _t([[[[4, -2, 5], [2, 8, 1]]]]),
        [
            (_t([[[[0, 4, 9], [4, 0, 3]]]]), _FLIPPED),
            (_t([[[[0, 0, 7], [4, 0, 1]]]]), "Rows and columns of the kernel are swapped: weight[o, c, row, column]."),
            (torch.Size([1, 1, 3, 4]), "The result is as large as the input: without padding the window must fit inside (task 1's formula)."),
            (torch.Size([1, 1, 3, 2]), "Height and width of the result are swapped: H comes before W."),
            (torch.Size([2, 3]), "Batch and channel dimensions are lost: the result has four, (N, C_out, H_out, W_out)."),
        ],
        advice="The first number is 1·1 + 2·2 + 0·0 + 1·(−1) = 4. Work out the second by hand and compare.",
    ),
    _value(
        "conv2d(x, weight, bias) with x of shape (2, 2, 3, 4), weight (3, 2, 2, 3), bias = [10, 20, 30]",
        (_xs, _ws, _t([10, 20, 30])),
        _t([[[[4, 19], [4, 4]], [[22, 5], [34, 22]], [[47, 33], [1, 47]]], [[[4, 4], [19, 4]], [[34, 22], [11, 34]], [[1, 47], [45, 1]]]]),
        [
            (_t([[[[-6, 9], [-6, -6]], [[2, -15], [14, 2]], [[17, 3], [-29, 17]]], [[[-6, -6], [9, -6]], [[14, 2], [-9, 14]], [[-29, 17], [15, -29]]]]), "The bias is missing: add bias[o] to the whole of output channel o."),
            (_t([[[[8, 20], [6, 8]], [[14, 13], [25, 14]], [[41, 41], [16, 41]]], [[[6, 8], [9, 6]], [[25, 14], [26, 25]], [[16, 41], [36, 16]]]]), "Only the first input channel is used: add up over all of them."),
            (_t([[[[6, 9], [8, 6]], [[28, 12], [29, 28]], [[36, 22], [15, 36]]], [[[8, 6], [20, 8]], [[29, 28], [5, 29]], [[15, 36], [39, 15]]]]), "Only the last input channel is used: add to the sum (+=) instead of replacing it."),
            (torch.Size([2, 2, 2, 2]), "The result has as many channels as the input. It should have one for each kernel: C_out = 3."),
            (torch.Size([1, 3, 2, 2]), "Only one image came out. The batch has N = 2."),
        ],
        advice="One image and one channel work. Are all input channels added up into each output channel, and each image done?",
    ),
    _value(
        "conv2d(x, weight, stride=2, padding=1) with x of shape (1, 1, 4, 5), weight (1, 1, 3, 2)",
        (_rows, _column, {"stride": 2, "padding": 1}),
        _t([[[[-5, 9, 13], [-5, 36, 42]]]]),
        [
            (torch.Size([1, 1, 4, 6]), "The stride is not used: the window moves on by `stride` pixels each time."),
            (torch.Size([1, 1, 1, 2]), "The size of the result does not count the padding: add `padding` zeros on all four sides first, and count the windows on what comes of it."),
            (torch.Size([1, 1, 2, 4]), "Neither stride nor padding is used yet."),
            (torch.Size([1, 1, 3, 2]), "Height and width are swapped somewhere: the kernel is 3 high and 2 wide."),
        ],
        advice="With a stride, out[…, i, j] looks at the window that begins at row i·stride and column j·stride of the padded x.",
    ),
    _value(
        "conv2d(x, weight, bias=[0.5], padding=2) with x = [[1, 2], [4, -1]] / 3, weight = [[1, 0, 2], [-1, 3, 1], [2, -2, 1]] / 7",
        (_t([[[[1, 2], [4, -1]]]]) / 3, _t([[[[1, 0, 2], [-1, 3, 1], [2, -2, 1]]]]) / 7, _t([0.5]), {"padding": 2}),
        _t([[[[0.547619, 0.5, 0.404762, 0.690476], [0.738095, 0.309524, 1.214286, 0.309524], [0.785714, 1.214286, 0.214286, 0.642857], [0.880952, 0.404762, 0.690476, 0.452381]]]]),
        [
            (torch.Size([1, 1, 2, 2]), "Padding goes on all four sides, and each side gets as many zeros as `padding` says: here 2."),
        ],
        advice="Padding 1 and whole numbers work. Is the padding here 2 on all four sides, and is nothing rounded?",
    ),
    _value("conv2d(x, weight) with x and weight in float64", (_x.double(), _w.double()), _t([[[[4, -2, 5], [2, 8, 1]]]], torch.float64)),
]

HINTS["conv2d"] = (
    "Begin with one image, one channel, one kernel, no padding: two loops over the places of the result. Make it right first; speed does not count.",
    "Pad x first (F.pad takes left, right, top, bottom). Then out[n, o, i, j] looks at the window x[n, :, i·stride : i·stride + kH, j·stride : j·stride + kW]: multiply by weight[o], add everything up.",
    "A window of shape (N, C_in, kH, kW) and a weight of shape (C_out, C_in, kH, kW) meet in torch.einsum(\"nchw,ochw->no\", window, weight): that is out[:, :, i, j]. At the end add bias.reshape(1, -1, 1, 1), if there is one.",
)
