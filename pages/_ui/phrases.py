"""What conditions are called on the page, and a tree of them as a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from core.conditions import ANYTHING, Deed, Did, Group, InSegment, Leaf, Listed, Node, Since, Then, Window
from core.records import Condition
from core.schema import Event
from pages._ui import words

OPERATORS: Mapping[str, Mapping[str, str]] = {
    "number": {">=": "at least", "<=": "at most", "==": "exactly", "between": "between"},
    "probability": {">=": "at least", "<=": "at most", "between": "between"},
    "text": {"in": "is one of"},
}
#: How a deed is counted: its operator, and whether the days since it was done last are meant.
COUNTED: Mapping[str, str] = {
    ">=": "at least", "<=": "at most", "==": "exactly", "between": "between", "never": "never",
    "since >=": "last at least", "since <=": "last at most",
}
MEASURES: Mapping[str, str] = {
    "times": "times", "days": "different days", "items": "different items", "money": "of money",
}
WHEN: Mapping[str, str] = {"ever": "at any time", "last": "in the last", "dates": "between two days"}
SAME: Mapping[str, str] = {"": "anything", "item": "the same item", "category": "the same category"}
#: Weekdays as the shop's clocks count them.
WEEKDAYS: Mapping[int, str] = {
    1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 7: "Sunday",
}
WAYS: Mapping[str, str] = {"all": "all of these", "any": "any of these", "none": "none of these"}
_JOINED = {"all": " **and** ", "any": " **or** ", "none": " **nor** "}


def verb(event: str) -> str:
    """``"purchase"`` → ``"bought"``; of an unknown type ``"did “x”"``."""
    if event == ANYTHING:
        return "did anything"
    return words.EVENT_VERB.get(event, f"did “{event}”").removesuffix(" for")  # type: ignore[call-overload]


def about(deed: Deed) -> str:
    """What a deed is about, in plain text; ``""`` for anything."""
    parts = [" or ".join((*deed.categories, *deed.brands))] if deed.categories or deed.brands else []
    if deed.categories and deed.brands:
        parts = [f"{' or '.join(deed.categories)} of {' or '.join(deed.brands)}"]
    if deed.items:
        parts.append(" or ".join(deed.items))
    if deed.query:
        parts.append(f"exactly “{deed.query}”")
    if deed.words:
        parts.append(f"“{deed.words}”")
    low, high = deed.price
    if low is not None or high is not None:
        price = (f"{words.money(low)} to {words.money(high)}" if low is not None and high is not None
                 else f"{words.money(low)} or more" if low is not None else f"{words.money(high)} or less")  # fmt: skip
        parts.append(f"at {price}")
    return ", ".join(parts)


def sentence(tree: Node, columns: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return a tree as readable markdown; ``names`` has those of the saved segments by id. "" for everyone."""
    return _node(tree, columns.set_index("key"), names, True)


def bare(said: str) -> str:
    """Return a sentence of markdown as plain text: without stars, and with its signs as they are."""
    return re.sub(r"\\(.)|\*\*", lambda found: found[1] or "", said)


def _node(node: Node, by_key: pd.DataFrame, names: Mapping[str, str], outer: bool) -> str:
    if not isinstance(node, Group):
        return _leaf(node, by_key, names)
    parts = [_node(part, by_key, names, False) for part in node.parts]
    if node.how == "none":
        return f"**neither** {_JOINED['none'].join(parts)}" if len(parts) > 1 else f"**not** {''.join(parts)}"
    joined = _JOINED[node.how].join(parts)
    return joined if outer or len(parts) == 1 else f"({joined})"


def _leaf(leaf: Leaf, by_key: pd.DataFrame, names: Mapping[str, str]) -> str:
    if isinstance(leaf, Condition):
        return _fact(leaf, by_key)
    if isinstance(leaf, Listed):
        return f"in the list **{words.plain(leaf.name)}**"
    if isinstance(leaf, InSegment):
        return f"in the segment **{words.plain(names.get(leaf.id) or leaf.name or leaf.id)}**"
    if isinstance(leaf, Then):
        then = "and then" if leaf.happened else "and then not"
        same = f" {SAME[leaf.same]}" if leaf.same else ""
        first, second = _deed(leaf.first), _deed(leaf.then)
        return f"{first}{_window(leaf.window)} {then} {second}{same} within {_days(leaf.within)}"
    if isinstance(leaf, Since):
        return f"{_deed(leaf.deed)} last {_amount(leaf.op, leaf.value)} days ago"
    if leaf.op == "<=" and leaf.value == 0:
        return f"never {_deed(leaf.deed)}{_window(leaf.window)}"
    measure = "" if leaf.measure == "times" else f" {MEASURES[leaf.measure]}"
    times = f" {_times(leaf)}" if leaf.measure == "times" else f" {_amount(leaf.op, leaf.value)}{measure}"
    return f"{_deed(leaf.deed)}{times}{_window(leaf.window)}"


def _fact(leaf: Condition, by_key: pd.DataFrame) -> str:
    if leaf.column not in by_key.index:
        return f"**{words.plain(leaf.column)}**"
    kind, unit = by_key.at[leaf.column, "type"], by_key.at[leaf.column, "unit"]
    if leaf.op == "in":
        value = " or ".join(map(str, leaf.value))
    elif leaf.op == "between":
        value = " and ".join(words.amount(v, kind, unit) for v in leaf.value)
    else:
        value = words.amount(leaf.value, kind, unit)
    return f"**{words.plain(by_key.at[leaf.column, 'label'])}** {OPERATORS[kind][leaf.op]} {words.plain(value)}"


def _deed(deed: Deed) -> str:
    of = about(deed)
    sign = ":" if deed.event == Event.SEARCH else ""
    return f"**{verb(deed.event)}**{sign}" + (f" {words.plain(of)}" if of else "")


def _times(leaf: Did) -> str:
    one = leaf.value == 1
    return f"{_amount(leaf.op, leaf.value)} {'time' if one else 'times'}"


def _amount(op: str, value: float | Sequence[float]) -> str:
    shown = " and ".join(map(_number, value)) if isinstance(value, Sequence) else _number(value)
    return f"{OPERATORS['number'][op]} {shown}"


def _number(value: float) -> str:
    return words.plain(f"{value:,.6g}")


def _days(value: float) -> str:
    return f"{_number(value)} {'day' if value == 1 else 'days'}"


def on_clock(window: Window) -> str:
    """At which hours and on which weekdays, in plain text: ``"between 22:00 and 6:00 at weekends"``; "" for any."""
    named = {(): "", (6, 7): "at weekends", (1, 2, 3, 4, 5): "on working days"}
    listed = f"on {' or '.join(WEEKDAYS[day] for day in window.weekdays)}"
    hours = f"between {window.hours[0]}:00 and {window.hours[1]}:00" if window.hours else ""
    return " ".join(filter(None, (hours, named.get(window.weekdays, listed))))


def _window(window: Window) -> str:
    clock = on_clock(window)
    return _days_of(window) + (f" {words.plain(clock)}" if clock else "")


def _days_of(window: Window) -> str:
    if window.last is not None:
        return f" in the last {_days(window.last)}"
    first, last = window.first_day, window.last_day
    if first and last:
        return f" between {_date(first)} and {_date(last)}"
    return f" since {_date(first)}" if first else f" until {_date(last)}" if last else ""


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
