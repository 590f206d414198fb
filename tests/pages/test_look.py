"""A closer look at a segment: opened on demand, and every mark becomes a segment or a list of shoppers."""

from __future__ import annotations

import json
from datetime import date, timedelta
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from core import marks
from core.conditions import Group, InSegment, Listed
from core.language import speaking
from core.records import Condition
from pages._ui import beside, charts, look_marks

WHERE = '[["purchases",">=",3]]'
TREE = Group("all", (Condition("purchases", ">=", 3),))
PANELS = {
    "did": {"funnel", "searches", "items"}, "when": {"hours", "weeks"}, "back": {"retention-seen", "lives"},
    "value": {"worth", "moved"},
}  # fmt: skip


def button(app, label):
    return next(b for b in app.button if b.label == label)


def choose(app, key, begins):
    box = app.selectbox(key=f"mark-{key}")
    number = next(n for n, option in enumerate(box.options) if option.startswith(begins))
    box.set_value(number).run()
    assert not app.exception


def charts_of(app):
    """Charts by what is said of them to who cannot see them."""
    return {chart.proto.alt: json.loads(chart.proto.spec) for chart in app.get("plotly_chart")}


def against_best(page, shop, panel):
    """Open a panel with the segment held against a saved one; its figures are those of others."""
    best = shop.segments.save(Group("all", (Condition("purchases", ">=", 6),)), "the Best")
    shop.looking.others = [best.tree]
    app = page("segments", where=WHERE, look=panel)
    app.selectbox(key="against").select(best.id).run()
    assert not app.exception and not app.error
    return app, charts_of(app)


def names(chart):
    """What stands in a legend."""
    shown = [trace for trace in chart["data"] if trace.get("showlegend", True) and chart["layout"].get("showlegend")]
    return [trace.get("name", "trace") for trace in shown]


def offered(app):
    """Charts below which marks can be chosen."""
    return {box.key.removeprefix("mark-") for box in app.selectbox if (box.key or "").startswith("mark-")}


def tree(shop, app):
    return shop.segments.read(app.query_params["where"])


def said(app):
    return " ".join(e.value for kind in (app.markdown, app.caption) for e in kind)


def test_nothing_is_counted_before_it_is_opened(page, shop):
    app = page("segments", where=WHERE)
    assert shop.looking.asked == []
    app.button_group(key="look").set_value("back").run()
    assert set(shop.looking.asked) == {"retention", "lives"}
    assert app.query_params["look"] == ["back"] or app.query_params["look"] == "back"


@pytest.mark.parametrize("panel", PANELS)
def test_a_link_opens_a_panel_and_each_chart_has_marks(panel, page):
    app = page("segments", where=WHERE, look=panel)
    assert not app.exception
    assert not app.error
    assert offered(app) == PANELS[panel] | {"differences"}


@pytest.mark.parametrize(
    ("panel", "key", "begins", "expected"),
    [
        ("did", "funnel", "Filled a cart:", marks.step(TREE, ["view", "cart"])),
        ("did", "funnel", "Filled a cart, went no further", marks.step(TREE, ["view", "cart", "purchase"], False)),
        ("did", "items", "Clicked", marks.acted_on(TREE, "click", "<b>lamp</b>")),
        ("did", "searches", "Searched for “<b>lamp", marks.searched(TREE, "<b>lamp</b>")),
        ("when", "hours", "Sunday, 23:00", marks.in_hour(TREE, 7, 23)),
        ("when", "weeks", "Bought in the week of 18 May", marks.bought_in(TREE, date(2026, 5, 18))),
        ("back", "retention-seen", "Began in the week of 11 May 2026, came back 1 week later",
         marks.came_back(TREE, "seen", date(2026, 5, 11), 1)),
        ("back", "lives", "Dormant in the week of 18 May", marks.life(TREE, "dormant", date(2026, 5, 18))),
        ("value", "worth", "Last bought 0 to 7 days ago, on 2 days", marks.worth(TREE, 0, 1, date(2026, 6, 2))),
        ("value", "moved", "Moved down", Listed("Moved down", "S00002")),
    ],
)  # fmt: skip
def test_a_mark_opens_as_a_segment_in_the_builder(panel, key, begins, expected, page, shop):
    app = page("segments", where=WHERE, look=panel)
    choose(app, key, begins)
    button(app, "Open as a segment").click().run()
    assert not app.exception
    assert tree(shop, app) == (expected if isinstance(expected, Group) else Group("all", (expected,)))


