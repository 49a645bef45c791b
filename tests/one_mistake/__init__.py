"""Answers with one mistake each, and which facts are false of them: what `test_marks` holds the marks against."""


def false(*facts):
    """Say which hidden tests' facts are false of an answer; all the others are true of it."""

    def wrap(answer):
        answer.false = facts
        return answer

    return wrap
