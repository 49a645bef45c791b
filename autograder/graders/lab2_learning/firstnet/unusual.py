"""Unusual right answers for `FirstNet`: each must earn every point."""

# CANARY-5b0c2f6e-hidden-grader

import torch
import torch.nn as nn
import torch.nn.functional as F


class one_sequence(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        layers = [nn.Flatten(), nn.Linear(image_size, 1000), nn.ReLU(), nn.Linear(1000, 50), nn.ReLU()]
        self.net = nn.Sequential(*layers, nn.Linear(50, 10), nn.LogSoftmax(-1))

    def forward(self, x):
        return self.net(x)


class as_it_stood_in_2017(nn.Module):
    # `super` with arguments, no `dim`, the layers in another order than they are called
    def __init__(self, image_size=28 * 28):
        super(as_it_stood_in_2017, self).__init__()  # noqa: UP008
        self.image_size = image_size
        self.fc2 = nn.Linear(50, 10)
        self.fc1 = nn.Linear(1000, 50)
        self.fc0 = nn.Linear(image_size, 1000)

    def forward(self, x):
        x = x.view(-1, self.image_size)
        x = F.relu(self.fc0(x))
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x))


class bare_parameters(nn.Module):
    # (in, out) matrices, the bias as their last row; the logarithm of softmax by hand
    def __init__(self, image_size=784):
        super().__init__()
        shapes = [(image_size + 1, 1000), (1001, 50), (51, 10)]
        self.layers = nn.ParameterList(nn.Parameter(0.05 * torch.randn(shape)) for shape in shapes)

    def forward(self, x):
        x = x.reshape(x.size(0), -1)
        for i, weight in enumerate(self.layers):
            x = torch.cat([x, torch.ones(len(x), 1)], 1) @ weight
            x = x.clamp(min=0) if i < 2 else x
        return x - torch.logsumexp(x, 1, keepdim=True)


class logarithm_of_the_softmax(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        sizes = ((image_size, 1000), (1000, 50), (50, 10))
        self.steps = nn.ModuleList(nn.Linear(*each) for each in sizes)

    def forward(self, x):
        x = torch.stack([each.reshape(-1) for each in x])
        for step in self.steps[:-1]:
            x = torch.maximum(step(x), torch.zeros(()))
        return torch.log(torch.softmax(self.steps[-1](x), dim=1))


class lazy_layers(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.body = nn.Sequential(nn.LazyLinear(1000), nn.ReLU(inplace=True), nn.LazyLinear(50))
        self.head = nn.Sequential(nn.ReLU(), nn.LazyLinear(10))

    def forward(self, x):
        return self.head(self.body(torch.flatten(x, start_dim=1))).log_softmax(dim=-1)


def made_by_a_function(image_size=784):
    net = nn.Sequential()
    net.add_module("rows", nn.Flatten(1, -1))
    for a, b in ((image_size, 1000), (1000, 50)):
        net.extend([nn.Linear(a, b), nn.Threshold(0, 0)])
    return net.extend([nn.Linear(50, 10), nn.LogSoftmax(dim=1)])


class columns_first(nn.Module):
    # the axes are flattened from the last to the second; weights of other first values
    def __init__(self, image_size=784):
        super().__init__()
        self.one, self.two, self.three = nn.Linear(image_size, 1000), nn.Linear(1000, 50), nn.Linear(50, 10)
        for layer in (self.one, self.two, self.three):
            nn.init.kaiming_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = x.permute(0, *range(x.ndim - 1, 0, -1)).flatten(1)
        scores = self.three(F.relu(self.two(F.relu(self.one(x)))))
        return -F.cross_entropy(
            scores[:, :, None].expand(-1, -1, 10), torch.arange(10).expand(len(x), 10), reduction="none"
        )
