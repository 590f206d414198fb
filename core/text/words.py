"""Words as the model reads them: token ids, with a span for each field and event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.records import Span


def drawn(popularity: ArrayLike) -> NDArray[np.float64]:
    """Log of how often items are drawn as negatives of baskets, about, up to a constant: from their popularity."""
    return np.asarray(np.log1p(popularity), dtype=np.float64)


class Piece(NamedTuple):
    """A field's words as the model reads them and, for an item, the event behind it and the same for people."""

    field: str
    text: str
    event: int = -1
    said: str = ""


@dataclass(frozen=True)
class EventText:
    """A history event in words.

    Attributes
    ----------
    text
        As the model reads it.
    said
        As a person would say it, after "they": "bought running shoes, yesterday".
    query
        What was searched for; empty for other events.
    when
        How long ago, in words; empty for the line that sums up.
    """

    index: int
    text: str
    event_type: str
    item_id: str | None
    ts: datetime | None
    said: str = ""
    query: str = ""
    when: str = ""


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
    said
        For a candidate: each span as a person would say it.
    popularity
        For a candidate: how much was done with it lately (``core.store.history.fit``).
    """

    ids: np.ndarray
    spans: tuple[Span, ...]
    events: tuple[EventText, ...] = ()
    said: tuple[str, ...] = ()
    popularity: float = 0.0
