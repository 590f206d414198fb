"""A panel that has nothing to show says why, and takes no other panel with it; one that is slow says what it does."""

from __future__ import annotations

from contextlib import nullcontext
from operator import attrgetter

import pytest
import streamlit as st

from core.errors import ModelError
from tests.pages.test_every_page import said

WHERE = '[["purchases",">=",2]]'
FAULT = "Model demo was trained on other weights of its base. Train it anew."
#: By page: its address, what is there whatever fails, and by the question that a panel asks, what it shows.
PAGES = {
    "shopper": ({"user": "S00042"}, ["**Counted** in the logs", "viewed **Black leather ankle boots**"], {
        "tags": "**Predicted** by the model", "recommend": "**1. ", "reasons": "Mostly because",
        "describing.of": "About this tag", "knowing.belongs": "No segment is saved yet.",
        "knowing.alike": "same favourite category", "knowing.notes": "A note about this shopper",
    }),
    "segments": ({"where": WHERE, "look": "when"}, ["shoppers :gray["], {
        "segments.contrast": "The surest differences first", "segments.table": "Open a shopper, or find more like some",
        "looking.hours": "By the shop’s clocks.",
    }),
    "overview": ({}, ["What shoppers did, day by day", "What is bought most"], {
        "board.segments": "A segment that is saved stands here",
    }),
    "recommend": ({"user": "S00042"}, ["Search words (optional)"], {"listing": "**1. "}),
}  # fmt: skip
CASES = [(page, panel) for page, (_, _, panels) in PAGES.items() for panel in panels]
#: Panels that need what another one asks.
NEEDS = {"reasons": "recommend"}


def told(app):
    fields = [one.label for kind in (app.text_area, app.text_input, app.multiselect) for one in kind]
    return "\n".join([said(app), *fields, *(link.proto.label for link in app.get("page_link"))])


@pytest.mark.parametrize("name", PAGES)
def test_every_panel_is_there(name, page, shop):
    shop.describing.keep("buys boots")
    address, always, panels = PAGES[name]
    seen = told(page(name, **address))
    assert [text for text in [*always, *panels.values()] if text not in seen] == []


@pytest.mark.parametrize(("name", "broken"), CASES, ids=[" ".join(case) for case in CASES])
def test_a_panel_that_fails_leaves_the_others(name, broken, page, shop, monkeypatch):
    shop.describing.keep("buys boots")
    address, always, panels = PAGES[name]
    where, _, question = broken.rpartition(".")

    def fail(*args, **more):
        raise ModelError(FAULT)

    monkeypatch.setattr(attrgetter(where)(shop) if where else shop, question, fail)
    app = page(name, **address)
    seen = told(app)
    assert "trained on other weights" in app.error[0].value
    assert not app.exception
    gone = [panel for panel, text in panels.items() if text not in seen]
    assert gone == [panel for panel in panels if broken in (panel, NEEDS.get(panel))]
    assert [text for text in always if text not in seen] == []


#: What is said while a panel asks, by page.
SLOW = {
    "shopper": ["Reading the history …", "Holding your descriptions against them …", "Asking each saved segment …",
                "Looking for shoppers like them …", "Predicting what to expect of them …",
                "Ranking what they may click …", "Reading the history with and without each event …"],
    "segments": ["Counting shoppers …", "Comparing them …", "Listing them …", "Counting …"],
    "overview": ["Reading what is in the logs …", "Counting what is saved …"],
    "recommend": ["Ranking …"],
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_panel_says_what_it_does(name, page, monkeypatch):
    during = []
    monkeypatch.setattr(st, "spinner", lambda text: during.append(text) or nullcontext())
    page(name, **PAGES[name][0])
    assert list(dict.fromkeys(during)) == SLOW[name]
