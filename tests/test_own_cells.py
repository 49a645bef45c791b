"""What an item's own cell defines is graded, whatever later cells do to its name; what is right later counts, too."""

import json
from dataclasses import replace

import nbformat
import pytest
from small_class import FLIPPED

from autograder.authoring.handing_in import solution_cells
from autograder.course import libraries
from autograder.errors import CourseError

METRICS, LAYERS, LOOP = "03_softmax_metrics", "01_cnn_layers", "02_training_loop"
WRONG_RELU = "def relu(x):\n    return x.abs()\n"
RIGHT_RELU = "def relu(x):\n    return (x > 0) * x\n"


def at_the_end(notebook, *sources):
    for i, source in enumerate(sources):
        notebook["cells"].append(
            {"cell_type": "code", "execution_count": None, "id": f"end{i}", "metadata": {}, "outputs": [], "source": source}
        )  # fmt: skip
    return notebook


COMPARISONS = {
    "names imported at the end": (
        METRICS,
        "from sklearn.metrics import roc_curve, auc, confusion_matrix, precision_recall_fscore_support as precision_recall_f1",
        "from torch.nn.functional import softmax, log_softmax, cross_entropy\nprint(softmax(torch.zeros(3), dim=0))",
    ),
    "a result under the function's name": (
        METRICS,
        "x, y = torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0])\nauc = auc(x, y)",
        "accuracy = 0.93\nsoftmax, log_softmax = 1, 2\ndel cross_entropy",
    ),
    "an experiment with another network": (
        LAYERS,
        "class CNN(nn.Module):\n    def __init__(self, p=0.5):\n        super().__init__()\n        self.drop = nn.Dropout(p)\n"
        "        self.layer = nn.Linear(784, 10)\n    def forward(self, x):\n        return self.layer(self.drop(x.flatten(1)))",
        "import torch.nn.functional as F\nconv2d, relu = F.conv2d, F.relu\nfrom torch import max_pool2d",
    ),
    "the network that is trained, changed below": (
        LOOP,
        "class CNN(nn.Module):\n    def forward(self, x):\n        return x.flatten(1)[:, :10]\nCNN()",
        "def fit(*arguments):\n    print('tried something')\ntrain_one_epoch = None",
    ),
}


@pytest.mark.parametrize("case", COMPARISONS)
def test_a_later_cell_takes_no_right_answer_s_name(desk, case):
    name, *cells = COMPARISONS[case]
    (card,) = desk.grade(at_the_end(desk.notebook(name), *cells))
    assert card["score"] == card["max_score"], [
        item for item in card["items"] if item["score"] < item["points"]
    ]
    assert any("A later cell gives" in note for note in card["notes"]), card["notes"]


def items(card):
    return {item["id"]: item["score"] for item in card["items"]}


def test_what_is_right_later_counts(desk):
    right = RIGHT_RELU.replace("relu(x)", "relu(x)")
    (card, other) = desk.grade(
        at_the_end(desk.notebook(LAYERS, {"relu": WRONG_RELU}), right),
        at_the_end(
            desk.notebook(LAYERS, {"relu": WRONG_RELU}), WRONG_RELU.replace("x.abs()", "x.clamp(max=0)")
        ),
    )
    assert items(card)["relu"] == 2
    assert "`relu` was right only as later cells left it." in card["notes"]
    assert items(other)["relu"] == 0
    (wrong,) = (item for item in other["items"] if item["id"] == "relu")
    assert any(test["misconception"] and "absolute" in test["hint"] for test in wrong["tests"]), (
        wrong
    )  # of its own cell


def test_right_loaders_later_count_as_well(desk):
    own = "def make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):\n    return DataLoader(dataset, batch_size), DataLoader(dataset, batch_size)\n"
    right = solution_cells(desk.course, desk.assignment, LOOP)["make_loaders"]
    (card,) = desk.grade(at_the_end(desk.notebook(LOOP, {"make_loaders": own}), right))
    assert items(card)["make_loaders"] == 6
    assert "`make_loaders` was right only as later cells left it." in card["notes"]


@pytest.mark.parametrize("before", [True, False])
def test_an_answer_in_another_cell_counts_where_the_stub_was_left_alone(desk, before):
    """Also where the stub comes after it, and takes the name."""
    stub = next(cell.source for cell in desk.releases[LAYERS].cells if cell.grade_id == "relu")
    notebook = desk.notebook(LAYERS, {"relu": stub}, extra=[RIGHT_RELU] if before else [])
    (card,) = desk.grade(notebook if before else at_the_end(notebook, RIGHT_RELU))
    assert items(card)["relu"] == 2


def test_a_later_library_function_is_no_answer(desk):
    """Nor a name that is imported where the item's own cell defines nothing."""
    later, instead = desk.grade(
        at_the_end(
            desk.notebook(LAYERS, {"relu": WRONG_RELU, "conv2d": FLIPPED}), "relu, conv2d = F.relu, F.conv2d"
        ),
        desk.notebook(LAYERS, {"relu": "from torch.nn.functional import relu\n"}),
    )
    assert items(later)["relu"] == items(instead)["relu"] == 0
    assert items(later)["conv2d"] == 0


