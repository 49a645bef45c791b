"""Wrong answers for `normalize`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def as_they_come(images, mean, std):
    return (images - mean) / std


def for_tensors_only(images, mean, std):
    return (images - mean[:, None, None]) / std[:, None, None]


def stretched_to_zero_and_one(images, mean, std):
    return (images - images.min()) / (images.max() - images.min())


def rounded(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1) for each in (mean, std))
    return ((images - mean) / std).round()


def cut_at_one(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1).to(images) for each in (mean, std))
    return ((images - mean) / std).clamp(-1, 1)


def a_large_epsilon(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1).to(images) for each in (mean, std))
    return (images - mean) / (std + 0.01)


def mean_of_the_means(images, mean, std):
    mean, std = torch.as_tensor(mean).mean(), torch.as_tensor(std).mean()
    return ((images - mean) / std).to(images.dtype)


def along_the_batch(images, mean, std):
    mean, std = (torch.as_tensor(each).to(images) for each in (mean, std))
    if mean.ndim:
        mean, std = mean.view(-1, 1, 1, 1), std.view(-1, 1, 1, 1)
    return (images - mean) / std


def single_precision(images, mean, std):
    mean, std = (torch.as_tensor(each).float().reshape(-1, 1, 1) for each in (mean, std))
    return (images.float() - mean) / std


def written_into_the_images(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1).to(images) for each in (mean, std))
    images[:] = (images - mean) / std
    return images


def minus_the_images(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1).to(images) for each in (mean, std))
    return (mean - images) / std


def first_image_alone(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1).to(images) for each in (mean, std))
    return (images[:1] - mean) / std


def back_to_pixels(images, mean, std):
    mean, std = (torch.as_tensor(each).reshape(-1, 1, 1).to(images) for each in (mean, std))
    return images * std + mean


def view_of_the_pixels(images, mean, std):
    # fails where rows and columns are not contiguous
    n, c, h, w = images.shape
    mean, std = (torch.as_tensor(each, dtype=images.dtype).reshape(-1, 1) for each in (mean, std))
    return ((images.view(n, c, h * w) - mean) / std).view(n, c, h, w)
