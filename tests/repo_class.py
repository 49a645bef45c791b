"""A class that hands in by git: a bare template, twelve repositories on a "server" that logs its pushes, an instructor's clones."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.authoring.validate import solution_cells
from autograder.course.model import Assignment, Course
from autograder.repos.templates import write_template

SLUG = "lab1"
NASTY = "<script>alert(1)</script> @everyone [link](https://evil.example) #1"
_HOOK = """#!/bin/sh
while read old new ref; do
  echo "$(basename "$PWD" .git),$ref,$new,$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)" >> ../push-times.csv
done
"""


def git(where, *arguments, check=True, **environment):
    """Run plain git as a student or the server would, without the settings of whoever runs the tests."""
    settings = {
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "S", "GIT_AUTHOR_EMAIL": "s@example.org",
        "GIT_COMMITTER_NAME": "S", "GIT_COMMITTER_EMAIL": "s@example.org", "GIT_TERMINAL_PROMPT": "0",
    }  # fmt: skip
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments], cwd=where, env={**os.environ, **settings, **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if check and done.returncode:
        raise AssertionError(f"git {' '.join(arguments)} in {where}: {done.stderr}")
    return done.stdout.strip()


@dataclass
class GitClass:
    """Where everything is, and the commits to compare with."""

    root: Path
    server: Path
    desks: Path
    clones: Path
    roster: Path
    template: Path
    deadline: datetime = datetime.min
    shas: dict[str, str] = field(default_factory=dict)

    @property
    def push_times(self) -> Path:
        return self.server / "push-times.csv"

    def head(self, repository: str, branch: str = "main") -> str:
        return git(self.server / f"{repository}.git", "rev-parse", f"refs/heads/{branch}")


def answers(folder: Path, solutions: dict[str, str]) -> None:
    """Write answers into the cells of the notebooks in a folder."""
    for path in folder.glob("*.ipynb"):
        notebook = json.loads(path.read_text())
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if cell["cell_type"] == "code" and grade_id in solutions:
                cell["source"] = solutions[grade_id]
        path.write_text(json.dumps(notebook, indent=1))


def commit(desk: Path, message: str, when: datetime | None = None) -> str:
    dates = (
        {} if when is None else {"GIT_AUTHOR_DATE": when.isoformat(), "GIT_COMMITTER_DATE": when.isoformat()}
    )
    git(desk, "add", "-A")
    git(desk, "commit", "--quiet", "--allow-empty", "-m", message, **dates)
    return git(desk, "rev-parse", "HEAD")


def make_class(course: Course, assignment: Assignment, root: Path) -> GitClass:
    """Make the template, the students' repositories with what was pushed in time, and the instructor's clones."""
    made = GitClass(
        root,
        root / "org",
        root / "desks",
        root / f"{SLUG}-submissions",
        root / "roster.csv",
        root / "org" / "template.git",
    )
    for folder in (made.server, made.desks, made.clones):
        folder.mkdir(parents=True)
    made.push_times.write_text("repository,ref,sha,time\n")
    _roster(made)
    start = root / "start"
    write_template(course, assignment, start)
    git(start, "init", "--quiet")
    long_ago = datetime.now(UTC) - timedelta(days=10)
    commit(start, "The assignment", long_ago)
    git(root, "clone", "--quiet", "--bare", str(start), str(made.template))
    right = solution_cells(course, assignment, "01_cnn_layers")
    small = {name: right[name] for name in ("conv_output_size", "relu", "count_parameters")}
    for name in ("ada", "ben", "cy-late", "dee", "fay", "gus", "hal", "the-owls", "old-name", "zed", "lou"):
        _accept(made, name)
    git(made.server, "init", "--quiet", "--bare", f"{SLUG}-eli.git")

    def desk(name):
        return made.desks / name

    answers(desk("ada"), right)
    (desk("ada") / "conftest.py").write_text("raise SystemExit('a conftest of a student')\n")
    (desk("ada") / "sitecustomize.py").write_text("raise SystemExit('a sitecustomize of a student')\n")
    for name in ("cy-late", "dee", "gus", "hal", "the-owls", "old-name", "zed", "lou"):
        answers(desk(name), small)
    answers(desk("lou"), {"relu": f"def relu(x):\n    raise ValueError({NASTY!r})\n"})
    with (desk("lou") / "weights.bin").open("wb") as file:
        file.truncate(100 << 20)
    (desk("gus") / "01_cnn_layers.ipynb").rename(desk("gus") / "Kopie von 01 (2).ipynb")
    path = desk("hal") / "01_cnn_layers.ipynb"
    path.write_text("<<<<<<< HEAD\n" + path.read_text() + "\n=======\n>>>>>>> theirs\n")
    git(desk("fay"), "checkout", "--quiet", "-b", "trunk")
    answers(desk("fay"), small)
    for name in ("ada", "cy-late", "dee", "fay", "gus", "hal", "the-owls", "old-name", "zed", "lou"):
        made.shas[name] = commit(desk(name), "My work")
        git(desk(name), "push", "--quiet", "origin", "HEAD")
    git(made.server / f"{SLUG}-fay.git", "symbolic-ref", "HEAD", "refs/heads/trunk")
    for path in sorted(made.server.glob(f"{SLUG}-*.git")):
        git(made.clones, "clone", "--quiet", str(path), path.stem)
    git(made.clones, "clone", "--quiet", str(made.server / "kims-own-idea.git"), "kims-own-idea")
    _export(made)
    time.sleep(1.1)
    made.deadline = datetime.now(UTC)
    return made


def push_late(made: GitClass, course: Course, assignment: Assignment) -> None:
    """Push what comes after the deadline, and let the instructor fetch."""
    time.sleep(1.1)
    right = solution_cells(course, assignment, "01_cnn_layers")
    for name in ("ben", "cy-late", "dee"):
        answers(made.desks / name, right)
    made.shas["ben late"] = commit(made.desks / "ben", "Late work")
    made.shas["cy-late late"] = commit(
        made.desks / "cy-late", "In time, I swear", made.deadline - timedelta(hours=1)
    )
    git(made.desks / "dee", "commit", "--quiet", "--amend", "-a", "-m", "Nothing happened")
    made.shas["dee late"] = git(made.desks / "dee", "rev-parse", "HEAD")
    for name in ("ben", "cy-late", "dee"):
        git(made.desks / name, "push", "--quiet", "--force", "origin", "HEAD")
    for clone in sorted(made.clones.iterdir()):
        if (clone / ".git").is_dir():
            git(clone, "fetch", "--quiet", "origin")


def _accept(made: GitClass, name: str) -> None:
    repository = {"old-name": "kims-own-idea"}.get(name, f"{SLUG}-{name}")
    bare = made.server / f"{repository}.git"
    git(made.server, "clone", "--quiet", "--bare", str(made.template), str(bare))
    hook = bare / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK)
    hook.chmod(0o755)
    git(made.desks, "clone", "--quiet", str(bare), name)


def _roster(made: GitClass) -> None:
    rows = [
        ("ada@uni.example", "Ada", "101", "Ada Lovelace", ""),
        ("ben@uni.example", "ben", "102", "Ben, \"the\" Late", ""),
        ("cy@uni.example", "cy-late", "103", "Cy Late", ""),
        ("dee@uni.example", "dee", "104", "=HYPERLINK(\"http://evil\") Dee", ""),
        ("eli@uni.example", "eli", "105", "Eli Empty", ""),
        ("fay@uni.example", "fay", "106", "Fay Trunk", ""),
        ("gus@uni.example", "gus", "107", "Gus Rename", ""),
        ("hal@uni.example", "hal", "108", "Hal Merge", ""),
        ("ivy@uni.example", "ivy", "109", "Ivy Owl", "The Owls"),
        ("jon@uni.example", "jon", "110", "Jon Owl", "The Owls"),
        ("kim@uni.example", "new-name", "111", "Kim Renamed", ""),
        ("lou@uni.example", "lou", "112", "Lou Large", ""),
        ("mo@uni.example", "", "", "Mo Absent", ""),
    ]  # fmt: skip
    with made.roster.open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(("identifier", "github_username", "github_id", "name", "group_name"))
        writer.writerows(rows)


def _export(made: GitClass) -> None:
    """Write what GitHub Classroom's export tool gave: kim has another user name now, and the same numeric id."""
    folder = made.clones / "classroom-export-1" / "classroom-7" / "assignment-9"
    folder.mkdir(parents=True)
    rows = [
        {
            "id": 1, "submitted": True, "passing": False, "commit_count": 2, "grade": None,
            "students": [{"id": 111, "login": "old-name"}],
            "repository": {
                "id": 5, "name": "kims-own-idea", "full_name": "org/kims-own-idea",
                "html_url": "https://github.example/org/kims-own-idea", "default_branch": "main",
            },
            "assignment": {},
        }
    ]  # fmt: skip
    (folder / "accepted-assignments.json").write_text(json.dumps(rows))
