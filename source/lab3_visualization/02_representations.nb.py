# %% [markdown]
# # Lab 3, part 2: representations
#
# Behind its last ReLU, the network of part 1 has made twenty numbers of every image. An image is a **point** there, and digits that
# the network thinks alike lie close together. In this notebook you take these points out, lay them flat to look at them, find
# neighbours, and let a channel draw its own favourite image. At the end you ask about the digits that the network gets wrong.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `features`: what goes into the last layer | {{ points.features }} |
# | 2 | `pca`: the directions in which points differ most | {{ points.pca }} |
# | 3 | `cosine_similarity`: do two points lie in one direction? | {{ points.cosine_similarity }} |
# | 4 | `nearest_neighbours`: which points lie closest? | {{ points.nearest_neighbours }} |
# | 5 | `knn_accuracy`: what the neighbours know | {{ points.knn_accuracy }} |
# | 6 | `maximise_activation`: an image made to please a channel | {{ points.maximise_activation }} |
#
# Plan on about two hours.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# As in part 1: write your code where it says `# YOUR CODE HERE`, and run the check below it. When you are stuck, call
# `hint("features")`, up to three times; `progress()` shows where you stand. **A passed check says that a small example works. Hidden
# tests remain**, with other networks, shapes and numbers. You may call your earlier functions in later tasks: one mistake costs one task.
#
# ### What may not be called
#
# - **Not allowed**, by whatever name it is reached, is the library call that does the whole job: `torch.pca_lowrank`,
#   `F.cosine_similarity` with its module and its loss (`nn.CosineSimilarity`, `F.cosine_embedding_loss`), anything from scikit-learn
#   or torchmetrics, torchvision's feature extractors (`create_feature_extractor`, `IntermediateLayerGetter` …), and captum. (Part 1's
#   list holds as well, and nothing on it would help here.)
# - **Allowed** is everything else: `torch.linalg.svd` and `eigh`, `torch.cdist`, `F.normalize`, `topk`, `argsort`, `bincount`, `mode`,
#   hooks, `torch.autograd`, `torch.optim` in task 6, NumPy, plain loops.
#
# Breaking the rule costs the task's points, and the feedback says why. The rule is for your answers: some cells of ours call
# scikit-learn.
#
# ### What holds for every function
#
# - **Looking leaves no trace**, as in part 1: weights and their gradients, mode, hooks, and whether gradients are recorded are
#   afterwards as they were before, also where a pass ends with an error. A network is looked at in evaluation mode.
# - Results keep a floating-point input's type and device. What you take out of a network carries no graph. Inputs are never changed,
#   and they may be non-contiguous. There may be a single row.
# - Where a number is asked for, return a Python or NumPy number: `.item()` makes one of a tensor.
# - Equal distances may come in any order, and the sign of a component is free. Where two components have the same variance, any two
#   directions at right angles in their plane are right.
# - Speed is not graded. Rounding errors of float32 are forgiven. You may print.
# - Never tested: empty tensors, NaN, a k larger than the number of rows, points that are all equal, networks of which one half is in
#   training mode, networks without a linear layer or whose last linear layer in the code is not the last in the pass, a module that
#   is used twice in a pass or whose output is a tuple, and the empty name `""`.
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
import base64
import importlib.util
import math
import sys

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from checks import check, hint, load_images, progress, ready, show

# %% locked="colours"
# Ten colours that readers with any colour vision can tell apart, one for each digit
COLOURS = ["#332288", "#88ccee", "#44aa99", "#117733", "#999933"]
COLOURS += ["#ddcc77", "#cc6677", "#882255", "#aa4499", "#777777"]

# %% [markdown]
# ## The network and the images
#
# The network is that of part 1: the same class, and the same numbers.

# %% locked="weights" hide=true
# @title The network's weights (nothing to do here)
# All its numbers in half precision, as text, so that a notebook opened alone has them.
WEIGHTS = {{file.digit_net}}


