# %% [markdown]
# # Lab 1, part 3: how sure, how good, and where it errs
#
# A network ends in ten raw scores. In this notebook you turn them into probabilities and measure the loss as training does. Then you
# look closely at the mistakes: which digits are mixed up, how often an alarm is false, and what you gain and lose when you move a threshold.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `softmax`: scores to probabilities | {{ points.softmax }} |
# | 2 | `log_softmax`: the same, safely in logarithms | {{ points.log_softmax }} |
# | 3 | `cross_entropy`: the loss | {{ points.cross_entropy }} |
# | 4 | `predict`: a class and how sure | {{ points.predict }} |
# | 5 | `accuracy` | {{ points.accuracy }} |
# | 6 | `confusion_matrix`: what is taken for what | {{ points.confusion_matrix }} |
# | 7 | `precision_recall_f1`: class by class | {{ points.precision_recall_f1 }} |
# | 8 | `roc_curve`: one digit against the rest | {{ points.roc_curve }} |
# | 9 | `auc`: the curve in one number | {{ points.auc }} |
#
# Plan on about two and a half hours. A gradient to check and a challenge at the end have no points and come on top, if you like.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# As in parts 1 and 2: write your code where it says `# YOUR CODE HERE` and run the check below it. When you are stuck, `hint("softmax")`
# helps, up to three times; `progress()` shows where you stand. **A passed check says that a small example works; hidden tests
# remain**, with other shapes and types, larger numbers and corner cases.
#
# ### What "from scratch" means
#
# In every task but `predict`, you write the whole job yourself.
#
# - **Not allowed** is the library call that does it, by whatever name it is reached: no `softmax`, `log_softmax`, `nll_loss`, `cross_entropy`,
#   `trapezoid`/`trapz`, `conv…`, `max_pool…`, `relu` from PyTorch, NumPy or SciPy, none of their modules (`nn.Softmax`, `nn.CrossEntropyLoss` …), nothing
#   from scikit-learn, torchmetrics, `torch.distributions`, or SciPy's `ndimage`, `signal` and `integrate`.
# - **Allowed** is everything else: `exp`, `log`, `logsumexp`, `amax`, `gather`, `one_hot`, `bincount`, `cumsum`, `sort`, `where`, `maximum`, `clamp`,
#   `einsum`, `matmul`, `unfold`, `fold`, `pad`, `as_strided`, FFT, NumPy, and plain loops.
# - In `predict`, any softmax will do, the library's too. The rule is for your answers: some cells of ours call the library.
#
# Breaking the rule costs the item's points, and the feedback says why.
#
# ### What holds for every function
#
# - Results keep a floating-point input's type and device. Inputs are never changed, and they may be non-contiguous.
#   A batch may hold a single sample, that is, one image.
# - Where a number is asked for (`-> float`), return a Python or NumPy number: `.item()` makes one of a tensor.
# - Scores may be as large as `±1e4` (then they come in float64, where `exp(10000)` is still infinity). Code that gives the right result all
#   the same is called *stable*.
# - Speed is not graded. Cells of yours that need longer than {{ limits.cell }} seconds are stopped.
# - Never tested: empty tensors, NaN, two equal largest scores in `argmax`, a ROC curve with one class only, falling x in `auc`.

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
import math
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
# ### Something to look at
#
# The images, as in parts 1 and 2, and then a network to question.

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)
test_images, test_labels = test_set.tensors if test_set else (None, None)

if train_set:
    print(f"{len(train_set):,} images to learn from, {len(test_set):,} for the test")
    print(f"computing on: {device}")

# %% [markdown]
# This small network is fully connected, and is trained for two epochs on the spot (a few seconds). If you saved your own CNN's test scores
# in part 2 (`cnn_scores.pt`), the mistakes below are *its* mistakes; otherwise they are the small network's.

# %% tags=["demo"]
network = test_scores = None

if ready("train_set"):
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
    loader = WithBar(DataLoader(train_set, batch_size=64, shuffle=True))
    for _ in range(2):
        for images, labels in loader:
            optimizer.zero_grad()
            F.cross_entropy(network(images), labels).backward()
            optimizer.step()

    with torch.no_grad():
        test_scores, whose = network(test_images), "the small network"  # (10000, 10)
    if Path("cnn_scores.pt").exists():
        saved = torch.load("cnn_scores.pt", weights_only=True)
        if saved.shape == test_scores.shape:
            test_scores, whose = saved, "your CNN"
    print(f"{len(test_scores):,} test images; the scores are those of {whose}.")

# %% [markdown]
# **An index is not a digit.** `test_set[7]` is the *eighth image*, whatever it shows; `test_set[7][1]` says what it shows. Likewise
# `scores[7]` can be the ten scores of image 7 or, among one image's ten scores, the score *of digit* 7. Ask each time: which axis am I on?

# %% tags=["demo"]
if ready("test_set"):
    image, label = test_set[7]
    print(f"test_set[7] shows a {label}")
    print("the first images show", test_labels[:10].tolist())
    print("images of a 7 are number", (test_labels == 7).nonzero().flatten()[:5].tolist(), "…")

# %% [markdown]
# ## Task 1: softmax
#
# **Goal** · write `softmax`, which turns scores into probabilities · about 15 minutes · {{ points.softmax }} points
#
# A network gives each class a raw score, called a **logit**. It may be any number, negative ones too; larger means "more likely", but how likely?
# That is what a **probability** says: a number from 0 (impossible) to 1 (certain), and an image's ten probabilities add up to 1. Softmax turns
# logits into probabilities in two steps: take `exp` of each, which is always positive, and divide by the sum. The sum runs along one
# dimension, `dim`; every other index is left alone, and the shape stays:
#
# $$\text{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}} \quad\text{for every } m$$
#
# Compute the second form: with m = the largest score along `dim`, no exponent is above 0, and nothing overflows.
#
# **Why "soft" and "max"?** Multiply all scores by a number β and let it grow. The order stays, but the largest score takes more and more, in the
# end everything:
#
# $$\lim_{\beta \to \infty} \text{softmax}\big(\beta \cdot (1,\; 2,\; 0.5,\; 3)\big) = (0,\; 0,\; 0,\; 1)$$
#
# Such a vector, a single 1 among zeros, is called **one-hot**. This one marks the place of the largest score, as `argmax` does. Softmax does the
# same softly ("soft argmax" would be the better name): every class keeps a share, and a small change of a score makes a small change of
# the shares. A network needs that in order to learn.

