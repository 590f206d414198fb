"""A teacher that counts: gradient boosting on the same facts as numbers tells the network how likely each label was.

A click is one throw of the dice: the label says 1 where the chance was a tenth. Who learns from the labels alone needs
many of them to see the tenth. Boosting sees it early, and on more lists than the network has time for; the network
learns from the mean of both (distillation, Hinton et al., 2015), and goes on to read what no count holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import TrainSettings
from core.train.baselines import CLICK_PARAMS, TAG_PARAMS, encoded
from core.train.examples import ClickSet, Example, TagSet

if TYPE_CHECKING:
    from core.train.sets import Part

Floats = NDArray[np.float64]

#: Shoppers are dealt into folds: a teacher never says what it thinks of a shopper whom it learned from.
FOLDS = 4
CLICK_ROUNDS, TAG_ROUNDS = 150, 60


class Lessons(NamedTuple):
    """What there is to learn from.

    Attributes
    ----------
    lists
        At most ``max_examples`` lists, for the network.
    shoppers
        For its tags.
    glossary
        All lists, ``lists`` among them: what learns quickly learns from more.
    """

    lists: list[Example]
    shoppers: list[Example]
    glossary: list[Example]


def lessons(part: Part, settings: TrainSettings) -> Lessons:
    """Return what there is to learn from, its labels softened by the teacher.

    A tag whose label is not known is learned from the teacher alone.
    """
    lists, shoppers = part.clicks.examples, part.tags.examples
    if settings.teacher_weight > 0:
        lists = _softened_clicks(part.clicks, settings)
        shoppers = _softened_tags(part.tags, settings)
    return Lessons(drawn(lists, settings), shoppers, lists)


def drawn(lists: Sequence[Example], settings: TrainSettings) -> list[Example]:
    """Draw ``max_examples`` lists at most, by the settings' lot; they stay in order."""
    chosen = np.random.default_rng(settings.seed).permutation(len(lists))[: settings.max_examples]
    return [lists[i] for i in np.sort(chosen)]


def click_chances(clicks: ClickSet, seed: int) -> Floats:
    """Chance of each pair's label, by boosting that did not see the shopper."""
    labels = clicks.pairs["label"].to_numpy(float)
    return _chances(encoded(clicks.features, clicks.features), labels, clicks.pairs["user_id"],
                    {**CLICK_PARAMS, "seed": seed}, CLICK_ROUNDS)


def tag_chances(tags: TagSet, seed: int) -> Floats:
    """Chance of each tag ``[shoppers, T]``, by boosting that did not see the shopper; NaN for tags of one kind."""
    features, users = tags.features.to_numpy(float), tags.asks["user_id"]
    found = [_chances(features, tags.labels[key].to_numpy(float), users, {**TAG_PARAMS, "seed": seed}, TAG_ROUNDS)
             for key in tags.labels]
    return np.stack(found, axis=1) if found else np.empty((len(tags.asks), 0))


def _softened_clicks(clicks: ClickSet, settings: TrainSettings) -> list[Example]:
    if not clicks.examples:
        return []
    chances = np.split(click_chances(clicks, settings.seed), np.cumsum([len(e.clicks) for e in clicks.examples])[:-1])
    weight = settings.teacher_weight
    return [replace(example, clicks=((1 - weight) * example.clicks + weight * chance).astype(np.float32))
            for example, chance in zip(clicks.examples, chances, strict=True)]


def _softened_tags(tags: TagSet, settings: TrainSettings) -> list[Example]:
    if not tags.examples:
        return []
    weight, chances = settings.teacher_weight, tag_chances(tags, settings.seed)
    labels = np.stack([example.tags for example in tags.examples])
    mixed = np.where(np.isnan(labels), chances, (1 - weight) * labels + weight * chances)
    mixed = np.where(np.isnan(mixed), labels, mixed).astype(np.float32)
    return [replace(example, tags=row) for example, row in zip(tags.examples, mixed, strict=True)]


def _chances(features: Floats, labels: Floats, users: pd.Series[str], params: dict[str, object], rounds: int) -> Floats:
    import lightgbm as lgb

    known, found = ~np.isnan(labels), np.full(len(labels), np.nan)
    folds = pd.factorize(users)[0] % FOLDS
    for fold in range(FOLDS):
        seen = known & (folds != fold)
        if not 0 < labels[seen].sum() < seen.sum():
            return np.full(len(labels), np.nan)
        booster = lgb.train(params, lgb.Dataset(features[seen], labels[seen]), rounds)
        found[folds == fold] = np.asarray(booster.predict(features[folds == fold]))
    return found
