"""Reference and misconceptions of `relu`: negative values become zero."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.forms import values_of as normalise  # noqa: F401  (`Material` has it)
from autograder.graders.lab1_train_cnn.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.grading.misconceptions import misconception


def reference(x):
    return x.clamp(min=0)


def clue(args, kwargs, got, expected):
    """Say what happens to the negative values."""
    x = args[0]
    if not isinstance(got, torch.Tensor) or got.shape != x.shape or not bool((x < 0).any()):
        return ""
    if not bool(got.any()) and bool((x > 0).any()):
        return "Your result is zero everywhere, also where the input is positive: what you choose or write there never arrives."
    slopes = got[x < 0].double() / x[x < 0].double()
    if torch.allclose(got[x > 0].double(), x[x > 0].double()):
        if float(slopes.max() - slopes.min()) < 1e-3 and abs(float(slopes[0])) > 1e-6:
            return (
                f"You let {float(slopes[0]):.2g} times each negative value through, as a leaky ReLU does. "
                "They become exactly zero."
            )
        return "Your positive values are right; every negative one has to become exactly zero."
    if bool(((got == 0) | (got == x)).all()):
        return (
            "You keep or drop a value by something else than its own sign: compare each element with zero "
            "by itself."
        )
    return ""


@misconception(
    "Your values are right, but you change the input itself. Make a new tensor, or copy the input first."
)
def input_changed_in_place(x):
    x[x < 0] = 0
    return x


@misconception(
    "You take the absolute value. A negative value becomes zero, it does not lose its sign.", other_task=True
)
def absolute_value(x):
    return x.abs()


@misconception("You keep the negative values and drop the positive ones. Turn the comparison round.")
def negative_part_kept(x):
    return x.clamp(max=0)


@misconception("You return the size of the negative part. Keep the positive values instead.")
def negative_part_turned_positive(x):
    return (-x).clamp(min=0)


@misconception(
    "You let a small part of the negative values through, as leaky ReLU does. They become exactly zero."
)
def leaky(x):
    return torch.where(x > 0, x, 0.01 * x)


@misconception(
    "You return 1 for positive values. Keep their size: only the negative ones change.", other_task=True
)
def step_function(x):
    return (x > 0).to(x.dtype)


@misconception(
    "You return True and False. Use the comparison to choose between the value and zero.", other_task=True
)
def comparison_returned(x):
    return x > 0


@misconception("You cut the values at 1 as well. ReLU has no upper limit.")
def clipped_at_one(x):
    return x.clamp(0, 1)


@misconception("You cut the values at 6 as well. ReLU has no upper limit.")
def clipped_at_six(x):
    return x.clamp(0, 6)


@misconception("You set everything below 1 to zero. The border between kept and dropped values is zero.")
def everything_below_one_dropped(x):
    return torch.where(x > 1, x, torch.zeros_like(x))


@misconception("Your smallest value is 1: you compare with one. Take the larger of the value and zero.")
def compared_with_one(x):
    return x.clamp(min=1)


@misconception(
    "You return the input unchanged. Keep what your operation returns: it does not change the input.",
    other_task=True,
)
def result_thrown_away(x):
    x.clamp(min=0)
    return x


@misconception(
    "You return one number, the largest of all. Compare each element with zero for itself.", other_task=True
)
def maximum_of_the_whole_tensor(x):
    return x.max().clamp(min=0)


@misconception("You drop the negative values, so the shape is lost. Put a zero in their place.")
def negative_values_removed(x):
    return x[x > 0]


@misconception(
    "You apply a sigmoid. ReLU bends the line at zero: negative values become zero, the others stay.",
    other_task=True,
)
def sigmoid_instead(x):
    return torch.sigmoid(x)


@misconception("You apply a tanh. ReLU leaves positive values exactly as they are.", other_task=True)
def tanh_instead(x):
    return torch.tanh(x)


@misconception(
    "You use softplus, the smooth relative of ReLU. ReLU has a sharp corner at zero.", other_task=True
)
def softplus_instead(x):
    return torch.log1p(torch.exp(-x.abs())) + x.clamp(min=0)


@misconception(
    "You use ELU: negative values follow an exponential. In ReLU they become exactly zero.", other_task=True
)
def exponential_below_zero(x):
    return torch.where(x > 0, x, torch.exp(x.clamp(max=0)) - 1)


@misconception("Your result is float32 although the input is float64. Make it with the input's dtype.")
def double_precision_lost(x):
    return x.float().clamp(min=0)


@misconception("You return whole numbers. Keep the dtype and the fractions of the input.")
def fractions_cut_off(x):
    return x.clamp(min=0).floor()


@misconception(
    "You take `torch.max(x, 0)` for a comparison with zero, but the 0 names an axis. Use `clamp(min=0)`, or "
    "`torch.maximum` with a tensor of zeros.",
    other_task=True,
)
def maximum_along_an_axis(x):
    return torch.max(x, 0)


@misconception(
    "You take `torch.max(x, 0)` for a comparison with zero, but the 0 names an axis, and you get the largest value of each "
    "column. Use `clamp(min=0)`, or `torch.maximum` with a tensor of zeros.",
    other_task=True,
)
def largest_along_an_axis(x):
    return torch.max(x, 0).values


@misconception(
    "You loop over two axes only, and a tensor may have any number. Compare all elements at once, without a loop:"
    " `torch.where` does."
)
def two_axes_only(x):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                out[i, j] = x[i, j]
    return out


@misconception(
    "Your `if`, or Python's own `max`, asks the whole tensor at once. Decide for each element by itself: "
    "`torch.where` does, or `clamp`."
)
def whole_tensor_in_an_if(x):
    return x if x > 0 else 0 * x
