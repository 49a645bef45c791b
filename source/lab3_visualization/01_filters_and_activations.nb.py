# %% [markdown]
# # lab3_visualization
#
# Say here in two sentences what students learn in this notebook, and what they have at its end.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `get_filters` | {{ points.get_filters }} |
# | 2 | `normalise_maps` | {{ points.normalise_maps }} |
# | 3 | `make_grid` | {{ points.make_grid }} |
# | 4 | `receptive_field` | {{ points.receptive_field }} |
# | 5 | `capture_activations` | {{ points.capture_activations }} |
# | 6 | `top_images` | {{ points.top_images }} |
# | 7 | `saliency` | {{ points.saliency }} |
#
# Plan on about 70 minutes.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one
#   such cell. You may add cells and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("get_filters")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
# - **A passed check is a good sign, not the grade.** Hidden tests remain: they use other numbers and sizes.
# - **Cells named `test_…`, the set-up and the other locked cells** stay as they are. A cell of your own that needs longer than
#   {{ limits.cell }} seconds is stopped when your notebook is graded.
# - **When your notebook is graded**, PyTorch, NumPy and Matplotlib are there. Other files of yours are not taken along.

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

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from checks import check, hint, progress

# %% [markdown]
# ## Task 1: values around zero
#
# **Goal** · write `get_filters`, which takes the mean away from each value · about 10 minutes · {{ points.get_filters }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="get_filters"
def get_filters(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="get_filters"
# Task 1, {{ points.get_filters }} points. Hidden tests use other numbers and shapes.
check("get_filters")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("get_filters")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 2: values around zero
#
# **Goal** · write `normalise_maps`, which takes the mean away from each value · about 10 minutes · {{ points.normalise_maps }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="normalise_maps"
def normalise_maps(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="normalise_maps"
# Task 2, {{ points.normalise_maps }} points. Hidden tests use other numbers and shapes.
check("normalise_maps")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("normalise_maps")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 3: values around zero
#
# **Goal** · write `make_grid`, which takes the mean away from each value · about 10 minutes · {{ points.make_grid }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="make_grid"
def make_grid(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="make_grid"
# Task 3, {{ points.make_grid }} points. Hidden tests use other numbers and shapes.
check("make_grid")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("make_grid")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 4: values around zero
#
# **Goal** · write `receptive_field`, which takes the mean away from each value · about 10 minutes · {{ points.receptive_field }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="receptive_field"
def receptive_field(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="receptive_field"
# Task 4, {{ points.receptive_field }} points. Hidden tests use other numbers and shapes.
check("receptive_field")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("receptive_field")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 5: values around zero
#
# **Goal** · write `capture_activations`, which takes the mean away from each value · about 10 minutes · {{ points.capture_activations }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="capture_activations"
def capture_activations(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="capture_activations"
# Task 5, {{ points.capture_activations }} points. Hidden tests use other numbers and shapes.
check("capture_activations")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("capture_activations")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 6: values around zero
#
# **Goal** · write `top_images`, which takes the mean away from each value · about 10 minutes · {{ points.top_images }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="top_images"
def top_images(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="top_images"
# Task 6, {{ points.top_images }} points. Hidden tests use other numbers and shapes.
check("top_images")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("top_images")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 7: values around zero
#
# **Goal** · write `saliency`, which takes the mean away from each value · about 10 minutes · {{ points.saliency }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="saliency"
def saliency(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="saliency"
# Task 7, {{ points.saliency }} points. Hidden tests use other numbers and shapes.
check("saliency")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("saliency")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% tags=["demo"]
progress()
