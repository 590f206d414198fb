"""Facts counted by hand from the little shop."""

import pandas as pd
import pytest

from core.store import facts
from tests.core.little_shop import EVENTS, little_shop


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    reader = little_shop(tmp_path_factory.mktemp("facts") / "shop").reader()
    return reader.frame("SELECT * FROM shopper_facts").set_index("user_id")


@pytest.mark.parametrize(
    ("fact", "ann", "bob"),
    [
        ("purchases", 2, 1),  # two visits of Ann's, though three lines
        ("items_bought", 4, 1),
        ("spend", 160.0, 40.0),  # 100 + 2 x 20 + 20
        ("order_value", 80.0, 40.0),
        ("days_since_last", 0, 1),
        ("days_since_purchase", 0, 1),
        ("days_known", 2, 1),
        ("active_days", 2, 1),
        ("events", 8, 5),  # what was shown is not done
        ("views", 1, 1),
        ("clicks", 1, 0),
        ("searches", 1, 0),
        ("carts", 1, 2),
        ("open_carts", 0, 1),  # Bob left the tent
        ("returns", 1, 0),
        ("click_share", 50.0, None),
        ("night_share", 25.0, 100.0),
        ("top_category", "Shoes", "Shoes"),  # Ann: click, view, cart, purchase = 7; the lamp bought twice = 6
        ("top_brand", "Norvale", "Norvale"),
    ],
)
def test_facts_are_what_a_person_counts(counted, fact, ann, bob):
    found = counted.loc[["ann", "bob"], fact].tolist()
    assert [None if pd.isna(value) else value for value in found] == [ann, bob]


def test_everyone_known_has_a_row_and_who_did_nothing_has_no_days(counted):
    assert list(counted.index) == ["ann", "bob", "cy", "dot"]
    assert counted.loc["cy", ["purchases", "events", "active_days"]].tolist() == [0, 0, 0]
    assert pd.isna(counted.loc["cy", "days_since_last"])
    assert counted.loc["cy", "click_share"] == 0
    assert counted.loc["cy", "days_known"] == 2


def test_a_fact_of_which_the_shop_has_nothing_gets_no_column(tmp_path):
    bought = [event for event in EVENTS if event[2] == "purchase"]
    reader = little_shop(tmp_path / "shop", bought).reader()
    keys = {fact.key for fact in facts.facts_of(reader)}
    assert {"purchases", "spend", "days_since_last"} <= keys
    assert not keys & {"views", "clicks", "click_share", "searches", "carts", "open_carts", "returns", "favourites"}


def test_a_price_band_is_told_once_prices_are_known_for_a_week(tmp_path):
    day = [("zoe", item, "purchase", f"2026-05-0{n} 12:00", {"price": price, "quantity": 1})
           for n, (item, price) in enumerate([("P1", 100.0), ("P2", 50.0), ("P3", 20.0), ("P4", 200.0)], 1)]
    later = [("amy", "P4", "purchase", "2026-05-20 12:00", {"price": 200.0}),
             ("ben", "P3", "purchase", "2026-05-20 12:00", {"price": 20.0})]
    reader = little_shop(tmp_path / "shop", [*day, *later]).reader()
    band = dict(reader.rows("SELECT user_id, price_band FROM shopper_facts"))
    assert (band["amy"], band["ben"], band["cy"]) == ("premium", "budget", None)
