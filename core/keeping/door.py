"""Everything that can be asked about whether a model still holds; ``core.service.Shop.keeping`` is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from core import registry
from core.keeping import kept
from core.keeping.audit import audit
from core.keeping.drift import drift, fresh
from core.keeping.records import Audit, Drift, Fresh
from core.records import Progress, no_progress

if TYPE_CHECKING:
    from core.score import Scorer
    from core.store.workspace import Reader, Workspace

_DRIFT, _AUDIT = "drift", "audit"
Found = TypeVar("Found", Audit, Drift)


class Keeping:
    """Questions about a model on a version of the data.

    Parameters
    ----------
    reader
        Gives the version that is looked at.
    device
        What models compute on.
    segments
        Gives the shoppers of each saved segment.
    """

    def __init__(
        self, workspace: Workspace, reader: Callable[[], Reader], device: str,
        segments: Callable[[], Mapping[str, frozenset[str]]],
    ) -> None:
        self._workspace, self._reader, self._device, self._segments = workspace, reader, device, segments

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
        found = self._recall(model, _DRIFT)
        return None if found is None else Drift.from_plain(found)

    def check(self, model: str, progress: Progress = no_progress) -> Drift:
        """Check whether a model still holds, and keep what was found.

        Raises
        ------
        ModelError
            When the model cannot be loaded.
        """
        scorer = self._scorer(model)
        return self._keep(scorer, _DRIFT, drift(scorer.reader, scorer.model, progress))

    def audit(self, model: str) -> Audit | None:
        """Return what was found when a model was audited on this version of the data; None when it was not."""
        found = self._recall(model, _AUDIT)
        return None if found is None else Audit.from_plain(found)

    def examine(self, model: str, progress: Progress = no_progress) -> Audit:
        """Audit a model: whether it is right for everyone, and what can be read from it; keep what was found.

        Raises
        ------
        ModelError, TooLittleData
            When the model cannot be loaded, or the days that it was judged on hold too little.
        """
        scorer = self._scorer(model)
        return self._keep(scorer, _AUDIT, audit(scorer, self._segments(), progress))

    def _scorer(self, model: str) -> Scorer:
        from core.score import Scorer

        registry.check(self._workspace, model)
        return Scorer.open(self._reader(), self._workspace.models / model, self._device)

    def _recall(self, model: str, name: str) -> Mapping[str, Any] | None:
        made = registry.created(self._workspace, model)
        return kept.recall(self._workspace, model, self._reader().version, made, name)

    def _keep(self, scorer: Scorer, name: str, found: Found) -> Found:
        info = scorer.model.info
        kept.keep(self._workspace, info.name, scorer.reader.version, info.created, name, found)
        return found
