"""Rivals from libraries: matrix factorisation, self-attention over item numbers, and embeddings as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest.kit import Base
from core.model.base import load_encoder
from core.train.before import mean_states
from core.train.counted import Chosen

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: From a history of item numbers, oldest first, to a score of every item.
Ranker = Callable[[Ints], Floats]

ALS_FACTORS, ALS_ROUNDS = 64, 15
#: Items of a history that self-attention reads, and its width.
SEQUENCE, WIDTH = 40, 64


def als(chosen: Chosen, stop: datetime, seed: int) -> Ranker:
    """Implicit-feedback matrix factorisation (Hu et al., 2008); a shopper's factors are those of her history."""
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):  # it has threads of its own
        model = AlternatingLeastSquares(factors=ALS_FACTORS, iterations=ALS_ROUNDS, regularization=0.05, alpha=10.0,
                                        random_state=seed)
        model.fit(chosen.matrix(stop), show_progress=False)

    def rank(history: Ints) -> Floats:
        if not len(history):
            return np.zeros(len(chosen.items))
        mine = model.recalculate_user(0, chosen.counts([history]))
        return np.asarray(model.item_factors @ np.ravel(mine), dtype=float)

    return rank


def sasrec(chosen: Chosen, stop: datetime, seed: int, passes: int) -> Ranker:
    """Self-attentive sequential recommendation (Kang and McAuley, 2018), as cornac has it.

    A shopper's purchases are one sequence. Items that nobody had bought before ``stop`` have no number in it; they get
    the least score.
    """
    from cornac.data import SequentialDataset
    from cornac.models import SASRec

    sequences = chosen.sequences(stop)
    rows = [(user, user, int(item), at) for user, items in sequences.items() for at, item in enumerate(items)]
    data = SequentialDataset.from_usit(rows, seed=seed)
    model = SASRec(embedding_dim=WIDTH, n_epochs=passes, max_len=SEQUENCE, batch_size=512, n_sample=512, seed=seed)
    model.fit(data)
    known = np.array([data.iid_map.get(item, -1) for item in range(len(chosen.items))])

    def rank(history: Ints) -> Floats:
        mine = [int(known[item]) for item in history if known[item] >= 0]
        scores = np.asarray(model.score(0, mine), dtype=float)
        return np.where(known >= 0, scores[known], scores.min() - 1)

    return rank


def cosine(base: Base, chosen: Chosen, titles: Sequence[str]) -> Ranker:
    """Nearness of an item's title to the mean of those bought, by the base's sentence embeddings as published.

    Parameters
    ----------
    titles
        Of ``chosen.items``, in order.
    """
    vectors = embedded(base, titles)

    def rank(history: Ints) -> Floats:
        if not len(history):
            return np.zeros(len(vectors))
        return np.asarray(vectors @ vectors[history].mean(axis=0))

    return rank


def embedded(base: Base, texts: Sequence[str], most: int = 128) -> Floats:
    """Sentence embeddings of length 1, ``[n, width]``."""
    from core.model.onepass import OnePass

    network = OnePass(load_encoder(base.where), tags=1).to(base.device).eval()
    ids = [np.array(row[:most], dtype=np.int32) for row in base.tokenizer(list(texts))["input_ids"]]
    return mean_states(network, ids, base.pad, base.device)


def titles_of(items: pd.DataFrame, wanted: Sequence[str]) -> list[str]:
    """Title and category of each item in words; its number where it has neither."""
    by_id = items.drop_duplicates("item_id").set_index("item_id")
    words = by_id["title"].fillna("") + " " + by_id["category"].fillna("").str.replace(" > ", " ")
    return [str(words.get(item, "")).strip() or str(item) for item in wanted]
