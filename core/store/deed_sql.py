"""What shoppers did, as SQL: how often, how long ago, and what followed what."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.conditions import ANYTHING, Deed, Did, Since, Then, Window
from core.schema import CATEGORY_SEPARATOR, Event
from core.store import zone

if TYPE_CHECKING:
    from core.store.workspace import Reader

_PIECES = "abs(coalesce(deeds.quantity, 1))"
_PRICE = "coalesce(deeds.price, items.price)"
_TOP = f"split_part(items.category, '{CATEGORY_SEPARATOR}', 1)"
_DAY = "CAST({} AS DATE)"
#: What words of doing anything are looked for in, of an item; else they are looked for in what was searched for.
_NAMED = "concat_ws(' ', title, category, brand)"


@dataclass(frozen=True)
class Clock:
    """When a log ends, and the zone whose days are counted."""

    last: datetime  # of the last event, UTC
    zone: str

    @property
    def today(self) -> date:
        """The last day of the log, on the shop's clocks."""
        return self.last.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).date()

    def begins(self, day: date) -> datetime:
        """Return when a day begins, in UTC."""
        local = datetime.combine(day, time(), ZoneInfo(self.zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def span(self, window: Window) -> tuple[datetime | None, datetime | None]:
        """Return the moments ``[from, until)`` of a window; None where there is no end."""
        if window.last is not None:
            return self.last + timedelta(seconds=1) - timedelta(days=window.last), None
        until = None if window.last_day is None else self.begins(window.last_day + timedelta(days=1))
        return None if window.first_day is None else self.begins(window.first_day), until


@dataclass
class Written:
    """A condition as SQL: tables, an expression on the one of its name, and parameters."""

    tables: list[str] = field(default_factory=list)
    expression: str = ""
    params: dict[str, Any] = field(default_factory=dict)


def clock(reader: Reader) -> Clock:
    """Return the clock of a version."""
    last = reader.rows("SELECT max(ts) FROM events")[0][0] or datetime(1970, 1, 1)
    return Clock(last, zone_of(reader))


def zone_of(reader: Reader) -> str:
    """Return the zone of a version's shop."""
    shop = reader.frame("SELECT * FROM shop LIMIT 1")
    said = shop["zone"].iloc[0] if "zone" in shop and len(shop) else None  # older versions know of no zones
    return str(said) if isinstance(said, str) and said else zone.UTC


def written(node: Did | Since | Then, name: str, clock: Clock) -> Written:
    """Return a condition as SQL, with a table ``name`` that has a row for each shopper that it can be true of."""
    said = Written()
    if isinstance(node, Did):
        _did(said, node, name, clock)
    elif isinstance(node, Since):
        _since(said, node, name, clock)
    else:
        _then(said, node, name, clock)
    return said


def _did(said: Written, node: Did, name: str, clock: Clock) -> None:
    local = zone.local(clock.zone, "deeds.ts")
    measure = {
        "times": "count(*)", "days": f"count(DISTINCT {_DAY.format(local)})",
        "items": "count(DISTINCT deeds.item_id)", "money": f"sum({_PIECES} * {_PRICE})",
    }[node.measure]
    rows = _rows(said, node.deed, name, clock, node.window, node.measure == "money")
    said.tables.append(f"{name} AS (SELECT deeds.user_id, {measure} AS much {rows} GROUP BY deeds.user_id)")
    said.expression = _against(said, f"coalesce({name}.much, 0)", node.op, node.value, name)


def _since(said: Written, node: Since, name: str, clock: Clock) -> None:
    rows = _rows(said, node.deed, name, clock, Window())
    said.tables.append(f"{name} AS (SELECT deeds.user_id, max(deeds.ts) AS last {rows} GROUP BY deeds.user_id)")
    low, high = node.value if isinstance(node.value, tuple) else (node.value, node.value)
    parts, day = [f"{name}.last IS NOT NULL"], partial(_days_ago, clock)
    if node.op != "<=":
        parts.append(f"{name}.last < ${name}_before")
        said.params[f"{name}_before"] = day(math.ceil(low) - 1)
    if node.op != ">=":
        parts.append(f"{name}.last >= ${name}_after")
        said.params[f"{name}_after"] = day(math.floor(high))
    said.expression = f"({' AND '.join(parts)})"


def _days_ago(clock: Clock, days: int) -> datetime:
    return clock.begins(clock.today - timedelta(days=days))


def _then(said: Written, node: Then, name: str, clock: Clock) -> None:
    top = f", {_TOP} AS top" if node.same == "category" else ""
    for part, deed, window in (("first", node.first, node.window), ("then", node.then, Window())):
        rows = _rows(said, deed, f"{name}_{part}", clock, window, bool(top))
        said.tables.append(f"{name}_{part} AS (SELECT deeds.user_id, deeds.ts, deeds.item_id{top} {rows})")
    shared = {"": "", "item": "item_id", "category": "top"}[node.same]
    same = f" AND begun.{shared} = later.{shared}" if shared else ""
    known = f" AND begun.{shared} IS NOT NULL" if shared else ""
    over = f"begun.ts + to_microseconds(CAST(${name}_within AS BIGINT))"
    followed = f"coalesce(later.ts <= {over}, false)"
    # the nearest later one decides; that none came is known once the days are over
    found = followed if node.happened else f"NOT {followed} AND {over} <= ${name}_end"
    said.tables.append(
        f"{name} AS (SELECT DISTINCT begun.user_id FROM {name}_first AS begun ASOF LEFT JOIN {name}_then AS later "
        f"ON begun.user_id = later.user_id{same} AND begun.ts < later.ts WHERE {found}{known})"
    )
    said.params[f"{name}_within"] = round(node.within * 86_400_000_000)
    if not node.happened:
        said.params[f"{name}_end"] = clock.last
    said.expression = f"({name}.user_id IS NOT NULL)"


def _rows(said: Written, deed: Deed, name: str, clock: Clock, window: Window, items: bool = False) -> str:
    """SQL from FROM to the end of WHERE: the events, called ``deeds``, that a deed and a window are about."""
    tests = [f"deeds.event_type {'<>' if deed.event == ANYTHING else '='} ${name}_event"]
    said.params[f"{name}_event"] = Event.IMPRESSION if deed.event == ANYTHING else deed.event
    for end, sign, moment in zip(("from", "until"), (">=", "<"), clock.span(window), strict=True):
        if moment is not None:
            tests.append(f"deeds.ts {sign} ${name}_{end}")
            said.params[f"{name}_{end}"] = moment
    tests += _on_clock(said, window, name, zone.local(clock.zone, "deeds.ts"))
    if deed.items:
        tests.append(f"list_contains(${name}_items, deeds.item_id)")
        said.params[f"{name}_items"] = list(deed.items)
    if deed.words and deed.event in (Event.SEARCH, ANYTHING):
        searched = _worded(said, "deeds.query", deed.words, name)
        named = f"deeds.item_id IN (SELECT item_id FROM items WHERE {_worded(said, _NAMED, deed.words, name)})"
        tests.append(searched if deed.event == Event.SEARCH else f"({named} OR {searched})")
    if deed.query:
        tests.append(f"lower(trim(deeds.query)) = ${name}_query")
        said.params[f"{name}_query"] = deed.query.strip().lower()
    tests += _priced(said, deed, name)
    about = _about(said, deed, name)
    if about:
        tests.append(f"deeds.item_id IN (SELECT item_id FROM items WHERE {' AND '.join(about)})")
    joined = "LEFT JOIN items ON items.item_id = deeds.item_id" if items or deed.price != (None, None) else ""
    return f"FROM events AS deeds {joined} WHERE {' AND '.join(tests)}"


def _on_clock(said: Written, window: Window, name: str, local: str) -> list[str]:
    tests = []
    if window.hours is not None:
        begins, ends = window.hours
        joined = "AND" if begins < ends else "OR"  # else it goes on after midnight
        tests.append(f"(hour({local}) >= ${name}_begins {joined} hour({local}) < ${name}_ends)")
        said.params |= {f"{name}_begins": begins, f"{name}_ends": ends}
    if window.weekdays:
        tests.append(f"list_contains(${name}_weekdays, isodow({local}))")
        said.params[f"{name}_weekdays"] = list(window.weekdays)
    return tests


def _about(said: Written, deed: Deed, name: str) -> list[str]:
    tests = []
    if deed.categories:
        wanted = f"category = chosen OR starts_with(category, chosen || '{CATEGORY_SEPARATOR}')"
        tests.append(f"EXISTS (SELECT 1 FROM (SELECT unnest(${name}_categories) AS chosen) WHERE {wanted})")
        said.params[f"{name}_categories"] = list(deed.categories)
    if deed.brands:
        tests.append(f"list_contains(${name}_brands, brand)")
        said.params[f"{name}_brands"] = list(deed.brands)
    if deed.words and deed.event not in (Event.SEARCH, ANYTHING):
        tests.append(_worded(said, "title", deed.words, name))
    return tests


def _worded(said: Written, column: str, words: str, name: str) -> str:
    said.params[f"{name}_words"] = words.lower().split()
    left_out = f"list_filter(${name}_words, lambda word: NOT contains(lower({column}), word))"
    return f"({column} IS NOT NULL AND len({left_out}) = 0)"


def _priced(said: Written, deed: Deed, name: str) -> list[str]:
    tests = []
    for end, sign, price in zip(("least", "most"), (">=", "<="), deed.price, strict=True):
        if price is not None:
            tests.append(f"{_PRICE} {sign} ${name}_{end}")
            said.params[f"{name}_{end}"] = price
    return tests


def _against(
    said: Written, amount: str, op: str, value: float | tuple[float, float], name: str
) -> str:
    if isinstance(value, tuple):
        said.params[f"{name}_low"], said.params[f"{name}_high"] = value
        return f"({amount} BETWEEN ${name}_low AND ${name}_high)"
    said.params[f"{name}_value"] = value
    return f"({amount} {'=' if op == '==' else op} ${name}_value)"
