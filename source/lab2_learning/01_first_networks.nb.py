# %% [markdown]
# # Lab 2, part 1: first networks
#
# In lab 1 you wrote a network's layers and trained it. Lab 2 asks what makes a network learn *well*: numbers in a good range, layers in the
# right order, a loss that fits the last layer (this part), a good optimizer (part 2), and a brake against learning by heart (part 3).
# Here you look at the numbers before anything learns from them, and then build three networks of the kind that tutorials begin with.
# One of them has, in a well-known text, a slip that trains all the same. You will see what it costs.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `image_statistics`: mean and standard deviation | {{ points.image_statistics }} |
# | 2 | `normalize`: numbers around zero | {{ points.normalize }} |
# | 3 | `FirstNet`: three linear layers | {{ points.FirstNet }} |
# | 4 | `CNNNet`: convolutions and dropout | {{ points.CNNNet }} |
# | 5 | `BasicCNN`: a network whose sizes do not fit | {{ points.BasicCNN }} |
# | 6 | `nll_loss`: the loss for log-probabilities | {{ points.nll_loss }} |
#
# Plan on about two hours. At the end you read a page of old PyTorch with today's eyes; that has no points.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. You may add cells
#   and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`**: it tries your code on small examples and says what came back and what was
#   expected. Stuck? `hint("CNNNet")` helps, up to three times, each time more. `progress()` shows where you stand.
# - **A passed check is a good sign, not the grade.** Hidden tests use other numbers and sizes, another type (float64), and
#   corner cases. What counts is that your function gives the right *values*; parts of a task earn part of its points.
# - **One mistake costs points in one task only**, with one exception: the last task of part 3 trains your `CNNNet` with your own
#   `Adam`, so it needs the tasks before it.
# - **Leave locked cells as they are**: the set-up, and those named `test_…`. Cells tagged `demo` (pictures, trainings,
#   `progress()`) are for you to run; when your notebook is graded, they are not run, and a cell of your own is stopped after
#   {{ limits.cell }} seconds. A demo cell that needs a function which you have not written yet says so in a line (`ready(…)`) and does
#   nothing: that is no error.
# - **Hand in the notebooks alone.** Other files of yours are not taken along: copy what you need of them into a cell.
#   PyTorch, NumPy and Matplotlib are there when your notebook is graded, and {{ libraries }}; other packages are not.
#   The machine that grades has no GPU, so nothing in your code may ask for one.
#
# ### What "from scratch" means
#
# In tasks 1 and 2 every operation is welcome, `mean`, `std` and `var_mean` among them. In tasks 3, 4 and 5, the networks, everything of `torch.nn`
# is, layers and functions. **In task 6 you may not call the library function that does the whole job**, by whatever name you reach it.
# Breaking the rule costs the task's points, and the feedback says why.
#
# - **Not allowed in task 6**: `nll_loss`, `cross_entropy`, `softmax` and `log_softmax` from PyTorch, NumPy or SciPy; their modules
#   (`nn.NLLLoss`, `nn.CrossEntropyLoss` …); anything from scikit-learn, torchmetrics or `torch.distributions`. (Lab 1's list holds as well, and
#   nothing else on it would help here.)
# - **Allowed**: everything else. Indexing, `gather`, `take_along_dim`, `one_hot`, `einsum`, `where`, NumPy, and plain loops.
#
# ### What holds for every task
#
# - The result has the input's floating-point type and lies on the input's device. Inputs are never changed. They may be non-contiguous;
#   then `.reshape` works where `.view` complains. A batch may hold a single image.
# - Speed is not graded, and rounding errors of float32 are forgiven. You may print and give warnings.
# - Of a network, we look at what it computes, with weights of ours, and never at its names. **You are free** in these: names of attributes, `nn.Sequential` or
#   a `forward` of your own, functions (`F.relu`) or modules, ReLU and 2D dropout before or after max pooling, the order of flattening, parameters of
#   your own instead of layers, a convolution in place of a linear layer, lazy layers, the initialisation. **Not free**: further layers, an activation that is not in the table, a `squeeze()` that
#   loses the batch when it holds one image.
# - Never tested: empty tensors, NaN, integer images, images outside 0 to 1 in `image_statistics`, a standard deviation of 0 in `normalize`,
#   rows in `nll_loss` that are no log-probabilities.

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
# ## Look at the numbers first
#
# The data are MNIST again: {{ figures.train_images:, }} images to learn from, {{ figures.test_images:, }} for the test. In this part each network meets the test
# images once, after its training, and nothing is chosen by them. (Where you choose, you need validation images: lab 1, part 2.)

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)
test_images, test_labels = test_set.tensors if test_set else (None, None)

if train_set:
    print(f"{len(train_set):,} images to learn from, {len(test_set):,} for the test")
    print(f"computing on: {device}")

# %% [markdown]
# A network sees no digits. It sees numbers, and how these lie decides how well it can learn from them. So look at them before you
# train: what shape and type, how small, how large, what is in between? A few lines are enough, and many a failed training would have been understood by them:

# %% tags=["demo"]
if ready("train_set"):
    print("shape:", tuple(train_images.shape), " type:", train_images.dtype)
    print(f"smallest {train_images.min():.2f}, largest {train_images.max():.2f}")
    paper = (train_images == 0).float().mean().item()
    print(f"{train_images.numel():,} pixels; {paper:.1%} of them are 0, that is, paper")
    print("a few pixels of the first image, across a stroke:")
    print(
        np.array2string(train_images[0, 0, 12:17, 8:18].numpy(), precision=2, suppress_small=True)
    )

