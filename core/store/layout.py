"""Which tables a version file has: the number rises when an import makes other ones than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import WorkspaceError
from core.language import say

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

#: Raise it when a table or a column of a version file is added, dropped or means something else.
LAYOUT = 4


def mark(con: duckdb.DuckDBPyConnection) -> None:
    """Write down that a version file has the tables of today."""
    con.execute(f"CREATE OR REPLACE TABLE layout AS SELECT {LAYOUT} AS number")


def of(con: duckdb.DuckDBPyConnection) -> int:
    """Return the layout of a version file; 1 for one that was made before layouts were written down."""
    there = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'layout'").fetchone()
    row = con.execute("SELECT number FROM layout").fetchone() if there else None
    return int(row[0]) if row else 1


def check(con: duckdb.DuckDBPyConnection, workspace: Path) -> None:
    """Refuse a version file whose tables are not those of today.

    Raises
    ------
    WorkspaceError
        It says how to bring the data up to date.
    """
    found = of(con)
    if found < LAYOUT:
        raise WorkspaceError(
            say("The data in {workspace} was imported by an older ShopperLens, which counted less. Import the logs "
                "again: python -m core import EVENTS.csv --replace (models and segments stay). The demo shop: python "
                "-m core demo", workspace=workspace)
        )
    if found > LAYOUT:
        raise WorkspaceError(
            say("The data in {workspace} was imported by a newer ShopperLens. Update this one, or import the logs "
                "again.", workspace=workspace)
        )
