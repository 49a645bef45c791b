"""Reference and misconceptions of `classification_report`: four numbers a class and three for all, of predictions and labels."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)

OF_CLASSES = ("precision", "recall", "f1", "support")
OF_ALL = ("accuracy", "macro_f1", "weighted_f1")


def classification_report(preds, labels, num_classes):
    classes = torch.arange(num_classes)[:, None]
    predicted, true = preds == classes, labels == classes  # (num_classes, N) each
    hits, support = (predicted & true).sum(dim=1).float(), true.sum(dim=1).float()
    precision = hits / predicted.sum(dim=1).clamp(min=1)
    recall = hits / support.clamp(min=1)
    f1 = 2 * precision * recall / (precision + recall).clamp(min=1e-12)
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "support": support,
        "accuracy": (preds == labels).double().mean().item(),
        "macro_f1": f1.sum().item() / num_classes,
        "weighted_f1": (f1 * support).sum().item() / len(labels),
    }


reference = classification_report


def normalise(value):
    """Return a dict's tensors as float32 and its 0-d tensors as numbers: any dtype will do, whole numbers for the support."""
    if not isinstance(value, dict):
        return value
    return {key: _plain(key, each) for key, each in value.items()}


def _plain(key, value):
    if not isinstance(value, torch.Tensor) or value.is_complex() or value.dtype == torch.bool:
        return value
    return value.item() if key in OF_ALL and value.ndim == 0 else value.float()


def clue(args, kwargs, got, expected):
    """Say of the first entry that is wrong what it has to do with the right ones."""
    preds, labels, k = args
    mine, right = ({key: torch.as_tensor(each[key]).double() for key in expected} for each in (got, expected))
    wrong = next(key for key in expected if not near(mine[key], right[key]))
    value, meant, n = mine[wrong], right[wrong], len(labels)
    if not value.isfinite().all():
        return f"Your {wrong!r} divides 0 by 0 for a class without labels or predictions. Let it be 0 there."
    precision, recall, f1, support = (right[key] for key in OF_CLASSES)
    hits, accuracy = (recall * support).round(), float(right["accuracy"])
    mistakes = [
        *([(meant.new_tensor(accuracy), "Your weighted mean is that of recall, which gives the accuracy. Take that of F1.")] if wrong == "weighted_f1" else []),
        *((each, f"Your {wrong!r} holds what belongs under {key!r}. Compare the formulas of the two.") for key, each in right.items() if key != wrong),
        (100 * meant, f"Your {wrong!r} is in percent. A share between 0 and 1 is asked."),
        *((meant.round(decimals=i), f"Your {wrong!r} is rounded. Return it as it is, and round only what you print.") for i in range(1, 5)),
        (hits / n, "You divide the hits by all samples. Precision divides them by what was predicted as the class, recall by its labels."),
        (f1 / 2, "You leave out the 2 in F1: 2 · p · r / (p + r)."),
        ((precision + recall) / 2, "You take the plain mean of precision and recall. F1 is their harmonic mean: 2 · p · r / (p + r)."),
        (2 * precision * recall / (precision + recall).clamp(min=1), "You hold precision + recall at 1 at least, and it may be less. Only where it is 0, F1 is set apart: it is 0 there."),
        (precision * recall, "You multiply precision and recall. F1 divides that by their sum, and doubles it: 2 · p · r / (p + r)."),
        (2 * precision * recall, "You leave out the denominator of F1: 2 · p · r / (p + r)."),
        (((f1 * hits).sum() / n), "You weigh by the hits. The weights are the numbers of labels, the support."),
        ((precision * recall).sqrt(), "You take the root of precision times recall. F1 is their harmonic mean: 2 · p · r / (p + r)."),
        (hits, "You count the hits. The support counts all labels of the class, found or not; precision and recall are shares."),
        (support / n, "Your support is a share. It is a number of labels."),
        (meant * n, f"Your {wrong!r} is not divided by the number of labels."),
        (torch.nan_to_num(torch.bincount(labels[preds != labels], minlength=k).double() / torch.bincount(preds, minlength=k)), "You count where predictions and labels differ, `!=`. The hits are where they are equal."),
        (1 - meant, f"Your {wrong!r} is 1 minus the right one: you count the errors. {_FORMULAS[wrong]}"),
        (f1.sum(), "Your macro F1 is a sum. Divide by `num_classes`."),
        (f1[f1 > 0].mean(), "Your macro F1 leaves out the classes whose F1 is 0. They count as well: divide by `num_classes`."),
        (f1[(support > 0) | (torch.bincount(preds, minlength=k) > 0)].mean(), "Your macro F1 leaves out the classes that neither occur nor are predicted. They count with 0: divide by `num_classes`."),
        (meant * n / k, f"Your {wrong!r} is divided by the number of classes. Divide by the number of labels."),
        ((precision * support).sum() / n, "Your weighted mean is that of precision. Take that of F1."),
        (precision.mean(), f"Your {wrong!r} is the mean of precision. {_FORMULAS[wrong]}"),
        (recall.mean(), f"Your {wrong!r} is the mean of recall. {_FORMULAS[wrong]}"),
    ]  # fmt: skip
    if said := next((said for each, said in mistakes if near(value, each)), ""):
        return said
    off = (value - meant).abs() > 1e-4 if value.shape == meant.shape else torch.zeros(1)
    if bool(off.any()) and bool((meant[off] == 0).all() and (value[off] == 1).all()):
        return f"Your {wrong!r} is 1 where there is nothing to divide by. Let it be 0 there."
    if wrong in OF_CLASSES and off.sum() == 1:
        return f"Of your {wrong!r}, only class {int(off.int().argmax())} is wrong: count its hits, predictions and labels by hand."
    return f"Your {wrong!r} is not right. {_FORMULAS[wrong]}"


