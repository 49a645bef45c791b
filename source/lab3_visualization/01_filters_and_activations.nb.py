# %% [markdown]
# # Lab 3, part 1: filters and activations
#
# A trained network is no black box: every number in it can be looked at. In this notebook you look at its filters, follow a digit
# through its layers, find the images that please a single channel, and ask which pixels a decision hangs on. Each task ends in a
# picture that is worth showing to a friend.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `get_filters`: what a convolution has learned | {{ points.get_filters }} |
# | 2 | `normalise_maps`: numbers made fit to be shown | {{ points.normalise_maps }} |
# | 3 | `make_grid`: many small pictures in a large one | {{ points.make_grid }} |
# | 4 | `receptive_field`: how much of the image one number sees | {{ points.receptive_field }} |
# | 5 | `capture_activations`: what every layer makes of an image | {{ points.capture_activations }} |
# | 6 | `top_images`: the images that a channel likes best | {{ points.top_images }} |
# | 7 | `saliency`: where the network looks | {{ points.saliency }} |
#
# Plan on about two hours.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one such
#   cell. You may add cells and helper functions of your own anywhere, and call your earlier functions in later tasks: one mistake
#   costs one task.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("get_filters")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
# - **A passed check says that a small example works. Hidden tests remain**, with other networks, names, sizes and numbers.
# - **Not allowed**, by whatever name it is reached, is the library call that does the whole job: `torchvision.utils.make_grid`,
#   torchvision's feature extractors (`create_feature_extractor`, `IntermediateLayerGetter` …), and captum. Everything else of PyTorch
#   and NumPy is allowed, hooks and `torch.autograd` above all. Breaking the rule costs the task's points, and the feedback says why.
#   (Part 2 has a list of its own.)
#
# ### What holds for every function
#
# - **Looking leaves no trace.** After your function, the network is as it was: its weights and their gradients (whatever they were),
#   its mode (training or evaluation), and no hook of yours hangs on it. Whether gradients are recorded at all is as it was, too.
#   Where an error comes up on the way, that holds all the same.
# - A network is looked at in **evaluation mode**, also where it comes in training mode.
# - Results keep a floating-point input's type and device. Inputs are never changed, and they may be non-contiguous. A batch may hold
#   a single image, and images may have any number of channels and need not be square.
# - What you take out of a network carries no graph.
# - Speed is not graded. Rounding errors of float32 are forgiven. You may print.
# - Never tested: empty tensors, NaN, an empty list of layers, more images asked for than there are, networks of which one half is in
#   training mode, a module that is used twice in a pass, a module whose output is a tuple, and the empty name `""`.
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

# %% [markdown]
# ## A trained network
#
# The network of this lab has been trained already, on handwritten digits: MNIST's training images and those of scikit-learn. Its
# {{ figures.vis_parameters:, }} numbers lie in the folded cell below. Read its class: every layer has a **name**, and a layer inside
# another has a dotted one. The first convolution is `body.conv1`, the last layer `head.scores`. Each ReLU works *in place*: it writes
# over the tensor that it is given. That saves memory, and will matter in task 5.
#
# Beside it, `untrained` has the same layers with the random weights that every training begins with.

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
for name, module in net.named_modules():
    if not list(module.children()):  # the layers themselves, not what holds them
        print(f"{name:<13}{module}")

# %% [markdown]
# The data, read as in labs 1 and 2. We look at test images only: those that the network has never learned from.

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
test_images, test_labels = test_set.tensors if test_set else (None, None)

if test_set:
    with torch.no_grad():
        predictions = net(test_images).argmax(dim=1)
    accuracy = (predictions == test_labels).float().mean().item()
    print(f"{len(train_set):,} images to learn from; of {len(test_set):,} for the test, ", end="")
    print(f"{accuracy:.1%} are right")

# %% [markdown]
# Of MNIST's test images, {{ figures.vis_accuracy:.1%}} are right. What has it learned, that it can do that?

