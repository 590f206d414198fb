"""An uploaded file, staged in a database of its own in memory: nothing of it enters the workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.schema import EVENT_COLUMNS
from core.store.connect import quote
from core.store.lines import type_lines
from core.store.mapping import EVENT_INPUTS
from core.store.reading import ROW, stage

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Column that says why a line of the file is no row.
FAULT = "__fault"


@dataclass(frozen=True)
class Upload:
    """A file of texts: its columns, and its lines of data in order, those that are malformed too."""

    con: duckdb.DuckDBPyConnection
    columns: tuple[str, ...]
    lines: int

    def rows(self, start: int, stop: int) -> pd.DataFrame:
        """Return lines [start, stop), counted from 0: the columns of the file as text, and ``__fault``."""
        return self.con.execute(
            f"SELECT * EXCLUDE ({ROW}) FROM (SELECT *, row_number() OVER (ORDER BY {ROW}) - 1 AS place FROM ("
            f"SELECT {ROW}, {self._texts()}, NULL::VARCHAR AS {FAULT} FROM raw UNION ALL BY NAME "
            f"SELECT {ROW}, reason AS {FAULT} FROM malformed)) WHERE place >= $start AND place < $stop ORDER BY place",
            {"start": start, "stop": stop},
        ).df().drop(columns="place")

    def values(self, column: str) -> list[str]:
        """Return the different values of a column, blank ones left out."""
        found = self.con.execute(
            f"SELECT DISTINCT {quote(column)} AS value FROM raw WHERE trim({quote(column)}) <> '' ORDER BY value"
        ).fetchall()
        return [row[0] for row in found]

    def events(self, mapping: Mapping[str, str]) -> pd.DataFrame:
        """Return the lines that are events, in canonical columns and in order of time.

        Parameters
        ----------
        mapping
            Canonical column → column of the file.
        """
        self._type(mapping)
        columns = ", ".join(EVENT_INPUTS)
        return self.con.execute(
            f"SELECT {columns}, {ROW} AS source_row FROM lines WHERE fault IS NULL ORDER BY ts, {ROW}"
        ).df()

    def faults(self, mapping: Mapping[str, str]) -> dict[str, int]:
        """Return why lines are no events, and how many are not, the most frequent reason first."""
        self._type(mapping)
        found = self.con.execute(
            "SELECT concat_ws(': ', column_name, reason) AS why, count(*) FROM ("
            "SELECT column_name, reason FROM lines JOIN faults USING (fault) UNION ALL "
            "SELECT NULL, reason FROM malformed) GROUP BY why ORDER BY count(*) DESC, why"
        ).fetchall()
        return dict(found)

    def _type(self, mapping: Mapping[str, str]) -> None:
        known = {name: f"raw.{quote(column)}" for name, column in mapping.items() if name in EVENT_COLUMNS}
        type_lines(self.con, known, {}, {}, [])

    def _texts(self) -> str:
        return ", ".join(map(quote, self.columns))


@contextmanager
def opened(file: Path) -> Iterator[Upload]:
    """Stage a file, of any kind that an import reads, while the block runs.

    Raises
    ------
    InputError
        When the file is missing, empty, or not a table.
    """
    import duckdb

    con = duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False})
    try:
        source = stage(con, file)
        yield Upload(con, source.columns, source.lines)
    finally:
        con.close()


def first(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the first column that is called by one of these names, whatever its case, blanks and marks."""
    there = {"".join(filter(str.isalnum, column.lower())): column for column in reversed(columns)}
    return next((there[name] for name in names if name in there), None)
