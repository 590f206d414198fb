"""How the numbers of a column are written: with a decimal point or comma, with thousands set apart or not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


class Style(StrEnum):
    """What parts the whole from the fraction; the other of the two may set thousands apart."""

    POINT = "point"
    COMMA = "comma"


#: Spaces, apostrophes (as the Swiss write thousands) and signs of currencies.
_TRIMMINGS = r"""[\s\x{00A0}\x{2009}\x{202F}''’]|\p{Sc}|\b(USD|EUR|GBP|JPY|CNY|RMB|CHF)\b|元"""
_SURE = {
    Style.COMMA: r"[-+]?(\d{1,3}(\.\d{3})+,\d+|\d*,(\d{1,2}|\d{4,})|0\d*,\d+|\d{4,},\d+|\d{1,3}(\.\d{3}){2,})",
    Style.POINT: r"[-+]?(\d{1,3}(,\d{3})+\.\d+|\d*\.(\d{1,2}|\d{4,})|0\d*\.\d+|\d{4,}\.\d+|\d{1,3}(,\d{3}){2,})",
}
_WRITTEN = {
    Style.COMMA: r"[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?|[-+]?,\d+",
    Style.POINT: r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?|[-+]?\.\d+",
}


def bare(text: str) -> str:
    """SQL for a number without what may stand around and within it."""
    return f"regexp_replace({text}, '{_TRIMMINGS}', '', 'g')"


def styles(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> dict[str, Style]:
    """Decide over whole columns of ``raw`` how their numbers are written.

    A column whose values fit both ways (``1,234``) is written as the others are, and with a point if they do not say.

    Parameters
    ----------
    columns
        Name → SQL over ``raw``.
    """
    odd = _count(con, {
        name: [f"TRY_CAST({sql} AS DOUBLE) IS NULL AND trim({sql}) <> ''"] for name, sql in columns.items()
    })
    doubtful = {name: columns[name] for name, (count,) in odd.items() if count}
    sure = _count(con, {
        name: [f"regexp_full_match({bare(sql)}, '{_SURE[style]}')" for style in Style] for name, sql in doubtful.items()
    })
    found = {
        name: Style.COMMA if comma > point else Style.POINT for name, (point, comma) in sure.items() if point + comma
    }
    usual = Style.COMMA if set(found.values()) == {Style.COMMA} else Style.POINT
    return {name: found.get(name, usual if name in doubtful else Style.POINT) for name in columns}


def _count(con: duckdb.DuckDBPyConnection, wanted: Mapping[str, list[str]]) -> dict[str, tuple[int, ...]]:
    """Count, for each name, the lines of ``raw`` for which each of its conditions is true."""
    if not wanted:
        return {}
    counts = ", ".join(f"count(*) FILTER ({sql})" for conditions in wanted.values() for sql in conditions)
    row = con.execute(f"SELECT {counts} FROM raw").fetchone() or ()
    values = iter(row)
    return {name: tuple(next(values) for _ in conditions) for name, conditions in wanted.items()}


def as_number(text: str, style: Style) -> str:
    """SQL for a text as a number, NULL when it is not written in the style."""
    written = f"regexp_full_match({bare(text)}, '{_WRITTEN[style]}')"
    if style is Style.POINT:
        parsed = f"TRY_CAST(replace({bare(text)}, ',', '') AS DOUBLE)"
        return f"coalesce(TRY_CAST({text} AS DOUBLE), CASE WHEN {written} THEN {parsed} END)"
    parsed = f"TRY_CAST(replace(replace({bare(text)}, '.', ''), ',', '.') AS DOUBLE)"
    plain = f"CASE WHEN NOT contains({text}, '.') THEN TRY_CAST(trim({text}) AS DOUBLE) END"
    return f"CASE WHEN {written} THEN {parsed} ELSE {plain} END"
