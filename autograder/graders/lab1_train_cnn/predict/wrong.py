"""Wrong answers for `predict`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


@torch.no_grad()
def never_evaluates(model, images):
    # the mode is left alone
    p = torch.softmax(model(images), 1)
    return p.argmax(1), p.max(1).values


def evaluates_for_good(model, images):
    # the mode is not restored
    model.eval()
    with torch.inference_mode():
        p = model(images).softmax(dim=-1)
    return p.argmax(-1), p.amax(-1)


def trains_again_always(model, images):
    # model.train() whatever it was
    model.eval()
    with torch.no_grad():
        conf, label = model(images).softmax(1).max(1)
    model.train()
    return label, conf


def pair_the_wrong_way(model, images):
    # (confidences, labels), as `max` returns them
    mode = model.training
    model.eval()
    with torch.no_grad():
        result = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(mode)
    return result.values, result.indices


def confidence_is_the_logit(model, images):
    # no softmax
    mode = model.training
    model.eval()
    with torch.no_grad():
        scores = model(images)
    model.train(mode)
    return torch.argmax(scores, 1), torch.amax(scores, 1)


def graph_is_built(model, images):
    # no no_grad
    mode = model.training
    model.eval()
    p = torch.softmax(model(images), dim=1)
    model.train(mode)
    return p.argmax(dim=1), p.max(dim=1)[0].detach()


def wrong_axis(model, images):
    # softmax over the batch
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), dim=0)
    model.train(mode)
    return p.argmax(dim=1), p.max(dim=1)[0]


def only_labels(model, images):
    # one result
    mode = model.training
    model.eval()
    with torch.no_grad():
        labels = model(images).argmax(1)
    model.train(mode)
    return labels


def confidence_of_one_class(model, images):
    # labels[0] for every image
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images), 1)
    model.train(mode)
    labels = p.argmax(1)
    return labels, p[:, labels[0].item()]


def best_against_second(model, images):
    # the sum has two terms
    mode = model.training
    model.eval()
    with torch.no_grad():
        z = model(images)
        best = z.sort(dim=1, descending=True).values[:, :2]
    model.train(mode)
    return z.argmax(1), 1 / (1 + torch.exp(best[:, 1] - best[:, 0]))


def rows_by_label(model, images):
    # p[labels] picks rows
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = model(images).softmax(-1)
    model.train(mode)
    return p.argmax(-1), p[p.argmax(-1)]


def columns_by_label(model, images):
    # p[:, labels] is a table
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = model(images).softmax(-1)
    model.train(mode)
    return p.argmax(-1), p[:, p.argmax(-1)]


def no_batch_axis(model, images):
    # model(image), not model(image[None])
    mode = model.training
    model.eval()
    out = []
    with torch.no_grad():
        for i in range(len(images)):
            out.append(torch.softmax(model(images[i]), dim=-1).max(dim=-1))
    model.train(mode)
    return torch.tensor([o.indices for o in out]), torch.tensor([o.values for o in out])


def one_image(model, images):
    # [0] in the wrong place
    mode = model.training
    model.eval()
    with torch.no_grad():
        z = model(images)[0]
    model.train(mode)
    return z.argmax(), z.softmax(0).max()


def squeezed_pair(model, images):
    # squeeze() takes the batch axis along when it is 1
    mode = model.training
    model.eval()
    with torch.no_grad():
        p = torch.softmax(model(images).squeeze(), dim=-1)
    model.train(mode)
    return p.argmax(-1), p.amax(-1)
