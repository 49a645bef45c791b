"""What an unknown wrong network is told: its hint must name the cause, not only that something differs."""

import grading_bench as bench
import pytest

from autograder.graders.kit import network_errors, network_sizes
from autograder.graders.lab1_train_cnn.cnn.network import ARCHITECTURE
from autograder.grading.items import material

CAUSES = {
    "no_padding_in_a_network_for_seven": "no padding",
    "first_convolution_unpadded": "first convolution has no padding",
    "second_convolution_unpadded_and_linear_layer_too_large": "second convolution has no padding",
    "third_pool_and_linear_layer_too_large": "pool three times",
    "pools_that_move_by_one": "Your pools move by one",
    "leaky_slope_of_a_fifth": "leaky ReLU (0.2)",
    "elu_after_each": "an ELU",
    "mirrored_borders": "mirror image",
    "one_score": "fewer than ten scores",
    "a_hundred_scores": "100 scores",
    "batch_of_64_written_in": "64 rows",
    "modules_made_of_x": "makes a layer",
    "local_names_in_init": "`self.conv1` is used and was never set",
    "images_in_one_heap": "mixes the images",
    "sixteen_maps_come_out": "third convolution's result is thrown away",
    "pixels_scaled_inside": "0.1307",
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_hint_names_the_cause(name):
    result = bench.grade(bench.notebook(CNN=bench.answers("wrong", "CNN")[name]), "CNN", seed=3)
    hints = bench.hints_in(result)
    assert result.score < result.points
    assert hints
    assert all(CAUSES[name] in hint for hint in hints), hints


def test_sizes_that_several_mistakes_leave_are_not_told_from_one_image_side():
    """No padding and a third pool both leave 3×3 of 28×28."""
    assert network_sizes.of_geometry(ARCHITECTURE, {28: 288}) == ""
    assert "no padding" in network_sizes.of_geometry(ARCHITECTURE, {28: 288, 30: 512, 36: 800})
    assert "three times" in network_sizes.of_geometry(ARCHITECTURE, {28: 288, 30: 288, 36: 512})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ValueError: no",
        "AttributeError: 'Tensor' object has no attribute 'flaten'",
        "AttributeError: 'NoneType' object has no attribute 'flatten'",
        "AttributeError: 'tuple' object has no attribute 'flatten'",
        "AttributeError: 'method' object has no attribute 'flatten'",
        "AttributeError: 'Sequential' object has no attribute 'conv1'",
        "TypeError: conv2d(): argument 'input' (position 1) must be Tensor, not int",
        "AttributeError: module 'torch' has no attribute 'flaten'",
        "RuntimeError: shape '[-1, 1568]' is invalid for input of size 576",
    ],
)
def test_nothing_is_said_of_other_errors(text):
    assert network_errors.of_error(ARCHITECTURE, text, {}) == ""


def test_the_task_itself_is_no_mistake():
    reference = material("lab1_train_cnn", "CNN").reference
    assert network_sizes.width_of(ARCHITECTURE, list(reference().parameters())) == 1568
    assert network_sizes.of_geometry(ARCHITECTURE, {28: 1568, 30: 32 * 49, 36: 32 * 81}) == ""
