"""Reference and misconceptions of `cosine_similarity`: the cosine of the angle between each row of one matrix and each of another."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.library import TAKEN  # noqa: F401
from autograder.grading.clues import clue as plain_clue
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8


def reference(a, b):
    rows = [torch.nn.functional.normalize(each.double(), dim=1, eps=1e-300) for each in (a, b)]
    return (rows[0] @ rows[1].T).to(a.dtype)


def scale(a, b):
    """Return the size of what is added up: cosines of products that cancel out are 0 by rounding only."""
    return torch.tensor(5.0)


def clue(args, kwargs, got, expected):
    """Say in which way the values are no cosines."""
    if (said := plain_clue(got, expected)).startswith("You round"):
        return said
    a, b = (each.double() for each in args)
    wrong = ~((got - expected).abs() <= 1e-4 * expected.abs() + 5e-5)  # NaN as well
    some = a.any(1)[:, None] & b.any(1)
    if not bool(wrong[some].any()):
        return "Only the cosines with rows of zeros are wrong: such a row has no direction, and its cosine is 0 here. Keep the length that you divide by above 0, `length.clamp(min=1e-12)`."
    lengths, zeros = a.norm(dim=1)[:, None] * b.norm(dim=1), some & (got == 0)
    if torch.equal(wrong & some, zeros) and bool((lengths[zeros].max() > lengths[some & ~zeros]).any()):
        return "Some of your cosines are 0 that are not: only a row in which every number is 0 has no direction. One with a single 0, or whose numbers add up to 0, has one."
    rows, columns = (each.norm(dim=1).argsort()[(each == 0).all(1).sum() :] for each in (a, b))
    share = (got / expected)[rows][:, columns]
    rises = all(bool((share.diff(dim=axis) > -1e-3).all()) for axis in (0, 1))
    if rises and bool(((share > -1e-3) & (share < 1.001)).all()) and float(share.max() - share.min()) > 1e-3:
        return "Some of your cosines are too close to 0, those of the shortest rows most. However short a row is, it has a direction. What is added to a length, what stands in the place of a small one, or from where on a row counts as zero must be far below any real length, such as 1e-12."
    if said:
        return said
    if float(got.abs().max()) > 1.001:
        return "A cosine lies between -1 and 1. Divide each row by its length, the root of the sum of its squares, and then multiply: `a @ b.T`."
    return "Try it on a = [[3, 4]] and b = [[4, 3], [0, 2]]: the lengths are 5, 5 and 2, and the cosines 24 / 25 and 8 / 10. Entry [i, j] is that of row i of a and row j of b."


def cosine_similarity(a, b):
    length_a = (a**2).sum(dim=1, keepdim=True).sqrt().clamp(min=1e-12)
    length_b = (b * b).sum(1, keepdim=True).sqrt().clamp(min=1e-12)
    return (a / length_a) @ (b / length_b).T


instead = changes_of(cosine_similarity)

never_divided = instead(
    "You return products without dividing by the lengths. The cosine is the product of two rows of length 1.",
    {"(a / length_a) @ (b / length_b)": "a @ b"},
)
only_the_first_divided = instead(
    "You divide by the lengths of a's rows and not of b's. Divide by both.", {"(b / length_b)": "b"}
)
only_the_second_divided = instead(
    "You divide by the lengths of b's rows and not of a's. Divide by both.", {"(a / length_a)": "a"}
)
root_forgotten = instead(
    "You divide by sums of squares. A length is the root of that sum.",
    {"keepdim=True).sqrt().clamp(min=1e-12)\n    length_b": "keepdim=True).clamp(min=1e-12)\n    length_b", "sum(1, keepdim=True).sqrt()": "sum(1, keepdim=True)"},
)  # fmt: skip
root_of_the_product_forgotten_once = instead(
    "You take the root for one of the two lengths only. Each is the root of a sum of squares.",
    {"sum(1, keepdim=True).sqrt()": "sum(1, keepdim=True)"},
)
lengths_of_columns = instead(
    "You divide by the lengths of the columns. Each row is a vector: sum its squares along axis 1.",
    {"sum(dim=1,": "sum(dim=0,", "sum(1,": "sum(0,"},
)
one_length_for_all = instead(
    "You divide by one length, of the whole matrix. Each row has its own: `dim=1, keepdim=True`.",
    {"sum(dim=1, keepdim=True)": "sum()", "sum(1, keepdim=True)": "sum()"},
)
absolute_values_added = instead(
    "You divide by sums of absolute values. A length is the root of the sum of squares.",
    {"(a**2)": "a.abs()", "sum(1, keepdim=True).sqrt()": "sum(1, keepdim=True)", "(b * b)": "b.abs()", "sum(dim=1, keepdim=True).sqrt()": "sum(dim=1, keepdim=True)"},
)  # fmt: skip
zero_rows_divided = instead(
    "A row of zeros gives nan: 0 / 0. Keep the length that you divide by above 0, with `clamp(min=1e-12)`; then the cosine is 0.",
    {".clamp(min=1e-12)\n    length_b": "\n    length_b", "sum(1, keepdim=True).sqrt().clamp(min=1e-12)": "sum(1, keepdim=True).sqrt()"},
)  # fmt: skip
distance_returned = instead(
    "You return 1 minus the cosine, a distance. Return the cosine: rows in one direction have 1.",
    {"return ": "return 1 - "},
)
negative_ones_cut = instead(
    "You cut negative cosines off. They go down to -1: rows in opposite directions have that.",
    {"return (a / length_a) @ (b / length_b).T": "return ((a / length_a) @ (b / length_b).T).clamp(min=0)"},
)
sign_lost = instead(
    "You lose the sign. Rows in opposite directions have the cosine -1.",
    {"return (a / length_a) @ (b / length_b).T": "return ((a / length_a) @ (b / length_b).T).abs()"},
)
transposed = instead(
    "Your result is transposed. Row i belongs to row i of a, column j to row j of b: (N, M).",
    {"(a / length_a) @ (b / length_b).T": "(b / length_b) @ (a / length_a).T"},
)
lengths_along_the_columns = instead(
    "Your lengths lie along the wrong axis. Those of a's rows belong to axis 0, (N, 1) as `norm(dim=1, keepdim=True)` gives them, and those of b's to axis 1, (1, M).",
    {"sum(dim=1, keepdim=True)": "sum(dim=1)", "sum(1, keepdim=True)": "sum(1)"},
)
row_by_row = instead(
    "You pair row i of a, or its length, with row i of b only. Each row of a meets each of b: the products are `a @ b.T`, and `length_a[:, None] * length_b[None]` their lengths.",
    {"return (a / length_a) @ (b / length_b).T": "return ((a / length_a) * (b / length_b)).sum(dim=1)"},
)
transposing_forgotten = instead(
    "You multiply without transposing b. Both have vectors as rows: `a @ b.T`.",
    {"(b / length_b).T": "(b / length_b)"},
)
rows_divided_in_place = instead(
    "Your values are right, but you divide the rows that were handed in. Make new tensors: `a / length`, not `a /= length`.",
    {"(a / length_a) @": "a.div_(length_a) @"},
)
with_itself = instead(
    "You compare a with itself. The second argument is b.", {"(b / length_b).T": "(a / length_a).T"}
)


@misconception(
    "You return Euclidean distances. A cosine tells how alike two directions are.", other_task=True
)
def distances(a, b):
    return torch.cdist(a, b)
