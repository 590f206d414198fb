"""When the shoppers of a segment came, week by week: new, returning, resurrected, dormant; and who came back.

Weeks begin on Monday, on the shop's clocks. A shopper is active in a week in which she did anything; being shown
something is no deed. Everything is as of the last moment of the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.store import deed_sql, zone

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: What makes a shopper part of a week: anything done, or a purchase.
BY = {"seen": "event_type <> 'impression'", "purchase": "event_type = 'purchase'"}

_ACTIVE = """
WITH active AS (
    SELECT DISTINCT user_id, CAST(date_trunc('week', {here}) AS DATE) AS week
    FROM events WHERE {by} AND user_id IN (SELECT user_id FROM inside)
)"""

_LIVES = _ACTIVE + """,
marked AS (
    SELECT week, lag(week) OVER one AS before, lead(week) OVER one AS after
    FROM active WINDOW one AS (PARTITION BY user_id ORDER BY week)
)
SELECT week, 'new' AS state, count(*) AS shoppers FROM marked WHERE before IS NULL GROUP BY week
UNION ALL
SELECT week, 'returning', count(*) FROM marked WHERE before = week - 7 GROUP BY week
UNION ALL
SELECT week, 'resurrected', count(*) FROM marked WHERE before < week - 7 GROUP BY week
UNION ALL
SELECT week + 7, 'dormant', count(*) FROM marked WHERE coalesce(after > week + 7, true) GROUP BY week
"""
STATES = ("new", "returning", "resurrected", "dormant")

_RETENTION = _ACTIVE + """,
begun AS (SELECT user_id, min(week) AS cohort FROM active GROUP BY user_id)
SELECT cohort, CAST(date_diff('day', cohort, week) // 7 AS INTEGER) AS later, count(*) AS shoppers
FROM active JOIN begun USING (user_id) GROUP BY ALL ORDER BY cohort, later
"""

_CAME_BACK = _ACTIVE + """,
begun AS (SELECT user_id, min(week) AS cohort FROM active GROUP BY user_id)
SELECT user_id FROM active JOIN begun USING (user_id)
WHERE week = cohort + CAST($days AS INTEGER) AND list_contains(CAST($cohorts AS DATE[]), cohort) ORDER BY user_id
"""


def lives(reader: Reader, inside: pd.DataFrame) -> pd.DataFrame:
    """Return how many were in each state of life in each week, weeks of nothing too.

    New: active for the first time in the log. Returning: active in the week before too. Resurrected: active before, but
    not in the week before. Dormant: active in the week before, and not in this one.

    Parameters
    ----------
    inside
        Ids of the shoppers, ``user_id``.

    Returns
    -------
    pandas.DataFrame
        ``week`` (its Monday), ``state, shoppers``, and ``complete``: whether the log holds the whole of the week.
    """
    clock = deed_sql.clock(reader)
    found = reader.frame(_LIVES.format(here=zone.local(clock.zone, "ts"), by=BY["seen"]), None, {"inside": inside})
    counted = {(_day(r["week"]), str(r["state"])): int(r["shoppers"]) for r in found.to_dict("records")}
    first = min((week for week, _ in counted), default=None)
    begins = _begins(reader, clock)
    rows = [
        (week, state, counted.get((week, state), 0), begins <= week and week + timedelta(days=6) <= clock.today)
        for week in _weeks(first, clock.today) for state in STATES
    ]
    return pd.DataFrame(rows, columns=["week", "state", "shoppers", "complete"])


def retention(reader: Reader, inside: pd.DataFrame, by: str = "seen") -> pd.DataFrame:
    """Return how many of those who began in one week came so many weeks later.

    Parameters
    ----------
    by
        ``seen``: they began when they first did anything, and came when they did anything again; ``purchase``: the
        same of purchases.

    Returns
    -------
    pandas.DataFrame
        ``cohort`` (the Monday of its week), ``size, later`` (weeks; 0 is the first), ``shoppers, share``, and
        ``complete``: whether the log holds the whole of that week. There is a row for every week until the log's end.
    """
    clock = deed_sql.clock(reader)
    found = reader.frame(_RETENTION.format(here=zone.local(clock.zone, "ts"), by=BY[by]), None, {"inside": inside})
    counted = {(_day(r["cohort"]), int(r["later"])): int(r["shoppers"]) for r in found.to_dict("records")}
    begins = _begins(reader, clock)
    rows = []
    for cohort in sorted(week for week, later in counted if later == 0):
        size = counted[cohort, 0]
        for later, week in enumerate(_weeks(cohort, clock.today)):
            came = counted.get((cohort, later), 0)
            whole = begins <= week and week + timedelta(days=6) <= clock.today
            rows.append((cohort, size, later, came, came / size, whole))
    return pd.DataFrame(rows, columns=["cohort", "size", "later", "shoppers", "share", "complete"])


def came_back(reader: Reader, inside: pd.DataFrame, by: str, later: int, cohorts: Sequence[date]) -> list[str]:
    """Return the ids of those who came so many weeks after they began; see ``retention``.

    Parameters
    ----------
    cohorts
        The Mondays of the weeks that they began in.
    """
    here = zone.local(deed_sql.clock(reader).zone, "ts")
    asked = {"days": 7 * later, "cohorts": list(cohorts)}
    found = reader.frame(_CAME_BACK.format(here=here, by=BY[by]), asked, {"inside": inside})
    return [str(user) for user in found["user_id"]]


def _begins(reader: Reader, clock: deed_sql.Clock) -> date:
    """Return the first day of the log."""
    sql = f"SELECT CAST(min({zone.local(clock.zone, 'ts')}) AS DATE) FROM events"
    return _day(reader.rows(sql)[0][0] or clock.today)


def _weeks(first: date | None, last: date) -> list[date]:
    return [] if first is None else [first + timedelta(days=n) for n in range(0, (last - first).days + 1, 7)]


def _day(value: object) -> date:
    return pd.Timestamp(str(value)).date()
