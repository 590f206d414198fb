"""What drives a prediction in a segment: pushes of many shoppers, summed by kinds of events and by words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.language import Sayings, listed, say

#: Shoppers of a side from which on intervals are given, and who must share a word for it to be judged.
LEAST, SHARED = 10, 5
#: Times that shoppers are drawn anew (the bootstrap).
_DRAWS = 2000
#: Log-odds below which nothing is worth a word.
_SMALL = 0.04
KIND, WORD = "kind", "word"
#: What a push of each kind of event is called, after "because of".
KINDS: Mapping[str, str] = Sayings({
    "view": "what they looked at", "click": "what they looked at", "cart": "what they put in the cart",
    "favourite": "what they saved as favourites", "purchase": "what they bought", "search": "what they searched for",
    "rating": "what they rated", "review": "what they reviewed", "return": "what they sent back",
    "summary": "their past in short", "item": "the item itself", "base": "how long their past is",
})
_ROWS = ["level", "name", "field", "here", "there", "gap", "low", "high", "sure", "have_here", "have_there"]


@dataclass(frozen=True)
class About:
    """What is asked about: all tags at once, the items of a category, or one item."""

    what: str  # tags | category | item
    key: str = ""  # path of the category, or id of the item


@dataclass(frozen=True)
class Read:
    """Shoppers who were read, and what every part of their words pushes.

    Attributes
    ----------
    parts
        ``shopper, here`` (of the segment), ``kind, field, text`` and, in log-odds, ``v0, v1, …``, one for each of
        ``outputs``. What the model says of a past of this length with every word absent is a part of kind "base": the
        parts of a shopper sum to her prediction.
    outputs
        Keys of tags or ids of items, with what each is called.
    shoppers, others
        Of the segment and of everyone else, how many there are.
    off
        Log-odds that parts were off their prediction at most.
    """

    about: About
    parts: pd.DataFrame
    outputs: Mapping[str, str]
    shoppers: int
    others: int
    off: float
    seconds: float
    made: datetime  # UTC

    def columns(self, keys: Sequence[str]) -> list[str]:
        """Columns of ``parts`` that belong to these outputs."""
        places = list(self.outputs)
        return [f"v{places.index(key)}" for key in keys]

    def apart(self) -> list[str]:
        """Outputs, those first in which the segment differs most from others (or from 0), for how much they vary."""
        columns = self.columns(list(self.outputs))
        odds, here = self.parts.groupby("shopper")[columns].sum(), self.parts.groupby("shopper")["here"].first()
        gap = odds[here].mean() - (odds[~here].mean() if (~here).any() else 0.0)
        size = (gap.abs() / odds.std(ddof=0).clip(lower=1e-9)).to_numpy()
        return [list(self.outputs)[at] for at in np.argsort(-size, kind="stable")]

    def reaches(self, sample: int) -> bool:
        """Whether so many shoppers of each side were read, or all that there are."""
        sides = self.parts.groupby("here")["shopper"].nunique()
        wanted = ((True, self.shoppers), (False, self.others))
        return all(int(sides.get(side, 0)) >= min(sample, there) for side, there in wanted)


@dataclass(frozen=True)
class Drivers:
    """What drives one prediction in a segment, against everyone else or, of everyone, against nothing being known."""

    title: str  # of the tag, the category or the item
    about: About
    shoppers: int
    read: int  # of them
    others: int
    read_others: int
    chance: float  # mean over those who were read
    chance_others: float | None
    gap: float  # difference of mean log-odds; of everyone, how far they are from nothing being known
    #: level (kind | word), name, field, here, there, gap, low, high (95 %; none where too few were read), sure (though
    #: so many were judged), have_here, have_there (shares who have it); surest gaps first. Pushes are mean log-odds.
    rows: pd.DataFrame
    tested: int  # words that enough shoppers share
    sentence: str
    off: float
    made: datetime
    baskets: bool = False  # whether chances of items are of the next basket; else they are of a click


def drivers(read: Read, outputs: Sequence[str], title: str, seed: int = 0, baskets: bool = False) -> Drivers:
    """Sum what pushes a prediction by kinds of events and by words, segment against others, with intervals.

    The gaps of all kinds sum to that of the predictions. Shoppers of each side are drawn anew some thousand times
    (Efron, 1979); ``sure`` are rows whose gap would stand out even as the largest of all that were judged, by the
    bootstrap's greatest deviation (Romano and Wolf, 2005).

    Parameters
    ----------
    outputs
        Of those that were read; of several, the mean is explained.
    baskets
        Whether chances of items are of the next basket; else they are of a click.
    """
    columns = read.columns(outputs)
    parts = read.parts.assign(push=read.parts[columns].mean(axis=1))
    side = parts.groupby("shopper")["here"].first()
    chances = _chances(parts, columns)
    total = parts.groupby("shopper")["push"].sum()
    base = parts[parts["kind"] == "base"].set_index("shopper")["push"]
    compared = bool((~side).any())
    gap = total[side].mean() - (total[~side].mean() if compared else base.mean())
    known = parts[parts["kind"] != "base"] if not compared else parts
    words = parts[parts["kind"] != "base"].assign(name=lambda rows: rows["text"])
    rows = pd.concat([
        _level(KIND, known.assign(name=known["kind"].replace("click", "view"), field=""), side, 1, seed),
        _level(WORD, words, side, SHARED, seed),
    ], ignore_index=True)  # fmt: skip
    read_here, read_there = int(side.sum()), int((~side).sum())
    found = Drivers(
        title, read.about, read.shoppers, read_here, read.others, read_there, float(chances[side].mean()),
        float(chances[~side].mean()) if compared else None, float(gap), rows, int((rows["level"] == WORD).sum()), "",
        read.off, read.made, baskets,
    )  # fmt: skip
    return Drivers(**{**vars(found), "sentence": sentence(found)})


def sentence(found: Drivers) -> str:
    """Say what drives it, from the rows that are sure."""
    who = say("these shoppers") if found.read > 1 else say("this shopper")
    said = say("The model gives {who} a {chance} chance of {what}", who=who, chance=_percent(found.chance),
               what=_wanted(found))  # fmt: skip
    if found.chance_others is not None:
        said = say("{said}, everyone else {chance}", said=said, chance=_percent(found.chance_others))
    if min(found.read, found.read_others or found.read) < LEAST:
        return say("{said}. Too few were read to say for sure what drives that.", said=said)
    side = 1.0 if found.gap >= 0 else -1.0
    sure = found.rows[found.rows["sure"] & (found.rows["gap"].abs() >= _SMALL)]
    kinds, words = sure[sure["level"] == KIND], sure[(sure["level"] == WORD) & (sure["gap"] * side > 0)]
    ups = [_kind(name) for name in kinds.loc[kinds["gap"] * side > 0, "name"]][:3]
    downs = [_kind(name) for name in kinds.loc[kinds["gap"] * side < 0, "name"]][:2]
    if not ups and not downs and words.empty:
        return say("{said}. Nothing sets them apart for sure: every difference may be chance, given how few were "
                   "read.", said=said)
    parts = [say("mostly because of {reasons}", reasons=listed(ups))] if ups else []
    if not words.empty:
        quoted = say(", ").join(say("“{word}”", word=word) for word in words["name"][:3])
        parts.append(say("the words that count most: {words}", words=quoted))
    if downs:
        against = say("{reasons} speaks the other way") if len(downs) == 1 else say("{reasons} speak the other way")
        parts.append(against.format(reasons=listed(downs)))
    return say("{said}: {reasons}.", said=said, reasons=say("; ").join(parts))


def _wanted(found: Drivers) -> str:
    if found.about.what == "tags":
        return say("“{tag}”", tag=found.title)
    if found.baskets:
        return (say("items of “{category}” in the next basket", category=found.title)
                if found.about.what == "category" else
                say("“{item}” in the next basket", item=found.title))  # fmt: skip
    if found.about.what == "category":
        return say("a click on items of “{category}”", category=found.title)
    return say("a click on “{item}”", item=found.title)


def _kind(name: str) -> str:
    return KINDS.get(name, name)





def _percent(share: float) -> str:
    return say("{share} %", share=f"{100 * share:.1f}" if share < 0.1 else f"{100 * share:.0f}")


def _chances(parts: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Mean predicted probability of each shopper."""
    odds = parts.groupby("shopper")[columns].sum()
    chances: pd.Series = (1 / (1 + np.exp(-odds))).mean(axis=1)
    return chances


