"""What each part of a shopper's history, and of items, pushes: for sums over many shoppers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby

import numpy as np

from core.explain.engine import Scorer
from core.explain.masker import Game, Masks, Values
from core.explain.partition import ITEM, Piece, pieces, words_of
from core.explain.reading import spell
from core.explain.walks import walk_values
from core.text.words import Words

#: Fields that are divided into their words; others are read as one: "7 weeks ago", "running socks".
_WORDY = frozenset({"title", "words"})
#: Walks of what the glossary says, which cost next to nothing.
_TERM_WALKS = 64
#: Kind of the item's own words.
ITEM_KIND = "item"


@dataclass(frozen=True)
class Part:
    """A phrase or a word of a title, and where it stands.

    Attributes
    ----------
    kind
        Type of the event that it belongs to or derives from; "summary", or ``ITEM_KIND`` for the item's own words.
    """

    kind: str
    field: str
    text: str


@dataclass(frozen=True)
class Pushes:
    """What every part pushes for K outputs, in log-odds: base + the sum of all is the prediction.

    Attributes
    ----------
    values
        ``[parts, K]``.
    base, prediction
        ``[K]``, by passes of their own.
    """

    parts: Sequence[Part]
    values: Values
    base: Values
    prediction: Values


def tag_pushes(scorer: Scorer, user_id: str, as_of: datetime, seed: int = 0, walks: int = 1) -> Pushes:
    """What each part of a shopper's history pushes, for all tags at once."""
    history, _ = scorer.words(user_id, [], as_of)
    tokens = pieces([history], scorer.tokenizer.convert_ids_to_tokens)
    game = Game(lambda keeps: scorer.masked_tags(history, keeps[0]), [len(history.ids)], tokens,
                terms=scorer.tag_terms(history))
    return _pushes([history], tokens, game, seed, walks)


def item_pushes(
    scorer: Scorer, user_id: str, item_ids: Sequence[str], as_of: datetime, seed: int = 0, walks: int = 1
) -> Pushes:
    """What each part of a shopper's history and of the items pushes, for all items at once."""
    history, items = scorer.words(user_id, item_ids, as_of)

    def model(keeps: list[Masks]) -> Values:
        return scorer.masked_clicks(history, items, keeps[0], keeps[1:])

    def rough(keeps: list[Masks]) -> Values:
        return scorer.masked_clicks(history, items, keeps[0], keeps[1:], rough=True)

    sequences = [history, *items]
    tokens = pieces(sequences, scorer.tokenizer.convert_ids_to_tokens)
    game = Game(model, [len(words.ids) for words in sequences], tokens, rough=rough,
                terms=scorer.click_terms(history, items))
    return _pushes(sequences, tokens, game, seed, walks)


def _pushes(sequences: Sequence[Words], tokens: Sequence[Piece], game: Game, seed: int, walks: int) -> Pushes:
    kinds = {ITEM: ITEM_KIND, **{event.index: event.event_type for event in sequences[0].events}}
    events = [list(some) for _, some in groupby(_steps(tokens), key=lambda step: tokens[step[0][0]].event)]
    steps = [[list(chain(*step)) for step in event] for event in events]
    added = walk_values(game.rest, steps, len(tokens), seed, walks)
    if game.terms is not None:
        added += walk_values(game.terms, steps, len(tokens), seed, max(walks, _TERM_WALKS))
    about, values = [], []
    for step, row in zip(chain(*events), added, strict=True):
        for part in step:
            first = tokens[part[0]]
            about.append(Part(kinds[first.event], first.field, _said(sequences, tokens, part)))
            own = np.arange(len(row)) == first.sequence - 1
            values.append(np.where(own, row, 0.0) if first.sequence else row)
    ends = game.fresh(np.array([[False], [True]]).repeat(len(tokens), axis=1))
    return Pushes(about, np.array(values).reshape(len(about), added.shape[1]), ends[0], ends[1])


def _steps(tokens: Sequence[Piece]) -> list[list[list[int]]]:
    """Parts that join at once, event by event: one of the history alone, or the n-th of every item.

    What is said of one item does not change what another gets, so that many items take no more steps than one.
    """
    steps: dict[tuple[int, int, int], list[list[int]]] = {}
    met: Counter[tuple[int, int]] = Counter()
    for part in _parts(tokens):
        first = tokens[part[0]]
        number = met[first.event, first.sequence]
        met[first.event, first.sequence] += 1
        steps.setdefault((first.event, min(first.sequence, 1), number), []).append(part)
    return [steps[key] for key in sorted(steps)]


def _said(sequences: Sequence[Words], tokens: Sequence[Piece], part: Sequence[int]) -> str:
    first = tokens[part[0]]
    told = sequences[first.sequence].said
    if told and first.field not in _WORDY:
        return told[first.span]
    text = spell(tokens, part)
    return text.rstrip(" ,.;:!?") or text


def _parts(tokens: Sequence[Piece]) -> Iterator[list[int]]:
    """Words of titles and of what was typed, a punctuation mark with the word before it; all other fields whole."""
    def span(word: list[int]) -> tuple[int, int]:
        return tokens[word[0]].sequence, tokens[word[0]].span

    for _, found in groupby(words_of(tokens), key=span):
        words = list(found)
        if tokens[words[0][0]].field not in _WORDY:
            yield list(chain(*words))
            continue
        joined: list[list[int]] = []
        for word in words:
            if joined and not any(char.isalnum() for token in word for char in tokens[token].text):
                joined[-1].extend(word)
            else:
                joined.append(list(word))
        yield from joined
