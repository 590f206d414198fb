"""Reads one big log straight into the table of events: no copy of it in between, the same books.

A file that is plain text in UTF-8, or Parquet, and of which every line is one row, goes from DuckDB's reader through
the typing of ``lines`` into sorted events. What was counted on the way there decides how it is typed, so that nothing
is guessed; single lines, the rejected and the repeated ones, are read again. All others take the longer way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import InputError
from core.schema import EVENT_COLUMNS, Col
from core.store import accept, catalogue, lines, parquet
from core.store.accept import Counted
from core.store.connect import literal, quote
from core.store.dialect import Reading, understand
from core.store.encoding import UTF_8, look
from core.store.jsonlines import looks_like
from core.store.kinds import Kind, kind_at
from core.store.mapping import EVENT_INPUTS
from core.store.numbers import Style, styles
from core.store.preset import Layout
from core.store.reading import ROW, Piece, Source, clashing, csv_options
from core.store.rows import count
from core.store.times import Clock, decided, may_be_short
from core.store.watch import querying

if TYPE_CHECKING:
    import duckdb

#: Bytes of a file from which on the way straight through is worth its two readings.
LEAST_BYTES = 16 << 20
_SAMPLE = 1 << 20

# Events of one shopper and moment stand together; those of them that are equal are doubted: new ones are known
# when an earlier import has them, and else are compared as they were written.
_DOUBTED = f"""
CREATE OR REPLACE TEMP TABLE doubted AS
WITH neighbours AS (
    SELECT rowid AS place, lag(rowid) OVER () AS before,
           user_id = lag(user_id) OVER () AND ts = lag(ts) OVER () AS tied
    FROM events
),
tied AS (SELECT unnest([place, before]) AS place FROM neighbours WHERE tied),
marked AS MATERIALIZED (
    SELECT rowid AS place, hash({', '.join(EVENT_INPUTS)}) AS mark FROM events WHERE rowid IN (SELECT place FROM tied)
),
twice AS (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1),
alike AS (
    SELECT rowid AS place, source_row AS {ROW}, import_id, count(*) OVER equal AS n,
           bool_or(import_id <> $number) OVER equal AS known
    FROM events WHERE rowid IN (SELECT place FROM marked SEMI JOIN twice USING (mark))
    WINDOW equal AS (PARTITION BY {', '.join(EVENT_INPUTS)})
)
SELECT place, {ROW}, known FROM alike WHERE n > 1 AND import_id = $number
"""


@dataclass(frozen=True)
class Scan:
    """A file that DuckDB can read as it is.

    Attributes
    ----------
    columns
        Names that SQL of the import has for the file's columns, in their order.
    lines, numbered
        SELECT of the lines as text, in any order; and in that of the file, with ``__row``.
    """

    file: str
    columns: tuple[str, ...]
    lines: str
    numbered: str


def scan_of(con: duckdb.DuckDBPyConnection, piece: Piece, how: Reading) -> Scan | None:
    """Return how to read a file without a copy of it; None when it has to be copied first."""
    if piece.member or piece.path.stat().st_size < LEAST_BYTES:
        return None
    kind = kind_at(piece.path)
    if kind is Kind.PARQUET:
        return _of_parquet(con, piece)
    return _of_text(piece, how) if kind is Kind.TEXT else None


def _of_parquet(con: duckdb.DuckDBPyConnection, piece: Piece) -> Scan:
    leaves = parquet.leaves(con, piece.path)
    texts = ", ".join(f"{sql} AS {quote(name)}" for name, sql in leaves.items())
    source = literal(str(piece.path))
    return Scan(
        piece.name, tuple(leaves), f"SELECT {texts} FROM read_parquet({source})",
        f"SELECT file_row_number + 1 AS {ROW}, {texts} FROM read_parquet({source}, file_row_number = true)",
    )


def _of_text(piece: Piece, how: Reading) -> Scan | None:
    found = look(piece.path, piece, how.encoding)
    if found.encoding != UTF_8 or found.fallback or found.nul:
        return None
    with piece.path.open("rb") as file:
        head = file.read(_SAMPLE).decode("utf-8-sig", errors="replace")
    if looks_like(head):
        return None
    dialect = understand(head, piece, how, False)
    if clashing(dialect, how):
        return None
    read = f"FROM read_csv({literal(str(piece.path))}, {csv_options(dialect, how)})"
    return Scan(piece.name, dialect.columns, f"SELECT * {read}", f"SELECT row_number() OVER () AS {ROW}, * {read}")


def renamed(scan: Scan, names: Mapping[str, str], optional: Sequence[str]) -> Scan:
    """Return a scan whose columns are called as a preset calls them, with empty ones for those that it may lack.

    Parameters
    ----------
    names
        Name → column of the file.
    """
    back = {column: name for name, column in names.items()}
    columns = {column: back.get(column, column) for column in scan.columns}
    parts = [f"{quote(column)} AS {quote(name)}" for column, name in columns.items()]
    parts += [f"NULL::VARCHAR AS {quote(name)}" for name in optional if name not in names]
    chosen = ", ".join(parts)
    return Scan(
        scan.file, tuple(columns.values()), f"SELECT {chosen} FROM ({scan.lines})",
        f"SELECT {ROW}, {chosen} FROM ({scan.numbered})",
    )


@dataclass(frozen=True)
class Meaning:
    """What the columns of a file of events mean: canonical column → SQL over ``raw``, for events and for items."""

    events: Mapping[str, str]
    items: Mapping[str, str]
    layout: Layout
    clock: Clock


@dataclass(frozen=True)
class Log:
    """A log that is to go straight through: how its lines are read, what they mean, and its ``import_id``."""

    scan: Scan
    means: Meaning
    number: int


def read(con: duckdb.DuckDBPyConnection, log: Log, old: str | None) -> tuple[Source, Counted] | None:
    """Make the table ``events`` of a log and of the events of earlier imports, and keep the books of it.

    ``fresh`` becomes a view of its own events; ``turned_away``, and what is gathered of items and shoppers, get
    their share.

    Returns
    -------
    source, counted
        None when some lines are no rows: nothing is made then.

    Raises
    ------
    AmbiguousDates
        When the dates may be day-first and month-first.
    """
    lines.prepare(con)
    con.execute("DROP TABLE IF EXISTS raw")  # of a file beside the log
    con.execute(f"CREATE TEMP VIEW raw AS {log.scan.lines}")
    if not _passed(con, log):
        con.execute("DROP VIEW raw")
        return None
    source = Source(log.scan.file, log.scan.columns, _sum(con, "n"))
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {log.scan.numbered}")
    clock, written = _decided(con, log)
    lines.hear(con, "SELECT DISTINCT word AS given FROM passed")
    judged = lines.judged(con, log.means.events, {}, log.means.layout.rejects, written, clock)
    with querying(source.lines):
        con.execute(_sorted(log, judged, old))
    con.execute("DROP TABLE IF EXISTS temp.fresh")
    con.execute(f"CREATE TEMP VIEW fresh AS SELECT * FROM events WHERE import_id = {log.number}")
    left_out = _settle(con, log, source)
    _tell(con, log)
    con.execute("DROP VIEW raw")
    kept = count(con, "fresh")
    return source, Counted(kept, left_out, source.lines - left_out - kept, kept)


def _passed(con: duckdb.DuckDBPyConnection, log: Log) -> bool:
    """Pass through the file once: what is said of items and of events, and how often; False if a line is no row."""
    import duckdb

    numbers = {name: lines.text_of(log.means.events, name) for name in lines.NUMBERS if name in log.means.events}
    counts = ["count(*) AS n"]
    counts += [
        f"count(*) FILTER (TRY_CAST({sql} AS DOUBLE) IS NULL AND trim({sql}) <> '') AS odd_{name}"
        for name, sql in numbers.items()
    ]
    counts.append(f"count(*) FILTER ({may_be_short(lines.text_of(log.means.events, Col.TS))}) AS short")
    told = [f"filled({sql}) AS {quote(name)}" for name, sql in log.means.items.items()]
    item = [f"filled({lines.text_of(log.means.events, Col.ITEM)}) AS {Col.ITEM}"] if told else []
    word = f"filled({lines.text_of(log.means.events, Col.TYPE)}) AS word"
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    try:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE passed AS SELECT {', '.join([word, *item, *told, *counts])} "
            "FROM raw GROUP BY ALL"
        )
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        if "CSV Parser" in first:
            return False
        raise InputError(f"{log.scan.file} cannot be read: {first}") from error
    broken = count(con, "duckdb_tables() WHERE table_name = 'reject_errors'") and count(con, "reject_errors")
    return not broken and _sum(con, "n") > 0


def _sum(con: duckdb.DuckDBPyConnection, column: str) -> int:
    row = con.execute(f"SELECT coalesce(sum({quote(column)}), 0) FROM passed").fetchone()
    return int(row[0]) if row else 0


def _decided(con: duckdb.DuckDBPyConnection, log: Log) -> tuple[Clock, dict[str, Style]]:
    """Decide how times and numbers are written; the file is read again only where some are not written as usual."""
    numbers = {name: lines.text_of(log.means.events, name) for name in lines.NUMBERS if name in log.means.events}
    odd = any(_sum(con, f"odd_{name}") for name in numbers)
    written = styles(con, numbers) if odd else dict.fromkeys(numbers, Style.POINT)
    sql = log.means.events[Col.TS]
    clock = log.means.clock if _sum(con, "short") else replace(log.means.clock, order=log.means.clock.order or "dmy")
    return decided(con, sql, clock, lines.called(sql)), written


def _sorted(log: Log, judged: str, old: str | None) -> str:
    """SQL that makes ``events``; the faulty lines among them have an ``import_id`` that says which fault it is.

    What no column fills is not carried through the sorting.
    """
    carried = [name for name in EVENT_INPUTS if old or name in log.means.events or name == Col.TYPE]
    numbered = f"CAST(CASE WHEN fault IS NULL THEN {log.number} ELSE -1 - fault END AS INTEGER) AS {Col.IMPORT}"
    rows = f"SELECT {', '.join(carried)}, {ROW} AS {Col.SOURCE_ROW}, {numbered} FROM ({judged})"
    by = f"{Col.USER}, {Col.TS}, {Col.SOURCE_ROW}"
    if old:
        rows = f"SELECT {', '.join([*carried, Col.SOURCE_ROW, Col.IMPORT])} FROM {old} UNION ALL {rows}"
        by = f"{Col.USER}, {Col.TS}, {Col.IMPORT}, {Col.SOURCE_ROW}"
    there = (*carried, Col.SOURCE_ROW, Col.IMPORT)
    columns = (name if name in there else f"NULL::{kind} AS {name}" for name, kind in EVENT_COLUMNS.items())
    return f"CREATE TABLE events AS SELECT {', '.join(columns)} FROM ({rows} ORDER BY {by})"


def _settle(con: duckdb.DuckDBPyConnection, log: Log, source: Source) -> int:
    """Take the rejected and the repeated lines out of ``events`` again; return how many are rejected.

    ``again`` holds these lines as they were read.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE lines AS SELECT {Col.SOURCE_ROW} AS {ROW}, -1 - {Col.IMPORT} AS fault "
        f"FROM events WHERE {Col.IMPORT} < 0"
    )
    if count(con, "lines"):
        con.execute(f"DELETE FROM events WHERE {Col.IMPORT} < 0")
    con.execute(_DOUBTED, {"number": log.number})
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE again AS SELECT * FROM raw "
        f"WHERE {ROW} IN (SELECT {ROW} FROM lines UNION ALL SELECT {ROW} FROM doubted)"
        if count(con, "lines") + count(con, "doubted") else "CREATE OR REPLACE TEMP TABLE again AS FROM raw LIMIT 0"
    )
    accept.reject_faulty(con, source, log.number, "again")
    columns = ", ".join(map(quote, log.scan.columns))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {ROW} FROM doubted WHERE known UNION "
        f"(SELECT {ROW} FROM again SEMI JOIN doubted USING ({ROW}) "
        f"QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY {ROW}) > 1)"
    )
    con.execute(f"DELETE FROM events WHERE rowid IN (SELECT place FROM doubted SEMI JOIN repeated USING ({ROW}))")
    con.execute(f"DELETE FROM again WHERE {ROW} NOT IN (SELECT {ROW} FROM lines UNION ALL SELECT {ROW} FROM repeated)")
    return count(con, "lines")


def _tell(con: duckdb.DuckDBPyConnection, log: Log) -> None:
    """Gather what the accepted lines tell of items and shoppers: all that tell it, less those that were left out."""
    sides = (("items", Col.ITEM, log.means.items), ("users", Col.USER, log.means.layout.users))
    for table, key, columns in sides:
        told = ", ".join(f"filled({sql}) AS {quote(name)}" for name, sql in columns.items())
        by = f"filled({lines.text_of(log.means.events, key)}) AS {key}, {told}"
        every = f"SELECT {key}, {', '.join(map(quote, columns))}, n FROM passed"
        if table == "users" and columns:
            every = f"SELECT {by}, count(*) AS n FROM ({log.scan.lines}) AS raw GROUP BY ALL"
        counted = f"{every} UNION ALL SELECT {by}, -1 FROM again AS raw"
        catalogue.tell_counted(con, table, key, tuple(columns), counted)
