"""Reads a broken CSV line by line: slower than DuckDB's reader, which gives up on such files or loses its place.

Used for files with line ends of several kinds, and with quotes that are opened and never closed: only the
line that opens one is lost, not all that follow.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from core.store.connect import quote

if TYPE_CHECKING:
    import duckdb

#: Lines that one quoted value may span; a quote that is open for longer was never meant to be.
SPAN = 500
_BATCH = 50_000
_UNCLOSED = "a quote that is never closed, or stands in the middle of a value"


class _Lines:
    """Lines of a file that can be given back, and that end after ``SPAN`` lines of one record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._ahead: deque[str] = deque()
        self._lines = iter(lines)
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= SPAN:
            raise StopIteration
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        """Put lines back, to be read again."""
        self._ahead.extendleft(reversed(lines))


def records(lines: Iterable[str], width: int, delimiter: str) -> Iterator[tuple[list[str] | None, str, str]]:
    """Split lines into records of ``width`` values; blank lines are none.

    Yields
    ------
    values, line, reason
        The values of a row, or None with the line as it is written and why it is no row.
    """
    feed = _Lines(lines)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.taken = []
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            first, *rest = feed.taken
            feed.give_back(rest)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            yield None, first.rstrip("\r\n"), _UNCLOSED
            continue
        if values:
            yield _judged(values, "".join(feed.taken).rstrip("\r\n"), width)


def _judged(values: list[str], line: str, width: int) -> tuple[list[str] | None, str, str]:
    if "\ufffd" in line:
        return None, line, "not UTF-8 text"
    if len(values) != width:
        return None, line, f"too {'few' if len(values) < width else 'many'} columns"
    return values, "", ""


def fill(
    con: duckdb.DuckDBPyConnection, lines: Iterable[str], columns: Sequence[str], delimiter: str, row: str
) -> None:
    """Fill the temporary tables ``raw`` and ``malformed`` from lines of data; ``row`` is what numbers are called."""
    names = ", ".join(f"{quote(name)} VARCHAR" for name in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE raw ({row} BIGINT, {names})")
    con.execute(f"CREATE OR REPLACE TEMP TABLE malformed ({row} BIGINT, reason VARCHAR, line VARCHAR)")
    numbered = enumerate(records(lines, len(columns), delimiter), 1)
    while batch := list(islice(numbered, _BATCH)):
        _insert(con, "raw", [(n, *(value or None for value in values)) for n, (values, _, _) in batch if values])
        _insert(con, "malformed", [(n, reason, line) for n, (values, line, reason) in batch if not values])


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    import pyarrow as pa

    if rows:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        batch = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
        con.register("careful_batch", batch)
        con.execute(f"INSERT INTO {table} SELECT * FROM careful_batch")
        con.unregister("careful_batch")