def form_clue(args, kwargs, got, expected):
    """Say which entry has another name, or is another kind of thing than asked."""
    if not isinstance(got, dict):
        return f"You return no dict. The result is one, with the keys {', '.join(map(repr, expected))}."
    if missing := [key for key in expected if key not in got]:
        return f"Your dict has no {missing[0]!r}. Name its entries as the task does."
    if broken := [key for key in OF_ALL if getattr(got[key], "shape", ())]:
        return f"Your {broken[0]!r} has several numbers. It is one for all classes together: is a mean or a sum missing?"
    shapes = {key: got[key].shape if isinstance(got[key], torch.Tensor) else () for key in OF_CLASSES}
    wrong = next(key for key, shape in shapes.items() if shape != (args[2],))
    if not shapes[wrong]:
        return f"Your {wrong!r} is another thing than asked: a tensor with one number for each class, no mean of them and no list."
    return f"{wrong!r} has one number for each of the `num_classes` classes, also those that do not occur."


def near(a, b):
    return a.shape == b.shape and torch.allclose(a, b, rtol=1e-5, atol=1e-6)


_FORMULAS = {
    "precision": "Of what was predicted as a class, precision is the share that is of it.",
    "recall": "Of what is of a class, recall is the share that was found.",
    "f1": "F1 is 2 · precision · recall / (precision + recall), class by class, 0 for 0/0.",
    "support": "Support is the number of labels of each class, 0 where there is none.",
    "accuracy": "Accuracy is the share of all predictions that are equal to their label.",
    "macro_f1": "Macro F1 is the plain mean of F1 over all `num_classes` classes.",
    "weighted_f1": "In weighted F1 each class counts as often as it has labels: Σ support · F1 / Σ support.",
}


instead = changes_of(classification_report)

# --- class by class -----------------------------------------------------------------------------------------

