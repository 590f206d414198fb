"""The tables that a file is staged in, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Column of the staged table that numbers the lines of data from 1.
ROW = "__row"


@dataclass(frozen=True)
class Form:
    """How a file was read that could be read otherwise.

    Attributes
    ----------
    encoding
        None for a file that is no text.
    names_in
        The line, or the row of a sheet, that has the names of the columns, from 1; 0 where none has; None for a file
        whose columns cannot but have names.
    notes
        What a person should know of it.
    """

    encoding: str | None = None
    names_in: int | None = None
    notes: tuple[str, ...] = ()


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a table, or of what follows FROM."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def none_malformed(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table of malformed lines, with none in it."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE malformed ({ROW} BIGINT, reason VARCHAR, line VARCHAR)")
