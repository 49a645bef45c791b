"""Misconceptions of `make_loaders` about the parts: their sizes, their batches, which is which."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, Subset, random_split

from autograder.grading.misconceptions import misconception


@misconception(
    "Your validation loader serves single samples: it was not told the batch size, and a loader’s own "
    "default is 1. Hand `batch_size` to both loaders."
)
def validation_batches_of_one(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part)
    return train_loader, val_loader


@misconception("Your validation loader serves everything in one batch. Both loaders use `batch_size`.")
def validation_in_one_batch(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=len(val_part))
    return train_loader, val_loader


@misconception(
    "Your validation batches are twice as large as asked. That is a habit for saving time, but here both "
    "loaders use `batch_size` as it is."
)
def validation_batches_doubled(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=2 * batch_size)
    return train_loader, val_loader


@misconception(
    "You return the validation loader first. The order is training loader, then validation loader; look at "
    "the line of your `return`."
)
def loaders_swapped(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return val_loader, train_loader


@misconception(
    "`val_fraction` became the size of your training part. It is the share of the validation part; training "
    "gets the rest."
)
def fraction_inverted(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [n_val, len(dataset) - n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return train_loader, val_loader


@misconception(
    "Your validation part is a fifth of the data whatever `val_fraction` says. Compute its size from the "
    "argument."
)
def fraction_ignored(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * 0.2)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return train_loader, val_loader


@misconception(
    "You cut the validation part down to whole batches, so it is smaller than `val_fraction` asks. Its size "
    "comes from the fraction alone; a last smaller batch is fine."
)
def validation_rounded_to_batches(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = int(len(dataset) * val_fraction) // batch_size * batch_size
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return train_loader, val_loader


@misconception(
    "You return the two parts of the data set, which serve single samples. Wrap each of them in a loader "
    "that makes batches."
)
def datasets_instead_of_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    return train_part, val_part


@misconception(
    "Your validation loader serves the training part, so validation would measure memory. Give it the other part; "
    "look at what stands in its `DataLoader(…)`."
)
def validation_of_the_training_part(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, _ = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(train_part, batch_size=batch_size)
    return train_loader, val_loader


@misconception(
    "The last sample of the data set is in neither part: you permute one index too few. Permute them all: "
    "`torch.randperm(len(dataset))`."
)
def last_sample_never_served(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    order = torch.randperm(len(dataset) - 1, generator=torch.Generator().manual_seed(seed)).tolist()
    train_loader = DataLoader(Subset(dataset, order[n_val:]), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size)
    return train_loader, val_loader


@misconception(
    "You throw a coin for each sample, so the size of the validation part is left to chance. Permute the indices, and "
    "take `len(dataset) * val_fraction` of them."
)
def coin_for_each_sample(dataset, batch_size=64, val_fraction=0.2, seed=0):
    coin = torch.rand(len(dataset), generator=torch.Generator().manual_seed(seed)) < val_fraction
    train_part = Subset(dataset, [i for i in range(len(dataset)) if not coin[i]])
    val_part = Subset(dataset, [i for i in range(len(dataset)) if coin[i]])
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return train_loader, val_loader
