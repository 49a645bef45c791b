import contextlib
import io

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


def _logging(interval, expected, slips):
    call = f"train_with_log(model, loader, nn.CrossEntropyLoss(), SGD with lr=0.5, epoch=3, log_interval={interval}), 7 samples in batches of 2"

    def example(function):
        inputs = _t([[1, 2], [-1, 0.5], [2, -1], [0, 1], [-2, -2], [3, 0], [1, -1.5]])
        loader = DataLoader(TensorDataset(inputs, torch.tensor([1, 2, 0, 0, 2, 0, 1])), batch_size=2)
        model, printed = _Logged().eval(), io.StringIO()
        with contextlib.redirect_stdout(printed):
            got = function(model, loader, nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.5), 3, interval)
        if not all(model.modes):
            raise Wrong(call, Words("a forward pass in evaluation mode"), Words("training mode"), "Call model.train() before the first batch.")
        if len(model.modes) != 4:
            raise Wrong(call, Words(f"{len(model.modes)} forward passes"), Words("4, one for each batch"), "Every batch goes through the model once, also where nothing is reported. Does the loop end early, by a `return` inside it?")
        weights = [
            ([[0.5, -0.5], [0.25, 1], [-1, 0]], "The weights have not changed. Is optimizer.step() called, after loss.backward()?"),
            ([[0.731822, 0.612122], [0.600525, -0.049924], [-1.582347, -0.062198]], "Each step follows the gradients of all batches so far. Clear them for each batch: optimizer.zero_grad()."),
        ]
        _compare(call + "; the model's weight afterwards", model.linear.weight, _t([[0.325663, 0.349926], [0.626462, 0.171588], [-1.202125, -0.021514]]), [(_t(wrong), better) for wrong, better in weights], "For each batch, also where nothing is reported: zero_grad, forward, loss, backward, step, once each.")
        if not isinstance(got, (list, tuple)) or not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in got):
            raise Wrong(call, got, Words("a list of pairs (images, loss)"), "Begin with an empty list, append a pair at each report, and return the list behind the loop.")
        if any(isinstance(value, torch.Tensor) and value.requires_grad for pair in got for value in pair):
            raise Wrong(call, Words("losses that still hold their graphs"), Words("plain numbers"), "Append `loss.item()`: a tensor keeps the graph of its batch in memory.")
        if any(_number(value) is None for pair in got for value in pair):
            raise Wrong(call, got, Words("a list of pairs of numbers"), "Each pair has two plain numbers: how many images, and `loss.item()`.")
        pairs = [(_number(seen), _number(loss)) for seen, loss in got]
        if len(pairs) != len(expected):
            raise Wrong(call, pairs, expected, f"There are {len(expected)} reports: of the batches number 0 and {interval}. Count from 0, and report where the number is a multiple of log_interval.")
        for wrong, better in slips:
            if all(_same(_t(a), _t(b)) for column, values in zip(zip(*wrong), zip(*pairs)) for a, b in zip(column, values) if a is not None):
                raise Wrong(call, pairs, expected, better)
        if not _same(_t(pairs), _t(expected)):
            raise Wrong(call, pairs, expected, "Each pair: the images seen *before* the batch, and the loss with which this batch was trained on.")
        if len([line for line in printed.getvalue().splitlines() if line.strip()]) < len(expected):
            raise Wrong(call, Words(f"printed was {printed.getvalue()!r}"), Words(f"{len(expected)} lines, one for each report"), "Print a line at each report: epoch, images, share and loss.")

    return example


_AFTER = "That is the loss after the step. Report the one that the batch had when it was trained on."
_TIMES = "The loss is a mean over the batch already. Report it as it is."

EXAMPLES["train_with_log"] = [
    _logging(
        2,
        [(0, 0.325556), (4, 0.160176)],
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
    ),
    _logging(
        3,
        [(0, 0.325556), (6, 3.169401)],
        [
            ([(0, None), (3, None)], "The last batch is smaller: its number times its size is not what was seen. Add up the sizes of the batches."),
        ],
    ),
]

HINTS["train_with_log"] = (
    "Write the loop without reports first: training mode, then the five steps for each batch. Then: when does a batch report, and what has to be counted?",
    "`enumerate(loader)` numbers the batches from 0; a batch reports where `number % log_interval == 0`. A count of images begins at 0 and grows by len(targets) at the *end* of each pass.",
    "At a report append `(seen, loss.item())` and print a line with epoch, seen, seen / len(loader.dataset) and the loss. Return the list behind the loop, in the column of the `for`.",
)
