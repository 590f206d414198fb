"""Recommend, the assistant: a conversation, its reasons, its choices, and what a language model may word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.assist.records import Choice
from tests.pages.fake_shop import FakeShop


def said(app):
    return [str(element.value).replace("\\", "") for kind in (app.markdown, app.caption, app.error) for element in kind]


def buttons(app):
    return [button.label.replace("\\", "") for button in app.button]


def press(app, label):
    next(button for button in app.button if button.label.replace("\\", "").startswith(label)).click()
    return app.run()


def say(app, text):
    app.chat_input[0].set_value(text).run()
    return app


@pytest.fixture
def talk(page):
    def begin(**address):
        return page("recommend", **{"for": "assist", **address})

    return begin


def test_before_anything_is_said_it_says_what_it_is_and_offers_searches(talk):
    app = talk()
    assert any("Say what is needed, as you would to somebody in the shop" in line for line in said(app))
    assert "Start anew" not in buttons(app)
    app = press(app, "ankle boots")
    assert app.query_params["need"] == "ankle boots"
    assert any("1 item" in line or "One item matches" in line for line in said(app))


def test_a_need_gets_items_with_reasons_and_a_turn_goes_on_from_there(talk):
    app = say(talk(), "shoes, please")
    lines = said(app)
    assert "shoes, please" in lines
    assert any(line.startswith("10 items match Shoes. **") for line in lines)
    assert any(line.startswith(":material/lightbulb: Is in Shoes") for line in lines)
    app = say(app, "not running")
    assert app.query_params["need"] == "shoes not running"
    assert any("Running" not in line for line in said(app) if line.startswith("**1."))
    assert len(app.chat_message) == 4
    app = press(app, "Start anew")
    assert "need" not in app.query_params
    assert not app.chat_message


def test_choices_say_how_many_they_lead_to_and_lead_there(talk):
    app = say(talk(), "shoes")
    choice = next(label for label in buttons(app) if label.startswith("Blue"))
    assert choice == "Blue :gray[1]"
    app = press(app, "Blue")
    assert app.query_params["need"] == "shoes blue"
    assert any(line.startswith("One item matches") for line in said(app))


def test_a_part_can_be_taken_away_and_the_last_one_begins_anew(talk):
    app = talk(need="shoes under 25")
    assert {"Category: Shoes", "Price: up to 25"} <= set(buttons(app))
    app = press(app, "Price: up to 25")
    assert app.query_params["need"] == "shoes"
    app = press(app, "Category: Shoes")
    assert "need" not in app.query_params
    assert not app.chat_message


def test_a_link_opens_with_its_need(talk):
    app = talk(need="wool coat")
    assert [message.name for message in app.chat_message] == ["user", "assistant"]
    assert any(line.startswith("One item matches") for line in said(app))


def test_for_a_shopper_predictions_are_marked(talk, shop: FakeShop):
    app = talk(need="shoes", user="S00042")
    assert any(line.startswith(":violet[Predicted] 40.0 % chance of a click") for line in said(app))
    shop.model_name = None
    assert not any("Predicted" in line for line in said(talk(need="shoes", user="S00042")))


def test_nothing_matches_is_said_plainly(talk):
    app = talk(need="submarine")
    assert any("No item has “submarine”." in line for line in said(app))
    assert any("Nothing matches submarine" in line for line in said(app))


def test_words_of_a_language_model_are_marked_as_such(talk, shop: FakeShop):
    shop.wording = "[1] is the one."
    app = talk(need="wool coat")
    assert any(line == "**Wool coat, camel** is the one." for line in said(app))
    assert any("Worded by little" in line for line in said(app))


def test_an_unknown_shopper_and_nothing_said_are_errors_in_words(talk):
    assert "nobody" in talk(need="shoes", user="nobody").error[0].value
    app = say(talk(), "start over")
    assert "Nothing is asked for" in app.error[0].value
    assert not app.exception


def test_nothing_from_the_data_or_from_the_person_becomes_markup(talk):
    app = say(talk(need="script"), "<b>x</b> [9] **y**")
    markdown = [element.value for kind in (app.markdown, app.caption) for element in kind]
    assert any("alert" in text for text in markdown)
    for text in markdown:
        assert "<script" not in text.replace("\\<", "")
        assert "<b>" not in text.replace("\\<", "")


def test_a_brand_and_a_colour_of_one_name_are_two_choices(talk, shop: FakeShop, monkeypatch):
    answer = FakeShop.assist

    def twice(self, *args, **more):
        found = answer(self, *args, **more)
        return replace(found, choices=[Choice("brand", "Red", "red", 2), Choice("colour", "Red", "red", 3)])

    monkeypatch.setattr(FakeShop, "assist", twice)
    app = talk(need="shoes")
    assert not app.exception
    assert {"Red :gray[2]", "Red :gray[3]"} <= set(buttons(app))
