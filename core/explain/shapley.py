"""Shapley values of a game of few players, exactly or by orders in pairs, of all its outputs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.explain.masker import Masks, Values

#: Standard error, in log-odds, from which on values count as settled (at 50 % it is half a percentage point).
SETTLED = 0.02


class Shapley(NamedTuple):
    """Values, and how far they may still be off.

    Attributes
    ----------
    values
        ``[players, K]``; each column sums to game(all) - game(none).
    error
        Greatest standard error among them, in log-odds; 0 when they are exact. As orders that begin elsewhere balance
        each other, it is rather too large than too small. Where players were weighed first and last alone, it is half
        of what the two differ by.
    """

    values: Values
    error: float


def shapley_values(
    game: Callable[[Masks], Values], players: int, max_evals: int, seed: int = 0, settled: float = SETTLED,
    cheap: bool = False,
) -> Shapley:
    """Shapley values of a game.

    Few players are answered exactly, by every coalition. Of more, each is weighed alone and as the last to join: where
    players interact in pairs only the mean of the two is exact, and where the two agree for everybody, it is enough.
    Where they do not, players join in a random order and in its reverse, which is as exact and comes nearer with every
    other order (Castro et al., 2009; Mitchell et al., 2022). The next pairs are the same order begun elsewhere, so that
    everybody comes early and late about equally often: where the first to join changes most, that halves the error of
    as many random orders.

    Parameters
    ----------
    game
        Values ``[n, K]`` for masks ``[n, players]``.
    max_evals
        Masks at most, unless to weigh everybody first and last needs more (twice the players, and two).
    settled
        Standard error below which no more orders are drawn.
    cheap
        Whether masks cost next to nothing: all coalitions are then weighed whenever the budget allows it, not only
        where they are hardly more than some orders.
    """
    if players < 2:
        ends = game(np.array([[False] * players, [True] * players], dtype=bool).reshape(2, players))
        return Shapley(np.tile(ends[1] - ends[0], (players, 1)), 0.0)
    if 2**players <= (max_evals if cheap else min(max_evals, 4 * players + 40)):
        return Shapley(_exact(game, players), 0.0)
    found = first_and_last(game, players)
    pairs = (max_evals - 2 * players - 4) // (2 * (players - 1))
    if found.error <= settled or pairs < 2:  # one pair of orders would not tell how far it is off
        return found
    return _sampled(game, players, pairs, seed, settled)


def first_and_last(game: Callable[[Masks], Values], players: int) -> Shapley:
    """Mean of what each adds to nobody and to all others; what the sum misses is shared evenly.

    So what whoever comes first adds, just because somebody is there, is shared by all, as it should be.
    """
    one = np.eye(players, dtype=bool)
    nobody, everybody = np.zeros((1, players), dtype=bool), np.ones((1, players), dtype=bool)
    values = game(np.concatenate([nobody, everybody, one, ~one]))
    empty, full = values[:2]
    first, last = values[2 : 2 + players] - empty, full - values[2 + players :]
    missed: Values = full - empty - (first + last).sum(axis=0) / 2
    apart = (first - first.mean(axis=0)) - (last - last.mean(axis=0))
    return Shapley((first + last) / 2 + missed / players, float(np.abs(apart).max() / 2))


def _exact(game: Callable[[Masks], Values], players: int) -> Values:
    masks = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    size = masks.sum(axis=1)
    joining = np.array([1 / (players * comb(players - 1, before)) for before in range(players)])
    gained, missed = joining[np.maximum(size - 1, 0)], joining[np.minimum(size, players - 1)]
    weights = np.where(masks, gained[:, None], -missed[:, None])
    values: Values = weights.T @ game(masks)
    return values


def _sampled(
    game: Callable[[Masks], Values], players: int, pairs: int, seed: int, settled: float
) -> Shapley:
    found: list[Values] = []
    error = float("inf")
    for order in _orders(players, pairs, seed):
        found.append(_pair(game, order))
        if len(found) > 1:
            error = float((np.std(found, axis=0, ddof=1) / np.sqrt(len(found))).max())
            if error <= settled:
                break
    return Shapley(np.mean(found, axis=0), error)


def _orders(players: int, most: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """A random order, begun at every player; then the next. Of several, each is begun everywhere."""
    random = np.random.default_rng(seed)
    for number in range(most if most < players else most - most % players):
        turn = number % players
        if turn == 0:
            order = random.permutation(players)
        yield np.roll(order, int(_spread(turn) * players))


def _spread(number: int) -> float:
    """0, 1/2, 1/4, 3/4, 1/8 …: each fills the widest gap (van der Corput)."""
    digits = f"{number:b}"[::-1]
    return float(sum(int(digit) / 2.0 ** (place + 1) for place, digit in enumerate(digits)))


def _pair(game: Callable[[Masks], Values], order: NDArray[np.int64]) -> Values:
    """What each player adds, joining in this order and in its reverse, on average."""
    players = len(order)
    joined = np.tri(players + 1, players, -1, dtype=bool)  # row n: the first n have joined
    masks = np.zeros((2, players + 1, players), dtype=bool)
    for walk, one in enumerate((order, order[::-1])):
        masks[walk][:, one] = joined
    values = game(masks.reshape(-1, players)).reshape(2, players + 1, -1)
    added = np.zeros((players, values.shape[-1]))
    for walk, one in enumerate((order, order[::-1])):
        added[one] += np.diff(values[walk], axis=0) / 2
    return added
