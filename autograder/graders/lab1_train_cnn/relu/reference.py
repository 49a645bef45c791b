"""Reference and misconceptions of `relu`: negative values become zero."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
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
            return f"You let {float(slopes[0]):.2g} times each negative value through, as a leaky ReLU does. They become exactly zero."
        return "Your positive values are right; every negative one has to become exactly zero."
    if bool(((got == 0) | (got == x)).all()):
        return "You keep or drop a value by something else than its own sign: compare each element with zero by itself."
    return ""


def relu(x):
    return x.clamp(min=0)


def by_where(x):
    return torch.where(x > 0, x, torch.zeros_like(x))


instead = changes_of(relu)
instead_by_where = changes_of(by_where)


input_changed_in_place = instead(
    "Your values are right, but you change the input itself. Make a new tensor, or copy the input first.",
    {"return x.clamp(min=0)": "x[x < 0] = 0\n    return x"},
)
absolute_value = instead(
    "You take the absolute value. A negative value becomes zero, it does not lose its sign.",
    {"clamp(min=0)": "abs()"},
    other_task=True,
)
negative_part_kept = instead(
    "You keep the negative values and drop the positive ones. Turn the comparison round.",
    {"min": "max"},
)
negative_part_turned_positive = instead(
    "You return the size of the negative part. Keep the positive values instead.",
    {"x.clamp": "(-x).clamp"},
)
leaky = instead_by_where(
    "You let a small part of the negative values through, as leaky ReLU does. They become exactly zero.",
    {"torch.zeros_like(x)": "0.01 * x"},
)
step_function = instead(
    "You return 1 for positive values. Keep their size: only the negative ones change.",
    {"x.clamp(min=0)": "(x > 0).to(x.dtype)"},
    other_task=True,
)
comparison_returned = instead(
    "You return True and False. Use the comparison to choose between the value and zero.",
    {".clamp(min=0)": " > 0"},
    other_task=True,
)
clipped_at_one = instead(
    "You cut the values at 1 as well. ReLU has no upper limit.",
    {"min=0": "0, 1"},
)
clipped_at_six = instead(
    "You cut the values at 6 as well. ReLU has no upper limit.",
    {"min=0": "0, 6"},
)
everything_below_one_dropped = instead_by_where(
    "You set everything below 1 to zero. The border between kept and dropped values is zero.",
    {"> 0": "> 1"},
)
compared_with_one = instead(
    "Your smallest value is 1: you compare with one. Take the larger of the value and zero.",
    {"min=0": "min=1"},
)


@misconception(
    "You return the input unchanged. Keep what your operation returns: it does not change the input.",
    other_task=True,
)
def result_thrown_away(x):
    x.clamp(min=0)
    return x


maximum_of_the_whole_tensor = instead(
    "You return one number, the largest of all. Compare each element with zero for itself.",
    {"clamp": "max().clamp"},
    other_task=True,
)
negative_values_removed = instead(
    "You drop the negative values, so the shape is lost. Put a zero in their place.",
    {".clamp(min=0)": "[x > 0]"},
)
sigmoid_instead = instead(
    "You apply a sigmoid. ReLU bends the line at zero: negative values become zero, the others stay.",
    {"x.clamp(min=0)": "torch.sigmoid(x)"},
    other_task=True,
)
tanh_instead = instead(
    "You apply a tanh. ReLU leaves positive values exactly as they are.",
    {"x.clamp(min=0)": "torch.tanh(x)"},
    other_task=True,
)
softplus_instead = instead(
    "You use softplus, the smooth relative of ReLU. ReLU has a sharp corner at zero.",
    {"x.clamp": "torch.log1p(torch.exp(-x.abs())) + x.clamp"},
    other_task=True,
)
exponential_below_zero = instead_by_where(
    "You use ELU: negative values follow an exponential. In ReLU they become exactly zero.",
    {"zeros_like(x)": "exp(x.clamp(max=0)) - 1"},
    other_task=True,
)
double_precision_lost = instead(
    "Your result is float32 although the input is float64. Make it with the input's dtype.",
    {"clamp": "float().clamp"},
)
fractions_cut_off = instead(
    "You return whole numbers. Keep the dtype and the fractions of the input.",
    {"(min=0)": "(min=0).floor()"},
)
maximum_along_an_axis = instead(
    "You take `torch.max(x, 0)` for a comparison with zero, but the 0 names an axis. Use `clamp(min=0)`, or `torch.maximum` with a tensor of zeros.",
    {"x.clamp(min=0)": "torch.max(x, 0)"},
    other_task=True,
)
largest_along_an_axis = instead(
    "You take `torch.max(x, 0)` for a comparison with zero, but the 0 names an axis, and you get the largest value of each column. Use `clamp(min=0)`, or `torch.maximum` with a tensor of zeros.",
    {"x.clamp(min=0)": "torch.max(x, 0).values"},
    other_task=True,
)


@misconception(
    "You loop over two axes only, and a tensor may have any number. Compare all elements at once, without a loop: `torch.where` does."
)
def two_axes_only(x):
    out = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if x[i, j] > 0:
                out[i, j] = x[i, j]
    return out


whole_tensor_in_an_if = instead(
    "Your `if`, or Python's own `max`, asks the whole tensor at once. Decide for each element by itself: `torch.where` does, or `clamp`.",
    {".clamp(min=0)": " if x > 0 else 0 * x"},
)