TQDM = """
from tqdm import tqdm, trange
from tqdm.notebook import tqdm as bar
def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, seen = 0.0, 0
    progress_bar = {bar}(loader, desc="training", leave=False)
    for images, labels in progress_bar:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        seen += len(labels)
        progress_bar.set_description("training")
        progress_bar.set_postfix(loss=f"{total / seen:.3f}")
    return total / seen
"""


def test_progress_bars_and_what_students_commonly_import_are_there(desk):
    """Also where the library's own answers are taken away."""
    everything = (
        "import einops, ipywidgets, pandas as pd, seaborn as sns, torchmetrics\nfrom tqdm.auto import trange"
    )
    relu = "import pandas, tqdm, seaborn, einops\ndef relu(x):\n    for _ in tqdm.trange(1):\n        return einops.rearrange((x > 0) * x, '... -> ...')\n"
    cards = desk.grade(
        desk.notebook(LOOP, {"train_one_epoch": TQDM.replace("{bar}", "tqdm")}, [everything]),
        desk.notebook(LOOP, {"train_one_epoch": TQDM.replace("{bar}", "bar")}),
        desk.notebook(LAYERS, {"relu": relu}, [everything]),
    )
    assert [card["score"] for card in cards] == [card["max_score"] for card in cards]


@pytest.mark.parametrize(
    ("cell", "answer", "said"),
    [
        ("from my_layers import conv2d, relu", "pass", "no `relu`, since `from my_layers import conv2d, relu` failed: No module named 'my_layers'"),
        ("import torchinfo", "def relu(x):\n    torchinfo.summary\n    return x.clamp(min=0)", "NameError: name 'torchinfo' is not defined, since `import torchinfo` failed"),
        ("from utils.layers import *", "pass", "no `relu`, since `from utils.layers import *` failed: No module named 'utils'"),
        ("try:\n    import nowhere as n\nfinally:\n    pass", "def relu(x):\n    return n.relu(x)", "name 'n' is not defined, since `import nowhere as n` failed"),
        ("import math", "def relu(x):\n    return n.relu(x)", "NameError: name 'n' is not defined in line 2 of relu"),  # no import's fault
    ],
)  # fmt: skip
def test_an_import_that_failed_is_named_where_its_name_is_missing(desk, cell, answer, said):
    (card,) = desk.grade(desk.notebook(LAYERS, {"relu": answer}, [cell]))
    (relu,) = (item for item in card["items"] if item["id"] == "relu")
    assert said in " ".join(test["message"] for test in relu["tests"]), relu
    assert card["score"] == card["max_score"] - 2


def test_nothing_is_graded_without_the_libraries_of_the_course(course):
    bent = replace(course, libraries=("tqdm", "no-such-thing-as-this>=2", "pandas>=1"))
    with pytest.raises(
        CourseError, match=r"no-such-thing-as-this>=2 .* -m pip install 'no-such-thing-as-this>=2'`"
    ):
        libraries.require(bent)
    assert libraries.versions(bent)["tqdm"]
    assert libraries.versions(replace(course, libraries=("tqdm<1",))) == {"tqdm<1": ""}
    with pytest.raises(CourseError, match="names no package"):
        libraries.versions(replace(course, libraries=("two words",)))
    with pytest.raises(CourseError, match="lists packages"):
        replace(course, libraries="tqdm")


def test_a_notebook_of_format_3_is_converted_and_that_is_said(desk):
    text = json.dumps(desk.notebook(LAYERS))
    old = nbformat.v3.writes_json(nbformat.convert(nbformat.reads(text, as_version=4), 3))
    assert '"worksheets"' in old
    no_such = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": []}]}]}
    card, odd = desk.grade(old.encode(), no_such)
    assert card["score"] == card["max_score"]
    assert any("of format 3" in note for note in card["notes"])
    assert odd["status"] == "invalid"
    assert "Save it again with Jupyter" in odd["message"]


def test_what_stands_in_a_cell_to_try_things_in_is_there_and_costs_nothing(desk):
    """It runs as a cell of the student's own: a helper put there is found, and neither an error nor a hint loses a point."""
    notebook = desk.notebook(
        LAYERS, {"relu": "def relu(x):\n    return torch.maximum(x, x.new_full((), ZERO))"}
    )
    tried = ["ZERO = 0.0", 'hint("conv2d")', "conv2d(1, 2)", "relu = abs", "print(progress())", "CNN()("]
    scratch = [c for c in notebook["cells"] if "# hint(" in "".join(c["source"])]
    assert len(scratch) == len(tried)
    for cell, source in zip(scratch, tried):
        assert "nbgrader" not in cell["metadata"]
        cell["source"] = source
    (card,) = desk.grade(notebook)
    assert card["score"] == card["max_score"], card
