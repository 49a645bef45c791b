# %% [markdown]
# # Lab 1, part 3: how sure, how good, and where it errs
#
# A network ends in ten raw scores. In this notebook you turn them into confidences, measure the loss as training does, and then look closely
# at the mistakes: which digits are mixed up, how often an alarm is false, and what happens when you move the threshold.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `softmax`: scores to confidences | {{ points.softmax }} |
# | 2 | `log_softmax`: the same, safely in logarithms | {{ points.log_softmax }} |
# | 3 | `cross_entropy`: the loss | {{ points.cross_entropy }} |
# | 4 | `predict`: a class and how sure | {{ points.predict }} |
# | 5 | `accuracy` | {{ points.accuracy }} |
# | 6 | `confusion_matrix`: what is taken for what | {{ points.confusion_matrix }} |
# | 7 | `precision_recall_f1`: class by class | {{ points.precision_recall_f1 }} |
# | 8 | `roc_curve`: one digit against the rest | {{ points.roc_curve }} |
# | 9 | `auc`: the curve in one number | {{ points.auc }} |
#
# Plan on about two hours.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# It is as in parts 1 and 2: write your code where it says `# YOUR CODE HERE`, run the check below it, call `hint("softmax")` up to three times
# when you are stuck, and `progress()` to see where you stand. **A passed check says that a small example works; hidden tests
# remain**, with other shapes, types, larger numbers and corner cases.
#
# ### What "from scratch" means
#
# In every task but `predict` you may not call the library function that does the whole job, by whatever name it is reached: no `softmax`,
# `log_softmax`, `nll_loss`, `cross_entropy`, `trapezoid`/`trapz`, `conv…`, `max_pool…`, `relu` from PyTorch, NumPy or SciPy, none of their modules
# (`nn.Softmax`, `nn.CrossEntropyLoss` …), nothing from scikit-learn, torchmetrics, `torch.distributions`, or SciPy's `ndimage`, `signal` and
# `integrate`. **Allowed** is everything else: `exp`, `log`,
# `logsumexp`, `amax`, `gather`, `one_hot`, `bincount`, `cumsum`, `sort`, `where`, `maximum`, `clamp`, `einsum`, `matmul`, `unfold`, `fold`, `pad`,
# `as_strided`, FFT, NumPy, and plain loops. In `predict`, any softmax will do, the library's too. Breaking the rule costs the item,
# and the feedback says why.
#
# ### What holds for every function
#
# - Results keep a floating-point input's type and device. Inputs are never changed, and they may be non-contiguous.
#   A batch may hold a single sample.
# - Where a number is asked for (`-> float`), return a Python or NumPy number: `.item()` makes one of a tensor.
# - Scores may be as large as `±1e4` (then they come in float64). `exp(10000)` is infinity: that is what "stable" is about.
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
    if there != CHECKS and (not there or "def check(item):" in there):  # an older release's are replaced
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
# The data, as in parts 1 and 2, and a small network to ask.

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)
test_images, test_labels = test_set.tensors if test_set else (None, None)

if train_set:
    print(f"{len(train_set):,} images to learn from, {len(test_set):,} for the test")
    print(f"computing on: {device}")

# %% [markdown]
# The small network: fully connected, trained for two epochs on the spot (a few seconds). If you saved the test scores of
# your own CNN in part 2 (`cnn_scores.pt`), the mistakes below are *its* mistakes; else they are the small network's.

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
# `scores[7]` can be the scores of image 7 or, in one image's ten scores, the score *of digit* 7. Ask each time: which axis am I on?

# %% tags=["demo"]
if ready("test_set"):
    image, label = test_set[7]
    print(f"test_set[7] shows a {label}")
    print("the first images show", test_labels[:10].tolist())
    print("images of a 7 are number", (test_labels == 7).nonzero().flatten()[:5].tolist(), "…")

# %% [markdown]
# ## Task 1: softmax
#
# **Goal** · write `softmax`, which turns scores into confidences · about 15 minutes · {{ points.softmax }} points
#
# Scores may be any numbers. Confidences should be positive and add up to 1. So: take `exp` (always positive), and divide by the sum. The sum
# runs along one dimension `dim`; every other index is left alone, and the shape stays:
#
# $$\text{softmax}(z)_k = \frac{e^{z_k}}{\sum_j e^{z_j}} = \frac{e^{z_k - m}}{\sum_j e^{z_j - m}} \quad\text{for every } m$$
#
# The second form is the one to compute: with m = the largest score along `dim`, the largest exponent is 0, and nothing overflows.
#
# What softmax does can be seen when the scores are stretched: the order stays, but large differences become near-certainty.

