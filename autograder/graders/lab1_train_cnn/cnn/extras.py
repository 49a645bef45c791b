"""Misconceptions of `CNN` about layers that nobody asked for, and parts left out."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.cnn.written import instead
from autograder.grading.misconceptions import misconception


@misconception("You have a second linear layer. One is asked for: straight from 1568 features to 10 logits.")
class hidden_layer_added(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc1 = nn.Linear(32 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


convolutions_without_bias = instead(
    "Your convolutions have no bias. Leave it switched on, as it is by default.",
    {
        "8, 3, padding=1": "8, 3, padding=1, bias=False",
        "16, 3, padding=1": "16, 3, padding=1, bias=False",
        "32, 3, padding=1": "32, 3, padding=1, bias=False",
    },
)
linear_layer_without_bias = instead(
    "Your linear layer has no bias. Leave it switched on, as it is by default.",
    {", 10": ", 10, bias=False"},
)
dropout_added = instead(
    "You have added dropout. It is not asked for here: with it, training sees another network at every pass.",
    {
        "self.fc =": "self.dropout = nn.Dropout(0.5)\n        self.fc =",
        "x.flatten(1)": "self.dropout(x.flatten(1))",
    },
)
dropout_never_switched_off = instead(
    "You have added dropout, and it works in evaluation too. It is not asked for: take it out.",
    {"x.flatten(1)": "F.dropout(x.flatten(1), 0.5)"},
)


@misconception(
    "You have added batch normalisation. It is not asked for here, and its parameters are too many."
)
class batch_norm_added(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(8)
        self.norm2 = nn.BatchNorm2d(16)
        self.norm3 = nn.BatchNorm2d(32)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        x = F.relu(self.norm3(self.conv3(x)))
        return self.fc(x.flatten(1))


batch_norm_without_parameters = instead(
    "You normalise over the batch. It is not asked for here: an image's logits must not depend on its neighbours.",
    {
        "self.fc =": "self.norm = nn.BatchNorm2d(32, affine=False)\n        self.fc =",
        "conv3(x)": "norm(self.conv3(x))",
    },
)
input_divided_by_255 = instead(
    "You divide the input by 255. It comes scaled already: pass it to the first convolution as it is.",
    {"conv1(x)": "conv1(x / 255)"},
)
gelu_for_relu = instead(
    "You use GELU, which lets a little of the negative values through. The assignment asks for a plain ReLU.",
    {
        "relu(self.conv1(x))": "gelu(self.conv1(x))",
        "relu(self.conv2(x))": "gelu(self.conv2(x))",
        "= F.relu": "= F.gelu",
    },
)
sigmoid_for_relu = instead(
    "You use a sigmoid between the layers, as networks did long ago. The assignment asks for ReLU after each convolution.",
    {
        "F.relu(self.conv1(x))": "torch.sigmoid(self.conv1(x))",
        "F.relu(self.conv2(x))": "torch.sigmoid(self.conv2(x))",
        "= F.relu": "= torch.sigmoid",
    },
)