# %% locked="network"
class DigitNet(nn.Module):
    """Two convolutions of 5×5 and two linear layers: images (N, 1, 28, 28) to scores (N, 10)."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential()
        self.body.conv1 = nn.Conv2d(1, 8, kernel_size=5)  # (N, 8, 24, 24)
        self.body.relu1 = nn.ReLU(inplace=True)
        self.body.pool1 = nn.MaxPool2d(2)  # (N, 8, 12, 12)
        self.body.conv2 = nn.Conv2d(8, 16, kernel_size=5)  # (N, 16, 8, 8)
        self.body.relu2 = nn.ReLU(inplace=True)
        self.body.pool2 = nn.MaxPool2d(2)  # (N, 16, 4, 4)
        self.head = nn.Sequential()
        self.head.flatten = nn.Flatten()  # (N, 256)
        self.head.hidden = nn.Linear(256, 20)  # (N, 20)
        self.head.relu = nn.ReLU(inplace=True)
        self.head.drop = nn.Dropout(0.2)
        self.head.scores = nn.Linear(20, 10)  # (N, 10)

    def forward(self, x):
        return self.head(self.body(x))


def trained_network():
    """Return a DigitNet with the weights of the cell above, in evaluation mode."""
    numbers = np.frombuffer(base64.b64decode(WEIGHTS), dtype="<f2").astype("float32")
    network = DigitNet()
    nn.utils.vector_to_parameters(torch.from_numpy(numbers), network.parameters())
    return network.eval()


net = trained_network()
torch.manual_seed(0)
untrained = DigitNet().eval()  # the same layers before any training

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)
test_images, test_labels = test_set.tensors if test_set else (None, None)

if test_set:
    with torch.no_grad():
        predictions = net(test_images).argmax(dim=1)
    few_images, few_labels = test_images[:1000], test_labels[:1000]  # the points in our pictures
    right = (predictions == test_labels).float().mean().item()
    print(f"{len(train_set):,} images to learn from; of {len(test_set):,} for the test, ", end="")
    print(f"{right:.1%} are right")

# %% [markdown]
# ## Task 1: features
#
# **Goal** · write `features`, which takes out what the last layer is given · about 20 minutes · {{ points.features }} points
#
# The last linear layer of a network is a simple thing: each class has a direction, and the score says how far the point lies along
# it. All the hard work has been done before. What goes *into* this layer are the **features** of an image: its description by the
# network, in D numbers.
#
# - "The last linear layer" is the last `nn.Linear` in `model.modules()`.
# - A forward hook is called with (module, inputs, output), where `inputs` is a tuple; a pre-hook (`register_forward_pre_hook`) with
#   (module, inputs). Either will do.
# - The images go through the network in batches of at most `batch_size`, all of them once, in their order.
#
# Shapes: `images` (N, C, H, W); the result is (N, D).


# %% solution="features"
def features(model, images, batch_size=64):
    """Return what goes into a model's last linear layer, for every image.

    Args:
        model: nn.Module with at least one nn.Linear, in any mode.
        images: tensor (N, C, H, W).
        batch_size: int, the largest number of images that may go through the model at once.

    Returns:
        tensor (N, D) without a graph, a row for each image

    Not allowed: torchvision.models.feature_extraction, captum.
    """
    ### BEGIN SOLUTION
    last = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    parts, was_training = [], model.training

    def keep(module, inputs, output):
        parts.append(inputs[0].detach().clone())

    handle = last.register_forward_hook(keep)
    try:
        model.eval()
        with torch.no_grad():
            for part in images.split(batch_size):
                model(part)
    finally:
        handle.remove()
        model.train(was_training)
    return torch.cat(parts)
    ### END SOLUTION


# %% graded="features"
# Task 1, {{ points.features }} points. Hidden tests use other networks, and look at them afterwards.
check("features")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("features")

# %% [markdown]
# **Pitfalls** · `inputs` is a tuple also where there is one input: take `inputs[0]`. The *output* of the layer before is not what goes
# into the last one, if a ReLU stands between them, or a dropout. And `model.head[:-1](images)` fits one network, not every.
#
# **Think** · The network of this lab has 20 features for each image, and an image has 784 pixels. What was lost, and is that bad?
#
# The picture shows the mean of the 20 features over the images of each digit. Every row is a digit's pattern: two digits whose rows
# are alike are hard to tell apart for the network. And {{ figures.rep_idle:.0f}} of the columns are white all over: features that are 0 for every
# image, since the training had no use for them.

# %% tags=["demo"] hide=true
# @title Picture: the mean features of each digit
if ready("features", "test_set"):
    points = features(net, few_images)  # (1000, 20)
    means = torch.stack([points[few_labels == k].mean(dim=0) for k in range(10)])  # (10, 20)
    plt.figure(figsize=(8, 3.6))
    plt.imshow(means.numpy(), cmap="Purples", vmin=0, aspect="auto")
    plt.colorbar(label="mean value")
    plt.xticks(range(0, 20, 5))
    plt.yticks(range(10))
    plt.xlabel("feature", fontsize=12)
    plt.ylabel("digit", fontsize=12)
    used = means > means.max() / 4  # (10, 20)
    idle = 20 - points.any(dim=0).sum().item()
    show(
        "A table of ten digits and twenty features, darker where a digit has more of a feature. Each digit uses several, between "
        f"{used.sum(dim=1).min()} and {used.sum(dim=1).max()} of them clearly, and {(used.sum(dim=0) > 1).sum()} features are used by "
        f"more than one digit. Columns that are white all over: {idle}."
    )

# %% [markdown]
# ## Task 2: principal components
#
# **Goal** · write `pca`, which finds the directions in which points differ most · about 30 minutes · {{ points.pca }} points
#
# Twenty axes cannot be drawn. **Principal component analysis** looks for the best two: the directions along which the points lie most
# widely. From a point's place along them one can guess the rest as well as two numbers allow.
#
# 1. **Centre**: take the mean of each column away. Else the first direction would point to where the points lie, not to how they
#    differ.
# 2. **Components**: the direction of the largest variance, then the one at right angles to it with the largest that is left, and so
#    on. Each has length 1. The singular value decomposition of the centred points gives them: in $X = U S V^\top$ they are the rows
#    of $V^\top$.
# 3. **Project**: each centred point's place along each component, $X V$.
# 4. **Explained**: the variance along a component is proportional to $s_i^2$. Its share of the *whole* variance, that of all
#    components, not of the k only, is
#
# $$\text{explained}_i = \frac{s_i^2}{\sum_j s_j^2}$$
#
# The sign of a component is free: the opposite direction is as good, and turns the picture over.
#
# Shapes: `x` (N, D); the results are (N, k), (k, D) and (k,), for k up to the smaller of N and D.


# %% solution="pca"
def pca(x, k):
    """Project points onto the k directions in which they differ most.

    Args:
        x: floating-point tensor (N, D), a point in each row.
        k: int, how many components, at most min(N, D).

    Returns:
        (projected, components, explained): tensors (N, k), (k, D) and (k,) of x's type. Components
        are rows of length 1, at right angles to each other, by falling variance; explained is the
        share of the whole variance along each, 0 ... 1

    Not allowed: torch.pca_lowrank, scikit-learn.
    """
    ### BEGIN SOLUTION
    centred = x - x.mean(dim=0)
    _, S, Vh = torch.linalg.svd(centred, full_matrices=False)  # Vh: (min(N, D), D)
    components = Vh[:k]
    shares = S**2 / (S**2).sum()
    return centred @ components.T, components, shares[:k]
    ### END SOLUTION


# %% graded="pca"
# Task 2, {{ points.pca }} points. Hidden tests use other points, fewer and more than dimensions.
check("pca")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("pca")

# %% [markdown]
# **Pitfalls** · `eigh` gives *rising* variances and components as *columns*: turn both round. `svd` gives Vh, whose *rows* are the
# components. A singular value is no variance: its square is proportional to one. And `x -= x.mean(dim=0)` changes the caller's points.
#
# **Think** · One of the columns is a length in kilometres; somebody gives it in metres instead. What becomes of the first component?

# %% tags=["demo"]
if ready("features", "pca", "test_set"):
    flat = few_images.flatten(start_dim=1)  # (1000, 784)
    points = features(net, few_images)  # (1000, 20)
    pixels_2d, components, of_pixels = pca(flat, 2)
    features_2d, _, of_features = pca(points, 2)
    for name, shares in (("pixels", of_pixels), ("features", of_features)):
        print(
            f"{name:<9} the first two components explain {shares.sum().item():.0%} of the variance"
        )

# %% tags=["demo"] hide=true
# @title Picture: pixels and features in the plane, by PCA
if ready("features", "pca", "test_set", "features_2d"):

    def draw_points(ax, places, labels, title):
        """Draw points in the plane, coloured by digit, with each digit's name in the middle of its points."""
        for k in range(10):
            own = places[labels == k]
            ax.scatter(own[:, 0], own[:, 1], s=9, color=COLOURS[k], alpha=0.7, linewidths=0)
        size = 0.08 * (places.amax(dim=0) - places.amin(dim=0))  # of a name, about
        middles = {k: places[labels == k].median(dim=0).values for k in range(10)}
        named = []
        for k, middle in sorted(middles.items(), key=lambda pair: -pair[1][1].item()):
            while any(((middle - other) / size).norm() < 1 for other in named):
                middle = middle - size * torch.tensor([0.0, 0.2])  # no name covers another
            named.append(middle)
            box = {"boxstyle": "circle,pad=0.2", "fc": "white", "ec": COLOURS[k], "lw": 2}
            ax.text(*middle.tolist(), str(k), ha="center", va="center", fontsize=13, bbox=box)
        ax.set_title(title, fontsize=14)
        ax.set(xticks=[], yticks=[])

    fig, axes = plt.subplots(1, 2, figsize=(11, 5))
    draw_points(axes[0], pixels_2d, few_labels, "pixels, two components")
    draw_points(axes[1], features_2d, few_labels, "features, two components")
    show(
        f"{len(few_images):,} test images as points in the plane, coloured by digit. Left, by their pixels: the digits lie over each other, only "
        "some apart. Right, by the network's features: each digit has a region of its own, and only neighbours overlap."
    )

