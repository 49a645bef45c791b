"""One mistake in `CNN`."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn.functional as F
from torch import nn

from autograder.graders.kit.answers import false


def _body(activation=nn.ReLU, pool=nn.MaxPool2d, **options):
    options = {"padding": 1, **options}
    return (
        *(nn.Conv2d(1, 8, 3, **options), activation(), pool(2)),
        *(nn.Conv2d(8, 16, 3, **options), activation(), pool(2)),
        *(nn.Conv2d(16, 32, 3, **options), activation(), nn.Flatten()),
    )


@false("test_cnn_is_the_network")
def softmax_behind():
    return nn.Sequential(*_body(), nn.Linear(1568, 10), nn.Softmax(dim=1))


@false("test_cnn_is_the_network")
def log_probabilities():
    return nn.Sequential(*_body(), nn.Linear(1568, 10), nn.LogSoftmax(dim=-1))


@false("test_cnn_is_the_network")
def swish_in_place_of_relu():
    return nn.Sequential(*_body(activation=nn.SiLU), nn.Linear(1568, 10))


@false("test_cnn_is_the_network")
def activation_with_a_limit():
    return nn.Sequential(*_body(activation=nn.ReLU6), nn.Linear(1568, 10))


@false("test_cnn_is_the_network")
def averages_pooled():
    return nn.Sequential(*_body(pool=nn.AvgPool2d), nn.Linear(1568, 10))


@false("test_cnn_is_the_network")
def borders_wrapped_around():
    return nn.Sequential(*_body(padding_mode="circular"), nn.Linear(1568, 10))


@false("test_cnn_is_the_network")
class scores_divided_by_a_temperature(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*_body(), nn.Linear(1568, 10))

    def forward(self, x):
        return self.net(x) / 10


@false("test_cnn_is_the_network")
class pool_left_to_the_end(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        self.c, self.d = nn.Conv2d(16, 32, 3, padding=1), nn.Linear(1568, 10)

    def forward(self, x):
        x = self.c(self.b(self.a(x).relu()).relu()).relu()
        return self.d(F.max_pool2d(x, 4).flatten(1))


@false("test_cnn_is_the_network", "test_cnn_has_21578_parameters")
def without_biases():
    return nn.Sequential(*_body(bias=False), nn.Linear(1568, 10))


@false("test_cnn_is_the_network", "test_cnn_has_21578_parameters")
def two_linear_layers():
    return nn.Sequential(*_body(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10))


@false("test_cnn_is_the_network", "test_cnn_has_21578_parameters")
def kernels_of_five_by_five():
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10)),
    )


@false("test_cnn_is_the_network", "test_cnn_has_21578_parameters")
def eleven_maps_in_the_middle():
    return nn.Sequential(
        *(nn.Conv2d(1, 11, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(11, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10)),
    )


@false("test_cnn_takes_one_image")
class squeezed_at_the_end(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*_body(), nn.Linear(1568, 10))

    def forward(self, x):
        return torch.squeeze(self.net(x))


@false("test_cnn_trains")
class dropout_before_the_last_layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps, self.drop, self.last = nn.Sequential(*_body()), nn.Dropout(0.25), nn.Linear(1568, 10)

    def forward(self, x):
        return self.last(self.drop(self.maps(x)))


@false("test_cnn_trains")
class features_through_numpy(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps, self.last = nn.Sequential(*_body()), nn.Linear(1568, 10)

    def forward(self, x):
        return self.last(torch.from_numpy(self.maps(x).detach().numpy()))


@false("test_cnn_trains")
class noise_while_training(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*_body(), nn.Linear(1568, 10))

    def forward(self, x):
        return self.net(x + 0.3 * torch.randn_like(x) if self.training else x)


@false("test_cnn_trains", "test_cnn_has_21578_parameters")
def first_layer_frozen():
    net = nn.Sequential(*_body(), nn.Linear(1568, 10))
    net[0].requires_grad_(False)
    return net


@false("test_cnn_has_21578_parameters")
class layer_never_used(nn.Module):
    def __init__(self):
        super().__init__()
        self.net, self.spare = nn.Sequential(*_body(), nn.Linear(1568, 10)), nn.Linear(32, 10)

    def forward(self, x):
        return self.net(x)


@false("test_cnn_gives_ten_scores", "test_cnn_takes_one_image")
def maps_of_one_pixel():
    return nn.Sequential(*_body()[:-1], nn.Conv2d(32, 10, 7))