# %% tags=["demo"] hide=true
scores = torch.tensor([1.0, 2.0, 0.5, 3.0])
fig, axes = plt.subplots(1, 4, figsize=(10, 2.4), layout="constrained")
axes[0].bar(range(4), scores, color="#bbb", edgecolor="black")
axes[0].set_title("scores z")
for ax, factor in zip(axes[1:], (0.3, 1, 3)):
    weights = (factor * scores).exp()
    ax.bar(range(4), weights / weights.sum(), color="#7aa6cf", edgecolor="black")
    ax.set(ylim=(0, 1), title=f"confidences of {factor}·z" if factor != 1 else "confidences of z")
for ax in axes:
    ax.set_xticks(range(4))
    ax.set_xlabel("class")
show(
    "Four scores and their confidences: nearly equal for 0.3 z, class 3 leading for z, class 3 almost certain for 3 z."
)


# %% solution="softmax"
def softmax(z, dim=-1):
    """Turn scores into positive numbers that add up to 1 along a dimension.

    softmax(z)_k = exp(z_k) / sum over j of exp(z_j), j running along dim

    Args:
        z: floating-point tensor of any shape, values up to ±10,000. For a batch of logits: (N, K).
        dim: int, the dimension along which the results add up to 1.

    Returns:
        Tensor of z's shape and type; no infinities, no NaN.

    Not allowed: torch.softmax, F.softmax, nn.Softmax, log_softmax. Allowed: exp, sum, amax, logsumexp.
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
# **Pitfalls** · Always say along which dimension. For logits (N, K) it is `dim=1` (or −1): with `dim=0` the confidences of *different images*
# would add up to 1. Without any `dim`, PyTorch's own softmax guesses, and warns. `max(dim=…)` returns two things, values and indices;
# `amax` returns the values. `keepdim=True` keeps the shapes in line.
#
# **Think** · Add 100 to every score. What happens to the confidences? So what do raw scores mean by themselves?

# %% tags=["demo"]
if ready("softmax", "test_scores"):
    few = test_scores[:3]  # (3, 10): three images, ten scores each
    print("sums over the classes, dim=1:", softmax(few, dim=1).sum(dim=1).tolist())
    print("dim=0 by mistake, same sums: ", softmax(few, dim=0).sum(dim=1).tolist())

    number = 0
    fig, axes = plt.subplots(
        1, 3, figsize=(10, 2.6), gridspec_kw={"width_ratios": [1, 2, 2]}, layout="constrained"
    )
    axes[0].imshow(test_images[number, 0], cmap="gray_r")
    axes[0].set_title(f"image {number}, a {test_labels[number]}")
    axes[0].axis("off")
    axes[1].bar(range(10), test_scores[number], color="#bbb", edgecolor="black")
    axes[1].axhline(0, color="black", lw=0.8)
    axes[1].set(title="raw scores", xlabel="digit")
    axes[2].bar(range(10), softmax(test_scores[number]), color="#7aa6cf", edgecolor="black")
    axes[2].set(title="confidences", xlabel="digit", ylim=(0, 1.05))
    for ax in axes[1:]:
        ax.set_xticks(range(10))
    show(
        "One test image, its ten raw scores, positive and negative, and its ten confidences, of which one is close to 1."
    )

# %% [markdown]
# ## Task 2: log-softmax
#
# **Goal** · write `log_softmax`, the logarithm of the confidences, without ever computing them · about 15 minutes ·
# {{ points.log_softmax }} points
#
# The loss needs the *logarithm* of a confidence. `log(softmax(z))` fails just where it matters: a confidence of e⁻²⁰⁰ becomes 0 in float32, and
# its logarithm −∞ instead of −200. But the logarithm can be taken on paper:
#
# $$\log \text{softmax}(z)_k = z_k - \log \sum_j e^{z_j} = (z_k - m) - \log \sum_j e^{z_j - m}$$
#
# with m = the largest score along `dim`, as before. Shapes: as in task 1.

# %% tags=["demo"] hide=true
gap = torch.linspace(0, 160, 161)
pairs = torch.stack([gap, torch.zeros_like(gap)], dim=1)  # two scores: gap and 0
unstable = (pairs.exp()[:, 1] / pairs.exp().sum(dim=1)).log()
stable = -torch.logsumexp(pairs, dim=1)
plt.figure(figsize=(6, 2.6))
plt.plot(gap, stable, lw=5, color="#cfcfcf", label="on paper first")
plt.plot(
    gap[unstable.isfinite()],
    unstable[unstable.isfinite()],
    color="black",
    ls="--",
    label="log of softmax, float32",
)
plt.plot(gap[unstable.isfinite()][-1], unstable[unstable.isfinite()][-1], "x", color="black", ms=10)
plt.xlabel("difference of the two scores")
plt.ylabel("log confidence of the smaller")
plt.legend(fontsize=8)
show(
    "The log confidence falls in a straight line. Computed as log of softmax, it breaks off at a difference near 88, where exp overflows."
)


# %% solution="log_softmax"
def log_softmax(z, dim=-1):
    """Return the logarithm of softmax, stably.

    log_softmax(z)_k = z_k - log(sum over j of exp(z_j)), j running along dim

    Args:
        z: floating-point tensor of any shape, values up to ±10,000. For a batch of logits: (N, K).
        dim: int, the dimension along which the confidences add up to 1.

    Returns:
        Tensor of z's shape and type, all values finite and at most 0.

    Not allowed: log_softmax and softmax of the library; log(softmax(z)) is not stable. Allowed: exp, log, logsumexp.
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
# **Pitfalls** · Subtracting the largest score inside softmax saves `exp` but not `log`: small confidences still become 0. A small number added
# inside the logarithm (`log(p + 1e-9)`) hides the infinity and gives a wrong value.
#
# **Think** · Which value does `log_softmax` take when a network is completely sure and right? And when it is completely undecided between ten digits?

