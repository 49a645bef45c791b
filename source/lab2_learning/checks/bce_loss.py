import torch

EXAMPLES["bce_loss"] = [
    _value(
        "bce_loss(probabilities, targets) with [0.9, 0.2, 0.6] and [1, 0, 0]",
        (_t([0.9, 0.2, 0.6]), _t([1, 0, 0])),
        _t(0.414932),
        [
            (_t(1.244795), "That is the sum. Take the mean over all elements."),
            (_t(-0.414932), "The sign is wrong: logarithms of probabilities are negative, so the loss is minus their mean."),
            (_t(0.03512), "Only the half with t is there. A no counts, too: add (1 − t) · log(1 − p)."),
            (_t(0.379811), "Only the half with 1 − t is there. Add t · log p."),
            (_t(-0.344691), "The second half has the wrong sign. Both are added, and the minus stands before their sum."),
            (_t(1.474283), "The halves are exchanged: t belongs to log p, and 1 − t to log(1 − p). Or are the two arguments?"),
            (_t(0.802648), "Both logarithms are weighed with t. The second has the weight 1 − t."),
            (_t(1.889215), "Both logarithms count fully everywhere. Weigh log p with t, and log(1 − p) with 1 − t."),
            (_t(0.180203), "That is the logarithm to base 10. Take the natural one, `torch.log`."),
            (_t(30), "You take the logarithms of the targets. The probabilities come first."),
            (_t(0.725594), "There is a sigmoid too many: the input is probabilities already."),
            (_t(-0.7), "The logarithm is missing: that is minus the mean probability of the truth."),
            (_t([0.105361, 0.223144, 0.916291]), "These are the losses of the elements, and they are right. Take their mean."),
        ],
        advice="Each element pays minus the logarithm of the probability that it gave to the truth: 0.9, 0.8 and 0.4.",
    ),
    _value(
        "bce_loss(tensor([0., 1., 0.5]), tensor([1., 0., 1.]))",
        (_t([0, 1, 0.5]), _t([1, 0, 1])),
        _t(66.897716),
        [(_t(0.231049), "A sure and wrong answer pays nothing here. Cut the logarithm off at −100, so that it pays 100.")],
        nan="log 0 is −∞, and 0 · ∞ is NaN. Cut both logarithms off with `clamp(min=-100)`, before they are multiplied with the targets.",
        advice="Two answers are sure and wrong, and pay 100 each. A small number inside the logarithm, or a cut of the probability, makes it less: cut the logarithm itself at −100.",
    ),
    _value("bce_loss(tensor([0., 1.]), tensor([0., 1.]))", (_t([0, 1]), _t([0, 1])), _t(0), nan="Sure and right: 0 · log 0 is NaN. Cut both logarithms off at −100 before they are multiplied with the targets.", advice="Sure and right answers pay nothing."),
    _value("bce_loss(tensor([1e-10], float64), tensor([1.], float64))", (_t([1e-10], torch.float64), _t([1], torch.float64)), _t(23.025851, torch.float64), advice="log 1e-10 is −23, which needs no cut. Leave the probability as it is, and cut the logarithm alone, at −100."),
]

HINTS["bce_loss"] = (
    "Take a single answer first: p = 0.9. What does it pay when the truth is yes (t = 1), and what when it is no (t = 0)?",
    "Two logarithms, of p and of 1 − p, each weighed: with t and with 1 − t. Cut each off at −100 before you multiply. Then minus the mean.",
    "`probabilities.log().clamp(min=-100)` is the first logarithm. `clamp` turns −∞ into −100, so that 0 times it is 0.",
)
