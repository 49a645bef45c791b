"""A notebook's scorecard does not depend on how it came about: on jobs, warm or cold sandboxes, or a cluster."""

import json

import pytest

from autograder.workers.cluster import Cluster
from autograder.workers.pool import Pool
from autograder.workers.tasks import Setup, Task
from tests.small_class import FLIPPED, without_times
from tests.test_cluster import DaskCluster

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_jobs_warm_cold_and_cluster_give_equal_scorecards(
    temporary_course, lab1, desk, tmp_path, monkeypatch
):
    setup = Setup(str(temporary_course.root), lab1.name, "digits")
    handed_in = [
        desk.notebook("01_cnn_layers", {"conv2d": FLIPPED}),
        desk.notebook(
            "02_training_loop",
            {"evaluate": "def evaluate(model, loader, criterion, device='cpu'):\n    return 0.0, 0.0\n"},
        ),
        desk.notebook("03_softmax_metrics", extra=["import os", "raise ValueError('mine')"]),
        desk.notebook("03_softmax_metrics", solved=False),
        desk.notebook("01_cnn_layers", {"relu": "def relu(x):\n    import os\n    os._exit(0)\n"}),
    ]
    tasks = []
    for i, notebook in enumerate(handed_in):
        path = tmp_path / f"notebook{i}.ipynb"
        path.write_text(json.dumps(notebook))
        tasks.append(Task(f"student{i}", str(path), force=True))

    def graded(executor):
        found = dict(executor.run(tasks))
        return [without_times(found[i]["scorecard"]) for i in range(len(tasks))]

    expected = graded(Pool(setup, 1))
    assert [card["status"] for card in expected] == ["graded"] * len(tasks)
    assert [card["score"] for card in expected] == [18, 28, 40, 0, 22]
    assert graded(Pool(setup, 4)) == expected
    monkeypatch.setenv("AUTOGRADER_COLD", "1")
    assert graded(Pool(setup, 2)) == expected
    monkeypatch.delenv("AUTOGRADER_COLD")
    (tmp_path / "dask").mkdir()
    dask = DaskCluster(tmp_path / "dask")
    try:
        dask.worker("first", temporary_course)
        dask.worker("second", temporary_course)
        assert graded(Cluster(setup, dask.address, print)) == expected
    finally:
        dask.close()
