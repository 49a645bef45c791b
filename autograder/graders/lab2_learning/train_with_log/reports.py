"""What `train_with_log` reports: the list that it returns, and the lines that it prints, whose form is free."""

# CANARY-5b0c2f6e-hidden-grader
from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from autograder.grading.compare import Difference, describe, difference
from autograder.grading.observers import run_here
from autograder.grading.student import Judge, Student, call_text

ITEM = "train_with_log"
Seen = dict[str, Any]
_NUMBER = re.compile(
    r"((?:(?<![\w)\]])-)?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(\s?%)?(?:(?=\s*(/|of)\s*(\d+\.?))|)"
)


class _Number(NamedTuple):
    """A number of a printed line: the size of its last digit, whether a per cent sign follows, and what it is said to be part of."""

    value: float
    digit: float
    per_cent: bool
    sign: str
    whole: str


def judge(seen: Seen, expected: Seen) -> Difference | None:
    """Compare the reports that are returned: images seen before the batch, and the batch's loss."""
    mine, theirs = seen["result"], expected["result"]
    if found := judge_form(seen, expected):
        return found
    if not isinstance(theirs, (list, tuple)):  # of a misconception
        return difference(mine, theirs)
    if len(mine) != len(theirs):
        return Difference("value", f"the result has {len(mine)} reports, expected {len(theirs)}")
    for number, (one, other) in enumerate(zip(mine, theirs, strict=True), 1):
        if not isinstance(other, (list, tuple)):
            one, other = (one,), (other,)
        for what, a, b in zip(("number of images", "loss"), one, other, strict=False):
            if found := difference(a, b, None, f"the {what} in report {number}"):
                return found
    return None


def judge_form(seen: Seen, expected: Seen) -> Difference | None:
    """Ask for a list of pairs; of whatever form a misconception's result is, for the same."""
    mine, theirs = _form(seen["result"]), _form(expected["result"])
    if mine == theirs or (mine == ("list",) and theirs[0] == "list"):
        return None
    said = f"the result is {describe(seen['result'])}, expected a list of pairs (images, loss)"
    return Difference("value", said)


def _form(result: Any) -> tuple[str, ...]:
    if not isinstance(result, (list, tuple)):
        return (type(result).__name__,)
    kinds = {str(len(each)) if isinstance(each, (list, tuple)) else type(each).__name__ for each in result}
    return ("list", *sorted(kinds))


def check(student: Student, judged: Judge, *args: Any, printed: bool = False, **kwargs: Any) -> None:
    """Call `train_with_log` and compare what `judged` looks at.

    Raises:
        Failed: It differs.
        NotAttempted: The stub was left alone.
    """
    spec = {"item": ITEM, "args": list(args), "kwargs": kwargs, "seed": 0, "printed": printed}

    def same(seen: Seen, theirs: Seen) -> Difference | None:
        found = judged(seen, theirs) or difference(seen["order"], theirs["order"])
        return found or difference(*(each["nets"]["model"]["state"] for each in (seen, theirs)))

    student.compare("call", ITEM, spec, judged, call_text(ITEM, args, kwargs), same=same)


# ---------------------------------------------------------------------------------------------------------- what is printed


