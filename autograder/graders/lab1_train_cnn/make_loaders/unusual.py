"""Hold unusual right answers for `make_loaders`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import numpy as np
import torch
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split


def split_by_two_fractions(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # `random_split` is given fractions, and gives the sample left over to the training part
    generator = torch.Generator().manual_seed(seed)
    parts = random_split(dataset, [1 - val_fraction, val_fraction], generator=generator)
    return tuple(
        DataLoader(part, batch_size, shuffle=first) for part, first in zip(parts, (True, False), strict=True)
    )


def validation_from_the_front_of_the_permutation(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # validation comes first in the permutation, is rounded up, and both parts are sorted
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed))
    n_val = math.ceil(len(dataset) * val_fraction)
    val_indices, train_indices = order[:n_val].sort().values, order[n_val:].sort().values
    train_loader = DataLoader(Subset(dataset, train_indices.tolist()), batch_size=batch_size, shuffle=True)
    return train_loader, DataLoader(Subset(dataset, val_indices.tolist()), batch_size=batch_size)


def permutation_from_numpy(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # NumPy's new generator makes the permutation; the size is rounded down; the pair is a list
    order = np.random.default_rng(seed).permutation(len(dataset))
    n_val = math.floor(len(dataset) * val_fraction)
    train_part, val_part = Subset(dataset, order[:-n_val]), Subset(dataset, order[-n_val:])
    return [DataLoader(train_part, batch_size, shuffle=True), DataLoader(val_part, batch_size, shuffle=False)]


def global_numpy_seed(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # the global NumPy generator is seeded inside and shuffles the indices in place
    np.random.seed(seed)
    indices = np.arange(len(dataset))
    np.random.shuffle(indices)
    cut = len(dataset) - int(val_fraction * len(dataset))
    train_loader = DataLoader(Subset(dataset, indices[:cut].tolist()), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, indices[cut:].tolist()), batch_size=batch_size)
    return train_loader, val_loader


def global_torch_seed(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # the global generator is seeded inside, and split and shuffling both draw from it
    torch.manual_seed(seed)
    n_train = int(len(dataset) * (1 - val_fraction))
    train_part, val_part = random_split(dataset, [n_train, len(dataset) - n_train])
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True)
    return train_loader, DataLoader(val_part, batch_size=batch_size)


def drawn_by_the_random_module(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # Python's `random.Random` draws the validation indices, and a set keeps them out of training
    import random

    n_val = round(len(dataset) * val_fraction)
    chosen = set(random.Random(seed).sample(range(len(dataset)), n_val))
    train_part = Subset(dataset, [i for i in range(len(dataset)) if i not in chosen])
    val_part = Subset(dataset, sorted(chosen))
    return DataLoader(train_part, batch_size=batch_size, shuffle=True), DataLoader(val_part, batch_size)


def data_set_class_of_its_own(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # a Dataset class written in the function stands in for Subset
    class Part(torch.utils.data.Dataset):
        def __init__(self, indices):
            self.indices = indices

        def __len__(self):
            return len(self.indices)

        def __getitem__(self, i):
            return dataset[self.indices[i]]

    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    n_val = round(len(dataset) * val_fraction)
    train_loader = DataLoader(Part(order[n_val:]), batch_size=batch_size, shuffle=True)
    return train_loader, DataLoader(Part(order[:n_val]), batch_size=batch_size)


def sampler_over_the_whole_data_set(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # the training loader holds the whole data set, and a SubsetRandomSampler chooses from it
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    n_val = round(len(dataset) * val_fraction)
    sampler = torch.utils.data.SubsetRandomSampler(order[n_val:])
    train_loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)
    return train_loader, DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size)


def batch_samplers_by_hand(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # loaders get ready-made batches of indices, so their own `batch_size` is None
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    n_val = round(len(dataset) * val_fraction)
    sampler = torch.utils.data.SubsetRandomSampler(order[n_val:])
    batches = torch.utils.data.BatchSampler(sampler, batch_size, drop_last=False)
    val_batches = [order[i : min(i + batch_size, n_val)] for i in range(0, n_val, batch_size)]
    return DataLoader(dataset, batch_sampler=batches), DataLoader(dataset, batch_sampler=val_batches)


def sorted_random_keys(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # every sample gets a random key, and the smallest keys go to validation
    generator = torch.Generator()
    generator.manual_seed(seed)
    ranks = torch.rand(len(dataset), generator=generator, dtype=torch.float64).argsort()
    n_val = int(len(dataset) * val_fraction + 0.5)
    val_part, train_part = Subset(dataset, ranks[:n_val]), Subset(dataset, ranks[n_val:])
    return DataLoader(train_part, batch_size, True), DataLoader(val_part, batch_size, False)


def seeded_training_order(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # one generator makes the split and then every epoch's order, so whole runs can be repeated
    generator = torch.Generator().manual_seed(seed)
    n_val = round(len(dataset) * val_fraction)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True, generator=generator)
    return train_loader, DataLoader(val_part, batch_size=batch_size)


def lists_of_samples(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # the samples are taken out into plain lists, which a DataLoader takes as data sets
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    n_val = round(len(dataset) * val_fraction)
    train_samples, val_samples = ([dataset[i] for i in part] for part in (order[n_val:], order[:n_val]))
    return DataLoader(train_samples, batch_size=batch_size, shuffle=True), DataLoader(val_samples, batch_size)


def new_tensor_data_sets(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # images and labels are copied into two new TensorDatasets
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    images = torch.stack([dataset[i][0] for i in order])
    labels = torch.tensor([int(dataset[i][1]) for i in order])
    n_val = round(len(dataset) * val_fraction)
    train_part = TensorDataset(images[n_val:], labels[n_val:])
    val_part = TensorDataset(images[:n_val], labels[:n_val])
    return DataLoader(train_part, batch_size=batch_size, shuffle=True), DataLoader(val_part, batch_size)


def loader_with_a_worker(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # a worker process loads the training batches
    generator = torch.Generator().manual_seed(seed)
    n_val = round(len(dataset) * val_fraction)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size, shuffle=True, num_workers=1)
    return train_loader, DataLoader(val_part, batch_size=batch_size)


def generator_of_shuffled_batches(dataset, batch_size=64, val_fraction=0.2, seed=0):
    # a sampler of its own, written as a generator, and a generator for the loader
    class Shuffled(torch.utils.data.Sampler):
        def __init__(self, indices):
            self.indices = indices

        def __iter__(self):
            yield from (self.indices[i] for i in torch.randperm(len(self.indices)))

        def __len__(self):
            return len(self.indices)

    state = np.random.RandomState(seed)
    order = state.permutation(len(dataset)).tolist()
    n_val = len(dataset) - round(len(dataset) * (1 - val_fraction))
    train_loader = DataLoader(dataset, batch_size=batch_size, sampler=Shuffled(order[n_val:]))
    return [train_loader, DataLoader(dataset, batch_size=batch_size, sampler=order[:n_val])]
