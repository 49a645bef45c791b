import torch

_colour_images = _t([[[[0.25, 0.5, 1]], [[0, 0.3, 0.2]]], [[[0.75, 0, 0.5]], [[0.4, 0.1, 1]]]])
_means, _stds = _t([0.5, 0.2]), _t([0.25, 0.1])
_square = _t([[[[0.1, 0.5]], [[0.2, 0.4]]]])
_written = _t([[[[0, 1, 0.5], [0.1307, 0.25, 0.75]]]])


def _shaped(values):
    return _t(values).reshape(2, 2, 1, 3)


EXAMPLES["normalize"] = [
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1])) with images of shape (2, 2, 1, 3)",
        (_colour_images, _means, _stds),
        _shaped([-1, 0, 2, -2, 1, 0, 1, -2, 0, 2, -1, 8]),
        [
            (_colour_images, "Nothing has changed. Take each channel's mean away, and divide by its standard deviation."),
            (_shaped([-1.75, -1.5, -1, -2, -1.7, -1.8, -1.25, -2, -1.5, -1.6, -1.9, -1]), "Only the mean was divided. The difference belongs in parentheses: (x − mean) / std."),
            (_shaped([0.5, 1.5, 3.5, -0.2, 2.8, 1.8, 2.5, -0.5, 1.5, 3.8, 0.8, 9.8]), "You divide first and take the mean away afterwards. It is the other way round: (x − mean) / std."),
            (_shaped([3, 4, 6, 2, 5, 4, 5, 2, 4, 6, 3, 12]), "You add the mean. Take it away."),
            (_shaped([-0.0625, 0, 0.125, -0.02, 0.01, 0, 0.0625, -0.125, 0, 0.02, -0.01, 0.08]), "You multiply by the standard deviation. Divide by it."),
            (_shaped([-4, 0, 8, -20, 10, 0, 4, -8, 0, 20, -10, 80]), "You divide by the square of the standard deviation. Once is enough."),
            (_shaped([-0.5, 0, 1, -0.632456, 0.316228, 0, 0.5, -1, 0, 0.632456, -0.316228, 2.529822]), "You divide by the root of what is given. It is the standard deviation already."),
            (_shaped([-0.774597, 0, 1.549193, -1.025978, -0.102598, -0.410391, 0.774597, -1.549193, 0, 0.205196, -0.718185, 2.051957]), "That uses the images' own mean and standard deviation. Use the two that are given."),
            (_shaped([-0.25, 0, 0.5, -0.2, 0.1, 0, 0.25, -0.5, 0, 0.2, -0.1, 0.8]), "The mean is taken away. Now divide by the standard deviation."),
            (_shaped([-1, 0, 2, -2, -0.8, -1.2, 1, -2, 0, -0.4, -1.6, 2]), "Every channel is treated by the first channel's numbers. Each has its own."),
            (_shaped([0, 0.5, 1.5, -0.5, 1, 0.5, 1, -0.5, 0.5, 1.5, 0, 4.5]), "The two are exchanged: the mean is taken away, and the standard deviation divides."),
            (_shaped([1, 2, 4, 0, 3, 2, 3, 0, 2, 4, 1, 10]), "The mean is still in there. Take it away before you divide."),
        ],
        advice="In channel 0, 0.25 becomes (0.25 − 0.5) / 0.25 = −1; in channel 1, 0.3 becomes (0.3 − 0.2) / 0.1 = 1.",
    ),
    _value(
        "normalize(images, mean=tensor([0.5, 0.2]), std=tensor([0.25, 0.1])) with images of shape (1, 2, 1, 2)",
        (_square, _means, _stds),
        _t([[[[-1.6, 0]], [[0, 2]]]]),
        [(_t([[[[-1.6, 3]], [[-1.2, 2]]]]), "The two means went to the two columns, not to the two channels: PyTorch lines shapes up from the right. Give them the shape (C, 1, 1).")],
        advice="Channel 0 is treated by 0.5 and 0.25, channel 1 by 0.2 and 0.1.",
    ),
    _value(
        "normalize(images, 0.1307, 0.3081) with one grey image, 2×3",
        (_written, 0.1307, 0.3081),
        _t([[[[-0.424213, 2.821487, 1.198637], [0, 0.387212, 2.010062]]]]),
        [(_t([[[[-1, 1, 0], [-0.7386, -0.5, 0.5]]]]), "0.5 is used, and not what is given.")],
        advice="Numbers count for all channels: 1 becomes (1 − 0.1307) / 0.3081 = 2.8215.",
    ),
    _value(
        "normalize(images, tensor([0.5], float64), tensor([0.25], float64)) with one grey image in float64",
        (_t([[[[0, 1], [0.25, 0.5]]]], torch.float64), _t([0.5], torch.float64), _t([0.25], torch.float64)),
        _t([[[[-2, 2], [-1, 0]]]], torch.float64),
    ),
]

MORE_WORDS["normalize"] = (
    (
        "RuntimeError",
        "must match the size of tensor",
        "Shapes are lined up from the right, so a mean of shape (C,) meets the columns of the images. Give the mean and the standard deviation the shape (C, 1, 1).",
    ),
    (
        "AttributeError|TypeError",
        r"'(float|int)' object (has no attribute|is not subscriptable)|object of type '(float|int)' has no len",
        "Here the mean and the standard deviation are plain numbers, and these must work, too. `torch.as_tensor` makes a tensor of a number, and leaves a tensor as it is.",
    ),
)

HINTS["normalize"] = (
    "What shape must a tensor (C,) get, so that its numbers meet the channels of (N, C, H, W)? PyTorch lines shapes up from the right.",
    "(C, 1, 1) lines up: reshape(-1, 1, 1). A plain number has no reshape; `torch.as_tensor` makes a tensor of whatever comes.",
    "mean = torch.as_tensor(mean, dtype=images.dtype, device=images.device).reshape(-1, 1, 1), std likewise. Then subtract, and divide the difference.",
)
