"""What an import is told: carried out, and remembered for the next file with the same header."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.language import to_say
from core.records import (
    ColumnGuess,
    FilePreview,
    ImportPlan,
    ImportReport,
    Progress,
    Suggestion,
    WordGuess,
    no_progress,
)
from core.schema import Col
from core.store import recall
from core.store.grammar import WORD
from core.store.preset import DEFAULT
from core.store.times import Clock

if TYPE_CHECKING:
    from core.store.state import State
    from core.store.workspace import Reader, Workspace

_ZONE = "zone"
_OPTIONAL = (Col.PRICE, Col.QUANTITY)  # asked about once, and no more where they were left out
_ANSWERED = to_say("As it was answered for a file with this header.")


class Header(NamedTuple):
    """By what a file is known again: what it holds, and its columns; and where it lies."""

    role: str
    columns: Sequence[str]
    place: str

    @property
    def key(self) -> str | None:
        """What its answers are kept under; None for a file whose columns have no names to know it by."""
        if recall.layout(self.columns) is None:
            return None
        return f"mapping:{self.role}:{recall.layout(self.columns)}"


def header_of(preview: FilePreview) -> Header:
    """Return by what a file that was looked at is known again."""
    return Header(preview.suggestion.role, preview.columns, preview.place)


def import_plan(
    workspace: Workspace, plan: ImportPlan, progress: Progress = no_progress, dry_run: bool = False
) -> ImportReport:
    """Carry a plan out, or only say what it would do; see ``importer.import_files``."""
    from core.store.importer import import_files

    return import_files(
        workspace, _paths(plan.events), _paths(plan.items), _paths(plan.users), plan.preset, plan.mapping, plan.append,
        progress, clock=Clock(plan.dates, plan.zone or Clock().zone), dry_run=dry_run,
        files={role: _paths(places) for role, places in plan.files.items()}, own=plan.own, orders=plan.orders,
        readings=plan.readings,
    )


def _paths(places: Sequence[str]) -> list[Path]:
    return [Path(place) for place in places]


def remember(state: State, plan: ImportPlan, headers: Iterable[Header]) -> None:
    """Keep what was answered, for the next file with the same header, and how it is read; and the store's zone."""
    for header in headers:
        recall.remember(state, header.columns, plan.readings.get(header.place, {}))
        mapping = {**plan.mapping, **plan.own.get(header.place, {})}
        kept = {"mapping": mapping, "preset": plan.preset, "dates": plan.orders.get(header.place, plan.dates)}
        if header.key and any(kept.values()):
            state.decide(header.key, json.dumps(kept, ensure_ascii=False))
    if plan.zone:
        state.decide(_ZONE, plan.zone)


def forget(state: State, headers: Iterable[Header]) -> bool:
    """Forget what was answered for files with these headers, and how they are read; return whether anything was."""
    known = list(headers) if state.file.exists() else []
    answers = [state.forget(header.key) for header in known if header.key]
    return any([*answers, *[recall.forget(state, header.columns) for header in known]])


def zone(state: State) -> str | None:
    """Return the store's time zone, once it was said."""
    return state.setting(_ZONE) if state.file.exists() else None


def answers(state: State, header: Header) -> dict[str, Any] | None:
    """Return what was answered for a file with this header, as ``answered`` takes it; None where nothing was."""
    kept = state.setting(header.key) if header.key and state.file.exists() else None
    return dict(json.loads(kept)) if kept else None


def recalled(state: State, preview: FilePreview) -> FilePreview:
    """Return a preview with what was answered for a file with the same header, if any was."""
    kept = answers(state, header_of(preview))
    return preview if kept is None else answered(preview, **kept)


def as_before(reader: Reader, preview: FilePreview) -> FilePreview:
    """Return a preview of mended lines with what the import said that turned them away."""
    kept = reader.rows("SELECT preset, mapping FROM imports WHERE import_id = $number", {"number": preview.mends})
    if not kept:
        return preview
    preset, mapping = kept[0]
    return answered(preview, json.loads(mapping), None if preset == DEFAULT else preset, None)


def answered(
    preview: FilePreview, mapping: Mapping[str, str], preset: str | None, dates: str | None
) -> FilePreview:
    """Return a preview with answers in place of what was suggested; what they do not say is still asked."""
    found = preview.suggestion
    columns = [guess for guess in found.columns if guess.name == guess.source and guess.name not in mapping]
    columns += [
        ColumnGuess(name, source, 1.0, preview.samples.get(source, ()), _ANSWERED)
        for name, source in mapping.items() if not name.startswith(WORD) and _is_of(found.role, name, source, preview)
    ]
    said = [mapping.get(f"{WORD}{word.word}") for word in found.words]
    words = [
        replace(word, event=event, confidence=1.0) if event else word
        for word, event in zip(found.words, said, strict=True)
    ]
    if not words:  # which column has them was not plain, but it was answered
        words = [WordGuess(name.removeprefix(WORD), event, 0, 1.0) for name, event in mapping.items()
                 if name.startswith(WORD)]
    there = {guess.name.split(".")[-1] for guess in columns}
    open_words = any(not word.event for word in words)
    questions = {
        about: asked for about, asked in found.questions.items()
        if about not in there and about not in _OPTIONAL and not (about == "dates" and dates)
        and (about != "words" or open_words)
    }
    return replace(preview, suggestion=Suggestion(
        found.role, columns, words, preset, dates, found.zoned, questions, True
    ))  # fmt: skip


def _is_of(role: str, name: str, source: str, preview: FilePreview) -> bool:
    """Whether an answer, which may be for several files, is about this one."""
    first, dot, _ = name.partition(".")
    if role != "events":
        return first == role
    if not dot:
        return True
    return first == "users" and name != f"users.{Col.USER}" and source in preview.columns
