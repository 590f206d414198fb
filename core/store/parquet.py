"""Reads a Parquet file into a table of texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from core.errors import InputError
from core.language import say
from core.store.connect import literal, quote
from core.store.header import distinct
from core.store.rows import ROW, none_malformed

if TYPE_CHECKING:
    import duckdb
    from duckdb.sqltypes import DuckDBPyType

_NUMBER = "file_row_number"  # as DuckDB calls it


class Leaf(NamedTuple):
    """A value in a record: what it is called, and SQL for it as text."""

    name: str
    sql: str


def stage(con: duckdb.DuckDBPyConnection, path: Path, name: object, most: int | None = None) -> tuple[str, ...]:
    """Fill ``raw`` from a Parquet file, or from its first ``most`` lines, and return its columns.

    A column within a column is called by both names with a dot between; lists stay text, as JSON.

    Raises
    ------
    InputError
        When the file is not whole.
    """
    import duckdb

    try:
        found = leaves(con, path)
        reader, number = numbered(con, path)
        texts = ", ".join(f"{sql} AS {quote(given)}" for given, sql in found.items())
        limit = "" if most is None else f"LIMIT {most}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {number} AS {ROW}, {texts} FROM {reader} {limit}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(str(path), "it")
        raise InputError(say("{name} cannot be read; it is not a whole Parquet file: {reason}",
                             name=name, reason=reason)) from error
    none_malformed(con)
    return tuple(found)


def numbered(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, str]:
    """Return SQL for what reads a file, and for the number of a line."""
    file = literal(str(path))
    named = con.sql(f"SELECT * FROM read_parquet({file})").columns
    if _NUMBER in map(str.lower, named):  # it is the file's own
        return f"read_parquet({file})", "row_number() OVER ()"
    return f"read_parquet({file}, {_NUMBER} = true)", f"{_NUMBER} + 1"


def leaves(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Return the columns of a file, and SQL for each as text."""
    read = con.sql(f"SELECT * FROM read_parquet({literal(str(path))})")
    found = [leaf for column, kind in zip(read.columns, read.types, strict=True) for leaf in _leaves(column, kind)]
    return dict(zip(distinct([leaf.name for leaf in found]), (leaf.sql for leaf in found), strict=True))


def _leaves(column: str, kind: DuckDBPyType, inside: str | None = None) -> Iterator[Leaf]:
    sql = inside or quote(column)
    if kind.id == "struct":
        for name, child in cast("list[tuple[str, DuckDBPyType]]", kind.children):
            yield from _leaves(f"{column}.{name}", child, f"struct_extract({sql}, {literal(name)})")
    else:
        yield Leaf(column, _as_text(sql, kind))


def _as_text(sql: str, kind: DuckDBPyType) -> str:
    """Text of a value; whole floats lose their ``.0``, which would spoil ids."""
    if kind.id in ("float", "double"):
        return (
            f"CASE WHEN {sql} = trunc({sql}) AND abs({sql}) < 1e15 "
            f"THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) ELSE CAST({sql} AS VARCHAR) END"
        )
    if kind.id in ("list", "map", "array", "union"):
        return f"CAST(to_json({sql}) AS VARCHAR)"
    if kind.id == "blob":  # text that its writer did not call text
        return f"coalesce(TRY(decode({sql})), CAST({sql} AS VARCHAR))"
    return f"CAST({sql} AS VARCHAR)"
