# %% [markdown]
# # Lab 2, part 3: regularisation and evaluation
#
# A network with more parameters than it has images can learn all of them by heart, and be no wiser for it. In this notebook you watch
# that happen, write four remedies, and see in one picture what each does, alone and together with the others. Then you ask of a
# network not only how good it is, but at what.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `dropout`: values left out at random, in training only | {{ points.dropout }} |
# | 2 | `channel_dropout`: whole channels left out | {{ points.channel_dropout }} |
# | 3 | `l2_penalty`: large weights cost something | {{ points.l2_penalty }} |
# | 4 | `EarlyStopping`: stop in time, and go back to the best epoch | {{ points.EarlyStopping }} |
# | 5 | `classification_report`: how good, class by class | {{ points.classification_report }} |
# | 6 | nothing new: your network, your loop and your optimizer are trained together | {{ points.trained_regularised }} |
#
# Plan on about two hours. At the end there is a challenge without points.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# As in parts 1 and 2: write your code where it says `# YOUR CODE HERE`, and run the check below it. When you are stuck, call
# `hint("dropout")`, up to three times; `progress()` shows where you stand. **A passed check says that a small example works. Hidden
# tests remain**, with other shapes, types, networks and numbers.
#
# ### What "from scratch" means
#
# - **Not allowed** in tasks 1, 2 and 5 is the library call that does the whole job, by whatever name it is reached: PyTorch's
#   dropouts (`F.dropout`, `F.dropout2d`, `F.alpha_dropout`, `F.feature_alpha_dropout` … and their modules, `nn.Dropout` …), and
#   anything from scikit-learn, torchmetrics or `torch.distributions`. (Lab 1's list holds as well, and nothing on it would help here.)
#   The `Adam` of task 6 is your own, under the rules of part 2.
# - **Allowed** is everything else: `rand`, `rand_like`, `bernoulli`, `where`, `bincount`, `one_hot`, `copy.deepcopy`, `state_dict`,
#   NumPy, plain loops. In task 2 you may call your own `dropout`.
# - In the network of task 6, everything of `torch.nn` is allowed, dropout too. The rule is for your answers: some cells of ours call
#   the library.
#
# Breaking the rule costs the item's points, and the feedback says why.
#
# ### What holds for every function
#
# - Results keep a floating-point input's type and device. Inputs are never changed, and they may be non-contiguous. A batch may hold
#   a single image.
# - What is drawn at random is judged by what follows from the definition, on large inputs (how many values are 0, how large the rest
#   is), never by particular numbers. So draw as you like, but set no seed inside a function: each call must draw anew.
# - Where a number is asked for, return a Python or NumPy number: `.item()` makes one of a tensor.
# - Speed is not graded. Rounding errors of float32 are forgiven. You may print.
# - Never tested: empty tensors, NaN, integer images, `p` below 0 or above 1. In `EarlyStopping`: `best` or `restore` before the first
#   update, updates after one that returned True, a patience of 0, a loss that is a tensor, and an improvement of exactly `min_delta`.
# - Cells tagged `demo` are not run when this notebook is graded. A cell of your own that needs longer than {{ limits.cell }} seconds
#   is stopped then.

# %% locked="public_checks" hide=true
# @title Public checks (nothing to do here)
# This cell puts the public checks beside the notebook where they are missing or older (a notebook opened alone, on Colab for example).
import importlib.util
import pathlib
import sys
import types

CHECKS = {{checks}}
beside = pathlib.Path("checks.py")
try:
    there = beside.read_text(encoding="utf-8") if beside.exists() else ""
    if there != CHECKS and (
        not there or "def check(item):" in there
    ):  # an older release's are replaced
        beside.write_text(CHECKS, encoding="utf-8")
except (OSError, ValueError):
    pass  # a folder that cannot be written: the checks are taken from memory
importlib.invalidate_caches()
if "checks" not in sys.modules and importlib.util.find_spec("checks") is None:
    sys.modules["checks"] = types.ModuleType("checks")
    exec(CHECKS, sys.modules["checks"].__dict__)

# %% locked="setup"
import copy
import math
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split

from checks import WithBar, check, hint, load_images, progress, ready, show, tqdm

device = "cuda" if torch.cuda.is_available() else "cpu"  # chosen once; a CPU is enough

# %% [markdown]
# The data, read as before. Of the {{ figures.reg_all_images:, }} images to learn from, this notebook takes the first thousand for
# **training** and up to two thousand others for **validation**: to look at after each epoch, and to choose by. The test images wait.

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)
test_images, test_labels = test_set.tensors if test_set else (None, None)

if train_set:
    few_images, few_labels = train_images[:1000], train_labels[:1000]  # to learn from
    val_images, val_labels = train_images[1000:3000], train_labels[1000:3000]  # to look at
    print(f"{len(few_images):,} images to learn from, {len(val_images):,} to validate on")

# %% [markdown]
# ## A thousand images, known by heart
#
# A small network of three linear layers has {{ figures.reg_parameters:, }} parameters: hundreds for each of our thousand images. It
# is trained with Adam, and after each epoch we measure its loss in evaluation mode, on the images that it learns from and on the
# others. Read `SmallNet` and `learn` closely: what you write below is plugged into them, a function that drops values as `drop`, a
# penalty as `penalty`, an object that says when to stop as `stopper`. Where nothing is plugged in, nothing happens.


# %% tags=["demo"]
class SmallNet(nn.Module):
    """784 → 256 → 256 → 10: images (N, 1, 28, 28) to log-probabilities (N, 10).

    Where a function drop(x, p, training) is given, it drops a fifth of the pixels and half of the
    hidden values.
    """

    def __init__(self, drop=None):
        super().__init__()
        self.first, self.second = nn.Linear(784, 256), nn.Linear(256, 256)
        self.last = nn.Linear(256, 10)
        self.drop = drop or (lambda x, p, training: x)

    def forward(self, x):
        x = self.drop(x.flatten(start_dim=1), 0.2, self.training)  # (N, 784)
        x = self.drop(F.relu(self.first(x)), 0.5, self.training)  # (N, 256)
        x = self.drop(F.relu(self.second(x)), 0.5, self.training)  # (N, 256)
        return F.log_softmax(self.last(x), dim=1)  # (N, 10)


def measure(network, images, labels):
    """Return the loss and the accuracy of a network on images, in evaluation mode."""
    network.eval()
    with torch.no_grad():
        log_probs = network(images)
    accuracy = (log_probs.argmax(dim=1) == labels).float().mean()
    return F.nll_loss(log_probs, labels).item(), accuracy.item()


