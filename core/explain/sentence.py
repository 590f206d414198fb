"""An explanation in one sentence, from its numbers and the words that the model read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.explain.partition import ITEM
from core.language import Sayings, listed, say
from core.records import EventValue

#: Pushes below this many log-odds are not worth a word (at 50 % it moves a percentage point).
SMALL = 0.04
#: A unit is named when it pushes at least this share of the strongest.
SHARE = 0.25
#: One unit is named alone when it makes up at least this share of all that pushes up.
ALONE = 0.6
LONGEST = 110
_SUMMARY = "summary"
#: That something speaks for what is asked about (True), or against it.
_SPEAKS = Sayings({
    ("item", True): "the item itself speaks for it{facts}", ("item", False): "the item itself speaks against it{facts}",
    ("tag", True): "the tag itself speaks for it{facts}", ("tag", False): "the tag itself speaks against it{facts}",
    (_SUMMARY, True): "their past, in short, speaks for it ({past})",
    (_SUMMARY, False): "their past, in short, speaks against it ({past})",
})


def sentence(
    events: Sequence[EventValue], facts: Mapping[int, Sequence[str]] | None = None, what: str = "item"
) -> str:
    """Say what pushed most, up and down; nothing is said that is not in the events or the facts.

    Parameters
    ----------
    events
        History events, told so that "they" can stand before them, and, as event -1, the item's own words.
    facts
        By event: what the model read about the item and this event ("often bought together with it");
        for -1 the item's own words that pushed most. All are quoted as they are.
    what
        "item" or "tag".

    Examples
    --------
    >>> sentence([])
    "No history yet: this is the item's general appeal."
    >>> bought = EventValue(0, "bought Veloria phone, yesterday", "purchase", "p1", None, 1.2)
    >>> sentence([bought, EventValue(ITEM, "Phone case", "", None, None, -0.5)], {0: ["often bought together with it"]})
    'Mostly because they bought Veloria phone, yesterday (often bought together with it); held back because the item \
itself speaks against it.'
    """
    facts = facts or {}
    appeal = say("this is the item's general appeal") if what == "item" else say("this is the tag's general rate")
    if all(unit.event == ITEM for unit in events):
        return say("No history yet: {appeal}{facts}.", appeal=appeal, facts=_quoted(facts.get(ITEM, ())))
    strongest = max(abs(unit.value) for unit in events)
    if strongest < SMALL:
        return say("Nothing in the history moves the prediction much: {appeal}.", appeal=appeal)
    floor = max(SMALL, SHARE * strongest)
    ranked = sorted(events, key=lambda unit: -abs(unit.value))
    ups = [unit for unit in ranked if unit.value >= floor]
    downs = [unit for unit in ranked if unit.value <= -floor]
    against = _because(downs[:2], facts, what)
    if not ups:
        return say("Held back mostly {because}.", because=against)
    alone = ups[0].value >= ALONE * sum(unit.value for unit in events if unit.value > 0)
    because = _because(ups[: 1 if alone else 3], facts, what)
    if not downs:
        return say("Mostly {because}.", because=because)
    return say("Mostly {because}; held back {against}.", because=because, against=against)


def _because(units: Sequence[EventValue], facts: Mapping[int, Sequence[str]], what: str) -> str:
    """List clauses: "because …, because … and because …"."""
    return listed([say("because {reason}", reason=_told(unit, facts, what)) for unit in units])


def _told(unit: EventValue, facts: Mapping[int, Sequence[str]], what: str) -> str:
    """Make a clause that can follow "because"."""
    quoted, up = _quoted(facts.get(unit.event, ())), unit.value > 0
    if unit.event == ITEM:
        return _SPEAKS[what, up].format(facts=quoted)
    if unit.event_type == _SUMMARY:
        past = say("; ").join([shorten(unit.text), *facts.get(unit.event, ())])
        return _SPEAKS[_SUMMARY, up].format(past=past)
    return say("they {event}{facts}", event=shorten(unit.text), facts=quoted)


def _quoted(facts: Sequence[str]) -> str:
    return say(" ({facts})", facts=say(", ").join(facts)) if facts else ""


def shorten(text: str) -> str:
    """Keep beginning and end of a long text: what was done and to what, and how long ago."""
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST * 2 // 3].rsplit(" ", 1)[0]
    tail = text[-(LONGEST // 3) :]
    return f"{head} … {tail.split(' ', 1)[-1]}"
