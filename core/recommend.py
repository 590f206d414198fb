"""What to show a shopper: candidates from several sources, ranked by their chance of a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from core.errors import InputError
from core.records import Progress, Recommendation, no_progress
from core.store import find, retrieval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.store.workspace import Reader

#: Candidates that are ranked at most.
CANDIDATES = 200
#: Masks for the reasons of a whole list; events are few, so a small budget is enough.
REASON_EVALUATIONS = 42


class Ranker(Protocol):
    """What a recommendation needs of ``core.score.Scorer``."""

    def clicks(
        self, asks: pd.DataFrame, pairs: pd.DataFrame, progress: Progress = no_progress
    ) -> NDArray[np.float64]:
        """Chance of a click for each pair."""


def recommend(
    reader: Reader,
    scorer: Any,
    user_id: str,
    as_of: datetime,
    k: int = 10,
    query: str | None = None,
    slot: str | None = None,
    explain: bool = False,
    cap: int = CANDIDATES,
) -> list[Recommendation]:
    """Return the ``k`` items that the shopper is likeliest to click, best first.

    Parameters
    ----------
    query
        Words to search for; only items that match are ranked.
    slot
        Place as it is named in the log; it decides which kinds of item are shown.
    explain
        Whether to say why, for each item.

    Raises
    ------
    InputError
        When the log does not name this place, or ``k`` is no number of items.
    """
    if k < 1:
        raise InputError(f"At least one item must be asked for, not {k}.")
    kinds = _kinds(reader, slot)
    query = (query or "").strip() or None
    found = retrieval.candidates(reader, user_id, as_of, kinds, query, cap)
    if found.empty:
        return []
    items = _ranked(reader, scorer, user_id, as_of, found, slot)[:k]
    return _explained(scorer, user_id, as_of, items) if explain else items


def _kinds(reader: Reader, slot: str | None) -> list[str]:
    if slot is None:
        return retrieval.kinds(reader)
    places = retrieval.places(reader)
    if slot not in places:
        known = f"It names: {', '.join(places)}." if places else "It names no places at all."
        raise InputError(f"The log names no place {slot!r}. {known} Leave the place out to rank for any.")
    return places[slot]


def _ranked(
    reader: Reader, scorer: Ranker, user_id: str, as_of: datetime, found: pd.DataFrame, slot: str | None
) -> list[Recommendation]:
    asks = pd.DataFrame({"ask_id": [0], "user_id": [user_id], "as_of": [pd.Timestamp(as_of)]})
    pairs = pd.DataFrame({"ask_id": 0, "item_id": found["item_id"].to_list()})
    if slot is not None:
        pairs = pairs.assign(slot=slot, position=None)
    chances = scorer.clicks(asks, pairs)
    about = find.details(reader, found["item_id"])
    rows = zip(found["item_id"], found["sources"], chances, strict=True)
    items = [_record(item, about.loc[item], sources, float(chance)) for item, sources, chance in rows]
    return sorted(items, key=lambda item: (-item.p_click, item.item_id))


def _record(item_id: str, about: pd.Series[Any], sources: Sequence[str], chance: float) -> Recommendation:
    return Recommendation(
        item_id=item_id,
        title=_text(about["title"]) or item_id,
        category=_text(about["category"]),
        brand=_text(about["brand"]),
        price=None if pd.isna(about["price"]) else float(about["price"]),
        kind=_text(about["kind"]),
        p_click=chance,
        sources=[str(source) for source in sources],
    )


def _explained(
    scorer: Any, user_id: str, as_of: datetime, items: Sequence[Recommendation]
) -> list[Recommendation]:
    from core.explain import explain_many

    ids, titles = [item.item_id for item in items], [item.title for item in items]
    reasons = explain_many(scorer, user_id, ids, as_of, REASON_EVALUATIONS, titles=titles)
    return [replace(item, reason=why.sentence) for item, why in zip(items, reasons, strict=True)]


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)
