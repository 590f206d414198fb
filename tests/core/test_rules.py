"""A rule is about the items that have all it names, says itself in words, and is refused when it cannot be kept."""

import pytest

from core import rules
from core.errors import InputError
from core.records import Recommendation
from core.rules import Rule

SHOE = Recommendation("P1", "Trail shoes", "Shoes > Trail", "Norvale", 100.0, "product", 0.2, ["popular"],
                      numbers={"stock": 0.0, "margin": 0.3})  # fmt: skip
TALK = Recommendation("A1", "On tents", "", "", None, "article", 0.1, ["new"])


@pytest.mark.parametrize(("rule", "met"), [
    (Rule("hide", item="P1"), True),
    (Rule("hide", item="P2"), False),
    (Rule("hide", brand="Norvale"), True),
    (Rule("hide", category="Shoes"), True),
    (Rule("hide", category="Shoes > Trail"), True),
    (Rule("hide", category="Sho"), False),
    (Rule("hide", price_from=100), True),
    (Rule("hide", price_from=100.01), False),
    (Rule("hide", price_to=100), True),
    (Rule("hide", price_from=50, price_to=99), False),
    (Rule("hide", brand="Norvale", price_to=99), False),
    (Rule("hide", column="stock", most=0), True),
    (Rule("hide", column="stock", least=1), False),
    (Rule("boost", column="margin", least=0.3, most=0.5), True),
    (Rule("boost", column="margin", least=0.31), False),
    (Rule("boost", column="returns", most=5), False),
])  # fmt: skip
def test_a_rule_is_about_what_has_all_it_names(rule, met):
    assert rule.meets(SHOE) is met


def test_what_has_no_price_meets_no_bound_of_prices():
    assert not Rule("boost", price_from=0).meets(TALK)
    assert not Rule("boost", price_to=10).meets(TALK)


def test_a_boost_multiplies_and_burying_divides():
    assert (Rule("boost", item="x", by=4).weight, Rule("bury", item="x", by=4).weight) == (4, 0.25)
    assert Rule("pin", item="x").weight == Rule("hide", item="x").weight == 1


@pytest.mark.parametrize(("rule", "said"), [
    (Rule("boost", brand="Norvale", price_to=50), "boosted 2 times: brand Norvale, price up to 50"),
    (Rule("bury", category="Shoes", by=1.5), "buried 1.5 times: category Shoes"),
    (Rule("pin", item="P1", place=3), "pinned to place 3: item P1"),
    (Rule("hide", price_from=5, price_to=9.5), "hidden: price 5 to 9.5"),
    (Rule("hide", price_from=5), "hidden: price from 5"),
    (Rule("hide", column="stock", most=0), "hidden: stock up to 0"),
    (Rule("boost", brand="Norvale", column="margin", least=0.3), "boosted 2 times: brand Norvale, margin from 0.3"),
])  # fmt: skip
def test_a_rule_in_words(rule, said):
    assert rule.said == said
    assert rules.of(rule.plain()) == rule


@pytest.mark.parametrize(("raw", "message"), [
    ({"brand": "Norvale"}, "must say what to do"),
    ({"do": "shove", "brand": "Norvale"}, "no rule 'shove'.*boost, bury, pin, hide"),
    ({"do": "hide"}, "says nothing of which items"),
    ({"do": "pin", "brand": "Norvale"}, "Only a single item can be pinned"),
    ({"do": "boost", "item": "x", "by": 1}, "more than 1"),
    ({"do": "boost", "item": "x", "by": float("nan")}, "by of a rule is a number"),
    ({"do": "pin", "item": "x", "place": 0}, "counted from 1"),
    ({"do": "pin", "item": "x", "place": 1.5}, "whole number"),
    ({"do": "hide", "item": 7}, "item of a rule is a text, not 7"),
    ({"do": "hide", "price_to": "9"}, "price_to of a rule is a number"),
    ({"do": "hide", "price_from": 9, "price_to": 8}, "No price is both"),
    ({"do": "hide", "colour": "red"}, "no 'colour'"),
    ({"do": "hide", "column": "stock"}, "names both"),
    ({"do": "hide", "brand": "Norvale", "most": 0}, "names both"),
    ({"do": "hide", "column": "stock", "least": 2, "most": 1}, "No stock is both"),
    ({"do": "hide", "column": "stock", "most": "0"}, "most of a rule is a number"),
])  # fmt: skip
def test_a_rule_that_cannot_be_kept_says_why(raw, message):
    with pytest.raises(InputError, match=message):
        rules.of(raw)


def test_rules_are_read_from_a_file(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\ndo = "boost"\nbrand = "Norvale"\nby = 3\n\n[[rule]]\ndo = "hide"\nprice_to = 5\n')
    assert rules.read(file) == (Rule("boost", brand="Norvale", by=3.0), Rule("hide", price_to=5.0))


@pytest.mark.parametrize(("text", "message"), [
    ("[[rule]\n", "cannot be read as rules"),
    ("do = 'hide'\n", r"each under its own \[\[rule\]\]"),
    ("[rule]\ndo = 'hide'\n", r"each under its own \[\[rule\]\]"),
    ("[[rule]]\ndo = 'hide'\nitem = 'x'\n[[rule]]\ndo = 'hide'\n", "Rule 2 of .*says nothing"),
])  # fmt: skip
def test_a_file_that_holds_no_rules_is_refused(tmp_path, text, message):
    file = tmp_path / "rules.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        rules.read(file)
    with pytest.raises(InputError, match="cannot be read"):
        rules.read(tmp_path / "none.toml")


def test_the_first_pin_of_a_place_and_of_an_item_counts():
    some = [Rule("pin", item="a", place=2), Rule("pin", item="b", place=2), Rule("pin", item="a", place=3),
            Rule("hide", item="c"), Rule("pin", item="b", place=1)]  # fmt: skip
    assert {place: rule.item for place, rule in rules.pinned(some).items()} == {2: "a", 1: "b"}
