EXAMPLES["RMSprop"] = [
    _walk(
        "RMSprop(params, lr=0.1, alpha=0.9)",
        {"lr": 0.1, "alpha": 0.9},
        3,
        [0.482714, 2.004164],
        [[0.262262], [-1.737738]],
        [
            ([0.866034, 1.935474], "alpha and 1 − alpha are exchanged: alpha says how much of the *old* mean is kept."),
            ([0.827571, 2.001388], "alpha stands in both places. Before g² it is 1 − alpha."),
            ([0.479118, 2.019339], "The old mean square is kept whole. Multiply it with alpha before you add."),
            ([0.352294, 2.02946], "That is the mean of |g|. Average the squares of g."),
            ([0.83642, 2.001317], "The factor (1 − alpha) before g² is missing."),
            ([0.835283, 2.006115], "The squares add up and nothing is forgotten: that is Adagrad. The old mean square is multiplied with alpha."),
            ([0.683772, 1.683772], "The mean square forgets everything: add to the old one, and store the new one."),
            ([0.545475, 2.125121], "There is one mean square for the whole tensor. Each element has its own."),
            ([-0.202122, 2.102213], "The root is missing: divide by √ms."),
            ([-0.547501, 2.291208], "That is the mean of |g|. Average the squares of g, and divide by the root."),
            ([0.752642, 1.969233], "The mean square begins with the first g². Begin with zeros."),
            ([0.820868, 1.944371], "There is a bias correction, as Adam has it. RMSprop has none."),
            ([0.76943, 1.922666], "You multiply with the root. Divide by it."),
        ],
        "The mean square first, ms = alpha · ms + (1 − alpha) · g²; then the step, lr · g / (√ms + eps).",
    ),
    _walk("RMSprop(params, lr=0.1, alpha=0.9, eps=0.5)", {"lr": 0.1, "alpha": 0.9, "eps": 0.5}, 2, [0.676815, 2.131984], [[0.677597], [-1.322403]], [([0.625131, 2.157669], "eps is added under the root. Add it after the root.")], "eps is added to the root of the mean square."),
    _walk("RMSprop(params)", {}, 2, [0.805084, 2.075631], [[0.829112], [-1.170888]], (), "The defaults are lr=0.01, alpha=0.99 and eps=1e-8."),
    _walk("RMSprop(params)", {}, 2, [0.877897, 2.050283], [[0.880996], [-1.119004]], (), "With gradients as small as these, eps counts: its default is 1e-8, and it is added to the root.", scale=1e-7),
]
MORE_WORDS["RMSprop"] = _OPTIMIZER_WORDS

HINTS["RMSprop"] = (
    "Begin with a copy of your SGD. What is remembered for each parameter, in the place of the buffer?",
    "A tensor of zeros for each parameter, `torch.zeros_like(p)`: its running mean of squares. In `step`: multiply it with alpha, add (1 − alpha) · g², then divide g by its root.",
    "`square.mul_(alpha).add_((1 - alpha) * p.grad**2)`, and then the step: `p -= lr * p.grad / (root + eps)`, with the root of the new mean square.",
)
