"""What several items use."""

import torch
from torch import nn

# Notebook 02: the four optimizers.


class _Bench:
    """Three parameters and a student's optimizer: the first has a gradient in every step, the second never, the third from a step on."""

    pulls = _t([[1, -2], [3, 0.5], [-1, 2], [0.5, 1]])  # the first parameter's gradient in each step

    def __init__(self, call, kind, options):
        self.call = call
        self.first, self.idle, self.late = (nn.Parameter(_t(start)) for start in ([1, 2], [5], [[1], [-1]]))
        self.optimizer = kind((each for each in (self.first, self.idle, self.late)), **options)
        for name in ("step", "zero_grad"):
            if not callable(getattr(self.optimizer, name, None)):
                raise Wrong(call, Words(f"an object without {name}()"), Words("an object with step() and zero_grad()"), "Keep both methods of the class, with their names.")

    def go(self, steps, late_from):
        for number, pull in enumerate(self.pulls[:steps]):
            self.optimizer.zero_grad()
            loss = (self.first * pull).sum()
            if number >= late_from:
                loss = loss + 2 * self.late.sum()
            loss.backward()
            if not torch.allclose(self.first.grad, pull):
                raise Wrong(f"{self.call}; a parameter's gradient after zero_grad and backward", self.first.grad, pull, "Old gradients are still there: `zero_grad` clears those of all parameters, `p.grad = None` for each.")
            self.optimizer.step()
            if self.first.grad_fn is not None or not self.first.requires_grad:
                raise Wrong(self.call, Words("a parameter that carries a graph, or does not record any more"), Words("the same parameter with new numbers"), "Work inside `with torch.no_grad():` and change p in place, `p -= …`: then nothing of the step is recorded.")
        if not torch.equal(self.idle, _t([5])):
            raise Wrong(f"{self.call}; a parameter that has no gradient", self.idle, _t([5]), "A parameter whose gradient is None is left alone: no step, and no decay.")


def _walk(call, options, steps, expected, slips=(), advice="", late=None):
    """An example: make steps with the gradients of `_Bench.pulls`, and compare where they end. `late`: where the third parameter ends, which has gradients in the last two."""
    pulls = ", ".join(str(pull) for pull in _Bench.pulls[:steps].tolist())
    whole = f"{call}; w = [1, 2] after {steps} step{'s' * (steps > 1)}, gradients {pulls}"
    uphill = [2 - expected[0], 4 - expected[1]]

    def example(kind):
        bench = _Bench(call, kind, options)
        bench.go(steps, steps - 2 if late else steps)
        words = [
            *((_t(wrong), better) for wrong, better in slips),
            (_t([1, 2]), "The parameter has not changed. `p = p - …` makes a new tensor, of which the network knows nothing: write `p -= …`. And `params` may be a generator, which can be gone through only once: keep `list(params)`."),
            (_t(uphill), "The steps go uphill. The gradient points to where the loss grows: take the step away from w."),
        ]
        _compare(whole, bench.first, _t(expected), words, advice)
        if late:
            _compare(f"{call}; a parameter [[1], [-1]] whose first gradient came in step {steps - 1}", bench.late, _t(late), (), "A parameter that gets its first gradient later begins then: its memory is empty, and its own count of steps is 1.")

    return example


_OPTIMIZER_WORDS = (
    ("TypeError|AttributeError", "NoneType", "A parameter has no gradient: its `p.grad` is None. Leave it alone with `if p.grad is not None:`, in `step` and in `zero_grad`."),
    ("RuntimeError", "leaf [Vv]ariable that requires grad", "A parameter can be changed in place only where nothing is recorded: put the step inside `with torch.no_grad():`."),
)
