"""What the demo's shoppers do agrees with the truth about them, and the log shows why."""

import numpy as np
import pandas as pd
import pytest

from core.schema import Col, Event
from data.demo.vocabulary import COMPLEMENTS, REPEATS

_SHOWN = [Col.IMPRESSION, Col.ITEM]


@pytest.fixture(scope="module")
def clicked(demo):
    """Return the truth about everything shown, with what the log says of it."""
    shown = demo.of(Event.IMPRESSION)[[*_SHOWN, Col.SLOT]]
    logged = demo.of(Event.CLICK)[_SHOWN].assign(logged=True)
    return demo.truth.merge(shown, on=_SHOWN).merge(logged, on=_SHOWN, how="left").fillna({"logged": False})


def _earlier(demo, rows, event, days=1e4, same_item=True):
    """Whether each row's cause item met an event of its shopper before, at most ``days`` ago."""
    past = demo.of(event)[[Col.USER, Col.ITEM, Col.TS]].rename(columns={Col.ITEM: "past_item", Col.TS: "past_ts"})
    rows = rows.assign(row=np.arange(len(rows))).merge(past, on=Col.USER)
    ages = rows[Col.TS] - rows["past_ts"]
    met = (ages > pd.Timedelta(0)) & (ages <= pd.Timedelta(days=days))
    if same_item:
        met &= rows["past_item"] == rows["cause_item_id"]
    return met.groupby(rows["row"]).any()


def _leaf(category):
    return category.str.rsplit(" > ", n=1).str[-1]


def test_truth_covers_every_impression_once(demo):
    shown = demo.of(Event.IMPRESSION)
    assert not demo.truth.duplicated(_SHOWN).any()
    assert set(map(tuple, demo.truth[_SHOWN].to_numpy())) == set(map(tuple, shown[_SHOWN].to_numpy()))
    assert len(shown) == len(demo.truth)


def test_true_chances_are_chances(demo):
    assert ((demo.truth["p_click"] > 0) & (demo.truth["p_click"] < 1)).all()


def test_a_click_in_the_log_is_a_click_in_the_truth(clicked, demo):
    assert (clicked["clicked"] == clicked["logged"].astype(bool)).all()
    assert len(demo.of(Event.CLICK)) == clicked["clicked"].sum()


def test_clicks_come_as_often_as_the_truth_says(clicked):
    tenths = pd.qcut(clicked["p_click"], 10, labels=False, duplicates="drop")
    for _, rows in clicked.groupby(tenths):
        chance, count = rows["p_click"].mean(), len(rows)
        spread = np.sqrt((rows["p_click"] * (1 - rows["p_click"])).sum()) / count
        assert abs(rows["clicked"].mean() - chance) < 4 * spread + 1e-4


def test_the_shop_clicks_like_a_shop(clicked):
    assert 0.04 < clicked["clicked"].mean() < 0.14
    by_slot = clicked.groupby(Col.SLOT)["clicked"].mean()
    assert by_slot["search"] > by_slot["category"] > by_slot["home"] > by_slot["ad"]


def test_higher_places_are_clicked_more(clicked):
    home = clicked[clicked[Col.SLOT] == "home"]
    rate = home.groupby(Col.POSITION)["clicked"].mean()
    assert rate[[1, 2]].mean() > 1.3 * rate[[6, 7]].mean()


@pytest.mark.parametrize(("cause", "event"), [
    ("viewed_before", Event.VIEW), ("complement", Event.PURCHASE), ("repeat", Event.PURCHASE),
])
def test_the_cause_of_a_click_stands_in_the_log(demo, cause, event):
    rows = demo.truth[(demo.truth["cause"] == cause) & demo.truth["clicked"]]
    assert len(rows) >= 5
    found = _earlier(demo, rows, event)
    assert len(found) == len(rows)
    assert found.all()


def test_what_was_viewed_before_is_the_item_itself(demo):
    rows = demo.truth[demo.truth["cause"] == "viewed_before"]
    assert len(rows) > 100
    assert (rows["cause_item_id"] == rows[Col.ITEM]).all()


def test_a_search_came_within_a_day_of_the_click_it_caused(demo):
    rows = demo.truth[(demo.truth["cause"] == "search") & demo.truth["clicked"]]
    assert len(rows) > 50
    found = _earlier(demo, rows, Event.SEARCH, days=1, same_item=False)
    assert len(found) == len(rows)
    assert found.all()


