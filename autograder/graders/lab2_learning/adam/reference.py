"""Reference and misconceptions of `Adam`: two running means with bias correction."""

# CANARY-5b0c2f6e-hidden-grader

import torch

from autograder.graders.kit.changes import changes_of
from autograder.graders.lab2_learning import optimizer_mistakes as mistakes
from autograder.graders.lab2_learning.library import TAKEN  # noqa: F401  (items under the from-scratch rule have it)
from autograder.graders.lab2_learning.optimizer_clues import trace_clue  # noqa: F401  (advice asks for it here)

LEAST_MISCONCEPTIONS = 15


class reference(torch.optim.Adam):
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr=lr, betas=betas, eps=eps)


class Adam:  # as a student writes it: misconceptions change a place in it
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.state = {}

    @torch.no_grad()
    def step(self):
        b1, b2 = self.betas
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad
            m, v, t = self.state.get(p, (0.0, 0.0, 0))
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g**2
            t = t + 1
            self.state[p] = m, v, t
            m_hat = m / (1 - b1**t)
            v_hat = v / (1 - b2**t)
            p.sub_(self.lr * m_hat / (v_hat.sqrt() + self.eps))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


instead = changes_of(Adam)
globals().update(mistakes.common(instead))  # where `of_module` reads them

no_bias_correction = instead(
    "Neither moment is corrected. Both begin at 0 and are too small at first: divide them by 1 − β₁ᵗ and 1 − β₂ᵗ.",
    {" / (1 - b1**t)": "", " / (1 - b2**t)": ""},
)
second_moment_not_corrected = instead(
    "You correct the first moment and not the second. Divide v by 1 − β₂ᵗ as well.", {" / (1 - b2**t)": ""}
)
first_moment_not_corrected = instead(
    "You correct the second moment and not the first. Divide m by 1 − β₁ᵗ as well.", {" / (1 - b1**t)": ""}
)
correction_without_t = instead(
    "You divide by 1 − β in every step: the exponent is missing, or your count of steps stays at 1. The correction fades with the number t of steps, 1 − βᵗ.",
    {"b1**t": "b1", "b2**t": "b2"},
)
first_moment_adds_up = instead(
    "Your first moment adds whole gradients. It is a running mean: weigh the new gradient with 1 − β₁.",
    {"(1 - b1) * g\n": "g\n"},
)
correction_multiplies = instead(
    "You multiply by the correction. The moments are too small at first: divide them by 1 − βᵗ.",
    {"m / (": "m * (", "v / (": "v * ("},
)
correction_of_beta_times_t = instead(
    "You multiply β by t in the correction. It is β to the power of t: `1 - beta**t`.",
    {"b1**t": "b1 * t", "b2**t": "b2 * t"},
)
corrections_swapped = instead(
    "You correct each moment with the other’s β. The first takes β₁, the second β₂.",
    {"m / (1 - b1**t)": "m / (1 - b2**t)", "v / (1 - b2**t)": "v / (1 - b1**t)"},
)
steps_counted_from_zero = instead(
    "You correct with t = 0 in the first step, where 1 − β⁰ is 0. Add 1 to t before: the first step has t = 1.",
    {"t = t + 1": "", "] = m, v, t": "] = m, v, t + 1"},
)
steps_counted_from_two = instead(
    "Your first step corrects with t = 2. The first step has t = 1: let t begin at 0, and add 1 once a step.",
    {"(0.0, 0.0, 0)": "(0.0, 0.0, 1)"},
)
one_count_of_steps_for_all = instead(
    "You count the steps of the optimizer for all parameters together. One that gets its first gradient later begins with t = 1 then: keep a count for each.",
    {**mistakes.COUNTED_TOGETHER, "t = t + 1": "t = self.t"},
)
each_parameter_counted_as_a_step = instead(
    "You add 1 to a common count for each parameter, so it runs ahead. A step counts once: keep a count for each parameter.",
    {"self.state = {}": "self.state, self.t = {}, 0", "t = t + 1": "self.t += 1\n            t = self.t"},
)
corrected_moments_kept = instead(
    "You put the corrected moments in the place of m and v, so the next step corrects them again. Give the corrected ones names of their own.",
    {"self.state[p] = m, v, t": "", "p.sub_(": "self.state[p] = m_hat, v_hat, t\n            p.sub_("},
)
betas_swapped = instead(
    "The two βs have changed places. The first is the gradient’s, the second that of its square.",
    {"b1, b2 = self.betas": "b2, b1 = self.betas"},
)
one_beta_for_both = instead(
    "You use β₁ for both moments. The second moment has its own: β₂.",
    {"b2 * v + (1 - b2)": "b1 * v + (1 - b1)", "b2**t": "b1**t"},
)
weights_of_old_and_new_swapped = instead(
    "You weigh the old mean with 1 − β and the new value with β. The old one counts for β: β · old + (1 − β) · new.",
    {
        "b1 * m + (1 - b1) * g": "(1 - b1) * m + b1 * g",
        "b2 * v + (1 - b2) * g**2": "(1 - b2) * v + b2 * g**2",
    },
)
new_values_not_weighed = instead(
    "You add gradient and square whole. In a running mean the new value counts for 1 − β.",
    {"(1 - b1) * g": "g", "(1 - b2) * g**2": "g**2"},
)
gradient_not_squared = instead(
    "Your second moment averages the gradient’s absolute value. It averages the square, `g**2`.",
    {"g**2": "g.abs()"},
)
second_moment_of_the_first = instead(
    "Your second moment squares the running mean m. It averages the square of the gradient itself.",
    {"g**2": "m**2"},
)
gradient_in_place_of_the_first_moment = instead(
    "You divide the gradient of this step, as RMSprop does. Adam divides the corrected running mean m̂.",
    {"self.lr * m_hat": "self.lr * g"},
)
root_left_out = instead(
    "You divide by the second moment itself. Divide by its root, √v̂ + eps.", {"v_hat.sqrt()": "v_hat"}
)
eps_inside_the_root = instead(
    "Your `eps` stands under the root, where it weighs far more. Add it behind: √v̂ + eps.",
    {"v_hat.sqrt() + self.eps": "(v_hat + self.eps).sqrt()"},
)
eps_before_the_correction = instead(
    "You add `eps` to √v and correct afterwards. Correct first, and add it to √v̂.",
    {"(v_hat.sqrt() + self.eps)": "((v.sqrt() + self.eps) / (1 - b2**t)**0.5)"},
)
eps_left_out = instead(
    "Your `eps` is left out, and an element whose gradient is 0 divides 0 by 0. Divide by √v̂ + eps.",
    {" + self.eps": ""},
)
eps_fixed = instead(
    "You take 1e-8 whatever `eps` is given. Use the argument.",
    {"self.betas, self.eps = lr, betas, eps": "self.betas, self.eps = lr, betas, 1e-8"},
)
betas_fixed = instead(
    "You take 0.9 and 0.999 whatever `betas` are given. Use the argument.",
    {"b1, b2 = self.betas": "b1, b2 = 0.9, 0.999"},
)
largest_second_moment = instead(
    "You divide by the largest second moment so far, which is another method (AMSGrad). Divide by the one of this step.",
    {
        "v_hat = v": "v = v if t == 1 else torch.maximum(v, self.most[p])\n            self.most[p] = v\n            v_hat = v",
        "self.state = {}": "self.state, self.most = {}, {}",
    },
)
others = {"lr=0.001": "0.01", "betas=(0.9, 0.999)": "(0.9, 0.99)", "eps=1e-8": "1e-6"}
globals().update(mistakes.other_defaults(instead, others))
