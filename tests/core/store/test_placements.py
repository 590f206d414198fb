"""What places showed, to whom, and what came of it, counted by hand on ``tests.core.ad_log``."""

from datetime import datetime

import pytest

from core.store import placements
from core.store.find import log_end
from tests.core.ad_log import EVENTS, GROUPS, ad_shop

ASKED = ("banner", "ad", datetime(2026, 6, 1), GROUPS)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return ad_shop(tmp_path_factory.mktemp("placements") / "shop").reader()


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_a_place_is_counted_without_test_accounts(reader):
    assert rows(placements.places(reader)) == [("banner", "ad", 10, 3, 2, 4, True)]


def test_a_value_that_is_no_chance_is_none(tmp_path):
    shop = ad_shop(tmp_path / "shop", [EVENTS[0], (*EVENTS[5][:4], {**EVENTS[5][4], "value": 3.0})])
    assert placements.places(shop.reader())["chances"].tolist() == [False]


def test_every_ad_in_every_group(reader):
    assert rows(placements.cells(reader, *ASKED)) == [
        (0, "D1", 4, 2), (0, "D2", 2, 0), (1, "D1", 2, 0), (1, "D2", 2, 1),
    ]  # fmt: skip


def test_two_ads_of_one_list_are_one_request(reader):
    assert rows(placements.groups(reader, *ASKED)) == [(0, 6, 5, 2), (1, 4, 4, 2)]


def test_who_is_in_no_group_and_what_was_before_is_left_out(reader):
    ann = GROUPS[GROUPS["user_id"] == "ann"]
    assert rows(placements.cells(reader, "banner", "ad", datetime(2026, 6, 2), ann)) == [(0, "D1", 1, 0)]
    assert placements.cells(reader, "moon", *ASKED[1:]).empty
    assert placements.cells(reader, "banner", "product", *ASKED[2:]).empty


def test_choices_have_their_chances(reader):
    found = placements.choices(reader, *ASKED)
    assert len(found) == 10
    assert found["clicked"].sum() == 3
    assert set(found["chance"]) == {0.5}


def test_what_was_bought_after_a_click_is_of_the_ads_category_and_brand(reader):
    found = placements.followed(reader, *ASKED)
    assert rows(found[["item_id", "clickers", "buyers", "paid"]]) == [("D1", 2, 1, 100.0), ("D2", 1, 1, 40.0)]
    assert found["dwell"].tolist()[0] == 12.0
    assert found["dwell"].isna().tolist() == [False, True]


def test_a_shortlist_begins_with_what_is_popular_there(reader):
    # ann and bob: D1 2 clicks and a view = 3 of 2 shoppers, P1 a purchase = 3, P4 a purchase = 3
    chosen = GROUPS[GROUPS["group"] == 0]
    found = placements.shortlist(reader, chosen, ["product", "ad"], log_end(reader), 40)
    assert rows(found[["item_id", "source", "score", "shoppers"]]) == [
        ("D1", "popular there", 3, 2), ("P1", "popular there", 3, 1), ("P4", "popular there", 3, 1),
        ("D2", "popular", 0, 0), ("P3", "popular", 0, 0),
    ]  # fmt: skip
    only = placements.shortlist(reader, chosen, ["product"], log_end(reader), 40)
    assert only["item_id"].tolist() == ["P1", "P4", "P3"]
    few = placements.shortlist(reader, chosen, ["product", "ad"], log_end(reader), 4)  # one that is popular anywhere
    assert few["item_id"].tolist() == ["D1", "P1", "P4"]


def test_who_clicked_and_then_bought_the_very_item(tmp_path):
    events = [
        ("ann", "P1", "click", "2026-06-01 10:00", {}), ("ann", "P1", "purchase", "2026-06-02 10:00", {"price": 9.0}),
        ("bob", "P1", "click", "2026-06-01 10:00", {}), ("bob", "P1", "purchase", "2026-06-09 10:00", {"price": 9.0}),
        ("cy", "P2", "click", "2026-06-02 10:00", {}), ("cy", "P2", "purchase", "2026-06-01 10:00", {"price": 9.0}),
    ]  # fmt: skip
    reader = ad_shop(tmp_path / "shop", events).reader()
    # bob bought eight days later, cy before his click
    assert rows(placements.bought_after(reader, ["P1", "P2"])) == [("P1", 2, 1), ("P2", 1, 0)]
    assert placements.clicks_logged(reader)


def test_a_log_without_clicks_says_so(tmp_path):
    reader = ad_shop(tmp_path / "shop", [("ann", "P1", "purchase", "2026-06-02 10:00", {"price": 9.0})]).reader()
    assert not placements.clicks_logged(reader)
    assert placements.places(reader).empty
