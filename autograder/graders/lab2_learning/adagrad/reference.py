"""Reference and misconceptions of `Adagrad`: the gradient over the root of the sum of all its squares."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning import optimizer_mistakes as mistakes
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.optimizer_clues import trace_clue  # noqa: F401  (advice asks for it here)


class reference(torch.optim.Adagrad):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr=lr, eps=eps)


class Adagrad:  # as a student writes it: misconceptions change a place in it
    def __init__(self, params, lr=0.01, eps=1e-10):
        self.params = list(params)
        self.lr, self.eps = lr, eps
        self.state = {}

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad
            old = self.state.get(p, 0.0)
            new = old + g**2
            self.state[p] = new
            p.sub_(self.lr * g / (new.sqrt() + self.eps))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


instead = changes_of(Adagrad)
globals().update(mistakes.common(instead) | mistakes.common_of_roots(instead))  # where `of_module` reads them

running_mean = instead(
    "You let old squares fade, as RMSprop does. Adagrad adds all of them up: sum + g².",
    {"old + g**2": "0.9 * old + 0.1 * g**2"},
)
mean_of_squares = instead(
    "You divide the sum of squares by the number of steps. Adagrad takes the sum itself, so that steps grow shorter.",
    {**mistakes.COUNTED, "new.sqrt()": "(new / self.t[p]).sqrt()"},
)
gradients_added_up_then_squared = instead(
    "You add up the gradients and square their sum, in which they cancel. Square each first, then add.",
    {"self.state[p] = new": "self.state[p] = new = old + g", "new.sqrt()": "new.abs()"},
)
learning_rate_falls_as_well = instead(
    "Your learning rate falls with the number of steps as well. Steps grow shorter by the sum alone; the rate stays as it is given.",
    {**mistakes.COUNTED_TOGETHER, "self.lr * g": "self.lr / self.t**0.5 * g"},
)
sum_begins_above_zero = instead(
    "Your sum begins above 0. It begins at 0: the first step divides by the first gradient’s own size.",
    {"self.state.get(p, 0.0)": "self.state.get(p, 0.1)"},
)
others = {"lr=0.01": "0.001", "eps=1e-10": "1e-6"}
globals().update(mistakes.other_defaults(instead, others))
