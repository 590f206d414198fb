"""Shopper, Recommend and Why: one shopper, what to show them, and the reason."""

from __future__ import annotations

import json
import math
from urllib.parse import parse_qs

import pytest

from core.conditions import Deed, Did, Group
from pages._ui import pushes
from tests.pages.fake_shop import ROBOT
from tests.pages.fake_why import SPECS, explanation


def lines(app):
    return [m.value for m in app.markdown]


def test_facts_are_counted_and_tags_are_predicted(page):
    app = page("shopper", user="S00042")
    words = lines(app)
    assert any("**Counted** in the logs" in line for line in words)
    assert any("**Predicted** by the model" in line for line in words)
    assert "**148**" in words
    meters = [h.value for h in app.html if 'role="meter"' in h.value]
    assert len(meters) == len(SPECS) + 10


def test_the_telling_facts_come_first_and_the_rest_is_folded_away_by_question(page):
    app = page("shopper", user="S00042")
    folded = next(e for e in app.expander if e.label == "2 more that are counted")
    assert [m.value for m in folded.markdown] == [
        ":gray[**Coming back**]", "Events", "**148**", ":gray[**Buying**]", "Bought on deal", "**31 %**",
    ]  # fmt: skip
    assert "Money spent" in lines(app)
    assert not app.warning


def test_who_is_set_aside_is_said_with_the_reason(page):
    app = page("shopper", user=ROBOT)
    assert "robot: 284 looks on 27 May 2026" in app.warning[0].value.replace("\\", "")


def test_who_looks_like_a_robot_is_called_a_shopper_and_it_is_taken_back(page, shop):
    app = page("shopper", user=ROBOT)
    next(b for b in app.button if b.label == "This is a shopper").click().run()
    assert shop.called_shoppers == {ROBOT}
    assert not app.warning
    assert any("You called them a shopper" in c.value for c in app.caption)
    next(b for b in app.button if b.label == "Take it back").click().run()
    assert shop.called_shoppers == set()
    assert "robot" in app.warning[0].value


def test_nobody_else_is_called_anything(page):
    assert not [b for b in page("shopper", user="S00042").button if b.label == "This is a shopper"]


def test_a_tag_says_its_chance_and_what_to_expect_of_it(page, shop):
    given = [tag for tag in shop.shopper("S00042").tags if tag.given]
    app = page("shopper", user="S00042")
    assert [f"{len(SPECS) - len(given)} tags are not given"] == [
        e.label for e in app.expander if "tags" in e.label
    ]  # fmt: skip
    caption = next(c.value for c in app.caption if "Given from" in c.value)
    assert "and then right 5 times of 10" in caption
    assert "True of 22\u00a0% of all shoppers" in caption


def test_ten_recommendations_lead_to_their_reasons(page):
    links = [link.proto for link in page("shopper", user="S00042").get("page_link")]
    links = [link for link in links if "item=" in link.query_string]
    assert len(links) == 10
    assert {link.label for link in links} == {"Why?"}
    assert links[0].query_string == "user=S00042&item=I000"


def test_of_a_log_without_lists_chances_are_of_the_next_basket(page, shop):
    shop.baskets = True
    app = page("shopper", user="S00042")
    assert "What they are likely to buy next" in [heading.value for heading in app.subheader]
    assert any(line.startswith(":violet[Predicted] chance of the next basket: **") for line in lines(app))
    assert not any("of a click" in line for line in lines(app))
    assert any("Chance of the next basket" in h.value for h in app.html if 'role="meter"' in h.value)
    app = page("why", user="S00042", item="I000")
    assert app.metric[0].label == "Predicted chance of the next basket"


def test_the_timeline_is_newest_first_and_folds_what_is_old(page):
    app = page("shopper", user="S00042")
    days = [line for line in lines(app) if line.startswith("**2 June 2026**")]
    assert "18:30" in days[0].split("\n")[1]
    assert "searched for **“ankle boots”**" in days[0]
    assert "24 earlier" in [e.label for e in app.expander]


