"""Imports logs into a workspace: all of it or nothing, every line accounted for.

One import makes one new version. Readers go on with the version that they have open.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import Cancelled, InputError
from core.language import say
from core.records import ImportReport, Progress, no_progress
from core.store import (
    accept,
    accounts,
    aside,
    beside,
    catalogue,
    cleaning,
    derive,
    facts,
    grammar,
    logs,
    mending,
    versions,
    zone,
)
from core.store.connect import literal
from core.store.draft import ITEMS, USERS, Draft, Request
from core.store.preset import Layout, load_preset
from core.store.reading import Piece, expand
from core.store.staging import routed
from core.store.times import Clock
from core.store.watch import querying
from core.store.workspace import Workspace

if TYPE_CHECKING:
    import duckdb


#: GiB that DuckDB may take for an import; what needs more goes through the disk.
MEMORY = 5
#: Progress of an import at which its events are in the new version. Each work has the share that it takes of the time.
EVENTS_THERE = 0.55


class _NothingNew(Exception):
    """Every file was imported before as it is now."""


def import_files(
    workspace: Workspace,
    events: Sequence[Path],
    items: Path | Sequence[Path] | None = None,
    users: Path | Sequence[Path] | None = None,
    preset: str | None = None,
    mapping: Mapping[str, str] | None = None,
    append: bool = True,
    progress: Progress = no_progress,
    generated: bool = False,
    clock: Clock | None = None,
    dry_run: bool = False,
    files: Mapping[str, Path | Sequence[Path]] | None = None,
    own: Mapping[str, Mapping[str, str]] | None = None,
    orders: Mapping[str, str] | None = None,
    readings: Mapping[str, Mapping[str, Any]] | None = None,
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
    own
        What ``mapping`` has, for single files by their places (``str`` of a piece); it outdoes what is said of all.
    orders
        Order of day and month, for single files by their places.
    readings
        What a person said of how single files are read, by their places: ``encoding``, ``names_in`` (see ``Piece``).

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
        raise InputError(say("No file of events is given."))
    request = Request(
        list(events), _listed(items), _listed(users), load_preset(preset), dict(mapping or {}), generated,
        clock or Clock(), {role: _listed(given) for role, given in (files or {}).items()}, own or {}, orders or {},
        readings or {},
    )
    for mapped in (request.mapping, *request.own.values()):
        grammar.check(mapped)
    with versions.locked(workspace, progress):
        try:
            with versions.drafted(workspace, append, publish=not dry_run) as (con, number, has_old):
                report = _fill(workspace, Draft(con, number, has_old, request, progress), dry_run)
            said = say("Nothing was written") if dry_run else say("Version {count} is ready", count=number)
        except _NothingNew as known:
            report, said = known.args[0], say("Nothing in it is new")
        versions.sweep(workspace)
    with suppress(Cancelled):  # what is published can no longer be cancelled
        progress(1.0, said)
    return replace(report, seconds=round(time.monotonic() - began, 2))


def _listed(given: Path | Sequence[Path] | None) -> list[Path]:
    return [] if given is None else [given] if isinstance(given, Path) else list(given)


def _fill(workspace: Workspace, draft: Draft, dry_run: bool) -> ImportReport:
    draft.con.execute(f"SET memory_limit = '{_memory()} MiB'")
    accept.prepare(draft.con)
    catalogue.prepare(draft.con)
    request = draft.request
    given = draft.watch(
        (0.0, 0.01), say("Telling the files apart"),
        lambda: routed(request.preset, request.events, request.files, request.readings),
    )
    plain = [
        (role, piece) for role, paths in ((ITEMS, request.items), (USERS, request.users))
        for path in paths for piece in expand(path, request.readings)
    ]
    draft.watch((0.01, 0.02), say("Looking whether the files are known"), lambda: _mark(draft, given, plain))
    chosen = [(layout, piece) for layout in draft.request.preset.logs for piece in given.get(layout.role, ())]
    if draft.has_old:
        _stop_if_known(draft, workspace.version() or 0, chosen, dry_run)
        catalogue.know(draft.con, versions.OLD)
    beside.read(draft, given)
    for role, piece in plain:
        beside.read_plain(draft, role, piece)
    logs.read(draft, chosen)
    if not any(file.imported + file.duplicates for file in draft.logs):
        raise InputError(accounts.all_rejected(draft.logs, draft.reasons))
    draft.watch((0.45, 0.47), say("Keeping items and shoppers"), lambda: catalogue.write(draft.con))
    if dry_run:
        return _report(draft, 0)
    _write(draft, aside.spared(workspace.state_file))
    return _export(workspace, draft, _report(draft, draft.version))


def _memory() -> int:
    """MiB that an import may take: ``MEMORY``, or two thirds of what a small machine has."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return min(MEMORY << 10, there * 2 // 3)