# %% [markdown]
# Both pictures are shadows: of MNIST, the two components of the pixels explain {{ figures.rep_pca_pixels:.0%}} of the variance, those of the
# features {{ figures.rep_pca_features:.0%}}. Points that lie apart in a shadow *are* apart. Points that fall together may not be: they
# may lie one behind the other. PCA did not know the labels; the colours were laid on afterwards.
#
# A component of the pixels has 784 numbers, so it is itself an image. Orange and violet are the two signs: the place along the
# component says how much more violet than orange an image is.

# %% tags=["demo"] hide=true
# @title Picture: the first components of the pixels
if ready("pca", "test_set"):
    _, components, shares = pca(few_images.flatten(start_dim=1), 6)
    fig, axes = plt.subplots(1, 6, figsize=(10, 2.2))
    for ax, component, share in zip(axes, components, shares.tolist()):
        reach = component.abs().max().item()
        ax.imshow(component.reshape(28, 28).numpy(), cmap="PuOr", vmin=-reach, vmax=reach)
        ax.set_title(f"{share:.1%}", fontsize=13)
        ax.set(xticks=[], yticks=[])
    show(
        "The first six principal components of the pixels as images, with positive and negative parts in violet and orange: blurred "
        f"rings, bars and patches, each beside others of the other sign. They explain {', '.join(f'{s:.1%}' for s in shares.tolist())} of the variance."
    )

# %% [markdown]
# ## t-SNE: a map of neighbourhoods
#
# PCA is a shadow: straight, and honest about distances. **t-SNE** is something else. It places the points in the plane so that close
# *neighbours* stay neighbours, and it bends and tears everything else as it needs to. Nothing here is to be written; t-SNE is scikit-learn's.
# Its **perplexity** says about how many neighbours a point has to care for. It starts from chance or from PCA, so a seed belongs to
# each picture.

