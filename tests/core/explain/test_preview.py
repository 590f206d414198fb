from __future__ import annotations

import numpy as np
import pytest

from core.explain.partition import ITEM
from core.explain.preview import preview
from tests.core.explain.fake import AS_OF, FakeScorer


class Sloped(FakeScorer):
    """Gradients of one for every token, and of ten for the first of the history."""

    def click_gradients(self, history, candidate):
        found = np.ones(len(history.ids) + len(candidate.ids))
        found[1] = 10.0
        return found


def test_events_are_the_sums_of_their_tokens(tiny_base):
    scorer = Sloped(tiny_base)
    found = preview(scorer, "u", "t1", AS_OF)
    history, (item,) = scorer.words("u", ["t1"], AS_OF)
    tokens = {event: 0 for event in range(-1, len(history.events))}
    for span in (*history.spans, *item.spans):
        tokens[span.event] += span.stop - span.start
    assert found.title == "Waterproof tent"
    assert [event.event for event in found.events] == sorted(tokens)
    assert found.events[0].event == ITEM
    expected = {event: count + (9 if event == 0 else 0) for event, count in tokens.items()}
    assert {event.event: event.value for event in found.events} == pytest.approx(expected)
