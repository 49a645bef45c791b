# %% [markdown]
# # Lab 2, part 2: losses and optimizers
#
# A training needs a loss, which says how wrong the network is, and an optimizer, which says what to do about it. In this notebook you
# write three losses and see where each of them is the wrong one. Then you write four optimizers, let them race, first in a valley that you
# can see and then on the digits, and end with a training loop that reports as it goes.
#
# | task | you write | points |
# |---|---|---|
# | 1 | `mse_loss`: how far off, squared | {{ points.mse_loss }} |
# | 2 | `bce_loss`: yes or no | {{ points.bce_loss }} |
# | 3 | `kl_div`: from one distribution to another | {{ points.kl_div }} |
# | 4 | `SGD`: downhill, with momentum and weight decay | {{ points.SGD }} |
# | 5 | `RMSprop`: steps of a similar length for all | {{ points.RMSprop }} |
# | 6 | `Adagrad`: steps that become shorter | {{ points.Adagrad }} |
# | 7 | `Adam`: momentum and a length for each | {{ points.Adam }} |
# | 8 | `train_with_log`: an epoch that reports | {{ points.train_with_log }} |
#
# Plan on about two and a half hours. At the end there is a challenge without points: another valley, shaped like a banana.{{ due }}

# %% [markdown]
# ## How to work here, and how this is graded
#
# As in part 1: write your code where it says `# YOUR CODE HERE`, and run the check below it. When you are stuck, call
# `hint("Adam")`, up to three times; `progress()` shows where you stand. **A passed check says that a small example works.
# Hidden tests remain**, with other numbers, shapes and settings.
#
# ### What "from scratch" means
#
# In tasks 1 to 7 you write the whole job yourself.
#
# - **Not allowed** is the library call that does it, by whatever name it is reached: `mse_loss`, `binary_cross_entropy…`, `kl_div`, `nll_loss`,
#   `cross_entropy`, `softmax`, `log_softmax`, `dropout…`, `conv…`, `max_pool…`, `relu` and their modules (`nn.MSELoss`, `nn.BCELoss`,
#   `nn.KLDivLoss` …); the optimizers of `torch.optim` and its functions (`torch.optim.adam.adam` …), also where they hide as `torch._fused_…`; anything from
#   scikit-learn, torchmetrics, `torch.distributions`, SciPy's `rel_entr`, or its `ndimage`, `signal` and `integrate`.
# - **Allowed** is everything else: `log`, `exp`, `clamp`, `where`, `xlogy`, `mean`, `sum`, `sqrt`, `mul_`, `add_`, `addcmul_`, `addcdiv_`,
#   `lerp_`, NumPy, plain loops, and `torch.optim.Optimizer` as a base class.
# - In task 8, and in the cells that are ours, all of PyTorch is welcome.
#
# Breaking the rule costs the task's points, and the feedback says why.
#
# ### What holds for the losses (tasks 1 to 3)
#
# - The result is a scalar, a tensor of shape `()`, of the inputs' floating-point type. Inputs are never changed, and they may be non-contiguous.
#   A batch may hold a single sample.
# - Build them from PyTorch's operations: then `backward` finds their gradients, and the cells below can train with them. (Only the values are graded.)
#
# ### What holds for the optimizers (tasks 4 to 7)
#
# - `params` is any iterable of tensors, also a *generator* such as `model.parameters()`, which can be gone through only once. So make a list of it.
# - A parameter whose gradient `p.grad` is `None` is left alone. If it gets a gradient later, its memory begins then.
# - `step()` changes the parameters **in place**: the network must see the new numbers, so `p -= …`, not `p = p - …`, and
#   not `p.data = …`, which puts a new tensor behind the old name. And nothing of a step may
#   be recorded for `backward`: work inside `with torch.no_grad():`.
# - `zero_grad()` clears the gradients. Setting them to `None` and filling them with zeros are both right.
# - Each parameter has a memory of its own. Hidden tests make ten steps and more, with several parameters of different shapes, and
#   compare with `torch.optim` after the same gradients. Rounding errors of float32 are forgiven.
# - You are free in these: a class or a function that returns an object with `step` and `zero_grad`; loops or vectors; helpers in cells of your own; whether `step`
#   changes `p.grad`; further arguments with defaults.
#
# ### What holds for `train_with_log` (task 8)
#
# - `loss_fn` gives the mean over a batch. Loaders are plain `DataLoader`s over a whole data set, so `len(loader.dataset)` is the number of samples. The last batch may
#   hold a single one.
# - `zero_grad` may stand anywhere but between `backward` and `step`. Leave out gradient clipping and schedules: the trained parameters are compared.
# - Pairs may be tuples or lists. Print with `print`, that is, to standard output.
# - Use the argument `device`, never `.cuda()`: the machine that grades has no GPU.
#
# ### What is never tested
#
# Empty tensors, NaN, a GPU, predictions and targets of different shapes, probabilities outside 0 … 1, targets of `bce_loss` between 0 and 1, `log_q` of −∞, a `step` without any `backward`
# before it, groups of parameters, the gradient of a loss, loaders without samples. Speed is not graded, but a cell of your own that needs longer than {{ limits.cell }} seconds is
# stopped. Cells tagged `demo` are not run when your notebook is graded.

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
import copy
import math
import warnings
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
# The images, as in part 1, and a small network for the trainings of this notebook. It is fully connected, with {{ figures.small_parameters:,}}
# parameters, so that an epoch takes a second or two, on a CPU. What you learn on it holds for larger ones.

# %% tags=["demo"]
train_set, test_set = load_images()  # or load_images("digits")
train_images, train_labels = train_set.tensors if train_set else (None, None)
test_images, test_labels = test_set.tensors if test_set else (None, None)

if train_set:
    print(f"{len(train_set):,} images to learn from, {len(test_set):,} for the test")


