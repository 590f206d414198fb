"""Figures of click and tag predictions.

Group figures (gAUC, MRR, nDCG) are computed within each list or basket and averaged over the groups
that hold both a click and a non-click, by the formulas of the MIND news recommendation scorer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.records import ClickMetrics

#: Bins of equal count for the calibration error. Equal width would put rare clicks into one bin.
ECE_BINS = 15
RELIABILITY_BINS = 10
#: Where the bins of a tag end, as shares of the shoppers: narrow where chances are high. And what a bin must hold.
TAG_BINS, TAG_BIN_LEAST = (0.5, 0.75, 0.9, 0.95, 0.98), 30
#: Figures that are computed within each list and averaged.
GROUP_FIGURES = ("gauc", "mrr", "ndcg@5", "ndcg@10")
_TINY = 1e-7

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def click_metrics(labels: Floats, scores: Floats, groups: Ints) -> ClickMetrics:
    """Compute every click figure.

    Parameters
    ----------
    labels
        1 = clicked, 0 = not.
    scores
        Probabilities of a click.
    groups
        Number of the list or basket of each row.
    """
    from sklearn.metrics import log_loss, roc_auc_score

    both = 0 < labels.sum() < len(labels)
    by_group = group_figures(labels, scores, groups)
    mean = {name: float(by_group[name].mean()) for name in GROUP_FIGURES}  # not a number where there is no group
    return ClickMetrics(
        auc=float(roc_auc_score(labels, scores)) if both else float("nan"),
        gauc=mean["gauc"],
        mrr=mean["mrr"],
        ndcg5=mean["ndcg@5"],
        ndcg10=mean["ndcg@10"],
        logloss=float(log_loss(labels, np.clip(scores, _TINY, 1 - _TINY), labels=[0, 1])),
        ece=expected_calibration_error(labels, scores),
        n=len(labels),
        groups=len(by_group),
    )


def group_figures(labels: Floats, scores: Floats, groups: Ints) -> pd.DataFrame:
    """Figures of each list or basket that holds both a click and a non-click.

    Returns
    -------
    pandas.DataFrame
        Index: numbers of the groups, ascending; columns ``gauc``, ``mrr``, ``ndcg@5``, ``ndcg@10``.
    """
    from sklearn.metrics import roc_auc_score

    rows, index = [], []
    for group, label, score in _groups(labels, scores, groups):
        index.append(group)
        rows.append((float(roc_auc_score(label, score)), reciprocal_rank(label, score), ndcg(label, score, 5),
                     ndcg(label, score, 10)))
    return pd.DataFrame(rows, index=pd.Index(index, dtype=np.int64), columns=list(GROUP_FIGURES), dtype=float)


def reciprocal_rank(labels: Floats, scores: Floats) -> float:
    """Mean of 1/rank over the clicked items of one group.

    Examples
    --------
    >>> reciprocal_rank(np.array([0.0, 1.0, 0.0]), np.array([0.9, 0.5, 0.1]))
    0.5
    """
    ranked = labels[np.argsort(-scores, kind="stable")]
    return float((ranked / np.arange(1, len(ranked) + 1)).sum() / labels.sum())


def ndcg(labels: Floats, scores: Floats, k: int) -> float:
    """Normalised discounted cumulative gain of the first k of one group.

    Examples
    --------
    >>> round(ndcg(np.array([0.0, 1.0]), np.array([0.9, 0.5]), 5), 4)
    0.6309
    """
    best = _gain(np.sort(labels)[::-1], k)
    return float(_gain(labels[np.argsort(-scores, kind="stable")], k) / best)


def expected_calibration_error(labels: Floats, scores: Floats, bins: int = ECE_BINS) -> float:
    """Mean distance of the predicted from the observed share, over bins of equal count."""
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(labels[part].mean() - scores[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / max(1, len(labels)))


def tag_reliability(labels: Floats, scores: Floats) -> list[dict[str, float]]:
    """``reliability`` in few bins that are narrow where chances are high, as most shoppers do not get a tag."""
    ends = [0]
    for share in TAG_BINS:
        end = round(share * len(labels))
        if min(end - ends[-1], len(labels) - end) >= TAG_BIN_LEAST:
            ends.append(end)
    return reliability(labels, scores, ends[1:])


def reliability(
    labels: Floats, scores: Floats, bins: int | Sequence[int] = RELIABILITY_BINS
) -> list[dict[str, float]]:
    """Predicted against observed share from least to most likely: in so many bins of equal count, or up to these rows.

    Parameters
    ----------
    bins
        How many, or where each but the first begins.
    """
    order = np.argsort(scores, kind="stable")
    return [
        {
            "bin_low": float(scores[part[0]]),
            "bin_high": float(scores[part[-1]]),
            "predicted": float(scores[part].mean()),
            "observed": float(labels[part].mean()),
            "n": len(part),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]


def best_threshold(labels: Floats, scores: Floats, beta: float = 0.5) -> float:
    """Return the threshold with the greatest F-beta; 0.5 when nothing or everything is true.

    Below 1, ``beta`` weighs precision more than reach: a tag that is given should be right.
    """
    from sklearn.metrics import precision_recall_curve

    if not 0 < labels.sum() < len(labels):
        return 0.5
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    weighed = beta**2 * precision[:-1] + recall[:-1]
    score = (1 + beta**2) * precision[:-1] * recall[:-1] / np.maximum(weighed, _TINY)
    return float(thresholds[int(score.argmax())])


def _gain(ranked: Floats, k: int) -> float:
    top = ranked[:k]
    return float(((2**top - 1) / np.log2(np.arange(2, len(top) + 2))).sum())


def _groups(labels: Floats, scores: Floats, groups: Ints) -> Iterator[tuple[int, Floats, Floats]]:
    order = np.argsort(groups, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        if 0 < labels[part].sum() < len(part):
            yield int(groups[part[0]]), labels[part], scores[part]