# %% tags=["demo"]
if importlib.util.find_spec("sklearn") is None:
    TSNE = None
    print("There are no t-SNE pictures here: they need scikit-learn (pip install scikit-learn).")
else:
    from sklearn.manifold import TSNE

    def in_plane(x, perplexity=30):
        """Return places (N, 2) of points (N, D), by t-SNE with a fixed seed."""
        made = TSNE(perplexity=perplexity, random_state=0, init="pca").fit_transform(x.numpy())
        return torch.from_numpy(made)


# %% tags=["demo"] hide=true
# @title Picture: pixels and features in the plane, by t-SNE
if ready("features", "draw_points", "in_plane", "test_set"):
    flat, points = few_images.flatten(start_dim=1), features(net, few_images)
    fig, axes = plt.subplots(1, 2, figsize=(11, 5))
    draw_points(axes[0], in_plane(flat), few_labels, "pixels, t-SNE")
    draw_points(axes[1], in_plane(points), few_labels, "features, t-SNE")
    show(
        "The same test images by t-SNE, perplexity 30. Left, by their pixels: frayed islands, some of them grown together, and some "
        "digits torn into pieces. Right, by the features: ten islands, clearly apart, with single points on a wrong one."
    )

# %% [markdown]
# It is a beautiful picture, and easily read for more than it says:
#
# | you may read | you may not read |
# |---|---|
# | which points are neighbours: those on one island are alike | how *far* two islands lie from each other |
# | that there are groups, if they come back with other perplexities and seeds | how *large* or how dense a group is: t-SNE evens that out |
# | single points on a wrong island: look at these images | that there *are* groups, from one picture: in pure chance it finds some, too |
# | | the axes: they have no meaning, and turned over the picture is the same |
#
# The next picture shows two of these warnings, on points that we made up. Left: three groups, of which C lies ten times as far from A as
# B does. In the middle: one group that is a single round cloud in twenty dimensions, at perplexity 2. Right: the same cloud at
# perplexity 30.

# %% tags=["demo"] hide=true
# @title Picture: what t-SNE makes up
if ready("in_plane"):
    torch.manual_seed(0)
    centres = torch.zeros(3, 20)
    centres[1, 0], centres[2, 1] = 10, 100  # B at 10 from A, C at 100
    groups = (centres[:, None] + torch.randn(3, 60, 20)).flatten(end_dim=1)  # (180, 20)
    cloud = torch.randn(180, 20)
    placed = in_plane(groups)
    middles = placed.reshape(3, 60, 2).mean(dim=1)
    to_b, to_c = (middles[1:] - middles[0]).norm(dim=1).tolist()
    fig, axes = plt.subplots(1, 3, figsize=(11, 3.6))
    for i, (name, mark) in enumerate(zip("ABC", "o^s")):
        own = placed[60 * i : 60 * i + 60]
        axes[0].scatter(own[:, 0], own[:, 1], s=10, marker=mark, color=COLOURS[2 * i], label=name)
    axes[0].legend(fontsize=13)
    axes[0].set_title("C is ten times\nas far as B", fontsize=14)
    for ax, perplexity in zip(axes[1:], (2, 30)):
        own = in_plane(cloud, perplexity)
        ax.scatter(own[:, 0], own[:, 1], s=10, color=COLOURS[0])
        ax.set_title(f"pure chance\nperplexity {perplexity}", fontsize=14)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    show(
        f"t-SNE of made-up points. Left, three groups: C was 10 times as far from A as B, and in the picture it is {to_c / to_b:.1f} "
        "times as far. In the middle, a cloud of pure chance at perplexity 2: it looks like many small clumps. Right, the same cloud "
        "at perplexity 30: one disc."
    )

# %% [markdown]
# In the picture, C is {{ figures.rep_tsne_ratio:.1f}} times as far from A as B is, in truth ten times. And the clumps in the middle are
# nothing but chance. So make such a picture with more than one perplexity before you believe it. Here are three for our features.

# %% tags=["demo"] hide=true
# @title Picture: three perplexities
if ready("features", "draw_points", "in_plane", "test_set"):
    fewer, fewer_labels = features(net, few_images[:500]), few_labels[:500]
    by_perplexity = {p: in_plane(fewer, p) for p in (5, 30, 100)}

    def draw_perplexity(perplexity):
        """Draw test images by their features, as t-SNE places them with one perplexity."""
        fig, ax = plt.subplots(figsize=(5, 4.6))
        draw_points(ax, by_perplexity[perplexity], fewer_labels, f"perplexity {perplexity}")
        show(f"The features of {len(fewer)} test images by t-SNE with perplexity {perplexity}.")

    fig, axes = plt.subplots(1, 3, figsize=(12, 4))
    for ax, (perplexity, places) in zip(axes, by_perplexity.items()):
        draw_points(ax, places, fewer_labels, f"perplexity {perplexity}")
    show(
        f"The features of {len(fewer)} test images by t-SNE with perplexities 5, 30 and 100. The ten groups come back in all three, so they are "
        "real. Their sizes, their shapes, the gaps between them and who lies next to whom change."
    )

# %% [markdown]
# If ipywidgets is installed, the next cell lets you choose one of them, in large.

