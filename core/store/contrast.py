"""What is known of two groups of shoppers, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.store.connect import quote

if TYPE_CHECKING:
    from core.store.shoppers import Column, People

# Both groups as columns of ``people``: the second is everyone else where none is named.
_MARKED = """,
marked AS (
    SELECT *, user_id IN (SELECT user_id FROM one) AS __first, user_id IN (SELECT user_id FROM two) AS __two FROM people
),
sides AS (SELECT *, CASE WHEN $rest THEN NOT __first ELSE __two END AS __second FROM marked)"""


def both(people: People, first: pd.DataFrame, second: pd.DataFrame | None) -> tuple[int, int]:
    """Return how many are in the second group, and how many in both; see ``numbers``."""
    if second is None:
        return people.everyone() - len(first), 0
    return len(second), len(first.merge(second, on="user_id"))


def numbers(people: People, first: pd.DataFrame, second: pd.DataFrame | None) -> pd.DataFrame:
    """Return, for each column of numbers, what both groups have of it.

    Parameters
    ----------
    first, second
        Their ids, ``user_id``; None for everyone who is not in the first.

    Returns
    -------
    pandas.DataFrame
        ``key``, and for each group ``n_``, ``mean_`` and ``var_``, then ``first`` or ``second``: members of whom a
        number is known, its mean, its variance (NaN where there are too few).
    """
    columns = {f"k{i}": c for i, c in enumerate(c for c in people.columns if c.type != "text")}
    if not columns:
        return pd.DataFrame(columns=["key"])
    told = ", ".join(f"count({name}) AS n_{name}, avg({name}) AS mean_{name}, var_samp({name}) AS var_{name}"
                     for name in columns)
    cells = ", ".join(f"CAST({quote(column.key)} AS DOUBLE) AS {name}" for name, column in columns.items())
    # one row for each part of the two groups: only in the first, only in the second, in both
    parts = _asked(people, columns, first, second, f""",
        cells AS (SELECT __first, __second, {cells} FROM sides WHERE __first OR __second)
        SELECT __first, __second, {told} FROM cells GROUP BY ALL""", {})
    keys = pd.Series({name: column.key for name, column in columns.items()}, name="key")
    sides = [_together(parts[parts[f"__{side}"]], list(columns)).add_suffix(f"_{side}") for side in ("first", "second")]
    return pd.concat([keys, *sides], axis=1).reset_index(drop=True)


def _together(parts: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return ``n, mean, var`` of groups taken together, a row for each number, of what is known of each group."""
    n, mean, var = (parts[[f"{what}_{name}" for name in names]].to_numpy(float) for what in ("n", "mean", "var"))
    mean, var = np.where(n > 0, mean, 0.0), np.where(n > 1, var, 0.0)
    count = n.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (n * mean).sum(axis=0) / count
        apart = ((n - 1).clip(0) * var + n * (mean - middle) ** 2).sum(axis=0)
        spread = np.where(count > 1, apart / (count - 1), np.nan)
    return pd.DataFrame({"n": count.astype(np.int64), "mean": middle, "var": spread}, index=names)


def values(people: People, first: pd.DataFrame, second: pd.DataFrame | None, least: float = 0.01) -> pd.DataFrame:
    """Return how many of both groups have each value of each column of texts.

    Parameters
    ----------
    first, second
        Their ids, ``user_id``; None for everyone who is not in the first.
    least
        Values rarer than this among both together are left out.

    Returns
    -------
    pandas.DataFrame
        ``key, value``, and for each group ``have_`` and ``n_``, then ``first`` or ``second``: members that have the
        value, and those of whom any is known.
    """
    columns = {f"k{i}": c for i, c in enumerate(c for c in people.columns if c.type == "text")}
    if not columns:
        return pd.DataFrame(columns=["key", "value"])
    cells = ", ".join(f"CAST({quote(column.key)} AS VARCHAR) AS {name}" for name, column in columns.items())
    found = _asked(people, columns, first, second, f""",
        cells AS (SELECT __first, __second, {cells} FROM sides),
        long AS (UNPIVOT cells ON {", ".join(columns)} INTO NAME key VALUE value),
        counted AS (
            SELECT key, value, count(*) FILTER (__first) AS have_first, count(*) FILTER (__second) AS have_second
            FROM long GROUP BY key, value
        )
        SELECT *, sum(have_first) OVER (PARTITION BY key) AS n_first,
               sum(have_second) OVER (PARTITION BY key) AS n_second
        FROM counted
        QUALIFY have_first + have_second >= $least * (n_first + n_second) ORDER BY key, value""", {"least": least})
    return found.assign(key=found["key"].map({name: column.key for name, column in columns.items()}))


def _asked(
    people: People, columns: dict[str, Column], first: pd.DataFrame, second: pd.DataFrame | None, sql: str,
    more: dict[str, Any],
) -> pd.DataFrame:
    source, params = people.source([column.key for column in columns.values()])
    tables = {"one": first, "two": first.iloc[:0] if second is None else second}
    return people.reader.frame(source + _MARKED + sql, {**params, **more, "rest": second is None}, tables)
