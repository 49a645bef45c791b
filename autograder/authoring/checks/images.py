"""The images."""

import contextlib
import gzip
import io
import math
import os
import socket
import struct
import zlib
from pathlib import Path

import torch
from torch.nn import functional
from torch.utils.data import TensorDataset

_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_PATIENCE = 20  # seconds without an answer, then there is no network


class _Torn(Exception):
    """A file that is not what its name says."""


def load_images(which="mnist"):
    """Return the images to learn from and those for the test; where there are none, say what to do and return None twice.

    Args:
        which: "mnist" for MNIST's four files, plain or .gz, from the folder that the environment variable MNIST_ROOT names, or
            else from `data` here or in a folder above. They may lie there or in its subfolder MNIST/raw. Where they are not
            and torchvision is installed, it downloads them (12 MB). "digits" for scikit-learn's 1,797 small digits.

    Returns:
        (training, test): two data sets of pairs (image, label). `training.tensors` has all images in one tensor (N, 1, 28, 28)
        of values from 0 (paper) to 1 (ink), and all labels in another (N,).
    """
    if which == "digits":
        return _small_digits()
    if which != "mnist":
        raise ValueError(f'There are "mnist" and "digits", but no {which!r}.')
    named = os.environ.get("MNIST_ROOT")
    roots = [Path(named).expanduser()] if named else [Path("../" * up + "data") for up in range(4)]
    try:
        files = _found(roots)
        why = "" if files else _downloaded(roots[0])
        files = files or _found(roots[:1])
        if files:
            images, labels, test_images, test_labels = (_read(path) for path in files)
            return _pairs(images, labels), _pairs(test_images, test_labels)
        why = why or "There are no images here."
    except (_Torn, OSError) as error:
        why = f"The images cannot be read: {error}."
    print(
        f"{why} Put MNIST's four files ({', '.join(_FILES)}; plain or .gz) into {roots[0].resolve()}, or set the environment "
        "variable MNIST_ROOT to their folder; then run this cell again."
    )
    print(
        'Or write `load_images("digits")` in this cell: small digits, from scikit-learn. Checks and hints need no images.'
    )
    return None, None


def _found(roots):
    """Return the four files' paths in the first folder that has them all."""
    for folder in (each for root in roots for each in (root, root / "MNIST" / "raw")):
        paths = [
            [folder / f"{name}{end}" for name in (n, n.replace("-idx", ".idx")) for end in ("", ".gz")]
            for n in _FILES
        ]
        there = [next((path for path in names if path.is_file()), None) for names in paths]
        if all(there):
            return there
    return []


def _downloaded(root):
    """Let torchvision download the files; return "" where it did, and otherwise why not."""
    try:
        from torchvision import datasets
    except ImportError:
        return "There are no images here, and without torchvision none can be downloaded."
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_PATIENCE)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it says more than helps
            datasets.MNIST(root=str(root), train=True, download=True)
    except Exception:  # whatever it is, the student's way on is the same
        return "There are no images here, and they could not be downloaded."
    finally:
        socket.setdefaulttimeout(before)
    return ""


def _read(path):
    """Return the bytes of an IDX file as a tensor of its shape."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise _Torn(f"{path} is torn") from None
    dimensions = 3 if "images" in path.name else 1
    start = 4 + 4 * dimensions
    if len(content) <= start or content[:4] != bytes([0, 0, 8, dimensions]):
        raise _Torn(f"{path} is not the file of this name in MNIST")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise _Torn(f"{path} is torn")
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=start).reshape(shape)


def _pairs(images, labels):
    if len(images) != len(labels):
        raise _Torn(
            f"there are {len(images):,} images and {len(labels):,} labels, which do not belong together"
        )
    return TensorDataset(images.float().div_(255).unsqueeze(1), labels.long())


def _small_digits():
    """Return scikit-learn's 8×8 digits, made 28×28; every fifth is for the test."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        print('The digits come with scikit-learn, which is not installed: "pip install scikit-learn".')
        return None, None
    bunch = load_digits()
    small = torch.from_numpy(bunch.images).float().unsqueeze(1)  # (1797, 1, 8, 8), values from 0 to 16
    images = functional.interpolate(small, size=(28, 28), mode="bilinear", align_corners=False)
    images = images.mul(255 / 16).round().clamp(0, 255).byte().squeeze(1)
    labels, test = torch.from_numpy(bunch.target), torch.arange(len(images)) % 5 == 0
    return _pairs(images[~test], labels[~test]), _pairs(images[test], labels[test])
