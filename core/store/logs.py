"""Reads the files of events of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.language import say
from core.schema import REQUIRED_EVENT_COLUMNS
from core.store import accept, catalogue, grammar, straight
from core.store.kinds import unchanged
from core.store.lines import type_lines
from core.store.mapping import EVENT_INPUTS, expressions, hints, meant_for
from core.store.preset import Layout
from core.store.reading import Piece, Source
from core.store.rows import count
from core.store.staging import scanned, staged, unfolded
from core.store.straight import Meaning
from core.store.times import Clock

if TYPE_CHECKING:
    import duckdb

    from core.store.draft import Draft

#: Progress of an import between which its logs are read, also when that sorts them, and the part that staging takes.
_SPAN, _STRAIGHT, _STAGING = (0.05, 0.45), (0.05, 0.53), 0.7
_EVENT_NAMES = frozenset(EVENT_INPUTS)


def read(draft: Draft, given: Sequence[tuple[Layout, Piece]]) -> None:
    """Read logs one after the other; one that was imported before as it is now is not read again."""
    first, last = _SPAN
    width = (last - first) / max(len(given), 1)
    for place, (layout, piece) in enumerate(given):
        if draft.recognise(layout.role, piece) or (len(given) == 1 and _read_straight(draft, layout, piece)):
            continue
        _read(draft, layout, piece, first + place * width, width)


def _read_straight(draft: Draft, layout: Layout, piece: Piece) -> bool:
    """Read the only log of an import without a copy of it, if it is one that can be; return whether it was."""
    con, request = draft.con, draft.request
    scan = scanned(con, piece, layout)
    if scan is None:
        return False
    own, others = request.own_of(piece), draft.other_columns
    if grammar.unfolding(layout, _meant(request.mapping, scan.columns, others, own), scan.columns) is not layout:
        return False
    known = meaning(scan.file, scan.columns, layout, request.mapping, request.clock_of(piece), others, own)
    log = straight.Log(scan, known, draft.next_id)
    with unchanged(piece.path):
        found = draft.watch(_STRAIGHT, say("Reading {name}", name=piece.name),
                            lambda: straight.read(con, log, draft.old_events()))
    if found is None:
        return False
    draft.sorted, draft.course.lines = True, found[0].lines
    draft.note(layout.role, piece, *found)
    return True


def _read(draft: Draft, layout: Layout, piece: Piece, start: float, width: float) -> None:
    con, request = draft.con, draft.request
    middle = start + _STAGING * width
    source, table, layout, told = draft.watch(
        (start, middle), say("Reading {name}", name=piece.name),
        lambda: understand(
            con, piece, layout, request.mapping, request.clock_of(piece), draft.other_columns, request.own_of(piece),
            catalogue.KNOWN,
        ),
    )
    draft.course.lines += source.lines
    if grammar.DEED in (layout.rows or "") and count(con, f"raw WHERE {grammar.DEED} IS NOT NULL"):
        draft.notes.append(say("{file} does not say when what was refunded came back: it counts as bought and as sent "
                               "back, both at the time of the order.", file=source.file))
    message = say("Accounting for {lines:,} lines of {file}", lines=source.lines, file=source.file)

    def settle() -> accept.Counted:
        counted = accept.accept(con, source, draft.next_id, draft.old_events(), table)
        catalogue.tell(con, told, layout.users)
        return counted

    draft.note(layout.role, piece, source, draft.watch((middle, start + width), message, settle))


def understand(
    con: duckdb.DuckDBPyConnection, piece: Piece, layout: Layout, mapping: Mapping[str, str], clock: Clock,
    other_columns: Sequence[str] = (), own: Mapping[str, str] | None = None, ids: Mapping[str, str] | None = None,
) -> tuple[Source, str, Layout, dict[str, str]]:
    """Stage a file of events and type its lines; what is said of it alone (``own``) outdoes what is said of all.

    Parameters
    ----------
    ids
        What the shop has of shoppers and of items, as ``ids.floats`` takes it.

    Returns
    -------
    source, table, layout, told
        The file, the table that its lines are in, how it was read in the end, and the columns of items
        that its lines tell about (name → SQL).
    """
    source = staged(con, piece, layout)
    layout = grammar.unfolding(layout, _meant(mapping, source.columns, other_columns, own), source.columns)
    table, columns = unfolded(con, layout, source.columns)
    known = meaning(source.file, columns, layout, mapping, clock, other_columns, own)
    type_lines(con, known.events, known.items, known.layout.users, known.layout.rejects, known.clock, ids)
    return source, table, known.layout, dict(known.items)


def meaning(
    file: str, columns: Sequence[str], layout: Layout, mapping: Mapping[str, str], clock: Clock,
    other_columns: Sequence[str] = (), own: Mapping[str, str] | None = None,
) -> Meaning:
    """Say what the columns of a file of events mean."""
    said = grammar.said(_meant(mapping, columns, other_columns, own), columns)
    layout, mine = grammar.merged(layout, said), said.columns
    found = expressions(file, columns, layout, REQUIRED_EVENT_COLUMNS, {
        name: column for name, column in mine.items() if name in _EVENT_NAMES
    })
    return Meaning(found, hints(columns, layout, mine), layout, replace(clock, order=clock.order or layout.dates))


def _meant(
    mapping: Mapping[str, str], columns: Sequence[str], others: Sequence[str], own: Mapping[str, str] | None
) -> dict[str, str]:
    """Return what is said of the columns of one file."""
    return {**meant_for(mapping, columns, others), **(own or {})}
