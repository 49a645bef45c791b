"""Reference and misconceptions of `CNNNet`: two convolutions, two linear layers, a dropout behind one of each."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn
import torch.nn.functional as F

from autograder.graders.kit.changes import changes_of

LEAST_MISCONCEPTIONS = 15
ALSO_IN = "my_cnnnet"


class CNNNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.conv2_drop = nn.Dropout2d(p=0.5)
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, 0.5, training=self.training)
        return F.log_softmax(self.fc2(x), dim=1)


reference = CNNNet
instead = changes_of(CNNNet)
_MAPS, _NUMBERS = "self.conv2_drop(self.conv2(x))", "x = F.dropout(x, 0.5, training=self.training)"

# --- dropout -----------------------------------------------------------------------------------------------

dropout_never_switched_off = instead(
    "Your dropout behind the first linear layer drops in evaluation too: `F.dropout` does not know the mode, and a module made in `forward` is always training. Write `training=self.training`, or make an `nn.Dropout` in `__init__`.",
    {", training=self.training": ""},
)
dropout2d_never_switched_off = instead(
    "Your `F.dropout2d` drops maps in evaluation too: as a function it does not know the mode. Give it `training=self.training`, or use the module `nn.Dropout2d`.",
    {_MAPS: "F.dropout2d(self.conv2(x), 0.5)"},
)
no_dropout_is_ever_switched_off = instead(
    "Both of your dropouts act in evaluation too: as functions they do not know the mode. Give each `training=self.training`, or use the modules.",
    {", training=self.training": "", _MAPS: "F.dropout2d(self.conv2(x), 0.5)"},
)
dropout_in_evaluation_only = instead(
    "You turned the modes round: you drop while evaluating and not while training. Write `training=self.training`.",
    {"training=self": "training=not self"},
)
plain_dropout_after_the_convolution = instead(
    "You drop single values of the maps after the second convolution. Neighbouring pixels tell nearly the same, so whole maps are dropped there: use `nn.Dropout2d`.",
    {"Dropout2d": "Dropout"},
)
dropout2d_missing = instead(
    "No maps are dropped after the second convolution. Call your `nn.Dropout2d(0.5)` there: a layer made in `__init__` does nothing until `forward` calls it.",
    {_MAPS: "self.conv2(x)"},
)
dropout_missing = instead(
    "Nothing is dropped after the first linear layer. Put a dropout with p = 0.5 behind its ReLU, in training mode only, and keep its result: `x = F.dropout(…)`.",
    {_NUMBERS: ""},
)
no_dropout_at_all = instead(
    "Your network drops nothing. Two dropouts are asked for: 2D behind the second convolution, and one behind the first linear layer.",
    {_MAPS: "self.conv2(x)", _NUMBERS: ""},
)
a_quarter_of_the_maps_dropped = instead(
    "Your 2D dropout drops a map with probability 0.25. Here p is 0.5.", {"p=0.5": "p=0.25"}
)
a_quarter_of_the_numbers_dropped = instead(
    "Your dropout behind the first linear layer has p = 0.25. Here p is 0.5.", {"x, 0.5": "x, 0.25"}
)
a_fifth_of_the_numbers_dropped = instead(
    "Your dropout behind the first linear layer has p = 0.2. Here p is 0.5.", {"x, 0.5": "x, 0.2"}
)
dropout_on_the_scores = instead(
    "You drop scores: your dropout stands behind the last layer. It belongs behind the ReLU of the first linear layer.",
    {_NUMBERS: "", "self.fc2(x)": "F.dropout(self.fc2(x), 0.5, training=self.training)"},
)
dropout_before_the_linear_layers = instead(
    "Your second dropout stands before the first linear layer. It belongs behind it: linear 320→50, ReLU, dropout, linear 50→10.",
    {_NUMBERS: "", "x.flatten(1)": "F.dropout(x.flatten(1), 0.5, training=self.training)"},
)
dropout2d_after_the_first_convolution = instead(
    "Your 2D dropout stands behind the first convolution. It belongs behind the second.",
    {"self.conv1(x)": "self.conv2_drop(self.conv1(x))", _MAPS: "self.conv2(x)"},
)

# --- what is between the layers, and at the end ------------------------------------------------------------

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
relu_on_the_last_layer = instead(
    "You have a ReLU on the last layer: all classes with negative scores become equal. Between the last layer and log-softmax there is nothing.",
    {"self.fc2(x)": "F.relu(self.fc2(x))"},
)
relu_missing_after_the_first_linear_layer = instead(
    "There is no ReLU between your two linear layers, so they are one linear map. Put it behind the first.",
    {"F.relu(self.fc1(x))": "self.fc1(x)"},
)
relu_missing_after_the_first_convolution = instead(
    "The ReLU after your first convolution is missing. Each convolution has a pool and a ReLU behind it.",
    {"F.relu(F.max_pool2d(self.conv1(x), 2))": "F.max_pool2d(self.conv1(x), 2)"},
)
relu_missing_after_the_second_convolution = instead(
    "The ReLU after your second convolution is missing. Each convolution has a pool and a ReLU behind it.",
    {f"F.relu(F.max_pool2d({_MAPS}, 2))": f"F.max_pool2d({_MAPS}, 2)"},
)
average_pool = instead(
    "You pool with the average. Use max pooling: it keeps the largest value of each window.",
    {"max_pool2d(self.conv1": "avg_pool2d(self.conv1", "max_pool2d(self.conv2": "avg_pool2d(self.conv2"},
)

# --- sizes and wiring --------------------------------------------------------------------------------------

kernels_of_three = instead(
    "Your kernels are 3×3. The task asks for 5×5, without padding: 28→24→12→8→4.",
    {"1, 10, kernel_size=5": "1, 10, kernel_size=3", "20, kernel_size=5": "20, kernel_size=3", "320": "500"},
)
padding_added = instead(
    "Your convolutions are padded, so the maps are larger than the task's. Leave the padding out: 28→24→12→8→4.",
    {"1, 10": "1, 10, padding=2", "10, 20": "10, 20, padding=2", "320": "980"},
)
second_pool_forgotten = instead(
    "There is no pool after your second convolution, so 20·8·8 = 1280 numbers come to a linear layer for 320. Pool 2×2 after each convolution.",
    {f"F.max_pool2d({_MAPS}, 2)": _MAPS},
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
    {"dim=1)": "dim=1).squeeze()"},
)
