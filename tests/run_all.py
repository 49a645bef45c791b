"""Run notebooks from top to bottom in a named kernel and write them back with their outputs: `python run_all.py KERNEL FILE…`."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(kernel: str, files: list[str]) -> None:
    """Go on after a cell that ends with an error, as "Run All" does not: what stands below is looked at, too."""
    for file in files:
        notebook = nbformat.read(file, as_version=4)
        NotebookClient(
            notebook,
            timeout=600,
            kernel_name=kernel,
            allow_errors=True,
            resources={"metadata": {"path": str(Path(file).parent)}},
            coalesce_streams=True,  # what is printed with a pause in between comes in several outputs
            extra_arguments=["--log-level=ERROR"],
        ).execute()
        nbformat.write(notebook, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
