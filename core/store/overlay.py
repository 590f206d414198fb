"""A shop with other events of some shoppers, in memory: what an uploaded log would be, had it been imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.schema import EVENT_COLUMNS, Col, Table
from core.store import visits
from core.store.connect import literal, quote

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: Schema of what is made of the given events alone.
_GIVEN = "given"
#: What tells of single events or visits, and so is of the given events for their shoppers.
_OWN = (Table.EVENTS, "visits", "event_dwell")
#: Number of the import that the given events are taken for; those of imports begin at 1.
_IMPORT = 0


def made(con: duckdb.DuckDBPyConnection, shop: Path, events: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """Lay events over a shop's, in a database in memory; the shop's file is only read.

    Shoppers of ``events`` have those events, their visits and the time that they looked, and no others. Popularity,
    prices and what is bought together stay the shop's.

    Parameters
    ----------
    con
        Connection to an empty database.
    shop
        File of a version.
    events
        Canonical columns; optional ones may be missing.
    """
    con.execute(f"ATTACH {literal(str(shop))} AS shop (READ_ONLY)")
    _give(con, events)
    there = con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'shop' AND table_schema = 'main'"
    ).fetchall()
    for (table,) in there:
        if table == Table.USERS:
            con.execute(
                "CREATE VIEW users AS SELECT * FROM shop.users UNION ALL BY NAME (SELECT DISTINCT user_id "
                f"FROM {_GIVEN}.events WHERE user_id NOT IN (SELECT user_id FROM shop.users))"
            )
        elif table not in _OWN:
            con.execute(f"CREATE VIEW {quote(table)} AS SELECT * FROM shop.{quote(table)}")
    _lay_over(con, Table.EVENTS)
    seen = visits.look(con)
    con.execute(f"SET schema = '{_GIVEN}'")
    visits.build(con, seen)
    con.execute("SET schema = 'main'")
    for table in _OWN[1:]:
        if (table,) in there:
            _lay_over(con, table)
    return con


def _give(con: duckdb.DuckDBPyConnection, events: pd.DataFrame) -> None:
    absent = {Col.SOURCE_ROW: "row_number() OVER ()", Col.IMPORT: str(_IMPORT)}
    values = (
        f"CAST({quote(name) if name in events else absent.get(Col(name), 'NULL')} AS {kind}) AS {name}"
        for name, kind in EVENT_COLUMNS.items()
    )
    con.register("uploaded", events)
    con.execute(f"CREATE SCHEMA {_GIVEN}")
    con.execute(f"CREATE TABLE {_GIVEN}.events AS SELECT {', '.join(values)} FROM uploaded")
    con.execute(f"UPDATE {_GIVEN}.events SET {Col.IMPORT} = {_IMPORT}")
    con.unregister("uploaded")


def _lay_over(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Let the given shoppers have what was made of their events, and all others what the shop has."""
    con.execute(
        f"CREATE VIEW {table} AS SELECT * FROM shop.{table} WHERE user_id NOT IN (SELECT user_id FROM {_GIVEN}.events) "
        f"UNION ALL BY NAME SELECT * FROM {_GIVEN}.{table}"
    )
