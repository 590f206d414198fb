"""The game that shap plays: which tokens are kept in, what log-odds come out.

Nothing is turned back into strings. An absent token is left out of attention, the others keep
their places; see ``docs/decisions/0002-absent-words.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explain.partition import Piece
from core.queueing import Line

Masks = NDArray[np.bool_]
Values = NDArray[np.float64]

#: Masks that are asked for together.
BATCH = 32
#: The same for those of a glossary.
TERMS_BATCH = 4_096
#: Everybody who asks for reasons shares one model: batch by batch, whoever asked first.
_TURNS = Line(1)


class Game:
    """Log-odds by which tokens are present. Equal masks are evaluated once.

    For one call: it remembers every value that it has seen.

    Parameters
    ----------
    model
        ``model(keeps) -> float64[n, K]``, where ``keeps`` holds a bool ``[n, length]`` for each sequence.
    lengths
        Tokens of each sequence, [CLS] and [SEP] included.
    tokens
        The tokens that can be left out; all others are always kept.
    gone
        Tokens that are left out always.
    rough
        A quicker model for all masks but the empty and the full one, which are exact: sums meet them whatever the
        values between them are off by.
    terms
        What of the model's values its glossary says, at next to no cost; None where it has none.

    Attributes
    ----------
    terms
        What of the log-odds ``[n, K]`` the glossary says of masks ``[n, tokens]``; None without one. Values of a game
        are linear in it: those of this part, which can be asked as often as one likes, and those of ``rest`` sum to
        those of the whole.
    """

    def __init__(
        self,
        model: Callable[[list[Masks]], Values],
        lengths: Sequence[int],
        tokens: Sequence[Piece],
        gone: Sequence[Piece] = (),
        rough: Callable[[list[Masks]], Values] | None = None,
        terms: Callable[[list[Masks]], Values] | None = None,
    ) -> None:
        self._model, self._rough = model, rough
        self.terms = None if terms is None else partial(self._of_terms, terms)
        self._cuts = np.cumsum(lengths)[:-1]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        self._places = np.array([starts[t.sequence] + t.position for t in tokens], dtype=np.int64)
        self._rest = np.ones(int(starts[-1]), dtype=bool)
        self._rest[[starts[t.sequence] + t.position for t in gone]] = False
        self._known: dict[bytes, Values] = {}

    @property
    def players(self) -> int:
        """How many tokens can be left out."""
        return len(self._places)

    @property
    def evaluations(self) -> int:
        """How many different masks went through the model."""
        return len(self._known)

    def __call__(self, masks: Masks) -> Values:
        """Log-odds ``[n, K]`` for masks ``[n, tokens]``; True is kept."""
        keep = self._kept(masks)
        keys = [row.tobytes() for row in np.packbits(keep, axis=1)]
        new = list({key: i for i, key in enumerate(keys) if key not in self._known}.values())
        new.sort(key=lambda row: int(masks[row].sum()))  # equal lengths together: less padding to compute
        for start in range(0, len(new), BATCH):
            rows = new[start : start + BATCH]
            values = self._values(masks[rows])
            self._known.update((keys[row], value) for row, value in zip(rows, values, strict=True))
        return np.stack([self._known[key] for key in keys])

    def fresh(self, masks: Masks) -> Values:
        """Run the model on these masks, exactly, whatever is remembered."""
        return self._run(self._model, masks)

    def rest(self, masks: Masks) -> Values:
        """Log-odds ``[n, K]`` without what the glossary says."""
        return self(masks) if self.terms is None else self(masks) - self.terms(masks)

    def _of_terms(self, terms: Callable[[list[Masks]], Values], masks: Masks) -> Values:
        starts = range(0, len(masks), TERMS_BATCH)
        return np.concatenate([terms(self._split(masks[start : start + TERMS_BATCH])) for start in starts])

    def _values(self, masks: Masks) -> Values:
        ends = masks.all(axis=1) | ~masks.any(axis=1)
        if self._rough is None or ends.all():
            return self.fresh(masks)
        between = self._run(self._rough, masks[~ends])
        values = np.empty((len(masks), between.shape[1]))
        values[~ends] = between
        if ends.any():
            values[ends] = self.fresh(masks[ends])
        return values

    def _run(self, model: Callable[[list[Masks]], Values], masks: Masks) -> Values:
        with _TURNS.place():
            return np.array(model(self._split(masks)), dtype=np.float64)

    def _split(self, masks: Masks) -> list[Masks]:
        """Tokens that are kept, for each sequence."""
        return np.split(self._kept(masks), self._cuts, axis=1)

    def _kept(self, masks: Masks) -> Masks:
        keep = np.tile(self._rest, (len(masks), 1))
        keep[:, self._places] = masks
        return keep


def coarse(game: Callable[[Masks], Values], owner: NDArray[np.int64]) -> Callable[[Masks], Values]:
    """Play the same game among groups: token i is present when group ``owner[i]`` is."""
    return lambda masks: game(masks[:, owner])


def keep_masker(linkage: NDArray[np.float64]) -> Any:
    """Return a ``shap.maskers.Masker`` that hands the mask itself to the model, with this partition."""
    from shap.maskers import Masker  # type: ignore[import-untyped,unused-ignore]

    players = len(linkage) + 1

    class KeepMasker(Masker):  # type: ignore[misc,unused-ignore]
        """Masks are the model's input."""

        shape = (1, players)
        clustering = linkage
        immutable_outputs = True

        def __call__(self, mask: Any, *args: Any) -> tuple[Masks]:
            """Return the mask as one row."""
            return (np.asarray(self._standardize_mask(mask, *args), dtype=bool).reshape(1, -1).copy(),)

        def mask_shapes(self, *args: Any) -> list[tuple[int]]:
            """Return the players' shape, as shap asks for it."""
            return [(players,)]

    return KeepMasker()
