"""Students of one class in two languages: the same points, and each one's feedback in the language that was handed in, or asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from essay_class import NOTEBOOK, EssayClass
from machine_language import machine_made
from test_translations import marked

from autograder.authoring.handing_in import filled
from autograder.authoring.translations import books
from autograder.authoring.translations.books import changed_catalogues, lacking
from autograder.course.model import load
from autograder.gradebook import people
from autograder.gradebook.results import current_results
from autograder.intake.files import write_text
from autograder.intake.submissions import released
from autograder.locale.catalogue import Entry, read
from autograder.pages import language
from autograder.pages.retelling import words_in
from autograder.repos import clones, record
from autograder.repos import pages as repository_pages
from autograder.repos.roster import Person

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:.*:sqlalchemy.exc.SAWarning"),
]
OTHER = "es"
WRONG = {
    "conv_output_size": "def conv_output_size(size, kernel, stride=1, padding=0):\n    return (size + 2 * padding - kernel) / stride + 1\n",
    "relu": "def relu(x):\n    return x.abs()\n",
}
MOST_ENGLISH = {"relu", "sketch", "YOUR", "ANSWER", "HERE"}  # ids of items, and nbgrader's own stub


class TwoLanguages(EssayClass):
    """The class, in English and in a language made by machine, whose catalogues lie in `engine`."""

    def __init__(self, course, assignment, folder, engine):
        super().__init__(course, assignment, folder)
        config = self.course.root / "course_config.py"
        config.write_text(config.read_text() + f"\ncourse = replace(course, languages=('en', {OTHER!r}))\n")
        self.course = self.source = load(self.course.root)
        for path, text in changed_catalogues(self.course, [OTHER], new=True).items():
            write_text(path, text)
            catalogue = read(path.parents[1], OTHER)
            said = {
                key: Entry((machine_made if key[0] == language.SAID else marked)(key[1]))
                for key in catalogue.entries
            }
            write_text(path, replace(catalogue, entries=said).to_text())
        assert engine / "graders" / "kit" / "locale" / f"{OTHER}.po" in engine.rglob("*.po")
        done = self.autograder("build")
        assert done.returncode == 0, done.stderr[-2000:]

    def hands_in(self, student, code):
        release = released(self.course, self.assignment.name)[NOTEBOOK]
        values = filled((release.others.get(code) or release).values, WRONG)
        folder = self.course.root / "submitted" / student / self.assignment.name
        folder.mkdir(parents=True)
        (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(values))

    def page(self, student):
        path = self.course.root / "feedback" / student / self.assignment.name / f"{NOTEBOOK}.html"
        return path.read_text("utf-8")


def english_of(html: str) -> set[str]:
    """Return the English words of a page, but for code and what the student wrote."""
    for part in (
        r"<style.*?</style>",
        r"<pre.*?</pre>",
        r"<code.*?</code>",
        r"<title.*?</title>",
        r"<h1.*?</h1>",
        r'<div class="highlight.*?</div>',
    ):
        html = re.sub(part, " ", html, flags=re.DOTALL)
    alt = " ".join(re.findall(r'alt="([^"]*)"', html))
    return set(words_in(unescape(re.sub(r"<[^>]*>", " ", html) + alt))) - MOST_ENGLISH


@pytest.fixture(scope="module")
def two(course, lab1, tmp_path_factory):
    """A graded class: ana handed in in the other language, bob and cem in English, and cem's roster asks for the other one."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("two")
        engine = folder / "engine"
        patch.setattr(books, "ENGINE", engine)
        patch.setattr(language, "PACKAGE", engine)
        made = TwoLanguages(course, lab1, folder, engine)
        for student, code in (("ana", OTHER), ("bob", "en"), ("cem", "en")):
            made.hands_in(student, code)
        people.put(
            made.course, made.assignment, [Person("cem", language=OTHER), Person("dan", language="fr")], None
        )
        done = made.grade_here()
        assert done.returncode == 0, done.stderr[-2000:]
        yield made


def test_the_points_are_the_same_in_each_language(two: TwoLanguages) -> None:
    scores = two.scores()
    for item in ("conv_output_size", "relu"):
        assert scores["ana", item] == scores["bob", item] == scores["cem", item] < 2
    for question in ("why_pooling", "sketch"):  # left as released, in whichever language
        assert scores["ana", question] == scores["bob", question] == 0
    assert lacking(two.course, two.course.languages) == []


def test_each_page_is_in_its_student_s_language(two: TwoLanguages) -> None:
    done = two.autograder("feedback", two.assignment.name)
    assert done.returncode == 0, done.stderr[-2000:]
    for student in ("ana", "cem"):
        page = two.page(student)
        assert '<html lang="es">' in page
        assert english_of(page) == set(), student
    assert "де" not in two.page("bob")
    assert "What to mend first" in two.page("bob")
    done = two.autograder("feedback", two.assignment.name, "--lang", OTHER)
    assert done.returncode == 0, done.stderr[-2000:]
    assert english_of(two.page("bob")) == set()
    done = two.autograder("feedback", two.assignment.name, "--lang", "fr")
    assert done.returncode == 1
    assert "autograder languages add fr" in " ".join(done.stderr.split())


def test_the_pages_of_repositories_are_too(two: TwoLanguages) -> None:
    results = {each.student: each for each in current_results(two.course, two.assignment)}
    assert [results[each].language for each in ("ana", "bob", "cem")] == [OTHER, "en", OTHER]
    words = language.of_assignment(OTHER, two.assignment.name)
    for made in (repository_pages.markdown, repository_pages.page):
        text = re.sub(
            r"(?m)`[^`]*`|^    .*$|lab1\\?_train\\?_cnn", " ", made(two.assignment, results["ana"], words)
        )
        assert english_of(text.replace("\\", "")) == set(), made
        assert "Looks like" in made(two.assignment, results["bob"])


def test_pages_of_repositories_can_be_asked_for_in_one_language(two: TwoLanguages) -> None:
    name = two.assignment.name
    entries = [record.Entry(each, "folder", "", students=[each]) for each in ("ana", "bob")]
    record.write(two.course, record.Record(name, "", entries=entries))

    def languages(*asked: str) -> list[str]:
        done = two.autograder("repos", "feedback", name, *asked)
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.count("pages in") == 2, done.stdout
        pages = (clones.private(two.course, name) / "pages" / clones.key(each) for each in ("ana", "bob"))
        return [re.findall(r'<html lang="(\w+)">', (each / "feedback.html").read_text())[0] for each in pages]

    assert languages() == [OTHER, "en"]
    assert languages("--lang", OTHER) == [OTHER, OTHER]
    bob = clones.private(two.course, name) / "pages" / clones.key("bob") / "feedback.html"
    assert english_of(bob.read_text()) == set()
    done = two.autograder("repos", "feedback", name, "--lang", "fr")
    assert done.returncode == 1
    assert "autograder languages add fr" in " ".join(done.stderr.split())
