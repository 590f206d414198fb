"""Who looks like a robot or a test account: the one place that says so.

Nobody is dropped: ``shopper_flags`` stands beside the events, and what learns leaves out whom it names
(``core.store.aside``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.store.connect import quote

if TYPE_CHECKING:
    import duckdb

#: Looks of one day, none with dwell time though the log has it, of which more are a robot's.
LOOKS_WITHOUT_DWELL = 120
#: A day's looks, of which more are needed before their pace says anything.
STEADY_LOOKS = 60
#: Standard deviation of the time between looks over its mean, below which it is a clock's. People are near 1 or above.
STEADY = 0.3
#: Looks in one hour, one every six seconds without rest, of which more are a robot's.
LOOKS_AN_HOUR = 600
#: Hours of one day with something done in them, from which on nobody sleeps.
HOURS_AWAKE = 20

_DAY = "strftime({}, '%-d %B %Y')"

_ROBOTS = f"""
CREATE OR REPLACE TEMP TABLE found_flags AS
WITH timed AS (SELECT DISTINCT import_id FROM events WHERE dwell_seconds > 0),
days AS (
    SELECT user_id, CAST(ts AS DATE) AS day, count(*) FILTER (event_type IN ('view', 'click')) AS looks,
           count(*) FILTER (event_type IN ('view', 'click') AND timed.import_id IS NOT NULL) AS timed_looks,
           coalesce(max(dwell_seconds), 0) AS dwell,
           bit_count(bit_or(1 << CAST(hour(ts) AS INTEGER))) AS hours
    FROM events LEFT JOIN timed USING (import_id)
    WHERE event_type <> 'impression'
    GROUP BY user_id, day HAVING looks > {STEADY_LOOKS} OR hours >= {HOURS_AWAKE}
),
gaps AS (
    SELECT events.user_id, days.day, hour(ts) AS hour,
           epoch(ts - lag(ts) OVER (PARTITION BY events.user_id, days.day ORDER BY ts)) AS gap
    FROM events JOIN days ON days.user_id = events.user_id AND days.day = CAST(events.ts AS DATE)
    WHERE event_type IN ('view', 'click') AND days.looks > {STEADY_LOOKS}
),
paces AS (
    SELECT user_id, day, avg(gap) AS pace, stddev_pop(gap) / nullif(avg(gap), 0) AS spread
    FROM gaps GROUP BY user_id, day
),
hours AS (
    SELECT user_id, day, count(*) FILTER (gap > 0) AS looks FROM gaps GROUP BY user_id, day, hour
),
reasons AS (
    SELECT user_id, 1 AS rank, looks AS weight,
           looks || ' looks on ' || {_DAY.format('day')} || ' without staying anywhere' AS why
    FROM days WHERE timed_looks > {LOOKS_WITHOUT_DWELL} AND dwell = 0
    UNION ALL
    SELECT user_id, 2, -spread,
           printf('a look every %.3g seconds, steady as a clock, on ', pace) || {_DAY.format('day')}
    FROM paces WHERE spread < {STEADY}
    UNION ALL
    SELECT user_id, 3, looks, looks || ' looks in one hour of ' || {_DAY.format('day')}
    FROM hours WHERE looks > {LOOKS_AN_HOUR}
    UNION ALL
    SELECT user_id, 4, hours, 'busy in ' || hours || ' of the 24 hours of ' || {_DAY.format('day')}
    FROM days WHERE hours >= {HOURS_AWAKE}
)
SELECT user_id, true AS robot, rank, arg_max(why, weight) AS why FROM reasons GROUP BY user_id, rank
"""

# A word of its own: "test-01" and "qa_bot@shop.com", but neither "contest" nor "Testa".
_TEST_WORDS = r"(?i)(^|[^\pL])(e2e|qa|test(s|er|ing|user|account|kunde)?|dummy|selenium|sandbox|fake)([^\pL]|$)|测试"
_TEST_ADDRESSES = r"(?i)@(example\.(com|net|org)|test\.|[^@]*\.(test|example|invalid)$)"
_NAMING = r"(?i)(^|[^\pL])(e?-?mails?|names?|login|account)([^\pL]|$)"

_TESTS = r"""
INSERT INTO found_flags
SELECT user_id, false, 9, any_value('its {what} reads like a test account''s')
FROM {table} WHERE regexp_matches({column}, $words) OR regexp_matches({column}, $addresses)
GROUP BY user_id
"""

_FLAGS = """
CREATE OR REPLACE TABLE shopper_flags AS
SELECT user_id, bool_or(robot) AS robot, bool_or(NOT robot) AS test, string_agg(why, '; ' ORDER BY rank) AS why
FROM found_flags WHERE NOT list_contains($spared::VARCHAR[], user_id) GROUP BY user_id ORDER BY user_id
"""


def build(con: duckdb.DuckDBPyConnection, spared: Iterable[str] = ()) -> None:
    """Build ``shopper_flags`` (``user_id, robot, test, why``), a row for each shopper that is set aside.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events`` and ``users``.
    spared
        Shoppers who are none, whatever they look like.
    """
    con.execute(_ROBOTS)
    known = "(SELECT user_id FROM events GROUP BY user_id UNION SELECT user_id FROM users)"
    _test_accounts(con, known, "user_id", "id")
    for column in _names(con):
        _test_accounts(con, "users", quote(column), column.replace("_", " ").replace("'", "''"))
    con.execute(_FLAGS, {"spared": sorted(spared)})
    con.execute("DROP TABLE found_flags")


def _test_accounts(con: duckdb.DuckDBPyConnection, table: str, column: str, what: str) -> None:
    sql = _TESTS.format(table=table, column=column, what=what)
    con.execute(sql, {"words": _TEST_WORDS, "addresses": _TEST_ADDRESSES})


def _names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of text in the users table that hold a name or an address."""
    found = con.execute(
        "SELECT column_name FROM (DESCRIBE users) WHERE column_type = 'VARCHAR' AND column_name <> 'user_id' "
        "AND regexp_matches(replace(column_name, '_', ' '), $naming)", {"naming": _NAMING},
    ).fetchall()
    return [str(row[0]) for row in found]
