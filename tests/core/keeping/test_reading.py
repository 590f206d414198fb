"""What can be read from predictions, of made-up shoppers."""

import numpy as np
import pandas as pd
import pytest

from core.keeping import reading
from core.keeping.records import BAD, GOOD, UNKNOWN


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SHUFFLES", 12)
    monkeypatch.setattr(reading, "DRAWS", 60)


def told(count: int = 240, members: int | None = None) -> pd.DataFrame:
    members = count // 2 if members is None else members
    return pd.DataFrame({"gender": ["female"] * members + ["male"] * (count - members)})


def test_a_tag_that_is_a_proxy_is_found() -> None:
    rng = np.random.default_rng(0)
    answers = told()
    hidden = (answers["gender"] == "female") * 0.4
    predictions = pd.DataFrame({"toys": 0.2 + hidden + rng.normal(0, 0.1, 240), "noise": rng.normal(size=240)})
    (found,) = reading.readable(predictions, answers, "tags")  # of two values one is asked: it tells the other
    assert (found.value, found.shoppers, found.members, found.level) == ("female", 240, 120, BAD)
    assert found.auc is not None and found.low is not None and found.by_chance is not None
    assert found.auc > 0.95 and found.low > found.by_chance
    assert "can be read well from its tags" in found.said


def test_noise_tells_nothing() -> None:
    rng = np.random.default_rng(1)
    predictions = pd.DataFrame(rng.normal(size=(240, 12)))
    (found,) = reading.readable(predictions, told(), "scores")
    assert found.level == GOOD and found.auc is not None and 0.35 < found.auc < 0.62
    assert "can hardly be read from its chances of clicks" in found.said


def test_a_small_group_is_not_judged() -> None:
    predictions = pd.DataFrame({"toys": np.linspace(0, 1, 240)})
    (found,) = reading.readable(predictions, told(members=29), "tags")
    assert (found.auc, found.level) == (None, UNKNOWN)
    assert found.said.startswith("“gender: female”: too few to say; 29 of 240")


def test_those_who_did_not_tell_are_left_out_and_more_than_two_groups_are_asked_singly() -> None:
    answers = pd.DataFrame({"age": ["young"] * 40 + ["mid"] * 40 + ["old"] * 40 + [None] * 60})
    predictions = pd.DataFrame({"x": np.r_[np.linspace(0, 1, 120), np.full(60, 9.0)]})
    found = list(reading.readable(predictions, answers, "tags"))
    assert [row.value for row in found] == ["mid", "old", "young"]
    assert {row.shoppers for row in found} == {120}
    # A line through one number tells both ends from the rest, and cannot tell the middle.
    assert [row.level for row in found] == [GOOD, BAD, BAD]
