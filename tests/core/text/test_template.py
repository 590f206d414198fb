"""Histories and candidates as the model reads them, word for word."""

from __future__ import annotations

import numpy as np
import pytest

from core.config import TextSettings
from core.model.base import load_tokenizer
from core.text.fit import OWN, SUMMARY
from core.text.taste import Taste
from core.text.template import Template, place_words, texts_of
from core.text.tokens import TokenCache
from tests.core.text.rows import DAY, HOUR, SHOES, TENT, event, fit, search, summary

HOSTILE = ["[SEP]", "[CLS] red [MASK]", "\x00\x07\x1b[2J\u202e", "tent " * 2000, "x" * 10_000, "😀👟", "红色跑鞋",
           "##s ##ing", "'; DROP TABLE items; --", "<script>alert(1)</script>"]


@pytest.fixture(scope="module")
def cache(tiny_base):
    return TokenCache(load_tokenizer(str(tiny_base)))


@pytest.fixture
def template(cache):
    return Template(cache)


def read(template, words, field=None, event=None):
    """The words of some spans, joined."""
    spell = template.cache.tokenizer.convert_ids_to_tokens
    chosen = [s for s in words.spans if field in (None, s.field) and event in (None, s.event)]
    return [" ".join(spell(words.ids[s.start : s.stop].tolist())).replace(" ##", "") for s in chosen]


def check_spans(template, words):
    """Spans cover every token but the first and the last, in order, once."""
    covered = [at for span in words.spans for at in range(span.start, span.stop)]
    assert covered == list(range(1, len(words.ids) - 1))
    assert words.ids.dtype == np.int32
    assert (words.ids[0], words.ids[-1]) == (template.cache.cls, template.cache.sep)
    special = {template.cache.cls, template.cache.sep, template.cache.pad, template.cache.tokenizer.mask_token_id}
    assert not special & set(words.ids[1:-1].tolist())


def test_a_history_word_for_word(template):
    words = template.history(summary(), [event("view", count=3, **SHOES), search("waterproof tent", 2 * DAY)])
    assert read(template, words, event=0) == [
        "8 purchases", "last yesterday", "active over 10 days", "4 this month 1 this week", "seen today",
        "since 7 weeks ago", "mostly", "running shoes", "tents", "this week", "tents", "norvale", "chooses mid price"]
    assert read(template, words, event=1) == [
        "viewed", "3 times", "norvale cushioned mesh running shoes , blue , size 42", "running shoes", "mid price",
        "2 days ago"]
    assert read(template, words, event=2) == ["searched", "waterproof tent", "2 days ago"]
    assert [(e.index, e.event_type, e.item_id) for e in words.events] == [
        (0, SUMMARY, None), (1, "view", "s1"), (2, "search", None)]
    assert words.events[1].said == "viewed Norvale cushioned mesh running shoes 3 times, 2 days ago"
    assert words.events[2].query == "waterproof tent"
    check_spans(template, words)


def test_habits_and_a_past_without_purchases(template):
    row = summary(purchases=0, bought_days=None, shows=30, clicks=6, night=0.5, weekend=0.7, returns=2,
                  categories=None, recent=None, brands=None, first_days=0, active_days=1, active_28=0)
    assert read(template, template.history(row, [])) == [
        "no purchases", "active 1 day", "seen today", "since today", "clicks very often", "often at night",
        "mostly weekends", "returned 2"]


def test_list_columns_may_be_arrays(template):
    row = summary(**{name: np.array(values, dtype=object) for name, values in (
        ("categories", ["A > Tents", "B > Rug"]), ("brands", []), ("recent", ["B > Rug"]))})
    assert read(template, template.history(row, []), "category") == ["mostly", "tents", "rug", "this week", "rug"]


def test_opinions_are_quoted(template):
    words = template.history(None, [event("review", value=4.0, text="very good quality", **TENT)])
    assert read(template, words) == [
        "reviewed", "4 of 5", "waterproof tent", "tents", "tamsin", "premium", "very good quality", "2 days ago"]


def test_nobody_known_is_nothing_said(template):
    for words in (template.history(None, []), template.history(summary(active_days=None), [])):
        assert words.ids.tolist() == [template.cache.cls, template.cache.sep]
        assert words.spans == words.events == ()


def test_the_budget_is_kept_and_the_newest_come_first(cache):
    events = [event("view", age * DAY, **SHOES | {"item_id": f"s{age}"}) for age in range(30)]
    for budget in (10, 40, 100, 192):
        template = Template(cache, TextSettings(history_tokens=budget))
        words = template.history(summary(), events)
        assert len(words.ids) <= budget
        check_spans(template, words)
        kept = [e.item_id for e in words.events if e.event_type == "view"]
        assert kept == [f"s{age}" for age in range(len(kept))]  # newest first, none left out between
    assert len(kept) > 5


def test_an_item_word_for_word(template):
    history = template.history(None, [])
    row = fit(TENT, pop_clicks=10, pop_shows=38, popularity_level=3)
    words = template.candidate(row, history, Taste(), "home place 2")
    assert read(template, words) == [
        "waterproof tent", "tents", "tamsin", "premium", "home place 2", "popular", "clicked very often"]
    assert words.said == ("Waterproof tent", "Tents", "by Tamsin", "premium price", "shown at home place 2", "popular",
                          "clicked very often by shoppers")
    assert {span.event for span in words.spans} == {-1}
    check_spans(template, words)


