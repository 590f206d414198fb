"""Owen values of a game by ``shap.PartitionExplainer``, the same bytes for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.masker import Masks, Values, keep_masker
from core.explain.partition import exact_evaluations
from core.queueing import Line

#: Masks that shap asks for together: the fewer, the better it spends a budget.
_TOGETHER = 16
_TURNS = Line(1)  # shap draws from numpy's global generator: one run at a time
_SWITCH = "DISABLE_JIT"


def owen_values(
    game: Callable[[Masks], Values], linkage: NDArray[np.float64], players: int, max_evals: int, seed: int = 0
) -> Values:
    """Owen values ``[players, K]``; each column sums to game(all) - game(none).

    Exact when ``max_evals`` allows it (``exact_evaluations``). If not, every part is weighed twice,
    in the presence of all others and in the absence of all others, the parts that matter most
    first, and the two are averaged: about four masks a player instead of their square, and still
    exact where parts interact in pairs only. What the budget did not divide is spread evenly
    below its node. Sums are exact in either case.

    Parameters
    ----------
    game
        Values ``[n, K]`` for masks ``[n, players]``.
    linkage
        The partition, from ``partition.tree``.
    """
    if players < 2:
        ends = game(np.array([[False] * players, [True] * players], dtype=bool).reshape(2, players))
        difference: Values = np.tile(ends[1] - ends[0], (players, 1))
        return difference
    if exact_evaluations(linkage) <= max_evals:
        return _run(game, linkage, players, max_evals, None, seed)
    with_all, alone = (_run(game, linkage, players, max_evals // 2, context, seed) for context in (1, 0))
    return (with_all + alone) / 2


def owen_within(
    games: tuple[Callable[[Masks], Values], Callable[[Masks], Values]],
    linkage: NDArray[np.float64],
    players: int,
    max_evals: int,
    seed: int = 0,
) -> Values:
    """Owen values ``[players, K]`` of the members of a group: the mean over all others being there and being absent.

    As in ``owen_values``, all contexts inside the group are weighed when the budget allows it, else its other members
    are there with the others and absent with them.

    Parameters
    ----------
    games
        The group's members among all others, and alone.
    max_evals
        For both games together.
    """
    if players < 2:
        ends = np.array([[False] * players, [True] * players], dtype=bool).reshape(2, players)
        difference: Values = np.mean([np.diff(game(ends), axis=0) for game in games], axis=0)
        return np.tile(difference, (players, 1))
    each = max_evals // 2
    contexts = (None, None) if exact_evaluations(linkage) <= each else (1, 0)
    among, alone = (_run(game, linkage, players, each, context, seed)
                    for game, context in zip(games, contexts, strict=True))
    return (among + alone) / 2


def _run(
    game: Callable[[Masks], Values], linkage: NDArray[np.float64], players: int, max_evals: int, context: int | None,
    seed: int,
) -> Values:
    with _TURNS.place(), _seeded(seed):
        names = [str(i) for i in range(players)]
        explain = _partition_explainer()(game, keep_masker(linkage), feature_names=names)
        result = explain(
            np.zeros((1, players)),
            max_evals=max_evals + 1,  # shap stops before it has spent the last one
            fixed_context=context,
            batch_size=max(2, min(_TOGETHER, max_evals // 4)),
            silent=True,
        )
    return np.asarray(result.values[0], dtype=np.float64).reshape(players, -1)


@cache
def _partition_explainer() -> Any:
    # numba would spend seconds in every process on compiling loops that plain Python runs in milliseconds here.
    import numba  # type: ignore[import-untyped,unused-ignore]

    compiling = getattr(numba.config, _SWITCH)
    setattr(numba.config, _SWITCH, True)
    try:
        from shap import PartitionExplainer  # type: ignore[import-untyped,unused-ignore]
    finally:
        setattr(numba.config, _SWITCH, compiling)
    return PartitionExplainer


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    # shap breaks ties in its queue by numpy's global generator; whoever else uses it gets it back as it was.
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)
