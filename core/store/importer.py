"""Imports logs into a workspace: all of it or nothing, every line accounted for.

One import makes one new version. Readers go on with the version that they have open.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError
from core.records import FileReport, ImportReport, Progress, no_progress
from core.schema import ITEM_COLUMNS, REQUIRED_EVENT_COLUMNS, REQUIRED_ITEM_COLUMNS, REQUIRED_USER_COLUMNS, Col
from core.store import accept, accounts, beside, catalogue, cleaning, derive, facts, grammar, versions
from core.store.connect import literal
from core.store.lines import type_lines
from core.store.mapping import EVENT_INPUTS, expressions, hints, meant_for
from core.store.preset import Layout, Preset, load_preset
from core.store.reading import Piece, Source, expand, stage
from core.store.staging import routed, staged, unfolded
from core.store.times import Clock
from core.store.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

_EVENT_NAMES = frozenset(EVENT_INPUTS)


@dataclass(frozen=True)
class Request:
    """What is to be imported and how it is to be read."""

    events: Sequence[Path]
    items: Path | None
    users: Path | None
    preset: Preset
    mapping: Mapping[str, str]
    generated: bool
    clock: Clock
    files: Mapping[str, Path]


class _Draft:
    """The version that is being made."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, version: int, has_old: bool, request: Request, progress: Progress
    ) -> None:
        self.con, self.version, self.has_old = con, version, has_old
        self.request, self.progress = request, progress
        self.next_id = accounts.prepare(con, has_old)
        self.other_columns: list[str] = []  # of the files beside the log
        self.logs: list[FileReport] = []
        self.beside: list[FileReport] = []
        self.reasons: dict[str, int] = {}

    def note(self, role: str, source: Source, counted: accept.Counted) -> None:
        """Note what became of a file, under the next number."""
        report = FileReport(
            source.file, role, source.lines, counted.imported, counted.rejected, counted.duplicates, counted.events
        )
        accounts.note(self.con, self.next_id, self.version, self.request.preset.name, self.request.mapping, report)
        of_log = role in {layout.role for layout in self.request.preset.logs}
        (self.logs if of_log else self.beside).append(report)
        for reason, count in accounts.reasons(self.con, [self.next_id]).items():
            said = reason if of_log else f"{source.file}: {reason}"
            self.reasons[said] = self.reasons.get(said, 0) + count
        self.next_id += 1


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
    clock: Clock | None = None,
    dry_run: bool = False,
    files: Mapping[str, Path] | None = None,
) -> ImportReport:
    """Import logs, whatever files they come in, as a new version of a workspace's data.

    Parameters
    ----------
    events
        Files of events, one or more; with a preset, any of the files that it is for.
    items, users
        Files that describe items and shoppers; without them they are derived from the events.
    preset
        Name of a preset (``preset.preset_names``); None means canonical column names.
    mapping
        Canonical column → column of the file, where they differ, and what else ``grammar`` can say.
    append
        Add to what is there; otherwise start anew with these files alone.
    generated
        Whether the logs are made up. A workspace with any of those is marked so.
    clock
        How times are written that do not say so themselves.
    dry_run
        Do everything but write: the report says what would be, and its version is 0.
    files
        Files of a preset by their role, where their names and columns do not tell.

    Returns
    -------
    ImportReport
        ``imported``, ``rejected`` and ``duplicates`` count lines of the events files and add up to
        ``lines_read``; ``items`` and ``users`` count what the workspace would then know. ``reasons`` has
        those of the files beside too, behind the file's name.

    Raises
    ------
    InputError
        When a file cannot be used; nothing has changed then.
    WorkspaceError
        When another import does not end.
    """
    began = time.monotonic()
    if not (events or files):
        raise InputError("No file of events is given.")
    request = Request(
        list(events), items, users, load_preset(preset), dict(mapping or {}), generated, clock or Clock(),
        dict(files or {}),
    )
    grammar.check(request.mapping)
    with versions.locked(workspace, progress):
        with versions.drafted(workspace, append, publish=not dry_run) as (con, number, has_old):
            report = _fill(workspace, con, number, has_old, request, progress, dry_run)
        versions.sweep(workspace)
    progress(1.0, "Nothing was written" if dry_run else f"Version {number} is ready")
    return replace(report, seconds=round(time.monotonic() - began, 2))


def _fill(
    workspace: Workspace, con: duckdb.DuckDBPyConnection, number: int, has_old: bool, request: Request,
    progress: Progress, dry_run: bool,
) -> ImportReport:
    accept.prepare(con)
    catalogue.prepare(con)
    if has_old:
        catalogue.know(con, versions.OLD)
    draft = _Draft(con, number, has_old, request, progress)
    given = routed(con, request.preset, request.events, request.files)
    _read_beside(draft, given)
    for layout in request.preset.logs:
        for piece in given.get(layout.role, ()):
            _read_log(draft, layout, piece)
    if not any(file.imported + file.duplicates for file in draft.logs):
        raise InputError(_all_rejected(", ".join(file.file for file in draft.logs), draft.reasons))
    _write(draft, derived=not dry_run)
    rejects = None if dry_run else accounts.export_rejects(workspace, con, number)
    return _report(draft, rejects, 0 if dry_run else number)


def _report(draft: _Draft, rejects: str | None, version: int) -> ImportReport:
    sums = {
        name: sum(getattr(file, name) for file in draft.logs)
        for name in ("events", "imported", "rejected", "duplicates", "lines_read")
    }
    span = draft.con.execute("SELECT min(ts), max(ts) FROM fresh").fetchone()
    first, last = span or (None, None)
    return ImportReport(
        **sums, items=_count(draft.con, "items"), users=_count(draft.con, "users"), rejects_file=rejects,
        reasons=draft.reasons, seconds=0.0, version=version, files=(*draft.logs, *draft.beside),
        notes=draft.request.preset.notes, first_ts=first, last_ts=last,
    )


