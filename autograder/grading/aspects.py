"""What two observations must agree in: the result, the inputs, weights, modes, gradient state, calls."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import torch

from autograder.grading.compare import Difference, difference
from autograder.grading.items import Material


def compare_aspect(
    aspect: str, seen: dict[str, Any], expected: dict[str, Any], known: Material, scale: Any, any_float: bool
) -> Difference | None:
    match aspect:
        case "result":
            got, wanted, any_float = seen["result"], expected["result"], known.lenient or any_float
            if known.lenient:
                got = _as_tensors(got)
            found = difference(got, wanted, scale, "the result", any_float, known.results)
            if found is None:
                return None
            try:
                mine, theirs = known.normalise(got), known.normalise(wanted)
            except (ArithmeticError, AttributeError, IndexError, RuntimeError, TypeError, ValueError):
                return found  # of a form that has no canonical one
            if mine is got and theirs is wanted:
                return found
            first = found
            found = difference(mine, theirs, scale, "the result", any_float, known.results)
            if found is not None and found.kind == first.kind and first.kind in ("type", "dtype"):
                return first
            if found is not None and first.kind == "value" and _one_alone(got, wanted, first, any_float):
                return first  # plainer than what has become of it in the canonical form
            if found is not None and found.kind == "shape" and known.lenient:
                lengths = [part.numel() for part in mine if isinstance(part, torch.Tensor)]
                if len(mine) != len(theirs):
                    return found
                if len(set(lengths)) > 1:
                    return Difference(
                        "shape",
                        f"the result has {', '.join(map(str, lengths))} numbers, expected equally many in each",
                    )
                count = len(mine[0]) if isinstance(mine[0], torch.Tensor) and mine[0].ndim else 0
                return Difference(
                    "value", f"the result is a curve of {count} corners, expected one of {len(theirs[0])}"
                )
            return found
        case "form":  # type and dtype, where the values count whatever these are (`Material.normalise`)
            found = difference(seen["result"], expected["result"], scale, "the result", any_float)
            return found if found is not None and found.kind in ("type", "dtype") else None
        case "inputs":
            for i, (mine, theirs) in enumerate(zip(seen["inputs"], expected["inputs"], strict=True)):
                where = f"argument {i + 1} after the call"
                if found := difference(mine, theirs, None, where):
                    if isinstance(theirs, list):
                        return Difference("value", f"{where} is {mine}"[:300] + f", expected {theirs}"[:300])
                    return Difference("value", found.text)
                if isinstance(theirs, torch.Tensor) and not torch.equal(mine, theirs):
                    # no rounding forgives it: who puts 1e-12 in the place of zeros has changed the caller's
                    return Difference(
                        "value", f"argument {i + 1} after the call with a small change, expected it as it was"
                    )
        case "recording":
            if seen["recording"] != expected["recording"]:
                return Difference(
                    "value", "an argument that records gradients after the call, expected it as it was"
                )
        case "grad":
            return difference(
                seen["grad_enabled"], expected["grad_enabled"], None, "torch.is_grad_enabled() after the call"
            )
        case "quiet":
            # However many forward passes a right answer makes (one a batch, or one in all): their modes count.
            ran, wanted = ({(bool(e[0]), bool(e[1])) for e in each["log"]} for each in (seen, expected))
            if ran and ran != wanted:
                mode = "training mode" if any(training for training, _ in ran) else "evaluation mode"
                grad = "recorded" if any(recorded for _, recorded in ran) else "not recorded"
                return Difference(
                    "value",
                    f"forward passes in {mode}, gradients {grad}, expected evaluation mode, gradients not recorded",
                )
            frozen = [net["requires_grad"] for net in seen["nets"].values()]
            if frozen != [net["requires_grad"] for net in expected["nets"].values()]:
                return Difference(
                    "value", "frozen parameters after the call, expected parameters as they were"
                )
        case "log":
            return difference(seen["log"], expected["log"], None, "the list of forward passes")
        case "evaluating":  # whether gradients are recorded is the function's own matter
            if any(e[0] for e in seen["log"]) != any(e[0] for e in expected["log"]):
                return Difference("value", "forward passes in training mode, expected evaluation mode")
        case "batches":
            mine, theirs = (max((e[2] for e in each["log"]), default=0) for each in (seen, expected))
            if mine > theirs:
                return Difference("value", f"batches of up to {mine} images, expected at most {theirs}")
        case "hooks" | "gradients" | "learning":
            for name in expected["nets"]:
                if found := _left_behind(aspect, seen["nets"][name], expected["nets"][name]):
                    return found
        case "graph":
            if seen["graph"] != expected["graph"]:
                return Difference("value", "tensors that hang on a graph, expected tensors without one")
        case "own":
            if seen["shared"] != expected["shared"]:
                return Difference(
                    "value", "memory of an argument or of the model, expected a tensor of its own"
                )
        case "keys":
            if isinstance(seen["result"], dict) and seen["result"].keys() != expected["result"].keys():
                mine, theirs = (sorted(each["result"]) for each in (seen, expected))
                return Difference("value", f"the result is a dict of {mine}"[:300] + f", expected {theirs}")
        case "error":
            mine, theirs = seen["error"], expected["error"]
            if theirs is None and mine is not None:
                return Difference(
                    "value", f"{mine['kinds'][0]}: {mine['message']}, expected a result, not an error"
                )
            if theirs is not None and (mine is None or theirs["kinds"][0] not in mine["kinds"]):
                got = "no error" if mine is None else f"{mine['kinds'][0]}: {mine['message']}"
                return Difference("value", f"{got[:300]}, expected a {theirs['kinds'][0]}")
        case "passes":  # whether anything ran
            if bool(seen["log"]) != bool(expected["log"]):
                return Difference("value", "a forward pass of the model, expected none")
        case "script":
            return difference(seen["script"], expected["script"], None, "the list of calls")
        case "weights" | "modes":
            key = "state" if aspect == "weights" else "training"
            for name in expected["nets"]:
                if found := difference(
                    seen["nets"][name][key], expected["nets"][name][key], None, f"`{name}` after the call"
                ):
                    return found
    return None


def _left_behind(aspect: str, seen: dict[str, Any], expected: dict[str, Any]) -> Difference | None:
    """Say what of hooks, gradients and frozen parameters a call leaves on a network."""
    if aspect == "gradients":
        if seen["grad_left"] != expected["grad_left"]:
            return Difference("value", "gradients in the model's parameters after the call, expected none")
        if seen["has_grad"] != expected["has_grad"]:
            return Difference(
                "value", "gradients of 0 in the model's parameters after the call, expected None as before"
            )
        return None
    key = "hooks" if aspect == "hooks" else "requires_grad"
    if seen[key] == expected[key]:
        return None
    if aspect == "learning":
        return Difference(
            "value",
            "parameters with another `requires_grad` after the call, expected parameters as they were",
        )
    mine, theirs = (sum(each["hooks"].values()) for each in (seen, expected))
    said = f"{mine} hook{'' if mine == 1 else 's'} on the model's layers after the call, expected {theirs}"
    return Difference("value", said)


def _one_alone(got: Any, wanted: Any, first: Difference, any_float: bool) -> bool:
    """Say whether all of several results are right as they stand but for the one in which they first differ."""
    if first.part is None:
        return False
    pairs = enumerate(zip(got, wanted, strict=True))
    return all(i == first.part or not difference(a, b, any_float=any_float) for i, (a, b) in pairs)


def _as_tensors(value: Any) -> Any:
    """Turn arrays and lists of numbers inside a tuple into tensors, where any sequence will do."""
    if not isinstance(value, (tuple, list)):
        return value
    return tuple(
        torch.as_tensor(each) if isinstance(each, (list, tuple, np.ndarray)) and len(each) else each
        for each in value
    )


def traces_of(seen: dict[str, Any]) -> Any:
    """Return what tells mistakes apart but is never judged: order of passes and steps, gradients left behind."""
    nets = seen.get("nets", {})
    return seen.get("order"), [(net.get("requires_grad"), net.get("has_grad")) for net in nets.values()]


def same_error(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Say whether two errors are the same: numbers are sizes and places, and tell mistakes apart; addresses in memory do not."""

    def form(error: dict[str, Any]) -> tuple[str, str]:
        return error["type"], re.sub(r"0x[0-9a-fA-F]+", "0x#", error["message"])

    return form(mine) == form(theirs)
