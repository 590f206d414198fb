"""How good a model is on days that it never saw, next to what a shop would use instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.checkpoint import Scale
from core.model.glossary import Glossary
from core.model.onepass import OnePass
from core.model.predict import logits
from core.records import ClickMetrics, TagSpec
from core.train import baselines, glossary
from core.train.calibrate import fit_scale
from core.train.examples import TagSet
from core.train.intervals import of_mean
from core.train.metrics import best_threshold, click_metrics, group_figures, reliability, tag_reliability
from core.train.sets import Part

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """What is fitted on the validation days, and on nothing else."""

    click: Scale
    tags: Mapping[str, Scale]
    thresholds: Mapping[str, float]


@dataclass(frozen=True)
class Judgement:
    """What was measured on the test days; ``chances`` are the calibrated click probabilities of every test pair."""

    click: ClickMetrics
    reliability: tuple[Mapping[str, float], ...]
    tag_table: tuple[Mapping[str, Any], ...]
    chances: Floats

    def measured(self) -> dict[str, Any]:
        """Return what it changes in a model's description, by the names of ``ModelInfo``."""
        return {
            "reliability": self.reliability,
            "tag_table": self.tag_table,
            "precisions": {row["key"]: row["precision"] for row in self.tag_table},
            "base_rates": {row["key"]: row["base_rate"] for row in self.tag_table},
        }


def raw(network: OnePass, part: Part, pad_id: int) -> tuple[Floats, Floats]:
    """Click logits of every pair ``[n]`` and tag logits ``[shoppers, T]``, not calibrated."""
    click, _ = logits(network, [example.pack for example in part.clicks.examples], pad_id)
    _, tags = logits(network, [example.pack for example in part.tags.examples], pad_id)
    return np.concatenate(click), tags.reshape(len(tags), part.tags.labels.shape[1])


def calibrate(network: OnePass, part: Part, specs: list[TagSpec], pad_id: int) -> Calibration:
    """Fit scales and thresholds on the validation days."""
    click, tags = raw(network, part, pad_id)
    scales, thresholds = {}, {}
    for i, spec in enumerate(specs):
        labels = part.tags.labels[spec.key].to_numpy(float)
        scale = fit_scale(tags[:, i], labels)
        known = ~np.isnan(labels)
        scales[spec.key] = scale
        thresholds[spec.key] = best_threshold(labels[known], sigmoid(tags[known, i], scale))
    return Calibration(fit_scale(click, part.clicks.pairs["label"].to_numpy(float)), scales, thresholds)


def judge(network: OnePass, part: Part, specs: list[TagSpec], calibration: Calibration, pad_id: int,
          rival_tags: Mapping[str, Floats]) -> Judgement:
    """Measure on the test days.

    Parameters
    ----------
    rival_tags
        Tag scores of LightGBM for the same shoppers; may be empty.
    """
    click, tags = raw(network, part, pad_id)
    p_click = sigmoid(click, calibration.click)
    labels = part.clicks.pairs["label"].to_numpy(float)
    table = tuple(
        _tag_row(spec, part.tags, sigmoid(tags[:, i], calibration.tags.get(spec.key, Scale())),
                 calibration.thresholds.get(spec.key, 0.5), rival_tags.get(spec.key))
        for i, spec in enumerate(specs)
    )
    groups = part.clicks.pairs["ask_id"].to_numpy(np.int64)
    return Judgement(click_metrics(labels, p_click, groups), tuple(reliability(labels, p_click)), table, p_click)


def rivals(train: Part, val: Part, part: Part, similarity: tuple[Floats, Floats], seed: int,
           words: Glossary | None = None) -> dict[str, ClickMetrics]:
    """Figures of ``rival_chances`` on the test pairs."""
    return {name: on_pairs(part, chances)
            for name, chances in rival_chances(train, val, part, similarity, seed, words).items()}


