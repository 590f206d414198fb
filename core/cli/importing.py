"""An import on the command line: by what is told, or by what the files themselves say when that is sure."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.cli.understanding import Understood, combined, understand
from core.errors import InputError
from core.records import FileGroup, ImportPlan, ImportReport, Progress
from core.store import plans, recall
from core.store.groups import called, grouped
from core.store.look import zoned
from core.store.pieces import expand
from core.store.plans import Header
from core.store.state import State

if TYPE_CHECKING:
    from core.store.workspace import Workspace

#: What is said of the columns of single files: a pattern of names → mapping.
Apart = Mapping[str, Mapping[str, str]]


def run(
    workspace: Workspace, plan: ImportPlan, progress: Progress, dry_run: bool, apart: Apart | None = None,
    forget: bool = False,
) -> ImportReport:
    """Import files. What no mapping or preset tells is gone by as it was answered for a file with the same header
    before, or as the files seem to be.

    The latter is done only if a preset fits the header, or every column that is needed and every word for an event is
    sure (``core.store.suggest.sure``) and no question is open. What was understood is said on standard error.

    Parameters
    ----------
    apart
        What is said of single files.
    forget
        Forget first what was answered for files with these headers.

    Raises
    ------
    MissingColumn
        When it is not sure; the message has what is open, and the options that would be gone by.
    """
    state = State(workspace.state_file)
    if plan.files and not plan.preset:
        raise InputError("--file says which of a publisher's files one is. Name the publisher too: --preset P")
    readings = recall.readings(state, _places(plan), plan.readings)
    found = _found(plan, readings)
    headers = _headers(found)
    if forget and plans.forget(state, headers):
        print("What was answered for files with these columns is forgotten.", file=sys.stderr)
        readings = recall.readings(state, _places(plan), plan.readings)
        found = _found(plan, readings)
        headers = _headers(found)
    _say_readings(found, readings, plan.readings)
    told = replace(plan, zone=plan.zone or _known_zone(state), own=_own(found, apart or {}), readings=readings)
    if not (plan.preset or plan.mapping):
        told, headers = _understood(state, told, found)
    if not (told.zone or _zoned(told, found)):
        print("Times that name no zone are read as UTC. Say the store's zone once, and it is remembered: "
              "--zone Europe/Berlin", file=sys.stderr)  # fmt: skip
    report = plans.import_plan(workspace, told, progress, dry_run)
    if not dry_run:
        plans.remember(state, replace(told, zone=plan.zone), headers)
    return report


def as_said(plan: ImportPlan, encodings: Sequence[str], names_in: Sequence[str]) -> ImportPlan:
    """Return the plan with what is said of how its files are read: ``E`` of all of them, ``FILE=E`` of some.

    Raises
    ------
    InputError
        When no file is called so, or no line can be meant.
    """
    if not (encodings or names_in):
        return plan
    pieces = [piece for place in _places(plan) for piece in expand(place)]
    files = FileGroup([str(piece) for piece in pieces], [piece.name for piece in pieces], ())
    readings: dict[str, dict[str, str | int]] = {}
    for option, name, tokens in (("--encoding", "encoding", encodings), ("--names-in", "names_in", names_in)):
        for pattern, _, value in (token.rpartition("=") for token in tokens):
            for place in _called([files], pattern or "*", option):
                readings.setdefault(place, {})[name] = _line(value) if option == "--names-in" else value
    return replace(plan, readings=readings)


def _places(plan: ImportPlan) -> list[str]:
    return [place for places in (plan.events, plan.items, plan.users, *plan.files.values()) for place in places]


def _found(plan: ImportPlan, readings: Mapping[str, Mapping[str, Any]]) -> dict[str, list[FileGroup]]:
    """Return the files that are given, those with the same columns together, by what they are said to hold."""
    given = {"events": plan.events, "items": plan.items, "users": plan.users}
    found = {role: grouped(places, readings) for role, places in given.items()}
    for group in (group for groups in found.values() for group in groups if group.error):
        raise InputError(group.error)
    return found


def _headers(found: Mapping[str, Sequence[FileGroup]]) -> list[Header]:
    return [Header(role, group.columns, group.places[0]) for role, groups in found.items() for group in groups]


def _say_readings(
    found: Mapping[str, Sequence[FileGroup]], readings: Mapping[str, Mapping[str, Any]],
    said: Mapping[str, Mapping[str, Any]],
) -> None:
    """Say which files are read in a way that was said of files like them before."""
    for group in (group for groups in found.values() for group in groups):
        for place, name in zip(group.places, group.names, strict=True):
            how = {what: told for what, told in readings.get(place, {}).items() if what not in said.get(place, {})}
            options = " ".join(f"--{what.replace('_', '-')} {told}" for what, told in how.items())
            if how:
                print(f"{name} is read as such a file was before: {options} (--forget, to be asked anew).",
                      file=sys.stderr)  # fmt: skip


def _line(value: str) -> int:
    if not value.isdecimal():
        raise InputError(f"--names-in wants the number of the line with the names, or 0 where none has; not {value!r}.")
    return int(value)


def _called(groups: Sequence[FileGroup], pattern: str, option: str) -> list[str]:
    places = [place for group in groups for place in called(group, pattern)]
    if not places:
        names = ", ".join(name for group in groups for name in group.names)
        raise InputError(f"{option}: no file is called {pattern}. Those that are given: {names}.")
    return places


def _known_zone(state: State) -> str | None:
    zone = plans.zone(state)
    if zone:
        print(f"Times that name no zone are read in {zone}, as the store's was said to be.", file=sys.stderr)
    return zone


def _zoned(plan: ImportPlan, found: Mapping[str, Sequence[FileGroup]]) -> bool:
    """Whether the times of all logs seem to name their zone, or need none; of a preset's files that is not known."""
    logs = [group.places[0] for groups in found.values() for group in groups if set(group.places) & set(plan.events)]
    return not plan.preset and all(zoned(place, plan.readings.get(place)) for place in logs)


def _own(found: Mapping[str, Sequence[FileGroup]], apart: Apart) -> dict[str, Mapping[str, str]]:
    """Give every file what is said of it alone."""
    groups = [group for some in found.values() for group in some]
    own: dict[str, Mapping[str, str]] = {}
    for pattern, mapping in apart.items():
        own |= {place: {**own.get(place, {}), **mapping} for place in _called(groups, pattern, "--map-for")}
    return own


def _understood(
    state: State, plan: ImportPlan, found: Mapping[str, Sequence[FileGroup]]
) -> tuple[ImportPlan, list[Header]]:
    """Return the plan with what its files say of themselves, and what they are known by."""
    files = [
        Understood(group, role) if group.places[0] in plan.own
        else understand(state, group, role, len(groups) == 1, plan.readings)
        for role, groups in found.items() for group in groups
    ]
    return combined(plan, files), [one.header for one in files]
