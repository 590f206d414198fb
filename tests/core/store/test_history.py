"""Histories, summaries and fit of the tiny shop, worked out by hand."""

from datetime import datetime

import pandas as pd
import pytest

from core.store import history
from tests.tiny_shop import AS_OF

HOUR, DAY = 3600, 86_400


def asks(*who, as_of=AS_OF):
    return pd.DataFrame({"ask_id": range(len(who)), "user_id": who, "as_of": [as_of] * len(who)})


def pairs(user, *items, as_of=AS_OF):
    return pd.DataFrame({
        "pair_id": range(len(items)), "ask_id": 0, "user_id": user, "item_id": items, "as_of": [as_of] * len(items),
    })


def missing(value):
    return value is None or pd.isna(value)


def test_history_is_newest_first_and_folds_looks_at_one_item(tiny_reader):
    found = history.history(tiny_reader, asks("ann"))
    assert list(zip(found["event_type"], found["item_id"].fillna(""), found["count"], strict=True)) == [
        ("return", "shoe1", 1), ("view", "mug1", 1), ("purchase", "shoe1", 1), ("cart", "shoe1", 1),
        ("view", "shoe2", 2), ("search", "", 1),
    ]
    assert list(found["rank"]) == [0, 1, 2, 3, 4, 5]
    # From 17 January 10:00 and from 13 January 10:06 (the newest of three looks) to midnight of the 18th.
    assert found["age_seconds"][0] == 14 * HOUR
    assert found["age_seconds"][4] == 4 * DAY + 13 * HOUR + 54 * 60
    assert found["dwell_seconds"][4] == 60
    assert found["query"][5] == "running shoes"


def test_history_tells_each_item_with_its_last_price_and_band(tiny_reader):
    found = history.history(tiny_reader, asks("ann")).set_index("item_id")
    # Known before Monday the 12th: 6, 8, 50, 80. Its thirds end at 8 and at 50.
    assert found["band"].dropna().to_dict() == {"shoe1": 1, "mug1": 0, "shoe2": 2}
    assert found.loc["shoe2", "price"] == 80
    assert set(found.loc["shoe1", "price"]) == {45}
    assert found.loc["shoe2", "title"] == "Blue running shoe"
    assert found.loc["shoe2", "category"] == "Shoes > Running"


def test_a_price_counts_from_the_day_after_it_was_paid(tiny_reader):
    same_day = history.history(tiny_reader, asks("ann", as_of=datetime(2026, 1, 14, 23)))
    assert set(same_day.loc[same_day["item_id"] == "shoe1", "price"]) == {50}


def test_no_bands_before_three_prices_were_known_for_a_week(tiny_reader):
    early = history.history(tiny_reader, asks("p01", as_of=datetime(2026, 1, 10)))
    assert len(early) == 3
    assert early["band"].isna().all()


def test_history_keeps_the_newest_events_for_each_ask(tiny_reader):
    found = history.history(tiny_reader, asks("ann", "cid", "p03", "nobody"), max_events=2)
    assert list(zip(found["ask_id"], found["event_type"], strict=True)) == [
        (0, "return"), (0, "view"), (2, "review"), (2, "purchase"),
    ]
    assert found["text"][2] == "Light and comfortable"
    assert found["value"][2] == 5


def test_what_happens_at_the_very_moment_is_not_past(tiny_reader):
    moment = datetime(2026, 1, 16, 22, 30)
    assert history.history(tiny_reader, asks("0ben", as_of=moment)).empty
    assert len(history.history(tiny_reader, asks("0ben", as_of=moment.replace(second=1)))) == 1


def test_summary_counts_the_whole_past(tiny_reader):
    ann, ben, cid = history.summary(tiny_reader, asks("ann", "0ben", "cid")).to_dict("records")
    counts = {
        "purchases": 1, "purchase_days": 1, "carts": 1, "views": 4, "clicks": 1, "shows": 3, "searches": 1,
        "returns": 1, "active_days": 4, "active_7": 4, "active_28": 4, "first_days": 5, "last_days": 1,
        "bought_days": 4,
    }
    assert {name: ann[name] for name in counts} == counts
    # Of eight things done, one was at night (the cart at 23:00) and one on a Saturday (the return).
    assert (ann["night"], ann["weekend"]) == (0.125, 0.125)
    assert list(ann["categories"]) == ["Shoes > Running", "Kitchen > Mugs"]
    assert list(ann["brands"]) == ["Norvale"]
    assert (ben["active_days"], ben["night"], ben["purchases"]) == (1, 1.0, 0)
    assert missing(ben["bought_days"])
    assert missing(cid["active_days"])


def test_summary_tells_the_last_week_apart(tiny_reader):
    ann = history.summary(tiny_reader, asks("ann", as_of=datetime(2026, 1, 22))).to_dict("records")[0]
    # From the 15th on: the mug, a return on the 17th, socks on the 20th, boots on the 21st; running shoes before it.
    assert (ann["active_7"], ann["active_28"]) == (4, 6)
    assert "Shoes > Running" in ann["categories"]
    assert "Shoes > Running" not in ann["recent"]
    assert "Kitchen > Mugs" in ann["recent"]
    assert missing(history.summary(tiny_reader, asks("cid"))["recent"][0])


@pytest.fixture(scope="module")
def fitted(tiny_reader):
    items = ("shoe1", "shoe2", "sock1", "boot1", "mug1", "guide1", "unheard")
    found = history.fit(tiny_reader, pairs("ann", *items))
    assert list(found["item_id"]) == list(items)
    return found.set_index("item_id")


