"""Bounds are kept while something has the words, and let go of one by one."""

import numpy as np
import pandas as pd
import pytest

from core.search.bounds import keep
from core.search.query import Query

#                trail   road  lamp  about lamps
SHELF = pd.DataFrame({
    "category": ["Shoes > Trail", "Shoes > Road", "Home > Lamps", "Home > Lamps"],
    "brand": ["Norvale", "Norvale", "Tamsin", ""],
    "kind": ["product", "product", "product", "article"],
    "price": [100.0, 50.0, 20.0, np.nan],
    "band": [2.0, 1.0, 0.0, np.nan],
})  # fmt: skip
NOTHING = np.zeros(4)


def kept(worth=NOTHING, **asked):
    words = "shoes" if np.any(worth) else ""
    found = keep(Query("", words=words, **asked), SHELF, np.asarray(worth, dtype=float), ["product"])
    return np.flatnonzero(found.allowed).tolist(), np.flatnonzero(found.having).tolist(), list(found.notes)


def test_without_bounds_products_are_meant():
    assert kept() == ([0, 1, 2], [0, 1, 2], [])
    assert kept([0, 2, 0, 3]) == ([0, 1, 2], [1], [])


@pytest.mark.parametrize(("asked", "left"), [
    ({"high": 50}, [1, 2]), ({"low": 50}, [0, 1]), ({"low": 30, "high": 60}, [1]), ({"band": 0}, [2]),
    ({"brands": ["Norvale"]}, [0, 1]), ({"categories": ["Shoes"]}, [0, 1]), ({"categories": ["Shoes > Road"]}, [1]),
    ({"kind": "article"}, [3]), ({"brands": ["Norvale"], "high": 60}, [1]),
])  # fmt: skip
def test_each_bound(asked, left):
    assert kept(**asked) == (left, left, [])


def test_a_price_that_nothing_has_is_let_go_of():
    assert kept([3, 3, 0, 0], high=30) == ([0, 1, 2], [0, 1], [
        "Nothing that matches costs up to 30, so other prices are shown. The cheapest is 50.00."])  # fmt: skip
    assert kept([0, 3, 0, 0], low=60)[2] == [
        "Nothing that matches costs from 60, so other prices are shown. The dearest is 50.00."]  # fmt: skip
    assert kept([3, 3, 0, 0], low=60, high=90)[2] == [
        "Nothing that matches costs 60 to 90, so other prices are shown."]  # fmt: skip


def test_a_poor_match_within_the_bounds_is_no_match():
    assert kept([4, 0, 1.9, 0], high=30)[2]
    assert kept([4, 0, 2, 0], high=30) == ([2], [2], [])


def test_the_bound_that_says_least_goes_first():
    assert kept(high=30, brands=["Norvale"])[0] == [0, 1]  # the price, not the brand
    assert kept(band=2, high=60)[2] == [
        "Nothing that matches is in the premium price band, so other prices are shown."]  # fmt: skip
    assert kept(brands=["Tamsin"], categories=["Shoes"])[2] == [
        "Nothing of Tamsin matches, so other brands are shown."]  # fmt: skip
    assert kept([0, 0, 2, 0], categories=["Shoes > Trail", "Shoes > Road"])[2] == [
        "Nothing in Trail or Road matches, so other categories are shown."]  # fmt: skip


def test_as_few_as_can_be_are_let_go_of():
    allowed, _, notes = kept([5, 0, 0, 0], band=0, high=30, brands=["Norvale"])
    assert (allowed, len(notes)) == ([0, 1], 2)  # band and price; the brand is kept


def test_a_kind_that_nothing_is_of():
    assert kept([0, 2, 0, 0], kind="article")[2] == ["There is no article that matches, so everything is shown."]
    assert kept([0, 2, 0, 0], kind="video")[2] == ["There is no video that matches, so everything is shown."]


def test_words_that_nothing_has_match_nothing():
    found = keep(Query("", words="submarine"), SHELF, NOTHING, ["product"])
    assert (found.allowed.sum(), found.having.sum(), list(found.notes)) == (3, 0, [])


def test_an_empty_shop():
    found = keep(Query("", high=3), SHELF[:0], np.zeros(0), ["product"])
    assert (found.allowed.size, found.having.size) == (0, 0)


def test_what_is_not_wanted_is_never_let_in():
    assert kept(no_brands=["Norvale"])[0] == [2]
    assert kept(no_categories=["Shoes"], brands=["Norvale"]) == ([2], [2], [
        "Nothing of Norvale matches, so other brands are shown."])  # fmt: skip
    assert kept(no_kinds=["product"])[0] == []
    barred = np.array([True, False, False, False])
    assert np.flatnonzero(keep(Query(""), SHELF, NOTHING, ["product"], barred).allowed).tolist() == [1, 2]


def test_colours_bound_where_they_are_asked_to():
    red = np.array([False, True, False, False])
    found = keep(Query("", colours=["red"]), SHELF, NOTHING, ["product"], None, red)
    assert np.flatnonzero(found.allowed).tolist() == [1]
    found = keep(Query("", colours=["red"], categories=["Home"]), SHELF, NOTHING, ["product"], None, red)
    assert np.flatnonzero(found.allowed).tolist() == [2]
    assert found.notes == ["Nothing that matches is red, so other colours are shown."]


def test_a_price_bounds_no_kind_that_has_none():
    assert kept(kind="article", high=10)[::2] == ([3], [])
    assert kept(kind="ad", high=30)[0] == [2]  # there are no ads: then the price bounds what is shown instead
