# %% [markdown]
# # lab2_learning
#
# Say here in two sentences what students learn in this notebook, and what they have at its end.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `mse_loss` | {{ points.mse_loss }} |
# | 2 | `bce_loss` | {{ points.bce_loss }} |
# | 3 | `kl_div` | {{ points.kl_div }} |
# | 4 | `SGD` | {{ points.SGD }} |
# | 5 | `RMSprop` | {{ points.RMSprop }} |
# | 6 | `Adagrad` | {{ points.Adagrad }} |
# | 7 | `Adam` | {{ points.Adam }} |
# | 8 | `train_with_log` | {{ points.train_with_log }} |
#
# Plan on about 80 minutes.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one
#   such cell. You may add cells and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("mse_loss")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
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
# **Goal** · write `mse_loss`, which takes the mean away from each value · about 10 minutes · {{ points.mse_loss }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="mse_loss"
def mse_loss(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="mse_loss"
# Task 1, {{ points.mse_loss }} points. Hidden tests use other numbers and shapes.
check("mse_loss")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("mse_loss")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 2: values around zero
#
# **Goal** · write `bce_loss`, which takes the mean away from each value · about 10 minutes · {{ points.bce_loss }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="bce_loss"
def bce_loss(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="bce_loss"
# Task 2, {{ points.bce_loss }} points. Hidden tests use other numbers and shapes.
check("bce_loss")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("bce_loss")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 3: values around zero
#
# **Goal** · write `kl_div`, which takes the mean away from each value · about 10 minutes · {{ points.kl_div }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="kl_div"
def kl_div(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="kl_div"
# Task 3, {{ points.kl_div }} points. Hidden tests use other numbers and shapes.
check("kl_div")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("kl_div")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 4: values around zero
#
# **Goal** · write `SGD`, which takes the mean away from each value · about 10 minutes · {{ points.SGD }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="SGD"
def SGD(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="SGD"
# Task 4, {{ points.SGD }} points. Hidden tests use other numbers and shapes.
check("SGD")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("SGD")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 5: values around zero
#
# **Goal** · write `RMSprop`, which takes the mean away from each value · about 10 minutes · {{ points.RMSprop }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="RMSprop"
def RMSprop(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="RMSprop"
# Task 5, {{ points.RMSprop }} points. Hidden tests use other numbers and shapes.
check("RMSprop")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("RMSprop")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 6: values around zero
#
# **Goal** · write `Adagrad`, which takes the mean away from each value · about 10 minutes · {{ points.Adagrad }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="Adagrad"
def Adagrad(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="Adagrad"
# Task 6, {{ points.Adagrad }} points. Hidden tests use other numbers and shapes.
check("Adagrad")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("Adagrad")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 7: values around zero
#
# **Goal** · write `Adam`, which takes the mean away from each value · about 10 minutes · {{ points.Adam }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="Adam"
def Adam(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="Adam"
# Task 7, {{ points.Adam }} points. Hidden tests use other numbers and shapes.
check("Adam")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("Adam")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 8: values around zero
#
# **Goal** · write `train_with_log`, which takes the mean away from each value · about 10 minutes · {{ points.train_with_log }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="train_with_log"
def train_with_log(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="train_with_log"
# Task 8, {{ points.train_with_log }} points. Hidden tests use other numbers and shapes.
check("train_with_log")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("train_with_log")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% tags=["demo"]
progress()
