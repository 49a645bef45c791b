"""A slip of form: what is taken for the same values in another form, and what is not; and what it costs."""

import numpy as np
import pytest
import torch
from grading_bench import LAB

from autograder.grading.forms import in_the_form_of
from autograder.grading.items import Material
from autograder.grading.outcomes import Failed
from autograder.grading.plugin import Raw
from autograder.grading.points import score_item

ROW = torch.tensor([1.0, 2.0, 3.0])
COUNTS = torch.tensor([[1, 0], [2, 3]])


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        (ROW, ROW.double()),
        (ROW, ROW.numpy()),
        (ROW, [1.0, 2, 3.0]),
        (ROW, [torch.tensor(1.0), torch.tensor(2.0), torch.tensor(3.0)]),
        (ROW, ROW[:, None]),
        (COUNTS, COUNTS.float()),
        (COUNTS, COUNTS.tolist()),
        (COUNTS, [COUNTS[0], COUNTS[1]]),
        ((ROW, COUNTS), [ROW.numpy(), COUNTS.numpy()]),
        ((ROW, ROW), torch.stack([ROW, ROW])),
        ((ROW, ROW), (ROW, ROW, "more than was asked")),
        ((ROW, COUNTS), {"values": ROW.numpy(), "counts": COUNTS}),
        (ROW, (ROW, COUNTS)),
        (2.5, torch.tensor([2.5])),
        (2.5, [2.5]),
    ],
)
def test_the_same_values_in_another_form(wanted, got):
    mine = in_the_form_of(wanted, got)
    if isinstance(wanted, float):
        assert mine == wanted
        return
    pairs = zip(mine, wanted, strict=True) if isinstance(wanted, tuple) else [(mine, wanted)]
    assert all(a.dtype == b.dtype and torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        (ROW, None),
        (ROW, "1, 2, 3"),
        (ROW, [1.0, "2", 3.0]),
        (ROW, torch.tensor([True, False, True])),
        (ROW, []),
        (COUNTS, COUNTS / 3),
        (COUNTS, torch.tensor([[1.0, float("nan")], [2.0, 3.0]])),
        ((ROW, ROW), (ROW,)),
        (2.5, ROW),
        (2.5, "2.5"),
    ],
)
def test_what_is_no_slip_of_form_stays_as_it_is(wanted, got):
    assert in_the_form_of(wanted, got) is got


def test_another_shape_stays_another_shape():
    assert in_the_form_of(ROW, ROW[None].repeat(2, 1)).shape == (2, 3)
    assert np.shape(in_the_form_of(COUNTS, COUNTS.float().reshape(-1))) == (4,)


def scored(form, *values):
    """Return the points of an item worth 4 whose fact of form and whose other facts ended so."""
    raws = [Raw("auc", "test_form", "", 1, gate=True, veto=False)]
    raws += [Raw("auc", f"test_{i}", "", 3 / len(values), gate=False, veto=False) for i in range(len(values))]
    for raw, passed in zip(raws, (form, *values), strict=True):
        raw.outcome = "passed" if passed else "failed"
        raw.failure = None if passed else Failed("auc(x, y)", "1", "2", kind="dtype")
    item = next(each for each in LAB.items("03_softmax_metrics") if each.id == "auc")
    return score_item(item, raws, Material("auc", None), []).score


def test_a_form_costs_a_share_of_what_values_earn():
    assert scored(True, True, True) == 4
    assert scored(False, True, True) == 3
    assert scored(True, True, False) == 2
    assert scored(False, True, False) == 1.5
    assert scored(True, False, False) == 0