# %% tags=["demo"] hide=true
z = torch.tensor([1.0, 2.0, 0.5, 3.0])
fig, axes = plt.subplots(1, 5, figsize=(11, 2.3), layout="constrained")
axes[0].bar(range(4), z, color="#bbb", edgecolor="black")
axes[0].set_title("scores z")
leading = []
for ax, factor in zip(axes[1:], (0.3, 1, 3, 10)):
    weights = (factor * z).exp()
    shares = weights / weights.sum()
    ax.bar(range(4), shares, color="#7aa6cf", edgecolor="black")
    ax.set(ylim=(0, 1.05), title=f"softmax of {factor}·z" if factor != 1 else "softmax of z")
    leading.append(f"{shares.max():.3f} for {factor} z")
for ax in axes:
    ax.set_xticks(range(4))
    ax.set_xlabel("class")
show(
    "Four scores, 1, 2, 0.5 and 3, and their softmax for four factors. The share of class 3, whose score is the largest: "
    + ", ".join(leading)
    + "."
)


# %% solution="softmax"
def softmax(z, dim=-1):
    """Turn scores into probabilities: positive numbers that add up to 1 along a dimension.

    softmax(z)_k = exp(z_k) / sum over j of exp(z_j), j running along dim

    Args:
        z: floating-point tensor of any shape, values up to ±10,000. For a batch of logits: (N, K).
        dim: int, the dimension along which the results add up to 1.

    Returns:
        Tensor of z's shape and type; no infinities, no NaN.

    Not allowed: torch.softmax, F.softmax, nn.Softmax, log_softmax.
    Allowed: exp, sum, amax, logsumexp.
    """
    ### BEGIN SOLUTION
    weights = (z - z.amax(dim=dim, keepdim=True)).exp()
    return weights / weights.sum(dim=dim, keepdim=True)
    ### END SOLUTION


# %% graded="softmax"
# Task 1, {{ points.softmax }} points. Hidden tests use other shapes and dimensions, and large scores.
check("softmax")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("softmax")

# %% [markdown]
# **Pitfalls** · Always say along which dimension. For logits (N, K) it is `dim=1` (or −1): with `dim=0` the probabilities of *different images*
# would add up to 1. `z.max(dim=1)`, or `torch.max(z, 1)`, returns two results, values and indices; `amax` returns the values alone.
# `keepdim=True` keeps the shapes in line.
#
# **Think** · Add 100 to every score. What happens to the probabilities? So what does a single logit mean by itself?

# %% tags=["demo"] hide=true
if ready("softmax", "test_scores"):
    few = test_scores[:3]  # (3, 10): three images, ten logits each
    for dim in (1, 0):
        sums = ", ".join(f"{total:.2f}" for total in softmax(few, dim=dim).sum(dim=1).tolist())
        print(
            f"softmax(logits, dim={dim}) of three images: the ten numbers of each add up to {sums}"
        )

    fig, axes = plt.subplots(1, 3, figsize=(10, 2.6), width_ratios=[1, 2, 2], layout="constrained")
    probabilities = softmax(test_scores[0], dim=0)  # (10,)
    axes[0].imshow(test_images[0, 0], cmap="gray_r")
    axes[0].set_title(f"image 0, a {test_labels[0]}")
    axes[0].axis("off")
    axes[1].bar(range(10), test_scores[0], color="#bbb", edgecolor="black")
    axes[1].axhline(0, color="black", lw=0.8)
    axes[1].set(title="logits", xlabel="digit")
    axes[2].bar(range(10), probabilities, color="#7aa6cf", edgecolor="black")
    axes[2].set(title="probabilities", xlabel="digit", ylim=(0, 1.05))
    for ax in axes[1:]:
        ax.set_xticks(range(10))
    show(
        f"Image 0 of the test, a {test_labels[0]}; its ten logits, from {test_scores[0].min():.1f} to {test_scores[0].max():.1f}; and its ten "
        f"probabilities, the largest of them {probabilities.max():.0%} for digit {probabilities.argmax()}."
    )

# %% [markdown]
# ### Without `dim`: a guess and a warning
#
# PyTorch's own softmax can be called without `dim`. It then guesses one, and warns. Below it gets the same six numbers twice: as 2 images and
# 3 classes, and with one dimension more. The first guess is right. The second is not: along a dimension of one number, each number
# becomes 1. There is no error, only a useless result; so always say `dim`.

# %% tags=["demo"]
import warnings

table = torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 0.5]])  # (2, 3): two images, three classes
for z in (table, table.reshape(1, 2, 3)):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        guessed = F.softmax(z)  # no dim
    print("UserWarning:", *(warning.message for warning in caught))
    dim = next(d for d in range(z.dim()) if torch.equal(guessed, F.softmax(z, dim=d)))
    first = [round(p, 3) for p in guessed.flatten()[:3].tolist()]
    print(f"shape {tuple(z.shape)}: it guessed dim={dim}; the first three numbers became {first}\n")

# %% [markdown]
# ## Task 2: log-softmax
#
# **Goal** · write `log_softmax`, the logarithm of the probabilities, without computing them on the way · about 15 minutes ·
# {{ points.log_softmax }} points
#
# The loss needs the logarithm of a probability, the **log-probability**: 0 for a class that is certain, and the further below 0 the less likely the class is.
# `log(softmax(z))` fails just where it matters: a probability of $e^{-200}$ becomes 0 in float32, and its logarithm −∞ instead of −200. But
# the logarithm can be taken on paper:
#
# $$\log \text{softmax}(z)_k = z_k - \log \sum_j e^{z_j} = (z_k - m) - \log \sum_j e^{z_j - m}$$
#
# with m = the largest score along `dim`, as before. Shapes: as in task 1.

# %% tags=["demo"] hide=true
gap = torch.linspace(0, 160, 161)
pairs = torch.stack([gap, torch.zeros_like(gap)], dim=1)  # two scores: gap and 0
unstable = (pairs.exp()[:, 1] / pairs.exp().sum(dim=1)).log()
stable = -torch.logsumexp(pairs, dim=1)
finite = unstable.isfinite()
last = gap[finite][-1]
plt.figure(figsize=(6, 2.6))
plt.plot(gap, stable, lw=5, color="#cfcfcf", label="logarithm taken on paper")
plt.plot(
    gap[finite], unstable[finite], color="black", ls="--", label="log of plain softmax, in float32"
)
plt.plot(last, unstable[finite][-1], "x", color="black", ms=10)
plt.xlabel("difference of the two scores")
plt.ylabel("log-probability\nof the smaller")
plt.legend(fontsize=8)
show(
    "The log-probability of the smaller of two scores falls in a straight line as their difference grows. "
    f"Computed as log of softmax, it breaks off at a difference of {last:.0f}, where exp overflows."
)


