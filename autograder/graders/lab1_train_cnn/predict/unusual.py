"""Hold unusual right answers for `predict`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn as nn
import torch.nn.functional as F


def image_by_image(model, images):
    # one forward pass an image
    mode = model.training
    model.train(False)
    labels, confidences = [], []
    with torch.no_grad():
        for image in images:
            p = F.softmax(model(image.unsqueeze(0)), dim=-1)[0]
            labels.append(int(p.argmax()))
            confidences.append(p.max())
    model.train(mode)
    return torch.tensor(labels), torch.stack(confidences)


def decorated(model, images):
    # `no_grad` as a decorator of a helper; returns a list
    @torch.no_grad()
    def probabilities():
        return nn.Softmax(dim=1)(model(images))

    before = model.training
    model.eval()
    p = probabilities()
    if before:
        model.train()
    return [p.argmax(dim=1), p.amax(dim=1)]


def inference_mode(model, images):
    # inference mode, 32-bit labels
    training = model.training
    try:
        with torch.inference_mode():
            logits = model.eval()(images)
            labels = logits.argmax(1)
            shifted = logits - logits.amax(1, keepdim=True)
            confidences = 1 / shifted.exp().sum(1)
    finally:
        model.train(training)
    return labels.int(), confidences


def graph_detached_afterwards(model, images):
    # switches gradients off by hand and back on
    was_training, had_gradients = model.training, torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    model.eval()
    logits = model(images).detach()
    model.train(was_training)
    torch.set_grad_enabled(had_gradients)
    logp = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    confidences, labels = logp.exp().topk(1, dim=1)
    return labels[:, 0], confidences[:, 0]


def gathered(model, images):
    # sorts the logits and fetches the probability of the first
    restore = model.training
    with torch.no_grad():
        model.eval()
        out = model(images)
    labels = out.sort(dim=1, descending=True).indices[:, 0]
    confidences = torch.gather(torch.exp(F.log_softmax(out, 1)), 1, labels[:, None]).squeeze(1)
    model.train(restore)
    print("predicted", len(labels))
    return labels, confidences


def named_result(model, images):
    # returns a named tuple and restores each module's mode by hand
    from collections import namedtuple

    Prediction = namedtuple("Prediction", ["labels", "confidences"])
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        best = model(images).softmax(dim=1).max(dim=1)
    for module, mode in modes.items():
        module.training = mode
    return Prediction(best.indices, best.values)


def parameters_loop_with_chunks(model, images):
    # in chunks, with the gradient state put back by hand
    before, enabled = model.training, torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    model.eval()
    try:
        parts = [torch.softmax(model(chunk), dim=-1) for chunk in images.split(4)]
    finally:
        model.train(before)
        torch.set_grad_enabled(enabled)
    top = torch.cat(parts).max(dim=-1)
    return [top.indices.to(torch.int32), top.values]


def copy_of_the_model(model, images):
    # a copy predicts, so the model's own mode never changes
    import copy

    twin = copy.deepcopy(model).eval()
    with torch.no_grad():
        logits = twin(images)
    labels = logits.argmax(dim=1)
    return labels, 1 / torch.exp(logits - logits.amax(1, keepdim=True)).sum(1)


def confidences_of_double_precision(model, images):
    # Python numbers put together, and a softmax in float64
    mode = model.training
    model.eval()
    with torch.no_grad():
        scores = model(images).double()
    model.train(mode)
    confidences = scores.softmax(-1).amax(-1)
    return torch.tensor([int(row.argmax()) for row in scores]), confidences
