"""A first look at the reasons, by gradients: there at once, and replaced by the values that add up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.explain.partition import event_order, pieces
from core.explain.reading import event_values, title_of
from core.records import Preview
from core.text.words import Words


class Sloped(Protocol):
    """What a preview needs of ``core.score.Scorer``."""

    @property
    def tokenizer(self) -> Any:
        """A HF tokenizer."""

    def words(
        self, user_id: str, item_ids: Sequence[str], as_of: datetime
    ) -> tuple[Words, list[Words]]:
        """History and candidates as words."""

    def click_gradients(self, history: Words, candidate: Words) -> NDArray[np.float64]:
        """What each token of the history, then of the candidate, pushes in log-odds, roughly."""


def preview(scorer: Sloped, user_id: str, item_id: str, as_of: datetime, title: str | None = None) -> Preview:
    """Say by gradients which events push an item's prediction up and down.

    Gradients tell how the prediction bends where the words are, not what it would be without them: signs and order
    are a hint, sizes are not to be compared with those of an explanation.
    """
    started = time.perf_counter()
    history, candidates = scorer.words(user_id, [item_id], as_of)
    tokens = pieces((history, candidates[0]), scorer.tokenizer.convert_ids_to_tokens)
    pushes = scorer.click_gradients(history, candidates[0])
    starts = (0, len(history.ids))
    order = event_order(tokens)
    sums = dict.fromkeys(order, 0.0)
    for token in tokens:
        sums[token.event] += float(pushes[starts[token.sequence] + token.position])
    name = title or title_of(candidates[0], tokens, 1)
    events = event_values(tokens, history.events, np.array([sums[event] for event in order]), name)
    return Preview(user_id, item_id, name, tuple(events), time.perf_counter() - started)
