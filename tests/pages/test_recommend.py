"""Recommend, for a shopper: a list that is varied, capped and ruled, says what moved each item and what that costs."""

from __future__ import annotations

import json

import pytest

from core.arrange import VARIED, Arrangement
from core.rules import Rule
from tests.pages.fake_shop import FakeShop


def said(app):
    return [element.value for kind in (app.markdown, app.caption) for element in kind]


def ask(app):
    next(button for button in app.button if button.label == "Recommend").click()
    return app.run()


def field(app, kind, label):
    return next(one for one in app.get(kind) if one.label == label)


def test_a_list_says_what_to_expect_and_what_its_order_costs(page, shop):
    app = page("recommend", user="S00042", variety="0")
    assert any("No other order would get more" in line for line in said(app))
    assert not any("by chance alone" in line for line in said(app))
    app = page("recommend", user="S00042", cap_category="1", variety="0")
    assert shop.asked[-1] == (10, None, None, False, Arrangement(0.0, cap_category=1))
    assert any("The likeliest first would get" in line for line in said(app))
    assert any("Only 8 of 10 places are filled" in line.replace("\\", "") for line in said(app))


def test_what_is_moved_says_from_where_and_why(page):
    rules = json.dumps([Rule("pin", item="I004", place=1).plain()])
    app = page("recommend", user="S00042", rules=rules, variety="0")
    line = next(line for line in said(app) if "by chance alone" in line)
    assert line.replace("\\", "").endswith("Place 5 by chance alone. Moved: pinned to place 1: item I004.")


def test_what_is_asked_for_goes_into_the_address(page, shop):
    app = page("recommend", user="S00042")
    assert shop.asked[-1] == (10, None, None, False, VARIED)
    assert app.query_params == {"user": "S00042"}
    field(app, "slider", "Variety").set_value(0.6)
    field(app, "slider", "How many").set_value(5)
    field(app, "number_input", "Of one brand, at most").set_value(3)
    field(app, "selectbox", "Place on the site").select("home")
    app.checkbox[0].check()
    app = ask(app)
    assert shop.asked[-1] == (5, None, "home", True, Arrangement(0.6, cap_brand=3))
    assert app.query_params == {
        "user": "S00042", "variety": "0.6", "k": "5", "cap_brand": "3", "place": "home", "why": "1",
    }  # fmt: skip
    app = page("recommend", **app.query_params)
    assert shop.asked[-1] == (5, None, "home", True, Arrangement(0.6, cap_brand=3))


def test_what_an_address_says_wrongly_counts_as_usual(page, shop):
    page("recommend", user="S00042", variety="much", k="900", cap_brand="nan", place="moon", why="yes")
    assert shop.asked[-1] == (30, None, None, False, VARIED)


def test_places_are_those_of_the_log(page):
    app = page("recommend", user="S00042")
    assert field(app, "selectbox", "Place on the site").options == [
        "Anywhere", "home: products and articles", "ad: ads",
    ]  # fmt: skip


def test_a_log_without_places_offers_none(page, shop):
    shop.plain = True
    assert field(page("recommend", user="S00042"), "selectbox", "Place on the site").disabled


def test_rules_are_added_and_taken_out(page, shop):
    app = page("recommend", user="S00042")
    field(app, "selectbox", "What to do").select("bury").run()
    field(app, "selectbox", "With").select("brand").run()
    assert app.button(key="rule-add").disabled
    field(app, "selectbox", "Brand").select("Norvale").run()
    app.button(key="rule-add").click().run()
    assert json.loads(app.query_params["rules"]) == [{"do": "bury", "brand": "Norvale"}]
    assert shop.asked[-1][-1].rules == (Rule("bury", brand="Norvale"),)
    assert any("Buried 2 times: brand Norvale" in line.replace("\\", "") for line in said(app))
    app.button(key="unrule-0").click().run()
    assert "rules" not in app.query_params
    assert not any("Buried" in line for line in said(app))


def test_a_rule_may_be_about_a_number_of_the_items(page, shop):
    app = page("recommend", user="S00042")
    field(app, "selectbox", "What to do").select("hide").run()
    field(app, "selectbox", "With").select("column").run()
    assert field(app, "selectbox", "Number").options == ["stock", "margin"]
    assert app.button(key="rule-add").disabled
    field(app, "number_input", "Up to").set_value(0).run()
    app.button(key="rule-add").click().run()
    assert shop.asked[-1][-1].rules == (Rule("hide", column="stock", most=0.0),)
    assert any("Hidden: stock up to 0" in line.replace("\\", "") for line in said(app))


@pytest.mark.parametrize("rules", ["no json", "{}", '[{"do": "shove"}]', '["hide"]'])
def test_rules_that_cannot_be_read_are_said(page, shop, rules):
    app = page("recommend", user="S00042", rules=rules)
    assert len(app.error) == 1
    assert not app.exception
    assert shop.asked[-1][-1] == VARIED


def test_vectors_are_made_once_where_they_are_missing(page, shop: FakeShop):
    shop.vectors = False
    page("recommend", user="S00042").run()
    assert [kind for kind, _ in shop.submitted] == ["vectors"]
    assert shop.submitted[0][1] == {"version": 3, "model": "demo"}


def test_another_use_is_in_the_address_and_an_unknown_one_is_for_a_shopper(page):
    app = page("recommend", user="S00042", **{"for": "nobody"})
    assert app.query_params["user"] == "S00042"
    assert not app.exception
    assert any("clicks" in line for line in said(app))
