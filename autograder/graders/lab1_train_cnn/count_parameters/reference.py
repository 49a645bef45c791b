"""Reference and misconceptions of `count_parameters`: how many numbers training can change."""

# CANARY-5b0c2f6e-hidden-grader

import torch.nn as nn

from autograder.graders.kit.changes import changes_of
from autograder.grading.misconceptions import misconception


def reference(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def by_adding(model):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total += p.numel()
    return total


instead = changes_of(count_parameters)
instead_by_adding = changes_of(by_adding)


frozen_counted = instead(
    "You count frozen parameters too. Count only those that require a gradient.",
    {"() if p.requires_grad": "()"},
)
only_frozen_counted = instead(
    "You count only the frozen parameters. Turn the condition round.",
    {"if p": "if not p"},
    about="test_count_of_many_modules test_count_leaves_frozen_ones_out",
)


@misconception("You count parameter tensors. Count the numbers in them: each tensor has many.")
def tensors_counted(model):
    return len([p for p in model.parameters() if p.requires_grad])


all_tensors_counted = instead(
    "You count parameter tensors, the frozen ones too. Count the numbers in the trainable ones.",
    {"sum(p.numel() for p in model.parameters() if p.requires_grad)": "len(list(model.parameters()))"},
)
only_weights = instead(
    "You leave out biases and other parameters with one axis. They are trained as well: count them.",
    {"requires_grad": "requires_grad and p.dim() > 1"},
)


@misconception("You leave out everything named bias. Biases are trained as well: count them.")
def biases_left_out(model):
    return sum(p.numel() for name, p in model.named_parameters() if p.requires_grad and "bias" not in name)


first_axis_only = instead(
    "You count only each tensor's first axis. Multiply all the sides of its shape.",
    {"numel()": "shape[0]"},
)
sides_added = instead(
    "You add the sides of each shape up. A 3×4 matrix holds 12 numbers: multiply the sides.",
    {"p.numel()": "sum(p.shape)"},
)
first_two_axes_only = instead(
    "You multiply only the first two sides of each shape. A kernel has four: multiply all of them.",
    {"p.numel()": "math.prod(p.shape[:2])"},
)


@misconception(
    "You count everything in the state dict. It holds buffers, such as running means, that training does not learn by gradient: count the trainable parameters."
)
def whole_state_dict(model):
    return sum(t.numel() for t in model.state_dict().values())


@misconception(
    "You look at linear and convolutional layers only. Other modules have parameters too: ask the model for all."
)
def only_linear_and_convolution(model):
    layers = [m for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    return sum(p.numel() for layer in layers for p in layer.parameters() if p.requires_grad)


@misconception(
    "You look at the direct children only and miss what lies deeper. Ask the model for all its parameters."
)
def nested_layers_missed(model):
    layers = list(model.children())
    return sum(p.numel() for m in layers for p in m.parameters(recurse=False) if p.requires_grad)


own_parameters_missed = instead(
    "You miss parameters that stand in the model itself and not in a layer. Ask the model for all its parameters.",
    {"p in model": "m in model.children() for p in m"},
)
nested_layers_counted_again = instead(
    "You count a layer again for each module that contains it. Ask the outermost module once: it knows them all.",
    {"p in model": "m in model.modules() for p in m"},
)
bytes_counted = instead(
    "You count bytes. Count numbers, whatever their size in memory.",
    {"for": "* p.element_size() for"},
)
modules_counted = instead(
    "You count layers. Count the numbers in their trainable parameters.",
    {"sum(p.numel() for p in model.parameters() if p.requires_grad)": "len(list(model.modules()))"},
    other_task=True,
)
only_those_with_a_gradient = instead(
    "You count parameters that hold a gradient already. Before the first backward pass none does: ask whether a gradient is required.",
    {"requires_grad": "grad is not None"},
    other_task=True,
)
answer_for_the_cnn_written_in = instead(
    "You return the number for your CNN. Count the parameters of whatever model comes in.",
    {"sum(p.numel() for p in model.parameters() if p.requires_grad)": "21578"},
    other_task=True,
)
model_unfrozen = instead(
    "You switch gradients on for the whole model before you count. Leave the model as it is: frozen parameters do not count.",
    {"return": "model.requires_grad_(True)\n    return"},
)
values_added = instead(
    "You add up the values of the parameters. Count how many there are: `p.numel()` says it for one tensor.",
    {"numel": "sum().item"},
    other_task=True,
)
sum_overwritten = instead_by_adding(
    "Only the last parameter is left in your sum: each takes the place of those before it. Add up with `+=`.",
    {"+= p": "= p"},
)
shared_ones_counted_twice = instead(
    "You count a tensor that two layers share twice. `model.parameters()` gives each tensor once: loop over that.",
    {"p in model.parameters()": "_, p in model.named_parameters(remove_duplicate=False)"},
)
returned_inside_the_loop = instead_by_adding(
    "You look at the first parameter only. Go through all of them: no `next`, and no `return` inside the loop but behind it, one step further left.",
    {"return total": "    return total"},
)
returned_at_the_first = instead_by_adding(
    "You return at the first trainable parameter you meet. Add all of them up and put `return` behind the loop.",
    {"return": "        return total\n    return"},
)
parameters_not_called = instead(
    "You loop over the method itself: brackets are missing behind `model.parameters`. Call it: `parameters()`.",
    {"() if": " if"},
)
