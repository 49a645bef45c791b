"""What follow-through leaves an answer of notebook 01: nothing where another thing was done, or nothing at all."""

import grading_bench as bench
import numpy as np
import pytest
import torch
from torch import nn

from autograder.grading.items import material
from autograder.grading.observers import run_here
from autograder.grading.rng import Rng
from autograder.sandbox.inside.parts import Net

ITEMS = [item for item, notebook in bench.NOTEBOOK_OF.items() if notebook == "01_cnn_layers"]
pytestmark = pytest.mark.usefixtures("remembered")


# --- nothing comes of nothing --------------------------------------------------------------------------------


def sized(x, rows, columns, channels=None):
    return (x.shape[0], channels or x.shape[1], rows, columns)


def conv_shape(x, weight, stride=1, padding=0):
    sides = [(a + 2 * padding - b) // stride + 1 for a, b in zip(x.shape[2:], weight.shape[2:], strict=True)]
    return sized(x, *sides, len(weight))


def pool_shape(x, kernel_size, stride=None):
    return sized(x, *((side - kernel_size) // (stride or kernel_size) + 1 for side in x.shape[2:]))


# What `torch.empty` may hold is written out: in this process, freed memory holds the references' own results.


def conv2d_empty(x, weight, bias=None, stride=1, padding=0):
    return torch.full(conv_shape(x, weight, stride, padding), 1e-38, dtype=x.dtype)


def conv2d_noise(x, weight, bias=None, stride=1, padding=0):
    return torch.randn(conv_shape(x, weight, stride, padding), dtype=x.dtype)


def conv2d_numbers_in_a_row(x, weight, bias=None, stride=1, padding=0):
    shape = conv_shape(x, weight, stride, padding)
    return torch.arange(torch.Size(shape).numel(), dtype=x.dtype).reshape(shape)


def conv2d_bias_alone(x, weight, bias=None, stride=1, padding=0):
    out = torch.zeros(conv_shape(x, weight, stride, padding), dtype=x.dtype)
    return out if bias is None else out + bias.view(1, -1, 1, 1)


def conv2d_array(x, weight, bias=None, stride=1, padding=0):
    return np.ones(conv_shape(x, weight, stride, padding), np.float32)


def max_pool2d_empty(x, kernel_size, stride=None):
    return torch.full(pool_shape(x, kernel_size, stride), 1e-38, dtype=x.dtype)


def max_pool2d_noise(x, kernel_size, stride=None):
    return torch.randn(pool_shape(x, kernel_size, stride), dtype=x.dtype)


def max_pool2d_constant(x, kernel_size, stride=None):
    return torch.full(pool_shape(x, kernel_size, stride), float(x.max()), dtype=x.dtype)


def max_pool2d_array(x, kernel_size, stride=None):
    return np.zeros(pool_shape(x, kernel_size, stride))


def relu_empty(x):
    return torch.full_like(x, 1e-38)


def relu_ones(x):
    return torch.ones_like(x)


def relu_noise(x):
    return torch.rand_like(x)


def relu_input(x):
    return x


def relu_copy(x):
    return x.clone()


def conv_output_size_one(size, kernel_size, stride=1, padding=0):
    return 1


def conv_output_size_input(size, kernel_size, stride=1, padding=0):
    return size


def count_parameters_zero(model):
    return 0


def count_parameters_of_the_task(model):
    return 21578


def count_parameters_random(model):
    return int(torch.randint(1, 1000, ()))


class CNN_of_zeros(nn.Module):
    def forward(self, x):
        return torch.zeros(len(x), 10)


class CNN_with_the_right_number(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(21578))

    def forward(self, x):
        return torch.rand(len(x), 10) + 0 * self.weights.sum()


class CNN_of_one_layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x.flatten(1))


NOTHING = [
    pytest.param(item, answer, id=name)
    for name, answer in list(globals().items())
    for item in ITEMS
    if name.startswith(f"{item}_")
]


@pytest.mark.parametrize(("item", "answer"), NOTHING)
def test_values_from_nowhere_earn_nothing(item, answer):
    for seed in range(2):
        result = bench.under_rules_of_the_course(bench.grade(bench.notebook(**{item: answer}), item, seed))
        assert result.score == 0, [(test.name, test.outcome, test.keeps) for test in result.tests]


# --- another task --------------------------------------------------------------------------------------------


def two_inputs(item):
    rng = Rng(3)
    if item == "CNN":
        return []  # a network's scores depend on its weights
    if item == "count_parameters":
        one, two = [["Linear", 6, 7]], [["Linear", 5, 4], ["Linear", 4, 3]]
        return [[Net("model", one, {}, frozen=["0.bias"])], [Net("model", two, {}, frozen=["1.weight"])]]
    if item == "conv_output_size":
        return [[20, 3], [31, 5]]
    rest = {"conv2d": [rng.normal(4, 3, 3, 3)], "max_pool2d": [2, 2], "relu": []}[item]
    return [[rng.normal(2, 3, 8, 8), *rest] for _ in range(2)]


@pytest.mark.parametrize("item", ITEMS)
def test_who_gives_the_same_for_every_input_did_another_task(item):
    for each in material(bench.LAB.name, item).misconceptions:
        seen = [
            run_here({item: each.function}, "call", {"item": item, "args": args, "kwargs": {}, "seed": 0})
            for args in two_inputs(item)
        ]
        if seen and all(reply.status == "ok" for reply in seen):
            first, second = (reply.value["result"] for reply in seen)
            same = (
                torch.equal(first, second) if isinstance(first, torch.Tensor) else repr(first) == repr(second)
            )
            assert not same or each.other_task, each.name


# --- a wrong form costs its own points -----------------------------------------------------------------------


@pytest.mark.parametrize("item", ["conv2d", "max_pool2d", "relu"])
@pytest.mark.parametrize("form", [lambda y: y.numpy(), lambda y: y.double(), lambda y: y.float()])
def test_a_wrong_form_of_right_values_costs_its_own_points(item, form):
    reference = material(bench.LAB.name, item).reference
    result = bench.grade(bench.notebook(**{item: lambda *args, **more: form(reference(*args, **more))}), item)
    assert [test.name for test in result.tests if test.outcome != "passed"] == [f"test_{item}_dtype"]
    assert result.score == pytest.approx(
        result.points * (1 - 0.5 / sum(test.weight for test in result.tests)), abs=0.01
    )