# %% [markdown]
# ## Task 3: cross entropy
#
# **Goal** · write `cross_entropy`, the loss of part 2, from raw scores · about 15 minutes · {{ points.cross_entropy }} points
#
# The loss of one image is the negative logarithm of the confidence that its *right* class got; the loss of a batch is the mean over its images:
#
# $$\text{loss} = -\frac{1}{N} \sum_{n=1}^{N} \log \text{softmax}(\text{logits}_n)_{\text{target}_n}$$
#
# Shapes: `logits` (N, K), `targets` (N,) with integers from 0 to K−1, result a scalar (a tensor of shape `()`). The picture shows what one
# image pays: almost nothing when sure and right, a lot when sure and wrong.

# %% tags=["demo"] hide=true
confidence = torch.linspace(0.005, 1, 200)
plt.figure(figsize=(6, 2.6))
plt.plot(confidence, -confidence.log(), color="black")
for p, text in ((0.1, "undecided between ten: 2.30"), (0.5, "half sure: 0.69"), (0.99, "sure: 0.01")):
    plt.plot(p, -math.log(p), "o", color="#c05a00")
    plt.annotate(
        text,
        (p, -math.log(p)),
        xytext=(6, 8),
        textcoords="offset points",
        fontsize=9,
        ha="right" if p > 0.9 else "left",
    )
plt.xlabel("confidence in the right class")
plt.ylabel("loss of this image")
show(
    "Loss against the confidence in the right class: 2.30 at 0.1, 0.69 at 0.5, 0.01 at 0.99, and rising without bound towards 0."
)


# %% solution="cross_entropy"
def cross_entropy(logits, targets):
    """Return the mean cross entropy of a batch.

    loss = -mean over n of log_softmax(logits[n])[targets[n]]

    Args:
        logits: (N, K) floating-point tensor of raw scores, values up to ±10,000.
        targets: (N,) integer tensor, each the right class, from 0 to K-1.

    Returns:
        scalar tensor, shape (), of the logits' type, finite.

    Not allowed: cross_entropy, nll_loss, log_softmax, softmax of the library and their modules. Your own are welcome.
    """
    ### BEGIN SOLUTION
    right = logits.gather(1, targets.reshape(-1, 1)).squeeze(1)  # (N,), the right class's scores
    return (torch.logsumexp(logits, dim=1) - right).mean()
    ### END SOLUTION


