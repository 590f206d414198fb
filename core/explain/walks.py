"""Owen values by walks: parts join one after the other, those of an event together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.explain.masker import Masks, Values
from core.explain.partition import Nested


def walk_values(
    game: Callable[[Masks], Values], events: Sequence[Sequence[Sequence[int]]], players: int, seed: int = 0,
    walks: int = 1,
) -> Values:
    """What each part adds when it joins, on average over some walks.

    Events join in a random order, the parts of each in a random order of their own. What a part adds is on average
    its Owen value, what an event's parts add together the event's (Owen, 1977; Castro et al., 2009): one walk is noisy
    and right in the mean, which is all that many shoppers together need. Sums are exact.

    Parameters
    ----------
    game
        Values ``[n, K]`` for masks ``[n, players]``.
    events
        For each event its parts, each as the players that it consists of; every player is in one part.
    walks
        Every second one is the reverse of the one before it.

    Returns
    -------
    numpy.ndarray
        ``[parts, K]``, in the order given; the sum over parts is game(all) - game(none).
    """
    parts = [part for event in events for part in event]
    member = np.zeros((len(parts), players), dtype=bool)
    for number, part in enumerate(parts):
        member[number, list(part)] = True
    numbers = iter(range(len(parts)))
    return _walked(game, member, [[next(numbers) for _ in event] for event in events], seed, walks)


def nested_walk_values(
    game: Callable[[Masks], Values], nested: Sequence[Nested], players: int, seed: int = 0, walks: int = 1
) -> Values:
    """What each player adds when it joins, ``[players, K]``; those of a group join side by side, at every level.

    Parameters
    ----------
    nested
        Groups of groups of players; each player once.
    """
    return _walked(game, np.eye(players, dtype=bool), nested, seed, walks)


def _walked(game: Callable[[Masks], Values], member: NDArray[np.bool_], nested: Sequence[Nested], seed: int,
            walks: int) -> Values:
    """Values ``[parts, K]`` of parts that consist of players, ``[parts, players]``."""
    parts, players = member.shape
    orders = _orders(nested, walks, np.random.default_rng(seed))
    masks = [np.vstack([np.zeros(players, dtype=bool), np.logical_or.accumulate(member[order])]) for order in orders]
    values = game(np.concatenate(masks)).reshape(walks, parts + 1, -1)
    added = np.zeros((parts, values.shape[-1]))
    for order, seen in zip(orders, values, strict=True):
        added[order] += np.diff(seen, axis=0) / walks
    return added


def _orders(nested: Sequence[Nested], walks: int, random: np.random.Generator) -> list[NDArray[np.int64]]:
    """Orders of parts, those of a group side by side; every second one is the reverse of the first."""
    orders = list[NDArray[np.int64]]()
    for walk in range(walks):
        orders.append(orders[-1][::-1] if walk % 2 else np.array(_shuffled(nested, random), dtype=np.int64))
    return orders


def _shuffled(nested: Sequence[Nested], random: np.random.Generator) -> list[int]:
    flat = list[int]()
    for at in random.permutation(len(nested)):
        part = nested[at]
        flat += [part] if isinstance(part, int) else _shuffled(part, random)
    return flat
