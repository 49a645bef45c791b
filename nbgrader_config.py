"""nbgrader reads this file; everything is in `course_config.py`."""

from pathlib import Path

from autograder.gradebook import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821 -- nbgrader provides it