# %% solution="log_softmax"
def log_softmax(z, dim=-1):
    """Return the logarithm of softmax, stably.

    log_softmax(z)_k = z_k - log(sum over j of exp(z_j)), j running along dim

    Args:
        z: floating-point tensor of any shape, values up to ±10,000. For a batch of logits: (N, K).
        dim: int, the dimension along which the probabilities add up to 1.

    Returns:
        Tensor of z's shape and type, all values finite and at most 0.

    Not allowed: log_softmax and softmax of the library; log(softmax(z)) is not stable.
    Allowed: exp, log, logsumexp.
    """
    ### BEGIN SOLUTION
    shifted = z - z.amax(dim=dim, keepdim=True)
    return shifted - shifted.exp().sum(dim=dim, keepdim=True).log()
    ### END SOLUTION


# %% graded="log_softmax"
# Task 2, {{ points.log_softmax }} points. Hidden tests use other shapes and dimensions, and large scores.
check("log_softmax")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("log_softmax")

# %% [markdown]
# **Pitfalls** · Subtracting the largest score inside softmax saves `exp`, but not `log`: small probabilities still become 0. A small number added
# inside the logarithm (`log(p + 1e-9)`) hides the infinity and gives a wrong value.
#
# **Think** · A network is completely sure of the true class: what is that class's log-probability? And what is it when the network cannot decide at
# all between ten digits?

# %% [markdown]
# ## Task 3: cross entropy
#
# **Goal** · write `cross_entropy`, the loss of part 2, from the logits · about 15 minutes · {{ points.cross_entropy }} points
#
# The loss of one image is minus the log-probability of its *true* class; the loss of a batch is the mean over its images:
#
# $$\text{loss} = -\frac{1}{N} \sum_{n=1}^{N} \log \text{softmax}(\text{logits}_n)_{\text{target}_n}$$
#
# Shapes: `logits` (N, K), `targets` (N,) with integers from 0 to K−1, result a scalar (a tensor of shape `()`).
#
# **Two names, one number.** This loss is also the **negative log-likelihood** (NLL): *likelihood* is how probable the model finds the labels that
# really came. And *cross entropy* is, in full, a sum over all classes, $-\sum_k y_k \log p_k$, with p the model's probabilities and y the truth.
# Since y is one-hot, with its 1 at the true class, a single term is left. In PyTorch, `nn.CrossEntropyLoss` takes logits and `nn.NLLLoss`
# takes log-probabilities.
#
# The picture shows what one image pays: almost nothing when the model is sure and right, a lot when it is sure and wrong.

# %% tags=["demo"] hide=true
p = torch.linspace(0.005, 1, 200)
plt.figure(figsize=(6, 2.6))
plt.plot(p, -p.log(), color="black")
pays = []
for share, words in ((0.1, "undecided between ten"), (0.5, "half sure"), (0.99, "sure")):
    loss = -math.log(share)
    plt.plot(share, loss, "o", color="#c05a00")
    plt.annotate(
        f"{words}: {loss:.2f}",
        (share, loss),
        xytext=(6, 8),
        textcoords="offset points",
        fontsize=9,
        ha="right" if share > 0.9 else "left",
    )
    pays.append(f"{loss:.2f} at {share}")
plt.xlabel("probability of the true class")
plt.ylabel("loss of this image")
show(
    f"The loss of an image against the probability of its true class: {', '.join(pays)}, and rising without bound towards 0."
)


# %% solution="cross_entropy"
def cross_entropy(logits, targets):
    """Return the mean cross entropy of a batch.

    loss = -mean over n of log_softmax(logits[n])[targets[n]]

    Args:
        logits: (N, K) floating-point tensor of raw scores, values up to ±10,000.
        targets: (N,) integer tensor, each the true class, from 0 to K-1.

    Returns:
        scalar tensor, shape (), of the logits' type, finite.

    Not allowed: cross_entropy, nll_loss, log_softmax, softmax of the library and their modules.
    Your own are welcome.
    """
    ### BEGIN SOLUTION
    right = logits.gather(1, targets.reshape(-1, 1)).squeeze(1)  # (N,), the true class's logits
    return (torch.logsumexp(logits, dim=1) - right).mean()
    ### END SOLUTION


# %% graded="cross_entropy"
# Task 3, {{ points.cross_entropy }} points. Hidden tests use other sizes, and large scores.
check("cross_entropy")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("cross_entropy")

# %% [markdown]
# **Pitfalls** · The input is logits: with a softmax before it, softmax would be applied twice. `logits[targets]` picks rows, not one number from
# each row; `logits[torch.arange(N), targets]` or `gather` does. Take the mean over the N images, not over all N·K numbers.
#
# **Think** · Of 100 images, a network gives 99 a probability of 0.99 for the true class. On the last it is wrong: the true class gets 0.00001.
# Which counts more in the loss, the 99 or the one?

# %% [markdown]
# ### Optional: a gradient, checked by differences (no points)
#
# A **gradient** says how the loss changes when a logit changes. In part 2, PyTorch worked it out for you (back-propagation). For cross entropy it
# can be found on paper, and is as short as one could wish:
#
# $$\frac{\partial\, \text{loss}}{\partial\, \text{logits}_{n,k}} = \frac{\text{softmax}(\text{logits}_n)_k - y_{n,k}}{N}$$
#
# Here $y_n$ is one-hot, with its 1 at image n's true class. An example: a single image has the probabilities (0.7, 0.2, 0.1), and its true class is
# the second. Its gradient is (0.7, −0.8, 0.1). Training moves against it: the true class's logit goes up, the others go down. (Where it comes from: an image's loss
# is $\log \sum_j e^{z_j}$ minus its true class's logit. The first part has the slope softmax, and the second the slope y.)
#
# **Why check?** A wrong gradient raises no error; the network just learns badly. So whoever writes one compares it with a slope that needs no
# formula. Move one logit by a tiny h, up and down, and see what becomes of the loss. These are **central differences**:
#
# $$\text{slope} \approx \frac{\text{loss}(z + h) - \text{loss}(z - h)}{2h}$$
#
# Write the gradient below. The cell after it compares the two.


# %% solution="cross_entropy_gradient"
def cross_entropy_gradient(logits, targets):
    """Return the gradient of the mean cross entropy with respect to the logits (no points).

    gradient[n, k] = (softmax(logits[n])[k] - y[n, k]) / N,  y[n, k] = 1 if k == targets[n], else 0

    Args:
        logits: (N, K) floating-point tensor of raw scores.
        targets: (N,) integer tensor, each the true class, from 0 to K-1.

    Returns:
        (N, K) tensor of the logits' type. Write the formula; do not ask PyTorch for the gradient.
    """
    ### BEGIN SOLUTION
    gradient = softmax(logits, dim=1)  # (N, K)
    gradient[torch.arange(len(targets)), targets] -= 1
    return gradient / len(targets)
    ### END SOLUTION


