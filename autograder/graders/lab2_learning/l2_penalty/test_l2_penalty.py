"""Hidden tests of `l2_penalty`."""

# CANARY-5b0c2f6e-hidden-grader

from dataclasses import replace
from functools import partial

import torch

from autograder.graders.kit.several_calls import all_of
from autograder.grading import item
from autograder.grading.compare import Difference, difference
from autograder.grading.outcomes import Failed
from autograder.grading.student import call_text
from autograder.sandbox.inside.parts import Net


def _net(rng, dtype=torch.float32):
    """Return a network with a convolution, batch norm, whose buffers are no parameters, and a linear layer; nothing in it is zero."""
    state = {
        "0.weight": rng.normal(3, 2, 3, 2), "0.bias": rng.normal(3),
        "1.weight": 1 + rng.uniform(3), "1.bias": rng.normal(3),
        "1.running_mean": 3 * rng.normal(3), "1.running_var": 2 + rng.uniform(3), "1.num_batches_tracked": torch.tensor(7),
        "3.weight": rng.normal(4, 5), "3.bias": rng.normal(4),
    }  # fmt: skip
    layers = [["Conv2d", 2, 3, [3, 2]], ["BatchNorm2d", 3], ["ReLU"], ["Linear", 5, 4]]
    return Net("model", layers, {k: v.to(dtype) if v.is_floating_point() else v for k, v in state.items()})


def _check(student, net, weight_decay, gradient=False):
    """Compare the penalty, or its gradient, with the reference's; the network stays as it was."""
    args = [net, weight_decay]
    spec = {"item": "l2_penalty", "args": args, "kwargs": {}, "seed": 0, "backward": torch.tensor(1.0)}

    def judge(seen, expected):
        if (found := difference(seen["result"], expected["result"])) is not None:
            return found
        if not gradient:
            return difference(_state(seen), _state(expected), None, "the model after the call")
        if all(each is None for each in seen["gradients"]):
            return Difference("value", _CUT)
        return difference(seen["gradients"], expected["gradients"], None, "the list of gradients")

    def same(seen, theirs):
        if type(seen["result"]) is not type(theirs["result"]):
            return Difference("type", "a number or a tensor")
        return difference(*([each["result"], each["gradients"], _state(each)] for each in (seen, theirs)))

    try:
        student.compare("call", "l2_penalty", spec, judge, call_text("l2_penalty", args, {}), same=same)
    except Failed as failure:
        if "gradient" in failure.got:
            failure.advice = "Call `l2_penalty(model, 0.1).backward()` and compare `p.grad` with `0.1 * p` for each parameter. Compute with the parameters themselves, under no `no_grad()`."
        raise


_CUT = "a number through which no gradient reaches the weights, expected a gradient of weight_decay * w for each weight w"


def _state(seen):
    return seen["nets"]["model"]["state"]


@item("l2_penalty", gate=True)
def test_l2_penalty_is_a_scalar(student, rng):
    """`l2_penalty` takes a model and a number, and returns a scalar."""
    student.check("l2_penalty", _net(rng), 0.1, form_only=True)


@item("l2_penalty", weight=1.5)
def test_l2_penalty_value(student, rng):
    """The penalty is weight_decay / 2 times the sum of the squares of all weights and biases."""
    decays = (rng.number(1, 9) / 100, rng.number(11, 19) / 10, 0.5)
    all_of(*(partial(_check, student, _net(rng), each) for each in decays))


@item("l2_penalty", weight=1)
def test_l2_penalty_gradient(student, rng):
    """The gradient of the penalty is weight_decay · w for each weight w."""
    decays = (rng.number(2, 9) / 100, rng.number(11, 19) / 10)
    all_of(*(partial(_check, student, _net(rng), each, gradient=True) for each in decays))


@item("l2_penalty", weight=0.5)
def test_l2_penalty_of_trainable_ones(student, rng):
    """Frozen parameters (`requires_grad=False`) do not count."""
    for frozen in (["0.weight", "3.bias"], ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight"]):
        net = replace(_net(rng), frozen=frozen)
        _check(student, net, 0.3)
        _check(student, net, 0.3, gradient=True)


@item("l2_penalty", weight=0.5)
def test_l2_penalty_reaches_everywhere(student, rng):
    """Layers inside layers and parameters of the model itself count, a shared one once; float64 stays float64."""
    inner = ["Sequential", ["Linear", 3, 2], ["Sequential", ["PReLU", 2], ["Linear", 2, 3, {"bias": False}]]]
    state = {
        "0.weight": rng.normal(3, 3), "0.bias": rng.normal(3), "gain": rng.normal(2, 4), "scale": 1 + rng.uniform(1)[0],
        "1.0.weight": rng.normal(2, 3), "1.0.bias": rng.normal(2), "1.1.0.weight": rng.normal(2), "1.1.1.weight": rng.normal(3, 2),
    }  # fmt: skip
    layers = [["Linear", 3, 3], inner]
    _check(student, Net("model", layers, state, own={"gain": [2, 4], "scale": []}), 0.7)
    shared = dict.fromkeys(["0.weight", "2.weight"], rng.normal(4, 4))
    layers = [["Linear", 4, 4, {"bias": False}], ["ReLU"], ["Linear", 4, 4, {"bias": False}]]
    _check(student, Net("model", layers, shared, tied={"2.weight": "0.weight"}), 0.4)
    _check(student, _net(rng, torch.float64), 0.2, gradient=True)
