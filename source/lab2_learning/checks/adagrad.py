EXAMPLES["Adagrad"] = [
    _walk(
        "Adagrad(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.835283, 2.006115],
        [[0.771554], [-1.228446]],
        [
            ([0.879091, 2.013993], "The root is missing: divide by √sum."),
            ([0.845, 2.035555], "You add up |g|. Add up the squares of g, and divide by the root."),
            ([0.856597, 2.043293], "There is one sum for the whole tensor. Each element has its own."),
            ([0.818059, 1.945096], "You divide the sum by the number of steps. Adagrad adds up, and averages nothing."),
            ([0.9, 1.9], "The sum forgets: each step begins anew. Add g² to what is there, and keep it."),
            ([-0.646129, 2.056514], "The sum is a running mean: that is RMSprop. Adagrad only adds up."),
            ([0.862616, 2.064663], "The learning rate is divided by the number of the step besides. Leave that out: the sum makes the steps shorter."),
        ],
        "The sum first, sum = sum + g²; then the step, lr · g / (√sum + eps).",
    ),
    _walk("Adagrad(params, lr=0.1, eps=0.5)", {"lr": 0.1, "eps": 0.5}, 2, [0.851417, 2.060481], [[0.859912], [-1.140088]], [([0.825768, 2.071339], "eps is added under the root. Add it after the root.")], "eps is added to the root of the sum."),
    _walk("Adagrad(params)", {}, 2, [0.980513, 2.007575], [[0.982929], [-1.017071]], (), "The defaults are lr=0.01 and eps=1e-10."),
    _walk("Adagrad(params, lr=0.1)", {"lr": 0.1}, 2, [0.877924, 2.050335], [[0.881093], [-1.118907]], (), "With gradients as small as these, eps counts: its default is 1e-10, and it is added to the root.", scale=1e-10),
]
MORE_WORDS["Adagrad"] = _OPTIMIZER_WORDS

HINTS["Adagrad"] = (
    "Begin with a copy of your RMSprop. Which line makes it forget?",
    "A tensor of zeros for each parameter. In `step`: add g² to it, in place, and divide g by the root of the sum.",
    "`total += p.grad**2`, and then the step: `p -= lr * p.grad / (root + eps)`, with the root of the new sum.",
)
