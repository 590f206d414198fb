"""Why one item stands above another for the same shopper: the difference of their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.explain.engine import Scorer, explain_many
from core.explain.partition import ITEM
from core.explain.sentence import SHARE, SMALL, shorten
from core.language import say
from core.records import Contrast, EventValue, Explanation


def why_above(
    scorer: Scorer,
    user_id: str,
    item_ids: tuple[str, str],
    as_of: datetime,
    titles: tuple[str | None, str | None] | None = None,
    seed: int = 0,
) -> Contrast:
    """Explain why the first item stands above (or below) the second for a shopper, by events.

    Both are explained in one run, so that every event is absent and present for both at once.
    """
    first, second = explain_many(scorer, user_id, item_ids, as_of, seed=seed, titles=titles)
    return contrast(first, second)


def contrast(first: Explanation, second: Explanation) -> Contrast:
    """Subtract two explanations by events.

    What each item gets when nothing is known differs by a hair, as their texts are not of one length; that belongs to
    the items themselves. So the differences sum to that of the two predictions in log-odds.
    """
    other = {event.event: event.value for event in second.events}
    base = first.base_value - second.base_value
    events = [
        replace(event, text=say("The items themselves") if event.event == ITEM else event.text,
                value=event.value - other.get(event.event, 0.0) + (base if event.event == ITEM else 0.0))
        for event in first.events
    ]
    gap = first.prediction - second.prediction
    error = abs(sum(event.value for event in events) - gap)
    return Contrast(first, second, events, max(error, first.additivity_error, second.additivity_error),
                    _sentence(first.title, second.title, events, gap))


def _sentence(first: str, second: str, events: Sequence[EventValue], gap: float) -> str:
    """Say what puts the one above the other, and what speaks the other way."""
    if abs(gap) < SMALL:
        return say("“{first}” and “{second}” are about equally likely: nothing separates them by much.",
                   first=first, second=second)
    side = 1.0 if gap > 0 else -1.0
    floor = max(SMALL, SHARE * max(abs(event.value) for event in events))
    ranked = sorted(events, key=lambda event: -side * event.value)
    ups = [_told(event) for event in ranked if side * event.value >= floor][:3]
    downs = [_told(event) for event in reversed(ranked) if side * event.value <= -floor][:2]
    above = say("“{first}” stands above “{second}”") if gap > 0 else say("“{first}” stands below “{second}”")
    said = above.format(first=first, second=second)
    if ups:
        said = say("{said}, mostly because of {reasons}", said=said, reasons=_joined(ups))
    if downs:
        return say("{said}; {reasons} speaks the other way.", said=said, reasons=_joined(downs))
    return say("{said}.", said=said)


def _told(event: EventValue) -> str:
    if event.event == ITEM:
        return say("what the items themselves are")
    if event.event_type == "summary":
        return say("their past in short ({past})", past=shorten(event.text))
    return say("what they did: {event}", event=shorten(event.text))


def _joined(parts: Sequence[str]) -> str:
    return say(" and ").join(filter(None, (say("; ").join(parts[:-1]), *parts[-1:])))
