"""Whether a translation left the code as it was: a comment that got a second line, or a docstring that ends too early, does not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from autograder.authoring.translations.voices import Say
from autograder.errors import CourseError
from autograder.locale.catalogue import shown


def sound(text: str, tree: ast.Module | None, own: Collection[str], make: Callable[[Callable[[Say], Say]], str]) -> str:  # fmt: skip
    """Return the code that `make` gives in another language.

    Args:
        text: The code in English.
        tree: Its tree; without, nothing is compared.
        own: The strings by which code looks things up.
        make: Makes the code, with whoever it is given put between it and each voice.

    Raises:
        CourseError: It is other code; the message names the English text whose translation makes it so.
    """
    asked: list[str] = []

    def noting(say: Say) -> Say:
        def ask(text: str, note: str) -> str:
            asked.append(text)
            return say(text, note)

        return ask

    made = make(noting)
    if tree is None or made == text or _same(tree, made, own):
        return made
    for one in dict.fromkeys(asked):
        alone = make(lambda say, one=one: lambda each, note: say(each, note) if each == one else each)  # type: ignore[misc]
        if not _same(tree, alone, own):
            raise CourseError(
                f"the translation of {shown(one)} changes the code around it. Look for quotes, backslashes, braces and line ends in it."
            )
    raise CourseError("the translations change the code together.")


@contextmanager
def standing(place: str) -> Iterator[None]:
    """Say of an error where it is."""
    try:
        yield
    except CourseError as error:
        raise CourseError(f"{place}: {error}") from error


def _same(tree: ast.Module, made: str, own: Collection[str]) -> bool:
    try:
        return _alike(tree, ast.parse(made), own)
    except (SyntaxError, ValueError):
        return False


def _alike(before: object, after: object, own: Collection[str]) -> bool:
    """Say whether two trees differ in words alone: of an f-string its fields stay, in any order."""
    fields = _fields(before)
    if fields is not None:
        return fields == _fields(after) and (_value(before) == _value(after) or _value(before) not in own)
    if isinstance(before, list):
        return (
            isinstance(after, list)
            and len(before) == len(after)
            and all(_alike(*pair, own) for pair in zip(before, after, strict=True))
        )
    if isinstance(before, ast.AST):
        return type(before) is type(after) and all(
            _alike(value, getattr(after, name, None), own) for name, value in ast.iter_fields(before)
        )
    return type(before) is type(after) and before == after


def _fields(node: object) -> list[str] | None:
    """Return the fields of a string; None for what is none."""
    if isinstance(node, ast.JoinedStr):
        return sorted(ast.dump(each) for each in node.values if isinstance(each, ast.FormattedValue))
    return [] if isinstance(_value(node), str) else None


def _value(node: object) -> object:
    return node.value if isinstance(node, ast.Constant) else None
