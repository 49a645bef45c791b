"""Say whether a student's own functions for one epoch and for an evaluation are right for all that a right training asks of them.

Where both are, a training that goes wrong has nobody else to blame, and no stand-in is tried.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from autograder.graders.kit import instruments
from autograder.grading.compare import difference
from autograder.grading.observers import run_here
from autograder.grading.student import Student
from autograder.sandbox.inside.parts import Net


def own_parts_are_right(student: Student, spec: dict[str, Any], epoch: str, evaluation: str) -> bool:
    """Try both functions on the network, the loaders and the optimizer of a training.

    Args:
        student: The student.
        spec: The specification of a call of the training.
        epoch: The item that trains for one epoch.
        evaluation: The item that evaluates.
    """
    known = {item: student.material(item).reference for item in (epoch, evaluation)}
    calls = _calls(spec, epoch, known[epoch], evaluation)
    return all(_is_right(student, call, known[call["item"]], call["item"] == evaluation) for call in calls)


def _calls(spec: dict[str, Any], epoch: str, trains: Any, evaluation: str) -> list[dict[str, Any]]:
    """Return all that a right training would ask of both: the epochs, and the network after each."""
    model, train, val, epochs, lr = spec["args"]
    criterion, adam = instruments.criterion(), instruments.optimizer("Adam", lr=lr)
    common = {"kwargs": {}, "seed": 0, "grad": True}

    def training(net: Net, repeat: int) -> dict[str, Any]:
        args = [net, train, criterion, adam]
        return {"item": epoch, "args": args, "repeat": repeat, **common}

    nets = [replace(model, training=False)]

    def followed(net: torch.nn.Module, *others: Any) -> Any:
        loss = trains(net, *others)
        nets.append(replace(model, state={name: each.clone() for name, each in net.state_dict().items()}))
        return loss

    run_here({epoch: followed}, "call", training(model, epochs))
    return [
        training(model, epochs),
        training(replace(model, training=False), epochs),
        *({"item": evaluation, "args": [net, val, criterion], "repeat": 2, **common} for net in nets),
    ]


def _is_right(student: Student, call: dict[str, Any], known: Any, evaluates: bool) -> bool:
    reply = student.observer.observe("call", call, student.limits.call)
    expected = run_here({call["item"]: known}, "call", call)
    if reply.status != "ok":
        return False
    try:
        mine, theirs = (_judged(seen, evaluates) for seen in (reply.value, expected.value))
    except (KeyError, TypeError, AttributeError):
        return False
    return difference(mine, theirs) is None


def _judged(seen: dict[str, Any], evaluates: bool) -> dict[str, Any]:
    net = seen["nets"]["model"]
    judged = {name: seen[name] for name in ("result", "grad_enabled")}
    judged |= {name: net[name] for name in ("state", "requires_grad")}
    if evaluates:
        judged["training"] = net["training"]  # after training, any mode will do
    return judged
