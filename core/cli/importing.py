"""An import on the command line: by what is told, or by what the files themselves say when that is sure."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import MissingColumn
from core.records import FilePreview, ImportPlan, ImportReport, Progress
from core.store import plans
from core.store.look import look
from core.store.state import State
from core.store.suggest import LEAST, SURE, sure

if TYPE_CHECKING:
    from core.store.workspace import Workspace

#: What is asked of a person, as options that answer it.
_OPEN = {name: f"{name}=COLUMN" for name in ("user_id", "item_id", "event_type", "ts")}


def run(workspace: Workspace, plan: ImportPlan, progress: Progress, dry_run: bool) -> ImportReport:
    """Import files. When they lack our columns and no mapping or preset is told, go by what they seem to be.

    That is done only if a preset fits the header, or every column that is needed and every word for an event is
    sure (``core.store.suggest.sure``) and no question is open. What was understood is said on standard error.

    Raises
    ------
    MissingColumn
        When it is not sure; the message has what is open, and the ``--map`` that would be gone by.
    """
    state = State(workspace.state_file)
    told = replace(plan, zone=plan.zone or plans.zone(state))
    seen: list[FilePreview] = []
    try:
        report = plans.import_plan(workspace, told, progress, dry_run)
    except MissingColumn as missing:
        if plan.preset or plan.mapping:
            raise
        told, seen = _understood(state, told, missing)
        report = plans.import_plan(workspace, told, progress, dry_run)
    if not dry_run:
        plans.remember(state, replace(told, zone=plan.zone), seen)
    return report


def _understood(state: State, plan: ImportPlan, missing: MissingColumn) -> tuple[ImportPlan, list[FilePreview]]:
    """Return the plan with what its files say of themselves."""
    files = [("events", plan.events[0]), ("items", plan.items), ("users", plan.users)]
    seen = [plans.recalled(state, look(Path(file), role)) for role, file in files if file]
    log = seen[0].suggestion
    if log.preset:
        print(f"{seen[0].file} looks like the files of the preset {log.preset}.", file=sys.stderr)
        return replace(plan, preset=log.preset, mapping=log.mapping if log.remembered else {}), seen
    mapping = {name: source for preview in seen for name, source in preview.suggestion.mapping.items()}
    open_questions = _questions(seen, plan.dates)
    if open_questions or not all(map(_sure, seen)):
        asked = " ".join(open_questions) or "Some columns are only likely."
        lacks = str(missing).split(" Say which")[0]
        raise MissingColumn(
            f"{lacks} What these mean is not sure enough to import without asking. {asked} "
            f"This is what they seem to be; mend what is wrong: {_options(seen, mapping, plan.dates)}"
        )
    for preview in seen:
        _say(preview)
    return replace(plan, mapping=mapping, dates=plan.dates or log.order), seen


def _sure(preview: FilePreview) -> bool:
    return sure(replace(preview.suggestion, questions={}))


def _questions(seen: Sequence[FilePreview], dates: str | None) -> list[str]:
    asked = [item for preview in seen for item in preview.suggestion.questions.items()]
    return [said for about, said in asked if not (about == "dates" and dates)]


def _options(seen: Sequence[FilePreview], mapping: dict[str, str], dates: str | None) -> str:
    """Return the options that say what was understood, ready to be pasted into a shell."""
    asked = seen[0].suggestion.questions
    pairs = [f"{name}={source}" for name, source in mapping.items()]
    pairs += [answer for about, answer in _OPEN.items() if about in asked]
    unknown = [f"event_type:{word.word}=EVENT" for word in seen[0].suggestion.words if not word.event]
    line = shlex.join(["--map", *pairs, *unknown])
    return f"{line} --dates dmy" if "dates" in asked and not dates else line


def _say(preview: FilePreview) -> None:
    """Say on standard error how a file was understood."""
    found = preview.suggestion
    again = ", as such a file was before" if found.remembered else ""
    print(f"{preview.file} holds {found.role}{again}:", file=sys.stderr)
    for guess in found.columns:
        level = "sure" if guess.confidence >= SURE else "likely" if guess.confidence > 2 * LEAST else "a guess"
        source = f"always {guess.source[1:]}" if guess.source.startswith("=") else f"from “{guess.source}”"
        print(f"  {guess.name:16} {source} ({level}). {guess.why}", file=sys.stderr)
    words = ", ".join(
        f"{word.word} = {'left out' if word.event == '-' else word.event}" for word in found.words
    )
    if words:
        print(f"  {words}", file=sys.stderr)
