import torch


def _channels_small(function):
    call = "channel_dropout(x, p=0.25) with x = torch.arange(1., 17).reshape(2, 4, 1, 2)"
    before = torch.arange(1.0, 17).reshape(2, 4, 1, 2)
    x = before.clone()
    got = function(x, 0.25)
    if not torch.equal(x, before):
        raise Wrong(call, Words("x was changed"), Words("x as it was"), "Inputs must stay as they are: make a new tensor, `x * mask / (1 - p)`.")
    fits = isinstance(got, torch.Tensor) and got.shape == x.shape
    kept = got.detach() != 0 if fits else torch.ones_like(x, dtype=torch.bool)
    slips = [
        (x, "Nothing has changed. In training, each channel of each image becomes 0 with probability p, and the others are divided by 1 − p."),
        (x * kept, "The kept channels are as they were. Divide them by 1 − p, as in `dropout`."),
        (x * kept / 0.25, "The kept channels are divided by p. Divide by 1 − p, here 0.75."),
        (x * kept * 0.75, "The kept channels are multiplied by 1 − p. Divide by it."),
    ]
    slips = slips if kept.any() else []  # all may be dropped, by chance
    _compare(call, got, x / 0.75 * kept, slips, "Each channel is either 0 or x / (1 − p), here x / 0.75.")


def _channels_share(function):
    x = torch.ones(150, 200, 2, 3)
    for p, options in ((0.25, {"p": 0.25}), (0.5, {})):
        call = "channel_dropout(torch.ones(150, 200, 2, 3)" + "".join(f", {key}={value}" for key, value in options.items()) + ")"
        first, second = (function(x, **options).detach() == 0 for _ in range(2))
        whole = first.flatten(2).all(2)  # (150, 200)
        if not torch.equal(whole, first.flatten(2).any(2)):
            raise Wrong(call, Words("channels of which some values are 0 and some are not"), Words("whole channels"), "Draw one number for each channel of each image, shape (N, C, 1, 1); broadcasting does the rest.")
        share = whole.double().mean().item()
        if share == 0:
            raise Wrong(call, Words("no channel is 0"), Words(f"about {p:.0%} of them"), "Nothing is dropped here. Is a number drawn for each channel of each image, and are those below p set to 0?")
        if (whole == whole[:, :1]).all():
            raise Wrong(call, Words("all channels of an image have the same fate"), Words("each channel for itself"), "Draw one number for each channel of each image, shape (N, C, 1, 1), not one for each image.")
        if (whole == whole[:1]).all():
            raise Wrong(call, Words("all images lose the same channels"), Words("others in each image"), "Draw for each image: shape (N, C, 1, 1), not (1, C, 1, 1).")
        if abs(share - p) > 0.02:  # a right answer is so far off once in 10¹¹ times
            better = "p is the probability that a channel is dropped, not that it is kept." if abs(share - 0.75) < 0.02 else "A channel is dropped where its number is below p; without an argument, p is 0.5."
            raise Wrong(call, Words(f"{share:.1%} of the channels are 0"), Words(f"about {p:.0%}"), better)
        if (whole.sum(dim=1) == whole[0].sum()).all():
            raise Wrong(call, Words(f"exactly {p:.0%} of the channels of each image are 0"), Words("a few more in one image, a few less in another"), "Do not choose a fixed number of channels: each channel has its own draw.")
        if torch.equal(first, second):
            raise Wrong(call + ", twice", Words("the same channels are dropped again"), Words("others each time"), "Draw anew in each call, and set no seed inside the function.")


def _channels_gradient(function):
    call = "channel_dropout(x, p=0.25).sum().backward() with x of 5 images with 8 channels; the gradient of x"
    x = torch.linspace(1, 3, 240, dtype=torch.float64).reshape(5, 8, 2, 3).requires_grad_()
    got = function(x, 0.25)
    if got.dtype != torch.float64 or function(x.detach().float(), 0.25).dtype != torch.float32:
        raise Wrong(call, Words("a result of another type than x"), Words("float64 for float64, float32 for float32"), "The result has the type of x: `x.new_empty(…)` makes a tensor like it.")
    if not got.requires_grad:
        raise Wrong(call, Words("nothing: the result is cut off from x"), Words("1 / (1 − p) in the kept channels, 0 elsewhere"), "Compute the result from x itself, without `detach`, `.data`, `no_grad` or NumPy.")
    got.sum().backward()
    if not _same(x.grad, (got != 0) / 0.75):
        raise Wrong(call, Words("another gradient"), Words("1 / (1 − p) in the kept channels, 0 elsewhere"), "Multiply x by the mask and divide by 1 − p: then the gradient follows.")


_channels_x = torch.arange(1.0, 9).reshape(2, 2, 2, 1)
EXAMPLES["channel_dropout"] = [
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.25, training=False)",
        (_channels_x, {"p": 0.25, "training": False}),
        _channels_x,
        [(_channels_x * 0.75, "In evaluation x comes back as it is: the scale was put right in training.")],
        advice="With training=False the values of x come back as they are. Is `training` asked?",
    ),
    _channels_small,
    _channels_share,
    _value("channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=0.0)", (_channels_x, {"p": 0.0}), _channels_x, advice="With p = 0 nothing is dropped."),
    _value(
        "channel_dropout(torch.arange(1., 9).reshape(2, 2, 2, 1), p=1.0)",
        (_channels_x, {"p": 1.0}),
        torch.zeros(2, 2, 2, 1),
        advice="With p = 1 everything is dropped.",
        nan="With p = 1, you divide by 1 − p = 0. What comes back then, without any division?",
    ),
    _channels_gradient,
]

HINTS["channel_dropout"] = (
    "It is dropout with fewer draws: how many numbers do you need for N images of C channels?",
    "One for each channel of each image: N · C of them. In which shape must they stand so that each multiplies a whole (H, W) plane?",
    "A mask of shape (N, C, 1, 1), from `torch.rand(N, C, 1, 1) >= p`, in x's type and on its device. Or send a tensor of ones of that shape through your `dropout`, and multiply x by what comes back.",
)
