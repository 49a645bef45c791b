"""Write down what stands at the deadline: every repository's head, and the commits themselves where they are here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course.model import Course
from autograder.errors import AutograderError
from autograder.repos import clones, layouts
from autograder.repos.git import Git, GitError, checked_address, without_credentials
from autograder.repos.layouts import Found
from autograder.repos.objects import Objects, keep
from autograder.repos.picking import PASSED_OVER
from autograder.repos.times import MANIFEST

Steps = Callable[[Iterable[Found], str], Iterable[Found]]


def snapshot(
    course: Course,
    assignment: str,
    place: Path,
    target: Path,
    branch: str = "",
    remote: bool = False,
    local: bool = False,
    steps: Steps = lambda items, what: items,
) -> dict[str, Any]:
    """Write the manifest and return it.

    Args:
        place: The folder of clones.
        target: The file to write. One that is there already is never overwritten: it is evidence.
        branch: The branch that counts (default: each repository's own).
        remote: Ask the servers what stands there now. Without it the clones say what they know; fetch them first.
        local: Let addresses be folders of this machine, too.

    Raises:
        AutograderError: The folder or the file cannot be used. A single repository that cannot be read is recorded with the reason.
    """
    if target.exists():
        raise AutograderError(
            f"{target} is there already, and a manifest is evidence. Name another file with --out."
        )
    rows = []
    taken = datetime.now(UTC).isoformat(
        timespec="seconds"
    )  # before the first: nothing pushed later is covered
    for found in steps([f for f in layouts.look(place).found if f.kind == "clone"], "Looking"):
        row = {
            "repository": found.name,
            "address": without_credentials(found.address),
            "ref": "",
            "sha": "",
        }
        try:
            name, sha, note = (
                _remote(course, assignment, found, branch, local)
                if remote
                else _local(course, assignment, found, branch)
            )
            row |= {"ref": f"refs/heads/{name}" if name else "", "sha": sha}
            row |= {"note": note} if note else {}
        except AutograderError as error:
            row["problem"] = str(error)
        rows.append(row)
    if not rows:
        raise AutograderError(
            f"There is no clone in {place}. Name the folder that holds the clones with --from."
        )
    values = {"schema": MANIFEST, "assignment": assignment, "taken_at": taken, "repositories": rows}
    partial = target.with_name(f".{target.name}.partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, target)
    return values


def _local(course: Course, assignment: str, found: Found, branch: str) -> tuple[str, str, str]:
    """Return the branch, its head, and a note: the head is evidence, even if the commit cannot be kept."""
    ours = clones.store(course, assignment, found.name)
    clone = clones.open_clone(ours, found)
    name = branch or clone.default
    sha = clone.heads.get(name, "")
    if not sha:
        return name, "", ""
    try:
        with Objects(clone.git) as objects:
            commit = objects.commit(sha)
            tree = objects.files(commit.tree, PASSED_OVER)
        ref = f"refs/snapshots/{sha[:12]}"
        keep(ours, clone.git, commit, tree, ref, course.limits.notebook_with_outputs << 20)
    except GitError as error:
        return name, sha, f"Its head is written down, but the commit could not be kept here: {error}"
    return name, sha, ""


def _remote(course: Course, assignment: str, found: Found, branch: str, local: bool) -> tuple[str, str, str]:
    if not found.address:
        raise GitError("The clone does not say where it came from.")
    git = Git(clones.store(course, assignment, found.name).folder, network=True, local=local)
    heads, symbolic = clones.refs(git, checked_address(found.address, local))
    name = branch or symbolic.get("HEAD", "").removeprefix("refs/heads/")
    return name, heads.get(f"refs/heads/{name}", ""), ""
