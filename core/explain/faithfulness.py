"""Whether an explanation can be trusted: do its numbers add up, and do its strongest words matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from core.explain.masker import Masks, Values
from core.explain.partition import ITEM
from core.language import say
from core.records import EventValue, Explanation, TokenValue

#: Log-odds that levels may differ by.
TOLERANCE = 1e-3
SHARE = 0.2
DRAWS = 8


class NotAdditive(ArithmeticError):
    """The parts of an explanation do not sum to what they should: a fault of ours."""


def additivity_error(
    change: float,
    events: Sequence[EventValue],
    words: Sequence[TokenValue] = (),
    tokens: Sequence[TokenValue] = (),
) -> float:
    """Greatest absolute difference, in log-odds, between two levels that should agree.

    Checked are the sum of the events, words and tokens against ``change``, and, where there are
    words, each event against its words and each event's field against its tokens. Not a number
    anywhere gives infinity.

    Parameters
    ----------
    change
        Prediction of the full input minus that of the empty one, by passes of their own.
    """
    gaps = [sum(event.value for event in events) - change]
    if words or tokens:
        gaps += [sum(part.value for part in level) - change for level in (words, tokens)]
        gaps += _gaps({(e.event, ""): e.value for e in events}, _sums(words, by_field=False))
        gaps += _gaps(_sums(words, by_field=True), _sums(tokens, by_field=True))
    worst = float(np.max(np.abs(gaps)))
    return worst if np.isfinite(worst) else float("inf")


def check_additive(explanation: Explanation, tolerance: float = TOLERANCE) -> None:
    """Raise ``NotAdditive`` when the numbers do not add up at some level.

    The error that was measured against independent passes when the explanation was made counts
    too, and so does a probability that is not the sigmoid of its log-odds.
    """
    change = explanation.prediction - explanation.base_value
    error = additivity_error(change, explanation.events, explanation.words, explanation.tokens)
    error = float(np.max([error, explanation.additivity_error]))  # unlike max, it lets no NaN slip by
    pairs = ((explanation.p_base, explanation.base_value), (explanation.p_click, explanation.prediction))
    slips = [abs(p - sigmoid(log_odds)) for p, log_odds in pairs]
    if not (error <= tolerance and max(slips) <= tolerance):
        raise NotAdditive(
            say("The explanation of item {item} for {user} is off by {error:.3g} log-odds (allowed: {tolerance:g}), "
                "its probabilities by {slip:.3g}.", item=explanation.item_id, user=explanation.user_id, error=error,
                tolerance=tolerance, slip=max(slips))
        )


def faithfulness(
    game: Callable[[Masks], Values],
    words: Sequence[Sequence[int]],
    values: NDArray[np.float64],
    seed: int = 0,
) -> float | None:
    """How many times more the strongest words move the prediction than random ones do.

    The fifth of the words that speaks most for the prediction (for a prediction below the base:
    most against) is left out; the move towards the base, in log-odds, is divided by the mean
    absolute move over ``DRAWS`` random choices of equally many words.

    Parameters
    ----------
    game
        One output over token masks.
    words
        Token indices of each word.
    values
        Value of each word.

    Returns
    -------
    float or None
        Above 1 is better than chance; None when there are fewer than five words or nothing moves.
    """
    if len(words) < 5:
        return None
    side = 1.0 if values.sum() >= 0 else -1.0
    some = max(1, min(round(SHARE * len(words)), int((side * values > 0).sum())))
    random = np.random.default_rng(seed)
    choices = [np.argsort(-side * values, kind="stable")[:some]]
    choices += [random.choice(len(words), some, replace=False) for _ in range(DRAWS)]
    masks = np.ones((1 + len(choices), sum(map(len, words))), dtype=bool)
    for row, choice in enumerate(choices, 1):
        masks[row, [token for word in choice for token in words[word]]] = False
    scores = game(masks)[:, 0]
    moves = side * (scores[0] - scores[1:])
    chance = float(np.abs(moves[1:]).mean())
    return float(moves[0]) / chance if chance > 1e-6 else None


def cause_rank(
    explanation: Explanation,
    item_ids: Collection[str] = (),
    event_types: Collection[str] = (),
    item_words: bool = False,
) -> int | None:
    """Rank (1 is strongest) of the first unit that holds a known cause; None if none does.

    Units are the history events and the item's own words, by value, largest first: a cause of a
    click pushes it up.

    Parameters
    ----------
    item_ids
        Events about one of these items; empty for events about anything.
    event_types
        Events of one of these types; empty for any type.
    item_words
        Whether the item's own words count as the cause.
    """

    def causes(unit: EventValue) -> bool:
        if unit.event == ITEM:
            return item_words
        named = bool(item_ids or event_types)
        return named and (not item_ids or unit.item_id in item_ids) and (
            not event_types or unit.event_type in event_types
        )

    ranked = sorted(explanation.events, key=lambda unit: -unit.value)
    return next((rank for rank, unit in enumerate(ranked, 1) if causes(unit)), None)


def sigmoid(log_odds: float) -> float:
    """Probability of these log-odds, without overflow."""
    return float(np.exp(-np.logaddexp(0.0, -log_odds)))


def _sums(parts: Sequence[TokenValue], by_field: bool) -> dict[tuple[int, str], float]:
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for part in parts:
        sums[part.event, part.field if by_field else ""] += part.value
    return sums


def _gaps(one: dict[tuple[int, str], float], other: dict[tuple[int, str], float]) -> list[float]:
    return [one.get(key, 0.0) - other.get(key, 0.0) for key in one.keys() | other.keys()]
