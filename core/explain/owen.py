"""Owen values of a game by ``shap.PartitionExplainer``, the same bytes for the same seed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from core.explain.masker import BATCH, Masks, Values, keep_masker
from core.explain.partition import exact_evaluations

_LOCK = threading.Lock()


def owen_values(
    game: Callable[[Masks], Values], linkage: NDArray[np.float64], players: int, max_evals: int, seed: int = 0
) -> Values:
    """Owen values ``[players, K]``; each column sums to game(all) - game(none).

    Exact when ``max_evals`` allows it (``exact_evaluations``). If not, every part is weighed in
    the presence of all others only, the parts that matter most first; what two parts do together
    and what the budget did not divide is spread evenly below their node. Sums are exact in either case.

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
    from shap import PartitionExplainer  # type: ignore[import-untyped,unused-ignore]

    exact = exact_evaluations(linkage) <= max_evals
    with _LOCK, _seeded(seed):
        names = [str(i) for i in range(players)]
        explain = PartitionExplainer(game, keep_masker(linkage), feature_names=names)
        result = explain(
            np.zeros((1, players)),
            max_evals=max_evals + 1,  # shap stops before it has spent the last one
            fixed_context=None if exact else 1,
            batch_size=max(2, min(BATCH, max_evals // 4)),
            silent=True,
        )
    return np.asarray(result.values[0], dtype=np.float64).reshape(players, -1)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    # shap breaks ties in its queue by numpy's global generator; whoever else uses it gets it back as it was.
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)
