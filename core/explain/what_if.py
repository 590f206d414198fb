"""What if: the prediction and its reasons, had something been otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.errors import InputError
from core.explain.engine import Scorer, explain_words
from core.explain.partition import ITEM
from core.language import Sayings, say
from core.records import Change, EventValue, Explanation, Moved, WhatIf
from core.schema import Event
from core.text import phrases
from core.text.fit import SUMMARY
from core.text.words import EventText, Words

Row = Mapping[str, Any]
#: Which age of an item's fit an event of each type tells.
_AGES = {Event.PURCHASE: "bought_age", Event.VIEW: "viewed_age", Event.CART: "carted_age",
         Event.FAVOURITE: "liked_age"}
_BANDS = Sayings({0: "budget", 1: "mid price", 2: "premium"})
_Key = tuple[str, str | None, str]


class Rewriter(Scorer, Protocol):
    """A scorer that can write the words of what was otherwise."""

    def words_if(
        self, user_id: str, item_ids: Sequence[str], as_of: datetime, change: Any
    ) -> tuple[Words, list[Words]]:
        """History and candidates as words, after ``change(events, fits)`` has altered their rows."""


def what_if(
    scorer: Rewriter, user_id: str, item_id: str, as_of: datetime, change: Change, band: int | None = None,
    title: str | None = None,
) -> WhatIf:
    """Predict and explain an item as if something had been otherwise.

    A dropped event is absent as it is for the reasons: its words, and the words of fit that derive from it. A change
    of time moves the event, and how long ago the item's fit says it was; the line that sums up the past stays.

    Parameters
    ----------
    change
        Events are named by their numbers in the explanation.
    band
        Price band (0 to 2) of the item at the price of the change.
    title
        Of the item as it is.

    Raises
    ------
    InputError
        When the history has no such event, or a time lies in the future.
    """
    history, candidates = scorer.words(user_id, [item_id], as_of)
    keys = {event.index: _key(event) for event in history.events}
    _check(change, keys)
    before = explain_words(scorer, user_id, item_id, history, candidates[0], title=title)
    ages = {keys[event]: days * phrases.DAY for event, days in change.days}
    altered, others = scorer.words_if(user_id, [item_id], as_of, _altering(ages, change.title, band, as_of))
    dropped = {keys[event] for event in change.drop}
    gone = frozenset(event.index for event in altered.events if _key(event) in dropped)
    after = explain_words(scorer, user_id, item_id, altered, others[0], title=change.title or title, absent=gone)
    moved = _moved(before, after, keys, {event.index: _key(event) for event in altered.events})
    return WhatIf(before, after, moved, _notes(change.price, band))


def _notes(price: float | None, band: int | None) -> list[str]:
    if price is None:
        return []
    if band is None:
        return [say("No price bands are known of this shop, so another price changes nothing.")]
    return [say("The model reads prices as bands: at {price} the item would be “{band}”.",
                price=f"{price:,.2f}", band=_BANDS[band])]


def _check(change: Change, keys: Mapping[int, _Key]) -> None:
    named = {*change.drop, *(event for event, _ in change.days)}
    if unknown := sorted(named - keys.keys()):
        raise InputError(say("The history has no event {event}. It has {number}: choose one of them.",
                             event=unknown[0], number=len(keys)))
    if any(days < 0 for _, days in change.days):
        raise InputError(say("An event cannot lie in the future. Say how many days ago it was, 0 or more."))
    if any(keys[event][0] == SUMMARY for event, _ in change.days):
        raise InputError(say("The line that sums up the past has no time of its own. Choose an event."))


def _altering(ages: Mapping[_Key, float], title: str | None, band: int | None, as_of: datetime) -> Any:
    """Return what alters rows of history and of fit."""

    def change(events: Sequence[Row], fits: Sequence[Row]) -> tuple[list[Row], list[Row]]:
        rows = [_aged(row, ages, as_of) for row in events]
        if ages:
            rows.sort(key=lambda row: row["age_seconds"])
        return rows, [_fitted(fit, ages, title, band) for fit in fits]

    return change


def _aged(row: Row, ages: Mapping[_Key, float], as_of: datetime) -> Row:
    age = ages.get((row["event_type"], row["item_id"], row["query"] or ""))
    return row if age is None else {**row, "age_seconds": age, "ts": as_of - timedelta(seconds=age)}


def _fitted(fit: Row, ages: Mapping[_Key, float], title: str | None, band: int | None) -> Row:
    new = dict(fit)
    for (kind, item, _), age in ages.items():
        name = _AGES.get(kind)  # type: ignore[call-overload]
        if name and item == fit["item_id"] and fit[name] is not None:
            new[name] = age
        if kind == Event.PURCHASE and item == fit["category_item"] and fit["category_bought_age"] is not None:
            new["category_bought_age"] = age
    if title is not None:
        new["title"] = title
    if band is not None:
        new["band"] = band
    return new


def _moved(
    before: Explanation, after: Explanation, were: Mapping[int, _Key], are: Mapping[int, _Key]
) -> list[Moved]:
    """What each event pushes before and after, those that changed most first."""
    old = {_name(event, were): event for event in before.events}
    new = {_name(event, are): event for event in after.events}
    rows = []
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key), new.get(key)
        text = now.text if now is not None else was.text if was is not None else ""
        rows.append(Moved(text, None if was is None else was.value, None if now is None else now.value))
    return sorted(rows, key=lambda row: -abs((row.after or 0.0) - (row.before or 0.0)))


def _name(event: EventValue, keys: Mapping[int, _Key]) -> _Key:
    return ("", None, "") if event.event == ITEM else keys[event.event]


def _key(event: EventText) -> _Key:
    return event.event_type, event.item_id, event.query
