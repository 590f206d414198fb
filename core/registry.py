"""The models of a workspace: which there are, which is in use and was before, and how good one is."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.errors import ModelError
from core.language import say, say_many
from core.records import ModelReport, Promotion, TagSpec
from core.store.saved import HELD_DAYS, Saved
from core.store.state import State
from core.tag_words import said

if TYPE_CHECKING:
    from core.model.checkpoint import ModelInfo
    from core.store.workspace import Workspace

_INFO, _CARD = "model.json", "README.md"
_CURRENT = "model"
_TAGS = ["key", "label", "family", "base_rate", "ap", "ap_lightgbm", "precision", "recall", "threshold", "n"]
_BINS = ["bin_low", "bin_high", "predicted", "observed", "n"]


def names(workspace: Workspace) -> list[str]:
    """Return the names of the models, the newest first."""
    found = [file.parent for file in workspace.models.glob(f"*/{_INFO}") if not file.parent.name.startswith(".")]
    return [folder.name for folder in sorted(found, key=lambda f: (-f.stat().st_mtime, f.name))]


def current(workspace: Workspace) -> str | None:
    """Return the name of the model in use: the one that was chosen last, or the newest, or None without any."""
    found = names(workspace)
    chosen = State(workspace.state_file).setting(_CURRENT) if found and workspace.state_file.exists() else None
    return chosen if chosen in found else found[0] if found else None


def use(workspace: Workspace, name: str) -> None:
    """Make a model the one in use, and note when.

    Raises
    ------
    ModelError
        When it is not there.
    """
    check(workspace, name)
    pin(workspace)
    state = State(workspace.state_file)
    known = state.promotions()
    if not known or known[-1].model != name:
        state.promote(name, "used")
    state.decide(_CURRENT, name)


def pin(workspace: Workspace) -> None:
    """Let the model in use stay so when a newer one comes; without any, do nothing."""
    name = current(workspace)
    state = State(workspace.state_file)
    if name is not None and not (state.promotions() and state.setting(_CURRENT) == name):
        state.promote(name, "first")
        state.decide(_CURRENT, name)


def history(workspace: Workspace) -> list[Promotion]:
    """Return which model was in use from when on, the newest first."""
    return State(workspace.state_file).promotions()[::-1] if workspace.state_file.exists() else []


def before(workspace: Workspace) -> str | None:
    """Return the model that ``back`` would lead to: the one in use before this one, of those that are still there."""
    found, stack = names(workspace), list[str]()
    for step in reversed(history(workspace)):
        if step.how == "back" and step.model in stack:
            del stack[stack.index(step.model) + 1 :]
        else:
            stack = [name for name in stack if name != step.model] + [step.model]
    here = current(workspace)
    return next((name for name in reversed(stack) if name != here and name in found), None)


def back(workspace: Workspace) -> str:
    """Roll back to the model that was in use before this one, and return its name.

    Raises
    ------
    ModelError
        When there is none.
    """
    name = before(workspace)
    if name is None:
        raise ModelError(say("No other model was in use before this one. Choose one by name: python -m core models "
                             "--use N"))
    state = State(workspace.state_file)
    state.promote(name, "back")
    state.decide(_CURRENT, name)
    return name


def links(workspace: Workspace, name: str) -> int:
    """Return how many links that were opened in the last days show what a model predicted."""
    held = Saved(workspace.state_file).held() if workspace.state_file.exists() else []
    return sum(where(workspace, view.model, view.model_created) == name for view in held if view.model)


def delete(workspace: Workspace, name: str, force: bool = False) -> None:
    """Delete a model and what was computed with it; what was in use when stays known.

    Parameters
    ----------
    force
        Whether it is deleted even if links show what it predicted: they can no longer be opened then.

    Raises
    ------
    ModelError
        When it is not there, or is in use, or is needed by links that were opened in the last days.
    """
    check(workspace, name)
    if name == current(workspace):
        raise ModelError(say("Model {name} is in use. Use another one first: python -m core models --use N", name=name))
    needed = 0 if force else links(workspace, name)
    if needed:
        raise ModelError(say_many(
            needed, "{number} link that was opened in the last {days} days shows what model {name} predicted. To "
            "delete it all the same: python -m core models --delete {name} --force",
            "{number} links that were opened in the last {days} days show what model {name} predicted. To delete it "
            "all the same: python -m core models --delete {name} --force", days=HELD_DAYS, name=name,
        ))  # fmt: skip
    pin(workspace)
    gone = workspace.models / f".{name}.old"  # out of sight at once, however long it takes to delete
    shutil.rmtree(gone, ignore_errors=True)
    (workspace.models / name).rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
    shutil.rmtree(workspace.path / "artefacts" / name, ignore_errors=True)


def renamed(workspace: Workspace, old: str, new: str) -> None:
    """Let a model that now has another name be in use, and known to have been, under that, with what it computed."""
    state = State(workspace.state_file)
    state.rename_promoted(old, new)
    if state.setting(_CURRENT) == old:
        state.decide(_CURRENT, new)
    computed = workspace.path / "artefacts" / old
    if computed.is_dir():
        computed.rename(computed.with_name(new))


def where(workspace: Workspace, name: str, made: str) -> str | None:
    """Return the name that a model has now: its own, or the one with a number under which it stepped aside.

    Parameters
    ----------
    made
        When that was: another one may have its name now. None is returned when it is not there any more.
    """
    aside = re.compile(rf"{re.escape(name)}-\d+")
    known = names(workspace)
    places = [one for one in known if one == name] + [one for one in known if aside.fullmatch(one)]
    return next((one for one in places if created(workspace, one) == made), None)


def check(workspace: Workspace, name: str) -> None:
    """Refuse the name of a model that is not there.

    Raises
    ------
    ModelError
        It names those that are.
    """
    found = names(workspace)
    if name not in found:
        there = say("There is none yet; run: python -m core train")
        there = say("There are: {models}.", models=", ".join(found)) if found else there
        raise ModelError(say("There is no model {name!r} in {path}. {there}",
                             name=name, path=workspace.path, there=there))


def created(workspace: Workspace, name: str) -> str:
    """Return when a model was made, or "" when there is none that can be read."""
    try:
        return about(workspace, name).created
    except ModelError:
        return ""


def of_baskets(workspace: Workspace, name: str) -> bool:
    """Return whether a model's chances are of the next basket; else they are of a click."""
    return about(workspace, name).basket_calibration is not None


