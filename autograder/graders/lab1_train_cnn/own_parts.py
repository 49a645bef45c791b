"""Say whether a student's own `train_one_epoch` and `evaluate` are right for all that a right `fit` asks of them.

Where both are, a `fit` that goes wrong has nobody else to blame, and no stand-in is tried.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from autograder.graders.kit import instruments
from autograder.graders.lab1_train_cnn.evaluate import reference as evaluate
from autograder.graders.lab1_train_cnn.train_one_epoch import reference as train_one_epoch
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
    """Return all that a right `fit` would ask of both in this training: the epochs, and the network after each."""
    model, train, val, epochs, lr = spec["args"]
    criterion, adam = instruments.criterion(), instruments.optimizer("Adam", lr=lr)
    common = {"kwargs": {}, "seed": 0, "grad": True}

    def training(net: Net, repeat: int) -> dict[str, Any]:
        args = [net, train, criterion, adam]
        return {"item": "train_one_epoch", "args": args, "repeat": repeat, **common}

    nets = [replace(model, training=False)]

    def epoch(net: torch.nn.Module, *others: Any) -> float:
        loss = train_one_epoch.reference(net, *others)
        nets.append(replace(model, state={name: each.clone() for name, each in net.state_dict().items()}))
        return loss

    run_here({"train_one_epoch": epoch}, "call", training(model, epochs))
    return [
        training(model, epochs),
        training(replace(model, training=False), epochs),
        *({"item": "evaluate", "args": [net, val, criterion], "repeat": 2, **common} for net in nets),
    ]


def _is_right(student: Student, call: dict[str, Any]) -> bool:
    item = call["item"]
    reply = student.observer.observe("call", call, student.limits.call)
    expected = run_here(_REFERENCES, "call", call)
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
