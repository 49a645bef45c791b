import torch

_classes = torch.tensor([0, 1, 0, 2])
EXAMPLES["cross_entropy"] = [
    _value(
        "cross_entropy(logits, targets) with logits of shape (4, 3), targets = [0, 1, 0, 2]",
        (_logits, _classes),
        _t(1.008873),
        [
            (_t(4.035494), "That is the sum over the batch. Take the mean."),
            (_t(-1.008873), "The sign is wrong: the loss is the *negative* mean."),
            (_t(0.336291), "You divide by N·K. The mean runs over the N samples."),
            (_t([0.46437, 0.16985, 3.09492, 0.30636]), "These are the losses of the samples, and they are right. Take their mean."),
            (_t(0.924727), "Softmax is applied twice. The input is logits: one log-softmax is enough."),
            (_t(-0.563432), "The logarithm is missing: that is the mean probability of the true class, not its logarithm."),
            (_t(0.573708), "You take the logarithm of the mean. Take the mean of the logarithms."),
            (_t(1.631687), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(4.895060), "`log_probs[targets]` picks whole rows, not one entry of each row. Pair them: log_probs[torch.arange(N), targets]."),
            (_t(1.790133), "`log_probs[:, targets]` pairs every row with every target. Pair row n with target n: log_probs[torch.arange(N), targets]."),
            (_t(1.14125), "The probabilities add up to 1 over the batch, not over the classes: use dim=1."),
        ],
        advice="Of each row's log-softmax, pick the entry of its target; the loss is minus their mean.",
    ),
    _value("cross_entropy(tensor([[1000., 0., 0.], [0., 2000., 0.]], float64), tensor([0, 0]))", (_t([[1000, 0, 0], [0, 2000, 0]], torch.float64), torch.tensor([0, 0])), _t(1000, torch.float64), nan="exp(1000) is infinity, or a probability of 0 met the logarithm. Work from the scores: log of the sum of exps (stably) minus the true class's logit.", advice="With large scores a small number was lost. Work with log-softmax, not with the logarithm of softmax."),
]

HINTS["cross_entropy"] = (
    "Which one of the K log-probabilities of each row matters?",
    "Log-softmax along dim=1 gives (N, K). Pick, from row n, the entry of column targets[n]; the loss is minus the mean of what you picked.",
    "log_probs[torch.arange(N), targets] picks one entry from each row (so does gather). Then a minus sign and .mean().",
)