def tags(workspace: Workspace, name: str) -> Sequence[TagSpec]:
    """Return what a model predicts of shoppers."""
    return about(workspace, name).tags


def about(workspace: Workspace, name: str) -> ModelInfo:
    """Return everything about a model but its weights.

    Raises
    ------
    ModelError
        When it is not there or damaged.
    """
    from core.model.checkpoint import read_info

    check(workspace, name)
    return read_info(workspace.models / name)


def report(workspace: Workspace, name: str) -> ModelReport:
    """Return the figures of a model and its card.

    Raises
    ------
    ModelError
        When it is not there or damaged.
    """
    info, folder = about(workspace, name), workspace.models / name
    return ModelReport(
        name=name,
        base=info.base,
        created=_moment(info.created),
        metrics=info.metrics,
        tags=_table(info),
        reliability=pd.DataFrame(list(info.reliability)).reindex(columns=_BINS),
        card=_card(folder),
        settings=info.settings,
        folder=folder,
        data=info.data,
        seconds=info.seconds,
    )


def _table(info: ModelInfo) -> pd.DataFrame:
    """Return how good each tag is, under the label that the language spoken has for it."""
    table = pd.DataFrame(list(info.tag_table)).reindex(columns=_TAGS)
    labels = {spec.key: said(spec).label for spec in info.tags}
    return table.assign(label=table["key"].map(labels).fillna(table["label"]))


def reports(workspace: Workspace) -> list[ModelReport]:
    """Return what is known of every model that can be read, the newest first."""
    found = []
    for name in names(workspace):
        with suppress(ModelError):
            found.append(report(workspace, name))
    return found


def likely_device() -> str:
    """Guess what torch would choose, without loading it: ``cuda``, ``mps`` or ``cpu``."""
    if sys.platform == "darwin":
        return "mps" if platform.machine() == "arm64" else "cpu"
    try:
        built_for_cpu = "+cpu" in version("torch")
    except PackageNotFoundError:
        return "cpu"
    return "cuda" if not built_for_cpu and any(Path("/dev").glob("nvidia[0-9]*")) else "cpu"


def _card(folder: Path) -> str:
    file = folder / _CARD
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _moment(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
