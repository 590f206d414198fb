"""Words of a text, as names and indexes hold them."""

import pytest

from core.search.tokens import singular, terms, tokens


@pytest.mark.parametrize(("text", "words"), [
    ("Trail shoes, red", ["trail", "shoes", "red"]),
    ("noise-cancelling 6.1", ["noise", "cancelling", "6", "1"]),
    ("Chef's knife", ["chef", "knife"]),
    ("CAFÉ Crème", ["cafe", "creme"]),
    ("size S", ["size", "s"]),
    ("防水 usb线", ["防", "水", "usb", "线"]),
    ("", []),
])  # fmt: skip
def test_words_in_lower_case_without_accents(text, words):
    assert [token.word for token in tokens(text)] == words


def test_places_are_those_of_the_text():
    text = "A red  lamp"
    assert [text[token.start : token.end] for token in tokens(text)] == ["A", "red", "lamp"]


@pytest.mark.parametrize(("word", "one"), [
    ("shoes", "shoe"), ("dresses", "dress"), ("boxes", "box"), ("batteries", "battery"), ("glass", "glass"),
    ("bus", "bus"), ("gas", "gas"), ("tennis", "tennis"), ("ties", "tie"), ("bedding", "bedding"),
])  # fmt: skip
def test_plurals(word, one):
    assert singular(word) == one


def test_characters_without_blanks_are_held_as_pairs():
    assert terms("防水跑鞋 usb 灯") == ["防水", "水跑", "跑鞋", "usb", "灯"]
