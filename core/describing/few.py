"""Learning a tag from a sentence and a few marks, and what to expect of it.

A shopper is the weighted mean of the vectors of what she had to do with (``core.describing.looks``). The sentence is a
direction among these vectors; marks turn it, by logistic regression with a Gaussian prior around the sentence (its
maximum a posteriori; MacKay, 1992). So no mark is needed, each one counts, and the sentence counts less the more of
them there are. The log-odds are linear in the vector: what each thing pushes adds up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.effects import wilson

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: A change of how a tag is learned is a new recipe.
RECIPE = "1"
#: Before anybody is marked: of how many shoppers a description is taken to be true …
BASE = 0.1
#: … what a standard deviation nearer to the sentence adds to the log-odds, and how sure both are (standard deviations).
SLOPE, SLOPE_SPREAD, BASE_SPREAD = 0.5, 0.5, 3.0
#: Axes along which marks can turn the direction, and how far (standard deviation of the log-odds of all axes).
AXES, TURN = 48, 1.0
#: Marks are left out one by one as long as there are no more than these; then in this many parts.
FOLDS = 24
#: Reach is weighed less than precision when a threshold is proposed, as for the model's own tags.
BETA = 0.5
#: Bands of equally many of those who get a tag, in which marks stand for the others.
BANDS = 3
#: Marks above a threshold from which on its precision is said; with fewer it is a guess.
ENOUGH = 5
#: Marks that a band without any counts as, when it is asked how sure a precision is.
UNTOLD = 0.5
#: Shoppers without a mark among whom those with one are placed, at most.
OTHERS = 4_000
#: Decimals of log-odds: sums of the same numbers differ after these.
_EQUAL = 9


@dataclass(frozen=True)
class Space:
    """How all shoppers lie: what one of them is compared with.

    Attributes
    ----------
    centre
        What they are compared with ``[width]``.
    axes
        The directions in which they differ most, of length 1, ``[k, width]``.
    spread
        Standard deviation along each, ``[k]``.
    cover
        Covariance of all shoppers around the centre ``[width, width]``.
    """

    centre: Floats
    axes: Floats
    spread: Floats
    cover: Floats

    @classmethod
    def of(cls, shoppers: NDArray[np.floating], centre: NDArray[np.floating] | None = None) -> Space:
        """Measure it on shoppers ``[n, width]``, around their mean if no centre is named."""
        rows = np.asarray(shoppers, dtype=float)
        middle: Floats = np.asarray(rows.mean(axis=0) if centre is None else centre, dtype=float)
        cover: Floats = (rows - middle).T @ (rows - middle) / max(1, len(rows))
        values, vectors = np.linalg.eigh(cover)
        first = [i for i in np.argsort(-values)[:AXES] if values[i] > 1e-12]
        return cls(middle, vectors[:, first].T, np.sqrt(values[first]), cover)

    def along(self, direction: Floats) -> Floats:
        """Return a direction scaled so that its standard deviation over all shoppers is 1; 0 where they do not vary."""
        spread = max(0.0, float(direction @ self.cover @ direction)) ** 0.5
        return direction / spread if spread > 1e-9 else np.zeros_like(direction)


@dataclass(frozen=True)
class Judge:
    """Log-odds that a description fits: ``offset + (vector - centre) @ towards``."""

    offset: float
    towards: Floats
    centre: Floats

    def log_odds(self, shoppers: NDArray[np.floating]) -> Floats:
        """Return the log-odds of shoppers ``[n, width]``: ``[n]``; those who are alike get the very same."""
        found = self.offset + (np.asarray(shoppers, dtype=float) - self.centre) @ self.towards
        return np.asarray(found.round(_EQUAL))

    def pushes(self, things: NDArray[np.floating], shares: Floats) -> Floats:
        """Return what each thing of one shopper pushes, in log-odds; with ``offset`` they add up to hers.

        Parameters
        ----------
        things
            Vectors ``[n, width]``.
        shares
            What each counts in her vector, see ``core.describing.looks.shares``.
        """
        return np.asarray(shares * ((np.asarray(things, dtype=float) - self.centre) @ self.towards))


@dataclass(frozen=True)
class Expected:
    """What to expect of a tag that is given from a chance on.

    Attributes
    ----------
    threshold
        The chance.
    shoppers, known
        Who get it, of how many it is told.
    precision, low, high
        Share of whom it is true among those of them who were not marked, and its 95 % interval, by marks that the
        judgement did not see; None where fewer than ``ENOUGH`` of them were marked: then it is a guess.
    marked
        Marks that this is seen on.
    """

    threshold: float
    shoppers: int
    known: int
    precision: float | None
    low: float | None
    high: float | None
    marked: int

    @property
    def guess(self) -> bool:
        """Whether nobody knows how often it is right."""
        return self.precision is None


def learn(space: Space, sentence: Floats, shoppers: NDArray[np.floating], fits: Bools) -> Judge:
    """Return what judges shoppers, from a sentence and marks; without marks, by the sentence alone.

    Parameters
    ----------
    sentence
        Its vector ``[width]``.
    shoppers
        Vectors of those who were marked ``[n, width]``.
    fits
        Whether it fits each of them ``[n]``.
    """
    said = space.along(np.asarray(sentence, dtype=float))
    scale = TURN / np.sqrt(max(1e-12, float((space.spread**2).sum())))
    columns = np.vstack([said[None], space.axes])
    prior = np.array([np.log(BASE / (1 - BASE)), SLOPE, *np.zeros(len(space.axes))])
    spreads = np.array([BASE_SPREAD, SLOPE_SPREAD, *np.full(len(space.axes), scale)])
    rows = (np.asarray(shoppers, dtype=float).reshape(-1, len(space.centre)) - space.centre) @ columns.T
    weights = _most_likely(np.hstack([np.ones((len(rows), 1)), rows]), np.asarray(fits, dtype=float), prior,
                           1 / spreads**2)  # fmt: skip
    return Judge(float(weights[0]), weights[1:] @ columns, space.centre)


def held_out(
    space: Space, sentence: Floats, shoppers: NDArray[np.floating], fits: Bools, others: NDArray[np.floating]
) -> Floats:
    """Return the log-odds that each marked shopper has without her mark, as the judge of all marks counts: ``[n]``.

    A judge that misses a mark which fits holds everybody for less likely, her too: against a fixed threshold, whoever
    fits would come out too low, and whoever does not too high. So what is taken from the judge that did not see her
    mark is her place among the shoppers whom nobody marked; what a place is worth, the judge of all marks says.

    Parameters
    ----------
    others
        Vectors of shoppers who were not marked ``[m, width]``; without any there are no places, and the log-odds are
        those of the judge that did not see her.
    """
    count, scale = len(fits), np.sort(learn(space, sentence, shoppers, fits).log_odds(others))
    found = np.empty(count)
    fold = np.arange(count) % FOLDS if count > FOLDS else np.arange(count)
    for one in np.unique(fold):
        out = fold == one
        judge = learn(space, sentence, shoppers[~out], fits[~out])
        found[out] = judge.log_odds(shoppers[out])
        if len(scale):
            found[out] = _at_their_place(found[out], judge.log_odds(others), scale)
    return found


def _at_their_place(found: Floats, others: Floats, scale: Floats) -> Floats:
    """Return what the places of ``found`` among ``others`` are worth on a sorted ``scale``; ties are halved."""
    ranked = np.sort(others)
    first, after = np.searchsorted(ranked, found, "left"), np.searchsorted(ranked, found, "right")
    place = np.where(first < after, (first + after - 1) // 2, first - 0.5)
    return np.interp(place, np.arange(len(scale)), scale)


def proposed(chances: Floats) -> float:
    """Return the chance with the greatest F-beta to expect when chances keep their word; 0.5 where there are none.

    Examples
    --------
    >>> proposed(np.array([0.9, 0.8, 0.1, 0.1]))
    0.8
    """
    ranked = np.sort(chances)[::-1]
    if not len(ranked):
        return 0.5
    true, given = np.cumsum(ranked), np.arange(1, len(ranked) + 1)
    score = (1 + BETA**2) * true / (given + BETA**2 * ranked.sum())
    return float(ranked[int(score.argmax())])


def expected(
    threshold: float, everyone: Floats, others: Floats, marked: Floats, fits: Bools, most: float = 1.0
) -> Expected:
    """Return what to expect of a tag from a threshold on, or of those up to another chance.

    Those who were marked are rarely drawn at random: most of them are likely ones. So who get the tag, and were not
    marked, are parted into bands of equally many, and in each the marked ones stand for the others. The interval is
    Wilson's, with as many marks as their unequal weights are worth (Kish, 1965), less one, as the share and how far it
    is spread come from the same marks. A band in which nobody was marked counts as half a mark, so that a tag is not
    called sure by marks that tell of a part of it alone; and where few get the tag, the share among just these is
    itself a lot: that counts as if as many marks as shoppers were drawn.

    Parameters
    ----------
    everyone, others
        Chances of all shoppers, and of those who were not marked.
    marked, fits
        Chances of those who were marked, by judges that did not see them (see ``held_out``), and whether it fits.
    """
    shoppers = int(((everyone >= threshold) & (everyone <= most)).sum())
    given = np.sort(others[(others >= threshold) & (others <= most)])
    seen = (marked >= threshold) & (marked <= most)
    count = int(seen.sum())
    about = (threshold, shoppers, len(everyone))
    if count < ENOUGH or not len(given):
        return Expected(*about, None, None, None, count)
    edges = np.quantile(given, np.linspace(0, 1, BANDS + 1)[1:-1])
    band = np.searchsorted(edges, marked[seen], side="right")
    share = np.bincount(np.searchsorted(edges, given, side="right"), minlength=BANDS) / len(given)
    there = np.bincount(band, minlength=BANDS)
    right = np.bincount(band, weights=fits[seen].astype(float), minlength=BANDS)
    told = (there > 0) & (share > 0)
    if not told.any():  # all marks lie where nobody else does
        share, told = there / count, there > 0
    precision = float((share * right / np.maximum(1, there))[told].sum() / share[told].sum())
    worth = max(1.0, float(1 / ((share**2 / np.maximum(UNTOLD, there)).sum() + 1 / len(given))) - 1)
    low, high = wilson(precision * worth, worth)
    return Expected(*about, precision, low, high, count)


def chance(log_odds: Floats) -> Floats:
    """Return log-odds as chances."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def to_mark(chances: Floats, threshold: float, seen: Bools, each: int, seed: int) -> list[tuple[int, str]]:
    """Return whom to mark next, by position, and why: likely, doubtful and random ones.

    The likely are drawn among those who would get the tag, so that they tell how often it is right; the doubtful are
    nearest to the threshold, where a mark decides most; random ones show what the description misses.

    Parameters
    ----------
    chances
        Of all shoppers; NaN where it cannot be told.
    seen
        Who was marked already.
    each
        How many of each kind.
    seed
        The same one gives the same shoppers.
    """
    lot = np.random.default_rng(seed)
    free = ~seen & np.isfinite(chances)
    chosen: list[tuple[int, str]] = []

    def take(rows: Ints, why: str) -> None:
        for row in rows[:each]:
            chosen.append((int(row), why))
            free[row] = False

    take(lot.permutation(np.flatnonzero(free & (chances >= threshold))), "likely")
    rows = np.flatnonzero(free)
    take(rows[np.argsort(np.abs(chances[rows] - threshold), kind="stable")], "doubtful")
    take(lot.permutation(np.flatnonzero(free)), "random")
    return chosen


def _most_likely(rows: Floats, labels: Floats, prior: Floats, precision: Floats) -> Floats:
    """Weights of greatest posterior, by Newton's method; steps are halved while they do not help."""
    weights, before = prior.copy(), np.inf
    for _ in range(100):
        logits = rows @ weights
        loss = float(np.logaddexp(0, logits).sum() - labels @ logits + precision @ (weights - prior) ** 2 / 2)
        if before - loss < 1e-10:
            break
        before, p = loss, chance(logits)
        slope = rows.T @ (p - labels) + precision * (weights - prior)
        bend = (rows * (p * (1 - p))[:, None]).T @ rows + np.diag(precision)
        step: Floats = np.asarray(np.linalg.solve(bend, slope), dtype=float)
        weights = _shorter(rows, labels, prior, precision, weights, step, loss)
    return weights


def _shorter(rows: Floats, labels: Floats, prior: Floats, precision: Floats, weights: Floats, step: Floats,
             loss: float) -> Floats:
    for _ in range(30):
        tried = weights - step
        logits = rows @ tried
        if np.logaddexp(0, logits).sum() - labels @ logits + precision @ (tried - prior) ** 2 / 2 <= loss:
            return np.asarray(tried)
        step = step / 2
    return weights
