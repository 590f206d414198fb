"""A report of a segment: it holds what the page says, opens alone, and what comes from outside is text in it."""

from __future__ import annotations

import re

import pytest

from core.conditions import EVERYONE, Group
from core.drivers import About
from core.records import Condition
from pages._ui import intervals, segment_report

TREE = Group("all", (Condition("purchases", ">=", 3.0),))


def made(shop, tree=TREE, other=None, against="everyone else", name="Loyal", asked=""):
    return segment_report.report(shop, tree, other, against, shop.columns(), 1.0, name, asked).decode()


def test_it_says_who_how_many_what_sets_them_apart_and_how_far_they_come(shop):
    text = made(shop)
    many, everyone = shop.segments.count(TREE)
    assert "<h1>Loyal</h1>" in text and f"{many:,} of {everyone:,} shoppers" in text
    assert "What sets them apart from everyone else" in text and "<svg" in text
    assert "From looking to buying" in text and "Filled a cart" in text
    assert re.search(r"right \d+ times of 10|not measured yet", text)
    assert "Data: version 3, 4 April 2026 to 2 June 2026 (a demo shop: all data is generated) · Model: demo" in text
    assert re.search(r"Written: \d{1,2} \w+ \d{4}, \d\d:\d\d UTC · Made with: ShopperLens", text)
    assert "What drives" not in text  # nobody asked


def test_it_needs_no_server_and_may_load_and_run_nothing(shop):
    shop.driving.done = [About("tags")]
    text = made(shop)
    assert "default-src 'none'" in text and "<script" not in text
    assert not re.search(r"(?:src|href)=", text)


def test_what_drives_it_is_told_once_it_was_read_and_what_was_asked_last_comes_first(shop):
    shop.driving.done = [About("item", "I000"), About("tags")]
    text = made(shop, asked="tags intent:buy")
    heads = re.findall(r"<h2>What drives ([^<]*)</h2>", text)
    assert len(heads) == 4 and heads[1] == "Will buy"
    assert "Read: 24 of the 312 shoppers here and 24 of 2,669 others" in text
    assert "ankle boots" in text


def test_everyone_is_held_against_nobody(shop):
    text = made(shop, EVERYONE, name="Segment")
    assert "What sets them apart" not in text and "Everyone: no condition is set." in text


def test_without_a_model_nothing_is_said_to_be_predicted(shop):
    shop.model_name = None
    text = made(shop)
    assert "Predicted by the model" not in text and "Model: none" in text


@pytest.mark.parametrize("attack", ["<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>", "</style><b>"])
def test_names_and_words_are_text(shop, attack):
    shop.driving.texts, shop.driving.done = (attack,) * 2, [About("tags")]
    text = made(shop, against=attack, other=EVERYONE, name=attack)
    assert attack not in text
    assert text.count("<script") == 0 and "onerror=alert(1)>" not in text


def test_the_page_offers_it(page, shop):
    app = page("segments", where='[["purchases",">=",3]]')
    assert not app.exception
    assert "Report (HTML)" in [b.proto.label for b in app.get("download_button")]


def test_an_interval_is_drawn_where_its_numbers_are_and_none_where_it_is_not_known():
    rows = [intervals.Row("a", 1.0, 0.5, 2.0, "x"), intervals.Row("b", -1.0, float("nan"), float("nan"), "y", False)]
    drawn = intervals.svg(rows, "t", "blue", "orange")
    middle, half = intervals.LEFT + intervals._ROOM / 2, intervals._ROOM / 2
    low, high = middle + half * 0.25, middle + half
    assert f'x1="{low:.1f}" x2="{high:.1f}"' in drawn
    assert drawn.count("stroke-width=\"3\"") == 1
    assert f'cx="{middle - half / 2:.1f}"' in drawn and 'fill="Canvas"' in drawn
