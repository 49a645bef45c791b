"""`ready` in the public checks: a cell of the text waits for the functions that it calls, and for the images."""

from __future__ import annotations

import io
import linecache
import textwrap
from types import ModuleType
from typing import Any

import pytest
import torch

from autograder.authoring.public_checks import public_checks
from autograder.authoring.teaching import load_checks
from autograder.course.model import Assignment, Course

STUB = """
    def relu(x):
        \"\"\"Return max(x, 0).\"\"\"
        # YOUR CODE HERE
        raise NotImplementedError()
        return out
    """
BEGUN = """
    def relu(x):
        positive = x > 0
        raise NotImplementedError()
    """
LINE_LEFT = """
    def relu(x):
        return x.clamp(min=0)
        raise NotImplementedError()
    """
ONE_CASE_REFUSED = """
    def relu(x):
        if not x.is_floating_point():
            raise NotImplementedError("integers")
        return x.clamp(min=0)
    """
WRONG = "def relu(x): return x.abs()"
METHOD_LEFT = """
    class relu:
        def __init__(self):
            self.slope = 1
        def forward(self, x):
            raise NotImplementedError()
    """
WHOLE_CLASS = """
    class relu(torch.nn.Module):
        def forward(self, x):
            return x.clamp(min=0)
    """
WRAPPED = """
    @torch.no_grad()
    def relu(x):
        raise NotImplementedError()
    """


@pytest.fixture(scope="module")
def checks(course: Course, lab1: Assignment) -> ModuleType:
    return load_checks(public_checks(course, lab1))


def defined(code: str, name: str = "student of relu") -> dict[str, Any]:
    source = textwrap.dedent(code).strip("\n")
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    names: dict[str, Any] = {"torch": torch}
    exec(compile(source, name, "exec"), names)
    return names


def asked(checks: ModuleType, names: dict[str, Any], *wanted: str) -> bool:
    """Ask as a cell does that stands among these names."""
    names = {**names, "ready": checks.ready, "wanted": wanted}
    exec("answer = ready(*wanted)", names)
    assert isinstance(names["answer"], bool)
    return names["answer"]


@pytest.mark.parametrize("code", [STUB, BEGUN, METHOD_LEFT, WRAPPED])
def test_what_is_not_written_is_named(checks: Any, capsys: pytest.CaptureFixture[str], code: str) -> None:
    assert not asked(checks, defined(code), "relu")
    said = capsys.readouterr().out
    assert said == "`relu` is not written yet. Write it in its cell above; then run this cell again.\n"


@pytest.mark.parametrize("code", [LINE_LEFT, ONE_CASE_REFUSED, WRONG, WHOLE_CLASS])
def test_what_can_be_called_is_ready_be_it_right_or_not(
    checks: Any, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    assert asked(checks, defined(code), "relu")
    assert capsys.readouterr().out == ""


def test_a_stub_is_not_called(checks: Any) -> None:
    calls: list[int] = []
    names = defined("def relu(x):\n    calls.append(1)\n    raise NotImplementedError()")
    assert not asked(checks, {**names, "calls": calls}, "relu")
    assert calls == []


def test_a_stub_without_its_source_is_one_too(checks: Any) -> None:
    names = defined(STUB, "a file that is not there")
    linecache.clearcache()
    assert not asked(checks, names, "relu")


@pytest.mark.parametrize("name", ["train_set", "test_images", "digit"])
def test_for_the_images_it_says_where_to_look(
    checks: Any, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert not asked(checks, {name: None}, name)
    said = capsys.readouterr().out
    assert f"`{name}` is not there: no images were found. The data cell near the top says what to do" in said
    assert said.count("\n") == 1


def test_only_the_first_that_lacks_is_named(checks: Any, capsys: pytest.CaptureFixture[str]) -> None:
    names = defined(STUB) | {"train_set": torch.utils.data.TensorDataset(torch.ones(2))}
    assert not asked(checks, names, "train_set", "relu", "cm")
    assert capsys.readouterr().out.count("\n") == 1
    assert not asked(checks, names, "train_set", "cm")
    assert "`cm` is not defined yet. Run the cell above" in capsys.readouterr().out
    assert asked(checks, names, "train_set")


def test_data_that_was_never_read_is_no_function_either(
    checks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not asked(checks, {}, "train_set")
    assert "data cell" in capsys.readouterr().out


def test_a_loader_with_a_bar_is_the_loader(checks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same batches of tensors in the same order, the same length and data set, one bar for each epoch, gone when it ends."""
    bars: list[dict[str, Any]] = []

    def tqdm(loader: Any, **settings: Any) -> Any:
        bars.append(settings)
        return loader

    monkeypatch.setattr(checks, "tqdm", tqdm)
    data = torch.utils.data.TensorDataset(torch.arange(14.0).reshape(7, 2), torch.arange(7))
    loader = torch.utils.data.DataLoader(data, batch_size=3)
    shown = checks.WithBar(loader)
    assert (len(shown), shown.dataset) == (3, data)
    for epoch in (1, 2):
        for (x, y), (x_too, y_too) in zip(loader, shown):
            assert torch.equal(x, x_too)
            assert torch.equal(y, y_too)
        assert bars[-1] == {"desc": f"epoch {epoch}", "leave": False}


def test_a_picture_has_a_white_face_and_a_text(
    checks: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    save, pictures = plt.savefig, []

    def saved(file: io.BytesIO, **settings: Any) -> None:
        save(file, **settings)
        pictures.append(plt.imread(io.BytesIO(file.getvalue())))

    monkeypatch.setattr(plt, "savefig", saved)
    with plt.rc_context({"figure.facecolor": (0, 0, 0, 0)}):  # as in a dark theme
        plt.figure(figsize=(2, 1))
        plt.axis("off")
        checks.show("An empty square.")
    assert capsys.readouterr().out == "An empty square.\n"  # where there is no notebook
    assert pictures[0][0, 0].tolist() == [1, 1, 1, 1]
    assert plt.get_fignums() == []
