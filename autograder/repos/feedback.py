"""Give feedback back: pages on the orphan branch `grading/<assignment>` of each repository. Nothing is sent unasked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from autograder.course.model import Assignment, Course
from autograder.errors import AutograderError
from autograder.gradebook.results import StudentResult, current_results
from autograder.gradebook.submission_words import sentences
from autograder.gradebook.whose_language import require_spoken
from autograder.grading.scorecard import without_inputs
from autograder.pages.language import Language, of_assignment
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


@dataclass(frozen=True)
class Sending:
    """What may be sent: the pages, a comment, or only words about it; and whether addresses may be folders of this machine."""

    push: bool = False
    comment: bool = False
    dry_run: bool = False
    local: bool = False


def give_feedback(
    course: Course,
    assignment: Assignment,
    sending: Sending,
    steps: Steps = lambda items, what: items,
    language: str = "",
) -> list[Result]:
    """Write the pages of everything that was imported; push them if asked, and write comments if asked.

    All are in one `language`; "" for each student's own.

    Raises:
        AutograderError: Nothing was imported or graded, or nothing is said in that language.
    """
    require_spoken(course, language)
    made = record.required(course, assignment.name)
    results = {each.student: each for each in current_results(course, assignment, steps, language)}
    if not course.shows_inputs(assignment):
        for each in results.values():
            each.cards = {name: without_inputs(card) for name, card in each.cards.items()}
    if not any(each.status == "graded" for each in results.values()):
        raise AutograderError(f"Nothing is graded yet. Grade first: `autograder grade {assignment.name}`.")
    if sending.comment and not sending.dry_run:
        comments.require()
    post = _Post(course, assignment, sending, made.entries)
    told = []
    for entry in steps(made.entries, "Giving feedback"):
        result = Result(entry.repository, entry.students)
        told.append(result)
        graded = [results[s] for s in entry.students if s in results and results[s].status == "graded"]
        if entry.problem or not entry.students:
            result.said = f"not imported: {entry.problem or 'its students have another submission'}"
        elif not graded:
            excused = all(s in results and results[s].status == "excused" for s in entry.students)
            result.said = "excused" if excused else "not graded yet"
        else:
            try:
                result.said = post.give(entry, graded)
            except AutograderError as error:
                result.said, result.failed = str(error), True
            except OSError as error:
                result.said, result.failed = f"{error.strerror}: {error.filename or ''}", True
    return told


class _Post:
    """Write pages and send them where their repositories came from."""

    def __init__(
        self, course: Course, assignment: Assignment, sending: Sending, entries: list[Entry]
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.sending = sending
        self.folder = clones.private(course, assignment.name)
        self.branch = f"grading/{assignment.name}"
        self.at: dict[str, list[str]] = {}  # the repositories that say they came from an address
        for entry in entries:
            if entry.kind == "clone":
                self.at.setdefault(_plain(_address(entry)), []).append(entry.repository)

    def give(self, entry: Entry, graded: list[StudentResult]) -> str:
        """Return what was done for one repository."""
        files = _files(self.course, self.assignment, graded)
        pages_folder = self.folder / "pages" / clones.key(entry.repository)
        _write(pages_folder, files)
        if entry.kind != "clone" or not (self.sending.push or self.sending.dry_run):
            said = f"pages in {pages_folder}"
        else:
            said = self._send(entry, files)
        if self.sending.comment and entry.kind == "clone":
            said += "; " + self._comment(entry, graded)
        return said

    def _checked(self, entry: Entry) -> str:
        """Return the address to send to.

        Raises:
            GitError: It is none, or another clone has the same: a student can write any address into a clone.
        """
        address = checked_address(_address(entry), self.sending.local)
        others = self.at.get(_plain(address), [])
        if len(others) > 1:
            raise GitError(
                f"{', '.join(others)} all say that they came from {without_credentials(address)}, so nothing is sent there. Mend the address (`git remote set-url origin`), or take one of them away and import again."
            )
        return address

    def _send(self, entry: Entry, files: dict[str, str]) -> str:
        address = self._checked(entry)
        if self.sending.dry_run:
            return f"would push to {self.branch} of {without_credentials(address)}"
        own = own_repository(self.folder / "feedback.git")
        git = Git(own.folder, network=True, local=self.sending.local)
        kept = f"refs/pushed/{clones.key(entry.repository)}"
        tree = _tree(own, files)
        server = ("--upload-pack", UPLOAD_PACK) if address.startswith("/") else ()
        seen = git.text("ls-remote", *server, "--", address, f"refs/heads/{self.branch}").split("\t")[0]
        if seen:  # only its newest commit: a student may have pushed anything there
            git.run(
                "fetch", "--quiet", "--no-tags", "--depth=1", *server, "--", address,
                f"+refs/heads/{self.branch}:{kept}",
            )  # fmt: skip
        done = own.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", kept)
        before = done.stdout.decode().strip()
        if before and own.text("rev-parse", f"{before}^{{tree}}") == tree:
            commit = before
            if seen == before:
                return "unchanged since the last time"
        else:
            commit = _commit(own, self.assignment, tree, before)
        server = ("--receive-pack", RECEIVE_PACK) if address.startswith("/") else ()
        git.run(
            "push", "--quiet", "--no-verify", "--no-follow-tags", "--no-signed", *server, "--", address,
            f"{commit}:refs/heads/{self.branch}",
        )  # fmt: skip
        own.run("update-ref", kept, commit)
        return f"pushed to {self.branch}"

    def _comment(self, entry: Entry, graded: list[StudentResult]) -> str:
        if self.sending.dry_run:
            return "would write a comment"
        if not self.sending.push:
            return "no comment without --push"
        words = of_assignment(graded[0].language, self.assignment.name)
        if len(graded) == 1:
            text = pages.markdown(self.assignment, graded[0], *_told(self.course, self.assignment, graded[0]))
        else:
            text = words(
                "The feedback of all {number} of you is on the branch `{branch}`.",
                number=len(graded),
                branch=self.branch,
            )
        try:
            return comments.write(self._checked(entry), self.assignment.name, text)
        except GitError as error:
            raise GitError(f"pushed, but without a comment: {error}") from error


def _told(course: Course, assignment: Assignment, result: StudentResult) -> tuple[Language, list[str]]:
    """Return a student's language, and in it what is said of the submission as a whole."""
    words = of_assignment(result.language, assignment.name)
    return words, sentences(course, assignment, result.facts, words)


def _files(course: Course, assignment: Assignment, graded: list[StudentResult]) -> dict[str, str]:
    """Return the branch's files: the page itself for one student, a list of pages for a group."""
    told = [_told(course, assignment, result) for result in graded]
    if len(graded) == 1:
        return {
            "README.md": pages.markdown(assignment, graded[0], *told[0]),
            "feedback.html": pages.page(assignment, graded[0], *told[0]),
        }
    lines = [f"# {assignment.name}", ""]
    files = {}
    for result, said in zip(graded, told, strict=True):
        name = f"feedback-{clones.key(result.student)}"
        files[f"{name}.md"] = pages.markdown(assignment, result, *said)
        files[f"{name}.html"] = pages.page(assignment, result, *said)
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


def _plain(address: str) -> str:
    """Return an address so that two ways to write the same one are equal: `host/owner/name`."""
    text = re.sub(r"^(\w+://)?([^/@]*@)?", "", unquote(address).lower())
    text = re.sub(r"^([^/:]+):(\d+/)?", r"\1/", text)
    return re.sub(r"/+", "/", text).strip("/").removesuffix(".git")


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
