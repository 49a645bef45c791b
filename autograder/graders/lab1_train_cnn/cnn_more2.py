"""More misconceptions of `CNN`: the module `cnn` takes them in."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import torch
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


# --- sizes that do not fit, and networks that only run because the linear layer was made to fit -------------


@misconception(
    "Your convolutions have no padding, so 3×3 is left of the image and 7×7 is asked for. Give each of the "
    "three `padding=1`."
)
class padding_forgotten(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3)
        self.conv2 = nn.Conv2d(8, 16, 3)
        self.conv3 = nn.Conv2d(16, 32, 3)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "Your third convolution has no padding, so it leaves 5×5 of the 7×7 that came in. Give it `padding=1`, and "
    "make the linear layer for 1568 features."
)
class padding_forgotten_in_the_third(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3)
        self.fc = nn.Linear(32 * 5 * 5, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "Your padding is 2, so the image grows in each convolution. For a 3×3 kernel, `padding=1` keeps the size."
)
class padding_of_two(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=2)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=2)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=2)
        self.fc = nn.Linear(32 * 10 * 10, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "Your forward pass never pools, so 28×28 stays. Put a 2×2 max pool after the first and the second "
    "convolution."
)
class pools_forgotten(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "Your network has no pools, and its linear layer is made to fit 28×28. Pool 2×2 after the first and the "
    "second convolution; 1568 features are left then."
)
class never_pooled(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 28 * 28, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "You throw the third convolution's result away: nothing takes it. Write `x = …` in front of it."
)
class third_convolution_without_effect(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception("You flatten the batch as well, so all images stand in one row. Keep axis 0: `x.flatten(1)`.")
class batch_flattened_too(nn.Module):
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
        return self.fc(x.flatten())


@misconception("Your first convolution expects three colours. These images are grey: they have one channel.")
class three_colours_expected(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv3(x))
        return self.fc(x.flatten(1))


# --- other functions in the place of ReLU --------------------------------------------------------------------


@misconception(
    "You use GELU, which lets a little of the negative values through. The assignment asks for a plain ReLU."
)
class gelu_for_relu(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.gelu(self.conv1(x)), 2)
        x = F.max_pool2d(F.gelu(self.conv2(x)), 2)
        x = F.gelu(self.conv3(x))
        return self.fc(x.flatten(1))


@misconception(
    "You use a sigmoid between the layers, as networks did long ago. The assignment asks for ReLU after each "
    "convolution."
)
class sigmoid_for_relu(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(torch.sigmoid(self.conv1(x)), 2)
        x = F.max_pool2d(torch.sigmoid(self.conv2(x)), 2)
        x = torch.sigmoid(self.conv3(x))
        return self.fc(x.flatten(1))


# --- wiring --------------------------------------------------------------------------------------------------


@misconception(
    "You make the convolutions in `forward`, so each call has new ones and training never reaches them. Make "
    "them once, in `__init__`, as `self.conv1` and so on."
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


@misconception(
    "You move the channels in front of the batch before you reshape, so each row mixes images. Keep the batch "
    "first: `x.flatten(1)`."
)
class images_mixed_by_a_transpose(nn.Module):
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
        return self.fc(x.transpose(0, 1).reshape(-1, 32 * 7 * 7))


@misconception(
    "You call the second convolution twice and the third never. Call each of the three once, in their order."
)
class second_convolution_used_twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))
