"""Who plays the game: tokens, nested into words, fields and events, as shap's binary tree.

``shap.PartitionExplainer`` credits along a binary tree. Every level of ours is merged as a
balanced tree with neighbours kept together, so that an exact run stays near the square of the
number of players.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.text.words import Words

#: Event of the item's own words.
ITEM = -1

Nested = int | Sequence["Nested"]
#: Fields of words of token indices.
Event = list[list[list[int]]]


@dataclass(frozen=True)
class Piece:
    """A token that can be left out, where it stands and what it belongs to.

    Attributes
    ----------
    sequence
        0 for the history, 1 + j for candidate j.
    position
        In the token ids of its sequence.
    text
        The token as the tokenizer spells it ("##" kept).
    event, field
        As in its span.
    span
        Index of its span in its sequence.
    """

    sequence: int
    position: int
    text: str
    event: int
    field: str
    span: int

    @property
    def continues(self) -> bool:
        """Whether it continues the word of the token before it."""
        return self.text.startswith("##") and len(self.text) > 2


def pieces(sequences: Sequence[Words], spell: Callable[[list[int]], list[str]]) -> list[Piece]:
    """Every token that a span covers, in reading order; [CLS] and [SEP] are none.

    Parameters
    ----------
    sequences
        The history, then the candidates.
    spell
        Token ids to token texts (``tokenizer.convert_ids_to_tokens``).
    """
    found = []
    for number, words in enumerate(sequences):
        texts = spell([int(i) for i in words.ids])
        for index, span in enumerate(words.spans):
            for at in range(span.start, span.stop):
                found.append(Piece(number, at, texts[at], span.event, span.field, index))
    return found


def words_of(tokens: Sequence[Piece]) -> list[list[int]]:
    """List indices into ``tokens`` by word: "##" pieces join the token before them in the same span."""
    words: list[list[int]] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        same = before is not None and (before.sequence, before.span) == (token.sequence, token.span)
        if same and token.continues:
            words[-1].append(index)
        else:
            words.append([index])
    return words


def nest(tokens: Sequence[Piece]) -> list[Event]:
    """Events of fields of words of token indices.

    The item's own words come first, then the events in their order (newest first). A word of fit
    joins the event that it derives from, after the event's own fields.
    """
    events: dict[int, dict[tuple[int, int], list[list[int]]]] = {}
    for word in words_of(tokens):
        first = tokens[word[0]]
        events.setdefault(first.event, {}).setdefault((first.sequence, first.span), []).append(word)
    return [list(events[event].values()) for event in sorted(events)]


def event_order(tokens: Sequence[Piece]) -> list[int]:
    """List the events that have tokens, in the order in which ``nest`` lists them."""
    return sorted({token.event for token in tokens})


def tree(nested: Nested) -> NDArray[np.float64]:
    """Binary tree over the leaves 0..M-1 of a nesting, as a scipy linkage matrix ``[M - 1, 4]``.

    Parameters
    ----------
    nested
        A leaf, or a list of nestings; every level is halved until single parts remain.

    Examples
    --------
    >>> tree([[0, 1], 2])[:, [0, 1, 3]].astype(int).tolist()
    [[0, 1, 2], [3, 2, 3]]
    """
    leaves = _count(nested)
    rows: list[list[float]] = []

    def merge(part: Nested) -> tuple[int, int, float]:
        """Return node, size and height."""
        if isinstance(part, int):
            return part, 1, 0.0
        if len(part) == 1:
            return merge(part[0])
        half = (len(part) + 1) // 2
        left, right = merge(part[:half]), merge(part[half:])
        size, height = left[1] + right[1], max(left[2], right[2]) + 1.0
        rows.append([left[0], right[0], height, size])
        return leaves + len(rows) - 1, size, height

    if leaves:
        merge(nested)
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def exact_evaluations(linkage: NDArray[np.float64]) -> int:
    """How many masks an exact run over this tree looks at, full and empty included."""
    leaves = len(linkage) + 1
    contexts = {leaves + len(linkage) - 1: 1}
    total = 2
    for node in range(leaves + len(linkage) - 1, leaves - 1, -1):
        total += 2 * contexts[node]
        for child in linkage[node - leaves, :2]:
            contexts[int(child)] = 2 * contexts[node]
    return total


def _count(nested: Nested) -> int:
    return 1 if isinstance(nested, int) else sum(map(_count, nested))
