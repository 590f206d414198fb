"""The books of an import: which files were read, what became of their lines, and the lines that were turned away."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from core import written
from core.errors import InputError
from core.language import day, say
from core.records import FileReport
from core.store import accept, versions
from core.store.connect import literal
from core.store.kinds import failing
from core.store.watch import looping
from core.tables import FORMULA

if TYPE_CHECKING:
    import duckdb

    from core.store.reading import Piece
    from core.store.workspace import Workspace

_CHUNK = 1 << 22
_DDL = (
    "(import_id INTEGER, version INTEGER, role VARCHAR, file VARCHAR, preset VARCHAR, mapping VARCHAR, "
    "lines_read BIGINT, imported BIGINT, events BIGINT, rejected BIGINT, duplicates BIGINT, imported_at TIMESTAMP, "
    "fingerprint VARCHAR)"
)


def prepare(con: duckdb.DuckDBPyConnection, has_old: bool) -> int:
    """Open the books, with what is in those of the version before; return the first free number of an import."""
    con.execute(f"CREATE TABLE imports {_DDL}")
    if has_old:
        con.execute(f"INSERT INTO imports BY NAME SELECT * FROM {versions.OLD}.imports")
    row = con.execute("SELECT coalesce(max(import_id), 0) + 1 FROM imports").fetchone()
    return int(row[0]) if row else 1


@dataclass(frozen=True)
class Entry:
    """Whose books a file goes into, and what it is known by when it comes again."""

    number: int
    version: int
    preset: str
    mapping: Mapping[str, str]
    fingerprint: str


def note(con: duckdb.DuckDBPyConnection, entry: Entry, file: FileReport) -> None:
    """Note what became of a file's lines."""
    if file.imported + file.rejected + file.duplicates != file.lines_read:
        raise RuntimeError(f"{file.file} has {file.lines_read} lines, and not all are accounted for: {file}")
    con.execute(
        "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [entry.number, entry.version, file.role, file.file, entry.preset, json.dumps(dict(entry.mapping)),
         file.lines_read, file.imported, file.events, file.rejected, file.duplicates,
         datetime.now(UTC).replace(tzinfo=None), entry.fingerprint],
    )


class Mark(NamedTuple):
    """What a file is known by, and its size and age when that was found."""

    fingerprint: str
    version: tuple[int, int]


def mark(piece: Piece, how: object) -> Mark:
    """Return what a file is known by: its content, and how it is read.

    Parameters
    ----------
    how
        Everything that decides what is made of the file; its ``repr`` counts.
    """
    with failing(piece), piece.path.open("rb") as file:
        found = os.fstat(file.fileno())
        content = hashlib.sha256()
        with looping(say("Looking whether {name} is known", name=piece.name), found.st_size) as told:
            while chunk := file.read(_CHUNK):
                content.update(chunk)
                told(file.tell())
    content.update(f"{piece.member} {how!r}".encode())
    return Mark(content.hexdigest(), (found.st_size, found.st_mtime_ns))


def check(piece: Piece, known: Mark) -> None:
    """Refuse a file that is no longer as it was when its mark was found.

    Raises
    ------
    InputError
        When it vanished or changed.
    """
    try:
        found = piece.path.stat()
    except OSError as error:
        raise InputError(say("{piece} vanished while it was read. Put it back and try again.", piece=piece)) from error
    if (found.st_size, found.st_mtime_ns) != known.version:
        raise InputError(say("{piece} changed while it was read. Wait until it is finished, and try again.",
                             piece=piece))


def is_known(con: duckdb.DuckDBPyConnection, fingerprint: str) -> bool:
    """Whether a file was imported before as it is now."""
    return bool(con.execute("SELECT 1 FROM imports WHERE fingerprint = $mark", {"mark": fingerprint}).fetchone())


def known(
    con: duckdb.DuckDBPyConnection, fingerprint: str, file: str, role: str
) -> tuple[FileReport, str] | None:
    """Return the books of a file that was imported before as it is now, all duplicates, and a note that says so."""
    found = con.execute(
        "SELECT file, lines_read, imported_at FROM imports WHERE fingerprint = $mark ORDER BY import_id LIMIT 1",
        {"mark": fingerprint},
    ).fetchone()
    if found is None:
        return None
    other, lines, when = found
    named = "" if other == file else say(", as {other},", other=other)
    said = say("{file} was imported before{named} on {day} at {time}: nothing in it is new.",
               file=file, named=named, day=day(when), time=f"{when:%H:%M}")
    return FileReport(file, role, lines, 0, 0, lines, 0), said


def reasons(con: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[str, int]:
    """Return why lines of these imports were rejected, and how many were."""
    found: dict[str, int] = {}
    for number in numbers:
        for reason, count in accept.reasons(con, number).items():
            found[reason] = found.get(reason, 0) + count
    return found


def all_rejected(files: Sequence[FileReport], reasons: Mapping[str, int]) -> str:
    """Say that nothing of these files could be used, and why."""
    name = ", ".join(file.file for file in files)
    most = say("; ").join(say("{reason} ({count:,} lines)", reason=written.reason(reason), count=count)
                          for reason, count in list(reasons.items())[:3])  # fmt: skip
    return say("Every line of {name} was rejected, so nothing is imported: {most}. Is a --map or a --preset missing?",
               name=name, most=most)


def export_rejects(workspace: Workspace, con: duckdb.DuckDBPyConnection, version: int) -> str | None:
    """Write the rejects of this import to a file; return its name, or None when there are none."""
    row = con.execute("SELECT count(*) FROM turned_away").fetchone()
    if not row or not row[0]:
        return None
    file = versions.rejects_file(workspace, version)
    file.parent.mkdir(exist_ok=True)
    con.execute(
        "COPY (SELECT file, source_row AS row, column_name AS \"column\", reason, "
        f"if(regexp_matches(line, {literal(FORMULA)}), chr(39) || line, line) AS line FROM turned_away "
        f"ORDER BY import_id, source_row) TO {literal(str(file))} (HEADER)"
    )
    return str(file)
