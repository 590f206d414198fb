"""Pieces and their values, put back into what a person reads: events, words, titles, facts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.explain.partition import ITEM, Piece, event_order
from core.records import EventValue, TokenValue
from core.text.words import EventText, Words

#: How many facts of an item or of an event a sentence quotes.
_FACTS = 2
#: Never quoted: the title is said anyway.
_UNQUOTED = frozenset({"title"})
#: Facts of the whole past, which may speak for an item or against it.
_EITHER_WAY = frozenset({"taste", "price fit"})
#: That an event was about this very item is worth saying whatever it pushes.
_SAME_ITEM = frozenset({"repeat", "cart", "viewed", "liked", "returned"})


def event_values(
    tokens: Sequence[Piece], events: Sequence[EventText], values: NDArray[np.float64], title: str
) -> list[EventValue]:
    """Values of events as people say them, in the order of ``event_order``; the item goes by its title."""
    texts = {event.index: event for event in events}
    found = []
    for event, value in zip(event_order(tokens), values, strict=True):
        if event == ITEM:
            found.append(EventValue(ITEM, title, "", None, None, float(value)))
        else:
            text = texts[event]
            told = text.said or text.text
            found.append(EventValue(event, told, text.event_type, text.item_id, text.ts, float(value)))
    return found


def facts(
    tokens: Sequence[Piece], values: NDArray[np.float64] | None, item: Words, sequence: int
) -> dict[int, list[str]]:
    """Facts about an item that a sentence may quote, by the event they derive from.

    Where values are known, those are quoted that push the way their event pushes, strongest
    first. Where they are not, the item's own words and facts of the whole past are left out, for
    they might speak either way.

    Parameters
    ----------
    tokens, values
        All tokens and, if known, what each pushed.
    item, sequence
        The candidate and its number among the sequences (1 is the first).
    """
    spans: dict[tuple[int, int], list[int]] = {}
    pushes: dict[int, float] = {}
    for index, token in enumerate(tokens):
        if values is not None:
            pushes[token.event] = pushes.get(token.event, 0.0) + float(values[index])
        if token.sequence == sequence and token.field not in _UNQUOTED:
            spans.setdefault((token.event, token.span), []).append(index)
    found: dict[int, list[tuple[float, int, str]]] = {}
    for (event, span), indices in spans.items():
        strength = 0.0
        if values is not None:
            strength = float(values[indices].sum()) * (1 if pushes[event] >= 0 else -1)
        elif event == ITEM or tokens[indices[0]].field in _EITHER_WAY:
            continue
        if strength >= 0 or (event != ITEM and tokens[indices[0]].field in _SAME_ITEM):
            found.setdefault(event, []).append((-strength, span, _told(item, span, tokens, indices)))
    return {
        event: list(dict.fromkeys(text for _, _, text in sorted(parts)))[:_FACTS] for event, parts in found.items()
    }


def title_of(item: Words, tokens: Sequence[Piece], sequence: int) -> str:
    """Title of a candidate (1 is the first), cut where it is very long; empty when it has no words."""
    indices = [i for i, t in enumerate(tokens) if (t.sequence, t.field, t.event) == (sequence, "title", ITEM)]
    return _told(item, tokens[indices[0]].span, tokens, indices) if indices else ""


def _told(item: Words, span: int, tokens: Sequence[Piece], indices: Sequence[int]) -> str:
    return item.said[span] if item.said else spell(tokens, indices)


def token_value(tokens: Sequence[Piece], indices: Sequence[int], value: float) -> TokenValue:
    """One token as it is spelt, or several joined to a word."""
    first = tokens[indices[0]]
    text = first.text if len(indices) == 1 else spell(tokens, indices)
    return TokenValue(text, float(value), first.event, first.field)


def spell(tokens: Sequence[Piece], indices: Sequence[int]) -> str:
    """Tokens as text, pieces of a word joined."""
    parts = [tokens[i].text[2:] if tokens[i].continues else f" {tokens[i].text}" for i in indices]
    return "".join(parts).strip()
