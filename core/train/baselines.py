"""What a shop would use instead: popularity, and gradient boosting on counted features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.train.calibrate import fit_scale

if TYPE_CHECKING:
    from core.train.examples import ClickSet, TagSet

Floats = NDArray[np.float64]

#: One thread: on a busy machine LightGBM's threads wait for each other many times longer than they work.
_COMMON = {"objective": "binary", "verbosity": -1, "deterministic": True, "force_row_wise": True,
           "num_threads": 1, "learning_rate": 0.05}
CLICK_PARAMS: dict[str, Any] = {**_COMMON, "num_leaves": 31, "min_data_in_leaf": 40}
TAG_PARAMS: dict[str, Any] = {**_COMMON, "num_leaves": 15, "min_data_in_leaf": 30, "feature_fraction": 0.8}
ROUNDS, PATIENCE = 600, 30


def popularity_clicks(validation: ClickSet, test: ClickSet) -> Floats:
    """Click probabilities from an item's popularity of the four weeks before, calibrated on validation."""
    return calibrated(_popularity(validation), _popularity(test), _labels(validation))


def lightgbm_clicks(train: ClickSet, validation: ClickSet, test: ClickSet, seed: int) -> Floats:
    """Click probabilities of LightGBM on counted features, early-stopped and calibrated on validation.

    It gets every fact of fit as a number, and all the lists that the teacher gets: more than the network learns from.
    """
    raw = lightgbm_scores(train, validation, [validation, test], seed)
    return calibrated(raw[0], raw[1], _labels(validation))


def lightgbm_scores(train: ClickSet, validation: ClickSet, parts: Sequence[ClickSet], seed: int) -> list[Floats]:
    """Scores of LightGBM, not calibrated, for the pairs of each part; early-stopped on validation."""
    columns = list(train.features.columns)
    known, stop, *rest = (encoded(part.features.reindex(columns=columns), train.features)
                          for part in (train, validation, *parts))
    booster = _fit(known, _labels(train), stop, _labels(validation), {**CLICK_PARAMS, "seed": seed})
    return [np.asarray(booster.predict(part, raw_score=True), dtype=float) for part in rest]


def lightgbm_tags(train: TagSet, validation: TagSet, test: TagSet, seed: int) -> dict[str, Floats]:
    """Tag scores of LightGBM on counted features, for each tag that has both kinds of label."""
    columns = list(train.features.columns)
    parts = [part.features.reindex(columns=columns).to_numpy(float) for part in (train, validation, test)]
    found: dict[str, Floats] = {}
    for key in map(str, train.labels):
        labels = [part.labels[key].to_numpy(float) for part in (train, validation)]
        known = [~np.isnan(label) for label in labels]
        if any(not 0 < label[ok].sum() < ok.sum() for label, ok in zip(labels, known, strict=True)):
            continue
        booster = _fit(parts[0][known[0]], labels[0][known[0]], parts[1][known[1]], labels[1][known[1]],
                       {**TAG_PARAMS, "seed": seed})
        found[key] = np.asarray(booster.predict(parts[2]), dtype=float)
    return found


def calibrated(validation: Floats, test: Floats, labels: Floats) -> Floats:
    """Probabilities from raw scores of the test days, calibrated on those of the validation days."""
    scale = fit_scale(validation, labels)
    return np.asarray(1 / (1 + np.exp(-(scale.scale * test + scale.shift))))


def _popularity(part: ClickSet) -> Floats:
    return np.asarray(np.log1p(part.features["fit popularity"].fillna(0).clip(lower=0).to_numpy(float)))


def _labels(part: ClickSet) -> Floats:
    return part.pairs["label"].to_numpy(float)


def encoded(frame: pd.DataFrame, train: pd.DataFrame) -> Floats:
    """Features as numbers; slots are numbered as in the training data."""
    plain = frame.copy()
    if "slot" in plain:
        names = sorted(train["slot"].dropna().unique())
        plain["slot"] = plain["slot"].map({name: i for i, name in enumerate(names)})
    return plain.to_numpy(float, na_value=np.nan)


def _fit(x: Floats, y: Floats, x_val: Floats, y_val: Floats, params: dict[str, Any]) -> Any:
    import lightgbm as lgb

    data = lgb.Dataset(x, y, free_raw_data=True)
    stop = lgb.early_stopping(PATIENCE, verbose=False)
    return lgb.train(params, data, ROUNDS, valid_sets=[lgb.Dataset(x_val, y_val, reference=data)], callbacks=[stop])
