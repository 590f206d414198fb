"""The base before fine-tuning: how near an item's words are to the history's, by its embeddings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from core.model import device as devices
from core.model.base import load_encoder
from core.model.batch import pad
from core.model.onepass import OnePass
from core.model.predict import Pack, batches
from core.train.examples import Example

_TOKENS = 16_384


def similarities(where: str, examples: Sequence[Example], pad_id: int, device: torch.device) -> NDArray[np.float64]:
    """Cosine between mean-pooled history and item (its own words), for every candidate in order.

    Parameters
    ----------
    where
        The base, as ``core.model.base.locate`` names it.
    """
    network = OnePass(load_encoder(where), tags=1).to(device).eval()
    histories = mean_states(network, [example.pack.history for example in examples], pad_id, device)
    own = [ids[(owner < 0)] for example in examples
           for ids, owner in zip(example.pack.candidates, example.candidate_owner, strict=True)]
    unique = {ids.tobytes(): ids for ids in own}
    place = {key: i for i, key in enumerate(unique)}
    items = mean_states(network, list(unique.values()), pad_id, device)[[place[ids.tobytes()] for ids in own]]
    count = [len(example.pack.candidates) for example in examples]
    return np.asarray((np.repeat(histories, count, axis=0) * items).sum(axis=1))


def mean_states(network: OnePass, texts: Sequence[NDArray[np.int32]], pad_id: int,
                device: torch.device) -> NDArray[np.float64]:
    """Mean of the tokens' states of each text, of length 1: a sentence embedding ``[n, width]``."""
    rows: list[NDArray[np.float64]] = [np.empty(0)] * len(texts)
    packs = [Pack(ids) for ids in texts]
    with torch.inference_mode(), devices.autocast(device):
        for part in batches(packs, _TOKENS):
            mean, _ = network.states(pad([texts[i] for i in part], [()] * len(part), pad_id).to(device))
            vectors = torch.nn.functional.normalize(mean.float(), dim=1).double().cpu().numpy()
            for i, vector in zip(part, vectors, strict=True):
                rows[i] = vector
    return np.stack(rows)