def test_a_mark_is_saved_and_its_shoppers_are_listed(page, shop):
    app = page("segments", where=WHERE, look="back")
    choose(app, "lives", "New in the week of 18 May")
    next(t for t in app.text_input if t.value.startswith("New in the week")).set_value("New in May")
    button(app, "Save").click().run()
    (one,) = shop.segments.all()
    assert (one.name, one.tree) == ("New in May", marks.life(TREE, "new", date(2026, 5, 18)))
    next(t for t in app.toggle if t.label == "List the shoppers").set_value(True).run()
    listed = next(table.value for table in app.dataframe if (table.key or "").startswith("table-lives-"))
    assert listed["user_id"].tolist() == shop.segments.table(one.tree, [], 200)["user_id"].tolist() != []


def test_a_row_of_an_opened_list_leads_to_the_shopper_and_a_list_that_is_cut_says_so(page, shop, monkeypatch):
    monkeypatch.setattr(look_marks, "_LISTED", 100)
    app = page("segments", where=WHERE)
    choose(app, "differences", "Money spent at least 189")
    next(t for t in app.toggle if t.label == "List the shoppers").set_value(True).run()
    assert "The first 100; open them as a segment to see all." in said(app)
    second = app.dataframe[0].value["user_id"].iloc[1]
    assert len(app.dataframe[0].value) == 100
    box = next(box for box in app.selectbox if box.label == "Open a shopper")
    box.set_value(box.options[2]).run()
    assert f"user={box.options[2]}" in [link.proto.query_string for link in app.get("page_link")]
    ticked = SimpleNamespace(selection=SimpleNamespace(rows=[1]))  # AppTest has no mouse
    monkeypatch.setattr("streamlit.dataframe", lambda table, **more: ticked)
    app.run()
    links = [(link.proto.label.replace("\\", ""), link.proto.query_string) for link in app.get("page_link")]
    assert (f"Open shopper {second}", f"user={second}") in links


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        # of those who bought three times or more 297.5 was spent on average, of the others 80.8; 189.2 is the middle
        ("Money spent at least 189", Condition("spend", ">=", 189.0)),
        ("Will buy at least 45", Condition("intent:buy", ">=", 0.45)),  # the model's own threshold
    ],
)
def test_a_difference_opens_as_those_of_the_segment_who_have_it(begins, expected, page, shop):
    app = page("segments", where=WHERE)
    choose(app, "differences", begins)
    has = marks.joined(TREE, expected)
    assert f"{shop.segments.count(has)[0]} shoppers" in said(app)  # counted once it is chosen
    app.button_group(key="look").set_value("back").run()
    assert app.selectbox(key="mark-differences").value is not None  # another question is no other segment
    app.button(key="make-link").click().run()
    again = page("segments", view="v1").selectbox(key="mark-differences")
    assert again.options[again.value].startswith(begins)
    button(app, "Open as a segment").click().run()
    assert tree(shop, app) == has


def test_what_a_segment_is_held_against_is_named_beside_how_they_differ(page, shop):
    best = shop.segments.save(Group("all", (Condition("purchases", ">=", 5),)), "Best")
    app = page("segments", where=WHERE)
    assert app.get("plotly_chart")[0].proto.alt == "This segment against everyone else"
    app.selectbox(key="against").select(best.id).run()
    assert app.get("plotly_chart")[0].proto.alt == "This segment against Best"
    everyone = page("segments")
    assert not everyone.get("plotly_chart")
    everyone.selectbox(key="against").select(best.id).run()
    assert everyone.get("plotly_chart")[0].proto.alt == "This segment against Best"


def test_saved_segments_are_laid_over_one_another(page, shop):
    app = page("segments", where=WHERE, look="overlap")
    assert "Choose two or more segments" in said(app)
    best = shop.segments.save(Group("all", (Condition("purchases", ">=", 5),)), "Best")
    app = page("segments", where=WHERE, look="overlap")
    choose(app, "upset", "In The segment above alone")
    button(app, "Open as a segment").click().run()
    assert tree(shop, app) == Group("all", (TREE, Group("none", (InSegment(best.id, "Best"),))))


@pytest.mark.parametrize("panel", PANELS)
def test_a_segment_that_did_nothing_is_said_so(panel, page, shop):
    shop.looking.empty = True
    app = page("segments", where=WHERE, look=panel)
    assert not app.exception
    assert offered(app) == {"differences"}
    assert any(word in said(app) for word in ("They bought nothing", "no way to follow", "They did nothing"))


