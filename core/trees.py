"""Trees of conditions as JSON: for links, for files and for what is kept.

A tree is ``{"v": 1, "all": [...]}``, or "any", or "none"; its parts are groups like it, or one of::

    {"fact": "purchases", "op": ">=", "value": 3}                 a fact, an attribute or a predicted tag by its key
    {"did": "view", "category": ["Shoes"], "op": ">=", "value": 3, "measure": "times", "last": 30}
    {"did": "purchase", "op": "<=", "value": 0, "from": "2026-05-01", "to": "2026-05-31"}       did not buy in May
    {"did": "view", "hours": [22, 6], "weekdays": [6, 7]}         between 22:00 and 6:00 of a Saturday or a Sunday
    {"did": "search", "query": "red shoes"}                       searched for exactly this
    {"did": "any", "last": 7}                                     anything at all, but being shown something
    {"since": "purchase", "brand": ["Norvale"], "op": ">=", "value": 30}
    {"first": {"did": "view"}, "then": {"did": "purchase"}, "within": 7, "happened": false, "same": "item"}
    {"segment": "3f2a91c0"}                                       a saved segment
    {"list": "9c41…", "name": "vip.csv"}, or {"ids": ["ann"], "name": "vip"}
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from core.conditions import (
    ANYTHING,
    COMPARED,
    MEASURES,
    SAME,
    WAYS,
    Deed,
    Did,
    Group,
    InSegment,
    Listed,
    Node,
    Since,
    Then,
    Window,
    flat,
    leaves,
)
from core.errors import InputError
from core.language import say, to_say
from core.records import Condition
from core.schema import Event

VERSION = 1
#: More than a person would build by hand, and few enough for one query.
MOST_LEAVES, DEEPEST = 100, 12
_OPERATORS = (*COMPARED, "in")
_EVENTS = (*map(str, Event), ANYTHING)


def read(text: str) -> Node:
    """Return the tree that a text holds; a flat list ``[[column, op, value], …]`` of older links is one too.

    Raises
    ------
    InputError
        When it is no tree; the message says what is wrong with which part.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(say("These conditions are not JSON that can be read: {why}. Build them again.",
                             why=error)) from error
    if isinstance(found, list):
        return Group("all", tuple(map(_older, found)))
    if not isinstance(found, dict):
        raise InputError(say('Conditions are written as {"v": 1, "all": [...]}. Build them again.'))
    version = found.pop("v", None)
    if version != VERSION:
        raise InputError(say("These conditions are of version {version!r}; this ShopperLens reads version {known}.",
                             version=version, known=VERSION))
    tree = _node(found, say("the conditions"), 0)
    count = sum(1 for _ in leaves(tree))
    if count > MOST_LEAVES:
        raise InputError(say("These are {count} conditions; up to {most} can be asked at once. Take some out.",
                             count=count, most=MOST_LEAVES))
    return tree


def write(tree: Node) -> str:
    """Return a tree as compact JSON; facts and tags that must all be met are written as a flat list."""
    plain = flat(tree)
    if plain is not None:
        return _compact([[c.column, c.op, c.value] for c in plain])
    return _compact({"v": VERSION, **plain_of(tree if isinstance(tree, Group) else Group("all", (tree,)))})


def plain_of(node: Node) -> dict[str, Any]:
    """Return a tree as plain values, what is as by default left out."""
    if isinstance(node, Group):
        return {node.how: [plain_of(part) for part in node.parts]}
    if isinstance(node, Condition):
        return {"fact": node.column, "op": node.op, "value": node.value}
    if isinstance(node, Did):
        measure = {} if node.measure == "times" else {"measure": node.measure}
        return {**_deed_of(node.deed, "did"), "op": node.op, "value": node.value, **measure, **_window_of(node.window)}
    if isinstance(node, Since):
        return {**_deed_of(node.deed, "since"), "op": node.op, "value": node.value}
    if isinstance(node, Then):
        first = {**_deed_of(node.first, "did"), **_window_of(node.window)}
        same = {"same": node.same} if node.same else {}
        after = {"then": _deed_of(node.then, "did"), "within": node.within, "happened": node.happened}
        return {"first": first, **after, **same}
    if isinstance(node, Listed):
        return {"list": node.key, "name": node.name} if node.key else {"ids": list(node.ids), "name": node.name}
    inside = {} if node.of is None else {"of": plain_of(node.of)}
    return {"segment": node.id, **({"name": node.name} if node.name else {}), **inside}


