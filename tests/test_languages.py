"""A second language of a small course: catalogues made, filled, brought up to date, and the release that is built of them."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from rich.console import Console
from small_lab import write_source
from test_translations import marked
from typer.testing import CliRunner

from autograder.authoring import messages, validate
from autograder.authoring.build import build
from autograder.authoring.handing_in import filled as filled_in
from autograder.authoring.handing_in import grade_notebooks, solution_cells
from autograder.authoring.translations import books
from autograder.authoring.translations.books import changed_catalogues, lacking
from autograder.commands.languages import app
from autograder.course.model import Assignment, Course, load
from autograder.course.questions import questions
from autograder.demo.forked import nbgrader
from autograder.errors import CourseError
from autograder.gradebook.results import language_handed_in
from autograder.intake.files import write_text
from autograder.intake.notebooks import LANGUAGE, language_of, sanitise, source_of
from autograder.intake.submissions import prepare_student, released
from autograder.locale import Catalogue, Message
from autograder.locale import signs as signs_of
from autograder.locale.catalogue import PLACED, Entry, read, require_language
from autograder.pages.language import SAID
from autograder.pages.language import language as told_in
from autograder.workers.lookup import Lookup

ROOT = Path(__file__).parents[1]
NOTEBOOK, ITEM, OTHER = "01_cnn_layers", "relu", "eo"
LAB = Assignment("lab1_train_cnn", {NOTEBOOK: {ITEM: 100}})
CONFIG = f"""from autograder.course import Assignment, Course

lab = Assignment("{LAB.name}", {{"{NOTEBOOK}": {{"{ITEM}": 100}}}})
course = Course("small", (lab,), languages=("en", "{OTHER}"), dataset="digits")
"""
pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("read_once")]


def filled(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, entries={key: Entry(marked(key[1])) for key in catalogue.entries})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a course of one item, in English and another language, its catalogues filled, built."""
    root = tmp_path_factory.mktemp("small")
    (root / "course_config.py").write_text(CONFIG)
    (root / "data").symlink_to(ROOT / "data")
    course = load(root)
    write_source(ROOT / "source" / LAB.name, course.source(LAB.name), NOTEBOOK, {ITEM: 100})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(books, "ENGINE", root / "engine")
        for path, text in changed_catalogues(course, [OTHER], new=True).items():
            write_text(path, text)
            write_text(path, filled(read(path.parents[1], OTHER)).to_text())
        build(course)
    return root


