"""Say whose a submission is: by numeric id, then by name, never by guessing between two. Of folders and archives `owners` says it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from autograder.repos.layouts import Accepted, Found
from autograder.repos.names import key
from autograder.repos.owners import BY_ENDING, Known
from autograder.repos.roster import Person


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

    In this order: the roster's column `repository`; the numeric ids, then the user names, of GitHub Classroom's export. Then of a
    repository the group's or user's name behind `slug-`; without a slug, the longest user name, id or group that its name ends in.
    Of a folder or archive what `owners` says. Case never counts. Who has a repository by that column has no other. Where two
    submissions come out as one student's, neither is taken: a person must say which.
    """
    # A folder's own name comes first: the address in a clone that a student packed may be anybody's.
    own = {each.keys[0] for each in found}
    listed = [_listed(each, people, own) for each in found]
    settled = {person for those in listed for person in those}
    free = [person for person in people if person not in settled]
    known = {
        place: Match(found[place], tuple(those)) if those else _one(found[place], accepted, free, slug)
        for place, those in enumerate(listed)
    }
    others = [place for place, each in known.items() if each is None]
    owners_of = Known(free).settle([found[place] for place in others], slug) if others else []
    known |= {
        place: Match(found[place], who.people, who.problem, who.warnings, who.claimed)
        for place, who in zip(others, owners_of, strict=True)
    }
    matches = _doubted([each for each in known.values() if each is not None])
    owners: dict[str, list[Match]] = {}
    for each in matches:
        for person in each.people:
            owners.setdefault(person.student, []).append(each)
    result = []
    for each in matches:
        shared = sorted(p.student for p in each.people if len(owners[p.student]) > 1)
        if shared:
            several = [other.found for s in shared for other in owners[s]]
            names = ", ".join(sorted({other.name for other in several}))
            advice = "or give --slug (what every repository's name of this assignment begins with)"
            if all(other.kind != "clone" for other in several):
                advice = "or leave only that one there; the numbers of the learning system tell them apart, too (--lms)"
            problem = f"{names} all belong to {', '.join(shared)} by their names. Name the right one in a column `repository` of the roster, {advice}."
            each = Match(each.found, (), problem, claimed=each.people)
        result.append(each)
    return result


def _listed(found: Found, people: list[Person], own: set[str]) -> list[Person]:
    """Return those who have this repository by the roster's column."""
    first, *others = found.keys
    names = {first, *(name for name in others if name not in own)}
    return [person for person in people if person.repository and key(person.repository) in names]


def _one(found: Found, accepted: dict[str, Accepted], people: list[Person], slug: str) -> Match | None:
    """Say whose a repository is; of a folder or archive only what the export of its own name says."""
    for name in found.keys if found.kind == "clone" else found.keys[:1]:
        if name in accepted:
            owners = _by_export(accepted[name], people)
            if owners:
                return Match(found, tuple(owners))
            logins = ", ".join(accepted[name].logins)
            return Match(
                found, problem=f"The export says that it belongs to {logins}, who are not in the roster."
            )
        if found.kind != "clone":
            return None
        owners, warnings = _by_slug(name, people, (slug or found.slug).lower())
        if owners:
            return Match(found, tuple(owners), warnings=warnings)
        # A slug that was given is meant; one that a folder's name suggests may be none.
        owners, before = ([], "") if slug else _by_ending(name, people)
        if owners:
            return Match(found, tuple(owners), before=before)
    problem = "Nobody in the roster has this repository, or they have another. Add the user name to the roster, or a column `repository`; or give --slug (what every repository's name of this assignment begins with): then people's own names count, too."
    return Match(found, problem=problem)


def _doubted(matches: list[Match]) -> list[Match]:
    """Mark those whose name has more before the student's than the others': `lab1-anna-li` need not be li's."""
    usual = Counter(each.before for each in matches if each.before).most_common(1)
    return [
        replace(each, warnings=(*each.warnings, BY_ENDING))
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
            return group or one, () if candidate == rest else (BY_ENDING,)
    return [], ()


def _by_ending(name: str, people: list[Person]) -> tuple[list[Person], str]:
    """Return the owners by the longest known name at the end, and what is before.

    People's own names don't count: a repository ends in an account's name, and strangers may be called alike.
    """
    best, owners = "", list[Person]()
    for person in people:
        for known in _keys(person, False) | ({_plain(person.group)} if person.group else set()):
            if _ends(name, known) and len(known) >= len(best):
                owners = [*owners, person] if len(known) == len(best) else [person]
                best = known
    unique = list(dict.fromkeys(owners))
    groups = {person.group for person in unique}
    same_group = len(groups) == 1 and "" not in groups
    if len(unique) != 1 and not same_group:
        return [], ""
    return unique, name.removesuffix(best)


def _ends(name: str, known: str) -> bool:
    return bool(known) and (
        name == known
        or name.startswith((f"{known}_", f"{known} "))
        or name.endswith((f"-{known}", f"_{known}"))
    )
