"""What the shoppers of a segment did, when, and what it was worth: on the shop's clocks, up to the end of the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.store import deed_sql, offers, zone
from core.store.overview import FUNNEL

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Columns of the facts that say that a step was taken.
_STEPS = {"view": ("views", "clicks"), "cart": ("carts",), "purchase": ("purchases",)}

_HOURS = """
SELECT CAST(isodow({here}) AS INTEGER) AS weekday, CAST(hour({here}) AS INTEGER) AS hour, count(*) AS events,
       count(DISTINCT user_id) AS shoppers
FROM events WHERE event_type <> 'impression' AND user_id IN (SELECT user_id FROM inside)
GROUP BY ALL ORDER BY weekday, hour
"""

_BOUGHT = """
WITH bought AS (
    SELECT user_id, CAST({here} AS DATE) AS day, session_id,
           coalesce(quantity, 1) * coalesce(events.price, items.price) AS paid
    FROM events LEFT JOIN items USING (item_id)
    WHERE event_type = 'purchase' AND user_id IN (SELECT user_id FROM inside)
)"""

_SPENT = _BOUGHT + """
SELECT CAST(date_trunc('week', day) AS DATE) AS week, count(DISTINCT user_id) AS shoppers,
       count(DISTINCT (user_id, coalesce(session_id, CAST(day AS VARCHAR)))) AS orders, coalesce(sum(paid), 0) AS spend
FROM bought GROUP BY week ORDER BY week
"""

# What each buyer had bought by two days: her last day with a purchase, her days with one, and what she spent.
_BUYERS = _BOUGHT + """
SELECT user_id, date_diff('day', max(day) FILTER (day <= $then), CAST($then AS DATE)) AS recency_then,
       count(DISTINCT day) FILTER (day <= $then) AS days_then,
       date_diff('day', max(day), CAST($now AS DATE)) AS recency, count(DISTINCT day) AS days,
       coalesce(sum(paid), 0) AS spend, coalesce(sum(paid) FILTER (day <= $then), 0) AS spend_then