def learn(network, epochs=40, penalty=None, stopper=None):
    """Train on the thousand images; return three lists, with a number for each epoch."""
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in tqdm(range(epochs), desc="epochs", leave=False):
        network.train()
        for batch in torch.randperm(len(few_images)).split(50):
            optimizer.zero_grad()
            loss = F.nll_loss(network(few_images[batch]), few_labels[batch])
            if penalty is not None:
                loss = loss + penalty(network)
            loss.backward()
            optimizer.step()
        val_loss, val_accuracy = measure(network, val_images, val_labels)
        history["train_loss"].append(measure(network, few_images, few_labels)[0])
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if stopper is not None and stopper.update(val_loss, network):
            break
    if stopper is not None:
        stopper.restore(network)
    return history


# %% tags=["demo"]
if ready("train_set"):
    torch.manual_seed(0)
    network = SmallNet()
    plain = learn(network)
    lowest = plain["val_loss"].index(min(plain["val_loss"]))  # the epoch, counted from 0
    for epoch in (lowest, 39):
        print(
            f"epoch {epoch + 1:2}: training loss {plain['train_loss'][epoch]:.3f}, "
            f"validation loss {plain['val_loss'][epoch]:.3f}, "
            f"validation accuracy {plain['val_accuracy'][epoch]:.1%}"
        )

# %% tags=["demo"] hide=true
# @title Picture: training and validation on a thousand images
if ready("train_set", "plain"):
    epochs = range(1, 41)
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.2))
    axes[0].plot(epochs, plain["train_loss"], "--", color="#777", label="training")
    axes[0].plot(epochs, plain["val_loss"], "-", color="black", label="validation")
    axes[0].plot(lowest + 1, plain["val_loss"][lowest], "o", color="#c05a00", label="lowest")
    axes[0].set(xlabel="epoch", ylabel="loss", ylim=(-0.05, 1.2))
    axes[0].legend(fontsize=9)
    axes[1].plot(epochs, [100 * a for a in plain["val_accuracy"]], "-", color="black")
    axes[1].set(xlabel="epoch", ylabel="validation accuracy in %")
    for ax in axes:
        ax.grid(alpha=0.3)
    show(
        f"Left: the training loss falls to {plain['train_loss'][-1]:.3f}; the validation loss turns at "
        f"{plain['val_loss'][lowest]:.2f} in epoch {lowest + 1} and rises to {plain['val_loss'][-1]:.2f}. "
        f"Right: the validation accuracy, {plain['val_accuracy'][lowest]:.1%} then and "
        f"{plain['val_accuracy'][-1]:.1%} at the end."
    )

# %% [markdown]
# The training loss falls to {{ figures.reg_plain_train:.3f }}: every image is known by heart. The validation loss is lowest after
# {{ figures.reg_lowest_epoch:.0f }} epochs, at {{ figures.reg_lowest_loss:.2f }}, and then rises to {{ figures.reg_plain_val:.2f }}.
# From there on the two curves part: that is **over-fitting**, seen.
#
# The accuracy tells another story: it does not fall, it stands still at about {{ figures.reg_plain_accuracy:.0%}}. Both are true.
# Where the network is wrong, it becomes ever *surer* of it, and the loss counts how sure, while the accuracy counts only which of the
# ten is largest. If you ask a network how sure it is, the loss matters.
#
# **Regularisation** is whatever makes a network do better on new images (*generalise* better), though it may fit its training data less
# well. The best remedy is more data. Where there is none, four others are left, and you write them:
#
# | remedy | what it does |
# |---|---|
# | dropout, channel dropout | makes each batch harder, in another way each time |
# | L2 penalty, weight decay | makes large weights cost something |
# | early stopping | ends the training where the two curves part |

# %% [markdown]
# ## Task 1: dropout
#
# **Goal** · write `dropout`, which leaves values out at random, in training only · about 25 minutes · {{ points.dropout }} points
#
# In training, each value becomes 0 with probability p, whatever becomes of the others, and everything is drawn anew in each call. So
# each batch is learned by another, thinned network, and no unit can rely on one certain other unit to be there. What remains is
# divided by 1 − p:
#
# $$\text{out}_i = \begin{cases} 0 & \text{with probability } p \\ \dfrac{x_i}{1 - p} & \text{otherwise} \end{cases}$$
#
# Why divide? With probability 1 − p the value is there, so on average the next layer gets (1 − p) · x / (1 − p) + p · 0 = x: as much
# as without dropout. In **evaluation** nothing is dropped, and nothing needs to be scaled: x comes back as it is. (This is called
# *inverted* dropout. Older books scale in evaluation instead.)
#
# | | p = 0.5, training | evaluation |
# |---|---|---|
# | x | 1, 2, 3, 4 | 1, 2, 3, 4 |
# | drawn: keep? | yes, no, no, yes | nothing is drawn |
# | result | 2, 0, 0, 8 | 1, 2, 3, 4 |
#
# - Shapes: `x` of any shape; the result has the same, and x's floating-point type.
# - p = 0 (nothing is dropped) and p = 1 (everything is: zeros, no NaN) work, too.
# - The gradient goes through the values that were kept: 1 / (1 − p) there, 0 where a value was dropped. It does so by itself if you
#   multiply.
# - In evaluation you may return `x` itself, or a copy.


# %% solution="dropout"
def dropout(x, p=0.5, training=True):
    """Drop each value of x with probability p, and divide the others by 1 - p.

    Args:
        x: floating-point tensor of any shape.
        p: float from 0 to 1, the probability that a value is dropped.
        training: bool; if False, nothing is dropped and nothing scaled.

    Returns:
        tensor of x's shape and type. In training each value is 0 or x / (1 - p), drawn anew for
        each value and each call; in evaluation they are the values of x.

    Not allowed: PyTorch's dropouts (F.dropout, nn.Dropout, ...).
    """
    ### BEGIN SOLUTION
    if not training or p == 0:
        return x
    if p == 1:
        return x * 0
    kept = torch.rand_like(x) >= p  # True with probability 1 - p
    return x * kept / (1 - p)
    ### END SOLUTION


# %% graded="dropout"
# Task 1, {{ points.dropout }} points. Hidden tests use other shapes and probabilities.
check("dropout")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("dropout")

# %% [markdown]
# **Pitfalls** · p is the probability of being *dropped*; `torch.rand_like(x) < p` is the mask of what goes, not of what stays. Without
# the division, the layers behind it get less in training than in evaluation. `torch.rand(len(x))` draws a number for each row, and whole
# rows vanish. And 0 / 0 is NaN: at p = 1, nothing may be divided.
#
# **Think** · Somebody forgets to divide by 1 − p. The training works all the same, and the loss falls. What goes wrong, and when?
#
# The picture shows your `dropout` on the pixels of one image. In two calls different pixels are gone, and the others are twice as
# dark; the mean over 200 calls is nearly the image itself.