def test_what_goes_together_is_what_the_shop_says(demo):
    category = demo.items.set_index(Col.ITEM)[Col.CATEGORY]
    rows = demo.truth[demo.truth["cause"] == "complement"]
    bought, wanted = _leaf(rows["cause_item_id"].map(category)), _leaf(rows[Col.ITEM].map(category))
    assert all(want in COMPLEMENTS[have] for have, want in zip(bought, wanted, strict=True))
    again = demo.truth[demo.truth["cause"] == "repeat"]
    assert set(_leaf(again["cause_item_id"].map(category))) <= set(REPEATS)
    assert set(_leaf(again[Col.ITEM].map(category))) == set(_leaf(again["cause_item_id"].map(category)))


def test_a_click_for_nothing_names_nothing(demo):
    rows = demo.truth[demo.truth["cause"] == "random"]
    assert len(rows) > 100
    assert rows["cause_item_id"].isna().all()
    assert rows["p_click"].mean() < 0.02


def test_shoppers_look_at_what_they_like(demo):
    looks = demo.of(Event.VIEW).merge(demo.items, on=Col.ITEM).merge(demo.tastes[~demo.tastes["robot"]], on=Col.USER)
    liked = [category in tastes for category, tastes in zip(looks[Col.CATEGORY], looks["tastes"], strict=True)]
    assert np.mean(liked) > 0.6


def test_most_carts_are_not_all_bought(demo):
    pair = [Col.USER, Col.ITEM]
    carts, bought = (demo.of(event)[pair].drop_duplicates() for event in (Event.CART, Event.PURCHASE))
    kept = carts.merge(bought, on=pair)
    assert len(kept) == len(bought)
    assert 0.35 < 1 - len(kept) / len(carts) < 0.75


def test_returns_and_opinions_follow_a_purchase(demo):
    pair = [Col.USER, Col.ITEM]
    first = demo.of(Event.PURCHASE).groupby(pair)[Col.TS].min().rename("bought")
    for event in (Event.RETURN, Event.RATING, Event.REVIEW):
        rows = demo.of(event).join(first, on=pair)
        assert (rows[Col.TS] > rows["bought"]).all(), event


def test_nobody_acts_before_the_sign_up(demo):
    first = demo.events.groupby(Col.USER)[Col.TS].min().rename("first").reset_index()
    rows = demo.users.merge(first, on=Col.USER)
    assert (rows["first"] >= pd.to_datetime(rows["signup_date"])).all()
    assert (pd.to_datetime(rows["signup_date"]) > pd.Timestamp("2026-06-01")).mean() > 0.05


def test_those_who_shop_at_night_do(demo):
    tastes = demo.tastes.set_index(Col.USER)
    looks = demo.of(Event.CLICK)
    hour, night = looks[Col.TS].dt.hour, looks[Col.USER].map(tastes["night"])
    dark = (hour >= 22) | (hour < 6)
    assert dark[night].mean() > 0.6
    assert dark[~night].mean() < 0.1


def test_those_who_shop_on_weekends_do(demo):
    looks = demo.of(Event.CLICK)
    weekend, habit = looks[Col.TS].dt.day_of_week >= 5, looks[Col.USER].map(demo.tastes.set_index(Col.USER)["weekend"])
    assert weekend[habit].mean() > weekend[~habit].mean() + 0.2


def test_robots_are_told_apart_in_the_truth_only(demo):
    robots = set(demo.tastes.loc[demo.tastes["robot"], Col.USER])
    assert len(robots) == 2
    theirs = demo.events[demo.events[Col.USER].isin(robots)]
    assert set(theirs[Col.TYPE]) == {Event.VIEW}
    assert theirs[Col.DWELL].isna().all()
    looks = theirs.groupby([Col.USER, theirs[Col.TS].dt.date]).size()
    assert set(theirs[Col.USER]) == robots
    assert looks.max() > 150
    people = demo.of(Event.VIEW).loc[lambda rows: ~rows[Col.USER].isin(robots)]
    assert people.groupby([Col.USER, people[Col.TS].dt.date]).size().max() < 120
