"""Reference and misconceptions of `pca`: projections, orthonormal components by falling variance, and the share that each explains."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.library import TAKEN  # noqa: F401
from autograder.grading.clues import clue as plain_clue
from autograder.grading.compare import difference

LEAST_MISCONCEPTIONS = 15
RESULTS = ("projection", "components", "explained shares")


def reference(x, k):
    centred = x.double() - x.double().mean(dim=0)
    _, s, vh = torch.linalg.svd(centred, full_matrices=False)
    explained = s[:k] ** 2 / (s**2).sum()
    return tuple(each.to(x.dtype) for each in (centred @ vh[:k].T, vh[:k], explained))


def scale(x, k):
    """Return sizes that forgive what float32 loses on the way over a covariance matrix, whose values are squares."""
    return 20 * x.abs().max(), torch.tensor(20.0), torch.tensor(2.0)


def direction(features):
    """Return (features,) numbers. A component's sign is free: the one with which it points this way stands for both."""
    return torch.cos(torch.arange(1.0, features + 1, dtype=torch.float64))


def normalise(value):
    """Return the three results with each component turned so that it points along `direction`, its projection with it."""
    projected, components, explained = value
    along = components.double() @ direction(components.shape[1])
    sign = (1 - 2 * (along < 0).long()).to(components.dtype)
    return projected * sign, components * sign[:, None], explained


def clue(args, kwargs, got, expected):
    """Say what is wrong of the first result that is; signs are free."""
    mine, theirs = normalise(got), normalise(expected)
    if (said := plain_clue(mine, theirs)).startswith("You round"):
        return said
    _, components, shares = mine
    if not torch.allclose(components @ components.T, torch.eye(len(components)).to(components), atol=1e-2):
        return "Your components are not orthonormal: `components @ components.T` must be the identity matrix. Take the first k rows of Vh as `torch.linalg.svd` of the centred data gives them, or columns of `eigh`."
    x = args[0].double() - args[0].double().mean(dim=0)
    values, vectors = torch.linalg.eigh(x.T @ x)  # rising
    if difference(components, theirs[1], torch.tensor(20.0)):
        if torch.allclose(components, theirs[1], 1e-2, 1e-2):
            return "Your components are nearly right, not quite: does an iteration end too early? `torch.linalg.svd` and `eigh` give them at once."
        if said := _of_directions(components.double(), x, values, vectors):
            return said
    if difference(shares, theirs[2], torch.tensor(2.0)):
        rising = (theirs[2].double().flip(0), values[: len(shares)] / values.sum())
        if any(torch.allclose(shares.double(), each, 1e-3, 1e-4) for each in rising):
            return "Your components are right, and your shares rise, as `eigh` gives its values. Turn them round, as its columns."
        return "Your components are right. The variance along one is its singular value squared: divide it by the sum over all of them, not only the first k."
    return "Your components are right. The projection is the centred data times them: `(x - x.mean(dim=0)) @ components.T`."


def _of_directions(components, x, values, vectors):
    """Say which orthonormal directions these are, of centred data with these variances, which rise, along these columns; "" of right ones."""
    k, slack = len(components), {"rtol": 1e-3, "atol": 1e-4 * float(values[-1])}
    along = (x @ components.T).square().sum(dim=0)
    if torch.allclose(along, values.flip(0)[:k], **slack):
        return ""
    if torch.allclose(along.sort().values, values[-k:], **slack):
        return "You have the right components in another order. Sort them by falling variance: `eigh` gives rising ones, so turn both its results round."
    if torch.allclose(along.sort().values, values[:k], **slack):
        return "Your components are the directions in which the data varies least: `eigh` gives rising variances. Take its last k columns, the last one first: `vectors.flip(1)[:, :k].T`."
    some = values > 1e-6 * values[-1]  # the others have no direction of their own
    for kept, basis in ((some, vectors), (some.flip(0), vectors.flip(1))):
        if torch.allclose(components[:, kept].abs(), basis[:k, kept].abs(), 1e-2, 1e-2):
            return "You take rows of a matrix whose columns are the components, as `eigh` gives them, or V: `vectors[:, …].T`. (`svd` gives V transposed, and there they are rows.)"
    return "Your components are orthonormal, but not the directions of largest variance. Do you take each column's mean away first, and nothing else, and then the first k rows of Vh, or the last k columns of `eigh`, turned round?"


def pca(x, k):
    centred = x - x.mean(dim=0)
    _, s, vh = torch.linalg.svd(centred, full_matrices=False)
    components = vh[:k]
    variance = s**2
    return centred @ components.T, components, variance[:k] / variance.sum()


instead = changes_of(pca)

