"""What was shown at a place, to which segment, how likely each click was and is, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core import chances, offpolicy
from core.chances import Floats, Ranker
from core.effects import wilson
from core.errors import TooLittleData
from core.language import say
from core.records import Progress, no_progress
from core.store import find, placements

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Ads that are weighed at most: those shown most.
MOST_ADS = 120
#: Impressions that the mean which a counted rate is drawn to counts for. Clicks on ads are few: the best of many ads by
#: count would else be the luckiest.
RATE_STRENGTH = 2_000.0
#: Clickers that the average worth of a click counts for, when an ad's own is drawn to it.
WORTH_STRENGTH = 20.0


@dataclass(frozen=True)
class Spot:
    """Where and when: a place of the log, the kind of item, from when on, and who is in which segment."""

    reader: Reader
    slot: str
    kind: str
    since: datetime
    people: pd.DataFrame  # user_id, group: a place in ``names``
    names: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """What a spot showed, ``[S, A]``."""

    segments: pd.DataFrame  # segment, everyone, shoppers (who came), shown, requests
    ids: Sequence[str]
    titles: Sequence[str]
    shown: Floats
    clicked: Floats
    left_out: int  # ads beyond ``MOST_ADS``

    @property
    def counted(self) -> Floats:
        """Share of clicks, drawn to the ad's own and to that of all where little was shown."""
        return offpolicy.drawn(self.clicked, self.shown, RATE_STRENGTH)


def shown(spot: Spot) -> Shown:
    """Count what a spot showed.

    Raises
    ------
    TooLittleData
        When nothing was shown there.
    """
    asked = (spot.reader, spot.slot, spot.kind, spot.since, spot.people)
    seen = placements.cells(*asked)
    if seen.empty:
        raise TooLittleData(say("Nothing was shown there to these shoppers in those days. Take more days, or others."))
    times = seen.groupby("item_id")["shown"].sum().reset_index()
    order = times.sort_values(["shown", "item_id"], ascending=[False, True])["item_id"].tolist()
    ids = order[:MOST_ADS]
    about = find.details(spot.reader, ids)["title"].reindex(ids)
    titles = [one if pd.isna(title) else str(title) for one, title in zip(ids, about, strict=True)]

    def table(column: str) -> Floats:
        wide = seen.pivot(index="group", columns="item_id", values=column)
        return wide.reindex(index=range(len(spot.names)), columns=ids).fillna(0).to_numpy(dtype=np.float64)

    segments = placements.groups(*asked).set_index("group").reindex(range(len(spot.names))).fillna(0).astype(int)
    everyone = spot.people["group"].value_counts().reindex(range(len(spot.names)), fill_value=0)
    there = table("shown").sum(axis=1).astype(int)
    segments = segments.assign(segment=list(spot.names), everyone=everyone, shown=there)
    columns = ["segment", "everyone", "shoppers", "shown", "requests"]
    return Shown(segments.reset_index()[columns], ids, titles, table("shown"), table("clicked"), len(order) - len(ids))


def judged(
    scorer: Ranker, spot: Spot, ids: Sequence[str], as_of: datetime, most: int, folder: Path | None,
    progress: Progress = no_progress,
) -> list[Floats]:
    """Return what a model says of a sample of each segment: chances of a click ``[shoppers, ads]``."""
    groups = spot.people.groupby("group")["user_id"]
    by_group = {int(str(group)): chances.sample(users.tolist(), most) for group, users in groups}
    samples = [by_group.get(group, []) for group in range(len(spot.names))]
    users = [user for some in samples for user in some]
    found = chances.chances(scorer, users, ids, as_of, spot.slot, folder, progress)
    return np.split(found, np.cumsum([len(some) for some in samples])[:-1])


def cells(seen: Shown, samples: Sequence[Floats] | None) -> pd.DataFrame:
    """Return every ad in every segment: what was counted, and what the model says, each with its 95 % interval.

    Returns
    -------
    pandas.DataFrame
        ``segment, item_id, title, now, clicked, rate, rate_low, rate_high, model, model_low, model_high``.
    """
    rows = []
    for s, segment in enumerate(seen.segments.itertuples()):
        for a, item in enumerate(seen.ids):
            n, clicks = seen.shown[s, a], seen.clicked[s, a]
            model = (float("nan"),) * 3
            if samples is not None and len(samples[s]):
                one = chances.average(samples[s][:, a], int(str(segment.everyone)))
                model = one.value, one.low, one.high
            rate = clicks / n if n else float("nan")
            rows.append((segment.segment, item, seen.titles[a], int(n), int(clicks), rate, *wilson(clicks, n), *model))
    return pd.DataFrame(rows, columns=[
        "segment", "item_id", "title", "now", "clicked", "rate", "rate_low", "rate_high", "model", "model_low",
        "model_high",
    ])  # fmt: skip


def worths(spot: Spot, seen: Shown, given: float | None) -> pd.DataFrame:
    """Return what came after clicks on each ad: ``item_id, title, now, clickers, buyers, dwell, worth``.

    The worth of a click is what was bought after it, drawn to the mean over all ads where few clicked; or as given.
    """
    came = placements.followed(spot.reader, spot.slot, spot.kind, spot.since, spot.people)
    ads = came.set_index("item_id").reindex(list(seen.ids))
    clickers, paid = ads["clickers"].fillna(0).to_numpy(float), ads["paid"].fillna(0).to_numpy(float)
    mean = paid.sum() / max(1.0, clickers.sum())
    worth = (paid + WORTH_STRENGTH * mean) / (clickers + WORTH_STRENGTH) if given is None else np.full(len(ads), given)
    return pd.DataFrame({
        "item_id": list(seen.ids), "title": list(seen.titles), "now": seen.shown.sum(axis=0).astype(int),
        "clickers": clickers.astype(int), "buyers": ads["buyers"].fillna(0).astype(int).to_numpy(),
        "dwell": ads["dwell"].to_numpy(dtype=float), "worth": worth,
    })  # fmt: skip
