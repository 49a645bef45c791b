"""Wrong answers for `saliency`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def _gradient(model, image, score):
    """Return the gradient (C, H, W) of a score; what the answers below have in common."""
    mode = model.training
    model.eval()
    x = image[None].detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(score(model(x)), x)
    model.train(mode)
    return g[0]


def cut_off_below_zero(model, image, label):
    # negative gradients count for nothing
    g = _gradient(model, image, lambda out: out[0, label])
    return g.clamp(min=0).amax(0)


def squared(model, image, label):
    # squares in place of sizes
    g = _gradient(model, image, lambda out: out[0, label])
    return g.square().amax(0)


def one_map_a_channel(model, image, label):
    # (C, H, W)
    g = _gradient(model, image, lambda out: out[0, label])
    return g.abs()


def over_the_rows(model, image, label):
    # the largest over the rows, not the channels
    g = _gradient(model, image, lambda out: out[0, label])
    return g.abs().amax(1)


def still_a_batch(model, image, label):
    # (1, H, W)
    g = _gradient(model, image, lambda out: out[0, label])
    return g.abs().amax(0, keepdim=True)


def against_the_others(model, image, label):
    # the score less the mean of all
    g = _gradient(model, image, lambda out: out[0, label] - out.mean())
    return g.abs().amax(0)


def loss_in_place_of_score(model, image, label):
    # the cross entropy
    g = _gradient(model, image, lambda out: torch.nn.functional.cross_entropy(out, torch.tensor([label])))
    return g.abs().amax(0)


def difference_of_extremes(model, image, label):
    # largest less smallest channel
    g = _gradient(model, image, lambda out: out[0, label])
    return g.amax(0) - g.amin(0)


def size_of_the_mean(model, image, label):
    # the mean over the channels first
    g = _gradient(model, image, lambda out: out[0, label])
    return g.mean(0).abs()


def next_label(model, image, label):
    # labels counted from 1
    g = _gradient(model, image, lambda out: out[0, label - 1])
    return g.abs().amax(0)


def turned(model, image, label):
    # (W, H)
    g = _gradient(model, image, lambda out: out[0, label])
    return g.abs().amax(0).T


def graph_of_the_gradient(model, image, label):
    # for gradients of gradients
    mode = model.training
    x = image[None].detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model.eval()(x)[0, label], x, create_graph=True)
    model.train(mode)
    return g[0].abs().amax(0)


def zeros_for_none(model, image, label):
    # gradients of 0 are left
    mode = model.training
    x = image[None].detach().clone().requires_grad_()
    model.eval()(x)[0, label].backward()
    model.zero_grad(set_to_none=False)
    model.train(mode)
    return x.grad[0].abs().amax(0)


def all_set_free(model, image, label):
    # what was frozen before, too
    model.requires_grad_(False)
    g = _gradient(model, image, lambda out: out[0, label])
    model.requires_grad_(True)
    return g.abs().amax(0)


def places_of_the_largest(model, image, label):
    g = _gradient(model, image, lambda out: out[0, label])
    return g.abs().argmax(0)


def first_label_always(model, image, label):
    g = _gradient(model, image, lambda out: out[0, 0])
    return g.abs().amax(0)
