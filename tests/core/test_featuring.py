"""What to feature for a segment: coverage by hand, and a segment of ``tests.core.ad_log``."""

import json
import math

import numpy as np
import pytest

from core.advice import Weighed
from core.answers import plain
from core.errors import InputError, TooLittleData
from core.featuring import covered, greedy, weighed
from tests.core.ad_log import ad_shop
from tests.core.fake_scorer import FakeScorer

#: Two shoppers like the first two items, one the third.
TASTES = np.array([[0.9, 0.8, 0.0], [0.9, 0.8, 0.0], [0.0, 0.0, 0.5]])


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return ad_shop(tmp_path_factory.mktemp("featuring") / "shop").reader()


def test_the_second_item_is_for_those_whom_the_first_leaves_out():
    # left after the first: 0.1 0.1 1. The second would add 0.16, the third 0.5
    assert greedy(TASTES, 2) == [0, 2]
    assert greedy(TASTES, 9) == [0, 2, 1]


def test_reach_is_the_chance_of_at_least_one_click():
    assert covered(TASTES, [0, 1]) == pytest.approx([0.98, 0.98, 0])  # 1 - 0.1 * 0.2
    assert covered(TASTES, [0, 2]) == pytest.approx([0.9, 0.9, 0.5])
    assert covered(TASTES, []) == pytest.approx([0, 0, 0])


def test_items_of_a_segment_by_the_clicks_to_expect(reader):
    # ann and bob clicked no product; P1 and P4 were bought there, P3 elsewhere
    found = weighed(reader, FakeScorer({"P3": 0.3, "P4": 0.2, "P1": 0.1}), ["ann", "bob"], "Shoes").shown(2)
    assert found.items["item_id"].tolist() == ["P3", "P4", "P1"]
    assert found.items["clicks"].tolist() == pytest.approx([0.6, 0.4, 0.2])
    assert found.items["low"].tolist() == pytest.approx([0.3, 0.2, 0.1])  # both were asked
    assert found.items["source"].tolist() == ["popular", "popular there", "popular there"]
    assert found.items["there"].tolist() == [0, 1, 1]
    assert (found.shoppers, found.sampled, found.judged_on) == (2, 2, 2)
    assert found.together["item_id"].tolist() == ["P3", "P4"]
    assert found.together["reach"].tolist() == pytest.approx([0.3, 0.44])  # 1 - 0.7 * 0.8
    assert found.together["gain"].tolist() == pytest.approx([0.3, 0.14])
    assert found.popular["item_id"].tolist() == ["P1", "P4"]
    assert found.reach_popular.value == pytest.approx(0.28)  # 1 - 0.9 * 0.8
    assert found.ahead.value == pytest.approx(0.16)
    assert any("judged on those they were chosen for" in note for note in found.notes)


def test_one_reading_answers_for_any_number_of_items_and_survives_being_kept(reader):
    whole = weighed(reader, FakeScorer({"P3": 0.3, "P4": 0.2, "P1": 0.1}), ["ann", "bob"], "Shoes")
    again = Weighed.read(json.loads(json.dumps(plain(whole))))
    for k, reach in ((1, 0.3), (2, 0.44), (3, 0.496), (9, 0.496)):  # 1 - 0.7 * 0.8 * 0.9; no more than three are there
        for found in (whole.shown(k), again.shown(k)):
            assert (found.reach.value, len(found.together)) == (pytest.approx(reach), min(k, 3))
    assert plain(again) == plain(whole)
    assert again.items["buyers"].dtype == float


def test_buyers_are_clickers_of_whom_some_bought(tmp_path):
    events = [
        ("ann", "P1", "click", "2026-06-01 10:00", {}), ("ann", "P1", "purchase", "2026-06-02 10:00", {"price": 9.0}),
        ("bob", "P2", "click", "2026-06-01 10:00", {}),
    ]  # fmt: skip
    reader = ad_shop(tmp_path / "shop", events).reader()
    found = weighed(reader, FakeScorer({"P1": 0.5, "P2": 0.2}), ["ann", "bob"], "All")
    # one of two clickers bought: P1 (1 + 20 * 0.5) / 21, P2 (0 + 20 * 0.5) / 21, times 1.0 and 0.4 clicks
    assert found.items["buyers"].tolist() == pytest.approx([11 / 21, 0.4 * 10 / 21])


def test_a_log_of_purchases_alone_says_what_chances_are(tmp_path):
    events = [("ann", "P1", "purchase", "2026-06-02 10:00", {"price": 9.0})]
    found = weighed(ad_shop(tmp_path / "shop", events).reader(), FakeScorer(), ["ann"], "Buyers")
    assert math.isnan(found.items["buyers"][0])
    assert any("no clicks" in note for note in found.notes)


def test_half_of_a_sample_judges_what_the_other_half_chose(reader):
    users = [f"u{n}" for n in range(60)]
    found = weighed(reader, FakeScorer({"P3": 0.3}), users, "Many", most=40).shown(1)
    assert (found.shoppers, found.sampled, found.judged_on) == (60, 40, 20)
    assert not any("judged on those" in note for note in found.notes)


def test_nobody_and_nothing_are_refused(reader, tmp_path):
    with pytest.raises(TooLittleData, match="Nobody is in the segment 'Ghosts'"):
        weighed(reader, FakeScorer(), [], "Ghosts")
    with pytest.raises(InputError, match="At least one shopper"):
        weighed(reader, FakeScorer(), ["ann"], "Shoes", most=0)
    searches = [("ann", None, "search", "2026-06-02 10:00", {"query": "shoes"})]
    with pytest.raises(TooLittleData, match="nothing to weigh"):
        weighed(ad_shop(tmp_path / "shop", searches).reader(), FakeScorer(), ["ann"], "Shoes")
