"""Unusual right answers for `CNNNet`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn as nn
import torch.nn.functional as F


class one_sequence(nn.Module):
    # modules only; a ReLU before each pool, the dropout behind both
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.Conv2d(1, 10, 5), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(10, 20, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d()),
            *(nn.Flatten(), nn.Linear(320, 50), nn.Dropout(), nn.ReLU()),
            *(nn.Linear(50, 10), nn.LogSoftmax(dim=-1)),
        )

    def forward(self, x):
        return self.net(x)


class as_it_stood_in_2017(nn.Module):
    # `super` with arguments, no `dim`, `view`, the tutorial's names
    def __init__(self):
        super(as_it_stood_in_2017, self).__init__()  # noqa: UP008
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.conv2_drop = nn.Dropout2d()
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = x.view(-1, 320)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, training=self.training)
        x = self.fc2(x)
        return F.log_softmax(x)


class masks_by_hand(nn.Module):
    # bare parameters, dropout from random numbers, the maps flattened channels last
    def __init__(self):
        super().__init__()
        shapes = ((10, 1, 5, 5), (10,), (20, 10, 5, 5), (20,), (320, 50), (50,), (50, 10), (10,))
        self.weights = nn.ParameterList(nn.Parameter(0.1 * torch.randn(shape)) for shape in shapes)

    def drop(self, x, *shape):
        return x * 2 * (torch.rand(*shape) < 0.5) if self.training else x

    def forward(self, x):
        a, b, c, d, e, f, g, h = self.weights
        x = torch.relu(torch.max_pool2d(torch.conv2d(x, a, b), 2))
        x = torch.relu(torch.max_pool2d(torch.conv2d(x, c, d), 2))
        x = self.drop(x, len(x), 20, 1, 1).permute(0, 2, 3, 1).reshape(-1, 320)
        x = torch.relu(x @ e + f)
        x = self.drop(x, len(x), 50) @ g + h
        return x - x.logsumexp(1, keepdim=True)


class modes_by_an_if(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps, self.more = nn.LazyConv2d(10, 5), nn.LazyConv2d(20, 5)
        self.hidden, self.last = nn.LazyLinear(50), nn.LazyLinear(10)

    def forward(self, x):
        x = self.more(F.relu(F.max_pool2d(self.maps(x), 2)))
        if self.training:
            x = F.dropout2d(x, 0.5)
        x = self.hidden(F.relu(F.max_pool2d(x, 2)).flatten(1))
        if self.training:
            x = F.dropout(x, 0.5)
        return F.log_softmax(self.last(F.relu(x)), dim=1)


class convolutions_all_the_way(nn.Module):
    # the linear layers are convolutions, so both dropouts are 2D; one module serves twice
    def __init__(self):
        super().__init__()
        self.d, self.drop = nn.Conv2d(50, 10, 1), nn.Dropout2d(0.5)
        self.a, self.b, self.c = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5), nn.Conv2d(20, 50, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.a(x)), 2)
        x = F.relu(F.max_pool2d(self.drop(self.b(x)), 2))
        x = self.d(self.drop(F.relu(self.c(x))))
        return torch.log(torch.softmax(x[:, :, 0, 0], 1))


class image_by_image(nn.Module):
    # a loop over the batch; masks from `bernoulli`; the weights of other first values
    def __init__(self):
        super().__init__()
        self.features = nn.ModuleList([nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)])
        self.head = nn.ModuleList([nn.Linear(320, 50), nn.Linear(50, 10)])
        self.pool = nn.MaxPool2d(2, 2)
        for each in self.parameters():
            nn.init.normal_(each, std=0.05)

    def one(self, x):
        x = self.pool(self.features[0](x)).clamp(min=0)
        x = self.pool(self.features[1](x)).clamp(min=0)
        if self.training:
            x = x * torch.bernoulli(torch.full((20, 1, 1), 0.5)) / 0.5
        x = self.head[0](x.reshape(-1)).clamp(min=0)
        if self.training:
            x = x * torch.bernoulli(torch.full_like(x, 0.5)) / 0.5
        return F.log_softmax(self.head[1](x), -1)

    def forward(self, x):
        return torch.stack([self.one(each) for each in x])


class dropouts_of_other_dimensions(nn.Module):
    # a map with a depth of 1, a number as a channel of length 1
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(10, 20, 5))
        self.fc1, self.drop, self.fc2 = nn.Linear(320, 50), nn.Dropout1d(0.5), nn.Linear(50, 10)

    def forward(self, x):
        x = F.dropout3d(self.conv(x)[:, :, None], 0.5, self.training)[:, :, 0]
        x = F.relu(self.fc1(F.relu(F.max_pool2d(x, 2)).flatten(1)))
        return F.log_softmax(self.fc2(self.drop(x[:, :, None])[:, :, 0]), dim=1)
