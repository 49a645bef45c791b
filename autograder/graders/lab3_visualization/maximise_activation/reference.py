"""Reference and misconceptions of `maximise_activation`: gradient ascent on an image, for the mean of one channel's map."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.models import maps
from autograder.graders.lab3_visualization.models import trace_clue as left_behind
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8
ENOUGH = 0.98  # of the reference's gain


def maximise_activation(model, name, channel, start, steps=50, lr=0.1):
    was_training = model.training
    model.eval()
    seen = []
    layer = model.get_submodule(name)
    handle = layer.register_forward_hook(lambda module, given, output: seen.append(output.clone()))
    image = start.clone()
    for _ in range(steps):
        image = image.detach().requires_grad_(True)
        model(image)
        score = seen.pop()[0, channel].mean()
        gradient = torch.autograd.grad(score, image)[0]
        image = (image + lr * gradient).clamp(0, 1)
    handle.remove()
    model.train(was_training)
    return image.detach()


reference = maximise_activation


def gain(args, result):
    """Return by how much an image lifts the mean of the channel's map, compared with the start."""
    net, name, channel, start = args[:4]
    found = [maps(net, each.to(start.dtype), name)[0][0, channel].double() for each in (start, result)]
    return float(found[1].mean() - found[0].mean())


def trace_clue(seen, expected):
    """Say what a call has left behind in the model or the start image."""
    if seen["graph"]:
        return "Your image hangs on the graph of its last step. Return `image.detach()`."
    if seen["nets"]["model"]["moved"]:
        return "You change the model's weights. The image alone learns: give the optimizer `[image]`, and none of the model's parameters."
    return left_behind(seen, expected)


def clue(args, kwargs, got, expected):
    """Say how far the result has come, and what that tells."""
    if float(got.min()) < -1e-4 or float(got.max()) > 1 + 1e-4:
        return "Your image leaves the range from 0 to 1. Clamp it after each step: `.clamp(0, 1)`."
    if kwargs.get("steps") == 0:
        return "With steps=0 nothing is climbed: return the start image as it is."
    mine, theirs = gain(args, got), gain(args, expected)
    if abs(mine) < 1e-3 * theirs:
        return "Your image is as good as the start: does each step work on the image that the last one gave?"
    if mine < 0:
        return "Your image has less of the channel than the start. Is the score the mean of this channel's map, and do you climb, by adding `lr` times its gradient?"
    return f"Your image gains {mine / theirs:.0%} of what it could. In each of `steps` steps take the gradient of the mean of this channel's map, as this layer gives it in evaluation mode, and go `lr` times it."


instead = changes_of(maximise_activation)

