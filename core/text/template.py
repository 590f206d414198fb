"""The versioned template: a shopper's history and an item, written out as words.

Rows come from ``core.store.history`` as plain dicts. Whatever is changed here changes what the
model reads: raise ``core.schema.TEMPLATE_VERSION`` with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import mean
from typing import Any

import numpy as np

from core.config import TextSettings
from core.records import Span
from core.schema import Event
from core.text import fit as suits
from core.text import phrases, said
from core.text.fit import SUMMARY
from core.text.taste import Taste
from core.text.tokens import TokenCache
from core.text.words import EventText, Piece, Words, again

Row = Mapping[str, Any]

#: Shares of what she does from which on she does it sometimes, often, mostly at night or on weekends.
_AT_NIGHT, _ON_WEEKENDS = (0.12, 0.35, 0.6), (0.3, 0.45, 0.65)
#: Mean price band (0 to 2) from which on she chooses mid prices, and premium.
_CHOOSES = (0.67, 1.33)


class Template:
    """Writes histories and candidates as token ids.

    Parameters
    ----------
    cache
        Token ids of short texts, for the base model's vocabulary.
    settings
        Budgets in tokens.
    """

    def __init__(self, cache: TokenCache, settings: TextSettings | None = None) -> None:
        self.cache = cache
        self.settings = settings or TextSettings()

    def history(self, summary: Row | None, events: Sequence[Row]) -> Words:
        """A shopper's past: one line that sums it up, then events newest first until the budget is spent."""
        ids, spans, texts = [self.cache.cls], list[Span](), list[EventText]()
        budget = self.settings.history_tokens - 1  # [SEP] needs one
        for event, pieces in _lines(summary, events):
            encoded = [(field, self._ids(field, text)) for field, text, *_ in pieces]
            if len(ids) + sum(len(tokens) for _, tokens in encoded) > budget:
                break
            for field, tokens in encoded:
                _append(ids, spans, field, tokens, len(texts))
            texts.append(replace(event, index=len(texts)))
        ids.append(self.cache.sep)
        return Words(np.array(ids, dtype=np.int32), tuple(spans), tuple(texts))

    def candidate(self, fit: Row, history: Words, taste: Taste, place: str = "") -> Words:
        """One item as this shopper would meet it: its own words, then the words of fit.

        Parameters
        ----------
        fit
            A row of ``core.store.history.fit``.
        history
            The shopper's history; words of fit point to its events.
        taste
            Which words of titles she looks for.
        place
            Where it is shown, e.g. "home place 2"; empty when that is not known.
        """
        ids, spans, told = [self.cache.cls], list[Span](), list[str]()
        budget = self.settings.candidate_tokens - 1
        for piece in suits.pieces(fit, history, taste, place):
            if not self.settings.context and piece.field not in suits.OWN:
                continue
            tokens = self._ids(piece.field, piece.text)
            if tokens and len(ids) + len(tokens) <= budget:
                _append(ids, spans, piece.field, tokens, piece.event)
                told.append(said.clean(piece.said or piece.text, 2 * said.TITLE))
        ids.append(self.cache.sep)
        return Words(np.array(ids, dtype=np.int32), tuple(spans), said=tuple(told),
                     popularity=max(0.0, float(fit.get("popularity") or 0)),
                     again=float(again(fit["bought"], fit["bought_age"] or 0.0)))  # fmt: skip

    def _ids(self, field: str, text: str) -> tuple[int, ...]:
        settings = self.settings
        limits = {"title": settings.title_tokens, "words": settings.quote_tokens, "brand": 5, "category": 6}
        return self.cache.ids(text)[: limits.get(field)]


def texts_of(events: Sequence[Row]) -> Iterator[str]:
    """Every text of these rows that is worth tokenising in one batch: titles and quotes."""
    for row in events:
        yield from (row[key] for key in ("title", "query", "text") if row.get(key))


