"""Facts counted by hand from the little shop."""

from datetime import date

import pandas as pd
import pytest

from core.store import aside, facts
from core.store.workspace import Workspace
from tests.core.little_shop import EVENTS, little_shop, write_version


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    reader = little_shop(tmp_path_factory.mktemp("facts") / "shop").reader()
    return reader.frame("SELECT * FROM shopper_facts").set_index("user_id")


ANN = {  # in the tiny shop, which tests/tiny_shop.py lists
    "purchases": 2, "spend": 53, "order_value": 26.5, "items_bought": 2, "basket_size": 1,
    "purchases_per_month": 2,  # known for ten days, which count as thirty
    "days_between_purchases": 6,  # the 14th and the 20th
    "deal_share": 50,  # the shoe at 45, which mostly costs 50; not the socks
    "returns": 1, "return_rate": 50,
    "days_since_last": 1, "days_since_purchase": 2, "days_known": 9, "active_days": 6, "visits": 7, "events": 11,
    "views": 3, "views_per_visit": 3 / 7, "browse_minutes": 67 / 60, "clicks": 2, "click_share": 40,
    "searches": 1, "search_share": 100 / 7, "carts": 2, "open_carts": 1,
    "checkout_rate": 50,  # two in the cart, one of them bought; neither was looked at, nor was anything in a cart
    "buy_rate": 100 / 3,  # of two shoes, mugs and socks the socks
    "top_category": "Shoes", "top_category_share": 200 / 3, "categories": 3,  # weights 10, 4 and 1
    "top_brand": "Norvale", "top_brand_share": 400 / 7, "brands": 2,  # weights 8 and 6
    "price_band": "mid",  # 45 among 6, 8, 50, 80 is mid, 8 among 6, 8, 30, 45, 80 is budget: between them, so mid
    "favourite_time": "morning", "favourite_time_share": 600 / 11, "night_share": 200 / 11,
    "favourite_weekday": "Tuesday", "favourite_weekday_share": 700 / 11, "weekend_share": 100 / 11,
}
OTHERS = {
    "p01": {"purchases": 1, "items_bought": 3, "spend": 66, "basket_size": 3, "deal_share": 0, "visits": 2,
            "views_per_visit": 0.5, "browse_minutes": 5 / 60, "days_between_purchases": None, "checkout_rate": None},
    "0ben": {"visits": 1, "favourite_time": "night", "favourite_weekday": "Friday", "purchases_per_month": 0,
             "browse_minutes": None, "return_rate": None, "top_brand": None},
    "cid": {"visits": 1, "views": 1, "buy_rate": 0, "top_category_share": 100, "favourite_time": "morning"},
}


@pytest.mark.parametrize(("user", "expected"), [("ann", ANN), *OTHERS.items()])
def test_every_feature_is_what_a_person_counts_in_the_tiny_shop(tiny_reader, user, expected):
    row = tiny_reader.frame("SELECT * FROM shopper_facts WHERE user_id = $user", {"user": user}).iloc[0]
    found = {key: None if pd.isna(row[key]) else row[key] for key in expected}
    assert found == pytest.approx(expected)


def test_every_fact_of_the_tiny_shop_is_worked_out_by_hand(tiny_reader):
    assert {fact.key for fact in facts.facts_of(tiny_reader)} - set(ANN) == {"favourites"}


def test_estimated_browse_time_is_a_fact_of_its_own(tmp_path):
    looks = [("ann", "P1", "view", f"2026-06-01 10:0{n}", {}) for n in range(3)]
    reader = little_shop(tmp_path / "shop", looks).reader()
    frame = reader.frame("SELECT * FROM shopper_facts WHERE user_id = 'ann'")
    assert frame["browse_minutes_estimated"].tolist() == [2.0]
    assert "browse_minutes" not in frame


def test_a_log_of_days_says_nothing_of_hours(tmp_path):
    days = [("ann", "P1", "view", f"2026-06-0{n}", {}) for n in (5, 6)]  # a Friday and a Saturday
    keys = {fact.key for fact in facts.facts_of(little_shop(tmp_path / "shop", days).reader())}
    assert {"weekend_share", "favourite_weekday"} <= keys
    assert not keys & {"night_share", "favourite_time", "favourite_time_share"}


def test_hours_weekdays_and_days_are_those_of_the_shops_clocks(tmp_path):
    # 22:30 in UTC on Friday, 5 June, is 0:30 on Saturday in Berlin, which is two hours ahead in summer.
    rows = [("ann", "P1", "view", "2026-06-05 10:00", {}), ("ann", "P1", "view", "2026-06-05 22:30", {}),
            ("ann", "P2", "view", "2026-06-05 22:40", {})]
    asked = "SELECT favourite_time, favourite_weekday, weekend_share, active_days, days_known FROM shopper_facts " \
            "WHERE user_id = 'ann'"
    here = Workspace.create(tmp_path / "berlin")
    write_version(here, 1, rows, zone="Europe/Berlin")
    assert here.reader().rows(asked) == [("night", "Saturday", 200 / 3, 2, 1)]
    assert here.reader().rows("SELECT day, events FROM day_counts ORDER BY day") == [
        (date(2026, 6, 5), 1), (date(2026, 6, 6), 2),
    ]
    there = little_shop(tmp_path / "utc", rows)
    assert there.reader().rows("SELECT favourite_weekday, active_days FROM shopper_facts WHERE user_id = 'ann'") == [
        ("Friday", 1)
    ]


def test_shoppers_that_are_counted_in_parts_are_counted_the_same(tmp_path, monkeypatch):
    whole = little_shop(tmp_path / "whole").reader()
    monkeypatch.setattr(facts, "PART", 3)  # events are 17
    parts = little_shop(tmp_path / "parts").reader()
    for table in ("shopper_facts", "top_categories", "top_searches", "steps"):
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert parts.rows(sql) == whole.rows(sql)


def test_who_is_set_aside_is_said_by_the_same_table_that_training_reads(tmp_path):
    reader = little_shop(tmp_path / "shop", [*EVENTS, ("qa-1", "P1", "view", "2026-06-01 10:00", {})]).reader()
    assert reader.rows("SELECT user_id, set_aside FROM shopper_facts WHERE set_aside IS NOT NULL") == [
        ("qa-1", "test account")
    ]
    assert aside.left_out(reader) == ["qa-1"]


def test_facts_are_grouped_and_few_of_each_group_are_telling():
    groups = [fact.group for fact in facts.FACTS]
    assert [group for n, group in enumerate(groups) if n == 0 or groups[n - 1] != group] == list(dict.fromkeys(groups))
    assert sum(fact.telling for fact in facts.FACTS) < len(facts.FACTS) / 3


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
        ("cart_rate", 100.0, 100.0),  # each looked at one item and put it in the cart
        ("checkout_rate", 100.0, 50.0),
        ("buy_rate", 100.0, 100.0),
        ("browse_minutes", 0.7, None),
        ("return_rate", 25.0, 0.0),
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
