"""Everything that can be asked about what the shoppers of a segment did; ``core.service.Shop.looking`` is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from core.conditions import Node
from core.effects import Z95, of_shares
from core.marks import FREQUENCY, RECENCY
from core.store import deed_sql, doings, find, lives

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Shoppers of both groups together who must have searched for something, or clicked an item, for it to be judged.
LEAST = 10


@dataclass(frozen=True)
class Apart:
    """What two groups searched for, or clicked."""

    event: str  # what was counted: search, click or view
    first: int  # of the first group, those who did any such thing
    second: int
    tested: int  # searches or items that enough shoppers share
    #: what, label, have (of the first group), first, second (shares), effect, low, high, sure, kept (sure although so
    #: many were tested); those that are most the first group's own first.
    rows: pd.DataFrame


@dataclass(frozen=True)
class Worth:
    """Buyers by how long ago and on how many days they bought, at the end of two days."""

    then: date
    now: date
    #: recency, frequency (positions in ``marks.RECENCY`` and ``marks.FREQUENCY``), shoppers, before, spend (a shopper);
    #: spent, spent_before (by all who were in the cell, up to each of the days)
    cells: pd.DataFrame
    #: user_id, way: up, same, down, first (bought for the first time in between), paid (between the days)
    moved: pd.DataFrame


class Looking:
    """Questions about what the shoppers of a segment did.

    Parameters
    ----------
    reader
        Gives the version that is looked at.
    members
        Gives the ids, ``user_id``, of who meets a tree.
    """

    def __init__(self, reader: Callable[[], Reader], members: Callable[[Node], pd.DataFrame]) -> None:
        self._reader = reader
        self._members = members

    def funnel(self, tree: Node, second: Node | None = None) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """Return the funnel of a segment and, where one is named, of another; see ``doings.funnel``."""
        other = None if second is None else doings.funnel(self._reader(), self._members(second))
        return doings.funnel(self._reader(), self._members(tree)), other

    def lives(self, tree: Node) -> pd.DataFrame:
        """Return the states of life by week; see ``lives.lives``."""
        return lives.lives(self._reader(), self._members(tree))

    def retention(self, tree: Node, by: str = "seen") -> pd.DataFrame:
        """Return who came back, by the week that they began in; see ``lives.retention``."""
        return lives.retention(self._reader(), self._members(tree), by)

    def came_back(self, tree: Node, by: str, later: int, cohorts: Sequence[date]) -> list[str]:
        """Return the ids of those who came so many weeks after they began in one of some weeks."""
        return lives.came_back(self._reader(), self._members(tree), by, later, cohorts)

    def hours(self, tree: Node) -> pd.DataFrame:
        """Return what was done by weekday and hour; see ``doings.hours``."""
        return doings.hours(self._reader(), self._members(tree))

    def spent(self, tree: Node) -> pd.DataFrame:
        """Return what was bought by week; see ``doings.spent``.

        With it come the average order ``value`` and, over all shoppers of the segment, ``spend_each`` and
        ``orders_each``.
        """
        inside = self._members(tree)
        found, many = doings.spent(self._reader(), inside), max(1, len(inside))
        each = {f"{name}_each": found[name] / many for name in ("spend", "orders")}
        weeks = pd.to_datetime(found["week"]).dt.date
        return found.assign(week=weeks, value=found["spend"] / found["orders"], **each)

    def last_day(self) -> date:
        """Return the last day of the log, on the shop's clocks."""
        return deed_sql.clock(self._reader()).today

    def worth(self, tree: Node, then: date | None = None, now: date | None = None) -> Worth:
        """Return the buyers of a segment in the grid of recency and frequency, and how they moved.

        Parameters
        ----------
        then, now
            Two days, both at their end; by default the log's last day, and 28 days before it.
        """
        now = now or self.last_day()
        then = then or now - timedelta(days=28)
        found = doings.buyers(self._reader(), self._members(tree), then, now)
        after = _banded(found["recency"], found["days"])
        before = _banded(found["recency_then"], found["days_then"])
        cells = pd.DataFrame({"recency": after["r"], "frequency": after["f"], "spend": found["spend"]})
        counted = cells.groupby(["recency", "frequency"])["spend"].agg(["count", "mean", "sum"])
        shoppers, means, spent = (counted[name].to_dict() for name in ("count", "mean", "sum"))
        earlier = before.assign(spend=found["spend_then"]).dropna().groupby(["r", "f"])["spend"].agg(["count", "sum"])
        many_then, spent_then = earlier["count"].to_dict(), earlier["sum"].to_dict()
        rows = [
            (r, f, shoppers.get((r, f), 0), many_then.get((r, f), 0), means.get((r, f), float("nan")),
             spent.get((r, f), 0.0), spent_then.get((r, f), 0.0))
            for r in range(len(RECENCY)) for f in range(len(FREQUENCY))
        ]  # fmt: skip
        score_now, score_then = after["f"] - after["r"], before["f"] - before["r"]
        way = pd.Series("same", index=found.index, dtype=object)
        way[score_now > score_then], way[score_now < score_then] = "up", "down"
        way[score_then.isna()] = "first"
        paid = found["spend"] - found["spend_then"]
        moved = pd.DataFrame({"user_id": found["user_id"], "way": way, "paid": paid})
        columns = ["recency", "frequency", "shoppers", "before", "spend", "spent", "spent_before"]
        return Worth(then, now, pd.DataFrame(rows, columns=columns), moved)

    def apart(self, tree: Node, kind: str, second: Node | None = None) -> Apart:
        """Return what a segment searched for (``search``), or which items it clicked (``item``), against others.

        Shares are of those who searched for, or clicked, anything. With so many tested some would look sure by chance:
        ``kept`` are those whose interval, widened for their number (Bonferroni), still holds no 0.
        """
        first = self._members(tree)
        other = None if second is None else self._members(second)
        found, event = doings.apart(self._reader(), kind, first, other, LEAST)
        z = NormalDist().inv_cdf(1 - 0.05 / (2 * max(1, len(found))))
        rows = []
        for row in found.to_dict("records"):
            have1, n1, have2, n2 = (int(row[name]) for name in ("have_first", "n_first", "have_second", "n_second"))
            effect = of_shares(have1, n1, have2, n2)
            if effect is not None:
                error = (effect.high - effect.low) / (2 * Z95)
                rows.append((str(row["what"]), have1, have1 / n1, have2 / n2, effect.size, effect.low, effect.high,
                             effect.sure, abs(effect.size) > z * error))
        columns = ["what", "have", "first", "second", "effect", "low", "high", "sure", "kept"]
        frame = pd.DataFrame(rows, columns=columns).sort_values(["sure", "effect"], ascending=False)
        frame = frame.reset_index(drop=True)
        frame.insert(1, "label", self._titles(list(frame["what"])) if kind == "item" else frame["what"])
        first_n, second_n = (int(found[side].max()) if len(found) else 0 for side in ("n_first", "n_second"))
        return Apart(event, first_n, second_n, len(found), frame)

    def overlap(self, trees: Sequence[Node]) -> tuple[list[int], pd.DataFrame]:
        """Return the sizes of some groups, and how many are in exactly which of them; see ``doings.overlap``."""
        groups = [self._members(tree) for tree in trees]
        return [len(group) for group in groups], doings.overlap(self._reader(), groups)

    def _titles(self, items: list[str]) -> list[str]:
        titles = find.details(self._reader(), items)["title"].dropna().to_dict()
        return [str(titles.get(item, item)) for item in items]


