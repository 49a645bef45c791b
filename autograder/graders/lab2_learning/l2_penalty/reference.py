"""Reference and misconceptions of `l2_penalty`: half the weight decay times the sum of all squares, so that its gradient is the decay."""

# CANARY-5b0c2f6e-hidden-grader

import itertools
import math

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 8


def l2_penalty(model, weight_decay):
    total = 0.0
    for p in model.parameters():
        if p.requires_grad:
            total = total + (p**2).sum()
    return weight_decay / 2 * total


reference = l2_penalty


def clue(args, kwargs, got, expected):
    """Say which parameters are left out, by what the others come to; else how to look."""
    net, decay = args
    squares = {name: float((value.double() ** 2).sum()) * decay / 2 for name, value in net.state.items()}
    learning = [
        name for name in squares if name not in net.frozen and "running" not in name and "batches" not in name
    ]
    for count in range(1, min(len(learning), 7)):
        for some in itertools.combinations(learning, count):
            if math.isclose(float(got), float(expected) - sum(squares[name] for name in some), rel_tol=1e-4):
                names = ", ".join(f"`{name}`" for name in some)
                return f"Your penalty is the right one without {names}, as `model.named_parameters()` calls them. All trainable parameters count: go over `model.parameters()` to its end."
    return "Try it on `nn.Linear(1, 1, bias=False)` with the weight 3: with weight_decay 0.1 the penalty is 0.1 / 2 * 9 = 0.45, with 0.2 it is 0.9. Then with a bias."


instead = changes_of(l2_penalty)

half_missing = instead(
    "Your penalty is twice what it should be, and so is its gradient: the ½ makes the gradient of w² just w. Or is every weight counted twice, as `modules()` and `parameters()` together do?",
    {"weight_decay / 2": "weight_decay"},
)
decay_missing = instead(
    "You leave weight_decay out: the sum of squares is multiplied by half of it.", {"weight_decay / 2": "0.5"}
)
decay_squared = instead(
    "You square weight_decay. Only the weights are squared.", {"weight_decay / 2": "weight_decay**2 / 2"}
)
square_root_taken = instead(
    "You take the norm, the root of the sum of squares. The penalty is made of the sum itself, without a root.",
    {"/ 2 * total": "/ 2 * torch.sqrt(total)"},
)
norms_added = instead(
    "You add the tensors' norms. A norm is the root of a sum of squares: add the sums themselves, `(p ** 2).sum()`.",
    {"(p**2).sum()": "p.norm()"},
)
sizes_added = instead(
    "You add absolute values: that is the L1 penalty. Square each weight.", {"(p**2)": "p.abs()"}
)
not_squared = instead("You add the weights as they are. Square each of them first.", {"(p**2)": "p"})
sums_squared = instead(
    "You square the sum of a tensor. Square each weight first, then add: `(p ** 2).sum()`.",
    {"(p**2).sum()": "p.sum() ** 2"},
)
means_added = instead(
    "You take the mean of each tensor's squares. Take their sum: each weight counts the same, wherever it stands.",
    {".sum()": ".mean()"},
)
frozen_counted = instead(
    "You count frozen parameters too. Take only those with `requires_grad`: the others do not learn, so nothing can shrink them.",
    {"if p.requires_grad": "if True"},
)
biases_left_out = instead(
    "You leave out the biases, or all parameters with one axis. Every trainable parameter counts here.",
    {"if p.requires_grad": "if p.requires_grad and p.dim() > 1"},
)
cut_off = instead(
    "Your value is right, but no gradient reaches the weights: `.data`, `.detach()`, `.item()` or `torch.tensor` cuts the way. Compute with the parameters themselves.",
    {"p**2": "p.detach() ** 2"},
)
turned_into_a_number = instead(
    "You return a plain number, so that no gradient reaches the weights. Leave out `.item()` and `float(…)`.",
    {"(p**2).sum()": "(p**2).sum().item()"},
)
last_one_only = instead(
    "Only the last tensor counts: each overwrites the one before. Add to the total.", {"total + ": ""}
)
gradients_squared = instead(
    "Your penalty is 0, whatever the weights are. It is made of the weights, `p`, not of `p.grad`; and `weight_decay / 2` has one stroke: `//` rounds it down to 0.",
    {"p**2": "(torch.zeros_like(p) if p.grad is None else p.grad) ** 2 + 0 * p"},
)
divided_by_the_count = instead(
    "You divide by the number of parameters. The penalty is a sum, not a mean.",
    {"/ 2 * total": "/ 2 * total / sum(p.numel() for p in model.parameters() if p.requires_grad)"},
)
weights_shrunk = instead(
    "You change the weights. The penalty only looks at them: it is added to the loss, and the optimizer does the rest.",
    {"total = total": "p.data *= 1 - weight_decay\n            total = total"},
)
tensors_added_up = instead(
    "You add tensors of different shapes. Take the sum of each first: `(p ** 2).sum()`.",
    {"(p**2).sum()": "p**2"},
)
state_in_place_of_parameters = instead(
    "You go over the state, in which there are buffers too, frozen parameters, and nothing that has a gradient. Take `model.parameters()`.",
    {"parameters()": "state_dict().values()", "p.requires_grad": "True", "p**2": "p.float() ** 2"},
)
only_what_is_called_weight = instead(
    "You take only what is called weight, and leave out the biases and other parameters. All trainable ones count.",
    {"p in model.": "name, p in model.named_", "if p": 'if name.endswith("weight") and p'},
)
