"""Wrong answers for `CNN`, in the style of students: each must lose the item."""

# CANARY-5b0c2f6e-hidden-grader

import torch
from torch import nn


class logits_through_softmax(nn.Module):
    # softmax as the last layer
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten()),
            *(nn.Linear(1568, 10), nn.Softmax(dim=1)),
        )

    def forward(self, x):
        return self.net(x)


class no_activation_after_the_last_convolution(nn.Module):
    # two ReLUs
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(1568, 10)
        self.c3, self.c2, self.c1 = (
            nn.Conv2d(16, 32, 3, 1, 1),
            nn.Conv2d(8, 16, 3, 1, 1),
            nn.Conv2d(1, 8, 3, 1, 1),
        )
        self.pool, self.act = nn.MaxPool2d(2), nn.ReLU()

    def forward(self, x):
        x = self.pool(self.act(self.c1(x)))
        x = self.pool(self.act(self.c2(x)))
        return self.head(self.c3(x).view(x.size(0), -1))


class dropout_for_good_measure(nn.Module):
    # dropout between
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU()),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.25), nn.Linear(32 * 7 * 7, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


class batch_normalised(nn.Module):
    # batch norm after each convolution
    def __init__(self):
        super().__init__()

        def block(a, b):
            return [nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU()]

        self.layers = nn.Sequential(
            *block(1, 8), nn.MaxPool2d(2), *block(8, 16), nn.MaxPool2d(2), *block(16, 32)
        )
        self.fc = nn.Linear(1568, 10)

    def forward(self, x):
        return self.fc(self.layers(x).flatten(1))


class three_pools(nn.Module):
    # a pool after the third too: 3×3 is left
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(32 * 3 * 3, 10)),
        )

    def forward(self, x):
        return self.net(x)


class no_padding(nn.Module):
    # padding is missing: the linear layer fits what comes out
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(1, 8, 3), nn.Conv2d(8, 16, 3), nn.Conv2d(16, 32, 3)
        self.fc = nn.Linear(32 * 3 * 3, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.a(x)), 2)
        x = torch.max_pool2d(torch.relu(self.b(x)), 2)
        return self.fc(torch.relu(self.c(x)).flatten(1))


class linear_layer_of_the_wrong_size(nn.Module):
    # 28·28·32 was counted without the pools
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 28 * 28, 10)),
        )

    def forward(self, x):
        return self.net(x)


class hidden_layer(nn.Module):
    # one linear layer too many
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten()),
            *(nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10)),
        )

    def forward(self, x):
        return self.net(x)


class squeezed(nn.Module):
    # a batch of one loses its axis
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU()),
        )
        self.last = nn.Conv2d(32, 10, 7)

    def forward(self, x):
        return self.last(self.body(x)).squeeze()


class super_init_forgotten(nn.Module):
    # super().__init__() is missing
    def __init__(self):
        self.conv = nn.Conv2d(1, 8, 3, padding=1)

    def forward(self, x):
        return self.conv(x)


class other_channels(nn.Module):
    # 16, 32, 64
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(64 * 49, 10)),
        )

    def forward(self, x):
        return self.net(x)


class without_bias(nn.Module):
    # bias=False
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1, bias=False), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10)),
        )

    def forward(self, x):
        return self.net(x)


class average_pooling(nn.Module):
    # the mean, not the maximum
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)),
            *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.AvgPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 10)),
        )

    def forward(self, x):
        return self.net(x)


def _layers(*pads, activation=nn.ReLU, pool=lambda: nn.MaxPool2d(2), **options):
    p1, p2, p3 = pads or (1, 1, 1)
    return (
        *(nn.Conv2d(1, 8, 3, padding=p1, **options), activation(), pool()),
        *(nn.Conv2d(8, 16, 3, padding=p2, **options), activation(), pool()),
        *(nn.Conv2d(16, 32, 3, padding=p3, **options), activation(), nn.Flatten()),
    )


def no_padding_in_a_network_for_seven():
    return nn.Sequential(*_layers(0, 0, 0), nn.Linear(32 * 7 * 7, 10))


def first_convolution_unpadded():
    return nn.Sequential(*_layers(0, 1, 1), nn.Linear(32 * 6 * 6, 10))


def second_convolution_unpadded_and_linear_layer_too_large():
    return nn.Sequential(*_layers(1, 0, 1), nn.Linear(1568, 10))


def third_pool_and_linear_layer_too_large():
    layers = _layers()
    return nn.Sequential(*layers[:-1], nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 10))


def pools_that_move_by_one():
    return nn.Sequential(*_layers(pool=_pool_by_one), nn.Linear(32 * 30 * 30, 10))


def _pool_by_one():
    return nn.MaxPool2d(2, stride=1, padding=1)


def leaky_slope_of_a_fifth():
    return nn.Sequential(*_layers(activation=_leaky), nn.Linear(1568, 10))


def _leaky():
    return nn.LeakyReLU(0.2)


def elu_after_each():
    return nn.Sequential(*_layers(activation=nn.ELU), nn.Linear(1568, 10))


def mirrored_borders():
    return nn.Sequential(*_layers(padding_mode="reflect"), nn.Linear(1568, 10))


def one_score():
    return nn.Sequential(*_layers(), nn.Linear(1568, 1))


def a_hundred_scores():
    return nn.Sequential(*_layers(), nn.Linear(1568, 100))


class batch_of_64_written_in(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps, self.fc = nn.Sequential(*_layers()), nn.Linear(1568, 10)

    def forward(self, x):
        return self.fc(self.maps(x).view(64, -1))


class modules_made_of_x(nn.Module):
    # nn.ReLU(x) is a layer
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        self.conv3, self.fc = nn.Conv2d(16, 32, 3, padding=1), nn.Linear(1568, 10)

    def forward(self, x):
        x = nn.MaxPool2d(nn.ReLU(self.conv1(x)), 2)
        x = nn.MaxPool2d(nn.ReLU(self.conv2(x)), 2)
        return self.fc(nn.ReLU(self.conv3(x)).flatten(1))


class local_names_in_init(nn.Module):
    # self. forgotten
    def __init__(self):
        super().__init__()
        conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.rest = nn.Sequential(*_layers()[1:], nn.Linear(1568, 10))
        self.n = sum(p.numel() for p in conv1.parameters())

    def forward(self, x):
        return self.rest(self.conv1(x))


class images_in_one_heap(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps, self.fc = nn.Sequential(*_layers()[:-1]), nn.Linear(1568, 10)

    def forward(self, x):
        return self.fc(self.maps(x).permute(1, 2, 3, 0).reshape(len(x), -1))


class sixteen_maps_come_out(nn.Module):
    # the third convolution's result is thrown away, the linear layer made to fit
    def __init__(self):
        super().__init__()
        self.first, self.conv3 = nn.Sequential(*_layers()[:6]), nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(16 * 7 * 7, 10)

    def forward(self, x):
        x = self.first(x)
        torch.relu(self.conv3(x))
        return self.fc(x.flatten(1))


class pixels_scaled_inside(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*_layers(), nn.Linear(1568, 10))

    def forward(self, x):
        return self.net((x - 0.1307) / 0.3081)
