"""Networks that are trained on lists alone, by the names of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import cross_encoder
from benchmarks.contest.figures import OURS
from benchmarks.contest.kit import Base, Kept, Sizes, click_logits, learned
from core.config import TrainSettings
from core.train import sets
from core.train.examples import ClickSet, TagSet

Floats = NDArray[np.float64]
#: Rows that are trained for every seed in any case.
EVERY_SEED = {OURS, "LightGBM on counted features"}
#: Training, validation and test lists.
Three = tuple[ClickSet, ClickSet, ClickSet]


def due(rows: set[str], sizes: Sizes, seed: int) -> list[str]:
    """Rows to train for a seed, the model itself first."""
    named = rows if sizes.all_seeds or seed == sizes.seeds[0] else rows & EVERY_SEED
    return sorted(named, key=lambda name: (name != OURS, name))


def add(raw: dict[str, list[list[Floats]]], rows: set[str], kept: Kept, sizes: Sizes, seed: int,
        train: Callable[[str], Sequence[Floats]]) -> None:
    """Add the scores of the networks that are due for a seed, each trained unless its scores are kept."""
    for name in due(rows, sizes, seed):
        raw.setdefault(name, []).append(kept.scores(name, seed, lambda name=name: train(name)))


def scores(base: Base, sets_of: Mapping[bool, Three], settings: TrainSettings, name: str) -> list[Floats]:
    """Train one and score validation and test lists.

    Parameters
    ----------
    sets_of
        The lists with words of context, and without.
    """
    train, val, test = sets_of["no context" not in name]
    if "cross" in name:
        return crossed(base, train, [val, test], settings)
    if "no teacher" in name:
        settings = replace(settings, teacher_weight=0.0)
    none = TagSet([], pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    network = learned(base, (sets.Part(train, none), sets.Part(val, none)), [], settings)
    return [click_logits(base, network, part.examples) for part in (val, test)]


def crossed(base: Base, train: ClickSet, parts: list[ClickSet], settings: TrainSettings) -> list[Floats]:
    """Train a cross-encoder on the very lists that the model learns from, and score parts."""
    drawn = np.sort(np.random.default_rng(settings.seed).permutation(len(train.examples))[: settings.max_examples])
    examples = [train.examples[i] for i in drawn]
    labels = np.concatenate([example.clicks for example in examples]).astype(float)
    model = cross_encoder.learned(base, cross_encoder.pairs_of(base, examples), labels, settings)
    return [cross_encoder.scores(base, model, cross_encoder.pairs_of(base, part.examples)) for part in parts]
