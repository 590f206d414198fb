"""Brands and categories of a catalogue, and which of them are words of the language."""

import pandas as pd

from core.search.names import Names, key_of, within
from core.search.tokens import tokens

ITEMS = pd.DataFrame(
    [("Trail shoes", "Norvale", "Shoes > Trail", "product"), ("Pocket lamp", "Bright", "Home > Lamps", "product"),
     ("Bright red lamp", "Tamsin", "Home > Lamps", "product"), ("Bright white lamp", "Tamsin", "", "product"),
     ("How to choose a lamp", "", "Home > Lamps", "article")],
    columns=["title", "brand", "category", "kind"],
)  # fmt: skip


def found(text):
    return [(what, [word.word for word in words], list(names)) for what, words, names in
            Names.of(ITEMS).found(list(tokens(text)))]  # fmt: skip


def test_names_are_those_of_the_catalogue():
    names = Names.of(ITEMS)
    assert names.kinds == {"product", "article"}
    assert names.categories == {("shoe",): ["Shoes"], ("trail",): ["Shoes > Trail"], ("home",): ["Home"],
                                ("lamp",): ["Home > Lamps"]}  # fmt: skip


def test_a_brand_that_is_a_word_of_the_language_is_none():
    # "bright" stands in two titles of others and is the brand of one item
    assert set(Names.of(ITEMS).brands) == {("norvale",), ("tamsin",)}


def test_a_number_is_no_name():
    items = ITEMS.assign(category="4217", brand=["80", "80", "7up", "", ""])
    assert (list(Names.of(items).brands), dict(Names.of(items).categories)) == ([("7up",)], {})


def test_plurals_and_words_that_say_nothing_do_not_matter():
    assert found("a lamp of Tamsin") == [("category", ["lamp"], ["Home > Lamps"]), ("brand", ["tamsin"], ["Tamsin"])]
    assert key_of("Home & Garden") == key_of("home and gardens") == ("home", "garden")


def test_the_longest_name_is_meant():
    items = ITEMS.assign(category=["Phones", "Phone cases", "Cases", "", ""])
    (only,) = Names.of(items).found(list(tokens("phone case")))
    assert list(only[2]) == ["Phone cases"]


def test_below_a_category():
    assert within("Home > Lamps", ["Home"])
    assert within("Home", ["Home"])
    assert not within("Homeware > Lamps", ["Home"])
    assert not within("", ["Home"])
