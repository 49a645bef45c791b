"""Misconceptions of `CNN` about its wiring: parameters that do not learn or do not count, features that get mixed."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.cnn.written import instead
from autograder.grading.misconceptions import misconception

detached_features = instead(
    "You cut the graph before the linear layer, so the convolutions never learn. Leave out `detach` and `no_grad`.",
    {"flatten": "detach().flatten"},
)


@misconception(
    "Your forward pass runs without gradients, so nothing can learn. Leave out `no_grad`: evaluation does that."
)
class whole_forward_pass_without_gradients(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        with torch.no_grad():
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = F.relu(self.conv3(x))
            return self.fc(x.flatten(1))


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
    "Your convolutions stand in a plain list, so PyTorch does not see their parameters. Make it an `nn.ModuleList`."
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


linear_layer_made_in_forward = instead(
    "You make the linear layer in `forward`, new and random at each call. Make it once, in `__init__`.",
    {"self.fc = nn.Linear(32 * 7 * 7, 10)": "", "return self.fc": "return nn.Linear(32 * 7 * 7, 10)"},
)


@misconception(
    "You make the convolutions in `forward`, so each call has new ones and training never reaches them. Make them once, in `__init__`, as `self.conv1` and so on."
)
class convolutions_made_in_forward(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(nn.Conv2d(1, 8, 3, padding=1)(x)), 2)
        x = F.max_pool2d(F.relu(nn.Conv2d(8, 16, 3, padding=1)(x)), 2)
        x = F.relu(nn.Conv2d(16, 32, 3, padding=1)(x))
        return self.fc(x.flatten(1))


features_mixed_across_images = instead(
    "Your flattening mixes the images of a batch. Keep the batch axis first and flatten the rest.",
    {"flatten(1)": "reshape(32 * 7 * 7, -1).t()"},
)
third_convolution_without_effect = instead(
    "You throw the third convolution's result away: nothing takes it. Write `x = …` in front of it.",
    {"x = F.relu": "F.relu"},
)
batch_flattened_too = instead(
    "You flatten the batch as well, so all images stand in one row. Keep axis 0: `x.flatten(1)`.",
    {"(1)": "()"},
)
images_mixed_by_a_transpose = instead(
    "You move the channels in front of the batch before you reshape, so each row mixes images. Keep the batch first: `x.flatten(1)`.",
    {"flatten(1)": "transpose(0, 1).reshape(-1, 32 * 7 * 7)"},
)
second_convolution_used_twice = instead(
    "You call the second convolution twice and the third never. Call each of the three once, in their order.",
    {"conv3(x)": "conv2(x)"},
)
