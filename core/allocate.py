"""How often to show what to whom: a linear programme, solved by HiGHS through SciPy.

Of every segment ``s`` and ad ``a``, ``x[s, a]`` is how often the ad is shown there. What it is worth is summed, within
what the place has to give: its impressions in each segment, each ad once in a list and so often to a shopper, and what
each ad may, must and can afford. A click's worth does not fall with repetition here; the cap on repetition stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.language import say

Floats = NDArray[np.float64]
#: A limit binds when what is left of it is less than this share of it.
_TIGHT = 1e-7


@dataclass(frozen=True)
class Limits:
    """What an allocation must keep to. Of an ad, not a number stands for no limit."""

    supply: Floats  # [S], impressions that the place has in each segment
    once: Floats  # [S, A], how often an ad can be shown in a segment at most: once in a list, so often to a shopper
    most: Floats  # [A], how often an ad may be shown
    least: Floats  # [A], how often it must be
    cost: Floats  # [S, A], what showing it once costs
    budget: Floats  # [A], what may be spent


@dataclass(frozen=True)
class Bound:
    """A limit that holds the allocation back."""

    what: str  # supply | once | most | least | budget
    segment: int | None
    ad: int | None
    gain: float  # what one more of it would add; of ``least``, what one less would


@dataclass(frozen=True)
class Allocation:
    """How often each ad is shown in each segment, ``[S, A]``, and what holds it back, what would add most first."""

    shown: Floats
    worth: float
    bounds: Sequence[Bound]


def allocate(worth: Floats, limits: Limits, names: Sequence[str] = ()) -> Allocation:
    """Return the allocation that is worth most.

    Parameters
    ----------
    worth
        ``[S, A]``: what showing an ad once in a segment is worth.
    names
        What messages call the ads.

    Raises
    ------
    InputError
        When no allocation keeps to the limits: an ad must be shown more often than it can be.

    Examples
    --------
    >>> free = np.full(2, np.nan)
    >>> limits = Limits(np.array([10.0]), np.full((1, 2), 6.0), free, free, np.zeros((1, 2)), free)
    >>> allocate(np.array([[0.3, 0.1]]), limits).shown
    array([[6., 4.]])
    """
    from scipy.optimize import linprog

    rows, ends, about = _rows(worth.shape, limits)
    found = linprog(
        -worth.ravel(), A_ub=rows, b_ub=ends, method="highs",
        bounds=list(zip(np.zeros(worth.size), limits.once.ravel(), strict=True)),
    )  # fmt: skip
    if not found.success:
        raise InputError(_impossible(limits, names))
    shown = np.asarray(found.x, dtype=np.float64).reshape(worth.shape)
    return Allocation(shown, float((worth * shown).sum()), _bounds(found, about, limits))


def _rows(shape: tuple[int, ...], limits: Limits) -> tuple[Floats, Floats, list[Bound]]:
    """Write the limits as rows of ``A x <= b``, and say what each is of; bounds of single cells are not among them."""
    segments, ads = shape[0], shape[1]
    rows: list[Floats] = []
    ends: list[float] = []
    about: list[Bound] = []
    for s in range(segments):
        row = np.zeros((segments, ads))
        row[s] = 1
        rows.append(row)
        ends.append(float(limits.supply[s]))
        about.append(Bound("supply", s, None, 0.0))
    for a in range(ads):
        shown = np.zeros((segments, ads))
        shown[:, a] = 1
        spent = shown * limits.cost
        for what, row, end in (("most", shown, limits.most[a]), ("least", -shown, -limits.least[a]),
                               ("budget", spent, limits.budget[a])):  # fmt: skip
            if not np.isnan(end):
                rows.append(row)
                ends.append(float(end))
                about.append(Bound(what, None, a, 0.0))
    return np.stack(rows).reshape(len(rows), -1), np.array(ends, dtype=np.float64), about


def _bounds(found: Any, about: Sequence[Bound], limits: Limits) -> list[Bound]:
    """Return what holds back: limits that are met to the end and would let the whole gain if they were moved."""
    scale = 1 + float(np.nansum(limits.supply))
    held = [
        Bound(one.what, one.segment, one.ad, -float(marginal))
        for one, left, marginal in zip(about, found.ineqlin.residual, found.ineqlin.marginals, strict=True)
        if abs(left) <= _TIGHT * scale and marginal < 0
    ]
    width = limits.once.shape[1]
    held += [
        Bound("once", cell // width, cell % width, -float(marginal))
        for cell, (left, marginal) in enumerate(zip(found.upper.residual, found.upper.marginals, strict=True))
        if abs(left) <= _TIGHT * scale and marginal < 0
    ]
    return sorted(held, key=lambda one: -one.gain)


def _impossible(limits: Limits, names: Sequence[str]) -> str:
    """Say which wish cannot be met, the plainest first."""
    reach = limits.once.sum(axis=0)
    for a in np.flatnonzero(~np.isnan(limits.least)):
        ad, least = names[int(a)] if len(names) else say("Ad number {number}", number=a + 1), limits.least[a]
        if least > limits.most[a]:
            return say("{ad} must be shown {least:,.0f} times and may be {most:,.0f} times. Change one of them.",
                       ad=ad, least=least, most=limits.most[a])  # fmt: skip
        if least > reach[a]:
            return say("{ad} must be shown {least:,.0f} times, but the place and the cap on repetition allow "
                       "{reach:,.0f}. Ask for less, or raise the cap.", ad=ad, least=least, reach=reach[a])
    return say("What must be shown ({wanted:,.0f} times in all) does not fit into the {there:,.0f} impressions of this "
               "place within caps and budgets. Ask for less, or raise a budget.",
               wanted=float(np.nansum(limits.least)), there=float(limits.supply.sum()))