# %% [markdown]
# ## Task 1: the filters
#
# **Goal** · write `get_filters`, which takes the filters out of a network · about 10 minutes · {{ points.get_filters }} points
#
# A convolution has a small kernel for each pair of an output and an input channel: its **filters**, the tensor `weight` of the layer.
# It is found by the layer's name. `model.named_modules()` gives a pair (dotted name, module) for everything in a network.
#
# Where the name is not that of a convolution (an `nn.Conv2d`), a good function says so at once, and says what there is: raise a
# `KeyError` whose message lists the names of all convolutions in the network.
#
# What comes back is a **copy** without a graph. Whoever changes it must not change the network.
#
# Shapes: the result is (C_out, C_in, kH, kW).


# %% solution="get_filters"
def get_filters(model, name):
    """Return a copy of the filters of one convolution.

    Args:
        model: nn.Module, with convolutions (nn.Conv2d) at any depth.
        name: str, the dotted name of a convolution, such as "body.conv1".

    Returns:
        tensor (C_out, C_in, kH, kW), a copy of the layer's weight without a graph

    Raises:
        KeyError: no convolution has this name; the message lists those that there are.
    """
    ### BEGIN SOLUTION
    convolutions = {n: m for n, m in model.named_modules() if isinstance(m, nn.Conv2d)}
    if name not in convolutions:
        raise KeyError(f"no convolution {name!r}; there are: {', '.join(convolutions)}")
    return convolutions[name].weight.detach().clone()
    ### END SOLUTION


# %% graded="get_filters"
# Task 1, {{ points.get_filters }} points. Hidden tests use other networks and names.
check("get_filters")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("get_filters")

# %% [markdown]
# **Pitfalls** · `weight.detach()` and `weight.data` are no copies: they share their numbers with the network. `model.conv1` does not
# find a layer inside another one, and `getattr(model, "body.conv1")` does not understand the dot. The name of a linear layer is a
# `KeyError`, too.
#
# **Think** · Could you show the filters of the second convolution in the same way, as one small picture each?
#
# The picture shows the eight filters of the first convolution, before any training and after it. Orange is a negative weight, violet
# a positive one, white is 0: a filter gives a large number where there is ink under its violet and none under its orange.

# %% tags=["demo"] hide=true
# @title Picture: the filters before and after training
if ready("get_filters"):
    pairs = {
        "before": get_filters(untrained, "body.conv1"),
        "after": get_filters(net, "body.conv1"),
    }
    fig, axes = plt.subplots(2, 8, figsize=(9, 2.5))
    for row, (title, filters) in zip(axes, pairs.items()):
        reach = filters.abs().max().item()
        for ax, kernel in zip(row, filters[:, 0]):
            ax.imshow(kernel.numpy(), cmap="PuOr", vmin=-reach, vmax=reach)
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(title, fontsize=12)
    show(
        "The eight filters of the first convolution, 5 by 5, in two rows. Before training they are noise. After it, in most of them a "
        "patch or stripe of positive weights lies beside one of negative weights: detectors of edges and strokes in several directions."
    )

# %% [markdown]
# Nobody told the network to look for edges. It found them, because they help to tell digits apart. In most filters, weights of one
# sign lie together: on one side of an edge, or along a stroke.

# %% [markdown]
# ## Task 2: numbers made fit to be shown
#
# **Goal** · write `normalise_maps`, which scales each map on its own to 0 … 1 · about 10 minutes · {{ points.normalise_maps }} points
#
# What a layer gives may reach from −3 to 20 in one channel, and from 0 to 0.1 in the next. On one scale, the second would look empty.
# So for a picture each map is scaled by itself:
#
# $$\text{out} = \frac{\text{map} - \min(\text{map})}{\max(\text{map}) - \min(\text{map})}$$
#
# A **constant** map, with the same number everywhere, has no range; it becomes 0 everywhere, and not NaN. Such maps are common: a
# channel behind a ReLU that found nothing is all 0.
#
# Shapes: `maps` is (…, H, W), with any number of axes before the last two, also none: a single map, (C, H, W), (N, C, H, W). The
# result has the same shape.


# %% solution="normalise_maps"
def normalise_maps(maps):
    """Scale each map on its own to the range from 0 to 1.

    Args:
        maps: floating-point tensor (..., H, W).

    Returns:
        tensor of the same shape and type; in each map (H, W) the smallest value is 0 and the
        largest 1; a map whose values are all equal is 0 everywhere
    """
    ### BEGIN SOLUTION
    low = maps.amin(dim=(-2, -1), keepdim=True)  # (..., 1, 1)
    span = maps.amax(dim=(-2, -1), keepdim=True) - low
    return (maps - low) / torch.where(span == 0, torch.ones_like(span), span)
    ### END SOLUTION


