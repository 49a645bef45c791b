# %% [markdown]
# # lab2_learning
#
# Say here in two sentences what students learn in this notebook, and what they have at its end.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `dropout` | {{ points.dropout }} |
# | 2 | `channel_dropout` | {{ points.channel_dropout }} |
# | 3 | `l2_penalty` | {{ points.l2_penalty }} |
# | 4 | `EarlyStopping` | {{ points.EarlyStopping }} |
# | 5 | `classification_report` | {{ points.classification_report }} |
#
# Plan on about 50 minutes.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one
#   such cell. You may add cells and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("dropout")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
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
# **Goal** · write `dropout`, which takes the mean away from each value · about 10 minutes · {{ points.dropout }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="dropout"
def dropout(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="dropout"
# Task 1, {{ points.dropout }} points. Hidden tests use other numbers and shapes.
check("dropout")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("dropout")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 2: values around zero
#
# **Goal** · write `channel_dropout`, which takes the mean away from each value · about 10 minutes · {{ points.channel_dropout }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="channel_dropout"
def channel_dropout(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="channel_dropout"
# Task 2, {{ points.channel_dropout }} points. Hidden tests use other numbers and shapes.
check("channel_dropout")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("channel_dropout")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 3: values around zero
#
# **Goal** · write `l2_penalty`, which takes the mean away from each value · about 10 minutes · {{ points.l2_penalty }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="l2_penalty"
def l2_penalty(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="l2_penalty"
# Task 3, {{ points.l2_penalty }} points. Hidden tests use other numbers and shapes.
check("l2_penalty")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("l2_penalty")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 4: values around zero
#
# **Goal** · write `EarlyStopping`, which takes the mean away from each value · about 10 minutes · {{ points.EarlyStopping }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="EarlyStopping"
def EarlyStopping(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="EarlyStopping"
# Task 4, {{ points.EarlyStopping }} points. Hidden tests use other numbers and shapes.
check("EarlyStopping")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("EarlyStopping")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 5: values around zero
#
# **Goal** · write `classification_report`, which takes the mean away from each value · about 10 minutes · {{ points.classification_report }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="classification_report"
def classification_report(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="classification_report"
# Task 5, {{ points.classification_report }} points. Hidden tests use other numbers and shapes.
check("classification_report")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("classification_report")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% graded="trained_regularised"
# Task 6, {{ points.trained_regularised }} points. This check sees whether the parts fit; the training comes with the grading.
check("trained_regularised")

# %% tags=["demo"]
progress()
