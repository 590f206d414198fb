"""What shoppers have to do with, counted by hand on the little shop."""

import pytest

from core.store import things
from tests.core.little_shop import EVENTS, little_shop

REVIEW = ("ann", "P1", "review", "2026-06-03 12:00", {"text": " Lovely shoes. "})


@pytest.fixture
def reader(tmp_path):
    return little_shop(tmp_path / "shop", [*EVENTS, REVIEW]).reader()


def test_deeds_weigh_as_elsewhere_and_repeats_by_their_root(reader):
    found = things.things(reader, ["ann"]).set_index("thing")
    assert found["deed"].to_dict() == {
        "P1": "purchase", "P3": "purchase", "trail shoes": "search", "lovely shoes.": "review"}
    # P1: click 1, view 1, cart 2, purchase 3; P3: two purchases; what was sent back or merely shown does not count
    weights = {"P1": 7**0.5, "P3": 6**0.5, "trail shoes": 1, "lovely shoes.": 1}
    assert found["weight"].to_dict() == pytest.approx(weights)
    assert found.loc["P3", "ts"].isoformat() == "2026-06-03T23:30:00"


def test_who_was_only_shown_things_has_none(reader):
    assert things.things(reader, ["cy", "dot", "nobody"]).empty
    assert set(things.things(reader, ["bob", "cy"])["user_id"]) == {"bob"}


def test_all_that_was_said_is_there_once(reader):
    assert things.all_said(reader) == ["lovely shoes.", "trail shoes"]
