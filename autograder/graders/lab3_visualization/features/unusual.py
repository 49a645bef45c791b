"""Unusual right answers for `features`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def before_the_layer_by_a_loader(model, images, batch_size=64):
    mode, found = model.training, []
    last = list(filter(lambda each: isinstance(each, nn.Linear), model.modules()))[-1]
    hook = last.register_forward_pre_hook(lambda layer, inputs: found.append(inputs[0].detach().clone()))
    try:
        model.train(False)
        with torch.no_grad():
            for (batch,) in DataLoader(TensorDataset(images), batch_size):
                model(batch)
    finally:
        hook.remove()
        model.train(mode)
    return torch.vstack(found)


def in_a_copy(model, images, batch_size=64):
    # the model itself is never run
    twin = copy.deepcopy(model).eval()
    rows = []
    for module in twin.modules():
        if type(module) is nn.Linear:
            last = module
    last.register_forward_hook(lambda layer, inputs, output: rows.extend(inputs[0].detach()))
    for start in range(0, len(images), batch_size):
        twin(images[start : start + batch_size])
    return torch.stack(rows)


def stopped_at_the_layer(model, images, batch_size=64):
    class Reached(Exception):
        pass

    def stop(layer, inputs):
        raise Reached(inputs[0])

    last = [each for _, each in model.named_modules() if isinstance(each, nn.Linear)].pop()
    handle, modes = last.register_forward_pre_hook(stop), {m: m.training for m in model.modules()}
    out = []
    with torch.inference_mode():
        model.eval()
        for batch in torch.split(images, batch_size):
            try:
                model(batch)
            except Reached as reached:
                out.append(reached.args[0])
    handle.remove()
    for module, mode in modes.items():
        module.training = mode
    return torch.cat(out).clone()


def forward_taken_over(model, images, batch_size=64):
    was, out = model.training, []
    last = [each for each in model.modules() if isinstance(each, nn.Linear)][-1]
    plain = last.forward

    def forward(x):
        out.append(x)
        return plain(x)

    last.forward = forward
    model.eval()
    with torch.no_grad():
        [model(images[i : i + batch_size]) for i in range(0, images.shape[0], batch_size)]
    del last.forward
    model.train(was)
    return torch.concat(out, dim=0)


def layer_wrapped(model, images, batch_size=64):
    class Keeps(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer, self.kept = layer, []

        def forward(self, x):
            self.kept.append(x)
            return self.layer(x)

    was = model.training
    name = [name for name, each in model.named_modules() if isinstance(each, nn.Linear)][-1]
    home, _, last = name.rpartition(".")
    home = model.get_submodule(home)
    plain = getattr(home, last)
    keeps = Keeps(plain)
    setattr(home, last, keeps)
    model.eval()
    with torch.no_grad():
        for i in range(0, len(images), batch_size):
            model(images[i : i + batch_size])
    setattr(home, last, plain)
    model.train(was)
    return torch.cat(keeps.kept)


def detached_at_the_end(model, images, batch_size=64):
    # with a graph on the way, and no list: a dictionary that the hook overwrites
    was_training, kept, all_of_them = model.training, {}, []
    model.eval()
    linears = {name: each for name, each in model.named_modules() if isinstance(each, nn.Linear)}
    handle = linears[list(linears)[-1]].register_forward_hook(lambda m, given, o: kept.update(x=given[0]))
    for batch in images.split(batch_size):
        model(batch)
        all_of_them.append(kept["x"])
    handle.remove()
    if was_training:
        model.train()
    return torch.cat(all_of_them).detach()
