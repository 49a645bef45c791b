"""One mistake in `make_loaders`."""

# CANARY-5b0c2f6e-hidden-grader

import random

import numpy as np
import torch
from torch.utils.data import DataLoader, Subset, SubsetRandomSampler, random_split

from autograder.graders.kit.answers import false

_SPLIT, _SIZES, _SEED, _ORDER = (
    "test_loaders_split_everything",
    "test_loaders_have_the_sizes",
    "test_loaders_follow_the_seed",
    "test_loaders_shuffle_training_only",
)


@false(_SPLIT)
def last_batch_dropped(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = int(len(dataset) * val_fraction)
    g = torch.Generator().manual_seed(seed)
    train, val = random_split(dataset, [len(dataset) - n_val, n_val], generator=g)
    return (
        DataLoader(train, batch_size=batch_size, shuffle=True, drop_last=True),
        DataLoader(val, batch_size=batch_size),
    )


@false(_SPLIT)
def trained_on_everything(dataset, batch_size=64, val_fraction=0.2, seed=0):
    order = np.random.RandomState(seed).permutation(len(dataset))
    val = Subset(dataset, order[: int(len(dataset) * val_fraction)].tolist())
    return DataLoader(dataset, batch_size, shuffle=True), DataLoader(val, batch_size)


@false(_SPLIT)
def both_parts_drawn_apart(dataset, batch_size=64, val_fraction=0.2, seed=0):
    numbers = random.Random(seed)
    n_val = int(len(dataset) * val_fraction)
    val = numbers.sample(range(len(dataset)), n_val)
    train = numbers.sample(range(len(dataset)), len(dataset) - n_val)
    return (
        DataLoader(Subset(dataset, train), batch_size=batch_size, shuffle=True),
        DataLoader(Subset(dataset, val), batch_size=batch_size),
    )


@false(_SPLIT, _SEED)
def two_splits(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = int(len(dataset) * val_fraction)
    sizes = [len(dataset) - n_val, n_val]
    train = random_split(dataset, sizes, generator=torch.Generator().manual_seed(seed))[0]
    val = random_split(dataset, sizes)[1]
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


@false(_SIZES)
def a_tenth_whatever_is_asked(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = len(dataset) // 10
    g = torch.Generator().manual_seed(seed)
    train, val = random_split(dataset, [len(dataset) - n_val, n_val], generator=g)
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


@false(_SIZES)
def validation_batches_of_a_thousand(dataset, batch_size=64, val_fraction=0.2, seed=0):
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    cut = int((1 - val_fraction) * len(dataset))
    train, val = Subset(dataset, order[:cut]), Subset(dataset, order[cut:])
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=1000)


@false(_SEED)
def seed_of_the_day(dataset, batch_size=64, val_fraction=0.2, seed=0):
    g = torch.Generator().manual_seed(2024)
    n_val = int(len(dataset) * val_fraction)
    train, val = random_split(dataset, [len(dataset) - n_val, n_val], generator=g)
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


@false(_SEED)
def unseeded_shuffle_of_a_list(dataset, batch_size=64, val_fraction=0.2, seed=0):
    numbers = list(range(len(dataset)))
    random.shuffle(numbers)
    n_val = int(len(dataset) * val_fraction)
    train, val = Subset(dataset, numbers[n_val:]), Subset(dataset, numbers[:n_val])
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=batch_size)


@false(_ORDER)
def a_random_sampler_for_both(dataset, batch_size=64, val_fraction=0.2, seed=0):
    order = np.random.default_rng(seed).permutation(len(dataset)).tolist()
    n_val = int(np.floor(val_fraction * len(dataset)))
    return (
        DataLoader(dataset, batch_size=batch_size, sampler=SubsetRandomSampler(order[n_val:])),
        DataLoader(dataset, batch_size=batch_size, sampler=SubsetRandomSampler(order[:n_val])),
    )


@false(_ORDER)
def the_same_order_each_epoch(dataset, batch_size=64, val_fraction=0.2, seed=0):
    g = torch.Generator().manual_seed(seed)
    n_val = int(len(dataset) * val_fraction)
    train, val = random_split(dataset, [len(dataset) - n_val, n_val], generator=g)
    return DataLoader(train, batch_size=batch_size), DataLoader(val, batch_size=batch_size)
