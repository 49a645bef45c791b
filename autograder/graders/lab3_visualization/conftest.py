"""`pytest autograder/graders/lab3_visualization --submission FILE.ipynb` runs the hidden tests on one notebook."""

# CANARY-5b0c2f6e-hidden-grader
from autograder.grading.standalone import pytest_addoption, pytest_configure

__all__ = ["pytest_addoption", "pytest_configure"]
