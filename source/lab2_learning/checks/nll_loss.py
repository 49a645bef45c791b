import torch

_shares = _t([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]])
_LOGS = "log_probs = log of [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.2, 0.2, 0.6], [0.1, 0.7, 0.2]]"
_right_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["nll_loss"] = [
    _value(
        f"nll_loss(log_probs, targets) with {_LOGS}, targets = [0, 1, 0, 2]",
        (_shares.log(), _right_classes),
        _t(1.049926),
        [
            (_t(4.199705), "That is the sum over the batch. Take the mean."),
            (_t(-1.049926), "The sign is wrong: log-probabilities are negative, and the loss is *minus* their mean."),
            (_t(0.349975), "You divide by N·K. The mean runs over the N samples."),
            (_t([0.693147, 0.287682, 1.609438, 1.609438]), "These are the losses of the samples, and they are right. Take their mean."),
            (_t([-0.693147, -0.287682, -1.609438, -1.609438]), "These are the right numbers of each row. The loss is minus their mean."),
            (_t(-0.4125), "That is minus the mean of the probabilities. The logarithms are given already: no `exp` is needed."),
            (_t(1.046311), "A softmax is made of the probabilities. The logarithms are given already: no `exp` and no softmax is needed."),
            (_t(0.885519), "That is the logarithm of the mean probability. Take the mean of the logarithms."),
            (_t(0.462082), "You take the largest of each row. The loss asks for the entry of the *target*, whether it is large or small."),
            (_t(1.325892), "That is the mean over all entries. Of each row, only the entry of its target counts."),
            (_t(1.258978), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(3.776935), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(1.412207), "`log_probs[:, targets]` pairs every row with every target. Pair row n with target n: log_probs[torch.arange(N), targets]."),
        ],
        nan="The logarithm is taken a second time, of negative numbers. The input is logarithms already.",
        advice="The four picked probabilities are 0.5, 0.75, 0.2 and 0.2: take their logarithms, the mean, and a minus.",
    ),
    _value(
        "nll_loss(log_probs, targets) with log_probs = [[-1.5, -0.252483]], targets = [0], in float64",
        (_t([[-1.5, -0.252483]], torch.float64), torch.tensor([0])),
        _t(1.5, torch.float64),
        [(_t(0.252483), "Class 0 is the first column, so the entry is −1.5.")],
        advice="There is one sample, so the loss is 1.5.",
    ),
    _value(
        "nll_loss(log_probs, targets) with log_probs = [[-200, 0]], targets = [0]",
        (_t([[-200, 0]]), torch.tensor([0])),
        _t(200),
        [(_t(100), "Nothing is cut off here: the loss of −200 is 200."), (_t(1), "The probability rounds to 0. Use the logarithm as it is given, without `exp`.")],
        nan="exp(−200) rounds to 0, and its logarithm is minus infinity. Use the logarithm as it is given.",
        advice="Nothing is cut off and nothing goes through `exp`: the loss of −200 is 200.",
    ),
]

HINTS["nll_loss"] = (
    "Which one of the K numbers of each row says how well the network did?",
    "From row n, take the entry in column targets[n]. The loss is minus the mean of what you took; the logarithms are there already.",
    "log_probs[torch.arange(N), targets] takes one entry from each row (so does gather). Then a minus sign and .mean().",
)