# %% tags=["demo"] hide=true
# @title Picture: how often each brightness occurs
if ready("train_set"):
    counts = torch.histc(train_images, bins=20, min=0, max=1)
    fig, axes = plt.subplots(1, 2, figsize=(9, 2.8), gridspec_kw={"width_ratios": [1, 2.4]})
    axes[0].imshow(train_images[0, 0], cmap="gray_r")
    axes[0].set_title(f"one image: a {train_labels[0]}", fontsize=10)
    axes[0].set(xticks=[], yticks=[])
    axes[1].bar(
        torch.arange(20) / 20 + 0.025,
        counts / counts.sum(),
        width=0.05,
        color="#7aa6cf",
        edgecolor="black",
    )
    axes[1].axvline(
        train_images.mean(), color="#c05a00", lw=2.5, ls="--", label="mean of all pixels"
    )
    axes[1].set(xlabel="value of a pixel: 0 paper, 1 ink", ylabel="share of the pixels")
    axes[1].legend(fontsize=8)
    show(
        f"Left a handwritten {train_labels[0]}. Right, how often each brightness occurs: {counts[0] / counts.sum():.0%} of all "
        f"pixels are paper or nearly so, all other values are rare. The mean of all pixels is {train_images.mean():.2f}."
    )

# %% [markdown]
# {{ figures.paper:.0% }} of the pixels are paper, and no number is below 0. In a first layer, an image corrects each weight in proportion to its input: what
# comes in as 0 teaches nothing, and where no input is negative, all weights of a unit are pushed in one direction together. So one
# **normalises**: takes the mean away, and divides by the standard deviation. Then the numbers lie around 0, about 1 away from it.

# %% [markdown]
# ## Task 1: mean and standard deviation
#
# **Goal** · write `image_statistics`, which finds both numbers for each channel · about 10 minutes · {{ points.image_statistics }} points
#
# Each channel has a mean and a standard deviation of its own, taken over *all* images and *all* pixels together:
#
# $$\mu_c = \frac{1}{N H W} \sum_{n, i, j} x[n, c, i, j] \qquad \sigma_c = \sqrt{\frac{1}{N H W} \sum_{n, i, j} (x[n, c, i, j] - \mu_c)^2}$$
#
# | tensor | shape | meaning |
# |---|---|---|
# | `images` | (N, C, H, W) | N images with C channels |
# | mean, std | (C,) each | one number for each channel; a grey image has one channel |
#
# **Divided by the count.** Statisticians divide by the count − 1 where a small sample speaks for something larger, and `std` and `var` in
# PyTorch do so by themselves; `correction=0` makes them divide by the count (in older code: `unbiased=False`). With {{ figures.pixels:, }} pixels nobody sees the
# difference. With a few, as in the check, you do.


# %% solution="image_statistics"
def image_statistics(images):
    """Return the mean and the standard deviation of each channel, over all images and pixels.

    Args:
        images: (N, C, H, W) floating-point tensor, with values from 0 to 1.

    Returns:
        (mean, std): two tensors of shape (C,), of the images' type. The standard deviation is
        the root of the mean squared distance from the mean: divided by the count, N*H*W.
    """
    ### BEGIN SOLUTION
    mean = images.mean(dim=(0, 2, 3))
    std = images.std(dim=(0, 2, 3), correction=0)
    ### END SOLUTION
    return mean, std


# %% graded="image_statistics"
# Task 1, {{ points.image_statistics }} points. Hidden tests use other sizes, numbers of channels and types.
check("image_statistics")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("image_statistics")

# %% [markdown]
# **Pitfalls** · `images.mean()` is one number for all channels together. The mean of each image's own standard deviation is something
# else, and mostly smaller: it does not see that one image is dark and another light. And `std` divides by the count − 1 unless you say otherwise.
#
# **Think** · Two halves of a data set have the same standard deviation. Does the whole set have it, too?

# %% tags=["demo"]
if ready("image_statistics", "train_set"):
    mean, std = image_statistics(train_images)
    print("mean:", [round(each, 4) for each in mean.tolist()])
    print("standard deviation:", [round(each, 4) for each in std.tolist()])

# %% [markdown]
# {{ figures.mean:.4f }} and {{ figures.std:.4f }}: these two numbers stand in a thousand programs, mostly without a word on where they come from. Now you know.
# Photographs in colour have three of each, for red, green and blue.

# %% [markdown]
# ## Task 2: normalising
#
# **Goal** · write `normalize`, which brings images to mean 0 and standard deviation 1 · about 10 minutes · {{ points.normalize }} points
#
# $$\text{out}[n, c, i, j] = \frac{x[n, c, i, j] - \mu_c}{\sigma_c}$$
#
# Shapes: `images` (N, C, H, W), and so is the result, a new tensor. `mean` and `std` are numbers, or tensors (C,) with one number for each channel; both must work.
#
# In every book this is one line, a step behind `ToTensor()` in the data set's `transform` (to read, not to type):
#
# ```python
# transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
# ```
#
# A tensor (C,) does not meet the channels by itself: PyTorch lines shapes up **from the right**, so its numbers would go to the
# columns of the images. The picture shows how to lead them to the channels.

# %% tags=["demo"] hide=true
# @title Picture: how shapes are lined up
fig, axes = plt.subplots(1, 2, figsize=(9, 2.1))
for ax, small, title in zip(
    axes,
    (["", "", "", "C"], ["", "C", "1", "1"]),
    ("mean of shape (C,): meets the columns", "reshaped to (C, 1, 1): meets the channels"),
):
    for row, names in enumerate((["N", "C", "H", "W"], small)):
        for column, name in enumerate(names):
            if name:
                face = "#fde8c8" if name == "C" else "#d8e6f3" if name != "1" else "white"
                ax.add_patch(
                    plt.Rectangle((column, -row), 0.9, -0.8, facecolor=face, edgecolor="black")
                )
                ax.text(column + 0.45, -row - 0.4, name, ha="center", va="center", fontsize=12)
    ax.text(-0.15, -0.4, "images", ha="right", va="center", fontsize=9)
    ax.text(-0.15, -1.4, "mean", ha="right", va="center", fontsize=9)
    ax.set(xlim=(-1.2, 4.1), ylim=(-2, 0.2))
    ax.set_title(title, fontsize=10)
    ax.axis("off")
