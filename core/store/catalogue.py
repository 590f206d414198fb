"""Puts together what is known of items and of shoppers: what a file says now, what was known, what lines tell.

In that order, column by column: a file that does not speak of a column leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.language import to_say
from core.schema import ITEM_COLUMNS, Col, Kind
from core.store import ids
from core.store.connect import literal, quote
from core.store.lines import MOST, TOO_LARGE, kind_fault, kind_said, told_columns
from core.store.numbers import as_number, styles
from core.store.reading import ROW

if TYPE_CHECKING:
    import duckdb

_SAID, _KNOWN, _TOLD = 0, 1, 2  # what counts first
#: Key → SELECT of the shoppers and items that are known by now.
KNOWN: Mapping[str, str] = {Col.USER: "SELECT user_id FROM users_said", Col.ITEM: "SELECT item_id FROM items_said"}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables that items and shoppers are gathered in."""
    columns = ", ".join(f"{name} {kind}" for name, kind in ITEM_COLUMNS.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE items_said ({columns}, __rank INTEGER)")
    con.execute("CREATE OR REPLACE TEMP TABLE users_said (user_id VARCHAR, __rank INTEGER)")


def say_items(con: duckdb.DuckDBPyConnection, columns: Sequence[str], found: Mapping[str, str]) -> None:
    """Gather the staged items file; lines that cannot be used get a fault in ``lines``.

    Parameters
    ----------
    columns
        The file's columns; those that are not canonical are kept too, as text.
    found
        Canonical column → column of the file.
    """
    key = _key(con, Col.ITEM, found)
    faults = [(str(Col.ITEM), f"{key} IS NULL", to_say("no item_id"))]
    if Col.KIND in found:
        faults.append((Col.KIND, kind_fault(quote(found[Col.KIND])), f"none of {', '.join(Kind)}"))
    change = {str(Col.ITEM): key}
    if Col.KIND in found:
        change[Col.KIND] = kind_said(quote(found[Col.KIND]))
    if Col.PRICE in found:
        given = quote(found[Col.PRICE])
        price = as_number(given, styles(con, {Col.PRICE: given})[Col.PRICE])
        wrong = f"coalesce({price}, -1) < 0 OR isnan({price})"
        faults.append((Col.PRICE, f"NOT {_blank(found[Col.PRICE])} AND ({wrong})", to_say("not a price")))
        faults.append((Col.PRICE, f"{price} > {MOST:g}", TOO_LARGE))
        change[Col.PRICE] = price
    _say(con, "items", Col.ITEM, _selected(columns, found, change), faults, key)


def say_users(con: duckdb.DuckDBPyConnection, columns: Sequence[str], found: Mapping[str, str]) -> None:
    """Gather the staged users file: every column beside the id is an attribute, kept as text."""
    key = _key(con, Col.USER, found)
    faults = [(str(Col.USER), f"{key} IS NULL", to_say("no user_id"))]
    _say(con, "users", Col.USER, _selected(columns, found, {Col.USER: key}), faults, key)


def _key(con: duckdb.DuckDBPyConnection, name: str, found: Mapping[str, str]) -> str:
    """SQL for the id that a staged file says something of."""
    given = quote(found[name])
    return ids.alike(given, name in ids.floats(con, {name: given}, KNOWN))


def tell(con: duckdb.DuckDBPyConnection, items: Mapping[str, str], users: Mapping[str, str]) -> None:
    """Gather what the accepted lines of events tell: the most frequent value of each column, and that they exist."""
    sides = (("items", Col.ITEM, items, "item_"), ("users", Col.USER, users, "user_"))
    for table, key, columns, prefix in sides:
        told = told_columns(prefix, columns)
        values = "".join(f", {_most_frequent(quote(alias))} AS {quote(name)}" for name, alias in told.items())
        _add(con, table, f"SELECT {key}{values}, {_TOLD} AS __rank FROM lines WHERE {key} IS NOT NULL GROUP BY {key}")


def tell_counted(con: duckdb.DuckDBPyConnection, table: str, key: str, columns: Sequence[str], counted: str) -> None:
    """Do what ``tell`` does for one table from counts: the keys are those of ``fresh``.

    Parameters
    ----------
    counted
        SELECT of the key, the columns and ``n``, how often they come together.
    """
    values, joins = "", ""
    for place, name in enumerate(map(quote, columns)):
        values += f", c{place}.value AS {name}"
        joins += (
            f" LEFT JOIN (SELECT {key}, arg_min(value, {{'n': -n, 'value': value}}) AS value "
            f"FROM (SELECT {key}, {name} AS value, sum(counted.n) AS n FROM counted WHERE {name} IS NOT NULL "
            f"GROUP BY ALL HAVING sum(counted.n) > 0) GROUP BY {key}) AS c{place} USING ({key})"
        )
    told = f"WITH counted AS MATERIALIZED ({counted}) " if columns else ""
    keys = f"(SELECT DISTINCT {key} FROM fresh WHERE {key} IS NOT NULL) AS keys"
    _add(con, table, f"{told}SELECT keys.{key}{values}, {_TOLD} AS __rank FROM {keys}{joins}")


def know(con: duckdb.DuckDBPyConnection, old: str) -> None:
    """Gather what an earlier version, attached under this name, knew."""
    for table in ("items", "users"):
        _add(con, table, f"SELECT *, {_KNOWN} AS __rank FROM {old}.{table}")


def write(con: duckdb.DuckDBPyConnection) -> None:
    """Write the tables ``items`` and ``users`` from all that was gathered."""
    for table, key in (("items", Col.ITEM), ("users", Col.USER)):
        names = [row[0] for row in con.execute(f"DESCRIBE {table}_said").fetchall()]
        values = "".join(
            f", arg_min({quote(name)}, __rank) FILTER ({quote(name)} IS NOT NULL) AS {quote(name)}"
            for name in names if name not in (key, "__rank")
        )
        con.execute(f"CREATE TABLE {table} AS SELECT {key}{values} FROM {table}_said GROUP BY {key} ORDER BY {key}")
    con.execute(f"UPDATE items SET kind = coalesce({kind_said('kind')}, {literal(Kind.PRODUCT)})")


def _say(
    con: duckdb.DuckDBPyConnection, table: str, key: str, selected: str,
    faults: Sequence[tuple[str, str, str]], id: str,
) -> None:
    """Number the faults of a staged file, then gather its other lines; of lines with one id the last counts."""
    again = f"lead({ROW}) OVER (PARTITION BY {id} ORDER BY {ROW}) IS NOT NULL"
    known = [*faults, (key, again, f"{key} comes again further down; the last line counts")]
    con.execute("CREATE OR REPLACE TEMP TABLE faults (fault INTEGER, column_name VARCHAR, reason VARCHAR)")
    con.executemany(
        "INSERT INTO faults VALUES (?, ?, ?)", [(n, column, why) for n, (column, _, why) in enumerate(known)]
    )
    cases = " ".join(f"WHEN {when} THEN {n}" for n, (_, when, _) in enumerate(known))
    con.execute(f"CREATE OR REPLACE TEMP TABLE lines AS SELECT {ROW}, CASE {cases} END AS fault FROM raw")
    right = f"(SELECT {ROW} FROM lines WHERE fault IS NULL)"
    _add(con, table, f"SELECT {selected}, {_SAID} AS __rank FROM raw SEMI JOIN {right} AS lines USING ({ROW})")


def _add(con: duckdb.DuckDBPyConnection, table: str, select: str) -> None:
    """Add rows to what is gathered; columns that are new to it become columns of it."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table}_said AS SELECT * FROM {table}_said UNION ALL BY NAME ({select})"
    )


def _selected(columns: Sequence[str], found: Mapping[str, str], change: Mapping[str, str]) -> str:
    """Columns of a file under their canonical names, blank ones empty.

    Parameters
    ----------
    change
        Canonical name → SQL for what its texts are read as.
    """
    canonical = {column: name for name, column in found.items()}
    parts = []
    for column in columns:
        name = canonical.get(column, column)
        parts.append(f"CASE WHEN NOT {_blank(column)} THEN {change.get(name, quote(column))} END AS {quote(name)}")
    return ", ".join(parts)


def _blank(column: str) -> str:
    return f"coalesce(trim({quote(column)}), '') = ''"


def _most_frequent(column: str) -> str:
    """SQL for the most frequent value of a column, the first of the alphabet where several are."""
    counts = f"map_entries(histogram({column}))"
    return f"list_sort(list_transform({counts}, lambda e: {{'n': -CAST(e.value AS BIGINT), 'key': e.key}}))[1].key"
