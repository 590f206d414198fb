"""A scorer whose reasons are known: every token has a weight, and some pairs of events add more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.config import TextSettings
from core.model.base import load_tokenizer
from core.records import Span, TagSpec
from core.text.taste import Taste
from core.text.template import Template
from core.text.tokens import TokenCache
from core.text.words import EventText, Words
from tests.core.text.rows import DAY, HOUR, SHOES, TENT, event, fit, search, summary

LAMP = {"item_id": "l1", "title": "Warm glass lamp", "category": "Home > Lamps", "brand": "Veloria", "band": 0.0,
        "price": 30.0}
EVENTS = [search("waterproof tent"), event("view", count=3, **TENT), event("purchase", 9 * DAY, **SHOES),
          event("cart", DAY, **LAMP), event("view", 5 * DAY, **LAMP)]
FITS = {
    "t1": fit(TENT, viewed=3, viewed_age=2 * DAY, partner="s1", partner_sum=0.1, all_weight=9, usual_band=1.0),
    "l1": fit(LAMP, carted_age=DAY, viewed=1, viewed_age=5 * DAY, popularity_level=4),
    "s1": fit(SHOES, bought=1, bought_age=9 * DAY, shown=3, all_weight=9, category_weight=6, usual_band=1.0),
}
TAGS = (TagSpec("intent:buy", "intent", "Will buy", "Will buy within 14 days.", 14),
        TagSpec("interest:Home", "interest", "Interested in Home", "Will look at Home within 7 days.", 7))


class FakeScorer:
    """Additive log-odds over the tokens that are kept, and what pairs of events add when both are whole.

    Parameters
    ----------
    base
        Folder of the tiny BERT, for its tokenizer.
    planted
        Log-odds that the first token of an event's first span adds.
    pairs
        Log-odds that two events add when the first tokens of both are there.
    scale
        Of the random weights of all other tokens.
    """

    def __init__(self, base: Path, planted: dict[int, float] | None = None,
                 pairs: dict[tuple[int, int], float] | None = None, scale: float = 0.1,
                 events: Sequence[dict[str, Any]] = EVENTS, positive: bool = False) -> None:
        self.tokenizer = load_tokenizer(str(base))
        self.tag_specs = TAGS
        self.template = Template(TokenCache(self.tokenizer), TextSettings(history_tokens=160))
        self.planted, self.pairs, self.scale, self.events = planted or {}, pairs or {}, scale, events
        self.positive = positive
        self.masks = 0

    def words(self, user_id: str, item_ids: Sequence[str], as_of: datetime) -> tuple[Words, list[Words]]:
        history = self.template.history(summary() if self.events else None, self.events)
        return history, [self.template.candidate(FITS[item], history, Taste(self.events)) for item in item_ids]

    def masked_clicks(self, history: Words, candidates: Sequence[Words], history_keep: np.ndarray,
                      candidate_keep: Sequence[np.ndarray], rough: bool = False) -> np.ndarray:
        self.masks += len(history_keep)
        assert history_keep[:, [0, -1]].all()
        of_history = self._of_history(history, history_keep)
        return np.stack([of_history + keep @ self._weights(words) for words, keep in
                         zip(candidates, candidate_keep, strict=True)], axis=1) - 2.0

    def masked_tags(self, history: Words, history_keep: np.ndarray, rough: bool = False) -> np.ndarray:
        value = self._of_history(history, history_keep)
        return np.stack([value, -2 * value], axis=1)

    def click_terms(self, history: Words, candidates: Sequence[Words]) -> None:
        """No glossary."""

    def tag_terms(self, history: Words) -> None:
        """No glossary."""

    def _of_history(self, history: Words, keep: np.ndarray) -> np.ndarray:
        first = {e: next(span.start for span in history.spans if span.event == e) for e in
                 {span.event for span in history.spans}}
        value = keep @ self._weights(history)
        value += sum(push * keep[:, first[e]] for e, push in self.planted.items())
        return value + sum(push * keep[:, first[a]] * keep[:, first[b]] for (a, b), push in self.pairs.items())

    def _weights(self, words: Words) -> np.ndarray:
        # By token and place, so that they are the same whichever other candidates are there.
        drawn = np.array([np.random.default_rng([int(i), at]).normal() for at, i in enumerate(words.ids)])
        return self.scale * (np.abs(drawn) if self.positive else drawn)


class Glossed(FakeScorer):
    """Whose log-odds all come from a glossary: those of pairs of events, and of a phrase that counts when it is whole.

    Parameters
    ----------
    phrase
        Log-odds of the phrase; ``field`` is its event and its field.
    """

    def __init__(self, base: Path, phrase: float, pairs: dict[tuple[int, int], float] | None = None) -> None:
        super().__init__(base, pairs=pairs, scale=0.0)
        self.phrase = phrase
        self.field = (0, "")

    def masked_clicks(self, history: Words, candidates: Sequence[Words], history_keep: np.ndarray,
                      candidate_keep: Sequence[np.ndarray], rough: bool = False) -> np.ndarray:
        bare = super().masked_clicks(history, candidates, history_keep, candidate_keep, rough)
        return bare + self._phrase(history, history_keep)[:, None]

    def masked_tags(self, history: Words, history_keep: np.ndarray, rough: bool = False) -> np.ndarray:
        return super().masked_tags(history, history_keep) + self._phrase(history, history_keep)[:, None]

    def click_terms(self, history: Words, candidates: Sequence[Words]) -> Callable[[list[np.ndarray]], np.ndarray]:
        return lambda keeps: self.masked_clicks(history, candidates, keeps[0], keeps[1:]) + 2.0

    def tag_terms(self, history: Words) -> Callable[[list[np.ndarray]], np.ndarray]:
        return lambda keeps: self.masked_tags(history, keeps[0])

    def _phrase(self, history: Words, keep: np.ndarray) -> np.ndarray:
        span = max(history.spans, key=lambda one: one.stop - one.start)
        self.field = (span.event, span.field)
        return self.phrase * keep[:, span.start : span.stop].all(axis=1)


def small_words(events: int = 3, tokens: int = 2) -> Words:
    """A history of a few short events: token ids 10, 11, …"""
    ids = np.array([2, *range(10, 10 + events * tokens), 3], dtype=np.int32)
    spans = tuple(Span(1 + e * tokens, 1 + (e + 1) * tokens, "title", e) for e in range(events))
    texts = tuple(EventText(e, f"event {e}", "view", f"i{e}", None, f"viewed event {e}") for e in range(events))
    return Words(ids, spans, texts)


AS_OF = datetime(2026, 6, 30, 12)
__all__ = ["AS_OF", "HOUR", "FakeScorer", "Glossed", "small_words"]