def place_words(slot: str | None, position: float | None) -> str:
    """Where an item is shown, in words."""
    where = f"{slot.replace('_', ' ')} " if slot else ""
    return f"{where}place {min(int(position), 20)}" if position else where.strip()


def _append(ids: list[int], spans: list[Span], field: str, tokens: Sequence[int], event: int) -> None:
    if tokens:
        spans.append(Span(len(ids), len(ids) + len(tokens), field, event))
        ids.extend(tokens)


def _lines(summary: Row | None, events: Sequence[Row]) -> Iterator[tuple[EventText, list[Piece]]]:
    if summary and (pieces := list(_summary_pieces(summary, events))):
        yield EventText(0, _joined(pieces), SUMMARY, None, None, said.summary(summary)), pieces
    for row in events:
        pieces = list(_event_pieces(row))
        yield EventText(
            0, _joined(pieces), row["event_type"], row["item_id"], row["ts"],
            said.event(row), row["query"] or "", phrases.ago(row["age_seconds"]),
        ), pieces


def _joined(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def _summary_pieces(row: Row, events: Sequence[Row]) -> Iterator[Piece]:
    if not row.get("active_days"):
        return
    if row["purchases"]:
        yield Piece("count", phrases.counted(row["purchases"], "purchase"))
        yield Piece("when", f"last {phrases.days_ago(row['bought_days'])}")
    else:
        yield Piece("count", "no purchases")
    yield Piece("count", f"active {phrases.counted(row['active_days'], 'day')}")
    if row["active_28"]:
        month, week = phrases.amount(row["active_28"]), phrases.amount(row["active_7"])
        yield Piece("count", f"{month} this month {week} this week")
    if row["last_days"] is not None:
        yield Piece("when", f"seen {phrases.days_ago(row['last_days'])}")
    yield Piece("when", f"since {phrases.days_ago(row['first_days'])}")
    if row["shows"] >= 10:
        yield Piece("habit", phrases.click_rate(row["clicks"], max(20, row["shows"])).replace("clicked", "clicks"))
    for share, bounds, when in ((row["night"], _AT_NIGHT, "at night"), (row["weekend"], _ON_WEEKENDS, "weekends")):
        if often := phrases.habit(share, bounds):
            yield Piece("habit", f"{often} {when}")
    if row["returns"]:
        yield Piece("habit", f"returned {phrases.amount(row['returns'])}")
    if categories := said.several(row["categories"]):
        yield Piece("category", "mostly")
        yield from (Piece("category", phrases.leaf(category)) for category in categories)
    if recent := said.several(row["recent"]):
        yield Piece("category", "this week")
        yield from (Piece("category", phrases.leaf(category)) for category in recent)
    yield from (Piece("brand", brand) for brand in said.several(row["brands"]))
    chosen = [event["band"] for event in events if event["band"] is not None]
    if chosen:
        yield Piece("price", f"chooses {phrases.band(sum(mean(chosen) >= bound for bound in _CHOOSES))}")


def _event_pieces(row: Row) -> Iterator[Piece]:
    yield Piece("action", phrases.ACTIONS[row["event_type"]])
    if row["count"] and row["count"] > 1:
        yield Piece("count", phrases.times(row["count"]))
    if row["query"]:
        yield Piece("words", row["query"])
    if row["event_type"] in (Event.RATING, Event.REVIEW) and row["value"] is not None:
        yield Piece("value", f"{row['value']:g} of 5")
    if row["title"]:
        yield Piece("title", row["title"])
    if row["category"]:
        yield Piece("category", phrases.leaf(row["category"]))
    if row["brand"] and row["brand"].lower() not in (row["title"] or "").lower():
        yield Piece("brand", row["brand"])
    if row["band"] is not None:
        yield Piece("price", phrases.band(row["band"]))
    if row["text"]:
        yield Piece("words", row["text"])
    yield Piece("when", phrases.ago(row["age_seconds"]))
