"""Which words of titles a shopper looks for: a colour, a material, a size."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.schema import Event

Row = Mapping[str, Any]
#: Words that most titles of a category hold, by category ("" holds items without one).
DullWords = Mapping[str, frozenset[str]]

#: Words of at least three letters, and numbers: a size tells items apart as well as a material.
_WORD = re.compile(r"\w{3,}|\d+")
_DULL = frozenset({"and", "the", "for", "with", "from", "set", "pack", "size"})
_WEIGHTS = {Event.VIEW: 1, Event.CART: 1, Event.FAVOURITE: 1, Event.PURCHASE: 2}
#: Looks at a category from which on it alone says what she likes there; with fewer, all she looked at helps.
_ENOUGH = 2
#: Share of her looks that a word needs to be liked, and words that are named at most.
_LIKED, _NAMED = 0.15, 3


class Taste:
    """Shares of title words among what a shopper looked at, put in the cart and bought.

    Parameters
    ----------
    events
        Rows of ``core.store.history.history``.
    dull
        Words that say no more than the category does.
    """

    def __init__(self, events: Sequence[Row] = (), dull: DullWords | None = None) -> None:
        self._dull = dull or {}
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._total: Counter[str] = Counter()
        self._anywhere: Counter[str] = Counter()
        for row in events:
            weight = _WEIGHTS.get(row["event_type"], 0)
            if weight and row["title"]:
                self._total[row["category"] or ""] += weight
                for word in title_words(row["title"]):
                    self._words[row["category"] or ""][word] += weight
                    self._anywhere[word] += weight

    def style(self, item: Row) -> float | None:
        """Mean share of the words that tell the item apart; None when nothing is known."""
        shares = [share for _, share in self._shares(item)]
        return sum(shares) / len(shares) if shares else None

    def liked(self, item: Row) -> list[str]:
        """Words of the item that she looks for, most looked for first."""
        found = sorted(((-share, word) for word, share in self._shares(item) if share >= _LIKED))
        return [word for _, word in found[:_NAMED]]

    def _shares(self, item: Row) -> Iterator[tuple[str, float]]:
        everything, category = self._total.total(), item["category"] or ""
        if not everything:
            return
        known = title_words(item["brand"]) | title_words(category) | self._dull.get(category, frozenset())
        words, seen = self._words.get(category, Counter()), self._total[category]
        for word in title_words(item["title"]) - known:
            yield word, (words[word] + _ENOUGH * self._anywhere[word] / everything) / (seen + _ENOUGH)


def title_words(title: str | None) -> set[str]:
    """Words of a title that can tell items apart, in lower case."""
    return {word for word in _WORD.findall((title or "").lower()) if word not in _DULL}
