# %% [markdown]
# # Lab 1, part 1: the layers of a convolutional network
#
# In this notebook you write the layers of a convolutional network yourself, from additions and multiplications, and see
# what each of them does to a handwritten digit. At the end you put PyTorch's fast versions of the same layers
# together to the network that part 2 trains.
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
# Plan on about an hour and a half.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one
#   such cell. You may add cells and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("conv2d")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
# - **A passed check is a good sign, not the grade.** Hidden tests remain: they use other numbers and sizes, other
#   types (float64), and corner cases. What counts is that your function gives the right *values*; parts of a task
#   earn part of its points. One mistake costs points in one task only, with one exception: the last task of part 2 trains
#   the network that you built, so it needs the tasks before it. Feedback marks with ↳ what is wrong only because of another mistake.
# - **Cells named `test_…`, the set-up and the other locked cells** stay as they are. Pictures and trainings that belong to
#   the text, and `progress()` at the end (cells tagged `demo`), are for you to run; they are not run when your notebook is
#   graded. A cell of your own that needs longer than {{ limits.cell }} seconds is stopped then, so train in the cells that are
#   there for it.
# - **When your notebook is graded**, PyTorch, NumPy and Matplotlib are there, and {{ libraries }}. Other packages are not, and no
#   files of yours beside the notebook: copy into a cell what you need of them.
#
# ### What "from scratch" means
#
# In tasks 2, 3 and 4 you may not call the library function that does the whole job, by whatever name it is reached: no
# `conv…`, `max_pool…`, `relu`, `softmax`, `log_softmax`, `nll_loss`, `cross_entropy`, `trapezoid`/`trapz` from PyTorch, NumPy or SciPy (whose
# `correlate…` is a convolution too), none of their modules (`nn.Conv2d`, `nn.MaxPool2d`, `nn.ReLU` …), nothing from scikit-learn, torchmetrics,
# `torch.distributions`, or SciPy's `ndimage`, `signal` and `integrate`. **Allowed** is everything else: `unfold`, `fold`, `pad`, `einsum`, `matmul`, `as_strided`, `clamp`, `maximum`, `where`, `amax`, `logsumexp`,
# `gather`, `one_hot`, `bincount`, FFT, NumPy, and plain loops. In task 5, the network, the library's layers are welcome.
# Breaking the rule costs the item, and the feedback says why.
#
# ### What holds for every function
#
# - The result has the input's floating-point type and lies on the input's device (`x.new_zeros(…)` makes a tensor like `x`).
# - Inputs are never changed. They may be non-contiguous; then `.reshape` works where `.view` complains.
# - Speed is not graded: seven nested loops are fine. Rounding errors of float32 are forgiven.
# - Hand in the notebooks alone: other files of yours are not taken along, so keep helper functions in the notebook.
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
# The pictures below use MNIST: 28×28 grey images of handwritten digits.
# `load_images` reads them, and downloads them first if they are not there yet (about 12 MB). In every book this is one line:
#
# ```python
# train_set = datasets.MNIST(root, train=True, download=True, transform=ToTensor())
# ```
#
# That makes a data set of pairs (image, label): `download=True` fetches the four files of MNIST once, and `ToTensor()` turns an
# image's bytes, 0 to 255, into numbers from 0 to 1, each time the image is asked for. `load_images` does the same once, for all
# images, so that a training need not wait for it. Without images the checks work all the same; only pictures of digits are missing.

# %% tags=["demo"]
train_set, _ = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)

if train_set:
    digit = train_images[0]  # (1, 28, 28), values from 0 (paper) to 1 (ink)
    print(f"{len(train_set):,} images; the first, {tuple(digit.shape)}, shows a {train_labels[0]}.")

