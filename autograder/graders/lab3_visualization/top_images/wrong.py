"""Wrong answers for `top_images`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def whole_row_of_the_batch(model, name, channel, images, k, batch_size=64):
    # the channel counted along the batch
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[channel % len(o)].flatten(1).amax(1))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices


def starts_from_zero(model, name, channel, images, k, batch_size=64):
    # what lies below 0 is taken for 0
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].clamp(min=0).amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices


def sum_of_the_map(model, name, channel, images, k, batch_size=64):
    # one number, but the sum
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].sum((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices


def middle_of_the_map(model, name, channel, images, k, batch_size=64):
    # the value in the middle
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel, o.shape[2] // 2, o.shape[3] // 2])
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices


def best_of_each_batch(model, name, channel, images, k, batch_size=64):
    # one image for each batch
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.stack([each.argmax() + i * batch_size for i, each in enumerate(kept)])[:k]


def one_batch_too_large(model, name, channel, images, k, batch_size=64):
    # one image more than allowed
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size + 1):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices


def in_the_order_of_the_images(model, name, channel, images, k, batch_size=64):
    # sorted by index
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices.sort().values


def values_and_indices(model, name, channel, images, k, batch_size=64):
    # the pair that topk gives
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k)


def column_of_indices(model, name, channel, images, k, batch_size=64):
    # an axis too many
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).topk(k).indices[:, None]


def images_themselves(model, name, channel, images, k, batch_size=64):
    # the images in place of their indices
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return images[torch.cat(kept).topk(k).indices]


def all_in_order(model, name, channel, images, k, batch_size=64):
    # k is not looked at
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].amax((1, 2)))
    )
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept).argsort(descending=True)