# %% graded="normalise_maps"
# Task 2, {{ points.normalise_maps }} points. Hidden tests use other shapes and numbers.
check("normalise_maps")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("normalise_maps")

# %% [markdown]
# **Pitfalls** · `maps.min()` is one number for all maps together. `maps.min(dim=-1)` goes along the rows and gives a pair;
# `amin` takes two axes at once. A small number added to every range (`+ 1e-5`) keeps NaN away, but presses down a map whose own range
# is as small.
#
# **Think** · After this scaling, can you still see in the picture which of two channels answered more strongly?
#
# Two channels of the first convolution, for one digit: both on one scale, and each on its own.

# %% tags=["demo"] hide=true
# @title Picture: one scale for all, and one for each
if ready("normalise_maps", "test_set"):
    with torch.no_grad():
        maps = net.body.conv1(test_images[:1])[0].clamp(min=0)  # (8, 24, 24)
    spans = maps.amax(dim=(1, 2))
    chosen = [spans.argmax().item(), spans.argmin().item()]
    own = normalise_maps(maps)
    fig, axes = plt.subplots(1, 4, figsize=(10, 2.9))
    for i, channel in enumerate(chosen):
        axes[i].imshow(maps[channel].numpy(), cmap="gray_r", vmin=0, vmax=maps.max().item())
        axes[i].set_title(f"channel {channel}, one scale", fontsize=12)
        axes[2 + i].imshow(own[channel].numpy(), cmap="gray_r", vmin=0, vmax=1)
        axes[2 + i].set_title(f"channel {channel}, its own", fontsize=12)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    show(
        f"Two channels of the first convolution for one digit. On one scale, channel {chosen[0]} is dark and channel {chosen[1]} "
        f"pale: their largest values are {spans.max():.2f} and {spans.min():.2f}. Each on its own scale, both show their pattern."
    )

# %% [markdown]
# ## Task 3: many pictures in one
#
# **Goal** · write `make_grid`, which lays maps side by side · about 15 minutes · {{ points.make_grid }} points
#
# The second convolution has 16 · 8 filters: too many for 128 small figures. Laid out as one large image they are quickly drawn. The
# maps stand row by row, `columns` in a row. Around every map, at the outer edge too, lie `pad` pixels of **background**, which is 1;
# between two neighbours there is *one* pad. With K maps there are R = ceil(K / columns) rows; where the last row is not full, the rest
# of it stays background.
#
# $$\text{height} = R \cdot (H + \text{pad}) + \text{pad} \qquad \text{width} = \text{columns} \cdot (W + \text{pad}) + \text{pad}$$
#
# Shapes: `maps` is (K, H, W); `columns` is at least 1, and may be larger than K; `pad` may be 0.


# %% solution="make_grid"
def make_grid(maps, columns, pad=1):
    """Lay maps side by side in one large map, row by row.

    Args:
        maps: floating-point tensor (K, H, W).
        columns: int, how many maps stand in a row.
        pad: int, pixels of background around every map.

    Returns:
        tensor of shape (R * (H + pad) + pad, columns * (W + pad) + pad) of maps' type, where
        R = ceil(K / columns); 1 where there is no map

    Not allowed: torchvision.utils.make_grid.
    """
    ### BEGIN SOLUTION
    K, H, W = maps.shape
    rows = math.ceil(K / columns)
    grid = maps.new_ones(rows * (H + pad) + pad, columns * (W + pad) + pad)
    for i, each in enumerate(maps):
        top = pad + i // columns * (H + pad)
        left = pad + i % columns * (W + pad)
        grid[top : top + H, left : left + W] = each
    return grid
    ### END SOLUTION


# %% graded="make_grid"
# Task 3, {{ points.make_grid }} points. Hidden tests use other sizes, and rows that are not full.
check("make_grid")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("make_grid")

