"""Reference and misconceptions of `features`: what goes into the last linear layer of a network."""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization.library import TAKEN  # noqa: F401
from autograder.graders.lab3_visualization.models import trace_clue as left_behind
from autograder.grading.clues import clue as plain_clue
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8


def features(model, images, batch_size=64):
    was_training = model.training
    model.eval()
    last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    seen = []
    handle = last.register_forward_hook(lambda module, given, output: seen.append(given[0]))
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(was_training)
    return torch.cat(seen)


reference = features


def trace_clue(seen, expected):
    """Say what a call with right values has left behind, or that its result holds a graph."""
    result, meant = seen["result"], expected["result"]
    if not torch.equal(seen["inputs"][0], expected["inputs"][0]):
        return "You change the images that were handed in. Work on new tensors."
    if isinstance(result, torch.Tensor) and result.shape == meant.shape:
        if not torch.allclose(result.double(), meant.double(), 1e-3, 1e-4):
            return ""
        if result.requires_grad:
            return "Your features hang on the graph of the forward pass. Run the model under `torch.no_grad()`, or `detach()` what the hook keeps."
    if max((ran[2] for ran in seen["log"]), default=0) > max((ran[2] for ran in expected["log"]), default=0):
        return "More images than `batch_size` go through the model at once. `images.split(batch_size)` cuts them into batches."
    return left_behind(seen, expected)


def clue(args, kwargs, got, expected):
    """Say which images' features are wrong, or what has become of the right ones."""
    apart = (got.double()[:, None] - expected.double()[None]).abs().amax(2) > 1e-3
    if not bool(apart.all(1).any()):
        return "Each row of yours is some image's, but not each its own: all images come once, in their order. Do not shuffle them, and put the batches together with `torch.cat`."
    first, size = int(apart.diagonal().int().argmax()), kwargs.get("batch_size", 64)
    if first and first % size == 0:
        return f"Your first rows are right, row {first} is not: run every batch, and put all of them together in their order with `torch.cat`."
    if torch.allclose(got, expected.clamp(min=0), 1e-3, 1e-4):
        return "You cut off what is below 0. The features are what goes into the layer, as it is."
    ways = (F.normalize, partial(F.normalize, dim=0), lambda x: x - x.mean(dim=0))
    if len(got) > 1 and any(torch.allclose(way(got), way(expected), 1e-3, 1e-4) for way in ways):
        return "You find the right features, and divide, multiply or shift them afterwards. Return them as they go into the layer."
    if said := plain_clue(got, expected):
        return said
    return "Hook the last module that is an `nn.Linear` among `model.modules()`, and keep its input, not its output. Switch the model to evaluation mode first: dropout and batch norm do something else in training."


instead = changes_of(features)

