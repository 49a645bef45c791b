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
