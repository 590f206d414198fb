"""Builds the demo workspace: generated logs and the model that ships with them."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from core import registry
from core.config import SHIPPED_MODEL
from core.errors import WorkspaceError
from core.language import say
from core.records import Progress, no_progress
from core.store.state import State
from core.store.workspace import Workspace

NAME = "demo"
SEED, SHOPPERS, DAYS = 7, 3000, 60
#: Under which the workspace remembers when the model that it was shipped with was made.
_SHIPPED = "shipped_model"


def build(
    path: Path, progress: Progress = no_progress, shoppers: int = SHOPPERS, days: int = DAYS,
    model: Path = SHIPPED_MODEL,
) -> dict[str, Any]:
    """Make the demo workspace; where it is there already, its data and its model are brought up to date if need be.

    Returns
    -------
    dict
        ``workspace, version, built`` (whether logs were generated now), ``model`` (in use; None without any).

    Raises
    ------
    WorkspaceError
        When the folder holds a shop of the person's own, or something else.
    """
    workspace = Workspace.create(path)
    if workspace.version() is not None and not workspace.generated():
        raise WorkspaceError(say("{path} holds a shop of your own. Choose another folder for the demo: --workspace "
                                 "DIR", path=path))
    built = workspace.version() is None or workspace.outdated()
    if built:
        _generate(workspace, progress, shoppers, days)
    installed = _install(workspace, model)
    return {"workspace": str(path), "version": workspace.version(), "built": built, "model": installed}


def _generate(workspace: Workspace, progress: Progress, shoppers: int, days: int) -> None:
    from core.store.importer import import_files
    from data.demo.generate import generate

    with tempfile.TemporaryDirectory() as folder:
        progress(0.0, say("Generating the demo shop"))
        files = generate(Path(folder), SEED, shoppers, days)
        import_files(
            workspace, [files.events], files.items, files.users, append=False, generated=True,
            progress=lambda share, message: progress(0.3 + 0.7 * share, message),
        )


def _install(workspace: Workspace, model: Path) -> str | None:
    """Copy the shipped model where it is missing or older; one that the person trained under its name is left alone."""
    from core.model.checkpoint import read_info

    if not (model / "model.json").is_file():
        return registry.current(workspace)
    state, target, made = State(workspace.state_file), workspace.models / NAME, read_info(model).created
    ours = state.setting(_SHIPPED)
    if not target.is_dir() or (ours not in (None, made) and registry.created(workspace, NAME) == ours):
        part = workspace.models / f".{NAME}.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(model, part)
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
        state.decide(_SHIPPED, made)
    return registry.current(workspace)
