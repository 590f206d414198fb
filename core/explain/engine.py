"""Why a shopper gets a probability: Owen values of events, words and tokens, in log-odds."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.explain.budget import everything, shares
from core.explain.faithfulness import additivity_error, faithfulness, sigmoid
from core.explain.masker import Game, Masks, Values, coarse
from core.explain.owen import owen_within
from core.explain.partition import Event, Piece, event_order, nest, pieces, tree, words_of
from core.explain.reading import event_values, facts, title_of, token_value
from core.explain.sentence import sentence
from core.explain.shapley import SETTLED, Shapley, first_and_last, shapley_values
from core.explain.trust import checks
from core.explain.walks import nested_walk_values
from core.language import say
from core.records import EventValue, Explanation, TagSpec, TokenValue
from core.text.words import EventText, Words

#: Masks of one explanation, unless told otherwise: some seconds on two processor cores.
MASKS = 160
#: The same for a tag, of which the encoder says a half: enough to weigh each of some two hundred tokens first and last.
TAG_MASKS = 640
#: Share of the budget that events may take before words get theirs.
_EVENT_SHARE = 0.4
#: Masks for the reasons of a list: enough for two pairs of orders of up to nine units, where they are needed.
_MANY = 56
#: Standard errors, in log-odds, that reasons of a list may have; those of one item are settled as ``shapley`` says.
ROUGHLY = 0.05
#: Masks of the glossary, which cost next to nothing: by event, and walks over all tokens. And what it is settled at.
_TERMS, _TERM_WALKS, _TERMS_SETTLED = 4_096, 512, 0.002


class Scorer(Protocol):
    """What an explanation needs of ``core.score.Scorer``."""

    @property
    def tokenizer(self) -> Any:
        """A HF tokenizer."""

    @property
    def tag_specs(self) -> Sequence[TagSpec]:
        """The tags of ``masked_tags``, in order."""

    def words(
        self, user_id: str, item_ids: Sequence[str], as_of: datetime
    ) -> tuple[Words, list[Words]]:
        """History and candidates as words."""

    def masked_clicks(
        self,
        history: Words,
        candidates: Sequence[Words],
        history_keep: Masks,
        candidate_keep: Sequence[Masks],
        rough: bool = False,
    ) -> Values:
        """Click log-odds ``[n, K]``; ``rough`` allows to be off by about a hundredth."""

    def masked_tags(self, history: Words, history_keep: Masks, rough: bool = False) -> Values:
        """Tag log-odds ``[n, T]``; ``rough`` as for clicks."""

    def click_terms(self, history: Words, candidates: Sequence[Words]) -> Callable[[list[Masks]], Values] | None:
        """What tells by the masks of each sequence how much of the click log-odds a glossary says; None without one."""

    def tag_terms(self, history: Words) -> Callable[[list[Masks]], Values] | None:
        """What tells by masks how much of the tag log-odds a glossary says; None without one."""


@dataclass(frozen=True)
class _Question:
    """One game, its tokens, and what they belong to."""

    user_id: str
    sequences: tuple[Words, ...]
    tokens: list[Piece]
    game: Game
    started: float

    @property
    def events(self) -> Sequence[EventText]:
        return self.sequences[0].events

    @property
    def owner(self) -> NDArray[np.int64]:
        """For each token the place of its event in ``event_order``."""
        order = event_order(self.tokens)
        return np.searchsorted(order, [token.event for token in self.tokens]).astype(np.int64)


def why(
    scorer: Scorer,
    user_id: str,
    item_id: str,
    as_of: datetime,
    max_evals: int = MASKS,
    seed: int = 0,
    title: str | None = None,
) -> Explanation:
    """Explain why this item gets its click probability, down to the tokens.

    Parameters
    ----------
    max_evals
        Budget of masks for the values; about a dozen more measure trust.
    seed
        The same seed gives the same values.
    title
        Of the item; if not given, the title that the model read.
    """
    started = time.perf_counter()
    history, candidates = scorer.words(user_id, [item_id], as_of)
    question = _about_items(scorer, user_id, history, candidates, started)
    return _deep(question, item_id, title or title_of(candidates[0], question.tokens, 1), "item", max_evals, seed)


def why_tag(
    scorer: Scorer, user_id: str, tag_key: str, as_of: datetime, max_evals: int = TAG_MASKS, seed: int = 0
) -> Explanation:
    """Explain why a shopper gets a tag's probability. ``item_id`` of the answer is the tag's key.

    Raises
    ------
    InputError
        The model has no such tag.
    """
    keys = [spec.key for spec in scorer.tag_specs]
    if tag_key not in keys:
        raise InputError(say("The model has no tag {name!r}. It has: {there}.", name=tag_key,
                             there=", ".join(keys) or say("none")))  # fmt: skip
    started, at = time.perf_counter(), keys.index(tag_key)
    history, _ = scorer.words(user_id, [], as_of)
    said = scorer.tag_terms(history)
    terms = None if said is None else lambda keeps: said(keeps)[:, [at]]

    def model(keeps: list[Masks]) -> Values:
        return scorer.masked_tags(history, keeps[0])[:, [at]]

    def rough(keeps: list[Masks]) -> Values:
        return scorer.masked_tags(history, keeps[0], rough=True)[:, [at]]

    tokens = pieces([history], scorer.tokenizer.convert_ids_to_tokens)
    game = Game(model, [len(history.ids)], tokens, rough=rough, terms=terms)
    question = _Question(user_id, (history,), tokens, game, started)
    return _deep(question, tag_key, scorer.tag_specs[at].label, "tag", max_evals, seed)


def explain_many(
    scorer: Scorer,
    user_id: str,
    item_ids: Sequence[str],
    as_of: datetime,
    max_evals: int = _MANY,
    seed: int = 0,
    titles: Sequence[str | None] | None = None,
    settled: float = ROUGHLY,
) -> list[Explanation]:
    """Explain many items at once by events only; ``words`` and ``tokens`` stay empty.

    One run answers for all: the players are the history events, each with the words of fit that
    derive from it in any candidate, and "the item itself", each candidate's own words.
    ``evaluations`` and ``seconds`` are those of the whole run.
    """
    if not item_ids:
        return []
    started = time.perf_counter()
    history, candidates = scorer.words(user_id, item_ids, as_of)
    question = _about_items(scorer, user_id, history, candidates, started)
    given = titles or [None] * len(candidates)
    names = [title or title_of(item, question.tokens, j)
             for j, (item, title) in enumerate(zip(candidates, given, strict=True), 1)]
    found, ends = _by_event(question, max_evals, seed, settled).both, _ends(question)
    answers = []
    for j, item_id in enumerate(item_ids):
        events = event_values(question.tokens, question.events, found.values[:, j], names[j])
        said = sentence(events, facts(question.tokens, None, candidates[j], j + 1))
        answers.append(_record(question, item_id, names[j], ends[:, j], events, said, error=found.error))
    return answers


def explain_words(
    scorer: Scorer,
    user_id: str,
    item_id: str,
    history: Words,
    candidate: Words,
    max_evals: int = _MANY,
    seed: int = 0,
    title: str | None = None,
    absent: Collection[int] = (),
) -> Explanation:
    """Explain one item by events, from words that are written already.

    Parameters
    ----------
    absent
        Events that are left out for good, with the words of fit that derive from them.
    """
    started = time.perf_counter()
    question = _about_items(scorer, user_id, history, [candidate], started, absent)
    name = title or title_of(candidate, question.tokens, 1)
    found = _by_event(question, max_evals, seed).both
    events = event_values(question.tokens, question.events, found.values[:, 0], name)
    said = sentence(events, facts(question.tokens, None, candidate, 1))
    return _record(question, item_id, name, _ends(question)[:, 0], events, said, error=found.error)


def _about_items(
    scorer: Scorer,
    user_id: str,
    history: Words,
    candidates: Sequence[Words],
    started: float,
    absent: Collection[int] = (),
) -> _Question:
    def model(keeps: list[Masks]) -> Values:
        return scorer.masked_clicks(history, candidates, keeps[0], keeps[1:])

    def rough(keeps: list[Masks]) -> Values:
        return scorer.masked_clicks(history, candidates, keeps[0], keeps[1:], rough=True)

    sequences = (history, *candidates)
    every = pieces(sequences, scorer.tokenizer.convert_ids_to_tokens)
    tokens = [token for token in every if token.event not in absent]
    gone = [token for token in every if token.event in absent]
    terms = scorer.click_terms(history, candidates)
    game = Game(model, [len(words.ids) for words in sequences], tokens, gone, rough, terms)
    return _Question(user_id, sequences, tokens, game, started)


def _deep(question: _Question, key: str, title: str, what: str, max_evals: int, seed: int) -> Explanation:
    """Explain by events, words and tokens, for a game of one output."""
    tokens = question.tokens
    parts = _by_event(question, int(_EVENT_SHARE * max_evals), seed)
    found = parts.both
    by_event = found.values[:, 0]
    by_token = _by_token(question, parts, max_evals, seed)
    words = words_of(tokens)
    by_word = np.array([by_token[word].sum() for word in words])
    events = event_values(tokens, question.events, by_event, title)
    trust = faithfulness(question.game, words, by_word, seed) if words else None
    quotes = facts(tokens, by_token, question.sequences[1], 1) if len(question.sequences) > 1 else {}
    return _record(
        question,
        key,
        title,
        _ends(question)[:, 0],
        events,
        sentence(events, quotes, what),
        [token_value(tokens, word, by_word[i]) for i, word in enumerate(words)],
        [token_value(tokens, [i], by_token[i]) for i in range(len(tokens))],
        trust,
        found.error,
    )


class _ByEvent(NamedTuple):
    """Values ``[events, K]`` in the order of ``event_order``: of the encoder, and of the glossary where there is one.

    Log-odds are the sum of what the two say, so their values are, too.
    """

    encoder: Shapley
    terms: Shapley | None

    @property
    def both(self) -> Shapley:
        if self.terms is None:
            return self.encoder
        error = float(np.hypot(self.encoder.error, self.terms.error))
        return Shapley(self.encoder.values + self.terms.values, error)


def _by_event(question: _Question, max_evals: int, seed: int, settled: float = SETTLED) -> _ByEvent:
    game, events = question.game, len(event_order(question.tokens))
    encoder = shapley_values(coarse(game.rest, question.owner), events, max_evals, seed, settled)
    if game.terms is None:
        return _ByEvent(encoder, None)
    said = coarse(game.terms, question.owner)
    return _ByEvent(encoder, shapley_values(said, events, _TERMS, seed, _TERMS_SETTLED, cheap=True))


def _by_token(question: _Question, by_event: _ByEvent, max_evals: int, seed: int) -> NDArray[np.float64]:
    """Values of tokens; those of an event sum to the event's own.

    What the encoder's values of an event's tokens sum to is the event's own as far as tokens interact in pairs; what
    it differs by is spread evenly over the tokens, which changes neither the event's total nor the differences between
    its tokens. The glossary is asked so often that nothing to speak of is left to be spread.
    """
    parts = nest(question.tokens)
    values = _of_encoder(question, parts, by_event.encoder.values[:, 0], max_evals, seed)
    if question.game.terms is not None:
        values = values + nested_walk_values(question.game.terms, parts, len(values), seed, _TERM_WALKS)[:, 0]
    of_events = np.bincount(question.owner, values, len(parts))
    sizes = np.bincount(question.owner, minlength=len(parts))
    missed: NDArray[np.float64] = (by_event.both.values[:, 0] - of_events) / sizes
    return values + missed[question.owner]


def _of_encoder(
    question: _Question, parts: Sequence[Event], pushes: NDArray[np.float64], max_evals: int, seed: int
) -> NDArray[np.float64]:
    """What the encoder says: every token first and last, or what the budget allows of each event.

    A token alone takes next to nothing to read, so two masks a token take the time of one, and nothing is left
    undivided. Where the budget does not allow that, or allows all contexts inside of every event, they are divided one
    by one, in the presence and in the absence of all others, and those that push most get most of the budget.
    """
    game, players = question.game, len(question.tokens)
    left = max(max_evals - game.evaluations, max_evals // 2)
    sizes = [sum(len(word) for field in event for word in field) for event in parts]
    if 2 * players <= left < sum(everything(size) for size in sizes):
        return first_and_last(game.rest, players).values[:, 0]
    values = np.zeros(players)
    for number, (event, budget) in enumerate(zip(parts, shares(sizes, pushes, left), strict=True)):
        if budget:
            mine = np.flatnonzero(question.owner == number)
            values[mine] = _within(game, event, mine, budget, seed)
    return values


def _within(game: Game, event: Event, mine: NDArray[np.int64], budget: int, seed: int) -> NDArray[np.float64]:
    """What the encoder says: values of one event's tokens, in the order of ``mine``."""
    place = {token: at for at, token in enumerate(mine.tolist())}
    linkage = tree([[[place[token] for token in word] for word in field] for field in event])

    def among(others: bool) -> Callable[[Masks], Values]:
        def play(masks: Masks) -> Values:
            keep = np.full((len(masks), game.players), others)
            keep[:, mine] = masks
            return game.rest(keep)

        return play

    return owen_within((among(True), among(False)), linkage, len(mine), budget, seed)[:, 0]


def _ends(question: _Question) -> Values:
    """Log-odds ``[2, K]`` of the empty and of the full input, by a pass of its own each."""
    n = len(question.tokens)
    return np.concatenate([question.game.fresh(np.full((1, n), there)) for there in (False, True)])


def _record(
    question: _Question,
    key: str,
    title: str,
    ends: NDArray[np.float64],
    events: Sequence[EventValue],
    said: str,
    words: Sequence[TokenValue] = (),
    tokens: Sequence[TokenValue] = (),
    trust: float | None = None,
    error: float | None = None,
) -> Explanation:
    base, prediction = map(float, ends)
    found = Explanation(
        user_id=question.user_id,
        item_id=key,
        title=title,
        base_value=base,
        prediction=prediction,
        p_base=sigmoid(base),
        p_click=sigmoid(prediction),
        additivity_error=additivity_error(prediction - base, events, words, tokens),
        events=tuple(events),
        words=tuple(words),
        tokens=tuple(tokens),
        sentence=said,
        evaluations=question.game.evaluations,
        seconds=time.perf_counter() - question.started,
        faithfulness=trust,
        unsettled=error,
    )
    return replace(found, checks=tuple(checks(found)))
