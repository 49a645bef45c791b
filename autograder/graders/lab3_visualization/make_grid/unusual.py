"""Unusual right answers for `make_grid`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
import torch.nn.functional as F


def filled_up_and_reshaped(maps, columns, pad=1):
    k, h, w = maps.shape
    rows = math.ceil(k / columns)
    maps = torch.cat([maps, maps.new_ones(rows * columns - k, h, w)])
    maps = F.pad(maps, (pad, 0, pad, 0), value=1)
    whole = maps.reshape(rows, columns, h + pad, w + pad).permute(0, 2, 1, 3)
    return F.pad(whole.reshape(rows * (h + pad), columns * (w + pad)), (0, pad, 0, pad), value=1)


def strips(maps, columns, pad=1):
    # rows of maps put together, with strips of ones between
    h, w = maps.shape[1:]
    upright, maps = maps.new_ones(h, pad), list(maps)
    while len(maps) % columns:
        maps.append(maps[0].new_ones(h, w))
    lines = []
    for start in range(0, len(maps), columns):
        parts = [upright]
        for each in maps[start : start + columns]:
            parts += [each, upright]
        lines.append(torch.cat(parts, dim=1))
    flat = lines[0].new_ones(pad, lines[0].shape[1])
    return torch.cat([flat, *(each for line in lines for each in (line, flat))])


def by_numpy(maps, columns, pad=1):
    x = maps.numpy()
    k, h, w = x.shape
    rows = -(-k // columns)
    out = np.ones((rows * (h + pad) + pad, columns * (w + pad) + pad), dtype=x.dtype)
    for index, each in enumerate(x):
        r, c = divmod(index, columns)
        out[r * (h + pad) + pad :, c * (w + pad) + pad :][:h, :w] = each
    return torch.from_numpy(out)


def pixel_by_pixel(maps, columns, pad=1):
    k, h, w = maps.shape
    rows = (k - 1) // columns + 1
    out = torch.full((rows * (h + pad) + pad, columns * (w + pad) + pad), 1.0, dtype=maps.dtype)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            (r, i), (c, j) = divmod(y - pad, h + pad), divmod(x - pad, w + pad)
            if r >= 0 and c >= 0 and i < h and j < w and r * columns + c < k:
                out[y, x] = maps[r * columns + c, i, j]
    return out


def running_corner(maps, columns, pad=1):
    # the corner moves on, and back at the end of a row
    count, height, width = maps.size()
    lines = count // columns + (count % columns > 0)
    canvas = torch.zeros((lines * (height + pad) + pad, columns * (width + pad) + pad)).to(maps) + 1
    y = x = pad
    for number, each in enumerate(maps, start=1):
        canvas[y : y + height, x : x + width].copy_(each)
        x += width + pad
        if number % columns == 0:
            x, y = pad, y + height + pad
    return canvas


def folded(maps, columns, pad=1):
    # F.fold puts tiles without a pad between; what is left over is made ones beforehand
    k, h, w = maps.shape
    rows = (k + columns - 1) // columns
    tiles = torch.ones(rows * columns, h + pad, w + pad, dtype=maps.dtype)
    tiles[:k, pad:, pad:] = maps
    size = (rows * (h + pad), columns * (w + pad))
    whole = F.fold(tiles.flatten(1).T[None], size, (h + pad, w + pad), stride=(h + pad, w + pad))[0, 0]
    out = torch.ones(size[0] + pad, size[1] + pad, dtype=maps.dtype)
    out[: size[0], : size[1]] = whole
    return out
