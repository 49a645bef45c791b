import torch

EXAMPLES["kl_div"] = [
    _value(
        "kl_div(log_q, p) with q = [[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]], p = [[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]]",
        (_t([[0.25, 0.25, 0.5], [0.4, 0.4, 0.2]]).log(), _t([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])),
        _t(0.277598),
        [
            (_t(0.555195), "That is the sum. Divide it by the number of rows, N = 2."),
            (_t(0.092533), "That is the mean over all N · K elements. Divide by the number of rows, N = 2."),
            (_t(0.185065), "You divide by the number of classes. Divide by the number of rows, N = 2."),
            (_t([0.173287, 0.381909]), "These are the sums of the rows, and they are right. Take their mean."),
            (_t(-0.277598), "The sign is wrong: log p comes first, and log_q is taken away from it."),
            (_t(1.272593), "That is the cross entropy: p · log p is missing."),
            (_t(0.254041), "That is the divergence in the other direction, from q to p. The weights are p, the truth."),
            (_t(-0.254041), "The weights in the sum are p, the truth, not q."),
            (_t(-0.143841), "The weights are missing: each difference of logarithms is multiplied with p."),
            (_t(-1.291246), "You turn log_q into probabilities. Leave it as it is: the formula asks for its logarithm."),
            (_t(1.680093), "The logarithm of p is missing: p comes as plain probabilities."),
            (_t(0.146433), "There is a log-softmax too many: log_q holds log-probabilities already."),
        ],
        nan="log_q is a logarithm already. Take only that of p.",
        advice="Sum p · (log p − log_q) over everything, and divide by the number of rows. The prediction comes first, and as logarithms.",
    ),
    _value(
        "kl_div(log_q, p) with p = [[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], both float64",
        (_t([[0.25, 0.5, 0.25], [0.25, 0.5, 0.25], [0.8, 0.1, 0.1]], torch.float64).log(), _t([[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]], torch.float64)),
        _t(0.420955, torch.float64),
        nan="0 · log 0 is NaN for PyTorch, and 0 here: `torch.xlogy(p, p)` is p · log p with this rule, or choose with `torch.where`.",
        advice="Where p is 0, the term is 0; the other terms stay as they are.",
    ),
]

HINTS["kl_div"] = (
    "Two parts: p · log p, and p · log_q. Which of the two logarithms is already there?",
    "Add up p · log p − p · log_q over all elements, and divide by the number of rows, `len(p)`. What becomes of p · log p where p is 0?",
    "`torch.xlogy(p, p)` is p · log p, with 0 where p is 0. Then take p · log_q away, `.sum()`, and divide.",
)
