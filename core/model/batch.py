"""From words to padded tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.model.onepass import Batch
from core.text.terms import NOTHING, Terms


def pad(
    histories: Sequence[np.ndarray],
    candidates: Sequence[Sequence[np.ndarray]],
    pad_id: int,
    history_keep: Sequence[np.ndarray] | None = None,
    candidates_keep: Sequence[Sequence[np.ndarray]] | None = None,
    terms: Sequence[Sequence[Terms]] | None = None,
) -> Batch:
    """Pad B histories and their candidates to one rectangular batch.

    What is left out is taken out, and the rest keep their places: the answer is the same as if
    the model were told not to look there, for less work.

    Parameters
    ----------
    histories
        B arrays of token ids.
    candidates
        For each history its candidates' token ids; may differ in number, may be empty.
    pad_id
        The padding token.
    history_keep, candidates_keep
        The same shapes as bool; tokens that are False are left out. None keeps all.
    terms
        For each history its terms, then those of each of its candidates. None: nobody looks them up.

    Returns
    -------
    Batch
        On the CPU. Missing candidates are padding through and through: ignore their outputs.
    """
    b, k = len(histories), max(map(len, candidates), default=0)
    rows = [_Left(ids, None if history_keep is None else history_keep[i]) for i, ids in enumerate(histories)]
    behind = [
        _Left(ids, None if candidates_keep is None else candidates_keep[i][j])
        for i, row in enumerate(candidates) for j, ids in enumerate(row)
    ]
    at = [i * k + j for i, row in enumerate(candidates) for j in range(len(row))]
    history = _rectangle(rows, range(b), b, pad_id)
    words = [_behind(part, b, k) for part in _rectangle(behind, at, b * k, pad_id)]
    whole = history_keep is None and candidates_keep is None
    places = (None, None) if whole else (history[2], words[2])
    keys = (None, None) if terms is None else term_keys(terms, history_keep, candidates_keep)
    return Batch(history[0], history[1], words[0], words[1], *places, *keys)


def term_keys(
    terms: Sequence[Sequence[Terms]],
    history_keep: Sequence[np.ndarray] | None = None,
    candidates_keep: Sequence[Sequence[np.ndarray]] | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Keys of the terms that are there: of B histories ``[B, F]``, and of their candidates ``[B, K, F]``.

    Parameters
    ----------
    terms
        For each history its terms, then those of each of its candidates.
    history_keep, candidates_keep
        See ``pad``.
    """
    b, k = len(terms), max((len(one) - 1 for one in terms), default=0)
    past = [one[0].present(None if history_keep is None else history_keep[i]) for i, one in enumerate(terms)]
    items = [part.present(None if candidates_keep is None else candidates_keep[i][j])
             for i, one in enumerate(terms) for j, part in enumerate(one[1:])]
    at = [i * k + j for i, one in enumerate(terms) for j in range(len(one) - 1)]
    return _keys(past, range(b), b), _behind(_keys(items, at, b * k), b, k)


def _keys(rows: Sequence[np.ndarray], at: Sequence[int], count: int) -> torch.Tensor:
    """Keys ``[count, most]``, with row n in row ``at[n]``."""
    found = np.full((count, max(map(len, rows), default=0)), NOTHING, dtype=np.int64)
    for place, row in zip(at, rows, strict=True):
        found[place, : len(row)] = row
    return torch.from_numpy(found)


def _behind(rows: torch.Tensor, b: int, k: int) -> torch.Tensor:
    """``[B * K, C]`` as ``[B, K, C]``."""
    return rows.view(b, k, rows.shape[1] if b * k else 0)


class _Left:
    """What is left of a sequence. The first token stays even if it is left out: its state is read."""

    def __init__(self, ids: np.ndarray, keep: np.ndarray | None) -> None:
        places = np.arange(len(ids)) if keep is None else np.flatnonzero(np.r_[True, keep[1:]])
        self.ids, self.places = ids[places], places
        self.keep = np.ones(len(places), dtype=bool) if keep is None else keep[places]


def _rectangle(
    sequences: Sequence[_Left], at: Sequence[int], rows: int, pad_id: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, keep and places ``[rows, longest]``, with sequence n in row ``at[n]``."""
    longest = max((len(one.ids) for one in sequences), default=0)
    ids = np.full((rows, longest), pad_id, dtype=np.int64)
    keep = np.zeros((rows, longest), dtype=bool)
    places = np.zeros((rows, longest), dtype=np.int64)
    for row, one in zip(at, sequences, strict=True):
        size = len(one.ids)
        ids[row, :size], keep[row, :size], places[row, :size] = one.ids, one.keep, one.places
    return torch.from_numpy(ids), torch.from_numpy(keep), torch.from_numpy(places)
