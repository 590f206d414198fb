"""Shapley values of a game of few players, exactly or by orders in pairs, of all its outputs at once."""

from __future__ import annotations

from collections.abc import Callable
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
        Greatest standard error among them, in log-odds: 0 when they are exact, None when a single pair of orders
        does not tell. As orders that begin elsewhere balance each other, it is rather too large than too small.
    """

    values: Values
    error: float | None


def shapley_values(
    game: Callable[[Masks], Values], players: int, max_evals: int, seed: int = 0, settled: float = SETTLED
) -> Shapley:
    """Shapley values of a game.

    Few players are answered exactly, by every coalition. Of more, players join in a random order and in its reverse:
    averaged, such a pair is exact wherever players interact in pairs only (Castro et al., 2009; Mitchell et al., 2022).
    The next pairs are the same order begun elsewhere, so that everybody comes early and late about equally often:
    where the first to join changes most, that halves the error of as many random orders.

    Parameters
    ----------
    game
        Values ``[n, K]`` for masks ``[n, players]``.
    max_evals
        Masks at most, unless one pair of orders needs more (twice the players).
    settled
        Standard error below which no more orders are drawn.
    """
    if players < 2:
        ends = game(np.array([[False] * players, [True] * players], dtype=bool).reshape(2, players))
        return Shapley(np.tile(ends[1] - ends[0], (players, 1)), 0.0)
    if 2**players <= min(max_evals, 4 * players + 40):
        return Shapley(_exact(game, players), 0.0)
    return _sampled(game, players, max_evals, seed, settled)


def _exact(game: Callable[[Masks], Values], players: int) -> Values:
    masks = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    size = masks.sum(axis=1)
    joining = np.array([1 / (players * comb(players - 1, before)) for before in range(players)])
    gained, missed = joining[np.maximum(size - 1, 0)], joining[np.minimum(size, players - 1)]
    weights = np.where(masks, gained[:, None], -missed[:, None])
    values: Values = weights.T @ game(masks)
    return values


def _sampled(
    game: Callable[[Masks], Values], players: int, max_evals: int, seed: int, settled: float
) -> Shapley:
    order = np.random.default_rng(seed).permutation(players)
    found: list[Values] = []
    error: float | None = None
    for number in range(min(players, max(1, (max_evals - 2) // (2 * (players - 1))))):
        found.append(_pair(game, np.roll(order, int(_spread(number) * players))))
        if number:
            error = float((np.std(found, axis=0, ddof=1) / np.sqrt(len(found))).max())
            if error <= settled:
                break
    return Shapley(np.mean(found, axis=0), error)


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
