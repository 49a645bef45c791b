"""Data sets in place: right files are taken, torn and foreign ones refused with words."""

import gzip

import pytest

from autograder.course import data
from autograder.errors import DataError
from tests.conftest import MNIST_FOLDER


def test_digits_have_the_form_of_mnist(tmp_path):
    data.put_digits(tmp_path)
    digits = data.load(tmp_path, "digits")
    assert digits.train_images.shape == (1437, 28, 28)
    assert digits.test_images.shape == (360, 28, 28)
    assert set(digits.test_labels.tolist()) == set(range(10))
    assert digits.train_images.max() == 255


def test_torchvision_reads_the_digits(tmp_path):
    from torchvision.datasets import MNIST

    data.put_digits(tmp_path)
    images = MNIST(str(data.root_of(tmp_path, "digits")), train=False, download=False)
    assert len(images) == 360


@pytest.mark.skipif(not MNIST_FOLDER.is_dir(), reason="MNIST's files are not beside the project")
def test_mnist_from_a_folder(tmp_path):
    data.put_mnist(tmp_path, MNIST_FOLDER, lambda text: None)
    data.check_mnist(tmp_path)
    assert len(data.load(tmp_path, "mnist").train_images) == 60_000
    path = data.raw(tmp_path, "mnist") / "t10k-labels-idx1-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(DataError, match="SHA-256"):
        data.check_mnist(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>not found</html>", "no IDX file"),
        (b"", "no IDX file"),
        (b"\0\0\x08\x01\0\0\0\x09abc", "torn"),
        (b"\0\0\x08\x03\0\0", "torn|no IDX"),
    ],
)
def test_foreign_and_torn_files_are_refused(tmp_path, content, words):
    data.put_digits(tmp_path)
    (data.raw(tmp_path, "digits") / "train-labels-idx1-ubyte").write_bytes(content)
    with pytest.raises(DataError, match=words):
        data.load(tmp_path, "digits")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="train-images-idx3-ubyte"):
        data.load(tmp_path, "mnist")
    with pytest.raises(DataError, match="has no train-images"):
        data.put_mnist(tmp_path, tmp_path / "nowhere")


def test_torn_gzip_puts_nothing_in_place(tmp_path):
    source = tmp_path / "from"
    source.mkdir()
    (source / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"x" * 1000)[:-9])
    with pytest.raises(DataError, match="torn"):
        data.put_mnist(tmp_path, source)
    assert not (data.raw(tmp_path, "mnist") / "train-images-idx3-ubyte").exists()


def test_another_set_s_files_are_not_mnist(tmp_path):
    data.put_digits(tmp_path)
    with pytest.raises(DataError, match="SHA-256"):
        data.put_mnist(tmp_path / "course", data.raw(tmp_path, "digits"))
