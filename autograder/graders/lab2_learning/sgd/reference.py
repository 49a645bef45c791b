"""Reference and misconceptions of `SGD`: gradient descent with momentum and weight decay."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning import optimizer_mistakes as mistakes
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.optimizer_clues import trace_clue  # noqa: F401  (advice asks for it here)

LEAST_MISCONCEPTIONS = 15


class reference(torch.optim.SGD):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr=lr, momentum=momentum, weight_decay=weight_decay)


class SGD:  # as a student writes it: misconceptions change a place in it
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params = list(params)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.state = {}

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad + self.weight_decay * p
            old = self.state.get(p)
            new = g if old is None else self.momentum * old + g
            self.state[p] = new
            p.sub_(self.lr * new)

    def zero_grad(self):
        for p in self.params:
            p.grad = None


instead = changes_of(SGD)
globals().update(mistakes.common(instead))  # where `of_module` reads them

state_forgotten_each_step = instead(  # in the place of the common one, which nobody can tell from it here
    "You step along the gradient alone, whatever the momentum: it is left out, or the buffer begins anew in each step. Step along a buffer that stays: momentum · buffer + gradient.",
    {"self.momentum * old + g": "g"},
)
momentum_as_average = instead(
    "You weigh the gradient with 1 − momentum, as in a running average. Here it is added whole: momentum · buffer + gradient.",
    {"old + g": "old + (1 - self.momentum) * g"},
)
average_from_the_beginning = instead(
    "You keep a running average that begins at 0, with the gradient weighed by 1 − momentum. Here it is added whole, and the first buffer is the gradient itself.",
    {"new = g if": "new = (1 - self.momentum) * g if", "old + g": "old + (1 - self.momentum) * g"},
)
first_buffer_damped = instead(
    "Your first buffer is the gradient times 1 − momentum. The first buffer is the gradient itself.",
    {"new = g if": "new = (1 - self.momentum) * g if"},
)
first_buffer_empty = instead(
    "Your first buffer is 0, so the first step goes nowhere and its gradient is lost. The first buffer is the gradient itself.",
    {"new = g if": "new = 0 * g if"},
)
first_gradient_counted_twice = instead(
    "Your buffer begins as the gradient, and momentum is then applied to it in the same step. The first buffer is the gradient itself.",
    {"new = g if": "new = self.momentum * g + g if"},
)
step_along_the_old_buffer = instead(
    "You step along the buffer of the step before. Bring it up to date first, then step along it.",
    {"p.sub_(self.lr * new)": "p.sub_(self.lr * (g if old is None else old))"},
)
nesterov = instead(
    "You look ahead by one more momentum, as Nesterov’s method does. Step along the buffer itself.",
    {"p.sub_(self.lr * new)": "p.sub_(self.lr * (g + self.momentum * new))"},
)
buffer_adds_up_for_ever = instead(
    "Your buffer adds up all gradients and forgets none. Multiply the old one by the momentum.",
    {"self.momentum * old": "old"},
)
momentum_times_the_gradient = instead(
    "You multiply the gradient by the momentum. It belongs to the old buffer: momentum · buffer + gradient.",
    {"self.momentum * old + g": "old + self.momentum * g"},
)
momentum_times_both = instead(
    "You multiply buffer and gradient by the momentum. The gradient is added whole: momentum · buffer + gradient.",
    {"self.momentum * old + g": "self.momentum * (old + g)"},
)
buffer_taken_away = instead(
    "Buffer and gradient point against each other: a sign is wrong. The buffer is momentum · buffer + gradient, and the step goes against it.",
    {"old + g": "old - g"},
)
weight_decay_left_out = instead(
    "Your weight decay has no effect. Add weight_decay · parameter to the gradient.",
    {" + self.weight_decay * p": ""},
)
weight_decay_grows_weights = instead(
    "Your weight decay lets weights grow. It is added to the gradient, and so taken from the weight: gradient + weight_decay · parameter.",
    {"+ self.weight_decay": "- self.weight_decay"},
)
weight_decay_after_momentum = instead(
    "You add weight decay behind the momentum, so the buffer knows nothing of it. Add it to the gradient before.",
    {" + self.weight_decay * p": "", "self.lr * new": "self.lr * (new + self.weight_decay * p)"},
)
weight_decay_without_learning_rate = instead(
    "You shrink the weights by themselves, beside the step. Here weight decay is added to the gradient, before momentum and learning rate.",
    {" + self.weight_decay * p": "", "p.sub_(": "p.mul_(1 - self.weight_decay)\n            p.sub_("},
)
weight_decay_doubled = instead(
    "Your weight decay is twice as strong: the square’s 2 is already in its half. Add weight_decay · parameter to the gradient.",
    {"+ self.weight_decay": "+ 2 * self.weight_decay"},
)
weight_decay_of_the_gradient = instead(
    "You multiply weight decay by the gradient. It is the parameter that it shrinks: gradient + weight_decay · parameter.",
    {"self.weight_decay * p": "self.weight_decay * p.grad"},
)
weight_decay_in_place_of_momentum = instead(
    "Momentum and weight decay stand in each other’s places. The order is `(params, lr, momentum, weight_decay)`.",
    {"lr, momentum, weight_decay\n": "lr, weight_decay, momentum\n"},
)
weights_decay_by_default = instead(
    "Without being asked, your weights decay. The default of `weight_decay` is 0.",
    {"weight_decay=0.0": "weight_decay=0.01"},
)
momentum_by_default = instead(
    "Without being asked, you use momentum. The default of `momentum` is 0.", {"momentum=0.0": "momentum=0.9"}
)