show(
    "Shapes are lined up from the right. Below images (N, C, H, W), a mean of shape (C,) stands under W; "
    "reshaped to (C, 1, 1) it stands under C."
)


# %% solution="normalize"
def normalize(images, mean, std):
    """Take each channel's mean away, and divide by its standard deviation.

    out[n, c, i, j] = (images[n, c, i, j] - mean[c]) / std[c]

    Args:
        images: (N, C, H, W) floating-point tensor. It is not changed.
        mean: a number for all channels, or a tensor (C,).
        std: a number for all channels, or a tensor (C,); never 0.

    Returns:
        (N, C, H, W), a new tensor of the images' type.
    """
    ### BEGIN SOLUTION
    mean, std = (
        torch.as_tensor(each, dtype=images.dtype, device=images.device).reshape(-1, 1, 1)
        for each in (mean, std)
    )
    out = (images - mean) / std
    ### END SOLUTION
    return out


# %% graded="normalize"
# Task 2, {{ points.normalize }} points. Hidden tests use other sizes, numbers of channels and types.
check("normalize")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("normalize")

# %% [markdown]
# **Pitfalls** · Where an image has as many columns as channels, a mean of shape (C,) meets the columns, and no error says so.
# `images -= mean` changes the caller's images. And a plain number has no `.reshape`; `torch.as_tensor` makes a tensor of whatever comes.
#
# **Think** · Test images are normalised by the mean and the standard deviation of the *training* images. Why not by their own?

# %% [markdown]
# ### What the two numbers give
#
# A well-known text says that after `Normalize((0.1307,), (0.3081,))` the values lie between −1 and 1. Work it out before you run the cell:
# what becomes of paper, 0, and what of ink, 1? With which two numbers would the text be right?

# %% tags=["demo"]
if ready("normalize", "train_set"):
    ranges = {}
    for numbers in ((0.1307, 0.3081), (0.5, 0.5)):
        out = normalize(train_images, *numbers)
        ranges[numbers] = out.min().item(), out.max().item()
        print(
            f"by {numbers}: from {out.min():.4f} to {out.max():.4f}, "
            f"mean {out.mean():.2f}, standard deviation {out.std():.2f}"
        )

# %% [markdown]
# From −{{ figures.paper_normalised:.4f }} to {{ figures.ink_normalised:.4f }}. Mean 0 and standard deviation 1 say nothing of the smallest and the largest value. What the text says holds
# for 0.5 and 0.5, but then the mean is far from 0, because most of an image is paper. When you read a claim about numbers, compute it: it takes a minute.
#
# From here on, the networks learn from your normalised images.

# %% tags=["demo"]
if ready("image_statistics", "normalize", "train_set"):
    mean, std = image_statistics(train_images)
    train_inputs = normalize(train_images, mean, std)  # (60000, 1, 28, 28)
    test_inputs = normalize(test_images, mean, std)  # by the training images' numbers
    print(f"training images: mean {train_inputs.mean():.3f}, std {train_inputs.std():.3f}")
    print(f"test images:     mean {test_inputs.mean():.3f}, std {test_inputs.std():.3f}")

# %% [markdown]
# ## Task 3: the first network
#
# **Goal** · write `FirstNet`, three linear layers with a ReLU between them · about 20 minutes · {{ points.FirstNet }} points
#
# | step | layer | shape after it |
# |---|---|---|
# | | input | (N, 1, 28, 28), or any (N, …) with `image_size` numbers an image |
# | 1 | flatten | (N, 784), that is, (N, image_size) |
# | 2 | linear 784→1000, then ReLU | (N, 1000) |
# | 3 | linear 1000→50, then ReLU | (N, 50) |
# | 4 | linear 50→10 | (N, 10) |
# | 5 | log-softmax, and nothing else | (N, 10): log-probabilities |
#
# All three layers have a bias; together these are {{ figures.first_parameters:, }} parameters. `FirstNet()` is made for 784 numbers an image, and
# `FirstNet(image_size=300)` for 300.
#
# **A class with two parts.** `__init__` *makes* the layers, once, and fills them with random numbers. `forward` says in which
# *order* they are used, each time. The first line, `super().__init__()`, lets the network keep account: from then on, each layer that you assign to `self.…`
# is found by `parameters()`, and so by the optimizer. A layer made in `forward` would be a new, random one at every call, and never learn; layers in
# a plain Python list are not found (`nn.ModuleList` and `nn.Sequential` are).
#
# **Why there must be something between two linear layers.** Without it they are one. Where the first computes $W_1 x + b_1$, the second makes
# of it $W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2 b_1 + b_2)$: a linear layer with the matrix $W_2 W_1$. All that the 1000 numbers in between
# could give is lost. With ReLU in between, no single layer can do the same:

# %% tags=["demo"]
torch.manual_seed(0)
one, two = nn.Linear(6, 4), nn.Linear(4, 3)
together = nn.Linear(6, 3)
with torch.no_grad():
    together.weight.copy_(two.weight @ one.weight)
    together.bias.copy_(two.weight @ one.bias + two.bias)
    x = torch.randn(5, 6)
    apart = (two(one(x)) - together(x)).abs().max()
    apart_with_relu = (two(one(x).relu()) - together(x)).abs().max()
print(f"nothing between: the two layers and the one differ by {apart:.6f}")
print(f"a ReLU between:  the two layers and the one differ by {apart_with_relu:.6f}")

# %% [markdown]
# **Log-probabilities, and `dim`.** Softmax turns the ten scores of an image into probabilities, and log-softmax gives their logarithms: 0 for a probability
# of 1, and −2.3 for one of 1/10. Along which dimension? The probabilities *of one image* add up to 1, that is, along its row: `dim=1`. With `dim=0` each digit's
# column is normalised over the batch, and an image's answer depends on its neighbours. Without `dim`, PyTorch chooses one by an old rule (1 for a
# table, but 0 for three dimensions), and warns:

