"""A class on a real dask cluster: a scheduler and workers as processes on the loopback interface."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys

import distributed
import psutil
import pytest

from autograder.course.secret import course_secret
from autograder.errors import AutograderError
from autograder.workers import cluster as cluster_module
from autograder.workers.cluster import Cluster
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task
from tests.conftest import ROOT
from tests.small_class import without_times

LAYERS = "01_cnn_layers"
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("loaded_workers")]


class DaskCluster:
    """A scheduler, and workers each in a course folder of its own choice."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self._start(
            "scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2], "--no-dashboard"
        )

    def _start(self, *arguments, cwd=None, **environment):
        log = (self.folder / f"{arguments[0]}{len(self.processes)}.log").open("w")
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], cwd=cwd or self.folder, stdout=log, stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            )
        )  # fmt: skip
        return self.processes[-1]

    def worker(self, name, course, **environment):
        return self._start(
            "worker", self.address, "--name", name, "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--host", "127.0.0.1", "--local-directory", str(self.folder / f"space-{name}"), cwd=course.root, **environment,
        )  # fmt: skip

    def wait_for(self, count):
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=100)

    def close(self):
        for process in reversed(self.processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
            process.kill()
            process.wait()

    def logs(self):
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))


@pytest.fixture
def dask(tmp_path):
    folder = tmp_path / "dask"
    folder.mkdir()
    made = DaskCluster(folder)
    yield made
    made.close()


@pytest.fixture
def tasks(temporary_course, lab1, tmp_path):
    """Two stubs, and a file that is no notebook."""
    release = temporary_course.release(lab1.name)
    (tmp_path / "broken.ipynb").write_text("{")
    return [
        Task("ada", str(release / f"{LAYERS}.ipynb"), force=True),
        Task("bo", str(tmp_path / "broken.ipynb")),
        Task("cy", str(release / "03_softmax_metrics.ipynb"), force=True),
    ]


def cards(executor, tasks):
    found = dict(executor.run(tasks))
    return [without_times(found[i]["scorecard"]) for i in range(len(tasks))]


def test_two_workers_grade_as_local_ones_do(temporary_course, lab1, dask, tasks):
    setup = Setup(str(temporary_course.root), lab1.name, "digits")
    dask.worker("first", temporary_course)
    dask.worker("second", temporary_course)
    said, started = [], []
    found = dict(Cluster(setup, dask.address, said.append).run(tasks, started.append))
    given = [without_times(found[i]["scorecard"]) for i in range(len(tasks))]
    assert given == cards(Pool(setup, 1), tasks)
    assert [card["student"] for card in given] == ["ada", "bo", "cy"]
    assert sorted(started) == [0, 1, 2]
    assert not said
    secret = (temporary_course.private / "secret").read_text()
    assert secret not in dask.logs()
    assert not any(name in dask.logs() for name in ("ada", "cy"))


def test_workers_that_grade_otherwise_are_refused_by_name(temporary_course, lab1, tmp_path, dask, tasks):
    """One has another secret, one no bubblewrap, one another torch and other graders, one other thresholds."""
    setup = Setup(str(temporary_course.root), lab1.name, "digits")
    names = ("course_config.py", "release", "source", "data")
    for folder in ("stranger", "easier"):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).symlink_to(temporary_course.root / name)
    secret = course_secret(temporary_course.private)
    (tmp_path / "easier" / ".autograder").mkdir()
    (tmp_path / "easier" / ".autograder" / "secret").write_bytes(secret)
    easier = (
        (temporary_course.root / "course_config.py").read_text().replace("threshold=0.80", "threshold=0.10")
    )
    (tmp_path / "easier" / "course_config.py").unlink()
    (tmp_path / "easier" / "course_config.py").write_text(easier)
    shutil.copytree(
        ROOT / "autograder", tmp_path / "old" / "autograder", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (tmp_path / "old" / "autograder" / "graders" / lab1.name / "relu" / "reference.py").open(
        "a"
    ) as file:
        file.write("\n# an older state\n")
    (tmp_path / "old" / "sitecustomize.py").write_text(
        "import importlib.metadata as m\nreal = m.version\nm.version = lambda name: '0.0.1' if name == 'torch' else real(name)\n"
    )
    workers = {
        "stranger": {"AUTOGRADER_COURSE": str(tmp_path / "stranger")},
        "easier": {"AUTOGRADER_COURSE": str(tmp_path / "easier")},
        "bare": {"PATH": "/nowhere"},
        "old": {"PYTHONPATH": str(tmp_path / "old")},
    }
    for name, environment in workers.items():
        dask.worker(name, temporary_course, **environment)
    dask.wait_for(len(workers))
    with pytest.raises(AutograderError, match="No worker of the cluster can be used") as caught:
        list(Cluster(setup, dask.address, lambda words: None).run(tasks))
    why = {line.split()[1]: line for line in str(caught.value).splitlines()[1:]}
    assert why.keys() == workers.keys()
    assert "it has another the course's secret (" in why["stranger"]
    assert "thresholds" not in why["stranger"]
    assert "it has another points, thresholds and limits (" in why["easier"]
    assert "bubblewrap" in why["bare"]
    assert "torch (0.0.1, here " in why["old"]
    assert f"another the graders of {LAYERS} (" in why["old"]
    assert "the graders of 03" not in why["old"]
    assert secret.decode() not in str(caught.value) + dask.logs()


def test_a_worker_that_dies_loses_no_notebook(temporary_course, lab1, dask, tasks):
    setup = Setup(str(temporary_course.root), lab1.name, "digits")
    first = dask.worker("first", temporary_course)
    said = []

    def kill_first(i):
        if first.poll() is None:
            for child in psutil.Process(first.pid).children(recursive=True):
                child.kill()
            first.kill()
            dask.worker("second", temporary_course)

    found = dict(Cluster(setup, dask.address, said.append).run(tasks[2:], kill_first))
    assert found[0]["scorecard"]["status"] == "graded"
    assert any("first" in line and "has gone" in line for line in said)


@pytest.mark.slow
def test_a_notebook_that_ends_workers_is_charged_and_stops_nobody(
    temporary_course, lab1, dask, tasks, monkeypatch
):
    monkeypatch.setattr(cluster_module, "_MOST_DEATHS", 1)
    setup = Setup(str(temporary_course.root), lab1.name, "digits")
    worker = dask.worker("first", temporary_course)

    def kill(i):
        if worker.poll() is None:
            worker.kill()
            dask.worker("second", temporary_course)

    found = dict(Cluster(setup, dask.address, lambda words: None).run([tasks[0], tasks[2]], kill))
    assert "crashed" in found[0]
    assert found[1]["scorecard"]["status"] == "graded"


def test_no_worker_and_no_scheduler_are_said_clearly(temporary_course, lab1, dask, tasks, monkeypatch):
    setup = Setup(str(temporary_course.root), lab1.name, "digits")
    monkeypatch.setattr(cluster_module, "_PATIENCE", 1.0)
    with pytest.raises(AutograderError, match=r"has no worker\. Start some"):
        list(Cluster(setup, dask.address, lambda words: None).run(tasks))
    monkeypatch.setattr(cluster_module, "_CONNECT", "1s")
    with pytest.raises(AutograderError, match="cannot be reached"):
        list(Cluster(setup, "tcp://127.0.0.1:9", lambda words: None).run(tasks))


def test_without_distributed_it_says_what_to_install(temporary_course, lab1, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AutograderError, match=r"pip install 'autograder\[cluster\]'"):
        Cluster(Setup(str(temporary_course.root), lab1.name, "digits"), "tcp://127.0.0.1:1", print)
