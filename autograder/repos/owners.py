"""Say whose a folder or archive is: by the learning system's number, then by name, never by guessing between two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from autograder.repos.downloads import Reading, anonymous
from autograder.repos.layouts import Found
from autograder.repos.names import Called, key
from autograder.repos.roster import Person

People = tuple[Person, ...]  # one student, or a group

BY_ENDING = "Taken by the ending of its name only: look whether it is theirs (a column `repository` in the roster settles it)."
_NUMBERS = "Give the numbers of the learning system: with --lms and its list (Canvas: the gradebook's export; Moodle: the grading worksheet), or in a column `lms_id` of the roster. Or write this name into a column `repository` there."
_RENAME = "Name it like the student's id and import again, or write its name into a column `repository` of the roster."


@dataclass(frozen=True)
class Owner:
    """The students of one folder or archive, or why there are none.

    Attributes:
        claimed: Who may be meant, where it is given to nobody.
        left: What is left of its name, where only a part of it says whose it is.
        numbered: Whether the learning system's number and the name say the same.
    """

    people: People = ()
    problem: str = ""
    warnings: tuple[str, ...] = ()
    claimed: People = ()
    left: str = ""
    numbered: Literal["", "same", "other"] = ""


class Known:
    """The students of a roster, by everything that a folder or archive may be called."""

    def __init__(self, people: list[Person]) -> None:
        groups: dict[str, list[Person]] = {}
        for person in people:
            if person.group:
                groups.setdefault(person.group, []).append(person)
        self._names = Called(((person,), name) for person in people for name in _names(person))
        self._groups = Called((tuple(members), group) for group, members in groups.items())
        self._numbers = {person.lms_id: person for person in people if person.lms_id}
        self._ids: dict[str, dict[People, None]] = {}
        self._accounts: dict[str, dict[People, None]] = {}
        self._repositories = {key(person.repository) for person in people if person.repository}
        for person in people:
            for known, names in (
                (self._ids, (person.student, person.email)),
                (self._accounts, (person.username, person.email.partition("@")[0])),
            ):
                for name in filter(None, names):
                    known.setdefault(key(name), {})[(person,)] = None

    def belongs(self, name: str, ending: bool) -> bool:
        """Say whether a folder is named like somebody: wholly or at its beginning, or (if that may do) at its end."""
        if key(name) in self._repositories or self._whole(name):
            return True
        return any(self._whole(part) for part, _ in (_ends(name) if ending else _begins(name)))

    def settle(self, found: list[Found], slug: str = "") -> list[Owner]:
        """Return for each whose it is. What is left of names is judged by what is usual among all."""
        owners = [
            self._numbered(each) if each.readings else self._named(each, slug or each.slug, bool(slug))
            for each in found
        ]
        return _numbers_doubted(_leftovers_doubted(owners))

    def _whole(self, name: str) -> list[People]:
        """Return all whom a whole name may mean. The instructor's id counts before names and accounts."""
        ids = list(self._ids.get(key(name), ()))
        return ids or list(dict.fromkeys([*self._accounts.get(key(name), ()), *self._called(name)]))

    def _called(self, name: str) -> list[People]:
        return list(dict.fromkeys([*self._names.find(name), *self._groups.find(name)]))

    def _numbered(self, found: Found) -> Owner:
        """Read what a learning system wrote. Where it can be read in two ways, both must not mean two."""
        read = [owner for reading in found.readings if (owner := self._read(reading)) is not None]
        if not read:
            first = found.readings[0]
            if anonymous(first.name):
                return Owner(
                    problem="Canvas has hidden whose it is. Turn anonymous grading off there (or post the grades), and download again."
                )
            number = f" or has the number {first.lms_id}" if first.lms_id else ""
            return Owner(
                problem=f"Nobody in the roster is called {first.name!r}{number}, or they have another. {_NUMBERS}"
            )
        if any(owner.people != read[0].people for owner in read):
            everyone = _together(owner.people or owner.claimed for owner in read)
            return Owner(
                problem=f"Its name can be read in two ways, as {_listed(everyone)}: it is given to nobody. {_RENAME}"
            )
        return read[0]

    def _read(self, reading: Reading) -> Owner | None:
        called = self._called(reading.name) or list(self._ids.get(key(reading.name), ()))
        owner = self._numbers.get(reading.lms_id)
        if owner is not None:
            fitting = [people for people in called if owner in people]
            if fitting:
                return Owner(fitting[0] if len(fitting) == 1 else (owner,), numbered="same")
            said = f"The number {reading.lms_id} is {_listed((owner,))}'s by the roster, the name {reading.name!r} "
            if any(len(people) > 1 for people in called):
                return Owner(problem=f"{said}is a group's that they are not in. {_NUMBERS}")
            if called:
                said += f"is that of {_listed(_together(called))}. The number counts."
            else:
                said += "is another than theirs there. The number counts."
            named = any(c.isalpha() for c in reading.name)
            return Owner((owner,), "", (said,) if called or named else (), numbered="other" if called else "")
        if len(called) > 1:
            everyone = _together(called)
            return Owner(
                problem=f"It may be that of {_listed(everyone)}: the name {reading.name!r} fits them all. {_NUMBERS}",
                claimed=everyone,
            )
        if not called:
            return None
        (people,) = called
        theirs = people[0].lms_id
        if len(people) == 1 and theirs and reading.lms_id and theirs != reading.lms_id:
            return Owner(
                problem=f"It is called like {_listed(people)}, whose number is {theirs}, but has the number {reading.lms_id}: it is given to nobody. Somebody else has taken this name, or the numbers are those of another course or assignment. If it is theirs, write this name into a column `repository` of the roster, or mend the numbers.",
                claimed=people,
            )
        return Owner(people)

    def _named(self, found: Found, slug: str, given: bool) -> Owner:
        for name in found.names:
            owner = self._by_whole(name) or self._by_slug(name, slug)
            # A slug that was given is meant; one that a folder's name suggests may be none.
            if owner is None and not given:
                owner = self._by_part(name)
            if owner is not None:
                return owner
        return Owner(
            problem=f"Nobody in the roster goes by the name {found.name!r}, or they have another. {_RENAME}"
        )

    def _by_whole(self, name: str) -> Owner | None:
        found = self._whole(name)
        if len(found) > 1:
            everyone = _together(found)
            return Owner(
                problem=f"It may be that of {_listed(everyone)}: the name fits them all. {_RENAME}",
                claimed=everyone,
            )
        return Owner(found[0]) if found else None

    def _by_slug(self, name: str, slug: str) -> Owner | None:
        before = f"{slug}-".lower()
        if not slug or not name.lower().startswith(before):
            return None
        rest = name[len(before) :]
        # A second acceptance gets `-1`; but somebody else may be called so.
        shorter = re.sub(r"-\d{1,2}$", "", rest)
        if (owner := self._by_whole(rest)) is not None or shorter == rest:
            return owner
        owner = self._by_whole(shorter)
        return None if owner is None else replace(owner, warnings=(BY_ENDING,))

    def _by_part(self, name: str) -> Owner | None:
        """Take the longest part, at the beginning or the end, that somebody is called by."""
        for part, left in sorted([*_begins(name), *_ends(name)], key=lambda cut: len(cut[0]), reverse=True):
            owner = self._by_whole(part)
            if owner is not None:
                # No stranger is called `s1234`: then whatever else stands there says nothing.
                clear = key(part) in self._ids and any(c.isdigit() or c == "@" for c in part)
                return owner if clear else replace(owner, left=left)
        return None


