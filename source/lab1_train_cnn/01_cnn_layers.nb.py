# %% [markdown]
# # Lab 1, part 1: the layers of a convolutional network
#
# In three notebooks you build a network that reads handwritten digits, train it, and find out how far it can be trusted. In this
# first one you write its layers yourself, from additions and multiplications, and see what each of them does to a digit. At the
# end you build the network that part 2 trains from PyTorch's fast versions of the same layers.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `conv_output_size`: how large is the result? | {{ points.conv_output_size }} |
# | 2 | `conv2d`: the convolution itself | {{ points.conv2d }} |
# | 3 | `max_pool2d`: shrinking a feature map | {{ points.max_pool2d }} |
# | 4 | `relu`: the bend in the line | {{ points.relu }} |
# | 5 | `CNN`: the network | {{ points.CNN }} |
# | 6 | `count_parameters`: how large is a network? | {{ points.count_parameters }} |
#
# Plan on about two hours. An open challenge without points waits at the end, for the pleasure of it.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. You may add cells
#   and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`**: it tries your code on small examples and says what came back and what was
#   expected. Stuck? `hint("conv2d")` helps, up to three times, each time more. `progress()` shows where you stand.
# - **A passed check is a good sign, not the grade.** Hidden tests use other numbers and sizes, another type (float64), and
#   corner cases. What counts is that your function gives the right *values*; parts of a task earn part of its points.
# - **One mistake costs points in one task only**, with one exception: the last task of part 2 trains the network that you
#   built, so it needs the tasks before it. Feedback marks with ↳ what is wrong only because of another mistake.
# - **Leave locked cells as they are**: the set-up, and those named `test_…`. Cells tagged `demo` (pictures, trainings,
#   `progress()`) are for you to run; when your notebook is graded, they are not run, and a cell of your own is stopped after
#   {{ limits.cell }} seconds. So train in the cells that are there for it. A demo cell that needs a function which
#   you have not written yet says so in a line (`ready(…)`) and does nothing: that is no error.
# - **Hand in the notebooks alone.** Other files of yours are not taken along: copy what you need of them into a cell.
#   PyTorch, NumPy and Matplotlib are there when your notebook is graded, and {{ libraries }}; other packages are not.
#
# ### What "from scratch" means
#
# In tasks 2, 3 and 4 you may not call the library function that does the whole job, by whatever name you reach it. In task 5, the
# network, the library's layers are welcome. Breaking the rule costs the task's points, and the feedback says why.
#
# - **Not allowed**: `conv…`, `max_pool…`, `relu`, `softmax`, `log_softmax`, `nll_loss`, `cross_entropy`, `trapezoid`/`trapz`
#   from PyTorch, NumPy or SciPy (whose `correlate…` is a convolution too); their modules (`nn.Conv2d`, `nn.MaxPool2d`,
#   `nn.ReLU` …); anything from scikit-learn, torchmetrics, `torch.distributions`, or SciPy's `ndimage`, `signal` and
#   `integrate`.
# - **Allowed**: everything else. `unfold`, `fold`, `pad`, `einsum`, `matmul`, `as_strided`, `clamp`, `maximum`, `where`,
#   `amax`, `logsumexp`, `gather`, `one_hot`, `bincount`, FFT, NumPy, and plain loops.
#
# ### What holds for every function
#
# - The result has the input's floating-point type and lies on the input's device (`x.new_zeros(…)` makes a tensor like `x`).
# - Inputs are never changed. They may be non-contiguous; then `.reshape` works where `.view` complains.
# - Speed is not graded: seven nested loops are fine. Rounding errors of float32 are forgiven.
# - Never tested: empty tensors, NaN, integer images, different strides for height and width.

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
# The pictures below use MNIST: 28×28 grey images of handwritten digits.
# `load_images` reads them, and downloads them first if they are not there yet (about 12 MB). In every book this is one line (to read, not to type):
#
# ```python
# train_set = datasets.MNIST(root, train=True, download=True, transform=ToTensor())
# ```
#
# That makes a data set of pairs (image, label): `download=True` fetches the four files of MNIST once, and `ToTensor()` turns
# an image's bytes, 0 to 255, into numbers from 0 to 1, each time the image is asked for. `load_images` does the same once,
# for all images, so that a training need not wait for it. Without images the checks work all the same; only pictures of
# digits are missing.

# %% tags=["demo"]
train_set, _ = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)

if train_set:
    digit = train_images[0]  # (1, 28, 28), values from 0 (paper) to 1 (ink)
    print(f"{len(train_set):,} images; the first, {tuple(digit.shape)}, shows a {train_labels[0]}.")

# %% [markdown]
# ### One image, and a batch of one
#
# PyTorch keeps images in tensors of shape **(N, C, H, W)**: N images in a *batch*, C channels, H rows, W columns. A
# **channel** is one number for each pixel: a grey image has one channel, a colour photograph three (red, green, blue). Two
# moves you will need again and again:
#
# - Matplotlib wants the channels last: `permute(1, 2, 0)` turns (C, H, W) into (H, W, C).
# - A layer wants a batch, even if it holds a single image: `unsqueeze(0)` puts an axis of length 1 in front.

# %% tags=["demo"]
if ready("train_set"):
    image, label = train_set[0]  # one element of the data set: an image and the digit that it shows
    print(f"one image: {tuple(image.shape)}, its label: {label}")
    print(f"a batch of one: {tuple(image.unsqueeze(0).shape)}")
    plt.figure(figsize=(2.2, 2.2))
    plt.imshow(image.permute(1, 2, 0), cmap="gray_r")  # (28, 28, 1): channels last
    plt.title(f"label: {label}")
    plt.axis("off")
    show(f"The first image of the data set, a handwritten {label}, with its label above it.")

# %% [markdown]
# ## Why convolve?
#
# You could do without. Hand all 784 pixels to a **linear layer** (others call it *dense* or *fully connected*): each of its
# results is a sum over *all* pixels, each pixel times a weight of its own, plus a bias. The weights and biases are the
# layer's **parameters**, the numbers that training changes. A linear layer from 28×28 pixels to 28×28 results has
# {{ figures.dense_weights:, }} weights. And it does not know what a neighbour is: move a digit by two pixels (a
# **translation**), and other weights meet its ink.
#
# A **convolution** lays one small grid of weights, the **kernel** (others call it *filter*), on every place of the image in
# turn. A 3×3 kernel has nine weights, the same nine everywhere: this is **weight sharing**. The numbers that come out, each
# in its place, make a **feature map**: it says where in the image there is what the kernel looks for. When the digit moves,
# the feature map moves with it, and is the same.


