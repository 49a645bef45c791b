"""Notebook 02: facts that are looked at pay nothing to who does nothing, and relations are not true by emptiness."""

import math

import grading_bench as bench
import pytest
import torch
from torch.utils.data import DataLoader

from autograder.graders.kit import relations_epochs
from autograder.graders.lab1_train_cnn.fit.loop import LOOP
from autograder.graders.lab1_train_cnn.fit.loop import RELATIONS as FIT
from autograder.grading.items import material
from autograder.grading.own import Own
from autograder.grading.rng import Rng

ITEMS = ("make_loaders", "train_one_epoch", "evaluate", "fit")
pytestmark = pytest.mark.usefixtures("remembered")


# --- who does nothing earns nothing ------------------------------------------------------------------------


def one_loader_for_both(dataset, batch_size=64, val_fraction=0.2, seed=0):
    loader = DataLoader(dataset, batch_size=batch_size)
    return loader, loader


def loaders_of_nothing(dataset, batch_size=64, val_fraction=0.2, seed=0):
    return [], []


def a_typical_loss(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    return math.log(4)


def a_loss_from_nowhere(model, loader, criterion, optimizer, device="cpu"):
    return torch.empty(()).item()


def looked_at_and_not_learned(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    for x, _ in loader:
        model(x.to(device))
    return 1.0


def typical_numbers(model, loader, criterion, device="cpu"):
    return math.log(4), 0.25


def numbers_from_nowhere(model, loader, criterion, device="cpu"):
    with torch.no_grad():
        return torch.rand(1).item(), torch.rand(1).item()


def used_and_not_measured(model, loader, criterion, device="cpu"):
    was = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            criterion(model(x.to(device)), y.to(device))
    model.train(was)
    return 0.0, 1.0


def numbers_made_up(model, train_loader, val_loader, epochs, lr):
    falling = [1 / epoch for epoch in range(1, epochs + 1)]
    return {"train_loss": falling, "val_loss": falling, "val_accuracy": [1 - each for each in falling]}


def nothing_at_all(model, train_loader, val_loader, epochs, lr):
    return {"train_loss": [], "val_loss": [], "val_accuracy": []}


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        *(("make_loaders", each) for each in (one_loader_for_both, loaders_of_nothing)),
        *(
            ("train_one_epoch", each)
            for each in (a_typical_loss, a_loss_from_nowhere, looked_at_and_not_learned)
        ),
        *(("evaluate", each) for each in (typical_numbers, numbers_from_nowhere, used_and_not_measured)),
        *(("fit", each) for each in (numbers_made_up, nothing_at_all)),
    ],
)
def test_who_does_nothing_earns_nothing(item, answer):
    space = bench.notebook(**{item: answer})
    for seed in range(3):
        assert bench.under_rules_of_the_course(bench.grade(space, item, seed)).score == 0


# --- relations ---------------------------------------------------------------------------------------------

RELATIONS = {
    "train_one_epoch": (
        relations_epochs.steps_by_batch,
        relations_epochs.averages,
        relations_epochs.trains_in_training_mode,
        relations_epochs.moved_in_training,
        relations_epochs.uses_what_it_is_given,
    ),
    "evaluate": (
        relations_epochs.measures,
        relations_epochs.moved_in_evaluation,
        relations_epochs.leaves_no_trace,
        relations_epochs.records_no_gradients,
    ),
    "fit": (
        FIT.has_a_number_for_each_epoch,
        FIT.trains_by_the_rule,
        FIT.validates_its_own_model,
        FIT.follows_its_arguments,
    ),
}
IDLE = {"train_one_epoch": a_typical_loss, "evaluate": typical_numbers, "fit": numbers_made_up}
PAIRS = [(item, relation) for item, relations in RELATIONS.items() for relation in relations]


def holds(item, relation, answer, seed):
    student = bench.student_of(bench.notebook(**{item: answer}), item, {item})
    return student.holds(item, relation, Rng(seed))


@pytest.mark.parametrize(("item", "relation"), PAIRS)
def test_a_relation_holds_for_right_answers_and_for_no_idle_one(item, relation):
    right = [material(bench.LAB.name, item).reference, *bench.answers("unusual", item).values()]
    for seed in range(8 if item != "fit" else 2):
        assert holds(item, relation, right[0], seed)
    for answer in right[1:]:
        found = holds(item, relation, answer, 20)
        # On a device without values some right answers end before a batch is used: no proof either way.
        assert found or (found is None and relation.__name__.startswith("moved_in")), answer.__name__
    for seed in range(4):
        assert not holds(item, relation, IDLE[item], seed)


def test_a_wrong_part_is_not_the_fault_of_fit():
    fit = bench.answers("unusual", "fit")["own_functions_called"]
    broken = next(
        each
        for each in material(bench.LAB.name, "evaluate").misconceptions
        if each.name == "both_averaged_over_batches"
    )
    student = bench.student_of(bench.notebook(evaluate=broken.function, fit=fit), "fit", {"fit", "evaluate"})
    assert FIT.validates_its_own_model(Own(student, "fit"), Rng(3)) is None
    assert LOOP.training(Rng(3), 6, 0.05)["item"] == "fit"