def test_fit_tells_what_was_done_with_the_item(fitted):
    shoe1, shoe2 = fitted.loc["shoe1"], fitted.loc["shoe2"]
    assert (shoe1["bought"], shoe1["bought_age"], shoe1["shown"]) == (1, 3 * DAY + 15 * HOUR, 1)
    assert shoe1["returned"]
    assert missing(shoe1["carted_age"])  # bought since
    assert (shoe2["bought"], shoe2["viewed"], shoe2["clicked"], shoe2["returned"]) == (0, 2, 1, False)
    assert shoe2["viewed_age"] == 4 * DAY + 13 * HOUR + 54 * 60
    assert fitted.loc["boot1", ["bought", "viewed", "shown"]].tolist() == [0, 0, 0]


def test_fit_tells_the_last_purchase_in_the_category(fitted):
    bought = ["category_bought", "category_bought_age", "category_item"]
    assert fitted.loc["shoe2", bought].tolist() == [1, 3 * DAY + 15 * HOUR, "shoe1"]
    assert fitted.loc["mug1", "category_bought"] == 0
    assert missing(fitted.loc["mug1", "category_item"])


def test_a_cart_counts_until_it_is_bought(tiny_reader):
    found = history.fit(tiny_reader, pairs("ann", "shoe1", as_of=datetime(2026, 1, 14, 1)))
    assert found["carted_age"][0] == 2 * HOUR


def test_fit_tells_prices_against_what_is_usual(fitted):
    assert fitted["band"].dropna().to_dict() == {"shoe1": 1, "shoe2": 2, "sock1": 0, "boot1": 2, "mug1": 0}
    # Three looks at shoe2 (band 2), cart and purchase of shoe1 (1), a look at the mug (0): 8 / 6.
    assert fitted["usual_band"].round(4).unique().tolist() == [1.3333]


def test_fit_tells_how_much_she_leans_to_category_and_brand(fitted):
    # Looks 1, cart 2, purchase 3: 3 for shoe2, 5 for shoe1, 1 for the mug.
    assert fitted["all_weight"].unique().tolist() == [9]
    assert fitted["category_weight"].to_dict() == {
        "shoe1": 8, "shoe2": 8, "sock1": 0, "boot1": 0, "mug1": 1, "guide1": 0, "unheard": 0,
    }
    assert fitted.loc[["shoe1", "boot1"], "brand_weight"].tolist() == [8, 0]
    assert fitted.loc[["shoe1", "sock1"], "category_shown"].tolist() == [2, 1]
    assert fitted.loc[["shoe1", "sock1"], "category_clicked"].tolist() == [1, 0]


def test_popularity_is_of_the_four_weeks_before_and_ranked_among_all(fitted):
    # Clicks and views 1, carts 2, purchases 3. Shoe1: four purchases and a cart.
    assert fitted["popularity"].to_dict() == {
        "shoe1": 14, "shoe2": 4, "sock1": 9, "boot1": 0, "mug1": 2, "guide1": 0, "unheard": 0,
    }
    # Of 2, 4, 9, 14: half lie below 6.5, four fifths below 11, nineteen twentieths below 13.25.
    assert fitted["popularity_level"].to_dict() == {
        "shoe1": 4, "shoe2": 1, "sock1": 2, "boot1": 0, "mug1": 1, "guide1": 0, "unheard": 0,
    }
    assert fitted.loc["shoe2", ["pop_shows", "pop_clicks"]].tolist() == [1, 1]


def test_popularity_fades_after_four_weeks(tiny_reader):
    # On 5 February what happened on 8 January is 28 days past and still counts; a day later it does not.
    for as_of, popularity in ((datetime(2026, 2, 5), 3), (datetime(2026, 2, 6), 2)):
        assert history.fit(tiny_reader, pairs("ann", "mug1", as_of=as_of))["popularity"][0] == popularity


def test_socks_are_bought_with_the_shoe(fitted):
    # Shoe and socks were in three baskets; the shoe was in four: 3 / (4 + 5).
    sock = fitted.loc["sock1"]
    assert (sock["partner"], sock["complement_item"]) == ("shoe1", "shoe1")
    assert sock["partner_strength"] == pytest.approx(1 / 3)
    assert sock["complement_strength"] == pytest.approx(1 / 3)
    assert fitted["partner"].drop("sock1").isna().all()


def test_bought_with_needs_three_baskets_of_days_that_are_over(tiny_reader):
    buyer = pairs("p01", "sock1", as_of=datetime(2026, 1, 7, 23))
    assert history.fit(tiny_reader, buyer)["partner"].isna().all()
    buyer["as_of"] = datetime(2026, 1, 8)
    found = history.fit(tiny_reader, buyer)
    assert found["partner"][0] == "shoe1"
    assert found["partner_strength"][0] == pytest.approx(3 / 8)


def test_asks_do_not_see_each_other(tiny_reader):
    one = pairs("ann", "shoe1", "sock1")
    other = pairs("0ben", "shoe1", "sock1").assign(ask_id=1, pair_id=[2, 3])
    together, alone = (
        found.astype(object).where(found.notna(), None).to_dict("records")
        for found in (history.fit(tiny_reader, asked) for asked in (pd.concat([one, other]), other))
    )
    assert together[2:] == alone
    assert alone[0]["bought"] == 0
    assert together[0]["bought"] == 1
