"""Parts that a probe's arguments are built from: small networks, data sets, loaders, criteria, optimizers.

A part is a description that travels; `Workshop` builds the real thing from it, inside for the student's function and
outside for the reference.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, fields
from types import MethodType
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


@dataclass(frozen=True)
class Net:
    """A network of torch.nn layers: each layer is [class name, *arguments] with an optional dict of keywords last.

    The arguments of a "Sequential" are layers, or one dict of layers by name; so are those of a "Residual". A "Failing" layer raises an
    error. On each module that `hooked` names lies a forward hook that does nothing. `own` gives the shapes of parameters that stand in no layer, `tied` the
    names of parameters that are another one.
    """

    key: str
    layers: list[Any]
    state: dict[str, torch.Tensor]
    training: bool = True
    frozen: list[str] = field(default_factory=list)
    own: dict[str, list[int]] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)
    hooked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Data:
    """A TensorDataset: x (N, …), divided by `divisor` as floats where one is given, and y (N,)."""

    key: str
    x: torch.Tensor
    y: torch.Tensor
    divisor: float = 0.0


@dataclass(frozen=True)
class Loader:
    """A plain DataLoader over a whole `Data`, in its order."""

    key: str
    data: Data
    batch_size: int


@dataclass(frozen=True)
class Criterion:
    """A loss of torch.nn that averages over the batch; in lower case a plain function, of torch.nn.functional."""

    key: str
    name: str


@dataclass(frozen=True)
class Optimizer:
    """An optimizer of torch.optim over all parameters of the network with the key `net`."""

    key: str
    name: str
    net: str
    options: dict[str, Any]


Part = Net | Data | Loader | Criterion | Optimizer
_CLASSES: dict[str, Any] = {cls.__name__: cls for cls in (Net, Data, Loader, Criterion, Optimizer)}


def describe(value: Any) -> dict[str, Any] | None:
    """Return a part's fields, or None for anything else (for the encoder)."""
    if type(value) not in _CLASSES.values():
        return None
    return {each.name: getattr(value, each.name) for each in fields(value)}


def restore(name: str, values: Any) -> Part:
    """Return the part with these fields (for the decoder)."""
    return _CLASSES[name](**values)


class Watch(nn.Module):
    """Pass its input on; write down of every forward pass its mode, whether a gradient could flow back, and the batch size.

    It stands behind a layer with weights: under `no_grad`, or with all weights frozen, what comes in needs no gradient.
    """

    def __init__(self, log: list[Any], order: list[str]) -> None:
        super().__init__()
        self._log = log
        self._order = order

    def __deepcopy__(self, memo: dict[int, Any]) -> Watch:
        """Return one that writes into the same log: a copied network's passes count as well."""
        twin = Watch(self._log, self._order)
        twin.training = self.training
        memo[id(self)] = twin
        return twin

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self._log.append([self.training, x.requires_grad, len(x)])
        self._order.append("forward")
        if x.requires_grad:
            x.register_hook(lambda gradient: self._order.append("backward"))
        return x


class Residual(nn.Module):
    """Add what comes in to what the layers inside make of it, and cut off below 0: both in the place of the last layer's own output."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.body(x)
        y += x
        return nn.functional.relu_(y)


class Failing(nn.Module):
    """Raise an error in each forward pass."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("this layer fails in every forward pass")


