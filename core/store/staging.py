"""Reads files as their preset describes them: which file plays which part, and its columns under their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.language import say
from core.store import mending
from core.store.connect import literal, quote
from core.store.mapping import layout_columns
from core.store.peek import columns_of
from core.store.preset import Layout, Preset
from core.store.reading import ROW, Piece, Reading, Source, expand, stage
from core.store.straight import Scan, renamed, scan_of

if TYPE_CHECKING:
    import duckdb

#: The lines of a file as they were read, while a preset makes others of them.
WHOLE = "file"


def routed(
    preset: Preset, given: Sequence[Path], roles: Mapping[str, Sequence[Path]], said: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[Piece]]:
    """Find which of a preset's files each given one is: by its role, its name, or its columns.

    A folder, a pattern or an archive stands for all that is in it; ``said`` is as in ``expand``.

    Returns
    -------
    dict
        Role → files, in the preset's order.

    Raises
    ------
    InputError
        When a file is none of them, or none is one of events.
    """
    found: dict[str, list[Piece]] = {role: [] for role in preset.files}
    for role, paths in roles.items():
        if role not in found:
            raise InputError(say("The preset {name} has no file “{role}”. It has: {found}.",
                                 name=preset.name, role=role, found=", ".join(found)))
        found[role] += [piece for path in paths for piece in expand(path, said)]
    for piece in [piece for path in given for piece in expand(path, said)]:
        found[_role(preset, piece)].append(piece)
    logs = [layout.role for layout in preset.logs]
    if not any(found[role] for role in logs):
        raise InputError(say("No file of events is given. The preset {name} has them in: {logs}.",
                             name=preset.name, logs=", ".join(logs)))
    return {role: pieces for role, pieces in found.items() if pieces}


def _role(preset: Preset, piece: Piece) -> str:
    layout = preset.layout_named(piece.parts) or preset.layout_with(columns_of(piece))
    if layout is None:
        parts = "; ".join(f"{role} ({', '.join(of.columns)})" for role, of in preset.files.items())
        raise InputError(say("{file} is none of the files of the preset {preset}. It has: {parts}.",
                             file=piece.name, preset=preset.name, parts=parts))
    return layout.role


def staged(con: duckdb.DuckDBPyConnection, piece: Piece, layout: Layout) -> Source:
    """Stage a file into ``raw`` and ``malformed``, its columns under the names that its preset has for them.

    Optional columns that the file lacks are there and empty, but are none of the source's columns.
    """
    source = stage(con, piece, mending.reading() if mending.is_mended(piece) else _reading(layout, piece))
    if layout.headless and _has_names(con, source.columns):  # some copies have a header that the publisher's has not
        source = stage(con, piece, replace(_reading(layout, piece), header=True))
    mending.remember(con, source.columns)
    found = layout_columns(source.file, source.columns, layout)
    for name, column in found.items():
        if name != column:
            con.execute(f"ALTER TABLE raw RENAME COLUMN {quote(column)} TO {quote(name)}")
    for name in layout.optional:
        if name not in found:
            con.execute(f"ALTER TABLE raw ADD COLUMN {quote(name)} VARCHAR")
    back = {column: name for name, column in found.items()}
    columns = mending.own([back.get(column, column) for column in source.columns])
    con.execute(f"CREATE OR REPLACE TEMP MACRO file_name() AS {literal('/'.join(piece.parts[-3:]))}")
    return replace(source, columns=columns)


def scanned(con: duckdb.DuckDBPyConnection, piece: Piece, layout: Layout) -> Scan | None:
    """Return how a log can be read without staging it, its columns as ``staged`` has them; None when it cannot be."""
    if layout.rows is not None or mending.is_mended(piece):
        return None
    scan = scan_of(con, piece, _reading(layout, piece))
    if scan is None or (layout.headless and _are_names(con.execute(f"{scan.lines} LIMIT 1").fetchone(), scan.columns)):
        return None
    con.execute(f"CREATE OR REPLACE TEMP MACRO file_name() AS {literal('/'.join(piece.parts[-3:]))}")
    return renamed(scan, layout_columns(scan.file, scan.columns, layout), layout.optional)


def plainly(con: duckdb.DuckDBPyConnection, piece: Piece) -> Source:
    """Stage a file of which nothing is known, be it one of rejects that were mended."""
    source = stage(con, piece, mending.reading() if mending.is_mended(piece) else None)
    mending.remember(con, source.columns)
    return replace(source, columns=mending.own(source.columns))


def _reading(layout: Layout, piece: Piece) -> Reading:
    return replace(Reading(**layout.reading), member=piece.member)


def _has_names(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> bool:
    """Whether the first line has the names of its columns for values."""
    first = con.execute(f"SELECT {', '.join(map(quote, columns[:2]))} FROM raw WHERE {ROW} = 1").fetchone()
    return _are_names(first, columns)


def _are_names(first: tuple[Any, ...] | None, columns: Sequence[str]) -> bool:
    return first is not None and [str(value).strip().lower() for value in first[:2]] == [*map(str.lower, columns[:2])]


def unfolded(con: duckdb.DuckDBPyConnection, layout: Layout, columns: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Make of the lines in ``raw`` those that a preset makes of them.

    Returns
    -------
    table, columns
        The table that the lines as they were read are now in, and the columns of ``raw``.
    """
    if layout.rows is None:
        return "raw", tuple(columns)
    con.execute(f"DROP TABLE IF EXISTS {WHOLE}")
    con.execute(f"ALTER TABLE raw RENAME TO {WHOLE}")
    con.execute(f"CREATE TEMP TABLE raw AS {layout.rows}")
    names = [row[0] for row in con.execute("DESCRIBE raw").fetchall()]
    return WHOLE, tuple(names)
