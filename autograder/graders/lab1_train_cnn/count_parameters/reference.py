"""Reference and misconceptions of `count_parameters`: how many numbers training can change."""

# CANARY-5b0c2f6e-hidden-grader

import math

import torch.nn as nn

from autograder.grading.misconceptions import misconception


def reference(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@misconception("You count frozen parameters too. Count only those that require a gradient.")
def frozen_counted(model):
    return sum(p.numel() for p in model.parameters())


@misconception(
    "You count only the frozen parameters. Turn the condition round.",
    about="test_count_of_many_modules test_count_leaves_frozen_ones_out",
)
def only_frozen_counted(model):
    return sum(p.numel() for p in model.parameters() if not p.requires_grad)


@misconception("You count parameter tensors. Count the numbers in them: each tensor has many.")
def tensors_counted(model):
    return len([p for p in model.parameters() if p.requires_grad])


@misconception("You count parameter tensors, the frozen ones too. Count the numbers in the trainable ones.")
def all_tensors_counted(model):
    return len(list(model.parameters()))


@misconception(
    "You leave out biases and other parameters with one axis. They are trained as well: count them."
)
def only_weights(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad and p.dim() > 1)


@misconception("You leave out everything named bias. Biases are trained as well: count them.")
def biases_left_out(model):
    return sum(p.numel() for name, p in model.named_parameters() if p.requires_grad and "bias" not in name)


@misconception("You count only each tensor's first axis. Multiply all the sides of its shape.")
def first_axis_only(model):
    return sum(p.shape[0] for p in model.parameters() if p.requires_grad)


@misconception("You add the sides of each shape up. A 3×4 matrix holds 12 numbers: multiply the sides.")
def sides_added(model):
    return sum(sum(p.shape) for p in model.parameters() if p.requires_grad)


@misconception(
    "You multiply only the first two sides of each shape. A kernel has four: multiply all of them."
)
def first_two_axes_only(model):
    return sum(math.prod(p.shape[:2]) for p in model.parameters() if p.requires_grad)


@misconception(
    "You count everything in the state dict. It holds buffers, such as running means, that training does not"
    " learn by gradient: count the trainable parameters."
)
def whole_state_dict(model):
    return sum(t.numel() for t in model.state_dict().values())


@misconception(
    "You look at linear and convolutional layers only. Other modules have parameters too: ask the model for "
    "all."
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


@misconception(
    "You miss parameters that stand in the model itself and not in a layer. Ask the model for all its "
    "parameters."
)
def own_parameters_missed(model):
    return sum(p.numel() for m in model.children() for p in m.parameters() if p.requires_grad)


@misconception(
    "You count a layer again for each module that contains it. Ask the outermost module once: it knows them "
    "all."
)
def nested_layers_counted_again(model):
    return sum(p.numel() for m in model.modules() for p in m.parameters() if p.requires_grad)


@misconception("You count bytes. Count numbers, whatever their size in memory.")
def bytes_counted(model):
    return sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)


@misconception("You count layers. Count the numbers in their trainable parameters.", other_task=True)
def modules_counted(model):
    return len(list(model.modules()))


@misconception(
    "You count parameters that hold a gradient already. Before the first backward pass none does: ask "
    "whether a gradient is required.",
    other_task=True,
)
def only_those_with_a_gradient(model):
    return sum(p.numel() for p in model.parameters() if p.grad is not None)


@misconception(
    "You return the number for your CNN. Count the parameters of whatever model comes in.", other_task=True
)
def answer_for_the_cnn_written_in(model):
    return 21578


@misconception(
    "You switch gradients on for the whole model before you count. Leave the model as it is: frozen "
    "parameters do not count."
)
def model_unfrozen(model):
    model.requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@misconception(
    "You add up the values of the parameters. Count how many there are: `p.numel()` says it for one tensor.",
    other_task=True,
)
def values_added(model):
    return sum(p.sum().item() for p in model.parameters() if p.requires_grad)


@misconception(
    "Only the last parameter is left in your sum: each takes the place of those before it. Add up with `+=`."
)
def sum_overwritten(model):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total = p.numel()
    return total


@misconception(
    "You count a tensor that two layers share twice. `model.parameters()` gives each tensor once: loop over that."
)
def shared_ones_counted_twice(model):
    return sum(p.numel() for _, p in model.named_parameters(remove_duplicate=False) if p.requires_grad)


@misconception(
    "You look at the first parameter only. Go through all of them: no `next`, and no `return` inside the loop but behind it, one "
    "step further left."
)
def returned_inside_the_loop(model):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total += p.numel()
        return total


@misconception(
    "You return at the first trainable parameter you meet. Add all of them up and put `return` behind the loop."
)
def returned_at_the_first(model):
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total += p.numel()
            return total
    return total


@misconception(
    "You loop over the method itself: brackets are missing behind `model.parameters`. Call it: `parameters()`."
)
def parameters_not_called(model):
    return sum(p.numel() for p in model.parameters if p.requires_grad)
