"""Wrong answers for `channel_dropout`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F


def by_the_library(x, p=0.5, training=True):
    return F.dropout2d(x, p, training)


def columns_dropped(x, p=0.5, training=True):
    if not training:
        return x
    return x * (torch.rand(x.shape[0], 1, 1, x.shape[3]) >= p) / (1 - p) if p < 1 else x * 0


def own_dropout_on_the_elements(x, p=0.5, training=True):
    return dropout(x, p, training)  # noqa: F821


def mask_of_the_channels_alone(x, p=0.5, training=True):
    if not training:
        return x
    keep = torch.rand(x.size(1)) >= p
    return x * keep.view(1, -1, 1, 1) / (1 - p) if p < 1 else x * 0


def zeroed_in_the_input(x, p=0.5, training=True):
    if not training:
        return x
    x[torch.rand(x.shape[:2]) < p] = 0
    return x / (1 - p) if p < 1 else x


def scaled_in_evaluation(x, p=0.5, training=True):
    keep = torch.rand(x.shape[0], x.shape[1], 1, 1) >= p
    return x * keep if training else x * (1 - p)


def every_second_channel(x, p=0.5, training=True):
    if not training:
        return x
    keep = (torch.arange(x.shape[1]) % 2).view(1, -1, 1, 1)
    return x * keep / (1 - p) if p < 1 else x * 0


def one_draw(x, p=0.5, training=True):
    if not training or p == 0:
        return x
    return x / (1 - p) if torch.rand(1) >= p else x * 0


def kept_channels_only(x, p=0.5, training=True):
    return x[torch.rand(x.shape[:2]) >= p] / (1 - p) if training else x


def nothing_kept_for_p_1(x, p=0.5, training=True):
    # in evaluation as well
    keep = torch.rand(x.shape[0], x.shape[1], 1, 1) >= (p if training or p == 1 else 0)
    return x * keep / (1 - p) if training and p < 1 else x * keep


def normal_numbers(x, p=0.5, training=True):
    if not training:
        return x
    keep = torch.randn(x.shape[:2]) > p
    return x * keep[:, :, None, None] / (1 - p) if p < 1 else x * 0
