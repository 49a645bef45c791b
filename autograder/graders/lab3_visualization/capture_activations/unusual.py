"""Unusual right answers for `capture_activations`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

from functools import partial

import torch


def a_stack_of_handles(model, images, names):
    from contextlib import ExitStack

    layers = dict(model.named_modules())
    chosen = [layers[name] for name in names]  # a dict's own KeyError
    found, mode = {}, model.training

    def keep(name, module, args, output):
        found[name] = output.clone().detach()

    with ExitStack() as stack:
        stack.callback(model.train, mode)
        for name, layer in zip(names, chosen, strict=True):
            stack.enter_context(layer.register_forward_hook(partial(keep, name)))
        model.eval()
        model(images)
    return found


def in_inference_mode(model, images, names):
    found = {}
    for name in names:
        try:
            model.get_submodule(name)
        except AttributeError:
            raise KeyError(name) from None
    before, handles = model.training, []
    model.train(False)
    for name in names:
        handles += [
            model.get_submodule(name).register_forward_hook(
                lambda m, i, o, name=name: found.update({name: o.clone()})
            )
        ]
    try:
        with torch.inference_mode():
            model(images)
    finally:
        [each.remove() for each in handles]
        model.train(before)
    return found


def on_a_copy(model, images, names):
    import copy

    known = {name for name, _ in model.named_modules()}
    unknown = set(names) - known
    if unknown:
        raise KeyError(", ".join(unknown))
    twin = copy.deepcopy(model).eval().requires_grad_(False)
    found = {}
    for name in names:
        twin.get_submodule(name).register_forward_hook(
            partial(lambda key, m, i, o: found.__setitem__(key, o + 0), name)
        )
    twin(images)
    return found


def with_a_recorder(model, images, names):
    # a class of one's own as context and hook
    class Recorder:
        def __init__(self, layer):
            self.layer, self.output = layer, None

        def __call__(self, module, inputs, output):
            self.output = torch.empty_like(output).copy_(output)

        def __enter__(self):
            self.handle = self.layer.register_forward_hook(self)
            return self

        def __exit__(self, *details):
            self.handle.remove()

    layers = {}
    for path, layer in model.named_modules():
        layers[path] = layer
    missing = [name for name in names if layers.get(name) is None]
    if missing:
        raise KeyError(f"unknown: {missing}")

    def run(rest, recorders):
        if rest:
            with Recorder(layers[rest[0]]) as recorder:
                return run(rest[1:], [*recorders, recorder])
        with torch.no_grad():
            model(images)
        return [each.output for each in recorders]

    modes = {each: each.training for each in model.modules()}
    model.eval()
    try:
        return dict(zip(names, run(list(names), []), strict=True))
    finally:
        for each, mode in modes.items():
            each.training = mode


def forward_exchanged(model, images, names):
    # the layers' forward methods are wrapped for the length of one pass
    layers = dict(model.named_modules())
    if any(name not in layers for name in names):
        raise KeyError(names)
    found, was_training = {}, model.training

    def wrapped(name, forward):
        def run(*args, **kwargs):
            output = forward(*args, **kwargs)
            found[name] = torch.tensor(output.tolist(), dtype=output.dtype)
            return output

        return run

    model.eval()
    enabled = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for name in names:
        layers[name].forward = wrapped(name, layers[name].forward)
    try:
        model(images)
    finally:
        for name in names:
            del layers[name].forward
        torch.set_grad_enabled(enabled)
        model.train(was_training)
    return found


def image_by_image(model, images, names):
    # one pass for each image; the parts are put together
    from collections import OrderedDict, defaultdict

    layers = dict(model.named_modules())
    for name in names:
        if name not in layers:
            raise KeyError(f"{name!r} is not in {sorted(layers)}")
    parts, handles, training = defaultdict(list), [], model.training
    try:
        model.eval()
        for name in names:
            hook = lambda module, args, kwargs, output, key=name: parts[key].append(output.clone())  # noqa: E731
            handles.append(layers[name].register_forward_hook(hook, with_kwargs=True))
        with torch.no_grad():
            for image in images:
                model(image[None])
    finally:
        if training:
            model.train()
        while handles:
            handles.pop().remove()
    return OrderedDict((name, torch.cat(parts[name])) for name in names)


def a_generator_that_cleans_up(model, images, names):
    # a generator that cleans up behind itself, and NumPy copies
    import contextlib

    @contextlib.contextmanager
    def watching(layers, store):
        handles = [
            layer.register_forward_hook(lambda m, i, o, n=n: store.__setitem__(n, o.detach().numpy().copy()))
            for n, layer in layers.items()
        ]
        try:
            yield store
        finally:
            for handle in handles:
                handle.remove()

    everything = {n: m for n, m in model.named_modules() if n}
    layers = {n: everything[n] for n in names}
    training = model.training
    with watching(layers, {}) as store, torch.no_grad():
        model.eval()
        try:
            model(images)
        finally:
            model.train(training)
    return {n: torch.from_numpy(store[n]) for n in names}
