# %% [markdown]
# # lab3_visualization
#
# Say here in two sentences what students learn in this notebook, and what they have at its end.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `features` | {{ points.features }} |
# | 2 | `pca` | {{ points.pca }} |
# | 3 | `cosine_similarity` | {{ points.cosine_similarity }} |
# | 4 | `nearest_neighbours` | {{ points.nearest_neighbours }} |
# | 5 | `knn_accuracy` | {{ points.knn_accuracy }} |
# | 6 | `maximise_activation` | {{ points.maximise_activation }} |
#
# Plan on about 60 minutes.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# - **Write your code where it says `# YOUR CODE HERE`**, and delete the line `raise NotImplementedError()`. Each task has one
#   such cell. You may add cells and helper functions of your own anywhere.
# - **Below each task, a cell runs `check("…")`.** It tries your code on a small example and says what came back and what was
#   expected. `hint("features")` gives a hint: call it again for a stronger one, three in all. `progress()` shows where you stand.
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
# **Goal** · write `features`, which takes the mean away from each value · about 10 minutes · {{ points.features }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="features"
def features(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="features"
# Task 1, {{ points.features }} points. Hidden tests use other numbers and shapes.
check("features")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("features")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 2: values around zero
#
# **Goal** · write `pca`, which takes the mean away from each value · about 10 minutes · {{ points.pca }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="pca"
def pca(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="pca"
# Task 2, {{ points.pca }} points. Hidden tests use other numbers and shapes.
check("pca")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("pca")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 3: values around zero
#
# **Goal** · write `cosine_similarity`, which takes the mean away from each value · about 10 minutes · {{ points.cosine_similarity }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="cosine_similarity"
def cosine_similarity(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="cosine_similarity"
# Task 3, {{ points.cosine_similarity }} points. Hidden tests use other numbers and shapes.
check("cosine_similarity")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("cosine_similarity")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 4: values around zero
#
# **Goal** · write `nearest_neighbours`, which takes the mean away from each value · about 10 minutes · {{ points.nearest_neighbours }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="nearest_neighbours"
def nearest_neighbours(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="nearest_neighbours"
# Task 4, {{ points.nearest_neighbours }} points. Hidden tests use other numbers and shapes.
check("nearest_neighbours")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("nearest_neighbours")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 5: values around zero
#
# **Goal** · write `knn_accuracy`, which takes the mean away from each value · about 10 minutes · {{ points.knn_accuracy }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="knn_accuracy"
def knn_accuracy(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="knn_accuracy"
# Task 5, {{ points.knn_accuracy }} points. Hidden tests use other numbers and shapes.
check("knn_accuracy")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("knn_accuracy")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% [markdown]
# ## Task 6: values around zero
#
# **Goal** · write `maximise_activation`, which takes the mean away from each value · about 10 minutes · {{ points.maximise_activation }} points
#
# $$\text{out}_i = x_i - \frac{1}{n} \sum_j x_j$$
#
# Shapes: `x` of any shape, at least one value; the result has the same.


# %% solution="maximise_activation"
def maximise_activation(x):
    """Return x with its mean taken away.

    Args:
        x: floating-point tensor of any shape, with at least one value.

    Returns:
        tensor of x's shape and type; the mean of all its values is 0
    """
    ### BEGIN SOLUTION
    return x - x.mean()
    ### END SOLUTION


# %% graded="maximise_activation"
# Task 6, {{ points.maximise_activation }} points. Hidden tests use other numbers and shapes.
check("maximise_activation")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("maximise_activation")

# %% [markdown]
# **Pitfalls** · `x.mean(0)` takes the mean of each column. Here there is one mean, of all values.
#
# **Think** · What is the largest value of the result if all values of `x` are equal?

# %% tags=["demo"]
progress()
