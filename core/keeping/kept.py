"""Answers about a model and a version of the data, kept so that a page can show them at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.answers import plain
from core.tables import whole

if TYPE_CHECKING:
    from core.store.workspace import Workspace

#: Raised when what answers hold changes: those from before are then made again.
FORMAT = 1


def keep(workspace: Workspace, model: str, version: int, created: str, name: str, answer: Any) -> None:
    """Keep an answer of the model that was made at ``created``."""
    with whole(workspace.artefacts(model, version) / f"{name}.json") as part:
        made = {"format": FORMAT, "created": created, "answer": plain(answer)}
        part.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


def recall(workspace: Workspace, model: str, version: int, created: str, name: str) -> Mapping[str, Any] | None:
    """Return what was kept, as plain values; None when nothing was, or by another model of this name."""
    try:
        raw = json.loads((workspace.artefacts(model, version) / f"{name}.json").read_text(encoding="utf-8"))
        same = (raw["format"], raw["created"]) == (FORMAT, created)
        found: Mapping[str, Any] | None = raw["answer"] if same else None
    except (OSError, ValueError, KeyError, TypeError):  # there is none, or none that can be read: it is made again
        return None
    return found