# %% tags=["demo"] hide=true
# @title Picture: your dropout on an image
if ready("dropout", "train_set"):
    torch.manual_seed(0)
    image = train_images[0, 0]  # (28, 28)
    views = {
        "the image": image,
        "training, one call": dropout(image),
        "training, another": dropout(image),
        "mean of 200 calls": sum(dropout(image) for _ in range(200)) / 200,
        "evaluation": dropout(image, training=False),
    }
    fig, axes = plt.subplots(1, 5, figsize=(10, 2.4))
    for ax, (title, view) in zip(axes, views.items()):
        ax.imshow(view.numpy(), cmap="gray_r", vmin=0, vmax=2)
        ax.set_title(title, fontsize=9)
        ax.set(xticks=[], yticks=[])
    show(
        "A digit five times: as it is; twice with half of its pixels dropped, others each time, and the rest twice as dark; "
        "the mean of 200 such calls, nearly the digit itself; and in evaluation, as it is."
    )

# %% [markdown]
# ## Task 2: channel dropout
#
# **Goal** · write `channel_dropout`, which leaves out whole channels of images · about 10 minutes · {{ points.channel_dropout }} points
#
# In the feature maps of a convolution, neighbours are alike. If single values are dropped, those around them still tell what was
# there, and little is hidden. So one drops **whole channels**: each channel of each image becomes 0 in all its (H, W) places with
# probability p, or is divided by 1 − p in all of them. It is drawn for each image anew: channel 3 may be gone in one image, and there
# in the next.
#
# - Shapes: `x` (N, C, H, W); the result has the same shape and type.
# - `p`, `training`, p = 0, p = 1 and the gradient: all as in `dropout`.
#
# In the network of part 1 this is the 2D dropout, `nn.Dropout2d`, behind the second convolution.


# %% solution="channel_dropout"
def channel_dropout(x, p=0.5, training=True):
    """Drop each channel of each image with probability p, and divide the others by 1 - p.

    Args:
        x: floating-point tensor (N, C, H, W).
        p: float from 0 to 1, the probability that a channel of an image is dropped.
        training: bool; if False, nothing is dropped and nothing scaled.

    Returns:
        tensor (N, C, H, W) of x's type; in training, each of the N * C planes (H, W) is all 0 or
        all x / (1 - p), drawn anew for each channel, image and call.

    Not allowed: PyTorch's dropouts (F.dropout2d, nn.Dropout2d, ...).
    """
    ### BEGIN SOLUTION
    planes = x.new_ones(*x.shape[:2], 1, 1)  # (N, C, 1, 1)
    return x * dropout(planes, p, training)
    ### END SOLUTION


# %% graded="channel_dropout"
# Task 2, {{ points.channel_dropout }} points. Hidden tests use other shapes and probabilities.
check("channel_dropout")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("channel_dropout")

# %% [markdown]
# **Pitfalls** · A mask of shape (1, C, 1, 1) drops the same channels in all images, and one of shape (N, 1, 1, 1) drops whole images.
# `torch.rand(N, C, 1, 1)` is float32 on the CPU, whatever x is: `x.new_ones(…)` or `dtype=x.dtype, device=x.device` keeps to x.
#
# **Think** · `CNNNet` drops channels behind the second convolution, and single values behind the first linear layer. Why not the
# other way round?

# %% tags=["demo"] hide=true
# @title Picture: the same feature maps under both
if ready("dropout", "channel_dropout", "train_set"):
    torch.manual_seed(9)
    kernels = torch.tensor(
        [
            [[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]],
            [[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]],
            [[0.0, 1, 1], [-1, 0, 1], [-1, -1, 0]],
            [[1.0, 1, 0], [1, 0, -1], [0, -1, -1]],
        ]
    )
    maps = F.conv2d(train_images[:2], kernels[:, None]).clamp(min=0)  # (2, 4, 26, 26)
    single, whole = dropout(maps), channel_dropout(maps)
    rows = {"as they are": maps, "dropout": single, "channel dropout": whole}
    fig, axes = plt.subplots(3, 8, figsize=(10, 4))
    for row, (name, views) in zip(axes, rows.items()):
        for i, (ax, view) in enumerate(zip(row, views.flatten(end_dim=1))):
            ax.imshow(view.numpy(), cmap="gray_r", vmin=0, vmax=maps.max())
            ax.set(xticks=[], yticks=[])
            if views is maps:
                ax.set_title(f"image {i // 4}, channel {i % 4}", fontsize=7)
        row[0].set_ylabel(name, fontsize=9)
    gone = (whole.flatten(start_dim=2) == 0).all(dim=2).sum()
    show(
        "Four feature maps of each of two images. With dropout, single values are missing everywhere, and each shape can still be "
        f"seen; with channel dropout, {gone} of the eight maps are gone as a whole, and not the same ones in both images."
    )

# %% [markdown]
# ## The old text read today
#
# A network with dropout, and the loop that tests it, as such code was written in 2017. It is still found in many tutorials. Read it
# first, and write down what you find: one line stops with an error today, three give a warning, one is right today and once was not,
# and one is a slip that trains, tests, and says nothing.
#
# ```python
# class OldNet(nn.Module):
#     def __init__(self):
#         super(OldNet, self).__init__()
#         self.fc1 = nn.Linear(784, 256)
#         self.fc2 = nn.Linear(256, 10)
#
#     def forward(self, x):
#         x = F.relu(self.fc1(x.view(-1, 784)))
#         x = F.dropout(x)                                                    # a
#         return F.log_softmax(self.fc2(x))                                   # b
#
# def test(net, loader):
#     net.eval()
#     loss, correct = 0, 0
#     for images, labels in loader:
#         images, labels = Variable(images, volatile=True), Variable(labels)  # c
#         scores = net(images)
#         batch_loss = F.nll_loss(scores, labels, size_average=False)         # d
#         loss += batch_loss.data[0]                                          # e
#         correct += scores.data.max(1)[1].eq(labels.data).cpu().sum()
#     print(loss / len(loader.dataset), correct / len(loader.dataset))        # f
# ```
#
# Then run the next cell. It does what these lines do, and writes down what PyTorch says.


# %% tags=["demo"]
class OldNet(nn.Module):
    """The network as above, in today's layout."""

    def __init__(self):
        super(OldNet, self).__init__()
        self.fc1 = nn.Linear(784, 256)
        self.fc2 = nn.Linear(256, 10)

    def forward(self, x):
        x = F.relu(self.fc1(x.view(-1, 784)))
        x = F.dropout(x)
        return F.log_softmax(self.fc2(x))


class MendedNet(OldNet):
    """The same layers; dropout asks for the mode, and log_softmax is told its dimension."""

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(start_dim=1)))
        x = F.dropout(x, training=self.training)
        return F.log_softmax(self.fc2(x), dim=1)