FROM bought WHERE day <= $now GROUP BY user_id ORDER BY user_id
"""

_APART = """
WITH did AS (
    SELECT DISTINCT user_id, {what} AS what FROM events WHERE {test}
),
marked AS (
    SELECT what, user_id IN (SELECT user_id FROM one) AS first, user_id IN (SELECT user_id FROM two) AS two, user_id
    FROM did
),
sides AS (SELECT *, CASE WHEN $rest THEN NOT first ELSE two END AS second FROM marked),
whole AS (
    SELECT count(DISTINCT user_id) FILTER (first) AS n_first, count(DISTINCT user_id) FILTER (second) AS n_second
    FROM sides
)
SELECT what, count(*) FILTER (first) AS have_first, count(*) FILTER (second) AS have_second, n_first, n_second
FROM sides, whole GROUP BY ALL HAVING have_first + have_second >= $least
ORDER BY have_first DESC, what
"""
_QUERY = "lower(trim(query))"
_MASKS = "SELECT CAST(sum(bit) AS BIGINT) AS mask, user_id FROM ({}) GROUP BY user_id"


def funnel(reader: Reader, inside: pd.DataFrame) -> pd.DataFrame:
    """Return how many took each step and every step before it: ``step, shoppers, of_first, of_previous``.

    A step of which the shop logs nothing is left out.
    """
    have = set(reader.frame("SELECT * FROM shopper_facts LIMIT 0").columns)
    taken = {step: [f for f in _STEPS[step] if f in have] for step in FUNNEL}
    steps = [step for step in FUNNEL if taken[step]]
    rows, so_far = [], "true"
    for step in steps:
        so_far += f" AND ({' OR '.join(f'coalesce({fact}, 0) > 0' for fact in taken[step])})"
        rows.append(f"count(*) FILTER ({so_far})")
    asked = f"SELECT {', '.join(rows) or '0'} FROM shopper_facts WHERE user_id IN (SELECT user_id FROM inside)"
    counted = reader.frame(asked, None, {"inside": inside}).iloc[0].tolist()[: len(steps)]
    frame = pd.DataFrame({"step": steps, "shoppers": [int(n) for n in counted]})
    first = counted[0] if counted else 0
    frame["of_first"] = [n / first if first else 0.0 for n in counted]
    before = [first, *counted[:-1]] if counted else []
    frame["of_previous"] = [n / b if b else 0.0 for n, b in zip(counted, before, strict=True)]
    return frame


def hours(reader: Reader, inside: pd.DataFrame) -> pd.DataFrame:
    """Return what was done by weekday (1 is Monday) and hour: ``weekday, hour, events, shoppers``; empty without hours.

    Where the log has days alone, nothing is returned.
    """
    timed = offers.timed(reader)
    here = zone.local(deed_sql.clock(reader).zone, "ts")
    return reader.frame(_HOURS.format(here=here) + ("" if timed else " LIMIT 0"), None, {"inside": inside})


def spent(reader: Reader, inside: pd.DataFrame) -> pd.DataFrame:
    """Return what was bought by week: ``week`` (its Monday), ``shoppers, orders, spend``; weeks without any left out.

    An order is what was bought in one visit, or in one day without visits; one that goes over two weeks counts in both.
    """
    here = zone.local(deed_sql.clock(reader).zone, "ts")
    return reader.frame(_SPENT.format(here=here), None, {"inside": inside})


def buyers(reader: Reader, inside: pd.DataFrame, then: date, now: date) -> pd.DataFrame:
    """Return how long ago and on how many days each buyer had bought, at the end of two days.

    Returns
    -------
    pandas.DataFrame
        ``user_id, recency_then, days_then, recency, days, spend, spend_then``: days since the last purchase (missing
        where there was none by then), days with a purchase, and what was spent by the later and the earlier day.
    """
    here = zone.local(deed_sql.clock(reader).zone, "ts")
    return reader.frame(_BUYERS.format(here=here), {"then": then, "now": now}, {"inside": inside})


def apart(
    reader: Reader, kind: str, first: pd.DataFrame, second: pd.DataFrame | None, least: int
) -> tuple[pd.DataFrame, str]:
    """Return how many of two groups searched for each thing, or clicked each item.

    Parameters
    ----------
    kind
        ``search`` or ``item``.
    second
        None for everyone who is not in the first.
    least
        Shoppers of both groups together who must have done it.

    Returns
    -------
    pandas.DataFrame, str
        ``what, have_first, have_second, n_first, n_second``, where ``n`` counts those who did any such thing; and the
        event that was counted: of items ``click``, or ``view`` where the log has no clicks.
    """
    event = "search"
    if kind == "item":
        event = "click" if reader.rows("SELECT 1 FROM events WHERE event_type = 'click' LIMIT 1") else "view"
    what, test = (_QUERY, f"{_QUERY} <> ''") if kind == "search" else ("item_id", "item_id IS NOT NULL")
    params = {"rest": second is None, "least": least, "event": event}
    tables = {"one": first, "two": first.iloc[:0] if second is None else second}
    return reader.frame(_APART.format(what=what, test=f"event_type = $event AND {test}"), params, tables), event


def overlap(reader: Reader, groups: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return how many are in exactly which of some groups: ``mask`` (bit n for group n), ``shoppers``."""
    parts = [f"SELECT user_id, {1 << n} AS bit FROM g{n}" for n in range(len(groups))]
    sql = f"SELECT mask, count(*) AS shoppers FROM ({_MASKS.format(' UNION ALL '.join(parts))}) GROUP BY mask"
    tables: dict[str, Any] = {f"g{n}": group for n, group in enumerate(groups)}
    return reader.frame(f"{sql} ORDER BY shoppers DESC, mask", None, tables)