class _Fields:
    """What an object of the JSON says, each key of it taken once."""

    def __init__(self, found: object, place: str) -> None:
        if not isinstance(found, Mapping):
            raise InputError(say("A condition in {place} is not an object with names and values: {value!r}.",
                                 place=place, value=found))
        self.left = dict(found)
        self.place = place

    def wrong(self, what: str) -> InputError:
        """Return the error that says what is wrong, and where."""
        return InputError(say("In {place}: {what}", place=self.place, what=what))

    def take(self, key: str, fits: Callable[[Any], bool], wanted: str, default: Any = None) -> Any:
        """Take what is said under a key; without a default it must be there."""
        value = self.left.pop(key, default)
        if value is not default and not fits(value) or value is None and default is None:
            raise self.wrong(say("“{name}” must be {wanted}, not {value!r}.", name=key, wanted=say(wanted),
                                 value=value))  # fmt: skip
        return value

    def end(self) -> None:
        """Refuse what nobody has taken: a misspelt key would be a condition that is silently not met."""
        if self.left:
            raise self.wrong(say("nothing is called {names} here.", names=", ".join(map(repr, self.left))))


def _node(found: object, place: str, depth: int) -> Node:
    if depth > DEEPEST:
        raise InputError(say("The conditions are nested deeper than {deepest} groups. Make them flatter.",
                             deepest=DEEPEST))
    fields = _Fields(found, place)
    for way in WAYS:
        if way in fields.left:
            parts = fields.take(way, lambda value: isinstance(value, list), to_say("a list of conditions"))
            fields.end()
            if not parts and (depth or way == "any"):
                raise fields.wrong(say("“{way}” holds no condition.", way=way))
            return Group(way, tuple(_node(part, f"“{way}” {n}", depth + 1) for n, part in enumerate(parts, 1)))
    reader = next((_LEAVES[key] for key in _LEAVES if key in fields.left), None)
    if reader is None:
        known = ", ".join((*WAYS, *_LEAVES))
        raise fields.wrong(say("a condition begins with one of {known}; this has {names}.", known=known,
                               names=", ".join(fields.left) or say("nothing")))  # fmt: skip
    leaf = reader(fields, depth)
    fields.end()
    return leaf


def _fact(fields: _Fields, depth: int) -> Node:
    column = fields.take("fact", _is_text, to_say("the name of a fact or a tag"))
    op = fields.take("op", lambda value: value in _OPERATORS, _one_of(_OPERATORS))
    return Condition(column, op, fields.take("value", lambda value: True, to_say("given")))


def _did(fields: _Fields, depth: int) -> Node:
    deed = _deed(fields, "did")
    op, value = _compared(fields, ">=", 1.0)
    measure = fields.take("measure", lambda given: given in MEASURES, _one_of(MEASURES), "times")
    return Did(deed, op, value, measure, _window(fields))


def _since(fields: _Fields, depth: int) -> Node:
    deed = _deed(fields, "since")
    return Since(deed, *_compared(fields, ">=", 30.0))


def _then(fields: _Fields, depth: int) -> Node:
    first = _Fields(fields.left.pop("first"), say("the first deed of {place}", place=fields.place))
    deed, window = _deed(first, "did"), _window(first)
    first.end()
    after = _Fields(fields.left.pop("then", None), say("the second deed of {place}", place=fields.place))
    then = _deed(after, "did")
    after.end()
    within = fields.take("within", _is_days, to_say("a number of days above 0"), 7.0)
    happened = fields.take("happened", lambda value: isinstance(value, bool), to_say("true or false"), True)
    same = fields.take("same", lambda value: value in SAME, to_say("item or category"), "")
    return Then(deed, then, float(within), happened, same, window)


def _listed(fields: _Fields, depth: int) -> Node:
    name = fields.take("name", _is_text, to_say("a text"), "list")
    if "ids" in fields.left:
        return Listed(name, "", _texts(fields, "ids"))
    return Listed(name, fields.take("list", _is_text, to_say("the key of a list that is kept")))


def _segment(fields: _Fields, depth: int) -> Node:
    id = fields.take("segment", _is_text, to_say("the id of a saved segment"))
    name, of = fields.take("name", _is_text, to_say("a text"), ""), fields.left.pop("of", None)
    return InSegment(id, name, None if of is None else _node(of, say("segment {name}", name=name or id), depth + 1))