# %% tags=["demo"]
if ready("draw_perplexity"):
    if importlib.util.find_spec("ipywidgets") and "ipykernel" in sys.modules:
        from ipywidgets import interact

        interact(draw_perplexity, perplexity=list(by_perplexity))
    else:
        print("Without ipywidgets, the three stand side by side above.")

# %% [markdown]
# ## Task 3: the angle between two points
#
# **Goal** · write `cosine_similarity`, which compares directions · about 10 minutes · {{ points.cosine_similarity }} points
#
# A faint 3 and a bold 3 may have features in the same proportions, the one smaller, the other larger. Their **directions** are the
# same. The cosine of the angle between two points, seen from 0, says so: 1 for the same direction, 0 for a right angle, −1 for the
# opposite.
#
# $$\text{out}_{i,j} = \frac{a_i \cdot b_j}{\lVert a_i \rVert \, \lVert b_j \rVert}$$
#
# A row of zeros has no direction: its cosines are 0, not NaN. Any other row has one, however short it is.
#
# Shapes: `a` (N, D), `b` (M, D); the result is (N, M).


# %% solution="cosine_similarity"
def cosine_similarity(a, b):
    """Return the cosine of the angle between each row of a and each row of b.

    Args:
        a: floating-point tensor (N, D).
        b: floating-point tensor (M, D).

    Returns:
        tensor (N, M) of their type, values from -1 to 1; 0 where a row is all zeros

    Not allowed: F.cosine_similarity, nn.CosineSimilarity, scikit-learn.
    """
    ### BEGIN SOLUTION
    lengths = a.norm(dim=1)[:, None] * b.norm(dim=1)[None]  # (N, M)
    return a @ b.T / torch.where(lengths == 0, torch.ones_like(lengths), lengths)
    ### END SOLUTION


# %% graded="cosine_similarity"
# Task 3, {{ points.cosine_similarity }} points. Hidden tests use other shapes, and rows of zeros.
check("cosine_similarity")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("cosine_similarity")

# %% [markdown]
# **Pitfalls** · `(a * b).sum(dim=1)` compares row i with row i only, and needs as many rows in both. `.norm()` without `dim=1` is one
# length for the whole table. A row of zeros behind a ReLU is no rarity: 0 / 0.
#
# **Think** · The features come from a ReLU. Which cosines can two images never have, then?
#
# Which digits does the network think alike? Here are the cosines between the mean features of each two digits.

# %% tags=["demo"] hide=true
# @title Picture: which digits are alike
if ready("features", "cosine_similarity", "test_set"):
    points = features(net, few_images)
    means = torch.stack([points[few_labels == k].mean(dim=0) for k in range(10)])  # (10, 20)
    alike = cosine_similarity(means, means)  # (10, 10)
    plt.figure(figsize=(6, 5))
    plt.imshow(alike.numpy(), cmap="Purples", vmin=0, vmax=1)
    plt.colorbar(label="cosine")
    for i in range(10):
        for j in range(10):
            colour = "white" if alike[i, j] > 0.6 else "black"
            plt.text(j, i, f"{alike[i, j]:.1f}", ha="center", va="center", fontsize=9, color=colour)
    plt.xticks(range(10))
    plt.yticks(range(10))
    others = alike - 2 * torch.eye(10)
    first, second = divmod(others.argmax().item(), 10)
    half = alike[torch.ones(10, 10).triu(1).bool()].median()
    show(
        f"A table of the cosines between the mean features of the ten digits. The most alike are {first} and {second}, "
        f"{alike[first, second]:.2f}; of all pairs, half lie below {half:.2f}."
    )

# %% [markdown]
# ## Task 4: the nearest neighbours
#
# **Goal** · write `nearest_neighbours`, which finds the closest points · about 10 minutes · {{ points.nearest_neighbours }} points
#
# For each query, which k of the points lie closest, by the Euclidean distance?
#
# $$d_{i,j} = \sqrt{\sum_d (q_{i,d} - p_{j,d})^2}$$
#
# Shapes: `queries` (Q, D), `points` (P, D); the result is (Q, k), whole numbers: the places of the points in `points`, the nearest
# first. Where two distances are equal, their order is free. (A query that is itself among the points finds itself first.)


# %% solution="nearest_neighbours"
def nearest_neighbours(queries, points, k):
    """Return the places of the k nearest points of each query.

    Args:
        queries: floating-point tensor (Q, D).
        points: floating-point tensor (P, D).
        k: int, how many, at most P.

    Returns:
        integer tensor (Q, k): indices into points, by rising Euclidean distance

    Not allowed: scikit-learn.
    """
    ### BEGIN SOLUTION
    distances = torch.cdist(queries, points)  # (Q, P)
    return distances.topk(k, dim=1, largest=False).indices
    ### END SOLUTION


# %% graded="nearest_neighbours"
# Task 4, {{ points.nearest_neighbours }} points. Hidden tests use other points and dimensions.
check("nearest_neighbours")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("nearest_neighbours")

# %% [markdown]
# **Pitfalls** · `topk` takes the largest unless it is told otherwise. `dim=0` sorts, for each *point*, the queries. The table of
# differences `queries[:, None] - points[None]` has Q · P · D numbers: right, but large.
#
# **Think** · With pixels, the nearest neighbour of a 1 that is shifted by three pixels is often no 1. Why, and why are features better?
#
# Each row begins with a test image; behind it are its five nearest training images, on the left by pixels, on the right by features.
# A frame marks neighbours of another digit.

