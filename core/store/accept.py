"""Accounts for every line of a file: imported, rejected with a reason, or a duplicate.

A line may tell of several events; it is imported, rejected or a duplicate as a whole. Works on the
temporary tables of one connection: the lines of a file and ``malformed`` (see ``reading``), ``lines``
and ``faults`` (see ``lines``). It adds to ``fresh``, the events of this import, and to ``turned_away``,
its rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from core.language import to_say
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
NOTHING = to_say("nothing that a shopper did")
_EVENT_LIST = ", ".join(EVENT_INPUTS)


class Counted(NamedTuple):
    """What became of a file's lines, and how many events came of those that are imported.

    Attributes
    ----------
    told
        Lines among the duplicates of which all was told by an earlier file or import.
    """

    imported: int
    rejected: int
    duplicates: int
    events: int
    told: int = 0


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables that files are accounted for in."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh {EVENTS_DDL}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE turned_away {REJECTS_DDL}")


def reject_malformed(con: duckdb.DuckDBPyConnection, source: Source, number: int) -> None:
    """Keep the lines of a file that are no rows at all."""
    con.execute(
        f"INSERT INTO turned_away SELECT $number, $file, {ROW}, NULL, reason, line FROM malformed",
        {"number": number, "file": source.file},
    )


def reject_faulty(con: duckdb.DuckDBPyConnection, source: Source, number: int, table: str, before: int = 0) -> None:
    """Keep the lines of ``table`` that have a fault in ``lines``.

    A line with several events is rejected with the first fault of any of them.

    Parameters
    ----------
    before
        Lines of other files that are numbered before this file's.
    """
    con.execute(
        f"INSERT INTO turned_away "
        f"SELECT $number, $file, {ROW} - {before}, faults.column_name, faults.reason, {_as_json(source.columns)} "
        f"FROM {table} AS whole "
        f"JOIN (SELECT {ROW}, min(fault) AS fault FROM lines WHERE fault IS NOT NULL GROUP BY {ROW}) AS faulty "
        f"USING ({ROW}) JOIN faults ON faults.fault = faulty.fault "
        f"WHERE {ROW} > {before} AND {ROW} <= {before + source.lines} ORDER BY {ROW}",
        {"number": number, "file": source.file},
    )


def accept(
    con: duckdb.DuckDBPyConnection, source: Source, number: int, kept: str | None, table: str = "raw"
) -> Counted:
    """Move what is right in ``lines`` to ``fresh``, once each.

    A line is a duplicate when an earlier line of its file equals it in every column, or when all of its
    events (in every canonical column) were kept from an earlier file or import. ``lines`` is left with
    the accepted events alone.

    Parameters
    ----------
    number
        The file's ``import_id``.
    kept
        Table of the events of earlier imports, if there are any.
    table
        The file's lines, as they were read.
    """
    reject_malformed(con, source, number)
    if _count(con, "SELECT count(*) FROM lines WHERE fault IS NOT NULL"):
        reject_faulty(con, source, number, table)
        con.execute(f"DELETE FROM lines WHERE {ROW} IN (SELECT {ROW} FROM lines WHERE fault IS NOT NULL)")
    _find_repeated(con, source, table)
    _reject_barren(con, source, number, table)
    right = _lines(con, table, number)
    con.execute(f"DELETE FROM lines WHERE {ROW} IN (SELECT {ROW} FROM repeated)")
    once = _lines(con, table)
    for earlier in ("fresh", kept):
        if earlier and _count(con, f"SELECT count(*) FROM {earlier}"):
            con.execute(f"DELETE FROM lines WHERE rowid IN ({_same_as(earlier)})")
    con.execute(
        f"INSERT INTO fresh ({_EVENT_LIST}, {Col.SOURCE_ROW}, {Col.IMPORT}) "
        f"SELECT {_EVENT_LIST}, {ROW}, {number} FROM lines"
    )
    imported = _lines(con, table)
    events = _count(con, "SELECT count(*) FROM lines")
    return Counted(imported, rejected(con, number), right - imported, events, once - imported)


def rejected(con: duckdb.DuckDBPyConnection, number: int) -> int:
    """Count the lines of a file that are rejected."""
    return _count(con, f"SELECT count(DISTINCT source_row) FROM turned_away WHERE import_id = {number}")


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


def _lines(con: duckdb.DuckDBPyConnection, table: str, number: int | None = None) -> int:
    """Count the file's lines that ``lines`` is of; with ``number``, those too that repeat one and are not rejected."""
    if table == "raw":
        return _count(con, "SELECT count(*) FROM lines")
    repeats = "" if number is None else (
        f"UNION SELECT {ROW} FROM repeated "
        f"WHERE {ROW} NOT IN (SELECT source_row FROM turned_away WHERE import_id = {number})"
    )
    return _count(con, f"SELECT count(*) FROM (SELECT DISTINCT {ROW} FROM lines {repeats})")


def _reject_barren(con: duckdb.DuckDBPyConnection, source: Source, number: int, table: str) -> None:
    """Keep the lines of which no event comes, where a preset makes events of lines."""
    if table == "raw":
        return
    con.execute(
        f"INSERT INTO turned_away SELECT $number, $file, {ROW}, NULL, $reason, {_as_json(source.columns)} "
        f"FROM {table} AS whole WHERE {ROW} NOT IN (SELECT {ROW} FROM lines UNION ALL SELECT {ROW} FROM repeated) "
        f"AND {ROW} NOT IN (SELECT source_row FROM turned_away WHERE import_id = $number) ORDER BY {ROW}",
        {"number": number, "file": source.file, "reason": NOTHING},
    )


def _find_repeated(con: duckdb.DuckDBPyConnection, source: Source, table: str) -> None:
    """Find the lines that equal an earlier one; only those are compared in full that have another of their hash."""
    columns = ", ".join(map(quote, source.columns))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {ROW} FROM {table} WHERE hash({columns}) IN ("
        f"SELECT hash({columns}) FROM {table} GROUP BY 1 HAVING count(*) > 1) "
        f"QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY {ROW}) > 1"
    )


def _same_as(table: str) -> str:
    """Events that equal one of a table."""
    same = " AND ".join(f"lines.{name} IS NOT DISTINCT FROM old.{name}" for name in EVENT_INPUTS)
    return f"SELECT lines.rowid FROM lines SEMI JOIN {table} AS old ON {same}"


def _as_json(columns: Sequence[str]) -> str:
    pairs = ", ".join(f"{literal(name)}, whole.{quote(name)}" for name in columns)
    return f"CAST(json_object({pairs}) AS VARCHAR)"




def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
