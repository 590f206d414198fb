"""What drives a prediction in a segment: asked for, watched, left and come back to, shown and taken along."""

from __future__ import annotations

import io
from dataclasses import replace

import pandas as pd
import pytest

from core import sinks
from core.conditions import Deed, Did, Group
from core.drivers import About
from core.records import Condition
from pages._ui import driver_bars, export
from tests.pages.fake_driving import AT, TEXTS, read_of
from tests.pages.fake_why import SPECS

WHERE = '[["purchases",">=",3]]'
TAGS = About("tags")


def said(app):
    return " ".join(e.value for kind in (app.markdown, app.caption, app.info) for e in kind)


def button(app, label):
    return next((b for b in app.button if b.label == label), None)


def opened(page, **more):
    app = page("segments", where=WHERE, look="why", **more)
    assert not app.exception and not app.error
    return app


def test_nothing_is_read_before_it_is_asked_for(page, shop):
    app = opened(page)
    assert button(app, "Find out") is None
    app.selectbox(key="why-tags").set_value("intent:buy").run()
    assert app.query_params["of"] in ("tags intent:buy", ["tags intent:buy"])
    assert button(app, "Find out") is not None and shop.driving.started == []


def test_reading_is_a_job_that_is_watched_and_can_be_left(page, shop):
    app = opened(page, of="tags intent:buy")
    button(app, "Find out").click().run()
    (tree, about, sample), = shop.driving.started
    assert (tree.parts, about, sample) == ((Condition("purchases", ">=", 3),), TAGS, 50)
    assert "12 of 48 shoppers read" in "".join(str(e.proto) for e in app.get("progress")).replace("\\", "")
    assert "You may leave" in said(app) and button(app, "Find out") is None
    button(app, "Cancel").click().run()
    assert shop.cancelled == ["d1"]


def test_what_was_read_is_there_when_one_comes_back(page, shop):
    shop.driving.done = [TAGS]
    app = opened(page, of="tags intent:buy")
    sentence = app.info[0].value.replace("\\", "")
    assert sentence.startswith("The model gives these shoppers a")
    assert "Read: 24 of the 312 shoppers here and 24 of 2,669 others, drawn at random." in said(app).replace("\\", "")
    assert [m.label for m in app.metric][-2:] == ["Predicted chance in this segment", "Of everyone else"]
    assert button(app, "Read again, with more") is not None


def test_one_reading_answers_for_every_tag(page, shop):
    shop.driving.done = [TAGS]
    app = opened(page, of="tags intent:buy")
    first = app.info[0].value
    options = app.selectbox(key="why-tags")
    other = next(key for key in shop.driving.kept(None, TAGS).outputs if key != "intent:buy")
    options.set_value(other).run()
    assert not app.exception and app.info[0].value != first and shop.driving.started == []


@pytest.mark.parametrize(("what", "key"), [("category", "Coats"), ("item", "I000")])
def test_categories_and_items_can_be_asked_about(what, key, page, shop):
    app = opened(page, of=f"{what} {key}")
    button(app, "Find out").click().run()
    assert shop.driving.started[0][1] == About(what, key)
    shop.job_list, shop.driving.done = [], [About(what, key)]
    assert "a click on" in opened(page, of=f"{what} {key}").info[0].value


@pytest.mark.parametrize(
    ("key", "option", "deeds"),
    [
        ("kinds", "Looked at items", (Group("any", (Did(Deed("view")), Did(Deed("click")))),)),
        ("kinds", "Saved as a favourite", (Did(Deed("favourite")),)),
        ("words", "Did anything with an item called “wool”", (Did(Deed("any", words="wool")),)),
        ("words", "Did anything with norvale", (Did(Deed("any", brands=("Norvale",))),)),  # as the catalogue spells it
        ("words", "Did anything in coats", (Did(Deed("any", categories=("Coats",))),)),
    ],
)
def test_what_drives_opens_as_those_who_did_it(key, option, deeds, page, shop):
    shop.driving.done, shop.driving.texts = [TAGS], ("coats", *TEXTS[1:])
    app = opened(page, of="tags intent:buy")
    box = app.selectbox(key=f"mark-drivers-{key}")
    box.set_value(box.options.index(option)).run()
    button(app, "Open as a segment").click().run()
    assert shop.segments.read(app.query_params["where"]) == Group("all", (Condition("purchases", ">=", 3), *deeds))


