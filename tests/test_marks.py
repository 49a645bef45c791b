"""Every mark tells the truth: no cross at a fact that is true of an answer, no tick at one that is false.

An item's `one_mistake.py` holds answers with one mistake each and says which facts are false of them. A fact that fails for another's
reason is neither right nor wrong: it follows.
"""

import pytest
from grading_bench import LAB, STUBS, answers, grade, hidden_tests, notebook

pytestmark = pytest.mark.usefixtures("remembered")
ANSWERS = [(item, name, each) for item in STUBS for name, each in answers("one_mistake", item).items()]

# Facts that come first: only these, and an error, may leave nothing to see of the others.
FIRST = {
    test.__name__
    for name in LAB.notebooks
    for test, mark in hidden_tests(name)
    if mark["gate"] or mark["veto"]
}


@pytest.mark.parametrize(
    ("item", "name", "answer"), ANSWERS, ids=[f"{item}-{name}" for item, name, _ in ANSWERS]
)
def test_a_mark_is_true_of_the_answer(item, name, answer):
    result = grade(notebook(**{item: answer}), item)
    marks = {test.name: test.outcome for test in result.tests}
    assert set(answer.false) <= set(marks), "a fact of another item, or of none"
    for fact, mark in marks.items():
        if fact in answer.false:
            assert mark != "passed", f"✓ at {fact}, which is false"
        else:
            assert mark in ("passed", "follows", "skipped"), f"✗ at {fact}, which is true"
            hidden = [each for each in list(marks)[: list(marks).index(fact)] if each in answer.false]
            assert mark != "skipped" or any(each in FIRST or marks[each] == "error" for each in hidden), fact
    assert any(marks[fact] in ("failed", "error") for fact in answer.false), marks
    assert result.score < result.points
