"""Who is in a segment: rows are ticked, or chosen in the list beside, to open one shopper or find more like some."""

from __future__ import annotations

import pytest

from core.conditions import Group, Listed
from core.records import Condition
from tests.pages.test_every_page import said
from tests.pages.test_segments import button, headline, tree, widget

WHERE = '[["purchases",">=",3]]'


@pytest.fixture
def members(shop):
    """Return the ids of the segment in the order of the table."""
    return shop.segments.table(Group("all", (Condition("purchases", ">=", 3),)), [])["user_id"].tolist()


def tick(app, *rows):
    table = next(one for one in app.dataframe if (one.key or "").startswith("table-"))
    app.session_state[table.key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return app.run()


def links(app):
    return [link.proto.query_string for link in app.get("page_link") if link.proto.query_string.startswith("user=")]


def test_one_ticked_row_opens_that_shopper(page, members):
    app = page("segments", where=WHERE)
    assert links(app) == []
    assert links(tick(app, 1)) == [f"user={members[1]}"]


def test_a_shopper_is_opened_from_the_list_beside_the_table_too(page, members):
    app = page("segments", where=WHERE)
    chosen = widget(app, "multiselect", "chosen-")
    assert chosen.label == "Open a shopper, or find more like some"
    assert chosen.options == members
    chosen.select(members[2]).run()
    assert links(app) == [f"user={members[2]}"]
    assert f"More like {members[2]}" in said(app)


def test_who_was_chosen_in_the_list_stays_when_rows_are_ticked_and_unticked(page, members):
    app = page("segments", where=WHERE)
    widget(app, "multiselect", "chosen-").select(members[2]).run()
    for rows, chosen in (((0,), [0, 2]), ((0, 1), [0, 1, 2]), ((), [2])):
        app = tick(app, *rows)
        assert widget(app, "multiselect", "chosen-").value == [members[row] for row in chosen]


def test_more_like_those_that_are_ticked_open_as_a_segment(page, shop, members):
    app = tick(page("segments", where=WHERE), 0, 2)
    assert "More like these 2" in said(app)
    assert links(app) == []  # which of the two?
    app.number_input(key="alike-many").set_value(3).run()
    others = [f"S{n:05d}" for n in range(1, 6) if f"S{n:05d}" not in (members[0], members[2])][:3]
    next(b for b in app.button if (b.key or "").startswith("open-alike-facts-3")).click().run()
    name = f"3 like {members[0]}, {members[2]}"
    assert tree(shop, app) == Group("all", (Listed(name, "+".join(others)),))
    assert "3 of 400 shoppers" in headline(app)


def test_more_like_these_by_what_is_predicted_is_saved_and_says_so(page, shop, members):
    app = tick(page("segments", where=WHERE), 0, 1, 2, 3)
    app.button_group(key="alike-segment-by").set_value("tags").run()
    form = next(one for one in app.text_input if (one.key or "").startswith("name-alike-tags-50-"))
    assert form.value == f"50 like {', '.join(members[:3])} …"
    form.set_value("Alike")
    button(app, "Save").click().run()
    (one,) = shop.segments.all()
    assert (one.name, one.description) == ("Alike", "By what is predicted, on version 3 of the data.")


def test_more_like_these_is_listed(page, members):
    app = tick(page("segments", where=WHERE), 0)
    app.number_input(key="alike-many").set_value(2).run()
    widget(app, "toggle", "list-alike-facts-2").set_value(True).run()
    shown = app.dataframe[-1].value["user_id"].tolist()
    assert shown == [f"S{n:05d}" for n in range(1, 4) if f"S{n:05d}" != members[0]][:2]


def test_without_predictions_there_is_but_one_way_to_be_alike(page, shop):
    shop.ready = 0.0
    app = tick(page("segments", where=WHERE), 0)
    assert app.button_group(key="alike-segment-by").options == ["By what they did"]
