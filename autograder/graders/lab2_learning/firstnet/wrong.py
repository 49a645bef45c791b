"""Wrong answers for `FirstNet`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn
import torch.nn.functional as F


def _sequence(size, bend=nn.ReLU, between=(), last=None, sizes=(1000, 50, 10), **options):
    a, b, c = sizes
    last = (nn.LogSoftmax(dim=1),) if last is None else last
    return nn.Sequential(
        *(nn.Flatten(), nn.Linear(size, a, **options), bend(), nn.Linear(a, b), bend(), *between),
        *(nn.Linear(b, c), *last),
    )


def bend_behind_the_last_layer(image_size=784):
    return _sequence(image_size, last=(nn.ReLU(), nn.LogSoftmax(dim=1)))


def scores_only(image_size=784):
    return _sequence(image_size, last=())


def probabilities(image_size=784):
    return _sequence(image_size, last=(nn.Softmax(dim=-1),))


def tanh_everywhere(image_size=784):
    return _sequence(image_size, bend=nn.Tanh)


def limited_relu(image_size=784):
    return _sequence(image_size, bend=nn.ReLU6)


def without_a_bias(image_size=784):
    return _sequence(image_size, bias=False)


def normalised_between(image_size=784):
    return _sequence(image_size, between=(nn.BatchNorm1d(50),))


def eleven_classes(image_size=784):
    return _sequence(image_size, sizes=(1000, 50, 11))


def other_widths(image_size=784):
    return _sequence(image_size, sizes=(500, 100, 10))


def other_default(image_size=28):
    return _sequence(image_size)


def no_default(image_size):
    return _sequence(image_size)


class log_softmax_twice_relu_between(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.body = _sequence(image_size)

    def forward(self, x):
        return F.log_softmax(F.relu(-self.body(x)), dim=1)


class pixels_normalised_again(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.body = _sequence(image_size)

    def forward(self, x):
        return self.body((x - 0.1307) / 0.3081)


class first_layer_frozen(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.body = _sequence(image_size)
        self.body[1].requires_grad_(False)

    def forward(self, x):
        return self.body(x)


class relu_on_the_images(nn.Module):
    # normalised images have pixels below 0
    def __init__(self, image_size=784):
        super().__init__()
        self.body = _sequence(image_size)

    def forward(self, x):
        return self.body(F.relu(x))


class log_softmax_in_evaluation_alone(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.body = _sequence(image_size, last=())

    def forward(self, x):
        x = self.body(x)
        return x if self.training else F.log_softmax(x, dim=1)
