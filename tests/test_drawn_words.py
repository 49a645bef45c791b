"""Words that are drawn, in a language whose signs matplotlib's own font lacks: they stay English, and what is printed does not."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.authoring.build import source_notebook
from autograder.authoring.public_checks import public_checks
from autograder.authoring.translations.books import books, voice_of
from autograder.authoring.translations.code import code
from autograder.authoring.translations.labels import Labels
from autograder.authoring.translations.voices import Collector, Translator
from autograder.course.data import root_of
from autograder.course.model import Course
from autograder.locale import Catalogue
from autograder.locale.catalogue import Entry
from autograder.locale.signs import drawable, signs


def in_language(language: str, text: str) -> str:
    """Return code as a catalogue says it that translates every message, asked for or not."""
    collector = Collector()
    code(text, collector.at("cell"), Labels([text]), collector.at("labels"))
    every = {each.key: Entry("字 " + each.text) for each in collector}
    catalogue = Catalogue(language, every).updated(collector)
    assert list(catalogue.lacking()) == []  # nothing is missing because it is not asked for
    voice = Translator(language, catalogue)
    return code(text, voice.at("cell"), Labels([text]), voice.at("labels"))


DRAWN = [
    'plt.title("two words")',
    'ax.set(xlabel="two words")',
    'ax.plot(x, label=f"{x} two words")',
    'plt.bar(["two words"], [1])',
    'fig.suptitle("two " + "two words")',
    'for ax, (side, name) in zip(axes, views):\n    ax.set_title(f"{name}: {side}")\nviews = [(1, "two words")]',
    'views = []\nviews.append("two words")\nax.legend(views)',
    'runs = {"two words": 1}\nfor name, run in runs.items():\n    plt.plot(run, label=name)',
    'titles = {"a": "two words"}\nplt.title(titles[key])',
    'def draw(ax, title):\n    ax.set_title(title)\n\n\ndraw(ax, "two words")',
    'def draw(ax, *, title="two words"):\n    ax.set_title(title)',
    'def name_of(x):\n    return "two words" if x else "others of them"\n\n\nplt.xlabel(name_of(x))',
    'name = "two words"\n\n\ndef draw(ax):\n    ax.text(0, 0, name)',
    'plt.title("two words")\nprint("two words")',
    'print(f"{name:<14} {x}")\nname = "two words"',
    'for name in ("two words",):\n    print(f"{name:>20}")',
]


@pytest.mark.parametrize("text", DRAWN)
def test_a_drawn_word_or_one_in_a_column_does_not_come_through_in_chinese(text: str) -> None:
    assert in_language("zh", text) == text
    assert "字" in in_language("es", text)


@pytest.mark.parametrize(
    "text",
    [
        'print("two words")',
        'show("two words")',
        'for x in tqdm(xs, desc="two words"):\n    losses.append(x)\nplt.plot(losses)',
        'print(f"two words {x:.2f}, {y:>7}")',
        'plt.title("others of them")\nname = "two words"\nprint(f"{name}")',
        'def draw(ax, title, words):\n    ax.set_title(title)\n    print(words)\n\n\ndraw(ax, "A", "two words")',
        '# a comment of two words\nplt.title("A")',
    ],
)
def test_what_is_printed_or_read_aloud_is_said_in_chinese(text: str) -> None:
    said = in_language("zh", text)
    assert "字 two words" in said or "字 a comment" in said


@pytest.mark.parametrize(
    ("language", "can"),
    [
        *((each, True) for each in ("es", "fr", "pl", "el", "ru", "vi")),
        *((each, False) for each in ("zh", "zh_Hant", "ja", "ko", "hi")),
    ],
)
def test_the_font_says_which_languages_can_be_drawn(language: str, can: bool) -> None:
    assert drawable(language) is can
    assert "字" not in signs()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("lab", "name"),
    [
        ("lab1_train_cnn", "01_cnn_layers"),
        pytest.param("lab3_visualization", "01_filters_and_activations", marks=pytest.mark.slow),
    ],
)
def test_no_figure_of_the_chinese_release_has_boxes(
    course: Course, lab: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_ROOT", str(root_of(course.data, "digits")))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    voice = voice_of(course, course.assignment(lab), "zh")
    checks = public_checks(course, course.assignment(lab), voice)
    notebook = source_notebook(course, course.assignment(lab), name, checks, voice)
    run(notebook, tmp_path)
    outputs = [each for cell in notebook.cells for each in cell.get("outputs", [])]
    assert [each["text"] for each in outputs if "missing from" in each.get("text", "")] == []
    alts = [each["metadata"]["image/png"]["alt"] for each in outputs if "image/png" in each.get("data", {})]
    assert len(alts) > 4
    assert any(set(alt) - signs() for alt in alts)  # its words are Chinese all the same


def test_nothing_that_a_check_says_stays_english(course: Course) -> None:
    """Checks draw nothing, and fill their columns by width: who follows each variable there finds "drawn" words everywhere."""
    for each in books(course):
        kept = [m.text for m in each.messages() if m.stays("zh") and "checks/" in m.context]
        assert kept == [], each.folder


def test_a_box_is_seen(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell(
        "import matplotlib.pyplot as plt\nplt.title('\u5b57')\nplt.savefig('a.png')"
    )
    run(nbformat.v4.new_notebook(cells=[cell]), tmp_path)
    assert any("missing from" in each.get("text", "") for each in cell.outputs)


def run(notebook: NotebookNode, folder: Path) -> None:
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"],
    ).execute()