if ready("train_set"):
    torch.manual_seed(0)
    old, mended = OldNet(), MendedNet()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        learn(old, epochs=10)
        images = torch.autograd.Variable(val_images, volatile=True)
        scores = old(images)
        loss = F.nll_loss(scores, val_labels, size_average=False)
        old_accuracies = [measure(old, val_images, val_labels)[1] for _ in range(5)]
    for words in dict.fromkeys(str(each.message) for each in caught):
        print("warns:", words)
    try:
        loss.data[0]
    except IndexError as error:
        print("stops:", error)
    print("volatile=True, and a graph is recorded all the same:", scores.requires_grad)

    mended.load_state_dict(old.state_dict())  # the same weights
    new_accuracies = [measure(mended, val_images, val_labels)[1] for _ in range(5)]
    print("evaluated five times, as it stands:", *(f"{each:.1%}" for each in old_accuracies))
    print("evaluated five times, mended:      ", *(f"{each:.1%}" for each in new_accuracies))

# %% [markdown]
# | line | what it is today | write |
# |---|---|---|
# | a | The slip. `F.dropout` is a function: it knows no mode, and its argument `training` is True by default. `net.eval()` changes nothing, and half of the values are missing in the test, too. The same weights lose {{ figures.reg_old_cost:.1f }} percentage points by it, and give another accuracy each time. | `F.dropout(x, training=self.training)`, or `nn.Dropout` as a layer |
# | b to e | Known from part 1. Three warn: PyTorch guesses the dimension (b), `volatile` has no effect (c), and `size_average` is called otherwise now (d). One stops with an error (e). | `dim=1`, `with torch.no_grad():`, `reduction="sum"`, `.item()` |
# | f | Right today: a share. In Python 2, and for tensors in PyTorch 0.4, a whole number divided by another was rounded down, and this was 0. Hence the `100. * correct / …` of many tutorials. | `.item()` on the sum, then nothing can happen |
#
# A warning is a gift. Nothing warns about line a: what gives it away is a test that says something else each time it is asked.

# %% [markdown]
# ## Task 3: a price for large weights
#
# **Goal** · write `l2_penalty`, which is added to the loss · about 15 minutes · {{ points.l2_penalty }} points
#
# To be right about every chance pattern in a thousand images, a network needs large weights, with which small differences in the
# pixels make large ones in the result. So one adds a price for their size to the loss, the **L2 penalty**:
#
# $$\text{penalty} = \frac{\lambda}{2} \sum_w w^2 \qquad \text{its gradient: } \lambda \cdot w$$
#
# The sum runs over *all trainable parameters* of the model, biases too; frozen ones (`requires_grad` is False) do not count. λ is the
# argument `weight_decay`. Return a tensor with one value through which `backward` can go: a network is to learn from it.
#
# For plain SGD, this is the same as letting every weight shrink a little in each step:
#
# $$w \leftarrow w - \text{lr} \cdot (g + \lambda w) = (1 - \text{lr} \cdot \lambda) \cdot w - \text{lr} \cdot g$$
#
# Hence the name **weight decay**, and the argument `weight_decay` of your `SGD` in part 2.


# %% solution="l2_penalty"
def l2_penalty(model, weight_decay):
    """Return weight_decay / 2 times the sum of the squares of all trainable parameters.

    Args:
        model: nn.Module of any kind; its parameters with requires_grad count.
        weight_decay: float, the λ of the formula.

    Returns:
        scalar tensor, differentiable; its gradient for a parameter w is weight_decay * w.
    """
    ### BEGIN SOLUTION
    squares = [(p**2).sum() for p in model.parameters() if p.requires_grad]
    return weight_decay / 2 * sum(squares)
    ### END SOLUTION


# %% graded="l2_penalty"
# Task 3, {{ points.l2_penalty }} points. Hidden tests use other networks.
check("l2_penalty")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("l2_penalty")

# %% [markdown]
# **Pitfalls** · `.item()` or `no_grad` cuts the penalty off from the weights: the loss looks larger, and nothing changes in training.
# `p.norm()` is the root of the sum; its gradient is another. The penalty belongs to each *batch's* loss, once: added for each image,
# it would weigh as much more as there are images.
#
# **Think** · Here the biases are counted. In practice they are often left out. Why might that be wise?
#
# The next cell compares: ten steps of PyTorch's SGD, once with your penalty in the loss, once with its `weight_decay`.

# %% tags=["demo"]
if ready("l2_penalty", "train_set"):
    torch.manual_seed(0)
    by_penalty = nn.Linear(784, 10)
    by_decay = copy.deepcopy(by_penalty)
    images = few_images.flatten(start_dim=1)
    for layer, decay in ((by_penalty, 0.0), (by_decay, 0.1)):
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, weight_decay=decay)
        for _ in range(10):
            optimizer.zero_grad()
            loss = F.cross_entropy(layer(images), few_labels)
            if layer is by_penalty:
                loss = loss + l2_penalty(layer, 0.1)
            loss.backward()
            optimizer.step()
    apart = (by_penalty.weight - by_decay.weight).abs().max()
    print(f"largest difference between the weights: {apart:.0e}")

# %% [markdown]
# ### For Adam it is not the same
#
# Adam divides each gradient by the root of its mean square. If the penalty stands in the loss, its gradient is divided as well: where
# the loss has *large* gradients, there is hardly any decay left, and where it has small ones, there is much. **AdamW** therefore lets
# the weights shrink beside Adam's step, as in the formula above, all by the same share. (In PyTorch, the `weight_decay` of
# `torch.optim.Adam` acts like a penalty in the loss, and that of `torch.optim.AdamW` is weight decay.)
#
# The run: two groups of weights, all 1 at the beginning. The gradients are nothing but noise, large for one group and small for the
# other, and the decay is 0.1.

# %% tags=["demo"] hide=true
# @title Picture: two groups of weights under Adam and AdamW
shrunk = {}
for kind in (torch.optim.Adam, torch.optim.AdamW):
    draws = torch.Generator().manual_seed(0)
    weights = torch.ones(2, 2000)
    optimizer = kind([weights], lr=0.01, weight_decay=0.1)
    means = [weights.mean(dim=1).tolist()]
    for _ in range(500):
        noise = torch.randn(2, 2000, generator=draws)
        weights.grad = noise * torch.tensor([[10.0], [0.1]])  # large, small
        optimizer.step()
        means.append(weights.mean(dim=1).tolist())
    shrunk[kind.__name__] = np.array(means)
