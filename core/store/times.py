"""How the times of a file are to be understood, as SQL over their text.

Read are: ISO, with or without a zone, with dashes, slashes or points, or as 2026年1月5日; seconds, milli-, micro- and
nanoseconds since 1970, by their number of digits; 20260105 and 20260105123456; day-first and month-first dates, with
years of four or two digits; dates with the month's English name; each with a time of day of 24 or of 12 hours behind it
or before it (下午 3:04 too), or none; 20260105T120000Z, the basic form of ISO. Days as spreadsheets count them,
46027.5, are read where a person said that they are that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from core.errors import AmbiguousDates, InputError
from core.language import say
from core.schema import EXCEL
from core.store.connect import literal

if TYPE_CHECKING:
    import duckdb

_PARTS = {"ymd": ("year", "month", "day"), "dmy": ("day", "month", "year"), "mdy": ("month", "day", "year")}
ORDERS = (*_PARTS, EXCEL)
#: Of how many dates that fit one order alone one may fit the other alone, and be taken for a slip.
SLIPS = 100

_OCLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?"
#: A time of day, with the sign for before or after noon on either side of it.
_HOURS = r"(?:[上下]午 *)?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[aApP]\.?[mM]\.?| *[上下]午)?"
_HOURS_FIRST = rf"^\s*{_HOURS}[ ,]+"
_TURNED = rf"^({_HOURS})[ ,]+([^:]*[^:\s])$"
_BASIC = r"(?i)(19|20)\d{6}[ T]\d\d:?\d\d(:?\d\d([.,]\d{1,9})?)?(Z|( ?(UTC|GMT))?([+-]\d\d(:?\d\d)?)?)"
#: What is turned around before it is read: a clock in front, Chinese signs.
_TURNABLE = r"^\d{1,2}:\d|[上下]午|\d[时時点]\d"
#: Days since the end of 1899, perhaps with a time of day behind; and the days of which a column is likely to be that.
_SERIAL = rf"([1-9]\d{{0,5}})([.,]\d*)?( {_OCLOCK})?"
_SERIALS = (20_000, 60_000)
_PLAIN = rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}([ T]{_OCLOCK})?"
_ZONED = rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_OCLOCK}(Z| UTC|[+-]\d{{2}}(:?\d{{2}})?)"
_USUAL = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b"
_TWO_AND_TWO = r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d"
_SHORT_FIRST = rf"^\s*({_HOURS}[ ,]+)?{_TWO_AND_TWO}"
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
        ``ymd``, ``dmy`` or ``mdy``; None decides over the whole column. ``excel`` says that numbers are days as
        spreadsheets count them; dates that begin with a day or a month of two digits are then none.
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
        f"FROM (SELECT trim(regexp_replace(CAST({sql} AS VARCHAR), '{_HOURS_FIRST}', '')) AS given FROM raw "
        f"WHERE regexp_matches(CAST({sql} AS VARCHAR), '{_SHORT_FIRST}')))"
    ).fetchone()
    return Orders(*row) if row else Orders(0, 0, 0, None)


def counted_days(con: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Return one of the numbers of a column of ``raw`` that may all be days as spreadsheets count them, else None.

    They may when each that is filled is a number from 20,000 to 60,000: from 1954 to 2064.
    """
    text = f"CAST({sql} AS VARCHAR)"
    of_days = f"coalesce({is_counted_day(text)}, false)"
    first = con.execute(f"SELECT {of_days} FROM raw WHERE trim({text}) <> '' LIMIT 1").fetchone()
    if first is None or not first[0]:
        return None
    row = con.execute(f"SELECT bool_and({of_days}), min(trim({text})) FROM raw WHERE trim({text}) <> ''").fetchone()
    return str(row[1]) if row and row[0] else None


def is_counted_day(text: str) -> str:
    """SQL for whether a text is a number that may be a day as spreadsheets count them; NULL where it is no number."""
    days = f"TRY_CAST(regexp_extract(trim({text}), '^{_SERIAL}$', 1) AS INTEGER)"
    return f"{days} BETWEEN {_SERIALS[0]} AND {_SERIALS[1] - 1}"