# %% graded="cross_entropy"
# Task 3, {{ points.cross_entropy }} points. Hidden tests use other sizes, and large scores.
check("cross_entropy")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("cross_entropy")

# %% [markdown]
# **Pitfalls** · The input is raw scores: softmax before it would be applied twice. `logits[targets]` picks rows, not one score from each row;
# `logits[torch.arange(N), targets]` or `gather` does. Mean over the N images, not over all N·K numbers.
#
# **Think** · A network is right on 99 of 100 images, and on one it is wrong with confidence 0.99999. Which of the two decides the loss?

# %% [markdown]
# ## Task 4: predict
#
# **Goal** · write `predict`, which says for each image the class and how sure the model is · about 15 minutes · {{ points.predict }} points
#
# For each image: run the model, turn its scores into confidences, take the largest. The class is its place, the confidence its value:
#
# $$\text{label}_n = \arg\max_k\; \text{softmax}(\text{logits}_n)_k \qquad \text{confidence}_n = \max_k\; \text{softmax}(\text{logits}_n)_k$$
#
# Shapes: `images` (N, 1, 28, 28) or whatever the model takes; results (N,) and (N,). Do it as an evaluation, like `evaluate` in part 2: evaluation mode, no
# gradients, and the mode as you found it afterwards.


# %% solution="predict"
def predict(model, images):
    """Predict a class for each image, and how sure the model is.

    label = argmax of the logits, confidence = softmax(logits)[label]

    Args:
        model: nn.Module, images to logits (N, K). Its mode is restored afterwards.
        images: (N, …) tensor, for the digits (N, 1, 28, 28).

    Returns:
        (labels, confidences): (N,) integers and (N,) floating-point numbers in (0, 1], without gradients.

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
# **Pitfalls** · The largest *score* is not a confidence. `max(dim=1)` gives values first and places second; the result is asked for the other way
# round. Without `model.eval()` a model with dropout answers differently each time.
#
# **Think** · Is a confidence of 0.9 right in 9 of 10 cases? How would you find out with the test images?

# %% tags=["demo"]
if ready("predict", "network", "test_images"):
    labels, confidences = predict(network, test_images[:8])
    fig, axes = plt.subplots(1, 8, figsize=(11, 2), layout="constrained")
    for ax, image, label, confidence, truth in zip(axes, test_images, labels, confidences, test_labels):
        ax.imshow(image[0], cmap="gray_r")
        ax.set_title(
            f"{label}, {confidence:.0%}\n{'right' if label == truth else f'wrong: {truth}'}", fontsize=9
        )
        ax.axis("off")
    show("Eight test images, each with the predicted digit, the confidence, and whether it is right.")

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
    """Return the share of samples whose largest score belongs to the right class.

    Args:
        logits: (N, K) floating-point tensor of raw scores.
        labels: (N,) integer tensor of right classes.

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
# **Pitfalls** · A share, not a number of samples and not a percentage. Softmax is not needed: it keeps the order.
#
# **Think** · One image in a thousand shows a rare disease. How accurate is the classifier that always says "healthy"?

# %% [markdown]
# ### The most confident mistakes
#
# Mistakes made with little confidence are harmless. These were made with the greatest.

# %% tags=["demo"]
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
# Shapes: `preds` and `labels` (N,), result (num_classes, num_classes) of integers. On the diagonal lie the right answers. A class that does not
# occur keeps its row and column of zeros.

# %% tags=["demo"] hide=true
fig, ax = plt.subplots(figsize=(3.6, 2.6), layout="constrained")
for (i, j), text in np.ndenumerate(np.array([["1", "1", "0"], ["0", "2", "0"], ["1", "0", "1"]])):
    ax.add_patch(plt.Rectangle((j, -i), 1, -1, facecolor="#d8e6f3" if i == j else "white", edgecolor="black"))
    ax.text(j + 0.5, -i - 0.5, text, ha="center", va="center")
for k in range(3):
    ax.text(-0.15, -k - 0.5, f"is {k}", ha="right", va="center")
    ax.text(k + 0.5, 0.15, f"says {k}", ha="center")
