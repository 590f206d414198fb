"""Finding items by meaning: what a search needs of item vectors, and how it takes them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.vectors import Encoder, Vectors

Near = list[tuple[str, float]]


class Meaning(Protocol):
    """Items near to words, or to an item; each with its cosine, the nearest first."""

    def near_words(self, text: str, most: int, kinds: Collection[str] | None = None) -> Near:
        """Return the items nearest to a text, of some kinds or of all."""

    def near_item(self, item_id: str, most: int, kinds: Collection[str] | None = None) -> Near:
        """Return the items nearest to an item, without itself; none where it has no vector."""


class ByVectors:
    """``Meaning`` by the vectors of a version's items and the base that made them."""

    def __init__(self, vectors: Vectors, encoder: Encoder) -> None:
        self._vectors, self._encoder = vectors, encoder

    def near_words(self, text: str, most: int, kinds: Collection[str] | None = None) -> Near:
        """See ``Meaning``."""
        return self._vectors.near(self._encoder.of([text])[0], most, (), kinds)

    def near_item(self, item_id: str, most: int, kinds: Collection[str] | None = None) -> Near:
        """See ``Meaning``."""
        towards = self._vectors.of([item_id])[0]
        return self._vectors.near(towards, most, [item_id], kinds) if towards.any() else []
