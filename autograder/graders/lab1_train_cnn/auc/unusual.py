"""Hold unusual right answers for `auc`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import numpy as np
import torch


def step_by_step(x, y):
    # plain Python numbers
    area, points = 0.0, list(zip(x.tolist(), y.tolist(), strict=True))
    for i in range(len(points) - 1):
        (x0, y0), (x1, y1) = points[i], points[i + 1]
        area += min(y0, y1) * (x1 - x0) + abs(y1 - y0) * (x1 - x0) / 2
    return area


def mean_of_both_rectangles(x, y):
    # left and right rectangles, averaged; a 0-d tensor
    widths = torch.diff(x)
    return (torch.dot(widths, y[:-1]) + torch.dot(widths, y[1:])) / 2


def weights_of_the_points(x, y):
    # each height has half the width of its two neighbours
    x = x.double()
    weights = torch.zeros_like(x)
    weights[:-1] += (x[1:] - x[:-1]) / 2
    weights[1:] += (x[1:] - x[:-1]) / 2
    return (weights * y.double()).sum().item()


def numpy_number(x, y):
    # a NumPy number
    a, b = x.detach().numpy(), y.detach().numpy()
    return np.sum(np.diff(a) * (b[1:] + b[:-1])) * 0.5


def shoelace_formula(x, y):
    # the area of the polygon down to the axis
    x = torch.cat([x, x[-1:], x[:1]]).double()
    y = torch.cat([y, torch.zeros(2, dtype=y.dtype)]).double()
    return float((y * x.roll(-1) - x * y.roll(-1)).sum()) / 2


def divide_and_conquer(x, y):
    # halves the curve until one trapezoid is left; prints the points
    def area(low, high):
        if high - low == 1:
            return (x[high] - x[low]).item() * (y[low] + y[high]).item() / 2
        middle = (low + high) // 2
        return area(low, middle) + area(middle, high)

    print(len(x), "points")
    return area(0, len(x) - 1)


def windows_of_two(x, y):
    # pairs of neighbours by `unfold`
    widths = x.unfold(0, 2, 1) @ torch.tensor([-1.0, 1.0], dtype=x.dtype)
    return float(torch.einsum("i,i->", widths, y.unfold(0, 2, 1).mean(dim=1)))


def tensor_without_dimensions(x, y):
    # a 0-d tensor
    import torch

    return torch.dot(x.diff(), (y[1:] + y[:-1]) * 0.5)


def polygon_between_curve_and_axis(x, y):
    # Gauss's area formula: the curve, and back along the axis; `abs` makes the way round it no matter
    xs = torch.cat([x.double(), x[[-1, 0]].double()])
    ys = torch.cat([y.double(), torch.zeros(2, dtype=torch.float64)])
    return abs(float((xs * ys.roll(-1) - xs.roll(-1) * ys).sum())) / 2


def size_of_numpy_s_sum(x, y):
    # nothing is below the axis, so a sign cannot be wrong
    return abs(np.dot(np.diff(np.asarray(x)), (np.asarray(y)[:-1] + np.asarray(y)[1:]) / 2).item())
