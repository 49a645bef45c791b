"""Misconceptions of `CNN` about sizes: kernels, padding, channels, how often is pooled."""

# CANARY-5b0c2f6e-hidden-grader

from __future__ import annotations

import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.cnn.written import instead
from autograder.grading.misconceptions import misconception

pool_after_all_three = instead(
    "You pool three times, so 3×3 is left of the image. Pool after the first and the second convolution only.",
    {"7 * 7": "3 * 3", "relu(self.conv3(x))": "max_pool2d(F.relu(self.conv3(x)), 2)"},
)
only_one_pool = instead(
    "You pool once, so 14×14 is left of the image. Pool after the first and after the second convolution.",
    {"7 * 7": "14 * 14", "max_pool2d(F.relu(self.conv2(x)), 2)": "relu(self.conv2(x))"},
)
global_average_pool = instead(
    "You average each channel over the image before the linear layer. Flatten all 32·7·7 values instead.",
    {"32 * 7 * 7": "32", "flatten(1)": "mean(dim=(2, 3))"},
)
padding_missing = instead(
    "Your convolutions have no padding, so the image shrinks each time. A 3×3 kernel keeps the size with padding 1.",
    {"8, 3, padding=1": "8, 3", "16, 3, padding=1": "16, 3", "32, 3, padding=1": "32, 3", "7 * 7": "3 * 3"},
)
kernels_of_five = instead(
    "Your kernels are 5×5. The assignment asks for 3×3 kernels with padding 1.",
    {
        "8, 3, padding=1": "8, 5, padding=2",
        "16, 3, padding=1": "16, 5, padding=2",
        "32, 3, padding=1": "32, 5, padding=2",
    },
)


@misconception("Your channels go 1, 16, 32, 64. They should go 1, 8, 16, 32.")
class channels_doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc = nn.Linear(64 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


channels_never_grow = instead(
    "All your convolutions have 8 channels. They should go 1, 8, 16, 32.",
    {", 16": ", 8", "16, 32": "8, 8", "32 *": "8 *"},
)
only_two_convolutions = instead(
    "Your third convolution is missing. There are three: 1 to 8, 8 to 16 and 16 to 32 channels.",
    {"self.conv3 = nn.Conv2d(16, 32, 3, padding=1)": "", "32 *": "16 *", "x = F.relu(self.conv3(x))": ""},
)
padding_forgotten = instead(
    "Your convolutions have no padding, so 3×3 is left of the image and 7×7 is asked for. Give each of the three `padding=1`.",
    {"8, 3, padding=1": "8, 3", "16, 3, padding=1": "16, 3", "32, 3, padding=1": "32, 3"},
)
padding_forgotten_in_the_third = instead(
    "Your third convolution has no padding, so it leaves 5×5 of the 7×7 that came in. Give it `padding=1`, and make the linear layer for 1568 features.",
    {"32, 3, padding=1": "32, 3", "7 * 7": "5 * 5"},
)
padding_of_two = instead(
    "Your padding is 2, so the image grows in each convolution. For a 3×3 kernel, `padding=1` keeps the size.",
    {
        "8, 3, padding=1": "8, 3, padding=2",
        "16, 3, padding=1": "16, 3, padding=2",
        "32, 3, padding=1": "32, 3, padding=2",
        "7 * 7": "10 * 10",
    },
)
pools_forgotten = instead(
    "Your forward pass never pools, so 28×28 stays. Put a 2×2 max pool after the first and the second convolution.",
    {
        "max_pool2d(F.relu(self.conv1(x)), 2)": "relu(self.conv1(x))",
        "max_pool2d(F.relu(self.conv2(x)), 2)": "relu(self.conv2(x))",
    },
)
never_pooled = instead(
    "Your network has no pools, and its linear layer is made to fit 28×28. Pool 2×2 after the first and the second convolution; 1568 features are left then.",
    {
        "7 * 7": "28 * 28",
        "max_pool2d(F.relu(self.conv1(x)), 2)": "relu(self.conv1(x))",
        "max_pool2d(F.relu(self.conv2(x)), 2)": "relu(self.conv2(x))",
    },
)
three_colours_expected = instead(
    "Your first convolution expects three colours. These images are grey: they have one channel.",
    {"1, 8": "3, 8"},
)
