"""The pytest plugin: binds hidden tests to items, gives them `student` and `rng`, and collects their outcomes."""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import pytest

from autograder.course.secret import derive
from autograder.grading.outcomes import Failed, NotAttempted, Outcome
from autograder.grading.own import Relation
from autograder.grading.rng import Rng
from autograder.grading.scorecard import TestOutcome
from autograder.grading.student import Student


def item(
    name: str,
    weight: float | None = None,
    gate: bool = False,
    veto: bool = False,
    holds: Relation | None = None,
) -> pytest.MarkDecorator:
    """Bind a hidden test to an item.

    Args:
        name: The item.
        weight: Its share of the item's points: 1 unless it is given, none for a gate or a veto.
        gate: A fact that comes first (existence, type, shape, dtype): pays nothing; if it fails, the item earns nothing. With a weight
            it is a fact of form alone, and costs that share of what the others earn: only values pay.
        veto: If it fails, the item earns nothing, whatever else is right (the from-scratch rule; see `Failed.veto`, too).
        holds: A relation of the student's own function that tells, where its values are wrong, whether this fact is true of it all the
            same: with a bias minus without it is the bias, whatever the convolution gives.
    """
    share = weight if weight is not None else 0 if gate or veto else 1
    return pytest.mark.item(name=name, weight=share, gate=gate, veto=veto, holds=holds)


@dataclass
class Raw:
    """What one hidden test gave, before points."""

    item: str
    name: str
    title: str
    weight: float
    gate: bool
    veto: bool
    outcome: TestOutcome = "skipped"
    failure: Failed | None = None
    fault: str = ""
    seconds: float = 0.0
    holds: Callable[[], bool | None] = lambda: None

    @property
    def hides_the_rest(self) -> bool:
        """Whether nothing is left to see of the item's other facts; who checks the form apart takes results of any."""
        if self.failure is None or self.failure.stop or not self.gate:
            return self.failure is not None and self.failure.stop
        return not self.failure.kind if self.weight else self.failure.hides_the_rest

    def fail(self, failure: Failed, student: Student, relation: Relation | None, rng: Rng) -> None:
        """Take down that the fact does not hold; `relation` is asked only where it matters."""
        self.outcome = "error" if failure.error else "failed"
        self.failure = failure
        self.veto = self.veto or failure.veto
        if failure.true is not None:
            self.holds = lambda: failure.true
        elif relation is not None and not failure.stop and not self.veto:
            self.holds = functools.partial(student.holds, self.item, relation, rng)


@dataclass(eq=False)
class GradingPlugin:
    """Run hidden tests against one student.

    Args:
        student: Who is asked.
        secret: The course's secret.
        digest: Digest of the submission: with the secret and the test's name it gives the test's seed.
        chosen: The items to test; None for all.
        context: What tests may ask for by the fixture `context` (data set, thresholds).
    """

    student: Student
    secret: bytes
    digest: str
    chosen: tuple[str, ...] | None = None
    context: Any = None
    results: list[Raw] = field(default_factory=list)
    _stopped: dict[str, TestOutcome] = field(default_factory=dict)

    @pytest.fixture(name="student")
    def _student(self) -> Student:
        return self.student

    @pytest.fixture(name="rng")
    def _rng(self, request: pytest.FixtureRequest) -> Rng:
        rng = self.student.rng = Rng(derive(self.secret, self.digest, request.node.name))
        return rng

    @pytest.fixture(name="context")
    def _context(self) -> Any:
        return self.context

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line(
            "markers", "item(name, weight, gate, veto, holds): the item that this test grades"
        )

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        for each in items:
            if each.get_closest_marker("item") is None:
                raise pytest.UsageError(f"{each.nodeid} has no @item(...): every hidden test grades an item.")
        if self.chosen is not None:
            items[:] = [each for each in items if _mark(each)["name"] in self.chosen]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        mark = _mark(item)
        function: Callable[..., Any] = item.function  # type: ignore[attr-defined]
        raw = Raw(
            mark["name"],
            item.name,
            inspect.getdoc(function) or item.name,
            mark["weight"],
            mark["gate"],
            mark["veto"],
        )
        self.results.append(raw)
        if raw.item in self._stopped:
            raw.outcome = self._stopped[raw.item]
            pytest.skip("an earlier fact of this item does not hold")
        begin = time.perf_counter()
        try:
            result = yield
        except NotAttempted:
            raw.outcome = self._stopped[raw.item] = "not_attempted"
            raise
        except Failed as failure:
            raw.fail(
                failure,
                self.student,
                mark["holds"],
                Rng(derive(self.secret, self.digest, item.name, "holds")),
            )
            if raw.hides_the_rest:
                self._stopped[raw.item] = "skipped"
            raise
        except pytest.skip.Exception:
            raise
        except BaseException as error:
            raw.outcome = "grader_fault"
            raw.fault = f"{type(error).__name__}: {error}"[:1000]
            raise
        else:
            raw.outcome = "passed"
            return result
        finally:
            raw.seconds = time.perf_counter() - begin


def _mark(item: pytest.Item) -> dict[str, Any]:
    marker = item.get_closest_marker("item")
    assert marker is not None
    return dict(marker.kwargs)


__all__ = ["GradingPlugin", "Outcome", "Raw", "item"]
