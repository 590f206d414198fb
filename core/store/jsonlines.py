"""Reads records of JSON, one a line or in one list, into a table of texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.errors import InputError
from core.language import say, to_say
from core.store.connect import literal, quote
from core.store.header import distinct
from core.store.rows import ROW, count, none_malformed

if TYPE_CHECKING:
    import duckdb

#: An object with more names than this is a table of its own, and stays one text.
_MOST_NAMES = 500
_LONGEST = 16_000_000  # letters of a record
_BROKEN = to_say("not a JSON record")


class _Leaf(NamedTuple):
    name: str
    pointer: str
    kind: str


def looks_like(head: str) -> bool:
    """Whether a text is JSON, by its beginning."""
    start = head.lstrip()
    return start.startswith("{") or (start.startswith("[") and start[1:].lstrip().startswith(("{", "]")))


def stage(con: duckdb.DuckDBPyConnection, path: Path, name: object, head: str) -> tuple[str, ...]:
    """Fill ``raw`` and ``malformed`` from a file in UTF-8, and return the columns.

    Raises
    ------
    InputError
        When a list, or records that span lines, are broken; when there is no record.
    """
    none_malformed(con)
    if _by_line(head):
        _read_lines(con, path)
    else:
        _read_whole(con, path, name, "array" if head.lstrip().startswith("[") else "unstructured")
    con.execute(
        f"INSERT INTO malformed SELECT {ROW}, '{_BROKEN}', line FROM json_lines WHERE record IS NULL "
    )
    leaves = list(_leaves(_structure(con, name)))
    columns = distinct([leaf.name for leaf in leaves])
    pointers = ", ".join(literal(leaf.pointer) for leaf in leaves)
    texts = ", ".join(f"{_as_text(n, leaf)} AS {quote(given)}" for n, (leaf, given) in enumerate(
        zip(leaves, columns, strict=True), 1))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {ROW}, {texts} FROM ("
        f"SELECT {ROW}, json_extract_string(record, [{pointers}]) AS found FROM json_lines WHERE record IS NOT NULL)"
    )
    con.execute("DROP TABLE json_lines")
    return columns


def _by_line(head: str) -> bool:
    """Whether a record takes one line; if the first is broken, one that begins a line and ends with it tells."""
    lines = [line for line in head.splitlines()[:20] if line.strip()]
    if head.lstrip().startswith("["):
        return False
    return len(lines) == 1 or any(line.startswith("{") and _is_record(line) for line in lines)


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _read_lines(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read each line as one text, at a mark that JSON never holds; what is no object is none."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE json_lines AS "
        f"SELECT row_number() OVER () AS {ROW}, line, "
        "CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line::JSON END AS record "
        f"FROM read_csv({literal(str(path))}, auto_detect = false, header = false, columns = {{'line': 'VARCHAR'}}, "
        f"delim = '\x1e', quote = '', escape = '', max_line_size = {_LONGEST}, hive_partitioning = false) "
        "WHERE trim(line, ' \t\r') <> ''"
    )


def _read_whole(con: duckdb.DuckDBPyConnection, path: Path, name: object, form: str) -> None:
    import duckdb

    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE json_lines AS "
            f"SELECT row_number() OVER () AS {ROW}, json::VARCHAR AS line, "
            "CASE WHEN json_type(json) = 'OBJECT' THEN json END AS record "
            f"FROM read_json_objects({literal(str(path))}, format = '{form}', "
            f"maximum_object_size = {_LONGEST}, hive_partitioning = false)"
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].replace(str(path), "it")
        raise InputError(say("{name} cannot be read; its JSON is broken: {reason}",
                             name=name, reason=reason)) from error


def _structure(con: duckdb.DuckDBPyConnection, name: object) -> dict[str, Any]:
    row = con.execute("SELECT CAST(json_group_structure(record) AS VARCHAR) FROM json_lines").fetchone()
    found = json.loads(row[0]) if row and row[0] else None
    if not isinstance(found, dict) or not found:
        reason = say("its JSON is broken") if count(con, "malformed") else say("there is no record in it")
        raise InputError(say("{file} cannot be read: {why}. Give a record, {{…}}, on each line.",
                             file=name, why=reason))
    return found


def _leaves(structure: Mapping[str, Any], names: str = "", pointer: str = "") -> Iterator[_Leaf]:
    for name, kind in structure.items():
        full, at = f"{names}{name}", f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if isinstance(kind, dict) and 0 < len(kind) <= _MOST_NAMES:
            yield from _leaves(kind, f"{full}.", at)
        else:
            yield _Leaf(full, at, kind if isinstance(kind, str) else "JSON")


def _as_text(place: int, leaf: _Leaf) -> str:
    """Text of a value; whole floats lose their ``.0``, which would spoil ids."""
    if leaf.kind == "DOUBLE":
        return f"regexp_replace(found[{place}], '^(-?[0-9]+)\\.0$', '\\1')"
    return f"found[{place}]"
