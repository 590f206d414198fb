"""How the times of a file are to be understood, as SQL over their text.

Read are: ISO, with or without a zone, with dashes, slashes or points, or as 2026年1月5日; seconds, milli-, micro- and
nanoseconds since 1970, by their number of digits; 20260105 and 20260105123456; day-first and month-first dates, with
years of four or two digits; dates with the month's English name; each with a time of day of 24 or of 12 hours, or none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from core.errors import AmbiguousDates, InputError
from core.language import say
from core.store.connect import literal

if TYPE_CHECKING:
    import duckdb

_PARTS = {"ymd": ("year", "month", "day"), "dmy": ("day", "month", "year"), "mdy": ("month", "day", "year")}
ORDERS = tuple(_PARTS)
#: Of how many dates that fit one order alone one may fit the other alone, and be taken for a slip.
SLIPS = 100

_OCLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?"
_PLAIN = rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}([ T]{_OCLOCK})?"
_ZONED = rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_OCLOCK}(Z| UTC|[+-]\d{{2}}(:?\d{{2}})?)"
_USUAL = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b"
_TWO_AND_TWO = r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d"
_SHORT = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\b[ ,Tt]*(.*)$"
_YEAR_FIRST = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ ,Tt]*(.*)$"
_DAY_MONTH = r"^(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[-/. ]([a-z]{3,9})[.,]?[-/. ](\d{4}|\d{2})\b[:, ]*(.*)$"
_MONTH_DAY = r"^(?:[a-z]{3,9},? )?([a-z]{3,9})[. ]+(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b[:, ]*(.*)$"
_MONTHS = "['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec']"
_TWELVE_HOURS = "['%Y-%m-%d %I:%M:%S.%f %p', '%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p', '%Y-%m-%d %I %p']"


@dataclass(frozen=True)
class Clock:
    """How times are written, where a file does not say so itself.

    Parameters
    ----------
    order
        ``ymd``, ``dmy`` or ``mdy``; None decides over the whole column.
    zone
        The store's time zone, for times that are given without one. A time that the clocks skip in spring is
        read as if they had not been put forward; one that they show twice in autumn is the second.
    """

    order: str | None = None
    zone: str = "UTC"


UTC = Clock()


class Orders(NamedTuple):
    """Dates of a column that are written with a day and a month of two digits first."""

    day_first: int  # that are day-first alone
    month_first: int  # that are month-first alone
    either: int  # that may be both, and would differ
    sample: str | None  # one that may be both


def orders(con: duckdb.DuckDBPyConnection, sql: str) -> Orders:
    """Count how the dates of a column of ``raw`` may be read.

    Parameters
    ----------
    sql
        Expression over ``raw``; its values are text.
    """
    row = con.execute(
        "SELECT count(*) FILTER (a > 12 AND b <= 12), count(*) FILTER (b > 12 AND a <= 12), "
        "count(*) FILTER (a <= 12 AND b <= 12 AND a <> b), min(given) FILTER (a <= 12 AND b <= 12 AND a <> b) "
        f"FROM (SELECT given, TRY_CAST(regexp_extract(given, '{_SHORT}', 1) AS INTEGER) AS a, "
        f"TRY_CAST(regexp_extract(given, '{_SHORT}', 2) AS INTEGER) AS b "
        f"FROM (SELECT trim(CAST({sql} AS VARCHAR)) AS given FROM raw "
        f"WHERE regexp_matches(CAST({sql} AS VARCHAR), '^\\s*{_TWO_AND_TWO}')))"
    ).fetchone()
    return Orders(*row) if row else Orders(0, 0, 0, None)


def may_be_short(text: str) -> str:
    """SQL for whether a text may be a date with a day and a month of two digits first: what ``orders`` looks at."""
    return f"NOT {_is_usual(text)} AND regexp_matches({text}, '^\\s*{_TWO_AND_TWO}')"


def usual_moment(text: str) -> str:
    """SQL for a text as a time as most logs write it, which is told five times faster than by looking closer."""
    return f"try_strptime({text}, '%Y-%m-%d %H:%M:%S')"


def _is_usual(text: str) -> str:
    return f"coalesce({usual_moment(text)} >= TIMESTAMP '1000-01-01', false)"


def decided(con: duckdb.DuckDBPyConnection, sql: str, clock: Clock, column: str) -> Clock:
    """Return the clock with an order, found over the whole column where it has none.

    Raises
    ------
    AmbiguousDates
        When every date of the column may be day-first and month-first, or some can only be the one and some the other.
    InputError
        When the order or the zone is none that there is.
    """
    if clock.order not in (None, *ORDERS):
        raise InputError(say("“{order}” is no order of day and month. Choose one of: {orders}.",
                             order=clock.order, orders=", ".join(ORDERS)))
    _check_zone(con, clock.zone)
    if clock.order is not None:
        return clock
    found = orders(con, sql)
    less, more = sorted((found.day_first, found.month_first))
    if less * SLIPS > more:
        raise AmbiguousDates(
            say("Some dates in {column} can only be day-first ({day_first:,}) and some only month-first "
                "({month_first:,}). Say which to read, and the others are rejected: --dates dmy or --dates mdy",
                column=column, day_first=found.day_first, month_first=found.month_first)
        )
    if not more and found.either:
        raise AmbiguousDates(
            say("The dates in {column} may be day-first or month-first, for example “{sample}”. Say which: --dates "
                "dmy or --dates mdy", column=column, sample=found.sample)
        )
    return replace(clock, order="mdy" if found.month_first > found.day_first else "dmy")


def _check_zone(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    if zone == "UTC":
        return
    names = [row[0] for row in con.execute("SELECT name FROM pg_timezone_names()").fetchall()]
    if zone not in names:
        near = get_close_matches(zone, names, 3)
        if near:
            raise InputError(say("There is no time zone “{zone}”. Perhaps: {near}.", zone=zone, near=", ".join(near)))
        raise InputError(say("There is no time zone “{zone}”. Say UTC.", zone=zone))


def macros(clock: Clock) -> list[str]:
    """SQL that makes ``as_moment(given)``: a text as a time in UTC, or NULL when it is none."""
    here = f"timezone('UTC', timezone({literal(clock.zone)}, local))" if clock.zone != "UTC" else "local"
    short = _PARTS[clock.order or "dmy"]
    return [
        f"CREATE OR REPLACE TEMP MACRO from_here(local) AS {here}",
        "CREATE OR REPLACE TEMP MACRO full_year(year) AS CASE WHEN length(year) > 2 THEN year "
        "WHEN year >= '70' THEN '19' || year ELSE '20' || year END",
        "CREATE OR REPLACE TEMP MACRO put_together(year, month, day, rest) AS "
        "rtrim(concat(full_year(year), '-', month, '-', day, ' ', rest))",
        f"""
        CREATE OR REPLACE TEMP MACRO as_iso(given) AS CASE
            WHEN regexp_full_match(given, '{_PLAIN}')
                THEN from_here(TRY_CAST(replace(given, ',', '.') AS TIMESTAMP))
            WHEN regexp_matches(given, '(?i)[0-9] ?[ap]\\.?m\\.?$') THEN from_here(try_strptime(
                regexp_replace(upper(given), ' ?([AP])\\.?M\\.?$', ' \\1M'), {_TWELVE_HOURS}))
            ELSE timezone('UTC', TRY_CAST(regexp_replace(replace(upper(given), ',', '.'),
                ' ?(GMT|UTC)?([+-][0-9]{{2}}(:?[0-9]{{2}})?)$', '\\2') AS TIMESTAMPTZ)) END
        """,
        f"""
        CREATE OR REPLACE TEMP MACRO from_parts(given) AS CASE
            WHEN regexp_matches(given, '{_YEAR_FIRST}')
                THEN as_iso(rtrim(regexp_replace(given, '{_YEAR_FIRST}', '\\1-\\2-\\3 \\4')))
            WHEN regexp_matches(given, '{_SHORT}') THEN as_iso(
                {_together(_SHORT, short)})
            WHEN regexp_matches(lower(given), '{_DAY_MONTH}') THEN as_iso(
                {_together(_DAY_MONTH, ("day", "name", "year"))})
            WHEN regexp_matches(lower(given), '{_MONTH_DAY}') THEN as_iso(
                {_together(_MONTH_DAY, ("name", "day", "year"))})
            ELSE as_iso(given) END
        """,
        rf"""
        CREATE OR REPLACE TEMP MACRO as_other_moment(given) AS CASE
            WHEN regexp_full_match(given, '{_ZONED}') THEN timezone('UTC', TRY_CAST(given AS TIMESTAMPTZ))
            WHEN regexp_full_match(given, '\d{{9,11}}(\.\d*)?')
                THEN make_timestamp(CAST(round(TRY_CAST(given AS DOUBLE) * 1000000) AS BIGINT))
            WHEN regexp_full_match(given, '(19|20)\d{{10}}') THEN from_here(try_strptime(given, '%Y%m%d%H%M'))
            WHEN regexp_full_match(given, '(19|20)\d{{12}}') THEN from_here(try_strptime(given, '%Y%m%d%H%M%S'))
            WHEN regexp_full_match(given, '\d{{12,14}}(\.0*)?') THEN make_timestamp(TRY_CAST(given AS BIGINT) * 1000)
            WHEN regexp_full_match(given, '\d{{15,17}}') THEN make_timestamp(TRY_CAST(given AS BIGINT))
            WHEN regexp_full_match(given, '\d{{18,19}}') THEN make_timestamp(TRY_CAST(given AS BIGINT) // 1000)
            WHEN regexp_full_match(given, '\d{{8}}') THEN from_here(try_strptime(given, '%Y%m%d'))
            WHEN regexp_matches(given, '{_USUAL}') THEN coalesce(
                from_here(try_strptime(translate(given, '/.', '--'), {_strptime(short)})), from_parts(given))
            ELSE from_parts(given) END
        """,
        f"""
        CREATE OR REPLACE TEMP MACRO as_moment(given) AS CASE
            WHEN {_is_usual('given')} THEN from_here({usual_moment('given')})
            WHEN regexp_full_match(given, '{_PLAIN}') THEN from_here(TRY_CAST(replace(given, ',', '.') AS TIMESTAMP))
            ELSE as_other_moment(trim(given)) END
        """,
    ]


def _strptime(parts: tuple[str, str, str]) -> str:
    """SQL for the formats that most short dates have, parted by dashes; the others go the longer way."""
    if parts[2] != "year":
        parts = _PARTS["dmy"]
    day = "-".join({"day": "%d", "month": "%m", "year": "%Y"}[part] for part in parts)
    return str([day + clock for clock in (" %H:%M:%S", " %H:%M", "", " %I:%M:%S %p", " %I:%M %p")])


def _together(pattern: str, names: tuple[str, str, str]) -> str:
    """SQL for a date in the order of ISO, from the parts that a pattern finds in ``given``, in any order."""
    parts = {name: f"regexp_extract(lower(given), '{pattern}', {place})" for place, name in enumerate(names, 1)}
    if "name" in parts:
        parts["month"] = f"list_position({_MONTHS}, left({parts['name']}, 3))"
    rest = f"regexp_extract(lower(given), '{pattern}', 4)"
    return f"put_together({parts['year']}, {parts['month']}, {parts['day']}, {rest})"
