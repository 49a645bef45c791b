"""What several items use."""

import torch
from torch import nn

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
    ("TypeError|AttributeError", "NoneType", "A parameter has no gradient: its `p.grad` is None. Leave it alone with `if p.grad is not None:`, in `step` and in `zero_grad`."),
    ("RuntimeError", "leaf [Vv]ariable that requires grad", "A parameter can be changed in place only where nothing is recorded: put the step inside `with torch.no_grad():`."),
    ("RuntimeError", "must match|broadcast", "Two shapes do not fit. Has each parameter a memory of its own, of its own shape?"),
)
