"""For a segment: what to feature, one by one, and which few together reach most of its shoppers.

Chances are of a click if the item is shown. That a shopper clicks at least one of several, deciding on each by itself,
has the chance ``1 - prod(1 - p)``; its mean over shoppers is the share reached. Items are taken greedily, which reaches
at least 63 % of the most that is possible (Nemhauser, Wolsey and Fisher, 1978). What is chosen on half of the sample is
judged on the other half, so that it is not flattered by its own luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.advice import Weighed
from core.chances import Floats, Ranker, average, chances, sample
from core.errors import InputError, TooLittleData
from core.language import say
from core.records import Progress, no_progress
from core.store import find, placements, retrieval

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Items that are weighed because they are popular with the segment; popular anywhere and new ones come to these.
SHORTLIST = 60
#: A sample below this is not halved: what is chosen is judged on the same shoppers.
HALVED = 20
#: Clickers that the common share of buyers among clickers counts for.
BUYER_STRENGTH = 20.0


def weighed(
    reader: Reader, scorer: Ranker, users: Sequence[str], name: str, most: int = 120, folder: Path | None = None,
    progress: Progress = no_progress,
) -> Weighed:
    """Return what is needed to say what to feature for some shoppers, for any number of items.

    Parameters
    ----------
    users
        Who is in the segment.
    most
        Shoppers that the model judges, a sample of them.

    Raises
    ------
    InputError, TooLittleData
        When numbers cannot be used, nobody is in the segment, or nothing can be shown to them.
    """
    if most < 1:
        raise InputError(say("At least one shopper must be asked about."))
    if not len(users):
        raise TooLittleData(say("Nobody is in the segment {name!r}. Choose another, or widen its conditions.",
                                name=name))
    as_of = find.log_end(reader)
    chosen = pd.DataFrame({"user_id": pd.Series(list(users), dtype=str)})
    progress(0.0, say("What is wanted there now"))
    found = placements.shortlist(reader, chosen, retrieval.kinds(reader), as_of, SHORTLIST)
    if found.empty:
        raise TooLittleData(say("Nothing was looked at or bought in the last four weeks, so there is nothing to "
                                "weigh."))
    asked = sample(users, most)
    chance = chances(scorer, asked, found["item_id"].tolist(), as_of, None, folder, progress)
    halved = len(asked) >= HALVED
    learn, judge = (chance[::2], chance[1::2]) if halved else (chance, chance)
    items = _items(reader, found, chance, len(users))
    most_shown = min(SHORTLIST, len(found))
    best, popular = greedy(learn, most_shown), list(range(most_shown))  # the shortlist begins with what is popular
    return Weighed(
        name, len(users), len(asked), len(judge), as_of, items, _list(items, found, judge, best),
        _list(items, found, judge, popular), _reaches(judge, best, popular, len(users)), _notes(reader, halved),
    )  # fmt: skip


def greedy(chance: Floats, k: int) -> list[int]:
    """Return the items that together are clicked by most shoppers, chosen one after the other.

    Parameters
    ----------
    chance
        ``[shoppers, items]``.

    Examples
    --------
    >>> greedy(np.array([[0.9, 0.8, 0.0], [0.0, 0.0, 0.5]]), 2)
    [0, 2]
    """
    left, chosen = np.ones(len(chance)), list[int]()
    for _ in range(min(k, chance.shape[1])):
        gain = left @ chance
        gain[chosen] = -1.0
        chosen.append(int(np.argmax(gain)))
        left = left * (1 - chance[:, chosen[-1]])
    return chosen


def covered(chance: Floats, items: Sequence[int]) -> Floats:
    """Return each shopper's chance of clicking at least one of these items: ``[shoppers]``."""
    return np.asarray(1 - np.prod(1 - chance[:, list(items)], axis=1), dtype=np.float64)


def _reaches(judge: Floats, best: Sequence[int], popular: Sequence[int], everyone: int) -> pd.DataFrame:
    """For each number of items, what both lists reach and how far the first is ahead, shopper by shopper."""
    rows = []
    for n in range(1, len(best) + 1):
        first, second = covered(judge, best[:n]), covered(judge, popular[:n])
        means = {"reach": first, "reach_popular": second, "ahead": first - second}
        found = {name: average(values, everyone) for name, values in means.items()}
        rows.append({f"{name}{end}": getattr(one, part) for name, one in found.items()
                     for end, part in (("", "value"), ("_low", "low"), ("_high", "high"))})  # fmt: skip
    return pd.DataFrame(rows)


def _items(reader: Reader, found: pd.DataFrame, chance: Floats, everyone: int) -> pd.DataFrame:
    ids = found["item_id"].tolist()
    about = find.details(reader, ids).reindex(ids)
    means = [average(chance[:, i], everyone) for i in range(len(ids))]
    value, low, high = (np.array([getattr(one, part) for one in means]) for part in ("value", "low", "high"))
    low = np.maximum(low, 0)
    table = pd.DataFrame({
        "item_id": ids, "title": [item if pd.isna(t) else t for item, t in zip(ids, about["title"], strict=True)],
        "category": about["category"].to_numpy(), "price": about["price"].to_numpy(), "source": found["source"],
        "there": found["shoppers"].astype(int), "chance": value, "low": low, "high": high, "clicks": value * everyone,
        "clicks_low": low * everyone, "clicks_high": high * everyone,
        "buyers": value * everyone * _buy(reader, ids),
    })  # fmt: skip
    return table.sort_values(["clicks", "item_id"], ascending=[False, True]).reset_index(drop=True)


def _buy(reader: Reader, ids: Sequence[str]) -> Floats:
    """Return the share of an item's clickers who bought it soon after, drawn to that of all these items."""
    if not placements.clicks_logged(reader):
        return np.full(len(ids), np.nan)
    came = placements.bought_after(reader, ids).set_index("item_id").reindex(list(ids)).fillna(0)
    clickers, buyers = came["clickers"].to_numpy(dtype=np.float64), came["buyers"].to_numpy(dtype=np.float64)
    mean = buyers.sum() / max(1.0, clickers.sum())
    return np.asarray((buyers + BUYER_STRENGTH * mean) / (clickers + BUYER_STRENGTH), dtype=np.float64)


def _list(items: pd.DataFrame, found: pd.DataFrame, judge: Floats, chosen: Sequence[int]) -> pd.DataFrame:
    reach = [float(covered(judge, chosen[: n + 1]).mean()) for n in range(len(chosen))]
    ids = [str(found["item_id"].iloc[i]) for i in chosen]
    titles = items.set_index("item_id")["title"].reindex(ids).tolist()
    return pd.DataFrame({"item_id": ids, "title": titles, "gain": np.diff(reach, prepend=0.0), "reach": reach})


def _notes(reader: Reader, halved: bool) -> list[str]:
    notes = []
    if not halved:
        notes.append(say("So few shoppers are in the sample that lists are judged on those they were chosen for."))
    if not placements.clicks_logged(reader):
        notes.append(say("The log has no clicks, so chances are those of being in a shopper's next basket."))
    return notes