fig, axes = plt.subplots(1, 2, figsize=(9, 2.8), sharey=True)
for ax, (name, means) in zip(axes, shrunk.items()):
    ax.plot(means[:, 0], "-", color="black", label="large gradients")
    ax.plot(means[:, 1], "--", color="#c05a00", label="small gradients")
    ax.set_title(
        "Adam, penalty in the loss" if name == "Adam" else "AdamW, weight decay", fontsize=10
    )
    ax.set(xlabel="step", ylabel="mean weight", ylim=(-0.05, 1.1))
    ax.grid(alpha=0.3)
axes[1].legend(fontsize=9)
show(
    f"After 500 steps with Adam and a penalty, the weights with large gradients are {shrunk['Adam'][-1, 0]:.2f} on average, those with "
    f"small ones {shrunk['Adam'][-1, 1]:.2f}. With AdamW they are {shrunk['AdamW'][-1, 0]:.2f} and {shrunk['AdamW'][-1, 1]:.2f}."
)

# %% [markdown]
# After 500 steps with Adam and the penalty, the weights with large gradients are still {{ figures.reg_adam_large:.2f }} on average, and
# those with small ones {{ figures.reg_adam_small:.2f }}. With AdamW both are at about {{ figures.reg_adamw:.1f }}, which is
# (1 − lr · λ) to the power of 500, with lr = 0.01 and λ = 0.1. Below, `learn` adds your penalty to the loss and trains with Adam. That helps as well, but it is not
# weight decay.

# %% [markdown]
# ## Task 4: early stopping
#
# **Goal** · write `EarlyStopping`, which says when to stop and keeps the best weights · about 30 minutes · {{ points.EarlyStopping }} points
#
# The cheapest remedy: look at the validation loss after each epoch, and stop when it has not become better for some time. The object
# is used as in `learn`:
#
# ```python
# stopper = EarlyStopping(patience=3)
# for epoch in range(100):
#     ...                                   # train for one epoch, compute val_loss
#     if stopper.update(val_loss, model):
#         break
# stopper.restore(model)                    # back to the best epoch
# ```
#
# - An epoch is **better** if its loss is smaller than `best` by more than `min_delta`: val_loss < best − min_delta. The first epoch
#   is better in any case.
# - If it is better, `best` becomes its loss, a copy of the model is kept, and the count begins at 0 again. If not, the
#   count goes up. (Whether `best` follows a loss that is smaller, but by less than `min_delta`, is not asked.)
# - `update` returns True when `patience` epochs in a row were not better, and False before. It leaves the model as it is.
# - `restore(model)` puts the weights *and buffers* of the best epoch back into the model. (Buffers are tensors that belong to a model
#   and are not trained, such as the running means of batch normalisation.) The training has gone on since then, in the same tensors: so a
#   real **copy** must have been kept.
# - Further attributes and methods are free. `best` is a number.
#
# An example with `patience=2`:

# %% tags=["demo"] hide=true
# @title Picture: seven epochs with a patience of two
losses = [0.90, 0.60, 0.50, 0.55, 0.45, 0.48, 0.52]
counts = [0, 0, 0, 1, 0, 1, 2]
plt.figure(figsize=(7, 2.8))
plt.plot(range(1, 8), losses, "-", color="#999")
for epoch, (loss, count) in enumerate(zip(losses, counts), 1):
    better = count == 0
    face = "#c05a00" if better else "white"
    plt.plot(epoch, loss, "o", ms=9, markerfacecolor=face, markeredgecolor="black")
    words = "better" if better else f"count {count}"
    plt.text(epoch + 0.05, loss + 0.04, words, ha="left", va="bottom", fontsize=9)
plt.annotate(
    "update returns True",
    (7, 0.51),
    (5.95, 0.33),
    arrowprops={"arrowstyle": "->"},
    fontsize=9,
)
plt.annotate(
    "restore goes back here", (5, 0.44), (3.4, 0.3), arrowprops={"arrowstyle": "->"}, fontsize=9
)
plt.xlim(0.5, 7.8)
plt.ylim(0.25, 1.05)
plt.xlabel("epoch")
plt.ylabel("validation loss")
show(
    "Validation losses of seven epochs: 0.90, 0.60 and 0.50 are better each time, 0.55 is not (count 1), 0.45 is better, 0.48 (count 1) "
    "and 0.52 (count 2) are not. Then update returns True, and restore goes back to epoch 5."
)


# %% solution="EarlyStopping"
class EarlyStopping:
    """Stop a training when the validation loss no longer becomes better, and keep the best weights.

    Any model will do, for example one from images (N, 1, 28, 28) to log-probabilities (N, 10).

    Args:
        patience: int, at least 1: after so many epochs in a row that were not better, stop.
        min_delta: float, not negative: an epoch is better if val_loss < best - min_delta.

    Attributes:
        best: float, the loss of the best epoch so far.
    """

    def __init__(self, patience=3, min_delta=0.0):
        ### BEGIN SOLUTION
        self.patience, self.min_delta = patience, min_delta
        self.best, self.count, self.kept = float("inf"), 0, None
        ### END SOLUTION

    def update(self, val_loss, model):
        """Note an epoch's loss (a float); return True if it is time to stop, else False."""
        ### BEGIN SOLUTION
        if val_loss < self.best - self.min_delta:
            self.best, self.count = val_loss, 0
            self.kept = copy.deepcopy(model.state_dict())  # weights and buffers
        else:
            self.count += 1
        return self.count >= self.patience
        ### END SOLUTION

    def restore(self, model):
        """Put the weights and buffers of the best epoch back into the model."""
        ### BEGIN SOLUTION
        model.load_state_dict(self.kept)
        ### END SOLUTION


# %% graded="EarlyStopping"
# Task 4, {{ points.EarlyStopping }} points. Hidden tests follow other losses, with other networks.
check("EarlyStopping")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("EarlyStopping")

# %% [markdown]
# **Pitfalls** · `state_dict()` holds the model's own tensors: without a copy, `restore` puts back what is there anyway. The same
# holds for `dict(model.state_dict())` and `.copy()`, which copy the dictionary and not what is in it. Compare with the *best* loss,
# not with the loss before; and a better epoch sets the count back to 0.
#
# **Think** · The smallest of forty validation losses is 0.40. Is 0.40 an honest estimate of the loss on new images?

# %% [markdown]
# ## Each alone, and all together
#
# Now the five trainings, from the same first weights: with nothing, with your dropout (0.2 of the pixels, half of the hidden values),
# with your L2 penalty (λ = 0.001), with early stopping (patience 5), and with all three. Guess first: which will have the smallest
# training loss, and which the smallest validation loss?

