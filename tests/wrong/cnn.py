"""Wrong answers for `CNN`, in the style of students: each must lose the item."""

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