def test_what_was_chosen_of_one_answer_is_not_chosen_of_another(page, shop):
    shop.driving.done = [TAGS]
    app = opened(page, of="tags intent:buy")
    app.selectbox(key="mark-drivers-kinds").set_value(1).run()
    assert app.query_params["mark"] in ("drivers-kinds 1", ["drivers-kinds 1"])
    app.selectbox(key="why-sample").run()  # the same answer
    assert app.selectbox(key="mark-drivers-kinds").value == 1
    other = next(option for option in SPECS if option.key != "intent:buy")
    app.selectbox(key="why-tags").set_value(other.key).run()
    assert not app.exception and other.label in said(app)
    assert app.selectbox(key="mark-drivers-kinds").value is None
    assert "mark" not in app.query_params


def test_what_is_no_deed_opens_as_nobody(page, shop):
    shop.driving.done = [TAGS]
    app = opened(page, of="tags intent:buy")
    assert sorted(app.selectbox(key="mark-drivers-kinds").options) == [
        "Bought", "Filled a cart", "Looked at items", "Saved as a favourite", "Searched", "Sent back",
    ]  # fmt: skip
    assert len(app.selectbox(key="mark-drivers-words").options) == 2  # no category is called “ankle boots”
    drawn = driver_bars.figure(driver_bars.kinds(found()), True, [0, None])
    assert list(drawn.data[-1].customdata) == [0, None]


def test_why_a_try_failed_is_said(page, shop):
    app = opened(page, of="tags intent:buy")
    button(app, "Find out").click().run()
    shop.job_list = [replace(job, status="failed", error="Nobody is in this segment.") for job in shop.job_list]
    app = page("segments", where=WHERE, look="why", of="tags intent:buy")
    assert "Nobody is in this segment" in app.error[0].value and button(app, "Find out") is not None


def test_without_a_model_there_is_nothing_to_explain(page, shop):
    shop.model_name = None
    app = page("segments", where=WHERE, look="why")
    assert not app.exception and not app.error
    assert button(app, "Find out") is None and "No model" in said(app)


def found(here=24, texts=("boots", "today")):
    from core.drivers import drivers

    return drivers(read_of(TAGS, {"intent:buy": "Will buy"}, texts, here), ["intent:buy"], "Will buy")


def test_the_picture_shows_every_gap_with_its_interval_and_what_may_be_chance_hollow():
    rows = driver_bars.said(found())
    drawn = driver_bars.figure(rows, True)
    marks = drawn.data[-1]
    assert list(marks.x) == rows["gap"].to_list()
    assert [symbol.endswith("-open") for symbol in marks.marker.symbol] == [not sure for sure in rows["sure"]]
    assert [list(line.x) for line in drawn.data[:-1]] == rows[["low", "high"]].to_numpy().tolist()


def test_few_shoppers_are_drawn_without_intervals():
    drawn = driver_bars.figure(driver_bars.kinds(found(4)), True)
    assert len(drawn.data) == 1
    assert (driver_bars.table(found(4))["95 % from"] == "–").all()


def test_what_comes_from_outside_is_harmless_in_pictures_and_files():
    hostile = found(texts=("<b onmouseover=alert(1)>", "=HYPERLINK(1)"))
    drawn = driver_bars.figure(driver_bars.said(hostile), True)
    assert "<b " not in "".join(drawn.layout.yaxis.ticktext) + "".join(drawn.data[-1].hovertext)
    file = pd.read_csv(io.BytesIO(sinks.content(export.drivers(hostile), "csv", {})))
    assert "'=HYPERLINK(1)" in set(file["name"])
    assert file["gap"].tolist() == pytest.approx(hostile.rows["gap"].tolist())
    assert (file["shoppers_read"] == 24).all()


def test_times_are_said_as_factors():
    assert (driver_bars.factor(0.6931), driver_bars.factor(-0.6931)) == ("× 2.00", "÷ 2.00")
    assert driver_bars.factor(float("nan")) == "–"
    assert found().made == AT
