from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from core.text.words import EventText, Piece, Words


def test_words_need_no_events_and_nothing_said():
    words = Words(np.array([2, 3], dtype=np.int32), ())
    assert words.events == words.said == ()
    with pytest.raises(FrozenInstanceError):
        words.events = ()


def test_an_event_is_said_and_quoted_only_where_that_is_known():
    event = EventText(0, "viewed tent", "view", "t1", None)
    assert (event.said, event.query, event.when) == ("", "", "")
    assert Piece("title", "tent").event == -1
