"""Wrong answers for `make_loaders`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

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


def validation_over_the_training_part(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # validation loader over the training part
    g = torch.Generator().manual_seed(seed)
    n_val = int(len(dataset) * val_fraction)
    train_set, _ = random_split(dataset, [len(dataset) - n_val, n_val], generator=g)
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(train_set, batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def second_slice_one_too_late(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # off-by-one in slicing: a sample lost
    g = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset), generator=g).tolist()
    n_val = int(len(dataset) * val_fraction)
    val_idx = order[:n_val]
    train_idx = order[n_val + 1 :]
    train_loader = DataLoader(Subset(dataset, train_idx), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, val_idx), batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def permutation_of_one_fewer(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # randperm(n - 1): last sample never served
    g = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset) - 1, generator=g).tolist()
    n_val = int(len(dataset) * val_fraction)
    train_loader = DataLoader(Subset(dataset, order[n_val:]), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def sizes_with_fractions(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # float lengths for random_split: crash
    n_val = len(dataset) * val_fraction
    n_train = len(dataset) - n_val
    g = torch.Generator().manual_seed(seed)
    train_set, val_set = random_split(dataset, [n_train, n_val], generator=g)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(
        val_set, batch_size=batch_size
    )


def both_sizes_rounded_down_for_random_split(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # both parts rounded down: lengths do not add up (crash)
    n_train = int(len(dataset) * (1 - val_fraction))
    n_val = int(len(dataset) * val_fraction)
    g = torch.Generator().manual_seed(seed)
    train_set, val_set = random_split(dataset, [n_train, n_val], generator=g)
    return DataLoader(train_set, batch_size=batch_size, shuffle=True), DataLoader(
        val_set, batch_size=batch_size
    )


def coin_for_every_sample(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # coin per sample: size of validation not n*fraction
    g = torch.Generator().manual_seed(seed)
    coin = torch.rand(len(dataset), generator=g) < val_fraction
    train_idx = (~coin).nonzero().flatten().tolist()
    val_idx = coin.nonzero().flatten().tolist()
    train_loader = DataLoader(Subset(dataset, train_idx), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, val_idx), batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def every_so_many_samples(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # every k-th sample: not random
    every = int(1 / val_fraction)
    val_idx = [i for i in range(len(dataset)) if i % every == seed % every]
    train_idx = [i for i in range(len(dataset)) if i % every != seed % every]
    train_loader = DataLoader(Subset(dataset, train_idx), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, val_idx), batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def sizes_of_another_dataset(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # sizes 48000/12000 hard-coded
    train_set, val_set = random_split(dataset, [48000, 12000], generator=torch.Generator().manual_seed(seed))
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=batch_size)
    return train_loader, val_loader


def second_slice_one_too_early(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # off-by-one: one sample in both parts
    n = len(dataset)
    n_val = int(n * val_fraction)
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(n, generator=g).tolist()
    val_set = Subset(dataset, perm[:n_val])
    train_set = Subset(dataset, perm[n_val - 1 :])
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def dataset_cut_by_a_slice(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # slices the data set: a tuple of tensors
    n = len(dataset)
    n_val = int(n * val_fraction)
    val_set = dataset[:n_val]
    train_set = dataset[n_val:]
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=batch_size, shuffle=False)
    return train_loader, val_loader


def seed_of_its_own_by_default(dataset, batch_size=64, val_fraction=0.2, seed=42):
    # another default than the task's
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    n_val = round(len(dataset) * val_fraction)
    train_loader = DataLoader(Subset(dataset, order[n_val:]), batch_size=batch_size, shuffle=True)
    return train_loader, DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size)
