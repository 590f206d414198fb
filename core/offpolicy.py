"""What another way of choosing would have brought, from a log that wrote down the chance of each of its choices.

``n`` choices were logged, each at one of ``C`` places (a position, a segment, or both), of one of ``A`` items. A policy
is a table ``[C, A]`` of chances. Weights are the policy's chance over the logged one. The estimators:

- *inverse propensity* (IPS; Horvitz and Thompson, 1952): the mean of weight times reward. Right on average, wide.
- *self-normalised* (SNIPS; Swaminathan and Joachims, 2015): the same over the sum of weights. Narrower, slightly off.
- *direct method*: what a model of rewards says of the policy. Narrow, and as wrong as the model.
- *doubly robust* (DR; Dudík, Langford and Li, 2011): the direct method, mended by the weighted residuals of the log.
  Right on average when the chances or the model are right.

Weights above a clip are cut to it, which pulls estimates down by what is cut away; ``Estimates`` says how much that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.effects import Z95
from core.errors import InputError
from core.language import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Weights are cut to this.
CLIP = 100.0
#: Rows that the mean a rate is drawn to counts for.
STRENGTH = 100.0
FOLDS, DRAWS = 5, 1_000


@dataclass(frozen=True)
class Log:
    """Logged choices, a row each."""

    place: Ints  # [n], numbers below C
    item: Ints  # [n], numbers below A
    reward: Floats  # [n]
    chance: Floats  # [n], with which the item was chosen then: above 0, 1 at most


@dataclass(frozen=True)
class Estimate:
    """A mean reward for each choice and its 95 % interval; the ends are not a number where none is stated."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimates:
    """What a policy would have brought, and how far that can be trusted."""

    n: int  # logged choices
    logged: Estimate  # what the log's own choices brought
    ips: Estimate
    snips: Estimate
    direct: Estimate  # without an interval: its error is that of its model, which no spread of rows shows
    doubly_robust: Estimate
    effective: float  # choices that the weighted ones are worth: (Σ w)² / Σ w² (Kish, 1965)
    clip: float
    clipped: float  # share of the choices whose weight was cut
    kept: Estimate  # mean weight after the cut: 1 where the chances are right and nothing was cut
    missing: float  # share of the policy's choices that the log never has


def evaluate(log: Log, policy: Floats, clip: float = CLIP, missing: float = 0.0, seed: int = 0) -> Estimates:
    """Estimate the mean reward of a policy.

    Intervals are by the normal approximation, of the self-normalised estimate by the percentiles of a bootstrap. They
    hold chance alone: rows count as independent, and what is cut away or missing is not in them.

    Parameters
    ----------
    policy
        ``[C, A]``: chances of the items at each place; each row adds up to 1.
    clip
        Weights above it are cut to it.
    missing
        Share of the policy's choices that the log may lack.

    Raises
    ------
    InputError
        When the log cannot tell: chances of 0, places or items that are not in the policy, choices never logged.

    Examples
    --------
    >>> half = np.full(4, 0.5)
    >>> log = Log(np.zeros(4, int), np.array([0, 0, 1, 1]), np.array([1.0, 0, 0, 1]), half)
    >>> found = evaluate(log, np.array([[1.0, 0.0]]))
    >>> found.ips.value, found.snips.value, found.effective
    (0.5, 0.5, 2.0)
    """
    lacking = _checked(log, policy, clip, missing)
    raw = policy[log.place, log.item] / log.chance
    weight = np.minimum(raw, clip)
    if not weight.any():
        raise InputError(say("This policy shows nothing that the log has, so the log says nothing of it."))
    direct, residual = _modelled(log, policy, seed)
    return Estimates(
        n=len(log.item),
        logged=mean(log.reward),
        ips=mean(weight * log.reward),
        snips=_snips(weight, log.reward, seed),
        direct=Estimate(float(direct.mean()), float("nan"), float("nan")),
        doubly_robust=mean(direct + weight * residual),
        effective=effective(weight),
        clip=clip,
        clipped=float((raw > clip).mean()),
        kept=mean(weight),
        missing=lacking,
    )


def mean(values: Floats) -> Estimate:
    """Return the mean with its 95 % interval by the normal approximation."""
    value, spread = float(values.mean()), float(values.std(ddof=1))
    half = Z95 * spread / float(np.sqrt(len(values)))
    return Estimate(value, value - half, value + half)


