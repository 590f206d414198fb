"""Saved segments on the page: their history with who came and went, the archive, and lists that are brought."""

from __future__ import annotations

import pytest

from core.conditions import Group, Listed
from core.records import Condition
from tests.pages.test_every_page import said
from tests.pages.test_segments import button, headline, tree, widget

KEEN = Group("all", (Condition("purchases", ">=", 3),))
KEENER = Group("all", (Condition("purchases", ">=", 5),))


@pytest.fixture
def saved(shop):
    """Return a segment that Mia saved and Leo changed."""
    one = shop.segments.save(KEEN, "Keen", owner="Mia")
    return shop.segments.change(one.id, "Leo", tree=KEENER)


def history(page, one):
    app = page("segments", segment=one.id)
    app.session_state["history"] = True
    return app.run()


def test_history_is_not_asked_for_before_it_is_opened(page, shop, saved, monkeypatch):
    monkeypatch.setattr(shop.segments, "history", lambda id: pytest.fail("nobody opened it"))
    assert not page("segments", segment=saved.id).exception


def test_history_says_who_changed_what_and_who_was_in_it_then(page, shop, saved):
    app = history(page, saved)
    keen, keener = (shop.segments.count(tree)[0] for tree in (KEEN, KEENER))
    lines = [m.value for m in app.markdown if "on version 3 of the data" in m.value]
    assert [line.partition("** ")[2] for line in lines] == [
        f"Changed by Leo · {keener} shoppers on version 3 of the data",
        f"Saved by Mia · {keen} shoppers on version 3 of the data",
    ]  # fmt: skip
    captions = [c.value for c in app.caption]
    assert "Before: **Purchases** at least 3" in captions and "After: **Purchases** at least 5" in captions


def test_history_says_who_came_and_went_and_shows_them(page, shop, saved):
    app = history(page, saved)
    assert said(app).count("Since then 2 came in, 1 went out, 12 stayed.") == 2
    assert "Since version 2 of the data 1 came in, 1 went out, 12 stayed." in said(app)
    app.button(key="came-1").click().run()
    assert tree(shop, app) == Group("all", (Listed("Keen: who came in", "S00001+S00002"),))
    assert "2 of 400 shoppers" in headline(app)
    assert "segment" not in app.query_params


def test_who_went_out_since_the_data_before_is_shown_by_name(page, shop, saved):
    app = history(page, saved)
    app.button(key="went-data").click().run()
    assert tree(shop, app) == Group("all", (Listed("Keen: who went out", "S00005"),))
    assert app.dataframe[0].value["user_id"].tolist() == ["S00005"]


def test_the_first_data_has_nothing_before(page, shop, saved):
    shop.board.since = None
    assert "Since version" not in said(history(page, saved))


def test_a_segment_is_archived_and_taken_out(page, shop, saved):
    app = page("segments", segment=saved.id)
    button(app, "Archive").click().run()
    assert shop.segments.get(saved.id).archived
    assert any("Keen" in m.value and ", archived" in m.value for m in app.markdown)
    other = page("segments")
    assert not [b for b in other.button if b.label == "Keen"]
    other.toggle(key="archived").set_value(True).run()
    other.button(key=f"open-{saved.id}").click().run()
    button(other, "Take out of the archive").click().run()
    assert not shop.segments.get(saved.id).archived
    assert [b.key for b in page("segments").button if b.label == "Keen"] == [f"open-{saved.id}"]


def uploaded(page, content):
    app = page("segments")
    button(app, "Add a condition").click().run()
    widget(app, "selectbox", "column-").select("list:").run()
    assert "400 of 400 shoppers" in headline(app)  # nothing is brought yet
    app.file_uploader[0].upload("vip.csv", content, "text/csv").run()
    return app


def test_a_list_is_brought_as_a_file(page, shop):
    app = uploaded(page, b"S00001\nS00002\nS00003\n")
    assert "3 shoppers of this shop are in vip.csv." in said(app).replace("\\", "")
    assert tree(shop, app) == Group("all", (Listed("vip.csv", "S00001+S00002+S00003"),))
    app.run()
    assert "3 of 400 shoppers" in headline(app)
    assert widget(app, "text_input", "list-").value == "vip.csv"


def test_a_file_of_strangers_is_refused_and_asks_nothing(page, shop):
    app = uploaded(page, b"nobody\n")
    assert "No column of this file holds ids" in app.error[0].value
    assert "400 of 400 shoppers" in headline(app)