ax.set(xlim=(-1.2, 3.1), ylim=(-3.1, 0.8), aspect="equal", title="labels 0 0 1 1 2 2\npreds  0 1 1 1 0 2")
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
# **Pitfalls** · Mind the order: the function gets `preds` first, but the matrix has the truth first. `cm[labels, preds] += 1` counts a pair that occurs
# several times only once. Counts are integers.
#
# **Think** · What does the sum of a row tell you? Of a column? Of the diagonal?

# %% tags=["demo"]
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
        xlabel="says", ylabel="is", xticks=range(10), yticks=range(10), title=f"mistakes of {whose} tinted"
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
# Two questions about class k. When the network says k, how often is it right? And of all real k, how many does it find?
#
# $$\text{precision}_k = \frac{\text{cm}[k, k]}{\sum_t \text{cm}[t, k]} \qquad \text{recall}_k = \frac{\text{cm}[k, k]}{\sum_p \text{cm}[k, p]} \qquad F_{1,k} = \frac{2 \cdot \text{precision}_k \cdot \text{recall}_k}{\text{precision}_k + \text{recall}_k}$$
#
# So precision looks down the *column* of k, recall along the *row* of k. Where a denominator is 0 (k never predicted, or never there), the
# value is defined as 0. Shapes: `cm` (K, K) gives three tensors (K,).

# %% tags=["demo"] hide=true
fig, axes = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
for ax, name in zip(axes, ("precision of class 1", "recall of class 1")):
    for i in range(3):
        for j in range(3):
            inside = j == 1 if name.startswith("precision") else i == 1
            ax.add_patch(
                plt.Rectangle(
                    (j, -i),
                    1,
                    -1,
                    facecolor="#fde8c8" if inside else "white",
                    edgecolor="black",
                    hatch="//" if i == j == 1 else None,
                )
            )
    ax.set(
        xlim=(-0.1, 3.1),
        ylim=(-3.1, 0.1),
        aspect="equal",
        title=f"{name}:\nhatched / tinted",
        xlabel="says",
        ylabel="is",
    )
    ax.set_xticks([0.5, 1.5, 2.5], [0, 1, 2])
    ax.set_yticks([-0.5, -1.5, -2.5], [0, 1, 2])
show("Precision divides the middle cell by the sum of its column, recall by the sum of its row.")


