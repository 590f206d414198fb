"""Planted robots and test accounts are found, with the reason in words; busy people are not."""

import pandas as pd
import pytest

from core.store import robots
from tests.core.logged import logged, looks

#: Seconds between the looks of a person: quick ones, and one that holds them. Spread over mean: 0.94.
HUMAN = (10, 300)
#: Somebody whose dwell time is logged, so that it means something where there is none.
TIMED = [("zoe", "view", "2026-06-01 08:00", {"dwell_seconds": 12.0})]


def flags(rows, users=None):
    con = logged(rows, users)
    robots.build(con)
    return {user: (robot, test, why) for user, robot, test, why in con.execute("FROM shopper_flags").fetchall()}


def test_many_looks_without_staying_anywhere_are_a_robots():
    found = flags([*looks("bot", 121, HUMAN), *TIMED])
    assert found == {"bot": (True, False, "121 looks on 1 June 2026 without staying anywhere")}


@pytest.mark.parametrize("rows", [
    [*looks("ann", 120, HUMAN), *TIMED],  # one look fewer
    [*looks("ann", 121, HUMAN), ("ann", "view", "2026-06-01 20:00", {"dwell_seconds": 3.0})],  # stayed once
    looks("ann", 500, HUMAN[::-1]),  # a log without dwell time says nothing by its absence
    [*looks("ann", 100, HUMAN), *looks("ann", 100, HUMAN, "2026-06-02 08:00"), *TIMED],  # on two days
])  # fmt: skip
def test_busy_people_are_no_robots(rows):
    assert flags(rows) == {}


def test_a_pace_like_a_clocks_is_a_robots():
    found = flags(looks("bot", 61, (2, 2, 3)))  # mean 7/3 and deviation 0.47: a fifth of it
    assert found == {"bot": (True, False, "a look every 2.33 seconds, steady as a clock, on 1 June 2026")}
    assert flags(looks("few", 60, (2, 2, 3))) == {}
    assert flags(looks("ann", 61, (1, 3))) == {}  # half of the mean


def test_a_look_every_few_seconds_for_an_hour_is_a_robots():
    assert flags(looks("bot", 602, (1, 9)))["bot"] == (True, False, "601 looks in one hour of 1 June 2026")
    assert flags(looks("ann", 601, (1, 9))) == {}


def test_a_log_without_times_of_day_makes_no_robots():
    assert flags(looks("ann", 700, (0,), "2026-06-01")) == {}


def hours(user, count, kind="favourite"):
    return [(user, kind, f"2026-06-01 {hour:02d}:{7 * hour % 60:02d}", {}) for hour in range(count)]


def test_who_never_sleeps_is_a_robot():
    found = flags([*hours("bot", 20), *hours("ann", 19), *hours("bob", 24, "impression")])
    assert found == {"bot": (True, False, "busy in 20 of the 24 hours of 1 June 2026")}


def test_every_reason_is_given_by_its_strongest_day():
    rows = [*looks("bot", 130, (2,)), *looks("bot", 150, (2,), "2026-06-02 08:00"), *TIMED]
    why = "150 looks on 2 June 2026 without staying anywhere; a look every 2 seconds, steady as a clock, on "
    assert flags(rows)["bot"][2].startswith(why)


@pytest.mark.parametrize(
    "user", ["test", "TEST-01", "testuser3", "qa_bot@shop.com", "jo@example.com", "jo@shop.test", "测试账号"]
)
def test_test_accounts_are_known_by_their_id(user):
    assert flags([(user, "view", "2026-06-01", {})]) == {user: (False, True, "its id reads like a test account's")}


@pytest.mark.parametrize("user", ["contest", "latest-9", "Testa", "jo@testa.it", "fakenham", "qatar", "0042"])
def test_an_id_that_merely_holds_the_letters_is_none(user):
    assert flags([(user, "view", "2026-06-01", {})]) == {}


def test_test_accounts_are_known_by_their_address_but_not_by_other_columns():
    users = pd.DataFrame({
        "user_id": ["1", "2", "3"], "e_mail": ["qa@shop.com", "ann@shop.com", None],
        "city": ["York", "Test", "Leeds"], "children": [1, 2, 3],
    })
    assert flags([("1", "view", "2026-06-01", {})], users) == {
        "1": (False, True, "its e mail reads like a test account's")
    }


def test_a_robot_can_be_a_test_account_too():
    found = flags(looks("test-1", 61, (2,)))["test-1"]
    assert found[:2] == (True, True)
    assert found[2].endswith("on 1 June 2026; its id reads like a test account's")
