"""Wrong answers for `capture_activations`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


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
    captured, mode, handles = {}, model.training, []
    for name in names:
        if not hasattr(model, name):
            raise KeyError(name)
        hook = lambda m, i, o, name=name: captured.update({name: o.clone()})  # noqa: E731
        handles.append(getattr(model, name).register_forward_hook(hook))
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(mode)
    return captured


def nothing_for_unknown_names(model, images, names):
    # an empty dict in place of an error
    layers, captured, mode, handles = dict(model.named_modules()), {}, model.training, []
    if any(name not in layers for name in names):
        return {}
    for name in names:
        hook = lambda m, i, o, name=name: captured.update({name: o.clone()})  # noqa: E731
        handles.append(layers[name].register_forward_hook(hook))
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(mode)
    return captured


def half_precision(model, images, names):
    # to save memory
    layers, captured, mode, handles = dict(model.named_modules()), {}, model.training, []
    for each in [layers[name] for name in names]:
        key = names[len(handles)]
        handles.append(each.register_forward_hook(lambda m, i, o, key=key: captured.update({key: o.half()})))
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(mode)
    return captured


def arrays(model, images, names):
    # NumPy's
    layers, captured, mode, handles = dict(model.named_modules()), {}, model.training, []
    for each in [layers[name] for name in names]:
        key = names[len(handles)]
        handles.append(
            each.register_forward_hook(lambda m, i, o, key=key: captured.update({key: o.numpy().copy()}))
        )
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(mode)
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
    layers, captured, mode, handles = dict(model.named_modules()), {}, model.training, []

    def keep(name, output):
        if output.ndim == 4:
            captured[name] = output.clone()

    for each in [layers[name] for name in names]:
        key = names[len(handles)]
        handles.append(each.register_forward_hook(lambda m, i, o, key=key: keep(key, o)))
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(mode)
    return captured


def hook_returns_what_it_keeps(model, images, names):
    # a hook's result takes the output's place: here it is cut off below 0
    layers, captured, mode, handles = dict(model.named_modules()), {}, model.training, []

    def keep(name, output):
        captured[name] = output.clone()
        return output.clamp(min=0)

    for each in [layers[name] for name in names]:
        key = names[len(handles)]
        handles.append(each.register_forward_hook(lambda m, i, o, key=key: keep(key, o)))
    model.eval()
    try:
        with torch.no_grad():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(mode)
    return captured


def modes_from_before_forgotten(model, images, names):
    # evaluation mode set too late: behind the pass
    layers, captured, mode, handles = dict(model.named_modules()), {}, model.training, []
    for each in [layers[name] for name in names]:
        key = names[len(handles)]
        handles.append(each.register_forward_hook(lambda m, i, o, key=key: captured.update({key: o.clone()})))
    try:
        with torch.no_grad():
            model(images)
        model.eval()
    finally:
        [each.remove() for each in handles]
        model.train(mode)
    return captured
