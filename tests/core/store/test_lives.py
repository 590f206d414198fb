"""Weeks of life and who came back, worked out by hand; conditions of marks find exactly whom the charts count."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pandas as pd
import pytest

from core import marks
from core.conditions import EVERYONE, Deed, Group, Listed
from core.looking import Looking, pooled, shared
from core.service import Shop
from core.store import cohorts, doings, lives
from core.store.shoppers import people
from tests.core.little_shop import little_shop, write_version
from tests.core.store.slow_twin import Shop as SlowShop
from tests.core.store.slow_twin import cost, meets
from tests.core.store.test_cohorts_twin import USERS, opened, some_shop

# Mondays: 1, 8, 15, 22 June 2026. The log ends on Sunday 28 June.
EVENTS = [
    ("ann", "P1", "view", "2026-06-01 10:00", {}),
    ("ann", "P1", "cart", "2026-06-08 10:00", {}),
    ("ann", "P1", "purchase", "2026-06-08 10:01", {"price": 100.0, "session_id": "s1"}),
    ("ann", "P3", "purchase", "2026-06-08 10:02", {"price": 20.0, "quantity": 2, "session_id": "s1"}),
    ("ann", "P1", "view", "2026-06-22 09:00", {}),
    ("bob", "P2", "view", "2026-06-07 23:30", {}),  # Sunday; in Berlin it is Monday
    ("bob", "P2", "purchase", "2026-06-16 12:00", {"price": 50.0}),
    ("bob", "P2", "purchase", "2026-06-23 12:00", {"price": 50.0}),
    ("cy", "P1", "impression", "2026-06-02 08:00", {}),
    ("cy", "P1", "view", "2026-06-27 08:00", {}),
    ("dot", "P1", "search", "2026-06-28 20:00", {"query": " Red Shoes "}),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lives") / "shop"
    little_shop(folder, EVENTS)
    return Shop(folder)


def week(day):
    return date(2026, 6, day)


def test_states_of_life_week_by_week(shop):
    found = shop.looking.lives(EVERYONE)
    table = {(row.week, row.state): row.shoppers for row in found.itertuples() if row.shoppers}
    assert table == {
        (week(1), "new"): 2,
        (week(8), "returning"): 1, (week(8), "dormant"): 1,  # ann; bob
        (week(15), "resurrected"): 1, (week(15), "dormant"): 1,  # bob; ann
        (week(22), "new"): 2, (week(22), "returning"): 1, (week(22), "resurrected"): 1,  # cy, dot; bob; ann
    }  # fmt: skip
    assert len(found) == 16
    assert found["complete"].all()  # from a Monday to a Sunday


def test_weeks_are_those_of_the_shops_clocks_and_a_part_of_one_says_so(shop):
    write_version(shop.workspace, 2, EVENTS, zone="Europe/Berlin")
    found = Shop(shop.workspace.path, version=2).looking.lives(EVERYONE)
    assert {(r.week, r.state): r.shoppers for r in found.itertuples()}[week(8), "new"] == 1  # bob
    write_version(shop.workspace, 3, EVENTS[1:9])  # from Tuesday the 2nd to Tuesday the 23rd
    found = Shop(shop.workspace.path, version=3).looking.lives(EVERYONE)
    assert found.groupby("week")["complete"].all().to_dict() == {
        week(1): False, week(8): True, week(15): True, week(22): False,
    }  # fmt: skip


def test_who_came_back_and_which_cells_are_whole(shop):
    found = shop.looking.retention(EVERYONE)
    rows = [(r.cohort, r.size, r.later, r.shoppers) for r in found.itertuples()]
    assert rows == [(week(1), 2, 0, 2), (week(1), 2, 1, 1), (week(1), 2, 2, 1), (week(1), 2, 3, 2), (week(22), 2, 0, 2)]
    assert found["share"].tolist() == [1.0, 0.5, 0.5, 1.0, 1.0]
    bought = shop.looking.retention(EVERYONE, "purchase")
    assert [(r.cohort, r.later, r.shoppers) for r in bought.itertuples()] == [
        (week(8), 0, 1), (week(8), 1, 0), (week(8), 2, 0), (week(15), 0, 1), (week(15), 1, 1),
    ]  # fmt: skip


def test_who_came_back_is_pooled_over_whole_weeks_and_can_be_named(shop):
    found = shop.looking.retention(EVERYONE)
    table = [tuple(row) for row in pooled(found).itertuples(index=False)]
    # the two who began on 1 June, and the two of the 22nd, who have no later week yet
    assert table == [(0, 4, 4, 1.0), (1, 2, 1, 0.5), (2, 2, 1, 0.5), (3, 2, 2, 1.0)]
    found.loc[found["later"] == 3, "complete"] = False
    assert pooled(found)["later"].tolist() == [0, 1, 2]
    assert shop.looking.came_back(EVERYONE, "seen", 1, [week(1), week(22)]) == ["ann"]
    assert shop.looking.came_back(EVERYONE, "seen", 3, [week(1)]) == ["ann", "bob"]
    assert shop.looking.came_back(EVERYONE, "seen", 3, [week(22)]) == []
    assert shop.looking.came_back(EVERYONE, "purchase", 1, [week(8), week(15)]) == ["bob"]


def test_the_funnel_has_both_percentages(shop):
    own, other = shop.looking.funnel(EVERYONE, marks.bought_in(EVERYONE, week(22)))
    assert own.values.tolist() == [["view", 3, 1.0, 1.0], ["cart", 1, 1 / 3, 1 / 3], ["purchase", 1, 1 / 3, 1.0]]
    assert other["shoppers"].tolist() == [1, 0, 0]  # bob bought without a cart
    assert other["of_previous"].tolist() == [1.0, 0.0, 0.0]


def test_what_was_spent_week_by_week(shop):
    found = shop.looking.spent(EVERYONE)
    rows = [tuple(row) for row in found[["week", "shoppers", "orders", "spend", "value"]].itertuples(index=False)]
    assert rows == [(week(8), 1, 1, 140.0, 140.0), (week(15), 1, 1, 50.0, 50.0), (week(22), 1, 1, 50.0, 50.0)]
    assert found["spend_each"].tolist() == [35.0, 12.5, 12.5]  # of four shoppers, two of whom never bought
    assert found["orders_each"].tolist() == [0.25] * 3


def who(shop, tree):
    return shop.segments.members(tree)["user_id"].tolist()


def test_hours_are_those_of_the_shops_clocks(shop):
    found = shop.looking.hours(EVERYONE)
    assert found["events"].sum() == 10  # being shown something is no deed
    assert who(shop, marks.in_hour(EVERYONE, 7, 23)) == ["bob"]
    write_version(shop.workspace, 4, EVENTS, zone="Europe/Berlin")
    berlin = Shop(shop.workspace.path, version=4)
    assert who(berlin, marks.in_hour(EVERYONE, 1, 1)) == ["bob"]  # two hours ahead in summer
    write_version(shop.workspace, 5, [(*e[:3], e[3][:10], e[4]) for e in EVENTS])
    assert Shop(shop.workspace.path, version=5).looking.hours(EVERYONE).empty  # a log of days has no hours


def test_a_search_is_the_same_however_it_is_written(shop):
    assert who(shop, marks.searched(EVERYONE, "red shoes")) == ["dot"]
    assert who(shop, marks.searched(EVERYONE, "red")) == []


def test_buyers_move_between_two_days(shop):
    found = shop.looking.worth(EVERYONE, week(20), week(28))
    counted = {(r.recency, r.frequency): (r.shoppers, r.before) for r in found.cells.itertuples()}
    cells = {cell: many for cell, many in counted.items() if any(many)}
    # ann: last bought 20 days ago on one day, and 12 days before the 20th; bob: 5 days ago on two days, 4 days on one
    assert cells == {(1, 0): (1, 1), (0, 1): (1, 0), (0, 0): (0, 1)}
    money = {(r.recency, r.frequency): (r.spent, r.spent_before) for r in found.cells.itertuples()}
    assert {cell: some for cell, some in money.items() if any(some)} == {
        (1, 0): (140.0, 140.0), (0, 1): (100.0, 0.0), (0, 0): (0.0, 50.0)}  # fmt: skip
    moved = [tuple(row) for row in found.moved[["user_id", "way", "paid"]].itertuples(index=False)]
    assert moved == [("ann", "same", 0.0), ("bob", "up", 50.0)]
    later = shop.looking.worth(EVERYONE, week(10), week(28))
    assert dict(zip(later.moved["user_id"], later.moved["way"], strict=True)) == {"ann": "down", "bob": "first"}


def test_what_sets_searches_and_clicks_apart_needs_support_and_many_tests_widen_intervals(tmp_path):
    events = [(f"a{n}", "P1" if n < 38 else "P2", "click", "2026-06-01 10:00", {}) for n in range(40)]
    events += [(f"b{n}", "P1" if n < 4 else "P2", "click", "2026-06-01 10:00", {}) for n in range(40)]
    events += [("a0", "P3", "click", "2026-06-01 10:00", {}), ("a0", "P1", "purchase", "2026-06-02 10:00", {})]
    little_shop(tmp_path / "shop", events)
    shop = Shop(tmp_path / "shop")
    mine = shop.segments.keep_list("a", "\n".join(f"a{n}" for n in range(40)).encode())[0]
    found = shop.looking.apart(mine, "item")
    assert (found.event, found.first, found.second, found.tested) == ("click", 40, 40, 2)  # P3 is one shopper's
    top = found.rows.iloc[0]
    assert (top["what"], top["label"], top["have"], top["first"], top["second"]) == (
        "P1", "Trail shoes, red", 38, 0.95, 0.1,
    )  # fmt: skip
    assert top["kept"]
    assert found.rows.iloc[1]["effect"] < 0
    assert shop.looking.apart(mine, "search").tested == 0
    few = shop.segments.keep_list("few", b"a0\na1\n")[0]
    assert not shop.looking.apart(few, "item").rows["kept"].any()  # two shoppers make nothing sure


def test_groups_overlap(shop):
    groups = [pd.DataFrame({"user_id": ids}) for ids in (["ann", "bob", "cy"], ["bob", "cy"], ["cy", "dot"])]
    parts = doings.overlap(shop.reader, groups)
    assert dict(parts.itertuples(index=False)) == {1: 1, 3: 1, 7: 1, 4: 1}
    both, share = shared([3, 2, 2], parts)
    assert both == [[3, 2, 1], [2, 2, 1], [1, 1, 2]]
    assert share[0][1] == pytest.approx(2 / 3)
    assert share[1][2] == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(8))
def test_marks_find_whom_charts_count_and_a_slow_twin_counts_the_same(seed, tmp_path):
    draw = random.Random(seed)
    shop = some_shop(draw)
    reader = opened(shop, tmp_path)
    everyone = people(reader, None, ())
    looking = Looking(lambda: reader, lambda tree: cohorts.members(everyone, tree))

    def agree(tree, counted):
        found = cohorts.members(everyone, tree)["user_id"].tolist()
        assert found == [user for user in USERS if meets(shop, user, tree)]
        assert len(found) == counted, tree

    for row in looking.lives(EVERYONE).itertuples():
        agree(marks.life(EVERYONE, row.state, row.week), row.shoppers)
    for by in ("seen", "purchase"):
        found = looking.retention(EVERYONE, by)
        for row in found.itertuples():
            agree(marks.came_back(EVERYONE, by, row.cohort, row.later), row.shoppers)
        for row in pooled(found).itertuples():  # a list: all of its weeks together
            whole = found[found["complete"] & (found["later"] == row.later)]["cohort"].tolist()
            each = Group("any", tuple(marks.came_back(EVERYONE, by, cohort, row.later) for cohort in whole))
            agree(each, row.shoppers)
            assert looking.came_back(EVERYONE, by, row.later, whole) == (
                cohorts.members(everyone, each)["user_id"].tolist()
            )
    for row in looking.spent(EVERYONE).itertuples():
        agree(marks.bought_in(EVERYONE, row.week), row.shoppers)
    worth = looking.worth(EVERYONE, looking.last_day() - timedelta(days=4))
    for row in worth.cells.itertuples():
        agree(marks.worth(EVERYONE, row.recency, row.frequency, worth.now), row.shoppers)
        agree(marks.worth(EVERYONE, row.recency, row.frequency, worth.then), row.before)
    reader.close()


@pytest.mark.parametrize("seed", range(4))
def test_marks_of_steps_searches_items_and_overlaps_find_whom_charts_count(seed, tmp_path, monkeypatch):
    monkeypatch.setattr("core.looking.LEAST", 1)  # few shoppers: everything is judged
    draw = random.Random(300 + seed)
    users, items = [f"u{n}" for n in range(12)], ["P1", "P2", "P3"]
    kinds = ["view", "view", *(["click"] * (seed % 2)), "cart", "purchase", "search", "impression"]
    events = [(draw.choice(users), draw.choice(items), draw.choice(kinds), f"2026-06-{draw.randrange(1, 29):02d} 10:00",
               {"query": draw.choice(["red shoe", " Red SHOE ", "lamp", ""])}) for _ in range(60)]  # fmt: skip
    little_shop(tmp_path / "shop", events)
    shop, tree = Shop(tmp_path / "shop"), Group("all", (Listed("some", ids=tuple(users[:9])),))
    rows = [{"user_id": u, "item_id": i, "event_type": t, "ts": pd.Timestamp(at).to_pydatetime(), **more}
            for u, i, t, at, more in events]  # fmt: skip
    twin = SlowShop({}, rows, {item: {} for item in items})
    agreed = 0

    def agree(mark, counted):
        nonlocal agreed
        found = who(shop, mark)
        assert found == [user for user in sorted({e["user_id"] for e in rows}) if meets(twin, user, mark)], mark
        assert len(found) == counted, mark
        agreed += 1

    funnel = shop.looking.funnel(tree)[0]
    steps, many = funnel["step"].tolist(), funnel["shoppers"].tolist()
    for n in range(len(steps)):
        agree(marks.step(tree, steps[: n + 1]), many[n])
        if n:
            agree(marks.step(tree, steps[: n + 1], False), many[n - 1] - many[n])
    for row in shop.looking.apart(tree, "search").rows.itertuples():
        agree(marks.searched(tree, row.what), row.have)
    found = shop.looking.apart(tree, "item")
    assert found.event == ("click" if seed % 2 else "view")
    for row in found.rows.itertuples():
        agree(marks.acted_on(tree, found.event, row.what), row.have)
    groups = [marks.did(Deed("view")), marks.did(Deed("cart")), marks.searched(EVERYONE, "lamp"), tree]
    sizes, parts = shop.looking.overlap(groups)
    for row in parts.itertuples():
        agree(marks.exactly(groups, [bool(row.mask >> bit & 1) for bit in range(len(groups))]), row.shoppers)
    both, _ = shared(sizes, parts)
    for a, b in ((a, b) for a in range(len(groups)) for b in range(len(groups))):
        agree(marks.joined(groups[a], *([] if a == b else [groups[b]])), both[a][b])
    assert agreed >= 5 + 2 + 3 + 4 + 16


@pytest.mark.parametrize("seed", range(8))
def test_states_and_cohorts_are_what_plain_python_counts(seed, tmp_path):
    shop = some_shop(random.Random(100 + seed))
    reader = opened(shop, tmp_path)
    inside = pd.DataFrame({"user_id": USERS[:6]})
    active = {user: {monday(e["ts"]) for e in shop.events if e["user_id"] == user and e["event_type"] != "impression"}
              for user in USERS[:6]}  # fmt: skip
    states, came = Counter(), Counter()
    one = timedelta(days=7)
    for weeks in filter(None, active.values()):
        for when in weeks:
            before = {w for w in weeks if w < when}
            states[when, "new" if not before else "returning" if when - one in before else "resurrected"] += 1
            came[min(weeks), (when - min(weeks)).days // 7] += 1
            if when + one not in weeks and when + one <= shop.last.date():
                states[when + one, "dormant"] += 1
    found = lives.lives(reader, inside)
    assert {(r.week, r.state): r.shoppers for r in found.itertuples() if r.shoppers} == dict(states)
    found = lives.retention(reader, inside)
    assert {(r.cohort, r.later): r.shoppers for r in found.itertuples() if r.shoppers} == dict(came)
    reader.close()


def monday(moment):
    return moment.date() - timedelta(days=moment.weekday())


@pytest.mark.parametrize("seed", range(8))
def test_hours_spend_moves_and_searches_are_what_plain_python_counts(seed, tmp_path):
    draw = random.Random(200 + seed)
    shop = some_shop(draw)
    reader = opened(shop, tmp_path)
    inside = USERS[:6]
    mine = [event for event in shop.events if event["user_id"] in inside]
    looking = Looking(lambda: reader, lambda tree: pd.DataFrame({"user_id": inside}))
    reader_days(reader)
    everyone = people(reader, None, ())

    done = [e for e in mine if e["event_type"] != "impression"]
    hours = Counter((e["ts"].isoweekday(), e["ts"].hour) for e in done)
    assert {(r.weekday, r.hour): r.events for r in looking.hours(EVERYONE).itertuples()} == dict(hours)
    for r in looking.hours(EVERYONE).itertuples():
        who = {e["user_id"] for e in done if (e["ts"].isoweekday(), e["ts"].hour) == (r.weekday, r.hour)}
        tree = marks.in_hour(Listed("inside", ids=tuple(inside)), r.weekday, r.hour)
        assert cohorts.members(everyone, tree)["user_id"].tolist() == sorted(who) and r.shoppers == len(who)

    bought = [e for e in mine if e["event_type"] == "purchase"]
    orders = {(monday(e["ts"]), e["user_id"], e["ts"].date()) for e in bought}  # without visits, a day's
    found = looking.spent(EVERYONE)
    assert {r.week: r.orders for r in found.itertuples()} == dict(Counter(week for week, _, _ in orders))
    spend = Counter()
    for e in bought:
        pieces = 1.0 if e["quantity"] is None else e["quantity"]
        spend[monday(e["ts"])] += pieces * (cost(shop, e) or 0.0)
    assert {r.week: r.spend for r in found.itertuples()} == pytest.approx({w: spend[w] for w, _, _ in orders})

    then, now = shop.last.date() - timedelta(days=5), shop.last.date() - timedelta(days=1)
    expected = {}
    for user in inside:
        levels = [level({e["ts"].date() for e in bought if e["user_id"] == user}, day) for day in (then, now)]
        if levels[1] is not None:
            before, after = levels
            expected[user] = "first" if before is None else "up" if after > before else (
                "down" if after < before else "same")  # fmt: skip
    moved = looking.worth(EVERYONE, then, now).moved
    assert dict(zip(moved["user_id"], moved["way"], strict=True)) == expected
    paid = Counter()
    for e in bought:
        if then < e["ts"].date() <= now:
            paid[e["user_id"]] += (1.0 if e["quantity"] is None else e["quantity"]) * (cost(shop, e) or 0.0)
    assert moved["paid"].tolist() == pytest.approx([paid[user] for user in moved["user_id"]])

    table, event = doings.apart(reader, "search", pd.DataFrame({"user_id": inside[:3]}), None, 1)
    searched = {(e["user_id"], e["query"].strip().lower()) for e in shop.events
                if e["event_type"] == "search" and (e["query"] or "").strip()}  # fmt: skip
    assert {r.what: (r.have_first, r.have_second) for r in table.itertuples()} == {
        what: tuple(len({u for u, q in searched if q == what and (u in inside[:3]) is side}) for side in (True, False))
        for what in {q for _, q in searched}
    }  # fmt: skip
    if len(table):
        everybody = {u for u, _ in searched}
        assert (table["n_first"][0], table["n_second"][0]) == (
            len(everybody & set(inside[:3])), len(everybody - set(inside[:3])),
        )  # fmt: skip
    assert event == "search"
    reader.close()


def reader_days(reader):
    """Say that the log has hours, as an import would."""
    reader._connection.execute("CREATE TABLE day_counts AS SELECT true AS timed")


def level(days, day):
    """Bands of frequency less those of recency at the end of a day; None without a purchase by then."""
    days = {d for d in days if d <= day}
    if not days:
        return None
    ago, many = (day - max(days)).days, len(days)
    return sum(many >= least for least in (2, 3, 5)) - sum(ago >= low for low in (8, 31, 91))
