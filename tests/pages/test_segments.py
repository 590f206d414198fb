"""Segments: which shoppers are alike, and how do they differ?"""

from __future__ import annotations

import json

import pytest

from core.records import Condition
from tests.pages.fake_shop import SPECS

TWO = '[["purchases",">=",3],["intent:buy",">=",0.5]]'


def button(app, label):
    return next(b for b in app.button if b.label == label)


def headline(app):
    return next(m.value for m in app.markdown if m.value.startswith("## "))


def count(shop, *conditions):
    return shop.segment([Condition(*c) for c in conditions], []).shoppers


def test_it_begins_with_everyone(page):
    app = page("segments")
    assert "400 of 400 shoppers" in headline(app)
    assert not app.get("plotly_chart")


def test_a_link_brings_its_segment(page, shop):
    app = page("segments", where=TWO)
    assert f"{count(shop, ('purchases', '>=', 3), ('intent:buy', '>=', 0.5))} of 400 shoppers" in headline(app)
    assert "**Purchases** at least 3 and **Will buy** at least" in " ".join(m.value for m in app.markdown)


def test_the_count_follows_what_is_changed(page, shop):
    app = page("segments", where=TWO)
    number = next(n for n in app.number_input if n.key.startswith("value-0"))
    number.set_value(5.0).run()
    assert f"{count(shop, ('purchases', '>=', 5), ('intent:buy', '>=', 0.5))} of" in headline(app)
    assert json.loads(app.query_params["where"])[0] == ["purchases", ">=", 5.0]


def test_a_condition_is_added_changed_and_removed(page, shop):
    app = page("segments")
    button(app, "Add a condition").click().run()
    assert f"{count(shop, ('purchases', '>=', 1))} of" in headline(app)
    app.selectbox(key="column-0").select("top_category").run()
    assert "400 of 400" in headline(app)  # nothing is chosen yet: nothing is asked
    app.multiselect[0].select("Shoes").run()
    assert f"{count(shop, ('top_category', 'in', ['Shoes']))} of" in headline(app)
    app.button(key="remove-0").click().run()
    assert "400 of 400" in headline(app)
    assert "where" not in app.query_params


def test_conditions_are_found_under_the_question_that_they_belong_to(page):
    app = page("segments", where='[["purchases",">=",3]]')
    assert app.selectbox(key="column-0").options == [
        "Buying: Purchases", "Buying: Money spent",
        "Coming back: Days since the last visit", "Time of day and week: Visits at night",
        "Taste: Favourite category", "Their record: Age band", *(f"Predicted: {s.label}" for s in SPECS),
    ]  # fmt: skip


def test_between_has_two_ends(page, shop):
    app = page("segments", where='[["purchases",">=",3]]')
    app.selectbox(key="op-0-purchases").select("between").run()
    assert f"{count(shop, ('purchases', 'between', [3, 13]))} of" in headline(app)


def test_a_quick_button_takes_the_threshold_of_the_model(page, shop):
    app = page("segments", where=TWO)
    app.button(key="preset-Likely to buy").click().run()
    assert f"{count(shop, ('intent:buy', '>=', 0.45))} of" in headline(app)
    assert json.loads(app.query_params["where"]) == [["intent:buy", ">=", 0.45]]


def test_quick_buttons_need_their_columns(page, shop):
    shop.model_name = None
    keys = [b.key for b in page("segments").button if b.key]
    assert "preset-At night" in keys
    assert "preset-Likely to buy" not in keys


def test_clear_all(page):
    app = page("segments", where=TWO)
    button(app, "Clear all").click().run()
    assert "400 of 400" in headline(app)


def test_counted_and_predicted_differ_in_the_chart(page):
    chart = json.loads(page("segments", where=TWO).get("plotly_chart")[0].proto.spec)
    looks = {trace["name"]: trace["marker"] for trace in chart["data"]}
    assert looks["Predicted by the model"]["symbol"] == "diamond-open"
    assert looks["Counted from the logs"]["symbol"] == "circle"
    assert looks["Predicted by the model"]["color"] != looks["Counted from the logs"]["color"]


def test_the_table_begins_with_what_was_asked(page):
    table = page("segments", where='[["intent:buy",">=",0.5]]').dataframe[0]
    assert list(table.value.columns)[:2] == ["user_id", "intent:buy"]
    config = json.loads(table.proto.columns)
    assert config["intent:buy"]["label"] == "Will buy – predicted"


def test_the_table_goes_on_with_what_tells_most(page):
    table = page("segments").dataframe[0]
    assert list(table.value.columns) == [
        "user_id", "purchases", "spend", "days_since_last", "top_category", "age_band", "intent:buy",
    ]  # fmt: skip


def test_nobody_is_an_empty_state(page):
    app = page("segments", where='[["purchases",">=",99]]')
    assert "0 of 400" in headline(app)
    assert any("Nobody meets all of this" in m.value for m in app.markdown)
    assert not app.dataframe


def test_the_download_holds_everyone_of_the_segment(page):
    assert "Download all 400 as CSV" in [b.label for b in page("segments").download_button]


@pytest.mark.parametrize(
    "where",
    [
        "nonsense",
        "[[1]]",
        '[["shoe_size",">=",3]]',
        '[["purchases",">=","<b>"]]',
        '[["purchases","like",3]]',
        "{}",
        "7",
    ],
)
def test_a_broken_link_is_said_and_everyone_is_shown(where, page):
    app = page("segments", where=where)
    assert len(app.error) == (0 if where == "{}" else 1)
    assert not app.exception
    assert "400 of 400" in headline(app)


def test_a_link_with_predicted_tags_waits_for_the_profiles(page, shop):
    shop.ready = 0.0
    app = page("segments", where=TWO)
    assert "once the profiles are computed" in app.error[0].value
    assert app.query_params["where"] == TWO
    shop.ready = 1.0
    app.run()
    assert not app.error
    assert "400 of 400" not in headline(app)


def test_without_profiles_they_are_computed_or_offered(page, shop):
    shop.ready = 0.0
    app = page("segments")
    button(app, "Cancel").click().run()
    assert shop.cancelled == ["j1"]
    button(app, "Compute the profiles").click().run()
    assert [kind for kind, _ in shop.submitted] == ["profile", "profile"]
