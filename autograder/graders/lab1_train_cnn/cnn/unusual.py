"""Hold unusual right answers for `CNN`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class bare_parameters_and_unfold(nn.Module):
    # no layers: parameters and a convolution of one's own
    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(8, 1, 3, 3) / 3)
        self.b1 = nn.Parameter(torch.zeros(8))
        self.w2 = nn.Parameter(torch.randn(16, 8, 3, 3) / 72**0.5)
        self.b2 = nn.Parameter(torch.zeros(16))
        self.w3 = nn.Parameter(torch.randn(32, 16, 3, 3) / 12)
        self.b3 = nn.Parameter(torch.zeros(32))
        self.w4 = nn.Parameter(torch.randn(10, 1568) / 40)
        self.b4 = nn.Parameter(torch.zeros(10))

    def convolve(self, x, weight, bias):
        out = weight.flatten(1) @ F.unfold(x, 3, padding=1) + bias[:, None]
        return out.reshape(len(x), -1, x.shape[2], x.shape[3])

    def pool(self, x):
        return x.unfold(2, 2, 2).unfold(3, 2, 2).amax(dim=(-1, -2))

    def forward(self, x):
        x = self.pool(self.convolve(x, self.w1, self.b1).clamp(min=0))
        x = self.pool(self.convolve(x, self.w2, self.b2).clamp(min=0))
        x = self.convolve(x, self.w3, self.b3).clamp(min=0)
        return x.flatten(1) @ self.w4.T + self.b4


class channels_last_flattening(nn.Module):
    # flattens (N, 7, 7, 32): the linear layer's columns are in another order
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in ((1, 8), (8, 16), (16, 32)))
        self.out = nn.Linear(1568, 10)

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            x = torch.relu(conv(x))
            if i < 2:
                x = F.max_pool2d(x, 2)
        return self.out(x.permute(0, 2, 3, 1).reshape(x.shape[0], -1))


class convolution_as_the_last_layer(nn.Module):
    # a 7×7 convolution is the linear layer
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
        )
        self.head = nn.Conv2d(32, 10, 7)

    def forward(self, x):
        return self.head(self.body(x))[:, :, 0, 0]


class lazy_layers(nn.Module):
    # input sizes are found in the first forward pass
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LazyConv2d(8, 3, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.LazyConv2d(16, 3, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.LazyConv2d(32, 3, padding="same"),
            nn.ReLU(),
            nn.Flatten(),
            nn.LazyLinear(10),
        )

    def forward(self, x):
        return self.layers(x)


class pool_before_relu(nn.Module):
    # the two can change places; one ReLU module serves three times
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 8, 3, 1, 1), nn.Conv2d(8, 16, (3, 3), (1, 1), (1, 1))
        self.third = nn.Conv2d(16, 32, kernel_size=3, stride=1, padding=1, dilation=1, groups=1)
        self.pool, self.activation = nn.MaxPool2d(kernel_size=2, stride=2), nn.ReLU(inplace=True)
        self.classify = nn.Linear(in_features=32 * 7 * 7, out_features=10, bias=True)

    def forward(self, images):
        images = self.activation(self.pool(self.first(images)))
        images = self.activation(self.pool(self.second(images)))
        images = self.activation(self.third(images))
        return self.classify(torch.flatten(images, start_dim=1))


class transposed_linear_weight(nn.Module):
    # the linear weight is (1568, 10), with other starting values
    def __init__(self):
        super().__init__()
        self.scores = nn.Parameter(torch.empty(1568, 10))
        self.offset = nn.Parameter(torch.zeros(10))
        self.c3 = nn.Conv2d(16, 32, 3, padding=1)
        self.c2 = nn.Conv2d(8, 16, 3, padding=1)
        self.c1 = nn.Conv2d(1, 8, 3, padding=1)
        nn.init.xavier_uniform_(self.scores)
        for layer in (self.c1, self.c2, self.c3):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.constant_(layer.bias, 0.1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        x = F.relu(self.c3(x))
        return torch.addmm(self.offset, x.reshape(-1, 1568), self.scores)


class parameter_list(nn.Module):
    # a list of bare parameters, the last first
    def __init__(self):
        super().__init__()
        shapes = [(10, 1568), (10,), (32, 16, 3, 3), (32,), (16, 8, 3, 3), (16,), (8, 1, 3, 3), (8,)]
        self.parts = nn.ParameterList(nn.Parameter(torch.randn(shape) * 0.05) for shape in shapes)

    def forward(self, x):
        w4, b4, w3, b3, w2, b2, w1, b1 = self.parts
        x = F.relu(F.max_pool2d(F.conv2d(x, w1, b1, padding=1), 2))
        x = F.relu(F.max_pool2d(F.conv2d(x, w2, b2, padding=1), 2))
        return F.linear(F.relu(F.conv2d(x, w3, b3, padding=1)).flatten(1), w4, b4)


class parameter_dict_with_broadcast_biases(nn.Module):
    # biases are stored as (C, 1, 1)
    def __init__(self):
        super().__init__()
        sizes = {"one": (8, 1), "two": (16, 8), "three": (32, 16)}
        self.kernels = nn.ParameterDict({k: torch.randn(*v, 3, 3) / 10 for k, v in sizes.items()})
        self.biases = nn.ParameterDict({k: torch.zeros(v[0], 1, 1) for k, v in sizes.items()})
        self.fc = nn.Linear(1568, 10)

    def forward(self, x):
        for k in ("one", "two", "three"):
            x = (F.conv2d(x, self.kernels[k], padding=1) + self.biases[k]).clamp_min(0)
            x = x if k == "three" else F.max_pool2d(x, (2, 2))
        return self.fc(x.view(x.size(0), -1))


class kernels_as_matrices(nn.Module):
    # kernels are stored as (C_out, C_in·9)
    def __init__(self):
        super().__init__()
        channels = (1, 8, 16, 32)
        for i in range(3):
            weight = nn.Parameter(torch.randn(channels[i + 1], channels[i] * 9) * 0.1)
            self.register_parameter(f"kernel{i}", weight)
            self.register_parameter(f"bias{i}", nn.Parameter(torch.zeros(channels[i + 1])))
        self.last = nn.Linear(1568, 10)

    def forward(self, x):
        for i in range(3):
            side = x.shape[-1]
            columns = F.unfold(x, 3, padding=1)
            x = torch.einsum("ok,nkl->nol", getattr(self, f"kernel{i}"), columns)
            x = F.relu(x + getattr(self, f"bias{i}").unsqueeze(1)).unflatten(2, (side, side))
            if i != 2:
                x = F.max_pool2d(x, 2)
        return self.last(x.flatten(1))


class child_of_sequential(nn.Sequential):
    # inherits `forward`
    def __init__(self):
        blocks = []
        for i, (a, b) in enumerate([(1, 8), (8, 16), (16, 32)]):
            blocks += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU()]
            if i < 2:
                blocks.append(nn.MaxPool2d(2))
        super().__init__(*blocks, nn.Flatten(), nn.Linear(1568, 10))


class weights_made_by_hand_in_numpy_style(nn.Module):
    # linear weight as (10, 32, 7, 7), pooling by reshape, prints its shape once
    def __init__(self, classes=10):
        super().__init__()
        self.a = nn.Conv2d(1, 8, 3, padding=1)
        self.b = nn.Conv2d(8, 16, 3, padding=1)
        self.c = nn.Conv2d(16, 32, 3, padding=1)
        self.weight = nn.Parameter(torch.empty(classes, 32, 7, 7).uniform_(-1, 1) / math.sqrt(1568))
        self.bias = nn.Parameter(torch.zeros(classes))
        self.said = False

    def forward(self, x):
        for layer in (self.a, self.b):
            x = torch.where(layer(x) > 0, layer(x), torch.zeros(1, dtype=x.dtype))
            N, C, H, W = x.shape
            x = x.reshape(N, C, H // 2, 2, W // 2, 2).amax(dim=(3, 5))
        x = self.c(x).relu()
        if not self.said:
            print(x.shape)
            self.said = True
        return torch.einsum("nchw,kchw->nk", x, self.weight) + self.bias


class everything_in_one_sequential(nn.Sequential):
    # the network is a Sequential itself; layers made by a loop
    def __init__(self):
        layers = []
        for a, b, pool in ((1, 8, True), (8, 16, True), (16, 32, False)):
            layers += [
                nn.Conv2d(a, b, (3, 3), padding="same"),
                *([nn.MaxPool2d(2)] if pool else []),
                nn.ReLU(),
            ]
        super().__init__(*layers, nn.Flatten(), nn.Linear(1568, 10))


class columns_before_rows(nn.Module):
    # flattens with columns before rows, starting values of its own, and prints
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(7 * 7 * 32, 10)
        self.third, self.second, self.first = (
            nn.Conv2d(a, 2 * a if a > 1 else 8, 3, 1, 1) for a in (16, 8, 1)
        )
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.xavier_normal_(parameter)

    def forward(self, x):
        x = F.max_pool2d(self.first(x), 2).relu()
        x = F.max_pool2d(self.second(x).clamp_min(0), (2, 2))
        x = torch.where(self.third(x) > 0, self.third(x), 0.0)
        return self.head(x.transpose(2, 3).reshape(len(x), 1568))


class double_precision(nn.Module):
    # reckons in float64, and so do its scores
    def __init__(self):
        super().__init__()
        sizes = ((1, 8), (8, 16), (16, 32))
        self.convolutions = nn.ModuleList(nn.Conv2d(*size, 3, padding="same") for size in sizes)
        self.out = nn.Linear(1568, 10)
        self.double()

    def forward(self, x):
        first, second, third = self.convolutions
        x = F.adaptive_max_pool2d(F.relu(first(x.double())), 14)
        x = F.adaptive_max_pool2d(F.relu(second(x)), 7)
        return self.out(F.relu(third(x)).flatten(1))
