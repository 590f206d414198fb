"""The gate that a model has to pass that goes on from another: better on what is new, and nothing forgotten.

Both models judge the very same lists and shoppers, so what is compared is the difference on each, with a 95 % interval
over shoppers. It passes when on the new days something surely got better and nothing surely got worse, and when on the
old days neither the order of lists nor the tags surely got worse: where these days are no longer in the log that
cannot be told, and it does not pass. How often clicks happen is not compared on the old days: percentages are set right
for the present.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.language import Sayings, say
from core.train import next_basket
from core.train.intervals import LEAST_OWNERS, of_mean
from core.train.judge import raw, sigmoid
from core.train.metrics import group_figures

if TYPE_CHECKING:
    from core.model.checkpoint import ModelInfo
    from core.model.onepass import OnePass
    from core.train.examples import ClickSet
    from core.train.sets import Part

Floats = NDArray[np.float64]
_TINY = 1e-7
_NAMES = Sayings({"gauc": "order of lists", "logloss": "percentages", "tags": "tags"})


@dataclass(frozen=True)
class Row:
    """One figure on one window, before and after; ``gain`` is above 0 where it got better, whatever the figure.

    There is no interval where too few shoppers are there, and nothing at all where nothing was measured.
    """

    window: str  # "new" or "old"
    figure: str  # "gauc" (more is better), "logloss" of clicks and of "tags" (less is better)
    before: float | None
    after: float | None
    gain: float | None
    low: float | None
    high: float | None

    @property
    def better(self) -> bool:
        """Whether it surely got better."""
        return self.low is not None and self.low > 0

    @property
    def worse(self) -> bool:
        """Whether it surely got worse."""
        return self.high is not None and self.high < 0


def compared(window: str, part: Part, before: tuple[OnePass, ModelInfo], after: tuple[OnePass, ModelInfo],
             pad_id: int, baskets: ClickSet | None = None) -> Iterator[Row]:
    """Compare two models with the same tags on the same lists and shoppers.

    Parameters
    ----------
    baskets
        What percentages are compared on, where they are of the next basket (``core.train.next_basket``).
    """
    seen = [_chances(network, info, part, pad_id) for network, info in (before, after)]
    pairs = part.clicks.pairs
    labels, groups = pairs["label"].to_numpy(float), pairs["ask_id"].to_numpy(np.int64)
    owners = pairs.drop_duplicates("ask_id").set_index("ask_id")["user_id"]
    order = [group_figures(labels, clicks, groups)["gauc"] for clicks, _ in seen]
    yield _row(window, "gauc", order[0].to_numpy(), order[1].to_numpy(), owners.reindex(order[0].index).to_numpy(), 1)
    shown, chances = pairs, [clicks for clicks, _ in seen]
    if baskets is not None:
        shown, chances = baskets.pairs, [next_basket.chances(*model, baskets, pad_id) for model in (before, after)]
    losses = [_loss(shown["label"].to_numpy(float), each) for each in chances]
    yield _row(window, "logloss", losses[0], losses[1], shown["user_id"].to_numpy(), -1)
    if not part.tags.labels.columns.size:
        return
    told = part.tags.labels.to_numpy(float)
    losses = [_loss(told, tags).ravel() for _, tags in seen]
    yield _row(window, "tags", losses[0], losses[1], np.repeat(part.tags.asks["user_id"].to_numpy(), told.shape[1]), -1)


def unmeasured(window: str) -> Iterator[Row]:
    """Return the rows of days that are not in the log."""
    return (Row(window, figure, None, None, None, None, None) for figure in _NAMES)


def verdict(rows: Sequence[Row], earlier: str) -> tuple[bool, str]:
    """Return whether a model passes, and why in a sentence."""
    old = [row for row in rows if row.window == "old" and row.figure != "logloss"]
    forgot = [row for row in old if row.worse]
    worse = [row for row in rows if row.window == "new" and row.worse]
    better = [row for row in rows if row.window == "new" and row.better]
    if forgot:
        return False, say("It forgets: on the earlier days it is surely worse than “{earlier}” in {forgot}.",
                          earlier=earlier, forgot=_listed(forgot))
    if worse:
        return False, say("On the new days it is surely worse than “{earlier}” in {worse}.", earlier=earlier,
                          worse=_listed(worse))
    if not better:
        return False, say("On the new days it is not surely better than “{earlier}” in anything.", earlier=earlier)
    unknown = [row for row in old if row.low is None]
    if unknown:
        return False, say("On the new days it is surely better than “{earlier}” in {better}. What it forgot cannot be "
                          "told: too little of the earlier days is left in the logs to compare {unknown}.",
                          earlier=earlier, better=_listed(better), unknown=_listed(unknown))
    return True, say("On the new days it is surely better than “{earlier}” in {better}, and it forgets nothing.",
                     earlier=earlier, better=_listed(better))


def _listed(rows: Sequence[Row]) -> str:
    return say(" and ").join(_NAMES[row.figure] for row in rows)


def _chances(network: OnePass, info: ModelInfo, part: Part, pad_id: int) -> tuple[Floats, Floats]:
    from core.model.checkpoint import Scale

    click, tags = raw(network, part, pad_id)
    scales = [info.tag_calibration.get(spec.key, Scale()) for spec in info.tags]
    calibrated = [sigmoid(tags[:, i], scale) for i, scale in enumerate(scales)]
    shape = (len(tags), len(scales))
    return sigmoid(click, info.click_calibration), np.stack(calibrated, axis=1) if scales else np.empty(shape)


def _loss(labels: Floats, chances: Floats) -> Floats:
    """Log loss of each label; not a number where it is not known."""
    sure = np.clip(chances, _TINY, 1 - _TINY)
    return np.asarray(-(labels * np.log(sure) + (1 - labels) * np.log(1 - sure)))


def _row(window: str, figure: str, before: Floats, after: Floats, owners: NDArray[np.object_], sign: int) -> Row:
    span = of_mean(sign * (after - before), owners)
    known = ~np.isnan(after - before)
    means = [float(part[known].mean()) if known.any() else None for part in (before, after)]
    gain, low, high = (value if np.isfinite(value) else None for value in (span.value, span.low, span.high))
    if len(set(owners[known])) < LEAST_OWNERS:
        low = high = None
    return Row(window, figure, means[0], means[1], gain, low, high)
