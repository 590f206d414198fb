"""Looks at the beginning of a file alone: which columns it has, and what its first lines are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.store import parquet
from core.store.kinds import CONTAINERS, Kind, failing, kind_at
from core.store.reading import SAMPLE, Piece, Reading, Source, read_text, stage
from core.store.rows import Form, count
from core.store.unpack import beginning

if TYPE_CHECKING:
    import duckdb

#: Lines of a Parquet file that are its beginning.
LINES = 10_000


def columns_of(piece: Piece, how: Reading | None = None) -> tuple[str, ...]:
    """Return the columns of a file as ``stage`` would, from its beginning alone where that tells.

    Raises
    ------
    InputError
        As ``stage``, as far as the beginning shows it.
    """
    import duckdb

    with duckdb.connect() as con:
        return begun(con, piece, how).columns


def begun(con: duckdb.DuckDBPyConnection, piece: Piece, how: Reading | None = None) -> Source:
    """Stage the beginning of a file as ``stage`` would all of it; all of one whose beginning does not tell.

    Raises
    ------
    InputError
        As ``stage``, as far as the beginning shows it.
    """
    import duckdb

    how = piece.read_as(how or Reading(member=piece.member))
    with tempfile.TemporaryDirectory(prefix="shopperlens-") as folder:
        head, cut = Path(folder) / "beginning", False
        try:
            if kind_at(piece.path) is Kind.PARQUET:
                columns, form = parquet.stage(con, piece.path, piece, LINES), Form()
            elif cut := _beginning(piece, head):
                columns, form = read_text(con, head, piece, how, Path(folder))
            else:
                return stage(con, piece, how)
        except (InputError, duckdb.Error):
            if not cut:
                raise
            return stage(con, piece, how)
    lines = count(con, "raw") + count(con, "malformed")
    return Source(piece.name, columns, lines, form) if lines else stage(con, piece, how)


def head_of(piece: Piece) -> bytes:
    """Return the bytes that a text begins with; none of a file that is no text.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="shopperlens-") as folder:
        head = Path(folder) / "beginning"
        _beginning(piece, head)
        return head.read_bytes() if head.exists() else b""


def _beginning(piece: Piece, to: Path) -> bool:
    """Copy the whole lines that a text begins with; False when it is no text, or too short to be cut."""
    kind = kind_at(piece.path)
    if kind in CONTAINERS:
        whole = beginning(piece, kind, to, SAMPLE, piece)
    elif kind is Kind.TEXT:
        with failing(piece), piece.path.open("rb") as file:
            to.write_bytes(file.read(SAMPLE))
            whole = not file.read(1)
    else:
        return False
    if whole or kind_at(to, piece) is not Kind.TEXT:
        return False
    data = to.read_bytes()
    to.write_bytes(data[: data.rfind(b"\n") + 1] or data)
    return True