def _mark(draft: Draft, given: Mapping[str, Sequence[Piece]], plain: Sequence[tuple[str, Piece]]) -> None:
    """Learn by what each file will be known when it comes again."""
    request, layouts = draft.request, draft.request.preset.files
    others = [(role, piece) for role, pieces in given.items() for piece in pieces if layouts[role].events is None]
    for role, piece in others:
        draft.marks[piece] = accounts.mark(piece, (layouts[role], *_how(request, piece)))
    for role, piece in plain:
        draft.marks[piece] = accounts.mark(piece, (role, *_how(request, piece)))
    looked_up = sorted(draft.marks[piece].fingerprint for _, piece in others)
    for role, pieces in given.items():
        for piece in pieces if layouts[role].events is not None else ():
            named = piece.parts[-3:] if "file_name()" in repr(layouts[role]) else ()
            draft.marks[piece] = accounts.mark(piece, (layouts[role], *_how(request, piece), looked_up, named))


def _how(request: Request, piece: Piece) -> tuple[object, ...]:
    return sorted(request.mapping_of(piece).items()), request.clock_of(piece), *piece.said


def _stop_if_known(draft: Draft, version: int, chosen: Sequence[tuple[Layout, Piece]], dry_run: bool) -> None:
    """Stop when every file was imported before; else forget those rejects of files that are read again."""
    logs_given = {piece for _, piece in chosen}
    known = {piece for piece, mark in draft.marks.items() if accounts.is_known(draft.con, mark.fingerprint)}
    if known != set(draft.marks):
        for piece in known - logs_given:
            mending.forget(draft.con, draft.marks[piece].fingerprint)
        return
    for layout, piece in chosen:
        draft.recognise(layout.role, piece)
    for table in ("items", "users"):
        draft.con.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM {versions.OLD}.{table}")
    raise _NothingNew(_report(draft, 0 if dry_run else version))


def _report(draft: Draft, version: int) -> ImportReport:
    sums = {
        name: sum(getattr(file, name) for file in draft.logs)
        for name in ("events", "imported", "rejected", "duplicates", "lines_read")
    }
    span = draft.con.execute("SELECT min(ts), max(ts) FROM fresh").fetchone()
    first, last = span or (None, None)
    return ImportReport(
        **sums, items=_count(draft.con, "items"), users=_count(draft.con, "users"), rejects_file=None,
        reasons=draft.reasons, seconds=0.0, version=version, files=(*draft.logs, *draft.beside),
        notes=tuple(draft.notes), first_ts=first, last_ts=last,
    )


def _write(draft: Draft, spared: Collection[str]) -> None:
    """Write the tables of the version from what was gathered, then what is derived from them."""
    con, old, before = draft.con, "", ""
    generated = literal(str(draft.request.generated).lower()) + "::BOOLEAN"
    if draft.has_old:
        old = f"SELECT * FROM {versions.OLD}.events UNION ALL "
        before = f"{mending.rejects_left(con, f'{versions.OLD}.rejects')} UNION ALL "
        generated += f" OR (SELECT bool_or(generated) FROM {versions.OLD}.shop)"
    place = draft.request.clock.zone
    if place == zone.UTC and draft.has_old:
        place = zone.of(con, versions.OLD)
    con.execute(f"CREATE TABLE shop AS SELECT {generated} AS generated, {literal(place)} AS zone")
    con.execute(f"CREATE TABLE rejects AS {before} SELECT * FROM turned_away ORDER BY import_id, source_row")
    events = f"CREATE TABLE events AS {old} SELECT * FROM fresh ORDER BY user_id, ts, import_id, source_row"
    if not draft.sorted:
        draft.watch((0.47, EVENTS_THERE), say("Keeping events"), lambda: _keep(con, events))
    clean = partial(cleaning.build, spared=spared)
    for share, message, build in (
        ((EVENTS_THERE, 0.6), say("Looking for robots, visits and odd numbers"), clean),
        ((0.6, 0.8), say("Working out popularity, prices and what is bought together"), derive.build),
        ((0.8, 0.97), say("Counting what each shopper did"), facts.build),
    ):
        draft.watch(share, message, lambda build=build: build(con))  # type: ignore[misc]
    draft.course.tell(0.97, say("Publishing the new version"))


def _keep(con: duckdb.DuckDBPyConnection, events: str) -> None:
    with querying(_count(con, "fresh")):
        con.execute(events)


def _export(workspace: Workspace, draft: Draft, report: ImportReport) -> ImportReport:
    """Write the files of rejects: the list of all, and those to be mended."""
    folder = versions.mend_folder(workspace, draft.version)
    versions.remove(folder)  # left by an import that was killed
    mend = [mending.write(draft.con, number, source, folder) for number, source in draft.sources.items()]
    listed = accounts.export_rejects(workspace, draft.con, draft.version)
    return replace(report, rejects_file=listed, mend_files=tuple(map(str, mend)))


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
