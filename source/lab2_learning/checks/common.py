"""What several items use."""

import torch
from torch import nn


def _images():
    """Three made-up images, (3, 1, 28, 28), with values that are easy to repeat."""
    i = torch.arange(28.0)
    two = torch.stack([(i[:, None] * 3 + i * 5) % 13 - 6, (i[:, None] // 5 * 7 + i // 4 * 5) % 11 - 5])
    return torch.cat([two, 0.6 * two[1:]]).unsqueeze(1)


def _scores(made, model, images, what):
    """Return a network's answer to a batch of images; raise Wrong where it is no tensor (N, 10)."""
    if not isinstance(model, nn.Module):
        name = made.partition("(")[0]
        raise Wrong(made, model, Words("an nn.Module"), f"Write `class {name}(nn.Module):`, and call super().__init__() first.")
    call, wanted = f"{made}(x) with x of shape {tuple(images.shape)}", Words(f"a tensor of shape ({len(images)}, 10)")
    got = model(images)
    if not isinstance(got, torch.Tensor):
        raise Wrong(call, got, wanted, f"Does `forward` return the {what}?")
    if got.shape == (len(images), 10):
        return got
    advice = "The last layer has ten outputs, one for each digit, for each image."
    if got.dim() == 1:
        advice = "The axis of the batch is lost, by `squeeze()` or by a `flatten()` without start_dim=1. A batch of one image is a batch, too."
    elif len(got) > len(images):
        advice = "There are more rows than images: a `view(-1, …)` has cut one image into several. Keep a row for each with flatten(start_dim=1)."
    elif len(got) < len(images):
        advice = "There are fewer rows than images. Keep a row for each with flatten(start_dim=1)."
    raise Wrong(call, got, wanted, advice)


def _require_size(made, model, expected, known, otherwise):
    """Raise Wrong where a network has another number of trainable parameters; `known` numbers tell what is missing."""
    size = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if size != expected:
        raise Wrong(f"the trainable parameters of {made}", size, expected, known.get(size, otherwise))


def _require_gradients(made, model, images):
    """Raise Wrong where a parameter has no gradient after a backward pass."""
    model(images)[:, 0].sum().backward()
    without = [tuple(p.shape) for p in model.parameters() if p.requires_grad and p.grad is None]
    if without:
        raise Wrong(f"backward through {made}", Words(f"no gradient for a parameter of shape {without[0]}"), Words("a gradient for every parameter"), "So this parameter would never learn: is something detached, under no_grad, or made but not used in `forward`?")


def _filled(model, numbers, last, slope):
    """Set all parameters of a layer to one number, by their size, and those of the last layer's digit k to k times `slope`.

    Returns False where the weights are cut in another way than by layers: the example does not fit them, the hidden tests do.
    """
    parameters = list(model.parameters())
    if not {p.numel() for p in parameters} <= {*numbers, last}:
        return False
    ramp = slope * torch.arange(10.0)
    with torch.no_grad():
        for each in parameters:
            if each.numel() == last:
                each.copy_(ramp.reshape([10] + [1] * (each.dim() - 1)) if each.shape[0] == 10 else ramp.expand(each.shape))
            else:
                each.fill_(numbers[each.numel()])
    return True


_NO_POWER = ("NotImplementedError|RuntimeError|TypeError", "bitwise_xor|unsupported operand type.* \\^", "`^` is no power in Python. Write `** 2`.")

# Notebook 02: the four optimizers.


class _Bench:
    """Three parameters and a student's optimizer: the first has a gradient in every step, the second never, the third from a step on."""

    pulls = _t([[1, -2], [3, 0.5], [-1, 2], [0.5, 1]])  # the first parameter's gradient in each step

    def __init__(self, call, kind, options):
        self.call = call
        self.first, self.idle, self.last = (nn.Parameter(_t(start)) for start in ([1, 2], [5], [[1], [-1]]))
        self.place = self.first.data_ptr()  # of its numbers in memory
        self.optimizer = kind((each for each in (self.first, self.idle, self.last)), **options)
        for name in ("step", "zero_grad"):
            if not callable(getattr(self.optimizer, name, None)):
                raise Wrong(call, Words(f"an object without {name}()"), Words("an object with step() and zero_grad()"), "Keep both methods of the class, with their names.")
        parts = [self.optimizer, *getattr(self.optimizer, "__dict__", {}).values()]
        homes = {base.__module__ for each in parts for base in type(each).__mro__}
        if any(home.startswith("torch.optim.") and home != "torch.optim.optimizer" for home in homes):
            raise Wrong(call, Words("an optimizer of torch.optim"), Words("one of your own"), "The library's optimizer does the whole job here, and that earns no points: write the steps yourself.")

    def go(self, steps, begin, scale):
        """Make steps; the third parameter has gradients from step `begin` on, all of them multiplied by `scale`."""
        for number, pull in enumerate(scale * self.pulls[:steps]):
            self.optimizer.zero_grad()
            if any(each.grad is not None and each.grad.any() for each in (self.first, self.last)):
                raise Wrong(f"{self.call}; a gradient after zero_grad", Words("the old one"), Words("None or zeros"), "`zero_grad` does not reach every parameter: `p.grad = None` for each. `params` may be a generator, which can be gone through only once: keep `list(params)`.")
            self.idle.grad = self.last.grad = None
            loss = (self.first * pull).sum()
            if number >= begin:
                loss = loss + 2 * scale * self.last.sum()
            loss.backward()
            self.optimizer.step()
            if not torch.is_grad_enabled():
                raise Wrong(self.call, Words("gradients are switched off after the step"), Words("switched on, as before"), "`with torch.no_grad():` switches them on again by itself; torch.set_grad_enabled(False) does not.")
            if self.first.grad_fn is not None or not self.first.requires_grad:
                raise Wrong(self.call, Words("a parameter that carries a graph, or does not record any more"), Words("the same parameter with new numbers"), "Work inside `with torch.no_grad():` and change p in place, `p -= …`: then nothing of the step is recorded.")
        if not torch.equal(self.idle, _t([5])):
            raise Wrong(f"{self.call}; a parameter that has no gradient", self.idle, _t([5]), "A parameter whose gradient is None is left alone: no step, and no decay.")
        if self.first.data_ptr() != self.place:
            raise Wrong(self.call, Words("a parameter with another tensor behind it"), Words("the same one with new numbers"), "`p.data = …` puts a new tensor behind the parameter. Change the numbers of the one that is there: `p -= …`.")


def _walk(call, options, steps, first, last, slips=(), advice="", begin=0, scale=1, nan=None):
    """An example: make steps with the gradients of `_Bench.pulls`, and compare where the first and the last parameter end."""
    pulls = ", ".join(str([float(f"{value:g}") for value in pull]) for pull in (scale * _Bench.pulls[:steps]).tolist())
    whole = f"{call}; w = [1, 2] after {steps} step{'s' * (steps > 1)}, gradients {pulls}"

    def example(kind):
        bench = _Bench(call, kind, options)
        bench.go(steps, begin, scale)
        words = [
            *((_t(wrong), better) for wrong, better in slips),
            (_t([1, 2]), "The parameter has not changed. `p = p - …` makes a new tensor, of which the network knows nothing: write `p -= …`. And `params` may be a generator, which can be gone through only once: keep `list(params)`."),
            (_t([2 - first[0], 4 - first[1]]), "The steps go uphill. The gradient points to where the loss grows: take the step away from w."),
        ]
        _compare(whole, bench.first, _t(first), words, advice, nan)
        behind = "The first parameter ends right, and another one behind it does not. Each has a memory of its own, and the loop goes on behind one that has no gradient."
        if begin:
            behind = "A parameter that gets its first gradient later begins then: its memory is empty, and its own count of steps is 1."
        _compare(f"{call}; v = [[1], [-1]] with gradients of {2 * scale:g} from step {begin + 1} to step {steps}", bench.last, _t(last), (), behind)

    return example


_OPTIMIZER_WORDS = (
    _NO_POWER,
    ("TypeError|AttributeError", "NoneType", "A parameter has no gradient: its `p.grad` is None. Leave it alone with `if p.grad is not None:`, in `step` and in `zero_grad`."),
    ("RuntimeError", "leaf [Vv]ariable that requires grad", "A parameter can be changed in place only where nothing is recorded: put the step inside `with torch.no_grad():`."),
    ("RuntimeError", "must match|broadcast", "Two shapes do not fit. Has each parameter a memory of its own, of its own shape?"),
)
