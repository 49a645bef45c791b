"""`autograder languages`: what the command line looks like; the work is done in `authoring/translations`."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.table import Table

from autograder.course.model import load
from autograder.errors import CourseError
from autograder.intake.files import write_text
from autograder.locale.catalogue import ENGLISH, require_language
from autograder.pages.terminal import CourseOption, out

app = typer.Typer(
    no_args_is_help=True, add_completion=False,
    help="The languages of the release: catalogues of what students read, and what of them is missing.",
)  # fmt: skip
LanguageArgument = Annotated[str, typer.Argument(help="The language's code, such as es, zh or pt_BR.")]


def _translated(language: str) -> str:
    """Return the code of a language that has catalogues.

    Raises:
        CourseError: It is none, or English.
    """
    if language == ENGLISH:
        raise CourseError(
            "The sources are English: there is nothing to translate into it. Name another language."
        )
    return require_language(language)


@app.command()
def add(language: LanguageArgument, course: CourseOption = None) -> None:
    """Make the empty catalogues of a language, to be filled by a translator."""
    from autograder.authoring.translations.books import changed_catalogues

    loaded = load(course)
    made = changed_catalogues(loaded, [_translated(language)], new=True)
    for path, text in made.items():
        write_text(path, text)
        out.print(f"written: {path}", highlight=False, soft_wrap=True)
    if not made:
        raise CourseError(f"Every catalogue of {language!r} is there. Run `autograder languages update`.")
    if language not in loaded.languages:
        out.print(
            f'Fill in what they say, then add "{language}" to `languages` in course_config.py and run `autograder build`.'
        )


@app.command()
def update(
    language: Annotated[
        str, typer.Argument(help="Only this language (default: all that have catalogues).")
    ] = "",
    course: CourseOption = None,
) -> None:
    """Bring the catalogues up to date with the English texts, and say how much of them is missing or fuzzy.

    Of a language that the course lists, the catalogues that are not there yet are made.
    """
    from autograder.authoring.translations.books import books, changed_catalogues, known_languages

    loaded = load(course)
    known = known_languages(loaded)
    if language and _translated(language) not in known:
        raise CourseError(
            f"There is no catalogue of {language!r}. Run `autograder languages add {language}`."
        )
    wanted = [language] if language else known
    listed = [each for each in wanted if each in loaded.languages]
    changed = changed_catalogues(loaded, wanted) | changed_catalogues(loaded, listed, new=True)
    for path, text in changed.items():
        write_text(path, text)
        out.print(f"written: {path}", highlight=False, soft_wrap=True)
    table = Table("language", "of", *("messages", "missing", "fuzzy"))
    for each in wanted:
        for book in books(loaded):
            found = Counter("fuzzy" if e.fuzzy else "there" if e.text else "missing" for e in book.catalogue(each).entries.values())  # fmt: skip
            table.add_row(
                each, book.place(loaded), str(found.total()), str(found["missing"]), str(found["fuzzy"])
            )
    out.print(table)


@app.command()
def missing(language: LanguageArgument, course: CourseOption = None) -> None:
    """List each message of a language that is missing, fuzzy, or lacks something that the English text has."""
    from autograder.authoring.translations.books import lacking

    found = lacking(load(course), [_translated(language)])
    for line in found:
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    if found:
        raise CourseError(f"{len(found)} messages of {language!r} are not there as they should be.")
    out.print("Nothing is missing.")
