"""Unusual right answers for `top_images`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def image_by_image(model, name, channel, images, k, batch_size=64):
    layer, numbers, mode = dict(model.named_modules())[name], [], model.training
    handle = layer.register_forward_hook(lambda m, i, o: numbers.append(float(o[0, channel].max())))
    model.eval()
    with torch.no_grad():
        for image in images:
            model(image.unsqueeze(0))
    model.train(mode)
    handle.remove()
    order = sorted(range(len(numbers)), key=lambda index: -numbers[index])
    return torch.tensor(order[:k])


def a_place_for_each(model, name, channel, images, k, batch_size=64):
    # numbers written into a tensor, batch by batch
    best = torch.empty(len(images), dtype=images.dtype)
    before = model.training
    model.eval()
    seen = {}
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: seen.__setitem__("maps", o.detach().clone())
    )
    for start in range(0, len(images), batch_size):
        model(images[start : start + batch_size])
        best[start : start + batch_size] = seen["maps"][:, channel].flatten(1).max(1).values
    handle.remove()
    if before:
        model.train()
    return best.argsort(descending=True)[:k]


def rests_on_the_other_task(model, name, channel, images, k, batch_size=64):
    maxima = []
    for batch in torch.split(images, batch_size):
        maps = capture_activations(model, batch, [name])[name]  # noqa: F821
        maxima.append(maps[:, channel].amax((-2, -1)))
    return torch.topk(torch.cat(maxima), k)[1]


def single_images_for_the_other_task(model, name, channel, images, k, batch_size=64):
    found = {}
    for place, image in enumerate(images):
        found[place] = capture_activations(model, image[None], (name,))[name][0, channel].max().item()  # noqa: F821
    return torch.tensor(sorted(found, key=found.get, reverse=True)[:k])


def k_best_so_far(model, name, channel, images, k, batch_size=64):
    # only k pairs are kept from batch to batch
    modes = [(each, each.training) for each in model.modules()]
    layer = model
    for part in name.split("."):
        layer = layer._modules[part]
    values, places, done = torch.empty(0, dtype=images.dtype), torch.empty(0, dtype=torch.long), 0

    def keep(module, args, output):
        nonlocal values, places, done
        new = output[:, channel].reshape(len(output), -1).amax(1)
        values = torch.cat([values, new])
        places = torch.cat([places, torch.arange(done, done + len(new))])
        values, order = values.sort(descending=True)
        values, places, done = values[:k], places[order][:k], done + len(new)

    model.eval()
    with layer.register_forward_hook(keep), torch.inference_mode():
        for chunk in images.chunk(-(-len(images) // batch_size)):
            model(chunk)
    for each, mode in modes:
        each.training = mode
    return places + 0


def by_loader_and_numpy(model, name, channel, images, k, batch_size=64):
    import numpy as np
    from torch.utils.data import DataLoader, TensorDataset

    maxima, training = [], model.training

    @torch.no_grad()
    def run():
        for (batch,) in DataLoader(TensorDataset(images), batch_size=batch_size):
            model(batch)

    model.train(False)
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, args, out: maxima.extend(out.detach().numpy()[:, channel].max(axis=(1, 2)).tolist())
    )
    try:
        run()
    finally:
        handle.remove()
        model.train(training)
    return torch.as_tensor(np.argsort(-np.array(maxima))[:k].copy(), dtype=torch.int32)


def on_a_copy(model, name, channel, images, k, batch_size=64):
    import copy

    twin, kept = copy.deepcopy(model), []
    twin.eval()
    twin.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].detach().clone())
    )
    for number in range(0, len(images), batch_size):
        twin(images[number : number + batch_size].clone())
    return torch.cat(kept).amax(-1).amax(-1).topk(k, sorted=True).indices
