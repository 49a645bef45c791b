"""Reference and misconceptions of `image_statistics`: each channel's mean and standard deviation."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 8
RESULTS = ("mean", "standard deviation")


def reference(images):
    std, mean = torch.std_mean(images.double(), dim=(0, 2, 3), correction=0)
    return mean.to(images.dtype), std.to(images.dtype)


def normalise(value):
    """Return a tuple of both, also where they come as a list or stacked in one tensor."""
    if isinstance(value, torch.Tensor) and value.ndim == 2 and len(value) == 2:
        return tuple(value)
    return tuple(value) if isinstance(value, list) else value


def clue(args, kwargs, got, expected):
    """Say what the first wrong one of the two is made of."""
    n = args[0].numel() // args[0].shape[1]
    if not torch.allclose(got[0].double(), expected[0].double(), 1e-4, 1e-6):
        return f"A channel has {n} values here, those of all images, rows and columns: its mean is their sum divided by {n}."
    if not bool((got[1].double() > 0).all()):
        return "Your standard deviation is 0 or negative somewhere, or no number: it is the root of a mean of squares."
    return f"Your means are right. For the standard deviation take its channel's mean from each of the {n} values, square, average over the {n}, and take the root."


def image_statistics(images):
    mean = images.mean(dim=(0, 2, 3))
    std = images.std(dim=(0, 2, 3), correction=0)
    return mean, std


def by_hand(images):
    mean = images.mean(dim=(0, 2, 3))
    apart = images - mean.view(1, -1, 1, 1)
    std = (apart**2).mean(dim=(0, 2, 3)).sqrt()
    return mean, std


instead = changes_of(image_statistics)
instead_by_hand = changes_of(by_hand)

count_minus_one = instead(
    "Your standard deviation divides by the count − 1, as PyTorch's does by itself. Divide by the count: `correction=0` (once called `unbiased=False`).",
    {", correction=0": ""},
)
variance_returned = instead_by_hand(
    "You return the variance. The standard deviation is its square root.", {".sqrt()": ""}
)
deviations_never_squared = instead_by_hand(
    "You average the distances from the mean. For the standard deviation they are squared, averaged, and then comes the square root.",
    {"(apart**2).mean(dim=(0, 2, 3)).sqrt()": "apart.abs().mean(dim=(0, 2, 3))"},
)
mean_never_taken_away = instead_by_hand(
    "You take the root of the mean square, without taking the mean away first.", {"(apart**2)": "(images**2)"}
)
all_channels_together = instead(
    "You average over all channels together. Each channel has its own mean and standard deviation: leave axis 1 out, `dim=(0, 2, 3)`.",
    {"images.mean(dim=(0, 2, 3))": "images.mean()", "dim=(0, 2, 3), correction": "correction"},
)
every_pixel_by_itself = instead(
    "You average over the images only, so each pixel has its own result. Average over rows and columns as well: `dim=(0, 2, 3)`.",
    {"mean(dim=(0, 2, 3))": "mean(dim=0)", "std(dim=(0, 2, 3)": "std(dim=0"},
)
each_image_by_itself = instead(
    "You leave the images apart, so each has its own result. Average over the batch as well: `dim=(0, 2, 3)`.",
    {"mean(dim=(0, 2, 3))": "mean(dim=(2, 3))", "std(dim=(0, 2, 3)": "std(dim=(2, 3)"},
)
last_axis_taken_for_the_channels = instead(
    "You keep the last axis, as if the channels stood there. In PyTorch they come second, (N, C, H, W): `dim=(0, 2, 3)`.",
    {"mean(dim=(0, 2, 3))": "mean(dim=(0, 1, 2))", "std(dim=(0, 2, 3)": "std(dim=(0, 1, 2)"},
)
channels_averaged_too = instead(
    "You keep the first axis, the images, and average over the channels. Keep axis 1 instead: `dim=(0, 2, 3)`.",
    {"mean(dim=(0, 2, 3))": "mean(dim=(1, 2, 3))", "std(dim=(0, 2, 3)": "std(dim=(1, 2, 3)"},
)
axes_kept = instead(
    "You keep axes of length 1, so the results have four axes. Leave `keepdim` out: two tensors of shape (C,).",
    {
        "mean(dim=(0, 2, 3))": "mean(dim=(0, 2, 3), keepdim=True)",
        "correction=0": "correction=0, keepdim=True",
    },
)
mean_of_each_images_deviation = instead(
    "You average the standard deviations of the images. How far the images' own means lie apart is lost: take it over all of them at once.",
    {"std(dim=(0, 2, 3), correction=0)": "std(dim=(2, 3), correction=0).mean(0)"},
)
first_image_only = instead(
    "You look at the first image only. Mean and standard deviation are those of all images.",
    {"mean = images.mean": "images = images[:1]\n    mean = images.mean"},
)
channels_mixed_by_a_reshape = instead(
    "You reshape to one row a channel while the images come first, so each row mixes channels. Swap the axes before: `images.transpose(0, 1).flatten(1)`, or average with `dim=(0, 2, 3)`.",
    {"images.mean(dim=(0, 2, 3))": "images.reshape(images.shape[1], -1).mean(1)", "images.std(dim=(0, 2, 3)": "images.reshape(images.shape[1], -1).std(dim=1"},
)  # fmt: skip
divided_by_the_root_of_the_count = instead(
    "You divide the standard deviation by the root of the count, which tells how sure the mean is. How far pixels lie apart is the standard deviation itself.",
    {"correction=0)": "correction=0) / (images.numel() / images.shape[1]) ** 0.5"},
)
variance_taken_for_the_mean = instead(
    "`torch.var_mean` gives the variance first and the mean second: write `var, mean = …`, and take the root of the variance.",
    {
        "mean = images.mean(dim=(0, 2, 3))\n    std = images.std(": "mean, std = torch.var_mean(images, ",
        "return mean, std": "return mean, std.sqrt()",
    },
)
standard_deviation_first = instead(
    "You return the standard deviation first. The mean comes first.", {"return mean, std": "return std, mean"}
)
divided_by_255 = instead(
    "You divide the images by 255. They come ready for use, with values from 0 to 1.",
    {"mean = images.mean": "images = images / 255\n    mean = images.mean"},
)
images_changed_in_place = instead_by_hand(
    "Your values are right, but you take the mean away from the images that were handed in. Make a new tensor: `images - mean`, not `images -= mean`.",
    {"apart = images - mean.view(1, -1, 1, 1)": "apart = images.sub_(mean.view(1, -1, 1, 1))"},
)
mean_lies_along_the_columns = instead_by_hand(
    "You subtract the means as they are: a tensor (C,) lies along the last axis, the columns. Give it the channels' place first: `mean.view(1, -1, 1, 1)`.",
    {"mean.view(1, -1, 1, 1)": "mean"},
)
figures_of_mnist = instead(
    "You return MNIST's own figures, whatever the images are. Work them out.",
    {"return mean, std": "return torch.tensor([0.1307]), torch.tensor([0.3081])"},
    other_task=True,
)
