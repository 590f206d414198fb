"""What can be read from predictions: is it a proxy of what people are?

A tag such as "Interested in toys" may tell who has children as surely as a tag that says so. Whether it does is
asked of those who told: a plain logistic regression tries to tell the group from the predictions, judged on shoppers
that it did not learn from, beside the same with the answers shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.keeping.records import BAD, GOOD, UNKNOWN, WATCH, Readable
from core.language import Sayings, say
from core.train.intervals import of_figure

#: Shoppers of a group, and of all others, below which nothing is said.
LEAST = 30
FOLDS, SHUFFLES, DRAWS = 5, 40, 300
#: From where on a group can be read: somewhat, and well.
SOMEWHAT, WELL = 0.6, 0.75
_TOLD = Sayings({"tags": "its tags", "scores": "its chances of clicks"})


def readable(predictions: pd.DataFrame, told: pd.DataFrame, source: str, seed: int = 0) -> Iterator[Readable]:
    """Say for each value of each column how well it can be read.

    Parameters
    ----------
    predictions
        A row for each shopper; none may predict the columns themselves.
    told
        What the same shoppers told, row by row; missing where they did not.
    source
        What the predictions are: ``tags`` or ``scores``.
    """
    for attribute in map(str, told):
        known = told[attribute].notna().to_numpy()
        answers = told[attribute][known]
        values = sorted(answers.unique())
        for value in values[:1] if len(values) == 2 else values:  # of two, either is told by the other
            mine = (answers == value).to_numpy(int)
            yield _one(predictions[known].to_numpy(float), mine, attribute, str(value), source, seed)


def _one(x: np.ndarray, mine: np.ndarray, attribute: str, value: str, source: str, seed: int) -> Readable:
    members, count = int(mine.sum()), len(mine)
    if min(members, count - members) < LEAST or not x.shape[1]:
        said = say("“{attribute}: {value}”: too few to say; {members:,} of {count:,} who told, and at least {least} "
                   "and {least} others are needed.", attribute=attribute.replace("_", " "), value=value,
                   members=members, count=count, least=LEAST)  # fmt: skip
        return Readable(attribute, value, source, count, members, None, None, None, None, UNKNOWN, said)
    auc, low, high, by_chance = told_apart(x, mine, seed)
    level = GOOD
    if low > max(0.5, by_chance) and auc >= SOMEWHAT:
        level = BAD if auc >= WELL else WATCH
    how = {GOOD: say("hardly be read"), WATCH: say("be read somewhat"), BAD: say("be read well")}[level]
    said = say("“{attribute}: {value}” can {how} from {told}: {auc:.0f} of 100 pairs are told apart ({low:.0f} to "
               "{high:.0f}; shuffled, up to {by_chance:.0f}).",
               attribute=attribute.replace("_", " "), value=value, how=how, told=_TOLD[source], auc=100 * auc,
               low=100 * low, high=100 * high, by_chance=100 * by_chance)
    return Readable(attribute, value, source, count, members, auc, low, high, by_chance, level, said)


def told_apart(x: np.ndarray, mine: np.ndarray, seed: int = 0) -> tuple[float, float, float, float]:
    """Cross-validated AUC with its 95 % interval, and what 95 of 100 shuffles stay below.

    Parameters
    ----------
    x
        Predictions ``[shoppers, n]``.
    mine
        1 for members of the group, 0 for others, at least ``FOLDS`` of either.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)

    def apart(answers: np.ndarray) -> tuple[float, np.ndarray]:
        chances = cross_val_predict(model, x, answers, cv=folds, method="predict_proba")[:, 1]
        return float(roc_auc_score(answers, chances)), chances

    auc, chances = apart(mine)
    rng = np.random.default_rng(seed)
    shuffled = [apart(rng.permutation(mine))[0] for _ in range(SHUFFLES)]

    def figure(rows: np.ndarray) -> float:
        some = mine[rows]
        return float(roc_auc_score(some, chances[rows])) if 0 < some.sum() < len(some) else float("nan")

    span = of_figure(figure, np.arange(len(mine)), DRAWS, seed)
    return auc, span.low, span.high, float(np.quantile(shuffled, 0.95))