# %% [markdown]
# **Pitfalls** · `torch.ones(…)` is float32 and lies on the CPU; `maps.new_ones(…)` is like maps. `K // columns` rows are one too few
# where the last row is not full. A reshape of (K, H, W) to two axes does not lay maps side by side: it puts them below each other.
#
# **Think** · Why is the background 1, and what would you change for a picture on a dark face?
#
# All filters of the second convolution, each scaled on its own. A row is an output channel: it looks for eight patterns at once, one
# in each map of the layer before.

# %% tags=["demo"] hide=true
# @title Picture: all filters of the second convolution
if ready("get_filters", "normalise_maps", "make_grid"):
    fig, axes = plt.subplots(1, 2, figsize=(7.5, 8))
    for ax, (title, network) in zip(
        axes, {"before training": untrained, "after training": net}.items()
    ):
        kernels = get_filters(network, "body.conv2").flatten(end_dim=1)  # (128, 5, 5)
        ax.imshow(make_grid(normalise_maps(kernels), 8).numpy(), cmap="gray", vmin=0, vmax=1)
        ax.set_title(title, fontsize=12)
        ax.set(xticks=[], yticks=[], xlabel="channel that goes in", ylabel="channel that comes out")
    empty = (get_filters(net, "body.conv2") == 0).flatten(start_dim=1).all(dim=1).sum().item()
    show(
        "The 128 filters of the second convolution in a grid of 16 rows and 8 columns, twice. Before training all are noise; after "
        "it most have a smooth light and a smooth dark part, and in a row they often lie alike. What they look for cannot be told "
        f"from them alone. Rows that are black all over, with weights of 0: {empty}."
    )

# %% [markdown]
# Here the filters tell us little: they look at maps, not at pixels. To learn what a deeper channel is for, one must watch it at work.
#
# After training, {{ figures.vis_empty:.0f}} of the 16 rows is black: its weights are all 0. The training pulled every weight a little towards 0 in
# each step (weight decay), and those of a channel that nothing behind it used were pulled all the way. The network gets along without it.
#
# But first: how much of the image does such a channel see?

# %% [markdown]
# ## Task 4: the receptive field
#
# **Goal** · write `receptive_field`, which says how many pixels one number sees · about 10 minutes · {{ points.receptive_field }} points
#
# A value behind a 5×5 convolution has seen 5 pixels in a row. Behind a pooling and a second convolution it has seen more. The
# **receptive field** is how many input pixels, in one direction, can change one output value; its **stride** is how many pixels apart
# two neighbouring outputs look. Convolutions and poolings are alike here: each has a kernel size k and a stride s. Before any layer,
# a value sees itself: size 1, stride 1. Each layer, from the input on, changes the two:
#
# $$\text{size} \leftarrow \text{size} + (k - 1) \cdot \text{stride} \qquad \text{then} \qquad \text{stride} \leftarrow \text{stride} \cdot s$$
#
# | layer | k, s | size | stride |
# |---|---|---|---|
# | none | | 1 | 1 |
# | convolution | 3, 1 | 3 | 1 |
# | pooling | 2, 2 | 4 | 2 |
# | convolution | 3, 1 | 8 | 2 |
#
# Shapes: `layers` is a list of pairs (kernel_size, stride) of ints; the result is a pair of ints.


# %% solution="receptive_field"
def receptive_field(layers):
    """Say how many input pixels in a row one output sees, and how far apart two neighbours look.

    Args:
        layers: list of pairs (kernel_size, stride), from the input on; at least one.

    Returns:
        (size, stride): two ints
    """
    ### BEGIN SOLUTION
    size, stride = 1, 1
    for kernel_size, step in layers:
        size += (kernel_size - 1) * stride
        stride *= step
    return size, stride
    ### END SOLUTION


# %% graded="receptive_field"
# Task 4, {{ points.receptive_field }} points. Hidden tests use other layers.
check("receptive_field")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("receptive_field")

# %% [markdown]
# **Pitfalls** · A layer's own stride does not widen its own view: its kernel steps over what the layers *before* it left. So the size
# grows first. And strides are multiplied, not added.
#
# **Think** · Padding is missing in the formula. Does it change the size, and what does a value at the edge see?

