"""The words, links, charts and colours that all pages share."""

from __future__ import annotations

import doctest
import math
from datetime import date, datetime

import pandas as pd
import pytest

from core.conditions import Deed, Did, Group, InSegment, Listed, Since, Then, Window
from core.records import Condition, EventValue, TokenValue
from core.schema import Kind
from pages._ui import attribution, cards, charts, contrast, meter, phrases, presets, tables, words
from tests.pages.fake_shop import COLUMNS

PERCENT = [
    (None, "–"), (math.nan, "–"), (0.0, "0.0 %"), (0.00004, "under 0.1 %"), (0.0834, "8.3 %"), (0.5, "50 %"),
    (0.99999, "over 99.9 %"), (1.0, "100 %"),
]  # fmt: skip


@pytest.mark.parametrize(("share", "said"), PERCENT)
def test_percent(share, said):
    assert words.percent(share) == said.replace(" %", "\u00a0%")


@pytest.mark.parametrize(
    ("value", "kind", "unit", "said"),
    [
        (3, "number", "", "3"), (3.25, "number", "", "3.2"), (1234.0, "number", "days", "1,234\u00a0days"),
        (0.71, "probability", "", "71\u00a0%"), ("Shoes", "text", "", "Shoes"), (None, "number", "", "–"),
    ],
)  # fmt: skip
def test_amount(value, kind, unit, said):
    assert words.amount(value, kind, unit) == said


def test_dates():
    first, last = datetime(2026, 4, 3), datetime(2026, 6, 2, 14, 5)
    assert words.span(first, last) == "3 April – 2 June 2026"
    assert words.span(datetime(2025, 12, 3), last) == "3 December 2025 – 2 June 2026"
    assert words.moment(last) == "2 June 2026, 14:05"
    assert words.date(None) == words.date(pd.NaT) == "–"


def test_precision_in_words():
    assert words.of_ten(0.71) == "right 7 times of 10"
    assert "not measured" in words.of_ten(None)


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "![x](http://y)", "[a](b)", "**bold**", "`code`", "$x$", ":red[x]"]
)
def test_data_in_markdown_is_only_text(text):
    plain = words.plain(text)
    signs = [i for i, sign in enumerate(plain) if sign in "<[*`$:!" and (i == 0 or plain[i - 1] != "\\")]
    assert not signs


def test_data_in_charts_is_only_text():
    assert charts.short("<b>bold</b>") == "&lt;b&gt;bold&lt;/b&gt;"
    assert charts.short("a" * 50, 10) == "a" * 9 + "…"
    assert charts.wrapped("one two three four", 8) == "one two<br>three …"
    assert "<i>" not in charts.wrapped("<i>x</i>")


def test_the_line_that_sums_up_the_past_is_called_what_it_is():
    words = [TokenValue("active", 0.1, 0, "past"), TokenValue("viewed", 0.4, 1, "action")]
    events = [EventValue(0, "31 purchases", "summary", None, None, 0.1), EventValue(1, "seen", "view", "i", None, 0.4)]
    html = attribution.render(words, events)
    assert html.index("In short") < html.index("active") < html.index("2.") < html.index("viewed")


def test_data_in_attributions_is_only_text():
    nasty = '"><img src=x onerror=alert(1)>'
    html = attribution.render([TokenValue(nasty, 0.4, 0, nasty)], [EventValue(0, nasty, "view", None, None, 0.4)])
    assert "<img" not in html
    assert "&lt;img" in html


def test_up_and_down_differ_by_more_than_colour():
    up, down = (attribution.word(TokenValue("x", value, 0, "title"), 1.0) for value in (1.0, -1.0))
    assert "▲" in up
    assert "solid" in up
    assert "▼" in down
    assert "dashed" in down


def test_examples_in_docstrings():
    assert doctest.testmod(attribution, extraglobs={"TokenValue": TokenValue}).failed == 0


