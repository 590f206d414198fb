"""Recommend, for a search and for an item's page: what was understood, what is found, and what moves for a shopper."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest

from core.conditions import Deed, Did, leaves
from tests.pages.fake_search import KINDS
from tests.pages.fake_shop import FakeShop


def said(app):
    kinds = (app.markdown, app.caption, app.info, app.subheader, app.error)
    return [str(element.value).replace("\\", "") for kind in kinds for element in kind]


def buttons(app):
    return [button.label.replace("\\", "") for button in app.button]


def press(app, label):
    next(button for button in app.button if button.label.replace("\\", "") == label).click()
    return app.run()


def titles(app):
    """Titles of the cards, in order."""
    return [line for line in said(app) if re.fullmatch(r"\*\*\d+\. .*\*\*", line)]


def test_before_anything_is_typed_searches_of_the_log_are_offered(page):
    app = page("recommend", **{"for": "search"})
    assert any("Type what a shopper would type" in line for line in said(app))
    app = press(app, "ankle boots")
    assert app.query_params["q"] == "ankle boots"
    assert titles(app) == ["**1. Black leather ankle boots**"]


def test_without_searches_in_the_log_none_are_offered(page, shop: FakeShop):
    shop.plain = True
    app = page("recommend", **{"for": "search"})
    assert any("a price are understood." in line for line in said(app))
    assert not any("searched for most" in line for line in said(app))


def test_what_is_typed_is_kept_in_the_address_and_understood(page):
    app = page("recommend", **{"for": "search"})
    app.text_input(key="q-").set_value("Northway shoes under 5").run()
    assert app.query_params["q"] == "Northway shoes under 5"
    assert {"Brand: Northway", "Category: Shoes", "Price: up to 5"} <= set(buttons(app))
    assert any("so other prices are shown" in line for line in said(app))
    assert titles(app) == ["**1. Running shoes, blue mesh**", "**2. How to choose a trail shoe**"]
    assert any(line.startswith("2 items match") for line in said(app))


def test_a_part_can_be_taken_away(page):
    app = press(page("recommend", q="Northway shoes under 5", **{"for": "search"}), "Price: up to 5")
    assert app.query_params["q"] == "Northway shoes"
    assert "Price: up to 5" not in buttons(app)
    assert not any("so other prices are shown" in line for line in said(app))


def test_taking_the_last_part_away_begins_anew(page):
    app = press(page("recommend", q="lamp", **{"for": "search"}), "lamp")
    assert "q" not in app.query_params
    assert any("Type what a shopper would type" in line for line in said(app))


def test_nothing_matches(page):
    app = page("recommend", q="submarine", **{"for": "search"})
    assert any("Nothing matches" in line for line in said(app))
    assert "submarine" in buttons(app)


def test_for_a_shopper_it_says_what_moved(page):
    app = page("recommend", q="shoes", user="S00042", **{"for": "search"})
    assert titles(app) == ["**1. How to choose a trail shoe**", "**2. Running shoes, blue mesh**"]
    assert "Of the first 2, 2 items stand elsewhere than for anybody." in said(app)
    (line,) = [line for line in said(app) if line.startswith("1. Running")]
    assert line == "1. Running shoes, blue mesh :gray[→ 2]  \n2. How to choose a trail shoe :gray[→ 1]"
    assert any("up 1 place" in line for line in said(app))
    assert "For nobody in particular" in buttons(app)
    app = press(app, "For nobody in particular")
    assert "user" not in app.query_params
    assert titles(app) == ["**1. Running shoes, blue mesh**", "**2. How to choose a trail shoe**"]


def test_without_a_model_the_order_is_the_same_for_everybody(page, shop: FakeShop):
    shop.model_name = None
    app = page("recommend", q="shoes", user="S00042", **{"for": "search"})
    assert any("the order is the same for everybody" in line for line in said(app))
    assert titles(app)[0] == "**1. Running shoes, blue mesh**"


def test_an_unknown_shopper_is_said(page):
    app = page("recommend", q="shoes", user="nobody", **{"for": "search"})
    assert "nobody" in app.error[0].value
    assert not app.exception


@pytest.mark.parametrize(("made", "words"), [(True, "by words and by meaning"), (False, "by words alone")])
def test_it_says_by_what_items_are_found(made, words, page, shop: FakeShop):
    shop.vectors = made
    assert any(words in line for line in said(page("recommend", q="shoes", **{"for": "search"})))


def test_more_are_shown_when_there_may_be_more(page):
    app = page("recommend", q="under 900", **{"for": "search"})
    assert len(titles(app)) == 10
    app = press(app, "Show more")
    assert app.query_params["k"] == "20"
    assert len(titles(app)) == 12
    assert "Show more" not in buttons(app)


def test_from_a_search_to_an_items_page(page):
    app = press(page("recommend", q="wool coat", **{"for": "search"}), "Its page")
    assert (app.query_params["for"], app.query_params["item"]) == ("item", "I004")
    assert "Wool coat, camel" in said(app)


def test_an_items_page_says_why_each_is_there(page):
    app = page("recommend", item="I001", **{"for": "item"})
    lines = said(app)
    assert {"Similar items", "Goes with it", "Articles and videos about it"} <= set(lines)
    assert any("Bought together by 31 shoppers, 4.2 times as often as by chance" in line for line in lines)
    assert any("Says “shoe”" in line for line in lines)
    assert any("2 June 2026" in line for line in lines)


def who_bought(app, shop):
    links = [link.proto for link in app.get("page_link") if link.proto.label.startswith("Who bought")]
    return {link.label: next(leaves(shop.segments.read(parse_qs(link.query_string)["where"][0]))) for link in links}


def test_an_items_page_leads_to_those_who_bought_it_or_the_like(page, shop: FakeShop):
    assert who_bought(page("recommend", item="I001", **{"for": "item"}), shop) == {
        "Who bought it": Did(Deed("purchase", items=("I001",))),
        "Who bought Shoes": Did(Deed("purchase", categories=("Wear > Shoes",))),
        "Who bought Northway": Did(Deed("purchase", brands=("Northway",))),
    }
    assert "Who bought it" not in who_bought(page("recommend", item="I006", **{"for": "item"}), shop)  # an article


def test_an_articles_page_shows_products(page):
    lines = said(page("recommend", item="I006", **{"for": "item"}))
    assert "Products it is about" in lines
    assert "No product shares its category or words of its title." in lines


def test_a_videos_page_shows_products(page, monkeypatch):
    monkeypatch.setitem(KINDS, 11, "video")
    assert "Products it is about" in said(page("recommend", item="I011", **{"for": "item"}))


def test_nothing_goes_with_it(page, shop: FakeShop):
    shop.plain = True
    lines = said(page("recommend", item="I001", **{"for": "item"}))
    assert any(line.startswith("Nothing was bought with it") for line in lines)


def test_before_an_item_is_chosen_some_are_offered(page):
    app = page("recommend", **{"for": "item"})
    assert any("Choose an item" in line for line in said(app))
    app = press(app, "Running shoes, blue mesh")
    assert app.query_params["item"] == "I001"


def test_an_unknown_item_is_said(page):
    assert "No item has the id" in page("recommend", item="I900", **{"for": "item"}).error[0].value


@pytest.mark.parametrize("use", ["search", "item"])
def test_nothing_from_the_data_becomes_markup(use, page):
    app = page("recommend", q="script", item="I010", **{"for": use})
    markdown = [element.value for kind in (app.markdown, app.caption, app.subheader) for element in kind]
    assert any("alert" in text for text in markdown)
    assert not [text for text in markdown if "<script" in text.replace("\\<", "")]
