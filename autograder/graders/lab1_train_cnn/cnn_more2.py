"""More misconceptions of `CNN`: the module `cnn` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch.nn as nn
import torch.nn.functional as F

from autograder.misconceptions import misconception


@misconception(
    "Your convolutions are frozen: they do not require gradients. All 21,578 parameters have to be trainable."
)
class convolutions_frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)
        for layer in (self.conv1, self.conv2, self.conv3):
            layer.requires_grad_(False)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "Your convolutions stand in a plain list, so PyTorch does not see their parameters. Make it an "
    "`nn.ModuleList`."
)
class layers_in_a_python_list(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = [
            nn.Conv2d(1, 8, 3, padding=1),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.Conv2d(16, 32, 3, padding=1),
        ]
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[1](x)), 2)
        x = F.relu(self.convs[2](x))
        return self.fc(x.flatten(1))


@misconception(
    "You make the linear layer in `forward`, new and random at each call. Make it once, in `__init__`."
)
class linear_layer_made_in_forward(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return nn.Linear(32 * 7 * 7, 10)(x.flatten(1))


@misconception("Your flattening mixes the images of a batch. Keep the batch axis first and flatten the rest.")
class features_mixed_across_images(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.reshape(32 * 7 * 7, -1).t())
