"""What a shopper looks for in titles, by hand."""

from __future__ import annotations

import pytest

from core.text.taste import Taste, title_words
from tests.core.text.rows import SHOES, TENT, event


def tent(title: str) -> dict[str, object]:
    return {**TENT, "title": title}


def test_one_category_with_plenty_of_looks_speaks_for_itself():
    events = [event("view", **tent("Blue nylon tent")), event("purchase", **tent("Blue cotton tent")),
              event("view", **tent("Green nylon tent")), event("return", **tent("Red nylon tent"))]
    taste = Taste(events, {"Outdoor > Tents": frozenset({"tent"})})
    # Weights: a look 1, a purchase 2, a return nothing: 4 in all, blue 3, cotton 2. Overall the same shares, so that
    # (3 + 2 * 3/4) / (4 + 2) = 3/4 and (2 + 2 * 2/4) / 6 = 1/2. "tent" is what every tent is called.
    item = tent("Blue cotton tent")
    assert taste.style(item) == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert taste.liked(item) == ["blue", "cotton"]
    assert taste.style(tent("Red tent")) == 0  # what went back is no taste
    assert taste.liked(tent("Red tent")) == []


def test_a_new_category_is_judged_by_all_others():
    taste = Taste([event("view", **tent("Blue tent")), event("view", **tent("Green tent"))])
    shoes = {**SHOES, "title": "Blue shoes", "category": "Shoes"}
    # Nothing was looked at among shoes: (0 + 2 * 1/2) / (0 + 2) for blue; "shoes" is the category's own name.
    assert taste.style(shoes) == pytest.approx(1 / 2)
    assert taste.liked(shoes) == ["blue"]


def test_brands_and_categories_have_words_of_their_own():
    taste = Taste([event("view", **SHOES)])
    assert taste.style({**SHOES, "title": "Norvale running shoes"}) is None
    assert "norvale" not in taste.liked(SHOES)


def test_three_words_are_named_at_most():
    taste = Taste([event("view", **SHOES)], {})
    assert taste.liked(SHOES) == ["42", "blue", "cushioned"]


def test_nothing_known_is_no_taste():
    for taste in (Taste(), Taste([event("view", item_id="22423")]), Taste([event("search", query="blue tent")])):
        assert taste.style(TENT) is None
        assert taste.liked(TENT) == []


def test_words_that_tell_items_apart():
    assert title_words("Set of 2 mugs for the red-brown DOG") == {"2", "mugs", "red", "brown", "dog"}
    assert title_words(None) == set()
