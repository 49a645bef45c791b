"""What several items use."""

from collections import OrderedDict

import torch
from torch import nn


class _Watched(nn.Module):
    """A small network that keeps a diary: a convolution in `body`, a ReLU in place, dropout, a linear layer `last`."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(OrderedDict(conv=nn.Conv2d(1, 2, (1, 2)), relu=nn.ReLU(inplace=True)))
        self.drop, self.last = nn.Dropout(0.5), nn.Linear(8, 3)
        self.modes, self.sizes = [], []
        with torch.no_grad():
            self.body.conv.weight.copy_(_t([[[[1, -1]]], [[[0, 2]]]]))
            self.body.conv.bias.copy_(_t([0.5, -1]))
            self.last.weight.copy_(_t([[1] * 8, [0, 0, 0, 0, 0, 1, 0, 0], [-1] * 4 + [0] * 4]))
            self.last.bias.copy_(_t([0, 1, 0.5]))

    def forward(self, x):
        self.modes.append(self.training or any(module.training for module in self.modules()))
        self.sizes.append(len(x))
        return self.last(self.drop(self.body(x).flatten(start_dim=1)))


_FIVE = [[[1, 0, 2], [3, 1, 0]], [[0, 1, 0], [1, 0, 1]], [[0, 0, 5], [0, 0, 3]], [[0, 1, 3], [0, 2, 4]], [[4, 0, 0], [1, 1, 1]]]

# What goes wrong with the names of layers inside layers
_DOTTED = (
    (
        "KeyError",
        r"\w\.conv",
        "The name is that of a layer inside another. `dict(model.named_modules())` has them all under their dotted names; `named_children()` has the outermost alone.",
    ),
    (
        "AttributeError",
        r"no attribute '\w+\.\w",
        "`getattr` does not understand the dot. `dict(model.named_modules())[name]` finds the layer.",
    ),
)


def _five():
    """Five images, (5, 1, 2, 3)."""
    return _t(_FIVE).unsqueeze(1)


def _hooks_of(model):
    """Return how many hooks hang on a network and its modules."""
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind, ())) for module in model.modules() for kind in kinds)


def _require_as_found(call, model, before):
    """Raise Wrong where a network is not as it was: hooks, mode, gradients, what it learns, and whether gradients are recorded."""
    if hooks := _hooks_of(model):
        raise Wrong(call, Words(f"{hooks} hook{'s' * (hooks > 1)} left in the network"), Words("none"), "A hook that stays runs in every later pass. Keep the handle that `register_forward_hook` gives, and call `handle.remove()` in a `finally:`.")
    if any(module.training != before for module in model.modules()):
        raise Wrong(call, Words("the network, or a layer in it, left in another mode"), Words("the mode that it was in"), "Remember `model.training` at the start, and give it to `model.train(…)` in the end.")
    if any(parameter.grad is not None for parameter in model.parameters()):
        raise Wrong(call, Words("gradients in the network's parameters"), Words("none, as before"), "Looking is not training: let no gradient stay in the weights. `torch.autograd.grad(score, image)` gives that of the image alone.")
    if not all(parameter.requires_grad for parameter in model.parameters()):
        raise Wrong(call, Words("parameters that do not learn any more"), Words("the parameters as they were"), "Leave `requires_grad` of the parameters alone, or set it back in the end.")
    if not torch.is_grad_enabled():
        torch.set_grad_enabled(True)
        raise Wrong(call, Words("gradients are switched off afterwards"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")


def _require_evaluation(call, model):
    """Raise Wrong where a pass was made in training mode."""
    if any(model.modes):  # there are none where a copy of the network is asked
        raise Wrong(call, Words("a pass in training mode"), Words("evaluation mode"), "Call `model.eval()` first: otherwise dropout makes every answer another one.")


def _require_key_error(call, function, names, advice):
    """Raise Wrong where no KeyError comes, or where it does not name what there is."""
    wanted = Words("a KeyError" + (f" that names {' and '.join(names)}" if names else ""))
    try:
        got = function()
    except KeyError as error:
        lacking = [name for name in names if name not in str(error)]
        if lacking:
            raise Wrong(call, Words(f"KeyError: {error}"), wanted, f"Say in the message what there is: {lacking[0]} is missing there.") from None
        return
    except Exception as error:
        raise Wrong(call, Words(f"{type(error).__name__}: {error}"), wanted, advice) from None
    raise Wrong(call, got, wanted, advice)
