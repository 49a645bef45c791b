"""A released notebook in JupyterLab, in a real browser: a wrong answer, then a right one, in the light and in the dark."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.handing_in import solution_cells
from autograder.course.data import root_of
from autograder.course.model import Assignment, Course
from tests.browser import chromium, contrasts, jupyterlab

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA
FLIPPED = """\
def conv2d(x, weight, bias=None, stride=1, padding=0):
    weight = weight.flip(2, 3)
    x = F.pad(x, (padding, padding, padding, padding))
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias.reshape(1, -1, 1, 1)
"""
pytestmark = pytest.mark.timeout(180)


def settings(home: Path, theme: str) -> None:
    """Choose the theme, and keep all cells in the page, so that a test finds them without scrolling."""
    for name, values in {
        "apputils-extension/themes": {"theme": theme},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where pictures are kept: in SCREENSHOTS, to be looked at, or with the test's own files."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page() -> Iterator[Any]:
    with chromium(viewport={"width": 1200, "height": 1000}) as opened:
        yield opened


class Lab:
    """A notebook in JupyterLab, used by mouse and keyboard."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first.wait_for(timeout=60_000)

    def cell(self, text: str) -> Any:
        return self.page.locator(".jp-CodeCell").filter(has_text=text).first

    def write(self, cell: Any, text: str) -> None:
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, cell: Any) -> Any:
        """Run a cell and return what it shows, once it is done."""
        before = cell.locator(".jp-InputArea-prompt").first.inner_text()
        cell.locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            "([cell, before]) => { const now = cell.querySelector('.jp-InputArea-prompt').innerText;"
            " return now !== before && /\\[\\d+\\]/.test(now); }",
            arg=[cell.element_handle(), before],
        )
        return cell.locator(".jp-OutputArea").last

    def run_all_above(self, cell: Any) -> None:
        """Run what stands above a cell; ask again while nothing runs.

        What is run before the kernel is there is lost, and nothing in the page says when that is: the
        indicator shows "idle" at first, then "initializing", then "idle" again.
        """
        first = self.page.locator(".jp-CodeCell .jp-InputArea-prompt").first
        for _ in range(30):
            cell.locator(".cm-content").click()
            self.page.get_by_role("menuitem", name="Run", exact=True).click()
            self.page.get_by_role("menuitem", name="Run All Above Selected Cell").click()
            self.page.wait_for_timeout(1000)
            if first.inner_text() != "[ ]:":  # "[*]:" while it runs, then its number
                return
        raise AssertionError("nothing above the cell runs")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_wrong_and_a_right_answer_in_jupyterlab(
    page: Any, course: Course, lab1: Assignment, tmp_path: Path, screenshots: Path, theme: str
) -> None:
    folder, home = tmp_path / "student", tmp_path / "home"
    folder.mkdir()
    # One notebook alone in an empty folder, as a student has it who downloaded it.
    shutil.copy(course.release(lab1.name) / "01_cnn_layers.ipynb", folder)
    home.mkdir()
    settings(home, theme)
    right = solution_cells(course, lab1, "01_cnn_layers")["conv2d"].replace("### BEGIN SOLUTION", "# mine")
    shade = theme.rpartition(" ")[2].lower()
    with jupyterlab(folder, home, MNIST_ROOT=str(root_of(course.data, "digits"))) as address:
        lab = Lab(page)
        lab.open(address.format("01_cnn_layers.ipynb"))
        stub, check = lab.cell("def conv2d("), lab.cell('check("conv2d")')
        lab.run_all_above(stub)
        shown = {}
        for name, answer in (("stub", None), ("wrong", FLIPPED), ("right", right)):
            if answer is not None:
                lab.write(stub, answer)
            lab.run(stub)
            output = lab.run(check)
            shown[name] = output.inner_text()
            output.scroll_into_view_if_needed()
            page.screenshot(path=screenshots / f"{shade}_{name}.png")
            weak = {text: ratio for text, ratio in contrasts(output).items() if ratio < LEAST_CONTRAST}
            assert not weak, (theme, name, weak)
    assert "not attempted yet, and that is fine" in shown["stub"]
    for part in ("✗ conv2d", "called", "came back", "expected", "→", 'hint("conv2d")'):
        assert part in shown["wrong"]
    assert "flip" in shown["wrong"]
    assert "✓ conv2d" in shown["right"]
    assert "Hidden tests remain" in shown["right"]
    assert (folder / "checks.py").is_file()  # the locked cell wrote it
