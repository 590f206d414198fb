"""What may stand on an item's page, in the tiny shop: shoe1 was bought with sock1 by three shoppers."""

from datetime import datetime

import pytest

from core.errors import UnknownItem
from core.search.item_page import item_page, together
from core.search.searcher import Searcher
from core.store.importer import import_files
from core.store.workspace import Workspace
from tests.tiny_shop import AS_OF, ITEMS, write_files


class Near:
    """Finds the hiking boot near to any item."""

    def near_item(self, item_id, most, kinds=None):
        return [("boot1", 0.8)] if kinds == ["product"] else []


@pytest.fixture(scope="module")
def page(tiny_reader):
    searcher = Searcher(tiny_reader)

    def go(item, as_of=AS_OF, **more):
        return item_page(searcher, item, as_of, **more)

    return go


def said(items):
    return [(item.item_id, item.why) for item in items]


def test_similar_items_and_why(page):
    found = page("shoe1")
    assert (found.item.title, found.item.price, found.as_of) == ("Red running shoe", 45.0, AS_OF)
    assert said(found.similar)[0] == ("shoe2", "Same category and brand; both say “running”, “shoe”")
    assert "shoe1" not in [item.item_id for item in found.similar]
    assert {item.kind for item in found.similar} == {"product"}


def test_what_is_near_in_meaning_is_fused_in_and_called_so(page):
    # boot1 is second by words (it is among shoes) and first by meaning: 1/62 + 1/61
    assert said(page("shoe1", meaning=Near()).similar)[0] == ("boot1", "Near in meaning")


def test_what_goes_with_it_names_the_shoppers_behind_it(page):
    # Four baskets; the shoe in four, the socks in three, both in three: 3 · 4 / (4 · 3) = 1.
    (socks,) = page("shoe1").goes_with
    assert (socks.item_id, socks.shoppers, socks.lift, socks.why) == ("sock1", 3, 1.0, "Bought together by 3 shoppers")
    assert page("mug1").goes_with == []


def test_nothing_of_the_day_itself_or_later_is_used(page):
    assert page("shoe1", datetime(2026, 1, 7, 23)).goes_with == []  # the third pair is of that day
    assert [item.item_id for item in page("shoe1", datetime(2026, 1, 8)).goes_with] == ["sock1"]


def test_articles_about_it(page):
    assert said(page("shoe1").about) == [("guide1", "Says “shoe”")]
    assert page("mug1").about == []


def test_videos_are_told_beside_articles_and_their_own_page_shows_products(tmp_path):
    events, items, users = write_files(tmp_path)
    items.write_text(ITEMS + "clip1,Lacing a running shoe,,,,clip,\n", encoding="utf-8")
    workspace = Workspace.create(tmp_path / "shop")
    import_files(workspace, [events], items, users)
    searcher = Searcher(workspace.reader())
    assert said(item_page(searcher, "shoe1", AS_OF).about) == [
        ("clip1", "Says “running”, “shoe”"), ("guide1", "Says “shoe”")]
    own = item_page(searcher, "clip1", AS_OF)
    assert (own.item.kind, own.item.title) == ("video", "Lacing a running shoe")
    assert {item for item, _ in said(own.about)} == {"shoe1", "shoe2"}


def test_the_page_of_an_article_shows_products(page):
    found = page("guide1")
    assert found.similar == []
    assert {item for item, _ in said(found.about)} == {"shoe1", "shoe2"}


def test_at_most_as_many_as_are_wanted(page):
    assert len(page("shoe1", k=1).similar) == 1


def test_an_unknown_item(page):
    with pytest.raises(UnknownItem, match="No item"):
        page("nothing")


def test_how_often_is_said_only_where_it_is_more_than_chance():
    assert together(31, 4.234) == "Bought together by 31 shoppers, 4.2 times as often as by chance"
    assert together(1, 1.0) == "Bought together by 1 shopper"
