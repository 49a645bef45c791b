import torch

_cm = torch.tensor([[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
_P, _R, _F = _t([0.625, 0.75, 0, 0]), _t([0.833333, 0.6, 0, 0]), _t([0.714286, 0.666667, 0, 0])
EXAMPLES["precision_recall_f1"] = [
    _value(
        "precision_recall_f1(cm) with cm = [[5, 1, 0, 0], [2, 3, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]",
        (_cm,),
        (_P, _R, _F),
        [
            ((_R, _P, _F), "Precision and recall are exchanged: precision divides by the sum of the column (what was predicted), recall by that of the row."),
            ((100 * _P, None, None), "The precision is in percent. A share from 0 to 1 is expected."),
            ((None, 100 * _R, None), "The recall is in percent. A share from 0 to 1 is expected."),
            ((_t([0.625, 0.75, 1, 1]), None, None), "Where a denominator is 0, the value is 0 by definition, and not 1."),
            ((None, None, _t([0.729167, 0.675, 0, 0])), "F1 is not the plain mean: 2·p·r / (p + r)."),
            ((None, None, _t([0.357143, 0.333333, 0, 0])), "A factor of 2 is missing in F1: 2·p·r / (p + r)."),
        ],
        names=("precision", "recall", "F1"),
        advice=("For class 0, the precision is 5 / (5+2+1).", "For class 0, the recall is 5 / (5+1).", "F1 is 2·p·r / (p + r), class by class."),
        nan="Where a denominator is 0, the value is 0 by definition. Guard the division (clamp(min=1), or torch.where).",
    ),
]

HINTS["precision_recall_f1"] = (
    "For one class, colour three things in the matrix: its diagonal cell, its column, its row.",
    "cm.diagonal() are the hits; cm.sum(dim=0) is what was predicted as each class (columns); cm.sum(dim=1) what there is of each (rows). And where a sum is 0?",
    "Dividing the hits by sum.clamp(min=1) gives 0 where the sum is 0, since there are no hits either. The same trick works for F1 as 2·hits / (predicted + true).",
)
