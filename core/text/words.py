"""Words as the model reads them: token ids, with a span for each field and event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.records import Span

#: The field of a candidate that says that she bought the very item before.
REPEAT = "repeat"
#: Days after which purchases of an item say half as much of whether it is bought again; with less of them than so much
#: it says little more than that she did buy it once.
_HALF, _LEAST = 120, 0.02
_DAY = 86_400


def drawn(popularity: ArrayLike) -> NDArray[np.float64]:
    """Log of how often items are drawn as negatives of baskets, about, up to a constant: from their popularity."""
    return np.asarray(np.log1p(popularity), dtype=np.float64)


def again(bought: ArrayLike, age: ArrayLike) -> NDArray[np.float64]:
    """How much earlier purchases of the very item speak for another, in log-odds up to a slope.

    Nought for what was never bought; a purchase of long ago still says much more than none.

    Parameters
    ----------
    bought
        How often she bought it.
    age
        Seconds since she did last; anything where she never did.
    """
    times = np.asarray(bought, dtype=np.float64)
    faded = times * 0.5 ** (np.where(times > 0, age, 0.0) / (_HALF * _DAY))
    return np.asarray(np.log1p(faded / _LEAST), dtype=np.float64)


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
    again
        For a candidate: how much it speaks for another purchase that she bought it before (``again``).
    """

    ids: np.ndarray
    spans: tuple[Span, ...]
    events: tuple[EventText, ...] = ()
    said: tuple[str, ...] = ()
    popularity: float = 0.0
    again: float = 0.0

    @property
    def repeat(self) -> Span | None:
        """Where a candidate's words say that she bought it before."""
        return next((span for span in self.spans if span.field == REPEAT), None)
