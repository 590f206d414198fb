"""BM25 by hand, stems, and words that nobody wrote."""

import math

import pandas as pd
import pytest

from core.search.lexical import Lexical, shared

ITEMS = pd.DataFrame(
    [("a", "red shoe", "", "", ""), ("b", "blue jacket", "", "", "")],
    columns=["item_id", "title", "description", "category", "brand"],
)


@pytest.fixture(scope="module")
def index():
    return Lexical(ITEMS)


def test_scores_by_hand(index):
    # Both texts have 7 words (the title three times, and the id), so length counts for nothing.
    # "red": in 1 of 2, idf = ln(1 + 1.5 / 1.5) = ln 2; three times in the text: 3 / (1.5 + 3) = 2/3.
    assert index.scores("red") == pytest.approx([math.log(2) * 2 / 3, 0])
    assert index.scores("red shoe") == pytest.approx([2 * math.log(2) * 2 / 3, 0])
    assert index.scores("red red") == pytest.approx(index.scores("red"))


def test_a_word_of_the_title_counts_more_than_one_beside_it():
    # "b" is said once, in a text of 7 words: 1 / (1.5 + 1) = 0.4.
    assert Lexical(ITEMS).scores("b") == pytest.approx([0, math.log(2) * 0.4])


def test_other_forms_of_a_word_are_the_word(index):
    assert index.scores("Shoes")[0] == pytest.approx(index.scores("shoe")[0]) != 0
    assert index.scores("JACKETS")[1] > 0


def test_unknown_words_and_what_they_are_like(index):
    assert index.unknown("red jaket submarine") == {"jaket": "jacket", "submarine": ""}
    assert index.unknown("red shoes") == {}
    assert index.unknown("jac 12345 潜水艇") == {"jac": "", "12345": ""}
    assert index.scores("submarine").tolist() == [0, 0]
    assert index.scores("").tolist() == [0, 0]


def test_a_catalogue_without_items_or_words():
    assert Lexical(ITEMS[:0]).scores("red").tolist() == []
    empty = ITEMS.assign(item_id="…", title="")
    assert Lexical(empty).scores("red").tolist() == [0, 0]


def test_words_that_two_texts_share():
    assert shared("Blue running shoes", "A shoe to run in") == ["running", "shoes"]
    assert shared("lamp", "tent") == []


def test_what_is_named_as_a_category_comes_before_one_rare_word():
    items = pd.DataFrame(
        [("a", "warm cedar perfume", "", "Beauty > Perfume", ""), ("b", "leather boots brown", "", "Winter boots", ""),
         ("c", "suede boots black", "", "Winter boots", ""), ("d", "boots polish brush", "", "Shoe care", "")],
        columns=["item_id", "title", "description", "category", "brand"],
    )  # fmt: skip
    index = Lexical(items)
    # Every text has 12 words. "warm" is in 1 of 4: ln(10 / 3), three times: 2/3. "boots" is in 3 of 4: ln(10 / 7),
    # three times in d, four times in b and c: 4 / 5.5 = 8/11.
    warm, boots = math.log(10 / 3) * 2 / 3, math.log(10 / 7) * 8 / 11
    assert index.scores("warm boots") == pytest.approx([warm, boots, boots, math.log(10 / 7) * 2 / 3])
    assert index.ordered("warm boots") == pytest.approx([warm, boots + warm, boots + warm, math.log(10 / 7) * 2 / 3])
    assert index.ordered("boots") == pytest.approx(index.scores("boots"))  # one word: nothing to weigh


def test_what_has_every_word_is_not_overtaken_by_a_category():
    items = pd.DataFrame(
        [("a", "coffee mug", "", "Kitchen", ""), ("b", "coffee beans", "", "Coffee", "")],
        columns=["item_id", "title", "description", "category", "brand"],
    )  # fmt: skip
    assert Lexical(items).ordered("coffee mug").argmax() == 0
