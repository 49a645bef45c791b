"""Judge whether batches are moved to the device: the network lies on `meta`, which every machine has.

A meta tensor holds no values, so even a right answer stops at its first number. How it ends is not asked; where the
images that reach the network and the labels that reach the criterion lie was written down before that.
"""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from typing import Any

from autograder.grading import causes
from autograder.grading.observers import run_here
from autograder.grading.outcomes import Failed
from autograder.grading.student import Student

_ADVICE = {
    "images and labels": "Images and labels stay where the loader left them. `.to` returns a new tensor: write `x, y = x.to(device), y.to(device)` at the start of the loop.",
    "images": "The labels are moved to `device` and the images are not. `.to` returns a new tensor: write `x = x.to(device)` as well.",
    "labels": "The images are moved to `device` and the labels are not. `.to` returns a new tensor: write `y = y.to(device)` as well.",
}


def require_moved(student: Student, item: str, *parts: Any) -> None:
    """Fail where images or labels reach network or criterion without having been moved to the device.

    Args:
        student: The student.
        item: What trains for an epoch, or evaluates.
        parts: The network, the loader, the criterion, and what else the item takes before the device.
    """
    called = f"{item}(…, device), with a network on another device than the loader's batches"
    spec = _spec(item, parts)
    seen = student.observation("devices", item, spec, called)
    left = _left(seen)
    if not left:
        if not seen.get("network"):  # no proof either way, so it costs nothing
            student.advice.append(
                f"On another device `{item}` stops before its network gets a batch. A person should look whether batches are moved."
            )
        return
    matches = [
        each.name
        for each in (student.material(item).misconceptions if causes.sought() else ())
        if (theirs := run_here({item: each.function}, "devices", spec)).status == "ok"
        and _left(theirs.value) == left
    ]
    what = "images and labels" if len(left) == 2 else "images" if "images" in left else "labels"
    raise Failed(
        called, f"{what} that were not on the device", "each batch moved to `device`", _ADVICE[what], matches
    )


def moved(student: Student, item: str, *parts: Any) -> bool | None:
    """Say whether images and labels were moved; None where no batch is used (see `require_moved`)."""
    seen = student.observation("devices", item, _spec(item, parts), item)
    return not _left(seen) if seen.get("network") and seen.get("labels") else None


def _spec(item: str, parts: tuple[Any, ...]) -> dict[str, Any]:
    return {"item": item, "args": list(parts), "device": "meta", "seed": 0}


def _left(seen: Any) -> set[str]:
    """Return what was not moved: images, labels, both, or nothing; nothing as well where nobody looked."""
    try:
        network = {str(each) for each in seen["network"]}
        labels = {str(each) for each in seen["labels"]}
    except (KeyError, TypeError):
        return set()
    return {name for name, places in (("images", network), ("labels", labels)) if places - {"meta"}}