# %% tags=["demo"]
scores = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0]])  # two images, three classes
for dim in (1, 0):
    probabilities = F.log_softmax(scores, dim=dim).exp()
    print(f"dim={dim}: rows add up to {np.round(probabilities.sum(1).numpy(), 2)},", end=" ")
    print(f"columns to {np.round(probabilities.sum(0).numpy(), 2)}")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    F.log_softmax(scores)
print("without dim:", *[each.message for each in caught])


# %% solution="FirstNet"
class FirstNet(nn.Module):
    """Three linear layers: images (N, 1, 28, 28) to log-probabilities (N, 10).

    flatten, linear image_size→1000, ReLU, linear 1000→50, ReLU, linear 50→10, log-softmax.
    {{ figures.first_parameters:, }} parameters for an image_size of 784.
    """

    def __init__(self, image_size=784):
        """Make the layers for images of `image_size` numbers each."""
        super().__init__()
        ### BEGIN SOLUTION
        self.linear1 = nn.Linear(image_size, 1000)
        self.linear2 = nn.Linear(1000, 50)
        self.linear3 = nn.Linear(50, 10)
        ### END SOLUTION

    def forward(self, x):
        """Return the log-probabilities (N, 10) of images x: (N, …), image_size numbers each."""
        ### BEGIN SOLUTION
        x = x.flatten(start_dim=1)  # (N, image_size)
        x = F.relu(self.linear1(x))  # (N, 1000)
        x = F.relu(self.linear2(x))  # (N, 50)
        return F.log_softmax(self.linear3(x), dim=1)  # (N, 10)
        ### END SOLUTION


# %% graded="FirstNet"
# Task 3, {{ points.FirstNet }} points. Hidden tests look at what your network computes,
# with weights of ours and other image sizes.
check("FirstNet")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("FirstNet")

# %% [markdown]
# **Pitfalls** · After the last linear layer comes no ReLU: what it costs, you see below. `flatten()` without `start_dim=1` makes one row of
# the whole batch. Use the argument `image_size`; a 784 written into `forward` holds for one size only.
#
# **Think** · How many of the {{ figures.first_parameters:, }} parameters are in the first layer? How many would the network have for images twice as high and twice as wide?

# %% [markdown]
# ### A short loop
#
# Loops were the subject of lab 1, so these two functions are given. The loop takes Adam with a learning rate of 0.001, unless it gets another optimizer, and
# shows each image once.


