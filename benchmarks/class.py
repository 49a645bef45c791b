"""Grade a class of complete lab 1 submissions in several ways, side by side, and measure each.

    .venv/bin/python benchmarks/class.py --size 30 --rivals 4

Submissions are distinct (a comment in each notebook), so that the cache never helps where it is not meant to. Stock nbgrader and
otter take their submissions one after another, so a few are enough for a figure a submission.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import Measured, measure
from nbgrader.api import Gradebook
from plain_checks import DIFFERENCES
from rich.console import Console
from rich.table import Table
from rivals import make_otter, make_otter_class, make_stock_course, otter_points

from autograder.authoring.handing_in import filled, solution_cells
from autograder.course import data as datasets
from autograder.course.model import Assignment, Course, load
from autograder.errors import AutograderError
from autograder.intake.submissions import released

ROOT = Path(__file__).parents[1]
ROWS = ("nbgrader", "otter", "cold", "jobs1", "jobs4", "warm", "again", "one")
WHAT = {
    "nbgrader": "stock nbgrader autograde",
    "otter": "otter run",
    "cold": "autograder grade, cold sandboxes",
    "jobs1": "autograder grade, warm, one job",
    "jobs4": "autograder grade, warm, four jobs",
    "warm": "autograder grade, warm sandboxes",
    "again": "autograder grade again, nothing changed",
    "one": "autograder grade, one student resubmitted",
}


@dataclass
class Row:
    """One way of grading: what it took in all, and a submission."""

    row: str
    what: str
    submissions: int
    jobs: int
    measured: dict[str, Any] = field(default_factory=dict)
    notebooks: dict[str, float] = field(default_factory=dict)  # medians of processor seconds a notebook
    note: str = ""


class Bench:
    """A class, and the folders in which it is graded."""

    def __init__(self, size: int, rivals: int, dataset: str, jobs: int, work: Path, out: Console) -> None:
        self.course, self.dataset, self.jobs, self.work, self.out = load(ROOT), dataset, jobs, work, out
        datasets.load(self.course.data, dataset)
        self.assignment: Assignment = self.course.assignments[0]
        self.training = self.assignment.training[dataset]
        self.students = {f"student{i:04}": self._submission(i) for i in range(size)}
        self.few = dict(list(self.students.items())[:rivals])
        data = datasets.root_of(self.course.data, dataset)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("AUTOGRADER", "JUPYTER"))} | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "MNIST_ROOT": str(data),
            "AUTOGRADER_DATASET": dataset, "JUPYTER_CONFIG_DIR": str(work / "jupyter"), "PYTHONWARNINGS": "ignore",
            **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"),
        }  # fmt: skip

    def _submission(self, number: int, version: int = 1) -> dict[str, dict[str, Any]]:
        """Return one student's notebooks: the solution, made distinct by a comment."""
        notebooks = {}
        for name, release in released(self.course, self.assignment.name).items():
            cells = solution_cells(self.course, self.assignment, name)
            first = next(iter(cells))
            cells[first] = f"# handed in by student {number}, version {version}\n{cells[first]}"
            notebooks[name] = filled(release.values, cells)
        return notebooks

    def _make_course(self, name: str) -> Course:
        root = self.work / name
        root.mkdir()
        for file in ("course_config.py", "nbgrader_config.py"):
            shutil.copy(ROOT / file, root / file)
        for folder in ("source", "release"):
            shutil.copytree(ROOT / folder, root / folder)
        (root / "data").symlink_to(self.course.data.resolve())
        self._quiet(
            [sys.executable, "-m", "nbgrader", "generate_assignment", self.assignment.name, "--force"], root
        )
        for student, notebooks in self.students.items():
            self._hand_in(root, student, notebooks)
        return load(root)

    def _hand_in(self, root: Path, student: str, notebooks: dict[str, dict[str, Any]]) -> None:
        folder = root / "submitted" / student / self.assignment.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, notebook in notebooks.items():
            (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        (folder / "timestamp.txt").write_text(now)  # as `nbgrader collect` does

    def _quiet(self, command: list[str], cwd: Path) -> None:
        done = subprocess.run(
            command, cwd=cwd, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise AutograderError(
                f"`{' '.join(command)}` ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}"
            )

    def _require_full_marks(self, root: Path, students: dict[str, Any]) -> None:
        """A figure counts only if every submission got what it deserves."""
        with Gradebook(
            f"sqlite:///{root / 'gradebook.db'}", "stock" if root.name == "nbgrader" else self.course.name
        ) as book:
            scores = {s.student.id: s.score for s in book.assignment_submissions(self.assignment.name)}
        wrong = {
            student: scores.get(student)
            for student in students
            if scores.get(student) != self.assignment.points
        }
        if wrong:
            raise AutograderError(
                f"Not every complete solution earned {self.assignment.points:g} points: {dict(list(wrong.items())[:5])}"
            )

    # ------------------------------------------------------------------------------------------------ the rows

    def nbgrader(self) -> Row:
        root = self.work / "nbgrader"
        make_stock_course(self.course, self.assignment, self.training, self.few, root)
        self._quiet([sys.executable, "-m", "nbgrader", "generate_assignment", self.assignment.name], root)
        found = measure(
            [sys.executable, "-m", "nbgrader", "autograde", self.assignment.name], root, self.environment
        )
        _require_success(found)
        self._require_full_marks(root, self.few)
        return self._row("nbgrader", found, len(self.few), 1, f"one after another; {DIFFERENCES}")

    def otter(self) -> Row:
        root = self.work / "otter"
        root.mkdir()
        try:
            python = make_otter(root)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", b"") or b""
            return Row(
                "otter",
                WHAT["otter"],
                0,
                1,
                note=f"otter-grader cannot be had here: {error} {said.decode(errors='replace')[-300:]}",
            )
        commands = make_otter_class(python, self.assignment, self.training, self.few, root)
        script = root / "all.sh"
        script.write_text(
            "set -e\n" + "\n".join(" ".join(f"'{word}'" for word in command) for command in commands) + "\n"
        )
        found = measure(["sh", str(script)], root, {**self.environment, "PYTHONPATH": ""})
        _require_success(found)
        points = otter_points(root)
        wrong = {
            student: points.get(student)
            for student in self.few
            if points.get(student) != self.assignment.points
        }
        if wrong:
            raise AutograderError(
                f"otter did not give full marks: {dict(list(wrong.items())[:3])}\n{found.output[-2000:]}"
            )
        return self._row(
            "otter",
            found,
            len(self.few),
            1,
            "one after another, without its containers; the same plain asserts",
        )

    def _graded(self, row: str, course: Course, jobs: int, *options: str, **environment: str) -> Row:
        command = [
            sys.executable,
            "-m",
            "autograder.cli",
            "grade",
            self.assignment.name,
            "--jobs",
            str(jobs),
            *options,
        ]
        found = measure(command, course.root, {**self.environment, **environment})
        _require_success(found)
        self._require_full_marks(course.root, self.students)
        return self._row(row, found, len(self.students), jobs)

    def _few(self, row: str, jobs: int, **environment: str) -> Row:
        """Grade a few submissions only: enough for a figure a submission, or for the memory."""
        keep, self.students = self.students, self.few
        try:
            course = self._make_course(row)
            found = self._graded(row, course, jobs, **environment)
        finally:
            self.students = keep
        found.notebooks = _notebooks(course)
        return found

    def cold(self) -> Row:
        return self._few("cold", self.jobs, AUTOGRADER_COLD="1")

    def jobs1(self) -> Row:
        return self._few("jobs1", 1)

    def jobs4(self) -> Row:
        return self._few("jobs4", 4)

    def warm(self) -> Row:
        course = self._make_course("warm")
        row = self._graded("warm", course, self.jobs)
        row.notebooks = _notebooks(course)
        return row

    def again(self) -> Row:
        return self._graded("again", load(self.work / "warm"), self.jobs)

    def one(self) -> Row:
        last = len(self.students) - 1  # the class is read in order: what is new comes last
        self._hand_in(self.work / "warm", list(self.students)[last], self._submission(last, version=2))
        return self._graded("one", load(self.work / "warm"), self.jobs)

    def _row(self, row: str, found: Measured, submissions: int, jobs: int, note: str = "") -> Row:
        values = {k: v for k, v in asdict(found).items() if k not in ("output", "returncode")}
        values["wall_each"] = round(found.wall / submissions, 3)
        values["cpu_each"] = round(found.cpu / submissions, 3)
        values["load"] = round(os.getloadavg()[0], 1)
        return Row(row, WHAT[row], submissions, jobs, values, note=note)


def _require_success(found: Measured) -> None:
    if found.returncode:
        raise AutograderError(f"A measured command ended with {found.returncode}:\n{found.output[-3000:]}")


def _notebooks(course: Course) -> dict[str, float]:
    """Return of a class's notebooks the student's processor seconds, all that is ours beside them, and their sizes."""
    files = list((course.private / "cache").glob("*.json"))
    results = [json.loads(path.read_text()) for path in files]
    prepared = list((course.private / "prepared").glob("*/*/*.ipynb"))
    cpu = [each["cpu"] for each in results if "cpu" in each]
    return {
        "count": len(cpu),
        "kib_there": round(statistics.mean(path.stat().st_size for path in prepared) / 1024, 1),
        "kib_back": round(statistics.mean(path.stat().st_size for path in files) / 1024, 1),
        "student_median": round(statistics.median(c["student"] for c in cpu), 3),
        "student_sum": round(sum(c["student"] for c in cpu), 3),
        "overhead_median": round(statistics.median(c["own"] + c["start"] for c in cpu), 3),
        "overhead_worst": round(max(c["own"] + c["start"] for c in cpu), 3),
        "overhead_sum": round(sum(c["own"] + c["start"] for c in cpu), 3),
    }


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    names = ("torch", "torchvision", "nbgrader", "ipykernel", "pytest", "numpy")
    return {
        "cores": len(os.sched_getaffinity(0)), "processor": cpu, "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "kernel": platform.release(), "python": platform.python_version(), **{name: importlib.metadata.version(name) for name in names},
    }  # fmt: skip


def show(rows: list[Row], out: Console) -> None:
    """Print the table, and where the time went."""
    table = Table(caption="s: seconds; processor: all processes; memory: largest sum of PSS of all processes")
    for name in (
        "",
        "submissions",
        "jobs",
        "wall s",
        "a submission",
        "processor s",
        "a submission",
        "peak MiB",
        "load",
    ):
        table.add_column(name, justify="left" if not name else "right")
    for row in rows:
        m = row.measured
        if m:
            table.add_row(row.what, str(row.submissions), str(row.jobs), f"{m['wall']:.1f}", f"{m['wall_each']:.2f}", f"{m['cpu']:.1f}", f"{m['cpu_each']:.2f}", f"{m['peak']:.0f}", f"{m['load']}")  # fmt: skip
        else:
            table.add_row(row.what, "–", "–", "–", "–", "–", "–", "–", "–")
    out.print(table)
    by_name = {row.row: row for row in rows}
    for name in ("cold", "warm"):
        if (row := by_name.get(name)) and row.notebooks:
            n, total = row.notebooks, row.measured["cpu"]
            rest = total - n["student_sum"] - n["overhead_sum"]
            out.print(
                f"{name}: of {total:.1f} s of processor time {100 * n['student_sum'] / total:.0f} % in the student's process (cells and calls), "
                f"{100 * n['overhead_sum'] / total:.0f} % grading and starting its notebooks, {100 * rest / total:.0f} % starting workers and the "
                f"command, preparing, nbgrader's pass. A notebook (median): student {n['student_median']:.2f} s, ours {n['overhead_median']:.2f} s.",
                highlight=False,
            )  # fmt: skip
    if "warm" in by_name and by_name["warm"].measured:
        warm = by_name["warm"].measured
        for rival in ("nbgrader", "otter"):
            if rival in by_name and by_name[rival].measured:
                m = by_name[rival].measured
                out.print(f"warm against {WHAT[rival]}: {m['wall_each'] / warm['wall_each']:.1f} times the throughput, {m['cpu_each'] / warm['cpu_each']:.1f} times less processor time a submission.", highlight=False)  # fmt: skip
    for row in rows:
        if row.note:
            out.print(f"{row.what}: {row.note}.", highlight=False, soft_wrap=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--size", type=int, default=30, help="submissions graded warm, again and with one resubmission"
    )
    parser.add_argument(
        "--rivals", type=int, default=4, help="submissions graded by nbgrader, by otter, and cold"
    )
    parser.add_argument(
        "--rows", default=",".join(ROWS), help=f"which of {', '.join(ROWS)} (again and one need warm)"
    )
    parser.add_argument("--dataset", default="digits", choices=datasets.DATASETS)
    parser.add_argument("--keep", action="store_true", help="keep the other rows of the file as they are")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument(
        "--json", type=Path, default=ROOT / "benchmarks" / "class.json", help="where the figures go"
    )
    arguments = parser.parse_args()
    out = Console(width=160)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        bench = Bench(
            arguments.size,
            min(arguments.rivals, arguments.size),
            arguments.dataset,
            arguments.jobs,
            Path(folder),
            out,
        )
        for name in ROWS:
            if name in arguments.rows.split(","):
                out.print(f"{WHAT[name]} …", highlight=False)
                run: Callable[[], Row] = getattr(bench, name)
                rows.append(run())
    show(rows, out)
    before: dict[str, Any] = {}
    if arguments.keep and arguments.json.exists():
        before = json.loads(arguments.json.read_text())
        if before["machine"] != machine() or before["dataset"] != arguments.dataset:
            raise AutograderError(
                f"{arguments.json} is of another machine, other versions or another data set: measure every row anew."
            )
    figures = {
        "machine": machine(),
        "dataset": arguments.dataset,
        "rows": before.get("rows", {}) | {row.row: asdict(row) for row in rows},
    }
    arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    out.print(f"figures in {arguments.json}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
