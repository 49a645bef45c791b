"""Reference and misconceptions of `saliency`: how strongly each pixel moves the score of a label."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization import models

LEAST_MISCONCEPTIONS = 8
PICTURE = "maps"


def saliency(model, image, label):
    was_training = model.training
    model.eval()
    pixels = image.detach().clone().unsqueeze(0).requires_grad_()
    score = model(pixels)[0, label]
    (gradient,) = torch.autograd.grad(score, pixels)
    model.train(was_training)
    return gradient[0].abs().amax(dim=0)


reference = saliency
instead = changes_of(saliency)


def trace_clue(seen, expected):
    if seen["graph"]:
        return "Your map hangs on a graph. Leave `create_graph=True` out, which is for gradients of gradients, or `detach()` the map."
    return models.trace_clue(seen, expected)


def form_clue(args, kwargs, got, expected):
    if isinstance(got, torch.Tensor) and got.shape == expected.shape and not got.is_floating_point():
        return "You return which channel has the largest gradient, as `argmax` and `.indices` say. Return the gradient's size: `amax(dim=0)`, or `.values`."
    if not isinstance(got, torch.Tensor) or got.shape == expected.shape:
        return ""
    if got.shape == args[1].shape:
        return "You return one map for each channel of the image. Take the largest of them at each pixel: `abs().amax(0)`."
    if got.shape == expected.T.shape:
        return "Rows and columns of your map are swapped: return (H, W)."
    if got.numel() == expected.numel():
        return "There is an axis of length 1 too many: the model wants a batch, (1, C, H, W), and its gradient has that axis, too. Return (H, W)."
    return "Return one number for each pixel of the image, shape (H, W): the largest of its channels' absolute gradients."


def clue(args, kwargs, got, expected):
    if bool((got < 0).any()):
        return "A saliency is a size, and never negative: take the absolute value first, then the largest over the channels."
    shares = (got / expected)[expected > 0]
    if bool((shares > 0).all()) and float(shares.max() / shares.min()) < 1.001:
        return f"Your map is the right one times {float(shares.mean()):.3g}. Return the gradients' sizes as they are, neither scaled nor averaged."
    return "Change one pixel of one channel by 0.001, and see by how much the score `model(image[None])[0, label]` moves in evaluation mode: divided by 0.001, without its sign, that is the pixel's saliency in this channel. The largest channel counts."


absolute_value_forgotten = instead(
    "You take the largest gradient with its sign. A strongly negative one matters as much: take `abs()` first.",
    {".abs()": ""},
)
absolute_value_last = instead(
    "You take the largest gradient first, and its absolute value then. A strongly negative one is lost on the way: `abs()` comes first.",
    {".abs().amax(dim=0)": ".amax(dim=0).abs()"},
)
averaged_over_channels = instead(
    "You average over the channels. Take the largest: `amax(dim=0)`.", {"amax": "mean"}
)
added_over_channels = instead("You add up the channels. Take the largest: `amax(dim=0)`.", {"amax": "sum"})
smallest_channel = instead("You take the smallest of the channels. Take the largest.", {"amax": "amin"})
first_channel_alone = instead(
    "You look at the first channel alone. Take the largest over all of them.",
    {".amax(dim=0)": "[0]"},
)
length_over_channels = instead(
    "You take the root of the sum of squares. Take the largest absolute value over the channels.",
    {".abs().amax(dim=0)": ".square().sum(dim=0).sqrt()"},
)
scaled_to_one = instead(
    "You scale the map to 0 … 1. Return the gradients' sizes as they are: `normalise_maps` is for pictures.",
    {"return gradient[0].abs().amax(dim=0)": "seen = gradient[0].abs().amax(dim=0)\n    return (seen - seen.min()) / (seen.max() - seen.min())"},
)  # fmt: skip
times_the_image = instead(
    "You multiply by the image. The gradient alone is asked for.", {"gradient[0]": "(gradient[0] * image)"}
)
sum_of_all_scores = instead(
    "You take the gradient of all scores' sum. Take that of the label's score alone: `[0, label]`.",
    {"[0, label]": ".sum()"},
)
best_class_in_place_of_label = instead(
    "You take the class with the highest score. Take the label that is handed in.",
    {"[0, label]": "[0].max()"},
)
probability_in_place_of_score = instead(
    "You take the gradient of the probability. Take the model's own output: after a softmax, a sure network has hardly any gradient.",
    {"model(pixels)[0, label]": "torch.softmax(model(pixels), 1)[0, label]"},
)
log_probability_in_place_of_score = instead(
    "You take the gradient of a log-probability. Take the model's output as it is.",
    {"model(pixels)[0, label]": "torch.log_softmax(model(pixels), 1)[0, label]"},
)
evaluation_mode_forgotten = instead(
    "The model runs in the mode it is in. Call `model.eval()` first.", {"model.eval()": ""}
)
mode_not_restored = instead(
    "You leave the model in evaluation mode. Remember `model.training` and restore it at the end.",
    {"model.train(was_training)": ""},
)
always_left_in_training_mode = instead(
    "You always leave the model in training mode. Restore what you found: it may have been evaluation.",
    {"train(was_training)": "train()"},
)
gradients_left_in_the_model = instead(
    "Your `backward()` leaves gradients in all of the model's parameters, and the next training step would add them. Take `torch.autograd.grad(score, image)`.",
    {"(gradient,) = torch.autograd.grad(score, pixels)": "score.backward()\n    gradient = pixels.grad"},
)
parameters_left_frozen = instead(
    "You freeze the model's parameters and leave them frozen: it would not learn any more. `torch.autograd.grad(score, image)` needs no freezing.",
    {"model.eval()": "model.eval().requires_grad_(False)"},
)
pixels_without_a_graph = instead(
    "Your score hangs on no graph. Let the image need a gradient, `requires_grad_()`, and run the model without `torch.no_grad()`.",
    {"score = model(pixels)[0, label]": "with torch.no_grad():\n        score = model(pixels)[0, label]"},
)
batch_axis_forgotten = instead(
    "You hand over an image (C, H, W). The model wants a batch, (1, C, H, W): `image.unsqueeze(0)`.",
    {".unsqueeze(0)": "", "gradient[0]": "gradient"},
)
gradient_left_on_the_image = instead(
    "The caller's image records gradients from then on, and has one in `image.grad`, to which the next `backward` adds. Work on a copy: `image.detach().clone().requires_grad_()`.",
    {".detach().clone().unsqueeze(0).requires_grad_()": ".requires_grad_()", "model(pixels)": "model(pixels[None])", "(gradient,) = torch.autograd.grad(score, pixels)": "score.backward()\n    model.zero_grad()\n    gradient = pixels.grad[None]"},
)  # fmt: skip
