"""What surely sets the groups of a map apart: facts in which one differs although so many were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import pandas as pd

from core import segments
from core.effects import Z95
from core.map.records import Trait

if TYPE_CHECKING:
    from core.store.shoppers import People

#: Traits that a group is named by.
MOST = 2
#: A difference that surely is no smaller than this names a group: what is sure may yet be nothing to speak of.
_SPEAKS = 0.2


def of_groups(people: People, groups: Sequence[pd.DataFrame]) -> list[tuple[Trait, ...]]:
    """Return what names each group: facts and attributes, no predictions, each about something else.

    Parameters
    ----------
    groups
        Their ids, ``user_id``.
    """
    found = [segments.differences(people, group).rows for group in groups]
    about = {column.key: column for column in people.columns}
    tested = sum(len(rows) for rows in found)
    z = NormalDist().inv_cdf(1 - 0.05 / (2 * max(1, tested)))  # Bonferroni: all that was tested, of all groups
    return [_named(rows, z, {key: column.group for key, column in about.items()}) for rows in found]


def _named(rows: pd.DataFrame, z: float, subjects: dict[str, str]) -> tuple[Trait, ...]:
    named: dict[str, Trait] = {}
    for row in rows.to_dict("records"):  # the surest first
        error = (row["high"] - row["low"]) / (2 * Z95)
        if row["kind"] == "observed" and abs(row["effect"]) - z * error >= _SPEAKS:
            trait = Trait(
                str(row["label"]), row["what"] != row["column"], *(
                    float(row[name]) for name in ("first", "second", "effect", "low", "high")),
            )  # fmt: skip
            named.setdefault(subjects[row["column"]], trait)
    return tuple(named.values())[:MOST]
