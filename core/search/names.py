"""The names that a search may mean: brands, categories and kinds of item that the shop has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from core.schema import CATEGORY_SEPARATOR
from core.search.language import stop_words
from core.search.tokens import Token, singular, tokens

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """Brands and categories by their words, without plurals and words that say nothing."""

    brands: Mapping[Key, Sequence[str]] = field(default_factory=dict)
    categories: Mapping[Key, Sequence[str]] = field(default_factory=dict)  # → paths, each with all that is below it
    kinds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, items: pd.DataFrame) -> Names:
        """Return the names in a catalogue: columns ``title, brand, category, kind``, missing values as ``""``."""
        brands = _by_words((brand, brand) for brand in sorted(set(items["brand"]) - {""}))
        for key in _common(items, {key[0] for key in brands if len(key) == 1}):
            del brands[(key,)]
        paths = {path for category in set(items["category"]) - {""} for path in _upwards(category)}
        categories = _by_words((path.split(CATEGORY_SEPARATOR)[-1], path) for path in sorted(paths))
        return cls(brands, categories, frozenset(items["kind"]))

    def found(self, free: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token], Sequence[str]]]:
        """Yield the names that these words hold, the longest first: ``brand`` or ``category``, its words, its names."""
        said = [(token, singular(token.word)) for token in free if token.word not in stop_words()]
        used: set[int] = set()
        for length in range(min(self._longest, len(said)), 0, -1):
            for first in range(len(said) - length + 1):
                place = set(range(first, first + length))
                key = tuple(word for _, word in said[first : first + length])
                for what, names in (("category", self.categories), ("brand", self.brands)):
                    if key in names and not place & used:
                        used |= place
                        yield what, [token for token, _ in said[first : first + length]], names[key]

    @cached_property
    def _longest(self) -> int:
        return max((len(key) for key in (*self.brands, *self.categories)), default=0)


def key_of(name: str) -> Key:
    """Return what a name is compared by."""
    words = [token.word for token in tokens(name)]
    return tuple(singular(word) for word in words if word not in stop_words() or len(words) == 1)


def within(category: str, paths: Iterable[str]) -> bool:
    """Whether a category is one of these, or below one of them."""
    return any(category == path or category.startswith(path + CATEGORY_SEPARATOR) for path in paths)


def _by_words(pairs: Iterable[tuple[str, str]]) -> dict[Key, list[str]]:
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for name, value in pairs:
        key = key_of(name)
        if key and not all(word.isdigit() for word in key):  # "80" is a number, whatever a category is called
            found[key].append(value)
    return dict(found)


def _upwards(category: str) -> Iterator[str]:
    parts = category.split(CATEGORY_SEPARATOR)
    yield from (CATEGORY_SEPARATOR.join(parts[: n + 1]) for n in range(len(parts)))


def _common(items: pd.DataFrame, brands: set[str]) -> set[str]:
    """Brands of one word that more titles of other brands hold than items are theirs: words of the language."""
    own: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for title, brand in zip(items["title"], items["brand"], strict=True):
        key = key_of(brand)
        mine = key[0] if len(key) == 1 else ""
        own[mine] += 1
        other.update({singular(token.word) for token in tokens(title)} & brands - {mine})
    return {brand for brand in brands if other[brand] > own[brand]}
