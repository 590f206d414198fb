"""Trees of conditions as one query: who meets them; and what is known of those.

Every leaf becomes an expression that is true or false, never NULL; deeds are counted in tables of their own, one row a
shopper. Values travel as parameters, names of columns come from the list of what the shop has, and are quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.conditions import Did, Group, InSegment, Listed, Node, Since, Then, leaves
from core.errors import InputError
from core.language import say
from core.records import Condition
from core.store import deed_sql
from core.store.connect import quote
from core.store.shoppers import compared

if TYPE_CHECKING:
    from core.store.shoppers import People

_JOINED = {"all": (" AND ", "({})", "true"), "any": (" OR ", "({})", "false"), "none": (" OR ", "NOT ({})", "true")}


@dataclass
class _Query:
    """What is gathered while trees are written as SQL."""

    people: People
    clock: deed_sql.Clock
    tables: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)

    def expression(self, node: Node) -> str:
        """Return SQL that is true of who meets a tree, false of everybody else."""
        if isinstance(node, Group):
            sign, frame, nothing = _JOINED[node.how]
            return frame.format(sign.join(map(self.expression, node.parts))) if node.parts else nothing
        if isinstance(node, InSegment):
            if node.of is None:
                raise InputError(say("The saved segment {name!r} is not there any more. Take it out.",
                                     name=node.name or node.id))
            return self.expression(node.of)
        name = f"c{len(self.params)}_{len(self.tables)}"
        if isinstance(node, Condition):
            column = self.people.column(node.column)
            sql, values = compared(column, node, name, f"known.{quote(column.key)}")
            self.params.update(values)
            return f"coalesce({sql}, false)"
        if isinstance(node, Listed):
            self.params[name] = list(node.ids)
            return f"(known.user_id IN (SELECT unnest(CAST(${name} AS VARCHAR[]))))"
        return self._deed(node, name)

    def _deed(self, node: Did | Since | Then, name: str) -> str:
        found = deed_sql.written(node, name, self.clock)
        self.tables += found.tables
        self.params.update(found.params)
        self.joins.append(f"LEFT JOIN {name} ON {name}.user_id = known.user_id")
        return found.expression


def query(people: People, tree: Node) -> tuple[str, dict[str, Any]]:
    """Return one query, and its parameters, that gives the ids of who meets a tree.

    Raises
    ------
    InputError
        When a column, an operator or a value does not exist or does not fit.
    """
    made = _Query(people, deed_sql.clock(people.reader))
    known, params = people.source([c.column for c in leaves(tree) if isinstance(c, Condition)], "known")
    met = made.expression(tree)
    tables = "".join(f",\n{table}" for table in made.tables)
    joins = "\n".join(made.joins)
    sql = f"{known}{tables}\nSELECT known.user_id FROM known {joins} WHERE {met} ORDER BY known.user_id"
    return sql, {**params, **made.params}


def members(people: People, tree: Node) -> pd.DataFrame:
    """Return the ids of who meets a tree, in order: ``user_id``."""
    return people.reader.frame(*query(people, tree))


def table(
    people: People, inside: pd.DataFrame, show: Sequence[str], first: Condition | None = None, limit: int | None = None,
    exact: bool = False,
) -> pd.DataFrame:
    """Return what is known of these shoppers: ``user_id``, then ``show``.

    Parameters
    ----------
    inside
        Their ids, ``user_id``.
    first
        A condition by which they are ordered: those who meet it most come first.
    exact
        Whether whole numbers stay whole beside missing ones.
    """
    sql, params = people.source([*([first.column] if first else []), *show])
    shown = ", ".join(["user_id", *(quote(people.column(key).key) for key in dict.fromkeys(show))])
    order = f"{quote(first.column)} {'ASC' if first.op == '<=' else 'DESC'} NULLS LAST, " if first else ""
    sql += f" SELECT {shown} FROM people WHERE user_id IN (SELECT user_id FROM inside) ORDER BY {order}user_id"
    if limit is not None:
        sql, params = f"{sql} LIMIT $most", {**params, "most": limit}
    ask = people.reader.exact if exact else people.reader.frame
    return ask(sql, params, {"inside": inside})


def ordering(people: People, tree: Node) -> Condition | None:
    """Return the first fact or tag of a tree that is a number: what its shoppers are ordered by."""
    found = (leaf for leaf in leaves(tree) if isinstance(leaf, Condition) and people.column(leaf.column).type != "text")
    return next(found, None)


def between(people: People, key: str, low: float, high: float) -> tuple[int, int, float | None]:
    """Return of how many a predicted chance lies between two ends, of how many it is known, and their mean chance."""
    sql, params = people.source([key])
    column = quote(people.column(key).key)
    given = f"{column} BETWEEN $low AND $high"
    asked = f"count(*) FILTER ({given}), count({column}), avg({column}) FILTER ({given})"
    row = people.reader.rows(f"{sql} SELECT {asked} FROM people", {**params, "low": low, "high": high})[0]
    return int(row[0]), int(row[1]), None if row[2] is None else float(row[2])
