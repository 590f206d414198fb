"""The map: asked for, watched, coloured, drawn on, and what became of it when data or model have changed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core.conditions import Group, Listed
from core.map.records import Area, View
from pages._ui import map_chart
from tests.pages.fake_shop import COLUMNS

WHERE = '[["purchases",">=",3]]'
BOX = {"lasso": [], "box": [{"x": [0.0, 6.0], "y": [6.0, 0.0]}], "points": [{"customdata": "S00001"}]}


def said(app):
    return " ".join(e.value for kind in (app.markdown, app.caption, app.info) for e in kind).replace("\\", "")


def button(app, label):
    return next((b for b in app.button if b.label == label), None)


def opened(page, **more):
    app = page("segments", look="map", **more)
    assert not app.exception and not app.error
    return app


def drawn_by(monkeypatch, selection):
    """Let a person draw or click: AppTest has no mouse. Return how charts were drawn."""
    drawn = []

    def draw(figure, **more):
        drawn.append((figure.layout.dragmode, more["selection_mode"]))
        return SimpleNamespace(selection=selection)

    monkeypatch.setattr("streamlit.plotly_chart", draw)
    return drawn


def test_before_it_is_made_it_says_how_and_the_way_can_be_left(page, shop):
    shop.map.state = "none"
    app = opened(page)
    assert "No map is made yet" in said(app) and shop.map.asked == []
    button(app, "Make the map").click().run()
    assert "You may leave" in said(app) and button(app, "Make the map") is None
    button(app, "Cancel").click().run()
    assert shop.cancelled == ["m1"]


def test_a_map_of_other_data_is_not_shown_but_named(page, shop):
    shop.map.state = "earlier"
    app = opened(page)
    assert "version 3 of the data, by the model demo" in said(app) and button(app, "Make it anew") is not None
    assert shop.map.asked == []


def test_why_a_try_failed_is_said(page, shop):
    shop.map.state = "none"
    shop.job_list.append(replace(shop.map.start(), status="failed", error="A map needs 30 shoppers or more."))
    app = page("segments", look="map")
    assert "A map needs 30 shoppers or more" in app.error[0].value.replace("\\", "")
    assert button(app, "Make the map") is not None


def test_without_a_model_there_is_no_map(page, shop):
    shop.model_name = None
    app = opened(page)
    assert "No model" in said(app) and button(app, "Make the map") is None


def test_a_segment_stands_out_on_it_and_everyone_is_in_groups(page, shop):
    opened(page, where=WHERE)
    many = int((shop.people["purchases"] >= 3).sum())
    assert shop.map.asked == [(View(-6, 6, -6, 6), many)]
    opened(page)
    assert shop.map.asked[-1] == (View(-6, 6, -6, 6), None)


def test_its_colour_and_the_part_that_is_looked_at_are_in_the_address(page, shop):
    app = opened(page, by="spend", at="0,6,0,6")
    assert shop.map.asked == [(View(0, 6, 0, 6), "spend")]
    app.selectbox(key="map-by-").set_value("intent:buy").run()
    assert app.query_params["by"] in ("intent:buy", ["intent:buy"])
    button(app, "Show the whole map").click().run()
    assert shop.map.asked[-1] == (View(-6, 6, -6, 6), "intent:buy") and "at" not in app.query_params


@pytest.mark.parametrize("address", [{"by": "no such fact"}, {"at": "6,0,0,6"}, {"at": "x"}])
def test_what_cannot_be_read_in_an_address_counts_as_usual(address, page, shop):
    opened(page, **address)
    assert shop.map.asked == [(View(-6, 6, -6, 6), None)]


def test_who_is_in_what_was_drawn_becomes_a_segment_that_says_where_it_came_from(page, shop, monkeypatch):
    drawn_by(monkeypatch, BOX)
    app = opened(page, where=WHERE)
    inside = shop.map.inside(Area.drawn(BOX["box"], []))
    assert f"{len(inside)} shoppers are in the part that you chose" in said(app)
    assert "What sets them apart for sure: Purchases: more; Favourite category" in said(app)
    name = next(box for box in app.text_input if str(box.key).startswith("name-map-"))
    name.set_value("Drawn")
    next(b for b in app.button if b.label == "Save" and b.form_id.startswith("save-map-")).click().run()
    kept = shop.segments.kept["g1"]
    assert kept.name == "Drawn" and isinstance(kept.tree, Listed) and kept.tree.key == "+".join(inside)
    assert kept.description == "Chosen on the map of 2 June 2026: version 3 of the data, model demo."
    button(app, "Look closer here").click().run()
    assert shop.map.asked[-1][0] == View(0, 6, 0, 6)


def test_nothing_drawn_and_nobody_inside_are_said(page, shop, monkeypatch):
    drawn_by(monkeypatch, {"box": [{"x": [50.0, 60.0], "y": [50.0, 60.0]}], "lasso": [], "points": []})
    assert "Nobody is in the part that you chose" in said(opened(page))
    assert "Nobody is in this part" in said(opened(page, at="50,60,50,60"))


@pytest.mark.parametrize("clicked", ["S00007", ["S00007"]])  # alone or in a list of one, as plotly has it
def test_a_point_that_is_clicked_leads_to_its_shopper(clicked, page, monkeypatch):
    drawn = drawn_by(monkeypatch, {"box": [], "lasso": [], "points": [{"customdata": clicked}]})
    app = opened(page)
    app.button_group(key="map-tool").set_value("click").run()
    assert drawn == [("lasso", ("lasso", "box")), (False, "points")]  # no click is heard while one draws
    assert "user=S00007" in [link.proto.query_string for link in app.get("page_link")]
    assert "in the part that you chose" not in said(app)


def test_a_square_that_is_clicked_opens_as_those_in_it(page, shop, monkeypatch):
    shop.map.state = "many"
    square = shop.map.kept().whole.square(-3.0, -3.0)
    assert list(vars(square.around).values()) == pytest.approx([-3.125, -2.875] * 2)  # 12 across in 48 squares
    drawn_by(monkeypatch, {"box": [], "lasso": [], "points": [{"customdata": [-3.0, -3.0]}]})
    many = len(shop.map.inside(square))
    assert many > 1 and f"{many} shoppers are in the part that you chose" in said(opened(page))


def test_marks_of_the_map_carry_ids_or_middles_of_squares(shop):
    made = shop.map.kept()
    seen = shop.map.drawn(made.whole, "spend")
    (points,) = map_chart.figure(seen, made, COLUMNS, "spend", "lasso").data
    assert sorted(points.customdata) == sorted(shop.people["user_id"])
    shop.map.state = "many"
    seen = shop.map.drawn(made.whole, "spend")
    (squares,) = map_chart.figure(seen, made, COLUMNS, "spend", "lasso").data
    assert [x for x, _ in squares.customdata] == list(squares.x)
    assert [y for _, y in squares.customdata] == pytest.approx(squares.base + squares.y / 2)


def test_groups_are_explained_in_a_merchandisers_words(page):
    told = said(opened(page))
    assert "parts of the map where shoppers stand much closer together" in told and "HDBSCAN" not in told


def test_a_group_can_be_opened_without_a_mouse(page, shop):
    app = opened(page)
    box = app.selectbox(key="mark-map-groups")
    assert any("Group 2 – Purchases: more" in option for option in box.options)
    box.set_value(1).run()
    button(app, "Open as a segment").click().run()
    listed = shop.segments.read(app.query_params["where"])
    assert listed == Group("all", (Listed(listed.parts[0].name, "+".join(shop.map.members(1))),))


def test_a_fault_is_shown_in_its_place(page, shop):
    shop.map.broken = True
    app = page("segments", look="map")
    assert "This map cannot be read" in app.error[0].value.replace("\\", "") and not app.exception


@pytest.mark.parametrize("by", ["", "segment", "spend", "intent:buy", "top_category"])
@pytest.mark.parametrize("state", ["made", "many"])
def test_every_shopper_or_square_is_drawn_once_with_a_line_about_it(by, state, shop):
    shop.map.state = state
    made = shop.map.kept()
    asked = shop.people.head(50)[["user_id"]] if by == "segment" else by or None
    seen = shop.map.drawn(made.whole, asked, ["purchases"])
    drawn = map_chart.figure(seen, made, COLUMNS, by, "lasso")
    assert sum(len(trace.x) for trace in drawn.data) == len(seen.rows)
    lines = [line for trace in drawn.data for line in trace.hovertext]
    assert all(lines) and "<b>Shoes" not in "".join(lines)
    if by == "intent:buy":
        assert all("predicted" in line for line in lines)


def test_the_area_of_a_square_tells_how_many_it_stands_for(shop):
    shop.map.state = "many"
    made = shop.map.kept()
    seen = shop.map.drawn(made.whole, "spend")
    (trace,) = map_chart.figure(seen, made, COLUMNS, "spend", "lasso").data
    rows = seen.rows.sort_values("value", kind="stable")
    width = dict(zip(rows["shoppers"], trace.width, strict=True))
    assert (width[40] / width[10]) ** 2 == pytest.approx(4.0) and list(trace.width) == list(trace.y)
    assert trace.base[0] + trace.y[0] / 2 == pytest.approx(rows["y"].iloc[0])


def test_what_is_not_known_is_hollow(shop):
    made = shop.map.kept()
    seen = shop.map.drawn(made.whole, "spend")
    seen.rows.loc[seen.rows.index[:5], "value"] = float("nan")
    first, second = map_chart.figure(seen, made, COLUMNS, "spend", "lasso").data
    assert len(first.x) == 5 and first.marker.color == "rgba(0,0,0,0)" and len(second.x) == len(seen.rows) - 5
    assert all("not known" in line for line in first.hovertext)
