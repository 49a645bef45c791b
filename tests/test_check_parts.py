"""The public checks are joined from parts: one file without a name too many, and a part that is not its item's alone is refused."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from autograder.authoring.build import build
from autograder.authoring.public_checks import left_over, public_checks
from autograder.authoring.teaching import load_checks
from autograder.course.model import Assignment, Course, by_hand
from autograder.errors import CourseError

DOUBLE = """\
import math

from torch import Tensor, nn

_WORDS = "Twice as much."


def _of_nothing(function):
    if math.isnan(function(0)) or isinstance(function(0), (Tensor, nn.Module)):
        raise Wrong("double(0)", function(0), 0, _WORDS)


EXAMPLES["double"] = [_value("double(2)", (2,), 4, advice=_WORDS), _of_nothing]
HINTS["double"] = ("a nudge", "the idea", "almost the answer")
"""


@pytest.fixture
def copy(course: Course, lab1: Assignment, tmp_path: Path) -> Course:
    """A course with the parts of lab 1, and nothing else."""
    copied = Course("copy", (lab1,), root=tmp_path)
    shutil.copytree(course.source(lab1.name) / "checks", copied.source(lab1.name) / "checks")
    return copied


def small(folder: Path, **parts: str) -> tuple[Course, Assignment]:
    """Return a course with one lab of the items `double` and `why`, which a person grades, and these parts."""
    assignment = Assignment("lab9", {"nb": {"double": 3, "why": by_hand(2)}})
    course = Course("small", (assignment,), root=folder)
    (course.source("lab9") / "checks").mkdir(parents=True)
    for name, text in parts.items():
        (course.source("lab9") / "checks" / f"{name}.py").write_text(text)
    return course, assignment


def test_another_lab_costs_its_own_words_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = public_checks(*small(tmp_path, double=DOUBLE))
    checks = load_checks(text)
    assert checks.NOTEBOOKS == {"nb": {"double": 3}}
    assert checks.BY_HAND == {"why": 2}
    assert checks.outcome_of("double", {"double": lambda x: x + x}).status == "passed"
    assert checks.outcome_of("double", {"double": lambda x: x + 1}).advice == "Twice as much."
    checks.hint("double")
    assert "a nudge" in capsys.readouterr().out


def test_the_common_part_knows_no_lab(course: Course, lab1: Assignment, tmp_path: Path) -> None:
    text = public_checks(*small(tmp_path, double=DOUBLE))
    tables = r"^(FROM_SCRATCH|EXPLANATIONS) = .*?^[})]$"  # the grader's
    words = set(re.findall(r"\w+", re.sub(tables, "", text, flags=re.MULTILINE | re.DOTALL)))
    named = {item.id for item in lab1.items()} | {*lab1.notebooks, lab1.name}
    assert not words & (named - {"accuracy"})


def test_the_joined_file_is_one_plain_module(course: Course, lab1: Assignment, tmp_path: Path) -> None:
    """One block of imports, no name defined twice, nothing that a linter minds, and a heading for each part."""
    text = public_checks(course, lab1)
    (tmp_path / "checks.py").write_text(text)
    rules = ["--isolated", "--no-cache", "--select", "F,E4,E7,E9,I,UP,C4,PIE"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rules, "checks.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    body = ast.parse(text).body
    where = [i for i, node in enumerate(body) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert where == list(range(1, len(where) + 1))
    defined = [node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    defined += [
        ast.unparse(target) for node in body if isinstance(node, ast.Assign) for target in node.targets
    ]
    assert [name for name, count in Counter(defined).items() if count > 1] == []
    headings = re.findall(r"^# -{20,} (.+)$", text, re.MULTILINE)
    assert [each for each in headings if ": " in each] == [
        f"{item.notebook}: {item.id}" for item in lab1.items()
    ]
    assert len(headings) == len(set(headings)) == len(lab1.items()) + 7


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("relu", 'EXAMPLES["relu"]', 'EXAMPLES["conv2d"]', r"relu\.py fills EXAMPLES\['conv2d'\].*move these lines to that item's part"),
        ("relu", 'HINTS["relu"]', 'HINTS["rely"]', r"relu\.py fills HINTS\['rely'\].*mend the name"),
        ("common", "import torch\n", 'import torch\n\nNEEDS["fit"] = ()\n', r"common\.py fills NEEDS\['fit'\]"),
        ("relu", "EXAMPLES[", "_x = 1\nEXAMPLES[", r"relu\.py defines `_x`, and so does .*conv2d\.py.*move it to common\.py"),
        ("relu", "EXAMPLES[", "check = 1\nEXAMPLES[", r"relu\.py defines `check`, and so does .*calls\.py.*give it another name"),
        ("relu", "EXAMPLES[", "html = 1\nEXAMPLES[", r"relu\.py defines `html`, and so does"),
        ("accuracy", "import torch\n", "import numpy as torch\n", r"`torch`, and so does"),
        ("relu", "EXAMPLES[", "_mine = _pool\nEXAMPLES[", r"relu\.py uses `_pool`, which is defined in .*max_pool2d\.py\. Move it to common\.py"),
        ("cnn", "model = CNN()", "model = _module(CNN())", r"cnn\.py uses `_module`, which is defined in .*count_parameters\.py"),
        ("relu", "EXAMPLES[", "_mine = np.ones(3)\nEXAMPLES[", r"relu\.py uses `np`, which is neither defined nor imported there"),
        ("make_loaders", "import torch\n", "", r"make_loaders\.py uses `torch`, which is neither defined nor imported"),
        ("relu", "EXAMPLES[", "def broken(\nEXAMPLES[", r"relu\.py is no Python that can be read"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_its_items_alone_is_refused(
    copy: Course, lab1: Assignment, file: str, old: str, new: str, words: str
) -> None:
    path = copy.source(lab1.name) / "checks" / f"{file}.py"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CourseError, match=words):
        public_checks(copy, lab1)


def test_a_part_too_few_is_named_and_one_too_many_left_out(
    copy: Course, lab1: Assignment, tmp_path: Path
) -> None:
    folder = copy.source(lab1.name) / "checks"
    (folder / "cnn.py").rename(folder / "leaky.py")
    with pytest.raises(
        CourseError, match=r"cnn\.py is missing: .*of 'CNN'\. Is it one of these, of no item: leaky\.py\?"
    ):
        build(copy)
    (folder / "leaky.py").rename(tmp_path / "cnn.py")
    with pytest.raises(CourseError, match=r"cnn\.py is missing: .*Begin with a copy"):
        build(copy)
    shutil.copy(tmp_path / "cnn.py", folder)
    whole = public_checks(copy, lab1)
    (folder / "of_last_year.py").write_text("EXAMPLES[0] = check = undefined\n")
    assert left_over(copy, lab1) == [folder / "of_last_year.py"]
    assert public_checks(copy, lab1) == whole


@pytest.mark.parametrize("names", [("Relu", "relu"), ("relu", "common")])
def test_items_that_would_share_a_part_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    lab = Assignment("lab9", {"nb": dict.fromkeys(names, 1)})
    with pytest.raises(CourseError, match="differ in more than capitals"):
        public_checks(Course("c", (lab,), root=tmp_path), lab)
