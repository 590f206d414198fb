"""What to show a shopper: candidates from several sources, ranked by their chance of a click."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.arrange import LIKELIEST, Arrangement, arranged
from core.errors import InputError
from core.language import say
from core.records import Hit, Listing, Recommendation
from core.rules import columns, pinned
from core.search.personal import Person, chances
from core.search.searcher import Searcher
from core.store import find, retrieval

if TYPE_CHECKING:
    from core.search.meaning import Meaning
    from core.store.workspace import Reader
    from core.vectors import Vectors

#: Candidates that are ranked at most.
CANDIDATES = 200
#: Cosine below which items are not alike, however few are nearer.
NEAR = 0.2
#: Masks for the reasons of a whole list; events are few, so a small budget is enough.
REASON_EVALUATIONS = 42


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
    looks: Vectors | None = None,
    searcher: Searcher | None = None,
    meaning: Meaning | None = None,
) -> Listing:
    """Return what to show to a shopper, in order.

    Parameters
    ----------
    query
        Words to search for; only items that match are ranked, or where none does, those that come nearest.
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
    looks
        Of the items' pictures: with them what looks alike is found too.
    searcher, meaning
        Find what matches ``query``, by words and by meaning; a searcher of one's own is made where none is given.

    Raises
    ------
    InputError
        When the log does not name this place, ``k`` is no number of items, or a rule pins an item that is not there.
    """
    if k < 1:
        raise InputError(say("At least one item must be asked for, not {k}.", k=k))
    kinds = _kinds(reader, slot)
    search = None
    if query and query.strip():
        search = _searched(searcher or Searcher(reader), query, as_of, kinds, meaning)
        found = search.found.head(cap)
    else:
        similar = near(reader, vectors, user_id, as_of, kinds)
        alike = near(reader, looks, user_id, as_of, kinds, least=-1.0)
        found = retrieval.candidates(reader, user_id, as_of, kinds, cap, similar, alike)
    found = _pinned(reader, found, how)
    if found.empty:
        return Listing([], 0.0, 0.0, () if search is None else search.notes)
    known = _numbers(reader, found["item_id"].tolist(), columns(how.rules))
    ranked = _ranked(reader, Person(user_id, scorer), as_of, found, slot, search.said if search else "")
    ranked = [replace(item, numbers=known.get(item.item_id, {})) for item in ranked] if known else ranked
    rows = None if vectors is None else vectors.of([item.item_id for item in ranked])
    shown = arranged(ranked, k, how, rows)
    if search is not None:
        shown = replace(shown, notes=[*search.notes, *shown.notes], plain=search.plain[:k])
    if not explain:
        return shown
    ids, titles = [item.item_id for item in shown.items], [item.title for item in shown.items]
    told = reasons(scorer, user_id, as_of, ids, titles)
    return replace(shown, items=[replace(item, reason=why) for item, why in zip(shown.items, told, strict=True)])


@dataclass(frozen=True)
class _Search:
    """What a search found."""

    said: str  # its words
    found: pd.DataFrame  # item_id, sources
    plain: Sequence[Hit]  # the same for nobody in particular, best first
    notes: Sequence[str]


def _searched(
    searcher: Searcher, query: str, as_of: datetime, kinds: Sequence[str], meaning: Meaning | None
) -> _Search:
    looked = searcher.look(query, as_of, meaning, kinds)
    rows = [row for row in looked.order if looked.matching[row]] or list(looked.order)
    plain, _ = searcher.ranked(looked, rows, as_of)
    found = pd.DataFrame({"item_id": [hit.item_id for hit in plain], "sources": [hit.found_by for hit in plain]})
    return _Search(looked.query.said, found, plain, [*looked.notes, *looked.kept.notes])


def near(
    reader: Reader, vectors: Vectors | None, user_id: str, as_of: datetime, kinds: Collection[str], least: float = NEAR
) -> list[tuple[str, float]]:
    """Return items near to what she did lately, other than those, with their cosine, the nearest first.

    Parameters
    ----------
    vectors
        What near means: those of words, or those of pictures.
    least
        Cosine below which an item is not near.
    """
    if vectors is None:
        return []
    lately = retrieval.lately(reader, user_id, as_of)
    items = lately["item_id"].tolist()
    liked = (lately["weight"] > 0).any()  # of what she only dislikes, the opposite is nothing that she likes
    taste = vectors.mean(items, lately["weight"].tolist()) if liked else None
    found = [] if taste is None else vectors.near(taste, retrieval.SHARE, items, kinds)
    return [(item, cosine) for item, cosine in found if cosine >= least]


def _pinned(reader: Reader, found: pd.DataFrame, how: Arrangement) -> pd.DataFrame:
    """What was found, and what rules pin: that is shown whether it was found or not."""
    there = set(found["item_id"])
    extra = [rule.item for rule in pinned(how.rules).values() if rule.item not in there]
    unknown = sorted(set(extra) - find.known_items(reader, extra)) if extra else []
    if unknown:
        raise InputError(say("A rule pins item {item!r}, which is not in the catalogue. Take the rule out.",
                             item=unknown[0]))
    added = pd.DataFrame({"item_id": extra, "sources": [["pinned"]] * len(extra)})
    return pd.concat([found, added], ignore_index=True) if extra else found


def _numbers(reader: Reader, items: Sequence[str], wanted: Sequence[str]) -> dict[str, dict[str, float]]:
    """What rules need to know of items beyond what everybody sees; nothing where no rule asks."""
    there = find.numbered(reader) if wanted else []
    for name in wanted:
        if name not in there:
            known = say("It has: {columns}.", columns=", ".join(there)) if there else say("It has none.")
            raise InputError(say("A rule is about {name!r}, but the items have no such column of numbers. {known}",
                                 name=name, known=known))
    return find.numbers(reader, items, wanted) if wanted else {}


def _kinds(reader: Reader, slot: str | None) -> list[str]:
    if slot is None:
        return retrieval.kinds(reader)
    places = retrieval.places(reader)
    if slot not in places:
        known = say("It names: {places}.", places=", ".join(places)) if places else say("It names no places at all.")
        raise InputError(say("The log names no place {place!r}. {known} Leave the place out to rank for any.",
                             place=slot, known=known))
    return places[slot]


def _ranked(
    reader: Reader, person: Person, as_of: datetime, found: pd.DataFrame, slot: str | None, said: str
) -> list[Recommendation]:
    worth = chances(person, said, found["item_id"].to_list(), as_of, slot)
    about = find.details(reader, found["item_id"])
    rows = zip(found["item_id"], found["sources"], worth, strict=True)
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


def reasons(
    scorer: Any, user_id: str, as_of: datetime, item_ids: Sequence[str], titles: Sequence[str | None]
) -> list[str]:
    """Return a sentence for each of these items that says why it has its chance, by events alone."""
    from core.explain import explain_many

    found = explain_many(scorer, user_id, item_ids, as_of, REASON_EVALUATIONS, titles=titles)
    return [why.sentence for why in found]


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)
