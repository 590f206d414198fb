"""Search: by words and by meaning, within the bounds that were understood, fused, then ranked for one shopper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import InputError
from core.language import say, say_many
from core.records import Found, Hit
from core.search.bounds import Kept, Mask, keep
from core.search.fusion import fused
from core.search.language import colour_names, colours
from core.search.lexical import Lexical
from core.search.meaning import Meaning
from core.search.names import Names
from core.search.personal import Person, chances
from core.search.query import Query, understand
from core.store import findable, retrieval

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Items of each list that are fused, and of these as many as are ranked for a shopper.
POOL, RANKED = 200, 100
#: Near items that are looked at where bounds may leave few of them.
_WIDE = 20_000
#: What the place is called where found items are shown, if the log names places.
SLOT = "search"
_MOMENTS = 8


@dataclass(frozen=True)
class Looked:
    """What a search finds for nobody in particular; items are places in ``Searcher.rows``."""

    query: Query  # as it was understood, and mended
    shelf: pd.DataFrame
    kept: Kept
    words: Sequence[int]  # that have its words, best first
    near: Sequence[int]  # that are near in meaning, nearest first
    order: Sequence[int]  # both, fused
    notes: Sequence[str]

    @property
    def matching(self) -> Mask:
        """Items that are what is asked for: they have its words well and keep to the bounds.

        Where no item has its words, they are the nearest in meaning.
        """
        if not self.query.words or self.kept.well.any():
            return self.kept.well
        mask = np.zeros(len(self.shelf), dtype=bool)
        mask[list(self.order[:RANKED])] = True
        return mask


class Searcher:
    """Searches one version of the data. May be used by many threads.

    Parameters
    ----------
    reader
        Where items and what was done with them are read; its index is built at the first search.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._shelves: dict[date, pd.DataFrame] = {}

    @cached_property
    def texts(self) -> pd.DataFrame:
        """Every item's texts; see ``core.store.findable.texts``."""
        return findable.texts(self.reader)

    @cached_property
    def lexical(self) -> Lexical:
        """The index of words."""
        return Lexical(self.texts)

    @cached_property
    def names(self) -> Names:
        """Brands, categories and kinds that a search may mean."""
        return Names.of(self.texts)

    @cached_property
    def rows(self) -> pd.Index:
        """Ids of all items; their places are those in masks and scores."""
        index: pd.Index[str] = pd.Index(self.texts["item_id"])
        return index

    @cached_property
    def coloured(self) -> pd.DataFrame:
        """Which items have the word of a colour in their title: a column for each colour."""
        said = [colours(title) for title in self.texts["title"]]
        return pd.DataFrame({name: [name in one for one in said] for name in colour_names()})

    @cached_property
    def kinds(self) -> Sequence[str]:
        """Kinds of item that are shown when a search names none."""
        return retrieval.kinds(self.reader)

    @cached_property
    def slot(self) -> str | None:
        """What the log calls the place of a search, if it names it."""
        return SLOT if SLOT in retrieval.places(self.reader) else None

    def shelf(self, as_of: datetime) -> pd.DataFrame:
        """Every item with its texts, price, band and popularity as of a moment."""
        day = as_of.date()  # a day counts once it is over, so all moments of one see the same
        if day not in self._shelves:
            if len(self._shelves) >= _MOMENTS:
                self._shelves = {}
            state = findable.state(self.reader, as_of)
            self._shelves[day] = self.texts.assign(**{name: state[name] for name in ("price", "band", "popularity")})
        return self._shelves[day]

    def find(
        self, text: str, as_of: datetime, k: int = 10, meaning: Meaning | None = None, person: Person | None = None
    ) -> Found:
        """Find the items that a search asks for, best first.

        Parameters
        ----------
        text
            What was typed.
        as_of
            Prices and popularity are as of then; so is the past of the shopper.
        meaning
            Finds by meaning; without it words alone count.
        person
            For whom the first ``RANKED`` are ranked by the chance of a click, what has the words well before what has
            not; without one they stay as they were found.

        Raises
        ------
        InputError
            When nothing is asked for.
        """
        if k < 1:
            raise InputError(say("At least one item must be asked for, not {k}.", k=k))
        looked = self.look(text, as_of, meaning)
        query, kept, notes = looked.query, looked.kept, list(looked.notes)
        good = [row for row in looked.order if kept.well[row]]
        if query.brands and "brand" not in kept.gone and len(good) < k:
            wider = self._other_brands(looked, good, meaning)
            if len(wider.order) > len(good):
                looked = wider
                notes.append(say_many(
                    len(good), "Only {number} item of {brands} could be found, so other brands follow.",
                    "Only {number} items of {brands} could be found, so other brands follow.",
                    brands=say(" or ").join(query.brands),
                ))  # fmt: skip
        plain, hits = self.ranked(looked, looked.order, as_of, person)
        notes += [*kept.notes, *([] if looked.words else [say("What is near in meaning is shown.")])] if plain else []
        return Found(
            query.text, query.parts, notes, hits[:k], plain[:k], int(np.count_nonzero(kept.having)),
            person.user_id if person else None, person.model if person else None,
        )

    def look(
        self, text: str, as_of: datetime, meaning: Meaning | None = None, kinds: Sequence[str] | None = None,
        strict: bool = False,
    ) -> Looked:
        """Find what a search asks for, for nobody in particular.

        Parameters
        ----------
        kinds
            Kinds of item that are shown when the search names none; those of the shop if none are given.
        strict
            Whether colours bound it; else they are words like others.

        Raises
        ------
        InputError
            When nothing is asked for.
        """
        text = " ".join(text.split())
        if not text:
            raise InputError(say("Nothing is asked for. Type some words, for example: trail shoes under 80"))
        query, shelf = understand(text, self.names), self.shelf(as_of)
        query, notes = self._mended(query)
        kept = self.kept(query, shelf, kinds, strict)
        words, near = self.by_words(query, shelf, kept.allowed), self.by_meaning(query, kept.allowed, meaning)
        return Looked(query, shelf, kept, words, near, fused([words, near]), notes)

    def kept(
        self, query: Query, shelf: pd.DataFrame, kinds: Sequence[str] | None = None, strict: bool = False
    ) -> Kept:
        """Keep to the bounds of a search; see ``look``."""
        barred = [self.lexical.scores(words) > 0 for words in query.no_words]
        coloured = self.coloured[list(query.colours)].any(axis=1).to_numpy() if strict and query.colours else None
        return keep(query, shelf, self.lexical.scores(query.words), self.kinds if kinds is None else kinds,
                    np.any(barred, axis=0) if barred else None, coloured)  # fmt: skip

    def ranked(
        self, looked: Looked, rows: Sequence[int], as_of: datetime, person: Person | None = None
    ) -> tuple[list[Hit], list[Hit]]:
        """Return the first ``RANKED`` of these items in this order, and as they are ranked for a shopper."""
        words, near = set(looked.words), set(looked.near)
        plain = [self._hit(row, looked.shelf, place, row in words and bool(looked.query.said), row in near)
                 for place, row in enumerate(rows[:RANKED], 1)]  # fmt: skip
        well = looked.kept.well[np.array(rows[:RANKED], dtype=int)]
        return plain, plain if person is None else self._personal(plain, well, looked.query, as_of, person)

    def by_words(self, query: Query, shelf: pd.DataFrame, allowed: Mask) -> list[int]:
        """Return the allowed items that have words of a search, best first, as places in ``rows``.

        Of those that have them alike, what is more popular comes first; so it is when a search has no words at all.
        """
        worth = self.lexical.ordered(query.said) if query.said else np.ones(len(shelf))
        places = np.flatnonzero(allowed & (worth > 0))
        order = np.lexsort((places, -shelf["popularity"].to_numpy(dtype=float)[places], -worth[places].round(3)))
        return [int(place) for place in places[order][:POOL]]

    def by_meaning(self, query: Query, allowed: Mask, meaning: Meaning | None) -> list[int]:
        """Return the allowed items that are nearest in meaning, as places in ``rows``."""
        if meaning is None or not query.said:
            return []
        near = meaning.near_words(query.said, _WIDE)
        places = self.rows.get_indexer(pd.Index([item for item, _ in near]))
        return [int(place) for place in places if place >= 0 and allowed[place]][:POOL]

    def _other_brands(self, looked: Looked, good: Sequence[int], meaning: Meaning | None) -> Looked:
        """Return what is found where other brands follow the few ``good`` ones."""
        query, shelf = looked.query, looked.shelf
        allowed = self.kept(replace(query, brands=()), shelf).allowed
        words, near = self.by_words(query, shelf, allowed), self.by_meaning(query, allowed, meaning)
        order = [*good, *(row for row in fused([words, near]) if row not in good)]
        return replace(looked, words=words, near=near, order=order)

    def _mended(self, query: Query) -> tuple[Query, list[str]]:
        """Read words that no item has as those that they are most like, and say so."""
        notes = []
        for word, like in self.lexical.unknown(query.words).items():
            if like:
                query = replace(query, said=_put(query.said, word, like), words=_put(query.words, word, like))
                notes.append(say("No item has “{word}”, so “{like}” was searched for.", word=word, like=like))
            else:
                notes.append(say("No item has “{word}”.", word=word))
        return query, notes

    def _personal(
        self, plain: Sequence[Hit], well: Mask, query: Query, as_of: datetime, person: Person
    ) -> list[Hit]:
        if not plain:
            return []
        worth = chances(person, query.said, [hit.item_id for hit in plain], as_of, self.slot)
        order = np.lexsort((np.arange(len(plain)), -worth, ~well))
        return [replace(plain[at], place=place, p_click=float(worth[at])) for place, at in enumerate(order, 1)]

    def _hit(self, row: int, shelf: pd.DataFrame, place: int, has_words: bool, is_near: bool) -> Hit:
        about = shelf.iloc[row]
        price = None if pd.isna(about["price"]) else float(about["price"])
        found_by = [name for name, so in (("words", has_words), ("meaning", is_near)) if so] or ["popular"]
        return Hit(
            item_id=str(about["item_id"]), title=str(about["title"]), category=str(about["category"]),
            brand=str(about["brand"]), price=price, kind=str(about["kind"]), found_by=found_by,
            plain=place, place=place,
        )


def _put(text: str, word: str, like: str) -> str:
    """Put one word in another's place, without regard to case."""
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", like, text, flags=re.IGNORECASE)
