"""Unusual right answers for `image_statistics`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch


def of_the_squares(images):
    mean = images.mean((0, 2, 3))
    return mean, ((images**2).mean((0, 2, 3)) - mean**2).sqrt()


def one_call(images):
    var, mean = torch.var_mean(images, [0, 2, 3], correction=0)
    return mean, var**0.5


def channels_as_rows(images):
    rows = images.transpose(0, 1).flatten(1)
    return rows.mean(1), rows.std(1, unbiased=False)


def by_numpy(images):
    values = images.numpy()
    mean, std = np.mean(values, axis=(0, 2, 3)), np.std(values, axis=(0, 2, 3))
    return torch.from_numpy(mean), torch.from_numpy(std)


def channel_by_channel(images):
    means, stds = [], []
    for c in range(images.shape[1]):
        values = [v for image in images for v in image[c].reshape(-1).tolist()]
        mean = sum(values) / len(values)
        means.append(mean)
        stds.append(math.sqrt(sum((v - mean) ** 2 for v in values) / len(values)))
    return torch.tensor(means, dtype=images.dtype), torch.tensor(stds, dtype=images.dtype)


def image_by_image_as_they_come(images):
    # Welford's way, as for a data set that is larger than the memory
    n, c = 0, images.shape[1]
    mean, apart = torch.zeros(c, dtype=torch.float64), torch.zeros(c, dtype=torch.float64)
    for image in images.double():
        for pixel in image.flatten(1).t():
            n += 1
            step = pixel - mean
            mean = mean + step / n
            apart = apart + step * (pixel - mean)
    return [mean.to(images.dtype), (apart / n).sqrt().to(images.dtype)]


def corrected_afterwards(images):
    n = images.numel() / images.size(1)
    return images.mean(3).mean(2).mean(0), images.std((0, 2, 3)) * ((n - 1) / n) ** 0.5


def through_a_distance(images):
    rows = torch.stack(images.unbind(1)).reshape(images.shape[1], -1)
    mean = torch.einsum("cn->c", rows) / rows.shape[1]
    return mean, torch.linalg.vector_norm(rows - mean[:, None], dim=1) / rows.shape[1] ** 0.5
