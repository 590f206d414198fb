from dataclasses import replace

from core.records import TagSpec
from core.train.card import card, escaped
from tests.core.little_model import INFO

DATA = {
    "version": 3, "events": 1_234, "lists": True, "generated": False, "train_lists": 100, "train_shoppers": 50,
    "splits": {"train_end": "2026-06-01T00:00:00", "val_end": "2026-06-08T00:00:00"},
}
ROW = {"key": "k", "label": "Interested in ![x](http://h/p.png) | <b>", "family": "interest", "base_rate": 0.25,
       "ap": 0.5, "ap_lightgbm": None, "precision": None, "threshold": 0.4, "n": 1_200}


def test_the_card_names_every_row_and_what_was_not_measured() -> None:
    figures = {"after": {"auc": 0.8123, "ece": None, "n": 5_000.0}}
    text = card(replace(INFO, data=DATA, metrics=figures, tag_table=(ROW,)))
    assert "| this model | 0.812 | – |" in text
    assert "| 5,000 |" in text
    assert "| 0.250 | 0.500 | – | – | 1,200 |" in text
    assert "generated" not in text


def test_labels_from_the_data_are_no_markup() -> None:
    text = card(replace(INFO, data=DATA, tag_table=(ROW,)))
    assert "![x]" not in text and "<b>" not in text
    assert "\\!\\[x\\]" in text
    assert escaped("a\n| b") == "a \\| b"


def test_a_generated_shop_and_one_without_lists_say_so() -> None:
    assert "The data is generated" in card(replace(INFO, data={**DATA, "generated": True}, tag_table=()))
    text = card(replace(INFO, data={**DATA, "lists": False}, tag_table=()))
    assert "telling one from the others" in text and "purchases among items" in text


def test_the_card_says_whose_labels_tags_of_people_were_judged_on() -> None:
    age = TagSpec("attribute:age=18-24", "attribute", "Age: 18-24", "Is 18 to 24.", 7, "18-24")
    info = replace(INFO, data=DATA, tags=(age,), tag_table=(ROW,))
    assert "expect less of both" in card(info)
    assert "was not learned from" in card(replace(info, data={**DATA, "people_apart": True}))
    assert "What people are" not in card(replace(info, tags=()))
