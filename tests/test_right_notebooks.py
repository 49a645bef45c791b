"""Whole notebooks with a right part that once cost points elsewhere, through the real sandbox."""

import pytest

from tests.conftest import lost, solution_cells

INITIAL = {
    "He, by what goes out": "nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu'); nn.init.zeros_(m.bias)",
    "normal, as in a DCGAN": "nn.init.normal_(m.weight, 0, 0.02)",
    "small and uniform": "[nn.init.uniform_(p, -0.05, 0.05) for p in (m.weight, m.bias)]",
}
BY_HAND = """
def evaluate(model, loader, criterion, device="cpu"):
    BEFORE
    was_training = model.training
    model.eval()
    total, right, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        z = model(x)
        total += criterion(z, y).item() * len(y)
        right += (z.argmax(1) == y).sum().item()
        n += len(y)
    AFTER
    model.train(was_training)
    return total / n, right / n
"""
RESTORED = {
    "the state": ("found = torch.is_grad_enabled(); torch.set_grad_enabled(False)", "torch.set_grad_enabled(found)"),
    "the context": ("off = torch.no_grad(); off.__enter__()", "off.__exit__(None, None, None)"),
}  # fmt: skip


@pytest.mark.parametrize("how", INITIAL)
def test_a_network_may_start_slowly(desk, course, lab1, how):
    own = solution_cells(course, lab1, "02_training_loop")["my_cnn"]
    slow = (
        f"{own}\n\n\n_made = CNN.__init__\ndef _slow(self):\n    _made(self)\n    for m in self.modules():\n"
    )
    slow += f"        if isinstance(m, (nn.Conv2d, nn.Linear)):\n            {INITIAL[how]}\nCNN.__init__ = _slow\n"
    [card] = desk.grade(desk.notebook("02_training_loop", {"my_cnn": slow}))
    assert card["status"] == "graded"
    assert lost(card) == {}


def test_what_a_cell_sets_for_all_that_follows_costs_nothing(desk):
    """With float64 as PyTorch's own choice, `CNN()` is a network for other images than ours, and a student's own are such."""
    habits = "torch.set_default_dtype(torch.float64); torch.use_deterministic_algorithms(True); np.seterr(all='raise')"
    for name in ("01_cnn_layers", "02_training_loop"):
        [card] = desk.grade(desk.notebook(name, {}, [habits]))
        assert lost(card) == {}


@pytest.mark.parametrize("how", RESTORED)
def test_gradients_may_be_switched_off_and_on_by_hand(desk, how):
    """The device that holds no values stops such an `evaluate` halfway: that must not reach the training after it."""
    before, after = RESTORED[how]
    answer = BY_HAND.replace("BEFORE", before).replace("AFTER", after)
    [card] = desk.grade(desk.notebook("02_training_loop", {"evaluate": answer}))
    assert lost(card) == {}


def test_a_dropped_validation_batch_costs_its_own_item_alone(desk, course, lab1):
    own = solution_cells(course, lab1, "02_training_loop")["make_loaders"]
    wrong = f"{own}\n\n\n_right = make_loaders\ndef make_loaders(dataset, batch_size=64, val_fraction=0.2, seed=0):\n"
    wrong += "    train, val = _right(dataset, batch_size, val_fraction, seed)\n"
    wrong += "    return train, DataLoader(val.dataset, batch_size=batch_size, drop_last=True)\n"
    [card] = desk.grade(desk.notebook("02_training_loop", {"make_loaders": wrong}))
    assert set(lost(card)) == {"make_loaders"}


SHIFTED = {  # a helper whose name a later cell takes: every check below a task was green
    "two cells with a helper of one name": (
        "01_cnn_layers",
        {
            "conv2d": "def windows(x, kh, kw, s):\n    return x.unfold(2, kh, s).unfold(3, kw, s)\n\n"
            "def conv2d(x, weight, bias=None, stride=1, padding=0):\n"
            "    seen = windows(F.pad(x, [padding] * 4), *weight.shape[2:], stride)\n"
            "    out = torch.einsum('nchwuv,ocuv->nohw', seen, weight)\n"
            "    return out if bias is None else out + bias[:, None, None]",
            "max_pool2d": "def windows(x, k, s):\n    return x.unfold(2, k, s).unfold(3, k, s)\n\n"
            "def max_pool2d(x, kernel_size, stride=None):\n"
            "    return windows(x, kernel_size, stride or kernel_size).amax((-1, -2))",
        },
        "class Layer(nn.Module):\n    pass",
    ),
    "the network's parts, in an experiment with another": (
        "01_cnn_layers",
        {
            "CNN": "class Layer(nn.Module):\n    def __init__(self, a, b, after):\n        super().__init__()\n"
            "        self.conv, self.after = nn.Conv2d(a, b, 3, padding=1), after\n"
            "    def forward(self, x):\n        return self.after(self.conv(x).relu())\n\n"
            "class CNN(nn.Sequential):\n    def __init__(self):\n        pool = nn.MaxPool2d(2)\n"
            "        super().__init__(Layer(1, 8, pool), Layer(8, 16, pool), Layer(16, 32, nn.Flatten()), nn.Linear(1568, 10))",
        },
        "class Layer(nn.Module):\n    def __init__(self, size):\n        super().__init__()\nLayer(3)",
    ),
    "one name imported from two libraries": (
        "03_softmax_metrics",
        {
            "accuracy": "from einops import reduce\n\ndef accuracy(logits, labels):\n"
            "    return reduce((logits.argmax(1) == labels).float(), 'n -> ', 'mean').item()",
            "auc": "from functools import reduce\n\ndef auc(x, y):\n"
            "    area = lambda i: ((x[i + 1] - x[i]) * (y[i + 1] + y[i]) / 2).item()\n"
            "    return reduce(lambda whole, i: whole + area(i), range(len(x) - 1), 0.0)",
        },
        "torch, F = None, 0.5",
    ),
    "a loop's number": (
        "02_training_loop",
        {
            "train_one_epoch": "def step(model, x, y, criterion, optimizer):\n    optimizer.zero_grad()\n    loss = criterion(model(x), y)\n"
            "    loss.backward()\n    optimizer.step()\n    return loss.item() * len(y)\n\n"
            "def train_one_epoch(model, loader, criterion, optimizer, device='cpu'):\n    model.train()\n"
            "    losses = [step(model, x.to(device), y.to(device), criterion, optimizer) for x, y in loader]\n"
            "    return sum(losses) / len(loader.dataset)",
        },
        "for step in range(3):\n    print(step)",
    ),
}  # fmt: skip