def check_printed(student: Student, *args: Any) -> None:
    """Fail unless there is a line for each report, and none for another batch; `args` are those of a call, in their order.

    Raises:
        Failed: There is not.
        NotAttempted: The stub was left alone.
    """
    (*others, epoch, interval), loader = args, args[1]
    spec = {"item": ITEM, "args": [*others, epoch, 1], "kwargs": {}, "seed": 0}
    reports = run_here({ITEM: student.material(ITEM).reference}, "call", spec).value["result"]
    images, totals = len(loader.data.y), (len(loader.data.y), len(reports))

    def ways(i: int) -> list[tuple[int, float, float]]:
        """Return how many images a line about a batch may name, with the shares that belong to them."""
        before = reports[i][0]
        done = min(before + loader.batch_size, images)
        return [(before, before / images, i / len(reports)), (done, done / images, (i + 1) / len(reports))]

    def lacking(seen: Seen) -> list[str]:
        """Return of each batch what its line lacks, "" where it is whole; of one that is not reported whether it has a line of its own."""
        lines = [_numbers(line) for line in re.split(r"[\r\n]", str(seen["printed"]))]
        found, due = ["-"] * len(reports), range(0, len(reports), interval)

        def fits(line: list[list[_Number]], i: int) -> bool:
            return not min((_lacks(numbers, epoch, reports[i][1], totals, *way) for numbers in line for way in ways(i)), key=len)  # fmt: skip

        others = [i for i in range(len(reports)) if i not in due]
        for i in [*due, *others]:
            if (
                i in others[:1]
            ):  # a second line about a report is about no other batch, however near their losses are
                lines = [line for line in lines if not any(fits(line, each) for each in due)]
            last = i - i % interval
            lacks = [
                (_lacks(numbers, epoch, reports[i][1], totals, *way), at)
                for batch in dict.fromkeys((i, last))  # nor may its loss stand beside the images of the report before
                for at, line in enumerate(lines)
                if batch == i or not any(_names(numbers, reports[last][1]) for numbers in line)
                for numbers in line for way in ways(batch)
            ]  # fmt: skip
            fewest, at = min(lacks, key=lambda each: len(each[0]), default=(["anything at all"], -1))
            if i % interval == 0 or not fewest:
                found[i] = " and ".join(fewest)
            if not fewest:
                del lines[at]  # it may fit the batch after this one as well
        return found

    def judge_printed(seen: Seen, expected: Seen) -> Difference | None:
        mine, theirs = lacking(seen), lacking(expected)
        at = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b), None)
        if at is None:
            return None
        said = f"a line about batch {at}, expected a line for every {interval}th batch alone, beginning with batch 0"
        if mine[at]:
            said = f"no line that names {mine[at]} of batch {at}, expected a line with epoch, images, share and loss for batches 0, {interval}, {2 * interval}, …"
        return Difference("value", said)

    check(student, judge_printed, *args, printed=True)


def _numbers(line: str) -> list[list[_Number]]:
    """Return a line's numbers as they are read with a comma between thousands, before decimals, and between numbers."""
    thousands = re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", line)
    forms = (thousands, re.sub(r"(?<=\d),(?=\d)", ".", line), line.replace(",", " "))
    return [[_number(*found) for found in _NUMBER.findall(form)] for form in forms]


def _number(text: str, per_cent: str, sign: str, whole: str) -> _Number:
    mantissa, _, power = text.lower().partition("e")
    digit = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
    return _Number(float(text), digit, bool(per_cent), sign, whole)


def _lacks(
    line: list[_Number], epoch: int, loss: float, totals: tuple[int, int], images: int, *shares: float
) -> list[str]:
    """Return what is missing of a report in a line; `totals` are the numbers of all images and of all batches."""
    counts = [_is_part(each, totals, shares, loss) for each in line if each.value == images]
    has = (
        ("the loss", _names(line, loss)),
        ("the epoch", any(each.value == epoch for each in line)),
        ("the images", bool(counts) and all(counts)),
        ("the share", any(_is_share(*each[:3], share) for each in line for share in shares)),
    )
    return [what for what, there in has if not there]


def _names(line: list[_Number], loss: float) -> bool:
    """Say whether a line holds the loss, rounded."""
    return any(_near(each.value, each.digit, loss) for each in line)


def _near(x: float, digit: float, loss: float) -> bool:
    """Say whether a number is the loss, rounded to its last digit; a whole one only where `.3g` writes 1.003 as 1."""
    return abs(x - loss) <= (0.5001 * digit if digit < 1 else 0.005) + 1e-4 * abs(loss)


def _is_part(number: _Number, totals: tuple[int, int], shares: tuple[float, ...], loss: float) -> bool:
    """Say whether a number of images is said to be part of all images, or of nothing; a stroke may part it from what comes next."""
    if not number.sign or float(number.whole) in (totals if number.value == 0 else totals[:1]):
        return True
    whole = float(number.whole)
    next_one = any(_is_share(whole, 1, False, each) for each in shares) or _near(whole, 1, loss)
    return number.sign == "/" and (next_one or number.whole.endswith("."))


def _is_share(x: float, digit: float, per_cent: bool, share: float) -> bool:
    """Say whether a number is a share in per cent, rounded or cut, or as a fraction."""
    cut, off = math.floor(100 * share / digit + 1e-6) * digit, 0.5001 * digit
    fraction = not per_cent and digit < 0.2 and abs(x - share) <= off
    return fraction or abs(x - 100 * share) <= off or abs(x - cut) < 1e-6
