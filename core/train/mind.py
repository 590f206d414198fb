"""The figures of the MIND news recommendation challenge (Wu et al., 2020), as its own scorer computes them.

A run is a file with a line for each list, ``7 [2,1,3]``: the list's number, and the rank of each item in the order
shown. The truth has lines of the same form with 1 for clicked and 0 for not. The scorer takes 1/rank as the score,
computes four figures within each list, and averages over lists:

- AUC;
- MRR: the mean of 1/rank over *all* clicked items, not that of the first;
- nDCG@5 and nDCG@10 with gains ``2^label - 1``.

Items of equal score stand in the order of numpy's ``argsort`` read backwards. Lists whose truth is empty are left out;
a run that ends early gives every item of the remaining lists rank 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MindFigures:
    """Means over ``lists`` lists."""

    auc: float
    mrr: float
    ndcg5: float
    ndcg10: float
    lists: int


def figures_of_list(labels: ArrayLike, scores: ArrayLike) -> tuple[float, float, float, float]:
    """AUC, MRR, nDCG@5 and nDCG@10 of one list.

    Examples
    --------
    >>> figures_of_list([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6])[:2]
    (0.25, 0.375)
    """
    from sklearn.metrics import roc_auc_score

    truth, score = np.asarray(labels, dtype=float), np.asarray(scores, dtype=float)
    ranked = truth[np.argsort(score)[::-1]]
    mrr = float((ranked / np.arange(1, len(ranked) + 1)).sum() / truth.sum())
    return float(roc_auc_score(truth, score)), mrr, _ndcg(truth, ranked, 5), _ndcg(truth, ranked, 10)


def score_run(truth: Iterable[str], run: Iterable[str]) -> MindFigures:
    """Score a run against the truth, line by line.

    Raises
    ------
    InputError
        Where a line of the run is not of the form, is of another list, or has another number of items than the truth.
    """
    answers, found = iter(run), list[tuple[float, float, float, float]]()
    for number, line in enumerate(truth, 1):
        answer = next(answers, "").strip()
        name, labels = _parsed(line, number, "truth")
        if not labels:
            continue
        given, ranks = _parsed(answer, number, "run") if answer else (name, [1] * len(labels))
        if given != name or len(ranks) != len(labels):
            raise InputError(f"Line {number} of the run is about {len(ranks)} items of list {given}; "
                             f"the truth has {len(labels)} of list {name}. Keep the order of lists and items.")
        if min(ranks) < 1:
            raise InputError(f"Line {number} of the run has a rank below 1. The best item has rank 1.")
        found.append(figures_of_list(labels, 1 / np.asarray(ranks, dtype=float)))
    if not found:
        raise InputError("The truth holds no list with an answer, so nothing can be scored.")
    auc, mrr, five, ten = (float(value) for value in np.mean(found, axis=0))
    return MindFigures(auc, mrr, five, ten, len(found))


def run_lines(names: Sequence[str], scores: Iterable[ArrayLike]) -> Iterator[str]:
    """Write a run: rank 1 for the greatest score of each list, equal ones in the order shown.

    Examples
    --------
    >>> list(run_lines(["7"], [[0.2, 0.9, 0.1]]))
    ['7 [2,1,3]']
    """
    for name, row in zip(names, scores, strict=True):
        order = np.argsort(-np.asarray(row, dtype=float), kind="stable")
        ranks = np.empty(len(order), dtype=int)
        ranks[order] = np.arange(1, len(order) + 1)
        yield f"{name} [{','.join(map(str, ranks))}]"


def truth_lines(behaviors: Iterable[str]) -> Iterator[str]:
    r"""Read the truth out of ``behaviors.tsv``: number, reader, time, history and items with ``-1`` or ``-0``.

    Examples
    --------
    >>> list(truth_lines(["3\tU1\t11/15/2019 8:00:00 AM\tN9\tN1-0 N2-1"]))
    ['3 [0,1]']
    """
    for line in behaviors:
        columns = line.rstrip("\n").split("\t")
        yield f"{columns[0]} [{','.join(item.rpartition('-')[2] for item in columns[4].split())}]"


def _ndcg(truth: Floats, ranked: Floats, k: int) -> float:
    return _gain(ranked[:k]) / _gain(np.sort(truth)[::-1][:k])


def _gain(top: Floats) -> float:
    return float(((2**top - 1) / np.log2(np.arange(2, len(top) + 2))).sum())


def _parsed(line: str, number: int, what: str) -> tuple[str, list[int]]:
    try:
        name, values = line.split(maxsplit=1)
        return name, [int(value) for value in json.loads(values)]
    except (ValueError, TypeError):
        said = line.strip()[:60]
        raise InputError(f"Line {number} of the {what} is not of the form “7 [2,1,3]”: {said!r}.") from None