def test_hours_are_held_against_those_of_another(page, shop):
    app, charts = against_best(page, shop, "when")
    chart = charts["By weekday and hour, in percentage points more or less than the Best"]
    assert names(chart) == ["They: more", "The Best: more"]
    cells = chart["data"][0]
    # they: 30 of 40 on Monday, 10 on Sunday; the Best: 10 of 40 on Monday, 30 on Wednesday
    assert [(x, round(base + 0.46)) for x, base in zip(cells["x"], cells["base"], strict=True)] == [
        (9, 1), (12, 3), (23, 7),
    ]  # fmt: skip
    assert [hover.replace("\u00a0", " ").partition("<br>")[2] for hover in cells["hovertext"]] == [
        "75 % against 25 % of the Best: 50.0 points more", "0.0 % against 75 % of the Best: 75.0 points less",
        "25 % against 0.0 % of the Best: 25.0 points more",
    ]  # fmt: skip
    blue, orange = (f"rgba({fill},{{:.3f}})" for fill in ("47,125,196", "217,134,19"))
    assert cells["marker"]["color"] == [  # the largest difference has the fullest colour
        blue.format(0.08 + 0.52 * 50 / 75), orange.format(0.6), blue.format(0.08 + 0.52 * 25 / 75),
    ]  # fmt: skip
    assert cells["customdata"] == [0, None, 1]  # nobody of the segment is there on Wednesday


def test_orders_and_spend_a_shopper_are_held_against_those_of_another(page, shop):
    app, charts = against_best(page, shop, "when")
    for label, mine, theirs in (  # 264 of 400 bought three times or more, 130 of them six times or more
        ("Spent per shopper", [0.5, 0.5, 0.5], [0.0, 1360 / 130, 1360 / 130]),
        ("Orders per shopper", [6 / 264] * 3, [0.0, 34 / 130, 34 / 130]),
        ("Average order", [22.0] * 3, [None, 40.0, 40.0]),  # they bought nothing in the first week
    ):
        ours, others = charts[label]["data"]
        assert (ours["name"], others["name"]) == ("They", "The Best")
        assert (ours["y"], others["y"]) == (mine, theirs)
    assert [line.partition(": ")[2] for line in charts["Average order"]["data"][0]["hovertext"]] == [
        "22.00; the Best –", "22.00; the Best 40.00", "22.00; the Best 40.00",
    ]  # fmt: skip


def test_weeks_are_named_by_their_mondays_in_the_language_that_is_spoken(page, shop):
    _, drawn = against_best(page, shop, "when")
    for name in ("Spent by week", "Average order"):
        axis = drawn[name]["layout"]["xaxis"]
        assert [day[:10] for day in axis["tickvals"]] == ["2026-05-11", "2026-05-18", "2026-05-25"]
        assert axis["tickformat"] == "%-d %b"
    figure = go.Figure()
    with speaking("zh"):
        charts.weeks(figure, [date(2026, 1, 5) + timedelta(weeks=n) for n in range(26)])
    assert figure.layout.xaxis.tickformat == "%-m月%-d日"
    assert list(figure.layout.xaxis.tickvals) == [date(2026, 1, 5) + timedelta(weeks=n) for n in (0, 5, 10, 15, 20, 25)]


def test_who_came_back_is_held_against_another(page, shop):
    app, charts = against_best(page, shop, "back")
    ours, others = charts["Share that came back, whenever they began"]["data"]
    assert (ours["name"], others["name"]) == ("They", "The Best")
    assert (ours["x"], ours["y"], others["y"]) == ([1], [0.6], [0.75])  # of the first week alone is the next one whole
    cell = charts["Share that came back"]["data"][0]["hovertext"][1].replace("\u00a0", " ")
    assert "6 of 10 (60 %)" in cell and "60 % against 75 % of the Best: 15.0 points less" in cell
    choose(app, "retention-seen", "Came back after 1 week, whenever they began: 6 shoppers")
    button(app, "Open as a segment").click().run()
    assert tree(shop, app).parts == (
        Listed("Came back after 1 week, whenever they began", "S00000+S00001+S00002+S00003+S00004+S00005"),
    )


def test_states_of_life_are_held_against_those_of_another_as_shares(page, shop):
    app, charts = against_best(page, shop, "back")
    for label, mine, theirs in (("New", 3 / 264, 34 / 130), ("Returning", 4 / 264, 34 / 130),
                                ("Resurrected", 5 / 264, 34 / 130), ("Dormant", 6 / 264, 68 / 130)):  # fmt: skip
        ours, others = charts[f"{label}, share of all"]["data"]
        assert (ours["name"], others["name"]) == ("They", "The Best")
        assert (ours["y"], others["y"]) == ([mine] * 3, [theirs] * 3)
    assert charts["Dormant, share of all"]["data"][0]["customdata"] == [3, 7, 11]  # as in the bars


