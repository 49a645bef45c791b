"""Wrong answers for `top_images`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch


def _numbers(model, name, images, batch_size, number):
    """Return one number for each image; what the answers below have in common."""
    kept, mode = [], model.training
    model.eval()
    handle = model.get_submodule(name).register_forward_hook(lambda m, i, o: kept.append(number(o)))
    with torch.no_grad():
        for batch in images.split(batch_size):
            model(batch)
    handle.remove()
    model.train(mode)
    return torch.cat(kept)


def whole_row_of_the_batch(model, name, channel, images, k, batch_size=64):
    # the channel counted along the batch
    return (
        _numbers(model, name, images, batch_size, lambda o: o[channel % len(o)].flatten(1).amax(1))
        .topk(k)
        .indices
    )


def starts_from_zero(model, name, channel, images, k, batch_size=64):
    # what lies below 0 is taken for 0
    return (
        _numbers(model, name, images, batch_size, lambda o: o[:, channel].clamp(min=0).amax((1, 2)))
        .topk(k)
        .indices
    )


def sum_of_the_map(model, name, channel, images, k, batch_size=64):
    # one number, but the sum
    return _numbers(model, name, images, batch_size, lambda o: o[:, channel].sum((1, 2))).topk(k).indices


def middle_of_the_map(model, name, channel, images, k, batch_size=64):
    # the value in the middle
    return (
        _numbers(model, name, images, batch_size, lambda o: o[:, channel, o.shape[2] // 2, o.shape[3] // 2])
        .topk(k)
        .indices
    )


def in_the_order_of_the_images(model, name, channel, images, k, batch_size=64):
    # sorted by index
    return (
        _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2)))
        .topk(k)
        .indices.sort()
        .values
    )


def values_and_indices(model, name, channel, images, k, batch_size=64):
    # the pair that topk gives
    return _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2))).topk(k)


def column_of_indices(model, name, channel, images, k, batch_size=64):
    # an axis too many
    return (
        _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2)))
        .topk(k)
        .indices[:, None]
    )


def all_in_order(model, name, channel, images, k, batch_size=64):
    # k is not looked at
    return _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2))).argsort(
        descending=True
    )


def one_batch_too_large(model, name, channel, images, k, batch_size=64):
    # one image more than allowed
    return _numbers(model, name, images, batch_size + 1, lambda o: o[:, channel].amax((1, 2))).topk(k).indices


def images_themselves(model, name, channel, images, k, batch_size=64):
    # the images in place of their indices
    return images[
        _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2))).topk(k).indices
    ]


def best_of_each_batch(model, name, channel, images, k, batch_size=64):
    # one image for each batch
    numbers = _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2))).split(
        batch_size
    )
    return torch.stack([each.argmax() + i * batch_size for i, each in enumerate(numbers)])[:k]


def floats_in_place_of_indices(model, name, channel, images, k, batch_size=64):
    numbers = _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2)))
    return numbers.topk(k).indices.float()


def batches_that_overlap(model, name, channel, images, k, batch_size=64):
    # a batch from every image on
    parts = [images[start : start + batch_size] for start in range(len(images))]
    maxima = [_numbers(model, name, each, batch_size, lambda o: o[:, channel].amax((1, 2))) for each in parts]
    return torch.cat(maxima).topk(k).indices


def hook_that_returns(model, name, channel, images, k, batch_size=64):
    # in the output's place
    numbers = _numbers(model, name, images, batch_size, lambda o: o[:, channel].amax((1, 2)))
    handle = model.get_submodule(name).register_forward_hook(lambda m, i, o: o[:, channel])
    with torch.no_grad():
        model(images[:1])
    handle.remove()
    return numbers.topk(k).indices


def map_overwritten(model, name, channel, images, k, batch_size=64):
    # looked at when the model has run
    maxima = [_numbers(model, name, images, batch_size, lambda o: o.detach())]
    return torch.cat(maxima)[:, channel].amax((1, 2)).argsort(descending=True)[:k]


def first_image_left_out(model, name, channel, images, k, batch_size=64):
    # counted from 1
    numbers = _numbers(model, name, images[1:], batch_size, lambda o: o[:, channel].amax((1, 2)))
    return numbers.argsort(descending=True)[:k]
