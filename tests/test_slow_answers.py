"""No wrong answer takes long to diagnose: counted in runs of trainings and networks, which are the same on every machine."""

import sys
from collections import Counter

import grading_bench as bench
import pytest
from torch.nn import functional

from autograder.graders.kit import naming
from autograder.graders.lab1_train_cnn.fit.loop import LOOP
from autograder.grading import causes, observers, points
from autograder.grading.rng import Rng
from autograder.sandbox.inside import probes

sys.path.insert(0, str(bench.ROOT / "benchmarks"))
import slow_answers

# At most so many runs of functions, networks and convolutions; some more than are counted today. Before a misconception that is
# tried was spared its own explanation, there were up to four times as many.
MOST = {
    ("CNN", "wrong", "batch_normalised"): {"module": 100, "conv2d": 6500},
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

    for name in ("call", "module"):
        monkeypatch.setitem(probes.PROBES, name, counting(probes.PROBES[name]))
    monkeypatch.setattr(naming, "module", counting(naming.module))
    monkeypatch.setattr(functional, "conv2d", counting(functional.conv2d))
    return counts


@pytest.mark.parametrize(("item", "folder", "name"), MOST)
def test_a_wrong_answer_is_diagnosed_with_few_runs(item, folder, name, runs):
    naming._SIZES.clear()  # as in a process that has graded nothing
    slow_answers.graded(item, name, bench.answers(folder, item)[name])
    most = MOST[item, folder, name]
    assert {each: runs[each] for each in most if runs[each] > most[each]} == {}, dict(runs)


def test_most_misconceptions_of_an_optimizer_are_ruled_out_by_its_first_steps(monkeypatch):
    replayed, steps = probes.replayed, Counter()

    def counted(function, spec):
        steps[len(spec["gradients"])] += 1
        return replayed(function, spec)

    monkeypatch.setattr(probes, "replayed", counted)
    graded = bench.grade(bench.notebook(Adam=bench.answers("wrong", "Adam")["WeightsDecay"]), "Adam", 3)
    assert graded.score == 0
    known = len(bench.known("Adam").misconceptions)
    assert steps[2] > 5 * known  # each fact that is wrong asks all of them
    assert steps[12] < 2 * known, steps


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("item", ["conv2d", "CNN", "make_loaders", "fit"])
def test_what_a_diagnosis_compares_does_not_need_the_causes(item):
    known = bench.material(bench.LAB.name, item).misconceptions
    for each in known[:: len(known) // 4]:
        student = bench.student_of(bench.notebook(**{item: each.function}), item, {item})
        with causes.not_sought():
            tried = bench.run_tests(student, bench.NOTEBOOK_OF[item], item, 3)
        explained = bench.profile(item, each, 3)
        assert points._profile(tried) == points._profile(explained)
        assert not [raw for raw in tried if raw.failure and raw.failure.matches]
        assert [raw for raw in explained if raw.failure and raw.failure.matches], each.name


def test_a_variant_of_a_training_is_ruled_out_for_all_calls():
    ruled_out: set[int] = set()
    answers = bench.answers("wrong", "fit") | bench.answers("one_mistake", "fit")

    def advice(name, seed):
        spec = {**LOOP.training(Rng(seed), 3, 0.05), "standins": []}
        namespace = bench.notebook(fit=answers[name])
        seen = observers.run_here(namespace, "call", spec).value
        return LOOP.advice(seen, LOOP.expected_of(spec), spec, ruled_out=ruled_out)

    assert "Adagrad" in advice("adagrad", 1)
    assert "Adagrad" in advice("adagrad", 2)
    assert "Adagrad" not in advice("label_smoothing", 1)
    assert "Adagrad" not in advice(
        "adagrad", 2
    )  # as where one call of the same student had shown that it is another