def _begins(name: str) -> Iterator[tuple[str, str]]:
    return ((name[: cut.start()], name[cut.start() :]) for cut in re.finditer(r"[_ ]", name))


def _ends(name: str) -> Iterator[tuple[str, str]]:
    return ((name[cut.end() :], name[: cut.end()]) for cut in re.finditer(r"[-_]", name))


def _names(person: Person) -> set[str]:
    """Return what a person is called; who has no name in the roster is called by id and address."""
    names = {person.name, f"{person.first_name} {person.last_name}".strip()} - {""}
    return names or {
        re.sub(r"[.-]", " ", text.partition("@")[0]) for text in (person.student, person.email) if text
    }


def _leftovers_doubted(owners: list[Owner]) -> list[Owner]:
    """Refuse those of whose name more is left than what most have, or a number: `lab1-li` is li's, `anna-li` need not be."""
    taken = [owner for owner in owners if owner.people]
    times = Counter(_pattern(owner.left) for owner in taken if owner.left)
    usual = [left for left, count in times.items() if count == max(times.values())]
    shared = all(owner.left for owner in taken)  # else no part is what all names of this class have

    def judged(owner: Owner) -> Owner:
        if not owner.people or not owner.left:
            return owner
        left = _pattern(owner.left)
        if shared and times[left] > 1 and 2 * times[left] > len(taken):
            return owner
        if all(any(c.isdigit() for c in word) for word in re.split(r"[\W_]+", owner.left) if word):
            return owner if usual == [left] else replace(owner, warnings=(*owner.warnings, BY_ENDING))
        return Owner(
            problem=f"It may be that of {_listed(owner.people)} by a part of its name, but what {owner.left!r} stands for is not known: it may be somebody else's name. {_RENAME} If all begin with it, give --slug.",
            claimed=owner.people,
        )

    return [judged(owner) for owner in owners]


def _pattern(left: str) -> str:
    """Return what is compared of leftovers: all numbers alone are alike, `lab1-` and `lab2-` are not."""
    return left.lower() if any(c.isalpha() for c in left) else "1"


def _numbers_doubted(owners: list[Owner]) -> list[Owner]:
    """Refuse numbers that contradict the names more often than not: they are of another kind."""
    times = Counter(owner.numbered for owner in owners)
    if times["other"] <= times["same"]:
        return owners
    problem = f"The learning system's numbers contradict the names {times['other']} times, and agree {times['same']} times: they seem to be of another system, or another kind of number. Look at the column `lms_id` of the roster, or at what --lms gave."
    return [
        Owner(problem=problem, claimed=owner.people) if owner.numbered == "other" else owner
        for owner in owners
    ]


def _together(people: Iterable[People]) -> People:
    return tuple(dict.fromkeys(person for those in people for person in those))


def _listed(people: People) -> str:
    return ", ".join(
        f"{person.student} ({person.name})"
        if person.name and person.name != person.student
        else person.student
        for person in people
    )
