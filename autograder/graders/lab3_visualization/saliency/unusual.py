"""Unusual right answers for `saliency`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def backward_and_tidied_up(model, image, label):
    pixels = image.clone().detach()
    pixels.requires_grad = True
    before = model.training
    model.eval()
    model(pixels[None]).squeeze(0)[label].backward()
    model.zero_grad()
    model.train(before)
    return pixels.grad.abs().max(dim=0).values


def on_a_copy(model, image, label):
    import copy

    twin = copy.deepcopy(model).eval()
    x = image.unsqueeze(0).clone().requires_grad_(True)
    twin(x)[:, label].sum().backward()
    return x.grad.squeeze(0).abs().max(0)[0]


def frozen_for_a_while(model, image, label):
    # parameters do not learn meanwhile
    found = [(each, each.requires_grad) for each in model.parameters()]
    modes = {each: each.training for each in model.modules()}
    for each, _ in found:
        each.requires_grad_(False)
    model.eval()
    with torch.enable_grad():
        x = image.detach().clone().requires_grad_()
        model(x.reshape(1, *x.shape))[0][label].backward()
    for each, learning in found:
        each.requires_grad_(learning)
    for each, mode in modes.items():
        each.training = mode
    grads = x.grad
    return torch.maximum(grads, -grads).amax(0)


def by_a_weighted_sum(model, image, label):
    # the score as a product with a vector that is 1 at the label
    mode = model.training
    model.train(False)
    x = image[None].clone().requires_grad_()
    out = model(x)
    picked = torch.zeros_like(out)
    picked[0, label] = 1
    gradient = torch.autograd.grad(out, x, grad_outputs=picked)[0]
    if mode:
        model.train()
    lowest, highest = gradient[0].aminmax(dim=0)
    return torch.where(-lowest > highest, -lowest, highest)


def by_functional_jacobian(model, image, label):
    mode = model.training
    model.eval()
    rows = torch.autograd.functional.jacobian(lambda x: model(x[None])[0], image)
    model.train(mode)
    return rows[label].detach().abs().amax(0)


def one_image_many_times(model, image, label):
    # the image once for each class, in one batch
    training = model.training
    try:
        model.eval()
        x = torch.stack([image, image]).detach().requires_grad_()
        scores = model(x)
        (grad,) = torch.autograd.grad(scores[1, label], [x])
    finally:
        model.train(training)
    out = torch.zeros(image.shape[1:], dtype=image.dtype)
    for channel in grad[1]:
        out = torch.max(out, channel.abs())
    return out


def loss_with_its_sign(model, image, label):
    # the gradient of minus the score has the same size
    was = model.training
    model.eval()
    x = torch.autograd.Variable(image.clone(), requires_grad=True)
    loss = -model(x[None])[0, label]
    g = torch.autograd.grad(loss, x, retain_graph=True)[0]
    model.train(was)
    return g.abs().sort(0).values[-1]
