"""What students call."""

import contextlib
import html
import io
import re

_OF_IMAGES = re.compile(r"(train|test)_(set|images|labels)")


def check(item):
    """Try an item on small examples and say what came back. Never raises because of a wrong answer."""
    outcome = outcome_of(item, _namespace())
    _show(outcome.text(), outcome.html())


def hint(item, step=None):
    """Give the next of three hints for an item, or the one numbered `step`."""
    hints = HINTS.get(item)
    if hints is None:
        known = ", ".join(HINTS)
        return _show(
            f"There are hints for: {known}.",
            _box(f"There are hints for: {html.escape(known)}.", COLOURS[UNTRIED]),
        )
    if step is None:
        step = _given[item] = min(_given.get(item, 0) + 1, len(hints))
    step = max(1, min(int(step), len(hints)))
    more = (
        f'hint("{item}") again says more.'
        if step < len(hints)
        else "That was the last one. Ask a person next; bring what you tried."
    )
    title = f"{item}, hint {step} of {len(hints)}"
    body = (
        f"<b>{title}</b><div>{_rich(hints[step - 1])}</div><div style='opacity:.75'>{html.escape(more)}</div>"
    )
    _show(f"{title}: {hints[step - 1]}\n  {more}", _box(body, COLOURS[UNTRIED]))


def progress():
    """Show what is done, what remains, and the points in reach."""
    names = _namespace()
    _show(*_progress({name: outcomes_of(name, names) for name in _notebooks_in(names)}))


def ready(*wanted):
    """Say whether everything named is there, functions written and images loaded; print one line where something is not."""
    names = _namespace()
    for name in wanted:
        if said := _lacking(name, names):
            _show(said, _box(_rich(said), COLOURS[UNTRIED]))
            return False
    return True


def _lacking(name, names):
    """Say what to do before a name can be used; "" where it can be."""
    thing = names.get(name)
    if thing is None and (name in names or _OF_IMAGES.fullmatch(name)):
        return f"`{name}` is not there: no images were found. The data cell near the top says what to do; then run this cell again."
    if thing is None:
        return f"`{name}` is not defined yet. Run the cell above that defines it, from its first line on; then run this cell again."
    if _still_raises(thing):
        return f"`{name}` is not written yet. Write it in its cell above; then run this cell again."
    return ""


def outcome_of(item, names):
    """Return the outcome of an item whose code is in the dictionary `names`."""
    if item not in EXAMPLES:
        return Outcome(
            str(item), UNTRIED, f"there is no item of this name. There are: {', '.join(EXAMPLES)}."
        )
    needed = NEEDS.get(item, (item,))
    missing = [name for name in needed if not callable(names.get(name))]
    if missing:
        named = " and ".join(missing)
        title = (
            f"{named} is not defined yet; run the cell that defines {named} first, from its first line on."
        )
        return Outcome(item, UNTRIED, title)
    _notes.clear()
    library = _LibraryCalls(item, names)
    try:
        with _undisturbed(), library:
            for example in EXAMPLES[item]:
                example(*(names[name] for name in needed))
    except Wrong as wrong:
        parts = [
            (CALLED, wrong.call),
            (CAME_BACK, _brief(wrong.got)),
            (EXPECTED, _brief(wrong.expected)),
        ]
        parts += [(AGAIN, again)] if (again := getattr(wrong, "call_again", "")) else []
        return Outcome(
            item,
            WRONG,
            "not yet",
            parts,
            _begin_with(item, names) or _ends_early(needed, names) or wrong.advice,
        )
    except Exception as error:
        outcome = _raised(item, needed, names, error)
        if outcome.parts:
            outcome.advice = _begin_with(item, names) or outcome.advice
        return outcome
    if library.seen:
        calls = " and ".join(f"`{call}`" for call in list(library.seen)[:2])
        title = f"right numbers, but forbidden: {calls}. That earns no points."
        advice = f"`{item}` is to be written from scratch: build it from the operations that the task allows."
        return Outcome(item, FORBIDDEN, title, advice=advice)
    words = PASSED_WORDS.get(
        item, "the small examples work. Hidden tests remain: other numbers, sizes and corner cases."
    )
    return Outcome(item, PASSED, " ".join([words, *_notes[:1]]))


_asked = []  # the items whose outcome is being found


def _begin_with(item, names):
    """Say which other item this one calls whose own check does not pass either; "" where there is none."""
    _asked.append(item)
    try:
        for other in (
            each for each in EXAMPLES if each in _globals_of(names.get(item)) and each not in _asked
        ):
            if other not in NEEDS and outcome_of(other, names).status == WRONG:
                return f"`{item}` calls `{other}`, whose own check does not pass yet. Begin there."
    finally:
        _asked.pop()
    return ""


def outcomes_of(notebook, names):
    with contextlib.redirect_stdout(io.StringIO()):  # what an item prints is for its own check
        return [outcome_of(item, names) for item in NOTEBOOKS[notebook]]