# %% tags=["demo"]
if ready("dropout", "l2_penalty", "EarlyStopping", "train_set", "test_set"):

    def penalty(network):
        return l2_penalty(network, 0.001)

    recipes = {  # what is plugged into the network, and into `learn`
        "plain": (None, {}),
        "dropout": (dropout, {}),
        "penalty": (None, {"penalty": penalty}),
        "stopped": (None, {"stopper": EarlyStopping(patience=5)}),
        "all": (dropout, {"penalty": penalty, "stopper": EarlyStopping(patience=5)}),
    }
    titles = {
        "plain": "nothing",
        "dropout": "dropout",
        "penalty": "L2 penalty",
        "stopped": "early stopping",
        "all": "all three",
    }
    runs = {}
    for name, (drop, options) in recipes.items():
        torch.manual_seed(0)
        network = SmallNet(drop)
        history = learn(network, **options)
        loss, accuracy = measure(network, test_images, test_labels)
        with torch.no_grad():
            sure, preds = network(test_images).exp().max(dim=1)  # each (number of images,)
            squares = l2_penalty(network, 2.0).item()  # the sum of the squares itself
        sure = sure[preds != test_labels].mean().item()
        runs[name] = {"network": network, "loss": loss, "accuracy": accuracy, **history}
        runs[name] |= {"sure": sure, "squares": squares}
        print(
            f"{titles[name]:<16} {len(history['val_loss']):2} epochs, test loss {loss:.3f}, "
            f"test accuracy {accuracy:.1%}, sure where wrong {sure:.0%}, squares {squares:.0f}"
        )

# %% tags=["demo"] hide=true
# @title Picture: with and without regularisation
if ready("dropout", "l2_penalty", "EarlyStopping", "train_set", "runs"):
    fig, axes = plt.subplots(1, 5, figsize=(12.5, 3), sharey=True, layout="constrained")
    for ax, (name, run) in zip(axes, runs.items()):
        epochs = range(1, len(run["val_loss"]) + 1)
        ax.plot(epochs, run["train_loss"], "--", color="#777", label="training")
        ax.plot(epochs, run["val_loss"], "-", color="black", label="validation")
        if name in ("stopped", "all"):
            at = run["val_loss"].index(min(run["val_loss"]))
            ax.plot(at + 1, run["val_loss"][at], "o", color="#c05a00", label="restored")
        ax.set_title(
            f"{titles[name]}\ntest loss {run['loss']:.2f}, {run['accuracy']:.1%} right", fontsize=9
        )
        ax.set(xlabel="epoch", xlim=(0, 41), ylim=(-0.03, 1), xticks=[1, 20, 40])
        ax.grid(alpha=0.3)
    axes[0].set_ylabel("loss")
    axes[-1].legend(fontsize=8)
    show(
        "Training and validation losses over the epochs, in five pictures. "
        + " ".join(
            f"With {titles[name]}: validation loss {min(run['val_loss']):.2f} at best and {run['val_loss'][-1]:.2f} "
            f"at the end, test accuracy {run['accuracy']:.1%}."
            for name, run in runs.items()
        )
    )

# %% [markdown]
# In our run, after {{ figures.reg_epochs:.0f }} epochs or where the training was stopped and the best epoch restored:
#
# | | epochs | test loss | test accuracy | sure where it is wrong | sum of squared weights |
# |---|---|---|---|---|---|
# | nothing | {{ figures.reg_epochs:.0f }} | {{ figures.reg_loss_nothing:.2f }} | {{ figures.reg_right_nothing:.1% }} | {{ figures.reg_sure_nothing:.0% }} | {{ figures.reg_squares_nothing:.0f }} |
# | dropout | {{ figures.reg_epochs:.0f }} | {{ figures.reg_loss_dropout:.2f }} | {{ figures.reg_right_dropout:.1% }} | {{ figures.reg_sure_dropout:.0% }} | {{ figures.reg_squares_dropout:.0f }} |
# | L2 penalty | {{ figures.reg_epochs:.0f }} | {{ figures.reg_loss_penalty:.2f }} | {{ figures.reg_right_penalty:.1% }} | {{ figures.reg_sure_penalty:.0% }} | {{ figures.reg_squares_penalty:.0f }} |
# | early stopping | {{ figures.reg_stop_alone:.0f }} | {{ figures.reg_loss_stopping:.2f }} | {{ figures.reg_right_stopping:.1% }} | {{ figures.reg_sure_stopping:.0% }} | {{ figures.reg_squares_stopping:.0f }} |
# | all three | {{ figures.reg_stop_together:.0f }} | {{ figures.reg_loss_together:.2f }} | {{ figures.reg_right_together:.1% }} | {{ figures.reg_sure_together:.0% }} | {{ figures.reg_squares_together:.0f }} |
#
# *Sure where it is wrong* is the mean probability that the network gives to its own answer, over the test images that it gets wrong.
#
# Each remedy makes the test loss smaller, and all three together make it smallest: the network is less sure where it is wrong. Start
# from other first weights (`torch.manual_seed(1)`), and it is so again, with other decimals. The penalty makes the weights small, as it
# should. With dropout they are the largest of all, and the network generalises best: small weights are one way, and not the only one.
#
# The accuracy is more stubborn. Dropout raises it. The penalty leaves it about where it was. Early stopping even costs a little here: it
# goes back to the epoch with the lowest *loss*, and the accuracy was still rising then. So say first what you want of a network, a loss
# or an accuracy, and choose by that. How strong a remedy has to be (p, λ, the patience) nobody can tell beforehand: these are
# hyperparameters, and the validation images choose them. Too much of one ends in under-fitting, where a network no longer learns even
# its training images: try λ = 0.1.
#
# ## Task 5: a report by class
#
# **Goal** · write `classification_report`, which says how good a network is at each class · about 20 minutes · {{ points.classification_report }} points
#
# (Lab 1 made such numbers from a confusion matrix. Here three counts for each class are enough.)
#
# One accuracy hides much: a network may be good at nine digits and poor at the tenth. For each class k there are three counts. The
# **hits**: samples of class k that are predicted as k. The **predicted**: all that are predicted as k. The **support**: all that are
# of class k. From them:
#
# $$\text{precision}_k = \frac{\text{hits}_k}{\text{predicted}_k} \qquad \text{recall}_k = \frac{\text{hits}_k}{\text{support}_k} \qquad F_{1,k} = \frac{2 \cdot \text{precision}_k \cdot \text{recall}_k}{\text{precision}_k + \text{recall}_k}$$
#
# Where a denominator is 0 (a class that is never predicted, or is not there), the value is 0. Three numbers sum it up, for K classes
# and N samples:
#
# $$\text{accuracy} = \frac{\sum_k \text{hits}_k}{N} \qquad \text{macro F}_1 = \frac{1}{K} \sum_k F_{1,k} \qquad \text{weighted F}_1 = \frac{1}{N} \sum_k \text{support}_k \cdot F_{1,k}$$
#
# The *macro* mean asks each class alike, however rare it is. In the *weighted* mean each class counts by its support. Here the macro
# mean divides by `num_classes`, so classes that are absent count with 0. (scikit-learn leaves out those that are in neither the
# labels nor the predictions, unless it is told all classes.)
#
# Shapes: `preds` and `labels` are integer tensors (N,), values 0 … `num_classes` − 1.