# %% tags=["demo"] hide=true
# @title Picture: neighbours by pixels and by features
if ready("features", "nearest_neighbours", "train_set", "test_set"):
    known, known_labels = train_images[:3000], train_labels[:3000]
    spaces = {
        "pixels": (few_images.flatten(start_dim=1), known.flatten(start_dim=1)),
        "features": (features(net, few_images), features(net, known)),
    }
    found = {name: nearest_neighbours(q, p, 5) for name, (q, p) in spaces.items()}  # (1000, 5)
    wrong = (known_labels[found["pixels"]] != few_labels[:, None]).sum(dim=1)
    rows = wrong.topk(5).indices.tolist()  # where pixels fail most

    def draw_digit(ax, image, label, asked):
        """Draw an image with its label in the corner; one that is not as asked for in an orange frame."""
        ax.imshow(image[0].numpy(), cmap="gray_r")
        colour, width = ("#b35806", 3) if label != asked else ("#555555", 1)
        ax.text(1, 0.5, str(label.item()), va="top", fontsize=11, color=colour)
        ax.set(xticks=[], yticks=[])
        for side in ax.spines.values():
            side.set(color=colour, linewidth=width)

    widths = [
        1,
        0.3,
        *[1] * 5,
        0.3,
        *[1] * 5,
    ]  # the image, a gap, five by pixels, a gap, five by features
    fig, axes = plt.subplots(5, 13, figsize=(10, 4.6), width_ratios=widths)
    for line, index in zip(axes, rows):
        asked = few_labels[index]
        draw_digit(line[0], few_images[index], asked, asked)
        for start, name in ((2, "pixels"), (8, "features")):
            for ax, place in zip(line[start : start + 5], found[name][index]):
                draw_digit(ax, known[place], known_labels[place], asked)
        for gap in line[[1, 7]]:
            gap.set_axis_off()
    for place, title in ((0, "test"), (4, "by pixels"), (10, "by features")):
        axes[0, place].set_title(title, fontsize=13)
    missed = {
        n: (known_labels[f[rows]] != few_labels[rows][:, None]).sum().item()
        for n, f in found.items()
    }
    show(
        "Five test images for which pixels do worst, each with its five nearest training images, by pixels and by features. Of 25 "
        f"neighbours, {missed['pixels']} are another digit by pixels, and {missed['features']} by features; they are framed in orange."
    )

# %% [markdown]
# ## Task 5: what the neighbours know
#
# **Goal** · write `knn_accuracy`, which lets neighbours vote · about 20 minutes · {{ points.knn_accuracy }} points
#
# The simplest classifier learns nothing: it looks at the k nearest training points and takes the class that most of them have. How
# good it is says how good the *space* is. It is a common test of a representation.
#
# - Each of the k nearest has one vote.
# - Where several classes have the most votes, the one wins, of *these* classes, whose nearest member lies nearest.
#
# | labels of the neighbours, the nearest first | votes | the class |
# |---|---|---|
# | 3, 8, 8 | 8 twice | 8 |
# | 3, 8 | one each | 3, the nearer one |
# | 1, 5, 3, 3, 5 | 3 and 5 twice | 5, the nearer of the two |
#
# Shapes: `train_x` (N, D), `train_y` (N,), `test_x` (M, D), `test_y` (M,); labels are whole numbers. The result is a share from 0 to 1.


# %% solution="knn_accuracy"
def knn_accuracy(train_x, train_y, test_x, test_y, k):
    """Return how often the majority of the k nearest training points is right.

    Args:
        train_x: floating-point tensor (N, D).
        train_y: integer tensor (N,), labels from 0 on.
        test_x: floating-point tensor (M, D).
        test_y: integer tensor (M,).
        k: int, how many neighbours vote, at most N.

    Returns:
        float: share of the test points whose class is right; among classes that tie for the most
        votes, that of the nearest neighbour wins

    Not allowed: scikit-learn.
    """
    ### BEGIN SOLUTION
    labels = train_y[nearest_neighbours(test_x, train_x, k)]  # (M, k), the nearest first
    right = 0
    for row, truth in zip(labels.tolist(), test_y.tolist()):
        most = max(row.count(label) for label in row)
        winner = next(label for label in row if row.count(label) == most)
        right += winner == truth
    return right / len(test_y)
    ### END SOLUTION


# %% graded="knn_accuracy"
# Task 5, {{ points.knn_accuracy }} points. Hidden tests use other points, and votes that tie.
check("knn_accuracy")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("knn_accuracy")

# %% [markdown]
# **Pitfalls** · `torch.mode` and `bincount(…).argmax()` give the smallest label where votes tie. The nearest of *all* neighbours may
# have a class with too few votes. And a neighbour's place is not its label: `train_y[places]`.
#
# **Think** · With k = N, which share is right, and what does it depend on?

