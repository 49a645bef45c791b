from collections import OrderedDict

import torch
from torch import nn

_filters_weight = _t([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]], [[[-1, -2]], [[-3, -4]]]])  # (3, 2, 1, 2)


def _two_convolutions():
    block = nn.Sequential(OrderedDict(conv=nn.Conv2d(2, 3, (1, 2)), relu=nn.ReLU()))
    model = nn.Sequential(OrderedDict(first=nn.Conv2d(1, 2, 1), block=block, last=nn.Linear(4, 2)))
    with torch.no_grad():
        model.block.conv.weight.copy_(_filters_weight)
        model.block.conv.bias.fill_(9)
    return model


def _filters(get_filters):
    call, model = 'get_filters(model, "block.conv")', _two_convolutions()
    got = get_filters(model, "block.conv")
    slips = [
        (model.first.weight.detach(), "That is another layer's weight. The name is dotted: in `block`, the module `conv`."),
        (_t([9, 9, 9]), "That is the bias. The filters are the layer's `weight`."),
        (torch.Size([3, 1, 1, 2]), "One channel of each filter is missing. Return the whole weight, (C_out, C_in, kH, kW)."),
        (_filters_weight.transpose(0, 1), "The first two axes are exchanged. The weight is (C_out, C_in, kH, kW) as it lies there."),
        ((_filters_weight - _filters_weight.min()) / 12, "The filters are scaled. Return the numbers as they are; scaling is for the picture."),
    ]
    if isinstance(got, nn.Module):
        raise Wrong(call, Words(f"the layer, a {type(got).__name__}"), _filters_weight, "That is the layer. Its filters are in `.weight`.")
    _compare(call, got, _filters_weight, slips, "Return the `weight` of the layer with this name.")
    if got.grad_fn is not None:
        raise Wrong(call, Words("a tensor that holds a graph"), Words("plain numbers"), "`.detach()` takes the numbers out of the graph.")
    with torch.no_grad():
        got.zero_()
    if not torch.equal(model.block.conv.weight, _filters_weight):
        raise Wrong(call + ", then the result set to 0", Words("the network's weight has changed with it"), Words("the network as it was"), "`.detach()` and `.data` share the numbers with the network. `.clone()` makes numbers of their own.")
    if not model.block.conv.weight.requires_grad:
        raise Wrong(call, Words("the layer does not learn any more"), Words("the layer as it was"), "Do not change the layer: `weight.detach().clone()` leaves it alone.")


def _unknown_filters(get_filters):
    model, known = _two_convolutions(), ("first", "block.conv")
    for name, what in (("conv", "no module has this name"), ("last", "that is a linear layer"), ("block", "that is no convolution, but holds one")):
        advice = f"Here {what}. Collect the names of the convolutions, `nn.Conv2d`, from `model.named_modules()`, and raise a KeyError that lists them."
        _require_key_error(f'get_filters(model, "{name}")', lambda name=name: get_filters(model, name), known, advice)


EXAMPLES["get_filters"] = [_filters, _unknown_filters]
MORE_WORDS["get_filters"] = _DOTTED

HINTS["get_filters"] = (
    "`model.named_modules()` gives a pair (dotted name, module) for everything in a network. Which of the modules are convolutions?",
    "Make a dictionary {name: module} of all modules that are `nn.Conv2d`. A name that is not in it is a KeyError, and the keys are what its message lists.",
    "Of the layer, `.weight.detach().clone()`: detach ends the graph, clone makes a copy. Before it, where the name is not in the dictionary, `raise KeyError(…)` with `', '.join(convolutions)` in its message.",
)
