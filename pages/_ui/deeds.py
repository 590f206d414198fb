"""Rows of the builder about what shoppers did: how often, how long ago, and what followed what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.conditions import ANYTHING, Deed, Did, Since, Then, Window
from core.language import say
from core.schema import Event
from pages._ui import phrases, resources, words

if TYPE_CHECKING:
    from core.service import Shop

_SINCE = "since "


def first(event: str) -> Did:
    """Return the condition that a row about a deed begins with."""
    return Did(Deed(event), window=Window(last=30.0))


def first_words() -> Did:
    """Return the condition that a row about words begins with: of anything, whenever it was."""
    return Did(Deed(ANYTHING))


def first_sequence() -> Then:
    """Return the sequence that a row begins with: viewed, and then did not buy the same item within a week."""
    return Then(Deed(Event.VIEW), Deed(Event.PURCHASE), 7.0, False, "item")


def counted(shop: Shop, number: int, leaf: Did | Since, by_words: bool) -> Did | Since:
    """Draw how often, or how long ago, something was done; ``by_words``, first of all with which words."""
    now = f"{_SINCE}{leaf.op}" if isinstance(leaf, Since) else leaf.op
    if now == "<=" and leaf.value == 0:
        now = "never"
    now = now if now in phrases.COUNTED else f"{_SINCE}>="
    name = f"{number}-{'words' if by_words else leaf.deed.event}"
    if by_words:
        text = st.text_input(
            say("with these words"), leaf.deed.words, key=f"by-{name}", width=200,
            help=say("All of them, in the title, category or brand of an item, or in a search"),
        )  # fmt: skip
        leaf = replace(leaf, deed=replace(leaf.deed, words=(text or "").strip()))
    op = st.selectbox(
        say("how often"), list(phrases.COUNTED), list(phrases.COUNTED).index(now),
        format_func=phrases.COUNTED.__getitem__, key=f"times-{name}", width=140,
    )  # fmt: skip
    deed = _about(shop, f"of-{name}", leaf.deed)
    if op.startswith(_SINCE):
        start = leaf.value if isinstance(leaf, Since) and not isinstance(leaf.value, tuple) else 30.0
        days = _amount(say("days ago"), start, f"ago-{name}")
        return Since(deed, op.removeprefix(_SINCE), days)
    did = leaf if isinstance(leaf, Did) else Did(deed)
    if op == "never":
        return Did(deed, "<=", 0.0, "times", _window(shop, name, did.window))
    measure = st.selectbox(
        say("of what"), list(phrases.MEASURES), list(phrases.MEASURES).index(did.measure),
        format_func=phrases.MEASURES.__getitem__, key=f"measure-{name}", width=150,
    )  # fmt: skip
    return Did(deed, op, _much(name, op, did), measure, _window(shop, name, did.window))


def sequence(shop: Shop, number: int, leaf: Then) -> Then:
    """Draw a deed that was, or was not, followed by another."""
    events = resources.offers(shop).events
    first_deed = _deed(shop, f"first-{number}", say("they"), leaf.first, events)
    window = _window(shop, f"first-{number}", leaf.window)
    happened = st.selectbox(
        say("and"), [True, False], 0 if leaf.happened else 1, key=f"happened-{number}", width=110,
        format_func=lambda yes: say("then") if yes else say("then not"),
    )  # fmt: skip
    then = _deed(shop, f"then-{number}", say("they"), leaf.then, events)
    within = _amount(say("within days"), leaf.within, f"within-{number}", 0.01)
    same = st.selectbox(
        say("of"), list(phrases.SAME), list(phrases.SAME).index(leaf.same), format_func=phrases.SAME.__getitem__,
        key=f"same-{number}", width=170,
        help=None if happened else say("Only cases count whose days are over by the end of the log."),
    )  # fmt: skip
    return Then(first_deed, then, within, happened, same, window)


def _deed(shop: Shop, name: str, label: str, deed: Deed, events: tuple[str, ...]) -> Deed:
    options = list(dict.fromkeys([*events, deed.event]))
    event = st.selectbox(
        label, options, options.index(deed.event), format_func=phrases.verb, key=f"event-{name}", width=180
    )
    return _about(shop, f"of-{name}", replace(deed, event=event))


def _about(shop: Shop, name: str, deed: Deed) -> Deed:
    """Draw what the deed is about, folded away behind what is said of it so far."""
    search, anything = deed.event == Event.SEARCH, deed.event == ANYTHING
    shown = phrases.about(replace(deed, words="") if anything else deed)
    name_of = say("of {what}", what=words.plain(shown[:40])) if shown else say("of anything")
    with st.popover(name_of, icon=":material/filter_alt:"):
        text: str | None = deed.words
        if not anything:  # its words have a row of their own
            text = st.text_input(
                say("with these words in the search") if search else say("with these words in the title"), deed.words,
                key=f"words-{name}",
            )  # fmt: skip
        if search:
            whole = st.text_input(say("or searched for exactly this"), deed.query, key=f"query-{name}",
                                  help=say("The whole search, however capitalised"))  # fmt: skip
            return Deed(deed.event, words=(text or "").strip(), query=(whole or "").strip())
        offered = resources.offers(shop)
        categories = _some(say("of one of these categories"), offered.categories, deed.categories, f"category-{name}")
        brands = _some(say("of one of these brands"), offered.brands, deed.brands, f"brand-{name}")
        items = _some(say("of one of these items, by id"), (), deed.items, f"items-{name}", True)
        left, right = st.columns(2)
        low = left.number_input(say("price from"), value=deed.price[0], min_value=0.0, format="%g", key=f"from-{name}")
        high = right.number_input(say("price to"), value=deed.price[1], min_value=0.0, format="%g", key=f"to-{name}")
    return Deed(deed.event, categories, brands, items, (text or "").strip(), (low, high))


def _some(
    label: str, offered: tuple[str, ...], now: tuple[str, ...], key: str, typed: bool = False
) -> tuple[str, ...]:
    options = list(dict.fromkeys([*offered, *now]))
    return tuple(st.multiselect(
        label, options, list(now), key=key, accept_new_options=typed or len(offered) >= 500,
        placeholder=say("Type and press Enter") if typed else say("Any"),
    ))  # fmt: skip


def _much(name: str, op: str, did: Did) -> float | tuple[float, float]:
    start: Any = did.value
    if op == "between":
        low, high = start if isinstance(start, tuple) else (max(1.0, start), max(1.0, start) + 10)
        left, right = st.container(horizontal=True, width=240), None
        with left:
            a = _amount(say("from"), low, f"low-{name}", 0.0)
            right = _amount(say("to"), high, f"high-{name}", 0.0)
        return (min(a, right), max(a, right))
    value = start[0] if isinstance(start, tuple) else start
    return _amount(say("number"), max(1.0, value) if op == ">=" else value, f"much-{name}-{op}", 0.0)


def _window(shop: Shop, name: str, now: Window) -> Window:
    days = _days(shop, name, now)
    hours, weekdays = _on_clock(shop, name, now)
    return replace(days, hours=hours, weekdays=weekdays)


def _on_clock(shop: Shop, name: str, now: Window) -> tuple[tuple[int, int] | None, tuple[int, ...]]:
    """Draw at which hours and on which weekdays, folded away behind what is said of them so far."""
    with st.popover(phrases.on_clock(now) or say("at any hour"), icon=":material/schedule:"):
        weekdays = st.multiselect(say("on these weekdays"), list(phrases.WEEKDAYS), list(now.weekdays),
                                  placeholder=say("Any"), format_func=phrases.WEEKDAYS.__getitem__,
                                  key=f"weekdays-{name}")  # fmt: skip
        hours = now.hours
        if resources.offers(shop).timed or hours:
            left, right = st.columns(2)
            begins, ends = hours or (0, 24)
            begin = left.selectbox(say("from"), range(24), begins, format_func=_full, key=f"begins-{name}")
            end = right.selectbox(say("until"), range(1, 25), ends - 1, format_func=_full, key=f"ends-{name}")
            st.caption(say("By the shop’s clocks. From 22:00 until 6:00 goes over midnight."))
            hours = None if (begin, end) == (0, 24) or begin == end else (begin, end)
    return hours, tuple(sorted(weekdays))


def _full(hour: int) -> str:
    return f"{hour}:00"


def _days(shop: Shop, name: str, now: Window) -> Window:
    kind = "last" if now.last is not None else "dates" if now.first_day or now.last_day else "ever"
    kind = st.selectbox(
        say("when"), list(phrases.WHEN), list(phrases.WHEN).index(kind), format_func=phrases.WHEN.__getitem__,
        key=f"when-{name}", width=150,
    )  # fmt: skip
    if kind == "last":
        return Window(last=_amount(say("days"), now.last or 30.0, f"last-{name}", 0.01))
    if kind == "dates":
        info = shop.info()
        begin, end = (moment.date() if moment else date.today() for moment in (info.first_ts, info.last_ts))
        start = (now.first_day or begin, now.last_day or end)
        chosen = st.date_input(say("days"), start, min_value=min(begin, start[0]) - timedelta(days=1),
                               max_value=max(end, start[1]) + timedelta(days=1), key=f"days-{name}",
                               width=240)  # fmt: skip
        days = tuple(chosen) if isinstance(chosen, tuple | list) else (chosen,)
        if not days:
            return now
        # an end that was open stays open, until another day is chosen
        first_day = None if now.last_day and not now.first_day and days[0] == start[0] else days[0]
        last_day = None if now.first_day and not now.last_day and days[-1] == start[1] else days[-1]
        return Window(None, first_day, last_day)
    return Window()


def _amount(label: str, value: float, key: str, least: float = 0.0) -> float:
    start = float(max(value, least))
    return st.number_input(label, min_value=least, value=start, step=1.0, format="%g", key=key, width=110)
