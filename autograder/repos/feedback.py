"""Give feedback back: pages on the orphan branch `grading/<assignment>` of each repository. Nothing is sent unasked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Assignment, Course
from autograder.errors import AutograderError
from autograder.gradebook.results import StudentResult, class_results
from autograder.repos import clones, comments, layouts, pages, record
from autograder.repos.git import (
    RECEIVE_PACK,
    UPLOAD_PACK,
    Git,
    GitError,
    checked_address,
    own_repository,
    without_credentials,
)
from autograder.repos.record import Entry

Steps = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass
class Result:
    """What became of one repository."""

    repository: str
    students: list[str]
    said: str = ""
    failed: bool = False


def give_feedback(
    course: Course,
    assignment: Assignment,
    push: bool,
    comment: bool,
    dry_run: bool,
    local: bool,
    steps: Steps = lambda items, what: items,
) -> list[Result]:
    """Write the pages of everything that was imported; push them if asked, and write comments if asked.

    Raises:
        AutograderError: Nothing was imported or graded.
    """
    made = record.required(course, assignment.name)
    results = {each.student: each for each in class_results(course, assignment, steps)}
    if not any(each.status == "graded" for each in results.values()):
        raise AutograderError(f"Nothing is graded yet. Grade first: `autograder grade {assignment.name}`.")
    if comment and not dry_run:
        comments.require()
    told = []
    for entry in steps([e for e in made.entries if e.students and not e.problem], "Giving feedback"):
        result = Result(entry.repository, entry.students)
        told.append(result)
        graded = [results[s] for s in entry.students if s in results and results[s].status == "graded"]
        if not graded:
            result.said = "not graded yet"
            continue
        try:
            files = _files(assignment, graded)
            folder = clones.private(course, assignment.name) / "pages" / clones.key(entry.repository)
            _write(folder, files)
            result.said = (
                _send(course, assignment, entry, files, push, dry_run, local) or f"pages in {folder}"
            )
            if comment and entry.kind == "clone":
                result.said += "; " + _comment(assignment, entry, graded, push, dry_run, local)
        except AutograderError as error:
            result.said, result.failed = str(error), True
        except OSError as error:
            result.said, result.failed = f"{error.strerror}: {error.filename or ''}", True
    return told


def _files(assignment: Assignment, graded: list[StudentResult]) -> dict[str, str]:
    """Return the branch's files: the page itself for one student, a list of pages for a group."""
    if len(graded) == 1:
        return {
            "README.md": pages.markdown(assignment, graded[0]),
            "feedback.html": pages.page(assignment, graded[0]),
        }
    lines = [f"# {assignment.name}", ""]
    files = {}
    for result in graded:
        name = f"feedback-{clones.key(result.student)}"
        files[f"{name}.md"] = pages.markdown(assignment, result)
        files[f"{name}.html"] = pages.page(assignment, result)
        lines.append(f"- [{pages.safe(result.name or result.student)}]({name}.md)")
    return {"README.md": "\n".join(lines) + "\n", **files}


def _write(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _address(entry: Entry) -> str:
    """Return where the clone came from; the record's own copy has no credentials in it."""
    return layouts.origin(Path(entry.path)) or entry.address


def _send(
    course: Course,
    assignment: Assignment,
    entry: Entry,
    files: dict[str, str],
    push: bool,
    dry_run: bool,
    local: bool,
) -> str:
    branch = f"grading/{assignment.name}"
    if entry.kind != "clone" or not (push or dry_run):
        return ""
    address = checked_address(_address(entry), local)
    if dry_run:
        return f"would push to {branch} of {without_credentials(address)}"
    own = own_repository(clones.private(course, assignment.name) / "feedback.git")
    git = Git(own.folder, network=True, local=local)
    kept = f"refs/pushed/{clones.key(entry.repository)}"
    tree = _tree(own, files)
    server = ("--upload-pack", UPLOAD_PACK) if address.startswith("/") else ()
    seen = git.text("ls-remote", *server, "--", address, f"refs/heads/{branch}").split("\t")[0]
    if seen:
        git.run("fetch", "--quiet", "--no-tags", *server, "--", address, f"+refs/heads/{branch}:{kept}")
    before = own.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", kept).stdout.decode().strip()
    if before and own.text("rev-parse", f"{before}^{{tree}}") == tree:
        commit = before
        if seen == before:
            return "unchanged since the last time"
    else:
        commit = _commit(own, assignment, tree, before)
    server = ("--receive-pack", RECEIVE_PACK) if address.startswith("/") else ()
    git.run(
        "push", "--quiet", "--no-verify", "--no-follow-tags", "--no-signed", *server, "--", address,
        f"{commit}:refs/heads/{branch}",
    )  # fmt: skip
    own.run("update-ref", kept, commit)
    return f"pushed to {branch}"


def _tree(git: Git, files: dict[str, str]) -> str:
    lines = []
    for name, text in sorted(files.items()):
        blob = git.text("hash-object", "-w", "--stdin", data=text.encode())
        lines.append(f"100644 blob {blob}\t{name}")
    return git.text("mktree", data=("\n".join(lines) + "\n").encode())


def _commit(git: Git, assignment: Assignment, tree: str, parent: str) -> str:
    who = ("-c", "user.name=Course grading", "-c", "user.email=grading@localhost")
    after = ("-p", parent) if parent else ()
    return git.text(*who, "commit-tree", tree, *after, "-m", f"Feedback on {assignment.name} [skip ci]")


def _comment(
    assignment: Assignment, entry: Entry, graded: list[StudentResult], push: bool, dry_run: bool, local: bool
) -> str:
    if dry_run:
        return "would write a comment"
    if not push:
        return "no comment without --push"
    texts = [pages.markdown(assignment, result) for result in graded[:1]]
    if len(graded) > 1:
        texts = [f"The feedback of all {len(graded)} of you is on the branch `grading/{assignment.name}`."]
    try:
        return comments.write(checked_address(_address(entry), local), assignment.name, texts[0])
    except GitError as error:
        raise GitError(f"pushed, but without a comment: {error}") from error
