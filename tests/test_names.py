"""Whose a folder or archive is: names as learning systems and students' computers write them, numbers, and when nobody is taken."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from autograder.errors import AutograderError
from autograder.export.numbers import with_numbers
from autograder.repos.downloads import read_flat, read_folder
from autograder.repos.layouts import Found
from autograder.repos.matching import match
from autograder.repos.names import Called, plain
from autograder.repos.owners import Known
from autograder.repos.roster import Person, read_roster


def people(*names, **columns):
    """Return students `s1`, `s2`, …, each with a name; `columns` are lists of other values."""
    values = [{k: column[i] for k, column in columns.items()} for i in range(len(names))]
    return [Person(f"s{i}", name=name, **more) for i, (name, more) in enumerate(zip(names, values), 1)]


def found(name):
    """Return what a file or folder of this name is found as."""
    flat = read_flat([name])
    if flat:
        return Found(flat[0].name, Path(name), "folder", prefix=flat[0].prefix, readings=flat[0].readings)
    return Found(name, Path(name), "folder", readings=read_folder(name))


def taken(names, roster, **options):
    matches = match([found(name) for name in names], {}, roster, **options)
    return [[person.student for person in each.people] for each in matches], matches


def canvas(sortable_name, number=11, file=344, late=False):
    """Name a file as Canvas does (`content_zipper.rb`: whatever is no letter, mark, digit or underscore goes)."""
    name = re.sub(r"_(\d+)_", r"\1", sortable_name).lower()
    name = "_".join([name, *(["LATE"] if late else []), str(number)])
    kept = "".join(c for c in name if c == "_" or unicodedata.category(c)[0] in "LMN")
    return f"{kept}_{file}_01_cnn_layers.ipynb"


def moodle(full_name, number=11, ending="_"):
    """Name a folder as Moodle does (`downloader.php`, `clean_filename`)."""
    name = re.sub(r"[&<>\"`|':\\/]", "", full_name.replace("_", " "))
    return f"{name}_{number}_assignsubmission_file{ending}"


NFD = "NFD"
ONE = [  # the roster's name, and names under which an archive of this student may come
    ("Zoë Ñandú", ["Zoë Ñandú", canvas("Ñandú, Zoë"), moodle("Zoë Ñandú"), "Ñandú, Zoë", "ZOË ÑANDÚ", "Zoe Nandu", "lab1-zoë ñandú", canvas("Nandu, Zoe")]),
    ("Jun O'Neil", [canvas("O'Neil, Jun"), moodle("O'Neil, Jun"), moodle("Jun O’Neil"), "O'Neil, Jun_77_assignsubmission_file", "Jun O´Neil", "oneiljun", canvas("O'Neil, Jun", late=True)]),
    ("Anne-Marie Smith-Jones", [canvas("Smith-Jones, Anne-Marie"), moodle("Smith-Jones Anne-Marie"), "Anne Marie Smith Jones", "annemarie smithjones"]),
    ("Juan Carlos Pérez", [canvas("Pérez, Juan Carlos"), canvas("Carlos Pérez, Juan"), moodle("Pérez, Juan Carlos"), "Perez Juan Carlos"]),
    ("María del Carmen García Márquez", [canvas("García Márquez, María del Carmen"), moodle("García Márquez, María del Carmen"), "Garcia Marquez Maria del Carmen"]),
    ("Jürgen Weiß", [canvas("Weiß, Jürgen"), canvas("Weiss, Juergen"), moodle("WEISS Jürgen"), "Jurgen Weiss"]),
    ("Søren Łukasz Đorđević", ["Soren Lukasz Dordevic", canvas("Đorđević, Søren Łukasz"), moodle("Soeren Lukasz Đorđević")]),
    ("Işıl İnce", [canvas("İnce, Işıl"), "isil ince", "IŞIL İNCE", moodle("Ince, Isil")]),
    ("王小明", [canvas("王小明"), moodle("王小明"), "王小明"]),
    ("小明 王", [canvas("王, 小明"), moodle("王小明")]),
    ("がく きむら", [canvas("きむら, がく"), moodle("がく きむら")]),
    ("राम शर्मा", [canvas("शर्मा, राम"), moodle("राम शर्मा")]),
    ("Анна Йолкина", [canvas("Йолкина, Анна"), moodle("Анна Йолкина")]),
    ("Anna Lee (Annie)", [moodle("Anna Lee"), canvas("Lee, Anna"), moodle("Anna (Annie) Lee")]),
    ("J.R.R. Tolkien", [canvas("Tolkien, J. R. R."), moodle("J.R.R. Tolkien")]),
    ("Plato", [canvas("Plato"), moodle("Plato"), canvas("plato", late=True)]),
    ("under_score name", [canvas("name, under_score"), moodle("under_score name")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "archives"), ONE)
def test_a_student_is_known_by_every_spelling_of_the_name(name, archives):
    others = people(
        name, "Jon O'Neill", "Zoé Nanda", "Anne Smith", "Max Mustermann", "王小", "रम शर्मा", "かく きむら"
    )
    for archive in archives:
        for form in ("NFC", NFD):
            # as it is, and as programs show it that take UTF-8 for the alphabet of a PC
            text = unicodedata.normalize(form, archive)
            for shown in (text, text.encode().decode("cp437"), text.encode().decode("latin-1")):
                assert taken([shown], others)[0] == [["s1"]], shown
    assert taken(archives[:1], others[1:])[0] == [[]]  # without that student it is nobody's


REFUSED = [  # the roster's names, an archive, and who is named as a candidate
    (["Li Wei", "Wei Li"], canvas("Wei, Li"), ["s1 (Li Wei)", "s2 (Wei Li)"]),
    (["Li Wei", "Wei Li"], moodle("Li Wei"), ["s1 (Li Wei)", "s2 (Wei Li)"]),
    (["Li Wei", "Wei Li"], "Wei Li", ["s1 (Li Wei)", "s2 (Wei Li)"]),
    (["Anna Li", "An Nali"], canvas("annali"), ["s1 (Anna Li)", "s2 (An Nali)"]),
    (["Jose García", "José Garcia"], "Jose Garcia", ["s1", "s2"]),
    (["Jose García", "José García", "Jose Garcia"], moodle("Jose Garcia"), ["s1", "s2", "s3"]),
    (["Jürgen Muller", "Juergen Müller"], canvas("Müller, Jürgen"), ["s1", "s2"]),
    (["Sam Fox", "Sam Fox"], moodle("Sam Fox"), ["s1", "s2"]),
    (["Sam Fox", "Sam\u200b Fox"], moodle("Sam Fox"), ["s1", "s2"]),
    (["Bob", "Li"], "anna-Li", ["s2 (Li)", "'anna-'", "--slug"]),
    (["Anna", "Li"], "Anna Mei", ["s1 (Anna)", "' Mei'"]),
    (["Bob", "Li"], "lab1-anna-Li", ["s2 (Li)", "'lab1-anna-'"]),
]  # fmt: skip


@pytest.mark.parametrize(("names", "archive", "said"), REFUSED)
def test_between_two_nobody_is_taken_and_both_are_named(names, archive, said):
    ((owners,), (made,)) = taken([archive], people(*names))
    assert owners == []
    assert {person.student for person in made.claimed} <= {f"s{i + 1}" for i in range(len(names))}
    assert made.claimed
    for words in [*said, "column"]:
        assert words in made.problem
    assert "repositor" not in made.problem.replace("`repository`", "")
    assert "user name" not in made.problem


@pytest.mark.parametrize(
    ("names", "archive", "student"),
    [
        (["Anna Li", "An Nali"], moodle("Anna Li"), "s1"),  # the space tells
        (["Anna Li", "An Nali"], canvas("Li, Anna"), "s1"),
        (
            ["José García", "Jose Garcia"],
            canvas("García, José"),
            "s1",
        ),  # the accents tell; their absence does not
        (["Anne-Marie Fox", "Marie-Anne Fox"], canvas("Fox, Marie-Anne"), "s2"),
        (["Li", "Anna Li"], "anna-li", "s2"),
        (["Anna", "Anna Li"], moodle("Anna Li"), "s2"),
        (["Anna"], moodle("Anna Li"), None),  # a system's name is a whole one
        (["Li"], moodle("anna-li"), None),
        (["Li"], canvas("li, anna"), None),
    ],
)
def test_what_tells_two_apart_is_used(names, archive, student):
    assert taken([archive], people(*names))[0] == [[student] if student else []]


def test_names_that_end_alike_in_all_archives_are_a_class_s():
    roster = people("Bob", "Li", "Mei")
    assert taken(["homework-bob", "homework-li", "homework-mei"], roster)[0] == [["s1"], ["s2"], ["s3"]]
    assert taken(["bob", "anna-li", "anna-mei"], roster)[0] == [["s1"], [], []]
    owners, matches = taken(["lab1-bob", "lab1-anna-li", "lab2-mei"], roster)
    assert owners == [["s1"], [], ["s3"]]
    assert "ending of its name" in matches[2].warnings[0]
    assert taken(["anna-li"], roster, slug="anna")[0] == [["s2"]]
    assert taken(["s12_final"], [Person("s12")])[0] == [["s12"]]


NUMBERED = people("Alice Adams", "Bob Brown", "Cy Cole", lms_id=["11", "12", ""])


@pytest.mark.parametrize(
    ("archive", "student", "words"),
    [
        (canvas("Adams, Alice", 11), "s1", ""),
        (canvas("Someone, Else", 11), "s1", "is another than theirs"),
        (moodle("Participant", 12), "s2", "is another than theirs"),
        (canvas("", 12), "s2", ""),  # a name without any letter
        (canvas("Cole, Cy", 99), "s3", ""),
        (canvas("Adams, Alice", 99), None, "whose number is 11, but has the number 99"),
        (canvas("Dee", 99), None, "is called 'dee' or has the number 99"),
        (
            "anon_12_344_01_cnn_layers.ipynb",
            None,
            "Canvas has hidden",
        ),  # the number is an anonymous student's code
        ("anon_aB3x9_12_01_cnn_layers.ipynb", None, "Canvas has hidden"),  # and here that of the file
        ("LATE_anon_aB3x9_12_01_cnn_layers.ipynb", None, "Canvas has hidden"),
        ("adamsalice_11_12_344_01_x.ipynb", None, "read in two ways"),  # 12 calls himself `Adams, Alice_11`
        ("x_11_12_344_01_x.ipynb", None, "read in two ways"),
    ],
)
def test_the_number_counts_before_the_name(archive, student, words):
    agreeing = [canvas("Adams, Alice", 11, 1)] if student == "s2" else [canvas("Brown, Bob", 12, 2)]
    owners, matches = taken([archive, *agreeing], NUMBERED)
    assert owners[0] == ([student] if student else [])
    assert words in " ".join([matches[0].problem, *matches[0].warnings])
    assert matches[1].people  # and whose name or number was used keeps the own one


def test_whoever_calls_himself_like_another_gets_his_own():
    archives = [canvas("Adams, Alice", 12), canvas("Adams, Alice", 11), canvas("Cole, Cy", 13)]
    owners, matches = taken(archives, NUMBERED)
    assert owners == [["s2"], ["s1"], ["s3"]]
    assert "The number 12 is s2 (Bob Brown)'s" in matches[0].warnings[0]
    unnumbered = people("Alice Adams", "Bob Brown", "Cy Cole")
    owners, matches = taken(archives, unnumbered)
    assert owners == [[], [], ["s3"]]  # without numbers it is nobody's
    assert "--lms" in matches[0].problem
    assert "--slug" not in matches[0].problem


def test_numbers_of_another_kind_are_noticed():
    shifted = people("Alice Adams", "Bob Brown", "Cy Cole", lms_id=["12", "13", "11"])
    archives = [moodle("Alice Adams", 11), moodle("Bob Brown", 12), moodle("Cy Cole", 13)]
    owners, matches = taken(archives, shifted)
    assert owners == [[], [], []]
    assert "contradict the names 3 times" in matches[0].problem


def test_a_group_s_archive_is_all_members():
    roster = people(
        *"ABCD", group=["The Owls", "The Owls", "Team_7", "Team_7"], lms_id=["21", "22", "23", "24"]
    )
    archives = [canvas("the owls", 22), canvas("team_7", 23), moodle("The Owls", 5), "the-owls"]
    assert [taken([archive], roster)[0] for archive in archives] == [
        [["s1", "s2"]],
        [["s3", "s4"]],
        [["s1", "s2"]],
        [["s1", "s2"]],
    ]
    (owners,), (made,) = taken([canvas("the owls", 24)], roster)
    assert owners == []
    assert "a group's that they are not in" in made.problem


def test_the_roster_s_column_settles_it():
    roster = people("Li Wei", "Wei Li", repository=["weili", ""])
    assert taken([canvas("Wei, Li", 11)], roster)[0] == [["s1"]]
    zoe = people("Z", repository=["Zoë"])
    assert taken([unicodedata.normalize(NFD, "Zoë")], zoe)[0] == [["s1"]]


def test_a_clone_is_still_nobody_s_by_a_person_s_name():
    roster = people("Zoë Ñandú")
    for name in ("lab1-zoë-ñandú", "Zoë Ñandú", canvas("Ñandú, Zoë"), moodle("Zoë Ñandú")):
        assert match([Found(name, Path(name), "clone")], {}, roster)[0].people == ()
        assert match([found(name)], {}, roster)[0].people or name == "lab1-zoë-ñandú"


def test_who_has_no_name_in_the_roster_goes_by_address():
    roster = [Person("alice.adams@x.org", email="alice.adams@x.org"), Person("bob", email="b.brown@x.org")]
    assert taken([canvas("Adams, Alice"), moodle("bob", 3)], roster)[0] == [["alice.adams@x.org"], ["bob"]]


def test_folders_of_students_are_known_by_every_spelling():
    known = Known(people("Zoë Ñandú", "Jun O'Neil"))
    for name in (unicodedata.normalize(NFD, "Ñandú, Zoë"), "oneiljun", "Jun O’Neil_1"):
        assert known.belongs(name, False)
    assert known.belongs("lab1-Jun O'Neil", True)
    assert not known.belongs("lab1-Jun O'Neil", False)
    assert not known.belongs("section-a", True)


CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,lab1 (7)
,,,,,Manual Posting
    Points Possible,,,,,100
"Adams, Alice",11,77,alice@x.org,A,
"O'Neil, Jun",12,78,jun@x.org,A,
"Student, Test",99,,,A,
"""
MOODLE = """Identifier,Full name,Email address,Status,Grade
Participant 501,Alice Adams,alice@x.org,-,
Participant 502,"O'Neil, Jun",jun@x.org,-,
"""


