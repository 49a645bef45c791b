"""Wrong answers for `maximise_activation`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def _climbed(model, name, start, steps, score, step):
    """Do what a right answer does, with a score and a step of one's own."""
    mode, seen = model.training, []
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(lambda m, given, out: seen.append(out))
    image = start.clone()
    for _ in range(steps):
        image = image.detach().requires_grad_(True)
        model(image)
        image = step(image, torch.autograd.grad(score(seen.pop()), image)[0])
    handle.remove()
    model.train(mode)
    return image.detach()


def smallest_image(model, name, channel, start, steps=50, lr=0.1):
    # an optimizer goes down, where nobody turns the sign round
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel].mean(), lambda x, g: (x - lr * g).clamp(0, 1)
    )


def squared_map(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps, lambda out: -(out[0, channel] ** 2).mean(), lambda x, g: (x + lr * g).clamp(0, 1)
    )  # fmt: skip


def pixel_in_the_middle(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel, -1, -1], lambda x, g: (x + lr * g).clamp(0, 1)
    )


def next_channel(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel - 1].mean(), lambda x, g: (x + lr * g).clamp(0, 1)
    )  # fmt: skip


def sigmoid_in_place_of_clamping(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel].mean(), lambda x, g: torch.sigmoid(x + lr * g)
    )


def clamped_below_only(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel].mean(), lambda x, g: (x + lr * g).clamp(min=0)
    )


def stretched_at_the_end(model, name, channel, start, steps=50, lr=0.1):
    image = _climbed(model, name, start, steps, lambda out: out[0, channel].mean(), lambda x, g: x + lr * g)
    return (image - image.min()) / (image.max() - image.min())


def gradient_alone(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel].mean(), lambda x, g: (lr * g).clamp(0, 1)
    )


def every_other_step(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(
        model, name, start, steps // 2, lambda out: out[0, channel].mean(), lambda x, g: (x + lr * g).clamp(0, 1)
    )  # fmt: skip


def smaller_rate_with_time(model, name, channel, start, steps=50, lr=0.1):
    rates = iter([lr / (2 + i) for i in range(steps)])
    return _climbed(
        model, name, start, steps, lambda out: out[0, channel].mean(), lambda x, g: (x + next(rates) * g).clamp(0, 1)
    )  # fmt: skip


def noise(model, name, channel, start, steps=50, lr=0.1):
    return torch.rand_like(start)


def score_returned(model, name, channel, start, steps=50, lr=0.1):
    return start.mean() * steps * lr


def cleared_when_it_is_too_late(model, name, channel, start, steps=50, lr=0.1):
    # the start itself asks for gradients from here on
    mode, seen = model.training, []
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(lambda m, given, out: seen.append(out))
    image = start.requires_grad_(True)
    for _ in range(steps):
        model(image)
        (gradient,) = torch.autograd.grad(seen.pop()[0, channel].mean(), image)
        image = (image.detach() + lr * gradient).clamp(0, 1).requires_grad_(True)
    handle.remove()
    model.train(mode)
    return image.detach()
