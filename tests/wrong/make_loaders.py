"""Wrong answers for `make_loaders`, in the style of students: each must lose the item."""

import numpy as np
import torch
from torch.utils.data import DataLoader, Subset, random_split


def front_and_back(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # no permutation
    cut = int(len(dataset) * (1 - val_fraction))
    train, val = Subset(dataset, list(range(cut))), Subset(dataset, list(range(cut, len(dataset))))
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


def two_permutations(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # two independent draws overlap
    generator = torch.Generator().manual_seed(seed)
    n_val = int(len(dataset) * val_fraction)
    val = Subset(dataset, torch.randperm(len(dataset), generator=generator)[:n_val].tolist())
    train = Subset(dataset, torch.randperm(len(dataset), generator=generator)[n_val:].tolist())
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


def no_seed(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # the global generator
    n_val = int(val_fraction * len(dataset))
    order = torch.randperm(len(dataset)).tolist()
    train, val = Subset(dataset, order[n_val:]), Subset(dataset, order[:n_val])
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


def always_forty_two(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # a fixed seed
    n_val = int(val_fraction * len(dataset))
    parts = random_split(dataset, [len(dataset) - n_val, n_val], generator=torch.Generator().manual_seed(42))
    return DataLoader(parts[0], batch_size, shuffle=True), DataLoader(parts[1], batch_size)


def numpy_without_seed(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # np.random is never seeded
    order = np.arange(len(dataset))
    np.random.shuffle(order)
    n_val = int(val_fraction * len(dataset))
    train, val = Subset(dataset, order[n_val:].tolist()), Subset(dataset, order[:n_val].tolist())
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


def nothing_shuffled(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # shuffle=True is missing
    n_val = int(val_fraction * len(dataset))
    train, val = random_split(
        dataset, [len(dataset) - n_val, n_val], generator=torch.Generator().manual_seed(seed)
    )
    return DataLoader(train, batch_size=batch_size), DataLoader(val, batch_size=batch_size)


def everything_shuffled(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # validation too
    n_val = int(val_fraction * len(dataset))
    train, val = random_split(
        dataset, [len(dataset) - n_val, n_val], generator=torch.Generator().manual_seed(seed)
    )
    options = dict(batch_size=batch_size, shuffle=True)  # noqa: C408
    return DataLoader(train, **options), DataLoader(val, **options)


def drops_the_rest(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # drop_last
    n_val = int(val_fraction * len(dataset))
    train, val = random_split(
        dataset, [len(dataset) - n_val, n_val], generator=torch.Generator().manual_seed(seed)
    )
    return DataLoader(train, batch_size, shuffle=True, drop_last=True), DataLoader(val, batch_size)


def validation_first(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # returned in the wrong order
    n_val = int(val_fraction * len(dataset))
    train, val = random_split(
        dataset, [len(dataset) - n_val, n_val], generator=torch.Generator().manual_seed(seed)
    )
    return DataLoader(val, batch_size), DataLoader(train, batch_size, shuffle=True)


def fractions_swapped(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # the larger part is validation
    n_train = int(val_fraction * len(dataset))
    train, val = random_split(
        dataset, [n_train, len(dataset) - n_train], generator=torch.Generator().manual_seed(seed)
    )
    return DataLoader(train, batch_size, shuffle=True), DataLoader(val, batch_size)


def both_sizes_truncated(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # int() twice loses a sample
    n = len(dataset)
    n_train, n_val = int((1 - val_fraction) * n), int(val_fraction * n)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist()
    train, val = Subset(dataset, order[:n_train]), Subset(dataset, order[n_train : n_train + n_val])
    return DataLoader(train, batch_size, shuffle=True), DataLoader(val, batch_size)


def subsets_returned(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # no DataLoader
    n_val = int(val_fraction * len(dataset))
    return random_split(dataset, [len(dataset) - n_val, n_val], generator=torch.Generator().manual_seed(seed))
