"""Wrong answers for `image_statistics`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def the_library_as_it_comes(images):
    return images.mean((0, 2, 3)), images.std((0, 2, 3))


def numbers_for_all(images):
    return images.mean(), images.std(unbiased=False)


def squares_of_the_deviation(images):
    mean = images.mean((0, 2, 3), keepdim=True)
    return mean.flatten(), ((images - mean) ** 2).mean((0, 2, 3))


def divided_by_the_images(images):
    # by N, and not by N·H·W
    mean = images.sum((0, 2, 3)) / len(images)
    return mean, images.std((0, 2, 3), correction=0)


def first_image_only(images):
    return images[0].mean((1, 2)), images[0].std((1, 2), correction=0)


def first_channel_only(images):
    return images[:, :1].mean((0, 2, 3)), images[:, :1].std((0, 2, 3), correction=0)


def median_for_mean(images):
    rows = images.transpose(0, 1).flatten(1)
    return rows.median(1).values, rows.std(1, correction=0)


def largest_and_smallest(images):
    rows = images.transpose(0, 1).flatten(1)
    return rows.mean(1), (rows.amax(1) - rows.amin(1)) / 2


def mixed_by_a_reshape(images):
    rows = images.reshape(images.shape[1], -1)
    return rows.mean(1), rows.std(1, correction=0)


def a_double_result(images):
    values = images.double()
    return values.mean((0, 2, 3)), values.std((0, 2, 3), correction=0)


def plain_arrays(images):
    return np.float32(0.5), np.float32(0.25)


def standard_error(images):
    n = images.numel() / images.shape[1]
    return images.mean((0, 2, 3)), images.std((0, 2, 3), correction=0) / n**0.5


def one_short_of_a_row(images):
    return images.mean((0, 2, 3)), images[:, :, 1:].std((0, 2, 3), correction=0)


def mean_twice(images):
    mean = images.mean((0, 2, 3))
    return mean, mean


def mean_alone(images):
    return images.mean((0, 2, 3))


def by_one_less_at_the_mean_too(images):
    n = images.numel() / images.shape[1]
    return images.sum((0, 2, 3)) / (n - 1), torch.std(images, (0, 2, 3), correction=0)


def view_of_the_pixels(images):
    # fails where rows and columns are not contiguous
    flat = images.view(images.size(0), images.size(1), -1)
    return flat.mean(dim=(0, 2)), flat.std(dim=(0, 2), correction=0)
