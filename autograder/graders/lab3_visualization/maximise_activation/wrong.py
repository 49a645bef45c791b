"""Wrong answers for `maximise_activation`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def _mean(maps, channel):
    return maps[0, channel].mean()


def _clamped(image, step):
    return (image + step).clamp(0, 1)


def _climbed(model, name, channel, start, steps=50, lr=0.1, score=_mean, move=_clamped):
    """Do what a right answer does, with a score and a move of one's own."""
    mode, seen = model.training, []
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(lambda m, given, out: seen.append(out.clone()))
    image = start.clone()
    for _ in range(steps):
        image = image.detach().requires_grad_(True)
        model(image)
        image = move(image, lr * torch.autograd.grad(score(seen.pop(), channel), image)[0])
    handle.remove()
    model.train(mode)
    return image.detach()


def smallest_image(*args, **named):
    # an optimizer goes down, where nobody turns the sign round
    return _climbed(*args, **named, move=lambda image, step: (image - step).clamp(0, 1))


def squared_map(*args, **named):
    return _climbed(*args, **named, score=lambda maps, channel: -(maps[0, channel] ** 2).mean())


def last_pixel(*args, **named):
    return _climbed(*args, **named, score=lambda maps, channel: maps[0, channel, -1, -1])


def next_channel(*args, **named):
    return _climbed(*args, **named, score=lambda maps, channel: maps[0, channel - 1].mean())


def sigmoid_in_place_of_clamping(*args, **named):
    return _climbed(*args, **named, move=lambda image, step: torch.sigmoid(image + step))


def clamped_below_only(*args, **named):
    return _climbed(*args, **named, move=lambda image, step: (image + step).clamp(min=0))


def stretched_at_the_end(*args, **named):
    image = _climbed(*args, **named, move=lambda image, step: image + step)
    return (image - image.min()) / (image.max() - image.min())


def gradient_alone(*args, **named):
    return _climbed(*args, **named, move=lambda image, step: step.clamp(0, 1))


def every_other_step(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(model, name, channel, start, steps // 2, lr)


def smaller_rate(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(model, name, channel, start, steps, lr / 2)


def noise(model, name, channel, start, steps=50, lr=0.1):
    return torch.rand_like(start)


def score_returned(model, name, channel, start, steps=50, lr=0.1):
    return start.mean() * steps * lr


def start_asks_for_gradients(model, name, channel, start, steps=50, lr=0.1):
    return _climbed(model, name, channel, start.requires_grad_(True).detach(), steps, lr)


def zeros_for_gradients(model, name, channel, start, steps=50, lr=0.1):
    mode, seen = model.training, []
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(lambda m, given, out: seen.append(out.clone()))
    image = start.clone()
    for _ in range(steps):
        image = image.detach().requires_grad_(True)
        model(image)
        _mean(seen.pop(), channel).backward()
        image = _clamped(image, lr * image.grad)
    handle.remove()
    model.train(mode)
    model.zero_grad(set_to_none=False)
    return image.detach()


def weights_learn_as_well(model, name, channel, start, steps=50, lr=0.1):
    mode, seen = model.training, []
    handle = model.get_submodule(name).register_forward_hook(lambda m, given, out: seen.append(out.clone()))
    model.eval()
    image = start.clone().requires_grad_(True)
    climb = torch.optim.SGD([image, *model.parameters()], lr, maximize=True)
    for _ in range(steps):
        climb.zero_grad()
        model(image)
        _mean(seen.pop(), channel).backward()
        climb.step()
        image.data.clamp_(0, 1)
    handle.remove()
    model.train(mode)
    return image.detach()


def magnitude_of_the_map(*args, **named):
    return _climbed(*args, **named, score=lambda maps, channel: maps[0, channel].abs().mean())


def share_of_all_channels(*args, **named):
    return _climbed(*args, **named, score=lambda maps, channel: maps[0].mean((1, 2)).softmax(0)[channel])