def test_buyers_and_who_moved_are_held_against_those_of_another_as_shares(page, shop):
    app, charts = against_best(page, shop, "value")
    grid = charts["Share of each cell, beside that of the Best"]
    assert names(grid) == ["They: more", "The Best: more"]
    text = [cell.replace("\u00a0", " ") for cell in grid["data"][0]["text"]]
    # 5 of 80 are in each of their cells; of the 40 of the Best 10 are in the first, 2 in each other
    assert text[0] == "6.2 %<br>-18.8" and text[1:] == ["6.2 %<br>+1.2"] * 15
    axis = grid["layout"]["xaxis"]
    assert axis["tickangle"] == 0  # so that a phone has room for all four
    assert axis["ticktext"] == [f"{days}<br>days ago" for days in ("0 to 7", "8 to 30", "31 to 90", "91 or more")]
    ours, others = charts["Share that moved up or down, beside that of the Best"]["data"]
    assert (ours["name"], others["name"], ours["textangle"]) == ("They", "The Best", 0)
    assert ours["x"] == [1 / 3, 0.0, 1 / 3, 1 / 3] and others["x"] == [2 / 3, 1 / 3, 0.0, 0.0]


def test_money_is_held_against_that_of_another_as_shares(page, shop):
    shop.segments.save(Group("all", (Condition("purchases", ">=", 6),)), "the Best")
    app = page("segments", where=WHERE, look="value", count="money")  # against everyone else
    charts = charts_of(app)
    ours, others = charts["Share that moved up or down, beside that of everyone else"]["data"]
    # they: 40 of 52.50 who moved up, 12.50 who bought for the first time; others: 40 up, 12.50 stayed
    assert ours["x"] == [40 / 52.5, 0.0, 0.0, 12.5 / 52.5] and others["x"] == [40 / 52.5, 12.5 / 52.5, 0.0, 0.0]


@pytest.mark.parametrize("panel", ["when", "back", "value"])
def test_everyone_is_held_against_nobody(panel, page, shop):
    charts = charts_of(page("segments", look=panel))
    assert charts and not any("more" in name for chart in charts.values() for name in names(chart))
    assert not any("The Best" in names(chart) or "Everyone else" in names(chart) for chart in charts.values())


def test_nobody_and_faults_are_said(page, shop):
    assert "There is nobody to look at" in said(page("segments", where='[["purchases",">=",99]]', look="back"))
    assert shop.looking.asked == []
    shop.looking.broken = True
    assert "This cannot be counted" in page("segments", where=WHERE, look="back").error[0].value


def test_what_is_drawn_is_harmless(page):
    app = page("segments", where=WHERE, look="did")
    specs = [chart.proto.spec for chart in app.get("plotly_chart")]
    assert "&lt;b&gt;lamp" in " ".join(json.dumps(json.loads(spec), ensure_ascii=False) for spec in specs)
    assert not [spec for spec in specs if "<b>lamp" in json.dumps(json.loads(spec))]


def test_a_mark_is_forgotten_when_the_segment_is_another(page):
    app = page("segments", where=WHERE, look="back")
    choose(app, "lives", "New in the week of 18 May")
    assert "Open as a segment" in [b.label for b in app.button]
    next(n for n in app.number_input if (n.key or "").startswith("value-")).set_value(5.0).run()
    assert app.selectbox(key="mark-lives").value is None
    assert "Open as a segment" not in [b.label for b in app.button]


def test_a_click_in_a_chart_chooses_its_mark():
    assert look_marks._number([3]) == look_marks._number(3) == 3  # one value, or a list of one, as plotly has it
    assert look_marks._number(None) is None
    figure = look_marks.cells([0, 1], [0, 0], [0.2, 1.0], ["", ""], ["a", "b"], [False, True])
    (bars,) = figure.data
    assert (bars.type, list(bars.customdata), list(bars.marker.pattern.shape)) == ("bar", [0, 1], ["", "/"])


@pytest.mark.parametrize(("theme", "behind"), [("light", "#ffffff"), ("dark", "#12161c")])
def test_what_a_cell_says_can_be_read_in_both_themes(theme, behind):
    fill = [47, 125, 196]
    (bars,) = look_marks.cells([0], [0], [1.0], [""], [""]).data
    assert list(bars.marker.color) == [f"rgba({','.join(map(str, fill))},{look_marks.FULLEST:.3f})"]
    (bars,) = look_marks.cells([0], [0], [1.0], [""], [""], other=[True]).data
    other = parts(beside.COLOUR)
    assert list(bars.marker.color) == [f"rgba({','.join(map(str, other))},{look_marks.FULLEST:.3f})"]
    for opaque in (look_marks.FAINTEST, look_marks.FULLEST):
        for colour in (fill, other):
            seen = [opaque * f + (1 - opaque) * b for f, b in zip(colour, parts(behind), strict=True)]
            low, high = sorted(map(luminance, (seen, parts(look_marks.INK[theme]))))
            assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, AA


def parts(colour):
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)]


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