# %% tags=["demo"]
def train(network, loss_fn, images, labels, optimizer=None):
    """Train for one epoch, in batches of 64; return the loss of each batch."""
    optimizer = optimizer or torch.optim.Adam(network.parameters(), lr=0.001)
    network.train()
    losses = []
    for _ in range(max(1, 15000 // len(images))):  # small data sets are shown more often
        for batch in tqdm(torch.randperm(len(images)).split(64), leave=False):
            x, y = images[batch].to(device), labels[batch].to(device)
            optimizer.zero_grad()
            loss = loss_fn(network(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def guess(network, images):
    """Return the digit that a network reads in each image, in the mode in which the network is."""
    with torch.no_grad():
        batches = [network(x.to(device)).argmax(dim=1).cpu() for x in images.split(500)]
    return torch.cat(batches)


# %% [markdown]
# ### A slip that trains all the same
#
# In a well-known text, the first network has a ReLU after *each* linear layer, the last one included, and then comes log-softmax. It happens easily, when a loop
# writes the layers (`connected` below). Nothing complains. The network trains, the loss falls. So what is wrong?
#
# A score may be negative: "this is no 6". The ReLU makes 0 of it, and where it is 0, its slope is 0, too:
# no correction comes through. If a digit's score is negative for nearly every image with the first, random weights, it stays 0 for ever, and its digit
# is hardly ever the network's answer. Whether that happens is luck. So both networks are trained three times here, from three different starts:


# %% tags=["demo"]
def connected(*sizes):
    """Linear layers with a ReLU after each, the last one too: this is the slip."""
    layers = [nn.Flatten()]
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.LogSoftmax(dim=1))


if ready("FirstNet", "train_inputs"):
    accuracies, curves, answers = {}, {}, {}
    kinds = {"asked": FirstNet, "slip": lambda: connected(784, 1000, 50, 10)}
    titles = {"asked": "as asked", "slip": "with the slip"}
    for start in range(3):
        for kind, make in kinds.items():
            torch.manual_seed(start)
            network = make().to(device)
            curves[kind, start] = train(network, F.nll_loss, train_inputs, train_labels)
            answers[kind, start] = guess(network, test_inputs)
            right = (answers[kind, start] == test_labels).double().mean().item()
            accuracies[kind, start] = right
            never = sorted(set(range(10)) - set(answers[kind, start].tolist()))
            print(
                f"start {start}, {titles[kind]:<13}  test accuracy {right:.1%}   "
                f"never read: {never or '-'}"
            )

# %% tags=["demo"] hide=true
# @title Picture: the loss, and what each network reads
if ready("FirstNet", "answers"):
    fig, axes = plt.subplots(1, 2, figsize=(10, 3))
    looks = {"asked": ("black", "-", None), "slip": ("#c05a00", "--", "//")}
    for shift, (kind, (color, dashes, hatch)) in zip((-0.2, 0.2), looks.items()):
        losses = torch.tensor(curves[kind, 1])
        smooth = losses[: len(losses) // 25 * 25].reshape(-1, 25).mean(1)  # means of 25 batches
        axes[0].plot(
            25 * torch.arange(len(smooth)) + 12, smooth, dashes, color=color, label=titles[kind]
        )
        axes[1].bar(
            torch.arange(10) + shift,
            torch.bincount(answers[kind, 1], minlength=10),
            width=0.4,
            color="#bbbbbb" if hatch is None else "#f6c48e",
            edgecolor="black",
            hatch=hatch,
            label=titles[kind],
        )
    axes[0].set(xlabel="batch", ylabel="loss", ylim=(0, 2.5), title="start 1: the loss")
    axes[1].set(
        xlabel="digit",
        ylabel="test images",
        xticks=range(10),
        title="start 1: how often each digit is read",
    )
    for ax in axes:
        ax.legend(fontsize=8)
    read = [len(set(answers[kind, 1].tolist())) for kind in looks]
    show(
        f"From the second start. Left: both losses fall, to {curves['asked', 1][-1]:.2f} as asked and to "
        f"{curves['slip', 1][-1]:.2f} with the slip. Right: as asked the network reads {read[0]} different digits, "
        f"with the slip {read[1]}; the most frequent one takes the place of those that are never read."
    )

# %% [markdown]
# | test accuracy after one epoch | start 0 | start 1 | start 2 |
# |---|---|---|---|
# | `FirstNet` as asked | {{ figures.asked_0:.1% }} | {{ figures.asked_1:.1% }} | {{ figures.asked_2:.1% }} |
# | with a ReLU after the last layer | {{ figures.slip_0:.1% }} | {{ figures.slip_1:.1% }} | {{ figures.slip_2:.1% }} |
#
# (The numbers are MNIST's, and yours may differ a little.) In the worst start, {{ figures.slip_never }} of the ten digits are never read; in the last one, the slip does no harm at all. This is the nasty kind of mistake:
# no error, a loss that falls, sometimes even a good result. A second look finds it: *which* digits does the network read, and how often?
# It is mended by taking one ReLU away: your `FirstNet` is the mended network.
#
# ### Did normalising help?
#
# The same network, from the same start, on the images as they are and on the normalised ones: once with stochastic gradient descent
# as in that text (SGD, learning rate 0.01, momentum 0.5), once with Adam.

# %% tags=["demo"]
if ready("FirstNet", "train_inputs", "accuracies"):
    helped = {("Adam", True): accuracies["asked", 0]}  # trained above
    inputs = {True: (train_inputs, test_inputs), False: (train_images, test_images)}
    for kind, normal in (("SGD", False), ("SGD", True), ("Adam", False)):
        images, tests = inputs[normal]
        torch.manual_seed(0)
        network = FirstNet().to(device)
        sgd = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.5)
        train(network, F.nll_loss, images, train_labels, sgd if kind == "SGD" else None)
        helped[kind, normal] = (guess(network, tests) == test_labels).double().mean().item()
    for kind, normal in sorted(helped):
        name = "normalised" if normal else "as they are"
        print(f"{kind:<5} {name:<12} test accuracy {helped[kind, normal]:.1%}")

# %% [markdown]
# With SGD, {{ figures.sgd_plain:.1% }} become {{ figures.sgd_normalised:.1% }}. With Adam there is hardly a difference here ({{ figures.adam_plain:.1% }} and {{ figures.adam_normalised:.1% }}): it takes steps
# that depend little on how large the gradients are, as you will see in part 2. Normalising costs one line, and makes one thing less that can go wrong.

# %% [markdown]
# ## Task 4: convolutions and dropout
#
# **Goal** · write `CNNNet`, a small convolutional network with two kinds of dropout · about 25 minutes · {{ points.CNNNet }} points
#
# | step | layer | shape after it |
# |---|---|---|
# | | input | (N, 1, 28, 28) |
# | 1 | convolution 1→10, 5×5, no padding | (N, 10, 24, 24) |
# | 2 | max pooling 2×2, then ReLU | (N, 10, 12, 12) |
# | 3 | convolution 10→20, 5×5, no padding | (N, 20, 8, 8) |
# | 4 | 2D dropout, probability 0.5 | (N, 20, 8, 8) |
# | 5 | max pooling 2×2, then ReLU | (N, 20, 4, 4) |
# | 6 | flatten | (N, 320) |
# | 7 | linear 320→50, then ReLU | (N, 50) |
# | 8 | dropout, probability 0.5 | (N, 50) |
# | 9 | linear 50→10 | (N, 10) |
# | 10 | log-softmax | (N, 10): log-probabilities |
#
# All layers have a bias: {{ figures.cnnnet_parameters:, }} parameters. Dropout has none.
#
# **Dropout** is a brake against learning by heart. In *training mode* it sets each number to 0 with probability 0.5, drawn anew every time, and doubles those that it
# keeps, so that their sum stays the same on average. No part of the network can count on another one to be there, so each must be useful by itself. In *evaluation mode*
# dropout does nothing: all parts work together.
#
# In a feature map, single numbers are hardly missed, because their neighbours say nearly the same. So **2D dropout** drops whole feature maps, drawn anew for each
# image. In part 3 you write both kinds yourself; here use PyTorch's.

# %% tags=["demo"] hide=true
# @title Picture: dropout, and 2D dropout
torch.manual_seed(0)
maps = torch.ones(1, 8, 6, 6)
fig, axes = plt.subplots(2, 8, figsize=(9, 2.7))
for row, (layer, name) in enumerate(
    ((nn.Dropout(0.5), "dropout"), (nn.Dropout2d(0.5), "2D dropout"))
):
    for ax, each in zip(axes[row], layer(maps)[0]):
        ax.imshow(each, cmap="Blues", vmin=0, vmax=4)
        for (i, j), value in np.ndenumerate(each.numpy()):
            ax.text(j, i, f"{value:.0f}", ha="center", va="center", fontsize=6)
        ax.set(xticks=[], yticks=[])
    axes[row, 0].set_ylabel(name, fontsize=9)
fig.suptitle("one image, eight feature maps full of ones, in training mode", fontsize=10)
show(
    "Eight feature maps full of ones. Dropout leaves a mixture of zeros and twos in every map; 2D dropout makes "
    "some maps zero as a whole and leaves the others full of twos."
)

# %% [markdown]
# **Two modes.** `model.train()` and `model.eval()` set a network's mode, for all layers in it, and `self.training` holds it. As modules made in `__init__`
# (`nn.Dropout`, `nn.Dropout2d`), dropouts know the mode by themselves. As functions they do not: `F.dropout(x)` drops always, in
# evaluation, too. It needs `F.dropout(x, training=self.training)`, and so does `F.dropout2d`.


# %% solution="CNNNet"
class CNNNet(nn.Module):
    """Two convolutions and two linear layers: images (N, 1, 28, 28) to log-probabilities (N, 10).

    conv 1→10, pool 2×2, ReLU, conv 10→20, 2D dropout, pool 2×2, ReLU, flatten,
    linear 320→50, ReLU, dropout, linear 50→10, log-softmax.
    Convolutions are 5×5 without padding; both dropouts have a probability of 0.5, and drop in
    training mode only. {{ figures.cnnnet_parameters:, }} parameters.
    """

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
        """Return the log-probabilities (N, 10) of images x (N, 1, 28, 28). N may be 1."""
        ### BEGIN SOLUTION
        x = F.relu(F.max_pool2d(self.conv1(x), 2))  # (N, 10, 12, 12)
        x = F.relu(F.max_pool2d(self.drop_maps(self.conv2(x)), 2))  # (N, 20, 4, 4)
        x = F.relu(self.linear1(x.flatten(start_dim=1)))  # (N, 50)
        return F.log_softmax(self.linear2(self.drop(x)), dim=1)  # (N, 10)
        ### END SOLUTION


# %% graded="CNNNet"
# Task 4, {{ points.CNNNet }} points. Hidden tests look at what your network computes,
# in both modes, with weights of ours.
check("CNNNet")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("CNNNet")

# %% [markdown]
# **Pitfalls** · `F.dropout(x)` without `training=self.training` goes on dropping in evaluation. `nn.Dropout` on feature maps drops single
# numbers; `nn.Dropout2d` drops maps. There is no dropout and no ReLU after the last layer.
#
# **Think** · Whole maps may as well be dropped after the pooling, or after the ReLU: nothing changes. Why? And if single numbers were dropped?

# %% tags=["demo"]
if ready("CNNNet", "train_inputs"):
    torch.manual_seed(0)
    cnn_net = CNNNet().to(device)
    train(cnn_net, F.nll_loss, train_inputs, train_labels)
    by_mode = {}
    for training, mode in ((False, "evaluation"), (True, "training")):
        cnn_net.train(training)
        by_mode[training] = (guess(cnn_net, test_inputs) == test_labels).double().mean().item()
        print(f"in {mode} mode: test accuracy {by_mode[training]:.1%}")

# %% tags=["demo"] hide=true
# @title Picture: one image, twice in each mode
if ready("CNNNet", "cnn_net", "test_inputs"):
    with torch.no_grad():
        sure = cnn_net.eval()(test_inputs[:100].to(device)).amax(dim=1)
        unsure = int(
            sure.argmin()
        )  # of a hundred images, the one of which the network is least sure
        image = test_inputs[unsure : unsure + 1].to(device)
        fig, axes = plt.subplots(
            1, 5, figsize=(11, 2.4), gridspec_kw={"width_ratios": [1.1, 2, 2, 2, 2]}
        )
        axes[0].imshow(image[0, 0].cpu(), cmap="gray_r")
        axes[0].set(xticks=[], yticks=[], title=f"a {test_labels[unsure]}")
        torch.manual_seed(1)
        likely = []
        for ax, (training, title) in zip(
            axes[1:],
            (
                (True, "training, first"),
                (True, "training, again"),
                (False, "evaluation, first"),
                (False, "evaluation, again"),
            ),
        ):
            probabilities = cnn_net.train(training)(image)[0].exp().cpu()
            likely.append(f"{probabilities.argmax()} with {probabilities.max():.2f}")
            ax.bar(
                range(10),
                probabilities,
                color="#f6c48e" if training else "#7aa6cf",
                edgecolor="black",
                hatch="//" if training else None,
            )
            ax.set(ylim=(0, 1), xticks=range(10), title=title, yticks=[0, 0.5, 1])
            ax.tick_params(labelsize=8)
        axes[1].set_ylabel("probability")
        fig.tight_layout()
    cnn_net.eval()
    show(
        f"The probabilities of one image, a {test_labels[unsure]}, four times. In training mode the most likely digit is "
        f"{likely[0]}, then {likely[1]}. In evaluation mode it is {likely[2]}, both times."
    )

# %% [markdown]
# In evaluation mode the network is right about {{ figures.cnnnet_accuracy:.1% }} of the test images. Whoever forgets `eval()` measures {{ figures.cnnnet_training_mode:.1% }}, and another number each time: half
# of the network is missing then. The same holds the other way round for a training: after each evaluation, back to `train()`.
#
# {{ figures.cnnnet_parameters:, }} parameters against {{ figures.first_parameters:, }}: `CNNNet` needs a fraction of what `FirstNet` has, because a convolution uses its few weights everywhere.
# How much dropout helps shows only where a network could learn its images by heart: part 3 takes it to a thousand images.

# %% [markdown]
# ## Task 5: a network whose sizes do not fit
#
# **Goal** · write `BasicCNN`, and find out the size that the slides got wrong · about 20 minutes · {{ points.BasicCNN }} points
#
# | step | layer | shape after it |
# |---|---|---|
# | | input | (N, 1, 28, 28) |
# | 1 | convolution 1→32, 3×3, no padding, then ReLU | (N, 32, ?, ?) |
# | 2 | max pooling 2×2 | (N, 32, ?, ?) |
# | 3 | convolution 32→64, 3×3, no padding, then ReLU | (N, 64, ?, ?) |
# | 4 | max pooling 2×2 | (N, 64, ?, ?) |
# | 5 | flatten | (N, ?) |
# | 6 | linear ?→128, then ReLU | (N, 128) |
# | 7 | linear 128→10, and nothing after it | (N, 10): logits |
#
# The slides that this network comes from write the sixth step as `nn.Linear(64 * 6 * 6, 128)`. For images of 28×28 that does not fit. **Leave the convolutions
# and poolings as they are, and find the size that does.** You know the formula for one side, from lab 1:
#
# $$\text{size}' = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \text{kernel}}{\text{stride}} \right\rfloor + 1$$
#
# Or let PyTorch say it: send an image through the first four steps, and print the shape. With the right size, the network has {{ figures.basic_parameters:, }} parameters, biases included.
#
# This network returns **logits**, the raw scores of its last layer. Which loss goes with which ending is the subject of task 6.


# %% solution="BasicCNN"
class BasicCNN(nn.Module):
    """Two convolutions and two linear layers: images (N, 1, 28, 28) to logits (N, 10).

    conv 1→32, ReLU, pool 2×2, conv 32→64, ReLU, pool 2×2, flatten, linear ?→128, ReLU,
    linear 128→10. Convolutions are 3×3 without padding. Nothing comes after the last layer.
    """

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3)
        self.linear1 = nn.Linear(64 * 5 * 5, 128)
        self.linear2 = nn.Linear(128, 10)
        ### END SOLUTION

    def forward(self, x):
        """Return the logits (N, 10) of images x (N, 1, 28, 28). N may be 1."""
        ### BEGIN SOLUTION
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, 32, 13, 13): 28 → 26 → 13
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 64, 5, 5): 13 → 11 → 5, rounded down
        x = F.relu(self.linear1(x.flatten(start_dim=1)))  # (N, 128)
        return self.linear2(x)  # (N, 10)
        ### END SOLUTION


