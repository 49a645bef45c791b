import torch

_ascent_start = _t([[[[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]]])


def _pleases(image):
    """Return the mean of channel 1's map of an image."""
    return (2 * image[..., 1:] - 1).mean().item()


def _ascended(gain, options, slips, words, modes=(True,)):
    """An example for channel 1, whose mean map rises with the pixels of the second and third column, from each mode."""
    shown = "".join(f", {key}={value}" for key, value in options.items())

    def example(maximise_activation):
        for before in modes:
            model, start = _Watched().train(before), _ascent_start.clone()
            call = f'maximise_activation(model, "body.conv", 1, start{shown}), start = [[0.2, 0.6, 0.7], [0.5, 0.9, 0.8]]'
            weight = model.body.conv.weight.detach().clone()
            got = maximise_activation(model, "body.conv", 1, start, **options)
            if any(model.modes):
                raise Wrong(call, Words("a pass in training mode"), Words("evaluation mode"), "Call `model.eval()` first, and restore the mode in the end.")
            _require_as_found(call, model, before)
            if not torch.equal(weight, model.body.conv.weight):
                raise Wrong(call, Words("changed weights"), Words("the weights as they were"), "The image climbs, not the network: only the image is changed.")
            if not torch.equal(start, _ascent_start) or start.requires_grad:
                raise Wrong(call, Words("the start was changed, or records gradients now"), Words("the start as it was"), "Work on a copy, `.detach().clone()`.")
            wanted = Words(f"an image in [0, 1], (1, 1, 2, 3), whose map has a mean of {_pleases(_ascent_start) + gain:.2f}")
            if not isinstance(got, torch.Tensor) or got.shape != start.shape:
                raise Wrong(call, got, wanted, "Return the image, in the shape of `start`.")
            if got.grad_fn is not None:
                raise Wrong(call, Words("an image that holds a graph"), wanted, "`.detach()` takes the image out of the graph.")
            if not got.isfinite().all() or got.min() < 0 or got.max() > 1:
                raise Wrong(call, got, wanted, "The image leaves [0, 1]. After *each* step, `clamp(0, 1)`.")
            for wrong, better in slips:
                if _same(got, wrong):
                    raise Wrong(call, got, wanted, better)
            if _pleases(got) - _pleases(_ascent_start) < 0.98 * gain - 1e-6:
                raise Wrong(call, got, wanted, words)

    return example


def _no_step(maximise_activation):
    call, model = 'maximise_activation(model, "body.conv", 1, start, steps=0)', _Watched()
    got = maximise_activation(model, "body.conv", 1, _ascent_start.clone(), steps=0)
    _compare(call, got, _ascent_start, (), "With no step, the start comes back.")
    _require_as_found(call, model, True)


EXAMPLES["maximise_activation"] = [
    _ascended(
        0.35,
        {"steps": 1, "lr": 0.4},
        [
            (_ascent_start, "Nothing has changed. Each step adds lr times the gradient to the image."),
            (_t([[[[0.2, 0.4, 0.5], [0.5, 0.7, 0.6]]]]), "That goes downhill. The activation shall *grow*: add the gradient."),
            (_t([[[[0.3, 0.6, 0.6], [0.6, 0.9, 0.7]]]]), "That climbs for another channel. Take the map (1, C, H, W) at `[:, channel]`."),
            (_t([[[[0.3, 0.8, 0.8], [0.6, 1, 0.9]]]]), "That climbs for all channels together. Take the map (1, C, H, W) at `[:, channel]`."),
            (_t([[[[0.25, 0.7, 0.75], [0.55, 1, 0.85]]]]), "That climbs for the mean over all channels. Take the map (1, C, H, W) at `[:, channel]`."),
        ],
        "A step adds lr · gradient. The mean of the map (2 · right − 1) grows by 0.5 for each of the pixels in the second and third column, so each of them rises by 0.4 · 0.5 = 0.2, where there is room.",
        modes=(True, False),
    ),
    _ascended(0.15, {"steps": 3, "lr": 0.05}, [], "Three steps of 0.05 · 0.5 each add 0.075 to the pixels of the second and third column. Does every step begin where the last one ended, with a new gradient?"),
    _ascended(0.5, {}, [], "Without arguments there are 50 steps with lr = 0.1: enough for the pixels that count to reach 1."),
    _no_step,
]
MORE_WORDS["maximise_activation"] = (
    *_DOTTED,
    (
        "RuntimeError",
        "backward through the graph a second time",
        "Each step needs a graph of its own: detach the image after each step, make it record anew, and run it through the network again.",
    ),
    (
        "RuntimeError",
        "does not require grad",
        "Nothing records. `image.requires_grad_()` comes before the pass, there is no `torch.no_grad()` around it, and the hook may not detach what it keeps. (`capture_activations` does, so it cannot be used here.)",
    ),
    (
        "RuntimeError",
        "in-place operation|leaf [Vv]ariable",
        "The image may be changed in place only where nothing is recorded: make a new one, `(image + lr * gradient).clamp(0, 1).detach()`, or work inside `with torch.no_grad():`.",
    ),
)

HINTS["maximise_activation"] = (
    "It is `saliency` in a loop: a number, its gradient with respect to the image, and a step. Which number is it here, and where do you get it from?",
    "A forward hook that keeps `output.clone()` *without* detach leaves the map in the graph. `kept[:, channel].mean()` is what shall grow; `torch.autograd.grad` of it gives the image's gradient alone.",
    "Begin with a copy of `start`. In each step the image records (`requires_grad_()`) and goes through the network; `torch.autograd.grad` of the channel's mean gives a tuple with its gradient; and `(image + lr * gradient).clamp(0, 1).detach()` is the next image. Around it as in capture_activations: evaluation mode, and in `finally:` the hook and the mode.",
)
