import contextlib
import io
import re

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class _Logged(nn.Module):
    """A linear network that counts its forward passes, and remembers in which mode they were."""

    def __init__(self):
        super().__init__()
        self.linear, self.modes = nn.Linear(2, 3), []
        with torch.no_grad():
            self.linear.weight.copy_(_t([[0.5, -0.5], [0.25, 1], [-1, 0]]))
            self.linear.bias.copy_(_t([0.1, 0, -0.1]))

    def forward(self, x):
        self.modes.append(self.training)
        return self.linear(x)


def _logging(loss_fn, size, interval, expected, weights, slips, light=()):
    call = f"train_with_log(model, loader, nn.{loss_fn}(), SGD with lr=0.5, epoch=37, log_interval={interval}), 7 samples in batches of {size}"

    def example(function):
        inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]])
        loader = DataLoader(TensorDataset(inputs, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=size)
        model, printed = _Logged().eval(), io.StringIO()
        with contextlib.redirect_stdout(printed):
            got = function(model, loader, getattr(nn, loss_fn)(), torch.optim.SGD(model.parameters(), lr=0.5), 37, interval)
        if not all(model.modes):
            raise Wrong(call, Words("a forward pass in evaluation mode"), Words("training mode"), "Call model.train() before the first batch.")
        if len(model.modes) != len(loader):
            few = len(model.modes) < len(loader)
            again = "Each batch goes through the model once. Keep its loss; do not compute it again."
            raise Wrong(call, Words(f"{len(model.modes)} forward passes"), Words(f"{len(loader)}, one for each batch"), again if not few else "Every batch goes through the model once, also where nothing is reported. Does the loop end early, by a `return` inside it?")
        _compare(call + "; the model's weight afterwards", model.linear.weight, _t(weights), [(_t(wrong), better) for wrong, better in light], "For each batch, also where nothing is reported: zero_grad, forward, the loss that is given, backward, step, once each.")
        if not isinstance(got, (list, tuple)) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in got):
            raise Wrong(call, got, Words("a list of pairs (images, loss)"), "Begin with an empty list, append a pair at each report, and return the list behind the loop.")
        if any(isinstance(value, torch.Tensor) and value.requires_grad for pair in got for value in pair):
            raise Wrong(call, Words("losses that still hold their graphs"), Words("plain numbers"), "Append `loss.item()`: a tensor keeps the graph of its batch in memory.")
        if any(_number(value) is None for pair in got for value in pair):
            raise Wrong(call, got, Words("a list of pairs of numbers"), "Each pair has two plain numbers: how many images, and `loss.item()`.")
        pairs = [(_number(seen), _number(loss)) for seen, loss in got]
        if len(pairs) != len(expected):
            raise Wrong(call, pairs, expected, f"There are {len(expected)} reports, of the batches number 0, {interval} and so on. Count from 0, and report where the number is a multiple of log_interval.")
        for wrong, better in slips:
            if all(a is None or _same(_t(a), _t(b)) for one, other in zip(wrong, pairs) for a, b in zip(one, other)):
                raise Wrong(call, pairs, expected, better)
        if not _same(_t(pairs), _t(expected)):
            raise Wrong(call, pairs, expected, "Each pair: the images seen *before* the batch, and the loss that this batch had when it was trained on.")
        lines = [line for line in printed.getvalue().splitlines() if line.strip()]
        shown = Words("\n".join(lines) or "nothing was printed")
        if len(lines) < len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} lines, one for each report"), "Print a line at each report: epoch, images, share and loss.")
        if len(lines) == len(loader) > 2 * len(expected):
            raise Wrong(call, shown, Words(f"{len(expected)} lines, one for each report"), "A line is printed for every batch. Print only where you report.")
        if not re.search(r"(?<!\d)0*37(?!\d)", printed.getvalue()):
            raise Wrong(call, shown, Words("lines that name epoch 37, the images, their share and the loss"), "The line does not name the epoch, which is given as `epoch`.")
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", "\n".join(lines).replace(",", "."))]
        of_the_second = expected[1][0] / 7, min(expected[1][0] + size, 7) / 7  # before and behind the batch
        if size == 1 and 7 not in numbers and not any(abs(number - unit * share) < 0.011 * unit for number in numbers for unit in (1, 100) for share in of_the_second):
            raise Wrong(call, shown, Words("lines that name epoch 37, the images, their share and the loss"), "The line does not say which share of all images, or of all batches, that is.")

    return example


_AFTER = "That is the loss after the step. Report the one that the batch had when it was trained on."
_TIMES = "The loss is a mean over the batch already. Report it as it is."

_WEIGHTS = [[0.325663, 0.349926], [0.626462, 0.171588], [-1.202125, -0.021514]]  # of the batches of two, however often one reports

EXAMPLES["train_with_log"] = [
    _logging(
        "CrossEntropyLoss",
        2,
        2,
        [(0, 0.325556), (4, 0.160176)],
        _WEIGHTS,
        [
            ([(2, 1.043635), (6, 3.169401)], "The batches number 1 and 3 report. Count from 0: the very first one reports."),
            ([(2, None), (6, None)], "The batch itself is counted. Count the images seen *before* it."),
            ([(0, None), (2, None)], "That is the number of the batch. Count images."),
            ([(1, None), (3, None)], "That is the number of the batch, from 1. Count images, from 0."),
            ([(0, 0.251612), (4, 0.06863)], _AFTER),
            ([(0, 0.651111), (4, 0.320353)], _TIMES),
            ([(0, 0.325556), (4, 0.509789)], "That is the mean loss so far. Report the loss of this batch alone."),
            ([(0, 0.325556), (4, 0.601906)], "That is the mean loss since the last report. Report the loss of this batch alone."),
            ([(0.325556, 0), (0.160176, 4)], "The pairs are the other way round: images first, then the loss."),
        ],
        [
            ([[0.5, -0.5], [0.25, 1], [-1, 0]], "The weights have not changed. Is optimizer.step() called, after loss.backward()?"),
            ([[0.731822, 0.612122], [0.600525, -0.049924], [-1.582347, -0.062198]], "Each step follows the gradients of all batches so far. Clear them for each batch: optimizer.zero_grad()."),
        ],
    ),
    _logging("CrossEntropyLoss", 2, 3, [(0, 0.325556), (6, 3.169401)], _WEIGHTS, [([(0, None), (3, None)], "The last batch is smaller: its number times its size is not what was seen. Add up the sizes of the batches.")]),
    _logging(
        "MultiMarginLoss",
        1,
        3,
        [(0, 0), (3, 1.233333), (6, 1.375)],
        [[0.333333, 0.083333], [0.75, 0.25], [-1.333333, 0.166667]],
        [([(0, None), (3, None), (3, None)], "The count begins anew after each report. Count all images before the batch.")],
        [([[0.426419, 0.502271], [0.654054, 0.071291], [-1.330473, -0.073562]], "That is what the cross entropy gives. Use the loss that is given, `loss_fn`.")],
    ),
]

HINTS["train_with_log"] = (
    "Write the loop without reports first: training mode, then the five steps for each batch. Then: when does a batch report, and what has to be counted?",
    "`enumerate(loader)` numbers the batches from 0; a batch reports where `number % log_interval == 0`. A count of images begins at 0 and grows by len(targets) at the *end* of each pass.",
    "At a report append `(seen, loss.item())` and print a line with epoch, seen, seen / len(loader.dataset) and the loss. Return the list behind the loop, in the column of the `for`.",
)