# %% graded="BasicCNN"
# Task 5, {{ points.BasicCNN }} points. Hidden tests look at what your network computes, with weights of ours.
check("BasicCNN")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("BasicCNN")

# %% [markdown]
# **Pitfalls** · An error `mat1 and mat2 shapes cannot be multiplied` names four numbers: images and the numbers of each image that come in, then what the layer was
# made for, and what it gives. The second and the third must agree. Do not make them agree by a padding, or by leaving a pooling out: that is another network. A pooling rounds down.
#
# **Think** · For images of which sizes would 64 · 6 · 6 have been right?

# %% tags=["demo"]
if ready("BasicCNN", "train_inputs"):
    torch.manual_seed(0)
    basic_cnn = BasicCNN().to(device)
    train(basic_cnn, F.cross_entropy, train_inputs, train_labels)
    basic_accuracy = (guess(basic_cnn, test_inputs) == test_labels).double().mean().item()
    size = sum(p.numel() for p in basic_cnn.parameters())
    print(f"BasicCNN, {size:,} parameters: test accuracy {basic_accuracy:.1%}")

# %% [markdown]
# All three networks after one look at each image:
#
# | network | parameters | ends with | test accuracy |
# |---|---|---|---|
# | `FirstNet` | {{ figures.first_parameters:, }} | log-softmax | {{ figures.asked_0:.1% }} |
# | `CNNNet` | {{ figures.cnnnet_parameters:, }} | log-softmax | {{ figures.cnnnet_accuracy:.1% }} |
# | `BasicCNN` | {{ figures.basic_parameters:, }} | nothing: logits | {{ figures.basic_accuracy:.1% }} |
#
# A few tenths of a percent are luck of the start, as the three starts of `FirstNet` show. The step from the first network to the last is more than that.

