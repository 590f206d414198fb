"""Reads a broken CSV line by line: slower than DuckDB's reader, which gives up on such files or loses its place.

Used for files with line ends of several kinds, with NUL bytes, and with quotes that are opened and never
closed: only the line that opens one is lost, not all that follow.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core.language import to_say
from core.store.connect import quote
from core.store.dialect import Dialect
from core.store.watch import looping

if TYPE_CHECKING:
    import duckdb

#: Lines that one quoted value may span; a quote that is open for longer was never meant to be.
SPAN = 500
#: Letters that a line may have.
LONGEST = 2_000_000
TOO_LONG = to_say("a line of more than two million letters")
NUL, NO_TEXT = to_say("a zero byte"), to_say("not UTF-8 text")
TOO_FEW, TOO_MANY = to_say("too few columns"), to_say("too many columns")
_BATCH = 50_000
_SHOWN = 10_000  # letters that are kept of a line that is too long
UNCLOSED = to_say("a quote that is never closed, or stands in the middle of a value")

csv.field_size_limit(LONGEST)  # of the whole process; ours is the only reader


class _Lines:
    """Lines of a file that can be given back, and that end after ``SPAN`` lines, or letters, of one record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._ahead: deque[str] = deque()
        self._lines = iter(lines)
        self.taken: list[str] = []
        self._letters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= SPAN or self._letters > LONGEST:
            raise StopIteration
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.taken.append(line)
        self._letters += len(line)
        return line

    def start(self) -> None:
        """Begin a new record."""
        self.taken, self._letters = [], 0

    def give_back(self, lines: Sequence[str]) -> None:
        """Put lines back, to be read again."""
        self._ahead.extendleft(reversed(lines))


def records(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[list[str] | None, str, str]]:
    """Split lines into records; blank lines are none.

    Yields
    ------
    values, line, reason
        The values of a row, or None with the line as it is written and why it is no row.
    """
    feed = _Lines(lines)
    reader = dialect.records(feed, strict=True)
    while True:
        feed.start()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            first, *rest = feed.taken
            feed.give_back(rest)
            reader = dialect.records(feed, strict=True)
            yield None, *_lost(first.rstrip("\r\n"), UNCLOSED)
            continue
        if values:
            yield _judged(values, "".join(feed.taken).rstrip("\r\n"), len(dialect.columns))


def _judged(values: list[str], line: str, width: int) -> tuple[list[str] | None, str, str]:
    if not line.isascii() and any("\ud800" <= letter <= "\udfff" for letter in line):
        return None, *_lost(line, NO_TEXT)
    if "\0" in line:
        return None, *_lost(line, NUL)
    if len(line) > LONGEST:
        return None, *_lost(line, TOO_LONG)
    if len(values) != width:
        return None, line, TOO_FEW if len(values) < width else TOO_MANY
    return values, "", ""


def _lost(line: str, reason: str) -> tuple[str, str]:
    """Return a line as it can be kept, and why it is no row."""
    if len(line) > LONGEST:
        return line[:_SHOWN] + " …", TOO_LONG
    return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd"), reason


def fill(
    con: duckdb.DuckDBPyConnection, file: Path, dialect: Dialect, row: str, nulls: Sequence[str]
) -> None:
    """Fill the temporary tables ``raw`` and ``malformed`` from a file in UTF-8; ``row`` is what numbers are called."""
    names = ", ".join(f"{quote(name)} VARCHAR" for name in dialect.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE raw ({row} BIGINT, {names})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE malformed ({row} BIGINT, reason VARCHAR, line VARCHAR)")
    absent = frozenset(nulls)
    with (
        file.open("rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
        looping("", file.stat().st_size) as told,
    ):
        numbered = enumerate(records(_below(text, dialect), dialect), 1)
        while batch := list(islice(numbered, _BATCH)):
            good = [(n, *(None if v in absent else v for v in values)) for n, (values, _, _) in batch if values]
            insert(con, "raw", good)
            insert(con, "malformed", [(n, reason, line) for n, (values, line, reason) in batch if not values])
            told(text.buffer.tell())  # type: ignore[attr-defined]


def _below(text: TextIO, dialect: Dialect) -> Iterator[str]:
    """Lines of data, none of them longer in memory than is needed to see that it is too long."""
    for _ in range(dialect.skip):
        text.readline()
    lines = _bounded(text)
    if dialect.header:
        next(dialect.records(lines, strict=False), None)  # may span lines
    yield from lines


def _bounded(text: TextIO) -> Iterator[str]:
    while line := text.readline(LONGEST + 1):
        while len(line) > LONGEST and not line.endswith(("\n", "\r")):
            rest = text.readline(LONGEST)
            if not rest or rest.endswith(("\n", "\r")):
                line = line[:LONGEST].replace('"', "'") + " …\n"  # no quote of it may open anything
                break
        yield line


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Append rows to a table, a value for each of its columns."""
    import pyarrow as pa

    if rows:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        batch = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
        con.register("careful_batch", batch)
        con.execute(f"INSERT INTO {table} SELECT * FROM careful_batch")
        con.unregister("careful_batch")
