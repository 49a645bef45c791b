"""Wrong answers for `capture_activations`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def _run(model, images, names, keep, layers=None):
    """Run the model with a hook on each layer; what the answers below have in common."""
    layers, mode, handles = layers or dict(model.named_modules()), model.training, []
    for name, layer in [(name, layers[name]) for name in names]:
        handles.append(layer.register_forward_hook(lambda m, i, o, name=name: keep(name, o)))
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
        model.train(mode)


def removed_too_early(model, images, names):
    # the hooks are gone before the model runs
    layers, captured, mode = dict(model.named_modules()), {}, model.training
    for layer in [layers[name] for name in names]:
        layer.register_forward_hook(lambda m, i, o: captured.update({m: o})).remove()
    model.eval()
    with torch.no_grad():
        model(images)
    model.train(mode)
    return captured


def by_getattr(model, images, names):
    # no dots
    captured = {}
    for name in names:
        if not hasattr(model, name):
            raise KeyError(name)
    layers = {name: getattr(model, name) for name in names}
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}), layers)
    return captured


def nothing_for_unknown_names(model, images, names):
    # an empty dict in place of an error
    captured = {}
    if any(name not in dict(model.named_modules()) for name in names):
        return captured
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    return captured


def half_precision(model, images, names):
    # to save memory
    captured = {}
    _run(model, images, names, lambda name, output: captured.update({name: output.half()}))
    return captured


def arrays(model, images, names):
    # NumPy's
    captured = {}
    _run(model, images, names, lambda name, output: captured.update({name: output.numpy().copy()}))
    return captured


@torch.no_grad()
def children_one_by_one(model, images, names):
    # no hooks: the outermost layers in turn, what is inside them is not reached
    mode = model.training
    model.eval()
    captured, x = {}, images
    for name, layer in model.named_children():
        x = layer(x)
        if name in names:
            captured[name] = x.clone()
    model.train(mode)
    return captured


def only_maps(model, images, names):
    # outputs with four axes
    captured = {}
    _run(model, images, names, lambda name, o: captured.update({name: o.clone()} if o.ndim == 4 else {}))
    return captured


def hook_returns_what_it_keeps(model, images, names):
    # a hook's result takes the output's place: here it is cut off below 0
    captured = {}

    def keep(name, output):
        captured[name] = output.clone()
        return output.clamp(min=0)

    _run(model, images, names, keep)
    return captured


def evaluation_mode_too_late(model, images, names):
    # behind a first pass
    captured, mode = {}, model.training
    with torch.no_grad():
        model(images)
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    model.train(mode)
    return captured


def names_one_by_one(model, images, names):
    # a pass for each name: an unknown one is noticed after the passes for those before it
    captured = {}
    for each in names:
        _run(model, images, [each], lambda name, output: captured.update({name: output.clone()}))
    return captured


def all_hooks_cleared(model, images, names):
    # other people's as well
    captured = {}
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    for layer in model.modules():
        layer._forward_hooks.clear()
    return captured


def another_error_of_it(model, images, names):
    # the model's own is changed into another
    captured = {}
    try:
        _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    except RuntimeError as error:
        raise ValueError("images that do not fit") from error
    return captured


def names_put_in_order(model, images, names):
    # of the caller's list
    captured = {}
    names.sort()
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    return captured


def images_centred(model, images, names):
    # the caller's
    captured = {}
    images -= images.mean()
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    return captured


def images_that_record(model, images, names):
    captured = {}
    images.requires_grad_()
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    return captured


def gradients_of_zero(model, images, names):
    # in the place of None
    captured = {}
    for each in model.parameters():
        each.grad = torch.zeros_like(each)
    _run(model, images, names, lambda name, output: captured.update({name: output.clone()}))
    return captured


def sixty_four_images_at_most(model, images, names):
    captured = {}
    _run(model, images[:64], names, lambda name, output: captured.update({name: output.clone()}))
    return captured