# %% [markdown]
# ## Task 1: how large is the result?
#
# **Goal** · write `conv_output_size`, the size of a convolution's or a pooling's result along one side · about 10 minutes ·
# {{ points.conv_output_size }} points
#
# A window of `kernel_size` pixels slides along a row of `size` pixels. Before it starts, `padding` pixels are added at *each* end.
# After each look the window moves on by `stride` pixels. The result has one entry for each place where the window fits:
#
# $$\text{out} = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \text{kernel\_size}}{\text{stride}} \right\rfloor + 1$$
#
# The brackets ⌊ ⌋ mean: round down. Before you write it, run the picture with sizes of your own, and count.


# %% tags=["demo"]
def draw_windows(size, kernel_size, stride=1, padding=0):
    """Draw a row of pixels and every place where the window fits."""
    starts = [s for s in range(-padding, size + padding, stride) if s + kernel_size <= size + padding]
    fig, ax = plt.subplots(figsize=(0.55 * (size + 2 * padding) + 1, 0.3 * len(starts) + 1.2))
    for i in range(-padding, size + padding):
        inside = 0 <= i < size
        ax.add_patch(
            plt.Rectangle((i, 0), 1, 1, facecolor="#d8e6f3" if inside else "white", edgecolor="black")
        )
        ax.text(i + 0.5, 0.5, i if inside else "pad", ha="center", va="center", fontsize=9 if inside else 7)
    for row, start in enumerate(starts):
        ax.plot([start + 0.08, start + kernel_size - 0.08], [-0.4 - 0.5 * row] * 2, lw=5, color="#444")
        ax.text(start + kernel_size + 0.1, -0.4 - 0.5 * row, f"→ out[{row}]", va="center", fontsize=8)
    ax.set(xlim=(-padding - 0.2, size + padding + 1.5), ylim=(-0.5 * len(starts) - 0.3, 1.2))
    ax.set_title(f"size {size}, kernel_size {kernel_size}, stride {stride}, padding {padding}", fontsize=10)
    ax.axis("off")
    show(
        f"A row of {size} pixels with {padding} padded at each end; the window fits in {len(starts)} places."
    )


draw_windows(size=7, kernel_size=3, stride=2, padding=1)
draw_windows(size=8, kernel_size=3, stride=2)  # the last pixel is never looked at


