"""What is known of a map, and what is asked of one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from core.language import say

#: Number of those who are in no group.
BETWEEN = -1
#: Squares along the longer side of what is seen.
SQUARES = 48


@dataclass(frozen=True)
class Trait:
    """Something that was counted or stated in which a group surely differs from everyone else."""

    label: str  # "Purchases", or "Favourite category: Shoes"
    share: bool  # whether the group's side is the share of those with a value, not a mean
    group: float
    others: float
    effect: float  # standardised difference, the group minus everyone else
    low: float  # its 95 % interval
    high: float

    @property
    def more(self) -> bool:
        """Whether the group has more of it than everyone else."""
        return self.effect > 0

    @property
    def said(self) -> str:
        """The trait in words: ``"Purchases: more"``, ``"Favourite category: Shoes"``, ``"Age band: 55+: rarely"``."""
        if self.share:
            return self.label if self.more else say("{label}: rarely", label=self.label)
        return say("{label}: more", label=self.label) if self.more else say("{label}: less", label=self.label)


@dataclass(frozen=True)
class Cluster:
    """Shoppers who lie close together: how many, the middle of them, and what surely sets them apart, if anything."""

    number: int
    shoppers: int
    x: float
    y: float
    traits: tuple[Trait, ...]

    @property
    def name(self) -> str:
        """What the group is called, by what surely sets it apart: ``"Purchases: more; Favourite category: Shoes"``."""
        group, said = say("Group {number}", number=self.number + 1), say("; ").join(trait.said for trait in self.traits)
        return f"{group} – {said}" if said else group


@dataclass(frozen=True)
class View:
    """The part of a map that is looked at, both ends included."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def span(self) -> float:
        """Its longer side."""
        return max(self.right - self.left, self.top - self.bottom, 1e-9)

    @property
    def side(self) -> float:
        """The side of its squares."""
        return self.span / SQUARES

    def square(self, x: float, y: float) -> Area:
        """Return what the square around a middle holds."""
        half = self.side / 2 * (1 + 1e-9)  # those farthest out lie on its edge
        corners = ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))
        return Area((corners,))

    def written(self) -> str:
        """Return the view as an address carries it."""
        return ",".join(f"{end:.4g}" for end in (self.left, self.right, self.bottom, self.top))

    @classmethod
    def read(cls, text: str) -> View | None:
        """Return the view of an address; None when it holds none."""
        try:
            ends = [float(part) for part in text.split(",")]
        except ValueError:
            return None
        fits = len(ends) == 4 and all(map(math.isfinite, ends)) and ends[0] < ends[1] and ends[2] < ends[3]
        return cls(*ends) if fits else None


@dataclass(frozen=True)
class Drawn:
    """What of a map is drawn: shoppers one by one, or squares where they are too many.

    Attributes
    ----------
    rows
        Of shoppers ``user_id, x, y, value``, then what is shown of each as ``"of KEY"``; of squares ``x, y`` (their
        middle), ``shoppers, value, known``: the mean of a number, or the most frequent text, and of how many.
    """

    view: View
    shoppers: int
    single: bool
    rows: pd.DataFrame


@dataclass(frozen=True)
class Area:
    """What was drawn on a map: closed lines, each a sequence of corners ``(x, y)``; several are taken together."""

    lines: tuple[tuple[tuple[float, float], ...], ...]

    @classmethod
    def drawn(cls, boxes: Sequence[Mapping[str, Any]], lassos: Sequence[Mapping[str, Any]]) -> Area | None:
        """Return what a person drew, as charts tell it: ``{"x": […], "y": […]}``; None when that is nothing.

        Parameters
        ----------
        boxes
            Two opposite corners each.
        lassos
            Corners in order.
        """
        lines: list[tuple[tuple[float, float], ...]] = []
        for box in boxes:
            (left, right), (bottom, top) = sorted(box["x"]), sorted(box["y"])
            lines.append(((left, bottom), (right, bottom), (right, top), (left, top)))
        lines += [tuple(zip(lasso["x"], lasso["y"], strict=True)) for lasso in lassos]
        kept = tuple(tuple((float(x), float(y)) for x, y in line) for line in lines if len(line) > 2)
        return cls(kept) if kept else None

    @property
    def around(self) -> View:
        """The smallest view that holds it."""
        xs = [x for line in self.lines for x, _ in line]
        ys = [y for line in self.lines for _, y in line]
        return View(min(xs), max(xs), min(ys), max(ys))


@dataclass(frozen=True)
class Made:
    """A map that was made: of what, from how many, and the groups on it, the largest first."""

    version: int
    model: str
    model_created: str
    shoppers: int
    learned: int  # shoppers that the layout was learned from; the others were placed into it
    seed: int
    made: datetime  # UTC
    seconds: float
    whole: View
    clusters: tuple[Cluster, ...]
    between: int  # shoppers who are in no group

    def cluster(self, number: int) -> str:
        """Return the name of a group by its number."""
        return next((one.name for one in self.clusters if one.number == number), say("Between the groups"))
