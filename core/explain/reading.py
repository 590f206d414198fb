"""Pieces and their values, put back into what a person reads: events, words, titles, facts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.explain.partition import ITEM, Piece, event_order
from core.records import EventValue, TokenValue
from core.text.words import EventText

#: How many facts of an item or of an event a sentence quotes.
_FACTS = 2


def event_values(
    tokens: Sequence[Piece], events: Sequence[EventText], values: NDArray[np.float64], title: str
) -> list[EventValue]:
    """Values of events with their words, in the order of ``event_order``; the item goes by its title."""
    texts = {event.index: event for event in events}
    found = []
    for event, value in zip(event_order(tokens), values, strict=True):
        if event == ITEM:
            found.append(EventValue(ITEM, title, "", None, None, float(value)))
        else:
            text = texts[event]
            found.append(EventValue(event, text.text, text.event_type, text.item_id, text.ts, float(value)))
    return found


def facts(
    tokens: Sequence[Piece], values: NDArray[np.float64] | None, sequence: int
) -> dict[int, list[str]]:
    """Words of a candidate that a sentence may quote, by event, strongest first.

    The item's own words are quoted only when their values are known.
    """
    spans: dict[tuple[int, int], list[int]] = {}
    for index, token in enumerate(tokens):
        quotable = token.event != ITEM or (values is not None and token.field != "title")
        if token.sequence == sequence and quotable:
            spans.setdefault((token.event, token.span), []).append(index)
    found: dict[int, list[tuple[float, str]]] = {}
    for (event, _), span in spans.items():
        strength = 0.0 if values is None else -abs(float(values[span].sum()))
        found.setdefault(event, []).append((strength, _spell(tokens, span)))
    return {event: [text for _, text in sorted(parts)[:_FACTS]] for event, parts in found.items()}


def title_of(tokens: Sequence[Piece], sequence: int) -> str:
    """Title of a candidate (1 is the first) as far as the model read it."""
    title = (sequence, "title", ITEM)
    return _spell(tokens, [i for i, t in enumerate(tokens) if (t.sequence, t.field, t.event) == title])


def token_value(tokens: Sequence[Piece], indices: Sequence[int], value: float) -> TokenValue:
    """One token as it is spelt, or several joined to a word."""
    first = tokens[indices[0]]
    text = first.text if len(indices) == 1 else _spell(tokens, indices)
    return TokenValue(text, float(value), first.event, first.field)


def _spell(tokens: Sequence[Piece], indices: Sequence[int]) -> str:
    parts = [tokens[i].text[2:] if tokens[i].continues else f" {tokens[i].text}" for i in indices]
    return "".join(parts).strip()
