"""Figures of every row with their intervals, and how far the model is ahead of each, on the same draws of shoppers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.train.intervals import Interval, of_figure, of_mean
from core.train.metrics import GROUP_FIGURES, expected_calibration_error, group_figures

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Scores of each row for the same test cases, one array for each seed.
Scores = Mapping[str, Sequence[Floats]]
Row = dict[str, Any]

OURS = "ours"
#: Rows in the order shown; those that are not named come between.
FIRST = (OURS, "ours, before fine-tuning", "ours, no context words", "ours, no teacher", "cross-encoder, same base",
         "LightGBM on counted features")
LAST = ("repeat purchases", "redeemed before", "popularity", "always the same chance", "most frequent class", "random")
#: Draws for figures that must be computed anew on each.
FEW_DRAWS = 200
_TINY = 1e-7


@dataclass(frozen=True)
class Cases:
    """What is judged: a label, a list and a shopper for each row."""

    labels: Floats
    lists: Ints
    owners: NDArray[Any]

    @classmethod
    def of(cls, pairs: pd.DataFrame, lists: str = "ask_id") -> Cases:
        """Take them from the pairs of a click set."""
        return cls(pairs["label"].to_numpy(float), pd.factorize(pairs[lists])[0].astype(np.int64),
                   pairs["user_id"].to_numpy())

    def part(self, rows: NDArray[Any]) -> Cases:
        """Take some rows, by number or by whether they are wanted."""
        return Cases(self.labels[rows], self.lists[rows], self.owners[rows])


#: A figure of cases and their scores.
Compute = Callable[[Cases, Floats], float]


def list_rows(cases: Cases, scores: Scores) -> dict[str, Row]:
    """Every figure of ranked lists for each row, and by how much the model is ahead of it."""
    by_list = {name: _by_list(cases, values) for name, values in scores.items()}
    first = pd.DataFrame({"list": cases.lists, "owner": cases.owners}).drop_duplicates("list").set_index("list")
    rows = {}
    for name, values in scores.items():
        owners = first["owner"].reindex(by_list[name].index).to_numpy()
        row: Row = {figure: plain(of_mean(by_list[name][figure], owners)) for figure in GROUP_FIGURES}
        row |= {figure: plain(_whole(cases, values, compute)) for figure, compute in WHOLE.items()}
        row["logloss"] = plain(of_mean(_logloss(cases, values), cases.owners))
        row["seeds"] = [{figure: _figure(one[figure].mean()) for figure in GROUP_FIGURES}
                        for one in (_by_list(cases, [value]) for value in values)]
        if name != OURS and OURS in scores:
            row["ahead"] = {figure: plain(of_mean(by_list[OURS][figure] - by_list[name][figure], owners))
                            for figure in ("gauc", "ndcg@10")}
        rows[name] = row
    return rows


def case_rows(cases: Cases, scores: Scores, listed: bool = False) -> dict[str, Row]:
    """AUC, average precision, balanced accuracy, log loss and calibration error of single cases.

    Parameters
    ----------
    listed
        Whether cases are also ranked within their lists, each of which holds many shoppers: gAUC and nDCG@10.
    """
    within = {"gauc": _within("gauc"), "ndcg@10": _within("ndcg@10")} if listed else {}
    figures = {**within, "auc": _auc, "ap": _ap, "balanced": _balanced, "ece": _ece}
    rows = {}
    for name, values in scores.items():
        row: Row = {figure: plain(_whole(cases, values, compute)) for figure, compute in figures.items()}
        row["logloss"] = plain(of_mean(_logloss(cases, values), cases.owners))
        row["seeds"] = [{figure: _figure(compute(cases, value)) for figure, compute in figures.items()}
                        for value in values]
        if name != OURS and OURS in scores:
            row["ahead"] = {figure: plain(_ahead(cases, scores[OURS], values, figures[figure]))
                            for figure in (*within, "auc", "ap")}
        rows[name] = row
    return rows


def class_rows(labels: Ints, owners: NDArray[Any], names: Sequence[str], scores: Scores) -> dict[str, Row]:
    """Balanced accuracy and figures of each class; scores are chances ``[cases, classes]``."""
    rows = {}
    for name, values in scores.items():
        chosen = [value.argmax(axis=1) for value in values]
        row: Row = {"balanced": plain(of_figure(_mean_of(labels, chosen, balanced_accuracy), owners, FEW_DRAWS))}
        row["classes"] = [_class_figures(labels, values, chosen, number, label) for number, label in enumerate(names)]
        row["seeds"] = [{"balanced": _figure(balanced_accuracy(labels, one))} for one in chosen]
        if name != OURS and OURS in scores:
            mine = [value.argmax(axis=1) for value in scores[OURS]]
            ahead = of_figure(lambda rows, mine=mine, chosen=chosen: _mean_of(labels, mine, balanced_accuracy)(rows)
                              - _mean_of(labels, chosen, balanced_accuracy)(rows), owners, FEW_DRAWS)
            row["ahead"] = {"balanced": plain(ahead)}
        rows[name] = row
    return rows


def ordered(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Rows in the order shown."""
    place = {name: i - len(FIRST) for i, name in enumerate(FIRST)} | {name: i + 1 for i, name in enumerate(LAST)}
    return {name: rows[name] for name in sorted(rows, key=lambda name: place.get(name, 0))}