def effective(weight: Floats) -> float:
    """Return how many unweighted choices weighted ones are worth."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def rates(place: Ints, item: Ints, reward: Floats, shape: tuple[int, int], strength: float = STRENGTH) -> Floats:
    """Return mean rewards ``[C, A]``, drawn to the item's own mean, and that to the mean of all.

    Parameters
    ----------
    strength
        Rows that the mean which a rate is drawn to counts for.
    """
    both, cells = place * shape[1] + item, shape[0] * shape[1]
    sums, counts = np.bincount(both, reward, cells), np.bincount(both, minlength=cells)
    return drawn(sums.reshape(shape).astype(np.float64), counts.reshape(shape).astype(np.float64), strength)


def drawn(sums: Floats, counts: Floats, strength: float = STRENGTH) -> Floats:
    """Return the same from sums and counts ``[C, A]``."""
    overall = sums.sum() / max(1.0, counts.sum())
    by_item = (sums.sum(axis=0) + strength * overall) / (counts.sum(axis=0) + strength)
    return np.asarray((sums + strength * by_item) / (counts + strength), dtype=np.float64)


def shares(place: Ints, item: Ints, shape: tuple[int, int]) -> Floats:
    """Return the policy that chooses each item at each place as often as these rows do: ``[C, A]``.

    Raises
    ------
    InputError
        When a place has no row.
    """
    counts = np.bincount(place * shape[1] + item, minlength=shape[0] * shape[1]).reshape(shape)
    total = counts.sum(axis=1, keepdims=True)
    if not total.all():
        raise InputError(say("Nothing was shown at place {place}: what is shown there is not known.",
                             place=int(np.argmin(total[:, 0]))))
    return np.asarray(counts / total, dtype=np.float64)


def _modelled(log: Log, policy: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return what a model of rewards says of the policy at each row, and what each row's reward has beyond the model.

    No row is judged by a model that saw it: there are as many models as folds.
    """
    n = len(log.item)
    fold = np.random.default_rng(seed).permutation(n) % FOLDS
    direct, residual = np.empty(n), np.empty(n)
    for one in range(FOLDS):
        inside = fold == one
        learned = rates(log.place[~inside], log.item[~inside], log.reward[~inside], (policy.shape[0], policy.shape[1]))
        direct[inside] = (policy * learned).sum(axis=1)[log.place[inside]]
        residual[inside] = log.reward[inside] - learned[log.place[inside], log.item[inside]]
    return direct, residual


def _snips(weight: Floats, reward: Floats, seed: int) -> Estimate:
    draw, n = np.random.default_rng(seed), len(weight)
    gained, found = weight * reward, []
    for _ in range(DRAWS):
        times = np.bincount(draw.integers(n, size=n), minlength=n)
        total = float(times @ weight)
        if total > 0:
            found.append(float(times @ gained) / total)
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(float(gained.sum() / weight.sum()), float(low), float(high))


def _checked(log: Log, policy: Floats, clip: float, missing: float) -> float:
    """Refuse what cannot be estimated; return the share of the policy's choices that were never logged."""
    n, (places, items) = len(log.item), policy.shape
    if n < 2 or not len(log.place) == len(log.reward) == len(log.chance) == n:
        raise InputError(say("At least two choices are needed, each with place, item, reward and chance; there are "
                             "{n}.", n=n))
    if not clip > 0:
        raise InputError(say("Weights cannot be cut to {clip:g}. Give a number above 0.", clip=clip))
    wrong = ~((log.chance > 0) & (log.chance <= 1))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise InputError(
            say("{wrong:,} of {all:,} logged chances are not above 0 and at most 1 (the first is {chance:g}, in row "
                "{row}). What was chosen cannot have had no chance: mend them, or leave these rows out.",
                wrong=int(wrong.sum()), all=n, chance=log.chance[first], row=first)
        )
    if _beyond(log.place, places):
        raise InputError(say("The log has places that are not in the policy, which has {number} of them.",
                             number=places))  # fmt: skip
    if _beyond(log.item, items):
        raise InputError(say("The log has items that are not in the policy, which has {number} of them.", number=items))
    off = np.abs(policy.sum(axis=1) - 1)
    if (policy < 0).any() or not (off < 1e-6).all():
        place = int(off.argmax())
        raise InputError(say("The chances of a policy must not be negative and add up to 1; at place {place} they add "
                             "up to {total:.3f}.", place=place, total=policy[place].sum()))
    return _supported(log, policy, missing)


def _beyond(numbers: Ints, count: int) -> bool:
    return bool(numbers.min() < 0 or numbers.max() >= count)


def _supported(log: Log, policy: Floats, missing: float) -> float:
    places, items = policy.shape
    logged = np.bincount(log.place * items + log.item, minlength=places * items).reshape(policy.shape) > 0
    often = np.bincount(log.place, minlength=places) / len(log.place)
    never = np.where(logged, 0.0, policy)
    lacking = float(often @ never.sum(axis=1))
    if lacking > missing + 1e-12:
        place, item = np.unravel_index(int((often[:, None] * never).argmax()), policy.shape)
        raise InputError(
            say("{share:.1f} % of what this policy would show was never shown in the log where it would show it "
                "(most of all item {item} at place {place}), so the log cannot say what it brings. Try it on a small "
                "share of shoppers first, or leave these items out.", share=100 * lacking, item=item, place=place)
        )
    return lacking
