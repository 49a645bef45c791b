"""Reference and misconceptions of `RMSprop`: the gradient over the root of its running mean square."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning import optimizer_mistakes as mistakes
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.optimizer_clues import trace_clue  # noqa: F401  (advice asks for it here)


class reference(torch.optim.RMSprop):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr=lr, alpha=alpha, eps=eps)


class RMSprop:  # as a student writes it: misconceptions change a place in it
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        self.params = list(params)
        self.lr, self.alpha, self.eps = lr, alpha, eps
        self.state = {}

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad
            old = self.state.get(p, 0.0)
            new = self.alpha * old + (1 - self.alpha) * g**2
            self.state[p] = new
            p.sub_(self.lr * g / (new.sqrt() + self.eps))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


instead = changes_of(RMSprop)
globals().update(mistakes.common(instead) | mistakes.common_of_roots(instead))  # where `of_module` reads them

squares_added_up = instead(
    "You add up all squares and forget none, as Adagrad does. The mean square is alpha · old + (1 − alpha) · g².",
    {"self.alpha * old": "old", "(1 - self.alpha) * ": ""},
)
alpha_and_its_rest_swapped = instead(
    "You weigh the old mean with 1 − alpha and the new square with alpha. With alpha = 0.99 the old one counts for almost all: alpha · old + (1 − alpha) · g².",
    {"self.alpha * old": "(1 - self.alpha) * old", "(1 - self.alpha) * g**2": "self.alpha * g**2"},
)
new_square_not_weighed = instead(
    "You add the new square whole. In a running mean it counts for 1 − alpha: alpha · old + (1 − alpha) · g².",
    {"(1 - self.alpha) * ": ""},
)
old_mean_not_weighed = instead(
    "Your old mean is not multiplied by alpha, so it only grows. It is alpha · old + (1 − alpha) · g².",
    {"self.alpha * old": "old"},
)
mean_begins_with_the_first_square = instead(
    "Your mean begins as the first square. It begins at 0, and the first square counts for 1 − alpha.",
    {"old = self.state.get(p, 0.0)": "old = self.state.get(p, g**2)"},
)
mean_corrected = instead(
    "You correct the mean for its beginning at 0, as Adam does. RMSprop takes it as it is.",
    {**mistakes.COUNTED, "new.sqrt()": "(new / (1 - self.alpha ** self.t[p])).sqrt()"},
)
mean_of_gradients_in_the_numerator = instead(
    "You divide a running mean of gradients. RMSprop divides the gradient of this step itself; a mean of it is Adam’s.",
    {
        "self.state = {}": "self.state, self.m = {}, {}",
        "g / (": "self.m[p] / (",
        "g = p.grad\n": "g = p.grad\n            self.m[p] = self.alpha * self.m.get(p, 0.0) + (1 - self.alpha) * g\n",
    },
)
alpha_left_out = instead(
    "You take 0.99 whatever `alpha` is given. Use the argument.",
    {"self.lr, self.alpha, self.eps = lr, alpha, eps": "self.lr, self.alpha, self.eps = lr, 0.99, eps"},
)
others = {"lr=0.01": "0.001", "alpha=0.99": "0.9", "eps=1e-8": "1e-6"}
globals().update(mistakes.other_defaults(instead, others))
