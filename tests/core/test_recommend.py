"""Candidates are ranked by their chance, and say where they were found and why."""

import pytest

from core.errors import InputError
from core.recommend import recommend
from core.store.find import log_end
from tests.core.fake_scorer import FakeScorer, fake_explain_many
from tests.core.little_shop import little_shop

CHANCES = {"P1": 0.1, "P2": 0.4, "P3": 0.3, "P4": 0.2, "A1": 0.9, "D1": 0.8}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return little_shop(tmp_path_factory.mktemp("recommend") / "shop").reader()


@pytest.fixture
def scorer():
    return FakeScorer(CHANCES)


def ids(items):
    return [item.item_id for item in items]


def test_the_likeliest_products_come_first(reader, scorer):
    items = recommend(reader, scorer, "ann", log_end(reader), k=3)
    assert ids(items) == ["P2", "P3", "P4"]
    best = items[0]
    assert (best.title, best.brand, best.kind, best.p_click) == ("Road shoes, blue", "Norvale", "product", 0.4)
    assert "brand" in best.sources
    assert best.reason == ""


def test_one_moment_and_one_shopper_are_asked_about(reader, scorer):
    recommend(reader, scorer, "ann", log_end(reader))
    (asked,) = scorer.asked
    assert set(asked["user_id"]) == {"ann"}
    assert set(asked["as_of"]) == {log_end(reader)}
    assert "slot" not in asked


def test_a_place_decides_what_is_shown(reader, scorer):
    assert ids(recommend(reader, scorer, "ann", log_end(reader), slot="articles")) == ["A1"]
    assert set(scorer.asked[0]["slot"]) == {"articles"}
    assert ids(recommend(reader, scorer, "ann", log_end(reader), slot="ad")) == ["D1"]


def test_a_place_that_the_log_does_not_name_is_refused(reader, scorer):
    with pytest.raises(InputError, match="no place 'moon'.*It names: .*search"):
        recommend(reader, scorer, "ann", log_end(reader), slot="moon")


def test_a_search_ranks_what_matches(reader, scorer):
    assert ids(recommend(reader, scorer, "dot", log_end(reader), query=" shoes ")) == ["P2", "P1"]
    assert recommend(reader, scorer, "dot", log_end(reader), query="submarine") == []


def test_reasons_are_given_on_request(reader, scorer, monkeypatch):
    monkeypatch.setattr("core.explain.explain_many", fake_explain_many)
    items = recommend(reader, scorer, "ann", log_end(reader), k=2, explain=True)
    assert [item.reason for item in items] == ["Because of ann and P2.", "Because of ann and P3."]


def test_no_items_is_no_question(reader, scorer):
    with pytest.raises(InputError, match="At least one"):
        recommend(reader, scorer, "ann", log_end(reader), k=0)
