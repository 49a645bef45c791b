"""Reference and misconceptions of `FirstNet`: three linear layers, with a ReLU between each two."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 8


class FirstNet(nn.Module):
    def __init__(self, image_size=784):
        super().__init__()
        self.image_size = image_size
        self.fc0 = nn.Linear(image_size, 1000)
        self.fc1 = nn.Linear(1000, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = x.reshape(-1, self.image_size)
        x = F.relu(self.fc0(x))
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


reference = FirstNet
instead = changes_of(FirstNet)

relu_on_the_last_layer = instead(
    "You have a ReLU on the last layer, as a well-known tutorial does by mistake: all classes with negative scores become equal. Hand the last layer's scores to log-softmax as they are.",
    {"self.fc2(x)": "F.relu(self.fc2(x))"},
)
logits_returned = instead(
    "Your network returns the last layer's scores. Log-probabilities are asked for: end it in `F.log_softmax(x, dim=1)`.",
    {"F.log_softmax(self.fc2(x), dim=1)": "self.fc2(x)"},
)
probabilities_returned = instead(
    "Your network ends in softmax and returns probabilities. Their logarithms are asked for, as `nll_loss` takes them: `F.log_softmax(x, dim=1)`.",
    {"log_softmax": "softmax"},
)
log_softmax_over_the_batch = instead(
    "Your log-softmax runs over the images of the batch. The classes of one image must add up to 1: `dim=1`.",
    {"dim=1": "dim=0"},
)
no_relu_at_all = instead(
    "There is no ReLU between your linear layers, so the three are one linear map. Put one after the first and one after the second.",
    {"F.relu(self.fc0(x))": "self.fc0(x)", "F.relu(self.fc1(x))": "self.fc1(x)"},
)
relu_missing_after_the_first = instead(
    "The ReLU after your first linear layer is missing, so the first two are one linear map. Put one after the first and one after the second.",
    {"F.relu(self.fc0(x))": "self.fc0(x)"},
)
relu_missing_after_the_second = instead(
    "The ReLU after your second linear layer is missing, so the last two are one linear map. Put one after the first and one after the second.",
    {"F.relu(self.fc1(x))": "self.fc1(x)"},
)
sigmoids_between = instead(
    "You have sigmoids between your layers. The task asks for a ReLU after the first and the second.",
    {"F.relu(self.fc0": "torch.sigmoid(self.fc0", "F.relu(self.fc1": "torch.sigmoid(self.fc1"},
)
hidden_layers_of_a_hundred = instead(
    "Your first linear layer gives 100 numbers. The task's gives 1000: image_size→1000→50→10.",
    {"image_size, 1000": "image_size, 100", "Linear(1000, 50": "Linear(100, 50"},
)
image_size_ignored = instead(
    "You have written 784 into the first layer, whatever `image_size` says. Use the argument: the class serves images of other sizes, too.",
    {"Linear(image_size": "Linear(784"},
)
size_written_into_the_reshape = instead(
    "You reshape to 784 columns, whatever `image_size` says. Keep the first axis and flatten the rest: `x.flatten(1)`.",
    {"-1, self.image_size": "-1, 784"},
)
images_never_flattened = instead(
    "Your first linear layer gets images, not rows. Flatten each image first: `x.flatten(1)`.",
    {"x = x.reshape(-1, self.image_size)": ""},
)
one_channel_taken_for_granted = instead(
    "You flatten the axes of channel, row and column by their number, and images may come with others, or flat already. `x.flatten(1)` takes whatever follows the first axis.",
    {"x.reshape(-1, self.image_size)": "x.reshape(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3])"},
)
batch_of_one_squeezed = instead(
    "Your output loses its batch axis when one image comes alone. Leave out the squeeze: the result is always (N, 10).",
    {"dim=1)": "dim=1).squeeze()"},
)
dropout_added = instead(
    "You have added dropout. It comes in the next task: here training and evaluation give the same.",
    {"F.relu(self.fc1(x))": "F.dropout(F.relu(self.fc1(x)), training=self.training)"},
)
layers_made_in_forward = instead(
    "You make the last layer in `forward`, new and random at each call. Make it once, in `__init__`.",
    {"self.fc2 = nn.Linear(50, 10)": "", "self.fc2(x)": "nn.Linear(50, 10)(x)"},
)
super_init_forgotten = instead(
    "Your `__init__` does not call `super().__init__()`. It must come first: it makes what keeps the layers.",
    {"super().__init__()": ""},
)