# %% tags=["demo"] hide=true
# @title Picture: a digit moved by two pixels, and two layers
def drawn_digit(shift=0):
    """Draw a 5, `shift` pixels to the right of the middle: (1, 28, 28), values from 0 (paper) to 1 (ink)."""
    corners = [(19, 6), (10, 6), (9.5, 13), (14, 12), (18, 14), (18.5, 18), (15, 21.5), (9, 21)]
    y, x = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    nearest = torch.full((28, 28), math.inf)
    for (ax, ay), (bx, by) in zip(corners, corners[1:]):
        dx, dy = bx - ax, by - ay
        along = (((x - shift - ax) * dx + (y - ay) * dy) / (dx**2 + dy**2)).clamp(0, 1)
        nearest = torch.minimum(
            nearest, torch.hypot(x - shift - ax - along * dx, y - ay - along * dy)
        )
    return (2 - nearest).clamp(0, 1).unsqueeze(0)


def agreement(first, second):
    """Return the correlation of two maps, the second moved back by two pixels: 1 for equal maps, 0 for unlike ones."""
    pair = torch.stack([first[2:-2, 2:-4].flatten(), second[2:-2, 4:-2].flatten()])
    return torch.corrcoef(pair)[0, 1].item()


upright = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
random_weights = torch.randn(784, 784, generator=torch.Generator().manual_seed(0)) / 10
pictures = [drawn_digit(), drawn_digit(shift=2)]
linear_maps = [(random_weights @ each.flatten()).reshape(28, 28) for each in pictures]
kernel_maps = [
    F.conv2d(each.unsqueeze(0), upright[None, None], padding=1)[0, 0] for each in pictures
]
linear_agreement, kernel_agreement = agreement(*linear_maps), agreement(*kernel_maps)

fig, axes = plt.subplots(2, 3, figsize=(8, 5.6))
names = ("a digit", f"linear layer\n{random_weights.numel():,} weights", "convolution\n9 weights")
for column, (maps, name) in enumerate(
    zip(([each[0] for each in pictures], linear_maps, kernel_maps), names)
):
    for row in range(2):
        colours = {"cmap": "gray_r"} if column == 0 else {"cmap": "PuOr_r", "vmin": -4, "vmax": 4}
        axes[row, column].imshow(maps[row], **colours)
        axes[row, column].set(xticks=[], yticks=[])
    axes[0, column].set_title(name, fontsize=10)
axes[0, 0].set_ylabel("in the middle")
axes[1, 0].set_ylabel("two pixels further right")
axes[1, 1].set_xlabel(f"the same, only moved?\n{abs(linear_agreement):.2f}  (1: yes, 0: no)")
axes[1, 2].set_xlabel(f"the same, only moved?\n{kernel_agreement:.2f}  (1: yes, 0: no)")
show(
    "A digit in the middle and moved by two pixels. The linear layer with random weights makes noise of both, and its two "
    "results have nothing in common; the convolution makes the same edge map of both, moved by two pixels."
)

# %% [markdown]
# Does that help to read digits? Two readers try. Each ends with a linear layer, worked out in one step from
# {{ figures.learn_images:, }} images (by regularised least squares; training comes in part 2). The first is given the pixels. The second
# is given what eight 3×3 kernels find, made by hand: "does it get darker to the right?", "… downwards?" and so on. Then both
# read {{ figures.learn_images:, }} new images, as they are and moved two pixels to the right:
#
# | what the linear layer is given | parameters | correct | correct, moved |
# |---|---|---|---|
# | the pixels | {{ figures.pixels_parameters:, }} | {{ figures.pixels_still:.0%}} | {{ figures.pixels_moved:.0%}} |
# | eight feature maps, after ReLU and pooling (tasks 4 and 3) | {{ figures.kernels_parameters:, }} | {{ figures.kernels_still:.0%}} | {{ figures.kernels_moved:.0%}} |
#
# Half the parameters, fewer mistakes, and the shift does much less harm. (The numbers are MNIST's; the next cell works them
# out anew, in a few seconds.) Kernels can also be *learned*, and in more than one layer: in
# part 2, the network that you build here in task 5 learns its own, and you see how far that goes.


