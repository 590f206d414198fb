"""Amounts and phrases that bound a price."""

import pytest

from core.search.language import languages, number, stop_words


@pytest.mark.parametrize(("text", "value"), [
    ("80", 80), ("79.99", 79.99), ("79,99", 79.99), ("1,200", 1200), ("1.200", 1200), ("1,200.50", 1200.5),
    ("1.200,50", 1200.5), ("0.125", 0.125), ("1.5k", 1500), ("2K", 2000),
])  # fmt: skip
def test_amounts_of_any_country(text, value):
    assert number(text) == value


def spans(text):
    return {(bound.low, bound.high) for language in languages() for bound in language.bounds(text)}


@pytest.mark.parametrize(("text", "bounds"), [
    ("under 80", {(None, 80)}), ("below $80", {(None, 80), (64, 96)}),
    ("at most 99.5 eur", {(None, 99.5), (79.6, 119.4)}),
    ("60 to 40", set()), ("from 60 to 40", {(40, 60)}), ("around 50", {(40, 60)}),
    ("over 20", {(20, None)}),
    ("80元以下", {(None, 80), (64, 96)}), ("不超过80", {(None, 80), (80, None)}),
    ("100到200元", {(100, 200), (160, 240)}),
    ("under 30 cm", set()), ("under 300 g", set()), ("under 80cm", set()), ("undercover 80", set()),
    ("30厘米以下", set()),
    ("2-4", set()), ("size 42", set()), ("sunder 80", set()), ("under 20 %", set()), ("a lamp, max. 90", {(None, 90)}),
])  # fmt: skip
def test_phrases_that_bound_a_price_and_may_overlap(text, bounds):
    assert spans(text) == bounds


def test_another_language_needs_nothing_but_a_table():
    assert len(languages()) >= 2
    assert {"the", "的"} <= stop_words()
