"""What to show a shopper: candidates from several sources, ranked by their chance of a click."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from core.arrange import LIKELIEST, Arrangement, arranged
from core.errors import InputError
from core.records import Listing, Progress, Recommendation, no_progress
from core.rules import pinned
from core.store import find, retrieval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.store.workspace import Reader
    from core.vectors import Vectors

#: Candidates that are ranked at most.
CANDIDATES = 200
#: Cosine below which items are not alike, however few are nearer.
NEAR = 0.2
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
    """Return the ``k`` items that the shopper is likeliest to click, best first; see ``listing``."""
    return list(listing(reader, scorer, user_id, as_of, k, query, slot, explain, cap).items)


def listing(
    reader: Reader,
    scorer: Any,
    user_id: str,
    as_of: datetime,
    k: int = 10,
    query: str | None = None,
    slot: str | None = None,
    explain: bool = False,
    cap: int = CANDIDATES,
    how: Arrangement = LIKELIEST,
    vectors: Vectors | None = None,
) -> Listing:
    """Return what to show to a shopper, in order.

    Parameters
    ----------
    query
        Words to search for; only items that match are ranked.
    slot
        Place as it is named in the log; it decides which kinds of item are shown.
    explain
        Whether to say why, for each item.
    cap
        Candidates that are ranked at most.
    how
        How the ranked items are arranged; the likeliest first unless something else is said.
    vectors
        Of the items: with them what is near in meaning is found too, and variety goes by words. Without them all else
        stays as it is.

    Raises
    ------
    InputError
        When the log does not name this place, ``k`` is no number of items, or a rule pins an item that is not there.
    """
    if k < 1:
        raise InputError(f"At least one item must be asked for, not {k}.")
    kinds = _kinds(reader, slot)
    query = (query or "").strip() or None
    alike = near(reader, vectors, user_id, as_of, kinds)
    found = _pinned(reader, retrieval.candidates(reader, user_id, as_of, kinds, query, cap, alike), how)
    if found.empty:
        return Listing([], 0.0, 0.0)
    ranked = _ranked(reader, scorer, user_id, as_of, found, slot)
    rows = None if vectors is None else vectors.of([item.item_id for item in ranked])
    shown = arranged(ranked, k, how, rows)
    return replace(shown, items=_explained(scorer, user_id, as_of, shown.items)) if explain else shown


def near(
    reader: Reader, vectors: Vectors | None, user_id: str, as_of: datetime, kinds: Collection[str]
) -> list[tuple[str, float]]:
    """Return items near in meaning to what she did lately, other than those, with their cosine, the nearest first."""
    if vectors is None:
        return []
    lately = retrieval.lately(reader, user_id, as_of)
    items = lately["item_id"].tolist()
    taste = vectors.mean(items, lately["weight"].tolist())
    found = [] if taste is None else vectors.near(taste, retrieval.SHARE, items, kinds)
    return [(item, cosine) for item, cosine in found if cosine >= NEAR]


def _pinned(reader: Reader, found: pd.DataFrame, how: Arrangement) -> pd.DataFrame:
    """What was found, and what rules pin: that is shown whether it was found or not."""
    there = set(found["item_id"])
    extra = [rule.item for rule in pinned(how.rules).values() if rule.item not in there]
    unknown = sorted(set(extra) - find.known_items(reader, extra)) if extra else []
    if unknown:
        raise InputError(f"A rule pins item {unknown[0]!r}, which is not in the catalogue. Take the rule out.")
    added = pd.DataFrame({"item_id": extra, "sources": [["pinned"]] * len(extra)})
    return pd.concat([found, added], ignore_index=True) if extra else found


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
    return [_record(item, about.loc[item], sources, float(chance)) for item, sources, chance in rows]


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