mean_left_in = instead(
    "You never take the mean away, so the first direction points to where the data lies. Take each column's mean from it first.",
    {"x - x.mean(dim=0)": "x"},
)
projected_without_centring = instead(
    "You project the data as it came. Project the centred data: the mean of each projected column is 0.",
    {"return centred @": "return x @"},
)
one_mean_for_all = instead(
    "You take one mean, of all values, away. Each feature has its own: `x.mean(dim=0)`.",
    {"mean(dim=0)": "mean()"},
)
mean_of_each_sample = instead(
    "You take each sample's own mean away. Take that of each feature: over the samples, `x.mean(dim=0)`.",
    {"mean(dim=0)": "mean(dim=1, keepdim=True)"},
)
standardised = instead(
    "You divide each feature by its standard deviation. Only centre: which features vary most is what PCA looks for.",
    {"x - x.mean(dim=0)": "(x - x.mean(dim=0)) / x.std(dim=0)"},
)
share_of_those_kept = instead(
    "You divide by the variance of the k components that you keep. Divide by the whole variance, that of all components.",
    {"variance.sum()": "variance[:k].sum()"},
)
singular_values_not_squared = instead(
    "You take shares of the singular values. A variance is a singular value squared.", {"s**2": "s"}
)
variances_themselves = instead(
    "You return the variances. Divide them by the whole variance, so that all shares add up to 1.",
    {"variance[:k] / variance.sum()": "variance[:k] / (len(x) - 1)"},
)
squares_themselves = instead(
    "You return squared singular values. Divide them by their sum, that of all of them.",
    {" / variance.sum()": ""},
)
singular_values_themselves = instead(
    "You return singular values. Square them, and divide by the sum of all squares.",
    {"variance[:k] / variance.sum()": "s[:k]"},
)
percentages = instead(
    "You return percentages. Return shares between 0 and 1.", {"variance[:k] /": "100 * variance[:k] /"}
)
shares_added_up = instead(
    "You add the shares up, each with those before. Return what each component explains by itself.",
    {"variance[:k] / variance.sum()": "torch.cumsum(variance[:k] / variance.sum(), dim=0)"},
)
one_share_for_all = instead(
    "You return one share, of all components together. Return one for each.",
    {"variance[:k] / variance.sum()": "variance[:k].sum() / variance.sum()"},
)
smallest_variances = instead(
    "You take the directions in which the data varies least: `eigh` gives rising values. Turn them round: the largest comes first.",
    {"components = vh[:k]": "s, vh = s.flip(0), vh.flip(0)\n    components = vh[:k]"},
)
rising_order = instead(
    "You have the right components, the last one first. Sort them by falling variance.",
    {"components = vh[:k]": "components = vh[:k].flip(0)", "variance[:k] / variance.sum()": "variance[:k].flip(0) / variance.sum()"},
)  # fmt: skip
columns_of_vh = instead(
    "You take columns of Vh, or rows of U. `torch.linalg.svd` returns U, S and V transposed, and the components are rows of that last one: `Vh[:k]`.",
    {"vh[:k]": "vh[:, :k].T"},
)
components_as_columns = instead(
    "You return the components as columns. Return them as rows, (k, D).",
    {"components, var": "components.T, var"},
)
projection_transposed = instead(
    "Your projection has components as rows. Each row is a sample: (N, k), `centred @ components.T`.",
    {"centred @ components.T": "components @ centred.T"},
)
left_vectors_returned = instead(
    "You return columns of U as the projection: all have length 1. Multiply each by its singular value, or project the centred data.",
    {"_, s, vh": "u, s, vh", "centred @ components.T": "u[:, :k]"},
)
whitened = instead(
    "You divide each projection by its standard deviation. Leave it as long as it is: that is how far the samples lie apart.",
    {"centred @ components.T": "centred @ components.T / s[:k] * (len(x) - 1) ** 0.5"},
)
data_rebuilt = instead(
    "You go back to D features. The projection is what comes before: N rows of k numbers, `centred @ components.T`.",
    {"return centred @ components.T": "return centred @ components.T @ components + x.mean(dim=0)"},
)
all_components = instead(
    "You return all components. Keep the first k, of all three results.",
    {"vh[:k]": "vh", "variance[:k]": "variance"},
)
samples_and_features_swapped = instead(
    "You decompose the transposed data, whose components have one number a sample. Rows are samples: hand the centred data over as it is.",
    {"svd(centred,": "svd(centred.T,"},
)
components_first = instead(
    "You return the components first. The order is projection, components, shares.",
    {"centred @ components.T, components,": "components, centred @ components.T,"},
)
data_centred_in_place = instead(
    "Your values are right, but you centre the data that was handed in. Make a new tensor: `x - mean`, not `x -= mean`.",
    {"centred = x - x.mean(dim=0)": "x -= x.mean(dim=0)\n    centred = x"},
)