@pytest.fixture
def small(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of that course."""
    shutil.copytree(original, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setattr(books, "ENGINE", tmp_path / "engine")
    return load(tmp_path)


def test_another_language_is_built_beside_english_and_stays_as_built(small: Course) -> None:
    assert lacking(small, small.languages) == []
    assert build(small, check=True) == []
    english, other = (small.release(LAB.name, each) for each in small.languages)
    assert {path.name for path in other.iterdir()} == {path.name for path in english.iterdir()}
    assert "⟦" not in (english / f"{NOTEBOOK}.ipynb").read_text("utf-8")
    for name in (f"{NOTEBOOK}.ipynb", "checks.py", "README.md"):
        assert (other / name).read_text("utf-8").count("⟦") > 100, name
    alone = replace(small, languages=("en",))
    assert set(build(alone)) == {f"release/{OTHER}/{LAB.name}/{path.name}" for path in english.iterdir()}
    assert (english / "checks.py").is_file()


def test_nbgrader_hands_out_the_language_that_it_is_told(temporary_course: Course, tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    where = ("--CourseDirectory.release_directory=release/es", f"--Exchange.root={exchange}")
    environment = {**os.environ, "HOME": str(tmp_path)}
    code, said = nbgrader(["release_assignment", LAB.name, *where], temporary_course.root, environment, 100)
    assert code == 0, said
    (handed_out,) = exchange.rglob(f"{NOTEBOOK}.ipynb")
    assert handed_out.read_bytes() == (ROOT / "release" / "es" / LAB.name / handed_out.name).read_bytes()


def test_a_changed_english_text_is_shown_until_somebody_looked(small: Course) -> None:
    path = small.source(LAB.name) / f"{NOTEBOOK}.nb.py"
    text = path.read_text("utf-8")
    assert text.count("The bend in the line") + text.count("ReLU") > 1
    old = "`x[x < 0] = 0` changes the caller's tensor: the input must stay as it was."
    assert old in text
    path.write_text(
        text.replace(old, "`x[x < 0] = 0` changes the tensor of the caller: it must stay as it was.")
    )
    assert f"source/{LAB.name}/locale/{OTHER}.po" in build(small, check=True)
    (said,) = lacking(small, small.languages)
    assert said.startswith(f"source/{LAB.name}/locale/{OTHER}.po, {NOTEBOOK}/test_{ITEM}-2: fuzzy: ")
    build(small)
    assert build(small, check=True) == []
    shown = (small.release(LAB.name, OTHER) / f"{NOTEBOOK}.ipynb").read_text("utf-8")
    assert "changes the tensor of the caller" in shown
    kept = (small.source(LAB.name) / "locale" / f"{OTHER}.po").read_text("utf-8")
    assert "#, fuzzy" in kept
    assert old in kept  # what the translation belongs to


def test_a_translation_that_loses_a_placeholder_stops_the_build(small: Course) -> None:
    path = small.source(LAB.name) / "locale" / f"{OTHER}.po"
    catalogue = read(path.parents[1], OTHER)
    key = next(key for key in catalogue.entries if "{{ points.relu }}" in key[1])
    broken = {**catalogue.entries, key: Entry("⟦points⟧")}
    path.write_text(replace(catalogue, entries=broken).to_text())
    with pytest.raises(CourseError, match=r"lacks the placeholder {{ points\.relu }}"):
        build(small)


def test_a_submission_is_compared_with_the_release_of_its_language(small: Course) -> None:
    releases = released(small, LAB.name)
    handed_in = small.root / "submitted" / "ana" / LAB.name
    handed_in.mkdir(parents=True)
    text = (small.release(LAB.name, OTHER) / f"{NOTEBOOK}.ipynb").read_text("utf-8")
    (handed_in / f"{NOTEBOOK}.ipynb").write_text(text)
    (prepared,) = prepare_student(small, LAB, "ana", releases)
    assert prepared.notes == ()
    values = json.loads(prepared.path.read_text("utf-8"))
    assert values["metadata"]["autograder"]["language"] == OTHER
    release = releases[NOTEBOOK].like(values)
    assert release is releases[NOTEBOOK].others[OTHER]
    assert [c["source"] for c in values["cells"]] == ["".join(c["source"]) for c in release.values["cells"]]
    assert releases[NOTEBOOK].like(releases[NOTEBOOK].values) is releases[NOTEBOOK]
    # An editor took the metadata away: the cells say it. English for them is not as released.
    del values["metadata"]["autograder"]
    assert releases[NOTEBOOK].like(values) is release
    assert any("public_checks" in note for note in sanitise(values, releases[NOTEBOOK].cells, NOTEBOOK).notes)
    (handed_in / f"{NOTEBOOK}.ipynb").write_text(json.dumps(values))
    (prepared,) = prepare_student(small, LAB, "ana", releases)
    assert json.loads(prepared.path.read_text("utf-8"))["metadata"]["autograder"]["language"] == OTHER


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_what_cannot_be_read_is_in_the_language_of_the_rest(
    language: str, temporary_course: Course, lab1: Assignment
) -> None:
    """A page of its own says that a notebook is missing or broken."""
    handed_in = temporary_course.root / "submitted" / "ana" / lab1.name
    handed_in.mkdir(parents=True)
    broken, there, missing = (f"{name}.ipynb" for name in lab1.notebooks)
    release = temporary_course.release(lab1.name, language)
    (handed_in / there).write_bytes((release / there).read_bytes())
    (handed_in / broken).write_text("{")
    made = prepare_student(temporary_course, lab1, "ana", released(temporary_course, lab1.name))
    assert {each.path.name for each in made if each.problem} == {broken, missing}
    for each in made:
        values, ours = (json.loads(path.read_text("utf-8")) for path in (each.path, release / each.path.name))
        assert language_of(values) == language_of(ours) == language.removeprefix("en")
        assert source_of(values["cells"][0]) == source_of(ours["cells"][0])


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ("en en es", ""),
        ("en es es", "es"),
        ("es en", "es"),
        ("en es", ""),
        ("-en -en es", "es"),
        ("-es", ""),
        ("", ""),
    ],
)
def test_most_notebooks_that_were_handed_in_decide(languages: str, expected: str) -> None:
    """English ones count as any other, and say nothing of it; those with a minus could not be read."""
    written = {
        f"{place}": {"key": "problem: none" if code.startswith("-") else "key"}
        | ({LANGUAGE: code[-2:]} if code.endswith("es") else {})
        for place, code in enumerate(languages.split())
    }
    assert language_handed_in({**written, "never graded": {}}) == expected


def test_a_verdict_is_kept_for_the_stubs_of_its_language(small: Course) -> None:
    """What was compared with an older stub is graded again, and a machine that has the older one grades nothing."""
    path = small.release(LAB.name, OTHER) / f"{NOTEBOOK}.ipynb"
    handed_in = {OTHER: json.loads(path.read_text("utf-8"))}
    handed_in["en"] = json.loads((small.release(LAB.name) / path.name).read_text("utf-8"))

    def keys_and_greeting() -> tuple[dict[str, str], dict[str, str]]:
        lookup = Lookup(small, LAB.name, "digits")
        keys = {}
        for code, values in handed_in.items():
            release = lookup.releases[NOTEBOOK].like(values)
            keys[code] = lookup.keys.key(sanitise(values, release.cells, NOTEBOOK), release)
        return keys, lookup.keys.fingerprint()

    before, greeting = keys_and_greeting()
    mended = json.loads(path.read_text("utf-8"))
    (stub,) = (c for c in mended["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == ITEM)
    stub["source"] = ["".join(stub["source"]).replace("⟦", "⟦~", 1)]
    path.write_text(json.dumps(mended), "utf-8")
    after, other = keys_and_greeting()
    assert after["en"] == before["en"]
    assert after[OTHER] != before[OTHER]
    assert [name for name in greeting if other[name] != greeting[name]] == ["the released notebooks"]


def test_the_questions_are_found_in_another_language(small: Course) -> None:
    release = releases = released(small, LAB.name)[NOTEBOOK]
    other = release.others[OTHER].values["cells"]
    (english,) = questions(releases.values["cells"], {ITEM: "yes"}).values()
    (found,) = questions(other, {ITEM: "⟦yes⟧"}, release.values["cells"]).values()
    assert found.asked == marked(english.asked)


def test_the_commands_make_catalogues_and_say_what_is_missing(small: Course) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--course", str(small.root)])

    made = run("add", "fr")
    assert made.exit_code == 0
    assert (small.source(LAB.name) / "locale" / "fr.po").is_file()
    assert (small.root / "engine" / "locale" / "fr.po").is_file()
    assert isinstance(run("add", "fr").exception, CourseError)
    path = small.source(LAB.name) / f"{NOTEBOOK}.nb.py"
    path.write_text(path.read_text("utf-8").replace("# **Pitfalls** · ", "# **Pitfalls** · Look. ", 1))
    assert run("update").output.count("written") == 2  # both languages' catalogues of this lab
    again = run("update").output
    assert again.count("written") == 0
    assert again.count(f"source/{LAB.name}") == again.count(f"engine/graders/{LAB.name}") == 2
    assert isinstance(run("missing", "fr").exception, CourseError)
    assert isinstance(run("missing", OTHER).exception, CourseError)  # one is fuzzy


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        *((f"{each} {what}", "no language") for each in ("add", "missing", "update") for what in ("klingon", "xx", "../es")),
        *((f"{each} en", "sources are English") for each in ("add", "missing", "update")),
        ("update fr", "Run `autograder languages add fr`"),
    ],
)  # fmt: skip
def test_a_language_that_cannot_be_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, words: str
) -> None:
    monkeypatch.setattr(books, "ENGINE", tmp_path / "engine")
    (tmp_path / "course_config.py").write_text(CONFIG.replace("(lab,)", "()"))
    result = CliRunner().invoke(app, [*arguments.split(), "--course", str(tmp_path)])
    assert isinstance(result.exception, CourseError)
    assert words in str(result.exception)


def test_update_makes_what_a_new_lab_of_a_listed_language_lacks(small: Course) -> None:
    made = [small.source(LAB.name), small.root / "engine" / "graders" / LAB.name]
    for folder in made:
        (folder / "locale" / f"{OTHER}.po").unlink()
    result = CliRunner().invoke(app, ["update", OTHER, "--course", str(small.root)])
    assert result.output.count("written") == 2
    assert all((folder / "locale" / f"{OTHER}.po").is_file() for folder in made)


def test_a_build_leaves_the_catalogues_of_an_installed_package_alone(
    small: Course, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for installed in (tmp_path_factory.mktemp("site") / "engine", small.root / ".venv" / "engine"):
        shutil.copytree(small.root / "engine", installed)
        monkeypatch.setattr(books, "ENGINE", installed)
        (path,) = installed.glob(f"graders/{LAB.name}/locale/*.po")
        old = replace(
            read(path.parents[1], OTHER), entries={("said", "An old hint."): Entry("⟦old⟧")}
        ).to_text()
        path.write_text(old)
        assert build(small, check=True) == []
        own = small.source(LAB.name) / "locale" / f"{OTHER}.po"
        own.write_text(replace(read(own.parents[1], OTHER), entries={}).to_text())
        assert f"source/{LAB.name}/locale/{OTHER}.po" in build(small)
        assert path.read_text("utf-8") == old
        assert any(
            line.startswith(("engine/graders/", ".venv/engine/graders/")) for line in lacking(small, [OTHER])
        )


def test_a_course_with_fewer_items_keeps_the_hints_of_the_others(course: Course) -> None:
    whole, half = (messages.of_lab(each) for each in (course.assignment(LAB.name), LAB))
    assert {each.text for each in half} == {each.text for each in whole}


def test_one_assignment_is_validated_without_the_translations_of_others(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validate, "build", lambda course, check: [])
    monkeypatch.setattr(validate, "_solution_and_stub", lambda *arguments: [])
    said = validate.validate(
        replace(course, languages=("en", "fr")), "digits", 1, 1, Console(quiet=True), Console(quiet=True), (), only=LAB.name
    )  # fmt: skip
    places = {line.partition("/locale/")[0] for line in said}
    assert places == {
        "autograder",
        f"source/{LAB.name}",
        "autograder/graders/kit",
        f"autograder/graders/{LAB.name}",
    }


@pytest.mark.slow
def test_one_answer_earns_the_same_from_every_release(small: Course, course: Course) -> None:
    releases = released(small, LAB.name)[NOTEBOOK]
    right = solution_cells(small, LAB, NOTEBOOK)
    wrong = {ITEM: "def relu(x):\n    return abs(x)"}
    notebooks = [
        filled_in(each.values, cells)
        for cells in (right, wrong, {})
        for each in (releases, releases.others[OTHER])
    ]
    cards = list(grade_notebooks(small, LAB, "digits", 1, notebooks, "", Console(quiet=True)))
    outcomes = [(card.score, card.items[0].status, card.notes) for card in cards]
    assert outcomes[::2] == outcomes[1::2]
    assert [card.score for card in cards[::2]] == [100, cards[2].score, 0]
    assert cards[5].items[0].status == "not_attempted"  # a stub with its words in another language is a stub


# ------------------------------------------------------------------------------------------------ one catalogue


def catalogue(**entries: Entry) -> Catalogue:
    return Catalogue("es", {("a", text.replace("_", " ")): entry for text, entry in entries.items()})


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = Catalogue(
        "zh",
        {
            ("01/relu", 'Two "words"\nand a \\line'): Entry("两个“词”\n和 \\行", said=("a comment",)),
            ("01/relu", "changed"): Entry("变了", fuzzy=True, before="was"),
            ("", "none"): Entry(),
        },
        {("01/relu", "changed"): "a note"},
    )
    write_text(tmp_path / "locale" / "zh.po", made.to_text())
    again = read(tmp_path, "zh")
    assert again.entries == made.entries
    assert again.notes["01/relu", "changed"] == "a note"
    assert again.to_text() == made.to_text()


def test_what_is_missing_or_fuzzy_is_said_in_english() -> None:
    made = catalogue(one=Entry("uno"), two=Entry("dos", fuzzy=True), three=Entry())
    assert [made.gettext(each, "a") for each in ("one", "two", "three", "four")] == [
        "uno",
        "two",
        "three",
        "four",
    ]
    assert made.gettext("one", "elsewhere") == "one"


def test_a_text_that_moved_takes_its_translation_along_and_a_changed_one_is_fuzzy() -> None:
    made = catalogue(
        one_long_text=Entry("uno"),
        a_text_that_changes=Entry("otro"),
        right=Entry("derecha"),
        gone=Entry("ido"),
    )
    now = made.updated(
        [Message("one long text", "b"), Message("a text that changed", "a"), Message("right", "a"), Message("right", "b"), Message("new", "a")]
    )  # fmt: skip
    assert now.entries == {
        ("b", "one long text"): Entry("uno"),
        ("a", "a text that changed"): Entry("otro", fuzzy=True, before="a text that changes"),
        ("a", "right"): Entry("derecha"),
        ("b", "right"): Entry("derecha", fuzzy=True, before="right"),  # short: it may mean another thing here
        ("a", "new"): Entry(),
    }


def test_a_heading_that_only_moved_keeps_its_translation() -> None:
    now = catalogue(right=Entry("derecha")).updated([Message("right", "b"), Message("right", "c")])
    assert list(now.entries.values()) == [Entry("derecha"), Entry("derecha", fuzzy=True, before="right")]


def test_a_fuzzy_translation_moves_along() -> None:
    fuzzy = Entry("otro", fuzzy=True, before="one longer text")
    assert catalogue(one_long_text=fuzzy).updated([Message("one long text", "b")]).entries == {
        ("b", "one long text"): fuzzy
    }


def test_a_text_that_moved_and_changed_a_little_takes_its_translation_along() -> None:
    made = catalogue(a_text_that_changes_in_one_place=Entry("otro"), wide=Entry("ancho"))
    now = made.updated([Message("a text that changed in one place", "b"), Message("wider", "b")])
    assert list(now.entries.values()) == [
        Entry("otro", fuzzy=True, before="a text that changes in one place"),
        Entry(),  # short: rather none than another text's
    ]


def test_an_english_text_that_is_as_it_was_has_its_translation_again() -> None:
    made = catalogue(a_text_that_changes=Entry("otro", said=("mine",)))
    changed = made.updated([Message("a text that changed", "a")])
    assert not changed.entries["a", "a text that changed"].usable
    assert changed.updated([Message("a text that changes", "a")]).entries == made.entries
    assert changed.updated([Message("a text that changes", "b")]).entries["b", "a text that changes"].usable


@pytest.mark.parametrize(
    ("text", "wrong", "note", "said"),
    [
        ("a cell", "una\ncelda", "cell of a table", "line ends"),
        ("a number", "un\nnúmero", "comment", "line ends"),
        ("return alpha", "devuelve \\alpha", "docstring", "backslashes"),
    ],
)
def test_what_breaks_its_place_is_named(text: str, wrong: str, note: str, said: str) -> None:
    made = Catalogue("es", {("a", text): Entry(wrong)}, {("a", text): note})
    assert said in "".join(made.broken())


def test_a_label_may_get_more_lines() -> None:
    made = Catalogue("es", {("a", "first run"): Entry("primera\nvez")}, {("a", "first run"): PLACED})
    assert list(made.broken()) == []


def test_what_other_programs_write_into_a_catalogue_is_read(tmp_path: Path) -> None:
    said = (
        '#, fuzzy\n#| msgctxt "old"\n#| msgid ""\n#| "a text "\n#| "that \\"was\\""\n# | mine\n'
        'msgctxt "a"\nmsgid "a text"\nmsgstr ""\n"un "\n"texto"\n'
    )
    write_text(tmp_path / "locale" / "es.po", "\ufeff" + said)
    assert read(tmp_path, "es").entries == {
        ("a", "a text"): Entry("un texto", fuzzy=True, before='a text that "was"', said=("| mine",))
    }


@pytest.mark.parametrize("line", ['msgstr "uno', 'msgstr uno"', 'msgstr "uno" dos"', '"uno\\"'])
def test_a_quote_that_is_missing_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    write_text(tmp_path / "locale" / "es.po", f'msgid "one"\n{line}\n')
    with pytest.raises(CourseError, match=r"es\.po, line 2: a quote"):
        read(tmp_path, "es")


def test_what_lost_its_number_is_told_in_english(tmp_path: Path) -> None:
    entries = {(SAID, "has {n} of 3"): Entry("tiene {n}"), (SAID, "has {n}"): Entry("tiene {n}")}
    write_text(tmp_path / "locale" / "es.po", Catalogue("es", entries).to_text())
    told = told_in("es", tmp_path)
    assert [told(each, n=1) for each in ("has {n} of 3", "has {n}")] == ["has 1 of 3", "tiene 1"]


def test_a_language_of_latin_letters_is_drawn_without_a_look_into_the_font(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signs_of, "signs", lambda: frozenset())
    assert signs_of.drawable.__wrapped__("es")
    assert not signs_of.drawable.__wrapped__("zh")


@pytest.mark.parametrize("language", ["es", "es_419", "zh_Hans", "zh_Hant_TW"])
def test_what_is_a_language_is_taken(language: str) -> None:
    assert require_language(language) == language


@pytest.mark.parametrize("language", ["xx_yy", "es_41", "../es", "klingon", ""])
def test_what_is_no_language_is_refused(language: str) -> None:
    with pytest.raises(CourseError, match="no language"):
        require_language(language)


def test_a_course_without_english_is_refused() -> None:
    with pytest.raises(CourseError, match="English among them"):
        replace(load(ROOT), languages=("es",))
