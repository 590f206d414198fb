"""The start page shows what is saved: how big it is, what changed, and links that show what was seen."""

from __future__ import annotations

from core.conditions import Group
from core.records import Condition
from tests.pages.test_every_page import said
from tests.pages.test_known import links

KEEN = Group("all", (Condition("purchases", ">=", 3),))


def test_with_nothing_saved_it_leads_to_where_segments_are_made(page):
    app = page("overview")
    assert "Nothing is saved yet" in said(app)
    assert "Build a segment" in [link.proto.label for link in app.get("page_link")]


def test_a_segment_stands_there_with_its_size_and_who_came_and_went(page, shop):
    one = shop.segments.save(KEEN, "Keen <i>", owner="Mia")
    app = page("overview")
    (link,) = links(app, "segment=")
    assert link.query_string.startswith(f"segment={one.id}&where=")
    many = shop.segments.count(KEEN)[0]
    assert f"**{many} shoppers** :gray-badge[:material/trending_up: +23]" in [m.value for m in app.markdown]
    assert "Since version 2 of the data 35 came in and 12 went out · by Mia" in said(app)
    assert said(app).count("As of 2 June 2026") == 1  # below the title, for all of the page


def test_a_frozen_one_does_not_change_and_the_first_data_has_nothing_before(page, shop):
    shop.segments.save(KEEN, "Still", frozen=True)
    shop.segments.save(KEEN, "Moving")
    shop.board.since = None
    app = page("overview")
    assert "Frozen on version 3 of the data" in said(app)
    assert "there is no earlier version to compare with" in said(app)
    assert "trending" not in said(app)


def test_who_stayed_the_same_is_said(page, shop):
    shop.segments.save(KEEN, "Moving")
    shop.board.joined = shop.board.left = 0
    assert "The same shoppers as on version 2" in said(page("overview"))


def test_what_cannot_be_counted_says_why(page, shop):
    shop.segments.save(KEEN, "Moving")
    shop.board.why = "This shop has no fact or tag 'intent:buy'."
    app = page("overview")
    assert "It cannot be counted now" in said(app)
    assert not app.error


def test_a_link_shows_what_was_seen_and_one_that_cannot_says_why(page, shop):
    key = shop.segments.share(KEEN, None, "", [], "Leo")
    app = page("overview")
    (link,) = links(app, "view=")
    assert (link.query_string, link.label) == (f"view={key}", "Purchases at least 3")
    assert "Seen by Leo on 2 June 2026, with version 3 of the data, model demo." in said(app)
    shop.board.gone = "This link shows version 3 of the data, which is no longer kept."
    app = page("overview")
    assert links(app, "view=") == []
    assert "no longer kept" in said(app)


def test_an_archived_segment_does_not_stand_there(page, shop):
    one = shop.segments.save(KEEN, "Old")
    shop.segments.change(one.id, "", archived=True)
    assert "Nothing is saved yet" in said(page("overview"))
