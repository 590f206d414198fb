"""Whether a model is equally right for all: percentages by segment, and mistakes of tags by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.keeping import verdict
from core.keeping.records import BAD, GOOD, UNKNOWN, WATCH, Mistakes, Part
from core.language import say, to_say
from core.train.intervals import Interval, of_mean
from core.train.metrics import expected_calibration_error, reliability

#: Shoppers, and things chosen and not, below which nothing is said of a part.
LEAST_SHOPPERS, LEAST_CASES = 30, 20
#: Difference in a rate of mistakes from which on it is bad, when it is sure.
MORE_BAD = 0.1
#: Days with anything in them, before the moment, that part shoppers by how well they are known.
NEW_DAYS, SOME_DAYS = 2, 10
HISTORY = (to_say("Here on up to 2 days before"), to_say("Here on 3 to 10 days before"),
           to_say("Here on more than 10 days before"))


def memberships(pairs: pd.DataFrame, days: NDArray[np.float64], told: pd.DataFrame,
                segments: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Name each part and say which rows of ``pairs`` are in it.

    Parameters
    ----------
    pairs
        ``user_id`` and, where the log names places, ``slot``.
    days
        Days on which the shopper had been there before, row by row.
    told
        What shoppers told of themselves, by ``user_id``.
    segments
        Shoppers of each saved segment.
    """
    yield "everyone", say("Everyone"), np.ones(len(pairs), dtype=bool)
    bounds = np.digitize(days, [NEW_DAYS, SOME_DAYS], right=True)
    for number, name in enumerate(HISTORY):
        yield "history", say(name), bounds == number
    if "slot" in pairs:
        for slot in sorted(pairs["slot"].dropna().unique()):
            yield "place", str(slot), (pairs["slot"] == slot).to_numpy()
    for attribute in told:
        answers = pairs["user_id"].map(told[attribute])
        for value in sorted(answers.dropna().unique()):
            yield str(attribute), str(value), (answers == value).to_numpy()
    for name, users in segments.items():
        yield "segment", name, pairs["user_id"].isin(users).to_numpy()


def part(kind: str, name: str, pairs: pd.DataFrame) -> Part:
    """Hold what was predicted in a part against what happened.

    Parameters
    ----------
    pairs
        ``user_id, label, chance`` of its rows.
    """
    shoppers, chosen = pairs["user_id"].nunique(), int(pairs["label"].sum())
    if shoppers < LEAST_SHOPPERS or min(chosen, len(pairs) - chosen) < LEAST_CASES:
        return Part(kind, name, shoppers, len(pairs), chosen, None, None, None, None, None, None, UNKNOWN)
    labels, chances = pairs["label"].to_numpy(float), pairs["chance"].to_numpy(float)
    mean = float(chances.mean())
    gap = of_mean(labels - chances, pairs["user_id"])
    ratio, low, high = (1 + value / mean for value in (gap.value, gap.low, gap.high))
    return Part(
        kind, name, shoppers, len(pairs), chosen, mean, float(labels.mean()), ratio, low, high,
        expected_calibration_error(labels, chances), verdict.of_ratio(low, high), tuple(reliability(labels, chances)),
    )


def mistakes(given: NDArray[np.bool_], true: NDArray[np.float64], users: pd.Series[str],
             told: pd.DataFrame) -> Iterator[Mistakes]:
    """Say for each group how often tags are missed or wrongly given, over all tags together.

    Parameters
    ----------
    given, true
        ``[rows, tags]``: whether a tag is given, and whether it came true (1, 0 or NaN).
    users
        Whose row it is.
    told
        What shoppers told of themselves, by ``user_id``.
    """
    owners = np.repeat(users.to_numpy(), true.shape[1])
    flat, positive = given.ravel(), true.ravel()
    cases = {"missed": (positive == 1, ~flat), "wrong": (positive == 0, flat)}
    for attribute in told:
        answers = pd.Series(owners).map(told[attribute])
        for value in sorted(answers.dropna().unique()):
            mine, others = (answers == value).to_numpy(), (answers.notna() & (answers != value)).to_numpy()
            for kind, (asked, wrong) in cases.items():
                yield _mistakes(str(attribute), str(value), kind, wrong.astype(float), owners, asked & mine,
                                asked & others)


def _mistakes(attribute: str, value: str, kind: str, wrong: NDArray[np.float64], owners: NDArray[np.object_],
              mine: NDArray[np.bool_], others: NDArray[np.bool_]) -> Mistakes:
    shoppers = len(set(owners[mine]))
    if min(shoppers, len(set(owners[others]))) < LEAST_SHOPPERS:
        return Mistakes(attribute, value, shoppers, kind, None, None, None, None, None, None, None, UNKNOWN)
    here, there = (of_mean(wrong[rows], owners[rows]) for rows in (mine, others))
    more = difference(here, there)
    sure = more.low > 0 or more.high < 0
    level = BAD if sure and abs(more.value) >= MORE_BAD else WATCH if sure else GOOD
    return Mistakes(attribute, value, shoppers, kind, here.value, here.low, here.high, there.value, more.value,
                    more.low, more.high, level)


def difference(first: Interval, second: Interval) -> Interval:
    """Return how much more one figure is than another of other shoppers, by their intervals (Zou and Donner, 2008).

    Examples
    --------
    >>> difference(Interval(0.5, 0.4, 0.6), Interval(0.2, 0.2, 0.2))
    Interval(value=0.3, low=0.2, high=0.4)
    """
    value = first.value - second.value
    below = float(np.hypot(first.value - first.low, second.high - second.value))
    above = float(np.hypot(first.high - first.value, second.value - second.low))
    return Interval(round(value, 12), round(value - below, 12), round(value + above, 12))
