"""What a chance is of where no lists were shown: of being in the shopper's next basket.

A model of baskets learns what sets a basket apart from items drawn by how often others bought them lately. What sells
much is therefore no news to it: its odds are relative to that. Over a whole catalogue they are not to be ranked by; the
odds of a purchase are those odds times how often an item is drawn (the correction of a sampled softmax, Bengio and
Senécal, 2003). How they then become a chance is fitted on later baskets and the items that the shop's own search for
candidates finds for them: with a slope for the words, one for how popular an item is, and one for how often
and how lately this shopper bought it, which words tell coarsely.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.model.checkpoint import NextBasket, Scale
from core.model.predict import logits
from core.model.writer import Writer
from core.store import examples as store
from core.store import retrieval
from core.text.words import again, drawn
from core.train.calibrate import fit_scale
from core.train.counted import repeats
from core.train.examples import ClickSet, asked_set
from core.train.judge import sigmoid
from core.train.metrics import click_metrics, reliability

if TYPE_CHECKING:
    from core.model.checkpoint import ModelInfo
    from core.model.onepass import OnePass
    from core.store.workspace import Reader

Floats = NDArray[np.float64]
#: Baskets that chances are fitted on, and judged on: one for so many that are judged otherwise, and at most.
SHARE, BASKETS = 10, 60
#: Items that are found for each, as for a recommendation.
FOUND = 200
#: With fewer bought, or not bought, than this, counts get no slopes of their own; and the least slope of the words.
FEW, LEAST = 30, 0.01
#: Share of the likeliest slope that words get. Likelihood counts all of a basket, a list shows its first ten, and for
#: these the best slope is about half as steep (decision 25).
STEEP = 0.5


def cases(reader: Reader, writer: Writer, start: datetime, stop: datetime, seed: int, limit: int,
          most: int = BASKETS) -> ClickSet:
    """Baskets in [start, stop), each with the items that are found for its shopper; the label says what was bought.

    Parameters
    ----------
    limit
        Baskets that the model is judged on otherwise.
    most
        Baskets at most.
    """
    kinds = retrieval.kinds(reader)
    baskets = store.baskets(reader, start, stop, min(most, math.ceil(limit / SHARE)), seed)
    parts = []
    rows = (baskets[name] for name in ("ask_id", "user_id", "as_of", "items"))
    for ask, user, as_of, bought in zip(*rows, strict=True):
        found = retrieval.candidates(reader, str(user), as_of, kinds, FOUND)["item_id"]
        parts.append(pd.DataFrame({"ask_id": ask, "user_id": user, "as_of": as_of, "item_id": found,
                                   "label": found.isin(list(bought)).astype(int)}))
    columns = ["ask_id", "user_id", "as_of", "item_id", "label"]
    return asked_set(writer, pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns))


def drawn_of(features: pd.DataFrame) -> Floats:
    """See ``core.text.words.drawn``: ``[n]``, from counted features."""
    return drawn(features["fit popularity"].fillna(0).clip(lower=0))


def again_of(features: pd.DataFrame) -> Floats:
    """See ``core.text.words.again``: ``[n]``, from counted features."""
    return again(features["fit bought"].fillna(0), features["fit bought_age"].fillna(0))


def odds(basket: NextBasket, words: Floats, features: pd.DataFrame) -> Floats:
    """Log-odds of the next basket, ``[n]``.

    Parameters
    ----------
    words
        Calibrated log-odds among items drawn by how often they are bought, ``[n]``.
    features
        Counted features of the same pairs.
    """
    counted = basket.popular * drawn_of(features) + basket.again * again_of(features)
    return np.asarray(basket.words * words + counted + basket.shift)


def fitted(network: OnePass, scale: Scale, found: ClickSet, pad_id: int) -> NextBasket | None:
    """How log-odds become a chance of the next basket; None where no basket shows it.

    Parameters
    ----------
    scale
        Calibration of the model among items drawn by how often they are bought.
    """
    labels = found.pairs["label"].to_numpy(float)
    if not 0 < labels.sum() < len(labels):
        return None
    return fit(_words(network, scale, found, pad_id), found)


def fit(words: Floats, found: ClickSet) -> NextBasket:
    """Fit the slopes so that what was bought stands first in each basket, none below nought; then what makes chances.

    Slopes that make chances right over all baskets at once would tell large baskets from small ones more than items
    from each other. So each purchase is set against all that was found for its own basket (a conditional logit,
    McFadden, 1974). With few of a kind, popularity keeps the slope of the words, as undoing the drawing has it, and
    earlier purchases none.

    Parameters
    ----------
    words
        Calibrated log-odds among items drawn by how often they are bought, ``[n]``.
    found
        The same pairs, with at least one that was bought and one that was not.
    """
    labels = found.pairs["label"].to_numpy(float)
    popular, again_ = drawn_of(found.features), again_of(found.features)
    slopes = np.array([1.0, 1.0, 0.0])
    known = np.column_stack([words, popular, again_])
    if min(labels.sum(), len(labels) - labels.sum()) >= FEW:
        baskets = found.pairs["ask_id"].to_numpy(np.int64)
        steep = max(LEAST, STEEP * _conditional(known, labels, baskets, slopes)[0])
        slopes = _conditional(known, labels, baskets, slopes, steep)
    one = fit_scale(known @ slopes, labels)
    of_words, of_popularity, of_purchases = map(float, one.scale * slopes)
    return NextBasket(of_words, of_popularity, of_purchases, one.shift)


def _conditional(known: Floats, labels: Floats, baskets: NDArray[np.int64], start: Floats,
                 first: float | None = None) -> Floats:
    """Slopes ``[k]`` of ``known`` ``[n, k]`` by the likelihood of each purchase among what was found for its basket.

    Parameters
    ----------
    first
        The slope of the first, where it is settled.
    """
    from scipy.optimize import minimize

    order = np.argsort(baskets, kind="stable")
    known, labels, baskets = known[order], labels[order], baskets[order]
    begins = np.flatnonzero(np.diff(baskets, prepend=baskets[0] - 1))
    sizes = np.diff(begins, append=len(baskets))
    bought = np.repeat(np.add.reduceat(labels, begins), sizes)

    def loss(slopes: Floats) -> tuple[float, Floats]:
        scores = known @ slopes
        logs = scores - np.repeat(np.logaddexp.reduceat(scores, begins), sizes)
        return -float(labels @ logs) / labels.sum(), np.asarray((bought * np.exp(logs) - labels) @ known / labels.sum())

    bounds = [(first or LEAST, first), *[(0.0, None)] * (known.shape[1] - 1)]
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x)


def chances(network: OnePass, info: ModelInfo, found: ClickSet, pad_id: int) -> Floats:
    """Chance of each pair as pages show it, ``[n]``: of the next basket, or of a click where that is not known."""
    if found.pairs.empty:
        return np.empty(0)
    basket = info.basket_calibration
    if basket is None:
        return sigmoid(_clicks(network, found, pad_id), info.click_calibration)
    words = _words(network, info.click_calibration, found, pad_id)
    return sigmoid(odds(basket, words, found.features), Scale())


def measured(network: OnePass, info: ModelInfo, found: ClickSet, pad_id: int) -> dict[str, Any]:
    """Return what these cases change in a model's description, by the names of ``ModelInfo``."""
    shown = chances(network, info, found, pad_id)
    bins = reliability(found.pairs["label"].to_numpy(float), shown)
    return {"data": {**info.data, "next_basket": judged(found, shown)}, "reliability": tuple(bins)}


