"""Reference and misconceptions of `CNN`: three convolutions, two pools, one linear layer."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.lab1_train_cnn.cnn.extras import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.cnn.sizes import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.cnn.wiring import *  # noqa: F403  (of_module reads them here)
from autograder.graders.lab1_train_cnn.cnn.written import instead

# In one string: whoever grades a network needs no other item's module (`versions.grader_files` takes a name for its use).
LEAST_MISCONCEPTIONS = 10
ALSO_IN = "my_cnn"
USES = "conv2d max_pool2d relu conv_output_size"


class reference(nn.Module):
    """The network of the assignment; its layers in the order of the forward pass."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x):  # (N, 1, 28, 28)
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, 8, 14, 14)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 16, 7, 7)
        x = F.relu(self.conv3(x))  # (N, 32, 7, 7)
        return self.fc(x.flatten(1))  # (N, 10)


# --- activations -------------------------------------------------------------------------------------------

relu_missing_everywhere = instead(
    "You have no ReLU at all. Without one between them, stacked layers stay one linear map: put a ReLU after each convolution.",
    {
        "F.relu(self.conv1(x))": "self.conv1(x)",
        "F.relu(self.conv2(x))": "self.conv2(x)",
        "F.relu(self.conv3(x))": "self.conv3(x)",
    },
)
relu_missing_after_the_first = instead(
    "The ReLU after your first convolution is missing. Put one after each of the three.",
    {"F.relu(self.conv1(x))": "self.conv1(x)"},
)
relu_missing_after_the_second = instead(
    "The ReLU after your second convolution is missing. Put one after each of the three.",
    {"F.relu(self.conv2(x))": "self.conv2(x)"},
)
relu_missing_after_the_third = instead(
    "The ReLU after your third convolution is missing. Put one after each of the three, the last included.",
    {"F.relu(self.conv3(x))": "self.conv3(x)"},
)
relu_on_the_logits = instead(
    "You apply a ReLU to the logits. A logit may be negative: return what the linear layer gives.",
    {"self.fc(x.flatten(1))": "F.relu(self.fc(x.flatten(1)))"},
)
leaky_relu_used = instead(
    "You use a leaky ReLU, which lets a part of the negative values through. Use the plain ReLU.",
    {
        "relu(self.conv1(x))": "leaky_relu(self.conv1(x))",
        "relu(self.conv2(x))": "leaky_relu(self.conv2(x))",
        "= F.relu": "= F.leaky_relu",
    },
)
tanh_for_relu = instead(
    "You use tanh between the layers. The assignment asks for a ReLU after each convolution.",
    {
        "F.relu(self.conv1(x))": "torch.tanh(self.conv1(x))",
        "F.relu(self.conv2(x))": "torch.tanh(self.conv2(x))",
        "= F.relu": "= torch.tanh",
    },
)


# --- what comes after the linear layer ---------------------------------------------------------------------

softmax_inside = instead(
    "You apply softmax inside the network. The loss does that itself: return the logits as they are.",
    {"self.fc(x.flatten(1))": "F.softmax(self.fc(x.flatten(1)), dim=1)"},
)
log_softmax_inside = instead(
    "You apply log-softmax inside the network. The loss does that itself: return the logits as they are.",
    {"self.fc(x.flatten(1))": "F.log_softmax(self.fc(x.flatten(1)), dim=1)"},
)
sigmoid_on_the_logits = instead(
    "You squeeze the logits through a sigmoid. Return what the linear layer gives.",
    {"self.fc(x.flatten(1))": "torch.sigmoid(self.fc(x.flatten(1)))"},
)
classes_instead_of_logits = instead(
    "You return the winning classes. The loss needs all ten logits: leave out the argmax.",
    {"1))": "1)).argmax(dim=1)"},
    other_task=True,
)
batch_of_one_squeezed = instead(
    "Your output loses its batch axis when one image comes alone. Leave out the squeeze: the result is always (N, 10).",
    {"1))": "1)).squeeze()"},
)


# --- pooling -----------------------------------------------------------------------------------------------

pool_after_the_wrong_layers = instead(
    "You pool after the second and the third convolution. The pools belong after the first and the second.",
    {
        "max_pool2d(F.relu(self.conv1(x)), 2)": "relu(self.conv1(x))",
        "relu(self.conv3(x))": "max_pool2d(F.relu(self.conv3(x)), 2)",
    },
)
pool_after_the_first_and_the_third = instead(
    "You pool after the first and the third convolution. The pools belong after the first and the second.",
    {
        "max_pool2d(F.relu(self.conv2(x)), 2)": "relu(self.conv2(x))",
        "relu(self.conv3(x))": "max_pool2d(F.relu(self.conv3(x)), 2)",
    },
)
pools_before_the_convolutions = instead(
    "You pool before the first and the second convolution. Convolve first and pool what comes out.",
    {
        "max_pool2d(F.relu(self.conv1(x)), 2)": "relu(self.conv1(F.max_pool2d(x, 2)))",
        "max_pool2d(F.relu(self.conv2(x)), 2)": "relu(self.conv2(F.max_pool2d(x, 2)))",
    },
)
average_pool = instead(
    "You pool with the average. Use max pooling: it keeps the largest value of each window.",
    {
        "max_pool2d(F.relu(self.conv1(x)), 2)": "avg_pool2d(F.relu(self.conv1(x)), 2)",
        "max_pool2d(F.relu(self.conv2(x)), 2)": "avg_pool2d(F.relu(self.conv2(x)), 2)",
    },
)
pool_windows_of_three = instead(
    "Your pools look at 3×3 windows. They are 2×2, two steps apart, without padding.",
    {
        "(self.conv1(x)), 2": "(self.conv1(x)), 3, stride=2, padding=1",
        "(self.conv2(x)), 2": "(self.conv2(x)), 3, stride=2, padding=1",
    },
)
stride_instead_of_pool = instead(
    "You halve the image with a strided convolution. Convolve with stride 1 and halve with a max pool.",
    {
        "8, 3, padding": "8, 3, stride=2, padding",
        "16, 3, padding": "16, 3, stride=2, padding",
        "max_pool2d(F.relu(self.conv1(x)), 2)": "relu(self.conv1(x))",
        "max_pool2d(F.relu(self.conv2(x)), 2)": "relu(self.conv2(x))",
    },
)
