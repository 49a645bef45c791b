"""Every notebook, check and page in a language that a machine makes up: each word in `⟦…⟧`, and nothing else changed."""

from __future__ import annotations

import ast
import copy
import functools
import io
import re
import tokenize
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.authoring import build
from autograder.authoring.build import source_notebook
from autograder.authoring.handout import handout
from autograder.authoring.public_checks import public_checks
from autograder.authoring.release import student_version
from autograder.authoring.sources import read_source
from autograder.authoring.teaching import load_checks
from autograder.authoring.translations import literals
from autograder.authoring.translations.code import code
from autograder.authoring.translations.comments import is_code
from autograder.authoring.translations.docstrings import documented
from autograder.authoring.translations.labels import logic
from autograder.authoring.translations.notebooks import translated
from autograder.authoring.translations.prose import markdown
from autograder.authoring.translations.voices import Say
from autograder.authoring.translations.wrapping import width, wrapped
from autograder.course.model import load
from autograder.errors import CourseError
from autograder.intake.notebooks import LANGUAGE, released_cells, sanitise
from autograder.locale.kept import KEPT, has_words, lost

ROOT = Path(__file__).parents[1]
COURSE = load(ROOT)
LABS = {lab.name: lab for lab in COURSE.assignments}
NOTEBOOKS = [(lab.name, name) for lab in COURSE.assignments for name in lab.notebooks]
pytestmark = pytest.mark.usefixtures("read_once")
WORD = re.compile(r"[^\W\d_]{2,}")
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
# Words that only English has: where one stands unmarked in a text, that text was never asked for.
ENGLISH = re.compile(r"\b(the|and|of|is|are|with|where|which|your|that|this|each|from|what|when)\b")


class Machine:
    """A language in which every word stands in brackets."""

    language = "eo"

    def at(self, context: str) -> Say:
        return lambda text, note: marked(text)


def marked(text: str) -> str:
    done, place = "", 0
    for kept in KEPT.finditer(text):
        done += WORD.sub(r"⟦\g<0>⟧", text[place : kept.start()]) + kept[0]
        place = kept.end()
    return done + WORD.sub(r"⟦\g<0>⟧", text[place:])


def unmarked(text: str) -> str:
    return text.replace("⟦", "").replace("⟧", "")


def words(text: str) -> str:
    return " ".join(text.split())


@functools.cache
def both(lab: str, name: str) -> tuple[NotebookNode, NotebookNode]:
    """Return a notebook in English and in the machine's language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "translated", lambda *asked: copy.deepcopy(unfilled(lab, name)))
        other = source_notebook(COURSE, LABS[lab], name, "", Machine())
    return source_notebook(COURSE, LABS[lab], name, ""), other


@functools.cache
def unfilled(lab: str, name: str) -> NotebookNode:
    """Return the latter with its placeholders."""
    return translated(read_source(COURSE, LABS[lab], name), name, Machine())


@functools.cache
def spoken(lab: str) -> tuple[str, str]:
    """Return the public checks of a lab in English and in the machine's language."""
    return public_checks(COURSE, LABS[lab]), public_checks(COURSE, LABS[lab], Machine())


def tree(source: str) -> str:
    """Return a cell's syntax tree as text, line ends in docstrings aside."""
    parsed = ast.parse(source)
    for _, docstring in documented(parsed):
        docstring.value = words(str(docstring.value))
    return ast.dump(parsed)


def comments(source: str) -> list[str]:
    return [
        t.string for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT
    ]


