import torch
from torch.utils.data import TensorDataset


def _served(loader, call):
    """Return a loader's batches as lists of sample numbers."""
    batches = []
    for batch in loader:
        if not isinstance(batch, (list, tuple)) or len(batch) != 2:
            raise Wrong(call, batch, Words("batches (inputs, targets)"), "Make the loaders of parts of `dataset` itself, so that they serve pairs.")
        batches.append([int(v) for v in batch[0].flatten().tolist()])
    return batches


def _loaders(function):
    data = TensorDataset(torch.arange(25.0).reshape(25, 1), torch.arange(25) % 3)
    call = "make_loaders(dataset, batch_size=4, val_fraction=0.2, seed=3) with 25 samples"

    def made(seed):
        got = function(data, batch_size=4, val_fraction=0.2, seed=seed)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong(call, got, Words("(train_loader, val_loader)"), "Return both loaders: `return train_loader, val_loader`.")
        return got

    train_loader, val_loader = made(3)
    for loader in (train_loader, val_loader):
        if not hasattr(loader, "__iter__") or isinstance(loader, torch.utils.data.Dataset):
            raise Wrong(call, loader, Words("two DataLoaders"), "A part of the data set is not yet a loader: wrap it in DataLoader(part, batch_size=batch_size, …).")
    train, val = _served(train_loader, call), _served(val_loader, call)
    flat_train, flat_val = sum(train, []), sum(val, [])
    sizes = Words(f"{len(flat_train)} samples for training, {len(flat_val)} for validation")
    if set(flat_train) & set(flat_val):
        raise Wrong(call, Words(f"samples {sorted(set(flat_train) & set(flat_val))[:5]} … are in both parts"), Words("each sample in one part"), "The parts overlap: cut one shuffled list of indices in two.")
    if len(flat_train) <= 6 and len(flat_val) >= 19:
        raise Wrong(call, sizes, Words("20 and 5"), "Validation is the larger part: it should get the share val_fraction of the samples, and training comes first in the result.")
    if len(flat_train) + len(flat_val) < 25:
        raise Wrong(call, sizes, Words("25 samples together"), "Samples are missing. Is there a drop_last=True, or is something cut off by rounding?")
    if len(flat_train) + len(flat_val) > 25:
        raise Wrong(call, sizes, Words("25 samples together"), "Some samples come twice.")
    if not 4 <= len(flat_val) <= 6:
        raise Wrong(call, sizes, Words("20 and 5 (give or take 1)"), "Validation gets n · val_fraction samples: len(dataset) * val_fraction, rounded.")
    for name, batches in ((Words("training"), train), (Words("validation"), val)):
        if max(len(b) for b in batches) != 4 or min(len(b) for b in batches[:-1] or batches) != 4:
            raise Wrong(call, Words(f"{name} batches of {[len(b) for b in batches]}"), Words("batches of 4; the last may be smaller"), "Hand batch_size on to both DataLoaders.")
    if flat_train == sum(_served(train_loader, call), []):
        raise Wrong(call, Words("training served in the same order in both epochs"), Words("a new order every epoch"), "Training needs shuffle=True (and a generator, if it has one, that is not set back each epoch).")
    if flat_val != sum(_served(val_loader, call), []):
        raise Wrong(call, Words("validation served in two orders"), Words("a fixed order"), "Shuffling is for training only: leave shuffle away for validation.")
    torch.manual_seed(99)
    again = sum(_served(made(3)[1], call), [])
    if set(again) != set(flat_val):
        raise Wrong(call + ", called twice", Words("two different splits"), Words("the same split"), "The split must depend on `seed` alone. Give random_split or randperm a generator: torch.Generator().manual_seed(seed).")
    other = sum(_served(made(4)[1], call), [])
    if set(other) == set(flat_val):
        words = "The split is not random: shuffle the indices first (torch.randperm with a generator)." if sorted(flat_val) in (list(range(5)), list(range(20, 25))) else "The argument `seed` is not used: another seed should give another split."
        raise Wrong(call.replace("seed=3", "seed=4"), Words("the same split as with seed=3"), Words("another split"), words)


def _loaders_of_odd_sizes(function):
    data = TensorDataset(torch.arange(23.0).reshape(23, 1), torch.arange(23) % 3)
    call = "make_loaders(dataset, batch_size=5, val_fraction=0.3, seed=0) with 23 samples"
    splits = []
    for state in (1, 2):
        torch.manual_seed(state)
        train, val = (sum(_served(loader, call), []) for loader in function(data, batch_size=5, val_fraction=0.3, seed=0))
        sizes = Words(f"{len(train)} samples for training, {len(val)} for validation")
        if len(set(train)) < len(train):
            raise Wrong(call, Words("samples that come twice in one epoch of training"), Words("each once"), "Draw without replacement: shuffle=True does.")
        if abs(len(val) - 6.9) > 1:
            raise Wrong(call, sizes, Words("16 and 7 (give or take 1)"), "Validation gets n · val_fraction samples: len(dataset) * val_fraction, rounded; it need not be a whole number of batches.")
        if len(train) + len(val) != 23:
            raise Wrong(call, sizes, Words("23 samples together"), "Samples are missing. Round one size only and take the other as the rest; and keep the last, smaller batch.")
        splits.append(set(val))
    if splits[0] != splits[1]:
        raise Wrong(call + ", called twice", Words("two different splits"), Words("the same split"), "0 is a seed like any other: `if seed` is not asked of it.")


EXAMPLES["make_loaders"] = [_loaders, _loaders_of_odd_sizes]

HINTS["make_loaders"] = (
    "Put the numbers 0 to n−1 into a random order once. Then the split is just a cut.",
    "torch.randperm(n, generator=…) with a torch.Generator of your own, seeded with `seed`, gives the order; Subset(dataset, indices) is a part; DataLoader(part, batch_size=…, shuffle=…) serves it.",
    "n_val = round(n · val_fraction); the first n_val places of the order are for validation, the rest for training. shuffle=True for training only. (random_split with generator= does the cut, too.)",
)