# %% solution="conv_output_size"
def conv_output_size(size, kernel_size, stride=1, padding=0):
    """Return the size of a convolution's or pooling's output along one side.

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
# **Pitfalls** · `padding` is added at both ends, so it counts twice. `/` gives 3.5 where you need 3: `//` rounds down and keeps an
# integer. And the `+ 1` is the window's first place, before it moved at all.
#
# **Think** · Which padding keeps the size with a 3×3 kernel and stride 1? With 5×5? Why do people like odd kernels?

# %% [markdown]
# ## Task 2: convolution
#
# **Goal** · write `conv2d` for a batch of images with several channels · about 30 minutes · {{ points.conv2d }} points
#
# A small grid of weights, the *kernel*, lies on the image. Multiply each weight by the pixel under it, add everything up: one number of
# the result. Move the kernel, and do it again. The kernel is laid on as it is, **not flipped** (mathematicians call this
# cross-correlation; in deep learning it is "convolution"):
#
# $$\text{out}[n, o, i, j] = \text{bias}[o] + \sum_{c} \sum_{u} \sum_{v} x_\text{padded}[n, c,\; i \cdot \text{stride} + u,\; j \cdot \text{stride} + v] \cdot \text{weight}[o, c, u, v]$$
#
# | tensor | shape | meaning |
# |---|---|---|
# | `x` | (N, C_in, H, W) | N images with C_in channels each |
# | `weight` | (C_out, C_in, kH, kW) | one kernel for each pair of output and input channel |
# | `bias` | (C_out,) or `None` | one number for each output channel |
# | result | (N, C_out, H_out, W_out) | sizes by the formula of task 1 |
#
# The picture shows one step: the window that makes `out[0, 2]`.


# %% tags=["demo"] hide=true
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
    axes[1], [[1, 0, -1], [2, 0, -2], [1, 0, -1]], "weight: 3×3", [(i, j) for i in range(3) for j in range(3)]
)
draw_grid(axes[2], [["·", "·", "−2"], ["·", "·", "·"]], "out: 2×3\n2−1 + 2·(0−2) + 1−0 = −2", [(0, 2)])
show(
    "A 4 by 5 image, a 3 by 3 kernel and the 2 by 3 result. Products of the framed window and the kernel add up to minus 2."
)


# %% solution="conv2d"
def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Convolve a batch of images with a bank of kernels (cross-correlation: the kernel is not flipped).

    out[n, o, i, j] = bias[o] + sum over c, u, v of x_padded[n, c, i*stride + u, j*stride + v] * weight[o, c, u, v]

    Args:
        x: (N, C_in, H, W) floating-point tensor.
        weight: (C_out, C_in, kH, kW), of x's type. kH and kW may differ.
        bias: (C_out,) or None for no bias.
        stride: int, the same for both directions.
        padding: int, zeros added at each of the four sides.

    Returns:
        (N, C_out, H_out, W_out), of x's type, with
        H_out = floor((H + 2*padding - kH) / stride) + 1, and W_out likewise.

    Not allowed: F.conv2d or any other `conv…` of the library. Allowed: F.pad, F.unfold, torch.einsum, loops.
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
# **Pitfalls** · Height comes before width, in images and in kernels, and kernels need not be square. All input channels are added up
# into *each* output channel. With a stride, the window jumps in the input; in the output the places are still next to each other.
# The bias belongs to the output channel: `bias.reshape(1, -1, 1, 1)` lines it up.
#
# **Think** · A fully connected layer from a 28×28 image to a 28×28 image has {{ figures.dense_weights:, }} weights. How many has one 3×3 kernel? What does
# it give up, and why does that not hurt with images?

# %% [markdown]
# ### Your convolution at work
#
# A kernel is a question that is asked at every place. The first of these two asks "does it get darker to the right?", the second
# "does it get darker downwards?". Orange means yes, violet means the other way round. The network of task 5 finds its own kernels;
# after training, some of its first ones resemble these (part 2 shows them).

# %% tags=["demo"]
if ready("conv2d", "train_set"):
    left_right = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    kernels = torch.stack([left_right, left_right.T]).unsqueeze(
        1
    )  # (2, 1, 3, 3): two kernels for one channel
    edges = conv2d(digit.unsqueeze(0), kernels, padding=1)[0]  # (2, 28, 28)

    fig, axes = plt.subplots(1, 3, figsize=(9, 3.2))
    axes[0].imshow(digit[0], cmap="gray_r")
    axes[0].set_title("the digit")
    for ax, edge, name in zip(axes[1:], edges, ("to the right", "downwards")):
        picture = ax.imshow(edge, cmap="PuOr_r", vmin=-4, vmax=4)
        ax.set_title(f"darker {name}?")
    fig.colorbar(picture, ax=axes, shrink=0.8, ticks=[-4, 0, 4]).ax.set_yticklabels(
        ["−4 no: lighter", "0 no edge", "+4 yes"]
    )
    for ax in axes:
        ax.axis("off")
    show(
        "A handwritten digit and its two edge maps: upright strokes answer the first kernel, level strokes the second."
    )

# %% [markdown]
# ## Task 3: max pooling
#
# **Goal** · write `max_pool2d` · about 15 minutes · {{ points.max_pool2d }} points
#
# The same sliding window, but instead of weighing its pixels it keeps the largest. With a 2×2 window that moves by 2, the image
# shrinks to half its height and width, and what was found stays, only less exactly placed:
#
# $$\text{out}[n, c, i, j] = \max_{u, v}\; x[n, c,\; i \cdot \text{stride} + u,\; j \cdot \text{stride} + v]$$
#
# Shapes: `x` (N, C, H, W) gives (N, C, H_out, W_out), by the formula of task 1 without padding. Each channel is pooled by itself. A rest
# at the edge where no whole window fits is left out.

# %% tags=["demo"] hide=true
fig, axes = plt.subplots(1, 2, figsize=(6, 2.6), gridspec_kw={"width_ratios": [5, 2.5]})
draw_grid(
    axes[0],
    [[1, 3, 0, 2, 9], [4, 2, 1, 1, 9], [-5, -1, 0, 6, 9], [-2, -3, 2, 1, 9]],
    "x: 4×5, the largest of each window framed",
    [(1, 0), (0, 3), (2, 1), (2, 3)],
)
for i in (0, 2):
    for j in (0, 2):
        axes[0].add_patch(
            plt.Rectangle((j, -i), 2, -2, fill=False, edgecolor="black", lw=3, ls=":", zorder=4)
        )
draw_grid(
    axes[1],
    [[4, 2], [-1, 6]],
    "out: 2×2; the column\nof nines fits no window",
    [(0, 0), (0, 1), (1, 0), (1, 1)],
)
show(
    "A 4 by 5 grid with four dotted 2 by 2 windows; the result holds 4, 2, minus 1 and 6. The fifth column is left out."
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

    Not allowed: F.max_pool2d or any other `max_pool…` of the library. Allowed: torch.maximum, amax, unfold, loops.
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
# **Pitfalls** · If you start from zeros and keep the larger value, a window of negative numbers comes out as 0: start from the window's first
# value or from −∞. `stride=None` means `kernel_size`, not 1.
#
# **Think** · Shift a digit by one pixel. How much does the pooled picture change, compared with the picture itself?

# %% tags=["demo"]
if ready("max_pool2d", "train_set"):
    once = max_pool2d(digit.unsqueeze(0), 2)  # (1, 1, 14, 14)
    twice = max_pool2d(once, 2)  # (1, 1, 7, 7)

    fig, axes = plt.subplots(1, 3, figsize=(8, 3))
    for ax, image, name in zip(
        axes, (digit.unsqueeze(0), once, twice), ("before", "pooled once", "pooled twice")
    ):
        ax.imshow(image[0, 0], cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(f"{name}: {image.shape[-2]}×{image.shape[-1]}")
        ax.axis("off")
    show("A digit at 28 by 28, 14 by 14 and 7 by 7 pixels. It can still be recognised when pooled once.")

# %% [markdown]
# ## Task 4: ReLU
#
# **Goal** · write `relu` · about 5 minutes · {{ points.relu }} points
#
# Convolutions in a row, with nothing between, are together only one larger convolution. A bend between them makes them more than that,
# and the simplest bend is this one. It works on each element by itself, whatever the tensor's shape:
#
# $$\text{relu}(x) = \max(x, 0)$$

# %% tags=["demo"] hide=true
plt.figure(figsize=(4, 2.4))
plt.plot([-3, 3], [-3, 3], ls=":", color="black", label="x itself")
plt.plot([-3, 0, 3], [0, 0, 3], lw=3, color="#c05a00", label="relu(x)")
plt.xlabel("x")
plt.grid(alpha=0.3)
plt.legend()
show("ReLU is 0 for negative x and follows x from 0 on.")


# %% solution="relu"
def relu(x):
    """Return max(x, 0) element by element, as a new tensor.

    Args:
        x: floating-point tensor of any shape. It is not changed.

    Returns:
        Tensor of x's shape and type.

    Not allowed: torch.relu, F.relu, nn.ReLU and their like. Allowed: clamp, maximum, where, arithmetic.
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
# **Think** · What is the slope of ReLU left of 0? What does a neuron learn whose input is negative for every image?

