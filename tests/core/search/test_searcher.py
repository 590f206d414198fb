"""Searches in a small shop: what is found, in which order, and what moves for whom."""

import pytest

from core.errors import InputError
from core.search.personal import Person
from core.search.searcher import Searcher
from core.store.find import log_end
from tests.core.fake_scorer import FakeScorer
from tests.core.little_shop import little_shop


class Near:
    """Finds the tent, then the trail shoes, near to anything."""

    def near_words(self, text, most, kinds=None):
        return [("P4", 0.9), ("P1", 0.5), ("gone", 0.4)]

    def near_item(self, item_id, most, kinds=None):
        raise AssertionError("a search asks for words")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    return Searcher(little_shop(tmp_path_factory.mktemp("search") / "shop").reader())


@pytest.fixture(scope="module")
def find(searcher):
    def go(text, k=10, **more):
        return searcher.find(text, log_end(searcher.reader), k, **more)

    return go


def ids(hits):
    return [hit.item_id for hit in hits]


def test_what_has_the_words_comes_first_then_what_is_popular(find):
    assert ids(find("shoes").hits) == ["P1", "P2"]  # alike in words; P1 was bought and clicked, P2 bought
    found = find("blue shoes")
    assert (ids(found.hits), found.matching) == (["P2", "P1"], 1)
    best = found.hits[0]
    assert (best.title, best.brand, best.price, best.found_by, best.place) == (
        "Road shoes, blue", "Norvale", 45.0, ["words"], 1)  # fmt: skip
    assert found.hits == found.plain
    assert [part.label for part in found.parts] == ["blue", "Shoes"]


def test_prices_are_those_of_the_moment(find, searcher):
    assert ids(find("shoes under 45").hits) == ["P2"]  # for 40 and for 50 the day before
    early = searcher.find("shoes under 45", searcher.reader.rows("SELECT min(ts) FROM events")[0][0])
    assert early.notes == [
        "Nothing that matches costs up to 45, so other prices are shown. The cheapest is 50.00."]  # fmt: skip


def test_bounds_that_leave_nothing_are_let_go_of(find):
    found = find("trail shoes under 60")
    assert ids(found.hits) == ["P1"]
    assert found.notes == ["Nothing that matches costs up to 60, so other prices are shown. The cheapest is 100.00."]
    assert find("tamsin shoes").notes == ["Nothing of Tamsin matches, so other brands are shown."]


def test_other_brands_follow_where_one_has_few(find):
    found = find("norvale trail shoes", k=1)
    assert (ids(found.hits), found.notes) == (["P1"], [])
    found = find("tamsin camping")  # the lamp has the word, the tent has not
    assert ids(found.hits) == ["P3", "P4"]
    assert found.notes == ["Only 1 item of Tamsin could be found, so other brands follow."]
    assert ids(find("norvale blue").hits) == ["P2", "P1"]


def test_names_without_words(find):
    assert ids(find("tamsin", k=2).hits) == ["P3", "P4"]  # its text is shorter
    assert find("under 30").hits[0].found_by == ["popular"]
    assert ids(find("under 30").hits) == ["P3"]


def test_other_kinds_have_to_be_asked_for(find):
    assert "D1" not in ids(find("sale shoes").hits)
    assert ids(find("how to choose a tent").hits) == ["A1"]
    assert ids(find("ads shoes").hits) == ["D1"]


def test_a_word_that_nobody_wrote(find):
    found = find("campign lamp")
    assert found.notes == ["No item has “campign”, so “camping” was searched for."]
    assert ids(found.hits) == ["P3"]
    nothing = find("submarine under 5")
    assert (nothing.hits, nothing.notes, nothing.matching) == ([], ["No item has “submarine”."], 0)
    near = find("submarine shoes")
    assert (ids(near.hits), near.notes, near.matching) == (["P1", "P2"], ["No item has “submarine”."], 0)


def test_words_and_meaning_are_fused(find):
    found = find("camping", meaning=Near())
    # the lamp is first by its word: 1/61; the tent first by meaning: 1/61; of equals, words come first
    assert ids(found.hits) == ["P3", "P4", "P1"]
    assert [hit.found_by for hit in found.hits] == [["words"], ["meaning"], ["meaning"]]
    assert ids(find("tent camping", meaning=Near()).hits)[0] == "P4"  # 1/62 + 1/61


def test_meaning_keeps_to_the_bounds(find):
    assert ids(find("camping under 150", meaning=Near()).hits) == ["P3", "P1"]


def test_what_only_meaning_finds_is_called_so(find):
    found = find("submarine", meaning=Near())
    assert ids(found.hits) == ["P4", "P1"]
    assert found.notes[-1] == "What is near in meaning is shown."


def test_for_a_shopper_the_likelier_comes_first(find):
    scorer = FakeScorer({"P1": 0.1, "P2": 0.4})
    found = find("shoes", person=Person("ann", scorer, "demo"))
    assert [(hit.item_id, hit.plain, hit.place, hit.moved, hit.p_click) for hit in found.hits] == [
        ("P2", 2, 1, 1, 0.4), ("P1", 1, 2, -1, 0.1)]  # fmt: skip
    assert ids(found.plain) == ["P1", "P2"]
    assert (found.user_id, found.model) == ("ann", "demo")
    assert set(scorer.asked[0]["slot"]) == {"search"}
    assert set(scorer.asked[0]["user_id"]) == {"ann"}


def test_what_has_the_words_stays_before_what_she_likes(find):
    found = find("blue shoes", person=Person("ann", FakeScorer({"P1": 0.9, "P2": 0.1})))
    assert [(hit.item_id, hit.p_click, hit.moved) for hit in found.hits] == [("P2", 0.1, 0), ("P1", 0.9, 0)]


def test_she_has_just_searched_for_it(find):
    scorer = FakeScorer()
    find("Trail shoes under 60", person=Person("ann", scorer))
    before = [{"event_type": "view", "query": None, "count": 1},
              {"event_type": "search", "query": "trail shoes", "count": 2}]  # fmt: skip
    events, fits = scorer.altered[0](before, ["fits"])
    assert [(row["event_type"], row["query"], row["count"]) for row in events] == [
        ("search", "trail shoes", 3), ("view", None, 1)]  # fmt: skip
    assert events[0]["age_seconds"] == 0
    assert fits == ["fits"]
    find("under 60", person=Person("ann", scorer))
    assert scorer.altered[1] is None  # a price alone is no search


def test_nothing_found_is_not_ranked(find):
    scorer = FakeScorer()
    assert find("submarine", person=Person("ann", scorer)).hits == []
    assert scorer.asked == []


def test_as_many_as_are_wanted(find):
    assert len(find("shoes", k=1).hits) == 1
    with pytest.raises(InputError, match="At least one"):
        find("shoes", k=0)
    with pytest.raises(InputError, match="Nothing is asked for"):
        find("  ")
