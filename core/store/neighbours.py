"""Shoppers who are like others: by what is counted of them, or by what is predicted, never by both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.store.connect import quote

if TYPE_CHECKING:
    import pandas as pd

    from core.store.shoppers import Column, People

#: A single fact counts at most like this many standard deviations, squared; one that only one of both has, or a text
#: that is another, like one.
_MOST = 4.0
_ASIDE = "set_aside"
#: What makes numbers comparable: amounts by their order of magnitude, chances by their log-odds.
_SCALE = {
    "number": "sign({0}) * ln(1 + abs({0}))",
    "probability": "ln(greatest({0}, 1e-4) / greatest(1 - {0}, 1e-4))",
}


def nearest(people: People, user_ids: Sequence[str], columns: Sequence[Column], limit: int) -> pd.DataFrame:
    """Return the shoppers who are most like some, the nearest first.

    The distance is the root of the mean square of how far they are apart in each column, in standard deviations of all
    shoppers, over all of those: who is like each of them is nearer than who is just like one and far from the others.
    Who is set aside as a robot is left out, and so is who did nothing.

    Returns
    -------
    pandas.DataFrame
        ``user_id, distance``, then each column of texts by key, with a value where all of them have the same.
    """
    have = {column.key for column in people.columns}
    hidden = [f"them.{quote(_ASIDE)} IS NULL"] if _ASIDE in have else []
    hidden += ["them.events > 0"] if "events" in have else []
    keys = dict.fromkeys([*(column.key for column in columns), *(key for key in (_ASIDE, "events") if key in have)])
    sql, params = people.source(keys)
    several = len(user_ids) > 1  # of one, nothing has to be gathered by shopper, which takes longer than all the rest
    spread = [f"stddev_pop({_scaled(column)}) AS {quote(column.key)}" for column in columns if column.type != "text"]
    apart = f"({' + '.join(_apart(column) for column in columns)}) / {len(columns)}"
    same = [_same(column, several) for column in columns if column.type == "text"]
    sql += f"""
        , spread AS (SELECT {', '.join([*spread, '1 AS whole'])} FROM people),
        me AS (SELECT * FROM people WHERE list_contains($users, user_id))
        SELECT {', '.join(['them.user_id', f'sqrt({f"avg({apart})" if several else apart}) AS distance', *same])}
        FROM people AS them, me, spread
        WHERE {' AND '.join(['NOT list_contains($users, them.user_id)', *hidden])}
        {'GROUP BY them.user_id' if several else ''} ORDER BY distance, them.user_id LIMIT $most"""
    given: dict[str, Any] = {**params, "users": list(user_ids), "most": limit}
    return people.reader.frame(sql, given)


def _scaled(column: Column, of: str = "") -> str:
    return _SCALE[column.type].format(f"{of}{quote(column.key)}")


def _same(column: Column, several: bool) -> str:
    """The text of a column where they all have the same, else NULL, as SQL."""
    mine, theirs = f"me.{quote(column.key)}", f"them.{quote(column.key)}"
    if not several:
        return f"CASE WHEN {mine} = {theirs} THEN {theirs} END AS {quote(column.key)}"
    all_of_them = f"bool_and(coalesce({mine} = {theirs}, false))"
    return f"CASE WHEN {all_of_them} THEN any_value({theirs}) END AS {quote(column.key)}"


def _apart(column: Column) -> str:
    """Square of how far two are apart in a column, as SQL."""
    mine, theirs = f"me.{quote(column.key)}", f"them.{quote(column.key)}"
    if column.type == "text":
        return f"CASE WHEN {mine} IS NOT DISTINCT FROM {theirs} THEN 0 ELSE 1 END"
    far = f"({_scaled(column, 'them.')} - {_scaled(column, 'me.')}) / nullif(spread.{quote(column.key)}, 0)"
    return (
        f"CASE WHEN {mine} IS NULL AND {theirs} IS NULL THEN 0 WHEN {mine} IS NULL OR {theirs} IS NULL THEN 1 "
        f"ELSE least({_MOST}, coalesce(({far}) ** 2, 0)) END"
    )
