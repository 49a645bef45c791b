"""Let nbgrader's own pass do the same in less time: what it does anew for every notebook and cell is done once.

`benchmarks/class.py` shows what the pass costs. Nothing here changes a result: `nbgrader autograde` goes without it, and gives the
same scores (tests/test_whole_way.py).
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from nbgrader import api
from nbgrader.nbgraderformat import common


@contextlib.contextmanager
def quick() -> Iterator[None]:
    """Keep, while a class is written, one engine for a gradebook and one validator for a schema.

    nbgrader opens the gradebook some fifteen times a submission, each time with an engine that has compiled no statement
    yet; and checks its own schema again for every cell.
    """
    create = api.create_engine
    engine = functools.cache(lambda url, **options: create(url, **options))
    with (
        _replaced(api, "create_engine", engine),
        _replaced(common, "jsonschema", SimpleNamespace(validate=_validate)),
    ):
        yield


def _validate(instance: Any, schema: dict[str, Any]) -> None:
    """Do what `jsonschema.validate` does."""
    error = best_match(_validator(json.dumps(schema)).iter_errors(instance))
    if error is not None:
        raise error


@functools.cache
def _validator(schema: str) -> Any:
    values = json.loads(schema)
    kind = validator_for(values)
    kind.check_schema(values)
    return kind(values)


@contextlib.contextmanager
def _replaced(module: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
