"""A notebook in another language: the same cells, the same code, other words."""

from __future__ import annotations

import copy

from nbformat import NotebookNode

from autograder.authoring.translations.code import code
from autograder.authoring.translations.labels import labels_of
from autograder.authoring.translations.prose import markdown
from autograder.authoring.translations.sound import standing
from autograder.authoring.translations.voices import Voice
from autograder.intake.notebooks import LANGUAGE
from autograder.locale import ENGLISH


def translated(notebook: NotebookNode, name: str, voice: Voice) -> NotebookNode:
    """Return a copy of a source's notebook with all that students read as `voice` says it, placeholders not yet filled in.

    The messages of a cell have its id for a context. Those of strings have the notebook's: code looks things up by them, so that one
    English string must be one string everywhere.
    """
    made = copy.deepcopy(notebook)
    labels = labels_of(tuple(cell.source for cell in made.cells if cell.cell_type == "code"))
    said = voice.at(f"{name}/labels")
    for cell in made.cells:
        say = voice.at(f"{name}/{cell.id}")
        with standing(f"{name}/{cell.id}"):
            if cell.cell_type == "code":
                cell.source = code(cell.source, say, labels, said)
            else:
                cell.source = markdown(cell.source, say)
    if voice.language != ENGLISH:
        made.metadata["autograder"] = {LANGUAGE: voice.language}
    return made
