"""An explanation in one sentence, from its numbers and the words that the model read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.explain.partition import ITEM
from core.records import EventValue

#: Pushes below this many log-odds are not worth a word (at 50 % it moves a percentage point).
SMALL = 0.04
#: A unit is named when it pushes at least this share of the strongest.
SHARE = 0.25
LONGEST = 90
_SUMMARY = "summary"


def sentence(
    events: Sequence[EventValue], facts: Mapping[int, Sequence[str]] | None = None, what: str = "item"
) -> str:
    """Say what pushed most, up and down; nothing is said that is not in the events or the facts.

    Parameters
    ----------
    events
        History events and, as event -1, the item's own words.
    facts
        By event: what the model read about the item and this event ("often bought with"); for -1 the
        item's own words that pushed most. Both are quoted as they are.
    what
        "item" or "tag".

    Examples
    --------
    >>> sentence([])
    "No history yet: this is the item's general appeal."
    """
    facts = facts or {}
    appeal = f"this is the {what}'s general {'appeal' if what == 'item' else 'rate'}"
    if all(unit.event == ITEM for unit in events):
        own = _quoted(facts.get(ITEM, ()))
        return f"No history yet: {appeal}{own}."
    strongest = max(abs(unit.value) for unit in events)
    if strongest < SMALL:
        return f"Nothing in the history moves the prediction much: {appeal}."
    floor = max(SMALL, SHARE * strongest)
    ranked = sorted(events, key=lambda unit: -abs(unit.value))
    ups = [unit for unit in ranked if unit.value >= floor]
    downs = [unit for unit in ranked if unit.value <= -floor]
    parts = []
    if ups:
        total = sum(unit.value for unit in events if unit.value > 0)
        named = ups[:1] if ups[0].value >= 0.6 * total else ups[:3]
        parts.append(f"Mostly because {_listed([_told(unit, facts, what) for unit in named])}")
    if downs:
        start = "held back by" if ups else "Held back by"
        parts.append(f"{start}: {_listed([_named(unit, facts, what) for unit in downs[:2]])}")
    return "; ".join(parts) + "."


def _told(unit: EventValue, facts: Mapping[int, Sequence[str]], what: str) -> str:
    """Make a clause that can follow "because"."""
    quoted = _quoted(facts.get(unit.event, ()))
    if unit.event == ITEM:
        return f"the {what} itself speaks for it{quoted}"
    if unit.event_type == _SUMMARY:
        return f"their past, in short, speaks for it ({shorten(unit.text)})"
    return f"they {shorten(unit.text)}{quoted}"


def _named(unit: EventValue, facts: Mapping[int, Sequence[str]], what: str) -> str:
    """Make a phrase that can follow "held back by:"."""
    quoted = _quoted(facts.get(unit.event, ()))
    if unit.event == ITEM:
        return f"the {what} itself{quoted}"
    if unit.event_type == _SUMMARY:
        return f"their past, in short ({shorten(unit.text)})"
    return f"that they {shorten(unit.text)}{quoted}"


def _quoted(facts: Sequence[str]) -> str:
    return f" ({', '.join(facts)})" if facts else ""


def _listed(clauses: Sequence[str]) -> str:
    if len(clauses) < 2:
        return "".join(clauses)
    return f"{', '.join(clauses[:-1])}{',' if len(clauses) > 2 else ''} and {clauses[-1]}"


def shorten(text: str) -> str:
    """Keep beginning and end of a long text: what was done and to what, and how long ago."""
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST * 2 // 3].rsplit(" ", 1)[0]
    tail = text[-(LONGEST // 3) :]
    return f"{head} … {tail.split(' ', 1)[-1]}"
