"""Reference and misconceptions of `channel_dropout`: a whole channel of an image is zero with probability p, else divided by 1 − p."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

USES = "dropout"
LEAST_MISCONCEPTIONS = 8


def answers(x, p=0.5, training=True):
    """Return what a stand-in for `dropout` multiplies with: factors for p, and for its default, as many as several calls may need."""
    generator = torch.Generator().manual_seed(x.numel())
    drawn = torch.rand(2 * x.numel() + 4096, generator=generator, dtype=torch.float64)
    return {"dropout": [[q, (drawn >= q) / (1 - q) if q < 1 else 0 * drawn] for q in {float(p), 0.5}]}


def channel_dropout(x, p=0.5, training=True):
    if not training:
        return x
    if p == 1:
        return x * 0
    mask = torch.rand(x.shape[0], x.shape[1], 1, 1) >= p
    return x * mask / (1 - p)


reference = channel_dropout
instead = changes_of(channel_dropout)

elements_dropped = instead(
    "You drop single elements. Draw one number for each channel of each image, of shape (N, C, 1, 1), and let it spread over height and width.",
    {"rand(x.shape[0], x.shape[1], 1, 1)": "rand(x.shape)"},
)
same_channels_in_all_images = instead(
    "You drop the same channels in all images of the batch. Draw for each image: (N, C, 1, 1), not (1, C, 1, 1).",
    {"rand(x.shape[0],": "rand(1,"},
)
whole_images_dropped = instead(
    "You drop whole images, all their channels together. Draw for each channel: (N, C, 1, 1), not (N, 1, 1, 1).",
    {"x.shape[0], x.shape[1]": "x.shape[0], 1"},
)
one_draw_for_all = instead(
    "You draw one number for the whole tensor: all is dropped, or nothing. Draw one for each channel of each image, of shape (N, C, 1, 1).",
    {"x.shape[0], x.shape[1], 1, 1": "1"},
)
rows_dropped = instead(
    "You drop rows of the images. Draw one number for each channel, of shape (N, C, 1, 1).",
    {"x.shape[0], x.shape[1], 1, 1": "1, 1, x.shape[2], 1"},
)
pixels_dropped_in_all_channels = instead(
    "You drop pixels, in all channels together. Draw one number for each channel, of shape (N, C, 1, 1).",
    {"x.shape[0], x.shape[1], 1, 1": "x.shape[0], 1, *x.shape[2:]"},
)
kept_not_scaled = instead(
    "You drop the right share, and leave the other channels as they are. Divide what is kept by 1 - p.",
    {" / (1 - p)": ""},
)
multiplied_by_what_is_kept = instead(
    "You multiply what is kept by 1 - p. Divide by it: fewer channels are left, so each counts more.",
    {"/ (1 - p)": "* (1 - p)"},
)
divided_by_p = instead(
    "You divide what is kept by p. Divide it by 1 - p, the share that is kept.", {"/ (1 - p)": "/ p"}
)
kept_with_probability_p = instead(
    "You keep a channel with probability p. p is the probability to be dropped: turn the comparison round.",
    {">= p": "< p"},
)
p_as_the_share_kept = instead(
    "You take p for the probability to be kept, in the mask and in the division. Here it is the probability to be dropped: keep with 1 - p, and divide by 1 - p.",
    {">= p": "< p", "/ (1 - p)": "/ p", "p == 1": "p == 0"},
)
half_always_dropped = instead(
    "You drop half of the channels, whatever p is. Compare the random numbers with p.", {">= p": ">= 0.5"}
)
dropped_in_evaluation_too = instead(
    "You drop in evaluation as well. With `training=False` the result is x.",
    {"    if not training:\n        return x\n": ""},
)
modes_swapped = instead(
    "You drop in evaluation and not in training. Turn the condition round.",
    {"if not training": "if training"},
)
seeded_in_the_function = instead(
    "You seed the generator in the function, so each call drops the same channels. Seed, if at all, once and outside.",
    {"    mask": "    torch.manual_seed(0)\n    mask"},
)
divided_by_zero_for_p_1 = instead(
    "Everything is right but for p = 1, where you divide 0 by 0 and get `nan`. There the result is zeros: treat it by itself.",
    {"    if p == 1:\n        return x * 0\n": ""},
)
graph_cut = instead(
    "Your values are right, but no gradient reaches x: `.detach()`, `.data`, `torch.tensor` or NumPy cut its way. Multiply x itself with the mask.",
    {"x * mask": "x.detach() * mask"},
)
changed_in_place = instead(
    "You change the input itself. Make a new tensor: `x * mask`, or work on `x.clone()`.",
    {"return x * mask / (1 - p)": "x.data *= mask / (1 - p)\n    return x"},
)
double_precision_lost = instead(
    "Your result is float32 although the input is float64. Keep the input's dtype.",
    {"x * mask": "x.float() * mask"},
)
exact_number_dropped = instead(
    "You drop an exact number of channels in each image. Each channel is drawn for itself, so the number varies.",
    {
        "torch.rand(x.shape[0], x.shape[1], 1, 1) >= p": "(torch.rand(x.shape[:2]).argsort(1) >= round(p * x.shape[1]))[:, :, None, None]"
    },
)
axes_of_the_mask_missing = instead(
    "Your mask has the shape (N, C), which does not spread over height and width: give it two more axes, as in `mask[:, :, None, None]`.",
    {"x.shape[1], 1, 1": "x.shape[1]"},
)


@misconception(
    "You return the mask of the channels. Multiply x with it, and divide by 1 - p.", other_task=True
)
def mask_returned(x, p=0.5, training=True):
    if not training:
        return x
    return (torch.rand(*x.shape[:2], 1, 1) >= p).to(x.dtype).expand(x.shape)


@misconception(
    "You return x as it is. In training, elements are dropped at random: compare random numbers with p.",
    other_task=True,
)
def input_returned(x, p=0.5, training=True):
    return x


@misconception(
    "You divide by 1 - p, and drop nothing. Draw a random number for each channel: where it is smaller than p, the result is 0.",
    other_task=True,
)
def nothing_dropped(x, p=0.5, training=True):
    return x / (1 - p) if training and p < 1 else x
