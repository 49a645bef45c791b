"""Reference and misconceptions of `dropout`: each element is zero with probability p, else divided by 1 − p."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.usual_drops import TAKEN, usual  # noqa: F401  (items under the from-scratch rule have `TAKEN`)

LEAST_MISCONCEPTIONS = 15


def dropout(x, p=0.5, training=True):
    if not training:
        return x
    if p == 1:
        return x * 0
    mask = torch.rand(x.shape) >= p
    return x * mask / (1 - p)


reference = dropout
instead = changes_of(dropout)
globals().update(usual(instead, "element", "torch.rand(x.shape)"))

multiplied_by_p = instead(
    "You multiply what is kept by p. Divide it by 1 - p, the share that is kept.", {"/ (1 - p)": "* p"}
)
random_factors = instead(
    "You multiply each element with a random number. Compare the random numbers with p: what is kept is kept whole, what is dropped is 0.",
    {"torch.rand(x.shape) >= p": "torch.rand(x.shape)"},
)
scaled_in_evaluation = instead(
    "You multiply by 1 - p in evaluation. What is kept was divided by 1 - p in training already, so that evaluation has nothing to do: it returns x.",
    {"return x\n    if p": "return x * (1 - p)\n    if p"},
)
scaled_in_evaluation_instead = instead(
    "You scale in evaluation in place of training, as dropout was first written. Here the kept elements are divided by 1 - p in training, and evaluation returns x.",
    {"return x\n    if p": "return x * (1 - p)\n    if p", " / (1 - p)": ""},
)
one_mask_for_all_rows = instead(
    "You draw one mask, and use it for all rows. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(x.shape[-1])"},
)
one_mask_for_all_samples = instead(
    "You draw one mask for one sample, and use it for all samples of the batch. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(x.shape[1:])"},
)
whole_rows_dropped = instead(
    "You drop or keep a whole row. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(x.shape[:-1]).unsqueeze(-1)"},
)
whole_samples_dropped = instead(
    "You drop or keep a whole sample of the batch. Each element is drawn by itself: `torch.rand(x.shape)`.",
    {"rand(x.shape)": "rand(len(x), *[1] * (x.dim() - 1))"},
)
exact_number_dropped = instead(
    "You drop an exact number of elements, a share p of a shuffled list. Each element is drawn for itself, so the number varies from call to call.",
    {"torch.rand(x.shape) >= p": "(torch.randperm(x.numel()) >= round(p * x.numel())).reshape(x.shape)"},
)
smallest_dropped = instead(
    "You drop the smallest values. Chance decides, and not the value: compare random numbers with p.",
    {"torch.rand(x.shape) >= p": "x.abs() >= x.abs().quantile(p)"},
)
first_ones_dropped = instead(
    "You drop the first elements, the same share in each call. Chance decides, and not the place: compare random numbers with p.",
    {"torch.rand(x.shape) >= p": "(torch.arange(x.numel()) >= p * x.numel()).reshape(x.shape)"},
)
double_precision_made = instead(
    "Your result is float64 although the input is float32: a mask of float64, as NumPy draws them, does that. Use a mask of True and False, or turn it into x's dtype.",
    {"* mask": "* mask.double()"},
)
mask_in_an_if = instead(
    "An `if` cannot ask a whole tensor. Multiply with the mask, or choose by `torch.where`: each element decides for itself.",
    {"return x * mask / (1 - p)": "return x / (1 - p) if mask else x * 0"},
)
two_axes_only = instead(
    "You draw for two axes only, and a tensor may have any number. `torch.rand(x.shape)` has as many as x.",
    {"rand(x.shape)": "rand(x.shape[0], x.shape[1])"},
)
