"""Moments that people write: read rightly or refused; and what late work loses, worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from autograder.authoring.build import source_notebook
from autograder.authoring.public_checks import public_checks
from autograder.course.dates import moment, shown, span, zone_of
from autograder.course.model import Late, load
from autograder.errors import CourseError
from autograder.intake.stamps import timestamp
from autograder.repos.importing import Options
from tests.repo_class import commit, git

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-10-01 23:59", BERLIN, "2026-10-01 21:59:00"),
        ("2026-12-01 23:59", BERLIN, "2026-12-01 22:59:00"),
        ("2026-10-01T23:59:30", "America/New_York", "2026-10-02 03:59:30"),
        ("2026-10-01 23:59", "UTC", "2026-10-01 23:59:00"),
        ("2026-10-01 04:30 +0100", BERLIN, "2026-10-01 03:30:00"),  # nbgrader: 04:28:20
        ("2026-10-01 04:30+05:45", "", "2026-09-30 22:45:00"),
        ("2026-10-01T04:30:00Z", BERLIN, "2026-10-01 04:30:00"),
        (" 2026-10-25 02:30+01:00 ", BERLIN, "2026-10-25 01:30:00"),
        ("2026-10-25 03:00", BERLIN, "2026-10-25 02:00:00"),
    ],
)
def test_a_moment_is_read_in_its_zone(text, zone, utc):
    assert f"{moment(text, zone, 'due'):%Y-%m-%d %H:%M:%S}" == utc
    assert moment(text, zone, "due").tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "zone", "words"),
    [
        ("2026-10-01", BERLIN, "a day without a time"),
        ("2026-10-01 23:59", "", "does not say in which time zone"),
        ("2026-10-01 23:59", "CET", "'CET' is not known"),
        ("2026-10-01 23:59", "Europe", "'Europe' is not known"),
        ("2026-10-01 23:59", "../../etc/passwd", "is not known"),
        ("2026-03-29 02:30", BERLIN, "does not exist"),
        ("2026-10-25 02:30", BERLIN, 'comes twice.*"2026-10-25 02:30\\+02:00" or "2026-10-25 02:30\\+01:00"'),
        ("2026-10-01 24:00", BERLIN, "hour must be"),
        ("2026-02-29 10:00", BERLIN, "is not a time"),
        ("01.10.2026 23:59", BERLIN, "is not a time"),
        ("2026-10-01 11:59 pm", BERLIN, "is not a time"),
        ("2026-10-01 23:59 CEST", BERLIN, "is not a time"),
        ("2026-10-01 23:59 Europe/Berlin", "", "is not a time"),
        ("2026-10-01 23:59+19:00", "", "an offset that no place has"),
        ("1926-10-01 23:59", BERLIN, "in no year of this course"),
        ("２０２６-10-01 23:59", BERLIN, "is not a time"),
        (datetime(2026, 10, 1), BERLIN, "is not a time"),
    ],
)
def test_what_is_not_clear_is_refused(text, zone, words):
    with pytest.raises(CourseError, match=words):
        moment(text, zone, "due")


def test_moments_and_spans_for_people():
    due = datetime(2026, 10, 1, 21, 59, tzinfo=UTC)
    assert shown(due, BERLIN) == "2026-10-01 23:59 (Europe/Berlin, UTC+02:00)"
    assert shown(due.replace(tzinfo=None), "") == shown(due, "UTC") == "2026-10-01 21:59 UTC"
    assert [span(s) for s in (1, 90_000, 3600, 7 * 86_400)] == [
        "1 minute",
        "1 day 1 hour",
        "1 hour",
        "7 days",
    ]
    assert zone_of("UTC").utcoffset(due) == timedelta()


HOUR = 3600.0


@pytest.mark.parametrize(
    ("policy", "hours", "taken"),
    [
        (Late(per_day=10), 0, 0),
        (Late(per_day=10), 1 / 3600, 10),  # a day that has begun
        (Late(per_day=10), 24, 10),
        (Late(per_day=10), 24.001, 20),
        (Late(per_day=10), 1000, 80),  # all that there is
        (Late(per_day=10, most=50), 1000, 50),
        (Late(per_day=10, grace="15 min"), 0.25, 0),
        (Late(per_day=10, grace="15 min"), 0.26, 10),
        (Late(per_day=10, grace="15 min"), 24.25, 10),  # days begin to count at its end
        (Late(per_day="10 %"), 25, 16),
        (Late(per_day="12.5%", most="25 %"), 100, 20),
        (Late(per_day=10, most="25 %"), 100, 20),
        (Late(per_day=10, closes="3 days"), 72, 30),
        (Late(per_day=10, closes="3 days"), 72.001, 80),
        (Late(closes="2 hours"), 1, 0),
        (Late(), 1000, 0),
    ],
)
def test_what_late_work_loses_of_eighty_points(policy, hours, taken):
    assert policy.taken(hours * HOUR, 80) == taken


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_day": -1}, {"per_day": "10"}, {"per_day": "ten %"}, {"per_day": True}, {"per_day": float("nan")}, {"most": "50 points"},
        {"grace": "soon"}, {"grace": 15}, {"closes": "3"}, {"most": float("inf")},
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_read_is_refused(wrong):
    (name,) = wrong
    with pytest.raises(CourseError, match=f"Late\\({name}="):
        Late(**wrong)


def test_a_course_with_a_wrong_date_or_policy_is_refused_with_the_place(tmp_path):
    text = "from autograder.course.model import *\nlab = Assignment('lab1', {{}}, {lab})\ncourse = Course('c', (lab,), {course})\n"
    for lab, course, words in (
        ("due='2026-10-01 23:59'", "", "lab1: due '2026-10-01 23:59' does not say in which time zone"),
        ("due='2026-10-01'", "time_zone='Europe/Berlin'", "lab1: due '2026-10-01' is a day"),
        ("", "time_zone='Berlin'", "time zone 'Berlin' is not known"),
        ("late=10", "", "late=10: write it as late=Late"),
        ("late=Late(per_day='ten')", "", "per_day='ten'"),
    ):
        (tmp_path / "course_config.py").write_text(text.format(lab=lab, course=course))
        with pytest.raises(CourseError, match=words):
            load(tmp_path)


@pytest.mark.parametrize(
    ("written", "zone", "read"),
    [
        ("2026-10-01 12:00:00 UTC", BERLIN, "2026-10-01 12:00:00 UTC"),
        ("2026-10-01 12:00:00", BERLIN, "2026-10-01 12:00:00"),  # nbgrader's UTC
        ("2026-10-01 12:00:00 +0200", "", "2026-10-01 10:00:00.000000 UTC"),  # nbgrader: 11:56:40
        ("2026-10-01 12:00:00.5 +02:00", "", "2026-10-01 10:00:00.500000 UTC"),
        ("2026-10-01 12:00:00 Europe/Berlin", "", "2026-10-01 10:00:00.000000 UTC"),
        ("2026-10-01 12:00:00 CEST", BERLIN, "2026-10-01 10:00:00.000000 UTC"),  # nbgrader: 12:00
        ("2026-10-25 02:30:00 CET", BERLIN, "2026-10-25 01:30:00.000000 UTC"),
        (
            "2026-10-01 12:00:00 EDT",
            BERLIN,
            "2026-10-01 12:00:00.000000 UTC",
        ),  # not the course's: what nbgrader makes of it
        ("2026-10-01 12:00:00 Etc/Nowhere", "", ""),
        ("yesterday", BERLIN, ""),
    ],
)
def test_when_it_was_handed_in_is_read_with_its_zone(tmp_path, written, zone, read):
    (tmp_path / "timestamp.txt").write_text(written)
    assert timestamp(tmp_path, zone) == read


def test_notebooks_say_when_they_are_due_and_nothing_where_that_is_not_set(course, lab1):
    dated = replace(course, time_zone=BERLIN), replace(lab1, due="2026-10-01 23:59")
    checks = public_checks(course, lab1)
    for name in lab1.notebooks:
        first = source_notebook(*dated, name, checks).cells[0].source
        assert first.endswith("\n\n**Due: 2026-10-01 23:59 (Europe/Berlin, UTC+02:00).**")
        plain = source_notebook(course, lab1, name, checks).cells[0].source
        assert first.startswith(plain)
        assert "due" not in plain.lower()


def test_an_extension_moves_the_deadline_by_which_commits_are_chosen(temporary_course, lab1, tmp_path):
    import shutil

    from autograder.repos.importing import import_class
    from autograder.repos.roster import Person

    due = datetime(2025, 10, 1, tzinfo=UTC)
    for name in ("ada", "ben"):
        desk = tmp_path / "clones" / f"lab1-{name}"
        desk.mkdir(parents=True)
        git(desk, "init", "--quiet")
        for notebook in lab1.notebooks:
            shutil.copy(temporary_course.release(lab1.name) / f"{notebook}.ipynb", desk)
            path = desk / f"{notebook}.ipynb"
            path.write_text(path.read_text().replace("raise NotImplementedError()", "return 0"))
        (desk / "whose.txt").write_text(name)
        commit(desk, "in time", due - timedelta(hours=1))
        (desk / "more.txt").write_text(name)
        commit(desk, "later", due + timedelta(days=1))
    options = Options(due, extensions={"ben": due + timedelta(days=2)})
    made = import_class(temporary_course, lab1, tmp_path / "clones", [Person("ada"), Person("ben")], options)
    found = {entry.students[0]: entry for entry in made.entries}
    heads = {name: git(tmp_path / "clones" / f"lab1-{name}", "rev-parse", "HEAD") for name in found}
    assert found["ben"].sha == heads["ben"]
    assert found["ada"].sha != heads["ada"]
    assert not found["ada"].late
    assert not found["ben"].late
    assert Options(None, extensions={"ben": due}).deadline_of(["ben"]) is None
