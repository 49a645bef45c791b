"""Rosters, whose a repository is, which commit counts, cells that bite."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.course.model import Limits
from autograder.errors import AutograderError
from autograder.export.tables import harmless, number
from autograder.intake import marks
from autograder.intake.files import folder_digest
from autograder.intake.stamps import timestamp
from autograder.intake.submissions import find, released
from autograder.repos.commits import Branch, Missing, choose
from autograder.repos.layouts import Accepted, Found
from autograder.repos.matching import match
from autograder.repos.objects import Commit
from autograder.repos.pages import safe
from autograder.repos.picking import pick, texts_of, untouched
from autograder.repos.roster import Person, RosterError, read_roster
from autograder.repos.times import Push, moment, read_manifest, read_pushes

DUE = datetime(2025, 10, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def roster(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8-sig")
    return read_roster(path)


def test_rosters_of_both_classrooms_are_read(tmp_path):
    old = roster(
        tmp_path,
        '"identifier","github_username","github_id","name"\n"ada@x.org","Ada","7","Ada, Countess"\n"ben","","",""\n',
    )
    assert old[0] == Person("ada@x.org", "Ada", "7", "Ada, Countess", "Ada,", "Countess", "ada@x.org")
    assert old[1] == Person("ben")
    new = roster(
        tmp_path,
        "username,first_name,last_name,email,section,github_id,role\nada,Ada,Lovelace,ada@x.org,A,7,student\nprof,P,P,p@x.org,,8,teacher\n",
    )
    assert new == [Person("ada", "ada", "7", "Ada Lovelace", "Ada", "Lovelace", "ada@x.org", "A")]


def test_a_roster_of_the_classroom_works_as_it_is(tmp_path):
    said = []
    path = tmp_path / "roster.csv"
    path.write_text(
        'identifier;github_username;github_id;name\n"O\'Neil, Sue";@sue;12345.0;\nD’Arcy;dar;;Mr Darcy\nAnna (ab12);;;\n'
    )
    people = read_roster(path, said.append)
    assert [(p.student, p.username, p.github_id, p.name) for p in people] == [
        ("ONeil Sue", "sue", "12345", "O'Neil, Sue"),
        ("DArcy", "dar", "", "Mr Darcy"),
        ("Anna ab12", "", "", "Anna (ab12)"),
    ]
    assert "\"O'Neil, Sue\" is 'ONeil Sue'" in said[0]
    path.write_text(
        "username,first_name,last_name,email,section,github_id,role\nann,A,B,a@x,,1,student\n,New,Person,n@x,,,student\n,T,T,t@x,,,teacher\n"
    )
    assert [person.student for person in read_roster(path, said.append)] == ["ann"]
    assert "left out: Person." in said[1]


def test_a_language_is_known_in_any_case_and_with_any_region(tmp_path):
    said = []
    path = tmp_path / "roster.csv"
    cells = ("ES", "es-MX", "zh_CN", " pt-br", "pt_PT", "fr", "español", "")
    path.write_text("student,language\n" + "".join(f"s{i},{cell}\n" for i, cell in enumerate(cells)), "utf-8")
    people = read_roster(path, said.append, ("en", "es", "zh", "pt_BR"))
    assert [p.language for p in people] == ["es", "es", "zh", "pt_BR", "", "", "", ""]
    assert said == [
        "None of the course's languages (en, es, zh, pt_BR), so not used: 'pt_PT' (s4), 'fr' (s5), 'español' (s6)."
    ]
    path.write_text("student\nann\n")
    (ann,) = read_roster(path)
    assert ann.language is None
    assert Person.from_json(ann.to_json()) == ann
    assert [Person.from_json(p.to_json()) for p in people] == people


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "is no roster"),
        ("identifier\n../evil\n", "line 2"),
        ("identifier\na/b\n", "cannot be a student's id"),
        ("identifier\n-rf\n", "cannot be a student's id"),
        ("identifier\n*\n", "cannot be a student's id"),
        ("identifier\nada\nADA\n", "two students"),
        ("identifier,github_username\nada,x\nben,X\n", "two students"),
        ("identifier\n", "no student"),
        ('identifier\n"ada\n', "Export the roster again"),
    ],
)
def test_a_roster_that_is_none_is_refused_with_the_line(tmp_path, text, words):
    with pytest.raises(RosterError, match=words):
        roster(tmp_path, text)


def whose(name, people, accepted=None, slug=""):
    return match([Found(name, Path(name), "clone")], accepted or {}, people, slug)[0]


def students(matched):
    return [person.student for person in matched.people]


def test_names_with_hyphens_and_slugs_that_begin_alike():
    people = [Person("1", username="bob"), Person("2", username="ann-bob"), Person("3", username="extra-bob")]
    assert students(whose("hw1-ann-bob", people)) == ["2"]
    assert students(whose("HW1-Bob", people, slug="hw1")) == ["1"]
    assert students(whose("hw1-extra-bob", people, slug="hw1-extra")) == ["1"]
    assert students(whose("hw1-extra-bob", people, slug="hw1")) == ["3"]
    assert students(whose("hw1-bob-1", people, slug="hw1")) == ["1"]
    assert students(whose("hw10-bob", people, slug="hw1")) == []
    assert students(whose("cs-hw1-bob", people)) == ["1"]  # Classroom 50: <classroom>-<assignment>-<username>


def test_a_slug_that_a_folder_suggests_is_only_a_suggestion():
    people = [Person("1", username="bob"), Person("2", username="extra-bob")]
    assert students(match([Found("hw1-bob", Path("x"), "clone", slug="all")], {}, people)[0]) == ["1"]
    assert students(match([Found("hw1-extra-bob", Path("x"), "clone", slug="hw1-extra")], {}, people)[0]) == [
        "1"
    ]
    assert students(match([Found("hw1-bob", Path("x"), "clone")], {}, people, slug="all")[0]) == []


def test_the_numeric_id_comes_before_the_name():
    people = [Person("old", username="taken", github_id="1"), Person("new", username="other", github_id="2")]
    export = {"x": Accepted(("2",), ("taken",))}  # 2 gave up the name `taken`; somebody else has it now
    assert students(whose("x", people, export)) == ["new"]
    assert students(whose("X", [Person("a", username="Taken")], export)) == ["a"]
    assert "not in the roster" in whose("x", [Person("b", username="bob")], export).problem


def test_two_repositories_of_one_student_are_left_to_a_person():
    people = [Person("1", username="bob")]
    both = match(
        [Found("hw1-bob", Path("hw1-bob"), "clone"), Found("hw1-extra-bob", Path("hw1-extra-bob"), "clone")],
        {},
        people,
    )
    assert [students(each) for each in both] == [[], []]
    assert all("--slug" in each.problem for each in both)
    both = match([each.found for each in both], {}, people, slug="hw1")
    assert [students(each) for each in both] == [["1"], []]


def test_the_column_in_the_roster_settles_whose_two_repositories_are():
    alice = Person("alice", username="alice", repository="lab1-alice")
    for slug, other in (("lab1", "lab1-alice-1"), ("", "old-lab1-alice")):
        both = match([Found(n, Path(n), "clone") for n in ("lab1-alice", other)], {}, [alice], slug)
        assert [students(each) for each in both] == [["alice"], []]
    alone = match(
        [Found("hw2-alice", Path("x"), "clone")], {}, [alice]
    )  # the column speaks of another assignment
    assert students(alone[0]) == ["alice"]


def test_an_address_in_a_clone_takes_no_repository_from_another():
    people = [Person("alice", repository="lab1-alice"), Person("mallory")]
    found = [
        Found("lab1-mallory", Path("x"), "clone", "https://github.com/org/lab1-alice.git"),
        Found("lab1-alice", Path("y"), "clone"),
    ]
    assert [students(each) for each in match(found, {}, people)] == [["mallory"], ["alice"]]
    renamed = Found("a-folder", Path("z"), "clone", "git@github.com:org/Lab1-Alice.git")
    assert students(match([renamed], {}, people)[0]) == ["alice"]


def test_strangers_are_not_taken_for_students_who_are_called_alike():
    people = [Person("s1", username="bob", name="Li", email="anna@x.org"), Person("s2", username="li")]
    assert students(whose("lab1-anna", people)) == []  # an account's name is not a person's
    assert students(match([Found("lab1-anna", Path("x"), "folder")], {}, people)[0]) == ["s1"]
    found = [Found(name, Path(name), "clone") for name in ("lab1-bob", "lab1-cy", "lab1-anna-li")]
    matches = match(found, {}, [*people, Person("s3", username="cy")])
    assert [students(each) for each in matches] == [["s1"], ["s3"], ["s2"]]
    assert [bool(each.warnings) for each in matches] == [False, False, True]
    numbered = whose("lab1-bob-1", people, slug="lab1")
    assert students(numbered) == ["s1"]
    assert "by the ending of its name" in numbered.warnings[0]


def test_a_group_and_a_column_in_the_roster():
    people = [
        Person("1", group="The Owls"),
        Person("2", group="The Owls"),
        Person("3", repository="odd-name"),
    ]
    assert students(whose("lab-the-owls", people)) == ["1", "2"]
    assert students(whose("lab-the-owls", people, slug="lab")) == ["1", "2"]
    assert students(whose("Odd-Name", people)) == ["3"]


def commits(*pairs):
    """Return a branch from (name, hours after the deadline) pairs, oldest first."""
    made, parents = {}, ()
    for name, hours, *authored in pairs:
        when = int((DUE + hours * HOUR).timestamp())
        made[name] = Commit(
            name, "tree", parents, int((DUE + authored[0] * HOUR).timestamp()) if authored else when, when
        )
        parents = (name,)

    def history(sha):
        while sha in made:
            yield made[sha]
            sha = made[sha].parents[0] if made[sha].parents else None

    return Branch(
        "main", pairs[-1][0], history, lambda sha: sha in made, lambda sha: not sha.startswith("stub")
    )


def test_dates_choose_the_last_commit_in_time_and_say_that_nobody_checked():
    choice = choose(commits(("a", -2), ("b", -1), ("c", 1)), DUE)
    assert (choice.sha, choice.late, choice.verified) == ("b", False, False)
    assert "student's word" in choice.warnings[0]
    assert choose(commits(("stub", -9), ("c", 1)), DUE).sha == "c"
    assert choose(commits(("stub", -9), ("c", 1)), DUE).late
    assert not choose(commits(("a", -1)), None).warnings


def test_an_old_date_on_a_late_head_is_suspicious_and_harmless_with_push_times():
    branch = commits(("a", -2), ("b", -1), ("late", -300000))
    choice = choose(branch, DUE)
    assert choice.sha == "late"
    assert sum("SUSPICIOUS" in warning for warning in choice.warnings) == 2
    pushes = [Push("main", "b", DUE - HOUR), Push("main", "late", DUE + HOUR)]
    choice = choose(branch, DUE, pushes)
    assert (choice.sha, choice.late, choice.verified, choice.time) == ("b", False, True, DUE - HOUR)
    assert choose(branch, DUE, None, (DUE, "b")).sha == "b"
    assert "author date" in " ".join(choose(commits(("a", -2), ("x", -1, 5)), DUE).warnings)


def test_pushes_of_other_branches_and_deletions_do_not_count():
    branch = commits(("a", -2), ("b", -1))
    pushes = [
        Push("main", "a", DUE - HOUR),
        Push("other", "b", DUE - HOUR / 2),
        Push("main", "0" * 40, DUE - HOUR / 3),
    ]
    assert choose(branch, DUE, pushes).sha == "a"
    with pytest.raises(Missing, match="has none to the branch"):
        choose(branch, DUE, [Push("other", "b", DUE)])
    with pytest.raises(Missing, match="force push"):
        choose(branch, DUE, [Push("main", "gone", DUE)])
    late = choose(branch, DUE, [Push("main", "b", DUE + HOUR)])
    assert (late.late, late.time) == (True, DUE + HOUR)


def test_a_manifest_without_work_and_one_made_late():
    branch = commits(("stub", -2), ("b", 1))
    choice = choose(branch, DUE, None, (DUE, "stub"))
    assert (choice.sha, choice.late) == ("b", True)
    assert choice.time > DUE
    assert choose(branch, DUE, None, (DUE, "")).late
    choice = choose(commits(("a", -2)), DUE, None, (DUE + HOUR, "a"))
    assert (choice.late, choice.time) == (False, DUE - 2 * HOUR)
    assert "60 min after the deadline" in choice.warnings[0]


def test_a_date_that_is_still_to_come_is_late_and_nbgrader_can_read_it(tmp_path):
    far = (99999999999 - DUE.timestamp()) / 3600
    branch = commits(("stub", -9), ("far", far))
    for choice in (
        choose(branch, DUE), choose(branch, DUE, None, (DUE, "stub")), choose(branch, DUE, None, (DUE, "")), choose(commits(("far", far)), DUE),
    ):  # fmt: skip
        assert (choice.sha, choice.late, choice.time) == ("far", True, DUE + timedelta(seconds=1))
        assert "SUSPICIOUS: its date (5138-11-16) is still to come; 2025-10-01 12:00:01 UTC" in " ".join(
            choice.warnings
        )
    choice = choose(branch, None)
    (tmp_path / "timestamp.txt").write_text(f"{choice.time:%Y-%m-%d %H:%M:%S} UTC")
    assert timestamp(tmp_path)
    assert "SUSPICIOUS" in choice.warnings[0]


def test_a_manifest_made_early_is_as_clear_as_one_made_late():
    branch = commits(("a", -30), ("b", -1))
    choice = choose(branch, DUE, None, (DUE - 24 * HOUR, "a"))
    assert choice.sha == "a"
    assert "24.0 h before the deadline: work pushed between the two does not count" in choice.warnings[0]
    choice = choose(commits(("stub", -30), ("b", -1)), DUE, None, (DUE - 24 * HOUR, "stub"))
    assert "before the deadline" in choice.warnings[0]
    assert not choose(branch, DUE, None, (DUE - 24 * HOUR, "b")).warnings


def test_times_are_read_in_both_forms_and_refused_with_words(tmp_path):
    path = tmp_path / "pushes"
    path.write_text("repository,ref,sha,time\norg/Lab-Ada,refs/heads/main,AB,2025-10-01T12:00:00Z\n")
    assert read_pushes(path) == {"lab-ada": [Push("main", "ab", DUE)]}
    activity = [
        {"ref": "refs/heads/main", "before": "x", "after": "ab", "timestamp": "2025-10-01T14:00:00+02:00"}
    ]
    path.write_text(json.dumps({"Lab-Ada": activity}))
    assert read_pushes(path) == {"lab-ada": [Push("main", "ab", DUE)]}
    for text, words in (
        ("a,b\n1,2\n", "docs/repositories.md"),
        ("repository,ref,sha,time\nx,y,z,never\n", "is no time"),
        ("{", "no push times"),
    ):
        path.write_text(text)
        with pytest.raises(AutograderError, match=words):
            read_pushes(path)
    path.write_text("repository,ref,sha,time\nx,y,z,2025-10-01T12:00\nx,y,z,2025-10-01\n")
    with pytest.raises(AutograderError, match="line 3: the time '2025-10-01' is no time"):
        read_pushes(path)  # a date alone would be its first second
    said = []
    path.write_text("repository,ref,sha,time\nx,y,z,2025-10-01 12:00\nx,y,z,2025-10-01T12:00Z\n")
    read_pushes(path, said.append)
    assert "1 times in" in said[0]
    path.write_text('{"schema": "snapshot/v1", "taken_at": "2025-10-01T12:00Z", "repositories": ["x"]}')
    with pytest.raises(AutograderError, match="no manifest"):
        read_manifest(path)
    path.write_text('{"schema": "other"}')
    with pytest.raises(AutograderError, match="no manifest"):
        read_manifest(path)
    with pytest.raises(AutograderError, match="is no time"):
        moment("tomorrow", "--deadline")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "-Smith"]
)
def test_a_formula_becomes_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "-5", "+3.5", "12", "87,5", "a=b", "x@y.org", "–"])
def test_a_plain_cell_stays(cell):
    assert harmless(cell) == cell


def test_numbers_are_plain():
    assert [number(x) for x in (87.5, 100.0, 0.0, 33.333333, 1e6)] == [
        "87.5",
        "100",
        "0",
        "33.33",
        "1000000.00",
    ]


def test_words_of_a_student_are_only_words_in_markdown():
    assert safe("<script>x</script> `code @me` @you #1 ![a](https://b.c)") == (
        "&lt;script&gt;x&lt;/script&gt; `code @me` @\u200byou #\u200b1 !\\[a\\](https\u200b://b.c)"
    )
    assert (
        safe("# big\n- list\n1. one\n=== \x1b[31mred\x07") == "\\# big  \n\\- list  \n1\\. one  \n\\=== red"
    )


def test_names_stay_readable_in_markdown():
    assert safe("lab1_train_cnn _slanted_ a_b") == "lab1_train_cnn \\_slanted\\_ a_b"


def test_what_is_picked(course, lab1):
    stubs = {name: each.cells for name, each in released(course, lab1.name).items()}
    texts = {name: (course.release(lab1.name) / f"{name}.ipynb").read_bytes() for name in lab1.notebooks}
    files = {
        "deep/er/01_cnn_layers.ipynb": b"deep", "lab/01_cnn_layers.ipynb": texts["01_cnn_layers"],
        ".ipynb_checkpoints/02_training_loop-checkpoint.ipynb": texts["02_training_loop"], "copy of two.ipynb": texts["02_training_loop"],
        "one more two.ipynb": texts["02_training_loop"], "other.ipynb": b'{"cells": []}', "bad.ipynb": b"{", "conftest.py": b"evil",
    }  # fmt: skip
    sizes = [
        *((path, len(content)) for path, content in files.items()),
        ("03_softmax_metrics.ipynb", 300 << 20),
    ]
    picked = pick(sizes, files.__getitem__, lab1, stubs, course.limits)
    assert picked.files == {
        "01_cnn_layers.ipynb": texts["01_cnn_layers"],
        "copy of two.ipynb": texts["02_training_loop"],
    }
    assert "300 MiB" in picked.refused["03_softmax_metrics"]
    said = " ".join(picked.warnings)
    for words in (
        "2 times; lab/01_cnn_layers.ipynb is taken",
        "copy of two.ipynb is taken as 02",
        "one more two.ipynb looks like",
    ):
        assert words in said


def test_what_is_as_released_in_any_language_is_untouched(course, lab1):
    known = texts_of(released(course, lab1.name).values())
    for language in course.languages:
        for name in lab1.notebooks:
            text = (course.release(lab1.name, language) / f"{name}.ipynb").read_bytes()
            assert untouched(text, known, Limits()), (language, name)
            worked = text.replace(b"raise NotImplementedError()", b"return 1")
            assert not untouched(worked, known, Limits()), (language, name)
    assert not untouched(b"<<<<", known, Limits())


def test_a_refused_notebook_is_explained_to_the_student(course, lab1, tmp_path):
    stubs = {name: each.cells for name, each in released(course, lab1.name).items()}
    folder = tmp_path / "submitted" / "ada" / lab1.name
    folder.mkdir(parents=True)
    path = marks.place(folder)
    path.parent.mkdir(parents=True)

    def problems(text):
        path.write_text(text)
        return {each.notebook: each.problem for each in find(folder, lab1, stubs, course.limits)}

    mark = {
        "repository": "x",
        "sha": "",
        "digests": [folder_digest(folder)],
        "refused": {"01_cnn_layers": "It has 300 MiB.\x1b[31m"},
    }
    said = problems(json.dumps(mark))
    assert said["01_cnn_layers"] == "It has 300 MiB."
    assert "was not handed in" in said["02_training_loop"]
    for text in (
        "[]",
        "{",
        '{"digests": []}',
        json.dumps({**mark, "refused": 3}),
        json.dumps({**mark, "refused": {}}),
    ):
        assert "was not handed in" in problems(text)["01_cnn_layers"]
    (folder / "import.json").write_text(
        json.dumps(mark)
    )  # the student's own word, and another folder than the import's
    assert "was not handed in" in problems(json.dumps(mark))["01_cnn_layers"]