def _level(level: str, parts: pd.DataFrame, side: pd.Series, least: int, seed: int) -> pd.DataFrame:
    """Judge every name of a level that at least so many shoppers share."""
    table = parts.pivot_table(index="shopper", columns=["name", "field"], values="push", aggfunc="sum")
    table = table.reindex(side.index)
    table = table.loc[:, table.notna().sum() >= least]
    if table.shape[1] == 0:
        return pd.DataFrame(columns=_ROWS).astype({"sure": bool})
    have, pushes, here = table.notna().to_numpy(), table.fillna(0.0).to_numpy(), side.to_numpy()
    mine, theirs = _mean(pushes[here]), _mean(pushes[~here])
    gap = mine - theirs
    low, high, sure = _intervals(pushes[here], pushes[~here], gap, seed)
    about = table.columns.to_frame()
    rows = pd.DataFrame({
        "level": level, "name": about["name"].to_numpy(), "field": about["field"].to_numpy(),
        "here": mine, "there": theirs, "gap": gap, "low": low, "high": high, "sure": sure,
        "have_here": _mean(have[here]), "have_there": _mean(have[~here]),
    })  # fmt: skip
    floor: NDArray[np.float64] = np.nan_to_num(np.fmax(np.fmax(low, -high), 0.0))  # how far from 0 it is for sure
    return rows.iloc[np.lexsort(np.stack([-np.abs(gap), -floor]))]


def _mean(rows: NDArray[np.generic]) -> NDArray[np.float64]:
    """Mean over shoppers; 0 where there are none."""
    return np.asarray(rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1]), dtype=np.float64)


def _intervals(
    first: NDArray[np.float64], second: NDArray[np.float64], gap: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """95 % intervals of the difference of two means, and which differ from 0 for sure."""
    sizes = [len(side) for side in (first, second) if len(side)]
    if not sizes or min(sizes) < LEAST:
        return np.full(len(gap), np.nan), np.full(len(gap), np.nan), np.zeros(len(gap), dtype=bool)
    random = np.random.default_rng(seed)
    drawn = _drawn(first, random) - (_drawn(second, random) if len(second) else 0.0)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    error = np.maximum(drawn.std(axis=0, ddof=1), 1e-12)
    bar = np.quantile((np.abs(drawn - gap) / error).max(axis=1), 0.95)
    return low, high, np.abs(gap) > np.maximum(bar * error, 1e-9)


def _drawn(rows: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Means of the rows drawn with replacement, ``[draws, columns]``."""
    counts = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=_DRAWS)
    means: NDArray[np.float64] = counts @ rows / len(rows)
    return means
