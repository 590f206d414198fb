"""What is saved stands on the start page: who came and went since the data before, and links with what they show."""

import json
from dataclasses import replace

import pytest

from core import trees
from core.conditions import EVERYONE, Condition, Group
from core.saved import Movement
from core.service import Shop
from core.store import versions
from core.store.saved import Saved
from tests.core.little_shop import EVENTS, little_shop, write_version

BUYERS = trees.read(json.dumps({"v": 1, "all": [{"did": "purchase"}]}))
CLICKED = [("cy", "P1", "purchase", "2026-06-03 23:50", {"price": 100.0})]


@pytest.fixture
def shop(tmp_path):
    return Shop(little_shop(tmp_path / "shop").path)


def later(shop):
    """Return the shop after an import in which cy bought, and ann's log is gone."""
    write_version(shop.workspace, 2, [event for event in EVENTS if event[0] != "ann"] + CLICKED)
    return Shop(shop.workspace.path)


def test_the_first_data_has_nothing_before(shop):
    shop.segments.save(BUYERS, "Buyers")
    (standing,) = shop.board.segments()
    assert (standing.shoppers, standing.since, standing.joined, standing.left, standing.why) == (2, None, 0, 0, "")


def test_who_came_and_went_since_the_version_before_of_those_that_follow_the_data(shop):
    shop.segments.save(BUYERS, "Still", frozen=True)
    shop.segments.save(BUYERS, "Moving")
    moving, still = later(shop).board.segments()
    assert (moving.segment.name, moving.shoppers, moving.since, moving.joined, moving.left) == ("Moving", 2, 1, 1, 1)
    assert (still.segment.name, still.shoppers, still.since) == ("Still", 2, None)


def test_who_came_and_went_since_the_version_before_is_known_by_name(shop):
    made, still = shop.segments.save(BUYERS, "Moving"), shop.segments.save(BUYERS, "Still", frozen=True)
    assert shop.board.moved(made) is None  # there is no version before
    after = later(shop)
    assert after.board.moved(made) == (1, Movement(("cy",), ("ann",), 1))
    assert after.board.moved(still) is None


def test_archived_ones_are_left_out_and_those_changed_last_come_first(shop):
    first, old = shop.segments.save(BUYERS, "First"), shop.segments.save(BUYERS, "Old")
    shop.segments.save(EVERYONE, "Second")
    shop.segments.change(old.id, "", archived=True)
    shop.segments.change(first.id, "", description="for spring")
    assert [one.segment.name for one in shop.board.segments()] == ["First", "Second"]


def test_one_that_cannot_be_counted_says_why_and_hides_no_other(shop):
    made = shop.segments.save(EVERYONE, "Keen")
    shop.segments.save(BUYERS, "Buyers")
    tagged = replace(shop.segments.get(made.id), tree=Group("all", (Condition("intent:buy", ">=", 0.5),)))
    Saved(shop.workspace.state_file).put(tagged, shop.segments.history(made.id)[0])
    found = {one.segment.name: one for one in shop.board.segments()}
    assert found["Buyers"].shoppers == 2
    assert found["Keen"].shoppers is None
    assert "no fact or tag 'intent:buy'" in found["Keen"].why


def test_a_version_that_cannot_be_asked_is_not_compared_with(shop):
    shop.segments.save(BUYERS, "Moving")
    after = later(shop)
    versions.remove(shop.workspace.version_file(1))
    assert versions.before(shop.workspace, 2) is None
    assert after.board.segments()[0].since is None


def test_links_are_told_of_with_whether_they_can_still_be_shown(shop):
    key = shop.segments.share(BUYERS, None, "", ["purchases"], "Mia")
    shop.segments.written(Group("all", tuple(Condition("spend", ">=", float(n)) for n in range(99))))  # no link of hers
    (link,) = shop.board.links()
    assert (link.key, link.view.tree, link.view.who, link.why) == (key, BUYERS, "Mia", "")
    later(shop)
    versions.remove(shop.workspace.version_file(1))
    (gone,) = Shop(shop.workspace.path).board.links()
    assert "version 1 of the data, which is no longer kept" in gone.why
