"""What the lists of learning systems say of their rows: Canvas's gradebook export, Moodle's grading worksheet in any language."""

from __future__ import annotations

import re

from autograder.export.rows import Row, ids, names
from autograder.export.tables import Sheet

CANVAS = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section")
_CANVAS_IDS = ("SIS User ID", "SIS Login ID", "Integration ID")
_CANVAS_TEST = ("student, test", "test student")
# Moodle's columns of id numbers, user names and addresses, in the languages of its teachers.
_MOODLE_IDS = {
    "id number", "idnumber", "username", "email address", "email", "número de id", "nombre de usuario", "dirección de correo", "correo",
    "numéro d'identification", "nom d'utilisateur", "adresse de courriel", "id-nummer", "anmeldename", "e-mail-adresse",
    "codice identificativo", "indirizzo email", "número de identificação", "identificação de usuário", "endereço de email",
    "gebruikersnaam", "e-mailadres", "numer id", "nazwa użytkownika", "adres e-mail", "学号", "用户名", "电子邮件地址", "id ナンバー", "ユーザ名",
    "メールアドレス", "индивидуальный номер", "логин", "адрес электронной почты",
}  # fmt: skip
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_PARTICIPANT = re.compile(r"(\D{3,}?)(\d+)")


def is_canvas(sheet: Sheet) -> bool:
    return "ID" in sheet.header and (
        "Student" in sheet.header or {"LastName", "FirstName"} <= set(sheet.header)
    )


def canvas_rows(sheet: Sheet) -> list[Row]:
    """Return what every row below the header says; nothing where it is no student's."""
    found = []
    for row in _filled(sheet):
        cell = dict(zip(sheet.header, row, strict=False))
        name = cell.get("Student", "") or f"{cell.get('FirstName', '')} {cell.get('LastName', '')}".strip()
        student = cell["ID"].strip() and name.lower() not in _CANVAS_TEST
        found.append(
            Row(ids(cell.get(column, "") for column in _CANVAS_IDS), names([name]), cell["ID"].strip())
            if student
            else Row()
        )
    return found


def moodle_rows(sheet: Sheet, place: int | None = None) -> list[Row]:
    """Return what every row below the header says. `place` is the column that takes the grades: it says nothing of the student."""
    rows = _filled(sheet)
    known = _moodle_ids(sheet, place, rows)
    numbers = _participants(sheet, rows)
    others = [i for i in range(len(sheet.header)) if i != place and i not in known]
    if any(numbers):
        others = others[1:2]  # the full name; further columns may hold what a student wrote
    return [
        Row(ids(row[i] for i in known), names(row[i] for i in others), number)
        for row, number in zip(rows, numbers, strict=True)
    ]


def _participants(sheet: Sheet, rows: list[list[str]]) -> list[str]:
    """Return the numbers of the first column, if it is Moodle's: one word in the teacher's language, and a number."""
    found = [_PARTICIPANT.fullmatch(row[0].strip()) for row in rows]
    words = {each[1] for each in found if each is not None}
    if len(words) != 1 or sheet.header[0].strip().lower() in _MOODLE_IDS:
        return [""] * len(rows)
    return [each[2] if each is not None else "" for each in found]


def _moodle_ids(sheet: Sheet, place: int | None, rows: list[list[str]]) -> list[int]:
    """Return the columns that hold addresses, id numbers or user names: by their headers, addresses in any language.

    One cell that looks like an address makes no column: a student may be called like one.
    """
    found = []
    for i, name in enumerate(sheet.header):
        cells = [row[i].strip() for row in rows if row[i].strip()]
        addresses = bool(cells) and all(map(_ADDRESS.fullmatch, cells))
        if i != place and (name.strip().lower() in _MOODLE_IDS or (addresses and i > 1)):
            found.append(i)
    return found


def _filled(sheet: Sheet) -> list[list[str]]:
    return [row + [""] * (len(sheet.header) - len(row)) for row in sheet.rows[1:]]
