"""Keep the reference for `make_loaders` and the ways in which students split and serve data wrongly."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, Subset, random_split

from autograder.graders.lab1_train_cnn.make_loaders.parts import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.make_loaders.written import instead, instead_by_permutation
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 10


def reference(dataset, batch_size=64, val_fraction=0.2, seed=0):
    """Split by a generator of its own; shuffle training anew every epoch, keep validation in order."""
    n_val = round(len(dataset) * val_fraction)
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    train_loader = DataLoader(Subset(dataset, order[n_val:]), batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(Subset(dataset, order[:n_val]), batch_size=batch_size)
    return train_loader, val_loader


validation_is_the_front = instead(
    "You take the first samples of the data set as validation, so the split is not random and no seed can change it. Permute the indices before you cut.",
    {
        "generator = torch.Generator().manual_seed(seed)": "train_part = Subset(dataset, range(n_val, len(dataset)))",
        "train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)": "val_part = Subset(dataset, range(n_val))",
    },
)
validation_is_the_end = instead(
    "You take the last samples of the data set as validation, so the split is not random and no seed can change it. Permute the indices before you cut.",
    {
        "generator = torch.Generator().manual_seed(seed": "n_train = len(dataset) - n_val\n    train_part = Subset(dataset, range(n_train)",
        "train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)": "val_part = Subset(dataset, range(n_train, len(dataset)))",
    },
)
split_depends_on_global_generator = instead(
    "Your split is drawn from the global random generator, so it changes with whatever ran before. Give the split a generator of its own, seeded with `seed`.",
    {"generator = torch.Generator().manual_seed(seed)": "", ", generator=generator": ""},
)
split_from_unseeded_numpy = instead_by_permutation(
    "You draw the split with NumPy, and NumPy’s generator never hears of `seed`: `torch.manual_seed` does not reach it. Seed the generator that you draw from.",
    {
        "generator = torch.Generator()": "torch",
        "torch.randperm(len(dataset), generator=generator)": "np.random.permutation(len(dataset))",
    },
)
seed_ignored = instead(
    "Every seed gives you the same split: `seed` never reaches the generator. Seed it with the argument, not with a fixed number.",
    {"(seed)": "(42)"},
)
seed_zero_taken_as_none = instead(
    "With seed 0 your split is not seeded at all, because 0 counts as false in an `if`. Zero is a seed like any other: use it without asking for its truth.",
    {"(seed)": "(seed) if seed else torch.default_generator"},
)
split_overlaps = instead_by_permutation(
    "You draw the training and the validation part from two different permutations, so some samples are in both. Draw one permutation and cut it in two.",
    {
        "order = torch.randperm(len(dataset), generator=generator)": "train_order = torch.randperm(len(dataset), generator=generator)[n_val:]",
        "train_part, val_part = Subset(dataset, order[n_val:]), Subset(dataset, order[:n_val]": "val_order = torch.randperm(len(dataset), generator=generator)[:n_val].tolist()\n    train_part, val_part = Subset(dataset, train_order), Subset(dataset, val_order",
    },
)
border_sample_in_both = instead_by_permutation(
    "One sample is in both parts: your two slices overlap by one at the cut. A slice’s end is not included, so both slices must use the very same number.",
    {"n_val:": "n_val - 1 :"},
)
border_sample_lost = instead_by_permutation(
    "One sample is in neither part: your second slice begins one too late. A slice’s end is not included, so both slices must use the very same number.",
    {"n_val:": "n_val + 1 :"},
)
sample_lost_to_truncation = instead_by_permutation(
    "You round both sizes down, and the sample between them gets lost. Compute one size and get the other by subtraction.",
    {
        "n_val = round": "n_train, n_val = int(len(dataset) * (1 - val_fraction)), int",
        "train_part, val_part = Subset(dataset, order[n_val:]), Subset(dataset, order[:": "train_part = Subset(dataset, order[:n_train])\n    val_part = Subset(dataset, order[n_train : n_train + ",
    },
)
split_drawn_with_replacement = instead_by_permutation(
    "You draw indices with replacement, so some samples come twice and others never. Use a permutation of all indices instead of independent draws.",
    {
        "order = torch.randperm(len(dataset": "train_order = torch.randint(len(dataset), (len(dataset) - n_val,), generator=generator).tolist()\n    val_order = torch.randint(len(dataset), (n_val,",
        "order[n_val:]), Subset(dataset, order[:n_val]": "train_order), Subset(dataset, val_order",
    },
)
validation_leaks_into_training = instead(
    "Your training loader serves the whole data set, the validation samples included, so validation would measure memory. Train on the training part alone.",
    {"train_part, val_part": "_, val_part", "(train_part": "(dataset"},
)
validation_is_the_whole_dataset = instead(
    "Your validation loader serves the whole data set, the training samples included. Validate on the validation part alone.",
    {"val_part =": "_ =", "val_part,": "dataset,"},
)
training_never_shuffled = instead(
    "Your training loader serves the same order in every epoch. A random split is shuffled once; let the training loader shuffle again each time it is read.",
    {", shuffle=True": ""},
)
training_shuffled_once = instead(
    "You shuffle the training indices once, when the loader is made, so all epochs see the same order. Let the loader draw a new order each time it is read.",
    {"shuffle=True": "sampler=torch.randperm(len(train_part)).tolist()"},
)
training_in_dataset_order = instead_by_permutation(
    "Your training loader serves its samples in the order of the data set, epoch after epoch. Let it shuffle each time it is read.",
    {"order[n_val:]": "sorted(order[n_val:])", ", shuffle=True": ""},
)
validation_shuffled = instead(
    "Your validation loader comes in a new order each time. Only training is shuffled; keep the order of validation fixed, so that results can be compared sample by sample.",
    {"batch_size)": "batch_size, shuffle=True)"},
)


@misconception(
    "You shuffle validation and leave training in one fixed order; it should be the other way round. Exchange the two `shuffle` settings."
)
def both_shuffles_swapped(dataset, batch_size=64, val_fraction=0.2, seed=0):
    n_val = round(len(dataset) * val_fraction)
    generator = torch.Generator().manual_seed(seed)
    train_part, val_part = random_split(dataset, [len(dataset) - n_val, n_val], generator=generator)
    train_loader = DataLoader(train_part, batch_size=batch_size)
    val_loader = DataLoader(val_part, batch_size=batch_size, shuffle=True)
    return train_loader, val_loader


training_sampled_with_replacement = instead(
    "Your training loader draws with replacement: in one epoch some samples come twice and others not at all. An epoch visits every training sample once.",
    {"shuffle=True": "sampler=torch.utils.data.RandomSampler(train_part, replacement=True)"},
)
last_training_batch_dropped = instead(
    "Your training loader drops the last, smaller batch, so some samples are left out of every epoch. Keep incomplete batches.",
    {"True": "True, drop_last=True"},
)
last_validation_batch_dropped = instead(
    "Your validation loader drops the last, smaller batch, so some samples are never judged. Keep incomplete batches.",
    {"batch_size)": "batch_size, drop_last=True)"},
)
last_batches_dropped = instead(
    "Both of your loaders drop the last, smaller batch, so some samples are never served. Keep incomplete batches.",
    {"True": "True, drop_last=True", "batch_size)": "batch_size, drop_last=True)"},
)
batch_size_fixed = instead(
    "Your batches have 64 samples whatever `batch_size` says. Hand the argument on to both loaders.",
    {"batch_size,": "64,", "batch_size)": "64)"},
)
training_batches_of_one = instead(
    "Your training loader serves single samples: it was not told the batch size, and a loader’s own default is 1. Hand `batch_size` to both loaders.",
    {"batch_size=batch_size, shuffle": "shuffle"},
)
