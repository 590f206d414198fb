"""What an import is told: carried out, and remembered for the next file with the same header."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.records import ColumnGuess, FilePreview, ImportPlan, ImportReport, Progress, Suggestion, no_progress
from core.schema import Col
from core.store.grammar import WORD
from core.store.naming import nameless
from core.store.times import Clock

if TYPE_CHECKING:
    from core.store.state import State
    from core.store.workspace import Workspace

_ZONE = "zone"
_ANSWERED = "As it was answered for a file with this header."


def import_plan(
    workspace: Workspace, plan: ImportPlan, progress: Progress = no_progress, dry_run: bool = False
) -> ImportReport:
    """Carry a plan out, or only say what it would do; see ``importer.import_files``."""
    from core.store.importer import import_files

    items, users = (Path(file) if file else None for file in (plan.items, plan.users))
    return import_files(
        workspace, [Path(file) for file in plan.events], items, users, plan.preset, plan.mapping, plan.append, progress,
        clock=Clock(plan.dates, plan.zone or Clock().zone), dry_run=dry_run,
    )


def remember(state: State, plan: ImportPlan, seen: Sequence[FilePreview]) -> None:
    """Keep what was answered, for the next file with the same header; and the store's zone."""
    answers = {"mapping": dict(plan.mapping), "preset": plan.preset, "dates": plan.dates}
    for preview in seen:
        if key := _fingerprint(preview.suggestion.role, preview.columns):
            state.decide(key, json.dumps(answers, ensure_ascii=False))
    if plan.zone:
        state.decide(_ZONE, plan.zone)


def zone(state: State) -> str | None:
    """Return the store's time zone, once it was said."""
    return state.setting(_ZONE) if state.file.exists() else None


def recalled(state: State, preview: FilePreview) -> FilePreview:
    """Return a preview with what was answered for a file with the same header, if any was."""
    found = preview.suggestion
    key = _fingerprint(found.role, preview.columns)
    kept = state.setting(key) if key and state.file.exists() else None
    if kept is None:
        return preview
    given = json.loads(kept)
    mapping: Mapping[str, str] = given["mapping"]
    columns = [guess for guess in found.columns if guess.name == guess.source and guess.name not in mapping]
    columns += [
        ColumnGuess(name, source, 1.0, preview.samples.get(source, ()), _ANSWERED)
        for name, source in mapping.items() if not name.startswith(WORD) and _is_of(found.role, name, source, preview)
    ]
    answered = [mapping.get(f"{WORD}{word.word}") for word in found.words]
    words = [
        replace(word, event=event, confidence=1.0) if event else word
        for word, event in zip(found.words, answered, strict=True)
    ]
    there = {guess.name.split(".")[-1] for guess in columns}
    open_words = any(not word.event for word in words)
    questions = {
        about: said for about, said in found.questions.items()
        if about not in there and not (about == "dates" and given["dates"]) and (about != "words" or open_words)
    }
    return replace(preview, suggestion=Suggestion(
        found.role, columns, words, given["preset"], given["dates"] or found.order, found.zoned, questions, True
    ))  # fmt: skip


def _is_of(role: str, name: str, source: str, preview: FilePreview) -> bool:
    """Whether an answer, which may be for several files, is about this one."""
    first, dot, _ = name.partition(".")
    if role != "events":
        return first == role
    if not dot:
        return True
    return first == "users" and name != f"users.{Col.USER}" and source in preview.columns


def _fingerprint(role: str, columns: Sequence[str]) -> str | None:
    """Name what is kept for a header; None for a file whose columns have no names to know it by."""
    if all(map(nameless, columns)):
        return None
    header = "\x1f".join(column.strip().lower() for column in columns)
    return f"mapping:{role}:{hashlib.sha256(header.encode()).hexdigest()[:24]}"