def rival_chances(train: Part, val: Part, part: Part, similarity: tuple[Floats, Floats], seed: int,
                  words: Glossary | None = None) -> dict[str, Floats]:
    """Click probabilities of what stands beside the model, for the same test pairs.

    These are the base before fine-tuning, popularity, LightGBM and, where the model has one, its own glossary without
    the encoder: what the encoder is worth for clicks is what the model is ahead of that.

    Parameters
    ----------
    similarity
        Cosines of ``core.train.before`` for the validation and the test pairs.
    words
        The model's glossary.
    """
    known = val.clicks.pairs["label"].to_numpy(float)
    found = {
        "before": baselines.calibrated(*similarity, known),
        "popularity": baselines.popularity_clicks(val.clicks, part.clicks),
        "lightgbm": baselines.lightgbm_clicks(train.clicks, val.clicks, part.clicks, seed),
    }
    if words is not None:
        said = [glossary.alone(words, one.clicks.examples) for one in (val, part)]
        found["glossary"] = baselines.calibrated(said[0], said[1], known)
    return found


def ahead(part: Part, ours: Floats, theirs: Floats) -> dict[str, float | None]:
    """How far one set of probabilities ranks ahead of another within lists, with paired 95 % intervals over shoppers.

    Returns
    -------
    dict
        ``gauc_ahead`` and ``ndcg@10_ahead``, each also with ``_low`` and ``_high``.
    """
    pairs = part.clicks.pairs
    labels, groups = pairs["label"].to_numpy(float), pairs["ask_id"].to_numpy(np.int64)
    mine, other = (group_figures(labels, scores, groups) for scores in (ours, theirs))
    owners = pairs.drop_duplicates("ask_id").set_index("ask_id")["user_id"].reindex(mine.index)
    found: dict[str, float | None] = {}
    for figure in ("gauc", "ndcg@10"):
        span = of_mean(mine[figure] - other[figure], owners)
        for ending, value in (("", span.value), ("_low", span.low), ("_high", span.high)):
            found[f"{figure}_ahead{ending}"] = value if np.isfinite(value) else None
    return found


def on_pairs(part: Part, probabilities: Floats) -> ClickMetrics:
    """Click figures of any probabilities for the pairs of a part."""
    pairs = part.clicks.pairs
    return click_metrics(pairs["label"].to_numpy(float), probabilities, pairs["ask_id"].to_numpy(np.int64))


def sigmoid(values: Floats, scale: Scale) -> Floats:
    """Probabilities of calibrated logits."""
    return np.asarray(1 / (1 + np.exp(-(scale.scale * values + scale.shift))))


def figures(metrics: ClickMetrics) -> dict[str, float | None]:
    """Figures by the names that the command line prints; None where one cannot be computed."""
    named = {"auc": metrics.auc, "gauc": metrics.gauc, "mrr": metrics.mrr, "ndcg@5": metrics.ndcg5,
             "ndcg@10": metrics.ndcg10, "logloss": metrics.logloss, "ece": metrics.ece, "n": metrics.n,
             "groups": metrics.groups}
    return {name: value if np.isfinite(value) else None for name, value in named.items()}


def _tag_row(spec: TagSpec, part: TagSet, probability: Floats, threshold: float,
             rival: Floats | None) -> dict[str, Any]:
    from sklearn.metrics import average_precision_score

    labels = part.labels[spec.key].to_numpy(float)
    known = ~np.isnan(labels)
    y, p = labels[known], probability[known]
    both = bool(len(y)) and 0 < y.sum() < len(y)
    given = p >= threshold
    return {
        "key": spec.key,
        "label": spec.label,
        "family": spec.family,
        "base_rate": float(y.mean()) if len(y) else None,
        "ap": float(average_precision_score(y, p)) if both else None,
        "ap_lightgbm": float(average_precision_score(y, rival[known])) if both and rival is not None else None,
        "precision": float(y[given].mean()) if given.any() else None,
        "recall": float(y[given].sum() / y.sum()) if both else None,
        "threshold": threshold,
        "n": int(known.sum()),
        "reliability": tag_reliability(y, p),
    }
