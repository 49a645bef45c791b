"""Wrong answers for `make_grid`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def library_grid(maps, columns, pad=1):
    # torchvision's, which has no more columns than maps
    from torchvision.utils import make_grid as library

    return library(maps[:, None], nrow=columns, padding=pad, pad_value=1)[0]


def square_maps(maps, columns, pad=1):
    # the height for both sides of the picture
    K, H, _ = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(rows * (H + pad) + pad, columns * (H + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (H + pad)
        grid[y : y + H, x : x + H] = maps[k, :, :H]
    return grid


def half_grey(maps, columns, pad=1):
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.full((rows * (H + pad) + pad, columns * (W + pad) + pad), 0.5, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def brightest_as_background(maps, columns, pad=1):
    # the largest value in the place of 1
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = maps.max() * torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def last_map_again(maps, columns, pad=1):
    # the last map fills the row up
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(rows * columns):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[min(k, K - 1)]
    return grid


def in_a_channel(maps, columns, pad=1):
    # (1, height, width)
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(1, rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[0, y : y + H, x : x + W] = maps[k]
    return grid


def overlapping_edges(maps, columns, pad=1):
    # maps start where the pad does
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = k // columns * (H + pad), k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def rounded_to_even(maps, columns, pad=1):
    # `round` in the place of rounding up
    K, H, W = maps.shape
    rows = max(1, round(K / columns))
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(min(K, rows * columns)):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def columns_as_rows(maps, columns, pad=1):
    # as many rows as columns are asked for
    K, H, W = maps.shape
    across = -(-K // columns)
    grid = torch.ones(columns * (H + pad) + pad, across * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // across * (H + pad), pad + k % across * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def rows_for_columns(maps, columns, pad=1):
    # as many maps in a row as there are rows
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // rows * (H + pad), pad + k % rows * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def width_before_height(maps, columns, pad=1):
    K, W, H = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def background_put_in_last(maps, columns, pad=1):
    # where the picture is 0
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.zeros(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    grid[grid == 0] = 1
    return grid


def first_map_left_out(maps, columns, pad=1):
    # counted from 1
    K, H, W = maps.shape
    rows = -(-K // columns)
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(1, K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def rows_rounded_down(maps, columns, pad=1):
    K, H, W = maps.shape
    rows = K // columns
    grid = torch.ones(rows * (H + pad) + pad, columns * (W + pad) + pad, dtype=maps.dtype)
    for k in range(K):
        y, x = pad + k // columns * (H + pad), pad + k % columns * (W + pad)
        grid[y : y + H, x : x + W] = maps[k]
    return grid


def reshaped(maps, columns, pad=1):
    # the axes are not swapped
    K, H, W = maps.shape
    rows = -(-K // columns)
    cells = maps.new_ones(rows * columns, H + pad, W + pad)
    cells[:K, pad:, pad:] = maps
    grid = cells.reshape(rows * (H + pad), columns * (W + pad))
    return torch.nn.functional.pad(grid, (0, pad, 0, pad), value=1)
