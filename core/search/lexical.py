"""Finding items by their words: BM25 by ``bm25s`` over titles, brands, categories and descriptions, stemmed."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.search.tokens import han, terms

#: How often a word of the title counts, beside one of brand, category or description.
TITLE_WEIGHT = 3
#: How alike a word must be to one of the catalogue to be taken for it.
ALIKE = 0.8


class Lexical:
    """An index of a catalogue's words; built once for a version of the data, and then only read.

    Parameters
    ----------
    items
        ``item_id, title, description, category, brand``, missing values as ``""``.
    """

    def __init__(self, items: pd.DataFrame) -> None:
        import bm25s

        self.size = len(items)
        rows = zip(*(items[name] for name in ("item_id", "title", "description", "category", "brand")), strict=True)
        raw = [_said(*row) for row in rows]
        self._spoken = Counter(word for words in raw for word in words)
        stem = dict(zip(self._spoken, _stemmed(self._spoken), strict=True))
        self._known = set(stem.values())
        self._shelf, shelves = pd.factorize(items["category"])  # -1 without one
        self._shelves = [frozenset(_stemmed(terms(str(said)))) for said in shelves]
        self._index = bm25s.BM25()
        if self._known:
            self._index.index([[stem[word] for word in words] for words in raw], show_progress=False)

    def scores(self, text: str) -> NDArray[np.float64]:
        """How well each item has the words of a text: BM25, 0 for an item that has none; ``[items]``."""
        known = [stem for stem in dict.fromkeys(_stemmed(terms(text))) if stem in self._known]
        if not known:
            return np.zeros(self.size)
        return np.asarray(self._index.get_scores(known), dtype=float)

    def ordered(self, text: str) -> NDArray[np.float64]:
        """Like ``scores``, but what is named as a category comes before what has one rarer word alone: ``[items]``.

        For each word that names a category, the items that have it and lie there gain as much as any single word of
        the search is worth; so do those that have all words. In "warm boots" the boots are what is asked for, however
        rare "warm" is.
        """
        stems = [stem for stem in dict.fromkeys(_stemmed(terms(text))) if stem in self._known]
        worth = self.scores(text)
        named = [stem for stem in stems if any(stem in words for words in self._shelves)]
        if len(stems) < 2 or not named:
            return worth
        each = {stem: np.asarray(self._index.get_scores([stem]), dtype=float) for stem in stems}
        most = max(float(one.max(initial=0.0)) for one in each.values())
        whole = np.all([one > 0 for one in each.values()], axis=0)
        for stem in named:
            there = np.array([*(stem in words for words in self._shelves), False])[self._shelf]
            worth = worth + np.where(there | whole, most, 0.0)
        return worth

    def unknown(self, text: str) -> dict[str, str]:
        """Return words that no item has, each with the word of the catalogue that it is most like, or ``""``."""
        words = [word for word in dict.fromkeys(terms(text)) if not han(word)]  # pairs of characters are no words
        pairs = zip(words, _stemmed(words), strict=True)
        return {word: self._like(word) for word, stem in pairs if stem not in self._known}

    def _like(self, word: str) -> str:
        if len(word) < 4 or any(char.isdigit() for char in word):
            return ""
        near = [known for known in self._spoken if known[:1] == word[:1] and abs(len(known) - len(word)) <= 2]
        return next(iter(difflib.get_close_matches(word, near, n=1, cutoff=ALIKE)), "")


def shared(first: str, second: str) -> list[str]:
    """Return the words of the first text that the second has too, as they stand there, each once."""
    words = list(dict.fromkeys(terms(first)))
    others = set(_stemmed(terms(second)))
    return [word for word, stem in zip(words, _stemmed(words), strict=True) if stem in others]


def _said(item_id: str, title: str, description: str, category: str, brand: str) -> list[str]:
    return [*terms(title) * TITLE_WEIGHT, *terms(f"{brand} {category} {description} {item_id}")]


def _stemmed(words: Iterable[str]) -> list[str]:
    """Return the stems of words; a stemmer serves one thread, and making one takes a microsecond."""
    import Stemmer

    stems: Sequence[Any] = Stemmer.Stemmer("english").stemWords(list(words))
    return [str(stem) for stem in stems]