# %% [markdown]
# ## Task 5: the network
#
# **Goal** · put the layers together as `CNN`, with PyTorch's own layers · about 25 minutes · {{ points.CNN }} points
#
# From here on speed matters, so use `nn.Conv2d`, `nn.MaxPool2d`, `nn.Linear` and friends. They do what you have just written.
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
# The ten numbers that come out are the **logits**, raw scores for the digits 0 to 9. Nothing comes after the last layer: the loss of
# part 2 takes raw scores, and part 3 turns them into confidences. All convolutions and the linear layer have a bias.
#
# **You are free** in everything else: names of attributes, `nn.Sequential` or a `forward` of your own, functions (`F.relu`) or modules,
# pooling before or after ReLU, the order of flattening, a 7×7 convolution as last layer, your own parameters with your own `conv2d`
# (seven nested loops would take too long here), lazy layers, the initialisation. **Not free**: extra layers such as dropout or batch normalisation, an activation on
# the logits, and a `squeeze()` that loses the batch when it holds one image.
#
# The picture is made with your `conv_output_size`; if its numbers differ from the table, go back to task 1.

# %% tags=["demo"]
if ready("conv_output_size"):
    stages = [("input", 1, 28)]
    for name, channels in (("conv", 8), ("pool", 8), ("conv", 16), ("pool", 16), ("conv", 32)):
        size = stages[-1][2]
        after = (
            conv_output_size(size, 3, padding=1) if name == "conv" else conv_output_size(size, 2, stride=2)
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
        f"{stages[-1][1]} maps of {stages[-1][2]}×{stages[-1][2]} are {flat:,} numbers for the linear layer",
        fontsize=10,
    )
    show(
        "The feature maps of the network as stacks of sheets: "
        + ", ".join(f"{c} of {s} by {s}" for _, c, s in stages)
        + ", then 10 logits."
    )


