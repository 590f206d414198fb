"""What an import notices about its events: visits, dwell time, robots, odd values. All of it stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.store import oddities, robots, visits
from core.store.watch import querying

if TYPE_CHECKING:
    import duckdb


def build(con: duckdb.DuckDBPyConnection, spared: Iterable[str] = ()) -> None:
    """Build the tables of what was noticed, inside the caller's transaction; no event is changed.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events`` and ``users``.
    spared
        Shoppers who are neither robots nor test accounts, whatever they look like.
    """
    with querying():
        visits.build(con)
    with querying():
        robots.build(con, spared)
    with querying():
        oddities.build(con)
