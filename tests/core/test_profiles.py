"""Profiles are kept whole, and count only for the model and the version that they were made of."""

from datetime import datetime

import pytest

from core import profiles
from core.errors import Cancelled
from core.store.workspace import Workspace
from tests.core.fake_scorer import FakeScorer

NOW = datetime(2026, 6, 4)


def test_every_shopper_gets_every_tag_whatever_the_chunks(monkeypatch):
    users = ["ann", "bob", "cy"]
    monkeypatch.setattr(profiles, "CHUNK", 2)
    found = profiles.compute(FakeScorer(), users, NOW)
    assert found["user_id"].tolist() == users
    assert list(found.columns) == ["user_id", "intent:buy", "interest:Shoes"]
    assert found["intent:buy"].tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 2])  # ranks begin anew in the second chunk


def test_nobody_has_no_rows():
    assert profiles.compute(FakeScorer(), [], NOW).columns.tolist() == ["user_id", "intent:buy", "interest:Shoes"]


def test_profiles_of_another_model_or_version_do_not_count(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    assert profiles.ready(workspace, "demo", 1, "monday") is None
    path = profiles.keep(workspace, "demo", 1, "monday", profiles.compute(FakeScorer(), ["ann"], NOW))
    assert profiles.ready(workspace, "demo", 1, "monday") == path
    assert profiles.ready(workspace, "demo", 1, "tuesday") is None  # trained again under the same name
    assert profiles.ready(workspace, "demo", 2, "monday") is None
    path.write_bytes(b"not parquet")
    assert profiles.ready(workspace, "demo", 1, "monday") is None


def test_a_person_may_stop_it():
    def stop(share, message):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        profiles.compute(FakeScorer(), ["ann"], NOW, stop)
