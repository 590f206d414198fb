"""Meaning by vectors: the nearest come first, an item is not near itself."""

import numpy as np

from core.search.meaning import ByVectors
from core.vectors import Vectors

VECTORS = Vectors(["a", "b", "c", "none"], ["product", "article", "product", "product"],
                  np.array([[1, 0], [0.8, 0.6], [0, 1], [0, 0]], dtype=np.float32))  # fmt: skip


class Encoder:
    """Says that every text points along the first axis."""

    def of(self, texts):
        return np.array([[1, 0]] * len(texts), dtype=np.float32)


def names(near):
    return [item for item, _ in near]


def test_near_words():
    meaning = ByVectors(VECTORS, Encoder())
    assert names(meaning.near_words("shoe", 2)) == ["a", "b"]
    assert names(meaning.near_words("shoe", 2, ["product"])) == ["a", "c"]


def test_near_an_item():
    meaning = ByVectors(VECTORS, Encoder())
    assert names(meaning.near_item("c", 2)) == ["b", "a"]
    assert meaning.near_item("none", 2) == []
    assert meaning.near_item("unknown", 2) == []
