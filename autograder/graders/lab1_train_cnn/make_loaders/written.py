"""Right answers to `make_loaders`, written as a student writes; misconceptions change a place or two in them."""

# CANARY-5b0c2f6e-hidden-grader

import torch
from torch.utils.data import DataLoader, Subset, random_split

from autograder.graders.kit.changes import changes_of


def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return train_loader, val_loader


def by_permutation(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset), generator=generator).tolist()
    train_part, val_part = Subset(dataset, order[n_val:]), Subset(dataset, order[:n_val])
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=batch_size)
    return train_loader, val_loader


instead = changes_of(make_loaders)
instead_by_permutation = changes_of(by_permutation)