def written(tmp_path, text, name="list.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (CANVAS, ["11", "12", ""]),
        (CANVAS.replace("Student,ID", "LastName,FirstName,ID").replace("Points Possible,", "Points Possible,,")
         .replace('"Adams, Alice"', "Adams,Alice").replace('"O\'Neil, Jun"', "O'Neil,Jun"), ["11", "12", ""]),
        (MOODLE, ["501", "502", ""]),
        (MOODLE.replace("Participant", "Teilnehmer/in").replace("Identifier", "ID").replace("Email address", "E-Mail-Adresse"), ["501", "502", ""]),
        (CANVAS.replace("77,alice@x.org", "91,aa").replace("78,jun@x.org", "92,jj"), ["11", "12", ""]),  # ids of another kind: by name
        (CANVAS.replace("77,alice@x.org", "91,aa"), ["", "12", ""]),  # an id that is not in the roster: not by name
    ],
)  # fmt: skip
def test_a_list_of_the_learning_system_gives_the_numbers(tmp_path, text, numbers):
    roster = [
        Person("alice@x.org", name="Alice Adams", email="alice@x.org"),
        Person("jo", name="Jun O'Neil", email="jun@x.org", lms_id="5"),
        Person("cy", name="Cy Cole"),
    ]
    said = []
    assert [p.lms_id for p in with_numbers(roster, written(tmp_path, text), said.append)] == numbers
    assert "their files go by name" in said[-1]
    assert "cy" in said[-1]


