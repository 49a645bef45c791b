"""Put data sets in place and read them: MNIST's four IDX files, or the digits that come with scikit-learn.

Both lie as `<root>/MNIST/raw/<four files>`, so that `torchvision.datasets.MNIST(root)` reads either.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.errors import DataError, of_system

FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}
# Of the unpacked files, as published with the data set.
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
COUNTS = {"mnist": (60_000, 10_000), "digits": (1437, 360)}
DATASETS = tuple(COUNTS)


@dataclass(frozen=True)
class Digits:
    """A data set in memory: images (N, 28, 28) uint8 and labels (N,) uint8, for training and for testing."""

    name: str
    train_images: npt.NDArray[np.uint8]
    train_labels: npt.NDArray[np.uint8]
    test_images: npt.NDArray[np.uint8]
    test_labels: npt.NDArray[np.uint8]


def root_of(data: Path, name: str) -> Path:
    """Return the folder to give to `datasets.MNIST(root=…)`: the digits have one of their own."""
    if name not in COUNTS:
        raise DataError(f"There is no data set {name!r}. Choose one of: {', '.join(DATASETS)}.")
    return data if name == "mnist" else data / name


def raw(data: Path, name: str) -> Path:
    return root_of(data, name) / "MNIST" / "raw"


def is_present(data: Path, name: str) -> bool:
    """Say whether all four files are there (they may still be torn: `load` checks that)."""
    return all((raw(data, name) / file).is_file() for file in FILES.values())


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes (http://yann.lecun.com/exdb/mnist/, "the IDX file format").

    Raises:
        DataError: The file is missing, torn or of another kind.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing. Run `autograder data`.") from error
    except OSError as error:
        raise DataError(of_system(error)) from error
    return _parse_idx(content, path)


def _parse_idx(content: bytes, path: Path) -> npt.NDArray[np.uint8]:
    if len(content) < 8 or content[:3] != b"\0\0\x08" or not 1 <= content[3] <= 3:
        raise DataError(
            f"{path} is no IDX file of unsigned bytes. Delete it and run `autograder data --from FOLDER`."
        )
    dimensions = content[3]
    start = 4 + 4 * dimensions
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != int(np.prod(shape)):
        raise DataError(
            f"{path} is torn: its header promises {int(np.prod(shape)):,} bytes of data, {len(content) - start:,} are there. Delete it and run `autograder data --from FOLDER`."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def load(data: Path, name: str) -> Digits:
    """Read and check a data set.

    Raises:
        DataError: A file is missing, torn, or not of this data set.
    """
    folder = raw(data, name)
    missing = [file for file in FILES.values() if not (folder / file).is_file()]
    if missing:
        raise DataError(
            f"The data set {name!r} is not in {folder} (missing: {', '.join(missing)}). Run `autograder data{'' if name == 'mnist' else ' --digits'}`, or `autograder data --from FOLDER` with the four IDX files."
        )
    arrays = {key: read_idx(folder / file) for key, file in FILES.items()}
    for part, count in zip(("train", "test"), COUNTS[name], strict=True):
        images, labels = arrays[f"{part}_images"], arrays[f"{part}_labels"]
        if images.shape != (count, 28, 28) or labels.shape != (count,) or labels.max() > 9:
            raise DataError(
                f"The {part} files in {folder} are not those of {name!r}: images {images.shape}, labels {labels.shape}, expected ({count}, 28, 28) and ({count},). Delete them and run `autograder data`."
            )
    return Digits(name, **arrays)


def digest(data: Path, name: str) -> str:
    """Return one digest of the four files, for the cache's key."""
    total = hashlib.sha256(name.encode())
    for file in FILES.values():
        total.update(_sha256(raw(data, name) / file).encode())
    return total.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_mnist(data: Path, folder: Path, progress: Callable[[str], None] = print) -> None:
    """Copy MNIST's four IDX files (plain or gzip) from `folder` into place, checked by their checksums.

    Raises:
        DataError: A file is missing, torn or foreign; nothing of it is put in place.
    """
    target = raw(data, "mnist")
    for name in FILES.values():
        if (target / name).is_file() and _sha256(target / name) == MNIST_SHA256[name]:
            continue
        content = _unpacked(folder, name)
        if hashlib.sha256(content).hexdigest() != MNIST_SHA256[name]:
            raise DataError(
                f"{folder / name} is not MNIST's: its SHA-256 differs from the published one. Get the files again."
            )
        _write(target / name, content)
        progress(f"{name}: {len(content):,} bytes, checksum right")


def _unpacked(folder: Path, name: str) -> bytes:
    for candidate in (folder / name, folder / f"{name}.gz", folder / "MNIST" / "raw" / name):
        if candidate.is_file():
            try:
                content = candidate.read_bytes()
                return gzip.decompress(content) if candidate.suffix == ".gz" else content
            except (OSError, EOFError, zlib.error) as error:
                raise DataError(f"{candidate} is torn: {error}. Get the file again.") from error
    raise DataError(f"{folder} has no {name} (nor {name}.gz). It must hold: {', '.join(FILES.values())}.")


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written. {of_system(error)}") from error


def download_mnist(data: Path) -> None:
    """Let torchvision download MNIST.

    Raises:
        DataError: No mirror was reached, or what came is torn.
    """
    from torchvision.datasets import MNIST

    try:
        MNIST(str(root_of(data, "mnist")), download=True)
    except Exception as error:
        raise DataError(
            f"MNIST could not be downloaded ({error}). Without internet: `autograder data --from FOLDER` takes the four IDX files from a folder, and `autograder data --digits` makes the small data set of scikit-learn."
        ) from error
    check_mnist(data)


def check_mnist(data: Path) -> None:
    """Compare the checksums of the files in place with the published ones."""
    for name in FILES.values():
        path = raw(data, "mnist") / name
        if not path.is_file():
            raise DataError(f"{path} is missing. Run `autograder data`.")
        if _sha256(path) != MNIST_SHA256[name]:
            raise DataError(
                f"{path} is torn or foreign: its SHA-256 is wrong. Delete it and run `autograder data`."
            )


def put_digits(data: Path) -> None:
    """Write scikit-learn's 1,797 digits, scaled from 8×8 to 28×28, as IDX files under a root of their own.

    Every fifth image is for testing: 1,437 for training, 360 for testing.
    """
    import torch
    from sklearn.datasets import load_digits

    bunch = load_digits()
    small = torch.from_numpy(bunch.images).float()[:, None]  # (1797, 1, 8, 8), 0 to 16
    large = torch.nn.functional.interpolate(small, size=(28, 28), mode="bilinear", align_corners=False)
    images = (large[:, 0] * (255 / 16)).round().clamp(0, 255).byte().numpy()  # (1797, 28, 28)
    labels = bunch.target.astype(np.uint8)
    testing = np.arange(len(labels)) % 5 == 0
    for part, chosen in (("train", ~testing), ("test", testing)):
        for key, array in (("images", images[chosen]), ("labels", labels[chosen])):
            header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            _write(raw(data, "digits") / FILES[f"{part}_{key}"], header + array.tobytes())