# %% [markdown]
# ## Task 6: the loss for log-probabilities
#
# **Goal** · write `nll_loss`, the negative log-likelihood · about 10 minutes · {{ points.nll_loss }} points
#
# The network says how likely it thinks each digit. How good was that? Look at one number only, the log-probability of the *right* digit: near 0 is good, far below 0 is bad.
# With a minus it becomes a loss, and the mean over the batch is taken:
#
# $$\text{loss} = -\frac{1}{N} \sum_{n} \mathrm{log\_probs}[n, \text{targets}[n]]$$
#
# Shapes: `log_probs` (N, K), one row for each image; `targets` (N,), whole numbers from 0 to K − 1; the result is one number, a tensor without dimensions.
# The logarithms are already taken. Take no further one, and make no softmax.


# %% solution="nll_loss"
def nll_loss(log_probs, targets):
    """Return the negative log-likelihood of the right classes, averaged over the batch.

    loss = - mean over n of log_probs[n, targets[n]]

    Args:
        log_probs: (N, K) floating-point tensor, the logarithms of K probabilities in each row.
        targets: (N,) integer tensor, the right class of each row, from 0 to K - 1.

    Returns:
        scalar tensor, of log_probs' type.

    Not allowed: F.nll_loss, F.cross_entropy, their modules and their like.
    Allowed: indexing, gather, one_hot, loops.
    """
    ### BEGIN SOLUTION
    picked = log_probs[torch.arange(len(targets), device=targets.device), targets]  # (N,)
    loss = -picked.mean()
    ### END SOLUTION
    return loss


# %% graded="nll_loss"
# Task 6, {{ points.nll_loss }} points. Hidden tests use other sizes, numbers of classes and types.
check("nll_loss")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("nll_loss")

# %% [markdown]
# **Pitfalls** · `log_probs[:, targets]` pairs every row with every target, and `log_probs[targets]` picks whole rows. The loss is a mean over the N rows, not over
# all N · K entries. Without the minus, training would make the network worse.
#
# **Think** · Somebody hands logits to `nll_loss`. The loss falls and falls, below 0, and does not stop. Where does it go, and why not with log-probabilities?

# %% [markdown]
# ### Two endings, and the losses that go with them
#
# Log-probabilities with the negative log-likelihood, and logits with the cross entropy, are the same loss: `F.cross_entropy` makes the
# log-softmax itself, and then does what your `nll_loss` does. So a network may end either way. It must only fit its loss:

