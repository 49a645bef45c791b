"""A small class whose first notebook also asks for answers that a person grades: one in Markdown, one in code."""

from __future__ import annotations

import json

from autograder.authoring.handing_in import filled, solution_cells
from autograder.course.model import load
from autograder.intake.submissions import released
from tests.small_class import SmallClass
from tests.small_lab import write_source

NOTEBOOK = "01_cnn_layers"
PROMPT = "**Your answer** (a few sentences):"
CELLS = """
# %% [markdown]
# ## Task 7: why pooling
#
# **Goal** · say in your own words what pooling is for · about 5 minutes · {{ points.why_pooling }} points

# %% [markdown] manual="why_pooling"
# **Your answer** (a few sentences):
#
# ### BEGIN SOLUTION
# Pooling keeps the strongest answer of a neighbourhood.
# ### END SOLUTION

# %% [markdown]
# ## Task 8: a picture of your own
#
# **Goal** · print a small map that pooling changes little · about 5 minutes · {{ points.sketch }} points

# %% manual="sketch"
### BEGIN SOLUTION
print("a model map")
### END SOLUTION

"""
CONFIG = """
from dataclasses import replace
from autograder.course.model import by_hand
items = {"conv_output_size": 2, "relu": 2, "why_pooling": by_hand(4), "sketch": by_hand(2.5)}
course = replace(
    course, dataset="digits", languages=("en",), assignments=(replace(LAB1, notebooks={"01_cnn_layers": items}, without_stub=()),)
)
"""
PLACE = "# %% [markdown]\n# ## Where you stand"


class EssayClass(SmallClass):
    """A course in a folder of its own, with one notebook of two items and these two questions."""

    def __init__(self, course, assignment, folder):
        root = folder / "course"
        root.mkdir()
        (root / "course_config.py").write_text((course.root / "course_config.py").read_text() + CONFIG)
        (root / "nbgrader_config.py").write_text((course.root / "nbgrader_config.py").read_text())
        (root / "data").symlink_to(course.data.resolve())
        self.course = self.source = load(root)
        self.assignment = self.course.assignment(assignment.name)
        source = self.course.source(assignment.name)
        write_source(course.source(assignment.name), source, NOTEBOOK, {"conv_output_size": 2, "relu": 2})
        path = source / f"{NOTEBOOK}.nb.py"
        assert path.read_text().count(PLACE) == 1
        path.write_text(path.read_text().replace(PLACE, CELLS + PLACE))
        for command in (("build",), ("sync", assignment.name)):
            done = self.autograder(*command)
            assert done.returncode == 0, done.stderr[-2000:]

    def answer(self, student, essay=None, sketch=None, change=lambda cells: cells, answers=None):
        """Hand in the solution of the first notebook, with these answers to the two questions; None: left as released."""
        values = released(self.course, self.assignment.name)[NOTEBOOK].values
        solution = solution_cells(self.course, self.assignment, NOTEBOOK)
        solution.pop("sketch")
        notebook = filled(values, {**solution, **(answers or {})})
        for cell in notebook["cells"]:
            given = {"why_pooling": essay, "sketch": sketch}.get(
                cell["metadata"].get("nbgrader", {}).get("grade_id")
            )
            if given is not None:
                cell["source"] = given
        notebook["cells"] = change(notebook["cells"])
        folder = self.course.root / "submitted" / student / self.assignment.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(notebook))
