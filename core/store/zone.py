"""The shop's own time: moments are kept in UTC, hours, weekdays and days are counted as its clocks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.store.connect import literal

if TYPE_CHECKING:
    import duckdb

UTC = "UTC"


_SAID = """
SELECT 1 FROM duckdb_columns() WHERE table_name = 'shop' AND column_name = 'zone'
AND database_name = coalesce($database, current_database())
"""


def of(con: duckdb.DuckDBPyConnection, database: str | None = None) -> str:
    """Return the time zone that a version's logs were imported with; UTC where none was said, or none was kept yet.

    Parameters
    ----------
    database
        Name under which the version is attached, if it is not the one that is open.
    """
    if not con.execute(_SAID, {"database": database}).fetchone():
        return UTC
    row = con.execute(f"SELECT any_value(zone) FROM {f'{database}.' if database else ''}shop").fetchone()
    return str(row[0]) if row and row[0] else UTC


def local(zone: str, moment: str) -> str:
    """SQL for a moment as the shop's clocks show it.

    Examples
    --------
    >>> local("UTC", "ts")
    'ts'
    >>> local("Europe/Berlin", "ts")
    "timezone('Europe/Berlin', timezone('UTC', ts))"
    """
    return moment if zone == UTC else f"timezone({literal(zone)}, timezone('UTC', {moment}))"
