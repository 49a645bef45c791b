"""How learning systems name what they let an instructor download: Canvas's files, Moodle's folders and files.

Canvas writes `<name>[_LATE]_<user>_<file>_<the student's file name>`, the name in lower case without spaces, commas, hyphens and
apostrophes, last name first (Canvas's `content_zipper.rb`); of a group's work the group's name and a member's number. Moodle writes
`<name>_<number>_assignsubmission_<plugin>_`, a folder or (a teacher's preference) what a file's name begins with; the number is
the participant's in this assignment, of a group's work the group's (Moodle's `mod/assign/classes/downloader.php`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# The first number behind the name counts: what the student's file is called stands behind it.
_CANVAS = re.compile(
    r"(?P<name>.*?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<file>\d+)_(?P<own>.+\.(?i:ipynb|zip))", re.S
)
_MOODLE = r"(?P<name>.*?)(?:_(?P<id>\d+))?_assignsubmission_(?P<plugin>[a-z]+)"
_FOLDER = re.compile(_MOODLE + "_?", re.S)
_FILE = re.compile(_MOODLE + r"_(?P<own>.+\.(?i:ipynb|zip))", re.S)
_ANONYMOUS = re.compile(r"(LATE_)?anon(_[^_]+)?")


@dataclass(frozen=True)
class Reading:
    """Whose something is, as a learning system wrote it: a name (empty if nothing of it is left) and the system's number."""

    name: str
    lms_id: str = ""


@dataclass(frozen=True)
class Flat:
    """One student's files, where those of all students lie side by side.

    Attributes:
        prefix: What their names begin with; it is no part of what the student called them.
    """

    name: str
    prefix: re.Pattern[str]
    readings: tuple[Reading, ...]
    late: bool = False


def anonymous(name: str) -> bool:
    """Say whether Canvas hid a student's name: `anon_aB3x9`."""
    return _ANONYMOUS.fullmatch(name) is not None


def read_folder(name: str) -> tuple[Reading, ...]:
    """Return whose a folder is, or (of one student's archive) a name without its ending, if it has Moodle's form."""
    matched = _FOLDER.fullmatch(name)
    return (Reading(matched["name"], matched["id"] or ""),) if matched is not None else ()


def only_text(folder: Path) -> bool:
    """Say whether Moodle put a text that was typed there into a folder, beside that of the same student's files."""
    matched = _FOLDER.fullmatch(folder.name)
    if matched is None or matched["plugin"] == "file":
        return False
    beside = f"{folder.name[: matched.start('plugin')]}file"
    return any(folder.with_name(name).is_dir() for name in (beside, f"{beside}_"))


def read_flat(names: list[str]) -> list[Flat]:
    """Return the students of a folder in which all students' files lie."""
    found: dict[str, tuple[re.Match[str], bool, dict[Reading, None]]] = {}
    for name in sorted(names):
        moodle = _FILE.fullmatch(name)
        matched = moodle or _CANVAS.fullmatch(name)
        if matched is not None:
            cut = matched.start("own") if moodle else matched.start("file")
            readings = found.setdefault(name[:cut], (matched, moodle is not None, {}))[2]
            readings |= dict.fromkeys(_readings(matched, moodle is not None))
    return [
        Flat(
            each["name"] or prefix.strip("_"),
            re.compile(re.escape(prefix) + ("" if moodle else r"\d+_")),
            tuple(readings),
            not moodle and each["late"] is not None,
        )
        for prefix, (each, moodle, readings) in found.items()
    ]


def _readings(matched: re.Match[str], moodle: bool) -> list[Reading]:
    name = matched["name"]
    if moodle:
        return [Reading(name, matched["id"] or "")]
    if anonymous(name):  # its code may be all digits, and is no student's number
        return [Reading(name)]
    # A name may end in a number itself (`team_7`), and everybody may choose such a name: both readings are looked at.
    return [Reading(name, matched["id"]), Reading(f"{name}_{matched['id']}", matched["file"])]
