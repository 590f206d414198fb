"""Reads the files beside the log: what describes items and shoppers, and what is only looked things up in.

Files of one role are read together, as one table of lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from core.schema import ITEM_COLUMNS, Col
from core.store import accept, catalogue
from core.store.connect import quote
from core.store.preset import Layout
from core.store.reading import ROW, Piece, Source
from core.store.staging import staged

if TYPE_CHECKING:
    import duckdb

#: Column that says, in the lines of a role, which file they are of.
FILE = "__file"


class Part(NamedTuple):
    """A file of a role: the number of its import, and how many lines of other files come before its own."""

    source: Source
    number: int
    before: int


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
        parts.append(Part(source, number, before))
        before += source.lines
    return parts


def describe(con: duckdb.DuckDBPyConnection, layout: Layout, parts: Sequence[Part]) -> None:
    """Gather what a role's files say of items and of shoppers; lines that cannot be used are rejected."""
    lines = layout.rows or f"SELECT * FROM {quote(layout.role)}"
    for said, say, canonical in (
        (layout.items, catalogue.say_items, (*ITEM_COLUMNS,)), (layout.users, catalogue.say_users, (Col.USER,)),
    ):
        if not said:
            continue
        values = ", ".join(f"CAST({sql} AS VARCHAR) AS {quote(name)}" for name, sql in said.items())
        con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {ROW}, {values} FROM ({lines}) AS raw")
        say(con, tuple(said), {str(name): str(name) for name in canonical if name in said})
        for part in parts:
            accept.reject_faulty(con, part.source, part.number, quote(layout.role), part.before)