# %% tags=["demo"] hide=true
# @title Picture: how much of a digit one value sees
if ready("receptive_field", "test_set"):
    layers, names = [(5, 1), (2, 2), (5, 1), (2, 2)], ["conv1", "pool1", "conv2", "pool2"]
    fig, axes = plt.subplots(1, 4, figsize=(10, 2.9))
    seen = [receptive_field(layers[: i + 1]) for i in range(4)]
    for ax, name, (size, stride) in zip(axes, names, seen):
        ax.imshow(test_images[0, 0].numpy(), cmap="gray_r", vmin=0, vmax=2)
        for shift, line, colour in ((0, "-", "#542788"), (stride, "--", "#b35806")):
            corner = (3.5 + shift, 5.5)
            ax.add_patch(plt.Rectangle(corner, size, size, fill=False, ls=line, lw=2, ec=colour))
        ax.set_title(f"{name}: {size}×{size}\nstride {stride}", fontsize=13)
        ax.set(xticks=[], yticks=[])
    show(
        "A digit four times, with the square that one value sees, and in dashes that of its right neighbour: "
        + "; ".join(f"behind {n}, {a} by {a} pixels, {b} apart" for n, (a, b) in zip(names, seen))
        + ". The last covers more than half of the image's height."
    )

# %% [markdown]
# ## Task 5: what the layers say
#
# **Goal** · write `capture_activations`, which keeps what any layers of a network give · about 30 minutes · {{ points.capture_activations }} points
#
# What a layer gives for an image is its **activation**; of a convolution it is a stack of maps, one for each channel. A network
# returns only its last one. To see the others, PyTorch has **hooks**: functions that are called whenever a module has computed
# something.
#
# ```python
# def hook(module, inputs, output):  # inputs is a tuple
#     print(output.shape)
#
# handle = model.body.conv1.register_forward_hook(hook)
# model(images)    # the hook is called on the way
# handle.remove()  # without this, it is called in every later pass, too
# ```
#
# Write a function that is given names, and returns a dictionary {name: output of this module}:
#
# 1. The names may be of any modules, nested ones too, also of those that hold others (`"body"`). A name that the network has not is
#    a `KeyError`, before anything runs.
# 2. The outputs are kept **as they were when the module gave them**, without a graph. Mind the ReLUs that work in place: a moment
#    later they write over the very tensor that your hook was given.
# 3. During the pass the network is in evaluation mode. (Without gradients it is quicker: `torch.no_grad()`.)
# 4. Afterwards everything is as it was: mode, gradients, and no hook is left. Also where the pass ends with an error (images of the
#    wrong size, say), which you let through: `try: … finally: …` is made for that.
#
# Shapes: `images` (N, C, H, W); each entry has N first, such as (N, 8, 24, 24) for `body.conv1`.


# %% solution="capture_activations"
def capture_activations(model, images, names):
    """Send images through a model once, and keep what the named modules give.

    Args:
        model: nn.Module, in any mode.
        images: tensor (N, C, H, W).
        names: list of str, dotted names of modules of the model.

    Returns:
        dict {name: tensor of shape (N, ...)}, copies without a graph, as the modules gave them

    Raises:
        KeyError: the model has no module of one of these names; nothing has run then.

    Not allowed: torchvision.models.feature_extraction, captum.
    """
    ### BEGIN SOLUTION
    modules = dict(model.named_modules())
    wanted = {name: modules[name] for name in names}
    kept, handles, was_training = {}, [], model.training

    def keep(name):
        def hook(module, inputs, output):
            kept[name] = output.detach().clone()

        return hook

    try:
        for name, module in wanted.items():
            handles.append(module.register_forward_hook(keep(name)))
        model.eval()
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
        model.train(was_training)
    return kept
    ### END SOLUTION


# %% graded="capture_activations"
# Task 5, {{ points.capture_activations }} points. Hidden tests use other networks, and look at them afterwards.
check("capture_activations")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("capture_activations")

# %% [markdown]
# **Pitfalls** · Hooks made in a loop by `lambda m, i, o: kept.update({name: o})` all use the *last* name: a name is looked up when the
# hook is called. A default (`name=name`) or a function that makes the hook keeps it. `output.detach()` is no copy. And a hook that
# returns something replaces the module's output: return nothing.
#
# **Think** · You forget `handle.remove()`, and call your function in a loop over a thousand batches. What happens?
#
# One digit's way through the layers: the image, the maps behind each layer, and at the end ten scores.

