"""nbgrader's own pass is made quicker, and stays what it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from nbgrader import api
from nbgrader.nbgraderformat import common
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3

from autograder.gradebook.quick import quick

GOOD = {
    "schema_version": 3, "grade": True, "solution": False, "locked": True, "task": False,
    "grade_id": "test_conv2d", "points": 8, "cell_type": "code",
}  # fmt: skip


def _said(instance: object) -> str:
    try:
        common.jsonschema.validate(instance, MetadataValidatorV3().schema)
    except jsonschema.ValidationError as error:
        return str(error)
    return "right"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"points": -1},
        {"grade": "yes"},
        {"grade_id": "no good!"},
        {"cell_type": 3, "points": "8"},
        {"more": 1},
    ],
)
def test_metadata_are_judged_as_before(change):
    metadata = GOOD | change
    plain = _said(metadata)
    assert (plain == "right") == (not change)
    with quick():
        assert _said(metadata) == _said(metadata) == plain


def test_one_engine_serves_a_gradebook_and_sees_a_new_file(tmp_path, monkeypatch):
    # A new gradebook asks `alembic` for its version, by name.
    monkeypatch.setenv("PATH", f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}")
    file = tmp_path / "gradebook.db"
    url = f"sqlite:///{file}"
    with quick():
        with api.Gradebook(url, "first") as book:
            book.add_student("anna")
            engine = book.engine
        with api.Gradebook(url, "first") as book:
            assert book.engine is engine
            assert [student.id for student in book.students] == ["anna"]
        file.unlink()
        with api.Gradebook(url, "first") as book:
            assert book.students == []
        with api.Gradebook(f"sqlite:///{tmp_path / 'other.db'}", "first") as book:
            assert book.engine is not engine
    with api.Gradebook(url, "first") as book:
        assert book.engine is not engine


def test_a_schema_that_is_wrong_is_still_refused():
    with quick(), pytest.raises(jsonschema.SchemaError):
        common.jsonschema.validate(1, {"type": "nothing"})


def test_what_jsonschema_was_spared_can_be_imported_afterwards():
    code = (
        "import json, sys; import autograder.gradebook.writing\n"
        "spared = 'rfc3987_syntax' not in sys.modules and 'jsonschema' in sys.modules\n"
        "import rfc3987_syntax\n"
        "print(json.dumps([spared, rfc3987_syntax.is_valid_syntax('iri', 'https://a.example/é')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, True]
