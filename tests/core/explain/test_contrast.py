from __future__ import annotations

from dataclasses import replace

import pytest

from core.explain.contrast import contrast, why_above
from core.explain.partition import ITEM
from core.records import EventValue, Explanation
from tests.core.explain.fake import AS_OF, FakeScorer


def explained(title, base, values):
    events = [EventValue(ITEM, title, "", None, None, values[0]),
              EventValue(0, "1 purchase, mostly Tents", "summary", None, None, values[1]),
              EventValue(1, "viewed tent, today", "view", "t1", None, values[2])]
    return Explanation("u", title, title, base, base + sum(values), 0.1, 0.2, 0.0, events, (), (), "", 8, 0.1)


def test_the_difference_by_event_adds_up_to_that_of_the_predictions():
    found = contrast(explained("Tent", -2.0, [0.1, 0.2, 1.5]), explained("Lamp", -2.1, [0.6, 0.2, -0.25]))
    # -0.2 - (-1.55) = 1.35; the base's tenth belongs to the items: 0.1 - 0.6 + 0.1
    assert [event.value for event in found.events] == pytest.approx([-0.4, 0.0, 1.75])
    assert found.additivity_error == pytest.approx(0.0, abs=1e-9)
    assert found.sentence == (
        "“Tent” stands above “Lamp”, mostly because of what they did: viewed tent, today."
    )
    turned = contrast(found.second, found.first)
    assert turned.sentence == (
        "“Lamp” stands below “Tent”, mostly because of what they did: viewed tent, today."
    )


def test_what_speaks_the_other_way_is_said_and_a_tie_is_one():
    found = contrast(explained("Tent", -2.0, [-0.6, 0.1, 1.5]), explained("Lamp", -2.0, [0.6, 0.2, -0.25]))
    assert found.sentence.endswith("; what the items themselves are speaks the other way.")
    tie = contrast(explained("Tent", -2.0, [0.6, 0.1, 0.3]), explained("Lamp", -2.0, [0.7, 0.1, 0.2]))
    assert tie.sentence == "“Tent” and “Lamp” are about equally likely: nothing separates them by much."


def test_a_broken_explanation_makes_a_broken_contrast():
    whole, other = explained("Tent", -2.0, [0.1, 0.2, 1.5]), explained("Lamp", -2.0, [0.6, 0.2, -0.25])
    assert contrast(replace(whole, prediction=1.0), other).additivity_error == pytest.approx(1.2)
    assert contrast(replace(whole, additivity_error=0.4), other).additivity_error == 0.4


def test_two_items_of_one_shopper_are_explained_in_one_run(tiny_base):
    scorer = FakeScorer(tiny_base, planted={2: 2.0})
    found = why_above(scorer, "u", ("t1", "l1"), AS_OF)
    assert found.additivity_error < 1e-6
    gap = found.first.prediction - found.second.prediction
    assert sum(event.value for event in found.events) == pytest.approx(gap)
    assert (found.first.item_id, found.second.item_id) == ("t1", "l1")