def test_a_list_of_another_course_is_refused(tmp_path):
    for text, words in ((CANVAS, "speaks of nobody"), ("a,b\n1,2\n", "no numbers of a learning system")):
        with pytest.raises(AutograderError, match=words):
            with_numbers(people("Dee D"), written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "ids"),
    [(CANVAS, [("alice@x.org", "11", "A"), ("jun@x.org", "12", "A")]), (MOODLE, [("alice@x.org", "501", ""), ("jun@x.org", "502", "")])],
)  # fmt: skip
def test_a_list_of_the_learning_system_is_a_roster(tmp_path, text, ids):
    roster = read_roster(written(tmp_path, text))
    assert [(p.student, p.lms_id, p.section) for p in roster] == ids
    assert [(p.name, p.last_name, p.email) for p in roster] == [
        ("Alice Adams", "Adams", "alice@x.org"),
        ("Jun O'Neil", "O'Neil", "jun@x.org"),
    ]


@pytest.mark.parametrize("text", [CANVAS, MOODLE])
def test_such_a_list_may_ask_for_languages(tmp_path, text):
    first, *lines = text.splitlines()

    def languages(cell):
        filled = [f"{each},{cell if '@' in each else ''}" for each in lines]
        path = written(tmp_path, "\n".join([f"{first},Language", *filled]))
        return [p.language for p in read_roster(path, languages=("en", "es"))]

    assert languages("ES") == ["es", "es"]
    assert languages("") == ["", ""]
    assert [p.language for p in read_roster(written(tmp_path, text))] == [None, None]


