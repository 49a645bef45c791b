"""Bring repositories, folders and archives into nbgrader's `submitted/`: one student's mess never stops the class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from autograder.course.model import Assignment, Course
from autograder.errors import AutograderError
from autograder.gradebook.writing import withdraw
from autograder.intake.notebooks import Cell
from autograder.intake.submissions import released
from autograder.repos import clones, layouts
from autograder.repos.archives import Archive, ArchiveError, Folder, unpack_class
from autograder.repos.clones import Clone
from autograder.repos.commits import Branch, Choice, choose
from autograder.repos.git import Git, GitError, without_credentials
from autograder.repos.layouts import Accepted, Found, printable
from autograder.repos.matching import Match, match
from autograder.repos.objects import Commit, Objects, Tree, keep
from autograder.repos.owners import Known
from autograder.repos.picking import PASSED_OVER, Picked, pick, texts_of, untouched
from autograder.repos.placing import Place
from autograder.repos.record import Entry, Record
from autograder.repos.roster import Person
from autograder.repos.times import Manifest, Push

T = TypeVar("T")
Steps = Callable[[Iterable[Match], str], Iterable[Match]]


@dataclass(frozen=True)
class Options:
    """How an import is to be made. `extensions`: until when single students may hand in."""

    deadline: datetime | None = None
    pushes: dict[str, list[Push]] | None = None
    manifest: Manifest | None = None
    branch: str = ""
    slug: str = ""
    replace_others: bool = False
    extensions: dict[str, datetime] = field(default_factory=dict)

    def deadline_of(self, students: Iterable[str]) -> datetime | None:
        """Return the deadline that holds for these students: the latest of their own."""
        if self.deadline is None:
            return None
        return max([self.deadline, *(self.extensions[s] for s in students if s in self.extensions)])


def import_class(
    course: Course,
    assignment: Assignment,
    place: Path,
    roster: list[Person],
    options: Options,
    steps: Steps = lambda items, what: items,
) -> Record:
    """Import everything in a folder (or in one archive of a whole class) and return the record, which is not written yet.

    Raises:
        AutograderError: The folder, the roster or the course cannot be used at all.
    """
    refused: dict[Path, str] = {}
    if place.suffix.lower() == ".zip" and place.is_file():
        unpacked = clones.private(course, assignment.name) / "unpacked"
        refused = unpack_class(place, unpacked, max(256, course.limits.notebook_with_outputs) << 20)
        place = unpacked
    listing = layouts.look(place, Known(roster).belongs)
    desk = _Desk(course, assignment, options, listing.accepted, refused)
    record = Record(
        assignment.name,
        datetime.now(UTC).isoformat(timespec="seconds"),
        options.deadline.isoformat() if options.deadline is not None else "",
        roster=roster,
    )
    if listing.passed_over:
        record.warnings.append(
            f"Not looked at, since whose they are is not said: {', '.join(listing.passed_over[:10])}{' …' if len(listing.passed_over) > 10 else ''}. Put each into a folder named like its student (or a zip archive)."
        )
    matches = match(listing.found, listing.accepted, roster, options.slug)
    for each in steps(matches, "Importing"):
        record.entries.append(desk.take(each))
    students = {person.student for person in roster}
    claimed = {each.found.name: {person.student for person in each.claimed} for each in matches}
    withdrawn, said = desk.place.withdraw(record.entries, students, claimed)
    record.warnings += said
    for student in withdrawn:
        withdraw(course, assignment, student)
    return record


class _Desk:
    """Take submissions one by one."""

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        options: Options,
        accepted: dict[str, Accepted],
        refused: dict[Path, str],
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.options = options
        self.accepted = accepted
        self.refused = refused
        self.place = Place(course, assignment, options.replace_others)
        releases = released(course, assignment.name)
        self.stubs: dict[str, list[Cell]] = {name: each.cells for name, each in releases.items()}
        self.texts = texts_of(releases.values())

    def take(self, each: Match) -> Entry:
        found = each.found
        entry = Entry(
            found.name,
            found.kind, str(found.path), without_credentials(found.address),
            [person.student for person in each.people], next((p.group for p in each.people if p.group), ""),
            warnings=list(each.warnings), problem=each.problem,
        )  # fmt: skip
        if each.problem:
            return entry
        try:
            picked = self._clone(found, entry) if found.kind == "clone" else self._files(found, entry)
            entry.warnings += picked.warnings
            entry.notebooks = sorted(picked.files)
            if not picked.files and not picked.refused:
                names = ", ".join(f"{name}.ipynb" for name in self.assignment.notebooks)
                raise AutograderError(f"None of the expected notebooks is there ({names}).")
            self._place(picked, entry)
        except AutograderError as error:
            entry.problem = str(error)
        except OSError as error:
            entry.problem = f"{error.filename or found.path}: {error.strerror}."
        except Exception as error:  # whatever it is: one submission never stops the class
            entry.problem = f"It cannot be read ({type(error).__name__}: {error}). This is a fault of ours; look at it by hand."
        entry.warnings = list(dict.fromkeys(printable(warning) for warning in entry.warnings))
        entry.problem = printable(entry.problem)
        return entry

    def _place(self, picked: Picked, entry: Entry) -> None:
        """Write for every student of the entry for whom nothing else is there; the entry keeps only these."""
        blocked = [student for student in entry.students if self.place.blocked(student)]
        if blocked:
            said = f"In submitted/ is something for {', '.join(blocked)} that no import put there, or that was changed since (from the exchange? by hand?). It was left alone; --replace takes the repository's instead."
            if len(blocked) == len(entry.students):
                raise AutograderError(said)
            entry.warnings.append(said)
            entry.students = [student for student in entry.students if student not in blocked]
        for student in entry.students:
            self.place.write(student, picked, entry)

    def _clone(self, found: Found, entry: Entry) -> Picked:
        ours = clones.store(self.course, self.assignment.name, found.name)
        clone = clones.open_clone(ours, found)
        export = _of({name: each.branch for name, each in self.accepted.items()}, found.keys) or ""
        branch = self.options.branch or (export if export in clone.heads else "") or clone.default
        if not clone.heads:
            raise GitError("The repository is empty: nothing was ever pushed.")
        if branch not in clone.heads:
            raise GitError(
                f"It has no branch {branch!r}. It has: {', '.join(sorted(clone.heads)[:10])}. See --branch."
            )
        entry.branch = branch
        with Objects(clone.git) as objects:
            deadline = self.options.deadline_of(entry.students)
            choice = self._choice(found, clone.heads[branch], branch, objects, deadline)
            entry.sha, entry.time = choice.sha, choice.time.isoformat()
            entry.source, entry.verified, entry.late = choice.source, choice.verified, choice.late
            entry.warnings += [*choice.warnings, *clones.elsewhere(clone, objects, branch)]
            commit, tree, picked = self._commit(objects, choice.sha)
            entry.warnings += [tree.warning] if tree.warning else []
            self._keep(ours, clone, commit, tree, entry)
        return picked

    def _keep(self, ours: Git, clone: Clone, commit: Commit, tree: Tree, entry: Entry) -> None:
        """Keep the graded commit in our store; where that fails, the work counts none the less."""
        ref, most = f"refs/graded/{commit.sha[:12]}", self.course.limits.notebook_with_outputs << 20
        limits = self.course.limits
        large = [
            blob
            for blob in tree.blobs
            if blob.size > (most if blob.path.lower().endswith(".ipynb") else limits.notebook_file << 20)
        ]
        if large:
            size = sum(blob.size for blob in large) >> 20
            entry.warnings.append(
                f"{len(large)} large files ({size} MiB) stay out, such as {large[0].path[:80]}."
            )
        try:
            if _ref(ours, ref) != commit.sha:
                keep(ours, clone.git, commit, tree, ref, most)
        except GitError as error:
            entry.warnings.append(f"The commit could not be kept here ({error}): keep the clone.")
        else:
            entry.store, entry.ref = ours.folder.relative_to(self.course.root).as_posix(), ref

    def _commit(self, objects: Objects, sha: str) -> tuple[Commit, Tree, Picked]:
        commit = objects.commit(sha)
        tree = objects.files(commit.tree, PASSED_OVER)
        by_path = {blob.path: blob for blob in tree.blobs}
        most = self.course.limits.notebook_with_outputs << 20
        picked = pick(
            [(blob.path, blob.size) for blob in tree.blobs], lambda path: objects.read(by_path[path].sha, "blob", most),
            self.assignment, self.stubs, self.course.limits,
        )  # fmt: skip
        return commit, tree, picked

    def _worked(self, objects: Objects, sha: str) -> bool:
        """Say whether a commit holds more than the untouched assignment."""
        picked = self._commit(objects, sha)[2]
        return bool(picked.refused) or any(
            not untouched(content, self.texts, self.course.limits) for content in picked.files.values()
        )

    def _choice(
        self, found: Found, head: str, name: str, objects: Objects, deadline: datetime | None
    ) -> Choice:
        manifest, names = self.options.manifest, found.keys
        at_manifest = _of(manifest.heads, names) if manifest is not None else None
        branch = Branch(
            name, head, objects.history, lambda sha: (objects.look(sha) or ("", 0))[0] == "commit",
            lambda sha: self._worked(objects, sha),
        )  # fmt: skip
        choice = choose(
            branch, deadline, _of(self.options.pushes or {}, names),
            (manifest.taken, at_manifest) if manifest is not None and at_manifest is not None else None,
        )  # fmt: skip
        given = [
            *(["--push-times"] if self.options.pushes is not None else []),
            *(["--manifest"] if manifest is not None else []),
        ]
        if given and not choice.verified:
            said = f"It is not in the file of {' or '.join(given)}: taken by its committer date."
            choice = replace(choice, warnings=(said, *choice.warnings))
        return choice

    def _files(self, found: Found, entry: Entry) -> Picked:
        known = _of(self.options.pushes or {}, found.keys)
        if known:
            time = max(push.time for push in known)
            entry.time, entry.source, entry.verified = time.isoformat(), "push time", True
            deadline = self.options.deadline_of(entry.students)
            entry.late = deadline is not None and time > deadline
        elif found.late:
            entry.late = True
            deadline = self.options.deadline
            if deadline is not None:
                entry.time, entry.source = (deadline + timedelta(seconds=1)).isoformat(), "Canvas's mark"
            entry.warnings.append(
                f"Canvas marks it late; by how much is not known. Give --push-times{'.' if deadline is not None else ' or --deadline: without either nbgrader sees it as on time.'}"
            )
        else:
            entry.warnings.append("It is not known when this was handed in; it counts as on time.")
        entry.warnings += [
            said
            for path, said in self.refused.items()
            if path.is_relative_to(found.path) and (found.prefix is None or found.prefix.match(path.name))
        ]
        source = self._source(found)
        members = {member.path: member for member in source.members()}
        most = self.course.limits.notebook_with_outputs << 20
        return pick(
            [(path, member.size) for path, member in members.items()], lambda path: source.read(members[path], most),
            self.assignment, self.stubs, self.course.limits,
        )  # fmt: skip

    def _source(self, found: Found) -> Folder | Archive:
        if found.kind == "zip":
            if found.path in self.refused:
                raise ArchiveError(self.refused[found.path])
            return Archive(found.path)
        folder = Folder(found.path, found.prefix, self.refused)
        zips = [member for member in folder.members() if member.path.lower().endswith(".zip")]
        notebooks = [member for member in folder.members() if member.path.lower().endswith(".ipynb")]
        if len(zips) == 1 and not notebooks:
            return Archive(folder.path(zips[0]))
        return folder


def _ref(git: Git, name: str) -> str:
    done = git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", name)
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def _of(known: dict[str, T], names: list[str]) -> T | None:
    return next((known[name] for name in names if name in known), None)
