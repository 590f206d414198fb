"""What a shopper did, visit by visit: lines that lead to the items, and what was shown and left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

import pandas as pd
import streamlit as st

from core.language import say, say_many
from core.records import Timeline
from core.schema import Event
from pages._ui import nav, words

#: Events before older visits are folded away, lines of a visit before the rest of it is, and items that are named at
#: once of those that were shown.
_MOST, _NAMED = 12, 3
_SHORT = 32
Row = dict[str, Any]


@dataclass(frozen=True)
class _Visit:
    """A visit; without any events, something was shown and nothing done."""

    key: str
    began: datetime
    ended: datetime
    came_to: str
    events: Sequence[Row]
    shown: Sequence[Row]


@st.fragment
def draw(found: Timeline, user: str) -> None:
    """Draw what a shopper did, the newest visit first; what is folded away is drawn once it is opened."""
    visits = _visits(found)
    if not visits:
        st.caption(say("Nothing is in the logs before this moment."))
        return
    near = _near(visits)
    _days(visits[:near], user)
    older = visits[near:]
    if older:
        many = sum(len(visit.events) for visit in older)
        folded = st.expander(say("{number} earlier", number=many), key=f"earlier-{user}", on_change="rerun")
        if folded.open:
            with folded:
                _days(older, user)
    if found.everything > len(found.events):
        st.caption(say("The {shown} newest of {all} events are shown.", shown=len(found.events),
                       all=words.count(found.everything)))  # fmt: skip


def _visits(found: Timeline) -> list[_Visit]:
    """Put events and lists together by visit, the newest first; none from before the oldest event that is known."""
    done = {str(key): rows.to_dict("records") for key, rows in found.events.groupby("visit", sort=False)}
    lists = {str(key): rows.to_dict("records") for key, rows in found.shown.groupby("visit", sort=False)}
    visits = [
        _Visit(str(row["visit"]), row["began"], row["ended"], _came_to(row), done[str(row["visit"])],
               lists.pop(str(row["visit"]), []))
        for row in found.visits.to_dict("records")
    ]  # fmt: skip
    whole = len(found.events) == found.everything
    first = datetime.min if whole else min(visit.began for visit in visits)
    for key, rows in lists.items():
        times = [row["ts"] for row in rows]
        if min(times) >= first:
            visits.append(_Visit(key, min(times), max(times), say("was shown things and did nothing"), [], rows))
    return sorted(visits, key=lambda visit: visit.ended, reverse=True)


def _came_to(row: Row) -> str:
    """What a visit came to, in words."""
    if row["bought"]:
        bought = say_many(row["bought"], "bought {number} piece", "bought {number} pieces")
        return bought if pd.isna(row["spent"]) else say("{bought} for {money}", bought=bought,
                                                         money=words.money(row["spent"]))  # fmt: skip
    if row["carts"]:
        return say_many(row["carts"], "put {number} thing in the cart, bought nothing",
                        "put {number} things in the cart, bought nothing")
    if row["looks"]:
        return say_many(row["looks"], "looked at {number} item", "looked at {number} items")
    return ""


def _near(visits: Sequence[_Visit]) -> int:
    """Return how many visits are seen at once: whole ones, until there are enough events."""
    events = 0
    for number, visit in enumerate(visits):
        if events >= _MOST:
            return number
        events += min(_MOST, max(1, len(visit.events)))
    return len(visits)


def _days(visits: Sequence[_Visit], user: str) -> None:
    day = None
    for visit in visits:
        if visit.began.date() != day:
            day = visit.began.date()
            st.markdown(f"**{words.date(visit.began)}**")
        with st.container(gap=None):
            _visit(visit, user)


def _visit(visit: _Visit, user: str) -> None:
    minutes = round((visit.ended - visit.began).total_seconds() / 60)
    long = say_many(minutes, "{number} minute", "{number} minutes") if minutes else ""
    st.caption(" · ".join(part for part in (f"{visit.began:%H:%M}", long, visit.came_to) if part))
    for row in visit.events[:_MOST]:
        _line(row, user)
    rest = visit.events[_MOST:]
    if rest:
        name = say("{number} more in this visit", number=len(rest))
        folded = st.expander(name, type="compact", key=f"more-{user}-{visit.key}", on_change="rerun")
        if folded.open:
            with folded:
                for row in rest:
                    _line(row, user)
    if visit.shown:
        _left_alone(visit, user)


def _left_alone(visit: _Visit, user: str) -> None:
    """Draw what was shown and not clicked as one folded line, by the place where it was shown once it is opened."""
    titles = list(dict.fromkeys(title for row in visit.shown for title in row["titles"]))
    named = say(", ").join(words.plain(shorten(title, _SHORT, placeholder="…")) for title in titles[:_NAMED])
    more = f" (+{len(titles) - _NAMED})" if len(titles) > _NAMED else ""
    name = say("Shown, not clicked: {items}", items=named + more)
    folded = st.expander(name, type="compact", key=f"shown-{user}-{visit.key}", on_change="rerun")
    if folded.open:
        with folded:
            for row in visit.shown:
                place = words.text(row["slot"])
                st.caption(f"{row['ts']:%H:%M}" + (f" · {words.plain(place)}" if place else ""))
                for item, title in zip(row["item_ids"], row["titles"], strict=True):
                    nav.item(item, words.plain(title), ":material/visibility:")


def _line(row: Row, user: str) -> None:
    """Draw one event; what was done with an item leads to its page, a search to what it finds."""
    kind, item = str(row["event_type"]), words.text(row["item_id"])
    icon = f":material/{words.EVENT_ICON.get(kind, 'fiber_manual_record')}:"  # type: ignore[call-overload]
    detail, searched = words.text(row["detail"]), kind == Event.SEARCH
    what = words.text(row["title"]) or item
    if searched:
        what, detail = f"“{detail or what}”", ""
    price = words.money(row["price"] if isinstance(row["price"], float) else None)
    about = [part for part in (detail, price and say("at {price}", price=price)) if part]
    after = "".join(f"{say(', ')}{words.plain(part)}" for part in about)
    line = f":gray[{row['ts']:%H:%M}] {words.verb(kind)} **{words.plain(what)}**{after}"
    if searched and row["detail"]:
        nav.link("recommend", line, icon, {"for": "search", "q": str(row["detail"]), "user": user})
    elif item:
        nav.item(item, line, icon)
    else:
        st.markdown(f"{icon} {line}")
