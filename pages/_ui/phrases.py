"""What conditions are called on the page, and a tree of them as a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from core import written
from core.conditions import ANYTHING, Deed, Group, InSegment, Leaf, Listed, Node, Since, Then, Window
from core.language import Sayings, day, say
from core.records import Condition
from core.schema import Event
from pages._ui import words

OPERATORS: Mapping[str, Mapping[str, str]] = {
    "number": Sayings({">=": "at least", "<=": "at most", "==": "exactly", "between": "between"}),
    "probability": Sayings({">=": "at least", "<=": "at most", "between": "between"}),
    "text": Sayings({"in": "is one of"}),
}
#: How a deed is counted: its operator, and whether the days since it was done last are meant.
COUNTED: Mapping[str, str] = Sayings({
    ">=": "at least", "<=": "at most", "==": "exactly", "between": "between", "never": "never",
    "since >=": "last at least", "since <=": "last at most",
})
MEASURES: Mapping[str, str] = Sayings({
    "times": "times", "days": "different days", "items": "different items", "money": "of money",
})
WHEN: Mapping[str, str] = Sayings({"ever": "at any time", "last": "in the last", "dates": "between two days"})
SAME: Mapping[str, str] = Sayings({"": "anything", "item": "the same item", "category": "the same category"})
#: Weekdays as the shop's clocks count them.
WEEKDAYS: Mapping[int, str] = Sayings({
    1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 7: "Sunday",
})
SHORT_DAYS: Mapping[int, str] = Sayings({1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun"})
WAYS: Mapping[str, str] = Sayings({"all": "all of these", "any": "any of these", "none": "none of these"})
_JOINED = Sayings({"all": " **and** ", "any": " **or** ", "none": " **nor** "})
_MEASURED = Sayings({
    "times": "{deed} {amount} times{window}", "days": "{deed} {amount} different days{window}",
    "items": "{deed} {amount} different items{window}", "money": "{deed} {amount} of money{window}",
})


def verb(event: str) -> str:
    """``"purchase"`` → ``"bought"``; of an unknown type ``"did “x”"``."""
    if event == ANYTHING:
        return say("did anything")
    return words.EVENT_VERB.get(event, say("did “{event}”", event=event)).removesuffix(" for")  # type: ignore[call-overload]


def about(deed: Deed) -> str:
    """What a deed is about, in plain text; ``""`` for anything."""
    parts = [_either((*deed.categories, *deed.brands))] if deed.categories or deed.brands else []
    if deed.categories and deed.brands:
        parts = [say("{categories} of {brands}", categories=_either(deed.categories), brands=_either(deed.brands))]
    if deed.items:
        parts.append(_either(deed.items))
    if deed.query:
        parts.append(say("exactly “{query}”", query=deed.query))
    if deed.words:
        parts.append(say("with “{words}”", words=deed.words) if deed.event == ANYTHING
                     else say("“{words}”", words=deed.words))  # fmt: skip
    low, high = deed.price
    if low is not None and high is not None:
        parts.append(say("at {low} to {high}", low=words.money(low), high=words.money(high)))
    elif low is not None:
        parts.append(say("at {low} or more", low=words.money(low)))
    elif high is not None:
        parts.append(say("at {high} or less", high=words.money(high)))
    return say(", ").join(parts)


def _either(values: Sequence[object]) -> str:
    return say(" or ").join(map(str, values))


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
    joined = _JOINED[node.how].join(parts)
    if node.how == "none":
        said = say("**neither** {conditions}") if len(parts) > 1 else say("**not** {conditions}")
        return said.format(conditions=joined)
    return joined if outer or len(parts) == 1 else f"({joined})"


def _leaf(leaf: Leaf, by_key: pd.DataFrame, names: Mapping[str, str]) -> str:
    if isinstance(leaf, Condition):
        return _fact(leaf, by_key)
    if isinstance(leaf, Listed):
        return say("in the list **{name}**", name=words.plain(leaf.name))
    if isinstance(leaf, InSegment):
        return say("in the segment **{name}**", name=words.plain(names.get(leaf.id) or leaf.name or leaf.id))
    if isinstance(leaf, Then):
        said = (say("{first}{window} and then {second}{same} within {days}") if leaf.happened
                else say("{first}{window} and then not {second}{same} within {days}"))  # fmt: skip
        same = f" {SAME[leaf.same]}" if leaf.same else ""
        return said.format(first=_deed(leaf.first), window=_window(leaf.window), second=_deed(leaf.then), same=same,
                           days=_days(leaf.within))  # fmt: skip
    if isinstance(leaf, Since):
        return say("{deed} last {amount} days ago", deed=_deed(leaf.deed), amount=_amount(leaf.op, leaf.value))
    if leaf.op == "<=" and leaf.value == 0:
        return say("never {deed}{window}", deed=_deed(leaf.deed), window=_window(leaf.window))
    once = leaf.measure == "times" and leaf.value == 1
    said = say("{deed} {amount} time{window}") if once else _MEASURED[leaf.measure]
    return said.format(deed=_deed(leaf.deed), amount=_amount(leaf.op, leaf.value), window=_window(leaf.window))


def _fact(leaf: Condition, by_key: pd.DataFrame) -> str:
    if leaf.column not in by_key.index:
        return f"**{words.plain(leaf.column)}**"
    kind, unit = by_key.at[leaf.column, "type"], by_key.at[leaf.column, "unit"]
    label = f"**{words.plain(by_key.at[leaf.column, 'label'])}**"
    if leaf.op == "between":
        low, high = (words.plain(words.amount(value, kind, unit)) for value in leaf.value)
        return f"{label} {say('between {low} and {high}', low=low, high=high)}"
    if leaf.op == "in":
        value = _either([written.value(leaf.column, one) for one in leaf.value])
    else:
        value = words.amount(leaf.value, kind, unit)
    return f"{label} {OPERATORS[kind][leaf.op]} {words.plain(value)}"


def _deed(deed: Deed) -> str:
    of = about(deed)
    sign = ":" if deed.event == Event.SEARCH else ""
    return f"**{verb(deed.event)}**{sign}" + (f" {words.plain(of)}" if of else "")





def _amount(op: str, value: float | Sequence[float]) -> str:
    if isinstance(value, Sequence):
        low, high = map(_number, value)
        return say("between {low} and {high}", low=low, high=high)
    return f"{OPERATORS['number'][op]} {_number(value)}"


def _number(value: float) -> str:
    return words.plain(f"{value:,.6g}")


def _days(value: float) -> str:
    return say("{count} day", count=1) if value == 1 else say("{count} days", count=_number(value))


def on_clock(window: Window) -> str:
    """At which hours and on which weekdays, in plain text: ``"between 22:00 and 6:00 at weekends"``; "" for any."""
    named = {(): "", (6, 7): say("at weekends"), (1, 2, 3, 4, 5): say("on working days")}
    listed = say("on {days}", days=_either([WEEKDAYS[day] for day in window.weekdays]))
    begin, end = window.hours or (0, 0)
    hours = say("between {begin}:00 and {end}:00", begin=begin, end=end) if window.hours else ""
    return " ".join(filter(None, (hours, named.get(window.weekdays, listed))))


def _window(window: Window) -> str:
    clock = on_clock(window)
    return _days_of(window) + (f" {words.plain(clock)}" if clock else "")


def _days_of(window: Window) -> str:
    if window.last is not None:
        return say(" in the last {days}", days=_days(window.last))
    first, last = window.first_day, window.last_day
    if first and last:
        return say(" between {first} and {last}", first=day(first), last=day(last))
    if first:
        return say(" since {first}", first=day(first))
    return say(" until {last}", last=day(last)) if last else ""