# %% solution="precision_recall_f1"
def precision_recall_f1(cm):
    """Return precision, recall and F1 of each class.

    precision[k] = cm[k, k] / sum of column k,  recall[k] = cm[k, k] / sum of row k,
    f1[k] = 2 * precision[k] * recall[k] / (precision[k] + recall[k]);  each is 0 where its denominator is 0.

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
# **Pitfalls** · `sum(dim=0)` adds up the rows, which leaves the *column* sums. 0/0 is NaN, and one NaN spoils every mean: put 0 there. F1 is not the mean of
# the two; it is small as soon as one of them is.
#
# **Think** · A spam filter, a cancer screening: which of the two numbers matters more in each?

# %% tags=["demo"]
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
        f"Precision and recall of each digit for {whose}. Lowest recall: digit {recall.argmin()}, {recall.min():.1%}; lowest precision: digit {precision.argmin()}, {precision.min():.1%}."
    )

# %% [markdown]
# ## Task 8: the ROC curve
#
# **Goal** · write `roc_curve` for a yes-or-no question · about 25 minutes · {{ points.roc_curve }} points
#
# "Is it a 9?" Each image has a score, and we say yes when the score is at least some threshold. A low threshold finds every 9 and raises many false
# alarms; a high one the opposite. The ROC curve shows every compromise: lower the threshold from above all scores to the smallest, and at each
# stop note
#
# $$\text{fpr} = \frac{\text{negatives with score} \ge \text{threshold}}{\text{all negatives}} \qquad \text{tpr} = \frac{\text{positives with score} \ge \text{threshold}}{\text{all positives}}$$
#
# Shapes: `scores` and `labels` (N,), labels 1 (positive) or 0 (negative), at least one of each; results three tensors (M,) of equal length:
#
# - The first threshold lies above every score (infinity or largest score + 1): nobody is accepted, the curve starts at (0, 0).
# - Then one stop for each *different* score, falling. **Equal scores cross the threshold together**, in one step.
# - At the smallest score everybody is accepted: the curve ends at (1, 1).
# - Stops on a straight line between their neighbours may be kept or left out.
#
# In the picture the thresholds stand as dotted lines. Count for each: how many ● and how many ○ lie to its right?

# %% tags=["demo"] hide=true
some, truth = [0.9, 0.8, 0.6, 0.6, 0.3, 0.1], [1, 1, 1, 0, 1, 0]
fig, axes = plt.subplots(1, 2, figsize=(9, 2.8), gridspec_kw={"width_ratios": [2, 1]}, layout="constrained")
heights = [0, 0, 0.15, -0.15, 0, 0]
for score, label, height in zip(some, truth, heights):
    axes[0].plot(
        score, height, "o", ms=13, markerfacecolor="black" if label else "white", markeredgecolor="black"
    )
stops = [1.0, 0.9, 0.8, 0.6, 0.3, 0.1]
curve = [
    (sum(1 - t for s, t in zip(some, truth) if s >= c) / 2, sum(t for s, t in zip(some, truth) if s >= c) / 4)
    for c in stops
]
for stop, (fpr, tpr) in zip(stops, curve):
    axes[0].axvline(stop - 0.03, ls=":", color="black")
    axes[0].text(stop - 0.035, 0.28, f"{fpr:g}, {tpr:g}", ha="right", va="bottom", rotation=90, fontsize=9)
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

    At each threshold c: fpr = share of negatives with score >= c, tpr = share of positives with score >= c

    Args:
        scores: (N,) floating-point tensor of any numbers, raw scores as well as confidences; larger means "more likely
            positive". Equal scores may occur.
        labels: (N,) integer tensor of 1 (positive) and 0 (negative), at least one of each.

    Returns:
        (fpr, tpr, thresholds): three tensors (M,) of scores' type. fpr and tpr rise from 0 to 1, thresholds fall; the
        first threshold is above every score (infinity or largest score + 1), and equal scores make one step.

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
# threshold of its own above the largest score. Divide false alarms by all *negatives*, not by all samples.
#
# **Think** · What does the curve of a classifier look like that throws dice? And of one that is always wrong? How would you repair the second?

# %% [markdown]
# ## Task 9: the area under a curve
#
# **Goal** · write `auc`, the area under a curve of straight pieces · about 10 minutes · {{ points.auc }} points
#
# Between two neighbouring points lies a trapezoid: as wide as the step in x, as high as the mean of the two y:
#
# $$\text{area} = \sum_i (x_{i+1} - x_i) \cdot \frac{y_i + y_{i+1}}{2}$$
#
# Shapes: `x` and `y` (M,), x never falling (steps of width 0 are allowed) and y never negative, in any range; result one number. For a ROC curve this is the chance that a random
# positive has a higher score than a random negative, ties counted half.

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
# **Think** · Stretch all scores by a factor of 10, or push them through softmax's `exp`. Does the ROC curve change? Does the AUC?

# %% tags=["demo"]
if ready("softmax", "roc_curve", "auc", "test_scores"):
    question = 9
    is_it = (test_labels == question).long()
    confidence = softmax(test_scores, dim=1)[
        :, question
    ]  # column 9: the confidence in digit 9, for every image
    fpr, tpr, thresholds = roc_curve(confidence, is_it)
    area = auc(fpr, tpr)

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for ax in axes:
        ax.plot(fpr, tpr, color="black", label=f"{question} against the rest, area {area:.4f}")
        ax.plot([0, 1], [0, 1], ls=":", color="#888", label="throwing dice, area 0.5")
        ax.set(xlabel="false alarms (fpr)", ylabel="found (tpr)")
    at = (thresholds >= 0.5).sum() - 1  # the last stop with a threshold of at least 0.5
    axes[1].plot(fpr[at], tpr[at], "o", color="#c05a00", ms=8, label="threshold 0.5")
    axes[1].set(xlim=(-0.002, 0.05), ylim=(min(0.9, tpr[at] - 0.02), 1.002), title="the corner, enlarged")
    axes[0].legend(fontsize=8)
    axes[1].legend(fontsize=8, loc="lower right")
    show(f"ROC curve of digit {question} against the rest for {whose}: area {area:.4f}.")

# %% [markdown]
# ## Where you stand

# %% tags=["demo"]
progress()
