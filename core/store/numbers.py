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


#: What sets digits apart: spaces, and apostrophes as the Swiss write thousands; and what is written for a minus.
_APART, _MINUS = r"[\s\x{00A0}\x{2009}\x{202F}''’]", "[−–—－﹣-]"
_CODES = (
    "USD|EUR|GBP|JPY|CNY|RMB|CHF|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|RUB|UAH|INR|PKR|LKR|BRL|MXN|ARS|CLP|COP|PEN|"
    "CAD|AUD|NZD|HKD|TWD|SGD|MYR|THB|IDR|PHP|VND|KRW|ILS|AED|SAR|EGP|MAD|ZAR|NGN|KES|KZT"
)
_WORDS = "eur|usd|gbp|zł|zl|kr|kč|kc|ft|lei|leu|лв|руб|р|rs|tl|sfr|fr|rp|rm|r|din|дин|ден|ksh|dh|円|圆|圓|元|块|원|đ"
#: What a price may stand beside, without spaces: ``R$``, ``USD``, ``zł``, ``Rs.``
_CURRENCY = rf"(?:[A-Za-z]{{0,3}}\p{{Sc}}|(?:{_CODES}|(?i:{_WORDS}))\.?)?"
_POWER = r"[-+]?\d+(\.\d*)?[eE][-+]?\d+"
_GROUPS = r"\d{1,3}(,\d{2,3})*,\d{3}"  # 1,234,567, or 12,34,567 as in India
_SURE = {
    Style.COMMA: r"[-+]?(\d{1,3}(\.\d{3})+(,\d+|\.\d{3})|\d*,(\d{1,2}|\d{4,})|0\d*,\d+|\d{4,},\d+|\d[\d.]*,)",
    Style.POINT: rf"[-+]?({_GROUPS}(\.\d+|,\d{{3}})|\d*\.(\d{{1,2}}|\d{{4,}})|0\d*\.\d+|\d{{4,}}\.\d+|\d[\d,]*\.)",
}
_WRITTEN = {
    Style.COMMA: r"[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?|[-+]?,\d+",
    Style.POINT: rf"[-+]?({_GROUPS}|\d+)(\.\d*)?|[-+]?\.\d+",
}


def bare(text: str) -> str:
    """SQL for a number without what may stand around and within it, a minus in front: ``(1 299,00 zł)`` → ``-1299,00``.

    Read as negative are ``-1``, ``1-`` and ``(1)``; ``99,-`` is a price without pennies.
    """
    minus = rf"regexp_matches({text}, '^\D*({_MINUS}|\()|\d\s*{_MINUS}\D*$')"
    around = f"^(\\+|\\(|{_MINUS})*{_CURRENCY}[+-]?|/?({_MINUS}|\\))*{_CURRENCY}({_MINUS}|\\))*$"
    digits = f"regexp_replace(regexp_replace({text}, '{_APART}', '', 'g'), '{around}', '', 'g')"
    usual = rf"regexp_full_match({text}, '[-+]?[\d.,]+')"
    return f"CASE WHEN {usual} THEN {text} ELSE concat(CASE WHEN {minus} THEN '-' END, {digits}) END"


def looks_like(text: str) -> str:
    """SQL for whether a ``bare`` text is a number in any style."""
    return f"regexp_full_match({text}, '{_WRITTEN[Style.POINT]}|{_WRITTEN[Style.COMMA]}|{_POWER}')"


def negative(text: str) -> str:
    """SQL for whether a text is a number below zero, however it is written."""
    return f"coalesce(TRY_CAST({text} AS DOUBLE) < 0, {bare(text)} LIKE '-%')"


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


def in_either(text: str, first: Style = Style.POINT) -> str:
    """SQL for a text as a number in any style, that which is named first where both fit."""
    return f"coalesce({', '.join(as_number(text, style) for style in sorted(Style, key=first.__ne__))})"


def in_its_style(column: str) -> str:
    """SQL for a quoted column of ``raw`` as a number, where the same statement decides how the column is written."""
    whole = f"trim(whole.{column})"
    point, comma = (f"count(*) FILTER (regexp_full_match({bare(whole)}, '{_SURE[style]}'))" for style in Style)
    said = {style: in_either(f"trim(raw.{column})", style) for style in Style}
    return (
        f"CASE WHEN (SELECT {comma} > {point} FROM raw AS whole) THEN {said[Style.COMMA]} ELSE {said[Style.POINT]} END"
    )
