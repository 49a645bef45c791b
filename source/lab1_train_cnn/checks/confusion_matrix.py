import torch

EXAMPLES["confusion_matrix"] = [
    _value(
        "confusion_matrix(preds, labels, 4) with preds = [0, 1, 1, 1, 0, 2], labels = [0, 0, 1, 1, 2, 2]",
        (torch.tensor([0, 1, 1, 1, 0, 2]), torch.tensor([0, 0, 1, 1, 2, 2]), 4),
        torch.tensor([[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]),
        [
            (_t([[1, 0, 1, 0], [1, 2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]), "Rows and columns are exchanged: the row is the true class, the column the predicted one."),
            (_t([[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]), "A pair that occurs twice is counted once: `= 1` only sets a cell, `cm[labels, preds] += 1` does not add up, and a `break` stops counting. Add 1 for every sample, or use bincount, or index_put_ with accumulate=True."),
            (torch.Size([3, 3]), "Class 3 does not occur, but has a row and a column, too: the size is num_classes."),
            (_t([[0.5, 0.5, 0, 0], [0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0, 0, 0]]), "Counts are asked for, not shares of a row."),
            (torch.Size([16]), "That is the matrix in one row: .reshape(num_classes, num_classes)."),
        ],
        advice="cm[t, p] counts the samples of class t that were predicted as p. Go through the six pairs by hand.",
    ),
    _value("confusion_matrix(preds, labels, 2) with 300 samples of class 0, all predicted as 0", (torch.zeros(300, dtype=torch.long), torch.zeros(300, dtype=torch.long), 2), torch.tensor([[300, 0], [0, 0]]), [(_t([[44, 0], [0, 0]]), "A cell runs over at 256: count in torch.long, not in a small integer type.")], advice="A cell may hold any number: count in torch.long."),
]

HINTS["confusion_matrix"] = (
    "Begin with a matrix of zeros and a loop over the pairs (label, prediction).",
    "torch.zeros(num_classes, num_classes, dtype=torch.long); for each pair, one cell gets 1 more. Which index is the row?",
    "The row is the label: cm[t, p] += 1 in a loop over zip(labels, preds). Without a loop: labels · num_classes + preds numbers the cells, and bincount with minlength counts them.",
)
