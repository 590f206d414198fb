"""From signs to one verdict. What each sign needs to be bad, or to be watched, stands here and nowhere else.

The bounds of the stability index are those usual in credit scoring, where it comes from (Siddiqi, 2006): below 0.1
nothing has changed, from 0.25 on much has. The others are our choice; ``docs/keeping.md`` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.keeping.records import BAD, EARLY, FINE, GOOD, RETRAIN, UNKNOWN, WATCH, Sign
from core.language import say
from core.train.intervals import LEAST_OWNERS

#: Lists or baskets below which fresh labels tell nothing.
LEAST_LISTS = 30
PSI_WATCH, PSI_BAD = 0.1, 0.25
#: Share of the tags that have to be spread differently before that is bad.
TAGS_BAD = 1 / 3
#: How far what happened may be from what was predicted, in parts of the latter.
OFF_WATCH, OFF_BAD = 0.1, 0.2
#: By how much fewer of 100 pairs may be in the right order within a list.
ORDER_BAD = 0.02


@dataclass(frozen=True)
class Bounds:
    """How large the share of new things has to be, and how far above what it was."""

    watch: float
    bad: float


NEW = {
    "items": Bounds(0.25, 0.5), "categories": Bounds(0.05, 0.15), "brands": Bounds(0.1, 0.3),
    "words": Bounds(0.05, 0.1),
}  # fmt: skip
#: First visits are watched and never bad: a new shopper has no history, whatever the model learned from.
FIRST_WATCH = 0.1


def of_index(psi: float, by_chance: float) -> str:
    """Level of a stability index: one that chance alone can reach says nothing."""
    if psi < PSI_WATCH or psi <= by_chance:
        return GOOD
    return BAD if psi >= PSI_BAD else WATCH


def of_ratio(low: float, high: float) -> str:
    """Level of what happened over what was predicted, by its interval: bad only when it is surely far from 1.

    Examples
    --------
    >>> of_ratio(0.7, 1.3), of_ratio(1.12, 1.4), of_ratio(1.3, 1.9), of_ratio(0.5, 0.79)
    ('good', 'watch', 'bad', 'bad')
    """
    off = max(low - 1, 1 / high - 1 if high > 0 else float("inf"), 0.0)
    return BAD if off > OFF_BAD else WATCH if off > OFF_WATCH else GOOD


def of_order(difference: float, high: float) -> str:
    """Level of a change in how well lists are ordered, by the upper end of its interval: bad when it surely fell."""
    if high >= 0:
        return GOOD
    return BAD if difference <= -ORDER_BAD else WATCH


def of_new(kind: str, before: float | None, now: float | None) -> str:
    """Level of a share of new things: it counts how much it rose since the model was judged."""
    if now is None:
        return UNKNOWN
    rise, bounds = now - (before or 0.0), NEW[kind]
    return BAD if rise >= bounds.bad else WATCH if rise >= bounds.watch else GOOD


def of_tags(bad: int, of: int) -> str:
    """Level of tags of which so many are spread much differently."""
    return BAD if of and bad >= of * TAGS_BAD else WATCH if bad else GOOD


def verdict(signs: Sequence[Sign], lists: int) -> tuple[str, str]:
    """Return the verdict, and its reason in a sentence.

    Retrain when anything is bad. Fine only when fresh labels were there to judge by, and nothing is bad.
    """
    bad = [sign.said for sign in signs if sign.level == BAD]
    if bad:
        return RETRAIN, " ".join(bad[:2])
    labels = [sign for sign in signs if sign.key in ("ratio", "order")]
    if any(sign.level == UNKNOWN for sign in labels) or not labels:
        return EARLY, (
            say("What came of {lists:,} new lists or baskets is known; at least {least_lists} of at least "
                "{least_shoppers} shoppers, some of it chosen and some not, are needed to tell. Nothing else has "
                "changed much.", lists=lists, least_lists=LEAST_LISTS, least_shoppers=LEAST_OWNERS)
        )
    watched = [sign.said for sign in signs if sign.level == WATCH]
    return FINE, " ".join([sign.said for sign in labels if sign.level == GOOD][:2] + watched[:1])
