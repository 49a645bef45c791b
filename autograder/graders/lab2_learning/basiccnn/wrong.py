"""Wrong answers for `BasicCNN`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn


class _Sequence(nn.Module):
    """The network as a list of layers, of which a wrong answer changes some."""

    def __init__(self, **changed):
        super().__init__()
        layers = {
            "a": nn.Conv2d(1, 32, 3),
            "bend": nn.ReLU(),
            "pool": nn.MaxPool2d(2),
            "b": nn.Conv2d(32, 64, 3),
            "bend2": nn.ReLU(),
            "pool2": nn.MaxPool2d(2),
            "flat": nn.Flatten(),
            "c": nn.Linear(1600, 128),
            "bend3": nn.ReLU(),
            "d": nn.Linear(128, 10),
        }
        self.layers = nn.Sequential(*{**layers, **changed}.values())

    def forward(self, x):
        return self.layers(x)


def slides_size():
    return _Sequence(c=nn.Linear(64 * 6 * 6, 128))


def log_probabilities():
    return _Sequence(end=nn.LogSoftmax(dim=1))


def bend_at_the_end():
    return _Sequence(end=nn.ReLU())


def no_bend_between():
    return _Sequence(bend3=nn.Identity())


def leaky():
    return _Sequence(bend=nn.LeakyReLU(), bend2=nn.LeakyReLU(), bend3=nn.LeakyReLU(0.2))


def limited():
    return _Sequence(bend3=nn.ReLU6())


def no_biases():
    return _Sequence(a=nn.Conv2d(1, 32, 3, bias=False), b=nn.Conv2d(32, 64, 3, bias=False))


def pool_rounds_up():
    return _Sequence(pool2=nn.MaxPool2d(2, ceil_mode=True), c=nn.Linear(64 * 6 * 6, 128))


def pools_at_the_end():
    pools = nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2))
    return _Sequence(pool=nn.Identity(), pool2=pools, c=nn.Linear(64 * 6 * 6, 128))


def padding_all_around():
    return _Sequence(
        a=nn.Conv2d(1, 32, 3, padding=1), b=nn.Conv2d(32, 64, 3, padding=1), c=nn.Linear(3136, 128)
    )


def dropped_before_the_last():
    return _Sequence(bend3=nn.Sequential(nn.ReLU(), nn.Dropout(0.25)))


def batch_normalised():
    return _Sequence(bend=nn.Sequential(nn.BatchNorm2d(32), nn.ReLU()))


def one_score_more():
    return _Sequence(d=nn.Linear(128, 11))


def channels_swapped():
    return _Sequence(a=nn.Conv2d(1, 64, 3), b=nn.Conv2d(64, 32, 3), c=nn.Linear(800, 128))


def last_layer_frozen():
    return _Sequence(d=nn.Linear(128, 10).requires_grad_(False))
