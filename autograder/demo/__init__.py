"""The whole way on a class of sample students in a temporary course."""

from autograder.demo.whole_way import run

__all__ = ["run"]
