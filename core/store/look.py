"""A look at a file before anything is imported: its first lines, and how it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.records import FilePreview
from core.store import mending
from core.store.connect import quote
from core.store.reading import ROW, expand
from core.store.staging import plainly
from core.store.suggest import suggest

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Lines that are shown of a file, and different values of a column.
_ROWS, _SAMPLES = 6, 4


def look(file: Path | str, role: str | None = None, deed: str | None = None) -> FilePreview:
    """Read a file, of a folder or archive its first one, and say how it can be read; see ``suggest.suggest``.

    Raises
    ------
    InputError
        When it is missing, empty, or not a table.
    """
    import duckdb

    con = duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False})
    try:
        piece = expand(file)[0]
        source = plainly(con, piece)
        rows = _rows(con, source.columns)
        samples = {column: _different(con, column) for column in source.columns}
        found, mends = suggest(con, source, role, deed), mending.mends(con)
        return FilePreview(source.file, source.lines, source.columns, samples, rows, found, str(piece), mends)
    finally:
        con.close()


def _rows(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pd.DataFrame:
    texts = ", ".join(map(quote, columns))
    return con.execute(f"SELECT {texts} FROM raw ORDER BY {ROW} LIMIT {_ROWS}").df()


def _different(con: duckdb.DuckDBPyConnection, column: str) -> tuple[str, ...]:
    rows = con.execute(
        f"SELECT value FROM (SELECT trim({quote(column)}) AS value, min({ROW}) AS line FROM "
        f"(FROM raw LIMIT 2000) WHERE trim({quote(column)}) <> '' GROUP BY value) ORDER BY line LIMIT {_SAMPLES}"
    ).fetchall()
    return tuple(row[0] for row in rows)