class Workshop:
    """Build parts; parts with one key are one object."""

    def __init__(self) -> None:
        self.built: dict[str, Any] = {}
        self.log: list[Any] = []
        self._start: dict[str, dict[str, torch.Tensor]] = {}  # the networks' parameters as they were built
        self._losses: list[Any] = []  # what criteria gave
        self._order: list[str] = []  # of forward passes, backward passes and steps

    def build(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(self.build(each) for each in value)
        if isinstance(value, torch.Tensor):
            return _copy(value)
        if type(value) not in _CLASSES.values():
            return value
        if value.key not in self.built:
            self.built[value.key] = getattr(self, f"_{type(value).__name__.lower()}")(value)
        return self.built[value.key]

    def _net(self, net: Net) -> nn.Module:
        model = self._layer(["Sequential", *net.layers])
        for name, shape in net.own.items():
            model.register_parameter(name, nn.Parameter(torch.ones(shape)))
        for name, other in net.tied.items():
            place, _, last = name.rpartition(".")
            setattr(model.get_submodule(place), last, model.get_parameter(other))
        if net.state:
            model.to(next(v for v in net.state.values() if v.is_floating_point()).dtype)
            model.load_state_dict({key: value.detach().clone() for key, value in net.state.items()})
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name not in net.frozen)
        for name in net.hooked:
            model.get_submodule(name).register_forward_hook(lambda module, given, output: None)
        self._start[net.key] = {name: each.detach().clone() for name, each in model.named_parameters()}
        return model.train(net.training)

    def _layer(self, layer: list[Any]) -> nn.Module:
        name, *arguments = layer
        if name == "Watch":
            return Watch(self.log, self._order)
        if name == "Failing":
            return Failing()
        if name == "Residual":
            return Residual(self._layer(["Sequential", *arguments]))
        if name == "Sequential" and arguments and isinstance(arguments[0], dict):
            return nn.Sequential(OrderedDict({key: self._layer(each) for key, each in arguments[0].items()}))
        if name == "Sequential":
            return nn.Sequential(*(self._layer(each) for each in arguments))
        keywords = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        return getattr(nn, name)(*arguments, **keywords)

    def _data(self, data: Data) -> TensorDataset:
        x = data.x.float() / data.divisor if data.divisor else data.x.clone()
        return TensorDataset(x, data.y.clone())

    def _loader(self, loader: Loader) -> DataLoader[Any]:
        return DataLoader(self.build(loader.data), batch_size=loader.batch_size)

    def _criterion(self, criterion: Criterion) -> Any:
        if criterion.name.islower():
            return lambda scores, labels: self._noted(getattr(nn.functional, criterion.name)(scores, labels))
        built: nn.Module = getattr(nn, criterion.name)()
        built.register_forward_hook(lambda module, given, loss: self._noted(loss))
        return built

    def _noted(self, loss: Any) -> Any:
        self._losses.append(loss)
        return loss

    def _optimizer(self, optimizer: Optimizer) -> torch.optim.Optimizer:
        parameters = self.built[optimizer.net].parameters()
        built: torch.optim.Optimizer = getattr(torch.optim, optimizer.name)(parameters, **optimizer.options)
        built.register_step_post_hook(lambda *details: self._order.append("step"))
        return built

    def after(self) -> dict[str, Any]:
        """Return what can be seen of the networks afterwards."""
        nets = {
            key: value
            for key, value in self.built.items()
            if isinstance(value, nn.Module) and len(list(value.children()))
        }
        return {
            "nets": {
                key: {
                    "state": {name: tensor.detach().clone() for name, tensor in net.state_dict().items()},
                    "training": [module.training for module in net.modules()],
                    "requires_grad": [each.requires_grad for each in net.parameters()],
                    "moved": any(
                        name in self._start[key] and not torch.equal(each, self._start[key][name])
                        for name, each in net.named_parameters()
                    ),
                    "has_grad": [each.grad is not None for each in net.parameters()],
                    "grad_left": any(
                        each.grad is not None and bool(each.grad.any()) for each in net.parameters()
                    ),
                    "hooks": {name: _hooks(module) for name, module in net.named_modules()}
                    | {"all modules": sum(map(len, _EVERYWHERE))},
                }
                for key, net in nets.items()
            },
            "log": list(self.log),
            "order": self._order[:1000] + ["backward of a cut graph"] * any(map(_cut, self._losses)),
        }


# Hooks that run for every module there is (`torch.nn.modules.module.register_module_forward_hook` and its like).
_EVERYWHERE = [
    getattr(nn.modules.module, f"_global_{kind}_hooks")
    for kind in ("forward", "forward_pre", "backward", "backward_pre")
]


def _hooks(module: nn.Module) -> int:
    """Return how many hooks a module has; another `forward` in the place of its own counts as one."""
    put = vars(module).get("forward")
    other = put is not None and put != MethodType(type(module).forward, module)
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return other + sum(len(vars(module).get(kind, ())) for kind in kinds)


def _cut(loss: Any) -> bool:
    """Say whether somebody went backward from a loss that hangs on no graph."""
    return isinstance(loss, torch.Tensor) and loss.is_leaf and loss.grad is not None


def _copy(value: torch.Tensor) -> torch.Tensor:
    """Copy a tensor with its strides."""
    copy = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype) if _dense(value) else None
    if copy is not None:
        return copy.copy_(value.detach()).requires_grad_(value.requires_grad)
    base = torch.empty(0, dtype=value.dtype).set_(value.untyped_storage()).clone()
    return base.as_strided(value.shape, value.stride(), value.storage_offset())


def _dense(value: torch.Tensor) -> bool:
    return value.untyped_storage().nbytes() == value.numel() * value.element_size()
