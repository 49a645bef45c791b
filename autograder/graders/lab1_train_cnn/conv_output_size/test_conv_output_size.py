"""Hidden tests of `conv_output_size`."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

from functools import partial

from autograder.graders.kit import relations_layers as relations
from autograder.graders.kit.several_calls import all_of
from autograder.graders.lab1_train_cnn.conv_output_size import simpler
from autograder.grading import item


@item("conv_output_size", gate=True)
def test_output_size_exists(student, rng):
    """`conv_output_size` takes a size, a kernel size, a stride and a padding, and returns a number."""
    simpler.check(student, rng.number(15, 40), 4, 1, 0, form_only=True)


@item("conv_output_size", weight=2)
def test_output_size_of_many_layers(student, rng):
    """The size follows the formula for any kernel, stride and padding, where the division leaves no rest."""
    calls = ((9, 4, 1, 1), (28, 6, 1, 2), (3 * rng.number(6, 12) + 4, 4, 3, 0), (12, 6, 2, 3))
    all_of(*(partial(simpler.check, student, *each) for each in calls))


@item("conv_output_size", weight=1, holds=relations.size_rounds_down)
def test_output_size_rounds_down(student, rng):
    """A window that does not fit any more is left out: the division rounds down."""
    # Who rounds up, to the nearest, or halves to the even neighbour fails at another of these first.
    calls = ((3 * rng.number(5, 9) + 8, 7, 3, 0), (10, 4, 4, 0), (8, 3, 2, 0))
    all_of(*(partial(simpler.check, student, *each) for each in calls))


@item("conv_output_size", weight=1, holds=relations.size_has_its_defaults)
def test_output_size_defaults(student, rng):
    """The stride is 1 and the padding 0 unless they are given."""
    size = rng.number(12, 30)
    asked = partial(simpler.check, student)
    all_of(
        partial(asked, size, 5),
        partial(asked, size, 5, padding=2),
        partial(asked, 3 * size + 1, kernel_size=4, stride=3),
    )
