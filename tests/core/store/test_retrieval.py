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


def found(reader, user, query=None, kinds=("product",), as_of=None, cap=200):
    frame = retrieval.candidates(reader, user, as_of or log_end(reader), kinds, query, cap)
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


def test_a_search_narrows_to_what_matches_best(reader):
    assert set(found(reader, "dot", "shoes")) == {"P1", "P2"}
    assert set(found(reader, "dot", "Blue shoe")) == {"P2"}
    assert set(found(reader, "dot", "norvale")) == {"P1", "P2"}
    assert found(reader, "dot", "submarine") == {}
    assert "search" in found(reader, "ann", "shoes")["P1"]


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
