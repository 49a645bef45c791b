"""Reference and misconceptions of `BasicCNN`: two convolutions without padding, two linear layers."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 8


class BasicCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(64 * 5 * 5, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)


reference = BasicCNN
instead = changes_of(BasicCNN)

# --- sizes -------------------------------------------------------------------------------------------------

six_by_six_as_on_the_slides = instead(
    "Your linear layer is made for 64·6·6 = 2304 numbers, as the slides have it, and 64·5·5 = 1600 come: a 3×3 kernel takes two pixels off each side, and half of 11 is 5. The sides go 28→26→13→11→5.",
    {"5 * 5": "6 * 6"},
)
seven_by_seven = instead(
    "Your linear layer is made for 64·7·7 = 3136 numbers, what padded convolutions leave. Yours have no padding, as the task's: 28→26→13→11→5, so 64·5·5 = 1600 come.",
    {"5 * 5": "7 * 7"},
)
padding_added = instead(
    "Your convolutions have `padding=1`, so 7×7 is left and not 5×5. The task's have no padding: 28→26→13→11→5.",
    {"32, 3)": "32, 3, padding=1)", "64, 3)": "64, 3, padding=1)", "5 * 5": "7 * 7"},
)
padding_added_and_sizes_kept = instead(
    "Your convolutions have `padding=1`, so 64·7·7 numbers come to a linear layer for 64·5·5. Leave the padding out: 28→26→13→11→5.",
    {"32, 3)": "32, 3, padding=1)", "64, 3)": "64, 3, padding=1)"},
)
six_by_six_made_to_fit = instead(
    "64·6·6 numbers come to your linear layer: a padded convolution does that, a pool that rounds up, or a pool in another place. The task has none of them: 28→26→13→11→5, so the linear layer gets 64·5·5 = 1600.",
    {"64, 3)": "64, 3, padding=1)", "5 * 5": "6 * 6"},
)
both_pools_at_the_end = instead(
    "You pool only behind the second convolution, down to 6×6. Pool 2×2 after each of the two: 28→26→13→11→5, so 64·5·5 numbers are left.",
    {
        "(self.conv1(x)), 2": "(self.conv1(x)), 1",
        "(self.conv2(x)), 2": "(self.conv2(x)), 4",
        "5 * 5": "6 * 6",
    },
)
second_pool_missing = instead(
    "You pool once, so 64·11·11 numbers are left. Pool 2×2 after the second convolution too.",
    {"5 * 5": "11 * 11", "F.max_pool2d(F.relu(self.conv2(x)), 2)": "F.relu(self.conv2(x))"},
)
kernels_of_five = instead(
    "Your kernels are 5×5. The task asks for 3×3: 28→26→13→11→5.",
    {"32, 3)": "32, 5)", "64, 3)": "64, 5)", "5 * 5": "4 * 4"},
)
channels_halved = instead(
    "Your convolutions have 16 and 32 channels. The task's go 1→32→64.",
    {"1, 32": "1, 16", "32, 64": "16, 32", "64 * 5": "32 * 5"},
)
hidden_layer_of_64 = instead(
    "Your first linear layer gives 64 numbers. The task's gives 128: 1600→128→10.",
    {"5, 128": "5, 64", "Linear(128": "Linear(64"},
)
one_linear_layer = instead(
    "You have one linear layer. Two are asked for: 1600→128, a ReLU, and 128→10.",
    {
        ", 128)\n        self.fc2 = nn.Linear(128": "",
        "F.relu(self.fc1(x))": "x",
        "self.fc2(x)": "self.fc1(x)",
    },
)

# --- what is between the layers, and at the end ------------------------------------------------------------

relu_missing_after_the_first_convolution = instead(
    "The ReLU after your first convolution is missing. Put one after each layer but the last.",
    {"F.relu(self.conv1(x))": "self.conv1(x)"},
)
relu_missing_after_the_second_convolution = instead(
    "The ReLU after your second convolution is missing. Put one after each layer but the last.",
    {"F.relu(self.conv2(x))": "self.conv2(x)"},
)
relu_missing_between_the_linear_layers = instead(
    "There is no ReLU between your linear layers, so the two are one linear map. Put one after each layer but the last.",
    {"F.relu(self.fc1(x))": "self.fc1(x)"},
)
relu_on_the_logits = instead(
    "You apply a ReLU to the logits. A logit may be negative: return what the last layer gives.",
    {"self.fc2(x)": "F.relu(self.fc2(x))"},
)
log_softmax_at_the_end = instead(
    "You return log-probabilities. Logits are asked for here, as `nn.CrossEntropyLoss` takes them: leave log-softmax out.",
    {"self.fc2(x)": "F.log_softmax(self.fc2(x), dim=1)"},
)
softmax_at_the_end = instead(
    "You return probabilities. Logits are asked for here: leave softmax out, since `nn.CrossEntropyLoss` does it itself.",
    {"self.fc2(x)": "F.softmax(self.fc2(x), dim=1)"},
)
average_pool = instead(
    "You pool with the average. Use max pooling: it keeps the largest value of each window.",
    {"max_pool2d(F.relu(self.conv1": "avg_pool2d(F.relu(self.conv1", "max_pool2d(F.relu(self.conv2": "avg_pool2d(F.relu(self.conv2"},
)  # fmt: skip
dropout_added = instead(
    "You have added dropout. This network has none: training and evaluation give the same.",
    {"F.relu(self.fc1(x))": "F.dropout(F.relu(self.fc1(x)), training=self.training)"},
)
maps_never_flattened = instead(
    "You hand the maps to the linear layer as they are. Make one row of each image first: `x.flatten(1)`.",
    {"x = x.flatten(1)": ""},
)
images_flattened_together = instead(
    "`flatten()` without a number takes the batch along. Keep the first axis: `x.flatten(1)`.",
    {"flatten(1)": "flatten()"},
)
batch_of_one_squeezed = instead(
    "Your output loses its batch axis when one image comes alone. Leave out the squeeze: the result is always (N, 10).",
    {"self.fc2(x)": "self.fc2(x).squeeze()"},
)
