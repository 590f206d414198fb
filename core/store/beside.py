"""Reads the files beside the logs: what describes items and shoppers, and what is only looked things up in.

Files of one role are read together, as one table of lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from core.errors import InputError
from core.language import say
from core.schema import ITEM_COLUMNS, OTHER, REQUIRED_ITEM_COLUMNS, REQUIRED_USER_COLUMNS, Col
from core.store import accept, accounts, catalogue, grammar
from core.store.connect import quote
from core.store.draft import ITEMS, Draft
from core.store.preset import Layout
from core.store.reading import ROW, Piece, Source
from core.store.staging import plainly, staged

if TYPE_CHECKING:
    import duckdb

#: Column that says, in the lines of a role, which file they are of.
FILE = "__file"


class Part(NamedTuple):
    """A file of a role: the number of its import, and how many lines of other files come before its own."""

    piece: Piece
    source: Source
    number: int
    before: int


def read(draft: Draft, given: Mapping[str, Sequence[Piece]]) -> None:
    """Read the files of a preset that are not of events: what is looked up first, since descriptions look into it."""
    layouts = [layout for layout in draft.request.preset.files.values() if layout.events is None]
    for layout in sorted(layouts, key=lambda layout: bool(layout.items or layout.users)):
        pieces = given.get(layout.role, ())
        for part in draft.watch(
            (0.02, 0.05), say("Reading {name}", name=", ".join(piece.name for piece in pieces) or layout.role),
            lambda layout=layout, pieces=pieces: _read(draft, layout, pieces),  # type: ignore[misc]
        ):
            _note(draft, layout.role, part.piece, part.source)
        _check(draft, layout.role)


def read_plain(draft: Draft, role: str, piece: Piece) -> None:
    """Read a file of items or shoppers whose columns have canonical names, or are mapped."""
    source = draft.watch((0.02, 0.05), say("Reading {name}", name=piece.name), lambda: _say(draft, role, piece))
    draft.other_columns += source.columns
    _note(draft, role, piece, source)
    _check(draft, role)


def _read(draft: Draft, layout: Layout, pieces: Sequence[Piece]) -> list[Part]:
    parts = gather(draft.con, layout, pieces, draft.next_id)
    describe(draft.con, layout, parts)
    return parts


def _say(draft: Draft, role: str, piece: Piece) -> Source:
    con, source = draft.con, plainly(draft.con, piece)
    wanted: Sequence[str] = list(ITEM_COLUMNS) if role == ITEMS else [Col.USER]
    required: Sequence[str] = REQUIRED_ITEM_COLUMNS if role == ITEMS else REQUIRED_USER_COLUMNS
    found = grammar.beside(source.file, role, draft.request.mapping_of(piece), source.columns, wanted, required)
    if role == ITEMS:  # what else is told of items may be called as anything is that they are held against
        found |= {f"{OTHER}{column}": column for column in source.columns if column not in found.values()}
    accept.reject_malformed(con, source, draft.next_id)
    (catalogue.say_items if role == ITEMS else catalogue.say_users)(con, source.columns, found)
    accept.reject_faulty(con, source, draft.next_id, "raw")
    return source


def _check(draft: Draft, role: str) -> None:
    """Refuse files of a role of which nothing can be used."""
    files = [file for file in draft.beside if file.role == role]
    if files and not any(file.imported for file in files):
        numbers = range(draft.next_id - len(files), draft.next_id)
        raise InputError(accounts.all_rejected(files, accounts.reasons(draft.con, numbers)))


def _note(draft: Draft, role: str, piece: Piece, source: Source) -> None:
    rejected = accept.rejected(draft.con, draft.next_id)
    draft.note(role, piece, source, accept.Counted(source.lines - rejected, rejected, 0, 0))


def gather(con: duckdb.DuckDBPyConnection, layout: Layout, pieces: Sequence[Piece], first: int) -> list[Part]:
    """Put the lines of a role's files into a table of its name; the malformed ones are rejected.

    Parameters
    ----------
    pieces
        May be none; the table is empty then, so that SQL may look into it.
    first
        Number of the first file's import; the others follow.
    """
    texts = ", ".join(f"{quote(name)} VARCHAR" for name in layout.described)
    table = quote(layout.role)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({ROW} BIGINT, {FILE} VARCHAR, {texts})")
    parts, before = [], 0
    for number, piece in enumerate(pieces, first):
        source = staged(con, piece, layout)
        accept.reject_malformed(con, source, number)
        lines = f"SELECT * REPLACE ({ROW} + {before} AS {ROW}), file_name() AS {FILE} FROM raw"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM {table} UNION ALL BY NAME {lines}")
        parts.append(Part(piece, source, number, before))
        before += source.lines
    return parts


def describe(con: duckdb.DuckDBPyConnection, layout: Layout, parts: Sequence[Part]) -> None:
    """Gather what a role's files say of items and of shoppers; lines that cannot be used are rejected."""
    lines = layout.rows or f"SELECT * FROM {quote(layout.role)}"
    for said, gather, canonical in (
        (layout.items, catalogue.say_items, (*ITEM_COLUMNS,)), (layout.users, catalogue.say_users, (Col.USER,)),
    ):
        if not said:
            continue
        values = ", ".join(f"CAST({sql} AS VARCHAR) AS {quote(name)}" for name, sql in said.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {ROW}, {values} FROM ({lines}) AS raw")
        gather(con, tuple(said), {str(name): str(name) for name in canonical if name in said})
        for part in parts:
            accept.reject_faulty(con, part.source, part.number, quote(layout.role), part.before)
