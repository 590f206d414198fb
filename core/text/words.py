"""Words as the model reads them: token ids, with a span for each field and event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.records import Span


@dataclass(frozen=True)
class EventText:
    """A history event in words."""

    index: int
    text: str
    event_type: str
    item_id: str | None
    ts: datetime | None


@dataclass(frozen=True)
class Words:
    """One sequence: ``[CLS] … [SEP]``.

    Attributes
    ----------
    ids
        int32 token ids, [CLS] first and [SEP] last.
    spans
        Fields in order; they do not overlap and cover every token but [CLS] and [SEP].
    events
        The events that spans refer to by ``Span.event``; empty for a candidate.
    """

    ids: np.ndarray
    spans: tuple[Span, ...]
    events: tuple[EventText, ...] = ()
