"""Reference and misconceptions of `top_images`: the images that a channel answers most."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization import models
from autograder.graders.lab3_visualization.library import TAKEN as TAKEN

LEAST_MISCONCEPTIONS = 8
USES = "capture_activations"


def top_images(model, name, channel, images, k, batch_size=64):
    largest = []

    def keep(module, inputs, output):
        largest.append(output[:, channel].amax(dim=(1, 2)))

    was_training = model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(keep)
    try:
        with torch.no_grad():
            for batch in images.split(batch_size):
                model(batch)
    finally:
        handle.remove()
        model.train(was_training)
    return torch.cat(largest).topk(k).indices


def answers(model, name, channel, images, k, batch_size=64):
    """Return what a stand-in for `capture_activations` gives: the maps of each image."""
    return {"capture_activations": [[name, images, *models.maps(model, images, name)]]}


reference = top_images
instead = changes_of(top_images)


def trace_clue(seen, expected):
    if said := models.trace_clue(seen, expected):
        return said
    mine, theirs = (max((ran[2] for ran in each["log"]), default=0) for each in (seen, expected))
    if mine > theirs:
        return f"{mine} images go through the model at once, and at most {theirs} may: `images.split(batch_size)` cuts them, with a smaller batch at the end."
    return ""


def form_clue(args, kwargs, got, expected):
    if isinstance(got, tuple) and len(got) == 2:
        return "You return a pair, values and places, as `topk` and `sort` give it. Return the places: `.indices`."
    if isinstance(got, torch.Tensor) and got.shape == expected.shape:
        return "These are no whole numbers. Return the indices as `topk` gives them, or make them `.long()`."
    return f"Return {len(expected)} indices, k of them, in a tensor (k,). Choose once, among the numbers of all images: a choice in each batch may leave none of the right ones."


def clue(args, kwargs, got, expected):
    """Say what the two orders have in common."""
    if int(got.max()) >= len(args[3]):
        return f"There is no image {int(got.max())}, only {len(args[3])} of them, counted from 0. You put more numbers together than there are images: does each batch begin where the one before ends, and does your list begin empty in each call?"
    if sorted(got.tolist()) == sorted(expected.tolist()):
        return "These are the right images in another order: the one with the largest maximum comes first, the next largest second."
    if torch.equal(got - 1, expected):
        return "Your indices count the images from 1. The first is 0."
    if torch.equal(got + 1, expected):
        return "Your indices are one too small: the first image is left out. Begin with image 0."
    if args[1] == "norm":  # the one layer whose map is written over
        return "Behind this layer stands a `ReLU(inplace=True)`, which writes over its map. Take the maximum in the hook, when the layer gives the map, or keep a `clone()`."
    if int(got.max()) < min(len(args[3]), kwargs.get("batch_size", 64)) <= int(expected.max()):
        return "All your indices are those of one batch. Put the batches' numbers together first (`torch.cat`), then look for the largest: image i of the second batch is i + batch_size."
    return "For each image one number counts: the largest value of that channel's map, `output[:, channel].amax(dim=(1, 2))`. Print these numbers, and see that there is one for each image, in the images' order."


smallest_taken = instead(
    "You take the images with the smallest maximum. Take the largest: `topk(k)`, or `argsort(descending=True)[:k]`.",
    {"topk(k)": "topk(k, largest=False)"},
)
smallest_first = instead(
    "Your images come with the largest last. The largest comes first.", {".indices": ".indices.flip(0)"}
)
values_returned = instead(
    "You return the maxima themselves. Return which images they belong to: `topk(k).indices`.",
    {".indices": ".values"},
)
mean_in_place_of_maximum = instead(
    "You take the mean of the map. Take its largest value: a neuron may answer one place alone.",
    {"amax": "mean"},
)
absolute_maximum = instead(
    "You take the largest absolute value. A strongly negative value is no strong answer: take the maximum itself.",
    {"output[:, channel]": "output[:, channel].abs()"},
)
negative_values_cut_off = instead(
    "You take what lies below 0 for 0. A channel may answer every image with a negative number: compare these, too.",
    {"output[:, channel]": "output[:, channel].relu()"},
)
minimum_of_the_map = instead("You take the smallest value of the map. Take the largest.", {"amax": "amin"})
all_channels = instead(
    "You take the maximum over all channels. Take that of the channel that is asked for.",
    {"output[:, channel].amax(dim=(1, 2))": "output.amax(dim=(1, 2, 3))"},
)
first_channel_always = instead(
    "You always look at channel 0. Look at the one that is asked for.", {"[:, channel]": "[:, 0]"}
)
next_channel = instead(
    "You are one channel off. Channels are counted from 0.", {"[:, channel]": "[:, channel - 1]"}
)
sorted_positions = instead(
    "You return ranks, not images: `argsort` of an `argsort`. One gives the images' indices in order.",
    {"torch.cat(largest).topk(k).indices": "torch.cat(largest).argsort(descending=True).argsort()[:k]"},
)
indices_inside_their_batch = instead(
    "Your indices begin anew in each batch. Put the numbers of all batches together before you look for the largest.",
    {"torch.cat(largest).topk(k).indices": "torch.cat(largest).topk(k).indices % batch_size"},
)
last_batch_alone = instead(
    "Only the last batch counts: each overwrites the one before. Collect the batches' numbers in a list.",
    {"torch.cat(largest).topk(k)": "largest[-1].topk(min(k, len(largest[-1])))"},
)
unfilled_batch_left_out = instead(
    "You leave out the last images where they fill no whole batch. `images.split(batch_size)` gives them as a smaller one.",
    {"in images.split(batch_size)": "in [each for each in images.split(batch_size) if len(each) == batch_size]"},
)  # fmt: skip
first_batch_alone = instead(
    "Only the first batch counts: does a `return` stand inside your loop? Choose behind it, among the numbers of all batches.",
    {"torch.cat(largest).topk(k)": "largest[0].topk(min(k, len(largest[0])))"},
)
best_of_each_batch_in_turn = instead(
    "You choose in each batch by itself and put these choices one behind the other. Put the numbers of all batches together first, then choose once.",
    {"torch.cat(largest).topk(k).indices": "torch.cat([each.topk(min(k, len(each))).indices + number * batch_size for number, each in enumerate(largest)])[:k]"},
)  # fmt: skip
best_inside_each_batch_in_turn = instead(
    "You choose in each batch by itself, where indices begin anew, and put these choices one behind the other. Put the numbers of all batches together first, then choose once.",
    {"torch.cat(largest).topk(k).indices": "torch.cat([each.topk(min(k, len(each))).indices for each in largest])[:k]"},
)  # fmt: skip
number_of_the_batch_added = instead(
    "You add the number of the batch to the place inside it. Before batch b there are b · batch_size images.",
    {"torch.cat(largest).topk(k).indices": "torch.tensor([each // batch_size + each % batch_size for each in torch.cat(largest).topk(k).indices.tolist()])"},
)  # fmt: skip
all_at_once = instead(
    "You send all images through the model at once, which needs too much memory for many. Go in batches of at most `batch_size`.",
    {"images.split(batch_size)": "[images]"},
)
batches_of_sixty_four_always = instead(
    "You take batches of 64 whatever `batch_size` is. Use the argument.",
    {"images.split(batch_size)": "images.split(64)"},
)
pixels_ranked = instead(
    "You rank single pixels of all maps. Take one number for each image first, the largest of its map.",
    {".amax(dim=(1, 2))": ".flatten()"},
)
training_mode_switched_on = instead(
    "You switch training mode on. Switch to evaluation mode.", {"model.eval()": "model.train()"}
)
evaluation_mode_forgotten = instead(
    "The model runs in the mode it is in. Call `model.eval()` first.", {"model.eval()": ""}
)
mode_not_restored = instead(
    "You leave the model in evaluation mode. Remember `model.training` and restore it at the end.",
    {"model.train(was_training)": "pass"},
)
always_left_in_training_mode = instead(
    "You always leave the model in training mode. Restore what you found: it may have been evaluation.",
    {"train(was_training)": "train()"},
)
hook_left = instead(
    "Your hook stays on the model and runs in every later pass. Keep the handle, and call `remove()`.",
    {"handle.remove()": "pass"},
)
all_hooks_cleared = instead(
    "You remove all hooks of the layer, other people's too. Remove your own by its handle.",
    {"handle.remove()": "handle.remove()\n        model.get_submodule(name)._forward_hooks.clear()"},
)
gradients_left_switched_off = instead(
    "You switch gradients off for good, so later training fails. `with torch.no_grad():` switches them on again.",
    {"with torch.no_grad():": "torch.set_grad_enabled(False)\n        if True:"},
)
ranked_by_the_scores = instead(
    "You rank the images by the scores. Rank them by the map of the layer that is named.",
    {".get_submodule(name)": "", "output[:, channel].amax(dim=(1, 2))": "output[:, channel % output.shape[1]]"},
    other_task=True,
)  # fmt: skip
asked_by_getattr = instead(
    "`getattr` knows no dots: for a layer inside another take `model.get_submodule(name)` or `dict(model.named_modules())[name]`.",
    {"model.get_submodule(name)": "getattr(model, name)"},
)
