"""Reads one big log straight into the table of events: no copy of it in between, the same books.

A file that is plain text in UTF-8, or Parquet, and of which every line is one row, goes from DuckDB's reader through
the typing of ``lines`` into sorted events. What was counted on the way there decides how it is typed, so that nothing
is guessed; single lines, the rejected and the repeated ones, are read again. All others take the longer way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from core.errors import InputError
from core.language import say
from core.schema import EVENT_COLUMNS, Col
from core.store import accept, catalogue, ids, lines, parquet, picked
from core.store.accept import Counted
from core.store.connect import literal, quote
from core.store.dialect import Dialect, Reading, understand
from core.store.encoding import UTF_8, look
from core.store.jsonlines import looks_like
from core.store.kinds import Kind, kind_at
from core.store.mapping import EVENT_INPUTS
from core.store.numbers import Style, styles
from core.store.preset import Layout
from core.store.reading import ROW, Piece, Source, about_lines, clashing, csv_options
from core.store.rows import count
from core.store.times import Clock, decided
from core.store.watch import querying

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

#: Bytes of a file from which on the way straight through is worth its two readings.
LEAST_BYTES = 2 << 20
_SAMPLE = 1 << 20
_WORD = "word"

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
class Text:
    """A text of which single lines can be read again."""

    path: Path
    dialect: Dialect
    how: Reading


@dataclass(frozen=True)
class Scan:
    """A file that DuckDB can read as it is.

    Attributes
    ----------
    columns
        Names that SQL of the import has for the file's columns, in their order.
    values
        Name → SQL over what the reader gives, for these columns and for those that the file may lack.
    reader, number
        SQL for what reads the file, and for the number of a line.
    text
        None for a file that is no text.
    about
        About how many lines it has.
    """

    file: str
    columns: tuple[str, ...]
    values: Mapping[str, str]
    reader: str
    number: str
    text: Text | None = None
    about: int = 0

    @property
    def lines(self) -> str:
        """SELECT of the lines as text, in any order."""
        return f"SELECT {self._chosen} FROM {self.reader}"

    @property
    def numbered(self) -> str:
        """SELECT of the lines in the order of the file, with ``__row``."""
        return f"SELECT {self.number} AS {ROW}, {self._chosen} FROM {self.reader}"

    @property
    def _chosen(self) -> str:
        return ", ".join(f"{sql} AS {quote(name)}" for name, sql in self.values.items())


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
    reader, number = parquet.numbered(con, piece.path)
    return Scan(piece.name, tuple(leaves), leaves, reader, number, about=count(con, reader))


def _of_text(piece: Piece, how: Reading) -> Scan | None:
    how = piece.read_as(how)
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
    values = {name: quote(name) for name in dialect.columns}
    about = about_lines(piece.path, head)
    text = Text(piece.path, dialect, how)
    reader = _csv(piece.path, dialect, how)
    return Scan(piece.name, dialect.columns, values, reader, "row_number() OVER ()", text, about)


def _csv(path: Path, dialect: Dialect, how: Reading) -> str:
    return f"read_csv({literal(str(path))}, {csv_options(dialect, how)})"


def renamed(scan: Scan, names: Mapping[str, str], optional: Sequence[str]) -> Scan:
    """Return a scan whose columns are called as a preset calls them, with empty ones for those that it may lack.

    Parameters
    ----------
    names
        Name → column of the file.
    """
    back = {column: name for name, column in names.items()}
    values = {back.get(column, column): sql for column, sql in scan.values.items()}
    lacking = {name: "NULL::VARCHAR" for name in optional if name not in names}
    return replace(scan, columns=tuple(values), values={**values, **lacking})


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
    with querying(log.scan.about):
        passed = _passed(con, log)
    if not passed:
        con.execute("DROP VIEW raw")
        return None
    n, unlike = _summed(con)
    source = Source(log.scan.file, log.scan.columns, n)
    con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS {log.scan.numbered}")
    clock, written = _decided(con, log, unlike)
    known = lines.ids_of(log.means.events) if unlike & lines.FLOAT else {}
    floats = ids.floats(con, known, catalogue.KNOWN)
    lines.hear(con, f"SELECT {_WORD} AS given FROM passed WHERE told = {literal(_WORD)}")
    usual = not unlike & lines.OTHER
    judged = lines.judged(con, log.means.events, {}, log.means.layout.rejects, written, clock, usual, floats)
    with querying(source.lines, takes=0.7):
        con.execute(_sorted(log, judged, old))
    con.execute("DROP TABLE IF EXISTS temp.fresh")
    con.execute(f"CREATE TEMP VIEW fresh AS SELECT * FROM events WHERE import_id = {log.number}")
    left_out = _settle(con, log, source)
    told = _told_before(con, log)
    _tell(con, log, floats)
    con.execute("DROP VIEW raw")
    kept = count(con, "fresh")
    return source, Counted(kept, left_out, source.lines - left_out - kept, kept, told)


def _passed(con: duckdb.DuckDBPyConnection, log: Log) -> bool:
    """Pass through the file once into ``passed``, and say whether every line of it is a row.

    ``passed`` counts (``n``) each word for what was done, and what lines tell of items and of shoppers; ``told`` says
    which of the three a row counts, and ``unlike`` what ``lines.unlike`` says of its lines.
    """
    import duckdb

    event = log.means.events
    sets = {_WORD: {_WORD: lines.text_of(event, Col.TYPE)}}
    for key, columns in _sides(log).items():
        if columns:
            sets[key] = {key: lines.text_of(event, key), **{_alias(key, name): sql for name, sql in columns.items()}}
    chosen = ", ".join(
        f"{ids.bare(sql) if name in ids.IDS else f'filled({sql})'} AS {quote(name)}"
        for one in sets.values() for name, sql in one.items()
    )
    names = ", ".join(quote(name) for one in sets.values() for name in one)
    which = " ".join(f"WHEN grouping({key}) = 0 THEN {literal(key)}" for key in sets)
    by = ", ".join(f"({', '.join(map(quote, one))})" for one in sets.values())
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    try:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE passed AS "
            f"SELECT {names}, CASE {which} END AS told, count(*) AS n, bit_or(unlike) AS unlike "
            f"FROM (SELECT {chosen}, {lines.unlike(event)} AS unlike FROM raw) GROUP BY GROUPING SETS ({by})"
        )
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        if "CSV Parser" in first:
            return False
        raise InputError(say("{file} cannot be read: {why}", file=log.scan.file, why=first)) from error
    broken = count(con, "duckdb_tables() WHERE table_name = 'reject_errors'") and count(con, "reject_errors")
    return not broken and count(con, "passed") > 0


def _sides(log: Log) -> dict[str, Mapping[str, str]]:
    """Key of items and of shoppers → what lines tell of them, as column → SQL over ``raw``."""
    return {Col.ITEM: log.means.items, Col.USER: log.means.layout.users}


def _alias(key: str, name: str) -> str:
    return f"{key}_{name}_told"


def _summed(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Lines of the file, and what is unlike the usual in any of them."""
    row = con.execute(
        f"SELECT coalesce(sum(n), 0), coalesce(bit_or(unlike), 0) FROM passed WHERE told = {literal(_WORD)}"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _decided(con: duckdb.DuckDBPyConnection, log: Log, unlike: int) -> tuple[Clock, dict[str, Style]]:
    """Decide how times and numbers are written; the file is read again only where some are not written as usual."""
    numbers = lines.numbers_of(log.means.events)
    written = styles(con, numbers) if unlike & lines.ODD else dict.fromkeys(numbers, Style.POINT)
    sql, clock = log.means.events[Col.TS], log.means.clock
    clock = clock if unlike & lines.SHORT else replace(clock, order=clock.order or "dmy")
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
    _read_again(con, log.scan, source)
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


def _told_before(con: duckdb.DuckDBPyConnection, log: Log) -> int:
    """Count the different lines among those left out that an earlier import told."""
    columns = ", ".join(map(quote, log.scan.columns))
    return count(con, f"(SELECT DISTINCT {columns} FROM again SEMI JOIN (FROM doubted WHERE known) USING ({ROW}))")


def _read_again(con: duckdb.DuckDBPyConnection, scan: Scan, source: Source) -> None:
    """Make ``again``: the lines that are in ``lines`` or ``doubted``, as they were read."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT {ROW}, row_number() OVER (ORDER BY {ROW}) AS place "
        f"FROM (SELECT {ROW} FROM lines UNION SELECT {ROW} FROM doubted)"
    )
    rows = np.array(con.execute(f"SELECT {ROW} FROM wanted ORDER BY place").fetchall(), np.int64).ravel()
    if not len(rows):
        con.execute("CREATE OR REPLACE TEMP TABLE again AS FROM raw LIMIT 0")
        return
    with TemporaryDirectory(prefix="shopperlens-") as folder:
        some = _some(scan, rows, source.lines, Path(folder) / "lines")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE again AS SELECT chosen.* REPLACE (wanted.{ROW} AS {ROW}) "
            f"FROM ({some.numbered}) AS chosen JOIN wanted ON chosen.{ROW} = wanted.place" if some else
            f"CREATE OR REPLACE TEMP TABLE again AS SELECT * FROM raw SEMI JOIN wanted USING ({ROW})"
        )


def _some(scan: Scan, rows: NDArray[np.int64], of: int, copy: Path) -> Scan | None:
    """Return how to read these lines of a file alone, if it can be told where they are."""
    if scan.text is None:
        return None
    path, dialect, how = scan.text.path, scan.text.dialect, scan.text.how
    if not picked.pick(path, rows, of, dialect.skip + dialect.header, dialect.quote, copy):
        return None
    return replace(scan, reader=_csv(copy, replace(dialect, header=False, skip=0), how))


def _tell(con: duckdb.DuckDBPyConnection, log: Log, floats: Collection[str]) -> None:
    """Gather what the accepted lines tell of items and shoppers: all that tell it, less those that were left out."""
    for table, (key, columns) in zip(("items", "users"), _sides(log).items(), strict=True):
        told = "".join(f", {quote(_alias(key, name))} AS {quote(name)}" for name in columns)
        without = "".join(f", filled({sql}) AS {quote(name)}" for name, sql in columns.items())
        given, left_out = (
            ids.alike(sql, key in floats) for sql in (f"passed.{key}", lines.text_of(log.means.events, key))
        )
        counted = (
            f"SELECT {given} AS {key}{told}, n FROM passed WHERE told = {literal(key)} UNION ALL "
            f"SELECT {left_out} AS {key}{without}, -1 FROM again AS raw"
        )
        catalogue.tell_counted(con, table, key, tuple(columns), counted)
