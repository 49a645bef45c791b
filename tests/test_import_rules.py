"""What an import does with a class that is not as it should be: real repositories, two or three at a time."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from autograder.repos import record
from autograder.repos.importing import Options, import_class
from autograder.repos.roster import Person
from autograder.repos.times import Manifest
from tests.repo_class import commit, git

LAB = "lab1_train_cnn"
LONG_AGO = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture
def clones(course, lab1, tmp_path):
    """Make repositories with the released notebooks: `clones("lab1-ada", …)`; return their folder."""
    folder = tmp_path / "clones"
    folder.mkdir()

    def make(*names, **files):
        for name in names:
            desk = folder / name
            desk.mkdir()
            for notebook in lab1.notebooks:
                shutil.copy(course.release(LAB) / f"{notebook}.ipynb", desk)
            (desk / "whose.txt").write_text(name)
            git(desk, "init", "--quiet")
            commit(desk, "work", LONG_AGO)
        return folder

    return make


@pytest.fixture
def bring(temporary_course, lab1):
    """Import and write the record; return this import's entries by repository."""

    def run(place, people, **options):
        done = import_class(temporary_course, lab1, place, people, Options(**options))
        record.write(temporary_course, done)
        return {entry.repository: entry for entry in done.entries}

    return run


def submitted(course):
    return sorted(path.parent.name for path in (course.root / "submitted").glob(f"*/{LAB}"))


def test_who_is_not_in_the_file_of_times_is_named(clones, bring):
    place = clones("lab1-ada")
    people = [Person("ada")]
    for options, words in (
        ({"pushes": {}}, "not in the file of --push-times: taken by its committer date"),
        ({"manifest": Manifest(LONG_AGO)}, "not in the file of --manifest: taken"),
    ):
        entry = bring(place, people, **options)["lab1-ada"]
        assert words in " ".join(entry.warnings)
        assert not entry.verified
    head = git(place / "lab1-ada", "rev-parse", "HEAD")
    entry = bring(place, people, pushes={}, manifest=Manifest(LONG_AGO, {"lab1-ada": head}))["lab1-ada"]
    assert (entry.source, entry.warnings) == ("manifest", [])
