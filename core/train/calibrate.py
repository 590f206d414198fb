"""Calibration on the validation days: one scale and one shift for each kind of prediction."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.model.checkpoint import Scale

#: With fewer positives or negatives than this, only the shift is fitted.
_FEW = 10


def fit_scale(logits: NDArray[np.float64], labels: NDArray[np.float64]) -> Scale:
    """Fit ``scale`` and ``shift`` (Platt, 1999; temperature is 1/scale) by logistic regression.

    Order never changes: a scale that would not be positive is not believed, and then, as with too
    few cases, the shift alone makes the mean right.

    Parameters
    ----------
    logits
        Before calibration, ``[n]``.
    labels
        1, 0 or NaN (left out), ``[n]``.
    """
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(labels)
    x, y = logits[known], labels[known]
    if min(y.sum(), len(y) - y.sum()) >= _FEW and np.ptp(x) > 0:
        fitted = LogisticRegression(C=1e6, max_iter=1000).fit(x[:, None], y)
        scale, shift = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
        if scale > 0.01:
            return Scale(scale, shift)
    return Scale(1.0, _shift_only(x, y))


def _shift_only(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the shift that makes the mean probability the smoothed share of positives."""
    from scipy.optimize import brentq

    share = (y.sum() + 0.5) / (len(y) + 1)
    if not len(x):
        return 0.0
    return float(brentq(lambda shift: (1 / (1 + np.exp(-x - shift))).mean() - share, -60 - x.max(), 60 - x.min()))
