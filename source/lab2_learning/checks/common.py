"""What several items use."""

import torch
from torch import nn


def _images():
    """Three made-up images, (3, 1, 28, 28), with values that are easy to repeat."""
    i = torch.arange(28.0)
    two = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return torch.cat([two, 0.6 * two[1:]]).unsqueeze(1)


def _scores(made, model, images, what):
    """Return a network's answer to a batch of images; raise Wrong where it is no tensor (N, 10)."""
    if not isinstance(model, nn.Module):
        name = made.partition("(")[0]
        raise Wrong(made, model, Words("an nn.Module"), f"Write `class {name}(nn.Module):`, and call super().__init__() first.")
    call, wanted = f"{made}(x) with x of shape {tuple(images.shape)}", Words(f"a tensor of shape ({len(images)}, 10)")
    got = model(images)
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, wanted, f"Does `forward` return the {what}?")
    if got.shape == (len(images), 10):
        return got
    advice = "The last layer has ten outputs, one for each digit, for each image."
    if got.dim() == 1:
        advice = "The axis of the batch is lost, by `squeeze()` or by a `flatten()` without start_dim=1. A batch of one image is a batch, too."
    elif len(got) > len(images):
        advice = "There are more rows than images: a `view(-1, …)` has cut one image into several. Keep a row for each with flatten(start_dim=1)."
    elif len(got) < len(images):
        advice = "There are fewer rows than images. Keep a row for each with flatten(start_dim=1)."
    raise Wrong(call, got, wanted, advice)


def _require_size(made, model, expected, known, otherwise):
    """Raise Wrong where a network has another number of trainable parameters; `known` numbers tell what is missing."""
    size = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if size != expected:
        raise Wrong(f"the trainable parameters of {made}", size, expected, known.get(size, otherwise))


def _require_gradients(made, model, images):
    """Raise Wrong where a parameter has no gradient after a backward pass."""
    model(images)[:, 0].sum().backward()
    without = [tuple(p.shape) for p in model.parameters() if p.requires_grad and p.grad is None]
    if without:
        raise Wrong(f"backward through {made}", Words(f"no gradient for a parameter of shape {without[0]}"), Words("a gradient for every parameter"), "So this parameter would never learn: is something detached, under no_grad, or made but not used in `forward`?")


def _filled(model, numbers, last, slope):
    """Set all parameters of a layer to one number, by their size, and those of the last layer's digit k to k times `slope`.

    Returns False where the weights are cut in another way than by layers: the example does not fit them, the hidden tests do.
    """
    parameters = list(model.parameters())
    if not {p.numel() for p in parameters} <= {*numbers, last}:
        return False
    ramp = slope * torch.arange(10.0)
    with torch.no_grad():
        for each in parameters:
            if each.numel() == last:
                each.copy_(ramp.reshape([10] + [1] * (each.dim() - 1)) if each.shape[0] == 10 else ramp.expand(each.shape))
            else:
                each.fill_(numbers[each.numel()])
    return True