# %% tags=["demo"]
if ready("nll_loss"):
    torch.manual_seed(0)
    logits, labels = 3 * torch.randn(8, 10), torch.randint(10, (8,))
    log_probs = F.log_softmax(logits, dim=1)
    losses = {
        "log-probabilities, nll_loss": nll_loss(log_probs, labels),
        "logits, cross_entropy": F.cross_entropy(logits, labels),
        "log-probabilities, cross_entropy": F.cross_entropy(log_probs, labels),
        "logits, nll_loss": nll_loss(logits, labels),
        "probabilities, cross_entropy": F.cross_entropy(log_probs.exp(), labels),
    }
    for name, loss in losses.items():
        print(f"{name:<34} {loss:8.4f}")

# %% [markdown]
# | the network returns | loss | |
# |---|---|---|
# | log-probabilities | `nll_loss` | right: `FirstNet`, `CNNNet` |
# | logits | `cross_entropy` | right: `BasicCNN` |
# | log-probabilities | `cross_entropy` | the same number, once more for nothing: the log-softmax of log-probabilities is what it was |
# | logits | `nll_loss` | wrong: no loss at all, it has no lower end |
# | probabilities | `cross_entropy` | wrong: softmax twice. It trains, but slowly, and the loss never comes near 0 |

# %% [markdown]
# ## The old text read today
#
# PyTorch is young, and much of what you find about it is older than its present form. Here is a page as tutorials of 2017 have it, in short.
# Read it line by line. What would you write otherwise today? Look for **nine places**: lines that end with an error, lines that give
# a warning, lines that are merely needless, and one that says nothing at all and is wrong.
#
# ```python
# class Net(nn.Module):
#     def __init__(self):
#         super(Net, self).__init__()
#         self.fc1 = nn.Linear(784, 100)
#         self.fc2 = nn.Linear(100, 10)
#
#     def forward(self, x):
#         x = x.view(-1, 784)
#         x = F.relu(self.fc1(x))
#         x = F.relu(self.fc2(x))
#         return F.log_softmax(x)
#
# model = Net()
# model.cuda()
#
# for data, target in train_loader:
#     data, target = Variable(data.cuda()), Variable(target.cuda())
#     optimizer.zero_grad()
#     loss = F.nll_loss(model(data), target)
#     loss.backward()
#     optimizer.step()
#     print(loss.data[0])
#
# for data, target in test_loader:
#     data = Variable(data, volatile=True)
#     test_loss += F.nll_loss(model(data), target, size_average=False)
# ```
#
# Write your nine down, with a guess for each: error, warning, or nothing? Then run the proof.


# %% tags=["demo"]
from torch.autograd import Variable


def what_happens(line):
    """Run one line of old code; return the error or the warning that it gives today, in short."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            line()
        except Exception as error:
            return f"ERROR    {type(error).__name__}: {error}"[:110]
    return f"warning  {caught[0].message}"[:110] if caught else "nothing said"


class Old(nn.Module):
    """The network of the old page."""

    def __init__(self):
        super(Old, self).__init__()
        self.fc1 = nn.Linear(784, 100)
        self.fc2 = nn.Linear(100, 10)

    def forward(self, x):
        x = x.view(-1, 784)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.log_softmax(x)


data, target = torch.rand(4, 1, 28, 28), torch.tensor([1, 2, 3, 4])
by_columns = torch.rand(4, 1, 28, 28).transpose(2, 3)  # a view: its numbers lie in another order
log_probs = F.log_softmax(torch.rand(4, 10), dim=1)
loss = F.nll_loss(log_probs, target)
old_lines = {
    "super(Net, self).__init__()": Old,
    "x.view(-1, 784), of a view": lambda: by_columns.view(-1, 784),
    "F.relu on the last layer": lambda: F.relu(Old().fc2(torch.rand(4, 100))),
    "F.log_softmax(x)": lambda: F.log_softmax(torch.rand(4, 10)),
    "model.cuda()": lambda: Old().cuda(),
    "Variable(data)": lambda: Variable(data),
    "loss.data[0]": lambda: loss.data[0],
    "Variable(…, volatile=True)": lambda: Variable(data, volatile=True),
    "size_average=False": lambda: F.nll_loss(log_probs, target, size_average=False),
}
proof = {line: what_happens(run) for line, run in old_lines.items()}
for line, said in proof.items():
    print(f"{line:<28} {said}")

# %% [markdown]
# | then | today | what became of it |
# |---|---|---|
# | `super(Net, self).__init__()` | `super().__init__()` | needless since Python 3; does no harm |
# | `x.view(-1, 784)` | `x.flatten(start_dim=1)` | `view` refuses what does not lie in one piece, and with a wrong size it makes more rows than images |
# | `F.relu(self.fc2(x))` on the last layer | `self.fc2(x)` | **the slip: no error, no warning**, and some digits may never be read |
# | `F.log_softmax(x)` | `F.log_softmax(x, dim=1)` | warns, and guesses the dimension |
# | `model.cuda()`, `data.cuda()` | `model.to(device)`, `data.to(device)` | ends with an error where there is no GPU; `device` is chosen once, at the top, and the same code runs everywhere |
# | `Variable(data)` | `data` | needless since 2018: tensors record gradients themselves |
# | `loss.data[0]` | `loss.item()` | an error: a number has no first element |
# | `volatile=True` | `with torch.no_grad():` | warns, and **does nothing any more**: gradients of the network are recorded all through the test |
# | `size_average=False` | `reduction="sum"` | warns |
#
# Without `.item()`, by the way, `test_loss` would add up tensors. And one thing is missing from the page that a network with dropout needs: `model.train()` before the
# training, and `model.eval()` before the test.
#
# The rule for old code: run it in small pieces, read the warnings, and do not trust a line because it is silent.

# %% [markdown]
# ## Where you stand
#
# When everything here is passed, copy your class `CNNNet`: part 3 takes it up again.

# %% tags=["demo"]
progress()
