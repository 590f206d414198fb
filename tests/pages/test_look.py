"""A closer look at a segment: opened on demand, and every mark becomes a segment or a list of shoppers."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest

from core import marks
from core.conditions import Group, InSegment, Listed
from core.records import Condition
from pages._ui import look_marks

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
    for opaque in (look_marks.FAINTEST, look_marks.FULLEST):
        seen = [opaque * f + (1 - opaque) * b for f, b in zip(fill, parts(behind), strict=True)]
        low, high = sorted(map(luminance, (seen, parts(look_marks.INK[theme]))))
        assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, AA


def parts(colour):
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)]


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
