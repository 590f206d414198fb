"""A look at a file before anything is imported: its first lines, and how it can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.records import FilePreview
from core.store import mending
from core.store.connect import quote
from core.store.peek import begun
from core.store.reading import ROW, expand
from core.store.staging import plainly
from core.store.suggest import EVENTS_ROLE, suggest

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from core.store.reading import Source

#: Lines that are shown of a file, and different values of a column; lines and cells that these are looked for in.
_ROWS, _SAMPLES, _LINES, _CELLS = 6, 4, 2_000, 200_000


def look(
    file: Path | str, role: str | None = None, deed: str | None = None, said: Mapping[str, Any] | None = None
) -> FilePreview:
    """Read a file, of a folder or archive its first one, and say how it can be read; see ``suggest.suggest``.

    Parameters
    ----------
    said
        What a person said of how it is read: its ``encoding``, the line its ``names_in``.

    Raises
    ------
    InputError
        When it is missing, empty, or not a table.
    """
    import duckdb

    con = duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False})
    try:
        piece = replace(expand(file)[0], **(said or {}))
        return replace(preview_of(con, plainly(con, piece), role, deed), place=str(piece), mends=mending.mends(con))
    finally:
        con.close()


def zoned(file: Path | str, said: Mapping[str, Any] | None = None) -> bool:
    """Whether the times that a log begins with seem to name their zone, or need none; ``said`` is as in ``look``.

    Raises
    ------
    InputError
        When it is missing, empty, or not a table.
    """
    import duckdb

    with duckdb.connect(config={"TimeZone": "UTC", "autoinstall_known_extensions": False}) as con:
        piece = replace(expand(file)[0], **(said or {}))
        source = begun(con, piece, mending.reading() if mending.is_mended(piece) else None)
        return suggest(con, replace(source, columns=mending.own(source.columns)), EVENTS_ROLE).zoned


def preview_of(
    con: duckdb.DuckDBPyConnection, source: Source, role: str | None = None, deed: str | None = None
) -> FilePreview:
    """Return what is seen of a file that is staged, and how it can be read."""
    rows, samples = _rows(con, source.columns), _samples(con, source.columns)
    found, form = suggest(con, source, role, deed), source.form
    return FilePreview(
        source.file, source.lines, source.columns, samples, rows, found, encoding=form.encoding, names_in=form.names_in,
        notes=form.notes,
    )


def _rows(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> pd.DataFrame:
    texts = ", ".join(map(quote, columns))
    return con.execute(f"SELECT {texts} FROM raw ORDER BY {ROW} LIMIT {_ROWS}").df()


def _samples(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the first different values of each column, among lines of which wide files have fewer looked at."""
    texts = ", ".join(f"trim({quote(column)})" for column in columns)
    lines = max(_ROWS, min(_LINES, _CELLS // len(columns)))
    rows = con.execute(f"SELECT {texts} FROM raw ORDER BY {ROW} LIMIT {lines}").fetchall()
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return {
        column: tuple(islice(dict.fromkeys(filter(None, given)), _SAMPLES))
        for column, given in zip(columns, values, strict=True)
    }
