"""Logits for many packs at once: length-sorted batches under a budget of tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from core.model import device as devices
from core.model.batch import pad
from core.model.onepass import OnePass

#: Padded tokens that go through the model together.
TOKENS = {"cpu": 8_192, "cuda": 131_072, "mps": 32_768}


@dataclass(frozen=True)
class Pack:
    """Token ids of a history and of the candidates behind it."""

    history: NDArray[np.int32]
    candidates: Sequence[NDArray[np.int32]] = ()

    @property
    def tokens(self) -> int:
        """Tokens of the row that the pack becomes, padding of its candidates included."""
        return len(self.history) + len(self.candidates) * max(map(len, self.candidates), default=0)


def logits(
    network: OnePass,
    packs: Sequence[Pack],
    pad_id: int,
    bf16: bool = True,
    done: Callable[[int], None] | None = None,
) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
    """Compute click and tag logits, not calibrated.

    Parameters
    ----------
    bf16
        Whether bfloat16 may be used where it is faster.
    done
        Told, after each batch, how many packs are done.

    Returns
    -------
    tuple
        For each pack the click logits of its candidates ``[K]``; and tag logits ``[packs, T]``.
    """
    device = next(network.parameters()).device
    clicks: list[NDArray[np.float64]] = [np.empty(0)] * len(packs)
    tags: list[NDArray[np.float64]] = [np.empty(0)] * len(packs)
    finished = 0
    with torch.inference_mode(), devices.autocast(device, bf16):
        for rows in batches(packs, TOKENS.get(device.type, TOKENS["cpu"])):
            batch = pad([packs[i].history for i in rows], [packs[i].candidates for i in rows], pad_id)
            click, tag = (part.double().cpu().numpy() for part in network(batch.to(device)))
            for row, i in enumerate(rows):
                clicks[i], tags[i] = click[row, : len(packs[i].candidates)], tag[row]
            finished += len(rows)
            if done:
                done(finished)
    return clicks, np.stack(tags) if tags else np.empty((0, 0))


def batches(packs: Sequence[Pack], budget: int) -> Iterator[list[int]]:
    """Indices of packs that go together: of like size, and within the budget when padded (or alone)."""
    order = sorted(range(len(packs)), key=lambda i: (len(packs[i].candidates), packs[i].tokens))
    rows: list[int] = []
    shape = (0, 0, 0)  # history, candidates, candidate: the longest so far
    for i in order:
        pack = packs[i]
        longest = max(map(len, pack.candidates), default=0)
        grown = (max(shape[0], len(pack.history)), max(shape[1], len(pack.candidates)), max(shape[2], longest))
        if rows and (len(rows) + 1) * (grown[0] + grown[1] * grown[2]) > budget:
            yield rows
            rows, grown = [], (len(pack.history), len(pack.candidates), longest)
        rows.append(i)
        shape = grown
    if rows:
        yield rows
