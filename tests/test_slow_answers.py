"""No wrong answer takes long to diagnose: counted in runs of trainings and networks, which are the same on every machine."""

import sys
from collections import Counter

import grading_bench as bench
import pytest
from torch.nn import functional

from autograder.graders.lab1_train_cnn import naming
from autograder.sandbox.inside import probes

sys.path.insert(0, str(bench.ROOT / "benchmarks"))
import slow_answers

# At most so many runs of functions, networks and convolutions; some more than are counted today. Before a misconception that is
# tried was spared its own explanation, there were up to four times as many.
MOST = {
    ("CNN", "wrong", "batch_normalised"): {"cnn": 100, "conv2d": 6500},
    ("fit", "wrong", "step_schedule"): {"call": 460},
    ("fit", "wrong", "label_smoothing"): {"call": 360},
    ("fit", "wrong", "early_stopping_with_patience"): {"call": 370},
}


@pytest.fixture
def runs(monkeypatch):
    """Count what runs, for real: calls of functions, networks, convolutions."""
    counts = Counter()

    def counting(function):
        def counted(*args, **kwargs):
            counts[function.__name__] += 1
            return function(*args, **kwargs)

        return counted

    for name in ("call", "cnn"):
        monkeypatch.setitem(probes.PROBES, name, counting(probes.PROBES[name]))
    monkeypatch.setattr(naming, "cnn", counting(naming.cnn))
    monkeypatch.setattr(functional, "conv2d", counting(functional.conv2d))
    return counts


@pytest.mark.parametrize(("item", "folder", "name"), MOST)
def test_a_wrong_answer_is_diagnosed_with_few_runs(item, folder, name, runs):
    naming._SIZES.clear()  # as in a process that has graded nothing
    slow_answers.graded(item, name, bench.answers(folder, item)[name])
    most = MOST[item, folder, name]
    assert {each: runs[each] for each in most if runs[each] > most[each]} == {}, dict(runs)
