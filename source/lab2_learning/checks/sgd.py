_PULL = "Work the first steps through by hand: g, then the buffer, then w."

EXAMPLES["SGD"] = [
    _walk(
        "SGD(params, lr=0.1)",
        {"lr": 0.1},
        2,
        [0.6, 2.15],
        [[0.6], [-1.4]],
        [
            ([-3, 3.5], "The learning rate is missing: the step is lr times the buffer."),
            ([0.5, 2.35], "The gradients add up although momentum is 0: then the buffer is g, and nothing is remembered."),
            ([0.9, 2.2], "Only the first step counts. Is the buffer the gradient's own tensor? Then `zero_grad` and `backward` change it as well: begin with zeros, or with a copy."),
            ([0.51, 2.33], "There is momentum although none was asked for: its default is 0."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, momentum=0.9)",
        {"lr": 0.1, "momentum": 0.9},
        3,
        [0.259, 2.247],
        [[-0.122], [-2.122]],
        [
            ([0.7, 1.95], "The momentum has no effect. The buffer remembers: momentum times the old one, plus g; and the step follows the buffer."),
            ([0.9259, 2.0247], "There is a factor (1 − momentum) before g. Here g is added whole."),
            ([0.682, 2.5125], "There is a factor (1 − momentum) before g. Here g is added whole, in every step."),
            ([0.0331, 2.1723], "That is Nesterov's momentum, a relative. The step is lr times the buffer, and nothing is added."),
            ([0.34, 2.085], "The buffer remembers one step only. Store the new buffer, not the gradient."),
            ([0.2, 2.3], "The old buffer is not made smaller: multiply it with momentum before you add g."),
            ([1.741, 1.753], "The gradient is taken away from the buffer. Add it."),
            ([-6.41, 4.47], "The learning rate is missing: the step is lr times the buffer."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, weight_decay=0.5)",
        {"lr": 0.1, "weight_decay": 0.5},
        1,
        [0.85, 2.1],
        [[0.75], [-1.15]],
        [
            ([0.9, 2.2], "The weight decay has no effect: add weight_decay · w to the gradient."),
            ([0.95, 2.3], "The weights grow: weight_decay · w is *added* to the gradient, since the step is taken away."),
            ([0.8, 2.0], "The decay is twice as large as asked for: no factor 2."),
            ([0.895, 2.19], "The learning rate counts twice in the decay. Add weight_decay · w to the gradient, and multiply with lr once."),
        ],
        _PULL,
    ),
    _walk(
        "SGD(params, lr=0.1, momentum=0.9, weight_decay=0.5)",
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.5},
        2,
        [0.3725, 2.035],
        [[0.2875], [-1.4275]],
        [
            ([0.4175, 2.125], "The decay is added after the buffer. Add it to the gradient before, so that the buffer sees it."),
            ([0.51, 2.33], "With momentum the weight decay is lost: the buffer takes up g, not the plain gradient."),
        ],
        _PULL,
    ),
    _walk("SGD(params, lr=0.1, momentum=0.9)", {"lr": 0.1, "momentum": 0.9}, 4, [-0.0169, 2.0723], [[0.42], [-1.58]], (), _PULL, begin=2),
]
MORE_WORDS["SGD"] = _OPTIMIZER_WORDS

HINTS["SGD"] = (
    "Which things must be remembered from one step to the next? Make them in `__init__`: the parameters as a list, the three numbers, and a buffer for each parameter.",
    "A buffer of zeros (`torch.zeros_like(p)`) does: momentum times zeros plus g is g. In `step`, inside `with torch.no_grad():`, for each parameter whose gradient is not None: g, then the buffer, then w in place.",
    "`buffer.mul_(momentum).add_(g)` changes the buffer in place; `p -= lr * buffer` changes the parameter. `zero_grad` sets `p.grad = None` for each parameter.",
)
