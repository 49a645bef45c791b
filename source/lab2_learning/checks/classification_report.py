import torch

_report_labels = torch.tensor([0, 1, 0, 2, 0, 1, 0, 0, 2, 0, 1])
_report_preds = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1, 1, 3, 0])


def _report(function):
    call = "classification_report(preds, labels, 5), labels 0 1 0 2 0 1 0 0 2 0 1, preds 0 1 0 1 0 1 0 1 1 3 0"
    preds, labels = _report_preds.clone(), _report_labels.clone()
    got = function(preds, labels, 5)
    if not torch.equal(preds, _report_preds) or not torch.equal(labels, _report_labels):
        raise Wrong(call, Words("preds or labels were changed"), Words("both as they were"), "Inputs must stay as they are: count into new tensors.")
    keys = ("precision", "recall", "f1", "support", "accuracy", "macro_f1", "weighted_f1")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        lacking = ", ".join(key for key in keys if not isinstance(got, dict) or key not in got)
        raise Wrong(call, list(got) if isinstance(got, dict) else got, Words("a dictionary with " + ", ".join(keys)), f"Return one dictionary. What is missing: {lacking}.")
    precision, recall, f1 = _t([0.8, 0.4, 0, 0, 0]), _t([0.666667, 0.666667, 0, 0, 0]), _t([0.727273, 0.5, 0, 0, 0])
    percent = "A share from 0 to 1 is expected, not a percentage."
    wanted = {
        "support": (_t([6.0, 3, 2, 0, 0]), [(_t([5.0, 5, 0, 1, 0]), "That is how often each class was predicted. Support counts the labels."), (_t([4.0, 2, 0, 0, 0]), "These are the hits. Support counts all labels of a class.")], "Class 0 stands six times in labels."),
        "precision": (precision, [(recall, "Precision and recall are exchanged: precision divides the hits by how often the class was predicted."), (100 * precision, percent)], "Class 0 is predicted five times, and four of these are right: 4 / 5. Where a class is never predicted, it is 0."),
        "recall": (recall, [(precision, "Precision and recall are exchanged: recall divides the hits by how often the class is there."), (100 * recall, percent)], "Of six samples of class 0, four are found: 4 / 6. Where a class is not there, it is 0."),
        "f1": (f1, [(_t([0.733333, 0.533333, 0, 0, 0]), "F1 is not the plain mean: 2·p·r / (p + r)."), (f1 / 2, "A factor of 2 is missing in F1: 2·p·r / (p + r).")], "F1 is 2·p·r / (p + r), class by class, and 0 where both are 0."),
        "accuracy": (6 / 11, [(600 / 11, percent), (6.0, "That is the number of right answers. Divide it by the number of samples.")], "6 of 11 samples are right."),
        "macro_f1": (0.245455, [(0.409091, "That is the mean over the classes that are there. Here all `num_classes` count, absent ones with 0."), (0.306818, "Class 4, which is neither there nor predicted, is left out. Here all `num_classes` count, such a class with 0."), (0.252632, "That is made of the mean precision and the mean recall. Take the mean of the F1 values."), (0.533058, "That is the weighted mean. The macro mean weighs all classes alike.")], "The plain mean of the five F1 values."),
        "weighted_f1": (0.533058, [(0.245455, "That is the plain mean. Here each class weighs as much as its support."), (0.557851, "The weights are how often each class was predicted. Weigh by the support."), (5.863636, "Divide by the number of samples.")], "Each F1 times its support, added up, divided by the number of samples."),
    }
    for key in keys[3:4] + keys[:3] + keys[4:]:
        expected, slips, advice = wanted[key]
        value = got[key]
        if key == "support" and isinstance(value, torch.Tensor):
            value = value.float()  # a whole number of any type
        _compare(f'{call}; ["{key}"]', value, expected, slips, advice, nan="Where a denominator is 0, the value is 0 by definition: `clamp(min=1)` on the counts, or `torch.where`.")


EXAMPLES["classification_report"] = [_report]
MORE_WORDS["classification_report"] = (
    (
        "RuntimeError",
        r"size of tensor a \(\d\) must match",
        "Two counts have different lengths. Without `minlength=num_classes`, `bincount` ends at the largest class that occurs.",
    ),
)

HINTS["classification_report"] = (
    "For each class three counts are enough: how often it is there, how often it is predicted, how often both.",
    "`torch.bincount(labels, minlength=num_classes)` counts the labels. Counted in the same way, `preds` gives the predicted, and `labels[preds == labels]` the hits. Where do you divide by 0?",
    "With hits, predicted and support: precision hits / predicted, recall hits / support, F1 2 · hits / (predicted + support), each denominator with `.clamp(min=1)`. macro_f1 is f1.mean(), weighted_f1 the sum of f1 · support / number of samples, each with `.item()`.",
)
