"""Everything that can be asked about whether a model still holds; ``core.service.Shop.keeping`` is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core import registry
from core.keeping import kept
from core.keeping.drift import drift, fresh
from core.keeping.records import Drift, Fresh
from core.records import Progress, no_progress

if TYPE_CHECKING:
    from core.store.workspace import Reader, Workspace

_DRIFT = "drift"


class Keeping:
    """Questions about a model on a version of the data.

    Parameters
    ----------
    reader
        Gives the version that is looked at.
    device
        What models compute on.
    """

    def __init__(self, workspace: Workspace, reader: Callable[[], Reader], device: str) -> None:
        self._workspace, self._reader, self._device = workspace, reader, device

    def fresh(self, model: str) -> Fresh:
        """Return what came after the last day that a model was judged on, counted at once.

        Raises
        ------
        ModelError
            When the model is not there or damaged.
        """
        return fresh(self._reader(), registry.about(self._workspace, model))

    def drift(self, model: str) -> Drift | None:
        """Return what was found when a model was checked on this version of the data; None when it was not."""
        made = registry.created(self._workspace, model)
        found = kept.recall(self._workspace, model, self._reader().version, made, _DRIFT)
        return None if found is None else Drift.from_plain(found)

    def check(self, model: str, progress: Progress = no_progress) -> Drift:
        """Check whether a model still holds, and keep what was found.

        Raises
        ------
        ModelError
            When the model cannot be loaded.
        """
        from core.model.checkpoint import load

        registry.check(self._workspace, model)
        loaded, reader = load(self._workspace.models / model, self._device), self._reader()
        found = drift(reader, loaded, progress)
        kept.keep(self._workspace, model, reader.version, loaded.info.created, _DRIFT, found)
        return found