_LEAVES: dict[str, Callable[[_Fields, int], Node]] = {
    "fact": _fact, "did": _did, "since": _since, "first": _then, "segment": _segment, "list": _listed, "ids": _listed,
}


def _deed(fields: _Fields, key: str) -> Deed:
    event = fields.take(key, lambda value: value in _EVENTS, _one_of(_EVENTS))
    words, query = (fields.take(name, _is_text, to_say("a text"), "") for name in ("words", "query"))
    if query and event != Event.SEARCH:
        raise fields.wrong(say("“query” is what was searched for; of {event} there is none.", event=event))
    low, high = (fields.take(name, _is_number, to_say("a number"), "") for name in ("price_from", "price_to"))
    price = (None if low == "" else float(low), None if high == "" else float(high))
    categories, brands, items = (_texts(fields, name) for name in ("category", "brand", "item"))
    return Deed(event, categories, brands, items, words, price, query)


def _compared(fields: _Fields, op: str, value: float) -> tuple[str, float | tuple[float, float]]:
    op = fields.take("op", lambda given: given in COMPARED, _one_of(COMPARED), op)
    if op == "between":
        low, high = fields.take("value", _is_pair, to_say("two numbers, the lower first"))
        return op, (float(low), float(high))
    return op, float(fields.take("value", _is_number, to_say("a number"), value))


def _one_of(names: Iterable[str]) -> str:
    return say("one of {names}", names=", ".join(names))


def _window(fields: _Fields) -> Window:
    last = fields.take("last", _is_days, to_say("a number of days above 0"), "")
    first_day, last_day = (_day(fields, name) for name in ("from", "to"))
    if last != "" and (first_day or last_day):
        raise fields.wrong(say("say either “last” or “from” and “to”, not both."))
    if first_day and last_day and last_day < first_day:
        raise fields.wrong(say("{last} is before {first}.", last=last_day, first=first_day))
    hours = fields.take("hours", _is_hours, to_say("two different full hours, 0 to 23 and 1 to 24"), ())
    weekdays = fields.take("weekdays", _is_weekdays, to_say("some of 1 (Monday) to 7, in order"), ())
    when = (None if last == "" else float(last), first_day, last_day)
    return Window(*when, (hours[0], hours[1]) if hours else None, tuple(weekdays))


def _day(fields: _Fields, key: str) -> date | None:
    text = fields.take(key, _is_text, to_say("a day such as 2026-05-31"), "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise fields.wrong(say("“{name}” must be a day such as 2026-05-31, not {value!r}.",
                               name=key, value=text)) from error


def _texts(fields: _Fields, key: str) -> tuple[str, ...]:
    def fits(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(text, str) for text in value)

    return tuple(fields.take(key, fits, to_say("a list of texts"), ()))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_days(value: Any) -> bool:
    return _is_number(value) and 0 < value <= 36_500


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def _is_hours(value: Any) -> bool:
    if not (isinstance(value, list) and len(value) == 2 and all(type(hour) is int for hour in value)):
        return False
    begins, ends = int(value[0]), int(value[1])
    return 0 <= begins <= 23 and 1 <= ends <= 24 and begins != ends


def _is_weekdays(value: Any) -> bool:
    days = isinstance(value, list) and all(type(day) is int and 1 <= day <= 7 for day in value)
    return days and list(value) == sorted(set(value))


def _older(found: object) -> Condition:
    if not isinstance(found, list) or len(found) != 3 or not _is_text(found[0]) or found[1] not in _OPERATORS:
        raise InputError(say("A condition is written as [fact, operator, value], not as {value!r}. Build it again.",
                             value=found))
    return Condition(*found)


def _deed_of(deed: Deed, key: str) -> dict[str, Any]:
    lists = {"category": deed.categories, "brand": deed.brands, "item": deed.items}
    said: dict[str, Any] = {key: deed.event, **{name: list(texts) for name, texts in lists.items() if texts}}
    ends = zip(("price_from", "price_to"), deed.price, strict=True)
    return {**said, **({"words": deed.words} if deed.words else {}),
            **({"query": deed.query} if deed.query else {}), **{k: end for k, end in ends if end is not None}}


def _window_of(window: Window) -> dict[str, Any]:
    days = {"from": window.first_day, "to": window.last_day}
    return {
        **({"last": window.last} if window.last is not None else {}),
        **{key: str(day) for key, day in days.items() if day is not None},
        **({"hours": list(window.hours)} if window.hours else {}),
        **({"weekdays": list(window.weekdays)} if window.weekdays else {}),
    }


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
