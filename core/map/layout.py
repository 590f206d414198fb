"""States of histories as places on a plane: UMAP (McInnes, Healy and Melville, 2018) over their main directions.

The layout is learned from some shoppers; the others are placed into it beside those whom they are like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import TooLittleData
from core.language import say

States = NDArray[np.float32]
Places = NDArray[np.float32]

#: Fewer shoppers than this are no map.
LEAST = 30
#: Shoppers whom each is laid beside.
NEIGHBOURS = 15
#: Directions of the states that are kept; the rest is noise that makes the search for neighbours slow.
_DIRECTIONS = 50
#: Half of the extent that the layout begins with, in units of UMAP's own.
_BEGIN = 10.0


@dataclass(frozen=True)
class _Directions:
    """The main directions of some states: those in which these differ most."""

    middle: NDArray[np.float64]
    ways: NDArray[np.float64]  # [width, directions], those that tell most first

    @classmethod
    def learn(cls, states: States) -> _Directions:
        middle = states.mean(axis=0, dtype=np.float64)
        apart = states - middle
        _, ways = np.linalg.eigh(apart.T @ apart)  # ascending
        ways = ways[:, ::-1][:, :_DIRECTIONS]
        signs = np.sign(ways[np.abs(ways).argmax(axis=0), np.arange(ways.shape[1])])  # either sign would do
        return cls(middle, ways * signs)

    def of(self, states: States) -> States:
        return np.ascontiguousarray((states - self.middle) @ self.ways, dtype=np.float32)


@dataclass(frozen=True)
class _Frame:
    """The part of the plane that most shoppers lie in; isles far off are drawn near, as how far means nothing."""

    middle: Places
    reach: Places

    @classmethod
    def around(cls, places: Places) -> _Frame:
        low, middle, high = np.percentile(places, (25, 50, 75), axis=0)
        return cls(middle, ((high - low) / 2).clip(min=1e-6))

    def of(self, places: Places) -> Places:
        """Places with the middle at 0, as they were around it and, farther out, by the logarithm of the distance."""
        return np.asarray(np.arcsinh((places - self.middle) / self.reach), dtype=np.float32)


@dataclass(frozen=True)
class Layout:
    """A layout that was learned: where those are whom it was learned from, and where others belong."""

    places: Places
    _directions: _Directions
    _plane: Any
    _frame: _Frame

    def of(self, states: States) -> Places:
        """Return the places ``[n, 2]`` of others, from their states ``[n, width]``."""
        if not len(states):
            return np.empty((0, 2), dtype=np.float32)
        return self._frame.of(np.asarray(self._plane.transform(self._directions.of(states)), dtype=np.float32))


def learn(states: States, seed: int = 0) -> Layout:
    """Lay shoppers out so that those with like states lie close together.

    Parameters
    ----------
    states
        ``[n, width]``.
    seed
        The same states and seed give the same places on the same machine: it runs in one thread.

    Raises
    ------
    TooLittleData
        When there are fewer than ``LEAST`` shoppers.
    """
    if len(states) < LEAST:
        raise TooLittleData(
            say("A map needs {least} shoppers or more; here are {here}. Import more of the shop's logs.",
                least=LEAST, here=len(states))
        )
    from umap import UMAP  # with numba, which takes seconds to load

    directions = _Directions.learn(states)
    turned = directions.of(states)
    main = turned[:, :2]
    apart = np.random.default_rng(seed).normal(0, 1e-3, main.shape)  # those with the same state must not begin as one
    begin = np.asarray(_BEGIN * main / max(float(np.abs(main).max()), 1e-9) + apart, dtype=np.float32)
    plane = UMAP(n_neighbors=min(NEIGHBOURS, len(states) - 1), min_dist=0.1, init=begin, random_state=seed, n_jobs=1)
    places = np.asarray(plane.fit_transform(turned), dtype=np.float32)
    frame = _Frame.around(places)
    return Layout(frame.of(places), directions, plane, frame)