# %% tags=["demo"]
def central_differences(loss, z, h=1e-5):
    """Return the slope of loss(z) for each number in z, by moving that number up and down by h."""
    slopes = torch.zeros_like(z)
    for place in np.ndindex(*z.shape):
        step = torch.zeros_like(z)
        step[place] = h
        slopes[place] = (loss(z + step) - loss(z - step)) / (2 * h)
    return slopes


def relative_error(a, b):
    """Return how far apart two tensors are: 0 for equal ones, 1 for opposite ones."""
    return ((a - b).norm() / (a.norm() + b.norm())).item()


if ready("softmax", "cross_entropy", "cross_entropy_gradient"):
    logits = torch.randn(5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    targets = torch.tensor([0, 3, 1, 1, 2])
    errors = []
    for z in (logits, logits.float()):
        slopes = central_differences(lambda z: cross_entropy(z, targets), z)
        errors.append(relative_error(cross_entropy_gradient(z, targets), slopes))
    verdict = "correct" if errors[0] < 1e-7 else "wrong" if errors[0] > 1e-3 else "look again"
    print(f"relative error in float64: {errors[0]:.0e}, so your gradient is: {verdict}")
    print(f"relative error in float32: {errors[1]:.0e}, which is too coarse to tell")

# %% [markdown]
# The **relative error** is the length of the difference, divided by the two lengths together. In float64, below 1e-7 means right: what is left
# is rounding. Above 1e-3 means wrong: a forgotten N, a wrong sign or a forgotten y gives more than 0.1. In between, look again, at your
# `cross_entropy` too.
#
# In float32 even the right gradient looks wrong. The two losses agree in nearly all the digits that float32 has, so their difference is mostly
# rounding. Check gradients in float64.

# %% [markdown]
# ## Task 4: predict
#
# **Goal** · write `predict`, which says for each image the class and how sure the model is · about 15 minutes · {{ points.predict }} points
#
# For each image: run the model, turn its logits into probabilities, take the largest. Its place is the class. Its value is the **confidence**: the
# probability that the model gives to the class it names.
#
# $$\text{label}_n = \arg\max_k\; \text{softmax}(\text{logits}_n)_k$$
#
# $$\text{confidence}_n = \max_k\; \text{softmax}(\text{logits}_n)_k$$
#
# Shapes: `images` (N, 1, 28, 28) or whatever the model takes; results (N,) and (N,). Do it as an evaluation, like `evaluate` in part 2: evaluation mode, no
# gradients, and the mode as you found it afterwards.
#
# A value and its place: `torch.max(x, 1)` gives both, along dimension 1. (`torch.max(x)`, without a dimension, gives a single number.)

# %% tags=["demo"]
x = torch.tensor([[1.0, 5.0, 2.0], [4.0, 0.0, 3.0]])  # (2, 3)
values, indices = torch.max(x, 1)  # the same as x.max(dim=1)
print("the largest of each row:", values.tolist(), "at the places", indices.tolist())
print("the largest of all:     ", torch.max(x).item())


# %% solution="predict"
def predict(model, images):
    """Predict a class for each image, and how sure the model is.

    label = argmax of the logits, confidence = softmax(logits)[label]

    Args:
        model: nn.Module, images to logits (N, K). Its mode is restored afterwards.
        images: (N, …) tensor, for the digits (N, 1, 28, 28).

    Returns:
        (labels, confidences): (N,) integers and (N,) floating-point numbers in (0, 1],
        without gradients.

    Everything is allowed here, the library's softmax too.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    with torch.no_grad():
        confidences, labels = torch.softmax(model(images), dim=1).max(dim=1)
    model.train(was_training)
    ### END SOLUTION
    return labels, confidences


# %% graded="predict"
# Task 4, {{ points.predict }} points. Hidden tests use other models, with dropout and batch normalisation.
check("predict")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("predict")

# %% [markdown]
# **Pitfalls** · The largest *logit* is not a confidence. `max(dim=1)` gives the values first and their places, the labels, second; here it is the other
# way round. Without `model.eval()` a model with dropout answers differently each time.
#
# **Think** · Of all predictions with a confidence near 0.9, are 9 in 10 right? How would you find out with the test images?

# %% tags=["demo"] hide=true
if ready("predict", "network", "test_images"):
    labels, confidences = predict(network, test_images[:8])
    fig, axes = plt.subplots(1, 8, figsize=(11, 2), layout="constrained")
    said = []
    for ax, image, label, confidence, truth in zip(
        axes, test_images, labels, confidences, test_labels
    ):
        judged = "right" if label == truth else f"wrong: {truth}"
        ax.imshow(image[0], cmap="gray_r")
        ax.set_title(f"{label}, {confidence:.0%}\n{judged}", fontsize=9)
        ax.axis("off")
        said.append(f"{label} with {confidence:.0%}, {judged}")
    show(f"Eight test images, each with the predicted digit and the confidence: {'; '.join(said)}.")

# %% [markdown]
# ### Can you believe a confidence?
#
# Sort the test images by confidence into bins, and compare each bin's mean confidence with its share of right answers. Where the two agree, the
# points lie on the dotted line, and the model is called **calibrated**. Below the line it is too sure, above it not sure enough. (Bins of
# few images jump up and down by chance.)

# %% tags=["demo"] hide=true
if ready("test_scores"):
    confidences, predictions = F.softmax(test_scores, dim=1).max(dim=1)
    right = (predictions == test_labels).float()
    place = torch.bucketize(confidences, torch.tensor([0.5, 0.6, 0.7, 0.8, 0.9, 0.99]))
    plt.figure(figsize=(5, 3.4))
    plt.plot([0.2, 1], [0.2, 1], ls=":", color="#888")
    said = []
    for k in place.unique().tolist():
        inside = place == k
        sure, share, n = confidences[inside].mean(), right[inside].mean(), int(inside.sum())
        plt.plot(sure, share, "o", color="black")
        aside = (
            {"xytext": (7, -3), "ha": "left"} if sure > 0.98 else {"xytext": (-6, 4), "ha": "right"}
        )
        plt.annotate(f"{n:,}", (sure, share), textcoords="offset points", fontsize=8, **aside)
        said.append(f"{sure:.0%} sure and {share:.0%} right in {n} images")
    plt.xlabel("mean confidence of a bin")
    plt.ylabel("share of right answers")
    plt.xlim(0.2, 1.12)
    plt.title(f"{whose}; beside each point: how many images", fontsize=10)
    show(f"Confidence against right answers for {whose}, bin by bin: {'; '.join(said)}.")

# %% [markdown]
# ## Task 5: accuracy
#
# **Goal** · write `accuracy`, the share of right answers · about 5 minutes · {{ points.accuracy }} points
#
# $$\text{accuracy} = \frac{1}{N} \cdot \#\{\,n : \arg\max_k \text{logits}[n, k] = \text{label}_n\,\}$$
#
# Shapes: `logits` (N, K), `labels` (N,), result a number from 0 to 1.


# %% solution="accuracy"
def accuracy(logits, labels):
    """Return the share of samples whose largest logit belongs to the true class.

    Args:
        logits: (N, K) floating-point tensor of raw scores.
        labels: (N,) integer tensor of true classes.

    Returns:
        float in [0, 1].

    Not allowed: scikit-learn and torchmetrics.
    """
    ### BEGIN SOLUTION
    return (logits.argmax(dim=1) == labels).double().mean().item()
    ### END SOLUTION


# %% graded="accuracy"
# Task 5, {{ points.accuracy }} points. Hidden tests use other sizes.
check("accuracy")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("accuracy")

# %% [markdown]
# **Pitfalls** · A share, not a number of samples and not a percentage. Softmax is not needed: it keeps the order. `torch.eq(a, b)`, another
# way to write `a == b`, gives True and False; turn them into numbers before you take a mean.
#
# **Think** · One image in a thousand shows a rare disease: a **class imbalance**, classes of very different size. How accurate is the
# classifier that always says "healthy"?

# %% [markdown]
# ### The most confident mistakes
#
# A mistake made with little confidence can be caught: ask a person. These were made with the greatest confidence.

# %% tags=["demo"] hide=true
if ready("accuracy", "softmax", "test_scores"):
    print(f"test accuracy of {whose}: {accuracy(test_scores, test_labels):.1%}")
    confidences, predictions = softmax(test_scores, dim=1).max(dim=1)  # each (10000,)
    wrong = (predictions != test_labels).nonzero().flatten()
    worst = wrong[confidences[wrong].argsort(descending=True)][:8]  # image numbers, not digits
    fig, axes = plt.subplots(1, 8, figsize=(11, 2.2), layout="constrained")
    for ax, number in zip(axes, worst):
        ax.imshow(test_images[number, 0], cmap="gray_r")
        ax.set_title(
            f"image {number}\nsays {predictions[number]}, {confidences[number]:.1%}\nis {test_labels[number]}",
            fontsize=8,
        )
    for ax in axes:
        ax.axis("off")
    show(
        "The eight wrong answers with the highest confidence: "
        + "; ".join(f"digit {test_labels[n]} read as {predictions[n]}" for n in worst)
        + "."
    )

# %% [markdown]
# ## Task 6: the confusion matrix
#
# **Goal** · write `confusion_matrix`, which counts what is taken for what · about 10 minutes · {{ points.confusion_matrix }} points
#
# **Rows are the truth, columns the prediction:**
#
# $$\text{cm}[t, p] = \#\{\,n : \text{label}_n = t \text{ and } \text{pred}_n = p\,\}$$
#
# Shapes: `preds` and `labels` (N,), result (num_classes, num_classes) of integers. The right answers lie on the diagonal. A class that does not
# occur keeps its row and column of zeros.

# %% tags=["demo"] hide=true
fig, ax = plt.subplots(figsize=(3.6, 2.6), layout="constrained")
for (i, j), text in np.ndenumerate(np.array([["1", "1", "0"], ["0", "2", "0"], ["1", "0", "1"]])):
    ax.add_patch(
        plt.Rectangle((j, -i), 1, -1, facecolor="#d8e6f3" if i == j else "white", edgecolor="black")
    )
    ax.text(j + 0.5, -i - 0.5, text, ha="center", va="center")
for k in range(3):
    ax.text(-0.15, -k - 0.5, f"is {k}", ha="right", va="center")
    ax.text(k + 0.5, 0.15, f"says {k}", ha="center")
ax.set(
    xlim=(-1.2, 3.1),
    ylim=(-3.1, 0.8),
    aspect="equal",
    title="labels 0 0 1 1 2 2\npreds  0 1 1 1 0 2",
)
ax.title.set_family("monospace")
ax.axis("off")
show(
    "Six samples as a 3 by 3 confusion matrix: rows 1 1 0, 0 2 0 and 1 0 1; the diagonal, tinted, holds the right answers."
)


# %% solution="confusion_matrix"
def confusion_matrix(preds, labels, num_classes):
    """Count how often each true class was predicted as each class.

    cm[t, p] = number of samples with label t and prediction p

    Args:
        preds: (N,) integer tensor, predicted classes.
        labels: (N,) integer tensor, true classes.
        num_classes: int; classes are 0 … num_classes-1, and some may not occur.

    Returns:
        (num_classes, num_classes) integer tensor, rows true, columns predicted.

    Not allowed: scikit-learn and torchmetrics. Allowed: loops, bincount, one_hot, index_put_.
    """
    ### BEGIN SOLUTION
    cells = labels * num_classes + preds  # one number for each pair (true, predicted)
    return torch.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)
    ### END SOLUTION


# %% graded="confusion_matrix"
# Task 6, {{ points.confusion_matrix }} points. Hidden tests use other numbers of classes and classes that do not occur.
check("confusion_matrix")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("confusion_matrix")

# %% [markdown]
# **Pitfalls** · Mind the order: the function gets `preds` first, but the matrix has the truth first. `cm[labels, preds] += 1`, on whole tensors, counts
# a pair that occurs several times only once. Counts are integers.
#
# **Think** · What does the sum of a row tell you? Of a column? Of the diagonal?

# %% tags=["demo"] hide=true
if ready("confusion_matrix", "test_scores"):
    predictions = test_scores.argmax(dim=1)
    cm = confusion_matrix(predictions, test_labels, 10)
    off = cm.clone().fill_diagonal_(0)
    fig, ax = plt.subplots(figsize=(5.6, 5), layout="constrained")
    ax.imshow(off, cmap="Oranges")
    for (i, j), n in np.ndenumerate(cm.numpy()):
        ax.text(
            j,
            i,
            n,
            ha="center",
            va="center",
            fontsize=8,
            color="white" if off[i, j] > 0.6 * off.max() else "black",
        )
    ax.set(
        xlabel="says",
        ylabel="is",
        xticks=range(10),
        yticks=range(10),
        title=f"mistakes of {whose} tinted",
    )
    t, p = divmod(off.argmax().item(), 10)
    show(
        f"Confusion matrix of ten digits. The most frequent mistake: digit {t} read as {p}, {off[t, p]} times."
    )

# %% [markdown]
# ## Task 7: precision, recall, F1
#
# **Goal** · write `precision_recall_f1`, class by class, from a confusion matrix · about 15 minutes · {{ points.precision_recall_f1 }} points
#
# Take one class k and ask of each sample: *is* it k, and does the network *say* k? The four cases have names:
#
# | | says k | says another class |
# |---|---|---|
# | **is k** | **true positive** (TP): cm[k, k] | **false negative** (FN), a miss: the rest of row k |
# | **is another class** | **false positive** (FP), a false alarm: the rest of column k | **true negative** (TN): all the rest |
#
# From them come two shares. **Precision**: when the network says k, how often is it right? **Recall**: of all real k, how many does it find?
# And one number for both, **F1**, their *harmonic mean*, which is high only if both are:
#
# $$\text{precision}_k = \frac{\text{TP}}{\text{TP} + \text{FP}} = \frac{\text{cm}[k, k]}{\sum_t \text{cm}[t, k]}$$
#
# $$\text{recall}_k = \frac{\text{TP}}{\text{TP} + \text{FN}} = \frac{\text{cm}[k, k]}{\sum_p \text{cm}[k, p]}$$
#
# $$F_{1,k} = \frac{2 \cdot \text{precision}_k \cdot \text{recall}_k}{\text{precision}_k + \text{recall}_k}$$
#
# So precision looks down the *column* of k, recall along the *row* of k. Where a denominator is 0 (k never predicted, or never there), the
# value is defined as 0. Shapes: `cm` (K, K) gives three tensors (K,).
#
# In medicine, recall is called **sensitivity**. Its partner **specificity**, TN / (TN + FP), asks how many of those that are *not* k are left alone.

# %% tags=["demo"] hide=true
fig, axes = plt.subplots(1, 2, figsize=(6.4, 2.9), layout="constrained")
names = {(True, True): "TP", (True, False): "FN", (False, True): "FP", (False, False): "TN"}
titles = (
    "precision of class 1:\nTP / all that is tinted",
    "recall of class 1:\nTP / all that is tinted",
)
for ax, axis, title in zip(axes, (1, 0), titles):
    for i, j in np.ndindex(3, 3):
        colour = "#fde8c8" if (i, j)[axis] == 1 else "white"
        hatch = "//" if i == j == 1 else None
        ax.add_patch(
            plt.Rectangle((j, -i), 1, -1, facecolor=colour, edgecolor="black", hatch=hatch)
        )
        box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
        ax.text(j + 0.5, -i - 0.5, names[i == 1, j == 1], ha="center", va="center", bbox=box)
    ax.set(xlim=(-0.1, 3.1), ylim=(-3.1, 0.1), aspect="equal", xlabel="says", ylabel="is")
    ax.set_title(title, fontsize=10)
    ax.set_xticks([0.5, 1.5, 2.5], [0, 1, 2])
    ax.set_yticks([-0.5, -1.5, -2.5], [0, 1, 2])
show(
    "Two 3 by 3 matrices, seen from class 1: the middle cell is TP, the rest of its column FP, the rest of its row FN, the four "
    "corners TN. Precision divides TP by the sum of the column, recall by the sum of the row."
)


# %% solution="precision_recall_f1"
def precision_recall_f1(cm):
    """Return precision, recall and F1 of each class.

    precision[k] = cm[k, k] / sum of column k,  recall[k] = cm[k, k] / sum of row k,
    f1[k] = 2 * precision[k] * recall[k] / (precision[k] + recall[k]);
    each is 0 where its denominator is 0.

    Args:
        cm: (K, K) integer tensor, rows true, columns predicted.

    Returns:
        (precision, recall, f1): three floating-point tensors (K,), without NaN.

    Not allowed: scikit-learn and torchmetrics.
    """
    ### BEGIN SOLUTION
    hits = cm.diagonal().float()  # (K,)
    predicted = cm.sum(dim=0)  # (K,), columns
    true = cm.sum(dim=1)  # (K,), rows
    # where a sum is 0 there are no hits either, so dividing by 1 instead gives the 0 that is wanted
    precision = hits / predicted.clamp(min=1)
    recall = hits / true.clamp(min=1)
    f1 = 2 * hits / (predicted + true).clamp(min=1)
    ### END SOLUTION
    return precision, recall, f1


# %% graded="precision_recall_f1"
# Task 7, {{ points.precision_recall_f1 }} points. Hidden tests use other matrices, some with empty rows and columns.
check("precision_recall_f1")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("precision_recall_f1")

# %% [markdown]
# **Pitfalls** · `sum(dim=0)` adds up the rows, which leaves the *column* sums. 0/0 is NaN, and one NaN spoils every mean: put 0 there. F1 is not the plain
# mean of the two: it is small as soon as one of them is.
#
# **Think** · A spam filter, a cancer screening: which of the two numbers matters more in each?

# %% tags=["demo"] hide=true
if ready("confusion_matrix", "precision_recall_f1", "cm"):
    precision, recall, f1 = precision_recall_f1(cm)
    plt.figure(figsize=(7, 2.8))
    plt.plot(range(10), precision, "o", color="black", label="precision")
    plt.plot(range(10), recall, "x", color="#c05a00", ms=8, label="recall")
    plt.xticks(range(10))
    plt.xlabel("digit")
    plt.grid(alpha=0.3)
    plt.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    show(
        f"Precision and recall of each digit for {whose}. Lowest recall: digit {recall.argmin()}, {recall.min():.1%}; "
        f"lowest precision: digit {precision.argmin()}, {precision.min():.1%}."
    )

# %% [markdown]
# ## Task 8: the ROC curve
#
# **Goal** · write `roc_curve` for a yes-or-no question · about 25 minutes · {{ points.roc_curve }} points
#
# "Is it a 9?" Each image has a score, and we say yes (we *accept* it) when the score is at least as large as a number that we choose, the
# **threshold**. A low one finds every 9 and raises many false alarms; a high one does the opposite. The **ROC curve** (receiver operating
# characteristic, a name from the days of radar) shows every compromise. Lower the threshold from above all scores to the smallest, and at each
# stop note two shares, the false positive rate and the true positive rate:
#
# $$\text{fpr} = \frac{\text{negatives with score} \ge \text{threshold}}{\text{all negatives}}$$
#
# $$\text{tpr} = \frac{\text{positives with score} \ge \text{threshold}}{\text{all positives}}$$
#
# The second is the recall, or sensitivity, and the first is 1 − specificity.
#
# Shapes: `scores` and `labels` (N,), labels 1 (positive) or 0 (negative), at least one of each; results three tensors (M,) of equal length:
#
# - The first threshold lies above every score (infinity or largest score + 1): nothing is accepted, and the curve starts at (0, 0).
# - Then one stop for each *different* score, falling. **Equal scores cross the threshold together**, in one step.
# - At the smallest score everything is accepted, and the curve ends at (1, 1).
# - Where the curve is straight, the stops along the line may be kept or left out: it is the same curve.
#
# In the picture the thresholds stand as dotted lines. Count for each: how many ● and how many ○ lie to its right?

# %% tags=["demo"] hide=true
some, truth = [0.9, 0.8, 0.6, 0.6, 0.3, 0.1], [1, 1, 1, 0, 1, 0]
fig, axes = plt.subplots(
    1, 2, figsize=(9, 2.8), gridspec_kw={"width_ratios": [2, 1]}, layout="constrained"
)
heights = [0, 0, 0.15, -0.15, 0, 0]
for score, label, height in zip(some, truth, heights):
    axes[0].plot(
        score,
        height,
        "o",
        ms=13,
        markerfacecolor="black" if label else "white",
        markeredgecolor="black",
    )
stops = [1.0, 0.9, 0.8, 0.6, 0.3, 0.1]
curve = [
    (
        sum(1 - t for s, t in zip(some, truth) if s >= c) / 2,
        sum(t for s, t in zip(some, truth) if s >= c) / 4,
    )
    for c in stops
]
for stop, (fpr, tpr) in zip(stops, curve):
    axes[0].axvline(stop - 0.03, ls=":", color="black")
    axes[0].text(
        stop - 0.035, 0.28, f"{fpr:g}, {tpr:g}", ha="right", va="bottom", rotation=90, fontsize=9
    )
axes[0].set(
    xlim=(0, 1.02),
    ylim=(-0.4, 0.65),
    yticks=[],
    xlabel="score",
    title="● positive, ○ negative; above each threshold: fpr, tpr",
)
axes[1].plot(*zip(*curve), marker="o", color="black")
axes[1].plot([0, 1], [0, 1], ls=":", color="#888")
axes[1].set(xlabel="fpr", ylabel="tpr", title="the curve", aspect="equal")
show(
    "Six scores with thresholds between them, and the curve through (0, 0), (0, 0.25), (0, 0.5), (0.5, 0.75), (0.5, 1) and (1, 1). The tied pair makes one slanted step."
)


# %% solution="roc_curve"
def roc_curve(scores, labels):
    """Return the ROC curve of a yes-or-no classifier.

    At each threshold c: fpr = share of negatives with score >= c,
    tpr = share of positives with score >= c

    Args:
        scores: (N,) floating-point tensor of any numbers, logits as well as probabilities;
            larger means "more likely positive". Equal scores may occur.
        labels: (N,) integer tensor of 1 (positive) and 0 (negative), at least one of each.

    Returns:
        (fpr, tpr, thresholds): three tensors (M,) of scores' type. fpr and tpr rise from 0 to 1,
        thresholds fall; the first threshold is above every score (infinity or largest score + 1),
        and equal scores make one step.

    Not allowed: scikit-learn and torchmetrics. Allowed: sort, cumsum, unique, loops.
    """
    ### BEGIN SOLUTION
    order = scores.argsort(descending=True)
    sorted_scores = scores[order]
    positive = labels[order].to(scores.dtype)  # (N,)
    found = positive.cumsum(dim=0)  # positives accepted after each sample
    alarms = (1 - positive).cumsum(dim=0)  # negatives accepted after each sample
    stop = torch.ones_like(sorted_scores, dtype=torch.bool)
    stop[:-1] = sorted_scores[1:] != sorted_scores[:-1]  # only the last of equal scores is a stop
    fpr = torch.cat([scores.new_zeros(1), alarms[stop] / alarms[-1]])
    tpr = torch.cat([scores.new_zeros(1), found[stop] / found[-1]])
    thresholds = torch.cat([scores.new_full((1,), math.inf), sorted_scores[stop]])
    ### END SOLUTION
    return fpr, tpr, thresholds


# %% graded="roc_curve"
# Task 8, {{ points.roc_curve }} points. Hidden tests use other scores, with and without ties.
check("roc_curve")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("roc_curve")

# %% [markdown]
# **Pitfalls** · Ties: a positive and a negative with the same score are accepted together, whichever stands first in your sorted list. The point (0, 0) needs a
# threshold of its own, above the largest score. Divide false positives by all *negatives*, not by all samples.
#
# **Think** · What does the curve look like when the scores are drawn at random? And when every negative scores higher than every positive? How would
# you repair the second?

# %% [markdown]
# ## Task 9: the area under a curve
#
# **Goal** · write `auc`, the area under a curve of straight pieces · about 10 minutes · {{ points.auc }} points
#
# Under each piece, between two neighbouring points, lies a trapezoid: as wide as the step in x, and on average as high as the mean of the two y:
#
# $$\text{area} = \sum_i (x_{i+1} - x_i) \cdot \frac{y_i + y_{i+1}}{2}$$
#
# Shapes: `x` and `y` (M,), x never falling (steps of width 0 are allowed) and y never negative, in any range; result one number.
#
# Under a ROC curve, this **area under the curve** (AUC) has a meaning: it is the probability that a positive, picked at random, has a higher score
# than a negative picked at random (equal scores count half).

# %% tags=["demo"] hide=true
x, y = [0, 0.2, 0.5, 0.5, 1], [0, 0.4, 0.6, 0.8, 1]
plt.figure(figsize=(4, 3))
for i, hatch in zip(range(4), ("//", "\\\\", "", "..")):
    plt.fill(
        [x[i], x[i], x[i + 1], x[i + 1]],
        [0, y[i], y[i + 1], 0],
        facecolor="#d8e6f3",
        edgecolor="black",
        hatch=hatch,
    )
plt.plot(x, y, marker="o", color="black")
plt.xlabel("x")
plt.ylabel("y")
show(
    "A curve of four pieces; under each lies a trapezoid. The third piece goes straight up, and its trapezoid has no width."
)


# %% solution="auc"
def auc(x, y):
    """Return the area under the curve through the points (x[i], y[i]), by trapezoids.

    area = sum over i of (x[i+1] - x[i]) * (y[i] + y[i+1]) / 2

    Args:
        x: (M,) floating-point tensor that never falls. It may begin below 0 and end above 1.
        y: (M,) floating-point tensor, 0 or above, that may rise and fall.

    Returns:
        float

    Not allowed: trapezoid, trapz, scikit-learn and torchmetrics.
    """
    ### BEGIN SOLUTION
    return ((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum().item()
    ### END SOLUTION


# %% graded="auc"
# Task 9, {{ points.auc }} points. Hidden tests use curves of ours.
check("auc")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("auc")

# %% [markdown]
# **Pitfalls** · With y[i] alone, or y[i+1] alone, you add up rectangles, and the area is too small or too large. There are M − 1 pieces, not M.
#
# **Think** · Multiply all scores by 10, or take `exp` of each. Does the ROC curve change? Does the AUC?

# %% tags=["demo"] hide=true
if ready("softmax", "roc_curve", "auc", "test_scores"):
    question = 9
    is_it = (test_labels == question).long()
    probability = softmax(test_scores, dim=1)[
        :, question
    ]  # column 9: the probability of a 9, for every image
    fpr, tpr, thresholds = roc_curve(probability, is_it)
    area = auc(fpr, tpr)

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for ax in axes:
        ax.plot(fpr, tpr, color="black", label=f"{question} against the rest, area {area:.4f}")
        ax.plot([0, 1], [0, 1], ls=":", color="#888", label="throwing dice, area 0.5")
        ax.set(xlabel="false positive rate (fpr)", ylabel="true positive rate (tpr)")
    at = (thresholds >= 0.5).sum() - 1  # the last stop with a threshold of at least 0.5
    axes[1].plot(fpr[at], tpr[at], "o", color="#c05a00", ms=8, label="threshold 0.5")
    axes[1].set(
        xlim=(-0.002, 0.05), ylim=(min(0.9, tpr[at] - 0.02), 1.002), title="the corner, enlarged"
    )
    axes[0].legend(fontsize=8)
    axes[1].legend(fontsize=8, loc="lower right")
    show(
        f"ROC curve of digit {question} against the rest for {whose}: area {area:.4f}. At the threshold 0.5, "
        f"fpr is {fpr[at]:.2%} and tpr {tpr[at]:.1%}."
    )

# %% [markdown]
# ## Beside the library
#
# In daily work these measures come from scikit-learn. Now that you know what is inside, compare yours with its own. Mind the order of its
# arguments: truth first, prediction second. In its report, *support* is the number of samples of a class, *macro avg* the plain mean over the classes,
# *weighted avg* the mean in which each class counts by its support. Its ROC curve leaves out stops on a straight line.

# %% tags=["demo"]
import importlib.util

if ready("softmax", "confusion_matrix", "precision_recall_f1", "roc_curve", "auc", "test_scores"):
    if importlib.util.find_spec("sklearn") is None:
        print("scikit-learn is not installed here, so there is nothing to compare with.")
    else:
        from sklearn import metrics

        truth, predictions = test_labels, test_scores.argmax(dim=1)
        print(metrics.classification_report(truth, predictions, digits=3, zero_division=0))

        cm = confusion_matrix(predictions, truth, 10)
        same = np.array_equal(metrics.confusion_matrix(truth, predictions, labels=range(10)), cm)
        print("confusion matrix:", "the same" if same else "not the same")

        theirs = metrics.precision_recall_fscore_support(truth, predictions, zero_division=0)
        yours = precision_recall_f1(cm)
        largest = max(np.abs(np.asarray(a) - b).max() for a, b in zip(yours, theirs))
        print(f"precision, recall, F1: largest difference {largest:.0e}")

        scores, is_it = softmax(test_scores, dim=1)[:, 9], (truth == 9).long()
        fpr, tpr, thresholds = roc_curve(scores, is_it)
        their_fpr, their_tpr, _ = metrics.roc_curve(is_it, scores)
        print(f"ROC curve of digit 9: {len(fpr):,} stops in yours, {len(their_fpr):,} in theirs")
        their_area = metrics.auc(their_fpr, their_tpr)
        print(f"area under it: {auc(fpr, tpr):.6f} yours, {their_area:.6f} theirs")

# %% [markdown]
# ## Open challenge: whom do you ask?
#
# No points, no hidden tests: this one is for you. The digits are postcodes on letters. For each image you take the network's answer, or you send
# it to a person, who is always right and costs 1. A wrong answer that nobody looked at costs 50: the letter goes to another town. Which
# images do you send?
#
# For a calibrated model, one rule can be found on paper: with confidence p, the network's answer costs 50 · (1 − p) on average, which is more than
# the person's 1 where p is below 0.98. On MNIST, the small network from the top of this notebook gets so far:
#
# | rule | images sent | cost of 100 images |
# |---|---|---|
# | send nothing | 0% | {{ figures.challenge_nothing:.0f }} |
# | send everything | 100% | 100 |
# | send below a confidence of 0.98 | {{ figures.challenge_sent:.0% }} | {{ figures.challenge_paper:.1f }} |
# | send below a threshold chosen on half of the images | {{ figures.challenge_sent_chosen:.0% }} | {{ figures.challenge_chosen:.1f }} |
#
# **The rules of the game.** Whatever you choose, a threshold, say, choose it on the test images with an *even* number. They play the
# validation here, and are no test any more. Then count the cost on those with an *odd* number, once. Whoever chooses and counts on the same images is flattered by chance. (One more wrong letter raises the cost by 1, so
# small differences are chance, too.)
#
# **Ideas.** The lead over the second class. The softmax of z/T, where the *temperature* T is chosen to make the model calibrated. The mean
# of two networks' probabilities. Your CNN instead of the small network. How far below the last line do you get, and why?


# %% tags=["demo"]
def cost_of_100(sent, wrong):
    """Return the cost of 100 images: 1 for each that is sent, 50 for each wrong one that is not."""
    return 100 * (sent.double() + 50 * (wrong & ~sent)).mean().item()


if ready("network", "test_images"):
    with torch.no_grad():
        probabilities = F.softmax(network(test_images), dim=1)  # (10000, 10)
    confidences, predictions = probabilities.max(dim=1)
    wrong = predictions != test_labels
    even, odd = slice(0, None, 2), slice(1, None, 2)  # choose on the even numbers, count on the odd

    candidates = torch.linspace(0.5, 1, 501)
    costs = [cost_of_100(confidences[even] < c, wrong[even]) for c in candidates]
    chosen = candidates[costs.index(min(costs))].item()
    rules = {
        "send nothing": torch.zeros_like(wrong),
        "send everything": torch.ones_like(wrong),
        "confidence below 0.98": confidences < 0.98,
        f"confidence below {chosen:.3f}": confidences < chosen,
    }
    for name, sent in rules.items():
        share, cost = sent[odd].double().mean().item(), cost_of_100(sent[odd], wrong[odd])
        print(f"{name:<24} {share:>5.1%} sent, cost of 100 images {cost:6.1f}")

# %% tags=["demo"]
# Your turn. This cell is never run in grading: try what you like.
if ready("network", "test_images"):
    best, second = probabilities.topk(2, dim=1).values.T  # each (10000,)
    sent = best - second < 0.9  # True where you send the image to a person

    print(f"on the even numbers: cost of 100 images {cost_of_100(sent[even], wrong[even]):.1f}")
    # print(f"on the odd numbers: {cost_of_100(sent[odd], wrong[odd]):.1f}")  # once, at the end

# %% [markdown]
# ## Where you stand

# %% tags=["demo"]
progress()
