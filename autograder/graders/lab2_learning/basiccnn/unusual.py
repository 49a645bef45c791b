"""Unusual right answers for `BasicCNN`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn as nn
import torch.nn.functional as F


class two_parts(nn.Module):
    # pool before ReLU, one of each for all places
    def __init__(self):
        super().__init__()
        pool, relu = nn.MaxPool2d(2), nn.ReLU(inplace=True)
        self.features = nn.Sequential(nn.Conv2d(1, 32, 3), pool, relu, nn.Conv2d(32, 64, 3), pool, relu)
        self.classifier = nn.Sequential(nn.Linear(1600, 128), relu, nn.Linear(128, 10))

    def forward(self, x):
        return self.classifier(self.features(x).view(x.shape[0], -1))


class lazy_layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.LazyConv2d(32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.LazyConv2d(64, 3), nn.ReLU()),
            *(nn.MaxPool2d(2), nn.Flatten(), nn.LazyLinear(128), nn.ReLU(), nn.LazyLinear(10)),
        )

    def forward(self, x):
        return self.net(x)


class linear_layers_as_convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.c, self.d = nn.Conv2d(64, 128, 5), nn.Conv2d(128, 10, 1)
        self.a, self.b = nn.Conv2d(1, 32, (3, 3), padding="valid"), nn.Conv2d(32, 64, (3, 3), padding=0)

    def forward(self, x):
        for layer in (self.a, self.b):
            x = F.max_pool2d(layer(x).relu(), kernel_size=2, stride=2)
        return self.d(self.c(x).relu()).flatten(1)


class channels_last(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3)])
        self.w1, self.b1 = nn.Parameter(0.02 * torch.randn(1600, 128)), nn.Parameter(torch.zeros(128))
        self.w2, self.b2 = nn.Parameter(0.1 * torch.randn(128, 10)), nn.Parameter(torch.zeros(10))

    def forward(self, x):
        for conv in self.convs:
            x = conv(x).clamp(min=0).unfold(2, 2, 2).unfold(3, 2, 2).amax((-1, -2))
        x = x.permute(0, 2, 3, 1).reshape(len(x), 1600)
        return (x @ self.w1 + self.b1).clamp(min=0) @ self.w2 + self.b2


class patches_and_one_dict(nn.Module):
    # convolutions as products with patches; biases as the first column
    def __init__(self):
        super().__init__()
        sizes = {"one": (32, 10), "two": (64, 289), "three": (128, 1601), "four": (10, 129)}
        self.w = nn.ParameterDict({k: nn.Parameter(0.05 * torch.randn(s)) for k, s in sizes.items()})

    def convolve(self, x, weight, side):
        patches = F.unfold(x, 3)
        return F.relu(weight[:, :1] + weight[:, 1:] @ patches).reshape(len(x), -1, side, side)

    def forward(self, x):
        x = F.max_pool2d(self.convolve(x, self.w["one"], 26), 2)
        x = F.max_pool2d(self.convolve(x, self.w["two"], 11), 2).flatten(1)
        x = torch.relu(F.linear(x, self.w["three"][:, 1:], self.w["three"][:, 0]))
        return F.linear(x, self.w["four"][:, 1:], self.w["four"][:, 0])


class last_rows_cut_off(nn.Module):
    # 11 → 10 by hand, then pools that fit
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, stride=1), nn.Conv2d(32, 64, 3, stride=1)
        self.fc1, self.fc2 = nn.Linear(64 * 5**2, 128), nn.Linear(128, 10)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.03)

    def forward(self, x):
        n = len(x)
        x = torch.relu(self.conv1(x)).reshape(n, 32, 13, 2, 13, 2).amax((3, 5))
        x = torch.relu(self.conv2(x))[:, :, :10, :10].reshape(n, 64, 5, 2, 5, 2).amax((3, 5))
        return self.fc2(torch.relu(self.fc1(x.reshape(n, -1))))