# %% solution="classification_report"
def classification_report(preds, labels, num_classes):
    """Report precision, recall, F1 and support of each class, and what they come to together.

    Args:
        preds: (N,) integer tensor of predicted classes, 0 ... num_classes - 1.
        labels: (N,) integer tensor of true classes, 0 ... num_classes - 1.
        num_classes: int, K. Some classes may be in neither.

    Returns:
        dict: "precision", "recall", "f1": floating-point tensors of shape (K,), 0 where undefined;
        "support": tensor of shape (K,), how often each class is in labels;
        "accuracy", "macro_f1", "weighted_f1": floats from 0 to 1.

    Not allowed: scikit-learn and torchmetrics.
    """
    ### BEGIN SOLUTION
    support = torch.bincount(labels, minlength=num_classes)  # (K,)
    predicted = torch.bincount(preds, minlength=num_classes)  # (K,)
    hits = torch.bincount(labels[preds == labels], minlength=num_classes)  # (K,)
    # where a count is 0 there are no hits either, so dividing by 1 instead gives the 0 that is wanted
    f1 = 2 * hits / (predicted + support).clamp(min=1)
    return {
        "precision": hits / predicted.clamp(min=1),
        "recall": hits / support.clamp(min=1),
        "f1": f1,
        "support": support,
        "accuracy": (hits.sum() / len(labels)).item(),
        "macro_f1": f1.mean().item(),
        "weighted_f1": ((f1 * support).sum() / len(labels)).item(),
    }
    ### END SOLUTION


# %% graded="classification_report"
# Task 5, {{ points.classification_report }} points. Hidden tests use other classes, some of which are absent.
check("classification_report")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("classification_report")

# %% [markdown]
# **Pitfalls** · 0 / 0 is NaN, and one NaN spoils every mean. The macro F1 is the mean of the F1 values, not the F1 of the mean
# precision and the mean recall. `bincount` without `minlength` ends at the largest class that occurs.
#
# **Think** · Weigh the *recall* of each class by its support, as the weighted F1 does with F1. Which number do you get, and why?
#
# First the report on a lazy network. Of a hundred images, ninety show a 0 and ten a 1, and it says "0" to all of them.

# %% tags=["demo"]
if ready("classification_report"):
    labels = torch.tensor([0] * 90 + [1] * 10)
    lazy = classification_report(torch.zeros(100, dtype=torch.long), labels, 2)
    print(f"accuracy {lazy['accuracy']:.2f}, weighted F1 {lazy['weighted_f1']:.2f}")
    print(f"macro F1 {lazy['macro_f1']:.2f}")

# %% [markdown]
# It looks good by its accuracy, {{ figures.reg_lazy_accuracy:.2f}}, and the macro mean gives it away: {{ figures.reg_lazy_macro:.2f}}.
# Now the networks of the picture above, with nothing and with dropout: at which digits does regularisation help?

# %% tags=["demo"]
if ready("classification_report", "test_set", "runs"):
    reports = {}
    for name in ("plain", "dropout"):
        network = runs[name]["network"].eval()
        with torch.no_grad():
            preds = network(test_images).argmax(dim=1)
        reports[name] = classification_report(preds, test_labels, 10)

    report = reports["dropout"]
    print("with dropout\ndigit  precision  recall     f1  support")
    for k in range(10):
        shares = (report[key][k].item() for key in ("precision", "recall", "f1"))
        print(f"{k:>5}  {{:>9.3f}}  {{:>6.3f}}  {{:>5.3f}}".format(*shares), end="")
        print(f"  {int(report['support'][k]):>7,}")
    for key in ("accuracy", "macro_f1", "weighted_f1"):
        print(f"{key:<12} {report[key]:.3f}   (with nothing: {reports['plain'][key]:.3f})")

# %% tags=["demo"] hide=true
# @title Picture: F1 of each digit, with and without dropout
if ready("classification_report", "test_set", "reports"):
    plt.figure(figsize=(7, 2.8))
    without, with_it = (reports[name]["f1"].tolist() for name in ("plain", "dropout"))
    for k in range(10):
        plt.plot([k, k], [without[k], with_it[k]], "-", color="#bbb")
    plt.plot(range(10), without, "x", color="#c05a00", ms=8, label="nothing")
    plt.plot(range(10), with_it, "o", color="black", label="dropout")
    plt.xticks(range(10))
    plt.xlabel("digit")
    plt.ylabel("F1")
    plt.grid(alpha=0.3)
    plt.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    better = sum(b > a for a, b in zip(without, with_it))
    show(
        f"F1 of each digit, without and with dropout: with it, {better} of the ten are better. "
        f"The lowest without is that of {without.index(min(without))}, {min(without):.2f}; "
        f"with it, that of {with_it.index(min(with_it))}, {min(with_it):.2f}."
    )

# %% [markdown]
# In daily work, scikit-learn makes this report. Mind the order of its arguments: the truth comes first. The next cell compares the
# numbers with yours, where all classes are there and where one is not.

# %% tags=["demo"]
import importlib.util

if ready("classification_report"):
    if importlib.util.find_spec("sklearn") is None:
        print("scikit-learn is not installed here, so there is nothing to compare with.")
    else:
        from sklearn import metrics

        labels, preds = torch.tensor([0, 0, 1, 1, 2]), torch.tensor([0, 1, 1, 1, 2])
        for classes in (3, 4):
            macro = classification_report(preds, labels, classes)["macro_f1"]
            options = {"output_dict": True, "zero_division": 0}
            theirs = metrics.classification_report(labels, preds, **options)["macro avg"]
            options["labels"] = range(classes)
            told = metrics.classification_report(labels, preds, **options)["macro avg"]
            print(
                f"{classes} classes: macro F1 {macro:.3f} yours, {theirs['f1-score']:.3f} theirs, "
                f"{told['f1-score']:.3f} theirs if told all classes"
            )

# %% [markdown]
# ## Task 6: network, loop and optimizer, trained together
#
# **Goal** · see your `CNNNet`, your `train_with_log` and your `Adam` work together · about 10 minutes · {{ points.trained_regularised }} points
#
# There is nothing new to write. Copy your three from parts 1 and 2, and paste each over its cell below. These cells earn no points;
# the task that trains them does.