def test_words_of_fit_point_to_the_events_behind_them(template):
    history = template.history(summary(), [
        search("waterproof tent"), event("view", HOUR, **TENT), event("cart", DAY, **TENT),
        event("purchase", 20 * DAY, **SHOES), event("purchase", 30 * DAY, **TENT), event("favourite", **TENT),
        event("return", 25 * DAY, **TENT)])
    row = fit(TENT, viewed=2, viewed_age=HOUR, carted_age=DAY, bought=1, bought_age=30 * DAY, liked_age=2 * DAY,
              returned=True, partner="s1", partner_sum=0.1, complement_item="s1", complement_strength=0.3,
              all_weight=10, category_weight=5, brand_weight=0, usual_band=1.0, category_shown=40, category_clicked=9,
              shown=4, clicked=1, category_bought=3, category_bought_age=20 * DAY, category_item="s1")
    template.settings = TextSettings(candidate_tokens=120)
    words = template.candidate(row, history, Taste([event("view", **TENT)]))
    found = {(span.field, text): span.event for span, text in zip(words.spans, read(template, words), strict=True)}
    assert found == {
        ("title", "waterproof tent"): -1, ("category", "tents"): -1, ("brand", "tamsin"): -1, ("price", "premium"): -1,
        ("popularity", "unknown"): -1, ("repeat", "bought before 4 weeks ago"): 5,
        ("owned", "category bought 3 times 2 weeks ago"): 4, ("cart", "in cart yesterday"): 3,
        ("viewed", "seen 2 times today"): 2, ("liked", "liked"): 6, ("returned", "returned before"): 7,
        ("together", "very often bought with earlier"): 4, ("complement", "nearly always follows purchase"): 4,
        ("taste", "category mostly"): 0, ("taste", "brand never"): 0, ("price fit", "dearer than usual"): 0,
        ("taste", "style mostly"): 0, ("taste", "likes tent waterproof"): 0,
        ("taste", "clicked very often"): 0, ("shown", "shown 4"): -1,
        ("search", "matches all search today"): 1}
    assert len(words.said) == len(words.spans)
    check_spans(template, words)


def test_words_of_fit_stand_alone_when_their_event_is_forgotten(template):
    row = fit(viewed=1, viewed_age=DAY, all_weight=3, usual_band=1.0)
    words = template.candidate(row, template.history(None, []), Taste())
    assert {span.event for span in words.spans} == {-1}
    assert "seen before, yesterday" in words.said


def test_a_cart_older_than_a_month_is_not_mentioned(template):
    assert "cart" not in {s.field for s in template.candidate(
        fit(carted_age=31 * DAY), template.history(None, []), Taste()).spans}


@pytest.mark.parametrize(("query", "text"), [
    ("tent", "matches all search today"), ("tents", "matches all search today"),
    ("red waterproof tent", "matches part of search today"), ("mug", None), ("", None)])
def test_how_an_item_matches_the_newest_search(template, query, text):
    history = template.history(None, [search(query), search("waterproof tent", DAY)])
    found = read(template, template.candidate(fit(TENT), history, Taste()), "search")
    assert found == ([text] if text else [])


def test_the_candidate_budget_is_kept(cache):
    for budget in (8, 20, 40):
        template = Template(cache, TextSettings(candidate_tokens=budget))
        words = template.candidate(fit(viewed=3, viewed_age=DAY, shown=5), template.history(None, []), Taste())
        assert len(words.ids) <= budget
        check_spans(template, words)


def test_without_context_an_item_has_its_own_words_alone(cache):
    template = Template(cache, TextSettings(context=False))
    words = template.candidate(fit(viewed=3, viewed_age=DAY, shown=5), template.history(None, []), Taste(), "home")
    fields = {span.field for span in words.spans}
    assert {"title", "category", "place"} <= fields <= OWN
    assert len(words.said) == len(words.spans)
    check_spans(template, words)


def test_a_search_takes_as_many_tokens_as_the_settings_say(cache):
    for most in (2, 12):
        template = Template(cache, TextSettings(quote_tokens=most))
        words = template.history(None, [search("red tent " * 5)])
        (quote,) = [span for span in words.spans if span.field == "words"]
        assert quote.stop - quote.start == min(most, 10)


def test_an_item_without_a_title_goes_by_its_id(template):
    words = template.candidate(fit({**SHOES, "title": None}), template.history(None, []), Taste())
    assert words.said[0] == "s1"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(template, text):
    item = {"item_id": text, "title": text, "category": f"{text} > {text}", "brand": text, "band": 0.0, "price": 1.0}
    history = template.history(summary(categories=[text, text], brands=[text]), [
        search(text), event("review", value=5.0, text=text, **item), event("view", count=2, **item)])
    taste = Taste([event("view", **item)])
    words = template.candidate(fit(item, viewed=1, viewed_age=DAY, all_weight=1, shown=2), history, taste)
    for one in (history, words):
        check_spans(template, one)
    assert len(history.ids) <= template.settings.history_tokens
    assert len(words.ids) <= template.settings.candidate_tokens
    people_read = [*words.said[:1], *(e.said for e in history.events)]
    assert all(len(line) < 200 and line.isprintable() for line in people_read)


def test_texts_worth_tokenising():
    assert list(texts_of([search("tent"), event("review", text="good", **TENT)])) == ["tent", "Waterproof tent", "good"]


def test_places():
    assert place_words("search_page", 3) == "search page place 3"
    assert place_words("home", 99.0) == "home place 20"  # a column with gaps holds floats
    assert place_words("home", 3.0) == "home place 3"
    assert place_words(None, 1) == "place 1"
    assert place_words("ad", None) == "ad"
    assert place_words(None, None) == ""
