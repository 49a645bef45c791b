import torch


def _dropped_small(function):
    call = "dropout(x, p=0.25) with x = [[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]]"
    before = _t([[1, 2, 3, 4], [5, 6, 7, 8], [-1, -2, -3, -4]])
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x was changed"), Words("x as it was"), "Inputs must stay as they are: make a new tensor, `x * mask / (1 - p)`, and write into none.")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "Nothing has changed. In training, each value becomes 0 with probability p, and the others are divided by 1 − p."),
        (x * kept, "Values are dropped, and the kept ones are as they were. Divide these by 1 − p, so that their mean stays what it was."),
        (x * kept / 0.25, "The kept values are divided by p. Divide by 1 − p, the probability of being kept: with p = 0.25, by 0.75."),
        (x * kept * 0.75, "The kept values are multiplied by 1 − p, which makes them smaller still. Divide by it."),
        (kept.to(x), "That is the mask alone. Multiply x by it, and divide by 1 − p."),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "Each value is either 0 or x / (1 − p), here x / 0.75.")
    for kind in (torch.float32, torch.float64):
        if function(x.to(kind), 0.25).dtype == kind:
            continue
        raise Wrong(f"{call}, x in {kind}", Words("a result of another type"), Words(str(kind)), "The result has the type of x. `torch.rand_like(x)` and `torch.empty_like(x)` make tensors like x.")


def _dropped_share(function):
    x = torch.ones(200, 300)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "dropout(torch.ones(200, 300)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        masks = [function(x, **options).detach() == 0 for _ in range(4)]
        share = masks[0].double().mean().item()
        if 0 < share < 1 and ((masks[0] == masks[0][:1]).all() or (masks[0] == masks[0][:, :1]).all()):
            raise Wrong(call, Words("whole rows or columns are dropped together"), Words("each value for itself"), "Draw as many numbers as x has values: `torch.rand_like(x)`, not `torch.rand(len(x))`.")
        if abs(share - p) > 0.015:  # a right answer is so far off once in 10¹¹ times
            better = "Draw one number for each value; it is dropped where that number is below p."
            if abs(share - 0.75) < 0.015 and p == 0.25:
                better = "p is the probability that a value is dropped, not that it is kept."
            elif share == 0:
                better = "Nothing is dropped here. Is a number drawn for each value, and are those below p set to 0?"
            elif share == 1:
                better = "Every value has the same fate. Draw a number for each of them: `torch.rand_like(x)`."
            elif p == 0.5:
                better = "Without an argument, p is 0.5, and the mode is training."
            raise Wrong(call, Words(f"{share:.1%} of the values are 0"), Words(f"about {p:.0%}"), better)
        if torch.equal(masks[0], masks[1]):
            raise Wrong(call + ", twice", Words("the same values are dropped again"), Words("others each time"), "Draw anew in each call, and set no seed inside the function.")
        if all(mask.sum() == round(p * x.numel()) for mask in masks):
            raise Wrong(call + ", four times", Words(f"exactly {p:.0%} of the values are 0, each time"), Words("sometimes a few more, sometimes a few less"), "Do not choose a fixed number of values: each value has its own draw.")


def _dropped_gradient(function):
    call = "dropout(x, p=0.25).sum().backward() with x of 40 values; the gradient of x"
    x = torch.linspace(1, 3, 40).requires_grad_()
    got = function(x, 0.25)
    if not got.requires_grad:
        raise Wrong(call, Words("nothing: the result is cut off from x"), Words("1 / (1 − p) where a value was kept, 0 elsewhere"), "Compute the result from x itself, without `detach`, `.data`, `no_grad` or NumPy: a network learns through it.")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("another gradient"), Words("1 / (1 − p) where a value was kept, 0 elsewhere"), "Multiply x by the mask and divide by 1 − p: then the gradient follows.")


_dropped_x = _t([[1, 2, 3], [5, 6, -7]])
EXAMPLES["dropout"] = [
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.25, training=False)",
        (_dropped_x, {"p": 0.25, "training": False}),
        _dropped_x,
        [
            (_dropped_x * 0.75, "In evaluation x comes back as it is. The scale was put right in training: the kept values were divided by 1 − p."),
            (_dropped_x / 0.75, "In evaluation nothing is dropped, so nothing is scaled, either: return x."),
        ],
        advice="With training=False the values of x come back as they are. Is `training` asked?",
    ),
    _dropped_small,
    _dropped_share,
    _value("dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=0.0)", (_dropped_x, {"p": 0.0}), _dropped_x, advice="With p = 0 nothing is dropped, and 1 − p is 1."),
    _value(
        "dropout(tensor([[1, 2, 3], [5, 6, -7]]), p=1.0)",
        (_dropped_x, {"p": 1.0}),
        torch.zeros(2, 3),
        advice="With p = 1 everything is dropped. Numbers from `torch.rand` lie in 0 … 1, and 1 itself is never drawn.",
        nan="With p = 1, you divide by 1 − p = 0. What comes back then, without any division?",
    ),
    _dropped_gradient,
]

HINTS["dropout"] = (
    "First the easy half: what comes back with training=False? Then draw a number between 0 and 1 for each value. Which of them should lead to a 0?",
    "`torch.rand_like(x)` draws such numbers, in x's shape and type. `drawn >= p` is True with probability 1 − p: that is the mask of what is kept. Multiply x by it. What is still missing, and what happens at p = 1?",
    "Return x where not training. Where p == 1, x * 0 would do. Else x * mask / (1 − p), with the mask `torch.rand_like(x) >= p`.",
)
