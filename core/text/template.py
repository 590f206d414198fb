"""The versioned template: a shopper's history and an item, written out as words.

Rows come from ``core.store.history`` as plain dicts. Whatever is changed here changes what the
model reads: raise ``core.schema.TEMPLATE_VERSION`` with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.config import TextSettings
from core.records import Span
from core.schema import Event
from core.text import phrases
from core.text.tokens import TokenCache
from core.text.words import EventText, Words

Row = Mapping[str, Any]
Piece = tuple[str, str]  # field, text

#: Event type of the line that sums up the whole past.
SUMMARY = "summary"
#: Tokens that a search or a review may take.
_QUOTE_TOKENS = 10
#: Share of her looks from which on she is called a night or weekend shopper.
_HABIT_SHARE = 0.5
_WORD = re.compile(r"\w{3,}")
_DULL = frozenset("and the for with from set pack size".split())


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
        lines = [(SUMMARY, None, None, list(_summary_pieces(summary)))] if summary else []
        lines += [(row["event_type"], row["item_id"], row["ts"], list(_event_pieces(row))) for row in events]
        for event_type, item_id, ts, pieces in lines:
            if not pieces:
                continue
            encoded = [(field, self._ids(field, text)) for field, text in pieces]
            if len(ids) + sum(len(tokens) for _, tokens in encoded) > budget:
                break
            _append(ids, spans, encoded, len(texts))
            text = " ".join(words for _, words in pieces)
            texts.append(EventText(len(texts), text, event_type, item_id, ts))
        ids.append(self.cache.sep)
        return Words(np.array(ids, dtype=np.int32), tuple(spans), tuple(texts))

    def candidate(self, fit: Row, history: Words, taste: Mapping[str, float], place: str = "") -> Words:
        """One item as this shopper would meet it: its own words, then the words of fit.

        Parameters
        ----------
        fit
            A row of ``core.store.history.fit``.
        history
            The shopper's history; words of fit point to its events.
        taste
            Weight of each title word among what she looked at and bought (``taste_words``).
        place
            Where it is shown, e.g. "home place 2"; empty when that is not known.
        """
        ids, spans = [self.cache.cls], list[Span]()
        budget = self.settings.candidate_tokens - 1
        index = {(event.event_type, event.item_id): event.index for event in history.events}
        own = [(field, text, -1) for field, text in _item_pieces(fit, place)]
        for field, text, event in [*own, *_fit_pieces(fit, index, taste), *_search_pieces(fit, history)]:
            tokens = self._ids(field, text)
            if tokens and len(ids) + len(tokens) <= budget:
                _append(ids, spans, [(field, tokens)], event)
        ids.append(self.cache.sep)
        return Words(np.array(ids, dtype=np.int32), tuple(spans))

    def _ids(self, field: str, text: str) -> tuple[int, ...]:
        limit = {"title": self.settings.title_tokens, "words": _QUOTE_TOKENS, "brand": 5, "category": 6}.get(field)
        return self.cache.ids(text)[:limit]


def texts_of(events: Sequence[Row]) -> Iterator[str]:
    """Every text of these rows that is worth tokenising in one batch: titles and quotes."""
    for row in events:
        yield from (row[key] for key in ("title", "query", "text") if row.get(key))


def taste_words(events: Sequence[Row]) -> dict[str, float]:
    """Share of her looks and purchases whose title holds a word; words seen once are left out."""
    weights: Counter[str] = Counter()
    total = 0
    for row in events:
        if row["event_type"] in (Event.VIEW, Event.CART, Event.PURCHASE, Event.FAVOURITE) and row["title"]:
            weight = 2 if row["event_type"] == Event.PURCHASE else 1
            total += weight
            for word in title_words(row["title"]):
                weights[word] += weight
    return {word: n / total for word, n in weights.items() if n >= 2}


def title_words(title: str | None) -> set[str]:
    """Words of a title that can tell items apart, in lower case."""
    return {word for word in _WORD.findall((title or "").lower()) if word not in _DULL}


def place_words(slot: str | None, position: int | None) -> str:
    """Where an item is shown, in words."""
    where = f"{slot.replace('_', ' ')} " if slot else ""
    return f"{where}place {min(position, 20)}" if position else where.strip()


def _append(
    ids: list[int], spans: list[Span], pieces: Sequence[tuple[str, tuple[int, ...]]], event: int
) -> None:
    for field, tokens in pieces:
        if tokens:
            spans.append(Span(len(ids), len(ids) + len(tokens), field, event))
            ids.extend(tokens)


def _summary_pieces(row: Row) -> Iterator[Piece]:
    if not row.get("active_days"):
        return
    if row["purchases"]:
        yield "count", f"{phrases.amount(row['purchases'])} purchases"
        yield "when", f"last {phrases.ago(row['bought_days'] * phrases.DAY)}"
    else:
        yield "count", "no purchases"
    yield "count", f"active {phrases.amount(row['active_days'])} days"
    if row["last_days"] is not None:
        yield "when", f"seen {phrases.ago(row['last_days'] * phrases.DAY)}"
    yield "when", f"since {phrases.ago(row['first_days'] * phrases.DAY)}"
    if row["shows"] >= 10:
        yield "habit", phrases.click_rate(row["clicks"], max(20, row["shows"])).replace("clicked", "clicks")
    if (row["night"] or 0) >= _HABIT_SHARE:
        yield "habit", "at night"
    if (row["weekend"] or 0) >= _HABIT_SHARE:
        yield "habit", "weekends"
    if row["returns"]:
        yield "habit", f"returned {phrases.amount(row['returns'])}"
    if row["categories"]:
        yield "category", "mostly"
        yield from (("category", phrases.leaf(category)) for category in row["categories"])
    if row["brands"]:
        yield from (("brand", brand) for brand in row["brands"])


def _event_pieces(row: Row) -> Iterator[Piece]:
    yield "action", phrases.ACTIONS[row["event_type"]]
    if row["count"] and row["count"] > 1:
        yield "count", phrases.times(row["count"])
    if row["query"]:
        yield "words", row["query"]
    if row["event_type"] in (Event.RATING, Event.REVIEW) and row["value"] is not None:
        yield "value", f"{row['value']:g} of 5"
    if row["title"]:
        yield "title", row["title"]
    if row["category"]:
        yield "category", phrases.leaf(row["category"])
    if row["brand"] and row["brand"].lower() not in (row["title"] or "").lower():
        yield "brand", row["brand"]
    if row["band"] is not None:
        yield "price", phrases.band(row["band"])
    if row["text"]:
        yield "words", row["text"]
    yield "when", phrases.ago(row["age_seconds"])


def _item_pieces(fit: Row, place: str) -> Iterator[Piece]:
    yield "title", fit["title"] or fit["item_id"]
    if fit["category"]:
        yield "category", phrases.leaf(fit["category"])
    if fit["brand"] and fit["brand"].lower() not in (fit["title"] or "").lower():
        yield "brand", fit["brand"]
    if fit["band"] is not None:
        yield "price", phrases.band(fit["band"])
    if place:
        yield "place", place
    yield "popularity", phrases.popularity(fit["popularity_level"])
    yield "popularity", phrases.click_rate(fit["pop_clicks"] or 0, fit["pop_shows"] or 0)


def _fit_pieces(
    fit: Row, index: Mapping[tuple[str, str | None], int], taste: Mapping[str, float]
) -> Iterator[tuple[str, str, int]]:
    item = fit["item_id"]
    if fit["bought"]:
        words = f"bought before {phrases.times(fit['bought'])} {phrases.ago(fit['bought_age'])}"
        yield "repeat", words, index.get((Event.PURCHASE, item), -1)
    if fit["carted_age"] is not None and fit["carted_age"] < 30 * phrases.DAY:
        yield "cart", f"in cart {phrases.ago(fit['carted_age'])}", index.get((Event.CART, item), -1)
    if fit["viewed"]:
        words = f"seen {phrases.times(fit['viewed'])} {phrases.ago(fit['viewed_age'])}"
        yield "viewed", words, index.get((Event.VIEW, item), -1)
    if fit["liked_age"] is not None:
        yield "liked", "liked", index.get((Event.FAVOURITE, item), -1)
    if fit["returned"]:
        yield "returned", "returned before", index.get((Event.RETURN, item), -1)
    if fit["partner"] is not None:
        words = f"{phrases.strength(fit['partner_sum'])} bought with earlier"
        yield "together", words, index.get((Event.PURCHASE, fit["partner"]), -1)
    if fit["complement_strength"] is not None:
        words = f"{phrases.strength(fit['complement_strength'])} follows purchase"
        yield "complement", words, index.get((Event.PURCHASE, fit["complement_item"]), -1)
    if fit["all_weight"]:
        if fit["category"]:
            yield "taste", f"category {phrases.lean(fit['category_weight'], fit['all_weight'])}", -1
        if fit["brand"]:
            yield "taste", f"brand {phrases.lean(fit['brand_weight'], fit['all_weight'])}", -1
        yield "price fit", phrases.price_fit(fit["band"], fit["usual_band"]), -1
        yield "taste", _liked_words(fit, taste), -1
    if fit["category_shown"]:
        yield "taste", phrases.click_rate(fit["category_clicked"], max(20, fit["category_shown"])), -1
    if fit["shown"] > fit["clicked"]:
        yield "shown", f"shown {phrases.amount(fit['shown'])}", -1


def _liked_words(fit: Row, taste: Mapping[str, float]) -> str:
    known = title_words(fit["category"]) | title_words(fit["brand"])
    shared = sorted((title_words(fit["title"]) - known) & taste.keys(), key=lambda word: (-taste[word], word))
    return f"likes {' '.join(shared[:2])}" if shared else ""


def _search_pieces(fit: Row, history: Words) -> Iterator[tuple[str, str, int]]:
    words = title_words(fit["title"]) | title_words(fit["category"])
    for event in history.events:
        if event.event_type == Event.SEARCH:
            wanted = title_words(event.text) - {phrases.ACTIONS[Event.SEARCH]}
            hits = len({w for w in wanted if w in words or w.rstrip("s") in words or w + "s" in words})
            if hits:
                share = "all" if hits >= min(len(wanted), 3) else "part of"
                yield "search", f"matches {share} search", event.index
            return
