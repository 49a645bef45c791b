# %% [markdown]
# # lab2_learning
#
# Say here in two sentences what students learn in this notebook, and what they have at its end.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `image_statistics` | {{ points.image_statistics }} |
# | 2 | `normalize` | {{ points.normalize }} |
# | 3 | `FirstNet` | {{ points.FirstNet }} |
# | 4 | `CNNNet` | {{ points.CNNNet }} |
# | 5 | `BasicCNN` | {{ points.BasicCNN }} |
# | 6 | `nll_loss` | {{ points.nll_loss }} |
#
# Plan on about 60 minutes.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one
#   such cell. You may add cells and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("image_statistics")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
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
# **Goal** · write `image_statistics`, which takes the mean away from each value · about 10 minutes · {{ points.image_statistics }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="image_statistics"
def image_statistics(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="image_statistics"
# Task 1, {{ points.image_statistics }} points. Hidden tests use other numbers and shapes.
check("image_statistics")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("image_statistics")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 2: values around zero
#
# **Goal** · write `normalize`, which takes the mean away from each value · about 10 minutes · {{ points.normalize }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="normalize"
def normalize(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="normalize"
# Task 2, {{ points.normalize }} points. Hidden tests use other numbers and shapes.
check("normalize")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("normalize")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 3: values around zero
#
# **Goal** · write `FirstNet`, which takes the mean away from each value · about 10 minutes · {{ points.FirstNet }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="FirstNet"
def FirstNet(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="FirstNet"
# Task 3, {{ points.FirstNet }} points. Hidden tests use other numbers and shapes.
check("FirstNet")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("FirstNet")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 4: values around zero
#
# **Goal** · write `CNNNet`, which takes the mean away from each value · about 10 minutes · {{ points.CNNNet }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="CNNNet"
def CNNNet(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="CNNNet"
# Task 4, {{ points.CNNNet }} points. Hidden tests use other numbers and shapes.
check("CNNNet")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("CNNNet")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 5: values around zero
#
# **Goal** · write `BasicCNN`, which takes the mean away from each value · about 10 minutes · {{ points.BasicCNN }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="BasicCNN"
def BasicCNN(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="BasicCNN"
# Task 5, {{ points.BasicCNN }} points. Hidden tests use other numbers and shapes.
check("BasicCNN")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("BasicCNN")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 6: values around zero
#
# **Goal** · write `nll_loss`, which takes the mean away from each value · about 10 minutes · {{ points.nll_loss }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="nll_loss"
def nll_loss(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="nll_loss"
# Task 6, {{ points.nll_loss }} points. Hidden tests use other numbers and shapes.
check("nll_loss")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("nll_loss")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% tags=["demo"]
progress()
