"""Wrong answers for `saliency`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def cut_off_below_zero(model, image, label):
    # negative gradients count for nothing
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.clamp(min=0).amax(0)


def squared(model, image, label):
    # squares in place of sizes
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.square().amax(0)


def one_map_a_channel(model, image, label):
    # (C, H, W)
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs()


def over_the_rows(model, image, label):
    # the largest over the rows, not the channels
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs().amax(1)


def still_a_batch(model, image, label):
    # (1, H, W)
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs().amax(0, keepdim=True)


def against_the_others(model, image, label):
    # the score less the mean of all
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label] - model(x).mean()
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs().amax(0)


def loss_in_place_of_score(model, image, label):
    # the cross entropy
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = torch.nn.functional.cross_entropy(model(x), torch.tensor([label]))
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs().amax(0)


def difference_of_extremes(model, image, label):
    # largest less smallest channel
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.amax(0) - g.amin(0)


def size_of_the_mean(model, image, label):
    # the mean over the channels first
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.mean(0).abs()


def next_label(model, image, label):
    # labels counted from 1
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label - 1]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs().amax(0)


def turned(model, image, label):
    # (W, H)
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    score = model(x)[0, label]
    g = torch.autograd.grad(score, x)[0][0]
    model.train(mode)
    return g.abs().amax(0).T
