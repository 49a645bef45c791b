"""Reference and misconceptions of `normalize`: each channel minus its mean, over its standard deviation."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 8


def normalize(images, mean, std):
    mean = torch.as_tensor(mean, dtype=images.dtype).reshape(-1, 1, 1)
    std = torch.as_tensor(std, dtype=images.dtype).reshape(-1, 1, 1)
    return (images - mean) / std


def clue(args, kwargs, got, expected):
    """Say which line the result is of a channel's pixels, where it is one."""
    channels = (each.double().transpose(0, 1).flatten(1) for each in (args[0], got, expected))
    for image, mine, theirs in zip(*channels, strict=True):
        if torch.allclose(mine, theirs, 1e-4, 1e-4):
            continue
        apart = image - image.mean()
        a, c = (float(made @ apart / (apart @ apart)) for made in (mine, theirs))
        b, d = (float((made - slope * image).mean()) for made, slope in ((mine, a), (theirs, c)))
        if torch.allclose(mine, a * image + b, 1e-3, 1e-3):
            return f"In a channel where {c:.3g} times the pixel {d:+.3g} is right, you return {a:.3g} times the pixel {b:+.3g}: (x − mean) / std is x / std − mean / std."
        return "Your result is not one line for all pixels of a channel. Take the channel's mean away, divide by its standard deviation, and do nothing else: no clipping, no other scale."
    return ""


reference = normalize
instead = changes_of(normalize)
MEAN, STD = (f"torch.as_tensor({name}, dtype=images.dtype).reshape(-1, 1, 1)" for name in ("mean", "std"))

divided_first = instead(
    "You divide before you take the mean away. First the mean, then the division: (images − mean) / std.",
    {"(images - mean) / std": "images / std - mean"},
)
brackets_forgotten = instead(
    "You divide the mean alone: `images - mean / std` without brackets. Write `(images - mean) / std`.",
    {"(images - mean) / std": "images - mean / std"},
)
mean_added = instead("You add the mean. Take it away: then the values lie around zero.", {"- mean": "+ mean"})
multiplied_by_std = instead("You multiply by the standard deviation. Divide by it.", {"/ std": "* std"})
mean_alone = instead(
    "You take the mean away and leave it at that. Divide by the standard deviation as well.", {" / std": ""}
)
std_alone = instead(
    "You divide by the standard deviation and leave the mean in. Take it away first.",
    {"(images - mean)": "images"},
)
divided_by_the_variance = instead(
    "You divide by the variance, the square of the standard deviation. Divide by the deviation itself.",
    {"/ std": "/ std**2"},
)
root_of_std = instead(
    "You take the square root of the standard deviation. It is one already: divide by it as it is.",
    {"/ std": "/ std.sqrt()"},
)
mean_and_std_swapped = instead(
    "You take the standard deviation away and divide by the mean. It is the other way round.",
    {"(images - mean) / std": "(images - std) / mean"},
)
lies_along_the_columns = instead(
    "You subtract mean and std as they come: a tensor (C,) lies along the last axis, the columns. Give it the channels' place first: `mean.view(-1, 1, 1)`.",
    {MEAN: "torch.as_tensor(mean)", STD: "torch.as_tensor(std)"},
)
lies_along_the_rows = instead(
    "You put the channels' numbers along the rows: shape (C, 1) meets the axis H. They need two axes behind them: `mean.view(-1, 1, 1)`.",
    {MEAN: MEAN.replace("-1, 1, 1", "-1, 1"), STD: STD.replace("-1, 1, 1", "-1, 1")},
)
lies_along_the_batch = instead(
    "You put the channels' numbers along the batch, and the channels come second. Write `mean.view(1, -1, 1, 1)`.",
    {MEAN: MEAN.replace("-1, 1, 1", "-1, 1, 1, 1"), STD: STD.replace("-1, 1, 1", "-1, 1, 1, 1")},
)
one_mean_for_all_channels = instead(
    "You average the channels' figures and use one mean and one std for all. Each channel has its own.",
    {"(images - mean) / std": "(images - mean.mean()) / std.mean()"},
)
first_channels_figures_for_all = instead(
    "You use the first channel's mean and std for all channels. Each channel has its own.",
    {"(images - mean) / std": "(images - mean[:1]) / std[:1]"},
)
own_figures_of_the_images = instead(
    "You work mean and std out from the images themselves. Use those that are handed in: test images are normalised by the training images' figures.",
    {"(images - mean)": "(images - images.mean((0, 2, 3), keepdim=True))", "/ std": "/ images.std((0, 2, 3), correction=0, keepdim=True)"},
)  # fmt: skip
images_changed_in_place = instead(
    "Your values are right, but you change the images that were handed in. Make a new tensor: `images - mean`, not `images -= mean`.",
    {"return (images - mean) / std": "images -= mean\n    images /= std\n    return images"},
)
numbers_refused = instead(
    "You call tensor methods on `mean` and `std`, and they may be plain numbers, such as 0.1307. Turn them into tensors first: `torch.as_tensor(mean)`.",
    {MEAN: "mean.view(1, -1, 1, 1)", STD: "std.view(1, -1, 1, 1)"},
)
numbers_indexed = instead(
    "You index `mean` and `std`, and they may be plain numbers, such as 0.1307. Turn them into tensors first: `torch.as_tensor(mean)`.",
    {MEAN: "mean[:, None, None]", STD: "std[:, None, None]"},
)
tensors_refused = instead(
    "You count on plain numbers: `mean` and `std` may be tensors with one value a channel, too.",
    {MEAN: "float(mean)", STD: "float(std)"},
)
halves_for_mean_and_std = instead(
    "You shift to −1 … 1 by 0.5 and 0.5. Use the mean and std that are handed in.",
    {MEAN: "0.5", STD: "0.5"},
    other_task=True,
)
figures_of_mnist = instead(
    "You use MNIST's 0.1307 and 0.3081, whatever is handed in. Use `mean` and `std`.",
    {MEAN: "0.1307", STD: "0.3081"},
    other_task=True,
)
nothing_changed = instead(
    "You return the images unchanged: an operator makes a new tensor, so keep its result.",
    {"(images - mean) / std": "images.clone()"},
    other_task=True,
)