# %% solution="CNN"
class CNN(nn.Module):
    """Three convolutions and a linear layer: images (N, 1, 28, 28) to logits (N, 10).

    conv 1→8, ReLU, pool 2×2, conv 8→16, ReLU, pool 2×2, conv 16→32, ReLU, flatten, linear 1568→10.
    Convolutions are 3×3 with padding 1. {{ figures.cnn_parameters:, }} trainable parameters. Nothing after the linear layer.
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
# **Pitfalls** · Forgotten `padding=1` shows as a mismatch at the linear layer (`mat1 and mat2 shapes cannot be multiplied`): print the shape
# before it. `flatten()` without `start_dim=1` mixes the images of a batch. A softmax at the end works against the loss of part 2,
# which makes one itself.
#
# **Think** · Why may the channels grow (8, 16, 32) while the maps shrink? Count the values after each convolution: {{ figures.values_1:, }} → {{ figures.values_2:, }} → {{ figures.values_3:, }}.

# %% [markdown]
# ## Task 6: how large is a network?
#
# **Goal** · write `count_parameters` for any network · about 5 minutes · {{ points.count_parameters }} points
#
# A network's parameters are the numbers that training changes. A convolution has C_out · C_in · kH · kW weights and C_out biases, a linear
# layer has in · out weights and out biases:
#
# | layer | weights + biases | parameters |
# |---|---|---|
# | convolution 1→8 | 8·1·3·3 + 8 | {{ figures.conv1_parameters:, }} |
# | convolution 8→16 | 16·8·3·3 + 16 | {{ figures.conv2_parameters:, }} |
# | convolution 16→32 | 32·16·3·3 + 32 | {{ figures.conv3_parameters:, }} |
# | linear 1568→10 | 10·1568 + 10 | {{ figures.linear_parameters:, }} |
# | together | | {{ figures.cnn_parameters:, }} |
#
# `model.parameters()` gives all parameter tensors of any module. Count their elements, but only of those that training may change
# (`requires_grad`). One tensor that is used twice is counted once (`parameters()` sees to that).

# %% tags=["demo"] hide=true
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
        model: any nn.Module, its parameters of any shape (for example a weight of shape (8, 1, 3, 3)).

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
# **Pitfalls** · `len(list(model.parameters()))` counts tensors, not numbers. Frozen parameters (`requires_grad` is `False`) do not count.
#
# **Think** · {{ figures.linear_share:.0% }} of the parameters sit in the last layer. What would become of that layer without the two poolings?

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