def judged(found: ClickSet, chances: Floats) -> dict[str, float | None]:
    """How good the chances are, beside what each shopper bought most often.

    Returns
    -------
    dict
        ``baskets``, ``items``, ``bought`` (share of the items found), ``ece``; ``ndcg@10`` and ``gauc``, and the same
        of repeats with ``_repeats``. None for what cannot be told; empty where there are no baskets.
    """
    if found.pairs.empty:
        return {}
    labels = found.pairs["label"].to_numpy(float)
    groups = found.pairs["ask_id"].to_numpy(np.int64)
    ours = click_metrics(labels, chances, groups)
    theirs = click_metrics(labels, repeats(found.features), groups)
    figures = {"ece": ours.ece, "ndcg@10": ours.ndcg10, "gauc": ours.gauc, "ndcg@10_repeats": theirs.ndcg10,
               "gauc_repeats": theirs.gauc}
    known = {name: float(value) if np.isfinite(value) else None for name, value in figures.items()}
    return {"baskets": len(found.examples), "items": len(labels), "bought": float(labels.mean()), **known}


def _words(network: OnePass, scale: Scale, found: ClickSet, pad_id: int) -> Floats:
    """Calibrated log-odds among items drawn by how often they are bought: ``[n]``."""
    return np.asarray(scale.scale * _clicks(network, found, pad_id) + scale.shift)


def _clicks(network: OnePass, found: ClickSet, pad_id: int) -> Floats:
    """The network's own logits: ``[n]``."""
    click, _ = logits(network, [example.pack for example in found.examples], pad_id)
    return np.concatenate(click)