def balanced_accuracy(labels: Ints, chosen: Ints) -> float:
    """Mean share of each class that is found; classes that do not occur are left out.

    Examples
    --------
    >>> balanced_accuracy(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]))
    0.8333333333333333
    """
    return float(np.mean([(chosen[labels == one] == one).mean() for one in np.unique(labels)]))


def plain(interval: Interval) -> list[float | None]:
    """Value, low and high as JSON takes them."""
    return [_figure(part) for part in (interval.value, interval.low, interval.high)]


def _figure(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None


def _by_list(cases: Cases, values: Sequence[Floats]) -> pd.DataFrame:
    """Figures of each list, the mean over the seeds."""
    found = [group_figures(cases.labels, value, cases.lists) for value in values]
    return sum(found[1:], found[0]) / len(found)


def _whole(cases: Cases, values: Sequence[Floats], compute: Compute) -> Interval:
    def figure(rows: Ints) -> float:
        some = cases.part(rows)
        return float(np.mean([compute(some, value[rows]) for value in values]))

    return of_figure(figure, cases.owners, FEW_DRAWS)


def _ahead(cases: Cases, mine: Sequence[Floats], theirs: Sequence[Floats], compute: Compute) -> Interval:
    def figure(rows: Ints) -> float:
        some = cases.part(rows)
        sides = [np.mean([compute(some, value[rows]) for value in side]) for side in (mine, theirs)]
        return float(sides[0] - sides[1])

    return of_figure(figure, cases.owners, FEW_DRAWS)


def _within(figure: str) -> Compute:
    return lambda cases, scores: float(group_figures(cases.labels, scores, cases.lists)[figure].mean())


def _ece(cases: Cases, scores: Floats) -> float:
    return expected_calibration_error(cases.labels, scores)


def _mean_of(labels: Ints, chosen: Sequence[Ints], compute: Callable[[Ints, Ints], float]) -> Callable[[Ints], float]:
    return lambda rows: float(np.mean([compute(labels[rows], one[rows]) for one in chosen]))


def _class_figures(labels: Ints, values: Sequence[Floats], chosen: Sequence[Ints], number: int, label: str) -> Row:
    from sklearn.metrics import precision_recall_fscore_support

    truth, found = labels == number, []
    for value, one in zip(values, chosen, strict=True):
        precision, recall, f1, _ = precision_recall_fscore_support(truth, one == number, average="binary",
                                                                   zero_division=0.0)
        found.append((precision, recall, f1, _auc(Cases(truth.astype(float), labels, labels), value[:, number])))
    names = ("precision", "recall", "f1", "auc")
    return {"class": label, "n": int(truth.sum()),
            **{name: _figure(value) for name, value in zip(names, np.mean(found, axis=0), strict=True)}}


def _logloss(cases: Cases, values: Sequence[Floats]) -> Floats:
    clipped = [np.clip(value, _TINY, 1 - _TINY) for value in values]
    return np.mean([-np.log(np.where(cases.labels == 1, value, 1 - value)) for value in clipped], axis=0)


def _auc(cases: Cases, scores: Floats) -> float:
    from sklearn.metrics import roc_auc_score

    both = 0 < cases.labels.sum() < len(cases.labels)
    return float(roc_auc_score(cases.labels, scores)) if both else float("nan")


def _ap(cases: Cases, scores: Floats) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(cases.labels, scores)) if cases.labels.any() else float("nan")


def _balanced(cases: Cases, scores: Floats) -> float:
    """Balanced accuracy when as many are chosen as there are: the same for every row, whatever its calibration."""
    wanted = int(cases.labels.sum())
    if not 0 < wanted < len(scores):
        return float("nan")
    chosen = np.zeros(len(scores), dtype=np.int64)
    chosen[np.argsort(-scores, kind="stable")[:wanted]] = 1
    return balanced_accuracy(cases.labels.astype(np.int64), chosen)


#: Figures of all cases together.
WHOLE: Mapping[str, Compute] = {"auc": _auc, "ece": _ece}