def with_a_last_cell(notebook, source):
    code = {"cell_type": "code", "execution_count": None, "id": "last", "metadata": {}, "outputs": []}
    notebook["cells"].append({**code, "source": source})
    return notebook


@pytest.mark.parametrize("case", SHIFTED)
def test_a_helper_is_what_its_own_task_s_cell_found(desk, case):
    name, answers, last = SHIFTED[case]
    (card,) = desk.grade(with_a_last_cell(desk.notebook(name, answers), last))
    assert card["status"] == "graded"
    assert lost(card) == {}
    assert card["notes"] == []


def test_a_wrong_answer_with_such_a_helper_is_told_of_its_own_mistake(desk):
    """And a helper that is mended in a later cell counts."""
    name, answers, last = SHIFTED["two cells with a helper of one name"]
    wrong = {**answers, "conv2d": answers["conv2d"].replace("+ bias[:, None, None]", "- bias[:, None, None]")}
    mended = {"relu": "def part(x):\n    return x.abs()\n\ndef relu(x):\n    return part(x)"}
    told, right = desk.grade(
        with_a_last_cell(desk.notebook(name, wrong), last),
        with_a_last_cell(desk.notebook(name, mended), "def part(x):\n    return x.clamp(min=0)"),
    )
    assert set(lost(told)) == {"conv2d"}
    assert "windows" not in said_of(told, "conv2d")
    assert "bias" in said_of(told, "conv2d")
    assert lost(right) == {}


NO_GRAD = {
    "conv2d": "@torch.no_grad()\ndef conv2d(x, weight, bias=None, stride=1, padding=0):\n"
    "    seen = F.pad(x, [padding] * 4).unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)\n"
    "    out = torch.einsum('nchwuv,ocuv->nohw', seen, weight)\n    return out if bias is None else out + bias[:, None, None]",
    "relu": "relu = torch.inference_mode()(lambda x: x.clamp(min=0))",
}


def test_gradients_may_be_off_by_a_decorator_where_the_library_is_taken_away(desk):
    library = {"relu": "@torch.no_grad()\ndef relu(x):\n    return torch.relu(x)"}
    right, wrong = desk.grade(
        desk.notebook("01_cnn_layers", NO_GRAD), desk.notebook("01_cnn_layers", library)
    )
    assert lost(right) == {}
    assert set(lost(wrong)) == {"relu"}
    assert "Take the library call out" in said_of(wrong, "relu")


def test_a_notebook_may_be_of_float64_throughout(desk):
    first = ["torch.set_default_dtype(torch.float64)"]
    cards = desk.grade(*(desk.notebook(n, extra=first) for n in ("01_cnn_layers", "02_training_loop")))
    assert [lost(card) for card in cards] == [{}, {}]


def said_of(card, item):
    return " ".join(
        f"{each['message']} {each['hint']}" for entry in card["items"] if entry["id"] == item for each in entry["tests"]
    )  # fmt: skip


def test_a_name_that_was_taken_is_said_to_be(desk, course, lab1):
    metrics = solution_cells(course, lab1, "03_softmax_metrics")["auc"]
    layers = solution_cells(course, lab1, "01_cnn_layers")["relu"]
    helper = "%%writefile mine.py\nimport torch\ndef relu(x):\n    return torch.relu(x)"
    taken, replaced, from_file = desk.grade(
        desk.notebook("03_softmax_metrics", {"auc": f"{metrics}\nauc = auc(torch.tensor([0., 1.]), torch.tensor([0., 1.]))"}),
        desk.notebook("01_cnn_layers", {"relu": f"{layers}\nfrom torch.nn.functional import *"}),
        desk.notebook("01_cnn_layers", {"relu": "from mine import relu"}, [helper]),
    )  # fmt: skip
    assert set(lost(taken)) == {"auc"}
    assert "`auc` is of type float" in said_of(taken, "auc")
    assert "from … import *" in said_of(replaced, "relu")
    assert set(lost(from_file)) == {"relu"}
    assert "Take the library call out" in said_of(from_file, "relu")
