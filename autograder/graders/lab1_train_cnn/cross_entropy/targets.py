"""Misconceptions of `cross_entropy` about targets and batches, and what the numbers of a batch tell."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.cross_entropy.written import instead
from autograder.grading.misconceptions import misconception


def clue_of_the_batch(logits, targets, got):
    """Say which images, divisor, limit or smoothing turns this batch's losses into the number that came back."""
    n, k = logits.shape
    z = logits.double()
    losses = F.cross_entropy(z, targets, reduction="none")
    total = float(losses.sum())

    def is_(value, tolerance=2e-5):
        return abs(got - value) <= tolerance * max(abs(value), 1e-3)

    if n > 1:
        for i, loss in enumerate(losses.tolist()):
            if is_((total - loss) / n) or is_((total - loss) / (n - 1)) or is_(total - loss):
                place = {0: "the first image", n - 1: "the last image"}.get(i, f"image {i}")
                return f"You leave out {place}: the loss is that of the others. Let the loop or slice run over all {n} images, from 0 to {n - 1}."
    divisor = round(total / got) if got > 1e-9 * total else 0
    usual = 1 < divisor <= 300 or divisor in (
        512,
        1000,
        1024,
        10_000,
        60_000,
    )  # of more, one would fit by chance
    if usual and divisor not in (n, k) and is_(total / divisor, 5e-6):
        return f"Your loss is the sum divided by {divisor}, and this batch has {n} images. Divide by `len(targets)`, or take the mean."
    everywhere = float(-z.log_softmax(1).mean())
    share = (got - total / n) / (everywhere - total / n) if abs(everywhere - total / n) > 1e-3 else 0.0
    if 0.005 < share < 0.6 and abs(share * 100 - round(share * 100)) < 0.02:
        return f"You smooth the targets: {share:.2g} of the weight goes to all classes alike. Only the log-probability of the true class counts."
    for limit in (*range(120, 0, -1), 200, 500, 700):
        cut = z.clamp(-limit, limit)
        if not torch.equal(cut, z) and is_(float(F.cross_entropy(cut, targets)), 1e-4):
            return "You cut the logits off before the exponential, so different ones become equal. Subtract each row's maximum instead: then nothing overflows."
    return ""


targets_pick_rows = instead(
    "Your `logp[targets]` picks whole rows, not one entry of each row. Pair each row with its target: `logp[rows, targets]`.",
    {"torch.arange(len(targets)), targets": "targets"},
)
targets_taken_for_one_hot = instead(
    "You multiply by the targets as if they were rows of zeros and ones. They are class numbers: index with them, or use `one_hot`.",
    {"logp[torch.arange(len(targets)), targets]": "(targets * logp).sum(dim=1)"},
)
multiplied_by_the_targets = instead(
    "You multiply the log-probabilities by the class numbers themselves. Your targets are places: index with them, or use `one_hot`.",
    {"logp[torch.arange(len(targets)), targets]": "(logp * targets)"},
)
weighted_by_the_class_number = instead(
    "Your class numbers weigh the losses: class 3 counts three times, class 0 not at all. A target only says which entry to take.",
    {"logp[torch.arange(len(targets)), targets]": "(targets.unsqueeze(1) * logp).sum(dim=1)"},
)
ten_classes_written_in = instead(
    "You write ten classes into the one-hot table. Your function gets any number: use `logits.shape[1]`.",
    {"logp[torch.arange(len(targets)), targets]": "(F.one_hot(targets, 10) * logp).sum(dim=1)"},
)
ten_columns_and_a_sum = instead(
    "Your one-hot table always has ten columns. The number of classes is `logits.shape[1]`: take it from there.",
    {"logp[torch.arange(len(targets)), targets].mean": "(logp * F.one_hot(targets, 10)).sum"},
)
gather_without_a_column = instead(
    "You give `gather` a flat index. It wants as many axes as your table has: `targets[:, None]`, a column.",
    {"[torch.arange(len(targets)), targets].mean": ".gather(1, targets).sum"},
)
smallest_loss_of_the_batch = instead(
    "You return the smallest loss of the batch. Take the mean over all images.",
    {"mean": "max"},
)
largest_loss_of_the_batch = instead(
    "You return the largest loss of the batch. Take the mean over all images.",
    {"-logp[torch.arange(len(targets)), targets].mean": "(-logp[torch.arange(len(targets)), targets]).max"},
)
only_the_last_image = instead(
    "You return the loss of the last image. Take the mean over all images.",
    {"[torch.arange(len(targets)), targets].mean()": "[-1, targets[-1]]"},
)
first_image_left_out = instead(
    "You leave out the first image but divide by all. Let your loop start at 0.",
    {".mean()": "[1:].sum() / len(targets)"},
)


@misconception(
    "You subtract the maximum inside the sum only. Your logit needs it too: add the maximum back, or shift both."
)
def maximum_left_out(logits, targets):
    largest = logits.amax(dim=1, keepdim=True)
    lse = torch.exp(logits - largest).sum(dim=1).log()
    return (lse - logits[torch.arange(len(targets)), targets]).mean()


@misconception(
    "You shift the logit of the true class but not the sum. Your maximum has to leave both, or come back in one."
)
def maximum_left_in_the_sum(logits, targets):
    largest = logits.amax(dim=1)
    right = logits[torch.arange(len(targets)), targets] - largest
    return (torch.logsumexp(logits, dim=1) - right).mean()


values_and_places_subtracted = instead(
    "You subtract a pair: `max` with a `dim` returns values and places. Take `.values` of your result, or use `amax`.",
    {
        "logp = logits - torch.logsumexp(logits, dim": "z = logits - logits.max(dim",
        "return": "logp = z - torch.log(torch.exp(z).sum(dim=1, keepdim=True))\n    return",
    },
)
logits_clamped = instead(
    "You cut the logits off before the exponential, so different ones become equal. Subtract each row's maximum instead of your limit.",
    {
        "logp = logits - torch.logsumexp(logits, dim=1, keepdim=True": "z = logits.clamp(-50, 50)\n    logp = z - torch.log(torch.exp(z).sum(dim=1, keepdim=True)",
    },
)


@misconception(
    "Your `logp[targets]` picks whole rows, not one entry of each row. Pair each row with its target: `logp[rows, targets]`."
)
def targets_pick_rows_added_up(logits, targets):
    logp = logits - logits.logsumexp(dim=1, keepdim=True)
    return -logp[targets].sum() / len(targets)


softmax_over_the_whole_batch = instead(
    "Your softmax runs over the whole batch, so all its probabilities together add up to 1. Each row adds up to 1: use `dim=1`.",
    {", dim=1, keepdim=True": ".flatten(), dim=0"},
)
