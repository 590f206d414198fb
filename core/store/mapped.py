"""Shoppers on a map: those in a part of it with what is known of them, or counted by squares.

A map is a Parquet file with a row for each shopper: ``user_id, x, y, cluster``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.store.connect import quote

if TYPE_CHECKING:
    from core.store.shoppers import People

#: Left, right, bottom and top, both ends included.
Ends = tuple[float, float, float, float]

# Who is in sight. An attribute of shoppers may be called as anything here is.
_SEEN = """,
map AS (
    SELECT * FROM read_parquet($map) WHERE x BETWEEN $left AND $right AND y BETWEEN $bottom AND $top
),
seen AS (
    SELECT map.user_id, map.x AS __x, map.y AS __y, {value} AS __value{show}
    FROM map JOIN people ON people.user_id = map.user_id
)
"""
_POINTS = "SELECT user_id, __x AS x, __y AS y, __value AS value{show} FROM seen ORDER BY user_id"
# The last square of a side holds its end, too.
_SQUARE = """,
placed AS (
    SELECT CAST(least(floor((__x - $left) / $side), $across - 1) AS INTEGER) AS across,
           CAST(least(floor((__y - $bottom) / $side), $up - 1) AS INTEGER) AS up, __value AS value
    FROM seen
)
"""
_MEANS = """
SELECT across, up, count(*) AS shoppers, count(value) AS known, avg(value) AS value
FROM placed GROUP BY ALL ORDER BY up, across
"""
_COMMONEST = """,
counted AS (SELECT across, up, value, count(*) AS many FROM placed GROUP BY ALL)
SELECT across, up, CAST(sum(many) AS BIGINT) AS shoppers,
       CAST(coalesce(max(many) FILTER (value IS NOT NULL), 0) AS BIGINT) AS known,
       first(value ORDER BY many DESC, value) FILTER (value IS NOT NULL) AS value
FROM counted GROUP BY across, up ORDER BY up, across
"""


def count(people: People, map: Path, ends: Ends) -> int:
    """Return how many shoppers are in a part of the map."""
    asked = "SELECT count(*) FROM read_parquet($map) WHERE x BETWEEN $left AND $right AND y BETWEEN $bottom AND $top"
    return int(people.reader.rows(asked, _params(map, ends))[0][0])


def points(
    people: People, map: Path, ends: Ends, by: str | pd.DataFrame | None = None, show: Sequence[str] = ()
) -> pd.DataFrame:
    """Return who is in a part of the map, by id: ``user_id, x, y, value``, then ``show``, as ``"of KEY"``.

    Parameters
    ----------
    by
        What ``value`` is: a fact or a tag by its key; 1 for those in a table of ids, ``user_id``, and 0 for others; the
        number of the group on the map where none is named.
    """
    return _asked(people, map, ends, by, list(dict.fromkeys(show)), _POINTS, {})


def squares(
    people: People, map: Path, ends: Ends, side: float, across: int, up: int, by: str | pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the squares of a part of the map that anybody is in, from its lower left on.

    Parameters
    ----------
    side, across, up
        The side of a square, and how many there are from left to right and from bottom to top.
    by
        As in ``points``.

    Returns
    -------
    pandas.DataFrame
        ``across, up, shoppers, value, known``: of numbers the mean and of how many it is known, of a table of ids the
        share in it; of texts and groups the most frequent and how many have it.
    """
    words = by is None or (isinstance(by, str) and people.column(by).type == "text")
    sql = _SQUARE + (_COMMONEST if words else _MEANS)
    return _asked(people, map, ends, by, [], sql, {"side": side, "across": across, "up": up})


def _asked(
    people: People, map: Path, ends: Ends, by: str | pd.DataFrame | None, show: Sequence[str], sql: str,
    more: dict[str, Any],
) -> pd.DataFrame:
    known, params = people.source([*([by] if isinstance(by, str) else []), *show])
    value, tables = "map.cluster", {}
    if isinstance(by, str):
        column = people.column(by)
        name = f"people.{quote(column.key)}"
        value = name if column.type == "text" else f"CAST({name} AS DOUBLE)"
    elif by is not None:
        value, tables = "CAST(map.user_id IN (SELECT user_id FROM inside) AS INTEGER)", {"inside": by}
    named = {key: quote(f"of {key}") for key in show}
    chosen = "".join(f", people.{quote(people.column(key).key)} AS {name}" for key, name in named.items())
    again = "".join(f", {name}" for name in named.values())
    asked = known + _SEEN.replace("{value}", value).replace("{show}", chosen) + sql.replace("{show}", again)
    return people.reader.frame(asked, {**params, **_params(map, ends), **more}, tables)


def _params(map: Path, ends: Ends) -> dict[str, Any]:
    return {"map": str(map), **dict(zip(("left", "right", "bottom", "top"), ends, strict=True))}
