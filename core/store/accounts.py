"""The books of an import: which files were read, what became of their lines, and the lines that were turned away."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.records import FileReport
from core.store import accept, versions
from core.store.connect import literal

if TYPE_CHECKING:
    import duckdb

    from core.store.workspace import Workspace

_DDL = (
    "(import_id INTEGER, version INTEGER, role VARCHAR, file VARCHAR, preset VARCHAR, mapping VARCHAR, "
    "lines_read BIGINT, imported BIGINT, events BIGINT, rejected BIGINT, duplicates BIGINT, imported_at TIMESTAMP)"
)


def prepare(con: duckdb.DuckDBPyConnection, has_old: bool) -> int:
    """Open the books, with what is in those of the version before; return the first free number of an import."""
    con.execute(f"CREATE TABLE imports {_DDL}")
    if has_old:
        con.execute(f"INSERT INTO imports BY NAME SELECT * FROM {versions.OLD}.imports")
    row = con.execute("SELECT coalesce(max(import_id), 0) + 1 FROM imports").fetchone()
    return int(row[0]) if row else 1


def note(
    con: duckdb.DuckDBPyConnection, number: int, version: int, preset: str, mapping: Mapping[str, str], file: FileReport
) -> None:
    """Note what became of a file's lines."""
    if file.imported + file.rejected + file.duplicates != file.lines_read:
        raise RuntimeError(f"{file.file} has {file.lines_read} lines, and not all are accounted for: {file}")
    con.execute(
        "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, version, file.role, file.file, preset, json.dumps(dict(mapping)), file.lines_read, file.imported,
         file.events, file.rejected, file.duplicates, datetime.now(UTC).replace(tzinfo=None)],
    )


def reasons(con: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[str, int]:
    """Return why lines of these imports were rejected, and how many were."""
    found: dict[str, int] = {}
    for number in numbers:
        for reason, count in accept.reasons(con, number).items():
            found[reason] = found.get(reason, 0) + count
    return found


def export_rejects(workspace: Workspace, con: duckdb.DuckDBPyConnection, version: int) -> str | None:
    """Write the rejects of this import to a file; return its name, or None when there are none."""
    row = con.execute("SELECT count(*) FROM turned_away").fetchone()
    if not row or not row[0]:
        return None
    file = versions.rejects_file(workspace, version)
    file.parent.mkdir(exist_ok=True)
    con.execute(
        "COPY (SELECT file, source_row AS row, column_name AS \"column\", reason, line FROM turned_away "
        f"ORDER BY import_id, source_row) TO {literal(str(file))} (HEADER)"
    )
    return str(file)
