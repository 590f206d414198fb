"""The models of a workspace: which there are, which is in use, and how good one is."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.errors import ModelError
from core.records import ModelReport, TagSpec
from core.store.state import State

if TYPE_CHECKING:
    from core.model.checkpoint import ModelInfo
    from core.store.workspace import Workspace

_INFO, _CARD = "model.json", "README.md"
_CURRENT = "model"
_TAGS = ["key", "label", "family", "base_rate", "ap", "ap_lightgbm", "precision", "threshold", "n"]
_BINS = ["bin_low", "bin_high", "predicted", "observed", "n"]


def names(workspace: Workspace) -> list[str]:
    """Return the names of the models, the newest first."""
    found = [file.parent for file in workspace.models.glob(f"*/{_INFO}") if not file.parent.name.startswith(".")]
    return [folder.name for folder in sorted(found, key=lambda f: (-f.stat().st_mtime, f.name))]


def current(workspace: Workspace) -> str | None:
    """Return the name of the model in use: the one that was chosen or trained last, or None without any."""
    found = names(workspace)
    chosen = State(workspace.state_file).setting(_CURRENT) if found and workspace.state_file.exists() else None
    return chosen if chosen in found else found[0] if found else None


def use(workspace: Workspace, name: str) -> None:
    """Make a model the one in use."""
    check(workspace, name)
    State(workspace.state_file).decide(_CURRENT, name)


def check(workspace: Workspace, name: str) -> None:
    """Refuse the name of a model that is not there.

    Raises
    ------
    ModelError
        It names those that are.
    """
    found = names(workspace)
    if name not in found:
        there = f"There are: {', '.join(found)}." if found else "There is none yet; run: python -m core train"
        raise ModelError(f"There is no model {name!r} in {workspace.path}. {there}")


def created(workspace: Workspace, name: str) -> str:
    """Return when a model was made, or "" when there is none that can be read."""
    try:
        return _info(workspace, name).created
    except ModelError:
        return ""


def tags(workspace: Workspace, name: str) -> Sequence[TagSpec]:
    """Return what a model predicts of shoppers."""
    return _info(workspace, name).tags


def report(workspace: Workspace, name: str) -> ModelReport:
    """Return the figures of a model and its card.

    Raises
    ------
    ModelError
        When it is not there or damaged.
    """
    check(workspace, name)
    info, folder = _info(workspace, name), workspace.models / name
    return ModelReport(
        name=name,
        base=info.base,
        created=_moment(info.created),
        metrics=info.metrics,
        tags=pd.DataFrame(list(info.tag_table)).reindex(columns=_TAGS),
        reliability=pd.DataFrame(list(info.reliability)).reindex(columns=_BINS),
        card=_card(folder),
        settings=info.settings,
        folder=folder,
    )


def likely_device() -> str:
    """Guess what torch would choose, without loading it: ``cuda``, ``mps`` or ``cpu``."""
    if sys.platform == "darwin":
        return "mps" if platform.machine() == "arm64" else "cpu"
    try:
        built_for_cpu = "+cpu" in version("torch")
    except PackageNotFoundError:
        return "cpu"
    return "cuda" if not built_for_cpu and any(Path("/dev").glob("nvidia[0-9]*")) else "cpu"


def _info(workspace: Workspace, name: str) -> ModelInfo:
    from core.model.checkpoint import read_info

    return read_info(workspace.models / name)


def _card(folder: Path) -> str:
    file = folder / _CARD
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _moment(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