def test_another_shopper_is_found_by_a_part_of_the_id(page):
    app = page("shopper", user="S00042")
    app.text_input[0].set_value("0039").run()
    assert [o for o in app.selectbox[0].options if o.startswith("S0039")]
    app.selectbox[0].select("S00391").run()
    assert app.query_params["user"] == "S00391"
    app.text_input[0].set_value("no such id").run()
    assert any("Nothing was found" in c.value for c in app.caption)


def test_recommendations_follow_the_search_words(page):
    app = page("recommend", user="S00042")
    field = next(t for t in app.text_input if t.label.startswith("Search words"))
    field.set_value("boots")
    app.checkbox[0].check()
    next(b for b in app.button if b.label == "Recommend").click().run()
    assert [line for line in lines(app) if line.startswith("**1\\.") or line.startswith("**1. ")] == [
        "**1. Black leather ankle boots**"
    ]
    assert any("Mostly because they viewed" in line for line in lines(app))


def test_no_match_is_an_empty_state(page):
    app = page("recommend", user="S00042")
    next(t for t in app.text_input if t.label.startswith("Search words")).set_value("submarine")
    next(b for b in app.button if b.label == "Recommend").click().run()
    assert any("Nothing matches" in line for line in lines(app))


def test_a_reason_is_a_sentence_two_figures_two_charts_and_the_words(page):
    app = page("why", user="S00042", item="I000")
    assert "Mostly because they viewed ankle boots 3 times" in app.info[0].value
    assert [(m.label, m.value) for m in app.metric] == [
        ("Predicted chance of a click", "17\u00a0%"), ("If nothing were known", "4.3\u00a0%"),
    ]  # fmt: skip
    assert len(app.get("plotly_chart")) == 2
    words = next(h.value for h in app.html if "sl-words" in h.value)
    assert "Black leather ankle boots" in words
    assert "&lt;img src=x onerror=alert(1)&gt;" in words
    assert any("add up to the prediction within 0\\.0002" in c.value for c in app.caption)


def test_the_first_recommendation_is_explained_until_another_item_is_chosen(page, shop):
    app = page("why", user="S00042")
    assert app.query_params["item"] == shop.recommend("S00042")[0].item_id
    assert "Mostly because" in app.info[0].value
    app.selectbox[1].select("I003").run()
    assert app.query_params["item"] == "I003"
    assert any("Cast\\-iron pan" in line for line in lines(app))


def test_who_gets_no_recommendation_is_asked_for_an_item(page, shop, monkeypatch):
    monkeypatch.setattr(shop, "recommend", lambda *args, **kwargs: [])
    app = page("why", user="S00042")
    assert any("Choose an item" in line for line in lines(app))
    assert not app.info


def test_an_unknown_item_is_said(page):
    app = page("why", user="S00042", item="I999")
    assert "I999" in app.error[0].value
    assert not app.exception


def test_the_waterfall_ends_at_the_prediction():
    explained = explanation("S1", "I000", "Boots")
    ends, moves = json.loads(pushes.waterfall(explained).to_json())["data"]
    assert ends["x"] == pytest.approx([100 * explained.p_base, 100 * explained.p_click])
    assert moves["base"][0] + sum(moves["x"]) == pytest.approx(100 * explained.p_click)


def test_events_beyond_the_strongest_are_one_step():
    explained = explanation("S1", "I000", "Boots")
    names, levels = pushes.steps(explained, 2)
    assert names[2] == "3 other events"
    assert levels[-1] == pytest.approx(explained.prediction)


@pytest.mark.parametrize("log_odds", [-800.0, -2.0, 0.0, 3.0, 800.0])
def test_sigmoid_never_overflows(log_odds):
    assert pushes.sigmoid(log_odds) == pytest.approx(0.5 * (1 + math.tanh(log_odds / 2)))


def test_those_who_are_found_by_words_open_as_a_segment(page, shop):
    app = page("shopper")
    app.text_input(key="find-user-None").set_value("S0000").run()
    assert not [link for link in app.get("page_link") if "where=" in link.proto.query_string]  # found by their ids
    app.text_input(key="find-user-None").set_value("outdoor").run()
    (link,) = [link.proto for link in app.get("page_link") if "where=" in link.proto.query_string]
    assert link.label == "All who did this, as a segment"
    tree = shop.segments.read(parse_qs(link.query_string)["where"][0])
    assert tree == Group("all", (Did(Deed("any", words="outdoor")),))
