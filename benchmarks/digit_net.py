"""Train the small network that lab 3 looks at, and write its weights as text, which the build puts into a locked cell.

    .venv/bin/python benchmarks/digit_net.py            # writes source/lab3_visualization/digit_net.txt
    .venv/bin/python benchmarks/digit_net.py --check    # says whether a training gives the very same text, and how good the text's is

The class stands in the notebook, in its locked cell `network`, and is taken from there. The same machine and libraries give the same
bytes; others may round otherwise on the way, so elsewhere the accuracy is what counts (`tests/test_digit_net.py`).
"""

from __future__ import annotations

import argparse
import ast
import base64
from pathlib import Path

import numpy as np
import torch
from torch import nn

from autograder.course import data as datasets

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "source" / "lab3_visualization"
WEIGHTS = SOURCE / "digit_net.txt"
SEED, EPOCHS, BATCH = 0, 6, 100
DIGITS = 4  # times that scikit-learn's digits are seen in an epoch: they are few, and look different


def made() -> nn.Module:
    """Return a new network of the class that stands in the notebook."""
    tree = ast.parse((SOURCE / "01_filters_and_activations.nb.py").read_text("utf-8"))
    (node,) = (each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == "DigitNet")
    space: dict[str, object] = {"nn": nn}
    exec(ast.unparse(node), space)
    network: nn.Module = space["DigitNet"]()  # type: ignore[operator]
    return network


def images(data: Path, name: str, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images (N, 1, 28, 28) of a data set, values from 0 to 1, and their labels."""
    digits = datasets.load(data, name)
    pixels, labels = getattr(digits, f"{part}_images"), getattr(digits, f"{part}_labels")
    return torch.from_numpy(pixels.copy()).float().div(255).unsqueeze(1), torch.from_numpy(
        labels.copy()
    ).long()


def trained(data: Path, steps: int | None = None) -> nn.Module:
    """Return the network after its training, or after that many steps."""
    torch.set_num_threads(1)  # sums in one order
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)
    network = made().train()
    sets = [images(data, "mnist", "train"), *[images(data, "digits", "train")] * DIGITS]
    pixels, labels = (torch.cat(parts) for parts in zip(*sets, strict=True))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.3)
    done = 0
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(pixels)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(pixels[batch]), labels[batch]).backward()
            optimizer.step()
            done += 1
            if done == steps:
                return network.eval()
        schedule.step()
    return network.eval()


def as_text(network: nn.Module) -> str:
    """Return a network's parameters in half precision, in base 64."""
    numbers = nn.utils.parameters_to_vector(network.parameters()).detach().numpy()
    return base64.b64encode(numbers.astype("<f2").tobytes()).decode("ascii")


def from_text(text: str) -> nn.Module:
    """Return the network whose parameters a text holds."""
    numbers = np.frombuffer(base64.b64decode(text), dtype="<f2").astype("float32")
    network = made().eval()
    nn.utils.vector_to_parameters(torch.from_numpy(numbers), network.parameters())
    return network


def accuracy(network: nn.Module, data: Path, name: str) -> float:
    """Return the share of a data set's test images that a network has right."""
    pixels, labels = images(data, name, "test")
    with torch.no_grad():
        return (network(pixels).argmax(dim=1) == labels).double().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="where the data sets lie")
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    text = as_text(trained(arguments.data))
    if arguments.check:
        same = WEIGHTS.read_text("utf-8").strip() == text
        print("the same bytes" if same else "other bytes than those in the file")
        text = WEIGHTS.read_text("utf-8").strip()
    else:
        WEIGHTS.write_text(text + "\n", encoding="utf-8")
    shares = [f"{name} {accuracy(from_text(text), arguments.data, name):.2%}" for name in datasets.DATASETS]
    print(f"{len(text):,} characters; test images right: {', '.join(shares)}")


if __name__ == "__main__":
    main()
