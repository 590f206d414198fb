"""Imports logs into a workspace: all of it or nothing, every line accounted for.

One import makes one new version. Readers go on with the version that they have open.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.records import ImportReport, Progress, no_progress
from core.schema import ITEM_COLUMNS, REQUIRED_EVENT_COLUMNS, REQUIRED_ITEM_COLUMNS, REQUIRED_USER_COLUMNS, Col
from core.store import accept, catalogue, derive, facts, grammar, versions
from core.store.connect import literal, quote
from core.store.lines import type_lines
from core.store.mapping import (
    EVENT_INPUTS,
    Preset,
    expressions,
    hints,
    load_preset,
    meant_for,
    preset_columns,
)
from core.store.reading import Source, stage
from core.store.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

_EVENT_NAMES = frozenset(EVENT_INPUTS)
_IMPORTS_DDL = (
    "(import_id INTEGER, version INTEGER, role VARCHAR, file VARCHAR, preset VARCHAR, mapping VARCHAR, "
    "lines_read BIGINT, events BIGINT, rejected BIGINT, duplicates BIGINT, imported_at TIMESTAMP)"
)


@dataclass(frozen=True)
class Request:
    """What is to be imported and how it is to be read."""

    events: Sequence[Path]
    items: Path | None
    users: Path | None
    preset: Preset
    mapping: Mapping[str, str]
    generated: bool


@dataclass
class _Draft:
    """The version that is being made."""

    con: duckdb.DuckDBPyConnection
    version: int
    has_old: bool
    next_id: int
    other_columns: list[str]  # of the items and users files
    rejected_beside: dict[str, int]  # reasons in those files


def import_files(
    workspace: Workspace,
    events: Sequence[Path],
    items: Path | None = None,
    users: Path | None = None,
    preset: str | None = None,
    mapping: Mapping[str, str] | None = None,
    append: bool = True,
    progress: Progress = no_progress,
    generated: bool = False,
) -> ImportReport:
    """Import logs, CSV (plain or gzipped) or Parquet, as a new version of a workspace's data.

    Parameters
    ----------
    events
        Files of events, one or more.
    items, users
        Files that describe items and shoppers; without them they are derived from the events.
    preset
        Name of a preset (``mapping.preset_names``); None means canonical column names.
    mapping
        Canonical column → column of the file, where they differ, and what else ``grammar`` can say.
    append
        Add to what is there; otherwise start anew with these files alone.
    generated
        Whether the logs are made up. A workspace with any of those is marked so.

    Returns
    -------
    ImportReport
        ``events``, ``rejected`` and ``duplicates`` count lines of the events files and add up to
        ``lines_read``; ``items`` and ``users`` count what the workspace now knows. ``reasons`` has
        those of the items and users files too, behind the file's name.

    Raises
    ------
    InputError
        When a file cannot be used; nothing has changed then.
    WorkspaceError
        When another import does not end.
    """
    began = time.monotonic()
    if not events:
        raise InputError("No file of events is given.")
    request = Request(list(events), items, users, load_preset(preset), dict(mapping or {}), generated)
    grammar.check(request.mapping)
    with versions.locked(workspace, progress):
        with versions.drafted(workspace, append) as (con, number, has_old):
            report = _fill(workspace, con, number, has_old, request, progress)
        versions.sweep(workspace)
    progress(1.0, f"Version {number} is ready")
    return replace(report, seconds=round(time.monotonic() - began, 2))


def _fill(
    workspace: Workspace, con: duckdb.DuckDBPyConnection, number: int, has_old: bool, request: Request,
    progress: Progress,
) -> ImportReport:
    draft = _Draft(con, number, has_old, _first_id(con, has_old), [], {})
    accept.prepare(con)
    catalogue.prepare(con)
    con.execute(f"CREATE TABLE imports {_IMPORTS_DDL}")
    if has_old:
        catalogue.know(con, versions.OLD)
    _read_beside(draft, request, progress)
    first = draft.next_id
    counts = [_read_events(draft, file, request, progress) for file in request.events]
    events, rejected, duplicates = (sum(of_one) for of_one in zip(*counts, strict=True))
    reasons = _reasons(con, range(first, draft.next_id))
    if events + duplicates == 0:
        raise InputError(_all_rejected(", ".join(path.name for path in request.events), reasons))
    _write(draft, request, progress)
    return ImportReport(
        events=events,
        items=_count(con, "items"),
        users=_count(con, "users"),
        rejected=rejected,
        duplicates=duplicates,
        lines_read=events + rejected + duplicates,
        rejects_file=_export_rejects(workspace, con, number),
        reasons={**reasons, **draft.rejected_beside},
        seconds=0.0,
        version=number,
    )


def _read_beside(draft: _Draft, request: Request, progress: Progress) -> None:
    """Read the items and users files."""
    for role, path, required, say in (
        ("items", request.items, REQUIRED_ITEM_COLUMNS, catalogue.say_items),
        ("users", request.users, REQUIRED_USER_COLUMNS, catalogue.say_users),
    ):
        if path is None:
            continue
        progress(0.02, f"Reading {path.name}")
        source = stage(draft.con, path)
        wanted = list(ITEM_COLUMNS) if role == "items" else [Col.USER]
        found = grammar.beside(source.file, role, request.mapping, source.columns, wanted, required)
        say(draft.con, source.columns, found)
        rejected = accept.reject(draft.con, source, draft.next_id)
        if rejected == source.lines:
            raise InputError(_all_rejected(source.file, _reasons(draft.con, [draft.next_id])))
        for reason, count in accept.reasons(draft.con, draft.next_id).items():
            draft.rejected_beside[f"{source.file}: {reason}"] = count
        draft.other_columns += source.columns
        _note(draft, role, source, request, accept.Counted(0, rejected, 0))


def _read_events(draft: _Draft, path: Path, request: Request, progress: Progress) -> accept.Counted:
    progress(0.1, f"Reading {path.name}")
    con, preset = draft.con, request.preset
    source, told, told_users = understand(con, path, preset, request.mapping, draft.other_columns)
    progress(0.4, f"Accounting for {source.lines:,} lines of {source.file}")
    counted = accept.accept(con, source, draft.next_id, f"{versions.OLD}.events" if draft.has_old else None)
    if sum(counted) != source.lines:
        raise RuntimeError(f"{source.file} has {source.lines} lines, and not all are accounted for: {counted}")
    catalogue.tell(con, told, told_users)
    _note(draft, "events", source, request, counted)
    return counted


def understand(
    con: duckdb.DuckDBPyConnection, path: Path, preset: Preset, mapping: Mapping[str, str],
    other_columns: Sequence[str] = (),
) -> tuple[Source, Mapping[str, str], Mapping[str, str]]:
    """Stage a file of events and type its lines.

    Returns
    -------
    source, told, told_users
        The file, and the columns of items and of shoppers that its lines tell about (name → SQL).
    """
    source = stage(con, path)
    renamed = preset_columns(source.file, source.columns, preset)
    for name, column in renamed.items():
        if name != column:
            con.execute(f"ALTER TABLE raw RENAME COLUMN {quote(column)} TO {quote(name)}")
    back = {column: name for name, column in renamed.items()}
    columns = tuple(back.get(column, column) for column in source.columns)
    said = grammar.said(meant_for(mapping, columns, other_columns), columns)
    preset, mine = grammar.merged(preset, said), said.columns
    found = expressions(source.file, columns, preset, REQUIRED_EVENT_COLUMNS, {
        name: column for name, column in mine.items() if name in _EVENT_NAMES
    })
    told = hints(columns, preset, mine)
    type_lines(con, found, told, preset.users, preset.rejects)
    return Source(source.file, columns, source.lines), told, preset.users


def _write(draft: _Draft, request: Request, progress: Progress) -> None:
    """Write the tables of the version from what was gathered, then what is derived from them."""
    con = draft.con
    progress(0.55, "Keeping events, items and shoppers")
    old = f"SELECT * FROM {versions.OLD}.events UNION ALL " if draft.has_old else ""
    con.execute(f"CREATE TABLE events AS {old} SELECT * FROM fresh ORDER BY user_id, ts, import_id, source_row")
    catalogue.write(con)
    before = f"SELECT * FROM {versions.OLD}.rejects UNION ALL " if draft.has_old else ""
    con.execute(f"CREATE TABLE rejects AS {before} SELECT * FROM turned_away ORDER BY import_id, source_row")
    generated = literal(str(request.generated).lower()) + "::BOOLEAN"
    if draft.has_old:
        con.execute(f"INSERT INTO imports SELECT * FROM {versions.OLD}.imports")
        generated += f" OR (SELECT bool_or(generated) FROM {versions.OLD}.shop)"
    con.execute(f"CREATE TABLE shop AS SELECT {generated} AS generated")
    progress(0.65, "Working out popularity, prices and what is bought together")
    derive.build(con)
    progress(0.9, "Counting what each shopper did")
    facts.build(con)
    progress(0.97, "Publishing the new version")


def _note(draft: _Draft, role: str, source: Source, request: Request, counted: accept.Counted) -> None:
    draft.con.execute(
        "INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [draft.next_id, draft.version, role, source.file, request.preset.name, json.dumps(dict(request.mapping)),
         source.lines, counted.events, counted.rejected, counted.duplicates, datetime.now(UTC).replace(tzinfo=None)],
    )
    draft.next_id += 1


def _reasons(con: duckdb.DuckDBPyConnection, numbers: Sequence[int] | range) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in numbers:
        for reason, count in accept.reasons(con, number).items():
            found[reason] = found.get(reason, 0) + count
    return found


def _all_rejected(name: str, reasons: Mapping[str, int]) -> str:
    most = "; ".join(f"{reason} ({count:,} lines)" for reason, count in list(reasons.items())[:3])
    return f"Every line of {name} was rejected, so nothing is imported: {most}. Is a --map or a --preset missing?"


def _export_rejects(workspace: Workspace, con: duckdb.DuckDBPyConnection, number: int) -> str | None:
    if not _count(con, "turned_away"):
        return None
    file = versions.rejects_file(workspace, number)
    file.parent.mkdir(exist_ok=True)
    con.execute(
        "COPY (SELECT file, source_row AS row, column_name AS \"column\", reason, line FROM turned_away "
        f"ORDER BY import_id, source_row) TO {literal(str(file))} (HEADER)"
    )
    return str(file)


def _first_id(con: duckdb.DuckDBPyConnection, has_old: bool) -> int:
    if not has_old:
        return 1
    row = con.execute(f"SELECT coalesce(max(import_id), 0) + 1 FROM {versions.OLD}.imports").fetchone()
    return int(row[0]) if row else 1


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