# %% tags=["demo"]
if ready("features", "knn_accuracy", "train_set", "test_set"):
    known, known_labels = train_images[:3000], train_labels[:3000]
    asked, asked_labels = few_images[:500], few_labels[:500]
    shares = {}
    for k in (1, 5, 15):
        pixels = (
            known.flatten(start_dim=1),
            known_labels,
            asked.flatten(start_dim=1),
            asked_labels,
        )
        points = (features(net, known), known_labels, features(net, asked), asked_labels)
        shares["pixels", k] = knn_accuracy(*pixels, k)
        shares["features", k] = knn_accuracy(*points, k)
        print(f"k = {k:<3} pixels {shares['pixels', k]:.1%}   features {shares['features', k]:.1%}")
    own = (predictions[:500] == asked_labels).float().mean().item()
    print(f"the network itself: {own:.1%}")

# %% [markdown]
# Of MNIST's images, with five neighbours among three thousand, pixels have {{ figures.rep_knn_pixels:.1%}} right, features
# {{ figures.rep_knn_features:.1%}}. The neighbours do nearly as well as the network's own last layer: where the points lie, the
# decision has been made already. (The features were learned with the help of all training labels, so the race was not a fair one.)

# %% [markdown]
# ## Task 6: an image made to please
#
# **Goal** · write `maximise_activation`, which lets an image climb · about 20 minutes · {{ points.maximise_activation }} points
#
# In part 1 you looked for the test images that a channel likes best. Now let it draw one. Start from any image, ask how the mean of
# the channel's map changes with each pixel, and go a step *up*; then again. That is gradient **ascent**, on the image instead of the
# weights:
#
# $$\text{image} \leftarrow \text{clamp}_{[0, 1]}\left(\text{image} + \text{lr} \cdot \frac{\partial\, \text{mean}(\text{map}_\text{channel})}{\partial\, \text{image}}\right)$$
#
# - After *each* step, what left the range from 0 to 1 is put back to its edge, so that it stays an image.
# - `start` is left alone. With `steps=0`, its numbers come back.
# - The map is what the module gives: keep it as it is, in the graph. (`capture_activations` of part 1 cuts it off.) A copy,
#   `output.clone()`, stays in the graph and is safe from a ReLU in place.
# - You may use an optimizer of `torch.optim` instead. What counts is how far the image climbs: the mean of the channel's map must
#   gain at least 98 % of what the steps above gain, and all pixels must lie in the range.
# - The network is afterwards as it was: its weights, their gradients, its mode, no hooks.
#
# Shapes: `start` (1, C, H, W), and so is the result; the module gives maps (1, channels, H', W').


# %% solution="maximise_activation"
def maximise_activation(model, name, channel, start, steps=50, lr=0.1):
    """Change an image by gradient ascent, so that one channel of a layer answers more strongly.

    Args:
        model: nn.Module, in any mode.
        name: str, the dotted name of a module that gives maps (1, channels, H, W).
        channel: int, whose mean is to grow.
        start: tensor (1, C, H, W), values from 0 to 1.
        steps: int, how many steps, 0 or more.
        lr: float, the length of a step is lr times the gradient.

    Returns:
        tensor (1, C, H, W) of start's type, values from 0 to 1, without a graph

    Not allowed: captum.
    """
    ### BEGIN SOLUTION
    kept, was_training = {}, model.training

    def keep(module, inputs, output):
        kept["map"] = output.clone()  # in the graph, and safe from a ReLU in place

    handle = dict(model.named_modules())[name].register_forward_hook(keep)
    image = start.detach().clone()
    try:
        model.eval()
        with torch.enable_grad():
            for _ in range(steps):
                image.requires_grad_()
                model(image)
                (gradient,) = torch.autograd.grad(kept["map"][:, channel].mean(), image)
                image = (image.detach() + lr * gradient).clamp(0, 1)
    finally:
        handle.remove()
        model.train(was_training)
    return image
    ### END SOLUTION


# %% graded="maximise_activation"
# Task 6, {{ points.maximise_activation }} points. Hidden tests use other networks, starts and steps.
check("maximise_activation")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("maximise_activation")

# %% [markdown]
# **Pitfalls** · `loss.backward()` in a loop adds up, in the image's gradient as well as in all weights. An optimizer goes *down*: give
# it the negative mean. A clamp after the last step alone lets the image leave the range on the way, and arrive elsewhere.
#
# **Think** · The image that comes out looks like no digit. Is the network wrong, or the question?
#
# Eight channels of the second convolution. Above, the image for which the mean of the channel's map is largest, among a thousand test
# images; below, the image that climbed from white paper.

# %% tags=["demo"] hide=true
# @title Picture: favourites, found and made
if ready("maximise_activation", "test_set"):
    with torch.no_grad():
        strength = net.body[:4](few_images).mean(dim=(2, 3))  # (1000, 16), the mean of each map
    fig, axes = plt.subplots(2, 8, figsize=(11, 3))
    means = []  # of each channel's map, for the image found and for the one made
    for channel, (above, below) in enumerate(axes.T):
        found_image = few_images[strength[:, channel].argmax()]
        paper = torch.zeros(1, 1, 28, 28)
        made = maximise_activation(net, "body.conv2", channel, paper, steps=60, lr=1.0)
        with torch.no_grad():
            reached = net.body[:4](made)[0, channel].mean().item()
        means.append((strength[:, channel].max().item(), reached))
        above.imshow(found_image[0].numpy(), cmap="gray_r", vmin=0, vmax=1)
        below.imshow(made[0, 0].numpy(), cmap="gray_r", vmin=0, vmax=1)
        above.set_title(f"channel {channel}", fontsize=12)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    axes[0, 0].set_ylabel("found", fontsize=13)
    axes[1, 0].set_ylabel("made", fontsize=13)
    show(
        "For each of eight channels, the test image that it likes best, and below it the image that gradient ascent made: no digit, "
        "but strokes in one or two directions, in some side by side over the whole image. The means of the maps (found, made): "
        + "; ".join(f"{a:.2f}, {b:.2f}" for a, b in means)
        + "."
    )

