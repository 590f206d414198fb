"""Items as a search sees them, as of a moment, in the tiny shop."""

from datetime import datetime

import pandas as pd

from core.store import findable
from tests.tiny_shop import AS_OF


def state(reader, as_of):
    return findable.state(reader, as_of).set_index("item_id")


def test_texts_are_whole_and_in_order(tiny_reader):
    texts = findable.texts(tiny_reader)
    assert texts["item_id"].tolist() == ["boot1", "guide1", "lamp1", "mug1", "shoe1", "shoe2", "sock1"]
    assert texts.set_index("item_id").loc["lamp1"].tolist() == ["Desk lamp", "", "", "", "product"]


def test_the_state_has_the_order_of_the_texts(tiny_reader):
    assert findable.state(tiny_reader, AS_OF)["item_id"].tolist() == findable.texts(tiny_reader)["item_id"].tolist()


def test_prices_and_popularity_are_those_of_the_days_before(tiny_reader):
    now = state(tiny_reader, AS_OF)
    assert now.loc["shoe1", "price"] == 45  # bought for 45 on the 14th
    assert now.loc["shoe1", "popularity"] == 14  # four purchases and a cart: 4 · 3 + 2
    early = state(tiny_reader, datetime(2026, 1, 7, 13))
    assert (early.loc["shoe1", "price"], early.loc["shoe1", "popularity"]) == (50, 6)  # the third purchase is of today
    assert early.loc["boot1", "price"] == 120  # as the catalogue says
    assert pd.isna(early.loc["guide1", "price"])


def test_baskets_and_who_is_behind_them(tiny_reader):
    found = findable.goes_with(tiny_reader, "sock1", AS_OF, 5)
    assert found.to_dict("records") == [{"item_id": "shoe1", "shoppers": 3, "baskets": 3, "lift": 1.0}]
    assert findable.goes_with(tiny_reader, "sock1", datetime(2026, 1, 7, 13), 5).empty
    assert findable.goes_with(tiny_reader, "lamp1", AS_OF, 5).empty
