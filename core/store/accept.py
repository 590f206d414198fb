"""Accounts for every line of a file: an event, a reject with its reason, or a duplicate.

Works on the temporary tables of one connection: ``raw`` and ``malformed`` (see ``reading``), ``lines``
and ``faults`` (see ``lines``). It adds to ``fresh``, the events of this import, and to ``turned_away``,
its rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from core.schema import EVENT_COLUMNS, Col
from core.store.connect import literal, quote
from core.store.mapping import EVENT_INPUTS
from core.store.reading import ROW, Source

if TYPE_CHECKING:
    import duckdb

REJECTS_DDL = (
    "(import_id INTEGER, file VARCHAR, source_row BIGINT, column_name VARCHAR, reason VARCHAR, line VARCHAR)"
)
EVENTS_DDL = "(" + ", ".join(f"{name} {kind}" for name, kind in EVENT_COLUMNS.items()) + ")"
_EVENT_LIST = ", ".join(EVENT_INPUTS)


class Counted(NamedTuple):
    """What became of a file's lines; the three add up to its lines."""

    events: int
    rejected: int
    duplicates: int


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables that files are accounted for in."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh {EVENTS_DDL}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE turned_away {REJECTS_DDL}")


def reject(con: duckdb.DuckDBPyConnection, source: Source, number: int) -> int:
    """Keep the lines of ``raw`` that have a fault in ``lines``, and the malformed ones; count them."""
    con.execute(
        f"INSERT INTO turned_away SELECT $number, $file, {ROW}, NULL, reason, line FROM malformed",
        {"number": number, "file": source.file},
    )
    con.execute(
        f"INSERT INTO turned_away "
        f"SELECT $number, $file, {ROW}, column_name, reason, {_as_json(source.columns)} "
        f"FROM raw JOIN lines USING ({ROW}) JOIN faults USING (fault) ORDER BY {ROW}",
        {"number": number, "file": source.file},
    )
    return _count(con, f"SELECT count(*) FROM turned_away WHERE import_id = {number}")


def accept(con: duckdb.DuckDBPyConnection, source: Source, number: int, kept: str | None) -> Counted:
    """Move what is right in ``lines`` to ``fresh``, once each.

    A line is a duplicate when an earlier line of its file equals it in every column, or when the
    same event (in every canonical column) was kept from an earlier file or import. ``lines`` is left
    with the accepted lines alone.

    Parameters
    ----------
    number
        The file's ``import_id``.
    kept
        Table of the events of earlier imports, if there are any.
    """
    rejected = reject(con, source, number)
    con.execute("DELETE FROM lines WHERE fault IS NOT NULL")
    right = _count(con, "SELECT count(*) FROM lines")
    raw_columns = ", ".join(f"raw.{quote(name)}" for name in source.columns)
    con.execute(
        f"DELETE FROM lines WHERE {ROW} NOT IN (SELECT min({ROW}) FROM raw GROUP BY {raw_columns})"
    )
    for table in ("fresh", kept):
        if table and _count(con, f"SELECT count(*) FROM {table}"):
            con.execute(f"DELETE FROM lines WHERE {ROW} IN ({_same_as(table)})")
    con.execute(
        f"INSERT INTO fresh ({_EVENT_LIST}, {Col.SOURCE_ROW}, {Col.IMPORT}) "
        f"SELECT {_EVENT_LIST}, {ROW}, {number} FROM lines"
    )
    events = _count(con, "SELECT count(*) FROM lines")
    return Counted(events, rejected, right - events)


def reasons(con: duckdb.DuckDBPyConnection, number: int) -> dict[str, int]:
    """Reason → lines rejected for it, the most frequent first."""
    return {
        f"{column}: {reason}" if column else reason: count
        for column, reason, count in con.execute(
            "SELECT column_name, reason, count(*) FROM turned_away WHERE import_id = $number "
            "GROUP BY column_name, reason ORDER BY count(*) DESC, reason, column_name",
            {"number": number},
        ).fetchall()
    }


def _same_as(table: str) -> str:
    """Lines that equal an event of a table; the columns that are never empty let the join hash."""
    same = " AND ".join(f"lines.{name} IS NOT DISTINCT FROM old.{name}" for name in EVENT_INPUTS)
    return f"SELECT lines.{ROW} FROM lines JOIN {table} AS old ON {same}"


def _as_json(columns: Sequence[str]) -> str:
    pairs = ", ".join(f"{literal(name)}, raw.{quote(name)}" for name in columns)
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