# %% locked="small_network"
def small_network(outputs=10):
    """Return a network with ever the same first weights: images to (N, outputs)."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, outputs))


def train_small(network, loss_fn, optimizer, images, labels, batches=None):
    """Train for an epoch in batches of 64, or for so many batches; return the loss of each."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(1))
    losses = []
    for batch in order.split(64)[:batches]:
        optimizer.zero_grad()
        loss = loss_fn(network(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% [markdown]
# ## Task 1: mean squared error
#
# **Goal** · write `mse_loss`, the mean of the squared differences · about 5 minutes · {{ points.mse_loss }} points
#
# $$\text{loss} = \frac{1}{n} \sum_i (\text{prediction}_i - \text{target}_i)^2$$
#
# The sum runs over all n elements, whatever the shape. This is the loss for *quantities*: a temperature, a price, the position of an eye in a
# picture. Being off by 2 costs four times as much as being off by 1, so one large error weighs more than several small ones.
#
# Shapes: `predictions` and `targets` of one and the same shape, for example (N,) or (N, D); result a scalar.


# %% solution="mse_loss"
def mse_loss(predictions, targets):
    """Return the mean squared error.

    loss = mean over all elements of (prediction - target)²

    Args:
        predictions: floating-point tensor of any shape.
        targets: floating-point tensor of the same shape.

    Returns:
        scalar tensor, shape (), of the predictions' type.

    Not allowed: F.mse_loss, nn.MSELoss. Allowed: arithmetic, mean, sum.
    """
    ### BEGIN SOLUTION
    return ((predictions - targets) ** 2).mean()
    ### END SOLUTION


# %% graded="mse_loss"
# Task 1, {{ points.mse_loss }} points. Hidden tests use other numbers and shapes.
check("mse_loss")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("mse_loss")

# %% [markdown]
# **Pitfalls** · Square first, then take the mean: the mean of the differences is 0 where errors up and down cancel. With a batch of rows, the mean runs over
# *all* elements, not over the rows alone. And keep an eye on the shapes: a column (N, 1) minus a row (N,) is a table (N, N), as the cell below shows.
#
# **Think** · A thermometer's ten readings are 20 nine times and 30 once. Which single number has the smallest mean squared error to them all? And which the smallest mean *absolute*
# error?

# %% tags=["demo"]
if ready("mse_loss"):
    column, row = torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([1.0, 2.0, 3.0])
    print(f"shapes (3, 1) and (3,): the difference has shape {tuple((column - row).shape)}")
    print(f"loss of three perfect predictions, in unlike shapes: {mse_loss(column, row):.3f}")
    print(f"the same numbers, both of shape (3,):                {mse_loss(column[:, 0], row):.3f}")

# %% [markdown]
# ### Where it is wrong: classes
#
# A label is written as a number, so why not let the network predict that number, with a single output, and round it? Because a class is a *name*. To the
# mean squared error a 9 is close to an 8 and far from a 4; to the eye it is the other way round. Where the network wavers between a 9 and a 4, the
# best that it can say is something near 6, which nobody would say.
#
# Two networks from the same weights, one epoch each: one predicts the label's number with your `mse_loss`, the other has an output for each class, and cross
# entropy. Guess first: how large is the difference?

# %% tags=["demo"] hide=true
# @title Picture: what two networks say to images of a 4
SHOWN = 4  # the digit whose images are looked at
if ready("mse_loss", "train_set"):
    one, ten = small_network(outputs=1), small_network(outputs=10)
    train_small(
        one,
        lambda outputs, labels: mse_loss(outputs[:, 0], labels.float()),
        torch.optim.Adam(one.parameters(), lr=0.003),
        train_images,
        train_labels,
    )
    train_small(
        ten,
        F.cross_entropy,
        torch.optim.Adam(ten.parameters(), lr=0.003),
        train_images,
        train_labels,
    )
    with torch.no_grad():
        answers = {
            "one output, MSE": one(test_images)[:, 0].round().clamp(0, 9).long(),
            "ten outputs, cross entropy": ten(test_images).argmax(dim=1),
        }
    right = {name: (said == test_labels).float().mean().item() for name, said in answers.items()}

    fig, axes = plt.subplots(1, 2, figsize=(9, 2.6), sharey=True, layout="constrained")
    shares = []
    for ax, (name, said) in zip(axes, answers.items()):
        share = (
            torch.bincount(said[test_labels == SHOWN], minlength=10) / (test_labels == SHOWN).sum()
        )
        ax.bar(
            range(10),
            share,
            color=["#0072b2" if k == SHOWN else "#bbb" for k in range(10)],
            edgecolor="black",
        )
        ax.set(
            title=f"{name}: {right[name]:.0%} of all right", xlabel=f"answer to images of a {SHOWN}"
        )
        ax.set_xticks(range(10))
        shares.append(
            f"{name}: " + ", ".join(f"{v:.0%} {k}" for k, v in enumerate(share) if v > 0.1)
        )
    axes[0].set_ylabel("share of the images")
    show(
        f"Answers of two networks to test images of a {SHOWN}: those that are more than a tenth. {'; '.join(shares)}. Of all test images, "
        + " and ".join(f"{share:.0%} are right with {name}" for name, share in right.items())
        + "."
    )

# %% [markdown]
# In our run the network with MSE had {{ figures.mse_accuracy:.0% }} of the test images right, and the one with cross entropy {{ figures.cross_entropy_accuracy:.0% }}: same
# images, same optimizer, same number of steps. Nothing failed, and no warning was printed. The loss was simply an answer to another question.

# %% [markdown]
# ## Task 2: binary cross entropy
#
# **Goal** · write `bce_loss`, the loss of yes-or-no questions · about 15 minutes · {{ points.bce_loss }} points
#
# The network gives a probability p that the answer is yes; the target t is 1 for yes and 0 for no.
# Each answer pays minus the logarithm of the probability that it gave to the truth:
#
# $$\text{loss} = -\frac{1}{n} \sum_i \Big( t_i \log p_i + (1 - t_i) \log(1 - p_i) \Big)$$
#
# **Cut off at −100.** A sure and wrong answer, p = 0 where t = 1, would pay −log 0 = ∞; and a sure and right one would compute 0 · ∞, which is NaN (not a number).
# PyTorch takes each of the two *logarithms* as at least −100, and so do you:
#
# $$\log p \;\to\; \max(\log p, -100) \qquad \log(1 - p) \;\to\; \max(\log(1 - p), -100)$$
#
# Shapes: `probabilities` and `targets` (N,), one for each answer; result a scalar.
#
# It is the right loss where each question stands for itself. "Is there a cat? Is there a dog?" may both be answered yes, so a network has an output with a sigmoid
# for each. Where exactly one of K classes is right, it is the wrong one: the answers are not independent, and cross entropy, with a softmax over all, knows that.


# %% solution="bce_loss"
def bce_loss(probabilities, targets):
    """Return the mean binary cross entropy.

    loss = -mean over the N answers of (t log p + (1 - t) log(1 - p)), both logarithms at least -100

    Args:
        probabilities: (N,) floating-point tensor, values in [0, 1], 0 and 1 included.
        targets: (N,) floating-point tensor of the same type, each 1 (yes) or 0 (no).

    Returns:
        scalar tensor, shape (), of the probabilities' type, finite.

    Not allowed: F.binary_cross_entropy, nn.BCELoss and their kind. Allowed: log, clamp, mean.
    """
    ### BEGIN SOLUTION
    log_yes = probabilities.log().clamp(min=-100)
    log_no = (1 - probabilities).log().clamp(min=-100)
    return -(targets * log_yes + (1 - targets) * log_no).mean()
    ### END SOLUTION


# %% graded="bce_loss"
# Task 2, {{ points.bce_loss }} points. Hidden tests use other numbers, and probabilities of exactly 0 and 1.
check("bce_loss")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("bce_loss")

# %% [markdown]
# **Pitfalls** · Cut the logarithm, not the probability: `log(p + 1e-8)` changes every value a little, and p = 0 then pays 18 instead of 100. The second half counts:
# a no has to be rewarded, too. The input is probabilities. With logits, `log` of a negative number is NaN; PyTorch's own function raises an error.
#
# **Think** · A network is asked for ten yes-or-no answers and says 0.5 to each. What is its loss? Does it depend on the targets?

# %% [markdown]
# ### Where the mean squared error is wrong once more
#
# A probability is a quantity. So why not the mean squared error of p and t? Look at the slope, which is all that training sees. A network has a
# single logit z and gives p = sigmoid(z); the answer is yes. Left of the middle it is sure and wrong, and should learn most.

# %% tags=["demo"] hide=true
# @title Picture: two losses of one yes, and their slopes
if ready("mse_loss", "bce_loss"):
    z = torch.linspace(-8, 8, 161)
    styles = {"MSE": ("#d55e00", "--"), "BCE": ("#0072b2", "-")}
    fig, axes = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained")
    slopes = {}
    for (name, (color, line)), loss_fn in zip(styles.items(), (mse_loss, bce_loss)):
        logits = [value.reshape(1).requires_grad_() for value in z.clone()]
        values = [loss_fn(torch.sigmoid(v), torch.ones(1)) for v in logits]
        for value in values:
            value.backward()
        slope = [v.grad.item() for v in logits]
        axes[0].plot(z, [v.item() for v in values], line, color=color, label=name)
        axes[1].plot(z, slope, line, color=color, label=name)
        slopes[name] = slope[20]  # at z = -6
    axes[0].set(xlabel="logit z (the answer is yes)", ylabel="loss")
    axes[1].set(xlabel="logit z (the answer is yes)", ylabel="slope of the loss")
    for ax in axes:
        ax.grid(alpha=0.3)
        ax.legend()
    show(
        "Loss and slope of one yes against the logit. Far on the left, where the answer is sure and wrong, the mean "
        f"squared error is flat: its slope at z = -6 is {slopes['MSE']:.4f}, that of binary cross entropy {slopes['BCE']:.4f}."
    )

# %% [markdown]
# At z = −6 the slope of the mean squared error is −{{ figures.slope_mse:.3f}}, and that of binary cross entropy −{{ figures.slope_bce:.3f}}. The mean squared error hardly corrects
# a network that is sure and wrong. In daily work one hands the logits to `F.binary_cross_entropy_with_logits`, which takes sigmoid and logarithm in one step: then nothing needs to be cut off.

# %% [markdown]
# ## Task 3: the Kullback-Leibler divergence
#
# **Goal** · write `kl_div`, which says how far a predicted distribution q is from the true one p · about 15 minutes · {{ points.kl_div }} points
#
# Sometimes the target is a whole *distribution*: of a hundred people who looked at this scrawl, 70 read a 4 and 30 a 9; or a large network's ten probabilities, from
# which a small one is to learn (*distillation*). The divergence is 0 where both agree, and otherwise positive:
#
# $$\text{KL}(p \,\|\, q) = \frac{1}{N} \sum_{n=1}^{N} \sum_{k=1}^{K} p_{nk} \, (\log p_{nk} - \log q_{nk})$$
#
# - The prediction comes **first, and as logarithms** (`log_q`): log-softmax gives them, stably. The target comes second, as plain probabilities. This is PyTorch's order, too.
# - The sum is divided by the number of *rows* N, not by the number of elements N · K. (In PyTorch that is `reduction="batchmean"`.)
# - Where p is 0, the term is 0: in the limit, 0 · log 0 = 0. Your code has to know it, since `0 * torch.log(0)` is NaN. Both `torch.xlogy` and `torch.where` can help.
#
# Shapes: `log_q` and `p` (N, K); result a scalar.


# %% solution="kl_div"
def kl_div(log_q, p):
    """Return the Kullback-Leibler divergence of predictions from targets, averaged over the batch.

    divergence = sum over n and k of p (log p - log_q), divided by N;  0 log 0 = 0

    Args:
        log_q: (N, K) floating-point tensor, the logarithms of the predicted probabilities, finite.
        p: (N, K) floating-point tensor, the true probabilities, values in [0, 1], 0 included.

    Returns:
        scalar tensor, shape (), of log_q's type, finite.

    Not allowed: F.kl_div, nn.KLDivLoss, rel_entr. Allowed: log, xlogy, where, sum.
    """
    ### BEGIN SOLUTION
    return (torch.xlogy(p, p) - p * log_q).sum() / len(p)
    ### END SOLUTION


# %% graded="kl_div"
# Task 3, {{ points.kl_div }} points. Hidden tests use other sizes, and targets with zeros.
check("kl_div")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("kl_div")

# %% [markdown]
# **Pitfalls** · `log_q` is a logarithm already; take only that of p. `mean()` divides by N · K. The weights in the sum are p, the truth, not the prediction.
#
# **Think** · Let p be one-hot, a single 1 among zeros. Which loss that you know is the divergence then?

# %% [markdown]
# ### Where it is wrong: its arguments
#
# No loss goes wrong as silently as this one. Nothing stops you from handing over probabilities in the place of logarithms, or from exchanging the two arguments: a number
# comes back, and the training may even do something. The cell below makes the typical slips with PyTorch's own function.

# %% tags=["demo"]
if ready("kl_div"):
    p, q = torch.tensor([[0.7, 0.28, 0.02]]), torch.tensor([[0.2, 0.5, 0.3]])  # truth, prediction
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        slips = [
            F.kl_div(q.log(), p, reduction="batchmean"),
            F.kl_div(q, p, reduction="batchmean"),
            F.kl_div(p, q.log(), reduction="batchmean"),
            F.kl_div(p.log(), q, reduction="batchmean"),
            F.kl_div(q.log(), p),
        ]
    names = (
        "right: logarithms of q, then p",
        "probabilities, no logarithms",
        "p, then logarithms of q",
        "logarithms of p, then q",
        "default reduction: mean over N·K",
    )
    print(f"your kl_div(q.log(), p)            {kl_div(q.log(), p):8.4f}")
    for name, value in zip(names, slips):
        print(f"{name:<34} {value:8.4f}")
    print("said by PyTorch:", caught[-1].message if caught else "nothing")

    one_hot = torch.tensor([[0.0, 1.0, 0.0]])
    entropy = F.cross_entropy(q.log(), torch.tensor([1]))
    print(f"\np one-hot: your kl_div {kl_div(q.log(), one_hot):.4f}, cross entropy {entropy:.4f}")

# %% [markdown]
# A divergence is never negative, so a negative loss gives the missing logarithms away (−{{ figures.kl_no_logarithms:.2f}} here, where {{ figures.kl_right:.2f}} is right), and NaN the exchanged arguments. But with logarithms of p, and then q, a number comes back that looks like
# any other ({{ figures.kl_other:.2f}}): it is the divergence in the other direction, from q to p, which is another quantity. And only those who read warnings find the wrong reduction.
#
# **Which loss when?**
#
# | the target is | loss | the network ends in |
# |---|---|---|
# | a quantity | mean squared error | a plain number |
# | yes or no, for each of several questions | binary cross entropy | a sigmoid for each (or logits, with `…_with_logits`) |
# | one of K classes | cross entropy; or NLL on log-probabilities | K logits; or log-softmax |
# | a distribution over K classes | KL divergence | log-softmax |

# %% [markdown]
# ## Task 4: SGD, with momentum and weight decay
#
# **Goal** · write `SGD`, the optimizer from which all others come · about 25 minutes · {{ points.SGD }} points
#
# `loss.backward()` leaves in each parameter's `p.grad` the slope of the loss. An optimizer has two methods: `zero_grad()` clears these gradients, and
# `step()` changes every parameter w a little, against its gradient. **Stochastic gradient descent** is the plain one. For each parameter and each step:
#
# $$g = \text{gradient} + \mathrm{weight\_decay} \cdot w$$
#
# $$\text{buffer} \leftarrow \text{momentum} \cdot \text{buffer} + g \qquad\qquad w \leftarrow w - \text{lr} \cdot \text{buffer}$$
#
# - **Momentum** remembers. The buffer, one for each parameter and of its shape, begins as g itself. Where gradients agree, it grows, up to g / (1 − momentum); where they change their
#   sign at every step, they nearly cancel. A ball rolls like this. With momentum 0 the buffer is g, and nothing is remembered.
# - **Weight decay** pulls every parameter towards 0: its share of w is added to the gradient, *before* the buffer sees it. (Why one wants that, and
#   why it is another thing with Adam, you see in part 3.)
#
# An example: w = 1, lr = 0.1, momentum = 0.9, and the gradients 1 and then 2. The buffer is 1, then 0.9 · 1 + 2 = 2.9; w becomes 0.9, then 0.61.


# %% solution="SGD"
class SGD:
    """Stochastic gradient descent with momentum and weight decay.

    In each step, for each parameter w that has a gradient:

    g = gradient + weight_decay * w
    buffer = momentum * buffer + g      (the first buffer is g itself)
    w = w - lr * buffer                 (in place)

    Args:
        params: iterable of parameters, tensors of any shapes; it may be a generator.
        lr: float, the learning rate.
        momentum: float, from 0 (nothing is remembered) to below 1.
        weight_decay: float, 0 or above.

    Not allowed: the optimizers and functions of torch.optim.
    """

    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        ### BEGIN SOLUTION
        self.params = list(params)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.buffers = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self):
        """Make one step with every parameter that has a gradient; return nothing."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, buffer in zip(self.params, self.buffers):
                if p.grad is not None:
                    gradient = p.grad + self.weight_decay * p
                    buffer.mul_(self.momentum).add_(gradient)
                    p -= self.lr * buffer
        ### END SOLUTION

    def zero_grad(self):
        """Clear the gradients of all parameters; return nothing."""
        ### BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        ### END SOLUTION


# %% graded="SGD"
# Task 4, {{ points.SGD }} points. Hidden tests make many steps, with several parameters and settings.
check("SGD")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("SGD")

# %% [markdown]
# **Pitfalls** · `p = p - …` makes a new tensor, of which the network knows nothing; `p -= …` changes the one that it has. `self.params = params` keeps a generator, which is used up
# after the first step. The learning rate belongs in the step, not into the buffer, and there is no factor (1 − momentum) before g. Parameters without a gradient: `None` cannot be multiplied.
#
# **Think** · With momentum 0.9 and a gradient that is always the same, how long does a step become in the end, compared with momentum 0? What does this say about the learning rate?

# %% [markdown]
# ### A valley that you can see
#
# A real loss has thousands of parameters. Here it has two, x and y, and can be drawn as a map, with lines of equal loss:
#
# $$\text{loss}(x, y) = \tfrac{1}{2}\,(x^2 + 20\, y^2)$$
#
# A long valley: across it, in y, it is twenty times as steep as along it, in x. The losses of networks have such valleys, too. The gradient is (x, 20y), so a step of plain SGD is
# a multiplication:
#
# $$x \leftarrow (1 - \text{lr}) \cdot x \qquad\qquad y \leftarrow (1 - 20\,\text{lr}) \cdot y$$
#
# With lr = 0.01 the factors are 0.99 and 0.8: y is soon at the bottom, and x takes forever. **Too low.** With lr = 0.09 they are 0.91 and −0.8: y jumps from side to
# side, but comes down. Above lr = 2/20 = 0.1 the second factor is below −1: each jump lands higher than it began. **Too high**, and the loss grows without bound. The
# steepest direction decides how large the learning rate may be, and the flattest one how long you wait.


# %% tags=["demo"]
STYLES = {"SGD": ("black", "-"), "RMSprop": ("#d55e00", "--")}  # colour and line, in all pictures
STYLES |= {"Adagrad": ("#0072b2", ":"), "Adam": ("#009e73", "-.")}


def valley(w):
    """The loss at the place w = (x, y): twenty times as steep in y as in x."""
    return 0.5 * (w[0] ** 2 + 20 * w[1] ** 2)


def walk(make_optimizer, loss_at=valley, start=(-4.0, 1.0), steps=40):
    """Follow an optimizer from a start; return its places (steps + 1, 2) and the loss at each."""
    w = torch.tensor(start, requires_grad=True)
    optimizer = make_optimizer([w])
    places = [w.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        loss_at(w).backward()
        optimizer.step()
        places.append(w.detach().clone())
    return torch.stack(places), [loss_at(place).item() for place in places]


def draw_walk(ax, places, color, title):
    """Draw the valley's lines of equal loss, and a path through it."""
    x, y = torch.meshgrid(torch.linspace(-4.6, 2, 67), torch.linspace(-1.6, 1.6, 65), indexing="xy")
    levels = [0.05, 0.5, 2, 5, 10, 20, 30]
    ax.contour(x, y, valley(torch.stack([x, y])), levels=levels, colors="#bbb", linewidths=0.8)
    ax.plot(*places.T, "-o", color=color, ms=3, lw=1, clip_on=True)
    ax.plot(0, 0, "*", color="black", ms=10)
    ax.set(xlim=(-4.6, 2), ylim=(-1.6, 1.6), title=title)


# %% tags=["demo"] hide=true
# @title Picture: your SGD in the valley, with three learning rates and with momentum
if ready("SGD"):
    settings = {
        "lr 0.01: too low": {"lr": 0.01},
        "lr 0.09: good": {"lr": 0.09},
        "lr 0.105: too high": {"lr": 0.105},
        "lr 0.03, momentum 0.9": {"lr": 0.03, "momentum": 0.9},
    }
    fig, axes = plt.subplots(2, 2, figsize=(9, 5), layout="constrained")
    sgd_losses = {}
    for ax, (name, options) in zip(axes.flat, settings.items()):
        places, sgd_losses[name] = walk(lambda params: SGD(params, **options))
        draw_walk(
            ax, places, STYLES["SGD"][0], f"{name}; loss at the end {sgd_losses[name][-1]:.2g}"
        )
    show(
        "Forty steps of SGD in a long valley, from a loss of 18. "
        + " ".join(
            f"With {name}, the loss is {losses[-1]:.2g} at the end."
            for name, losses in sgd_losses.items()
        )
        + " The good one zigzags across the valley; momentum rolls past the bottom and comes back in curves."
    )

# %% [markdown]
# ## Task 5: RMSprop
#
# **Goal** · write `RMSprop`, which gives each parameter a step of its own length · about 15 minutes · {{ points.RMSprop }} points
#
# One learning rate for all is the trouble in the valley. So divide each parameter's gradient by its usual size. RMSprop keeps a running mean of the *squared* gradient,
# element by element, and its root (the "root mean square") is that size:
#
# $$\text{ms} \leftarrow \text{alpha} \cdot \text{ms} + (1 - \text{alpha}) \cdot g^2 \qquad\qquad w \leftarrow w - \text{lr} \cdot \frac{g}{\sqrt{\text{ms}} + \text{eps}}$$
#
# g is the gradient. The mean square ms begins as zeros, of the parameter's shape. The tiny `eps` prevents a division by 0, and is added *after* the root.
#
# An example: w = 1, the defaults, and the gradient 2. Then ms = 0.01 · 4 = 0.04, its root is 0.2, and w becomes 1 − 0.01 · 2/0.2 = 0.9.


# %% solution="RMSprop"
class RMSprop:
    """RMSprop: each gradient is divided by the root of its running mean square.

    In each step, for each parameter w that has the gradient g:

    ms = alpha * ms + (1 - alpha) * g²       (ms begins as zeros)
    w = w - lr * g / (sqrt(ms) + eps)        (in place)

    Args:
        params: iterable of parameters, tensors of any shapes; it may be a generator.
        lr: float, the learning rate.
        alpha: float in [0, 1), how much of the old mean square is kept.
        eps: float, against a division by 0.

    Not allowed: the optimizers and functions of torch.optim.
    """

    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        ### BEGIN SOLUTION
        self.params = list(params)
        self.lr, self.alpha, self.eps = lr, alpha, eps
        self.squares = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self):
        """Make one step with every parameter that has a gradient; return nothing."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, square in zip(self.params, self.squares):
                if p.grad is not None:
                    square.mul_(self.alpha).add_((1 - self.alpha) * p.grad**2)
                    p -= self.lr * p.grad / (square.sqrt() + self.eps)
        ### END SOLUTION

    def zero_grad(self):
        """Clear the gradients of all parameters; return nothing."""
        ### BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        ### END SOLUTION


# %% graded="RMSprop"
# Task 5, {{ points.RMSprop }} points. Hidden tests make many steps, with several parameters and settings.
check("RMSprop")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("RMSprop")

# %% [markdown]
# **Pitfalls** · Update ms first, then use the new one. `eps` under the root, `(ms + eps).sqrt()`, is another number. The mean is one of g², so square before you average. Each element has its own mean square:
# no `.mean()` over the tensor.
#
# **Think** · In the example the first step was 0.1 long, ten times the learning rate. Why? And how long would it be with a gradient of 2000?

# %% [markdown]
# ## Task 6: Adagrad
#
# **Goal** · write `Adagrad`, whose steps become shorter and shorter · about 10 minutes · {{ points.Adagrad }} points
#
# Adagrad came before RMSprop. It adds the squared gradients up and never forgets:
#
# $$\text{sum} \leftarrow \text{sum} + g^2 \qquad\qquad w \leftarrow w - \text{lr} \cdot \frac{g}{\sqrt{\text{sum}} + \text{eps}}$$
#
# The sum begins as zeros, of the parameter's shape. It only grows, so the steps become shorter. A parameter that rarely gets a gradient, such as that of a rare
# word, keeps long steps for the day when it does: for this Adagrad was made.
#
# An example: w = 1, lr = 0.1, and the gradients 3 and then 4. The sum is 9, then 25; w becomes 1 − 0.1 · 3/3 = 0.9, then 0.9 − 0.1 · 4/5 = 0.82.


# %% solution="Adagrad"
class Adagrad:
    """Adagrad: each gradient is divided by the root of the sum of all its squares so far.

    In each step, for each parameter w that has the gradient g:

    sum = sum + g²                            (sum begins as zeros)
    w = w - lr * g / (sqrt(sum) + eps)        (in place)

    Args:
        params: iterable of parameters, tensors of any shapes; it may be a generator.
        lr: float, the learning rate.
        eps: float, against a division by 0.

    Not allowed: the optimizers and functions of torch.optim.
    """

    def __init__(self, params, lr=0.01, eps=1e-10):
        ### BEGIN SOLUTION
        self.params = list(params)
        self.lr, self.eps = lr, eps
        self.sums = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self):
        """Make one step with every parameter that has a gradient; return nothing."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, total in zip(self.params, self.sums):
                if p.grad is not None:
                    total += p.grad**2
                    p -= self.lr * p.grad / (total.sqrt() + self.eps)
        ### END SOLUTION

    def zero_grad(self):
        """Clear the gradients of all parameters; return nothing."""
        ### BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        ### END SOLUTION


