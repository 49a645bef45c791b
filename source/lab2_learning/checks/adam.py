_NAN = "There is a NaN: 0 divided by 0, or the root of a negative number. The corrections are 1 − β to the power t, and t is 1 in the first step."
_FIRST_STEP = [
    ([0.683772, 2.316228], "The bias correction is missing: divide m by 1 − β₁ to the power t, and v by 1 − β₂ to the power t."),
    ([0.99, 2.01], "The bias correction of m is missing: divide it by 1 − β₁ to the power t."),
    ([-2.162277, 5.162277], "The bias correction of v is missing: divide it by 1 − β₂ to the power t."),
    ([0.925586, 2.074414], "t begins at 2. A parameter's first step has t = 1."),
    ([0.9, 2.05], "The root is missing: divide by √v̂."),
]

EXAMPLES["Adam"] = [
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 1, [0.9, 2.1], [[0.9], [-1.1]], _FIRST_STEP, "In the first step m̂ is g and v̂ is g², so the step is lr, against the sign of g.", nan=_NAN),
    _walk(
        "Adam(params, lr=0.1)",
        {"lr": 0.1},
        3,
        [0.759853, 2.128478],
        [[0.7], [-1.3]],
        [
            ([0.700948, 2.134177], "The bias correction is that of the first step in every step. Count the steps: t = 1, 2, 3."),
            ([0.866848, 2.124256], "The corrected m and v are stored, and corrected once more in the next step. Remember m and v as they are."),
            ([-0.458505, 4.532026], "The corrected m is stored, and corrected once more in the next step. Remember m as it is."),
            ([0.890633, 2.101493], "The corrected v is stored, and corrected once more in the next step. Remember v as it is."),
            ([0.818086, 1.945088], "The step follows the gradient. It follows m̂, the running mean of the gradients."),
            ([0.760102, 2.142521], "The betas are exchanged: the first belongs to m, the second to v."),
            ([0.779909, 2.124531], "t counts the parameters that the loop meets. Each parameter counts its own steps, once in each step."),
            ([0.962126, 1.997399], "β and 1 − β are exchanged: β says how much of the *old* mean is kept."),
            ([0.683132, 2.177621], "v is the mean of |g|. Square g first."),
        ],
        "m and v first, then their corrected copies, then the step: lr · m̂ / (√v̂ + eps).",
        nan=_NAN,
    ),
    _walk(
        "Adam(params, lr=0.1, betas=(0.5, 0.8), eps=0.5)",
        {"lr": 0.1, "betas": (0.5, 0.8), "eps": 0.5},
        4,
        [0.810658, 2.000813],
        [[0.68], [-1.32]],
        [([0.77451, 1.999237], "eps is added under the root. Add it after the root."), ([0.841771, 1.990081], "eps is added to the root before the correction. Correct v first: the step is lr · m̂ / (√v̂ + eps)."), ([0.80903, 1.980436], "The bias correction is missing."), ([0.808965, 2.08004], "The corrected m and v are stored. Remember m and v as they are."), ([0.813768, 2.000873], "You divide by the largest v so far, which is another method (AMSGrad). Divide by the v̂ of this step.")],
        "`betas` and `eps` are arguments: use those that are given.",
    ),
    _walk("Adam(params)", {}, 3, [0.997599, 2.001285], [[0.997], [-1.003]], (), "The defaults are lr=0.001, betas=(0.9, 0.999) and eps=1e-8."),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 2, [0.886579, 2.094509], [[0.866667], [-1.133333]], (), "With gradients as small as these, eps counts: its default is 1e-8, and it is added to the root of v̂.", scale=1e-8),
    _walk("Adam(params, lr=0.1)", {"lr": 0.1}, 4, [0.712004, 2.095068], [[0.8], [-1.2]], (), "The fourth step is wrong, although three were right.", begin=2),
]
MORE_WORDS["Adam"] = _OPTIMIZER_WORDS

HINTS["Adam"] = (
    "Three things are remembered for each parameter: m, v, and how many steps it has made.",
    "In `step`, for each parameter with a gradient: count, update m with g and v with g², then correct: m / (1 − β₁ to the power t), v / (1 − β₂ to the power t). The corrected ones are new tensors.",
    "`self.steps[i] += 1`; `m.mul_(beta1).add_((1 - beta1) * g)`; the same for v with g². Then m_hat = m / (1 - beta1**t), v_hat likewise, and the step is lr · m_hat / (√v_hat + eps).",
)
