"""Reference and misconceptions of `channel_dropout`: a whole channel of an image is zero with probability p, else divided by 1 − p."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.usual_drops import TAKEN, usual  # noqa: F401  (items under the from-scratch rule have `TAKEN`)

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
globals().update(usual(instead, "channel", "torch.rand(x.shape[0], x.shape[1], 1, 1)"))

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
rows_dropped = instead(
    "You drop rows of the images. Draw one number for each channel, of shape (N, C, 1, 1).",
    {"x.shape[0], x.shape[1], 1, 1": "1, 1, x.shape[2], 1"},
)
pixels_dropped_in_all_channels = instead(
    "You drop pixels, in all channels together. Draw one number for each channel, of shape (N, C, 1, 1).",
    {"x.shape[0], x.shape[1], 1, 1": "x.shape[0], 1, *x.shape[2:]"},
)
exact_number_dropped = instead(
    "You drop an exact number of channels in each image. Each channel is drawn for itself, so the number varies.",
    {"x.shape[1], 1, 1) >= p": "x.shape[1], 1, 1).argsort(1) >= round(p * x.shape[1])"},
)
axes_of_the_mask_missing = instead(
    "Your mask has the shape (N, C), which does not spread over height and width: give it two more axes, as in `mask[:, :, None, None]`.",
    {"x.shape[1], 1, 1": "x.shape[1]"},
)
