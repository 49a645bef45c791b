"""Reference and misconceptions of `get_filters`: a copy of the weight of a convolution, by its dotted name."""

# CANARY-5b0c2f6e-hidden-grader

from torch import nn

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab3_visualization import models
from autograder.grading.misconceptions import misconception

LEAST_MISCONCEPTIONS = 8
PICTURE = "maps"


def get_filters(model, name):
    convolutions = {key: each for key, each in model.named_modules() if isinstance(each, nn.Conv2d)}
    if name not in convolutions:
        raise KeyError(f"no convolution {name!r}; there are {', '.join(convolutions)}")
    return convolutions[name].weight.detach().clone()


reference = get_filters


def clue(args, kwargs, got, expected):
    return "Compare with `dict(model.named_modules())[name].weight`: return these very numbers, all of them, nothing done to them."


def trace_clue(seen, expected):
    if expected["error"] is None:
        return models.trace_clue(seen, expected, own=True)
    return "For a name that is no convolution's, be it unknown or another layer's, `raise KeyError(...)` with a message in which the name of each `nn.Conv2d` of the model stands."


instead = changes_of(get_filters)

graph_kept = instead(
    "Your copy still hangs on the graph: `clone()` alone is an operation that is recorded. Add `detach()`.",
    {".weight.detach().clone()": ".weight.clone()"},
)
memory_shared = instead(
    "You return the model's own parameter, or what shares its memory, as `detach()` and `.data` do: whoever writes into your filters changes the model. Return `.detach().clone()`.",
    {".detach().clone()": ".detach()"},
)
bias_returned = instead(
    "You return the bias. The filters are the `weight`, of shape (C_out, C_in, kH, kW).", {".weight": ".bias"}
)
axes_of_channels_swapped = instead(
    "Your first two axes are swapped. PyTorch keeps filters as (C_out, C_in, kH, kW) already.",
    {".clone()": ".clone().transpose(0, 1)"},
)
rows_and_columns_swapped = instead(
    "Rows and columns of your filters are swapped. Return the weight as it is.",
    {".clone()": ".clone().transpose(2, 3)"},
)
scaled_for_showing = instead(
    "You scale the filters to 0 … 1. Return the weights as they are: scaling is for pictures, and has a function of its own.",
    {"return convolutions[name].weight.detach().clone()": "w = convolutions[name].weight.detach().clone()\n    return (w - w.min()) / (w.max() - w.min())"},
)  # fmt: skip
first_input_channel_only = instead(
    "You return one input channel of each filter. Return all of them: (C_out, C_in, kH, kW).",
    {".clone()": ".clone()[:, :1]"},
)
channels_averaged = instead(
    "You average over the input channels. Return them all: (C_out, C_in, kH, kW).",
    {".clone()": ".clone().mean(1, keepdim=True)"},
)
first_convolution_always = instead(
    "You return the filters of the first convolution, whichever is asked for. Look the name up.",
    {"convolutions[name].weight": "next(iter(convolutions.values())).weight"},
)
known_ones_not_named = instead(
    "Your KeyError does not say which convolutions there are. Write their names into its message: whoever made a slip reads them there.",
    {"; there are {', '.join(convolutions)}": ""},
)
any_layer_taken = instead(
    "You take every layer that has a weight, linear ones and batch norm as well. For what is no convolution raise KeyError.",
    {"isinstance(each, nn.Conv2d)": "hasattr(each, 'weight')"},
)
another_error_raised = instead(
    "You raise another error. For a name that is no convolution's, raise KeyError.",
    {"KeyError": "ValueError"},
)
nothing_raised = instead(
    "You return None for an unknown name. Raise KeyError: a None is noticed much later, somewhere else.",
    {"raise KeyError(f\"no convolution {name!r}; there are {', '.join(convolutions)}\")": "return None"},
)
children_alone = instead(
    "You look at the outermost layers alone. `named_modules()` goes into layers inside layers, and gives their dotted names.",
    {"model.named_modules()": "model.named_children()"},
)
asked_by_getattr = instead(
    "You ask for the layer with `getattr`, which knows no dots: for `features.0` take `model.get_submodule(name)` or `dict(model.named_modules())[name]`.",
    {"convolutions[name].weight": "getattr(model, name).weight"},
)


@misconception(
    "`get_submodule` raises AttributeError for an unknown name. Catch that, or look into `named_modules()`, and raise KeyError with the known names."
)
def error_of_get_submodule(model, name):
    return model.get_submodule(name).weight.detach().clone()


@misconception(
    "A dict's own KeyError says the wrong name alone. Raise one yourself, with the names of the convolutions that there are."
)
def error_of_a_dict(model, name):
    return dict(model.named_modules())[name].weight.detach().clone()