def _read_beside(draft: _Draft, given: Mapping[str, Sequence[Piece]]) -> None:
    """Read the files that are not of events: what is looked up first, since descriptions may look into it."""
    preset, request = draft.request.preset, draft.request
    layouts = [layout for layout in preset.files.values() if layout.events is None]
    for layout in sorted(layouts, key=lambda layout: bool(layout.items or layout.users)):
        pieces = given.get(layout.role, ())
        draft.progress(0.02, f"Reading {', '.join(piece.name for piece in pieces) or layout.role}")
        parts = beside.gather(draft.con, layout, pieces, draft.next_id)
        beside.describe(draft.con, layout, parts)
        for part in parts:
            _note_beside(draft, layout.role, part.source)
    for role, path in (("items", request.items), ("users", request.users)):
        for piece in expand(path) if path is not None else ():
            _read_canonical(draft, role, piece)


def _read_canonical(draft: _Draft, role: str, piece: Piece) -> None:
    """Read a file of items or shoppers whose columns have canonical names, or are mapped."""
    draft.progress(0.02, f"Reading {piece.name}")
    con, source = draft.con, stage(draft.con, piece)
    of_items = role == "items"
    wanted: Sequence[str] = list(ITEM_COLUMNS) if of_items else [Col.USER]
    required: Sequence[str] = REQUIRED_ITEM_COLUMNS if of_items else REQUIRED_USER_COLUMNS
    found = grammar.beside(source.file, role, draft.request.mapping, source.columns, wanted, required)
    accept.reject_malformed(con, source, draft.next_id)
    (catalogue.say_items if of_items else catalogue.say_users)(con, source.columns, found)
    accept.reject_faulty(con, source, draft.next_id, "raw")
    draft.other_columns += source.columns
    _note_beside(draft, role, source)


def _note_beside(draft: _Draft, role: str, source: Source) -> None:
    rejected = accept.rejected(draft.con, draft.next_id)
    if rejected == source.lines:
        raise InputError(_all_rejected(source.file, accounts.reasons(draft.con, [draft.next_id])))
    draft.note(role, source, accept.Counted(source.lines - rejected, rejected, 0, 0))


def _read_log(draft: _Draft, layout: Layout, piece: Piece) -> None:
    draft.progress(0.1, f"Reading {piece.name}")
    con, request = draft.con, draft.request
    source, table, layout, told = understand(con, piece, layout, request.mapping, request.clock, draft.other_columns)
    draft.progress(0.4, f"Accounting for {source.lines:,} lines of {source.file}")
    counted = accept.accept(con, source, draft.next_id, f"{versions.OLD}.events" if draft.has_old else None, table)
    catalogue.tell(con, told, layout.users)
    draft.note(layout.role, source, counted)


def understand(
    con: duckdb.DuckDBPyConnection, piece: Piece, layout: Layout, mapping: Mapping[str, str], clock: Clock,
    other_columns: Sequence[str] = (),
) -> tuple[Source, str, Layout, dict[str, str]]:
    """Stage a file of events and type its lines.

    Returns
    -------
    source, table, layout, told
        The file, the table that its lines are in, how it was read in the end, and the columns of items
        that its lines tell about (name → SQL).
    """
    source = staged(con, piece, layout)
    table, columns = unfolded(con, layout, source.columns)
    said = grammar.said(meant_for(mapping, columns, other_columns), columns)
    layout, mine = grammar.merged(layout, said), said.columns
    found = expressions(source.file, columns, layout, REQUIRED_EVENT_COLUMNS, {
        name: column for name, column in mine.items() if name in _EVENT_NAMES
    })
    told = hints(columns, layout, mine)
    here = replace(clock, order=clock.order or layout.dates)
    type_lines(con, found, told, layout.users, layout.rejects, here)
    return source, table, layout, told


def _write(draft: _Draft, derived: bool) -> None:
    """Write the tables of the version from what was gathered, then what is derived from them."""
    con, progress = draft.con, draft.progress
    progress(0.55, "Keeping events, items and shoppers")
    catalogue.write(con)
    if not derived:
        return
    old = f"SELECT * FROM {versions.OLD}.events UNION ALL " if draft.has_old else ""
    con.execute(f"CREATE TABLE events AS {old} SELECT * FROM fresh ORDER BY user_id, ts, import_id, source_row")
    before = f"SELECT * FROM {versions.OLD}.rejects UNION ALL " if draft.has_old else ""
    con.execute(f"CREATE TABLE rejects AS {before} SELECT * FROM turned_away ORDER BY import_id, source_row")
    generated = literal(str(draft.request.generated).lower()) + "::BOOLEAN"
    if draft.has_old:
        generated += f" OR (SELECT bool_or(generated) FROM {versions.OLD}.shop)"
    con.execute(f"CREATE TABLE shop AS SELECT {generated} AS generated")
    progress(0.6, "Looking for robots, visits and odd numbers")
    cleaning.build(con)
    progress(0.65, "Working out popularity, prices and what is bought together")
    derive.build(con)
    progress(0.9, "Counting what each shopper did")
    facts.build(con)
    progress(0.97, "Publishing the new version")


def _all_rejected(name: str, reasons: Mapping[str, int]) -> str:
    most = "; ".join(f"{reason} ({count:,} lines)" for reason, count in list(reasons.items())[:3])
    return f"Every line of {name} was rejected, so nothing is imported: {most}. Is a --map or a --preset missing?"


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
