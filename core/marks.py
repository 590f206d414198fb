"""Marks of charts as conditions: the tree that finds exactly the shoppers whom a bar or a cell counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.conditions import ANYTHING, Deed, Did, Group, Node, Window, everyone
from core.records import Condition

_DEEDS = {"view": ("view", "click")}
#: Bands of days since the last purchase, and of days with a purchase; None is no end.
RECENCY: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 30), (31, 90), (91, None))
FREQUENCY: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 4), (5, None))


def joined(tree: Node, *more: Node) -> Node:
    """Return those of a tree who also meet other conditions."""
    if everyone(tree):
        return Group("all", more)
    parts = tree.parts if isinstance(tree, Group) and tree.how == "all" else (tree,)
    return Group("all", (*parts, *more))


def step(tree: Node, steps: Sequence[str], reached: bool = True) -> Node:
    """Return those who took all of some steps of the funnel; or all but the last, and not that one."""
    taken = [did(Deed(name)) for name in steps]
    last = taken[-1] if reached else Group("none", (taken[-1],))
    return joined(tree, *taken[:-1], last)


def did(deed: Deed) -> Node:
    """Return what is true of those who ever did something; looking at something is viewing or clicking it."""
    deeds = tuple(Did(replace(deed, event=event)) for event in _DEEDS.get(deed.event, (deed.event,)))
    return deeds[0] if len(deeds) == 1 else Group("any", deeds)


def came_back(tree: Node, by: str, cohort: date, later: int) -> Node:
    """Return those who began in the week of a Monday and came so many weeks later; see ``lives.retention``."""
    event = ANYTHING if by == "seen" else "purchase"
    parts = [_not_before(event, cohort), _in_week(event, cohort)]
    return joined(tree, *parts, *([_in_week(event, cohort + timedelta(weeks=later))] if later else []))


def life(tree: Node, state: str, week: date) -> Node:
    """Return those who were in a state of life in the week of a Monday; see ``lives.lives``."""
    before = week - timedelta(weeks=1)
    here, last, not_last = _in_week(ANYTHING, week), _in_week(ANYTHING, before), _never(ANYTHING, before, _end(before))
    if state == "new":
        return joined(tree, here, _not_before(ANYTHING, week))
    if state == "returning":
        return joined(tree, here, last)
    if state == "resurrected":
        return joined(tree, here, not_last, Did(Deed(ANYTHING), window=Window(None, None, before - timedelta(days=1))))
    return joined(tree, last, _never(ANYTHING, week, _end(week)))


def bought_in(tree: Node, week: date) -> Node:
    """Return those who bought in the week of a Monday."""
    return joined(tree, _in_week("purchase", week))


def in_hour(tree: Node, weekday: int, hour: int) -> Node:
    """Return those who did anything on a weekday (1 is Monday) at an hour."""
    return joined(tree, Did(Deed(ANYTHING), window=Window(hours=(hour, hour + 1), weekdays=(weekday,))))


def searched(tree: Node, query: str) -> Node:
    """Return those who searched for exactly this."""
    return joined(tree, Did(Deed("search", query=query)))


def worth(tree: Node, recency: int, frequency: int, day: date) -> Node:
    """Return those in a cell of the grid of ``RECENCY`` and ``FREQUENCY`` at the end of a day."""
    (low, high), (least, most) = RECENCY[recency], FREQUENCY[frequency]
    since = None if high is None else day - timedelta(days=high)
    parts: list[Node] = [Did(Deed("purchase"), window=Window(None, since, day - timedelta(days=low)))]
    if low:
        parts.append(_never("purchase", day - timedelta(days=low - 1), day))
    until = Window(None, None, day)
    if most is None or most == least:
        often = Did(Deed("purchase"), ">=" if most is None else "==", float(least), "days", until)
    else:
        often = Did(Deed("purchase"), "between", (float(least), float(most)), "days", until)
    return joined(tree, *parts, often)


def acted_on(tree: Node, event: str, item: str) -> Node:
    """Return those who clicked, or viewed, an item."""
    return joined(tree, Did(Deed(event, items=(item,))))


def differing(column: str, first: float, second: float, value: str | None = None, at: float | None = None) -> Condition:
    """Return what tells a group from others by something that is known of both, on the first one's side.

    Parameters
    ----------
    first, second
        Its mean of both groups.
    value
        Of a text, the value whose share differs.
    at
        Of a predicted tag, the chance from which on it is given; else the middle of both means decides.
    """
    if value is not None:
        return Condition(column, "in", [value])
    return Condition(column, ">=" if first > second else "<=", _between(first, second) if at is None else at)


def _between(first: float, second: float) -> float:
    """Return the middle of two numbers, as round as it can be and still lie between them."""
    low, high = sorted((first, second))
    middle = (low + high) / 2
    return next((short for digits in range(9) if low < (short := round(middle, digits)) < high), middle)


def exactly(groups: Sequence[Node], inside: Sequence[bool]) -> Node:
    """Return those who are in some of several groups and in no other of them."""
    yes = tuple(group for group, is_in in zip(groups, inside, strict=True) if is_in)
    no = tuple(group for group, is_in in zip(groups, inside, strict=True) if not is_in)
    return Group("all", (*yes, *((Group("none", no),) if no else ())))


def _end(week: date) -> date:
    return week + timedelta(days=6)


def _in_week(event: str, week: date) -> Did:
    return Did(Deed(event), window=Window(None, week, _end(week)))


def _never(event: str, first: date | None, last: date) -> Did:
    return Did(Deed(event), "<=", 0.0, window=Window(None, first, last))


def _not_before(event: str, week: date) -> Did:
    return _never(event, None, week - timedelta(days=1))
