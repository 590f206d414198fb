"""Segments: which shoppers meet some conditions, and how they differ from everyone else or from another segment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from core import written
from core.conditions import Group, Node
from core.effects import Differences, Effect, Reach, of_means, of_shares
from core.records import Condition
from core.store import cohorts, contrast

if TYPE_CHECKING:
    from core.store.shoppers import Column, People

_ROWS = ["what", "label", "kind", "column", "first", "second", "effect", "low", "high", "sure"]
_ABOUT = ["key", "label", "kind", "type", "unit", "help", "group", "telling"]
#: Values of a text column that are shown at most: those that are surest to differ.
TOP_VALUES = 3


@dataclass(frozen=True)
class Measured:
    """What was measured of a tag on the test days, at the model's own threshold."""

    threshold: float | None = None
    above: float | None = None  # share of those from it on of whom the tag was true: its precision
    below: float | None = None  # share of those below it of whom it was true nevertheless
    shoppers: int = 0  # that it was measured on

    @classmethod
    def of(cls, threshold: float | None, precision: float | None, recall: float | None, base: float | None,
           shoppers: int) -> Measured:  # fmt: skip
        """Return it from the figures of a model's report; what they do not tell is None."""
        below = None
        if base is not None and recall is not None:
            given = base * recall / precision if precision else 0.0
            below = base * (1 - recall) / (1 - given) if given < 1 else None
        return cls(threshold, precision, below, shoppers)


def as_tree(conditions: Node | Sequence[Condition]) -> Node:
    """Return a tree of conditions; of a list, all must be met."""
    return Group("all", tuple(conditions)) if isinstance(conditions, Sequence) else conditions


def columns(people: People) -> pd.DataFrame:
    """Return what shoppers can be chosen by: ``key, label, kind, type, unit, help, group, telling``."""
    return pd.DataFrame([[getattr(column, name) for name in _ABOUT] for column in people.columns], columns=_ABOUT)


def differences(people: People, first: pd.DataFrame, second: pd.DataFrame | None = None) -> Differences:
    """Return how two groups differ: means of numbers, and shares of those who have a value of a text.

    Parameters
    ----------
    first, second
        Their ids, ``user_id``; None for everyone who is not in the first. Who is in both counts in both, which makes
        the intervals wider than they need be.
    """
    other, both = contrast.both(people, first, second)
    by_key = {column.key: column for column in people.columns}
    rows = [*_numbers(contrast.numbers(people, first, second), by_key)]
    rows += _values(contrast.values(people, first, second), by_key)
    frame = pd.DataFrame(rows, columns=_ROWS)
    surest = frame[["sure", "effect"]].astype(float).abs().sort_values(["sure", "effect"], ascending=False).index
    return Differences(len(first), other, both, frame.loc[surest].reset_index(drop=True))


def reach(people: People, key: str, low: float, high: float, measured: Measured) -> Reach:
    """Return what to expect of those whose chance of a tag lies between two ends.

    Parameters
    ----------
    measured
        What was measured at the model's own threshold. It is told of the side of it that the ends are open to.
    """
    shoppers, known, expected = cohorts.between(people, key, low, high)
    own, true = (measured.threshold, measured.above) if high >= 1 else (measured.threshold, measured.below)
    if own is None or low > 0 and high < 1:
        return Reach(shoppers, known, expected, None, None, 0, None)
    side = (own, 1.0) if high >= 1 else (0.0, math.nextafter(own, 0.0))
    return Reach(shoppers, known, expected, own, true, measured.shoppers, cohorts.between(people, key, *side)[2])


def _numbers(found: pd.DataFrame, by_key: dict[str, Column]) -> Iterable[tuple[object, ...]]:
    for row in found.to_dict("records"):
        n1, n2 = int(row["n_first"]), int(row["n_second"])
        effect = None
        if min(n1, n2) > 1:  # else there is no variance
            effect = of_means(n1, row["mean_first"], row["var_first"], n2, row["mean_second"], row["var_second"])
        if effect is not None:
            column = by_key[row["key"]]
            yield _row(column.key, column.label, column, row["mean_first"], row["mean_second"], effect)


def _values(found: pd.DataFrame, by_key: dict[str, Column]) -> list[tuple[object, ...]]:
    rows: dict[str, list[tuple[object, ...]]] = {}
    for row in found.to_dict("records"):
        have1, n1, have2, n2 = (int(row[name]) for name in ("have_first", "n_first", "have_second", "n_second"))
        effect = of_shares(have1, n1, have2, n2)
        if effect is not None:
            column, value = by_key[row["key"]], row["value"]
            label = f"{column.label}: {written.value(column.key, value)}"
            said = _row(f"{column.key}={value}", label, column, have1 / n1, have2 / n2, effect)
            rows.setdefault(column.key, []).append(said)
    sure = _ROWS.index("sure")
    return [
        row for some in rows.values() for row in sorted(some, key=lambda row: -abs(float(str(row[sure]))))[:TOP_VALUES]
    ]


def _row(what: str, label: str, column: Column, first: float, second: float, effect: Effect) -> tuple[object, ...]:
    kind = "predicted" if column.kind == "predicted" else "observed"
    return what, label, kind, column.key, first, second, effect.size, effect.low, effect.high, effect.sure
