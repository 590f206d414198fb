from __future__ import annotations

import pytest

from core.text import phrases
from core.text.phrases import DAY, HOUR


@pytest.mark.parametrize(("n", "words"), [
    (0, ""), (1, ""), (2, "2 times"), (10, "10 times"), (11, "over 10 times"), (20, "over 10 times"),
    (21, "over 20 times"), (199, "over 100 times"), (10_000, "over 500 times")])
def test_how_often(n, words):
    assert phrases.times(n) == words


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "just now"), (HOUR - 1, "just now"), (HOUR, "today"), (DAY - 1, "today"), (DAY, "yesterday"),
    (2 * DAY, "2 days ago"), (6 * DAY, "6 days ago"), (7 * DAY, "last week"), (13 * DAY, "last week"),
    (14 * DAY, "2 weeks ago"), (59 * DAY, "8 weeks ago"), (60 * DAY, "2 months ago"), (364 * DAY, "12 months ago"),
    (365 * DAY, "over a year ago")])
def test_how_long_ago(seconds, words):
    assert phrases.ago(seconds) == words


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (30, "4 weeks ago")])
def test_days_ago(days, words):
    assert phrases.days_ago(days) == words


def test_the_leaf_of_a_category():
    assert phrases.leaf("Home > Lamps") == "Lamps"
    assert phrases.leaf("Lamps") == "Lamps"
    assert phrases.leaf(None) == phrases.leaf("") == ""


def test_levels():
    assert [phrases.band(level) for level in (None, 0, 1.0, 2)] == ["", "budget", "mid price", "premium"]
    assert phrases.popularity(None) == "unknown"
    assert phrases.popularity(4) == "bestseller"
    assert phrases.click_rate(5, 19) == ""
    assert phrases.click_rate(0, 20) == "hardly ever clicked"  # 1 / 32
    assert phrases.click_rate(10, 38) == "clicked very often"  # 11 / 50
    assert phrases.strength(0.02) == "sometimes"
    assert phrases.strength(0.2) == "nearly always"


@pytest.mark.parametrize(("weight", "total", "words"), [
    (0, 0, "unknown"), (0, 9, "never"), (1, 100, "a little"), (1, 10, "some"), (2, 10, "much"), (5, 10, "mostly")])
def test_leaning(weight, total, words):
    assert phrases.lean(weight, total) == words


@pytest.mark.parametrize(("share", "words"), [
    (0, "never"), (0.05, "a little"), (0.1, "some"), (0.2, "much"), (0.4, "mostly")])
def test_style(share, words):
    assert phrases.style(share) == words


@pytest.mark.parametrize(("share", "words"), [
    (None, ""), (0.11, ""), (0.12, "sometimes"), (0.4, "often"), (0.6, "mostly")])
def test_habits(share, words):
    assert phrases.habit(share, (0.12, 0.35, 0.6)) == words


def test_things_are_counted():
    assert [phrases.counted(n, "purchase") for n in (0, 1, 8, 12)] == [
        "0 purchases", "1 purchase", "8 purchases", "over 10 purchases"]


@pytest.mark.parametrize(("level", "usual", "words"), [
    (None, 1, ""), (1, None, ""), (0, 1.5, "much cheaper than usual"), (0, 1, "cheaper than usual"),
    (1, 1.1, "usual price"), (2, 1, "dearer than usual"), (2, 0.5, "much dearer than usual")])
def test_price_against_what_is_usual(level, usual, words):
    assert phrases.price_fit(level, usual) == words