# %% tags=["demo"] hide=true
# @title Picture: one digit's way through the layers
if ready("capture_activations", "normalise_maps", "make_grid", "test_set"):

    def draw_way(index):
        """Draw what every layer makes of one test image."""
        stages = [f"body.{kind}{i}" for i in (1, 2) for kind in ("conv", "relu", "pool")]
        kept = capture_activations(net, test_images[index : index + 1], [*stages, "head.scores"])
        fig, axes = plt.subplots(2, 4, figsize=(10, 5.8), layout="constrained")
        axes = axes.flatten()
        axes[0].imshow(test_images[index, 0].numpy(), cmap="gray_r")
        axes[0].set_title("the image\n", fontsize=14)
        for ax, name in zip(axes[1:], stages):
            maps = kept[name][0]  # (C, H, W)
            columns = math.ceil(math.sqrt(len(maps)))
            grid = make_grid(1 - normalise_maps(maps), columns)  # dark is large
            ax.imshow(grid.numpy(), cmap="gray", vmin=0, vmax=1)
            ax.set_title(f"{name}\n{tuple(maps.shape)}", fontsize=14)
        for ax in axes[:-1]:
            ax.set(xticks=[], yticks=[])
        scores = kept["head.scores"][0]
        best = scores.argmax().item()
        colours = ["#b35806" if k == best else "#888888" for k in range(10)]
        axes[-1].barh(range(10), scores.tolist(), color=colours)
        axes[-1].set_title("head.scores\n(10,)", fontsize=14)
        axes[-1].set_yticks(range(10))
        axes[-1].tick_params(labelsize=13)
        axes[-1].invert_yaxis()
        show(
            f"A {test_labels[index].item()} on its way: the image; the 8 maps of the first convolution, behind its ReLU, and halved by the "
            "pooling; the 16 maps of the second convolution in the same three steps, in the end a few coarse spots each; and ten scores, "
            f"the largest for {best}."
        )

    draw_way(0)

# %% [markdown]
# On the way, the maps become smaller and more. Behind the first convolution one still recognises the digit, drawn in one map as a
# whole, in others by its edges on one side, or by its horizontal strokes alone. Behind the second, a map says in a few coarse spots
# *whether* and *about where* something was found. The ReLU takes away where a filter disagreed. At the end no place is left, only ten
# numbers.
#
# If ipywidgets is installed, the next cell lets you choose the image with a slider.

# %% tags=["demo"]
if ready("capture_activations", "normalise_maps", "make_grid", "test_set"):
    if importlib.util.find_spec("ipywidgets") and "ipykernel" in sys.modules:
        from ipywidgets import IntSlider, interact

        slider = IntSlider(value=1, min=0, max=99, continuous_update=False)
        interact(draw_way, index=slider)
    else:
        for index in (1, 2):
            draw_way(index)

# %% [markdown]
# ## Task 6: what a channel likes best
#
# **Goal** · write `top_images`, which finds the images that please a channel most · about 15 minutes · {{ points.top_images }} points
#
# What is a channel for? Ask the data: which of ten thousand images make it answer most strongly? How strongly an image pleases a channel is
# the **largest value** in its map, so it does not matter where in the image the pattern lies.
#
# All maps of ten thousand images would fill the memory. So the images go through the network in batches of at most `batch_size`, and
# of each image only one number is kept.
#
# Shapes: `images` (N, C, H, W); the layer gives maps (N, channels, H', W'); the result is (k,), whole numbers, the place of the image
# with the largest number first. The numbers of different images lie apart in the hidden tests, so ties do not matter.


# %% solution="top_images"
def top_images(model, name, channel, images, k, batch_size=64):
    """Find the k images for which one channel of a layer answers most strongly.

    Args:
        model: nn.Module, in any mode.
        name: str, the dotted name of a module that gives maps (N, channels, H, W).
        channel: int, which of its channels.
        images: tensor (N, C, H, W).
        k: int, how many images, at most N.
        batch_size: int, the largest number of images that may go through the model at once.

    Returns:
        integer tensor (k,): indices of the images whose maps have the largest maxima, the
        largest first
    """
    ### BEGIN SOLUTION
    best = []
    for part in images.split(batch_size):
        maps = capture_activations(model, part, [name])[name]  # (n, channels, H, W)
        best.append(maps[:, channel].amax(dim=(1, 2)))  # (n,)
    return torch.cat(best).topk(k).indices
    ### END SOLUTION