# %% [markdown]
# The made image shows the pattern alone, without the digit around it: one channel wants uprights, another a bar at the top, a third
# leaning strokes side by side, wherever the map has room for one. Compare it with the one above, and with the channel's favourites in
# part 1. It also shows a weakness: an image can be made that pleases a network far more than any real one, and is nothing at all.

# %% [markdown]
# ## The digits that are confused
#
# Now all tools together, on the images that the network gets wrong. Which digits does it confuse?

# %% tags=["demo"]
if ready("test_set"):
    wrong = (predictions != test_labels).nonzero().flatten()
    pairs = torch.stack([test_labels[wrong], predictions[wrong]], dim=1).tolist()
    counts = {(a, b): pairs.count([a, b]) for a, b in pairs}
    print(f"{len(wrong)} of {len(test_images):,} test images are wrong; most often:")
    for (truth, said), count in sorted(counts.items(), key=lambda pair: -pair[1])[:5]:
        print(f"  a {truth} is read as a {said}: {count} times")

# %% [markdown]
# What did the network see there? Its neighbours by features tell with whom a mistaken digit was put together, and the saliency tells
# which pixels the wrong score hangs on. Copy your `saliency` of part 1 into this cell, and call it `my_saliency` here. It earns no
# points.


# %% solution="my_saliency"
def my_saliency(model, image, label):
    """Your own `saliency` from part 1, under this name: image (C, H, W) to map (H, W)."""
    ### BEGIN SOLUTION
    was_training = model.training
    batch = image.detach().clone().unsqueeze(0).requires_grad_()  # (1, C, H, W)
    model.eval()
    (gradient,) = torch.autograd.grad(model(batch)[0, label], batch)
    model.train(was_training)
    return gradient[0].abs().amax(dim=0)
    ### END SOLUTION


# %% tags=["demo"] hide=true
# @title Picture: mistaken digits, their saliency and their neighbours
if ready("features", "nearest_neighbours", "my_saliency", "train_set", "test_set"):
    known, known_labels = train_images[:3000], train_labels[:3000]
    wrong = (predictions != test_labels).nonzero().flatten()[:4]
    if len(wrong) == 0:
        print("The network makes no mistake on these test images.")
    else:
        near = nearest_neighbours(features(net, test_images[wrong]), features(net, known), 5)
        count = len(wrong)
        widths = [1, 1, 1, 0.2, *[1] * 5]  # behind a gap, the neighbours
        size = (10, 1.65 * count)
        fig, axes = plt.subplots(count, 9, figsize=size, squeeze=False, width_ratios=widths)
        said, as_read = [], 0
        for line, index, places in zip(axes, wrong.tolist(), near.tolist()):
            truth, answer = test_labels[index].item(), predictions[index].item()
            line[0].imshow(test_images[index, 0].numpy(), cmap="gray_r")
            line[0].set_title(f"a {truth},\nread as {answer}", fontsize=12)
            for ax, label in zip(line[1:3], (answer, truth)):
                glow = my_saliency(net, test_images[index], label)
                glow = (glow / glow.max().clamp(min=1e-12)).numpy()
                ax.imshow(test_images[index, 0].numpy(), cmap="gray_r", vmin=0, vmax=1.6)
                ax.imshow(np.ones_like(glow), cmap="Oranges", vmin=0, vmax=1.4, alpha=glow)
                ax.set_title(f"score\nof {label}", fontsize=12)
            line[3].set_axis_off()
            for ax, place in zip(line[4:], places):
                ax.imshow(known[place, 0].numpy(), cmap="gray_r")
                ax.set_title(f"a {known_labels[place].item()}", fontsize=12)
            labels = known_labels[places].tolist()
            as_read += labels.count(answer)
            said.append(f"a {truth} read as {answer}, neighbours {' '.join(map(str, labels))}")
        for ax in axes.flat:
            ax.set(xticks=[], yticks=[])
        show(
            f"Mistaken test images: {'; '.join(said)}. Beside each, in orange, the saliency of the score that was given and of the "
            f"right one, and the five nearest training images by features. Of {5 * count} neighbours, {as_read} are of the digit that "
            "was read."
        )

# %% [markdown]
# Of MNIST's test images, {{ figures.rep_mistakes:.0f}} are wrong. Look at each row: would you have read the digit right? Often the
# neighbours are of the class that was given: the mistake was made *before* the last layer, where the image became a point. Where they
# are of both classes, the point lies at a border, and a little more ink would have moved it across.

# %% [markdown]
# ## What to take along
#
# - A network turns images into points, so that a simple last layer can part them. Neighbours and PCA look at these points directly.
# - A shadow (PCA) keeps large distances honest and hides what lies behind; a map of neighbours (t-SNE) shows groups and makes up the rest.
# - Before you believe a picture, change what was chosen for it: the seed, the perplexity, the sample. What stays is a finding.

# %% tags=["demo"]
progress()
