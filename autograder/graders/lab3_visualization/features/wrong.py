"""Wrong answers for `features`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
from torch import nn


def library_call(model, images, batch_size=64):
    from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

    mode = model.training
    model.eval()
    names = [name for name, each in model.named_modules() if isinstance(each, torch.nn.Linear)]
    nodes = get_graph_node_names(model)[1]
    before = nodes[nodes.index(names[-1]) - 1]
    with torch.no_grad():
        found = create_feature_extractor(model, [before])(images)[before]
    model.train(mode)
    return found


def _batches(model, images, batch_size=64):
    """Return what a right answer joins in the end."""
    kept, mode = [], model.training
    last = [each for each in model.modules() if isinstance(each, nn.Linear)][-1]
    handle = last.register_forward_hook(lambda m, given, out: kept.append(given[0].detach()))
    model.eval()
    for batch in images.split(batch_size):
        model(batch)
    handle.remove()
    model.train(mode)
    return kept


def flat_images(model, images, batch_size=64):
    return images.flatten(1)


def probabilities(model, images, batch_size=64):
    mode = model.training
    with torch.no_grad():
        found = torch.softmax(model.eval()(images), 1)
    model.train(mode)
    return found


def evaluated_for_good(model, images, batch_size=64):
    return torch.cat(_batches(model.eval(), images, batch_size))


def in_training_for_good(model, images, batch_size=64):
    found = torch.cat(_batches(model, images, batch_size))
    model.train()
    return found


def of_unit_length(*args, **named):
    return nn.functional.normalize(torch.cat(_batches(*args, **named)), dim=1)


def shifted_to_zero_mean(*args, **named):
    found = torch.cat(_batches(*args, **named))
    return found - found.mean(0) - 0.01


def batches_in_reverse(*args, **named):
    return torch.cat(_batches(*args, **named)[::-1])


def whole_batches_only(model, images, batch_size=64):
    whole = max(len(images) // batch_size, 1) * batch_size
    return torch.cat(_batches(model, images[:whole], batch_size))


def first_image_of_each_batch(*args, **named):
    return torch.stack([each[0] for each in _batches(*args, **named)])


def as_a_list(*args, **named):
    return torch.cat(_batches(*args, **named)).tolist()


def weights_of_the_last_layer(model, images, batch_size=64):
    last = [each for each in model.modules() if isinstance(each, nn.Linear)][-1]
    return last.weight.detach()[:1].repeat(len(images), 1)


def leaves_in_a_row(model, images, batch_size=64):
    # what stands between them in `forward` is lost
    leaves, mode = [each for each in model.modules() if not list(each.children())], model.training
    last = max(i for i, each in enumerate(leaves) if isinstance(each, nn.Linear))
    model.eval()
    with torch.no_grad():
        found = torch.cat([nn.Sequential(*leaves[:last])(batch) for batch in images.split(batch_size)])
    model.train(mode)
    return found


def last_name_in_the_alphabet(model, images, batch_size=64):
    kept, mode = [], model.training
    last = max(name for name, each in model.named_modules() if isinstance(each, nn.Linear))
    handle = model.get_submodule(last).register_forward_pre_hook(lambda m, given: kept.append(given[0]))
    model.eval()
    with torch.no_grad():
        [model(batch) for batch in images.split(batch_size)]
    handle.remove()
    model.train(mode)
    return torch.cat(kept)


def images_clamped(model, images, batch_size=64):
    return torch.cat(_batches(model, images.clamp_(0, 1), batch_size)).detach()


def cut_off_below_zero(*args, **named):
    return torch.cat(_batches(*args, **named)).detach().relu()
