"""What an item's own cell defines is graded, whatever later cells do to its name; what is right later counts, too."""

import pytest
from small_class import FLIPPED

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