# %% graded="Adagrad"
# Task 6, {{ points.Adagrad }} points. Hidden tests make many steps, with several parameters and settings.
check("Adagrad")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("Adagrad")

# %% [markdown]
# **Pitfalls** · The sum is of squares, and each element has its own. Add the new square before you divide: otherwise the first step would divide by almost nothing. Without the root the steps shrink much too fast.
#
# **Think** · The gradient is always 1. How long is step number 100? How far does Adagrad come in a million steps: does it stand still somewhere?

# %% [markdown]
# ## Task 7: Adam
#
# **Goal** · write `Adam`, momentum and RMSprop in one · about 25 minutes · {{ points.Adam }} points
#
# Adam keeps two running means for each element: of the gradient, m, as momentum does, and of its square, v, as RMSprop does. Both begin as zeros. With `betas` = (β₁, β₂):
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad\qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# Means that begin at 0 are too small at first: after one step, m is a tenth of the gradient. The **bias correction** divides that out, where t counts the parameter's steps, 1, 2, 3 …:
#
# $$\hat m = \frac{m}{1 - \beta_1^t} \qquad\qquad \hat v = \frac{v}{1 - \beta_2^t} \qquad\qquad w \leftarrow w - \text{lr} \cdot \frac{\hat m}{\sqrt{\hat v} + \text{eps}}$$
#
# The corrected ones are only used for the step; what is remembered is m and v. Each parameter counts its own steps: one that gets its first gradient in step 5 has t = 1 then.
#
# An example: w = 1, lr = 0.1, the gradient 2. Then m = 0.2 and v = 0.004; corrected they are 2 and 4. The step is 0.1 · 2/2, and w becomes 0.9.


