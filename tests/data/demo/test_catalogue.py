"""The demo shop's shelves: what an item is stands in its title, and prices follow brand and shelf."""

import numpy as np
import pytest

from core.schema import Col, Kind
from data.demo import catalogue
from data.demo.vocabulary import BRANDS, COLOURS, MATERIALS, SHELVES


@pytest.fixture(scope="module")
def goods():
    return catalogue.build(np.random.default_rng(1))


def test_a_title_says_what_moves_shoppers(goods):
    for number, title in enumerate(goods.frame[Col.TITLE][goods.kind == 0]):
        shelf = SHELVES[goods.shelf[number]]
        assert title.startswith(BRANDS[goods.brand[number]])
        assert f" {MATERIALS[goods.material[number]]} {shelf.nouns[goods.noun[number]]}, " in title
        if goods.colour[number] >= 0:
            assert f", {COLOURS[goods.colour[number]]}, " in title
        if goods.worn[number] >= 0:
            assert title.endswith(shelf.sizes[goods.worn[number]])


def test_only_products_have_prices_and_articles_no_brand(goods):
    kind = goods.frame[Col.KIND]
    assert (goods.frame[Col.PRICE].notna() == (kind == Kind.PRODUCT)).all()
    assert (goods.frame[Col.PRICE].dropna() > 0).all()
    assert (goods.frame[Col.BRAND].isna() == (kind == Kind.ARTICLE)).all()


def test_dear_brands_are_dear(goods):
    products = goods.kind == 0
    assert np.corrcoef(goods.dearness[products], np.log(goods.price[products]))[0, 1] > 0.3
    phones = goods.price[products & (goods.shelf == [s.name for s in SHELVES].index("Phones"))]
    cases = goods.price[products & (goods.shelf == [s.name for s in SHELVES].index("Phone cases"))]
    assert phones.min() > cases.max()


def test_every_shelf_holds_products_and_words_are_of_its_own(goods):
    assert set(goods.shelf[goods.kind == 0]) == set(range(len(SHELVES)))
    for shelf, category in zip(goods.shelf, goods.frame[Col.CATEGORY], strict=True):
        assert category == SHELVES[shelf].category
