"""What `make_loaders` must serve, in the words of lab 1."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from autograder.graders.kit.splits import Split

_ERRORS = (
    ("Sum of input lengths", "The two lengths that `random_split` gets do not add up to the samples: both are rounded, or they belong to another data set. Compute `n_val` from `len(dataset)`, and take `len(dataset) - n_val` for training."),
    ("stack expects each tensor", "A data set that is sliced gives tensors, not samples. Take the samples by their indices: `Subset(dataset, indices)`."),
    (r"(?s)got \(float|'float' object|not float|slice indices", "A number of samples has to be whole, and yours is a fraction: `int(len(dataset) * val_fraction)`."),
    ("CUDA|NVIDIA", "`torch.Generator(…)` takes a device, not a seed. Make it and seed it: `torch.Generator().manual_seed(seed)`."),
)  # fmt: skip
_TELLING = (
    ("validation in equal steps", "Your validation part is made of every second, third or fifth sample of the data set, which is not random. Draw a permutation of the indices and cut it in two."),
    ("validation is the training part", "Your validation loader serves the training part. Give it the other one; look at what stands in its `DataLoader(…)`."),
    ("validation lies in training", "Every sample of your validation part is in the training part as well. Validate on what training leaves over: the first `n_val` places of one permutation are for validation, the others for training."),
    ("only the last sample missing", "The data set's last sample is in neither part: you permute one index too few. `torch.randperm(len(dataset))`."),
    ("one sample in both parts", "One sample is in both parts: your slices overlap by one. Both have to be cut at the very same number."),
    ("one sample in neither part", "One sample is in neither part: your two slices, or the numbers that you permute, leave it out. Cut at the very same number, and permute `len(dataset)` indices."),
    ("sizes move with the seed", "The size of your validation part is left to chance. Draw a permutation of the indices, and take the first `n_val` of it."),
)  # fmt: skip
_EXPECTED = {
    "missing where nothing is rounded": "every sample in one of the two parts",
    "sizes move with the seed": "validation of the same size for every seed",
    "sizes right for some seeds only": "validation of the right size for every seed",
    "validation in equal steps": "validation samples drawn at random from the whole data set",
    "sizes": "validation of the size n · val_fraction, and full batches but for the last",
    "default sizes": "validation of a fifth of the samples, and batches of 64 but for the last",
    "whole": "batches (images, labels), each image with its own label",
    "pair": "a pair of loaders (train_loader, val_loader)",
    "overlap": "no sample in both parts",
    "twice in training": "each training sample once an epoch",
    "twice in validation": "each validation sample once an epoch",
    "missing": "every sample in one of the two parts, also the last, smaller batch",
    "missing in default": "every sample in one of the two parts, for any size of the data set",
    "same parts in every epoch": "the same samples in every epoch",
    "validation in one piece": "validation samples drawn at random from the whole data set",
    "torch moves the split": "the same split for the same seed, whatever torch's global generator did before",
    "numpy moves the split": "the same split for the same seed, whatever NumPy's and Python's generators did before",
    "the global state moves the split of seed 0": "the same split for seed 0, whatever the global generators did before",
    "seed moves the split": "another split for another seed",
    "new order in training": "training samples in a new order in every epoch",
    "training in order": "training samples in a random order",
    "new order in validation": "validation samples in the same order in every epoch",
}
SPLIT = Split("make_loaders", 64, 0.2, _EXPECTED, _TELLING, _ERRORS)
