"""Reference and misconceptions of `precision_recall_f1`: three numbers a class of a confusion matrix."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception

RESULTS = ("precision", "recall", "F1")


def reference(cm):
    cm = cm.double()
    hits, predicted, true = cm.diagonal(), cm.sum(dim=0), cm.sum(dim=1)
    precision = torch.where(predicted > 0, hits / predicted.clamp(min=1), 0.0)
    recall = torch.where(true > 0, hits / true.clamp(min=1), 0.0)
    f1 = torch.where(predicted + true > 0, 2 * hits / (predicted + true).clamp(min=1), 0.0)
    return precision.float(), recall.float(), f1.float()


def normalise(value):
    """Return a tuple of float32 tensors: any floating dtype will do, and a list or one stacked tensor too.

    Whole numbers are turned as well: they come from `//`, and the wrong values tell more than the dtype.
    """
    if isinstance(value, torch.Tensor) and value.dim() == 2 and value.shape[0] == 3:
        value = value.unbind(0)
    if not isinstance(value, tuple | list):
        return value
    return tuple(
        part.to(torch.float32)
        if isinstance(part, torch.Tensor) and not part.is_complex() and part.dtype != torch.bool
        else part
        for part in value
    )


def clue(args, kwargs, got, expected):
    """Say of the first of the three that is wrong, which is the one shown, what it has to do with the right one."""
    cm = args[0].double()
    got = normalise(got)
    if not isinstance(got, tuple) or len(got) != 3 or not all(isinstance(p, torch.Tensor) for p in got):
        return ""
    if any(part.shape != (len(cm),) for part in got):
        return ""
    wrong = [
        i for i, (a, b) in enumerate(zip(got, expected, strict=True)) if not _near(a.double(), b.double())
    ]
    if not wrong:
        return ""
    name, mine, theirs = RESULTS[wrong[0]], got[wrong[0]].double(), expected[wrong[0]].double()
    predicted, true, hits = cm.sum(dim=0), cm.sum(dim=1), cm.diagonal()
    below = (predicted, true, predicted + true)[wrong[0]]
    here = mine[below == 0]
    if len(here) and not bool(here.isnan().any()) and bool((here.abs() > 1e-3).any()):
        return f"Where {name} is 0/0 you return {float(here[here.abs().argmax()]):.3g}. A class that never occurs or is never predicted has 0 there."
    extra = ((2 * hits if name == "F1" else hits) / mine - below)[hits > 0]
    if (
        len(extra)
        and 2e-6 * float(below.max()) + 1e-5 < float(extra.min()) < 12  # a larger one is another divisor
        and float(extra.max() - extra.min()) < 1e-2 * float(extra.max()) + 2e-6 * float(below.max())
    ):
        return f"You add about {float(extra.mean()):.2g} below the fraction, which shifts every value. Divide by the plain sum, and treat only the empty classes apart."
    if bool(mine.isnan().any() | mine.isinf().any()):
        return f"Your {name} divides 0 by 0 for a class that never occurs or is never predicted. Return 0 there, in all three."
    for digits in range(1, 5):
        if torch.allclose(mine, theirs.round(decimals=digits), atol=1e-6):
            return f"Your {name} is rounded. Return it as it is, and round only what you print."
    if _near(mine, 100 * theirs):
        return f"Your {name} is in percent. A share between 0 and 1 is asked."
    off = [i for i, (a, b) in enumerate(zip(mine, theirs, strict=True)) if not _near(a, b)]
    if len(off) == 1 and off[0] in (0, len(cm) - 1):
        place = "last class is" if off[0] else "first class is"
        return f"Of your {name}, only the {place} wrong: check where your loop or slice begins and ends."
    if wrong[:2] == [0, 1]:
        return "Neither precision nor recall is right. Precision divides the diagonal by the columns' sums, recall by the rows' sums."
    return _FORMULAS[name]


def _near(a, b):
    return torch.allclose(a, b, rtol=1e-4, atol=1e-5)


_FORMULAS = {
    "precision": "Your precision is not right: it divides the diagonal by the columns' sums, what was predicted as each class.",
    "recall": "Your recall is not right: it divides the diagonal by the rows' sums, what there is of each class.",
    "F1": "Precision and recall are right, F1 is not: it is 2 · precision · recall / (precision + recall), class by class, 0 for 0/0.",
}


def precision_recall_f1(cm):
    cm = cm.double()
    hits, predicted, true = cm.diagonal(), cm.sum(dim=0), cm.sum(dim=1)
    precision, recall = hits / predicted.clamp(min=1), hits / true.clamp(min=1)
    return precision, recall, 2 * hits / (predicted + true).clamp(min=1)


instead = changes_of(precision_recall_f1)


precision_and_recall_swapped = instead(
    "Your precision and recall are swapped. Rows are true classes: precision divides by the column's sum, recall by the row's.",
    {"predicted.clamp(min=1), hits / true": "true.clamp(min=1), hits / predicted"},
)


@misconception(
    "You return averages over the classes. Return one number for each class.",
    about="test_precision_recall_f1_shape test_precision_recall_f1_values",
)
def averaged_over_the_classes(cm):
    cm = cm.double()
    hits, predicted, true = cm.diagonal(), cm.sum(dim=0), cm.sum(dim=1)
    precision, recall = hits / predicted.clamp(min=1), hits / true.clamp(min=1)
    f1 = 2 * hits / (predicted + true).clamp(min=1)
    return precision.mean(), recall.mean(), f1.mean()


averaged_before_f1 = instead(
    "You average over the classes and take F1 of the averages. Return all three class by class, each of shape (num_classes,).",
    {
        "hits / predicted.clamp(min=1), hits / true.clamp(min=1)": "(hits / predicted.clamp(min=1)).mean(), (hits / true.clamp(min=1)).mean()",
        "hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall)",
    },
    about="test_precision_recall_f1_shape test_precision_recall_f1_values",
)


@misconception(
    "You return single numbers for all classes together: hits over all samples. Divide class by class, without the sum of your classes.",
    other_task=True,
)
def pooled_to_single_numbers(cm):
    share = cm.diagonal().sum().double() / cm.sum()
    return share, share.clone(), share.clone()


@misconception(
    "You add the classes together before you divide, which gives one number for all. Divide class by class.",
    other_task=True,
)
def classes_pooled(cm):
    cm = cm.double()
    share = (cm.diagonal().sum() / cm.sum()).expand(len(cm))
    return share.clone(), share.clone(), share.clone()


nan_for_empty_classes = instead(
    "You divide 0 by 0 for a class that is absent or never predicted. Return 0 where nothing is defined.",
    {
        ".clamp(min=1), hits / true.clamp(min=1)": ", hits / true",
        "hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall)",
    },
)
nan_only_in_f1 = instead(
    "Your F1 is NaN where precision and recall are both 0. Return 0 there.",
    {"hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall)"},
)


@misconception("You return 1 where nothing is defined. Return 0 there.")
def one_for_empty_classes(cm):
    cm = cm.double()
    hits, predicted, true = cm.diagonal(), cm.sum(dim=0), cm.sum(dim=1)
    precision = torch.where(predicted > 0, hits / predicted.clamp(min=1), 1.0)
    recall = torch.where(true > 0, hits / true.clamp(min=1), 1.0)
    f1 = 2 * precision * recall / (precision + recall)
    return precision, recall, torch.where(precision + recall > 0, f1, 1.0)


one_for_empty_classes_but_in_f1 = instead(
    "You return 1 for precision and recall where nothing is defined. All three of your numbers are 0 there.",
    {
        "hits / predicted.clamp(min=1), hits / true.clamp(min=1)": "(hits / predicted).nan_to_num(1.0), (hits / true).nan_to_num(1.0)",
        "2 * hits / (predicted + true).clamp(min=1)": "(2 * precision * recall / (precision + recall)).nan_to_num(0.0)",
    },
)


@misconception(
    "Your results lose their fraction, so nearly all is 0: by a division with `//`, or because a tensor of whole numbers takes them. Use ordinary division, and a floating dtype."
)
def whole_number_division(cm):
    hits, predicted, true = cm.diagonal(), cm.sum(dim=0), cm.sum(dim=1)
    precision, recall = (hits // predicted.clamp(min=1)).float(), (hits // true.clamp(min=1)).float()
    return precision, recall, 2 * precision * recall / (precision + recall).clamp(min=1e-12)


f1_as_ordinary_mean = instead(
    "Your F1 is the ordinary mean of precision and recall. It is their harmonic mean.",
    {"2 * hits / (predicted + true).clamp(min=1)": "(precision + recall) / 2"},
)
f1_as_geometric_mean = instead(
    "Your F1 is the geometric mean of precision and recall. It is their harmonic mean.",
    {"2 * hits / (predicted + true).clamp(min=1)": "(precision * recall).sqrt()"},
)
two_missing_in_f1 = instead(
    "Your F1 is half of what it should be. The harmonic mean has a 2 above the fraction.",
    {
        "2 * hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall).clamp(min=1e-12)",
    },
)
f1_not_divided = instead(
    "Your F1 leaves out the division by precision + recall. Divide the product by the sum, where the sum is not 0.",
    {"hits / (predicted + true).clamp(min=1)": "precision * recall"},
)
f1_from_the_averages = instead(
    "Your F1 is computed from the averages and so is equal for all classes. Compute it class by class.",
    {
        "return precision, recall, 2 * hits / (predicted + true).clamp(min=1": "f1 = 2 * precision.mean() * recall.mean() / (precision.mean() + recall.mean()).clamp(min=1e-12)\n    return precision, recall, f1.expand(len(cm)).clone(",
    },
)


@misconception("You divide by the number of all samples. Divide by the class's column or row.")
def divided_by_all_samples(cm):
    cm = cm.double()
    share = cm.diagonal() / cm.sum()
    return share, share.clone(), share.clone()


@misconception(
    "Your precision divides by the number of all samples. Divide each class's hits by its column's sum: what was predicted as it."
)
def precision_of_all_samples(cm):
    cm = cm.double()
    precision, recall = cm.diagonal() / cm.sum(), cm.diagonal() / cm.sum(dim=1).clamp(min=1)
    return precision, recall, 2 * precision * recall / (precision + recall).clamp(min=1e-12)


accuracy_for_precision = instead(
    "Your precision counts the true negatives as well: that is accuracy. Divide the hits by the column's sum.",
    {
        "precision, recall = hits / predicted.clamp(min=1),": "precision = (cm.sum() - predicted - true + 2 * hits) / cm.sum()\n    recall =",
        "hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall).clamp(min=1e-12)",
    },
)
specificity_for_recall = instead(
    "Your recall is the share of true negatives found. Divide the class's hits by its row's sum.",
    {
        ", recall = hits / predicted.clamp(min=1), hits / true": " = hits / predicted",
        "return precision, recall, 2 * hits / (predicted + true).clamp(min=1": "recall = (cm.sum() - predicted - true + hits) / (cm.sum() - true).clamp(min=1)\n    return precision, recall, 2 * precision * recall / (precision + recall).clamp(min=1e-12",
    },
)
hits_left_out_below = instead(
    "You divide hits by errors. Divide by the whole column or row, the hits included.",
    {
        "predicted.clamp(min=1), hits / true": "(predicted - hits).clamp(min=1), hits / (true - hits)",
        "hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall).clamp(min=1e-12)",
    },
)
one_added_below = instead(
    "You add 1 below the fraction to avoid 0/0, which shifts every value. Treat only empty classes apart.",
    {
        "predicted.clamp(min=1), hits / true.clamp(min=1)": "(predicted + 1), hits / (true + 1)",
        "hits / (predicted + true).clamp(min=1)": "precision * recall / (precision + recall).clamp(min=1e-12)",
    },
)
percentages = instead(
    "You return percentages. Return fractions between 0 and 1.",
    {"precision, recall, 2": "100 * precision, 100 * recall, 200"},
)
f1_returned_first = instead(
    "You return them in another order. It is precision, recall, F1.",
    {
        "precision, recall = hits / predicted.clamp(min=1), hits / true": "f1 = 2 * hits / (predicted + true)",
        "precision, recall, 2 * hits / (predicted + true)": "f1, hits / predicted.clamp(min=1), hits / true",
    },
)
empty_classes_dropped = instead(
    "You drop classes without samples, so the results are shorter. Return one number for every class.",
    {
        "precision, recall = hits / predicted.clamp(min=1), hits / true.clamp(min=1)": "full = (predicted > 0) & (true > 0)\n    hits, predicted, true = hits[full], predicted[full], true[full]",
        "precision, recall, 2 * hits / (predicted + true).clamp(min=1)": "hits / predicted, hits / true, 2 * hits / (predicted + true)",
    },
)


@misconception(
    "You look at class 1 only, as if there were two classes. Return one number for every class.",
    about="test_precision_recall_f1_shape test_precision_recall_f1_values",
)
def only_class_one(cm):
    cm = cm.double()
    hits, predicted, true = cm.diagonal()[1], cm.sum(dim=0)[1], cm.sum(dim=1)[1]
    return hits / predicted.clamp(min=1), hits / true.clamp(min=1), 2 * hits / (predicted + true).clamp(min=1)


input_changed_in_place = instead(
    "Your results are right, but you set the diagonal of the input to 0. Work on a copy.",
    {
        "cm = cm.double": "hits = cm.diagonal().clone",
        "hits, predicted, true = cm.diagonal(), cm.sum(dim=0), cm.sum(dim=1)": "cm.fill_diagonal_(0)\n    predicted, true = cm.sum(dim=0) + hits, cm.sum(dim=1) + hits",
    },
)
