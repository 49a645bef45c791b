"""Unusual right answers for `maximise_activation`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import copy

import torch


def by_an_optimizer(model, name, channel, start, steps=50, lr=0.1):
    mode, kept = model.training, {}
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, given, out: kept.update(map=out.clone())
    )
    image = start.detach().clone().requires_grad_()
    climb = torch.optim.SGD([image], lr=lr, maximize=True)
    for _ in range(steps):
        climb.zero_grad()
        model(image)
        kept["map"][:, channel].mean().backward(inputs=[image])
        climb.step()
        with torch.no_grad():
            image.clamp_(0, 1)
    handle.remove()
    model.train(mode)
    return image.detach()


def down_the_negative(model, name, channel, start, steps=50, lr=0.1):
    # with gradients in the model, which are taken out again
    mode, maps = model.training, []
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, given, out: maps.append(out[0, channel].clone())
    )
    image = torch.tensor(start.tolist(), dtype=start.dtype)
    for _ in range(steps):
        image.requires_grad_(True)
        model(image)
        (-maps[-1].mean()).backward()
        image = torch.clamp(image.detach() - lr * image.grad, min=0, max=1)
    handle.remove()
    model.zero_grad(set_to_none=True)
    model.train(mode)
    return image


def in_a_copy(model, name, channel, start, steps=50, lr=0.1):
    twin, maps, image = copy.deepcopy(model).eval(), [None], start
    twin.requires_grad_(False)
    dict(twin.named_modules())[name].register_forward_hook(lambda m, given, out: maps.__setitem__(0, out + 0))
    while steps > 0:
        image = image.clone().detach().requires_grad_()
        twin(image)
        (gradient,) = torch.autograd.grad(maps[0].mean(dim=(0, 2, 3))[channel], [image])
        image, steps = image.add(gradient, alpha=lr).clip(0, 1), steps - 1
    return image.detach().clone()


def stopped_at_the_layer(model, name, channel, start, steps=50, lr=0.1):
    class Reached(Exception):
        pass

    def stop(module, given, out):
        raise Reached(out)

    modes = [(each, each.training) for each in model.modules()]
    handle = model.eval().get_submodule(name).register_forward_hook(stop)
    image = start.clone()
    try:
        for _ in range(steps):
            image = image.detach().requires_grad_(True)
            try:
                model(image)
            except Reached as reached:
                total = reached.args[0][0, channel]
            score = total.sum() / total.numel()
            image = (image + lr * torch.autograd.grad(score, image)[0]).clamp(0, 1)
    finally:
        handle.remove()
        for module, mode in modes:
            module.training = mode
    return image.detach()


def by_a_function_of_the_image(model, name, channel, start, steps=50, lr=0.1):
    was_training = model.training
    model.eval()

    def score(image):
        maps = []
        with model.get_submodule(name).register_forward_hook(lambda m, given, out: maps.append(out.clone())):
            model(image)
        return maps[0][0, channel].mean()

    image = start.detach()
    for _ in range(steps):
        image = torch.clip(image + lr * torch.func.grad(score)(image), 0.0, 1.0)
    model.train(was_training)
    return image.detach().clone()


def parameters_at_rest_meanwhile(model, name, channel, start, steps=50, lr=0.1):
    resting = [each for each in model.parameters() if each.requires_grad]
    for each in resting:
        each.requires_grad_(False)
    mode, seen, image = model.training, [], start.clone()
    model.train(False)
    layer = next(module for own, module in model.named_modules() if own == name)
    handle = layer.register_forward_hook(lambda m, given, out: seen.append(out * 1))
    for _ in range(steps):
        image = image.requires_grad_(True)
        model(image)
        seen[-1][0][channel].mean().backward()
        with torch.no_grad():
            image = torch.minimum(torch.maximum(image + lr * image.grad, torch.zeros(())), torch.ones(()))
        seen.clear()
    handle.remove()
    model.train(mode)
    for each in resting:
        each.requires_grad_(True)
    return image.detach()


def by_adam(model, name, channel, start, steps=50, lr=0.1):
    was_training, maps = model.training, []
    model.eval()
    hook = model.get_submodule(name).register_forward_hook(
        lambda m, given, out: maps.append(out[0, channel].clone())
    )
    image = start.clone().requires_grad_(True)
    adam = torch.optim.Adam([image], lr=lr)
    for _ in range(steps):
        model(image)
        (image.grad,) = torch.autograd.grad(-maps.pop().mean(), image)
        adam.step()
        image.data.clamp_(0.0, 1.0)
    hook.remove()
    model.train(was_training)
    return image.detach()
