from __future__ import annotations

import numpy as np

from core.explain.partition import ITEM, Piece
from core.explain.reading import event_values, facts, title_of, token_value
from core.records import Span
from core.text.words import EventText, Words

# A view of a tent; of the item: its title, "best ##seller", its price fit, and "bought with" that derives from event 0.
TOKENS = [Piece(0, 1, "viewed", 0, "action", 0), Piece(1, 1, "lamp", ITEM, "title", 0),
          Piece(1, 2, "best", ITEM, "popularity", 1), Piece(1, 3, "##seller", ITEM, "popularity", 1),
          Piece(1, 4, "usual", 0, "price fit", 2), Piece(1, 5, "often", 0, "together", 3),
          Piece(1, 6, "with", 0, "together", 3)]
ITEM_WORDS = Words(np.arange(8), (Span(1, 2, "title", ITEM), Span(2, 4, "popularity", ITEM),
                                  Span(4, 5, "price fit", 0), Span(5, 7, "together", 0)),
                   said=("Lamp, red", "bestseller", "in their usual price range", "often bought together with it"))


def test_events_are_told_as_people_say_them():
    events = [EventText(0, "viewed tent tents", "view", "t1", None, "viewed tent, today")]
    item, viewed = event_values(TOKENS, events, np.array([0.5, 1.5]), "Lamp")
    assert (item.event, item.text, item.value) == (ITEM, "Lamp", 0.5)
    assert (viewed.event, viewed.text, viewed.item_id, viewed.value) == (0, "viewed tent, today", "t1", 1.5)


def test_without_values_only_what_cannot_speak_either_way_is_quoted():
    assert facts(TOKENS, None, ITEM_WORDS, 1) == {0: ["often bought together with it"]}


def test_with_values_the_strongest_that_push_as_their_event_does_are_quoted():
    up = facts(TOKENS, np.array([1.0, 0, 0.2, 0.2, -0.1, 0.3, 0.1]), ITEM_WORDS, 1)
    assert up == {ITEM: ["bestseller"], 0: ["often bought together with it"]}
    down = facts(TOKENS, np.array([-1.0, 0, -0.2, 0.3, -0.1, -0.3, 0.1]), ITEM_WORDS, 1)
    assert down == {ITEM: ["bestseller"], 0: ["often bought together with it", "in their usual price range"]}
    against = facts(TOKENS, np.array([0, 0.5, -0.2, -0.2, 0, 0, 0]), ITEM_WORDS, 1)
    assert ITEM not in against  # the item pushes up, its popularity down


def test_facts_of_other_candidates_are_not_quoted():
    assert facts(TOKENS, None, ITEM_WORDS, 2) == {}


def test_the_title_is_as_written_or_as_spelt():
    assert title_of(ITEM_WORDS, TOKENS, 1) == "Lamp, red"
    assert title_of(Words(ITEM_WORDS.ids, ITEM_WORDS.spans), TOKENS, 1) == "lamp"
    assert title_of(ITEM_WORDS, [], 1) == ""


def test_tokens_are_spelt_as_they_are_and_words_whole():
    assert token_value(TOKENS, [3], 0.1).text == "##seller"
    whole = token_value(TOKENS, [2, 3], 0.2)
    assert (whole.text, whole.value, whole.event, whole.field) == ("bestseller", 0.2, ITEM, "popularity")
