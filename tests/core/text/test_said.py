"""What a merchandiser reads."""

from __future__ import annotations

import pytest

from core.text import said
from tests.core.text.rows import DAY, HOUR, SHOES, TENT, event, search, summary


@pytest.mark.parametrize(("row", "words"), [
    (event("view", count=3, **SHOES), "viewed Norvale cushioned mesh running shoes 3 times, 2 days ago"),
    (event("click", HOUR, **TENT), "viewed Waterproof tent, today"),
    (event("cart", DAY, **TENT), "put Waterproof tent in the cart, yesterday"),
    (event("favourite", **TENT), "liked Waterproof tent, 2 days ago"),
    (event("purchase", 14 * DAY, **TENT), "bought Waterproof tent, 2 weeks ago"),
    (event("purchase", 14 * DAY, count=25, **TENT), "bought Waterproof tent over 20 times, 2 weeks ago"),
    (event("return", 7 * DAY, **TENT), "returned Waterproof tent, last week"),
    (event("rating", value=4.0, **TENT), "rated Waterproof tent 4 of 5, 2 days ago"),
    (event("review", value=4.5, text="Light\nand bright", **TENT),
     "reviewed Waterproof tent 4.5 of 5 (“Light and bright”), 2 days ago"),
    (search("running shoes"), "searched for “running shoes”, today"),
    (event("search", count=2, query="tent"), "searched for “tent” 2 times, 2 days ago"),
    (event("search", 0), "searched, just now"),
    (event("view", item_id="22423"), "viewed item 22423, 2 days ago"),
    (event("purchase"), "bought something, 2 days ago"),
])
def test_events(row, words):
    assert said.event(row) == words


@pytest.mark.parametrize(("row", "words"), [
    (summary(), "8 purchases, most recently yesterday, mostly Running shoes and Tents"),
    (summary(purchases=1, bought_days=0, categories=["A > B"]), "1 purchase, most recently today, mostly B"),
    (summary(purchases=0, bought_days=None, categories=None, brands=["Norvale", "Tamsin", "Veloria"]),
     "no purchases, active on 12 days, mostly Norvale, Tamsin and Veloria"),
    (summary(purchases=1200, categories=None, brands=None), "1,200 purchases, most recently yesterday"),
])
def test_the_past_in_short(row, words):
    assert said.summary(row) == words


@pytest.mark.parametrize(("field", "text", "own", "known", "words"), [
    ("repeat", "bought before  2 weeks ago", False, False, "bought before, 2 weeks ago"),
    ("repeat", "bought before over 20 times last week", False, False, "bought before over 20 times, last week"),
    ("repeat", "bought before  2 weeks ago", True, True, "this very item"),
    ("viewed", "seen 3 times yesterday", False, False, "seen before 3 times, yesterday"),
    ("cart", "in cart today", False, False, "put in the cart, today"),
    ("liked", "liked", False, False, "liked"),
    ("together", "very often bought with earlier", False, True, "very often bought together with it"),
    ("together", "sometimes bought with earlier", False, False, "sometimes bought together with something they bought"),
    ("complement", "often follows purchase", False, True, "often follows such a purchase"),
    ("complement", "nearly always follows purchase", False, False, "nearly always follows something they bought"),
    ("taste", "category mostly", False, True, "they look at this category most"),
    ("owned", "category bought 3 times 2 weeks ago", False, False, "bought from this category 3 times, 2 weeks ago"),
    ("taste", "style some", False, True, "they look at this style at times"),
    ("taste", "brand never", False, True, "they never look at this brand"),
    ("taste", "likes mesh blue", False, True, "they like mesh and blue"),
    ("taste", "hardly ever clicked", False, True, "they hardly ever click on this category"),
    ("taste", "clicked very often", False, True, "they very often click on this category"),
    ("price fit", "usual price", False, True, "in their usual price range"),
    ("price fit", "much dearer than usual", False, True, "much dearer than usual for them"),
    ("shown", "shown 3", False, False, "already shown 3 times without a click"),
    ("shown", "shown 1", False, False, "already shown once without a click"),
    ("returned", "returned before", False, False, "returned before"),
])
def test_facts(field, text, own, known, words):
    assert said.fact(field, text, own, known) == words


@pytest.mark.parametrize(("title", "short"), [
    ("Norvale cushioned mesh running shoes, blue, size 42", "Norvale cushioned mesh running shoes"),
    ("Mug, red, small", "Mug, red, small"),
    ("WHITE HANGING HEART T-LIGHT HOLDER", "WHITE HANGING HEART T-LIGHT HOLDER"),
    (",", ""), ("", ""), ("a\x00\x1b[31mb\u202e", "a [31mb"),
])
def test_titles_are_shortened_to_their_first_parts(title, short):
    assert said.short_title(title) == short


@pytest.mark.parametrize("text", ["word " * 5000, "x" * 10_000, "跑" * 500, "a, " * 5000])
def test_long_texts_are_cut_to_one_short_line(text):
    short = said.clean(text, said.QUOTE)
    assert len(short) <= said.QUOTE
    assert short.endswith("…")
    assert len(said.short_title(text)) <= said.TITLE
