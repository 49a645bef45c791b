"""Where no misconception is known, the one change of the input that makes a result right names the cause."""

import grading_bench as bench
import pytest
import torch

from autograder.graders.lab1_train_cnn.max_pool2d import simpler as simpler_pool
from autograder.graders.lab1_train_cnn.relu import simpler as simpler_relu
from autograder.grading.outcomes import Failed

CAUSES = {
    "conv2d": {
        "one_size_for_a_kernel_of_two_sides": "square kernels only",
        "bias_always_added": "only when a bias is given",
        "sides_unpacked_in_the_wrong_order": "square images only",
        "seven_loops_over_an_unpadded_image": "your own padding is at fault",
        "unfold_without_the_padding": "your own padding is at fault",
        "unfold_without_the_stride": "right with stride 1",
        "weight_axes_in_the_wrong_order": "(C_out, C_in, kH, kW)",
        "padding_of_one_whatever_is_asked": "right for 1 and not for 2",
        "rounded_to_three_digits": "digits after the point: 3",
    },
    "max_pool2d": {
        "windows_started_before_the_stride_is_known": "when a stride is given",
        "best_so_far_starts_at_minus_two": "positive values only",
    },
    "relu": {"pairs_of_indices": "two axes only", "limited_to_fifty": "no limit above"},
}


@pytest.mark.parametrize(
    ("item", "name"), [pytest.param(i, n, id=f"{i}-{n}") for i, names in CAUSES.items() for n in names]
)
def test_the_simpler_input_names_the_cause(item, name):
    answer = bench.answers("wrong", item)[name]
    result = bench.grade(bench.notebook(**{item: answer}), item, seed=3)
    assert result.score < result.points
    wrong = [hint for hint in bench.hints_in(result) if CAUSES[item][name] not in hint]
    assert bench.hints_in(result)
    assert not wrong


def test_nothing_is_said_where_no_change_helps():
    def noise(x):
        return torch.randn_like(x)

    student = bench.student_of(bench.notebook(relu=noise), "relu", {"relu"})
    with pytest.raises(Failed) as failed:
        simpler_relu.check(student, torch.linspace(-3, 4, 20).reshape(4, 5))
    assert "right" not in failed.value.advice


def test_a_known_misconception_is_not_talked_over():
    def absolute(x):
        return x.abs()

    student = bench.student_of(bench.notebook(relu=absolute), "relu", {"relu"})
    with pytest.raises(Failed) as failed:
        simpler_relu.check(student, torch.linspace(-3, 4, 20).reshape(4, 5))
    assert failed.value.matches == ["absolute_value"]


def test_a_call_that_hangs_is_not_asked_again(monkeypatch):
    asked = []

    def pooled(x, kernel_size, stride=None):
        raise AssertionError

    student = bench.student_of(bench.notebook(max_pool2d=pooled), "max_pool2d", {"max_pool2d"})
    plain = student.observer.observe

    def observe(probe, spec, deadline):
        asked.append(spec)
        simple = len(spec["args"]) == 3 or "stride" in spec["kwargs"]
        return bench.observers.Reply("timeout") if simple else plain(probe, spec, deadline)

    monkeypatch.setattr(student.observer, "observe", observe)
    with pytest.raises(Failed):
        simpler_pool.check(student, torch.ones(1, 1, 4, 6), 2)
    simple = [spec for spec in asked if len(spec["args"]) == 3 or "stride" in spec["kwargs"]]
    assert len(simple) == 1