def test_an_own_roster_with_such_columns_stays_one(tmp_path):
    own = written(tmp_path, "id,student,section,canvas_id\n1,ada,A,55.0\n")
    assert read_roster(own)[0] == Person("ada", section="A", lms_id="55")
    own = written(tmp_path, "identifier,full name,email address\nada,Ada L,a@x\n")
    assert read_roster(own)[0].student == "ada"


# Letters of several alphabets, with and without accents; marks that stand within names.
WORD = st.text(st.sampled_from("abeiosuyzABEäöüßøłıİéñçğśджйё王小明がगमिا"), min_size=1, max_size=6)
INSIDE = st.sampled_from(["", "", "-", "'", "’", ".", "\u00ad"])
NAME = st.lists(st.tuples(WORD, INSIDE, WORD).map("".join), min_size=1, max_size=5)


def spellings(words):
    """Return what a learning system may make of a name: first name first, last name first, in both forms of Unicode."""
    for cut in range(len(words)):
        first, last = words[:cut], words[cut:]
        full, turned = " ".join([*first, *last]), ", ".join(filter(None, [" ".join(last), " ".join(first)]))
        for name in (
            canvas(turned),
            canvas(full, late=True),
            moodle(full),
            moodle(turned, ending=""),
            full,
            turned,
        ):
            for form in ("NFC", NFD):
                yield unicodedata.normalize(form, name)


@settings(deadline=None, max_examples=50)
@given(st.lists(NAME, min_size=1, max_size=5))
@example([["Li", "Wei"], ["Wei", "Li"], ["Anna", "Li"], ["An", "Nali"]])
@example([["José"], ["Jose"]])
def test_every_student_s_archive_is_that_student_s_and_never_another_s(class_of):
    roster = people(*(" ".join(words) for words in class_of))
    assume(all(plain(word) for words in class_of for word in words))
    called = Called((i, person.name) for i, person in enumerate(roster))
    known = Known(roster)
    for mine, words in enumerate(class_of):
        turned = ["".join(words[i:] + words[:i]) for i in range(len(words))]
        alone = all(called.find(name) == [mine] for name in (" ".join(words), *turned))
        for name in spellings(words):
            (owner,) = known.settle([found(name)])
            assert owner.people in ((roster[mine],), ()), name
            assert owner.people or not alone, name
