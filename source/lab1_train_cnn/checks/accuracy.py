import torch

EXAMPLES["accuracy"] = [
    _value(
        "accuracy(logits, labels) with logits of shape (4, 3), of which 3 are right",
        (_logits, torch.tensor([0, 1, 2, 0])),
        0.75,
        [
            (75.0, "A share from 0 to 1 is expected, not a percentage."),
            (3.0, "That is the number of right answers. Divide by the number of samples."),
            (0.25, "Is that the share of wrong answers? 3 of 4 are right: compare logits.argmax(dim=1) with labels."),
            (0.0, "Nothing is right? Compare logits.argmax(dim=1) with labels, and divide as floating-point numbers."),
            (1.0, "Are you comparing the right things? Only 3 of 4 are right."),
        ],
        advice="logits.argmax(dim=1) are the predictions. Which share of them equals labels?",
    ),
    _value(
        "accuracy(logits, labels) with logits = [[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]], labels = [2, 1, 0]",
        (_t([[-2, -1, -3], [0.2, 0.4, 0.1], [3, 1, 2]]), torch.tensor([2, 1, 0])),
        2 / 3,
        advice="The largest score wins, also where all are negative or small; each row is an image, the last one too, and nothing is rounded.",
    ),
]

HINTS["accuracy"] = (
    "How do you get from ten scores to one digit?",
    "logits.argmax(dim=1) are the predictions; compare with labels, and you have a tensor of True and False.",
    "The mean of that tensor as floating-point numbers is the share. `.item()` makes a plain number of it.",
)
