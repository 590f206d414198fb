"""Shoppers by what is counted, stated and predicted of them: conditions as SQL.

Values travel as parameters. Identifiers come from the list of columns that the shop has, and are quoted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import InputError
from core.language import say, to_say
from core.records import Condition, Described, TagSpec
from core.schema import Col
from core.store.connect import quote
from core.store.facts import facts_of
from core.tag_words import said

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Groups of what no log counts.
STATED, PREDICTED, DESCRIBED = to_say("Their record"), to_say("Predicted"), to_say("Described")
_HELP = to_say("Chance that the description fits: {sentence}. The page Tags says how far to trust it.")
_COMPARED = (">=", "<=", "==", "between")
OPERATORS = {"number": _COMPARED, "probability": _COMPARED, "text": ("==", "in")}
_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UINTEGER", "UBIGINT")


@dataclass(frozen=True)
class Column:
    """Something that shoppers can be chosen by."""

    key: str
    label: str
    kind: str  # observed | attribute | predicted
    type: str  # number | text | probability
    unit: str
    help: str
    table: str  # facts | users | profiles | described
    name: str  # of the column in that table
    group: str  # what it is about, for people to find it
    telling: bool = True


@dataclass(frozen=True)
class People:
    """The shoppers of a version, with the profiles that a model made of them."""

    reader: Reader
    columns: Sequence[Column]
    profiles: Path | None
    described: Path | None = None

    def column(self, key: str) -> Column:
        """Return a column by its key.

        Raises
        ------
        InputError
            When this shop has no such fact or tag.
        """
        for column in self.columns:
            if column.key == key:
                return column
        known = ", ".join(column.key for column in self.columns)
        raise InputError(say("This shop has no fact or tag {key!r}. Choose one of: {known}.", key=key, known=known))

    def everyone(self) -> int:
        """Return the number of shoppers."""
        return int(self.reader.rows("SELECT count(*) FROM shopper_facts")[0][0])

    def count(self, conditions: Sequence[Condition]) -> int:
        """Return the number of shoppers who meet every condition."""
        inside, params = self._where(conditions)
        sql, more = self.source(c.column for c in conditions)
        return int(self.reader.rows(f"{sql} SELECT count(*) FROM people WHERE {inside}", {**params, **more})[0][0])

    def table(self, conditions: Sequence[Condition], show: Sequence[str], limit: int | None = None) -> pd.DataFrame:
        """Return who meets every condition, those who meet the first one most first: ``user_id``, then ``show``."""
        inside, params = self._where(conditions)
        sql, more = self.source([*(c.column for c in conditions), *show])
        shown = ", ".join(["user_id", *(quote(self.column(key).key) for key in dict.fromkeys(show))])
        sql += f" SELECT {shown} FROM people WHERE {inside} ORDER BY {self._order(conditions)}user_id"
        if limit is not None:
            sql, more = f"{sql} LIMIT $most", {**more, "most": limit}
        return self.reader.frame(sql, {**params, **more})

    def means(self, conditions: Sequence[Condition]) -> dict[str, tuple[float, float]]:
        """Return, for each column of numbers, its mean among those who meet the conditions and among everyone."""
        numbers = [column.key for column in self.columns if column.type != "text"]
        if not numbers:
            return {}
        inside, params = self._where(conditions)
        sql, more = self.source([*(c.column for c in conditions), *numbers])
        asked = ", ".join(f"avg({quote(k)}) FILTER (inside), avg({quote(k)})" for k in numbers)
        sql += f" SELECT {asked} FROM (SELECT *, coalesce({inside}, false) AS inside FROM people)"
        row = [math.nan if v is None else float(v) for v in self.reader.rows(sql, {**params, **more})[0]]
        return {key: (row[2 * i], row[2 * i + 1]) for i, key in enumerate(numbers)}

    def shares(self, conditions: Sequence[Condition], key: str, least: float = 0.01) -> pd.DataFrame:
        """Return how common each value of a text column is: ``value, segment, everyone``, shares of those who have one.

        Parameters
        ----------
        least
            Values rarer than this among everyone are left out.
        """
        inside, params = self._where(conditions)
        sql, more = self.source([*(c.column for c in conditions), key])
        sql += f"""
            , marked AS (SELECT {quote(key)} AS value, coalesce({inside}, false) AS inside FROM people),
            total AS (SELECT count(*) FILTER (inside) AS inside, count(*) AS everyone
                      FROM marked WHERE value IS NOT NULL)
            SELECT value, count(*) FILTER (marked.inside) / greatest(1, any_value(total.inside)) AS segment,
                   count(*) / any_value(total.everyone) AS everyone
            FROM marked, total WHERE value IS NOT NULL
            GROUP BY value HAVING count(*) >= $least * any_value(total.everyone)
            ORDER BY segment DESC, value"""
        return self.reader.frame(sql, {**params, **more, "least": least})

    def one(self, user_id: str) -> Mapping[str, Any] | None:
        """Return everything known of one shopper by column key, or None when nobody has this id."""
        sql, params = self.source(column.key for column in self.columns)
        frame = self.reader.frame(f"{sql} SELECT * FROM people WHERE user_id = $user", {**params, "user": user_id})
        return None if frame.empty else {str(key): value for key, value in frame.iloc[0].items()}

    def stated(self, user_id: str) -> set[str]:
        """Return the columns of the users table in which a shopper has a value: what needs no prediction."""
        row = self.one(user_id) or {}
        return {column.name for column in self.columns if column.table == "users" and not pd.isna(row.get(column.key))}

    def source(self, keys: Iterable[str], name: str = "people") -> tuple[str, dict[str, Any]]:
        """Return ``WITH name AS (…)`` and its parameters: every shopper, with the columns asked for under their keys.

        Raises
        ------
        InputError
            When this shop has no such fact or tag.
        """
        wanted = [self.column(key) for key in dict.fromkeys(keys)]
        chosen = [f"{column.table}.{quote(column.name)} AS {quote(column.key)}" for column in wanted]
        sql = f"WITH {name} AS (SELECT {', '.join(['facts.user_id', *chosen])} FROM shopper_facts AS facts"
        tables = {column.table for column in wanted}
        if "users" in tables:
            sql += " LEFT JOIN users ON users.user_id = facts.user_id"
        params = {}
        for table, file in (("profiles", self.profiles), ("described", self.described)):
            if table in tables:
                sql += f" LEFT JOIN read_parquet(${table}) AS {table} ON {table}.user_id = facts.user_id"
                params[table] = str(file)
        return f"{sql})", params

    def _where(self, conditions: Sequence[Condition]) -> tuple[str, dict[str, Any]]:
        parts, params = ["true"], {}
        for number, condition in enumerate(conditions):
            column = self.column(condition.column)
            part, values = compared(column, condition, f"c{number}", quote(column.key))
            parts.append(part)
            params.update(values)
        return " AND ".join(parts), params

    def _order(self, conditions: Sequence[Condition]) -> str:
        for condition in conditions:
            if self.column(condition.column).type != "text":
                way = "ASC" if condition.op == "<=" else "DESC"
                return f"{quote(condition.column)} {way} NULLS LAST, "
        return ""


def compared(column: Column, condition: Condition, name: str, identifier: str) -> tuple[str, dict[str, Any]]:
    """Return a condition as SQL and its parameters; it is NULL where nothing is known.

    Parameters
    ----------
    name
        What the names of its parameters begin with.
    identifier
        The column, as the query calls it.

    Raises
    ------
    InputError
        When the operator or the value does not fit.
    """
    op, value = condition.op, condition.value
    if op not in OPERATORS[column.type]:
        known = ", ".join(OPERATORS[column.type])
        raise InputError(say("{label} cannot be compared by {op!r}. Use one of: {known}.",
                             label=column.label, op=op, known=known))
    if op == "in":
        values = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]
        return ("true", {}) if not values else (f"list_contains(${name}, {identifier})", {name: values})
    if column.type == "text":
        return f"{identifier} = ${name}", {name: str(value)}
    if op == "between":
        low, high = value if isinstance(value, list | tuple) and len(value) == 2 else (None, None)
        params = {f"{name}a": _number(column, low), f"{name}b": _number(column, high)}
        return f"{identifier} BETWEEN ${name}a AND ${name}b", params
    return f"{identifier} {'=' if op == '==' else op} ${name}", {name: _number(column, value)}


def _number(column: Column, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InputError(say("{label} must be compared with a number, not with {value!r}.",
                             label=column.label, value=value)) from error


def people(
    reader: Reader, profiles: Path | None, tags: Sequence[TagSpec], described: Path | None = None,
    descriptions: Sequence[Described] = (),
) -> People:
    """Return the shoppers of a version.

    Parameters
    ----------
    profiles
        Parquet file of predicted tags, a column for each of ``tags`` by its key; None when there is none.
    described
        The same of tags that people described, a column for each of ``descriptions`` by its key.
    """
    columns = [
        Column(f.key, f.label, "observed", f.type, f.unit, f.help, "facts", f.key, f.group, f.telling)
        for f in (fact.said() for fact in facts_of(reader))
    ]
    taken = {column.key for column in columns}
    columns += [_attribute(name, kind, taken) for name, kind in _attributes(reader)]
    if profiles is not None:
        columns += [
            Column(t.key, t.label, "predicted", "probability", "", t.sentence, "profiles", t.key, say(PREDICTED))
            for t in map(said, tags)
        ]
    if described is not None:
        columns += [
            Column(d.key, spoken(d.sentence), "predicted", "probability", "", say(_HELP, sentence=d.sentence),
                   "described", d.key, say(DESCRIBED))
            for d in descriptions
        ]  # fmt: skip
    return People(reader, columns, profiles, described)


def spoken(sentence: str) -> str:
    """Return a description as a name begins."""
    return sentence[:1].upper() + sentence[1:]


def _attributes(reader: Reader) -> list[tuple[str, str]]:
    described = reader.rows("SELECT column_name, column_type FROM (DESCRIBE users)")
    return [(name, kind) for name, kind in described if name != Col.USER]


def _attribute(name: str, kind: str, taken: set[str]) -> Column:
    key = f"users.{name}" if name in taken else name
    type_ = "number" if kind.split("(")[0] in _NUMERIC else "text"
    label = name.replace("_", " ").capitalize()
    return Column(key, label, "attribute", type_, "", say("From the users table"), "users", name, say(STATED))
