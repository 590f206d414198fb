"""A teacher that counts, on made-up shoppers whose chances are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.config import TrainSettings
from core.model.predict import Pack
from core.train.examples import ClickSet, Example, TagSet
from core.train.sets import Part
from core.train.teacher import click_chances, lessons, tag_chances

LISTS, ITEMS = 400, 5
SETTINGS = TrainSettings(max_examples=LISTS, teacher_weight=0.5)


def example(clicks: np.ndarray, tags: np.ndarray) -> Example:
    ids = np.array([2, 3], dtype=np.int32)
    owner = np.array([-1, -1], dtype=np.int16)
    return Example(Pack(ids, (ids,) * len(clicks)), clicks.astype(np.float32), owner, (owner,) * len(clicks),
                   tags.astype(np.float32))


@pytest.fixture(scope="module")
def clicks() -> tuple[ClickSet, np.ndarray]:
    """Lists of items that are clicked one time in two where a feature is 1, one in twenty where it is 0."""
    rng = np.random.default_rng(0)
    liked = rng.integers(0, 2, LISTS * ITEMS)
    chance = np.where(liked == 1, 0.5, 0.05)
    label = (rng.random(len(chance)) < chance).astype(float)
    ask = np.repeat(np.arange(LISTS), ITEMS)
    pairs = pd.DataFrame({"ask_id": ask, "user_id": [f"u{a % 80}" for a in ask], "label": label})
    features = pd.DataFrame({"fit liked": liked.astype(float)})
    examples = [example(part, np.empty(0)) for part in np.split(label, LISTS)]
    return ClickSet(examples, pairs, features), chance


@pytest.fixture(scope="module")
def tags() -> TagSet:
    """Shoppers whose first tag is their feature, whose second is unknown for half, and whose third nobody has."""
    rng = np.random.default_rng(1)
    feature = rng.integers(0, 2, 600).astype(float)
    second = np.where(np.arange(600) % 2 == 0, feature, np.nan)
    labels = pd.DataFrame({"a": feature, "b": second, "c": np.zeros(600)})
    asks = pd.DataFrame({"ask_id": range(600), "user_id": [f"u{n % 200}" for n in range(600)]})
    examples = [example(np.empty(0), row) for row in labels.to_numpy()]
    return TagSet(examples, asks, labels, pd.DataFrame({"past feature": feature}))


def test_the_teacher_sees_the_chance_behind_the_labels(clicks: tuple[ClickSet, np.ndarray]) -> None:
    part, chance = clicks
    found = click_chances(part, seed=0)
    assert np.abs(found - chance).max() < 0.1  # a label alone is wrong by half
    np.testing.assert_array_equal(found, click_chances(part, seed=0))


def test_the_teacher_did_not_see_the_shopper(clicks: tuple[ClickSet, np.ndarray]) -> None:
    part, _ = clicks
    told = part.pairs.assign(label=np.where(part.pairs["user_id"] == "u7", 1.0, 0.0))
    told.loc[told["user_id"] == "u8", "label"] = 1.0  # of another fold
    # Each shopper has a feature of her own, that gives her away to whoever saw her labels.
    features = pd.DataFrame({"is u7": (told["user_id"] == "u7").astype(float)})
    found = click_chances(replace(part, pairs=told, features=features), seed=0)
    assert found[(told["user_id"] == "u7").to_numpy()].max() < 0.1


def test_labels_are_softened_by_what_the_teacher_thinks(clicks: tuple[ClickSet, np.ndarray], tags: TagSet) -> None:
    part, _ = clicks
    lists, shoppers, _ = lessons(Part(part, tags), SETTINGS)
    softened = np.concatenate([one.clicks for one in lists])
    expected = (part.pairs["label"] + click_chances(part, SETTINGS.seed)) / 2
    np.testing.assert_allclose(softened, expected, atol=1e-6)
    mixed, chances = np.stack([one.tags for one in shoppers]), tag_chances(tags, SETTINGS.seed)
    np.testing.assert_allclose(mixed[:, 0], (tags.labels["a"] + chances[:, 0]) / 2, atol=1e-6)
    np.testing.assert_allclose(mixed[1::2, 1], chances[1::2, 1], atol=1e-6)  # unknown: the teacher alone
    assert np.abs(mixed[1::2, 1] - tags.labels["a"][1::2]).max() < 0.1
    assert np.isnan(chances[:, 2]).all() and (mixed[:, 2] == 0).all()  # nothing to teach: the label stays


def test_without_a_teacher_labels_stay_and_only_some_lists_are_taken(
    clicks: tuple[ClickSet, np.ndarray], tags: TagSet
) -> None:
    part, _ = clicks
    lists, shoppers, more = lessons(Part(part, tags), replace(SETTINGS, teacher_weight=0.0, max_examples=30))
    assert len(lists) == 30 < len(more) == len(part.examples)
    places = [next(i for i, one in enumerate(part.examples) if one is found) for found in lists]
    assert places == sorted(places) and max(places) > 200  # drawn from the whole span, not its beginning
    assert shoppers == tags.examples


def test_a_shop_without_tags_has_nothing_to_teach(clicks: tuple[ClickSet, np.ndarray]) -> None:
    none = TagSet([], pd.DataFrame({"ask_id": [], "user_id": []}), pd.DataFrame(), pd.DataFrame())
    assert lessons(Part(clicks[0], none), SETTINGS).shoppers == []
