"""Misconceptions of `make_loaders` about the parts: their sizes, their batches, which is which."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, Subset, random_split

from autograder.graders.lab1_train_cnn.make_loaders.written import instead
from autograder.grading.misconceptions import misconception

validation_batches_of_one = instead(
    "Your validation loader serves single samples: it was not told the batch size, and a loader’s own default is 1. Hand `batch_size` to both loaders.",
    {"val_part, batch_size=batch_size": "val_part"},
)
validation_in_one_batch = instead(
    "Your validation loader serves everything in one batch. Both loaders use `batch_size`.",
    {"batch_size)": "len(val_part))"},
)
validation_batches_doubled = instead(
    "Your validation batches are twice as large as asked. That is a habit for saving time, but here both loaders use `batch_size` as it is.",
    {"val_part, batch_size=": "val_part, batch_size=2 * "},
)
loaders_swapped = instead(
    "You return the validation loader first. The order is training loader, then validation loader; look at the line of your `return`.",
    {"train_loader, val_loader": "val_loader, train_loader"},
)
fraction_inverted = instead(
    "`val_fraction` became the size of your training part. It is the share of the validation part; training gets the rest.",
    {"len(dataset) - n_val,": "n_val, len(dataset) -"},
)
fraction_ignored = instead(
    "Your validation part is a fifth of the data whatever `val_fraction` says. Compute its size from the argument.",
    {"* val_fraction": "* 0.2"},
)
validation_rounded_to_batches = instead(
    "You cut the validation part down to whole batches, so it is smaller than `val_fraction` asks. Its size comes from the fraction alone; a last smaller batch is fine.",
    {"round(len(dataset) * val_fraction)": "int(len(dataset) * val_fraction) // batch_size * batch_size"},
)


@misconception(
    "You return the two parts of the data set, which serve single samples. Wrap each of them in a loader that makes batches."
)
def datasets_instead_of_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    return train_part, val_part


validation_of_the_training_part = instead(
    "Your validation loader serves the training part, so validation would measure memory. Give it the other part; look at what stands in its `DataLoader(…)`.",
    {"val_part =": "_ =", "val_part,": "train_part,"},
)


@misconception(
    "The last sample of the data set is in neither part: you permute one index too few. Permute them all: `torch.randperm(len(dataset))`."
)
def last_sample_never_served(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    order = torch.randperm(len(dataset) - 1, generator=torch.Generator().manual_seed(seed)).tolist()
    train_loader = DataLoader(Subset(dataset, order[n_val:]), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size)
    return train_loader, val_loader


coin_for_each_sample = instead(
    "You throw a coin for each sample, so the size of the validation part is left to chance. Permute the indices, and take `len(dataset) * val_fraction` of them.",
    {
        "n_val = round(len(dataset) * val_fraction)": "coin = torch.rand(len(dataset), generator=torch.Generator().manual_seed(seed)) < val_fraction",
        "generator = torch.Generator().manual_seed(seed)": "train_part = Subset(dataset, [i for i in range(len(dataset)) if not coin[i]])",
        "train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)": "val_part = Subset(dataset, [i for i in range(len(dataset)) if coin[i]])",
    },
)
