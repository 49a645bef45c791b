"""Reference and misconceptions of `knn_accuracy`: the share of test samples whose class the k nearest training samples vote for."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.library import TAKEN  # noqa: F401
from autograder.graders.lab3_visualization.neighbours import distances, majority

LEAST_MISCONCEPTIONS = 8
USES = "nearest_neighbours"


def reference(train_x, train_y, test_x, test_y, k):
    near = distances(test_x, train_x).argsort(dim=1, stable=True)[:, :k]
    return float((majority(train_y[near]) == test_y).double().mean())


def answers(train_x, train_y, test_x, test_y, k):
    """Return what a stand-in for `nearest_neighbours` gives: for each test sample all training samples, the nearest first."""
    return {"nearest_neighbours": [[test_x, train_x, distances(test_x, train_x).argsort(dim=1, stable=True)]]}


def clue(args, kwargs, got, expected):
    """Say what number comes close to the one that came; else how to look."""
    count = len(args[3])
    if not 0 <= float(got) <= 1:
        return f"Your accuracy is no share between 0 and 1: divide the number of right votes by that of the test samples, {count} here."
    mine, k = float(got) * count, args[4]
    if abs(mine - round(mine)) > 1e-4:
        return f"Your accuracy is no multiple of 1 / {count}. Each of the {count} test samples counts as right or wrong, as a whole."
    off = round(mine - expected * count)
    look = f"Print for each the classes of its {k} nearest neighbours, the nearest first, and vote by hand: most votes win; of classes that tie, the one of the nearest among them." if k > 1 else "Print for each the class of its nearest neighbour, which is the vote of one."  # fmt: skip
    if round(mine) < 2 and off < -3:
        return f"You count {round(mine)} of {count} test samples as right. Does each right one add to the count, as with `+=`, and do you divide with `/`, not with `//`? If so, look at the test samples one by one. {look}"
    if off > 0:
        return f"You count {off} test sample{'s' if off > 1 else ''} too many. {look}"
    return f"You count {-off} test sample{'s' if off < -1 else ''} too few. {look}"


def knn_accuracy(train_x, train_y, test_x, test_y, k):
    near = torch.cdist(test_x, train_x).topk(k, largest=False).indices
    right = 0
    for row, true in zip(near, test_y, strict=True):
        classes = train_y[row].tolist()
        most = max(classes.count(each) for each in classes)
        vote = next(each for each in classes if classes.count(each) == most)
        right += int(vote == true)
    return right / len(test_y)


instead = changes_of(knn_accuracy)

nearest_alone = instead(
    "The nearest neighbour alone decides. All k vote, and it decides only where classes tie. (Tensors are counted each on its own, also where they hold the same number: count what `.tolist()` gives.)",
    {"topk(k,": "topk(1,"},
)
nearest_class_without_a_vote = instead(
    "You take the class of the nearest neighbour where no class has more than half of the votes. Most votes are enough; a tie goes to the nearest among those that tie.",
    {"vote = next(": "vote = classes[0] if most * 2 <= k else next("},
)
ties_to_the_smallest_class = instead(
    "Your ties go to the smallest class, as `mode` and `bincount(…).argmax()` do. They go to the class of the nearest neighbour among those that tie.",
    {"next(each for each in classes if": "min(each for each in classes if"},
)
ties_to_the_largest_class = instead(
    "Your ties go to the largest class. They go to the class of the nearest neighbour among those that tie.",
    {"next(each for each in classes if": "max(each for each in classes if"},
)
ties_to_the_nearest_of_all = instead(
    "Your ties go to the nearest neighbour of all, though its class may have too few votes to tie. They go to the nearest among those that tie.",
    {"vote = next(": "tied = {each for each in classes if classes.count(each) == most}\n        vote = classes[0] if len(tied) > 1 else next("},
)  # fmt: skip
ties_by_the_mean_distance = instead(
    "Your ties go to the class whose neighbours are nearest on the whole. They go to the class of the single nearest neighbour among those that tie.",
    {"vote = next(each for each in classes if classes.count(each) == most)": "apart = torch.cdist(test_x, train_x)[right_at, row].tolist()\n        vote = min((each for each in classes if classes.count(each) == most), key=lambda each: sum(d for d, own in zip(apart, classes) if own == each))", "for row, true in zip(near, test_y, strict=True)": "for right_at, (row, true) in enumerate(zip(near, test_y, strict=True))"},
)  # fmt: skip
ties_to_the_farthest = instead(
    "Your ties go to the class that comes last. They go to the class of the nearest neighbour among those that tie.",
    {"next(each for each in classes if": "next(each for each in classes[::-1] if"},
)
farthest_vote = instead(
    "You ask the farthest samples: `topk` gives the largest by itself. Write `largest=False`.",
    {", largest=False": ""},
)
nearest_left_out = instead(
    "You leave the nearest sample out, as one does where each looks for others of its own set. Here test samples look among training samples: all count.",
    {"topk(k, largest=False).indices": "topk(min(k + 1, len(train_x)), largest=False).indices[:, -k:]"},
)
fewest_votes = instead(
    "You take the class with fewest votes. Most votes win.", {"max(classes": "min(classes"}
)
percentage = instead(
    "You return a percentage. Return a share between 0 and 1.", {"right / len": "100 * right / len"}
)
number_of_right_ones = instead(
    "You return how many are right. Divide by the number of test samples.", {"right / len(test_y)": "right"}
)
divided_by_the_training_samples = instead(
    "You divide by the number of training samples. Divide by that of the test samples.",
    {"len(test_y)": "len(train_y)"},
)
error_rate = instead(
    "You return the share of wrong votes. Accuracy is the share of right ones.",
    {"vote == true": "vote != true"},
)
any_of_them = instead(
    "You count a sample as right if any neighbour has its class. Its neighbours vote, and the vote is right or wrong.",
    {"vote == true": "int(true) in classes"},
)
share_of_the_neighbours = instead(
    "You average how many neighbours have the right class. Let them vote: each test sample counts as right or wrong.",
    {"int(vote == true)": "classes.count(int(true)) / k"},
)
mean_of_the_classes = instead(
    "You average the neighbours' classes as if they were numbers. Count votes: which class comes most often?",
    {"vote = next(each for each in classes if classes.count(each) == most)": "vote = round(sum(classes) / k)"},
)  # fmt: skip
indices_vote = instead(
    "You count indices of neighbours, which differ from one another. Look their classes up first: `train_y[near]`.",
    {"train_y[row].tolist()": "row.tolist()"},
)
classes_of_the_test_samples = instead(
    "You look the neighbours' classes up among those of the test samples. Neighbours are training samples: `train_y[near]`.",
    {"train_y[row].tolist()": "test_y[row % len(test_y)].tolist()"},
)
roles_swapped = instead(
    "You look for test samples near each training sample. Each test sample asks the training samples: `cdist(test_x, train_x)`.",
    {"cdist(test_x, train_x).topk(k,": "cdist(train_x, test_x).topk(min(k, len(test_x)),"},
)
distances_as_indices = instead(
    "You use distances as indices. `topk` gives both: the indices are its second result, `.indices`.",
    {".indices": ".values"},
)
returned_after_the_first = instead(
    "You return after the first test sample. Let the loop end before `return`.",
    {"    return right": "        return right"},
)