# %% graded="top_images"
# Task 6, {{ points.top_images }} points. Hidden tests use other networks, and watch the batches.
check("top_images")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("top_images")

# %% [markdown]
# **Pitfalls** · An index within a batch is not an index among all images: join the numbers first, choose then. The mean of a map is
# another question: it likes what is everywhere. `topk` gives a pair, values and indices.
#
# **Think** · A channel's nine favourite images are all sevens. Is it a detector of sevens?
#
# For eight channels of the second convolution, the nine test images (of the first two thousand) that each likes best. A frame lies
# around the 14×14 pixels that the largest value in the map has seen; below, these pixels alone. What the channel liked is in there.

# %% tags=["demo"] hide=true
# @title Picture: the favourite images of eight channels
if ready("top_images", "make_grid", "test_set"):
    many, size, stride = test_images[:2000], 14, 2  # task 4: what a value behind body.conv2 sees
    fig, axes = plt.subplots(4, 4, figsize=(9, 9.4), layout="constrained")
    pairs = zip(axes[::2].flat, axes[1::2].flat)  # above the images, below what was seen of them
    said = []
    for channel, (above, below) in enumerate(pairs):
        places = top_images(net, "body.conv2", channel, many, 9)
        with torch.no_grad():
            maps = net.body[:4](many[places])[:, channel]  # (9, 8, 8)
        seen = []
        for i, spot in enumerate(maps.flatten(start_dim=1).argmax(dim=1).tolist()):
            top, left = spot // 8 * stride, spot % 8 * stride
            seen.append(many[places[i], 0, top : top + size, left : left + size])
            corner = (i % 3 * 30 + left + 1.5, i // 3 * 30 + top + 1.5)  # behind a pad of 2
            above.add_patch(plt.Rectangle(corner, size, size, fill=False, lw=1.5, ec="#b35806"))
        for ax, shown in ((above, many[places, 0]), (below, torch.stack(seen))):
            ax.imshow(make_grid(1 - shown, 3, pad=2).numpy(), cmap="gray", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        for side in below.spines.values():
            side.set(color="#b35806", linewidth=1.5)
        above.set_title(f"channel {channel}", fontsize=14)
        said.append(f"channel {channel}: {' '.join(str(test_labels[i].item()) for i in places)}")
    show(
        "For each of eight channels of the second convolution, its nine favourite images, with a frame around the part that the "
        "channel answers to, and below them these parts alone. Those of one channel are much alike, such as nine upright strokes, or "
        f"nine bowls, though the digits are different ones. The digits shown: {'; '.join(said)}."
    )

# %% [markdown]
# Of MNIST's images, channel 4 likes an upright stroke, channel 7 one that falls to the right, channel 0 a bowl that is open at the top,
# and channel 3 ink with white paper below it. A channel is seldom a detector of one digit. It finds a *part*, and the layers behind it
# put parts together.

# %% [markdown]
# ## Task 7: where the network looks
#
# **Goal** · write `saliency`, which says which pixels a score hangs on · about 15 minutes · {{ points.saliency }} points
#
# Change one pixel a little: how much does the score of a class change? That is the derivative of the score with respect to the pixel,
# and the backward pass gives it for all pixels at once. In training it goes to the weights; here it goes to the image. Where it is
# large, up or down, a small change matters:
#
# $$\text{out}_{h,w} = \max_c \left| \frac{\partial\, \text{score}_\text{label}}{\partial\, \text{image}_{c,h,w}} \right|$$
#
# The **score** is the model's output for `label`, as it comes: a logit here, a log-probability where the network ends in one. Do not
# make a probability of it: a network that is sure has softmax values near 0 and 1, where nothing changes any more.
#
# - The network is in evaluation mode. Its weights get no gradients: what was in their `.grad`, often None, is there afterwards.
# - `image` is left alone: it neither records gradients afterwards nor has a `.grad`.
# - `torch.autograd.grad(score, tensor)` gives a tuple with the gradient for one tensor, and touches no other.
#
# Shapes: `image` (C, H, W), without a batch's axis; the result is (H, W).


# %% solution="saliency"
def saliency(model, image, label):
    """Return how strongly the score of a label depends on each pixel.

    Args:
        model: nn.Module, images (N, C, H, W) to scores (N, K), in any mode.
        image: tensor (C, H, W).
        label: int, whose score is looked at, 0 ... K - 1.

    Returns:
        tensor (H, W): the largest absolute gradient over the channels, at each pixel

    Not allowed: captum.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    batch = image.detach().clone().unsqueeze(0).requires_grad_()  # (1, C, H, W)
    try:
        model.eval()
        with torch.enable_grad():
            (gradient,) = torch.autograd.grad(model(batch)[0, label], batch)
    finally:
        model.train(was_training)
    return gradient[0].abs().amax(dim=0)
    ### END SOLUTION


# %% graded="saliency"
# Task 7, {{ points.saliency }} points. Hidden tests use other networks, images and labels.
check("saliency")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("saliency")

# %% [markdown]
# **Pitfalls** · `score.backward()` leaves gradients in every weight, and the next training step would add its own to them.
# `requires_grad_()` on the image itself changes what the caller gave you. First the absolute value, then the largest: a gradient of −4
# matters more than one of 3.
#
# **Think** · At some pixels of white paper the saliency is large. How can a pixel without ink matter?
#
# Six digits, and over each in orange where the score of the digit that the network sees depends on the pixels.

# %% tags=["demo"] hide=true
# @title Picture: where the network looks
if ready("saliency", "test_set"):

    def draw_saliency(ax, image, label):
        """Lay the saliency of a label over an image (1, H, W)."""
        glow = saliency(net, image, label)
        ax.imshow(image[0].numpy(), cmap="gray_r", vmin=0, vmax=1.6)
        strength = (glow / glow.max().clamp(min=1e-12)).numpy()
        ax.imshow(np.ones_like(strength), cmap="Oranges", vmin=0, vmax=1.4, alpha=strength)
        ax.set(xticks=[], yticks=[])

    fig, axes = plt.subplots(1, 6, figsize=(11, 2.3))
    for ax, image, label in zip(axes, test_images, predictions.tolist()):
        draw_saliency(ax, image, label)
        ax.set_title(f"score of {label}", fontsize=14)
    show(
        f"Six digits, read as {', '.join(map(str, predictions[:6].tolist()))}, in grey, with the saliency of that score in orange. It "
        "lies in and around the strokes, also in gaps without ink where another digit would have some; far away in the corners there is none."
    )

# %% [markdown]
# The orange lies along the strokes, and beside them where ink would make another digit of it, as in the opening of a 4. It says what a
# *small* change does, no more. It does not say why the network decided as it did, and it is noisy, since each gradient goes through
# many ReLUs that are open for this image by chance.
#
# The same image may be asked about another label. Here is one digit with the two labels that score best: what speaks for the one, and
# what for the other?

# %% tags=["demo"] hide=true
# @title Picture: one image, two labels
if ready("saliency", "test_set", "draw_saliency"):
    with torch.no_grad():
        two = net(test_images[:500]).topk(2, dim=1)
    unsure = (two.values[:, 0] - two.values[:, 1]).argmin().item()  # the two lie closest here
    labels = two.indices[unsure].tolist()
    fig, axes = plt.subplots(1, 2, figsize=(5, 2.7))
    for ax, label in zip(axes, labels):
        draw_saliency(ax, test_images[unsure], label)
        ax.set_title(f"score of {label}", fontsize=11)
    show(
        f"An image of a {test_labels[unsure].item()} that the network nearly takes for two digits, {labels[0]} and {labels[1]}: the "
        "saliency of either score in orange. Both light up in much the same places, which decide between them."
    )

# %% [markdown]
# ## What to take along
#
# - Filters of a first layer can be read; those of deeper layers cannot, but one can watch them work.
# - A hook sees every layer, without a change to the network; and whoever hangs one up takes it down again.
# - A picture of a network is a measurement. Ask of each what was scaled, chosen or left out before you believe it.
#
# In part 2, an image becomes a point among others: you look at the space in which the network decides.

# %% tags=["demo"]
progress()
