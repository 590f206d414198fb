"""Reads a file, CSV or Parquet, plain or gzipped, into a table of texts: a row for each line.

Nothing is judged here but whether it is a table at all. Every column stays text, so that a
bad value later rejects its line instead of the file.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.store import careful
from core.store.connect import literal, quote

if TYPE_CHECKING:
    import duckdb

#: Column of the staged table that numbers the lines of data from 1.
ROW = "__row"
#: Bytes of a file that are looked at to learn how it is written.
_SAMPLE = 1 << 20
_DELIMITERS = ",;\t|"
_MALFORMED_REASONS = {
    "MISSING COLUMNS": "too few columns",
    "TOO MANY COLUMNS": "too many columns",
    "UNQUOTED VALUE": "a quote that is never closed, or stands in the middle of a value",
    "INVALID ENCODING": "not UTF-8 text",
    "LINE SIZE OVER MAXIMUM": "a line of more than two million letters",
}


@dataclass(frozen=True)
class Source:
    """A staged file: table ``raw`` holds its lines, ``malformed`` those that are no rows at all."""

    file: str
    columns: tuple[str, ...]
    lines: int  # of data, the header not counted


@dataclass(frozen=True)
class _Dialect:
    columns: tuple[str, ...]
    delimiter: str
    encoding: str
    gzipped: bool
    skip: int  # blank lines before the header


def stage(con: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """Read a file into the temporary tables ``raw`` and ``malformed``, replacing what is in them.

    ``raw`` has the file's columns, all text, and ``__row``; ``malformed`` has ``__row``, ``reason``
    and ``line``, the line as it was written.

    Raises
    ------
    InputError
        When the file is missing, empty, or not a table.
    """
    import duckdb

    head = _head(path)
    try:
        columns = _stage_parquet(con, path) if head.startswith(b"PAR1") else _stage_csv(con, path, head)
    except duckdb.Error as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    lines = _count(con, "raw") + _count(con, "malformed")
    if lines == 0:
        raise InputError(f"{path} has a header but no lines of data.")
    return Source(path.name, columns, lines)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not head.strip():
        raise InputError(f"{path} is empty.")
    return head


def _stage_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, ...]:
    source = literal(str(path))
    described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({source})").fetchall()
    columns = _distinct([row[0] for row in described])
    texts = ", ".join(
        f"{_as_text(row[0], row[1])} AS {quote(name)}" for row, name in zip(described, columns, strict=True)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE raw AS SELECT file_row_number + 1 AS {ROW}, {texts} "
        f"FROM read_parquet({source}, file_row_number = true)"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE malformed ({ROW} BIGINT, reason VARCHAR, line VARCHAR)")
    return columns


def _as_text(column: str, kind: str) -> str:
    """Text of a Parquet column; whole floats lose their ``.0``, which would spoil ids."""
    name = quote(column)
    if kind in ("FLOAT", "DOUBLE"):
        return (
            f"CASE WHEN {name} = trunc({name}) AND abs({name}) < 1e15 "
            f"THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
        )
    return f"CAST({name} AS VARCHAR)"


def _stage_csv(con: duckdb.DuckDBPyConnection, path: Path, head: bytes) -> tuple[str, ...]:
    import duckdb

    dialect = _dialect(path, head)
    try:
        if _stage_fast(con, path, dialect):
            return dialect.columns
    except duckdb.InvalidInputException as error:
        if "CSV Parser" not in str(error).splitlines()[0]:  # it gave up, say at line ends of several kinds
            raise
    opened = gzip.open if dialect.gzipped else open
    encoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
    with opened(path, "rt", encoding=encoding, errors="replace", newline="") as file:
        for _ in range(dialect.skip):
            file.readline()
        next(csv.reader(file, delimiter=dialect.delimiter))  # the header, which may span lines
        careful.fill(con, file, dialect.columns, dialect.delimiter, ROW)
    return dialect.columns


def _stage_fast(con: duckdb.DuckDBPyConnection, path: Path, dialect: _Dialect) -> bool:
    """Let DuckDB read a CSV; False when quotes made it lose its place."""
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in dialect.columns)
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number() OVER () AS {ROW}, * "
        f"FROM read_csv({literal(str(path))}, auto_detect = false, header = true, columns = {{{names}}}, "
        f"delim = {literal(dialect.delimiter)}, quote = '\"', escape = '\"', encoding = '{dialect.encoding}', "
        f"compression = '{'gzip' if dialect.gzipped else 'none'}', skip = {dialect.skip}, store_rejects = true)"
    )
    reasons = " ".join(f"WHEN '{kind}' THEN {literal(reason)}" for kind, reason in _MALFORMED_REASONS.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE malformed AS SELECT line - {dialect.skip} - 1 AS {ROW}, "
        f"arg_min(CASE error_type {reasons} ELSE error_message END, byte_position) AS reason, "
        "any_value(csv_line) AS line FROM reject_errors GROUP BY line"
    )
    _renumber(con)
    return not _count(con, "reject_errors WHERE error_type IN ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')")


def _renumber(con: duckdb.DuckDBPyConnection) -> None:
    """Give the good lines the numbers that they have in the file, between the malformed ones."""
    if _count(con, "malformed"):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE raw AS WITH gaps AS ("
            f"  SELECT {ROW} - n AS after, max(n) AS shift "
            f"  FROM (SELECT {ROW}, row_number() OVER (ORDER BY {ROW}) AS n FROM malformed) GROUP BY after) "
            f"SELECT raw.* REPLACE (raw.{ROW} + coalesce(gaps.shift, 0) AS {ROW}) "
            f"FROM raw ASOF LEFT JOIN gaps ON raw.{ROW} > gaps.after"
        )


def _dialect(path: Path, head: bytes) -> _Dialect:
    gzipped = head.startswith(b"\x1f\x8b")
    sample = _unzipped(path) if gzipped else head
    if not sample.strip():
        raise InputError(f"{path} is empty.")
    encoding, text = _decoded(sample)
    if "\0" in text:
        raise InputError(f"{path} is not a text file. Give a CSV (plain or .gz) or a Parquet file.")
    body = text.lstrip("\r\n")
    skip = len(text[: len(text) - len(body)].splitlines())
    try:
        header, delimiter = _header(body)
    except csv.Error as error:
        raise InputError(f"{path} has a header that cannot be read: {error}.") from error
    if len(header) < 2:
        raise InputError(
            f"{path} does not look like a table: its first line has no comma, semicolon, tab or bar. "
            "Give a CSV with a header, or a Parquet file."
        )
    return _Dialect(_distinct(header), delimiter, encoding, gzipped, skip)


def _unzipped(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(_SAMPLE)
    except (OSError, EOFError) as error:
        raise InputError(f"{path} is not a whole gzip file: {error}.") from error


def _decoded(sample: bytes) -> tuple[str, str]:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", sample.decode("utf-16", errors="ignore")
    try:
        return "utf-8", codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        return "latin-1", sample.decode("latin-1")


def _header(text: str) -> tuple[list[str], str]:
    """Names in the first line, split at the mark that splits it most often."""
    splits = [(next(csv.reader(io.StringIO(text, newline=None), delimiter=mark), []), mark) for mark in _DELIMITERS]
    return max(splits, key=lambda split: len(split[0]))


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Names that differ, whatever their case; a column without a name is called by its place."""
    found: dict[str, str] = {}
    for place, given in enumerate(names):
        name = base = given.strip() or f"column{place}"
        copy = 2
        while name.lower() in found:
            name, copy = f"{base}_{copy}", copy + 1
        found[name.lower()] = name
    return tuple(found.values())


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
