"""Visits, and how long things were looked at: as logged, or worked out from the gaps and marked so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.store.connect import literal

if TYPE_CHECKING:
    import duckdb

#: Minutes without an event after which a new visit begins, where the log does not say which visit it was.
GAP_MINUTES = 30
#: Seconds that an estimate of dwell time is cut off at: after longer, they were elsewhere.
DWELL_CAP = 300

# A visit as the log names it, or (cut) what lies between two pauses. What was merely shown is no visit.
_VISITS = f"""
CREATE OR REPLACE TABLE visits AS
WITH paused AS (
    SELECT user_id, ts, event_type,
           coalesce(ts - lag(ts) OVER past > INTERVAL {GAP_MINUTES} MINUTE, true) AS begins
    FROM events WHERE session_id IS NULL AND event_type <> 'impression'
    WINDOW past AS (PARTITION BY user_id ORDER BY ts)
),
numbered AS (
    SELECT user_id, ts, event_type, count(*) FILTER (begins) OVER (PARTITION BY user_id ORDER BY ts) AS number
    FROM paused
)
SELECT user_id, session_id, false AS cut, min(ts) AS began, max(ts) AS ended, count(*) AS events,
       count(*) FILTER (event_type = $look) AS looks, count(*) FILTER (event_type = 'search') AS searches
FROM events WHERE session_id IS NOT NULL AND event_type <> 'impression'
GROUP BY user_id, session_id
UNION ALL
SELECT user_id, NULL, true, min(ts), max(ts), count(*),
       count(*) FILTER (event_type = $look), count(*) FILTER (event_type = 'search')
FROM numbered GROUP BY user_id, number
ORDER BY user_id, began
"""

_LOGGED = """
SELECT user_id, import_id, source_row, dwell_seconds AS seconds, false AS estimated
FROM events WHERE dwell_seconds > 0
"""

# The last look of a visit has nothing after it, so nothing is known of it.
_ESTIMATED = """
SELECT user_id, import_id, source_row, least(seconds, {cap}) AS seconds, true AS estimated
FROM (
    SELECT user_id, import_id, source_row, event_type, session_id,
           epoch(lead(ts) OVER later - ts) AS seconds
    FROM events WHERE event_type <> 'impression' AND import_id IN ({imports})
    WINDOW later AS (PARTITION BY user_id, session_id ORDER BY ts, source_row)
)
WHERE event_type = {look} AND seconds > 0 AND seconds <= 60 * {gap}
"""

_UNTIMED = """
SELECT import_id FROM events WHERE event_type = $look
GROUP BY import_id HAVING coalesce(max(dwell_seconds), 0) = 0 ORDER BY import_id
"""


def look(con: duckdb.DuckDBPyConnection) -> str:
    """Return the event that says that something was looked at: ``view``, or ``click`` where no views are logged."""
    found = con.execute("SELECT 1 FROM events WHERE event_type = 'view' LIMIT 1").fetchone()
    return "view" if found else "click"


def build(con: duckdb.DuckDBPyConnection, seen: str | None = None) -> None:
    """Build the table ``visits`` and the view ``event_dwell``, inside the caller's transaction.

    ``visits`` has a row for each visit: ``user_id, session_id, cut, began, ended, events, looks, searches``; ``cut``
    says that the log did not name it. ``event_dwell`` has a row for each event whose dwell time is known:
    ``user_id, import_id, source_row, seconds, estimated``. Time is estimated only in imports that log none at
    all: where some of it is logged, its absence means something.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events``.
    seen
        The event that says that something was looked at, where more is known of it than these events tell.
    """
    seen = seen or look(con)
    con.execute(_VISITS, {"look": seen})
    untimed = [str(int(row[0])) for row in con.execute(_UNTIMED, {"look": seen}).fetchall()]
    parts = [_LOGGED]
    if untimed:
        parts.append(
            _ESTIMATED.format(cap=DWELL_CAP, gap=GAP_MINUTES, imports=", ".join(untimed), look=literal(seen))
        )
    con.execute(f"CREATE OR REPLACE VIEW event_dwell AS {' UNION ALL '.join(parts)}")
