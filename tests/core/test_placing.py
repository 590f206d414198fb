"""Shoppers are parted by segments or facts, answers are remembered, and what is missing is said."""

from dataclasses import replace

import pytest

from core.advice import Ask
from core.answers import plain
from core.conditions import Group, Listed
from core.errors import InputError, ModelError
from core.placing import Placing
from core.service import Shop
from tests.core.ad_log import ad_shop
from tests.core.fake_scorer import FakeScorer

ASK = Ask("banner", judge="counted")


@pytest.fixture
def shop(tmp_path):
    return Shop(ad_shop(tmp_path / "shop").path)


def placing(shop, scorer=None, folder=None, made="1"):
    return Placing(lambda: shop.reader, lambda: shop.segments, lambda: scorer, lambda: folder, lambda: made)


def saved(shop, name, *users):
    return shop.segments.save(Group("all", (Listed(name, "", users),)), name).id


def many(found):
    return dict(zip(found.segments["segment"], found.segments["everyone"], strict=True))


def test_a_shopper_counts_in_the_first_segment_that_she_is_in(shop):
    first, second = saved(shop, "A", "ann", "cy"), saved(shop, "B", "ann", "bob", "test")
    assert many(placing(shop).advise(replace(ASK, segments=(first, second)))) == {"A": 2, "B": 1, "Everyone else": 1}
    assert many(placing(shop).advise(replace(ASK, segments=(second, first)))) == {"B": 2, "A": 1, "Everyone else": 1}


def test_without_segments_everyone_is_one(shop):
    assert many(shop.placing.advise(ASK)) == {"Everyone": 4}  # not the test account


def test_shoppers_are_parted_by_a_fact(shop):
    found = many(shop.placing.advise(replace(ASK, by="age_band")))
    assert found == {"25-34": 2, "35-49": 1, "Everyone else": 1}


def test_an_answer_is_remembered_until_a_segment_changes(shop, monkeypatch):
    asked = []
    monkeypatch.setattr("core.placing.slots.advise", lambda *given: asked.append(given[4]) or len(asked))
    one = saved(shop, "A", "ann")
    here, ask = placing(shop), replace(ASK, segments=(one,))
    assert here.advise(ask) == here.advise(ask) == 1
    shop.segments.change(one, "Mia", tree=Group("all", (Listed("A", "", ("bob",)),)))
    assert here.advise(ask) == 2
    assert here.advise(replace(ask, days=2)) == 3


def test_what_to_feature_is_asked_of_a_segment_or_of_everyone(shop):
    here = placing(shop, FakeScorer({"P1": 0.4}))
    assert (here.feature().segment, here.feature().shoppers) == ("Everyone", 4)
    assert (here.feature(saved(shop, "A", "ann")).segment, here.feature().sampled) == ("A", 4)


def test_what_to_feature_is_kept_and_found_again_without_a_model(shop, tmp_path):
    one, scorer = saved(shop, "A", "ann", "bob"), FakeScorer({"P1": 0.4})
    assert placing(shop, None, tmp_path).featured(one) is None
    found = placing(shop, scorer, tmp_path).feature(one, 2)
    asked = len(scorer.asked)
    again = placing(shop, None, tmp_path).featured(one, 2)
    assert (plain(again), len(scorer.asked)) == (plain(found), asked)
    assert len(placing(shop, None, tmp_path).featured(one, 1).together) == 1
    assert plain(placing(shop, scorer, tmp_path).feature(one, 2)) == plain(found)
    assert len(scorer.asked) == asked
    assert placing(shop, None, tmp_path, made="2").featured(one) is None  # another model
    shop.segments.change(one, "Mia", tree=Group("all", (Listed("A", "", ("bob",)),)))
    assert placing(shop, None, tmp_path).featured(one) is None


def test_what_was_kept_and_is_damaged_is_worked_out_again(shop, tmp_path):
    here = placing(shop, FakeScorer({"P1": 0.4}), tmp_path)
    here.feature()
    (file,) = tmp_path.glob("featured-*.json")
    file.write_text('{"segment": "Everyone"}')
    assert here.featured() is None
    assert here.feature().shoppers == 4
    assert here.featured() is not None


def test_what_cannot_be_asked_is_refused(shop):
    with pytest.raises(ModelError, match="needs a model"):
        shop.placing.feature()
    with pytest.raises(InputError, match="At least one item"):
        shop.placing.feature(k=0)
    with pytest.raises(InputError, match="not by both"):
        shop.placing.advise(replace(ASK, segments=("x",), by="age_band"))
    with pytest.raises(InputError, match="no fact or tag 'mood'"):
        shop.placing.advise(replace(ASK, by="mood"))
    with pytest.raises(InputError, match="8 segments at most, not for 9"):
        shop.placing.advise(replace(ASK, segments=tuple("abcdefghi")))
    with pytest.raises(InputError):
        shop.placing.feature("gone")
