"""nbgrader reads this file; everything is in `course_config.py`."""

import sys
from pathlib import Path

try:
    from autograder.gradebook import configure

    configure(get_config(), Path(__file__).parent)  # noqa: F821 -- nbgrader provides it
except Exception as error:
    # nbgrader would go on without this file, and run students' code on this machine, outside the sandbox.
    sys.exit(f"nbgrader cannot work in this course: {error} (Python: {sys.executable})")