# %% solution="my_cnnnet"
class CNNNet(nn.Module):
    """Replace this class by your own from part 1: (N, 1, 28, 28) to log-probabilities (N, 10)."""

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.drop_maps = nn.Dropout2d(0.5)
        self.linear1 = nn.Linear(320, 50)
        self.drop = nn.Dropout(0.5)
        self.linear2 = nn.Linear(50, 10)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        x = F.relu(F.max_pool2d(self.conv1(x), 2))  # (N, 10, 12, 12)
        x = F.relu(F.max_pool2d(self.drop_maps(self.conv2(x)), 2))  # (N, 20, 4, 4)
        x = F.relu(self.linear1(x.flatten(start_dim=1)))  # (N, 50)
        return F.log_softmax(self.linear2(self.drop(x)), dim=1)  # (N, 10)
        ### END SOLUTION


# %% solution="my_train_with_log"
def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    """Replace this function by your own `train_with_log` from part 2: trains for one epoch."""
    ### BEGIN SOLUTION
    model.train()
    log, seen, total = [], 0, len(loader.dataset)
    for number, (inputs, targets) in enumerate(loader):
        inputs, targets = inputs.to(device), targets.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        if number % log_interval == 0:
            log.append((seen, loss.item()))
            share = f"{seen:,} of {total:,} images ({seen / total:.0%})"
            print(f"epoch {epoch}: {share}, loss {loss.item():.4f}")
        seen += len(targets)
    return log
    ### END SOLUTION


# %% solution="my_adam"
class Adam:
    """Replace this class by your own `Adam` from part 2."""

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        ### BEGIN SOLUTION
        self.params = list(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.means = [torch.zeros_like(p) for p in self.params]
        self.squares = [torch.zeros_like(p) for p in self.params]
        self.steps = [0] * len(self.params)
        ### END SOLUTION

    def step(self):
        """Move every parameter that has a gradient by one step."""
        ### BEGIN SOLUTION
        beta1, beta2 = self.betas
        with torch.no_grad():
            for i, p in enumerate(self.params):
                if p.grad is not None:
                    self.steps[i] += 1
                    self.means[i].mul_(beta1).add_((1 - beta1) * p.grad)
                    self.squares[i].mul_(beta2).add_((1 - beta2) * p.grad**2)
                    mean = self.means[i] / (1 - beta1 ** self.steps[i])
                    square = self.squares[i] / (1 - beta2 ** self.steps[i])
                    p -= self.lr * mean / (square.sqrt() + self.eps)
        ### END SOLUTION

    def zero_grad(self):
        """Forget all gradients."""
        ### BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        ### END SOLUTION


# %% [markdown]
# When your notebook is graded, the three are trained together, and then *we* compute the accuracy on the MNIST test images from the
# trained parameters, in evaluation mode:
#
# | | |
# |---|---|
# | images | the first {{ training.mnist.images:, }} training images, values from 0 to 1 as `ToTensor` makes them |
# | loader | a `DataLoader` with batches of 64, shuffled anew in each epoch |
# | network, optimizer, loss | `CNNNet()`, `Adam(model.parameters(), lr=0.001)`, `nn.NLLLoss()` |
# | training | {{ training.mnist.epochs }} epochs, each by `train_with_log(model, loader, nn.NLLLoss(), optimizer, epoch)` |
# | threshold | {{ training.mnist.threshold:.0% }} of the test images right |
# | time | at most {{ limits.training_call }} seconds for a training, many times what PyTorch's layers need |
#
# A correct solution stays clear of the threshold with every seed. The training is first tried on a task made up for the grading: ten
# random patterns instead of ten digits. The points rest on other tasks: if you miss them, look at `CNNNet`, `Adam` and
# `train_with_log` first. (Where MNIST cannot be had, the course uses scikit-learn's digits: {{ training.digits.images:, }} images,
# {{ training.digits.epochs }} epochs, {{ training.digits.threshold:.0% }}.)

# %% tags=["demo"]
if ready("CNNNet", "train_with_log", "Adam", "train_set", "test_set"):
    torch.manual_seed(0)
    digits = len(train_set) < 5000  # scikit-learn's, in the place of MNIST
    number, epochs = {{training.mnist.images}}, {{training.mnist.epochs}}
    if digits:
        number, epochs = {{training.digits.images}}, {{training.digits.epochs}}
    threshold = {{training.digits.threshold}} if digits else {{training.mnist.threshold}}
    images = Subset(train_set, range(number))
    loader = DataLoader(images, batch_size=64, shuffle=True)
    model = CNNNet()
    optimizer = Adam(model.parameters(), lr=0.001)
    for epoch in range(1, epochs + 1):
        train_with_log(model, loader, nn.NLLLoss(), optimizer, epoch, log_interval=30)
    _, trained_accuracy = measure(model, test_images, test_labels)
    print(f"test accuracy {trained_accuracy:.1%}; at least {threshold:.0%} are needed")

# %% graded="trained_regularised"
# Task 6, {{ points.trained_regularised }} points. This check sees whether the parts fit; the training comes with the grading.
check("trained_regularised")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("trained_regularised")

# %% [markdown]
# **Pitfalls** · Parts 1 and 2 grade what stands there, and this task trains what stands here: if you mend one, mend both.
# `model.parameters()` is a generator, and can be gone through only once: an optimizer that does not keep a list learns nothing from
# its second step on. A dropout that stays on in evaluation costs accuracy here, as in line a above.
#
# **Think** · What would this training give without the two dropouts, after {{ training.mnist.epochs }} epochs, and after thirty?

# %% [markdown]
# ## Open challenge: a thousand images
#
# No points, no hidden tests: how good can a network become that sees only these thousand images? In our run, `SmallNet` with dropout
# had {{ figures.reg_right_dropout:.1% }} of the test images right. That is the one to beat.
#
# **The rules of the game.** Learn from `few_images` alone. Choose everything by the validation images, as often as you like: other p
# and λ, more epochs, your `CNNNet` instead of `SmallNet`. The test images come once, at the end.
#
# **Ideas.** A convolution knows that neighbours belong together, and needs fewer images to learn it. A digit that is shifted by a
# pixel is still the same digit: `torch.roll` makes four more images of each (**data augmentation**). The mean of several networks'
# probabilities is often better than each. Which of them helps most, and why?

# %% tags=["demo"]
# Your turn. This cell is never run in grading: try what you like.
if ready("dropout", "train_set"):
    torch.manual_seed(0)
    network = SmallNet(dropout)
    history = learn(network, epochs=10)
    print(f"validation accuracy {history['val_accuracy'][-1]:.1%}")
    # Once, at the end:
    # print(f"test accuracy {measure(network, test_images, test_labels)[1]:.1%}")

# %% [markdown]
# ## Where you stand

# %% tags=["demo"]
progress()
