"""What a shopper did, visit by visit, and what was shown to her and left alone."""

from datetime import datetime

import pytest

from core.store import find
from core.store.timeline import timeline
from tests.core.little_shop import little_shop, write_version

DAY, NEXT = "2026-06-01 ", "2026-06-02 "
EVE = [
    ("eve", "P1", "impression", DAY + "10:00", {"session_id": "s1", "slot": "home", "position": 2}),
    ("eve", "P2", "impression", DAY + "10:00", {"session_id": "s1", "slot": "home", "position": 1}),
    ("eve", "P3", "impression", DAY + "10:00", {"session_id": "s1", "slot": "home", "position": 3}),
    ("eve", "P3", "view", DAY + "10:03", {"session_id": "s1"}),
    ("eve", "D1", "impression", DAY + "10:04", {"session_id": "s1", "slot": "ad"}),
    ("eve", "P4", "impression", DAY + "15:00", {"session_id": "s2", "impression_id": "i1"}),
    ("eve", "P1", "impression", DAY + "15:01", {"session_id": "s2", "impression_id": "i2"}),
    ("eve", "P1", "click", DAY + "15:01", {"session_id": "s3", "impression_id": "i2"}),
    ("eve", "P2", "impression", NEXT + "12:00", {}),
    ("eve", "P4", "view", NEXT + "12:25", {}),
    ("eve", "P4", "purchase", NEXT + "12:40", {"price": 180.0, "quantity": 2}),
    ("eve", "P1", "purchase", NEXT + "12:40", {}),
    ("eve", "P3", "cart", NEXT + "13:11", {}),
    ("eve", "P1", "impression", NEXT + "20:00", {}),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("timeline") / "shop").reader()


@pytest.fixture(scope="module")
def eve(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("eve") / "shop", EVE).reader()


def test_the_timeline_is_what_was_done_newest_first(reader):
    line = timeline(reader, "ann", find.log_end(reader)).events
    assert line["event_type"].tolist()[:3] == ["return", "purchase", "purchase"]
    assert "impression" not in set(line["event_type"])
    detail = dict(zip(line["event_type"], line["detail"], strict=True))
    assert (detail["view"], detail["click"], detail["search"]) == ("for 42 seconds", "in search", "Trail shoes")
    before = timeline(reader, "ann", datetime(2026, 6, 1, 10, 2))
    assert before.events["event_type"].tolist() == ["search"]  # it alone lies before
    assert before.shown["item_ids"].map(list).tolist() == [["P1", "P2"]]  # the click had not come yet


def test_estimated_dwell_says_so(tmp_path):
    looks = [("ann", "P1", "view", f"2026-06-01 10:0{n}", {}) for n in range(2)]
    reader = little_shop(tmp_path / "shop", looks).reader()
    line = timeline(reader, "ann", find.log_end(reader)).events
    assert line["detail"].fillna("").tolist() == ["", "for some 60 seconds (estimated)"]


def test_events_stand_by_visit_and_each_visit_says_what_it_came_to(eve):
    found = timeline(eve, "eve", find.log_end(eve))
    visits = found.visits.assign(began=found.visits["began"].dt.strftime("%d %H:%M"),
                                 ended=found.visits["ended"].dt.strftime("%H:%M"))
    # 13:11 is 31 minutes after the purchases; P4 twice at 180, and P1 once at the catalogue's 100
    assert visits.drop(columns="visit").fillna(0).values.tolist() == [
        ["02 13:11", "13:11", 0, 1, 0, 0], ["02 12:25", "12:40", 1, 0, 3, 460],
        ["01 15:01", "15:01", 1, 0, 0, 0], ["01 10:03", "10:03", 1, 0, 0, 0],
    ]  # fmt: skip
    assert found.events.groupby("visit", sort=False).size().tolist() == [1, 3, 1, 1]
    assert found.events["visit"].drop_duplicates().tolist() == found.visits["visit"].tolist()


def test_what_was_shown_and_left_alone_is_told_by_list(eve):
    found = timeline(eve, "eve", find.log_end(eve))
    began = dict(zip(found.visits["visit"], found.visits["began"], strict=True))
    told = [
        (f"{began[row.visit]:%d %H:%M}" if row.visit in began else "", f"{row.ts:%d %H:%M}", row.slot, row.item_ids)
        for row in found.shown.fillna({"slot": ""}).itertuples()
    ]
    assert [(visit, ts, slot, list(items)) for visit, ts, slot, items in told] == [
        ("", "02 20:00", "", ["P1"]),  # hours from anything done: of its day
        ("02 12:25", "02 12:00", "", ["P2"]),  # shown 25 minutes before the visit begins
        ("", "01 15:00", "", ["P4"]),  # a visit in which nothing was done; from its other list P1 was clicked
        ("01 10:03", "01 10:04", "ad", ["D1"]),
        ("01 10:03", "01 10:00", "home", ["P2", "P1"]),  # in their places; P3 was viewed
    ]  # fmt: skip
    assert found.shown["titles"].iloc[-1].tolist() == ["Road shoes, blue", "Trail shoes, red"]


def test_there_is_more_than_the_newest(eve):
    found = timeline(eve, "eve", find.log_end(eve), limit=2)
    assert found.events["event_type"].tolist() == ["cart", "purchase"]
    assert (len(found.visits), len(found.shown), found.everything) == (2, 2, 6)
    assert found.visits["bought"].tolist() == [0, 3]  # of the whole visit
    nobody = timeline(eve, "nobody", find.log_end(eve))
    assert (len(nobody.events), len(nobody.visits), len(nobody.shown), nobody.everything) == (0, 0, 0, 0)


def test_times_are_those_of_the_shops_clocks(tmp_path):
    workspace = little_shop(tmp_path / "shop")
    write_version(workspace, 2, EVE, zone="Asia/Tokyo")
    reader = workspace.reader()
    found = timeline(reader, "eve", find.log_end(reader))
    assert f"{found.events['ts'].iloc[-1]:%d %H:%M}" == "01 19:03"
    assert f"{found.shown['ts'].iloc[0]:%d %H:%M}" == "03 05:00"