# %% tags=["demo"] hide=true
# @title Two readers of digits (a few seconds)
if ready("train_set"):

    def try_kernels(kernels=None, pool=1):
        """Read digits by kernels, ReLU, pooling and a linear layer worked out by least squares.

        Args:
            kernels: (K, 1, k, k), k odd; None for the pixels themselves.
            pool: int, the size of the pooling's windows; 1 for no pooling.

        Returns:
            How many parameters that takes, kernels and linear layer; the share of new images read right; and the same when
            they are moved two pixels to the right.
        """

        def found(images):
            if kernels is not None:
                images = F.conv2d(images, kernels, padding=kernels.shape[-1] // 2).relu_()
            maps = F.max_pool2d(images, pool).flatten(start_dim=1)
            return torch.cat(
                [maps, maps.new_ones(len(maps), 1)], dim=1
            ).double()  # the ones stand for the bias

        half = min(5000, len(train_images) // 2)
        known, wanted = (
            found(train_images[:half]),
            F.one_hot(train_labels[:half], 10).double() * 2 - 1,
        )
        square = known.T @ known + 1e-3 * half * torch.eye(known.shape[1], dtype=torch.float64)
        weights = torch.linalg.solve(square, known.T @ wanted)
        new, labels = train_images[-half:], train_labels[-half:]
        moved = F.pad(new, (2, 0, 0, 0))[..., :28]
        still, shifted = (
            ((found(x) @ weights).argmax(1) == labels).double().mean().item() for x in (new, moved)
        )
        return weights.numel() + (0 if kernels is None else kernels.numel()), still, shifted

    diagonal = torch.tensor([[-2.0, -1.0, 0.0], [-1.0, 0.0, 1.0], [0.0, 1.0, 2.0]])
    quarter_turns = [torch.rot90(k, turns) for turns in range(4) for k in (upright, diagonal)]
    eight_edges = torch.stack(quarter_turns).unsqueeze(1) / 4  # (8, 1, 3, 3)

    readers = {"pixels": try_kernels(), "eight kernels": try_kernels(eight_edges, pool=4)}
    for name, (parameters, still, shifted) in readers.items():
        print(
            f"{name:<14} {parameters:>6,} parameters   correct: {still:.0%}   moved: {shifted:.0%}"
        )

# %% [markdown]
# ## Task 1: how large is the result?
#
# **Goal** · write `conv_output_size`, the size of a convolution's or a pooling's result along one side · about 10 minutes ·
# {{ points.conv_output_size }} points
#
# A window of `kernel_size` pixels slides along a row of `size` pixels. The row may first get `padding` more pixels at *each*
# end, its **padding**. After each look the window moves on by `stride` pixels, the **stride**. The result has one number for
# each place where the window fits:
#
# $$\text{out} = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \mathrm{kernel\_size}}{\text{stride}} \right\rfloor + 1$$
#
# The brackets ⌊ ⌋ mean: round down. Before you write it, draw some sizes of your own, and count.
#
# *Why padding?* Without it, each convolution takes off a rim (a 3×3 kernel makes 26×26 of 28×28), and a pixel at the edge is
# seen by fewer windows than one in the middle. Zeros around the image keep the size, and let the edge have its say. *Why a
# stride?* With stride 2 the window stops at every second place: the result is half as wide and half as high, for a quarter of
# the work.


# %% tags=["demo"] hide=true
# @title What draws the windows below
def draw_windows(size, kernel_size, stride=1, padding=0):
    """Draw a row of pixels and every place where the window fits."""
    starts = [
        s for s in range(-padding, size + padding, stride) if s + kernel_size <= size + padding
    ]
    fig, ax = plt.subplots(figsize=(0.55 * (size + 2 * padding) + 1, 0.3 * len(starts) + 1.2))
    for i in range(-padding, size + padding):
        inside = 0 <= i < size
        ax.add_patch(
            plt.Rectangle(
                (i, 0), 1, 1, facecolor="#d8e6f3" if inside else "white", edgecolor="black"
            )
        )
        ax.text(
            i + 0.5,
            0.5,
            i if inside else "pad",
            ha="center",
            va="center",
            fontsize=9 if inside else 7,
        )
    for row, start in enumerate(starts):
        ax.plot(
            [start + 0.08, start + kernel_size - 0.08], [-0.4 - 0.5 * row] * 2, lw=5, color="#444"
        )
        ax.text(
            start + kernel_size + 0.1, -0.4 - 0.5 * row, f"→ out[{row}]", va="center", fontsize=8
        )
    ax.set(xlim=(-padding - 0.2, size + padding + 1.5), ylim=(-0.5 * len(starts) - 0.3, 1.2))
    ax.set_title(
        f"size {size}, kernel_size {kernel_size}, stride {stride}, padding {padding}", fontsize=10
    )
    ax.axis("off")
    show(
        f"A row of {size} pixels with {padding} padded at each end; the window fits in {len(starts)} places."
    )


# %% tags=["demo"]
draw_windows(size=7, kernel_size=3, stride=2, padding=1)
draw_windows(size=8, kernel_size=3, stride=2)  # the last pixel is never looked at


# %% solution="conv_output_size"
def conv_output_size(size, kernel_size, stride=1, padding=0):
    """Return the size of a convolution's or pooling's result along one side.

    Formula: floor((size + 2 * padding - kernel_size) / stride) + 1

    Args:
        size: int, pixels along this side of the input.
        kernel_size: int, pixels along this side of the window.
        stride: int, how far the window moves each time.
        padding: int, pixels added at each of the two ends.

    Returns:
        int
    """
    ### BEGIN SOLUTION
    return (size + 2 * padding - kernel_size) // stride + 1
    ### END SOLUTION


# %% graded="conv_output_size"
# Task 1, {{ points.conv_output_size }} points. Hidden tests use other sizes.
check("conv_output_size")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("conv_output_size")

# %% [markdown]
# **Pitfalls** · `padding` is added at both ends, so it counts twice. `/` gives 3.5 where you need 3: `//` rounds down and
# keeps an integer. And the `+ 1` is the window's first place, before it has moved at all.
#
# **Think** · Which padding keeps the size with a 3×3 kernel and stride 1? With 5×5? Why do people like odd kernels?

# %% [markdown]
# ## Task 2: convolution
#
# **Goal** · write `conv2d` for a batch of images with several channels · about 30 minutes · {{ points.conv2d }} points
#
# Lay the kernel on the image. Multiply each weight by the pixel under it, and add everything up: one number of the feature
# map. Move the kernel, and do it again. The kernel is laid on as it is, **not flipped** (mathematicians call this
# cross-correlation; in deep learning it is "convolution"):
#
# $$\text{out}[n, o, i, j] = \text{bias}[o] + \sum_{c, u, v} x_\text{padded}[n, c,\; i s + u,\; j s + v] \cdot \text{weight}[o, c, u, v]$$
#
# Here n counts images, o kernels and c channels; i and j are a place in the result, u and v one in the kernel, and s is the stride.
#
# | tensor | shape | meaning |
# |---|---|---|
# | `x` | (N, C_in, H, W) | N images with C_in channels each |
# | `weight` | (C_out, C_in, kH, kW) | C_out kernels, each with weights for all C_in channels |
# | `bias` | (C_out,) or `None` | one number for each kernel |
# | result | (N, C_out, H_out, W_out) | for each image, C_out feature maps; task 1's formula gives their size |
#
# The feature maps are the channels of the result, and so the next layer's input. The picture shows one step: the window that
# makes `out[0, 2]`.


# %% tags=["demo"] hide=true
# @title Picture: one step of a convolution
def draw_grid(ax, grid, title, mark=()):
    """Draw a grid of numbers; the cells in `mark` get a thick frame."""
    rows, columns = len(grid), len(grid[0])
    for i in range(rows):
        for j in range(columns):
            strong = (i, j) in mark
            ax.add_patch(
                plt.Rectangle(
                    (j, -i),
                    1,
                    -1,
                    facecolor="#fde8c8" if strong else "white",
                    edgecolor="black",
                    lw=2.5 if strong else 0.8,
                    zorder=2 if strong else 1,
                )
            )
            ax.text(j + 0.5, -i - 0.5, grid[i][j], ha="center", va="center", zorder=3)
    ax.set(xlim=(-0.1, columns + 0.1), ylim=(-rows - 0.1, 0.1), aspect="equal")
    ax.set_title(title, fontsize=10)
    ax.axis("off")


fig, axes = plt.subplots(1, 3, figsize=(9, 2.6), gridspec_kw={"width_ratios": [5, 3, 3]})
draw_grid(
    axes[0],
    [[1, 0, 2, 3, 1], [4, 1, 0, 2, 2], [0, 3, 1, 1, 0], [2, 2, 0, 4, 1]],
    "x: 4×5, the window framed",
    [(i, j) for i in range(3) for j in range(2, 5)],
)
draw_grid(
    axes[1],
    [[1, 0, "−1"], [2, 0, "−2"], [1, 0, "−1"]],
    "weight: 3×3",
    [(i, j) for i in range(3) for j in range(3)],
)
draw_grid(
    axes[2], [["·", "·", "−2"], ["·", "·", "·"]], "out: 2×3\n2−1 + 2·(0−2) + 1−0 = −2", [(0, 2)]
)
show(
    "A 4 by 5 image, a 3 by 3 kernel and the 2 by 3 result. Products of the framed window and the kernel add up to minus 2."
)


# %% solution="conv2d"
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Convolve a batch of images with several kernels (cross-correlation: kernels are not flipped).

    out[n, o, i, j] = bias[o] + sum over c, u, v of
        x_padded[n, c, i*stride + u, j*stride + v] * weight[o, c, u, v]

    Args:
        x: (N, C_in, H, W) floating-point tensor.
        weight: (C_out, C_in, kH, kW), of x's type. kH and kW may differ.
        bias: (C_out,) or None for no bias.
        stride: int, the same for both directions.
        padding: int, zeros added at each of the four sides.

    Returns:
        (N, C_out, H_out, W_out), of x's type, with
        H_out = floor((H + 2*padding - kH) / stride) + 1, and W_out likewise.

    Not allowed: F.conv2d or any other `conv…` of the library.
    Allowed: F.pad, F.unfold, torch.einsum, loops.
    """
    ### BEGIN SOLUTION
    N, C_in, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    H_out = (H + 2 * padding - kH) // stride + 1
    W_out = (W + 2 * padding - kW) // stride + 1
    x = F.pad(x, (padding, padding, padding, padding))
    out = x.new_zeros(N, C_out, H_out, W_out)
    for u in range(kH):
        for v in range(kW):
            # every pixel that lies under weight[..., u, v] while the kernel slides over the image
            under = x[
                :, :, u : u + stride * H_out : stride, v : v + stride * W_out : stride
            ]  # (N, C_in, H_out, W_out)
            out = out + torch.einsum("nchw,oc->nohw", under, weight[:, :, u, v])
    if bias is not None:
        out = out + bias.reshape(1, C_out, 1, 1)
    ### END SOLUTION
    return out


# %% graded="conv2d"
# Task 2, {{ points.conv2d }} points. Hidden tests use other sizes, strides, paddings and types.
check("conv2d")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("conv2d")

# %% [markdown]
# **Pitfalls** · Height comes before width, in images and in kernels, and kernels need not be square. All input channels are
# added up into *each* feature map. With a stride, the window jumps in the input; in the result the numbers still stand next
# to each other. Each kernel has one bias, so it belongs to that kernel's feature map: `bias.reshape(1, -1, 1, 1)` lines it up.
#
# **Think** · A 3×3 kernel has nine weights where the linear layer above has {{ figures.dense_weights:, }}. What can it not
# do, therefore, and why does that not hurt with images? Can you think of data with which it would?

# %% [markdown]
# ### Your convolution at work
#
# A kernel asks the same question at every place. The first of these two asks "does it get darker to the right?", the second
# "does it get darker downwards?". Orange means yes, violet means the other way round. The network of task 5 finds its own
# kernels; after training, some of its first ones resemble these (part 2 shows them).


# %% tags=["demo"] hide=true
# @title What draws the picture below
def draw_edges(image, maps, names):
    """Draw an image, and beside it what each kernel finds in it."""
    fig, axes = plt.subplots(1, 1 + len(maps), figsize=(3 * (1 + len(maps)), 3.2))
    axes[0].imshow(image, cmap="gray_r")
    axes[0].set_title("the digit")
    for ax, edges, name in zip(axes[1:], maps, names):
        picture = ax.imshow(edges, cmap="PuOr_r", vmin=-4, vmax=4)
        ax.set_title(name)
    colours = fig.colorbar(picture, ax=axes, shrink=0.8, ticks=[-4, 0, 4])
    colours.ax.set_yticklabels(["−4 no: lighter", "0 no edge", "+4 yes"])
    for ax in axes:
        ax.axis("off")
    show(
        f"A handwritten digit and what two kernels find in it. {' '.join(names)} Upright strokes answer the first "
        "question, level strokes the second."
    )


# %% tags=["demo"]
if ready("conv2d", "train_set"):
    to_right = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    kernels = torch.stack([to_right, to_right.T]).unsqueeze(1)  # two kernels: (2, 1, 3, 3)
    found = conv2d(digit.unsqueeze(0), kernels, padding=1)  # (1, 2, 28, 28): a batch of one
    draw_edges(digit[0], found[0], ("darker to the right?", "darker downwards?"))

# %% [markdown]
# ## Task 3: max pooling
#
# **Goal** · write `max_pool2d` · about 10 minutes · {{ points.max_pool2d }} points
#
# The same sliding window, but instead of weighing its pixels it keeps the largest. With a 2×2 window that moves by 2, the
# feature map shrinks to half its height and width, and what was found stays, only less exactly placed:
#
# $$\text{out}[n, c, i, j] = \max_{u, v}\; x[n, c,\; i s + u,\; j s + v]$$
#
# Shapes: `x` (N, C, H, W) gives (N, C, H_out, W_out), by the formula of task 1 without padding. Each channel is pooled by
# itself. What is left over at the edge, too narrow for a whole window, is ignored.
#
# **Average pooling** keeps the mean of each window instead. Networks like ours mostly take the maximum: they ask *whether*
# something was found in the window, and one strong answer among weak ones should not be thinned out.

# %% tags=["demo"] hide=true
# @title Picture: max pooling, and average pooling beside it
fig, axes = plt.subplots(1, 3, figsize=(9, 2.6), gridspec_kw={"width_ratios": [5, 2.5, 2.5]})
draw_grid(
    axes[0],
    [[1, 3, 0, 2, 9], [4, 2, 1, 1, 9], ["−5", "−1", 0, 6, 9], ["−2", "−3", 2, 1, 9]],
    "x: 4×5, the largest\nof each window framed",
    [(1, 0), (0, 3), (2, 1), (2, 3)],
)
for i in (0, 2):
    for j in (0, 2):
        axes[0].add_patch(
            plt.Rectangle((j, -i), 2, -2, fill=False, edgecolor="black", lw=3, ls=":", zorder=4)
        )
draw_grid(
    axes[1],
    [[4, 2], ["−1", 6]],
    "out: 2×2; the column\nof nines fits no window",
    [(0, 0), (0, 1), (1, 0), (1, 1)],
)
draw_grid(axes[2], [["2.5", "1"], ["−2.75", "2.25"]], "for comparison:\naverage pooling")
show(
    "A 4 by 5 grid with four dotted 2 by 2 windows; the result holds 4, 2, minus 1 and 6. The fifth column is left out. "
    "Average pooling would give 2.5, 1, minus 2.75 and 2.25."
)


# %% solution="max_pool2d"
def max_pool2d(x, kernel_size, stride=None):
    """Keep the largest value of each window.

    out[n, c, i, j] = max over u, v of x[n, c, i*stride + u, j*stride + v]

    Args:
        x: (N, C, H, W) floating-point tensor; values may be negative.
        kernel_size: int, the window is kernel_size × kernel_size.
        stride: int, or None for stride = kernel_size (windows side by side).

    Returns:
        (N, C, H_out, W_out), of x's type, with
        H_out = floor((H - kernel_size) / stride) + 1, and W_out likewise. No padding.

    Not allowed: F.max_pool2d or any other `max_pool…` of the library.
    Allowed: torch.maximum, amax, unfold, loops.
    """
    ### BEGIN SOLUTION
    stride = kernel_size if stride is None else stride
    N, C, H, W = x.shape
    H_out = (H - kernel_size) // stride + 1
    W_out = (W - kernel_size) // stride + 1
    out = x.new_empty(N, C, H_out, W_out)
    for i in range(H_out):
        for j in range(W_out):
            top, left = i * stride, j * stride
            window = x[
                :, :, top : top + kernel_size, left : left + kernel_size
            ]  # (N, C, kernel_size, kernel_size)
            out[:, :, i, j] = window.amax(dim=(2, 3))
    ### END SOLUTION
    return out


# %% graded="max_pool2d"
# Task 3, {{ points.max_pool2d }} points. Hidden tests use other sizes, overlapping windows and negative values.
check("max_pool2d")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("max_pool2d")

# %% [markdown]
# **Pitfalls** · If you start from zeros and keep the larger value, a window of negative numbers comes out as 0: start from
# the window's first value or from −∞. `stride=None` means `kernel_size`, not 1.
#
# **Think** · Shift a digit by one pixel. How much does the pooled picture change, compared with the picture itself?

# %% tags=["demo"] hide=true
# @title Picture: a digit, pooled once and twice
if ready("max_pool2d", "train_set"):
    once = max_pool2d(digit.unsqueeze(0), 2)  # (1, 1, 14, 14)
    twice = max_pool2d(once, 2)  # (1, 1, 7, 7)

    fig, axes = plt.subplots(1, 3, figsize=(8, 3))
    for ax, picture, name in zip(
        axes, (digit[None], once, twice), ("before", "pooled once", "pooled twice")
    ):
        ax.imshow(picture[0, 0], cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(f"{name}: {picture.shape[-2]}×{picture.shape[-1]}")
        ax.axis("off")
    show(
        "A digit at 28 by 28, 14 by 14 and 7 by 7 pixels. It can still be recognised when pooled once."
    )

# %% [markdown]
# ## Task 4: ReLU
#
# **Goal** · write `relu` · about 5 minutes · {{ points.relu }} points
#
# Convolutions in a row, with nothing between, are together only one larger convolution. A bend between them makes them more
# than that (its proper name is **activation function**), and the simplest bend is this one, the *rectified linear unit*.
# It works on each element by itself, whatever the tensor's shape:
#
# $$\text{relu}(x) = \max(x, 0)$$
#
# Older networks used two smooth bends: the **sigmoid**, from 0 to 1, and **tanh**, from −1 to 1. Why did ReLU win? Training (part 2) multiplies the slopes of all bends, and the weights, on the way from the loss back to a parameter. The sigmoid's slope is
# {{ figures.sigmoid_slope:.2f}} at best, so ten layers of it pass on less than a millionth; and where a curve is flat, nearly
# nothing. ReLU's slope is exactly 1 wherever it is on, and it costs one comparison.

# %% tags=["demo"] hide=true
# @title Picture: three bends and their slopes
line = torch.linspace(-4, 4, 401, requires_grad=True)
bends = {
    "ReLU": (torch.relu, "#c05a00", "-"),
    "sigmoid": (torch.sigmoid, "#5e3c99", "--"),
    "tanh": (torch.tanh, "#2166ac", "-."),
}
fig, axes = plt.subplots(1, 2, figsize=(9, 2.8))
slopes = {}
for name, (bend, color, dashes) in bends.items():
    curve = bend(line)
    (slopes[name],) = torch.autograd.grad(curve.sum(), line)
    axes[0].plot(line.detach(), curve.detach(), lw=2.5, color=color, ls=dashes, label=name)
    axes[1].plot(line.detach(), slopes[name], lw=2.5, color=color, ls=dashes, label=name)
axes[0].set(title="the bend", xlabel="x", ylim=(-1.2, 3))
axes[1].set(title="its slope", xlabel="x", ylim=(-0.1, 1.2))
for ax in axes:
    ax.grid(alpha=0.3)
axes[0].legend()
show(
    "Left: ReLU is 0 for negative x and follows x from 0 on; sigmoid rises from 0 to 1, tanh from minus 1 to 1. Right, their "
    "slopes: ReLU's is 0, then 1; the sigmoid's is at most a quarter; tanh's is 1 at 0 and falls to 0 on both sides."
)


# %% solution="relu"
def relu(x):
    """Return max(x, 0) element by element, as a new tensor.

    Args:
        x: floating-point tensor of any shape. It is not changed.

    Returns:
        Tensor of x's shape and type.

    Not allowed: torch.relu, F.relu, nn.ReLU and their like.
    Allowed: clamp, maximum, where, arithmetic.
    """
    ### BEGIN SOLUTION
    return x.clamp(min=0)
    ### END SOLUTION


# %% graded="relu"
# Task 4, {{ points.relu }} points. Hidden tests use other shapes and types.
check("relu")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("relu")

# %% [markdown]
# **Pitfalls** · `x[x < 0] = 0` changes the caller's tensor: the input must stay as it was. `abs` keeps what should go.
#
# **Think** · What is the slope of ReLU left of 0? What can a kernel still learn if its result is negative everywhere, on
# every image?

# %% [markdown]
# ## Task 5: the network
#
# **Goal** · put the layers together as `CNN`, with PyTorch's own layers · about 20 minutes · {{ points.CNN }} points
#
# From here on speed matters, so use PyTorch's own layers. They do what you have just written, and keep their weights themselves. A network is a class: the
# layers are made in `__init__`, and `forward` says in which order they are used. A small example, another network than yours:
#
# ```python
# class Small(nn.Module):
#     def __init__(self):
#         super().__init__()
#         self.conv = nn.Conv2d(3, 4, kernel_size=5)  # 3 channels in, 4 out, 5×5
#         self.linear = nn.Linear(4 * 12 * 12, 2)  # 576 numbers in, 2 out
#
#     def forward(self, x):  # (N, 3, 28, 28)
#         x = torch.tanh(self.conv(x))  # (N, 4, 24, 24)
#         x = F.avg_pool2d(x, 2)  # (N, 4, 12, 12)
#         return self.linear(x.flatten(start_dim=1))  # (N, 2)
# ```
#
# This is your network:
#
# | step | layer | shape after it |
# |---|---|---|
# | | input | (N, 1, 28, 28) |
# | 1 | convolution 1→8, 3×3, padding 1, then ReLU | (N, 8, 28, 28) |
# | 2 | max pooling 2×2 | (N, 8, 14, 14) |
# | 3 | convolution 8→16, 3×3, padding 1, then ReLU | (N, 16, 14, 14) |
# | 4 | max pooling 2×2 | (N, 16, 7, 7) |
# | 5 | convolution 16→32, 3×3, padding 1, then ReLU | (N, 32, 7, 7) |
# | 6 | flatten | (N, 1568) |
# | 7 | linear 1568→10 | (N, 10) |
#
# The ten numbers that come out are the **logits**, raw scores for the digits 0 to 9. Nothing comes after the last layer: the
# loss of part 2 takes raw scores, and part 3 turns them into probabilities. All convolutions and the linear layer have a
# bias.
#
# **You are free** in everything else: names of attributes, `nn.Sequential` or a `forward` of your own, functions (`F.relu`)
# or modules, pooling before or after ReLU, the order of flattening, a 7×7 convolution as last layer, your own parameters with
# your own `conv2d` (seven nested loops would take too long here), lazy layers, the initialisation. **Not free**: extra layers
# such as dropout or batch normalisation, an activation on the logits, and a `squeeze()` that loses the batch when it holds
# one image.
#
# The picture is made with your `conv_output_size`; if its numbers differ from the table, go back to task 1.

# %% tags=["demo"] hide=true
# @title Picture: the network
if ready("conv_output_size"):
    stages = [("input", 1, 28)]
    for name, channels in (("conv", 8), ("pool", 8), ("conv", 16), ("pool", 16), ("conv", 32)):
        size = stages[-1][2]
        after = (
            conv_output_size(size, 3, padding=1)
            if channels > stages[-1][1]
            else conv_output_size(size, 2, stride=2)
        )
        stages.append((name, channels, after))

    fig, ax = plt.subplots(figsize=(10, 3))
    left = 0.0
    for name, channels, size in stages:
        for sheet in reversed(range(channels)):  # one sheet for each feature map
            shift = 0.45 * sheet
            ax.add_patch(
                plt.Rectangle(
                    (left + shift, shift - size / 2),
                    size,
                    size,
                    facecolor="#d8e6f3",
                    edgecolor="#333",
                    lw=0.3,
                )
            )
        ax.text(
            left + size / 2,
            -size / 2 - 4,
            f"{name}\n{channels} × {size}×{size}",
            ha="center",
            va="top",
            fontsize=9,
        )
        left += size + 0.45 * channels + 9
    ax.add_patch(plt.Rectangle((left, -12), 2, 24, facecolor="#fde8c8", edgecolor="#333"))
    ax.text(left + 1, -16, "10 logits", ha="center", va="top", fontsize=9)
    ax.set(xlim=(-2, left + 10), ylim=(-32, 22), aspect="equal")
    ax.axis("off")
    flat = stages[-1][1] * stages[-1][2] ** 2
    ax.set_title(
        f"{stages[-1][1]} feature maps of {stages[-1][2]}×{stages[-1][2]} are {flat:,} numbers for the linear layer",
        fontsize=10,
    )
    show(
        "The feature maps of the network as stacks of sheets: "
        + ", ".join(f"{c} of {s} by {s}" for _, c, s in stages)
        + ", then 10 logits."
    )


# %% [markdown]
# ### Two habits, before you write
#
# - **Flatten with `flatten(start_dim=1)`, not with `view(-1, 1568)`.** The −1 means "as many rows as it takes". Where a size is wrong, that is more rows than images, and
#   nobody says so until the loss is computed, or never, if you only predict. `flatten` keeps one row for each image, so the next
#   layer complains at once.
# - **Call a network as `model(x)`, never as `model.forward(x)`.** You write `forward`; `model(x)` runs it, and whatever else belongs to a
#   call (*hooks*, functions that look at what passes). Called by name, `forward` skips that.

# %% tags=["demo"]
maps = torch.zeros(4, 32, 14, 14)  # four images; somebody forgot a pooling
print("view(-1, 1568):        ", tuple(maps.view(-1, 1568).shape), "from 4 images, and no error")
print("flatten(start_dim=1):  ", tuple(maps.flatten(start_dim=1).shape))


def look(module, inputs, result):
    print("    the hook saw a result of shape", tuple(result.shape))


layer = nn.Linear(3, 2)
layer.register_forward_hook(look)
print("layer(x):")
result = layer(torch.ones(1, 3))
print("layer.forward(x):")
result = layer.forward(torch.ones(1, 3))  # the same numbers, and no hook


# %% solution="CNN"
class CNN(nn.Module):
    """Three convolutions and a linear layer: images (N, 1, 28, 28) to logits (N, 10).

    conv 1→8, ReLU, pool 2×2, conv 8→16, ReLU, pool 2×2, conv 16→32, ReLU, flatten, linear 1568→10.
    Convolutions are 3×3 with padding 1. Nothing comes after the linear layer.
    {{ figures.cnn_parameters:, }} trainable parameters.
    """

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.conv3 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.linear = nn.Linear(32 * 7 * 7, 10)
        ### END SOLUTION

    def forward(self, x):
        """Return the logits (N, 10) of images x (N, 1, 28, 28). N may be 1."""
        ### BEGIN SOLUTION
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, 8, 14, 14)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 16, 7, 7)
        x = F.relu(self.conv3(x))  # (N, 32, 7, 7)
        return self.linear(x.flatten(start_dim=1))  # (N, 10)
        ### END SOLUTION


# %% graded="CNN"
# Task 5, {{ points.CNN }} points. Hidden tests look at what your network computes, never at its names:
# with weights of ours, on images of any brightness.
check("CNN")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("CNN")

# %% [markdown]
# **Pitfalls** · Forgotten `padding=1` shows as a mismatch at the linear layer (`mat1 and mat2 shapes cannot be multiplied`):
# print the shape before it. `flatten()` without `start_dim=1` makes one long row of the whole batch, and the linear layer complains. A softmax at the end works against
# the loss of part 2, which makes one itself.
#
# **Think** · Why may the channels grow (8, 16, 32) while the feature maps shrink? Count the values after each convolution:
# {{ figures.values_1:, }} → {{ figures.values_2:, }} → {{ figures.values_3:, }}.

# %% [markdown]
# ### Your network, before it has learned anything
#
# `print(model)` lists the layers made in `__init__`; what `forward` calls as a function (`F.relu`) is not among them. PyTorch
# has filled them with small random numbers, their **initialisation**: random, because a layer that is filled with one equal number
# stays so; neither too small nor too large, so that values neither vanish nor swell on their way through the layers. Its first answers are guesses.

# %% tags=["demo"]
if ready("CNN", "train_set"):
    network = CNN()
    print(network)
    logits = network(train_images[:1])  # a batch of one: (1, 10)
    print("\nlogits:", ", ".join(f"{each:.2f}" for each in logits[0].tolist()))
    print(f"the largest is that of {logits.argmax().item()}; the image shows a {train_labels[0]}")

# %% [markdown]
# ### What a layer sees
#
# The part of the image that can change one value of a feature map is its **receptive field**. A layer with windows of $k$
# values makes it wider by $k - 1$ steps, each as long as all strides before it, multiplied:
#
# $$r_\ell = r_{\ell-1} + (k_\ell - 1) \cdot s_1 s_2 \cdots s_{\ell-1}, \qquad r_0 = 1$$
#
# | after | convolution 1 | pooling 1 | convolution 2 | pooling 2 | convolution 3 | linear layer |
# |---|---|---|---|---|---|---|
# | one value sees | {{ figures.field_1 }}×{{ figures.field_1 }} | {{ figures.field_2 }}×{{ figures.field_2 }} | {{ figures.field_3 }}×{{ figures.field_3 }} | {{ figures.field_4 }}×{{ figures.field_4 }} | {{ figures.field_5 }}×{{ figures.field_5 }} | the whole image |
#
# That is why the layers learn different things, though nobody tells them to. The first mostly finds edges: it sees no more.
# The second puts edges together into strokes and corners, the third strokes into parts of digits, a loop or a crossing. Networks
# of this kind, with more layers, find tumours in X-ray images and pedestrians in front of a car, and words in speech, once
# the sound is drawn as an image of pitch over time.

# %% tags=["demo"] hide=true
# @title Picture: what one value sees
fields, step = [1], 1  # in pixels of the image
for window, hop in ((3, 1), (2, 2), (3, 1), (2, 2), (3, 1)):
    fields.append(fields[-1] + (window - 1) * step)
    step *= hop

fig, axes = plt.subplots(1, 4, figsize=(10, 2.9))
sheet = drawn_digit()[0]
views = [
    (fields[1], 10, 8, "#c05a00", "convolution 1"),
    (fields[3], 14, 9, "#5e3c99", "convolution 2"),
    (fields[5], 7, 5, "#2166ac", "convolution 3"),
]
axes[0].imshow(sheet, cmap="gray_r")
axes[0].set_title("the image", fontsize=10)
for ax, (side, left, top, color, name) in zip(axes[1:], views):
    axes[0].add_patch(
        plt.Rectangle((left - 0.5, top - 0.5), side, side, fill=False, edgecolor=color, lw=2.5)
    )
    ax.imshow(sheet[top : top + side, left : left + side], cmap="gray_r", vmin=0, vmax=1)
    ax.set_title(f"after {name}: {side}×{side}", fontsize=10)
    for spine in ax.spines.values():
        spine.set(edgecolor=color, linewidth=2.5)
for ax in axes:
    ax.set(xticks=[], yticks=[])
show(
    f"A digit, and what one value sees of it after each convolution: {fields[1]} by {fields[1]} pixels, an edge; "
    f"{fields[3]} by {fields[3]}, a stroke; {fields[5]} by {fields[5]}, most of the digit."
)

# %% [markdown]
# ## Task 6: how large is a network?
#
# **Goal** · write `count_parameters` for any network · about 5 minutes · {{ points.count_parameters }} points
#
# A convolution has C_out · C_in · kH · kW weights and C_out biases, a linear layer has in · out weights and out biases:
#
# | layer | weights + biases | parameters |
# |---|---|---|
# | convolution 1→8 | 8·1·3·3 + 8 | {{ figures.conv1_parameters:, }} |
# | convolution 8→16 | 16·8·3·3 + 16 | {{ figures.conv2_parameters:, }} |
# | convolution 16→32 | 32·16·3·3 + 32 | {{ figures.conv3_parameters:, }} |
# | linear 1568→10 | 10·1568 + 10 | {{ figures.linear_parameters:, }} |
# | together | | {{ figures.cnn_parameters:, }} |
#
# Parameters are learned. What *you* choose and training leaves alone, such as kernel size, stride, padding and the number of
# channels, is called a **hyperparameter**.
#
# `model.parameters()` gives all parameter tensors of any module. Count their elements, but only of those that training may change
# (`requires_grad`). One tensor that is used twice is counted once (`parameters()` sees to that).

# %% tags=["demo"] hide=true
# @title Picture: the parameters of each layer
layers = {
    "conv 1→8": {{figures.conv1_parameters}},
    "conv 8→16": {{figures.conv2_parameters}},
    "conv 16→32": {{figures.conv3_parameters}},
    "linear 1568→10": {{figures.linear_parameters}},
}
plt.figure(figsize=(6, 2))
bars = plt.barh(list(layers), list(layers.values()), color="#7aa6cf", edgecolor="black")
plt.bar_label(bars, labels=[f"{n:,}" for n in layers.values()], padding=3)
plt.gca().invert_yaxis()
plt.xlim(0, 18500)
plt.xlabel("parameters")
show(
    "Parameters by layer: "
    + ", ".join(f"{name}: {n:,}" for name, n in layers.items())
    + ". The linear layer holds most of them."
)


# %% solution="count_parameters"
def count_parameters(model):
    """Return the number of trainable parameters of a module.

    Args:
        model: any nn.Module. Its parameters may have any shape, for example (8, 1, 3, 3).

    Returns:
        int, the number of elements of all parameters with requires_grad.
    """
    ### BEGIN SOLUTION
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
    ### END SOLUTION


# %% graded="count_parameters"
# Task 6, {{ points.count_parameters }} points. Hidden tests count other modules than yours.
check("count_parameters")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("count_parameters")

# %% [markdown]
# **Pitfalls** · `len(list(model.parameters()))` counts tensors, not numbers. Frozen parameters (`requires_grad` is `False`)
# do not count.
#
# **Think** · {{ figures.linear_share:.0% }} of the parameters sit in the last layer. What would become of that layer without
# the two poolings?

# %% tags=["demo"]
if ready("CNN", "count_parameters"):
    network = CNN()
    for name, parameter in network.named_parameters():
        print(f"{name:<20} {str(tuple(parameter.shape)):<20} {parameter.numel():>7,}")
    print(f"{'together':<41} {count_parameters(network):>7,}")

# %% [markdown]
# ## Where you stand
#
# When everything here is passed, copy your class `CNN`: part 2 begins with it.

# %% tags=["demo"]
progress()
# %% [markdown]
# ## Open challenge: digits by hand-made kernels
#
# No points, no hidden tests, and nothing here is run when your notebook is graded: this one is for you. Make **kernels of
# your own** that read digits with **at most 1500 parameters**, kernels and linear layer together. `try_kernels`, from the
# beginning of this notebook, does the rest: your kernels, ReLU, max pooling, and a linear layer worked out in one step. This
# is the table to beat, above all in its last column:
#
# | kernels | pooling | parameters | correct | correct, moved |
# |---|---|---|---|---|
# | none: the pixels | none | {{ figures.pixels_parameters:, }} (too many) | {{ figures.pixels_still:.0%}} | {{ figures.pixels_moved:.0%}} |
# | none: the pixels | 4×4 | {{ figures.pooled_parameters:, }} | {{ figures.pooled_still:.0%}} | {{ figures.pooled_moved:.0%}} |
# | two edges, 3×3 | 4×4 | {{ figures.two_edges_parameters:, }} | {{ figures.two_edges_still:.0%}} | {{ figures.two_edges_moved:.0%}} |
# | eight edges, 3×3 | 7×7 | {{ figures.eight_edges_parameters:, }} | {{ figures.eight_edges_still:.0%}} | {{ figures.eight_edges_moved:.0%}} |
# | eight drawn by chance, 5×5 | 7×7 | {{ figures.by_chance_parameters:, }} | **{{ figures.by_chance_still:.0%}}** | **{{ figures.by_chance_moved:.0%}}** |
#
# Chance does about as well as thought, so far. Can you do better? What else could a kernel ask for: a line, its end, a corner, a dot? Are
# larger kernels worth their weights, or more of them? Do not trust half a percent: on {{ figures.learn_images:, }} images
# that is luck. And the more often you try and keep the best, the more your number flatters you; part 2 says why, and what
# helps.
#
# **Tell your neighbour** what you found, in three sentences: what your kernels ask for, which of them you expected to help
# and did not, and why you think so. Show the printed line, and ask for theirs.

# %% tags=["demo"]
if ready("train_set", "try_kernels"):
    to_right = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # begin here
    my_kernels = torch.stack([to_right, to_right.T]).unsqueeze(1)  # (K, 1, k, k), with k odd
    parameters, still, shifted = try_kernels(my_kernels, pool=7)
    print(f"{parameters:,} parameters   correct: {still:.1%}   moved: {shifted:.1%}")

# %% tags=["demo"] hide=true
# @title The table above, worked out anew (some ten seconds)
if ready("train_set", "try_kernels"):
    by_chance = torch.randn(8, 1, 5, 5, generator=torch.Generator().manual_seed(0)) / 3
    to_beat = {
        "pooled": try_kernels(pool=4),
        "two edges": try_kernels(eight_edges[[0, 6]], pool=4),
        "by chance": try_kernels(by_chance, pool=7),
        "eight edges": try_kernels(eight_edges, pool=7),
    }
    for name, (parameters, still, shifted) in to_beat.items():
        print(
            f"{name:<12} {parameters:>6,} parameters   correct: {still:.0%}   moved: {shifted:.0%}"
        )