downhill = instead(
    "Each step lowers the channel's mean: you take its gradient away, as training does with a loss, or add that of another score. Add the gradient of the mean itself.",
    {"image + lr": "image - lr"},
)
never_clamped = instead(
    "You let the image leave the range from 0 to 1. Clamp it after each step: `.clamp(0, 1)`.",
    {"(image + lr * gradient).clamp(0, 1)": "image + lr * gradient"},
)
clamped_at_the_end = instead(
    "You clamp once, at the end. On the way the image leaves the range, and arrives elsewhere: clamp after each step.",
    {"(image + lr * gradient).clamp(0, 1)": "image + lr * gradient", "return image": "return image.clamp(0, 1)"},
)  # fmt: skip
clamped_from_minus_one = instead(
    "You clamp to the range from -1 to 1. Pixels lie between 0 and 1.", {"clamp(0, 1)": "clamp(-1, 1)"}
)
one_step = instead(
    "You take one step, or begin each at the start. Take `steps` of them, each from where the last one ended.",
    {"range(steps)": "range(min(steps, 1))"},
)
one_step_too_few = instead(
    "You take one step too few. `range(steps)` gives `steps` of them.", {"range(steps)": "range(1, steps)"}
)
always_fifty_steps = instead(
    "You take 50 steps, whatever `steps` says. Use the argument.", {"range(steps)": "range(50)"}
)
own_rate = instead("You use a rate of your own. Each step is `lr` times the gradient.", {"lr *": "0.1 *"})
rate_left_out = instead(
    "You leave `lr` out. Each step is `lr` times the gradient.", {"lr * gradient": "gradient"}
)
first_channel = instead("You look at channel 0. Take the channel that is asked for.", {"0, channel": "0, 0"})
all_channels = instead(
    "You average over all channels of the layer. Take the map of the one that is asked for: `output[0, channel]`.",
    {"pop()[0, channel]": "pop()"},
)
sum_of_the_map = instead(
    "You climb for the sum of the map, which makes each step as many times longer as the map has pixels. The score is its mean.",
    {".mean()": ".sum()"},
)
largest_value = instead(
    "You climb for the largest value of the map. Here the score is the mean of the map.",
    {".mean()": ".max()"},
)
score_of_the_model = instead(
    "You climb for the model's own output. The score is the mean of a map inside: a hook at the layer `name` sees it.",
    {"seen.pop()[0, channel].mean()": "model(image).flatten(1)[0, channel]"},
)
first_layer = instead(
    "You look at another layer than `name` says: `model.get_submodule(name)` finds it by its dotted name.",
    {"model.get_submodule(name)": "next(each for each in model.modules() if isinstance(each, nn.Conv2d))"},
)
children_only = instead(
    "You look the name up among the model's own children, where no dotted name is. Use `model.get_submodule(name)`.",
    {"model.get_submodule(name)": "dict(model.named_children())[name]"},
)
evaluation_mode_forgotten = instead(
    "You climb in training mode. Call `model.eval()` first: dropout and batch norm do something else there.",
    {"    model.eval()\n": "\n"},
)
left_in_evaluation_mode = instead(
    "You leave the model in evaluation mode. Remember its mode and restore it before you return.",
    {"model.train(was_training)": ""},
)
hook_left_behind = instead(
    "You leave your hook in the model. Remove it: `handle.remove()`.", {"handle.remove()": ""}
)
all_hooks_cleared = instead(
    "You remove all hooks of the layer, other people's too. Remove your own by its handle: `handle.remove()`.",
    {"handle.remove()": "layer._forward_hooks.clear()"},
)
map_changed_in_place = instead(
    "You keep the map itself, and a ReLU in place behind the layer writes over it. Keep a copy, which stays in the graph: `output.clone()`.",
    {"output.clone()": "output"},
)
gradients_left_behind = instead(
    "You leave gradients in the model: `backward` writes them into all parameters. Take `torch.autograd.grad(score, image)`, or put them back to None.",
    {"gradient = torch.autograd.grad(score, image)[0]": "score.backward()\n        gradient = image.grad"},
)
parameters_frozen = instead(
    "You switch `requires_grad` of the model's parameters off, and it stays so. The gradient of the image alone needs no such switch: `torch.autograd.grad(score, image)`.",
    {"model.eval()": "model.eval().requires_grad_(False)"},
)
start_changed = instead(
    "You write into the start image. Work on a copy: `start.clone()`.",
    {"start.clone()": "start", "(image + lr * gradient).clamp(0, 1)": "image.detach().add_(lr * gradient).clamp_(0, 1)"},
)  # fmt: skip
start_ignored = instead(
    "You begin with an image of your own. Begin with `start`.", {"start.clone()": "torch.rand_like(start)"}
)
graph_kept = instead(
    "Your image hangs on the graph of its last step. Return `image.detach()`.",
    {"return image.detach()": "return image"},
)
batch_axis_lost = instead(
    "You return the image without its batch axis. Return the shape of the start, (1, C, H, W).",
    {"return image": "return image[0]"},
)
gradient_of_no_leaf = instead(
    "From the second step on your image is a result of the first, and `image.grad` of such a tensor is None. Begin each step with `image.detach().requires_grad_(True)`.",
    {"    for _ in range(steps):\n        image = image.detach().requires_grad_(True)": "    image.requires_grad_(True)\n    for _ in range(steps):", "gradient = torch.autograd.grad(score, image)[0]": "score.backward()\n        gradient = image.grad"},
)  # fmt: skip


@misconception(
    "What you return is the start image. Climb from there: add `lr` times the gradient of the map's mean, of the map as the layer gives it, `steps` times.",
    other_task=True,
)
def start_returned(model, name, channel, start, steps=50, lr=0.1):
    return start.clone()
