"""What a search in the demo shop is worth, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.search import Planted, ndcg
from data.demo.vocabulary import BRANDS, COLOURS, SHELVES


@pytest.fixture(scope="module")
def planted() -> Planted:
    return Planted(count=40, days=10)


def test_ndcg_by_hand() -> None:
    gains = np.array([3.0, 0.0, 1.0])
    best = 3 + 1 / np.log2(3)
    assert ndcg(gains[[0, 2, 1]], gains) == pytest.approx(1)
    assert ndcg(gains[[2, 0]], gains) == pytest.approx((1 + 3 / np.log2(3)) / best)
    assert ndcg(gains[[1]], gains) == 0
    assert ndcg(gains[[0]], gains, k=1) == 1
    assert ndcg(np.array([]), gains) == 0


def test_a_search_means_what_its_words_say(planted: Planted) -> None:
    boots = next(n for n, shelf in enumerate(SHELVES) if shelf.name == "Hiking boots")
    assert planted.meant("hiking boots") == (boots, -1, -1, 0)
    assert planted.meant("norvale trekking boots") == (boots, BRANDS.index("Norvale"), -1, 1)
    assert planted.meant("red trekking boots") == (boots, -1, COLOURS.index("red"), 1)
    assert planted.meant("trail running shoes")[3] == 1  # not "running shoes", which it ends with too


def test_what_is_asked_for_is_worth_what_was_planted(planted: Planted) -> None:
    goods, gains = planted.goods, planted.asked_for("red trekking boots")
    shelf, _, red, noun = planted.meant("red trekking boots")
    assert set(np.round(gains[(goods.shelf == shelf) & (goods.kind == 0)], 1)) <= {1.6, 2.4, 2.7, 3.5}
    assert gains.max() == pytest.approx(1.6 + 1.1 + 0.8)
    assert not gains[(goods.shelf != shelf) | (goods.kind != 0)].any()
    best = gains.argmax()
    assert (goods.colour[best], goods.noun[best]) == (red, noun)


def test_a_shopper_clicks_more_of_what_suits_them(planted: Planted) -> None:
    user = planted.people.ids[0]
    chances = planted.would_click(user, "red trekking boots", pd.Timestamp("2026-06-29 12:00"))
    gains = planted.asked_for("red trekking boots")
    assert 0 <= chances.min() <= chances.max() < 1
    assert chances[gains > 0].mean() > 3 * chances[(gains == 0) & (planted.goods.kind == 0)].mean()
    other = planted.would_click(planted.people.ids[1], "red trekking boots", pd.Timestamp("2026-06-29 12:00"))
    assert not np.allclose(chances, other)
