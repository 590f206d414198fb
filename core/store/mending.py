"""Lines that were turned away, as files in their own columns: to be mended and appended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.store.connect import literal, quote
from core.store.reading import Piece, Reading, Source
from core.tables import FORMULA, NUMBER

if TYPE_CHECKING:
    import duckdb

#: Columns that a file of rejects has beside those of the file that they are of.
ID, COLUMN, REASON, LINE = "reject_id", "reject_column", "reject_reason", "reject_line"
OURS = (ID, COLUMN, REASON, LINE)
#: What a spreadsheet would run, with any apostrophes in front.
_RUN = f"^'*{FORMULA.removeprefix('^')}"
_PACKED = re.compile(r"(\.(gz|gzip|zst|zstd|bz2|xz|zip|csv|tsv|txt|dat|json|jsonl|parquet|xlsx))+$", re.IGNORECASE)


def is_mended(piece: Piece) -> bool:
    """Whether a file is one of rejects that this module wrote, by its header."""
    if piece.member or not piece.path.is_file():
        return False
    with piece.path.open("rb") as file:
        return ID.encode() in file.readline(1 << 20)


def reading() -> Reading:
    """How files of rejects are written, whatever the file that they are of."""
    return Reading(header=True, encoding="utf-8", delimiter=",")


def own(columns: Sequence[str]) -> tuple[str, ...]:
    """Leave out of a file's columns those that say why its lines were rejected."""
    return tuple(column for column in columns if column not in OURS)


def remember(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> None:
    """Note which rejects the staged file has anew: what becomes of them now is what counts.

    Its values are then as they were before ``write`` made them harmless.
    """
    con.execute("CREATE TEMP TABLE IF NOT EXISTS mended (reject_id VARCHAR)")
    if ID in columns:
        con.execute(f"INSERT INTO mended SELECT {ID} FROM raw")
        values = ", ".join(f"{_as_it_was(quote(name))} AS {quote(name)}" for name in columns)
        con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT * REPLACE ({values}) FROM raw")


def mends(con: duckdb.DuckDBPyConnection) -> int | None:
    """Return the number of the import whose rejects the staged file has anew; None when it has none."""
    row = con.execute("SELECT min(TRY_CAST(split_part(reject_id, ':', 1) AS INTEGER)) FROM mended").fetchone()
    return row[0] if row else None


def rejects_left(con: duckdb.DuckDBPyConnection, rejects: str) -> str:
    """SQL for those of a table of rejects that no mended file has."""
    con.execute("CREATE TEMP TABLE IF NOT EXISTS mended (reject_id VARCHAR)")
    return (
        f"SELECT * FROM {rejects} "
        "WHERE concat(import_id, ':', source_row) NOT IN (SELECT reject_id FROM mended WHERE reject_id IS NOT NULL)"
    )


def forget(con: duckdb.DuckDBPyConnection, fingerprint: str) -> None:
    """Leave out the rejects of a file that is read again, as it was."""
    con.execute("CREATE TEMP TABLE IF NOT EXISTS mended (reject_id VARCHAR)")
    con.execute(
        "INSERT INTO mended SELECT concat(import_id, ':', source_row) FROM old.rejects "
        "WHERE import_id IN (SELECT import_id FROM imports WHERE fingerprint = $mark)", {"mark": fingerprint},
    )


def write(con: duckdb.DuckDBPyConnection, number: int, source: Source, folder: Path) -> Path:
    """Write the rejects of one file, in its own columns with the reason behind them; return where.

    Lines that were no rows at all stand as they were in the last column. What a spreadsheet would run has an
    apostrophe in front, and so has what begins like that behind apostrophes of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder, _PACKED.sub("", re.sub(r"[^\w.-]+", "_", source.file)))
    values = [
        f"{_harmless(f'json_extract_string(record, {_pointer(column)})')} AS {quote(column)}"
        for column in own(source.columns)
    ]
    con.execute(
        f"COPY (SELECT {', '.join(values)}, concat(import_id, ':', source_row) AS {ID}, column_name AS {COLUMN}, "
        f"reason AS {REASON}, CASE WHEN record IS NULL THEN {_harmless('line')} END AS {LINE} "
        "FROM (SELECT *, CASE WHEN line LIKE '{%' THEN TRY_CAST(line AS JSON) END AS record FROM turned_away) "
        f"WHERE import_id = {number} ORDER BY source_row) TO {literal(str(target))} (FORMAT csv, HEADER)"
    )
    return target


def _harmless(text: str) -> str:
    run = f"regexp_matches({text}, {literal(_RUN)}) AND NOT regexp_matches({text}, {literal(NUMBER)})"
    return f"CASE WHEN {run} THEN chr(39) || {text} ELSE {text} END"


def _as_it_was(text: str) -> str:
    marked = f"starts_with({text}, chr(39)) AND regexp_matches({text}, {literal(_RUN)})"
    return f"CASE WHEN {marked} THEN {text}[2:] ELSE {text} END"


def _free(folder: Path, stem: str) -> Path:
    target, copy = folder / f"{stem}.csv", 2
    while target.exists():
        target, copy = folder / f"{stem}_{copy}.csv", copy + 1
    return target


def _pointer(column: str) -> str:
    return literal("/" + column.replace("~", "~0").replace("/", "~1"))
