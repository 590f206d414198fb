"""Segments: which shoppers meet some conditions, and how they differ from everyone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from core.records import Condition, SegmentView
from core.tables import harmless

if TYPE_CHECKING:
    from core.store.shoppers import Column, People

_DIFFERENCES = ["what", "label", "kind", "segment", "everyone", "lift"]
#: Values of a text column that are shown at most: those that are most over-represented.
TOP_VALUES = 3


def columns(people: People) -> pd.DataFrame:
    """Return what shoppers can be chosen by: ``key, label, kind, type, unit, help, group, telling``."""
    shown = ["key", "label", "kind", "type", "unit", "help", "group", "telling"]
    return pd.DataFrame([[getattr(column, name) for name in shown] for column in people.columns], columns=shown)


def segment(people: People, conditions: Sequence[Condition], show: Sequence[str], limit: int = 1000) -> SegmentView:
    """Return the shoppers that meet every condition, against everyone.

    Parameters
    ----------
    show
        Keys of the columns of the table.
    limit
        Rows of the table at most.

    Raises
    ------
    core.errors.InputError
        When a column, an operator or a value does not exist or does not fit.
    """
    return SegmentView(
        shoppers=people.count(conditions),
        everyone=people.everyone(),
        differences=differences(people, conditions),
        table=people.table(conditions, show, limit),
    )


def differences(people: People, conditions: Sequence[Condition]) -> pd.DataFrame:
    """Return means of numbers and shares of texts, among those who meet the conditions and among everyone.

    Returns
    -------
    pandas.DataFrame
        ``what`` (a column's key, or ``key=value`` for a value of a text column), ``label``, ``kind``,
        ``segment``, ``everyone``, ``lift`` (their ratio; missing where everyone has none).
    """
    means = people.means(conditions)
    rows = [_row(c.key, c.label, c, *means[c.key]) for c in people.columns if c.key in means]
    for column in people.columns:
        if column.type == "text":
            rows += _over_represented(people, conditions, column)
    frame = pd.DataFrame(rows, columns=_DIFFERENCES)
    return frame.dropna(subset=["segment"]).reset_index(drop=True)


def csv(people: People, conditions: Sequence[Condition], show: Sequence[str]) -> bytes:
    """Return every shopper that meets the conditions, as a CSV file that is safe to open in a spreadsheet."""
    return harmless(people.table(conditions, show)).to_csv(index=False).encode()


def _row(what: str, label: str, column: Column, inside: float, everyone: float) -> tuple[object, ...]:
    kind = "predicted" if column.kind == "predicted" else "observed"
    return what, label, kind, inside, everyone, inside / everyone if everyone else math.nan


def _over_represented(people: People, conditions: Sequence[Condition], column: Column) -> list[tuple[object, ...]]:
    shares = people.shares(conditions, column.key)
    most = shares[shares["segment"] > 1.05 * shares["everyone"]].head(TOP_VALUES)
    return [
        _row(f"{column.key}={value}", f"{column.label}: {value}", column, inside, everyone)
        for value, inside, everyone in most.itertuples(index=False)
    ]
