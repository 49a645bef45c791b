"""The mistakes that all four optimizers invite, as changes of an answer that is written as theirs are."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from collections.abc import Callable

from autograder.grading.misconceptions import Misconception

LOOP = "for p in self.params:\n            if"
# Changes by which steps are counted: those of each parameter, and those of all together.
COUNTED = {
    "self.state = {}": "self.state, self.t = {}, {}",
    "g = p.grad\n": "g = p.grad\n            self.t[p] = self.t.get(p, 0) + 1\n",
}
COUNTED_TOGETHER = {"self.state = {}": "self.state, self.t = {}, 0", LOOP: f"self.t += 1\n        {LOOP}"}


def common(instead: Callable[..., Misconception]) -> dict[str, Misconception]:
    """Return the misconceptions that every optimizer invites, by name; `instead` changes one that is written as theirs are."""
    return {
        "generator_used_up": instead(
            "You keep `params` as it comes. `model.parameters()` is a generator, which is empty after one pass, so only the first step does anything: keep `list(params)`.",
            {"list(params)": "params"},
        ),
        "gradients_never_cleared": instead(
            "Your `zero_grad` clears nothing, so each `backward` adds to the gradients of all before it. Set `p.grad = None` for every parameter.",
            {"p.grad = None": "pass"},
        ),
        "one_gradient_cleared": instead(
            "Your `zero_grad` clears the first parameter’s gradient alone: the loop ends after one pass. Clear that of every parameter.",
            {"p.grad = None": "p.grad = None\n            break"},
        ),
        "clearing_needs_a_gradient": instead(
            "Your `zero_grad` calls `p.grad.zero_()`, and before the first `backward` there is no gradient yet. Ask `if p.grad is not None`, or set `p.grad = None`.",
            {"p.grad = None": "p.grad.zero_()"},
        ),
        "step_under_autograd": instead(
            "Autograd watches your step and refuses to let a parameter be changed in place. Put `@torch.no_grad()` above `def step`.",
            {"@torch.no_grad()": ""},
        ),
        "new_tensors_behind_data": instead(
            "You put a new tensor behind each parameter, `p.data = …`. Whoever shares the old one, a view or another network, does not see the step: change the numbers in place, `p -= …` under `torch.no_grad()`.",
            {"p.sub_(": "p.data = p - ("},
        ),
        "only_the_name_moves": instead(
            "No parameter moves. `p = p - …` only gives the name `p` to a new tensor: change the parameter in place, `p -= …` or `p.sub_(…)`. If you do so, does your step skip every parameter, or clear the gradients before it uses them?",
            {"p.sub_(": "p = p - ("},
            other_task=True,
        ),
        "uphill": instead(
            "You add the step. The gradient points to where the loss grows: take it away.",
            {"p.sub_(": "p.add_("},
        ),
        "learning_rate_left_out": instead(
            "Your step is not multiplied by the learning rate that is given.", {"self.lr * ": ""}
        ),
        "missing_gradient_not_skipped": instead(
            "A parameter without a gradient has `p.grad` None, and you calculate with it. Leave such a parameter alone: `if p.grad is None: continue`.",
            {"if p.grad is None:\n                continue": ""},
        ),
        "first_missing_gradient_ends_the_step": instead(
            "At the first parameter without a gradient your step ends, so those behind it stay as they are. Skip that one alone: `continue`, not `break` or `return`.",
            {"continue": "break"},
        ),
        "one_state_for_all": instead(
            "All parameters share one state, so each continues what the one before it left. Keep a state for each parameter: a dict by parameter, or a list.",
            {"self.state.get(p": "self.state.get(0", "self.state[p]": "self.state[0]"},
        ),
        "state_forgotten_each_step": instead(
            "Your state begins anew in every step, so nothing is remembered. Make it in `__init__`, and only bring it up to date in `step`.",
            {LOOP: "self.state = {}\n        " + LOOP},
        ),
        "zero_grad_forgets_the_state": instead(
            "Your `zero_grad` clears the state as well. It clears gradients only: what is remembered of earlier steps stays.",
            {"def zero_grad(self):": "def zero_grad(self):\n        self.state = {}"},
        ),
        "only_the_first_parameter": instead(
            "Your step returns inside the loop, after the first parameter with a gradient. Move the `return` out, or do without it.",
            {"\n\n    def zero_grad": "\n            return\n\n    def zero_grad"},
        ),
        "parameters_frozen": instead(
            "Your step takes `requires_grad` from the parameters, so the next `backward` does not reach them. Leave it on, and put the step under `torch.no_grad()`.",
            {"p.sub_(": "p.requires_grad_(False).sub_("},
        ),
        "gradients_left_off": instead(
            "You switch gradients off in `step` and never on again, so the next forward pass is not recorded. `@torch.no_grad()` restores them by itself.",
            {"@torch.no_grad()": "", "step(self):": "step(self):\n        torch.set_grad_enabled(False)"},
        ),
    }


def common_of_roots(instead: Callable[..., Misconception]) -> dict[str, Misconception]:
    """Return the misconceptions about the root, the square and `eps` that RMSprop and Adagrad invite."""
    return {
        "eps_inside_the_root": instead(
            "Your `eps` stands under the root, where it weighs far more. Add it behind: √… + eps.",
            {"new.sqrt() + self.eps": "(new + self.eps).sqrt()"},
        ),
        "eps_left_out": instead(
            "Your `eps` is left out, and an element whose gradient is 0 divides 0 by 0. Add it to the root.",
            {" + self.eps": ""},
        ),
        "root_left_out": instead(
            "You divide by the squares themselves. Divide by their root.", {"new.sqrt()": "new"}
        ),
        "gradient_not_squared": instead(
            "You collect the gradient’s absolute value. Collect its square, `g**2`.", {"g**2": "g.abs()"}
        ),
        "divided_by_the_old_squares": instead(
            "You divide by what was collected before this step. Bring it up to date first, with this gradient’s square.",
            {"new.sqrt()": "(old + 0 * g).sqrt()"},
        ),
        "one_square_for_the_whole_tensor": instead(
            "You collect one number for a whole tensor. Each element has its own: square and add elementwise.",
            {"g**2": "(g**2).sum()"},
        ),
    }


def other_defaults(instead: Callable[..., Misconception], others: dict[str, str]) -> dict[str, Misconception]:
    """Return the misconceptions of another default, by name; `others` has it for each that is asked, as `eps=1e-8`."""
    found = {}
    for asked, other in others.items():
        name, _, value = asked.partition("=")
        called = "learning_rate" if name == "lr" else name
        hint = f"Your default of `{name}` is not the one that is asked: {value}."
        found[f"{called}_of_another_default"] = instead(hint, {asked: f"{name}={other}"})
    return found
