"""Samples are the same each time, and nothing is scored twice."""

import math

import numpy as np
import pytest

from core.chances import average, chances, sample
from tests.core.fake_scorer import FakeScorer

NOW = "2026-06-04"


def asked(scorer):
    return [list(zip(one["user_id"], one["item_id"], strict=True)) for one in scorer.asked]


def test_a_sample_is_the_same_in_any_order_and_grows_by_adding():
    ids = [f"u{n}" for n in range(50)]
    few, more = sample(ids, 5), sample(ids[::-1] + ids, 10)
    assert few == more[:5]
    assert len(set(more)) == 10
    assert more != ids[:10]
    assert sorted(sample(ids[:3], 10)) == ids[:3]


def test_chances_stand_where_they_belong():
    scorer = FakeScorer({"a": 0.1, "b": 0.2})
    assert chances(scorer, ["u1", "u2"], ["b", "a"], NOW).tolist() == [[0.2, 0.1], [0.2, 0.1]]
    assert "slot" not in scorer.asked[0]


def test_what_is_known_is_not_scored_again(tmp_path):
    scorer = FakeScorer({"a": 0.1, "b": 0.2, "c": 0.3})
    chances(scorer, ["u1", "u2"], ["a", "b"], NOW, "ad", tmp_path)
    assert set(scorer.asked[0]["slot"]) == {"ad"}
    found = chances(scorer, ["u2", "u3"], ["b", "c"], NOW, "ad", tmp_path)
    assert found.tolist() == [[0.2, 0.3], [0.2, 0.3]]
    assert asked(scorer)[1] == [("u2", "c"), ("u3", "b"), ("u3", "c")]
    chances(scorer, ["u1"], ["a"], NOW, "ad", tmp_path)
    assert len(scorer.asked) == 2
    chances(scorer, ["u1"], ["a"], NOW, "home", tmp_path)  # another place
    scorer.model.info.created = "later"  # another model of the same name
    chances(scorer, ["u1"], ["a"], NOW, "ad", tmp_path)
    assert len(scorer.asked) == 4


def test_a_run_that_is_broken_off_keeps_what_it_had(tmp_path, monkeypatch):
    monkeypatch.setattr("core.chances.CHUNK", 1)
    scorer = FakeScorer({"a": 0.1})

    def stop(fraction, message):
        if message.startswith("2 of"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chances(scorer, ["u1", "u2", "u3"], ["a"], NOW, None, tmp_path, stop)
    chances(scorer, ["u1", "u2", "u3"], ["a"], NOW, None, tmp_path)
    assert [pairs[0][0] for pairs in asked(scorer)] == ["u1", "u2", "u3"]


def test_a_damaged_file_is_made_again(tmp_path):
    scorer = FakeScorer({"a": 0.1})
    chances(scorer, ["u1"], ["a"], NOW, None, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"no parquet")
    assert chances(scorer, ["u1"], ["a"], NOW, None, tmp_path).tolist() == [[0.1]]


def test_a_sample_of_everyone_leaves_no_doubt():
    values = np.array([0.2, 0.4])
    assert average(values, 2).low == average(values, 2).high == pytest.approx(0.3)
    # half of four: 1.959964 * 0.141421 * sqrt((1 - 2 / 4) / 2) = 0.138590
    found = average(values, 4)
    assert (found.value, found.high) == pytest.approx((0.3, 0.438590))
    assert math.isnan(average(values[:1], 4).low)
