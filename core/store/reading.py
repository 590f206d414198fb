"""Reads a file, whatever a shop has, into a table of texts: a row for each line.

Nothing is judged here but whether it is a table at all. Every column stays text, so that a
bad value later rejects its line instead of the file. Text in UTF-8, JSON and Parquet go through DuckDB's own
readers; what is packed or in another encoding is copied to a temporary file first, which never stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.language import say
from core.store import careful, jsonlines, parquet, sheets
from core.store.connect import literal
from core.store.dialect import Dialect, Reading, understand
from core.store.encoding import UTF_8, Look, doubt, look
from core.store.kinds import CONTAINERS, Kind, failing, kind_at, unchanged
from core.store.pieces import Piece, expand
from core.store.recode import to_utf8
from core.store.rows import ROW, Form, count
from core.store.unpack import unpack
from core.store.watch import querying

if TYPE_CHECKING:
    import duckdb

__all__ = ["ROW", "Piece", "Reading", "Source", "expand", "stage"]

#: Letters of a text's beginning that are looked at to learn how it is written.
SAMPLE = 1 << 20
_DEEPEST = 3  # packed files within packed files
_MALFORMED_REASONS = {
    "MISSING COLUMNS": careful.TOO_FEW,
    "TOO MANY COLUMNS": careful.TOO_MANY,
    "UNQUOTED VALUE": careful.UNCLOSED,
    "INVALID ENCODING": careful.NO_TEXT,
    "LINE SIZE OVER MAXIMUM": careful.TOO_LONG,
}


@dataclass(frozen=True)
class Source:
    """A staged file: table ``raw`` holds its lines, ``malformed`` those that are no rows at all."""

    file: str
    columns: tuple[str, ...]
    lines: int  # of data, the header not counted
    form: Form = Form()


def stage(con: duckdb.DuckDBPyConnection, path: Path | Piece, how: Reading | None = None) -> Source:
    """Read a file into the temporary tables ``raw`` and ``malformed``, replacing what is in them.

    ``raw`` has the file's columns, all text, and ``__row``; ``malformed`` has ``__row``, ``reason``
    and ``line``, the line as it was written. A record of JSON has a column for each value in it, called by the
    names that lead there with dots between; lists stay text, as JSON.

    Parameters
    ----------
    path
        A file, or a piece of one as ``expand`` gives it.
    how
        What is known of it; what is not is found out.

    Raises
    ------
    InputError
        When the file is missing, empty, not whole, not a table, or changes while it is read.
    """
    import duckdb

    how = how or Reading()
    piece = path if isinstance(path, Piece) else Piece(Path(path), how.member)
    with unchanged(piece.path), tempfile.TemporaryDirectory(prefix="shopperlens-") as folder:
        try:
            columns, form = _read(con, piece, piece.read_as(how), Path(folder))
        except duckdb.Error as error:
            raise InputError(_said(piece, error)) from error
    lines = count(con, "raw") + count(con, "malformed")
    if lines == 0:
        raise InputError(say("{piece} has a header but no lines of data.", piece=piece))
    return Source(piece.name, columns, lines, form)


def _said(piece: Piece, error: Exception) -> str:
    first = str(error).splitlines()[0]
    if "No space left" in first:
        return say("{piece} cannot be read: there is no room left on the disk. Free some and try again.", piece=piece)
    return say("{file} cannot be read: {why}", file=piece, why=first)


def _read(con: duckdb.DuckDBPyConnection, piece: Piece, how: Reading, folder: Path) -> tuple[tuple[str, ...], Form]:
    file, kind = _unpacked(piece, folder)
    if kind is Kind.PARQUET:
        return parquet.stage(con, file, piece), Form()
    if kind is Kind.WORKBOOK:
        return sheets.stage(con, file, piece, how)
    return read_text(con, file, piece, how, folder)


def read_text(
    con: duckdb.DuckDBPyConnection, file: Path, piece: Piece, how: Reading, folder: Path
) -> tuple[tuple[str, ...], Form]:
    """Stage a text, CSV or JSON, that is packed in nothing; ``piece`` is what it is called, ``folder`` has room."""
    with _in_utf8(file, piece, how, folder) as (text, found):
        head = _head(text)
        _check_text(head, piece)
        if jsonlines.looks_like(head):
            return jsonlines.stage(con, text, piece, head), Form(found.encoding, None, doubt(found, piece.name))
        dialect = understand(head, piece, how, text.stat().st_size < SAMPLE)
        names_in = dialect.skip + 1 if dialect.header else 0
        columns = _stage_csv(con, text, dialect, how, found, about_lines(text, head))
        return columns, Form(found.encoding, names_in, doubt(found, piece.name))


def _unpacked(piece: Piece, folder: Path) -> tuple[Path, Kind]:
    """Return a file that is packed in none, and its kind."""
    file, kind = piece.path, kind_at(piece.path)
    for depth in range(_DEEPEST):
        if kind not in CONTAINERS:
            return file, kind
        to = folder / f"unpacked{depth}"
        unpack(Piece(file, piece.member if kind is Kind.ZIP else None), kind, to, piece)
        file, kind = to, kind_at(to, piece)
    raise InputError(say("{piece} is packed more than {deepest} times over. Unpack it first.",
                         piece=piece, deepest=_DEEPEST))


@contextmanager
def _in_utf8(file: Path, piece: Piece, how: Reading, folder: Path) -> Iterator[tuple[Path, Look]]:
    found = look(file, piece, how.encoding)
    if found.encoding == UTF_8 and not found.fallback:
        yield file, found
        return
    copy = folder / "utf8"
    to_utf8(file, piece, found, copy)
    if file.parent == folder:
        file.unlink()
    yield copy, found


def _head(text: Path) -> str:
    with failing(text), text.open("rb") as file:
        return file.read(SAMPLE).decode("utf-8-sig", errors="replace")


def about_lines(text: Path, head: str) -> int:
    """Say about how many lines a text has, by its beginning."""
    return text.stat().st_size * head.count("\n") // max(len(head.encode("utf-8", "replace")), 1)


def _check_text(head: str, piece: Piece) -> None:
    start = head.lstrip()[:200].lower()
    if not start:
        raise InputError(say("{piece} is empty.", piece=piece))
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<head", "<meta")):
        raise InputError(say("{piece} is a web page or XML and not a table. Open it in a spreadsheet and save it as "
                             "CSV.", piece=piece))


def _stage_csv(
    con: duckdb.DuckDBPyConnection, text: Path, dialect: Dialect, how: Reading, found: Look, about: int
) -> tuple[str, ...]:
    import duckdb

    try:
        if not found.nul and _stage_fast(con, text, dialect, how, about):
            return dialect.columns
    except duckdb.InvalidInputException as error:
        if "CSV Parser" not in str(error).splitlines()[0]:  # it gave up, say at line ends of several kinds
            raise
    careful.fill(con, text, dialect, ROW, how.nulls)
    return dialect.columns


def _stage_fast(con: duckdb.DuckDBPyConnection, text: Path, dialect: Dialect, how: Reading, about: int) -> bool:
    """Let DuckDB read a CSV; False when quotes made it lose its place."""
    values = "COLUMNS(*)"
    for word in clashing(dialect, how):
        values = f"nullif({values}, {literal(word)})"
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    with querying(about):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number() OVER () AS {ROW}, {values} "
            f"FROM read_csv({literal(str(text))}, {csv_options(dialect, how)})"
        )
    reasons = " ".join(f"WHEN '{kind}' THEN {literal(reason)}" for kind, reason in _MALFORMED_REASONS.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE malformed AS SELECT line - {dialect.skip + dialect.header} AS {ROW}, "
        f"arg_min(CASE error_type {reasons} ELSE error_message END, byte_position) AS reason, "
        "any_value(csv_line) AS line FROM reject_errors GROUP BY line"
    )
    _renumber(con)
    return not count(con, "reject_errors WHERE error_type IN ('UNQUOTED VALUE', 'LINE SIZE OVER MAXIMUM')")


def clashing(dialect: Dialect, how: Reading) -> list[str]:
    """Words for nothing that DuckDB's reader does not take, because they have the dialect's own signs in them."""
    signs = (dialect.delimiter, *((dialect.quote, dialect.escape) if dialect.quote else ()))
    return [word for word in how.nulls if any(sign in word for sign in signs)]


def csv_options(dialect: Dialect, how: Reading) -> str:
    """SQL for the options that DuckDB's reader takes for a dialect."""
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in dialect.columns)
    signs = clashing(dialect, how)
    nulls = ", ".join(literal(word) for word in how.nulls if word not in signs)
    return (
        f"auto_detect = false, header = {dialect.header}, columns = {{{names}}}, delim = {literal(dialect.delimiter)}, "
        f"quote = {literal(dialect.quote)}, escape = {literal(dialect.escape if dialect.quote else '')}, "
        f"nullstr = [{nulls}], skip = {dialect.skip}, store_rejects = true, hive_partitioning = false"
    )


def _renumber(con: duckdb.DuckDBPyConnection) -> None:
    """Give the good lines the numbers that they have in the file, between the malformed ones."""
    if count(con, "malformed"):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE raw AS WITH gaps AS ("
            f"  SELECT {ROW} - n AS after, max(n) AS shift "
            f"  FROM (SELECT {ROW}, row_number() OVER (ORDER BY {ROW}) AS n FROM malformed) GROUP BY after) "
            f"SELECT raw.* REPLACE (raw.{ROW} + coalesce(gaps.shift, 0) AS {ROW}) "
            f"FROM raw ASOF LEFT JOIN gaps ON raw.{ROW} > gaps.after"
        )