def may_be_short(text: str) -> str:
    """SQL for whether a text is one for which ``decided`` has to look at its column.

    It may be a date with a day and a month of two digits first, which ``orders`` counts, or one of ``counted_days``.
    """
    other = f"regexp_matches({text}, '{_SHORT_FIRST}') OR coalesce({is_counted_day(text)}, false)"
    return f"NOT {_is_usual(text)} AND ({other})"


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
        When every date of the column may be day-first and month-first, or some can only be the one and some the other;
        or when all are numbers that may be days as spreadsheets count them.
    InputError
        When the order or the zone is none that there is.
    """
    if clock.order not in (None, *ORDERS):
        raise InputError(say("“{order}” is no order of day and month. Choose one of: {orders}.",
                             order=clock.order, orders=", ".join(ORDERS)))
    _check_zone(con, clock.zone)
    if clock.order is not None:
        return clock
    days = counted_days(con, sql)
    if days is not None:
        raise AmbiguousDates(
            say("The times in {column} are numbers, for example “{sample}”, as spreadsheets count days. If they are "
                "that, say: --dates excel", column=column, sample=days)
        )
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
    short = _PARTS.get(clock.order or "", _PARTS["dmy"])
    usual = (
        "coalesce(from_here(try_strptime(translate(given, '/.', '--'), "
        f"{_strptime(short)})), from_parts(given))" if clock.order != EXCEL else "NULL"
    )  # fmt: skip
    no_short = f"WHEN regexp_matches(given, '{_SHORT}') THEN NULL" if clock.order == EXCEL else ""
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
            {no_short}
            WHEN regexp_matches(given, '{_SHORT}') THEN as_iso(
                {_together(_SHORT, short)})
            WHEN regexp_matches(lower(given), '{_DAY_MONTH}') THEN as_iso(
                {_together(_DAY_MONTH, ("day", "name", "year"))})
            WHEN regexp_matches(lower(given), '{_MONTH_DAY}') THEN as_iso(
                {_together(_MONTH_DAY, ("name", "day", "year"))})
            ELSE as_iso(given) END
        """,
        f"""
        CREATE OR REPLACE TEMP MACRO turned(given) AS regexp_replace(trim(replace(replace(regexp_replace(
            regexp_replace(regexp_replace(given, '(\\d{{1,2}})[时時点](\\d{{1,2}})分?', '\\1:\\2'),
                '(:\\d{{2}})(\\d{{1,2}})秒', '\\1:\\2'),
            ' *([上下]午) *({_OCLOCK})', ' \\2 \\1'), '上午', 'AM'), '下午', 'PM')), '{_TURNED}', '\\2 \\1')
        """,
        rf"""
        CREATE OR REPLACE TEMP MACRO as_other_moment(given) AS CASE
            WHEN regexp_full_match(given, '{_BASIC}') THEN as_iso(regexp_replace(regexp_replace(given,
                '^(\d{{4}})(\d\d)(\d\d).(\d\d):?(\d\d):?', '\1-\2-\3 \4:\5:'), '^(.{{16}}):(\D|$)', '\1\2'))
            WHEN regexp_full_match(given, '{_ZONED}') THEN timezone('UTC', TRY_CAST(given AS TIMESTAMPTZ))
            WHEN regexp_full_match(given, '\d{{9,11}}(\.\d*)?')
                THEN make_timestamp(CAST(round(TRY_CAST(given AS DOUBLE) * 1000000) AS BIGINT))
            WHEN regexp_full_match(given, '(19|20)\d{{10}}') THEN from_here(try_strptime(given, '%Y%m%d%H%M'))
            WHEN regexp_full_match(given, '(19|20)\d{{12}}') THEN from_here(try_strptime(given, '%Y%m%d%H%M%S'))
            WHEN regexp_full_match(given, '\d{{12,14}}(\.0*)?') THEN make_timestamp(TRY_CAST(given AS BIGINT) * 1000)
            WHEN regexp_full_match(given, '\d{{15,17}}') THEN make_timestamp(TRY_CAST(given AS BIGINT))
            WHEN regexp_full_match(given, '\d{{18,19}}') THEN make_timestamp(TRY_CAST(given AS BIGINT) // 1000)
            WHEN regexp_full_match(given, '\d{{8}}') THEN from_here(try_strptime(given, '%Y%m%d'))
            WHEN regexp_matches(given, '{_TURNABLE}')
                THEN list_transform([turned(given)], lambda otherwise: from_parts(otherwise))[1]
            WHEN regexp_matches(given, '{_USUAL}') THEN {usual}
            ELSE from_parts(given) END
        """,
        f"""
        CREATE OR REPLACE TEMP MACRO as_moment(given) AS CASE
            WHEN {_is_usual('given')} THEN from_here({usual_moment('given')})
            WHEN regexp_full_match(given, '{_PLAIN}') THEN from_here(TRY_CAST(replace(given, ',', '.') AS TIMESTAMP))
            {_counted(clock)}
            ELSE as_other_moment(trim(given)) END
        """,
    ]


def _counted(clock: Clock) -> str:
    """SQL for days as spreadsheets count them, whose fraction is the time of day to a thousandth of a second."""
    if clock.order != EXCEL:
        return ""
    part = f"regexp_extract(trim(given), '^{_SERIAL}$', "
    day = f"DATE '1899-12-30' + TRY_CAST({part}1) AS INTEGER)"
    fraction = f"coalesce(TRY_CAST('0' || replace(nullif({part}2), ''), ',', '.') AS DOUBLE), 0)"
    passed = f"to_milliseconds(CAST(round({fraction} * 86400000) AS BIGINT))"
    return (
        f"WHEN regexp_full_match(trim(given), '{_SERIAL}') AND {part}3) = '' THEN from_here({day} + {passed}) "
        f"WHEN regexp_full_match(trim(given), '{_SERIAL}') "
        f"THEN as_iso(strftime({day}, '%Y-%m-%d') || {part}3))"
    )


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
