"""Candidates come from the sources that a person would name."""

from datetime import datetime

import pytest

from core.store import retrieval
from core.store.find import log_end
from tests.core.little_shop import EVENTS, little_shop

EARLY = [
    *((f"u{n}", item, "purchase", "2026-05-01 12:00", {"price": 9.0}) for n in range(4) for item in ("P3", "P4")),
    ("u1", "A1", "impression", "2026-05-02 12:00", {"slot": "articles", "position": 1, "impression_id": "i9"}),
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("retrieval") / "shop", [*EARLY, *EVENTS]).reader()


def found(reader, user, kinds=("product",), as_of=None, cap=200):
    frame = retrieval.candidates(reader, user, as_of or log_end(reader), kinds, cap)
    return {row.item_id: set(row.sources) for row in frame.itertuples()}


def test_sources_are_remembered(reader):
    ann = found(reader, "ann")
    assert {"repeat", "searched", "category", "brand"} <= ann["P1"]
    assert "searched" in ann["P2"]  # blue road shoes match "trail shoes" by one word
    assert "bought_with" in ann["P4"]  # four shoppers bought it with the lamp
    assert "repeat" not in ann["P4"]


def test_who_did_nothing_is_shown_what_is_popular_and_new(reader):
    dot = found(reader, "dot")
    assert set().union(*dot.values()) <= {"popular", "new", "other"}
    assert "new" in dot["P1"]
    assert "new" not in dot["P3"]  # as old as the log


def test_nothing_is_new_while_the_log_is(tmp_path):
    young = little_shop(tmp_path / "shop").reader()
    assert "new" not in set().union(*found(young, "dot").values())


def test_only_kinds_that_may_be_shown(reader):
    assert found(reader, "ann", kinds=("article",)) == {"A1": {"other"}}


def test_a_large_shelf_is_not_ranked_whole(reader, monkeypatch):
    monkeypatch.setattr(retrieval, "SHARE", 1)
    assert "other" not in set().union(*found(reader, "ann").values())


def test_nothing_after_the_moment_is_used(reader):
    before = datetime(2026, 6, 1, 10, 1)
    assert "repeat" not in found(reader, "ann", as_of=before).get("P1", set())


def test_the_cap_holds(reader):
    assert len(found(reader, "ann", cap=2)) == 2


def test_places_and_the_kinds_that_are_shown_there(reader):
    assert retrieval.places(reader) == {"articles": ["article"], "search": ["product"], "ad": ["ad"]}
    assert retrieval.kinds(reader) == ["product"]


def test_what_she_did_lately_weighs_by_what_and_when(tmp_path):
    events = [
        ("ann", "P1", "purchase", "2026-06-01 12:00", {"price": 9.0}),
        ("ann", "P1", "return", "2026-06-02 12:00", {}),
        ("ann", "P2", "cart", "2026-06-15 12:00", {}),
        ("ann", "P3", "view", "2026-06-15 12:00", {}),
        ("ann", "P3", "click", "2026-06-15 12:00", {}),
        ("ann", "P4", "impression", "2026-06-15 12:00", {}),
        ("ann", "P4", "view", "2026-06-16 12:00", {}),
    ]
    reader = little_shop(tmp_path / "shop", events).reader()
    found = retrieval.lately(reader, "ann", datetime(2026, 6, 15, 12, 0, 0))
    assert found["item_id"].tolist() == ["P1"]
    assert found["weight"].tolist() == pytest.approx([1.5])  # 14 days after a purchase
    found = retrieval.lately(reader, "ann", datetime(2026, 6, 29, 12)).set_index("item_id")["weight"]
    assert found.to_dict() == pytest.approx({"P1": 0.75, "P2": 1.0, "P3": 1.0, "P4": 0.5 ** (13 / 14)})
    assert retrieval.lately(reader, "dot", datetime(2026, 6, 29)).empty


def test_what_is_near_in_meaning_is_a_source_like_the_others(reader):
    near = [("P4", 0.9), ("A1", 0.8), ("P1", 0.1)]
    frame = retrieval.candidates(reader, "dot", log_end(reader), ["product"], similar=near)
    sources = {row.item_id: set(row.sources) for row in frame.itertuples()}
    assert {item for item, some in sources.items() if "similar" in some} == {"P1", "P4"}


def test_what_nobody_has_met_gets_its_chance_where_it_fits_her(tmp_path):
    events = [("ann", "P3", "view", "2026-06-01 12:00", {}), ("bob", "P1", "view", "2026-06-01 12:00", {})]
    reader = little_shop(tmp_path / "shop", events).reader()
    ann = found(reader, "ann", as_of=datetime(2026, 6, 2, 12))
    assert "unseen" in ann["P4"]  # of the lamp's brand
    assert "unseen" not in ann["P2"] | ann["P1"] | ann["P3"]
    assert "unseen" not in set().union(*found(reader, "dot", as_of=datetime(2026, 6, 2, 12)).values())
    assert "unseen" not in found(reader, "ann")["P3"]  # she met it herself on this very day


def test_what_is_bought_again_and_again_is_due_when_it_is_time(tmp_path):
    days = [f"2026-05-{day} 12:00" for day in ("01", "11", "21")]  # every ten days; the tent once alone
    events = [*(("ann", "P3", "purchase", day, {}) for day in days), ("ann", "P4", "purchase", days[0], {})]
    reader = little_shop(tmp_path / "shop", events).reader()
    due = {day: [item for item, some in found(reader, "ann", as_of=datetime(2026, 6, day)).items() if "due" in some]
           for day in (1, 11)}  # fmt: skip
    assert due == {1: ["P3"], 11: []}  # 11 days after the last one, and 21: by then she gets it elsewhere
    assert "due" not in found(reader, "ann", as_of=datetime(2026, 5, 27))["P3"]  # 6 days after
    assert "due" in found(reader, "ann", as_of=datetime(2026, 5, 28))["P3"]
