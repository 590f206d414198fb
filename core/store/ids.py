"""Ids alike in every file, however a program wrote them: blanks around them go, and what made a float of a number.

A column of whole numbers with gaps in it goes through many programs as floats, ``17850.0``. Such a ``.0`` goes where
the whole column is of whole numbers; where one value is no such number, ``1.5`` or ``A-1.0``, all stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.schema import Col

if TYPE_CHECKING:
    import duckdb

#: Canonical columns that are ids.
IDS = (Col.USER, Col.ITEM, Col.SESSION, Col.IMPRESSION)
_WHOLE, _FLOAT = r"[+-]?\d+(\.0+)?", r"\.0+$"
#: A blank, a tab, a blank that keeps lines whole, and the wide one.
_BLANKS = ("' '", "chr(9)", "chr(160)", "chr(12288)")
#: How programs write that there is no number.
_NOTHING = "nan"


def bare(text: str) -> str:
    """SQL for an id without blanks around it, NULL when nothing is left."""
    # Most ids begin with a letter or a digit and end with no blank, which is told in half the time of trimming them.
    ends = " OR ".join(f"suffix({text}, {blank})" for blank in _BLANKS)
    trimmed = f"CASE WHEN contains({text}, chr(9)) THEN trim({text}, ' ' || chr(9)) ELSE trim({text}) END"
    return f"CASE WHEN {text} BETWEEN '!' AND '~' AND NOT ({ends}) THEN {text} ELSE nullif({trimmed}, '') END"


def alike(text: str, floats: bool) -> str:
    """SQL for an id as it is kept.

    Parameters
    ----------
    text
        SQL of the id as text.
    floats
        Whether its column is one of ``floats``.
    """
    id = bare(text)
    return f"CASE WHEN lower({id}) <> '{_NOTHING}' THEN regexp_replace({id}, '{_FLOAT}', '') END" if floats else id


def may_be_float(text: str) -> str:
    """SQL for whether an id can make a column one of ``floats``, which is told quickly."""
    return f"coalesce(contains({text}, '.0'), false)"


def floats(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, str], known: Mapping[str, str] | None = None,
    table: str = "raw",
) -> set[str]:
    """Return which columns are of whole numbers that some program made floats of.

    Parameters
    ----------
    columns
        Name → SQL over ``table``, of text.
    known
        Name → SELECT of the ids that the shop has already; a column with one of these as it is written stays as it is.
    table
        The lines, ``raw``.
    """
    found = _true(con, table, {name: f"bool_or({may_be_float(sql)})" for name, sql in columns.items()})
    sure = _true(con, table, {
        name: f"bool_and(regexp_full_match(lower({bare(columns[name])}), '{_WHOLE}|{_NOTHING}'))" for name in found
    })
    there = {name: known[name] for name in sure if name in known} if known else {}
    return set(sure) - {name for name, ids in there.items() if _are_known(con, table, columns[name], ids)}


def _true(con: duckdb.DuckDBPyConnection, table: str, wanted: Mapping[str, str]) -> list[str]:
    if not wanted:
        return []
    row = con.execute(f"SELECT {', '.join(wanted.values())} FROM {table}").fetchone() or ()
    return [name for name, held in zip(wanted, row, strict=True) if held]


def _are_known(con: duckdb.DuckDBPyConnection, table: str, text: str, known: str) -> bool:
    """Whether the shop has an id that would be another without its ``.0``."""
    found = con.execute(f"SELECT 1 FROM {table} WHERE {may_be_float(text)} AND {bare(text)} IN ({known}) LIMIT 1")
    return bool(found.fetchall())