output_kept = instead(
    "You keep what comes out of the last linear layer. The features are what goes into it: a hook's second argument, a tuple of one.",
    {"given[0]": "output"},
)
output_of_the_model = instead(
    "You return the output of the model. The features are what goes into its last linear layer: a hook sees it.",
    {"lambda module, given, output: seen.append(given[0])": "lambda module, given, output: None", "            model(batch)": "            seen.append(model(batch))"},
)  # fmt: skip
first_linear_layer = instead(
    "You look at the first linear layer. The features go into the last one.",
    {"nn.Linear)][-1]": "nn.Linear)][0]"},
)
layer_before_the_last_linear = instead(
    "You hook the linear layer before the last. Take the last one: index -1.",
    {"nn.Linear)][-1]": "nn.Linear)][-2:][0]"},
)
last_convolution = instead(
    "You look at the last convolution. The features go into the last linear layer.",
    {"nn.Linear": "nn.Conv2d", "given[0]": "output.flatten(1)"},
)
inner_layers_overlooked = instead(
    "You look among the model's own children, and overlook layers inside of others. `model.modules()` goes through all of them.",
    {"model.modules()": "model.children()"},
)
evaluation_mode_forgotten = instead(
    "The model runs in training mode. Call `model.eval()` first: dropout and batch norm change the features there.",
    {"    model.eval()\n": "\n"},
)
left_in_evaluation_mode = instead(
    "You leave the model in evaluation mode. Remember its mode and restore it before you return.",
    {"model.train(was_training)": ""},
)
always_back_to_training = instead(
    "You put the model into training mode, whatever it was in. Restore the mode that you found: `model.train(was_training)`.",
    {"model.train(was_training)": "model.train()"},
)
hook_left_behind = instead(
    "You leave your hook in the model: each later call of it fills your list. Remove it: `handle.remove()`.",
    {"handle.remove()": ""},
)
all_hooks_cleared = instead(
    "You remove all hooks of the layer, other people's too. Remove your own by its handle: `handle.remove()`.",
    {"handle.remove()": "last._forward_hooks.clear()"},
)
graph_kept = instead(
    "Your features hang on the graph of the forward pass, which keeps all its memory. Run the model under `torch.no_grad()`.",
    {"no_grad": "enable_grad"},
)
gradients_off_for_good = instead(
    "You switch the recording of gradients off and never on again. Use `with torch.no_grad():`, which ends by itself.",
    {"with torch.no_grad():": "torch.set_grad_enabled(False)\n    if True:"},
)
parameters_frozen = instead(
    "You switch `requires_grad` of the model's parameters off, and it stays so. Use `with torch.no_grad():` alone.",
    {"with torch.no_grad()": "with model.requires_grad_(False) and torch.no_grad()"},
)
gradients_on_for_good = instead(
    "You switch the recording of gradients on at the end, also where it was off. Use `with torch.no_grad():`, which puts back what it found.",
    {"    handle.remove()": "    torch.set_grad_enabled(True)\n    handle.remove()"},
)
all_at_once = instead(
    "You run all images at once. At most `batch_size` may go through the model together: `images.split(batch_size)`.",
    {"images.split(batch_size)": "[images]"},
)
own_batch_size = instead(
    "You run batches of a size of your own. At most `batch_size` images may go through the model together.",
    {"images.split(batch_size)": "images.split(64)"},
)
last_batch_only = instead(
    "You return the features of the last batch. Keep those of every batch, and join them with `torch.cat`.",
    {"torch.cat(seen)": "seen[-1]"},
)
first_batch_only = instead(
    "You run the first batch only. Go on to the last.",
    {"images.split(batch_size)": "images.split(batch_size)[:1]"},
)
short_batch_dropped = instead(
    "You leave out the last batch where it is not full. Every image counts.",
    {"images.split(batch_size)": "images[: max(len(images) // batch_size, 1) * batch_size].split(batch_size)"},
)  # fmt: skip
list_of_batches = instead(
    "You return a list of batches. Join them to one tensor (N, D): `torch.cat`.", {"torch.cat(seen)": "seen"}
)
batches_stacked = instead(
    "You stack the batches, which need one size for that, and get an axis of their own. Join them along the first axis: `torch.cat`.",
    {"torch.cat(seen)": "torch.stack(seen)"},
)
mean_over_the_images = instead(
    "You average over the images. Return the features of each: (N, D).",
    {"torch.cat(seen)": "torch.cat(seen).mean(dim=0)"},
)
tuple_kept = instead(
    "You keep the whole input of the layer, which a hook gets as a tuple. Take its first element: `given[0]`.",
    {"given[0]": "given"},
)


@misconception(
    "You take what goes into the last module, or what all others give in a row. That fits a model that is one plain row which ends in a linear layer: hook the last `nn.Linear` of any model."
)
def children_without_the_last(model, images, batch_size=64):
    was_training = model.training
    model.eval()
    body = nn.Sequential(*list(model.children())[:-1])
    with torch.no_grad():
        found = torch.cat([body(batch).flatten(1) for batch in images.split(batch_size)])
    model.train(was_training)
    return found