def pooled(retention: pd.DataFrame) -> pd.DataFrame:
    """Return how many came back so many weeks later, whenever they began: ``later, size, shoppers, share``.

    Parameters
    ----------
    retention
        As ``Looking.retention`` gives it; weeks that the log does not hold whole are left out.
    """
    whole = retention[retention["complete"].astype(bool)]
    found = whole.groupby("later", as_index=False)[["size", "shoppers"]].sum()
    return found.assign(share=found["shoppers"] / found["size"])


def shared(sizes: Sequence[int], parts: pd.DataFrame) -> tuple[list[list[int]], list[list[float]]]:
    """Return how many each two of some groups share, and that as a share of those in either (Jaccard, 1901)."""
    many, masks = range(len(sizes)), list(zip(parts["mask"], parts["shoppers"], strict=True))
    both = [[sum(int(n) for mask, n in masks if int(mask) >> a & 1 and int(mask) >> b & 1) for b in many] for a in many]
    either = [[sizes[a] + sizes[b] - both[a][b] for b in many] for a in many]
    return both, [[both[a][b] / either[a][b] if either[a][b] else 0.0 for b in many] for a in many]


def _banded(recency: pd.Series, days: pd.Series) -> pd.DataFrame:
    """Return the positions of their bands, missing where there was no purchase."""
    r, f = (pd.Series(float("nan"), index=recency.index) for _ in range(2))
    for n, (low, _) in enumerate(RECENCY):
        r[recency.astype(float) >= low] = n
    for n, (low, _) in enumerate(FREQUENCY):
        f[(days >= low) & recency.notna()] = n
    return pd.DataFrame({"r": r, "f": f})
