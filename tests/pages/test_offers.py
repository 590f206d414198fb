"""Recommend, for an ad slot and for a segment: the answer, what it rests on, what bends it, and empty states."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from core.conditions import Group
from core.records import Condition
from pages._ui import ad_answer
from tests.pages.fake_placing import FakePlacing
from tests.pages.fake_shop import FakeShop

LOYAL = Group("all", (Condition("purchases", ">=", 5),))


@pytest.fixture
def placing(shop, monkeypatch):
    made = FakePlacing(shop)
    monkeypatch.setattr(FakeShop, "placing", made, raising=False)
    return made


def said(app):
    kinds = (app.markdown, app.caption, app.info, app.error, app.subheader)
    return "\n".join(str(element.value).replace("\\", "") for kind in kinds for element in kind)


def test_the_answer_for_a_place_comes_first_and_says_what_it_rests_on(page, placing):
    app = page("recommend", **{"for": "ad"})
    assert not app.exception
    assert "## 505 clicks instead of 420" in said(app)
    assert "**+85** (95 %: +40 to +130)" in said(app)
    assert "420 clicks were counted" in said(app)
    assert "cannot be repeated more often" in said(app)
    assert "one more impression would add 0.012 clicks" in said(app)
    assert "one more impression would add 0.002 clicks" in said(app)  # another gain, so each limit has its own
    assert "are used" not in said(app)  # that all impressions are used goes without saying
    assert "10,000 logged choices weigh as much as 4,321" in said(app)
    assert placing.asks[-1].judge == "counted"  # the model waits until it is asked
    assert "press Suggest" in said(app)


def test_a_gain_that_all_limits_share_is_said_once(monkeypatch):
    told = []
    monkeypatch.setattr(ad_answer.st, "markdown", told.append)
    binds = pd.DataFrame([("most", "", "D1", "Tents", 0.0021), ("most", "", "D2", "Shoes", 0.0019),
                          ("supply", "All", "", "", 0.05)],
                         columns=["what", "segment", "item_id", "title", "gain"])  # fmt: skip
    found = SimpleNamespace(binds=binds, ask=SimpleNamespace(goal="clicks"))
    ad_answer.holds_back(found)  # both are 0.002 in three digits
    assert told == ["**What holds it back** – of each, one more impression would add 0.002 clicks\n"
                    "- **Tents** may not be shown more often\n- **Shoes** may not be shown more often"]
    binds["what"] = ["budget", "least", "supply"]
    ad_answer.holds_back(found)  # of different things: each has its own
    assert "Tents** is spent: 1 more of the budget would add 0.002 clicks" in told[1]
    assert "Shoes** must be shown so often: one impression less would add 0.002 clicks" in told[1]


def test_the_model_judges_when_it_is_asked(page, placing):
    app = page("recommend", **{"for": "ad"})
    next(button for button in app.button if button.label == "Suggest").click().run()
    assert placing.asks[-1].judge == "model"
    assert not app.exception
    assert "press Suggest" not in said(app)


def test_place_and_segments_are_in_the_address(page, placing, shop):
    one = shop.segments.save(LOYAL, "Loyal")
    app = page("recommend", **{"for": "ad", "place": "home|product", "by": "saved"})
    assert (placing.asks[-1].slot, placing.asks[-1].kind, placing.asks[-1].segments) == ("home", "product", (one.id,))
    app.selectbox(key="at-home|product").select("banner|ad").run()
    assert app.query_params["place"] == "banner|ad"
    app.selectbox(key="by-saved").select("top_category").run()
    assert (placing.asks[-1].by, placing.asks[-1].segments) == ("top_category", ())


def test_limits_that_cannot_be_kept_are_said_beside_the_form(page, placing, monkeypatch):
    monkeypatch.setattr("pages._ui.offer_ads._said", lambda limits, label: {"D1": 20_000.0})
    app = page("recommend", **{"for": "ad"})
    next(button for button in app.button if button.label == "Suggest").click().run()
    assert "Ask for less" in said(app)
    assert [button for button in app.button if button.label == "Suggest"]


def test_without_logged_chances_nothing_is_replayed(page, placing):
    placing.chances = False
    text = said(page("recommend", **{"for": "ad"}))
    assert "does not say with what chance" in text
    assert "weigh as much as" not in text


def test_a_log_without_places_or_without_ads_says_so(page, placing):
    placing.table = placing.table.iloc[1:]
    assert "No ads are in the log" in said(page("recommend", **{"for": "ad"}))
    placing.table = placing.table.iloc[:0]
    assert "names no place where something was shown" in said(page("recommend", **{"for": "ad"}))


def test_without_a_model_an_ad_slot_is_planned_by_what_was_counted(page, placing, shop):
    shop.model_name = None
    app = page("recommend", **{"for": "ad"})
    assert "## 505 clicks instead of 420" in said(app)
    assert "press Suggest" not in said(app)


def test_what_to_feature_says_how_many_are_reached(page, placing):
    app = page("recommend", **{"for": "segment"})
    assert not app.exception
    assert "## These 8 reach 83" in said(app)
    assert "+17.0 points (+12.0 to +22.0), which is more than chance" in said(app)
    assert "the model read 120" in said(app)
    assert "No segment is saved yet" in said(app)
    assert set(app.dataframe[0].value["Found as"]) == {"popular in the segment"}


def test_each_segment_and_each_ad_has_its_value_to_expect(page, placing):
    tables = [frame.value for frame in page("recommend", **{"for": "ad"}).dataframe]
    who = next(table for table in tables if "Value expected" in table)
    # 5,000 impressions of the first ad at 0.05 a click and 3.5 for each; now 2,500 of both, the other's at 1.25
    assert who[["Clicks expected", "Clicks as it is now"]].iloc[0].tolist() == pytest.approx([250, 250])
    assert who[["Value expected", "Value as it is now"]].iloc[0].tolist() == pytest.approx([875, 593.75])
    every = next(table for table in tables if "Value of 1,000" in table)
    assert every["Value of 1,000"].tolist() == pytest.approx([175, 62.5])


def test_where_no_clicks_are_logged_buyers_are_expected(page, placing, shop):
    def headings():
        columns = json.loads(page("recommend", **{"for": "segment"}).dataframe[0].proto.columns)
        return [column.get("label") for column in columns.values()]

    assert {"Clicks expected", "95 %, in clicks"} <= set(headings())
    assert "Buyers" in page("recommend", **{"for": "segment"}).dataframe[0].value
    shop.baskets = True
    assert "95 %, in buyers" in headings()
    assert "Buyers" not in page("recommend", **{"for": "segment"}).dataframe[0].value  # who are to buy after a click
    assert not [name for name in headings() if name and "licks" in name]


def test_a_saved_segment_and_how_many_items_are_in_the_address(page, placing, shop):
    one = shop.segments.save(LOYAL, "Loyal")
    app = page("recommend", **{"for": "segment"})
    app.selectbox(key="segment-everyone").select(one.id).run()
    assert (app.query_params["segment"], placing.asks[-1]) == (one.id, (one.id, 8))
    app.number_input(key="k-8").set_value(3).run()
    assert placing.asks[-1] == (one.id, 3)
    assert "## These 3 reach" in said(app)


def test_what_is_not_worked_out_becomes_a_job_that_goes_on_without_the_page(page, placing, shop):
    placing.worked_out = False
    app = page("recommend", **{"for": "segment"})
    assert shop.submitted == [("feature", {"segment": None})]
    assert "You may leave" in said(app)
    assert any("What to feature for a segment" in str(bar.text) for bar in app.get("progress"))
    app.run()
    assert len(shop.submitted) == 1
    next(button for button in app.button if button.label == "Cancel").click().run()
    assert shop.cancelled == [shop.job_list[0].id]


def test_a_job_that_was_stopped_says_why_and_can_be_started_again(page, placing, shop):
    placing.worked_out = False
    one = shop.segments.save(LOYAL, "Ghosts")
    job = shop.start_featuring(one.id)
    shop.job_list[0] = replace(job, status="failed", error="Nobody is in the segment 'Ghosts'.")
    app = page("recommend", **{"for": "segment", "segment": one.id})
    assert "The last try was stopped: Nobody is in the segment" in said(app)
    assert len(shop.submitted) == 1
    next(button for button in app.button if button.label == "Work it out").click().run()
    assert len(shop.submitted) == 2
    assert not app.exception


def test_without_a_model_there_is_nothing_to_feature(page, placing, shop):
    shop.model_name = None
    assert "No model is trained yet" in said(page("recommend", **{"for": "segment"}))


@pytest.mark.parametrize("use", ["ad", "segment"])
def test_titles_from_the_data_are_no_markup(page, placing, use):
    app = page("recommend", **{"for": use})
    markdown = [str(m.value) for kind in (app.markdown, app.caption) for m in kind]
    assert not [text for text in markdown if "<b>" in text or "<i>" in text]
