"""Say whose a repository is: by numeric id, then by name, never by guessing between two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.repos.layouts import Accepted, Found
from autograder.repos.roster import Person


@dataclass(frozen=True)
class Match:
    """The students of one repository, or why there are none."""

    found: Found
    people: tuple[Person, ...] = ()
    problem: str = ""


def match(
    found: list[Found], accepted: dict[str, Accepted], people: list[Person], slug: str = ""
) -> list[Match]:
    """Return for every submission whose it is.

    In this order: the roster's column `repository`; the numeric ids, then the user names, of GitHub Classroom's export; the group's
    or user's name behind `slug-`; without a slug, the longest user name, id or group that the repository's name ends in. Case
    never counts. Where two submissions come out as one student's, neither is taken: a person must say which.
    """
    matches = [_one(each, accepted, people, slug) for each in found]
    owners: dict[str, list[Match]] = {}
    for each in matches:
        for person in each.people:
            owners.setdefault(person.student, []).append(each)
    result = []
    for each in matches:
        shared = sorted(p.student for p in each.people if len(owners[p.student]) > 1)
        if shared:
            names = sorted({str(other.found.path.name) for s in shared for other in owners[s]})
            problem = (
                f"{', '.join(names)} all belong to {', '.join(shared)} by their names. Name the right one in a column `repository` "
                "of the roster, or give --slug (what every repository's name of this assignment begins with)."
            )
            each = Match(each.found, (), problem)
        result.append(each)
    return result


def _one(found: Found, accepted: dict[str, Accepted], people: list[Person], slug: str) -> Match:
    names = found.keys
    listed = [person for person in people if person.repository and person.repository.lower() in names]
    if listed:
        return Match(found, tuple(listed))
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
        owners = _by_slug(name, people, (slug or found.slug).lower())
        # A slug that was given is meant; one that a folder's name suggests may be none.
        owners = owners or ([] if slug else _by_ending(name, people))
        if owners:
            return Match(found, tuple(owners))
    problem = (
        "Nobody in the roster has this repository. Add the user name to the roster, or a column `repository`."
    )
    return Match(found, problem=problem)


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


def _keys(person: Person) -> set[str]:
    """Return the names that one student alone goes by."""
    names = {person.username, person.student, person.email, person.email.partition("@")[0]}
    if person.name:
        first, _, last = person.name.rpartition(" ")
        names |= {person.name, f"{last}{first}".replace(" ", ""), f"{last} {first}"}
    return {_plain(name) for name in names if len(name) > 1} | {
        name.lower() for name in names if len(name) > 1
    }


def _plain(name: str) -> str:
    """Return a name as it stands in a repository's name."""
    return re.sub(r"[^\w.-]+", "-", name.lower()).strip("-")


def _by_slug(name: str, people: list[Person], slug: str) -> list[Person]:
    if not slug or not name.startswith(f"{slug}-"):
        return []
    rest = name.removeprefix(f"{slug}-")
    for candidate in dict.fromkeys((rest, re.sub(r"-\d{1,2}$", "", rest))):  # a second acceptance gets `-1`
        group = [person for person in people if person.group and _plain(person.group) == candidate]
        one = [person for person in people if candidate in _keys(person)]
        if group or len(one) == 1:
            return group or one
    return []


def _by_ending(name: str, people: list[Person]) -> list[Person]:
    """Return the owners by the longest known name at the end, or (in learning systems' names) at the beginning."""
    best, owners = 0, list[Person]()
    for person in people:
        for key in _keys(person) | ({_plain(person.group)} if person.group else set()):
            if _ends(name, key) and len(key) >= best:
                owners = [*owners, person] if len(key) == best else [person]
                best = len(key)
    unique = list(dict.fromkeys(owners))
    groups = {person.group for person in unique}
    same_group = len(groups) == 1 and "" not in groups
    return unique if len(unique) == 1 or same_group else []


def _ends(name: str, key: str) -> bool:
    return bool(key) and (
        name == key or name.endswith((f"-{key}", f"_{key}")) or name.startswith((f"{key}_", f"{key} "))
    )
