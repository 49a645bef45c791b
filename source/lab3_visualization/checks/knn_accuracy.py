import torch


def _voted(points, labels, tests, truth, k, expected, slips, advice):
    column = "train_x {}, train_y {}, test_x {}, test_y {}".format(points, labels, tests, truth)
    arguments = (_t(points)[:, None], torch.tensor(labels), _t(tests)[:, None], torch.tensor(truth), k)
    return _value(f"knn_accuracy(…, k={k}) on a line: {column}", arguments, expected, slips, advice=advice)


EXAMPLES["knn_accuracy"] = [
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 10.5, 2, 11, 1.5],
        [3, 5, 7, 5, 3],
        3,
        0.8,
        [
            (0.6, "So many are right where the single nearest decides. Take the majority of the k nearest."),
            (0.2, "So many answers are *wrong*. The accuracy is the share of right ones."),
            (80.0, "That is a percentage. A share from 0 to 1 is expected."),
            (4.0, "That is the number of right answers. Divide it by the number of test points."),
            (0.0, "Nothing is right. Are the places of the neighbours turned into their *labels*, `train_y[places]`?"),
        ],
        "The neighbours of 0.25 are those at 0, 1 and 2.5, with labels 7, 3 and 3: it is a 3.",
    ),
    _voted(
        [0, 1, 2.5, 10, 11.25],
        [7, 3, 3, 5, 5],
        [0.25, 1.125, 7, 10.75],
        [7, 3, 5, 3],
        2,
        0.75,
        [(0.5, "Two classes tie, with a vote each, and the smaller or the larger label is taken. Take the class of the *nearest* among those that tie.")],
        "At 0.25 the classes 7 and 3 have a vote each. The nearest of the two is the 7.",
    ),
    _voted(
        [0, 1, 2, 3, 4],
        [9, 4, 2, 2, 4],
        [-1, 5, 1.125],
        [4, 4, 9],
        5,
        2 / 3,
        [
            (0.0, "2 and 4 have two votes each, and the smallest label is taken. Among the classes that tie, the one with the nearest neighbour wins."),
            (1 / 3, "Where two classes tie, you take the nearest of *all* neighbours, whose class may have fewer votes. Only those classes count that tie for the most."),
        ],
        "At −1 the neighbours' labels are 9, 4, 2, 2, 4, from the nearest on. 4 and 2 have two votes each, and a 4 lies nearer than the 2s.",
    ),
]
MORE_WORDS["knn_accuracy"] = (
    (
        "IndexError",
        "used as indices",
        "`train_y[…]` takes places, whole numbers. `topk` and `sort` give values and places: `.indices` are the places.",
    ),
)

HINTS["knn_accuracy"] = (
    "For one test point: which labels have its k nearest, in the order of their distance? Then count the votes of each class.",
    "`train_y[nearest_neighbours(test_x, train_x, k)]` are the labels, (Q, k), the nearest first. For one row, count the votes of each label in it; the most votes are what a winner must have. Go through the row from the nearest on: the first label with that many votes wins.",
    "For each row: counts = (row[:, None] == row[None]).sum(dim=1) says for every neighbour how many votes its class has; `row[counts.argmax()]` is the first of those with the most, since argmax gives the first place on the CPU. Compare with test_y, and take the mean.",
)
