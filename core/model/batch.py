"""From words to padded tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.model.onepass import Batch


def pad(
    histories: Sequence[np.ndarray],
    candidates: Sequence[Sequence[np.ndarray]],
    pad_id: int,
    history_keep: Sequence[np.ndarray] | None = None,
    candidates_keep: Sequence[Sequence[np.ndarray]] | None = None,
) -> Batch:
    """Pad B histories and their candidates to one rectangular batch.

    Parameters
    ----------
    histories
        B arrays of token ids.
    candidates
        For each history its candidates' token ids; may differ in number, may be empty.
    pad_id
        The padding token.
    history_keep, candidates_keep
        The same shapes as bool; tokens that are False are left out of attention. None keeps all.

    Returns
    -------
    Batch
        On the CPU. Missing candidates are padding through and through: ignore their outputs.
    """
    b = len(histories)
    h = max(map(len, histories))
    k = max(map(len, candidates), default=0)
    c = max((len(ids) for row in candidates for ids in row), default=0)
    history = np.full((b, h), pad_id, dtype=np.int64)
    keep_h = np.zeros((b, h), dtype=bool)
    cand = np.full((b, k, c), pad_id, dtype=np.int64)
    keep_c = np.zeros((b, k, c), dtype=bool)
    for i, ids in enumerate(histories):
        history[i, : len(ids)] = ids
        keep_h[i, : len(ids)] = True if history_keep is None else history_keep[i]
        for j, words in enumerate(candidates[i]):
            cand[i, j, : len(words)] = words
            keep_c[i, j, : len(words)] = True if candidates_keep is None else candidates_keep[i][j]
    return Batch(*map(torch.from_numpy, (history, keep_h, cand, keep_c)))
