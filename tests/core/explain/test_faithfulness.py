from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.explain.faithfulness import (
    NotAdditive,
    additivity_error,
    cause_rank,
    check_additive,
    faithfulness,
    sigmoid,
)
from core.explain.partition import ITEM
from core.records import EventValue, Explanation, TokenValue

EVENTS = (EventValue(ITEM, "Lamp", "", None, None, 0.5), EventValue(0, "bought tent", "purchase", "t1", None, 1.0),
          EventValue(1, "viewed lamp", "view", "l1", None, -0.25))
WORDS = (TokenValue("lamp", 0.5, ITEM, "title"), TokenValue("bought", 0.75, 0, "action"),
         TokenValue("tents", 0.25, 0, "title"), TokenValue("viewed", -0.25, 1, "action"))
TOKENS = (TokenValue("lamp", 0.5, ITEM, "title"), TokenValue("bought", 0.75, 0, "action"),
          TokenValue("tent", 0.5, 0, "title"), TokenValue("##s", -0.25, 0, "title"),
          TokenValue("viewed", -0.25, 1, "action"))


def explanation(**more):
    base, change = -2.0, 1.25
    whole = Explanation("u", "l1", "Lamp", base, base + change, sigmoid(base), sigmoid(base + change), 0.0, EVENTS,
                        WORDS, TOKENS, "", 9, 0.1)
    return replace(whole, **more)


def test_sound_numbers_pass():
    assert additivity_error(1.25, EVENTS, WORDS, TOKENS) == pytest.approx(0)
    check_additive(explanation())
    check_additive(explanation(words=(), tokens=()))


def bent(parts, at, value):
    return tuple(replace(part, value=part.value + value) if i == at else part for i, part in enumerate(parts))


@pytest.mark.parametrize("broken", [
    {"events": bent(EVENTS, 1, 0.01)},
    {"words": bent(WORDS, 0, -0.01)},
    {"tokens": bent(TOKENS, 4, 0.01)},
    {"words": bent(bent(WORDS, 1, 0.01), 3, -0.01)},  # the sum is right, the events' shares are not
    {"tokens": bent(bent(TOKENS, 1, 0.01), 2, -0.01)},  # the event is right, its fields are not
    {"events": bent(bent(EVENTS, 0, 0.01), 1, -0.01)},
    {"tokens": TOKENS[:-1]},
    {"words": ()},
    {"prediction": -0.5},
    {"p_click": 0.9},
    {"p_base": 0.9},
    {"additivity_error": 0.01},
    {"additivity_error": float("nan")},
    {"events": bent(EVENTS, 1, float("nan"))},
    {"tokens": bent(TOKENS, 1, float("inf"))},
], ids=str)
def test_broken_numbers_are_caught(broken):
    with pytest.raises(NotAdditive, match="l1 for u"):
        check_additive(explanation(**broken))


def test_the_tolerance_is_a_thousandth():
    check_additive(explanation(events=bent(EVENTS, 1, 0.0009)))
    with pytest.raises(NotAdditive):
        check_additive(explanation(events=bent(EVENTS, 1, 0.0011)))


def additive(weights):
    return lambda masks: (masks @ weights)[:, None]


def test_the_right_order_is_faithful_and_random_values_are_not():
    weights = np.random.default_rng(0).exponential(size=60)
    words = [[i] for i in range(60)]
    assert faithfulness(additive(weights), words, weights) > 2
    drawn = [faithfulness(additive(weights), words, np.random.default_rng(seed).random(60), seed) for seed in range(60)]
    assert 0.9 < np.mean(drawn) < 1.1
    assert faithfulness(additive(weights), words, weights.max() - weights) < 0.6


def test_a_prediction_below_the_base_is_judged_by_what_speaks_against_it():
    weights = -np.random.default_rng(0).exponential(size=60)
    assert faithfulness(additive(weights), [[i] for i in range(60)], weights) > 2


def test_words_go_whole():
    seen = []

    def game(masks):
        seen.append(masks)
        return masks.sum(axis=1, keepdims=True).astype(float)

    faithfulness(game, [[0, 1], [2], [3], [4], [5]], np.array([9.0, 1, 1, 1, 1]))
    assert seen[0][1].tolist() == [False, False, True, True, True, True]
    assert (seen[0][:, 0] == seen[0][:, 1]).all()


def test_too_little_to_say():
    assert faithfulness(additive(np.ones(4)), [[i] for i in range(4)], np.ones(4)) is None
    assert faithfulness(additive(np.zeros(9)), [[i] for i in range(9)], np.zeros(9)) is None


@pytest.mark.parametrize(("cause", "rank"), [
    ({"item_ids": ["t1"]}, 1), ({"item_ids": ["l1"]}, 3), ({"item_words": True}, 2), ({"event_types": ["view"]}, 3),
    ({"item_ids": ["t1"], "event_types": ["view"]}, None), ({"item_ids": ["l1"], "item_words": True}, 2),
    ({"item_ids": ["zzz"]}, None), ({}, None)])
def test_the_rank_of_a_known_cause(cause, rank):
    assert cause_rank(explanation(), **cause) == rank


def test_sigmoid_never_overflows():
    assert [sigmoid(x) for x in (-1e4, 0, 1e4)] == [0, 0.5, 1]
