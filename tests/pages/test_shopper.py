"""Shopper, Recommend and Why: one shopper, what to show them, and the reason."""

from __future__ import annotations

import json
import math
from urllib.parse import parse_qs

import pytest

from core.conditions import Deed, Did, Group, leaves
from pages._ui import pushes
from tests.pages.fake_shop import ROBOT
from tests.pages.fake_why import NOW, SPECS, explanation


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
    given = [tag for tag in shop.tags("S00042") if tag.given]
    app = page("shopper", user="S00042")
    assert [f"{len(SPECS) - len(given)} tags are not given"] == [
        e.label for e in app.expander if "tags" in e.label
    ]  # fmt: skip
    caption = next(c.value for c in app.caption if "Given from" in c.value)
    assert "and then right 5 times of 10" in caption
    assert "True of 22\u00a0% of all shoppers" in caption
    measured = "Of 75 shoppers whose chance was 30\u00a0% to 52\u00a0% on the test days"
    came = [c.value for c in app.caption if measured in c.value]
    assert len(came) == len(SPECS) - 1  # of the first one nothing was measured
    assert all(line.endswith("it came true for 40\u00a0%.") for line in came)


def test_every_tag_leads_to_its_reason(page):
    links = [link.proto.query_string for link in page("shopper", user="S00042").get("page_link")]
    assert {f"user=S00042&tag={spec.key.replace(':', '%3A')}" for spec in SPECS} <= set(links)


def test_facts_say_what_is_counted_and_lead_to_those_who_bought_the_same(page, shop):
    app = page("shopper", user="S00042")
    assert next(m.help for m in app.markdown if m.value == "Purchases") == "Orders in the whole span"
    value = shop.shopper("S00042").facts[5].value
    link = next(link.proto for link in app.get("page_link") if link.proto.label == f"**{value}**")
    where = parse_qs(link.query_string)["where"][0]
    assert list(leaves(shop.segments.read(where))) == [Did(Deed("purchase", categories=(value,)))]


def test_ten_recommendations_lead_to_their_reasons(page):
    app = page("shopper", user="S00042")
    links = {label: [link.proto.query_string for link in app.get("page_link") if link.proto.label == label]
             for label in ("Why?", "Its page")}  # fmt: skip
    reasons = [link for link in links["Why?"] if "item=" in link]
    assert (len(reasons), reasons[0]) == (10, "user=S00042&item=I000")
    assert (len(links["Its page"]), links["Its page"][0]) == (10, "for=item&item=I000")


def test_the_first_recommendations_say_why_in_words(page, shop):
    told = [line for line in lines(page("shopper", user="S00042")) if "Mostly because" in line]
    assert told == [f":material/lightbulb: Mostly because they viewed I00{n} 3 times\\." for n in range(3)]
    assert shop.calls.index("tags") < shop.calls.index("recommend") < shop.calls.index("reasons")


def test_of_a_log_without_lists_chances_are_of_the_next_basket(page, shop):
    shop.baskets = True
    app = page("shopper", user="S00042")
    assert "What they are likely to buy next" in [heading.value for heading in app.subheader]
    assert any(line.startswith(":violet[Predicted] chance of the next basket: **") for line in lines(app))
    assert not any("of a click" in line for line in lines(app))
    assert any("Chance of the next basket" in h.value for h in app.html if 'role="meter"' in h.value)
    app = page("why", user="S00042", item="I000")
    assert app.metric[0].label == "Predicted chance of the next basket"
    drawn = [*(h.value for h in app.html), *(chart.proto.spec for chart in app.get("plotly_chart"))]
    assert not [one for one in drawn if "a click" in one] and sum("the next basket" in one for one in drawn) == 3
    assert "Odds of the next basket" in app.dataframe[0].value
    above = page("why", user="S00042", item="I000", ask="above").get("plotly_chart")[0].proto.spec
    assert "Odds of the next basket" in above and "a click" not in above


def label(app, begins):
    return next(link.proto for link in app.get("page_link") if begins in link.proto.label)


def test_the_timeline_is_told_by_visit_and_folds_what_is_old(page):
    app = page("shopper", user="S00042")
    assert "**2 June 2026**" in lines(app)
    said = [caption.value for caption in app.caption]
    assert "04:30 · 840 minutes · bought 2 pieces for 59.80" in said
    assert "01:30 · was shown things and did nothing" in said
    folded = next(e for e in app.expander if e.label.endswith(" earlier"))
    assert not folded.markdown and not folded.get("page_link")
    app.session_state["earlier-S00042"] = True
    app.run()
    folded = next(e for e in app.expander if e.label.endswith(" earlier"))
    shown = [link for link in app.get("page_link") if link.proto.label.startswith(":gray[")]
    assert len(shown) == 33
    assert f"{len(folded.get('page_link'))} earlier" == folded.label


def test_what_was_done_leads_to_the_item_and_what_was_searched_to_what_it_finds(page):
    app = page("shopper", user="S00042")
    viewed = label(app, ":gray[18:30] viewed **Black leather ankle boots**, for 42 seconds, at 19\\.90")
    assert viewed.query_string == "for=item&item=I000"
    searched = label(app, "searched for **“ankle boots”**")
    assert searched.query_string == "for=search&q=ankle+boots&user=S00042"


def test_what_was_shown_and_not_clicked_is_one_line_that_opens_by_place(page):
    app = page("shopper", user="S00042")
    line = "Shown, not clicked: Cast\\-iron pan, 28 cm, Wool coat, camel, Desk lamp, brass (+1)"
    folded = next(e for e in app.expander if e.label == line)
    assert not folded.get("page_link")
    app.session_state[f"shown-S00042-v{NOW:%j}"] = True
    app.run()
    folded = next(e for e in app.expander if e.label == line)
    assert [caption.value for caption in folded.caption] == ["18:29 · home", "18:21 · search"]
    assert [link.proto.query_string for link in folded.get("page_link")] == [
        f"for=item&item=I00{n}" for n in (3, 4, 4, 5, 7)
    ]  # fmt: skip


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
