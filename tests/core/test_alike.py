"""How alike items are, by hand."""

import numpy as np
import pytest

from core.alike import alike, is_new, novelty
from core.records import Recommendation


def item(name, category="", brand="", sources=()):
    return Recommendation(name, name, category, brand, None, "product", 0.1, list(sources))


ITEMS = [
    item("a", "Shoes > Trail", "Norvale"), item("b", "Shoes > Trail", "Tamsin"), item("c", "Shoes > Road", "Norvale"),
    item("d", "Tents", "Tamsin"), item("e"), item("f"),
]  # fmt: skip


def test_without_vectors_category_department_and_brand_count():
    found = alike(ITEMS, None)
    assert found[0] == pytest.approx([1.0, 0.7, 0.65, 0, 0, 0])
    assert found[1, 3] == pytest.approx(0.3)
    assert found[4].tolist() == [0] * 6  # what has neither is like nothing, not even like others that have neither
    assert (found == found.T).all()


def test_with_vectors_words_count_for_half_or_alone_where_there_is_no_category():
    vectors = np.array([[1, 0], [0.6, 0.8], [-1, 0], [0, 1], [1, 0], [0, 0]], dtype=np.float32)
    found = alike(ITEMS, vectors)
    assert found[0, 1] == pytest.approx((0.6 + 0.7) / 2)
    assert found[0, 2] == pytest.approx((0 + 0.65) / 2)  # what is opposite is not less alike than what is unlike
    assert found[0, 4] == pytest.approx(1)
    assert found[0, 5] == 0


def test_how_new_an_item_is_to_her():
    found = [novelty(item("x", sources=s)) for s in (["repeat", "new"], ["popular", "category"], ["brand"], ["unseen"])]
    assert found == [0, 1 / 3, 2 / 3, 1]
    assert is_new(item("x", sources=["category", "new"])) and is_new(item("x", sources=["unseen"]))
    assert not is_new(item("x", sources=["popular"]))
