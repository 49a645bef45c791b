import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def _fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=3, lr=0.1) with 5 + 3 samples"
    model = _Small()
    val_loader = DataLoader(TensorDataset(_t([[1, 1], [-1, -1], [0.5, -2]]), torch.tensor([1, 0, 2])), batch_size=2)
    got = function(model, _loader(), val_loader, 3, 0.1)
    keys = ("train_loss", "val_loss", "val_accuracy")
    if not isinstance(got, dict) or any(key not in got for key in keys):
        raise Wrong(call, got, Words("a dictionary with " + ", ".join(keys)), "Return the history: one list under each of the three names.")
    for key in keys:
        if not isinstance(got[key], (list, tuple)) or len(got[key]) != 3:
            words = "Append one number in every epoch."
            if isinstance(got[key], list) and len(got[key]) == 1:
                words += " Only one epoch has left its number: does the loop over the epochs end early, by a `return` inside it?"
            raise Wrong(f'{call}; history["{key}"]', got[key], Words("a list of 3 numbers, one for each epoch"), words)
        if any(isinstance(value, torch.Tensor) and value.requires_grad for value in got[key]):
            raise Wrong(f'{call}; history["{key}"]', Words("tensors that still hold their graphs"), Words("a list of numbers"), "Each of these keeps the graph of its whole epoch in memory. Take the plain number out of a loss with `.item()` before you add it up or append it.")
        if any(_number(value) is None for value in got[key]):
            words = "`evaluate` returns two, so take them apart first." if any(isinstance(value, (tuple, list)) for value in got[key]) else "`.item()` takes one out of a tensor with a single value."
            raise Wrong(f'{call}; history["{key}"]', got[key], Words("a list of numbers"), f"Append plain numbers: {words}")
    values = {key: [_number(value) for value in got[key]] for key in keys}
    expected = {"train_loss": [2.11424, 1.55197, 1.25435], "val_loss": [1.1465, 1.12301, 1.12703], "val_accuracy": [1 / 3, 2 / 3, 2 / 3]}
    slips = {
        "train_loss": [
            ([2.11424, 1.75506, 1.47999], "The optimizer is made anew in each epoch and forgets what it knew. Make it once, before the loop."),
            ([2.06936, 1.70946, 1.48236], "That is what SGD gives. The task asks for torch.optim.Adam."),
            ([2.04246, 2.03644, 2.032], "`lr` does not reach the optimizer: Adam(model.parameters(), lr=lr)."),
            ([2.04179, 2.04179, 2.04179], "The model does not learn. Does each epoch call train_one_epoch, and has the optimizer this model's parameters?"),
        ],
        "val_loss": [
            ([1.23688, 1.1465, 1.12301], "Validation comes before training. Train first in each epoch, then evaluate."),
            ([1.66652, 1.34118, 1.11604], "That is the loss on the training data. Evaluate on val_loader."),
            ([1 / 3, 2 / 3, 2 / 3], "Loss and accuracy are exchanged: evaluate returns (loss, accuracy)."),
        ],
        "val_accuracy": [([100 / 3, 200 / 3, 200 / 3], "The accuracy is a share, not a percentage.")],
    }
    for key in keys:
        if _same(_t(values[key]), _t(expected[key])) and _is_rounded(_t(values[key]), _t(expected[key])):
            raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], "The numbers are rounded. Append them as they are; rounding is for printing.")
    learned = [1.66652, 1.34118, 1.11604]  # the training loss may also be measured by an evaluation after the epoch
    if _same(_t(values["train_loss"]), _t(learned)):
        expected["train_loss"] = learned
    amiss = [key for key in keys if not _same(_t(values[key]), _t(expected[key]))]
    for key in amiss:
        for wrong, better in slips[key]:
            if _same(_t(values[key]), _t(wrong)):
                raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], better)
        words = "`fit` rests on train_one_epoch and evaluate: do their checks pass? Then: one Adam, cross entropy, train, then validate."
        if len(amiss) == 1 and all((_t(values[other]) - _t(expected[other])).abs().max() < 2e-5 for other in keys if other != key):
            source = {"train_loss": "train_one_epoch returns", "val_loss": "evaluate returns first", "val_accuracy": "evaluate returns second"}[key]
            words = f"{key} alone is wrong; the other two lists are right. In every epoch append what {source}, as it is."
        raise Wrong(f'{call}; history["{key}"]', values[key], expected[key], words)


def _longer_fitting(function):
    call = "fit(model, train_loader, val_loader, epochs=8, lr=0.1) with batch normalisation in the model, 9 + 5 images"
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 4, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    with torch.no_grad():
        model[1].weight.copy_(_t([[1, -0.5], [0.5, 1], [-1, 0.25], [0.3, -1]]))
        model[4].weight.copy_((torch.arange(12.0) * 5 % 7 - 3).reshape(3, 4) / 4)
        model[4].bias.copy_(_t([0.1, -0.1, 0]))
    images = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5], [-1, 2], [0.5, 0.5], [1, 1], [-1, -1], [0.5, -2], [2, 2], [-2, 1]]).reshape(14, 1, 1, 2)
    labels = torch.tensor([1, 2, 0, 0, 2, 0, 1, 1, 2, 1, 2, 0, 0, 1])
    loaders = DataLoader(TensorDataset(images[:9], labels[:9]), batch_size=3), DataLoader(TensorDataset(images[9:], labels[9:]), batch_size=2)
    history = function(model, *loaders, 8, 0.1)
    advice = "One Adam with `lr` and nothing else added, for all parameters; training mode in every epoch's training, evaluation mode in its validation; and all epochs are run."
    for key, expected in (("val_loss", [1.121561, 0.996482, 0.958364, 0.947983, 0.939969, 1.008147, 1.20944, 1.40503]), ("val_accuracy", [0.4, 0.2, 0.4, 0.6, 0.6, 0.4, 0.4, 0.4])):
        got = [_number(value) for value in history[key]]
        if len(got) != 8 or not _same(_t(got), _t(expected)):
            few = "There are 8 epochs to run: no early end." if len(got) < 8 else advice
            raise Wrong(f'{call}; history["{key}"]', got, expected, few)
    words = "The history is right, but the model was not left as the last epoch's training left it. fit trains the very model that it is given; no copy, no going back to earlier weights."
    _compare(call + "; a weight of the model afterwards", model[4].weight[0], _t([0.19949, 0.326684, -1.382243, -0.132504]), (), words)
    _compare(call + "; the running mean of the batch normalisation afterwards", model[2].running_mean, _t([0.588795, 0.262954, -0.439996, -0.367322]), (), words)


EXAMPLES["fit"] = [_fitting, _longer_fitting]

HINTS["fit"] = (
    "Everything hard is done: this function calls train_one_epoch and evaluate. What must be made once, and what happens every epoch?",
    "Once: criterion, optimizer, three empty lists. Every epoch: train on train_loader, evaluate on val_loader, append three numbers.",
    "torch.optim.Adam(model.parameters(), lr=lr) stands before the loop. `val_loss, val_accuracy = evaluate(…)` takes the pair apart. The device is next(model.parameters()).device.",
)