def visible(source: str) -> str:
    """Return a cell without what only its author sees."""
    solution = r"^( *)### BEGIN SOLUTION$.*?^ *### END SOLUTION$"
    return re.sub(solution, r"\1pass", source, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_the_cells_and_the_code_are_the_same_and_so_is_all_that_is_no_language(lab: str, name: str) -> None:
    english, other = both(lab, name)
    assert other.metadata["autograder"] == {LANGUAGE: "eo"}
    assert "autograder" not in english.metadata
    assert [(c.id, c.cell_type, c.metadata) for c in other.cells] == [(c.id, c.cell_type, c.metadata) for c in english.cells]  # fmt: skip
    for before, after in zip(english.cells, other.cells, strict=True):
        if before.cell_type == "code":
            assert tree(unmarked(after.source)) == tree(before.source), before.id
            said, kept = (Counter(" ".join(c.strip("# ") for c in comments(s)).split()) for s in (unmarked(after.source), before.source))  # fmt: skip
            assert said == kept, before.id
            assert not [each for each in logic(ast.parse(after.source)) if "⟦" in each], before.id
        else:
            assert words(unmarked(after.source)) == words(before.source), before.id
            assert lost(*(FENCE.sub("", s) for s in (before.source, after.source))) == [], before.id
            assert shape(after.source) == shape(before.source), before.id


def shape(text: str) -> list[int]:
    """Return how many bars each row of each table has."""
    return [line.count("|") for line in text.split("\n") if line.startswith("|")]


@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_no_text_is_left_over(lab: str, name: str) -> None:
    left = [line for cell in unfilled(lab, name).cells for line in left_over(cell)]
    assert left == []


def left_over(cell: NotebookNode) -> list[str]:
    """Return the texts of a cell with words that the machine was not asked for."""
    if cell.cell_type == "markdown":
        prose = re.sub(r"\$\$.*?\$\$", "", FENCE.sub("", MARKED.sub("", cell.source)), flags=re.DOTALL)
        fences = re.findall(r"^```python\n(.*?)^```$", cell.source, re.DOTALL | re.MULTILINE)
        return [line for line in prose.split("\n") if has_words(line)] + [
            each for fence in fences for each in comments(fence) if ENGLISH.search(MARKED.sub("", each))
        ]
    source = visible(cell.source)
    said = [each.strip("# ") for each in comments(source)]
    said = [each for each in said if not is_code(each)]
    said += [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [each for each in said if ENGLISH.search(MARKED.sub("", each))]


@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_locked_cells_are_compared_with_the_release_of_the_same_language(lab: str, name: str) -> None:
    english, other = (student_version(each) for each in both(lab, name))
    assert sanitise(other, released_cells(other), name).notes == ()
    assert sanitise(english, released_cells(english), name).notes == ()
    assert [c.grade_id for c in released_cells(other)] == [c.grade_id for c in released_cells(english)]


@pytest.mark.parametrize("lab", LABS)
def test_the_public_checks_run_and_say_other_words(lab: str) -> None:
    english, other = map(load_checks, spoken(lab))
    assert other.NOTEBOOKS == english.NOTEBOOKS
    for item, hints in english.HINTS.items():
        assert [unmarked(each) for each in other.HINTS[item]] == list(hints)
        assert all("⟦" in each for each in other.HINTS[item])
        before, after = (checks.outcome_of(item, {}) for checks in (english, other))
        assert unmarked(after.text()) == before.text()
        assert "⟦" in after.title
    assert [row[1] for row in other.EXPLANATIONS] == [row[1] for row in english.EXPLANATIONS]
    assert all("⟦" in row[2] for row in other.EXPLANATIONS)


def test_what_a_check_says_of_a_wrong_answer_is_translated_whole() -> None:
    lab = next(iter(LABS.values()))
    english, other = map(load_checks, spoken(lab.name))
    english.__file__ = other.__file__ = "checks.py"
    for names in ({"relu": lambda x: x}, {"relu": lambda x: 1 / 0}, {"relu": lambda x: None}, {}):
        before, after = (checks.outcome_of("relu", names) for checks in (english, other))
        assert words(unmarked(after.text())) == words(before.text())
        assert not ENGLISH.search(MARKED.sub("", after.text()))
        assert all("⟦" in name for name, _ in after.parts)
        assert after.text().count("⟦") > 5
    before, after = (checks._progress({next(iter(lab.notebooks)): [checks.outcome_of("relu", {})]})[0] for checks in (english, other))  # fmt: skip
    assert words(unmarked(after)) == words(before)
    assert not ENGLISH.search(MARKED.sub("", after))


@pytest.mark.parametrize("lab", LABS)
def test_the_readme_says_other_words(lab: str) -> None:
    notebooks = {name: both(lab, name)[0] for name in LABS[lab].notebooks}
    english, other = handout(LABS[lab], notebooks), handout(LABS[lab], notebooks, Machine())
    assert words(unmarked(other["README.md"])) == words(english["README.md"])
    assert other["README.md"].count("⟦") > 100
    assert other["requirements.txt"] == english["requirements.txt"]


class Wide:
    """A language of wide signs without spaces, three signs a word."""

    language = "zh"

    def at(self, context: str) -> Say:
        return lambda text, note: MARKED.sub("字字字", marked(text)).replace("字 字", "字字")


class Skeleton(ast.NodeTransformer):
    """Takes the words out of a tree: strings are alike, but for those by which the code looks things up; of an f-string its fields stay."""

    def __init__(self, own: set[str]) -> None:
        self.own = own

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        words = isinstance(node.value, str) and node.value not in self.own
        return ast.Constant("") if words else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        fields = [ast.dump(each) for each in node.values if isinstance(each, ast.FormattedValue)]
        return ast.Constant(" ".join(sorted(fields)))


@pytest.mark.parametrize("language", ["wide", *(each for each in COURSE.languages if each != "en")])
@pytest.mark.parametrize(("lab", "name"), NOTEBOOKS)
def test_the_code_stays_the_same_in_every_language_of_the_course(lab: str, name: str, language: str) -> None:
    """In those that are really spoken by what is released, of which `test_build` knows that it is what a build gives."""
    if language == "wide":
        english, other = both(lab, name)[0], source_notebook(COURSE, LABS[lab], name, "", Wide())
    else:
        released = (COURSE.release(lab, each) / f"{name}.ipynb" for each in ("en", language))
        english, other = (nbformat.read(path, as_version=4) for path in released)
    for before, after in zip(english.cells, other.cells, strict=True):
        if before.cell_type == "code":
            own = logic(ast.parse(before.source))
            there, here = (Skeleton(own).visit(ast.parse(each.source)) for each in (before, after))
            assert ast.dump(here) == ast.dump(there), before.id
            long = [
                line
                for line in after.source.split("\n")
                if line.lstrip().startswith("# 字") and width(line) > 100
            ]
            assert long == [], before.id
        else:
            assert lost(*(FENCE.sub("", s) for s in (before.source, after.source))) == [], before.id
            assert shape(after.source) == shape(before.source), before.id


@pytest.mark.parametrize(
    "other",
    ['f(x, "字", color="red") + 2', 'f(x, f"{y} 字") + 1', 'g(x, "字") + 1', 'f(x, "字") + (kind == "字")'],
)
def test_other_code_has_another_skeleton(other: str) -> None:
    english = ast.parse('f(x, f"a {x}") + 1') if "{" in other else ast.parse('f(x, "a") + (kind == "conv")' if "kind" in other else 'f(x, "a") + 1')  # fmt: skip
    own = logic(english)
    assert ast.dump(Skeleton(own).visit(ast.parse(other))) != ast.dump(Skeleton(own).visit(english))


def test_paragraphs_headings_items_and_cells_of_tables_are_messages() -> None:
    text = (
        "## A heading\n\nA paragraph that is\nwrapped, with `code` and $x_n$.\n- one item\n  of two lines\n- another\n\n"
        "| a cell | `x` |\n|---|---|\n| (N, C) | $a | b$ |\n\n$$\\text{all samples} = n$$\n\n```text\nas it\n  stands\n```"
    )
    asked = []
    assert markdown(text, lambda each, note: (asked.append(each), each)[1]) == text
    assert asked == [
        "A heading",
        "A paragraph that is wrapped, with `code` and $x_n$.",
        "one item of two lines",
        "another",
        "a cell",
        "$$\\text{all samples} = n$$",
        "as it\n  stands",
    ]


def test_what_code_says_is_asked_for_and_what_it_means_is_not() -> None:
    text = '''def f(x, kind="same"):
    """Return x.

    Args:
        x: (N, C) a tensor
            of floats.
    """
    ### BEGIN SOLUTION
    y = x  # nobody reads this
    ### END SOLUTION
    return {"two words": 1}["two words"]


# A comment
# of two lines.
# f(torch.ones(2))
for name, colour in (("noise", "red"), ("both", "blue")):
    plt.plot(x, color=colour, label=f"{name}: {x:.2f} of all")
    plt.legend(loc="upper left")
    if name == "both":
        print("a" "b c")  # (N, C)
'''
    asked = []
    assert code(text, lambda each, note: (asked.append(each), each)[1]) == text
    assert asked == [
        "A comment of two lines.",
        "Return x.",
        "Args:",
        "x: (N, C) a tensor of floats.",
        "noise",
        "{name}: {x:.2f} of all",
        "ab c",
    ]


def test_formulas_below_each_other_keep_their_lines_and_columns() -> None:
    text = '''class A:
    """Walk.

    In each step:

    g = gradient + decay * w
    v = 0.9 * v + g²      (v begins as zeros)
    w[k] = w[k] - sum of all v,
    w = w - lr * v        (in place), whatever the gradient of the step before it was and however large it may have been there
        and there
    """
'''
    asked: list[str] = []
    said = code(text, lambda each, note: (asked.append(each), marked(each))[1])
    assert asked[:4] == ["Walk.", "In each step:", "(v begins as zeros)", "w[k] = w[k] - sum of all v,"]
    assert "\n    g = gradient + decay * w\n    v = 0.9 * v + g²      (v ⟦begins⟧" in said
    assert "\n    w[k] = w[k] - ⟦sum⟧ ⟦of⟧ ⟦all⟧ v,\n    w = w" in said


def test_a_number_that_is_yet_to_come_takes_its_own_room() -> None:
    text = "{{ points.some_long_name_of_an_item }} " + "x" * 80
    assert wrapped(text, "# ", "# ", 90) == [f"# {text}"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('MORE = (("TypeError|ValueError", "must match|broad cast", "Two shapes.", "the line"),)', ["Two shapes."]),
        ('raise Wrong(call, Words("batches (inputs, targets)"), 1)', ["batches (inputs, targets)"]),
        ('for name, x in ((Words("negatives"), a), (Words("None"), b)):\n    pass', ["negatives"]),
        ('call = "f(torch.ones(2, 3), 4" + ")"', []),
        ('advice = TABLE.get(key, "Print the shape.")', ["Print the shape."]),
        ('judged = "right" if x else f"wrong: {y}"\nax.set_title(judged)\nax.text(0, 0, "1", ha="right")', ["right", "wrong: {y}"]),
        ('for part in (("right", 1),):\n    if part[0] == "right":\n        print(part[0])', []),
    ],
)  # fmt: skip
def test_patterns_and_calls_are_no_words(text: str, asked: list[str]) -> None:
    found: list[str] = []
    code(text, lambda each, note: (found.append(each), each)[1])
    assert found == asked


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("`relu` of {name}", "`relu` de {nombre}", "{name}"),
        ("take `x`", "toma x", "`x`"),
        ("is $x^2$", "es $x^3$", "$x^2$"),
        ("all 1,797 of them", "los 1.796", "1797"),
        ("[here](https://a.b/c)", "[aquí](https://a.b/d)", "https://a.b/c"),
        ("has {{ points.relu }} points", "tiene puntos", "points.relu"),
        ("**bold** word", "negrita", "bold"),
        ("**bold:** word", "**粗：**字", "close"),
        ("ends with ", "acaba con", "spaces"),
        ("a<br>b c", "a b c", "<br>"),
        ("**Due: {moment}.**", "**Para el {moment}.} **", "braces"),
        ("`f` of {name}", "`f` de {name} {ej: uno}", "braces"),
    ],
)
def test_a_translation_that_loses_something_is_named(text: str, wrong: str, said: str) -> None:
    assert said in "; ".join(lost(text, wrong))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("all 1,797 of {name} with 0.5", "los 1.797 de {name} con 0,5"),
        ("$$\\text{all samples}$$", "$$\\text{todas las muestras}$$"),
        ("**Goal** · `x`", "**Meta** · `x`"),
        (" and ", "和"),
    ],
)
def test_a_translation_that_keeps_everything_is_taken(text: str, right: str) -> None:
    assert lost(text, right) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("x = 1  # the first number", "el primero\nnúmero()"),
        ("# the first number\nx = 1", "el primero\nnúmero()"),
        ('def f():\n    """The first number."""', 'El "primero"'),
        ('def f():\n    """The first number."""', "El primero\\"),
        ('def f():\n    """The first number."""', 'El """ + """primero'),
        ('print(f"the {first} number")', "el {first} número {"),
        ('print(f"the {first} number")', "el } {first} número"),
        ('print(f"the {first} number")', "el {número}"),
    ],
)
def test_a_translation_that_changes_the_code_is_refused_by_its_place_and_text(text: str, wrong: str) -> None:
    class Wrong:
        language = "es"

        def at(self, context: str) -> Say:
            return lambda text, note: wrong if text.lower().startswith("the") else "otra"

    other = "print(0)  # another comment\n"
    notebook = new_notebook(cells=[new_code_cell(other + text, id="here")])
    with pytest.raises(
        CourseError, match=r"^01/here: the translation of '[Tt]he .*number\.?' changes the code"
    ):
        translated(notebook, "01", Wrong())


def test_a_text_with_both_kinds_of_quotes_in_its_fields_keeps_them() -> None:
    text = """x = f'the {a["b"]} ' f"{c['d']} of it"\n"""
    said = code(text, lambda each, note: each.replace("of it", 'de "ello"'))
    assert eval(said.removeprefix("x = "), {"a": {"b": 1}, "c": {"d": 2}}) == 'the 1 2 de "ello"'
    field = """{f("a", 'b')}"""
    assert literals.written(f"{field} de 'él'\n", True, 0, 100, False) == f'f"""{field} de \'él\'\\n"""'
