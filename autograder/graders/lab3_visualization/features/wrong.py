"""Wrong answers for `features`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
from torch import nn


def library_call(model, images, batch_size=64):
    from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

    mode = model.training
    model.eval()
    names = [name for name, each in model.named_modules() if isinstance(each, nn.Linear)]
    nodes = get_graph_node_names(model)[1]
    before = nodes[nodes.index(names[-1]) - 1]
    with torch.no_grad():
        found = create_feature_extractor(model, [before])(images)[before]
    model.train(mode)
    return found


def flat_images(model, images, batch_size=64):
    return images.flatten(1)


def probabilities(model, images, batch_size=64):
    mode = model.training
    model.eval()
    with torch.no_grad():
        found = torch.softmax(model(images), 1)
    model.train(mode)
    return found


def _seen(model, images, kept):
    last = [each for each in model.modules() if isinstance(each, nn.Linear)][-1]
    handle = last.register_forward_hook(lambda m, given, out: kept.append(given[0].detach()))
    model(images)
    handle.remove()


def in_training_mode(model, images, batch_size=64):
    kept, mode = [], model.training
    model.train()
    _seen(model, images, kept)
    model.train(mode)
    return kept[0]


def evaluated_for_good(model, images, batch_size=64):
    kept = []
    _seen(model.eval(), images, kept)
    return kept[0]


def of_unit_length(model, images, batch_size=64):
    kept, mode = [], model.training
    _seen(model.eval(), images, kept)
    model.train(mode)
    return nn.functional.normalize(kept[0], dim=1)


def relu_of_them(model, images, batch_size=64):
    kept, mode = [], model.training
    _seen(model.eval(), images, kept)
    model.train(mode)
    return kept[0].relu() - 0.01


def whole_batches_only(model, images, batch_size=64):
    kept, mode = [], model.training
    model.eval()
    for i in range(len(images) // batch_size + (len(images) < batch_size)):
        _seen(model, images[i * batch_size : (i + 1) * batch_size], kept)
    model.train(mode)
    return torch.cat(kept)


def new_batches_first(model, images, batch_size=64):
    kept, mode = [], model.training
    model.eval()
    for batch in images.split(batch_size):
        _seen(model, batch, kept)
    model.train(mode)
    return torch.cat(kept[::-1])


def as_a_list(model, images, batch_size=64):
    kept, mode = [], model.training
    _seen(model.eval(), images, kept)
    model.train(mode)
    return kept[0].tolist()


def weights_of_the_last_layer(model, images, batch_size=64):
    last = [each for each in model.modules() if isinstance(each, nn.Linear)][-1]
    return last.weight.detach()[:1].repeat(len(images), 1)


def joined_along_the_features(model, images, batch_size=64):
    kept, mode = [], model.training
    model.eval()
    for batch in images.split(batch_size):
        _seen(model, batch, kept)
    model.train(mode)
    return torch.cat(kept, dim=1) if len({len(each) for each in kept}) == 1 else kept[0]
