"""Misconceptions of `evaluate` about scores: the class read from them, and the criterion."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

from autograder.graders.lab1_train_cnn.evaluate.written import instead

largest_logit_as_label = instead(
    "You compare the largest logit itself with the label. You want its position; `max` along a dimension returns both, values first.",
    {"argmax(dim=1)": "max(dim=1).values"},
)
largest_logit_of_the_batch = instead(
    "You take the position of one maximum over the whole batch. Each sample needs its own: say along which dimension.",
    {"dim=1": ""},
)
smallest_logit_wins = instead(
    "You take the class with the smallest logit. The prediction is the class with the largest.",
    {"argmax": "argmin"},
)
predictions_kept_as_column = instead(
    "You keep the predictions as a column (`keepdim=True`), so each is compared with every label of the batch. Take `argmax(dim=1)` without `keepdim`, or bring both to one shape.",
    {"dim=1": "dim=1, keepdim=True"},
)
argmax_over_the_batch = instead(
    "You take the maximum over the batch (`dim=0`): for each class the image that likes it best. Each image needs its best class: `argmax(dim=1)`.",
    {"dim=1": "dim=0"},
)
argmax_over_the_batch_cut_to_fit = instead(
    "You take the maximum over the batch (`dim=0`) and compare as many as fit. Each image needs its best class: with `argmax(dim=1)` there are as many predictions as labels.",
    {
        "(logits.argmax(dim=1) == y).sum().item()": "sum(int(a == b) for a, b in zip(logits.argmax(dim=0), y, strict=False))",
    },
)
softmax_before_criterion = instead(
    "You put a softmax on the outputs before the criterion. Cross entropy takes logits and does the softmax itself; hand it what the network gives.",
    {"(logits, y)": "(F.softmax(logits, dim=1), y)"},
)
criterion_ignored = instead(
    "You compute a loss of your own choice and never call `criterion`. Use the one that you were given.",
    {"= criterion": "= F.cross_entropy"},
)
outputs_squeezed = instead(
    "`squeeze` takes the batch axis away where a batch has one sample. The outputs are (N, classes) as they come: do without it.",
    {", y.": ".squeeze(), y."},
)
