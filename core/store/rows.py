"""The tables that a file is staged in, and what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Column of the staged table that numbers the lines of data from 1.
ROW = "__row"


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Count the rows of a table, or of what follows FROM."""
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def none_malformed(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table of malformed lines, with none in it."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE malformed ({ROW} BIGINT, reason VARCHAR, line VARCHAR)")
