"""The `student` of a hidden test: asks for claims, checks them against the reference, names the misconception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import torch

from autograder.course.model import Limits
from autograder.grading import again, causes, library_calls
from autograder.grading.advice import ODD, advice, form_notes
from autograder.grading.aspects import compare_aspect, same_error, traces_of
from autograder.grading.broken import broken
from autograder.grading.cells import Cells
from autograder.grading.compare import Difference
from autograder.grading.forms import in_the_form_of
from autograder.grading.items import Material, has_module, material
from autograder.grading.observers import Observer, observed_of, run_here
from autograder.grading.outcomes import Failed, NotAttempted
from autograder.grading.own import Own, Relation
from autograder.grading.pictures import picture_of
from autograder.grading.rng import Rng
from autograder.grading.words import call_text
from autograder.intake.notebooks import Notebook
from autograder.sandbox import Reply
from autograder.sandbox.inside.standins import LIBRARY

Judge = Callable[[dict[str, Any], dict[str, Any]], Difference | None]
# What a probe is asked, and how that is judged.
Beginning = tuple[dict[str, Any], Judge]
__all__ = ["Student", "call_text"]
T = TypeVar("T")


class Student:
    """One student's notebook as hidden tests see it.

    Args:
        observer: Answers probes.
        assignment: Whose graders' material is used.
        limits: Deadlines of calls.
        items: The items of this notebook; one that another uses is replaced by a stand-in before a point is lost.
        attempted: Items whose cell is not the stub any more; None where there are no cells.
        cells: What ran the notebook's cells, and knows what came of them.
    """

    def __init__(
        self,
        observer: Observer,
        assignment: str,
        limits: Limits,
        items: tuple[str, ...],
        attempted: frozenset[str] | None = None,
        cells: Cells | None = None,
    ) -> None:
        self.observer = observer
        self.assignment = assignment
        self.limits = limits
        self.items = items
        self.attempted = attempted
        self.cells = cells or Cells(Notebook("", ()), limits)
        # Of items that were right only as later cells left helpers ("now") or all names ("later").
        self.ways: dict[str, str] = {}
        self.advice: list[str] = []
        self._found: dict[str, Any] = {}
        self.rng: Rng | None = None  # of the test that runs
        self.replaced: dict[str, list[str]] = {}  # item: the stand-ins with which it was right

    def once(self, name: str, look: Callable[[], T]) -> T:
        """Return what a look at the student's work found; only the first of that name looks."""
        if name not in self._found:
            self._found[name] = look()
        return cast(T, self._found[name])

    def material(self, item: str) -> Material:
        return material(self.assignment, item)

    # ------------------------------------------------------------------ functions that take and return values

    def check(
        self,
        item: str,
        *args: Any,
        also: tuple[str, ...] = (),
        grad: bool = True,
        form_only: bool = False,
        any_form: bool = False,
        fact: Callable[[Any, Any], Difference | None] | None = None,
        repeat: int = 1,
        raising: bool = False,
        result: bool = True,
        judge: Judge | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Call the student's function and compare the result with the reference's on the same arguments.

        Args:
            item: Name of the function.
            args: Tensors, numbers, and parts (`Net`, `Loader`, …).
            also: What must agree besides the result: "inputs", "weights", "modes", "grad", "log", "quiet", and others (`compare_aspect`).
            grad: Whether gradients are enabled when the function is called.
            form_only: Whether values may differ (for the facts that come first: existence, type, shape, dtype).
            fact: What of a result that is not right as a whole is wrong here; it gets the result and the reference's.
            any_form: Whether arrays and lists, other dtypes and an axis of length 1 will do (where the form is a fact of its own).
            result: Whether the result is compared at all; without it, only what `also` names.
            judge: Says what is wrong of what is seen, in the place of that comparison, which then only names misconceptions.
            repeat: How many times the function is called on the same objects; the result is then the list of results.
            raising: Whether an error that the function raises is part of what is seen, with no result (see the aspect "error").
            kwargs: Keyword arguments for the function.

        Returns:
            The student's observation.

        Raises:
            Failed: It differs; the misconception that gives the same is named.
            NotAttempted: The stub was left alone.
        """
        known = self.material(item)
        scale = None
        if known.scale is not None:
            scale = known.scale(*args, **kwargs)
        spec = {"item": item, "args": list(args), "kwargs": kwargs, "seed": 0, "grad": grad, "repeat": repeat}
        if raising:
            spec["raising"] = True
        aspects = ("result", *also) if result else also
        any_float = not any(isinstance(each, torch.Tensor) and each.is_floating_point() for each in args)

        def compare(seen: dict[str, Any], expected: dict[str, Any]) -> Difference | None:
            if any_form:
                seen = {**seen, "result": in_the_form_of(expected["result"], seen["result"])}
            for aspect in aspects:
                if found := compare_aspect(aspect, seen, expected, known, scale, any_float):
                    return found
            return None

        def compare_form(seen: dict[str, Any], expected: dict[str, Any]) -> Difference | None:
            found = compare(seen, expected)
            return None if found is not None and found.kind == "value" else found

        def compare_fact(seen: dict[str, Any], expected: dict[str, Any]) -> Difference | None:
            if (found := compare(seen, expected)) is None or fact is None:
                return found
            if any_form:
                seen = {**seen, "result": in_the_form_of(expected["result"], seen["result"])}
            return fact(seen["result"], expected["result"])

        called = call_text(item, args, kwargs) + (f", {repeat} times" if repeat > 1 else "")
        judge = judge or (compare_form if form_only else compare_fact)
        try:
            return self.compare("call", item, spec, judge, called, same=compare)
        except Failed as failure:
            if repeat == 1:
                failure.again = again.lines(self.rng, item, args, kwargs)
            raise

    def compare(
        self,
        probe: str,
        item: str,
        spec: dict[str, Any],
        compare: Judge,
        called: str,
        deadline: float | None = None,
        same: Judge | None = None,
        beginning: Beginning | None = None,
    ) -> dict[str, Any]:
        """Send a probe, compare the observation with the reference's, and explain a difference (see `check`).

        `same` says whether a misconception's observation is the student's; by default `compare` does. Those that differ in a
        `beginning` of the question are not asked the whole.
        """
        expected = observed_of(self.material(item).reference, probe, spec)
        first = self.ask(probe, item, spec, deadline)
        found = self._judge(first, expected, compare)
        if found is None:
            self.advice += form_notes(item, first.value, expected)
            return first.value

        right = lambda reply: self._judge(reply, expected, compare) is None  # noqa: E731
        if (other := self._otherwise(probe, item, spec, deadline, right)) is not None:
            return other.value
        if self.by_library(first, spec, called, item, probe) and (others := self.possible_standins(item)):
            without = self.ask(probe, item, {**spec, "standins": others}, deadline)
            if not self.by_library(without, spec, called, item, probe):
                # The call was another item's, and this one is wrong itself.
                first, found = without, self._judge(without, expected, compare) or found
        raise self._explain(first, found, probe, item, spec, expected, same or compare, called, beginning)

    def ask(self, probe: str, item: str, spec: dict[str, Any], deadline: float | None = None) -> Reply:
        """Send a probe with the stand-ins that this item is known to need, to where nothing is left of what would do its job."""
        way = spec.get("way") or self.ways.get(item) or ("then" if self._shifted(item) else "now")
        spec = {**spec, "lab": self.assignment, "way": way, "whose": item}
        if "standins" not in spec and item in self.replaced:
            spec = {**spec, "standins": self.replaced[item]}
        if has_module(self.assignment, item) and (known := self.material(item)).taken is not None:
            spec = {**spec, "taken": known.taken}
            if spec.get("standins"):
                spec["answers"] = known.answers(*spec["args"], **spec["kwargs"])
        return self.observer.observe(probe, spec, deadline or self.limits.call)

    def observation(
        self,
        probe: str,
        item: str,
        spec: dict[str, Any],
        called: str,
        deadline: float | None = None,
        accept: Callable[[Any], bool] = lambda seen: True,
    ) -> Any:
        """Return what a probe sees of the student's code, for tests that judge it themselves.

        Args:
            probe, item, spec, deadline: See `compare`.
            called: The call in words.
            accept: Whether an observation is right; if not, another item may be to blame, and stand-ins are tried.

        Raises:
            Failed: The code raised an error, hung, or ended the kernel.
        """
        first = self.ask(probe, item, spec, deadline)
        if first.status == "ok" and accept(first.value):
            return first.value
        right = lambda reply: reply.status == "ok" and accept(reply.value)  # noqa: E731
        if (other := self._otherwise(probe, item, spec, deadline, right)) is not None:
            return other.value
        if first.status != "ok":
            raise self.broken(first, called, item)
        return first.value

    def holds(self, item: str, relation: Relation, rng: Rng) -> bool | None:
        """Say whether a relation between results of the student's function holds; None where it gives none that can be compared."""
        try:
            found = relation(Own(self, item), rng)
        except ODD:
            return None
        return None if found is None else bool(found)

    def possible_standins(self, item: str) -> list[str]:
        """Return what else may be to blame: what this item may rest on, as far as something was written there.

        An item is right by its own code: what stands in for a stub that was left alone pays nothing to who calls it, and of two
        functions that only call each other not both are right.
        """
        return [
            name
            for name in (self.material(item).uses if has_module(self.assignment, item) else ())
            if name in self.items
            and name in LIBRARY.get(self.assignment, {})
            and (self.attempted is None or name in self.attempted)
            and item not in self._needs(name)
        ]

    def _otherwise(
        self,
        probe: str,
        item: str,
        spec: dict[str, Any],
        deadline: float | None,
        right: Callable[[Reply], bool],
    ) -> Reply | None:
        """Ask again where names may be another cell's, or another item to blame. None where nothing of that is right."""
        later = self.as_left(probe, item, spec, deadline, right)
        return later if later is not None else self._with_standins(probe, item, spec, deadline, right)

    def as_left(
        self,
        probe: str,
        item: str,
        spec: dict[str, Any],
        deadline: float | None,
        right: Callable[[Reply], bool],
    ) -> Reply | None:
        """Ask again with helpers, and then with all names, as the last cell left them. None where none is another, or nothing is right."""
        shifted = self._shifted(item)
        if item in self.ways:
            return None
        for way, possible in (("now", shifted), ("later", shifted or bool(self.cells.overtaken))):
            if possible and right(reply := self.ask(probe, item, {**spec, "way": way}, deadline)):
                self.ways[item] = way
                return reply
        return None

    def _shifted(self, item: str) -> bool:
        """Say whether a later cell took the name of a helper, for an item without a cell anybody's."""
        shifted = self.cells.shifted
        return item in shifted or (bool(shifted) and item not in self.cells.defined)

    def _needs(self, item: str) -> set[str]:
        needed: set[str] = set()
        waiting = [item]
        while waiting:
            for name in self.replaced.get(waiting.pop(), []):
                if name not in needed:
                    needed.add(name)
                    waiting.append(name)
        return needed

    def _with_standins(
        self,
        probe: str,
        item: str,
        spec: dict[str, Any],
        deadline: float | None,
        right: Callable[[Reply], bool],
    ) -> Reply | None:
        """Ask again with stand-ins for the other items: one bug costs one item. None where that is not right either."""
        if item in self.replaced:
            return None
        standins = self.possible_standins(item)
        if not standins:
            return None
        reply = self.ask(probe, item, {**spec, "standins": standins}, deadline)
        if not right(reply):
            return None
        for name in list(standins):  # keep those that it takes
            fewer = [each for each in standins if each != name]
            if right(self.ask(probe, item, {**spec, "standins": fewer}, deadline)):
                standins = fewer
        self.replaced[item] = standins
        return reply

    def _judge(self, reply: Reply, expected: dict[str, Any], compare: Judge) -> Difference | Reply | None:
        if reply.status != "ok":
            return reply
        try:
            return compare(reply.value, expected)
        except ODD as error:
            return Difference("type", f"the answer cannot be read ({type(error).__name__})")

    def _explain(
        self,
        reply: Reply,
        found: Difference | Reply,
        probe: str,
        item: str,
        spec: dict[str, Any],
        expected: dict[str, Any],
        compare: Judge,
        called: str,
        beginning: Beginning | None,
    ) -> Exception:
        if isinstance(found, Reply) and found.status != "error":
            return self.broken(found, called, item)
        if broke := self.by_library(reply, spec, called, item, probe):
            return broke
        matches, traces = [], []
        questions = [(spec, compare)]
        if beginning is not None and not isinstance(found, Reply):
            questions.insert(0, beginning)
        for each in self.material(item).misconceptions if causes.sought() else ():
            for asked, same in questions:
                theirs = run_here({item: each.function}, probe, asked)
                if isinstance(found, Reply):
                    agrees = theirs.status == "error" and same_error(theirs.value, found.value)
                else:
                    agrees = theirs.status == "ok" and self._judge(reply, theirs.value, same) is None
                if not agrees:
                    break
            else:
                matches.append(each.name)
                if not isinstance(found, Reply) and traces_of(reply.value) == traces_of(theirs.value):
                    traces.append(each.name)
        matches = traces or matches
        if isinstance(found, Reply):
            failure = self.broken(found, called, item)
            if isinstance(failure, Failed):
                failure.matches = matches
            return failure
        got, wanted = found.words(reply.value.get("result"), expected.get("result"))
        if not causes.sought():
            return Failed(called, got, wanted, kind=found.kind)
        said = advice(self.material(item), spec, found, reply.value, expected)
        picture = picture_of(
            self.material(item).picture if has_module(self.assignment, item) else "",
            reply.value.get("result"),
            expected.get("result"),
        )
        return Failed(called, got, wanted, said, matches, picture=picture, kind=found.kind)

    def by_library(
        self, reply: Reply, spec: dict[str, Any], called: str, item: str, probe: str = "call"
    ) -> Failed | None:
        """Return how a wrong answer of an item under the from-scratch rule rests on a library's; None where it does not."""
        if self.material(item).taken is None:
            return None
        return library_calls.explained(
            item,
            reply,
            called,
            self.cells.refused,
            lambda: self.observer.observe(probe, spec, self.limits.call),
        )

    def broken(self, reply: Reply, called: str, item: str) -> Failed | NotAttempted:
        """Return what to say of a call that brought nothing back to compare."""
        return broken(reply, called, item, self.cells, self.items, self.attempted)