# %% solution="Adam"
class Adam:
    """Adam: running means of gradients and of their squares, both corrected for their start at 0.

    In each step, for each parameter w that has the gradient g, t = 1, 2, 3 … counting its steps:

    m = beta1 * m + (1 - beta1) * g              (m begins as zeros)
    v = beta2 * v + (1 - beta2) * g²             (v begins as zeros)
    m_hat = m / (1 - beta1**t),  v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (sqrt(v_hat) + eps)     (in place)

    Args:
        params: iterable of parameters, tensors of any shapes; it may be a generator.
        lr: float, the learning rate.
        betas: pair of floats in [0, 1), how much of each old mean is kept.
        eps: float, against a division by 0.

    Not allowed: the optimizers and functions of torch.optim.
    """

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        ### BEGIN SOLUTION
        self.params = list(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.means = [torch.zeros_like(p) for p in self.params]
        self.squares = [torch.zeros_like(p) for p in self.params]
        self.steps = [0] * len(self.params)
        ### END SOLUTION

    def step(self):
        """Make one step with every parameter that has a gradient; return nothing."""
        ### BEGIN SOLUTION
        beta1, beta2 = self.betas
        with torch.no_grad():
            for i, p in enumerate(self.params):
                if p.grad is not None:
                    self.steps[i] += 1
                    self.means[i].mul_(beta1).add_((1 - beta1) * p.grad)
                    self.squares[i].mul_(beta2).add_((1 - beta2) * p.grad**2)
                    mean = self.means[i] / (1 - beta1 ** self.steps[i])
                    square = self.squares[i] / (1 - beta2 ** self.steps[i])
                    p -= self.lr * mean / (square.sqrt() + self.eps)
        ### END SOLUTION

    def zero_grad(self):
        """Clear the gradients of all parameters; return nothing."""
        ### BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        ### END SOLUTION


# %% graded="Adam"
# Task 7, {{ points.Adam }} points. Hidden tests make many steps, with several parameters and settings.
check("Adam")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("Adam")

# %% [markdown]
# **Pitfalls** · Correct copies, not m and v themselves: if you store the corrected ones, the next step corrects them again. t begins at 1; with t = 0 you divide by 0. Count it once for each step, not once for each parameter that the loop
# meets. `eps` is added after the root, and the root is of the *corrected* v.
#
# **Think** · Multiply all gradients by 1000. What changes in Adam's steps? And in those of SGD?

# %% [markdown]
# ### The first step, in numbers
#
# Two parameters, one with a gradient of 1000 and one with a gradient of 0.001. How far does each optimizer move them in its first step, with a learning rate of 0.1?

# %% tags=["demo"]
if ready("SGD", "RMSprop", "Adagrad", "Adam"):
    for kind in (SGD, RMSprop, Adagrad, Adam):
        w = torch.zeros(2, requires_grad=True)
        optimizer = kind([w], lr=0.1)
        (w * torch.tensor([1000.0, 0.001])).sum().backward()
        optimizer.step()
        steep, flat = w.detach().abs().tolist()
        print(f"{kind.__name__:<8} steep direction: {steep:<8.5g} flat direction: {flat:.5g}")

# %% [markdown]
# SGD's step is as long as the gradient says. For the other three only the *sign* of the first gradient counts: the learning rate is a distance, the same for all parameters.
# (RMSprop's first step is ten times that long. You know why.) So they leave the start diagonally, whatever the valley is like, as the picture shows.

# %% tags=["demo"] hide=true
# @title Picture: your four optimizers in the valley
if ready("SGD", "RMSprop", "Adagrad", "Adam"):
    walkers = {
        "SGD": ("lr 0.09", lambda params: SGD(params, lr=0.09)),
        "RMSprop": ("lr 0.1, alpha 0.9", lambda params: RMSprop(params, lr=0.1, alpha=0.9)),
        "Adagrad": ("lr 1", lambda params: Adagrad(params, lr=1.0)),
        "Adam": ("lr 0.3", lambda params: Adam(params, lr=0.3)),
    }
    fig, axes = plt.subplots(2, 2, figsize=(9, 5), layout="constrained")
    ends = {}
    for ax, (name, (setting, make_optimizer)) in zip(axes.flat, walkers.items()):
        places, losses = walk(make_optimizer)
        ends[name] = losses[-1]
        draw_walk(ax, places, STYLES[name][0], f"{name}, {setting}; at the end {losses[-1]:.2g}")
    show(
        "The paths of four optimizers, forty steps each, from the same place in a long valley, where the loss is 18. "
        "SGD jumps across the valley from side to side; RMSprop and Adagrad go diagonally at first and then along the "
        "bottom; Adam swings past the bottom like a ball. The losses at the end: "
        + ", ".join(f"{name} {loss:.2g}" for name, loss in ends.items())
        + "."
    )

# %% [markdown]
# SGD jumps from side to side, since y is steep and x is not. The other three have no such trouble: to them the valley is as wide as it is long. Adam overshoots like a ball, for it has momentum. And Adagrad is the first at the goal. That says something of this short way, and of the
# learning rate that was chosen for it, but nothing of long trainings, in which its steps become very short.
#
# ### The same four on the digits
#
# Now the small network of {{ figures.small_parameters:,}} parameters, one epoch, all four from the same first weights and with the same batches. Each has a learning rate that suits it (how one looks for it, you see below).
# A fifth curve shows what momentum adds to SGD. A batch's loss jumps up and down, so the curves are means over 50 batches.

# %% tags=["demo"] hide=true
# @title Picture: one epoch with each optimizer
if ready("SGD", "RMSprop", "Adagrad", "Adam", "train_set"):
    runners = {
        "SGD": ("-", lambda params: SGD(params, lr=0.1)),
        "SGD, momentum 0.9": ("-", lambda params: SGD(params, lr=0.1, momentum=0.9)),
        "RMSprop": ("--", lambda params: RMSprop(params, lr=0.003)),
        "Adagrad": (":", lambda params: Adagrad(params, lr=0.03)),
        "Adam": ("-.", lambda params: Adam(params, lr=0.003)),
    }
    curves, tested = {}, {}
    for name, (_, make_optimizer) in runners.items():
        network = small_network()
        optimizer = make_optimizer(network.parameters())
        curves[name] = train_small(network, F.cross_entropy, optimizer, train_images, train_labels)
        with torch.no_grad():
            predictions = network(test_images).argmax(dim=1)
        tested[name] = (predictions == test_labels).float().mean().item()

    plt.figure(figsize=(8, 3.4))
    width = min(50, len(curves["SGD"]) // 4)
    for name, (line, _) in runners.items():
        color = STYLES.get(name, ("#888", ""))[0]
        means = torch.tensor(curves[name]).unfold(0, width, width // 2).mean(dim=1)
        batches = [width / 2 + i * (width // 2) for i in range(len(means))]
        plt.plot(batches, means, line, color=color, lw=2, label=name)
    plt.xlabel("batch")
    plt.ylabel(f"loss, mean over {width} batches")
    plt.ylim(0, 1.4 if len(train_set) > 5000 else 2.4)
    plt.grid(alpha=0.3)
    plt.legend()
    show(
        "The training loss of one epoch with four optimizers, and with SGD and momentum. At the end of the epoch: "
        + ", ".join(f"{name} {np.mean(losses[-width:]):.2f}" for name, losses in curves.items())
        + "."
    )
    for name, share in tested.items():
        print(f"{name:<18} test accuracy after one epoch {share:.1%}")

# %% [markdown]
# Plain SGD is the slowest, and momentum makes it as fast as the others: in our run {{ figures.curve_sgd:.1%}} of the test images were right after the epoch with SGD, {{ figures.curve_momentum:.1%}} with momentum,
# {{ figures.curve_rmsprop:.1%}} with RMSprop, {{ figures.curve_adagrad:.1%}} with Adagrad and {{ figures.curve_adam:.1%}} with Adam. Do not read much into the order of the last four: it comes from one seed, and from one learning rate for each.
#
# ### A learning rate too low, too high
#
# Is Adam better than SGD, then? That question has no answer without a learning rate. Here each optimizer trains from the same start for 150 batches, with six rates, each ten times the one before. Guess: where are the valleys?

# %% tags=["demo"] hide=true
# @title Picture: the loss after 150 batches, for six learning rates
if ready("SGD", "RMSprop", "Adagrad", "Adam", "train_set"):
    rates = [0.0001, 0.001, 0.01, 0.1, 1.0, 10.0]
    after = {}
    for kind in (SGD, RMSprop, Adagrad, Adam):
        after[kind.__name__] = []
        for rate in rates:
            network = small_network()
            optimizer = kind(network.parameters(), lr=rate)
            losses = train_small(
                network, F.cross_entropy, optimizer, train_images, train_labels, batches=150
            )
            after[kind.__name__].append(np.mean(losses[-max(1, len(losses) // 5) :]))
    best_rate = {name: rates[int(np.argmin(losses))] for name, losses in after.items()}

    plt.figure(figsize=(8, 3.4))
    for name, losses in after.items():
        color, line = STYLES[name]
        plt.plot(rates, losses, line, marker="o", color=color, label=name)
    plt.axhline(math.log(10), color="#888", lw=0.8)
    plt.text(0.0001, 2.33, "log 10: knows nothing", ha="left", va="bottom", fontsize=9)
    plt.xscale("log")
    plt.ylim(0, 3)
    plt.xlabel("learning rate")
    plt.ylabel("loss after 150 batches")
    plt.grid(alpha=0.3)
    plt.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    show(
        "The loss after 150 batches against the learning rate: too low on the left, too high on the right, and a valley between. The best of the six rates is "
        + ", ".join(f"{rate:g} for {name}" for name, rate in best_rate.items())
        + "."
    )

# %% [markdown]
# Of these six, {{ figures.best_sgd:g}} is the best for SGD and Adagrad, and {{ figures.best_adam:g}} for RMSprop and Adam: a tenth of it. Left of its valley an optimizer is too slow; far to the right the loss stays near log 10 or above: such a network
# knows nothing. So there are two rules. Compare optimizers only when each has a rate of its own. And when a training does not work, try the learning rate first, in powers of ten.

# %% [markdown]
# ## The old text read today
#
# PyTorch came out in 2017, and texts of that year are still among the first that one finds. Here is a training loop as they write it. Before you go on: **what would not run today, what is merely out of date, and which two lines are
# wrong although nobody complains?** There are five places to find.
#
# ```text
#  1  net = Net().cuda()
#  2  opt = optim.SGD(net.parameters(), lr=0.01)
#  3
#  4  def train(epoch):
#  5      net.train()
#  6      opt.zero_grad()
#  7      for i, (x, y) in enumerate(train_loader):
#  8          x, y = Variable(x.cuda()), Variable(y.cuda())
#  9          loss = F.nll_loss(net(x), y)
# 10          loss.backward()
# 11          opt.step()
# 12          if i % 100 == 0:
# 13              seen = i * len(x)
# 14              print('epoch %d, %d images, loss %.4f' % (epoch, seen, loss.data[0]))
# ```
#
# Have you written down your five? Then run the next cell: it tries each of them.

# %% tags=["demo"] hide=true
# @title What a run says
from torch.autograd import Variable


def said_by(action):
    """Return what Python says to a line: the error, or that there was none."""
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {str(error).partition('. ')[0]}"
    return "no error"


if ready("SGD", "train_set"):
    no_gpu = said_by(lambda: torch.ones(1).cuda())
    print(f"lines 1 and 8, .cuda() on this machine: {no_gpu}")
    wrapped = Variable(torch.ones(1))
    print(f"line 8, Variable(…): no error; it gives back a plain {type(wrapped).__name__}")
    print(f"line 14, loss.data[0]: {said_by(lambda: torch.tensor(0.5).data[0])}")

    sizes = [len(x) for x, _ in DataLoader(TensorDataset(torch.zeros(10, 1), torch.zeros(10)), 4)]
    by_line_13 = [i * size for i, size in enumerate(sizes)]
    seen_before = [sum(sizes[:i]) for i in range(len(sizes))]
    print(f"line 13, batches of {sizes}: i * len(x) gives {by_line_13}; seen were {seen_before}")

    print("line 6, zero_grad before the loop: no error and no warning, and this training")
    slip_accuracy = {}
    for slip, where in ((False, "inside the loop"), (True, "before the loop")):
        network = small_network()
        optimizer = SGD(network.parameters(), lr=0.01)
        if slip:
            optimizer.zero_grad = lambda: (
                None
            )  # called once at the start, when nothing is there yet
        losses = train_small(network, F.cross_entropy, optimizer, train_images, train_labels)
        every = max(1, len(losses) // 8)
        print(f"  {where}: " + ", ".join(f"{loss:.2f}" for loss in losses[::every]))
        with torch.no_grad():
            predictions = network(test_images).argmax(dim=1)
        slip_accuracy[slip] = (predictions == test_labels).float().mean().item()
        print(f"  {where}: test accuracy after the epoch {slip_accuracy[slip]:.1%}")

# %% [markdown]
# | line | in the old text | today |
# |---|---|---|
# | 1, 8, 14 | `.cuda()`, `Variable(x)`, `loss.data[0]` | known from part 1: an error on a machine without a GPU; nothing at all; an error. Choose `device` once, leave `Variable` out, and write `loss.item()` |
# | 13 | `i * len(x)` | never was right in a last batch that is smaller: count what you have seen |
# | 6 | `zero_grad()` before the loop | never was right: from the second batch on, each step follows the *sum of all gradients so far*. It belongs inside the loop |
#
# The last is the worst, for it trains all the same. The loss falls at first, and in our run {{ figures.slip_before:.0%}} of the test images were right after the epoch. Someone who has never seen the {{ figures.slip_inside:.0%}} of the right loop may be content
# with that, and look for a better network. The errors are harmless: they show themselves.

# %% [markdown]
# ## Task 8: an epoch that reports
#
# **Goal** · write `train_with_log`, the loop of that text as one writes it today · about 20 minutes · {{ points.train_with_log }} points
#
# Train one epoch as `train_one_epoch` of lab 1 does: training mode first; then for each batch, to `device`, clear the gradients, one forward pass, loss, `backward`, and one step, **on this batch's gradient alone**. On the way, report: for batches
# number 0, `log_interval`, 2 · `log_interval`, …
#
# - **Print a line** that names the epoch, how many images were seen so far, which share of all that is, and the loss of this batch. Its form is up to you, and the share may be counted in images or in batches. For example:
#
# ```text
# epoch 2:  6,400 of 60,000 images (11%), loss 0.3137
# ```
#
# - **Append a pair** `(images, loss)` to a list: the images seen *before* this batch, and the loss that this batch had when it was trained on, as a float. The list is returned at the end.
#
# With 10 images in batches of 4 and `log_interval=2`, batches 0 and 2 report: the images are 0 and 8. Shapes: batches of inputs (N, …) and targets (N,); the list has one pair for every `log_interval` batches, rounded up.


# %% solution="train_with_log"
def train_with_log(model, loader, loss_fn, optimizer, epoch, log_interval=100, device="cpu"):
    """Train on every batch of the loader once, and report every `log_interval` batches.

    Args:
        model: nn.Module on `device`: inputs (N, …) to outputs. It is put into training mode.
        loader: DataLoader of batches (inputs, targets); inputs (N, …), targets (N,).
            The last batch may be smaller.
        loss_fn: loss function (outputs, targets) -> scalar, the mean over the batch.
        optimizer: an object with step() and zero_grad(), for the model's parameters.
        epoch: int, the number of the epoch, to be printed.
        log_interval: int, batches 0, log_interval, 2 * log_interval, … report.
        device: where to compute.

    Returns:
        list of pairs (int, float), one for each report: the images seen before the batch, and the
        loss of the batch.

    All of PyTorch is allowed here.
    """
    ### BEGIN SOLUTION
    model.train()
    log, seen, total = [], 0, len(loader.dataset)
    for number, (inputs, targets) in enumerate(loader):
        inputs, targets = inputs.to(device), targets.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        if number % log_interval == 0:
            log.append((seen, loss.item()))
            share = f"{seen:,} of {total:,} images ({seen / total:.0%})"
            print(f"epoch {epoch}: {share}, loss {loss.item():.4f}")
        seen += len(targets)
    return log
    ### END SOLUTION


# %% graded="train_with_log"
# Task 8, {{ points.train_with_log }} points. Hidden tests use other networks, losses, optimizers and intervals.
check("train_with_log")

# %%
# A cell to try things in; it is not graded. Stuck? Take the # off the next line.
# hint("train_with_log")

# %% [markdown]
# **Pitfalls** · *Every* batch is trained on; only the report is for some. Count the batch's images after the report, not before. Append `loss.item()`: a tensor would keep its graph. `number * len(inputs)` is the old text's slip.
#
# **Think** · The printed loss is that of a single batch and jumps up and down. What would you print in its place, if you wanted to see whether the training still gets better?

# %% [markdown]
# ### Everything together
#
# Two epochs of the small network, with your loop, your Adam, and batches from a loader. The picture shows what your log holds.

# %% tags=["demo"]
if ready("Adam", "train_with_log", "train_set"):
    network = small_network().to(device)
    optimizer = Adam(network.parameters(), lr=0.003)
    loader = DataLoader(train_set, batch_size=64, shuffle=True)
    interval = 100 if len(loader) > 500 else 5  # small data sets report more often
    log = []
    for epoch in (1, 2):
        reports = train_with_log(
            network, loader, nn.CrossEntropyLoss(), optimizer, epoch, interval, device
        )
        log += [((epoch - 1) * len(train_set) + seen, loss) for seen, loss in reports]
    with torch.no_grad():
        predictions = network(test_images.to(device)).argmax(dim=1).cpu()
    final_accuracy = (predictions == test_labels).float().mean().item()
    print(f"test accuracy after two epochs {final_accuracy:.1%}")

# %% tags=["demo"] hide=true
# @title Picture: the log of two epochs
if ready("train_with_log", "log"):
    plt.figure(figsize=(7, 2.8))
    plt.plot(*zip(*log), marker="o", ms=4, color=STYLES["Adam"][0])
    plt.axvline(len(train_set), ls=":", color="black")
    plt.xlabel("images seen (dotted: the second epoch begins)")
    plt.ylabel("loss of the batch")
    plt.ylim(bottom=0)
    plt.grid(alpha=0.3)
    show(
        f"The losses that were logged over two epochs, {len(log)} of them: from {log[0][1]:.2f} at the start they fall "
        f"quickly, and then jump up and down around {np.mean([loss for _, loss in log[len(log) // 2 :]]):.2f}."
    )

# %% [markdown]
# In our run {{ figures.final_accuracy:.1%}} of the test images were right after two epochs: with a loss that measures the right thing, an optimizer whose every line is yours, and a loop that tells what it does. Part 3 asks what happens when there
# are only a thousand images.

# %% [markdown]
# ## Open challenge: the banana
#
# No points, no hidden tests, only fame. This valley is bent like a banana, and its bottom is nearly flat: the loss (1 − x)² + 100 · (y − x²)² is 0 at (1, 1). Optimizers have been tried on it since 1960. Start at (−1.5, 1). How many steps does it take until the loss *stays* below 0.001?
# We count up to 3000.
#
# | optimizer | steps |
# |---|---|
# | `SGD(params, lr=0.001)` | more than 3000 |
# | `SGD(params, lr=0.001, momentum=0.9)` | {{ figures.banana_momentum}} |
# | `Adam(params, lr=0.1)` | {{ figures.banana_adam}} |
#
# Change the numbers, or write an optimizer of your own. Then say why yours wins, and whether you would train a network with it.


# %% tags=["demo"]
def banana(w):
    """The loss at the place w = (x, y): a bent valley, with its deepest point at (1, 1)."""
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


if ready("SGD", "Adam"):
    tries = {  # put rows of your own here
        "SGD(params, lr=0.001)": lambda params: SGD(params, lr=0.001),
        "SGD(params, lr=0.001, momentum=0.9)": lambda params: SGD(params, lr=0.001, momentum=0.9),
        "Adam(params, lr=0.1)": lambda params: Adam(params, lr=0.1),
    }
    steps_needed = {}
    for name, make_optimizer in tries.items():
        _, losses = walk(make_optimizer, banana, start=(-1.5, 1.0), steps=3000)
        high = [i for i, loss in enumerate(losses) if not loss < 0.001]
        steps_needed[name] = high[-1] + 1
        said = f"{high[-1] + 1} steps" if high[-1] < 3000 else "not within 3000"
        print(f"{name:<40} {said}")

# %% [markdown]
# ## Where you stand

# %% tags=["demo"]
progress()
