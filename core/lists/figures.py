"""How good the chances of a labelled list are: their order, whether they can be taken at their word, and lift."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import say

#: Yeses below which figures say little.
FEW = 50
#: Parts of a list, the likeliest first, whose lift is told.
DECILES = 10
_Z = 1.96  # of an interval that holds 95 %
_YES = frozenset({"1", "1.0", "true", "yes", "y", "t", "clicked"})
_NO = frozenset({"0", "0.0", "false", "no", "n", "f", "-1"})

Floats = NDArray[np.float64]


def labels(column: pd.Series[str]) -> Floats:
    """Labels as they are written, as 1 for yes and 0 for no; what is neither is not a number.

    Examples
    --------
    >>> labels(pd.Series(["1", "No", "", "maybe"])).tolist()
    [1.0, 0.0, nan, nan]
    """
    words = column.fillna("").astype(str).str.strip().str.lower()
    return np.where(words.isin(_YES), 1.0, np.where(words.isin(_NO), 0.0, np.nan))


def judged(label: Floats, chance: Floats) -> dict[str, Any]:
    """Judge chances by what happened.

    Parameters
    ----------
    label, chance
        Of each row; rows without one of both are left out.

    Returns
    -------
    dict
        ``n, positives, base, predicted`` (share and mean chance), ``warnings``, and where there are yeses and noes
        ``auc, auc_low, auc_high`` (95 %), ``ece``, ``reliability`` and ``lift``, tables as lists of rows.
    """
    both = ~np.isnan(label) & ~np.isnan(chance)
    y, p = label[both], chance[both]
    n, positives = len(y), int(y.sum())
    found: dict[str, Any] = {"n": n, "positives": positives, "warnings": _warnings(n, positives)}
    if not n:
        return found
    found |= {"base": positives / n, "predicted": float(p.mean())}
    if not 0 < positives < n:
        return found
    from sklearn.metrics import roc_auc_score

    from core.train.metrics import expected_calibration_error, reliability

    auc = float(roc_auc_score(y, p))
    low, high = auc_interval(auc, positives, n - positives)
    return found | {
        "auc": auc, "auc_low": low, "auc_high": high, "ece": expected_calibration_error(y, p),
        "reliability": reliability(y, p), "lift": lift(y, p).to_dict("records"),
    }  # fmt: skip


def lift(label: Floats, chance: Floats, parts: int = DECILES) -> pd.DataFrame:
    """Parts of a list of equal size, the likeliest first, and how much more often than on average it was a yes there.

    Rows of one chance are in no order, so each counts with the mean label of all of them.

    Returns
    -------
    pandas.DataFrame
        ``part`` (from 1), ``n, predicted`` (mean chance), ``observed`` (share of yeses), ``lift`` (that over the share
        in the whole list), ``reached`` (share of all yeses in this part and those before).
    """
    order = np.argsort(-chance, kind="stable")
    fair = pd.Series(label).groupby(chance).transform("mean").to_numpy()
    rows, reached, base = [], 0.0, float(label.mean())
    for number, part in enumerate((one for one in np.array_split(order, parts) if len(one)), 1):
        observed = float(fair[part].mean())
        reached += float(fair[part].sum())
        rows.append((number, len(part), float(chance[part].mean()), observed, observed / base, reached / label.sum()))
    return pd.DataFrame(rows, columns=["part", "n", "predicted", "observed", "lift", "reached"])


def auc_interval(auc: float, yes: int, no: int) -> tuple[float, float]:
    """Range that holds the AUC of such lists 95 times of 100 (Hanley and McNeil, 1982)."""
    one, two = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (yes - 1) * (one - auc**2) + (no - 1) * (two - auc**2)) / (yes * no)
    width = _Z * math.sqrt(max(0.0, variance))
    return max(0.0, auc - width), min(1.0, auc + width)


def _warnings(n: int, positives: int) -> list[str]:
    if not n:
        return [say("No row has both a label and a chance, so nothing can be judged.")]
    if positives in (0, n):
        which = say("no") if positives == 0 else say("yes")
        return [say("Every label says {which}: neither the order of the chances nor lift can be judged.", which=which)]
    fewer = min(positives, n - positives)
    if fewer < FEW:
        which = say("yes") if positives <= n - positives else say("no")
        return [say("Only {fewer:,} of {n:,} labels say {which}: another list like this could give quite other "
                    "figures.", fewer=fewer, n=n, which=which)]
    return []
