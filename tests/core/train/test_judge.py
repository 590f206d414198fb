import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.model.checkpoint import Scale, read_info, write_info
from core.records import TagSpec
from core.store.workspace import Workspace
from core.train import baselines, judge
from core.train.examples import ClickSet, TagSet
from core.train.sets import Part


def clicks(n: int, seed: int, signal: float = 3.0) -> ClickSet:
    """Lists of five, clicked by a counted feature."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    label = (rng.random(n) < 1 / (1 + np.exp(2 - signal * x))).astype(int)
    pairs = pd.DataFrame({"ask_id": np.arange(n) // 5, "item_id": "i", "label": label})
    features = pd.DataFrame({"fit x": x, "fit popularity": rng.integers(0, 50, n).astype(float), "slot": "home"})
    return ClickSet([], pairs, features)


def tags(n: int, seed: int) -> TagSet:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    labels = pd.DataFrame({"known": (x > 0.5).astype(float), "never": 0.0})
    return TagSet([], pd.DataFrame({"ask_id": range(n)}), labels, pd.DataFrame({"x": x, "noise": rng.normal(size=n)}))


def test_lightgbm_finds_what_can_be_counted_and_popularity_does_not() -> None:
    train, val, test = clicks(4_000, 0), clicks(1_500, 1), clicks(1_500, 2)
    part = Part(test, tags(5, 0))
    found = judge.on_pairs(part, baselines.lightgbm_clicks(train, val, test, seed=0))
    assert found.auc > 0.85 and found.ece < 0.04
    assert abs(judge.on_pairs(part, baselines.popularity_clicks(val, test)).auc - 0.5) < 0.06


def test_lightgbm_tags_leave_out_what_is_always_the_same() -> None:
    found = baselines.lightgbm_tags(tags(800, 0), tags(300, 1), test := tags(300, 2), seed=0)
    assert set(found) == {"known"}
    hit = test.labels["known"] == 1
    assert found["known"][hit].min() > found["known"][~hit].mean()


def test_a_category_that_was_not_seen_in_training_is_no_fault() -> None:
    train, val, test = clicks(400, 0), clicks(200, 1), clicks(200, 2)
    test.features["slot"] = "new place"
    assert np.isfinite(baselines.lightgbm_clicks(train, val, test, seed=0)).all()


def test_a_row_of_the_tag_table_by_hand() -> None:
    spec = TagSpec("k", "intent", "K", "Will.", 7)
    labels = pd.DataFrame({"k": [1.0, 0.0, 1.0, np.nan, 0.0]})
    part = TagSet([], pd.DataFrame({"ask_id": range(5)}), labels, pd.DataFrame())
    row = judge._tag_row(spec, part, np.array([0.9, 0.8, 0.7, 0.99, 0.1]), 0.75, None)
    assert (row["n"], row["base_rate"], row["precision"], row["recall"]) == (4, 0.5, 0.5, 0.5)
    assert row["ap"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert row["ap_lightgbm"] is None
    (one,) = row["reliability"]
    assert (one["bin_low"], one["bin_high"], one["observed"], one["n"]) == (0.1, 0.9, 0.5, 4)
    assert one["predicted"] == pytest.approx(0.625)
    none = judge._tag_row(spec, part, np.zeros(5), 0.75, None)
    assert none["precision"] is None


def test_calibration_acts_on_logits() -> None:
    assert judge.sigmoid(np.array([2.0]), Scale(0.5, -1.0))[0] == pytest.approx(0.5)


def test_how_far_one_ranking_is_ahead_by_hand() -> None:
    # Two lists of ann, one of bob: ours ranks all rightly, theirs only bob's.
    pairs = pd.DataFrame({"ask_id": [0, 0, 1, 1, 2, 2], "user_id": ["ann"] * 4 + ["bob"] * 2, "label": [1, 0] * 3})
    part = Part(ClickSet([], pairs, pd.DataFrame()), tags(1, 0))
    ours, theirs = np.array([0.9, 0.1] * 3), np.array([0.1, 0.9, 0.1, 0.9, 0.9, 0.1])
    found = judge.ahead(part, ours, theirs)
    assert (found["gauc_ahead"], found["gauc_ahead_low"], found["gauc_ahead_high"]) == (pytest.approx(2 / 3), 0, 1)
    assert found["ndcg@10_ahead"] == pytest.approx(2 / 3 * (1 - 1 / np.log2(3)))
    assert judge.ahead(part, ours, ours)["gauc_ahead_high"] == 0
    nobody = Part(ClickSet([], pairs.assign(label=0), pd.DataFrame()), tags(1, 0))
    assert judge.ahead(nobody, ours, theirs)["gauc_ahead"] is None


def test_figures_that_cannot_be_computed_are_none() -> None:
    part = Part(ClickSet([], pd.DataFrame({"ask_id": [0, 0], "item_id": "i", "label": 0}), pd.DataFrame()), tags(1, 0))
    assert judge.figures(judge.on_pairs(part, np.array([0.1, 0.2])))["auc"] is None


def test_evaluating_again_gives_the_same_figures_and_writes_them(
    small_shop: Workspace, small_model: Path, trained: dict[str, Any]
) -> None:
    from core.train.evaluate import evaluate

    before = read_info(small_model)
    copy = shutil.copytree(small_model, small_shop.models / "judged")
    write_info(copy, replace(before, precisions={}, base_rates={}))
    answer = evaluate(small_shop, "judged", baselines=True, device="cpu")
    assert set(answer) == {"click", "tags", "baselines"}
    assert answer["click"]["auc"] == pytest.approx(trained["after"]["auc"], abs=5e-3)
    rivals = answer["baselines"]
    assert set(rivals) == {"before", "popularity", "lightgbm", "glossary", "random", "repeat", "item_knn"}
    assert trained["baselines"]["glossary"] == pytest.approx(
        {name: rivals["glossary"][name] for name in trained["baselines"]["glossary"]}, abs=1e-4)
    assert trained["baselines"]["lightgbm"].items() <= rivals["lightgbm"].items()
    assert {name: rivals["before"][name] for name in trained["before"]} == pytest.approx(trained["before"], abs=1e-2)
    assert all(row["gauc_ahead"] == pytest.approx(answer["click"]["gauc"] - row["gauc"]) for row in rivals.values())
    assert all(row["ndcg@10_ahead_low"] <= row["ndcg@10_ahead"] <= row["ndcg@10_ahead_high"] for row in rivals.values())
    assert abs(rivals["random"]["auc"] - 0.5) < 0.08
    assert set(answer["tags"]) == {spec.key for spec in before.tags}
    written = read_info(copy)
    assert written.metrics["after"] == answer["click"]
    assert written.precisions == {key: row["precision"] for key, row in answer["tags"].items()}
    alone = evaluate(small_shop, "judged", device="cpu")
    assert set(alone) == {"click", "tags"}
    assert read_info(copy).metrics["lightgbm"] == rivals["lightgbm"]