precision_and_recall_exchanged = instead(
    "Your precision and recall are exchanged. Precision divides the hits by what was predicted, recall by what is true.",
    {'"precision": precision': '"precision": recall', '"recall": recall': '"recall": precision'},
)
table_turned = instead(
    "You take labels for predictions: precision, recall and support are exchanged. Is your table of counts turned? Rows are true classes, columns predicted ones.",
    {"preds == classes, labels == classes": "labels == classes, preds == classes"},
)
nan_where_undefined = instead(
    "You divide 0 by 0 for a class without labels or predictions. Return 0 there.",
    {"dim=1).clamp(min=1)": "dim=1)", "support.clamp(min=1)": "support", ".clamp(min=1e-12)": ""},
)
nan_in_f1 = instead(
    "Your F1 divides 0 by 0 where precision and recall are both 0. Return 0 there.", {".clamp(min=1e-12)": ""}
)
one_where_undefined = instead(
    "You return 1 where nothing is defined. Return 0 there.",
    {"    f1 =": "    precision[predicted.sum(dim=1) == 0] = recall[support == 0] = 1.0\n    f1 ="},
)
support_of_the_predictions = instead(
    "Your support counts predictions. It counts the labels of each class.",
    {'"support": support': '"support": predicted.sum(dim=1)'},
)
only_classes_that_occur = instead(
    "You leave out the classes that do not occur. Each tensor has one entry for each of the `num_classes` classes.",
    {"torch.arange(num_classes)": "labels.unique()"},
)
as_many_as_the_largest_label = instead(
    "You count the classes by the largest label. There are `num_classes`, be the last ones absent.",
    {"torch.arange(num_classes)": "torch.arange(int(labels.max()) + 1)"},
)
whole_numbers_divided = instead(
    "You divide with `//`, which cuts every share down to 0 or 1. Use `/`.",
    {"hits / predicted": "hits // predicted", "hits / support": "hits // support"},
)

AS_BINCOUNTS = {
    "(predicted & true).sum(dim=1).float()": "torch.bincount(labels[preds == labels]).float()",
    "true.sum(dim=1).float()": "torch.bincount(labels, minlength=num_classes).float()",
}
bincount_without_its_length = instead(
    "Your `bincount` of the hits ends at the largest class that is hit. Give it `minlength=num_classes`.",
    AS_BINCOUNTS,
)
bincounts_without_their_length = instead(
    "Each of your `bincount`s ends at its own largest class, so they differ in length. Give them `minlength=num_classes`.",
    {**AS_BINCOUNTS, ", minlength=num_classes": "", "predicted.sum(dim=1)": "torch.bincount(preds)"},
)

# --- for all ------------------------------------------------------------------------------------------------

absent_classes_left_out = instead(
    "Your macro F1 leaves out the classes that no label has. Here it divides by `num_classes`: such a class counts with 0.",
    {"f1.sum().item() / num_classes": "f1[support > 0].mean().item()"},
)
macro_of_the_means = instead(
    "You take F1 of mean precision and mean recall. Macro F1 is the mean of the classes' F1.",
    {"f1.sum().item() / num_classes": "2 / (1 / precision.mean() + 1 / recall.mean()).item()"},
)
weighted_by_the_predictions = instead(
    "You weigh by the number of predictions. The weights are the numbers of labels, the support.",
    {"(f1 * support)": "(f1 * predicted.sum(dim=1))"},
)
# --- form ---------------------------------------------------------------------------------------------------

keys_of_scikit_learn = instead(
    "Your keys are not the asked ones: 'f1', 'macro_f1' and 'weighted_f1' are their names here.",
    {'"f1"': '"f1-score"', '"macro_f1"': '"macro avg"', '"weighted_f1"': '"weighted avg"'},
)
logits_expected = instead(
    "You take the argmax of the predictions. They are class numbers already.",
    {"predicted, true = preds": "preds = preds.argmax(dim=1)\n    predicted, true = preds"},
)
input_changed_in_place = instead(
    "Your report is right, but you change the predictions: `*=` and the like work in place. Make a new tensor.",
    {"    return {": "    preds, given = preds.clone(), preds\n    given *= given == labels\n    return {"},
)
counted_once = instead(
    "`cm[labels, preds] += 1` adds once for each pair of classes, however often it comes. Use `bincount`, a loop, or `index_put_` with `accumulate=True`.",
    {"    classes =": "    preds, labels = torch.stack([preds, labels]).unique(dim=1)\n    classes ="},
)
tuple_for_a_dict = instead(
    "You return the results one after another. The function returns one dict, with the names of the task as keys.",
    {"{": "tuple({", "}": "}.values())[:4]"},
    about="test_classification_report_form",
)
