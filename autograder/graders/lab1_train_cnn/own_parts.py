"""Say whether a student's own `train_one_epoch` and `evaluate` are right where `fit` would use them.

Where both are, a `fit` that goes wrong has nobody else to blame, and no stand-in is tried.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograder.graders.lab1_train_cnn import evaluate, instruments, train_one_epoch
from autograder.grading.compare import difference
from autograder.grading.observers import run_here
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Net

_REFERENCES = {"train_one_epoch": train_one_epoch.reference, "evaluate": evaluate.reference}


def own_parts_are_right(student: Student, spec: dict[str, Any]) -> bool:
    """Try both functions on the network, the loaders and the optimizer of a training.

    Args:
        student: The student.
        spec: The specification of a call of `fit`.
    """
    return all(_is_right(student, call) for call in _calls(spec))


def _calls(spec: dict[str, Any]) -> list[dict[str, Any]]:
    model, train, val, _, lr = spec["args"]
    criterion, adam = instruments.criterion(), instruments.optimizer("Adam", lr=lr)
    common = {"kwargs": {}, "seed": 0, "grad": True}
    calls: list[dict[str, Any]] = []
    for training in (True, False):
        net = replace(model, training=training)
        calls.append(
            {"item": "train_one_epoch", "args": [net, train, criterion, adam], "repeat": 2, **common}
        )
        # A wrong accuracy of a few samples may be right by chance: so on other data and other weights as well.
        for each, loader in ((net, val), (net, train), (_turned(net), val), (_turned(net), train)):
            calls.append({"item": "evaluate", "args": [each, loader, criterion], "repeat": 2, **common})
    return calls


def _turned(net: Net) -> Net:
    """Return the network with the signs of its weights turned."""
    return replace(net, state={k: -v if k.endswith("weight") else v for k, v in net.state.items()})


def _is_right(student: Student, call: dict[str, Any]) -> bool:
    item = call["item"]
    reply = student.observer.observe("call", call, student.limits.call)
    expected = run_here({item: _REFERENCES[item]}, "call", call)
    if reply.status != "ok":
        return False
    try:
        mine, theirs = _judged(item, reply.value), _judged(item, expected.value)
    except (KeyError, TypeError, AttributeError):
        return False
    return difference(mine, theirs) is None


def _judged(item: str, seen: dict[str, Any]) -> dict[str, Any]:
    net = seen["nets"]["model"]
    judged = {name: seen[name] for name in ("result", "grad_enabled")}
    judged |= {name: net[name] for name in ("state", "requires_grad")}
    if item == "evaluate":
        judged["training"] = net["training"]  # after training, any mode will do
    return judged
