"""What shoppers are like besides their tastes: stages, budgets, tiring of what they have seen, how long they look."""

import numpy as np
import pandas as pd
import pytest

from core.schema import Col, Event, Kind
from data.demo import behaviour, catalogue, shoppers
from data.demo.memory import Memory

DAYS = 30


@pytest.fixture(scope="module")
def acts(demo):
    """Return what people did, with the day (0 to 29), their stage and their budget; what robots did is left out."""
    people = demo.tastes[~demo.tastes["robot"]]
    told = demo.events.merge(people[[Col.USER, "stage", "budget"]], on=Col.USER)
    return told.assign(day=(told[Col.TS] - pd.Timestamp("2026-06-01")).dt.days)


def test_every_stage_is_there_and_most_are_regulars(demo):
    shares = demo.tastes["stage"].value_counts(normalize=True)
    assert set(shares.index) == {"newcomer", "regular", "fading", "lapsed", "returning"}
    assert shares.min() > 0.05
    assert shares["regular"] > 0.45


def test_newcomers_come_late_and_the_lapsed_do_not_come_late(acts):
    came = acts[acts[Col.TYPE] == Event.IMPRESSION].groupby("stage")["day"]
    assert came.min()["newcomer"] >= DAYS - 10
    assert came.max()["lapsed"] < 0.6 * DAYS


def test_the_fading_come_less_and_less(acts):
    fading = acts[(acts["stage"] == "fading") & (acts[Col.TYPE] == Event.IMPRESSION)]
    visits = fading.drop_duplicates(Col.SESSION).groupby(fading["day"] // 10)[Col.SESSION].nunique()
    assert visits[0] > 1.5 * visits[1] > 1.5 * visits[2]


def test_the_returning_stay_away_and_come_back(acts):
    shown = acts[(acts["stage"] == "returning") & (acts[Col.TYPE] == Event.IMPRESSION)]
    days = shown.groupby("day")[Col.SESSION].nunique().reindex(range(DAYS), fill_value=0)
    assert days[:3].mean() > 0
    assert days[10:24].sum() == 0  # gone by a third of the days, back in the last fifth
    assert days[24:].sum() > 0


def test_budgets_show_in_what_is_bought(acts, demo):
    shelf_price = demo.items.groupby(Col.CATEGORY)[Col.PRICE].transform("median")
    items = demo.items.assign(dear=demo.items[Col.PRICE] / shelf_price)[[Col.ITEM, Col.KIND, "dear"]]
    bought = acts[acts[Col.TYPE] == Event.PURCHASE].merge(items[items[Col.KIND] == Kind.PRODUCT], on=Col.ITEM)
    third = bought["budget"].quantile([1 / 3, 2 / 3])
    low, high = bought[bought["budget"] < third.iloc[0]], bought[bought["budget"] > third.iloc[1]]
    assert high["dear"].median() > 1.1 * low["dear"].median()


def test_looks_of_people_take_time_and_those_who_want_it_look_longer(acts):
    looks = acts[acts[Col.TYPE] == Event.VIEW]
    assert looks[Col.DWELL].between(1, 3600).all()
    pair = [Col.USER, Col.ITEM]
    wanted = acts.loc[acts[Col.TYPE] == Event.CART, pair].drop_duplicates().assign(wanted=True)
    carted = looks.merge(wanted, on=pair, how="left")
    median = carted[Col.DWELL].groupby(carted["wanted"].notna()).median()
    assert median[True] > 1.1 * median[False]


@pytest.fixture(scope="module")
def log_odds():
    """Return a function: log-odds of a click of one shopper on one item, after showings of it on given days."""
    rng = np.random.default_rng(1)
    goods = catalogue.build(rng)
    people = shoppers.build(rng, goods, 40, DAYS, pd.Timestamp("2026-07-01"))
    user, item = np.array([3]), np.array([[7]])

    def after(showings, day, clicked=False):
        memory = Memory(people.size, goods.size)
        for shown in showings:
            memory.show(user, item, np.array([float(shown)]), ~np.array([[clicked]]))
        still = np.zeros(goods.size)
        p = behaviour.judge(people, goods, memory, still, user, item, np.array([float(day)]), np.array([0])).p[0, 0]
        return np.log(p / (1 - p))

    return after


@pytest.mark.parametrize(("showings", "day", "lost"), [
    ([10], 10, 0.4), ([10] * 3, 10, 1.2), ([10] * 9, 10, 1.6), ([10, 10], 16, 0.4), ([4, 10], 16, 0.3),
])
def test_what_was_passed_over_tires_and_is_fresh_again_after_a_while(log_odds, showings, day, lost):
    # 0.4 for each time, at most for four; half of it is forgotten in six days.
    assert log_odds([], day) - log_odds(showings, day) == pytest.approx(lost, abs=1e-5)


def test_what_was_clicked_does_not_tire(log_odds):
    assert log_odds([10] * 3, 10, clicked=True) == log_odds([], 10)