SAID = [
    (Condition("purchases", ">=", 3), "**Purchases** at least 3"),
    (Condition("top_category", "in", ["Shoes", "Coats"]), "**Favourite category** is one of Shoes or Coats"),
    (Did(Deed("view", ("Shoes",)), ">=", 3.0, "times", Window(last=30.0)),
     "**viewed** Shoes at least 3 times in the last 30 days"),
    (Did(Deed("purchase"), "<=", 0.0), "never **bought**"),
    (Did(Deed("purchase"), ">=", 50.0, "money", Window(None, date(2026, 5, 1), date(2026, 5, 31))),
     "**bought** at least 50 of money between 1 May 2026 and 31 May 2026"),
    (Since(Deed("purchase"), "<=", 7.0), "**bought** last at most 7 days ago"),
    (Then(Deed("view"), Deed("purchase"), 7.0, False, "item"),
     "**viewed** and then not **bought** the same item within 7 days"),
    (Listed("vip.csv", "k"), "in the list **vip.csv**"),
    (InSegment("g1"), "in the segment **Best of all**"),
    (Group("none", (Condition("purchases", ">=", 3),)), "**not** **Purchases** at least 3"),
    (Group("all", (Condition("spend", ">=", 1), Group("any", (Listed("a", "k"), Listed("b", "k"))))),
     "**Money spent** at least 1 **and** (in the list **a** **or** in the list **b**)"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "said"), SAID, ids=lambda one: one if isinstance(one, str) else "")
def test_conditions_read_as_a_sentence(tree, said):
    found = phrases.sentence(tree, COLUMNS, {"g1": "Best of all"}).replace("\u00a0", " ").replace("\\", "")
    assert found == said


def test_quick_buttons_take_what_the_shop_has():
    found = dict((preset.label, condition) for preset, condition in presets.available(COLUMNS, {"intent:buy": 0.313}))
    assert found["Likely to buy"] == Condition("intent:buy", ">=", 0.31)
    assert found["At night"] == Condition("night_share", ">=", 50)
    assert found["Away for a month"].column == "days_since_last"


def differences(**more):
    rows = {"what": ["purchases", "intent:buy", "country=NO"], "label": ["Purchases", "Likely to buy", "Country: NO"],
            "kind": ["observed", "predicted", "observed"], "column": ["purchases", "intent:buy", "country"],
            "first": [4.0, 0.31, 0.5], "second": [1.5, 0.2, 0.25], "effect": [0.9, 0.3, -0.1], "low": [0.7, 0.1, -0.3],
            "high": [1.1, 0.5, 0.1], "sure": [0.7, 0.1, 0.0]}  # fmt: skip
    return pd.DataFrame(rows | more)


def test_only_sure_differences_are_drawn_in_the_order_they_come():
    assert contrast.surest(differences(), 5)["what"].tolist() == ["purchases", "intent:buy"]
    assert contrast.surest(differences(), 1)["what"].tolist() == ["purchases"]


def test_a_difference_is_drawn_with_its_interval_and_both_values():
    rows = contrast.surest(differences(), 5)
    columns = pd.DataFrame({"key": ["purchases", "intent:buy"], "type": ["number", "probability"], "unit": ["", ""]})
    drawn = contrast.figure(rows, columns)
    counted, predicted = drawn.data
    assert (list(counted.x), list(counted.y)) == ([0.9], [0])
    assert list(counted.error_x.array) == pytest.approx([0.2])
    assert list(counted.error_x.arrayminus) == pytest.approx([0.2])
    assert (predicted.name, predicted.marker.symbol) == ("Predicted by the model", "diamond-open")
    labels = drawn.layout.yaxis.ticktext
    assert "4 against 1.5" in labels[0] and "31" in labels[1]
    assert dict(zip(drawn.layout.xaxis.tickvals, drawn.layout.xaxis.ticktext, strict=True)) == {
        0.0: "none", 0.8: "large", -0.8: "large",
    }  # fmt: skip


def test_numbers_in_tables_have_their_digits_and_units():
    table = pd.DataFrame({"user_id": ["a"], "spend": [1.5], "night_share": [12.5], "days_since_last": [3.0],
                          "intent:buy": [0.25]})  # fmt: skip
    shown, config = tables.shoppers(table, COLUMNS)
    assert config["spend"]["type_config"]["format"] == "%,.2f"
    assert config["night_share"]["label"] == "Visits at night (%)"
    assert config["days_since_last"]["label"] == "Days since the last visit"
    assert shown["intent:buy"].tolist() == [25.0]


def test_a_full_bar_is_the_next_round_chance():
    assert [meter.scale(p) for p in (0.03, 0.05, 0.08, 0.31, 0.9)] == [0.05, 0.05, 0.1, 0.5, 1.0]
    html = meter.html(0.25, '<b>"', end=0.5, threshold=0.4)
    assert "width:50.0%" in html
    assert "left:80.0%" in html
    assert "&lt;b&gt;&quot;" in html


def test_every_kind_of_item_has_a_name():
    assert set(words.KINDS) == set(cards.KIND) == set(Kind)


def test_every_kind_of_work_has_a_name():
    from core.jobs import KINDS
    from pages._ui import work

    assert set(work.NAMES) == set(KINDS)
