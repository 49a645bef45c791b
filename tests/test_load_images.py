"""`load_images` in the public checks: MNIST's files plain or .gz, in either layout, the digits, and two lines where there is nothing."""

from __future__ import annotations

import gzip
import shutil
import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from autograder.authoring.public_checks import public_checks
from autograder.authoring.teaching import load_checks
from autograder.course import data
from autograder.course.model import Assignment, Course

NAMES = list(data.FILES.values())


@pytest.fixture(scope="module")
def checks(course: Course, lab1: Assignment) -> ModuleType:
    return load_checks(public_checks(course, lab1))


@pytest.fixture
def raw(course: Course) -> Path:
    return data.raw(course.data, "digits")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder two below `tmp_path`, from which notebooks run, with no data and no network."""
    folder = tmp_path / "course" / "lab1"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MNIST_ROOT", raising=False)

    def refused(*_: Any, **__: Any) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    return folder


def put(raw: Path, folder: Path, packed: bool, dotted: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        content, end = (raw / name).read_bytes(), ".gz" if packed else ""
        target = folder / (name.replace("-idx", ".idx") if dotted else name)
        target.with_name(target.name + end).write_bytes(gzip.compress(content) if packed else content)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("layout", ["", "MNIST/raw"], ids=["files alone", "torchvision's layout"])
@pytest.mark.parametrize("place", ["named", "data", "../../data"])
def test_the_four_files_are_read_wherever_they_may_lie(
    checks: Any, course: Course, raw: Path, here: Path, monkeypatch: pytest.MonkeyPatch, place: str, layout: str, packed: bool
) -> None:  # fmt: skip
    folder = here / place if place != "named" else here / "elsewhere"
    if place == "named":
        monkeypatch.setenv("MNIST_ROOT", str(folder))
    put(raw, folder / layout, packed)
    train, test = checks.load_images()
    known = data.load(course.data, "digits")
    for part, images, labels in (
        (train, known.train_images, known.train_labels),
        (test, known.test_images, known.test_labels),
    ):
        assert isinstance(part, torch.utils.data.TensorDataset)
        tensors = part.tensors
        assert tensors[0].dtype == torch.float32
        assert torch.equal(tensors[0], torch.from_numpy(images.copy()).unsqueeze(1) / 255)
        assert torch.equal(tensors[1], torch.from_numpy(labels.copy()).long())


def test_what_is_read_is_what_torchvision_reads(
    checks: Any, course: Course, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torchvision import datasets, transforms

    root = str(data.root_of(course.data, "digits"))
    monkeypatch.setenv("MNIST_ROOT", root)
    for train, ours in zip((True, False), checks.load_images()):
        theirs = datasets.MNIST(root, train=train, transform=transforms.ToTensor())
        assert len(theirs) == len(ours)
        for i in (0, 1, len(theirs) - 1):
            assert torch.equal(theirs[i][0], ours[i][0])
            assert theirs[i][1] == ours[i][1]


def test_names_as_other_sites_write_them_are_taken(checks: Any, raw: Path, here: Path) -> None:
    put(raw, here / "data", packed=False, dotted=True)
    assert len(checks.load_images()[0]) == 1437


@pytest.mark.parametrize("installed", [True, False], ids=["with torchvision", "without"])
def test_without_data_and_network_two_lines_say_what_to_do(
    checks: Any, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], installed: bool
) -> None:  # fmt: skip
    if not installed:
        monkeypatch.setitem(sys.modules, "torchvision", None)
    before = socket.getdefaulttimeout()
    assert checks.load_images() == (None, None)
    said = capfd.readouterr()
    assert said.err == ""
    what, digits = said.out.splitlines()
    assert what.startswith(
        "There are no images here, and "
        + ("they could not be downloaded." if installed else "without torchvision")
    )
    for word in (*NAMES, "plain or .gz", str(here / "data"), "MNIST_ROOT", "run this cell again"):
        assert word in what
    assert '`load_images("digits")`' in digits
    assert socket.getdefaulttimeout() == before


def test_a_named_folder_is_where_the_files_belong(
    checks: Any, raw: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lies in `data` is not taken in its place: it may be another data set."""
    put(raw, here / "data", packed=True)
    monkeypatch.setenv("MNIST_ROOT", str(here / "empty"))
    assert checks.load_images() == (None, None)
    assert f"into {here / 'empty'}" in capsys.readouterr().out


def test_a_download_is_read(
    checks: Any, raw: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from torchvision import datasets

    def download(root: str, train: bool, download: bool) -> None:
        print("Failed to download (trying next): …")
        put(raw, Path(root) / "MNIST" / "raw", packed=True)

    monkeypatch.setattr(datasets, "MNIST", download)
    assert [len(each) for each in checks.load_images()] == [1437, 360]
    assert capsys.readouterr().out == ""
    assert (here / "data" / "MNIST" / "raw").is_dir()


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("train-images-idx3-ubyte.gz", lambda b: b[:-1000], "is torn"),
        ("train-images-idx3-ubyte.gz", lambda b: b"<html>404</html>", "is torn"),
        ("t10k-labels-idx1-ubyte.gz", lambda b: gzip.compress(gzip.decompress(b)[:-3]), "is torn"),
        ("t10k-labels-idx1-ubyte", lambda b: b"<html>404</html>", "is not the file of this name"),
        ("t10k-labels-idx1-ubyte", lambda b: b"", "is not the file of this name"),
    ],
)
def test_a_torn_file_is_named_without_a_traceback(
    checks: Any, raw: Path, here: Path, capsys: pytest.CaptureFixture[str], name: str, spoil: Any, words: str
) -> None:
    put(raw, here / "data", packed=name.endswith(".gz"))
    path = here / "data" / name
    path.write_bytes(spoil(path.read_bytes()))
    assert checks.load_images() == (None, None)
    what, _ = capsys.readouterr().out.splitlines()
    assert f"The images cannot be read: data/{name} {words}" in what


def test_files_that_do_not_belong_together_are_named(
    checks: Any, raw: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(raw, here / "data", packed=False)
    shutil.copy(here / "data" / NAMES[3], here / "data" / NAMES[1])
    assert checks.load_images() == (None, None)
    assert "1,437 images and 360 labels" in capsys.readouterr().out


def test_the_digits_are_those_of_the_course(checks: Any, course: Course, here: Path) -> None:
    train, test = checks.load_images("digits")
    known = data.load(course.data, "digits")
    assert torch.equal(train.tensors[0], torch.from_numpy(known.train_images.copy()).unsqueeze(1) / 255)
    assert torch.equal(test.tensors[0], torch.from_numpy(known.test_images.copy()).unsqueeze(1) / 255)
    assert torch.equal(train.tensors[1], torch.from_numpy(known.train_labels.copy()).long())


def test_the_digits_without_scikit_learn_say_so_in_a_line(
    checks: Any, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert checks.load_images("digits") == (None, None)
    assert capsys.readouterr().out.count("\n") == 1


def test_the_global_generator_is_left_alone(checks: Any, raw: Path, here: Path) -> None:
    put(raw, here / "data", packed=True)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    checks.load_images()
    assert torch.equal(before, torch.get_rng_state())
