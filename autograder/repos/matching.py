"""Say whose a repository is: by numeric id, then by name, never by guessing between two."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from autograder.repos.layouts import Accepted, Found
from autograder.repos.roster import Person

_BY_ENDING = "Taken by the ending of its name only: look whether it is theirs (a column `repository` in the roster settles it)."


@dataclass(frozen=True)
class Match:
    """The students of one repository, or why there are none.

    Attributes:
        claimed: Students of whom it is not clear whether it is theirs; it is given to nobody then.
        before: What stands before the student's name, where only the name's ending says whose it is.
    """

    found: Found
    people: tuple[Person, ...] = ()
    problem: str = ""
    warnings: tuple[str, ...] = ()
    claimed: tuple[Person, ...] = ()
    before: str = ""


def match(
    found: list[Found], accepted: dict[str, Accepted], people: list[Person], slug: str = ""
) -> list[Match]:
    """Return for every submission whose it is.

    In this order: the roster's column `repository`; the numeric ids, then the user names, of GitHub Classroom's export; the group's
    or user's name behind `slug-`; without a slug, the longest user name, id or group that the repository's name ends in. Case
    never counts. Who has a repository by that column has no other. Where two submissions come out as one student's, neither is
    taken: a person must say which.
    """
    # A folder's own name comes first: the address in a clone that a student packed may be anybody's.
    own = {each.keys[0] for each in found}
    listed = [_listed(each, people, own) for each in found]
    settled = {person for those in listed for person in those}
    free = [person for person in people if person not in settled]
    matches = _doubted(
        [
            Match(each, tuple(those)) if those else _one(each, accepted, free, slug)
            for each, those in zip(found, listed, strict=True)
        ]
    )
    owners: dict[str, list[Match]] = {}
    for each in matches:
        for person in each.people:
            owners.setdefault(person.student, []).append(each)
    result = []
    for each in matches:
        shared = sorted(p.student for p in each.people if len(owners[p.student]) > 1)
        if shared:
            names = sorted({other.found.name for s in shared for other in owners[s]})
            problem = (
                f"{', '.join(names)} all belong to {', '.join(shared)} by their names. Name the right one in a column `repository` "
                "of the roster, or give --slug (what every repository's name of this assignment begins with)."
            )
            each = Match(each.found, (), problem, claimed=each.people)
        result.append(each)
    return result


def belongs(name: str, people: list[Person], ending: bool) -> bool:
    """Say whether a folder is named like somebody of the roster: wholly or at its beginning, or (if that may do) at its end."""
    name = name.lower()
    return any(
        name == person.repository.lower()
        or any(_ends(name, key) if ending else _begins(name, key) for key in _keys(person))
        for person in people
    )


def _listed(found: Found, people: list[Person], own: set[str]) -> list[Person]:
    """Return those who have this repository by the roster's column."""
    first, *others = found.keys
    names = {first, *(name for name in others if name not in own)}
    return [person for person in people if person.repository and person.repository.lower() in names]


def _one(found: Found, accepted: dict[str, Accepted], people: list[Person], slug: str) -> Match:
    names = found.keys
    for name in names:
        if name in accepted:
            owners = _by_export(accepted[name], people)
            if owners:
                return Match(found, tuple(owners))
            logins = ", ".join(accepted[name].logins)
            return Match(
                found, problem=f"The export says that it belongs to {logins}, who are not in the roster."
            )
    for name in names:
        owners, warnings = _by_slug(name, people, (slug or found.slug).lower())
        if owners:
            return Match(found, tuple(owners), warnings=warnings)
        # A slug that was given is meant; one that a folder's name suggests may be none.
        owners, before = ([], "") if slug else _by_ending(name, people, found.kind == "clone")
        if owners:
            return Match(found, tuple(owners), before=before)
    problem = (
        "Nobody in the roster has this repository, or they have another. Add the user name to the roster, or a column `repository`; or "
        "give --slug (what every repository's name of this assignment begins with): then people's own names count, too."
    )
    return Match(found, problem=problem)


def _doubted(matches: list[Match]) -> list[Match]:
    """Mark those whose name has more before the student's than the others': `lab1-anna-li` need not be li's."""
    usual = Counter(each.before for each in matches if each.before).most_common(1)
    return [
        replace(each, warnings=(*each.warnings, _BY_ENDING))
        if each.before and each.before != usual[0][0]
        else each
        for each in matches
    ]


def _by_export(accepted: Accepted, people: list[Person]) -> list[Person]:
    by_id = [person for person in people if person.github_id and person.github_id in accepted.ids]
    ids = {person.github_id for person in by_id}
    logins = {login.lower() for login in accepted.logins}
    # A user name counts only where the ids do not contradict it: names can be given up and taken by somebody else.
    by_name = [
        person
        for person in people
        if person.username.lower() in logins
        and person not in by_id
        and not (person.github_id and accepted.ids and person.github_id not in ids)
    ]
    return by_id + by_name


@cache
def _keys(person: Person, names: bool = True) -> frozenset[str]:
    """Return what one student alone goes by; without `names` only what a classroom puts into a repository's name."""
    found = {person.username, person.student, person.email}
    if names:
        found.add(person.email.partition("@")[0])
    if names and person.name:
        first, _, last = person.name.rpartition(" ")
        found |= {person.name, f"{last}{first}".replace(" ", ""), f"{last} {first}"}
    found = {name.lower() for name in found if len(name) > 1}
    return frozenset(found | {_plain(name) for name in found})


def _plain(name: str) -> str:
    """Return a name as it stands in a repository's name."""
    return re.sub(r"[^\w.-]+", "-", name.lower()).strip("-")


def _by_slug(name: str, people: list[Person], slug: str) -> tuple[list[Person], tuple[str, ...]]:
    if not slug or not name.startswith(f"{slug}-"):
        return [], ()
    rest = name.removeprefix(f"{slug}-")
    # A second acceptance gets `-1`; but somebody else may be called so.
    for candidate in dict.fromkeys((rest, re.sub(r"-\d{1,2}$", "", rest))):
        group = [person for person in people if person.group and _plain(person.group) == candidate]
        one = [person for person in people if candidate in _keys(person)]
        if group or len(one) == 1:
            return group or one, () if candidate == rest else (_BY_ENDING,)
    return [], ()


def _by_ending(name: str, people: list[Person], clone: bool) -> tuple[list[Person], str]:
    """Return the owners by the longest known name at the end, or (in learning systems' names) at the beginning; and what is before.

    Of a repository people's own names don't count: it ends in an account's name, and strangers may be called alike.
    """
    best, owners = "", list[Person]()
    for person in people:
        for key in _keys(person, not clone) | ({_plain(person.group)} if person.group else set()):
            if _ends(name, key) and len(key) >= len(best):
                owners = [*owners, person] if len(key) == len(best) else [person]
                best = key
    unique = list(dict.fromkeys(owners))
    groups = {person.group for person in unique}
    same_group = len(groups) == 1 and "" not in groups
    if len(unique) != 1 and not same_group:
        return [], ""
    return unique, name.removesuffix(best) if clone else ""


def _ends(name: str, key: str) -> bool:
    return bool(key) and (_begins(name, key) or name.endswith((f"-{key}", f"_{key}")))


def _begins(name: str, key: str) -> bool:
    return name == key or name.startswith((f"{key}_", f"{key} "))
