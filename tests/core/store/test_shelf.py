from __future__ import annotations

from datetime import datetime

import pytest

from core.store import shelf
from tests.tiny_shop import AS_OF


@pytest.mark.parametrize(("price", "band"), [(1.0, 0), (8.0, 0), (8.01, 1), (50.0, 1), (50.01, 2), (900.0, 2)])
def test_a_price_falls_into_the_band_of_the_shops_thirds(price, band, tiny_reader):
    """Known by the week of 12 January: 6, 8, 50 and 80; the thirds end at 8 and 50."""
    assert shelf.band_at(tiny_reader, "shoe1", price, AS_OF) == band


def test_no_band_before_any_prices_were_known(tiny_reader):
    assert shelf.band_at(tiny_reader, "shoe1", 50.0, datetime(2026, 1, 6)) is None


def test_an_item_that_is_not_known_is_judged_by_the_whole_shop(tiny_reader):
    assert shelf.band_at(tiny_reader, "nothing", 60.0, AS_OF) == 2


def test_titles_with_what_they_are_of(tiny_reader):
    found = shelf.titles(tiny_reader)
    assert found["item_id"].tolist() == sorted(found["item_id"])
    assert found.set_index("item_id").loc["lamp1"].tolist() == ["Desk lamp", "", ""]
    assert found.set_index("item_id").loc["boot1"].tolist() == ["Hiking boot", "Shoes > Hiking", "Tamsin"]
