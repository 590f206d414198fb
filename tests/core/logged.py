"""Events in a database in memory, for what an import notices about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from core.schema import EVENT_COLUMNS
from core.store.workspace import connect

Row = tuple[str, str, str, dict[str, Any]]  # user, type, time, what else the event carries


def logged(rows: Iterable[Row], users: pd.DataFrame | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection to a version that holds these events of item P1 and these users."""
    con = connect(Path(":memory:"))
    frame = pd.DataFrame([
        {"user_id": user, "item_id": "P1", "event_type": kind, "ts": pd.Timestamp(ts), "import_id": 1, "source_row": n,
         **more}
        for n, (user, kind, ts, more) in enumerate(rows, 1)
    ]).reindex(columns=[str(name) for name in EVENT_COLUMNS])
    con.execute(f"CREATE TABLE events ({', '.join(f'{name} {kind}' for name, kind in EVENT_COLUMNS.items())})")
    con.register("given", frame)
    con.execute("INSERT INTO events SELECT * FROM given")
    con.register("given_users", pd.DataFrame({"user_id": pd.Series([], dtype=str)}) if users is None else users)
    con.execute("CREATE TABLE users AS SELECT * FROM given_users")
    return con


def looks(user: str, count: int, gaps: Sequence[float], start: str = "2026-06-01 08:00", **more: Any) -> list[Row]:
    """Return views of one shopper, the seconds between them being ``gaps``, over and over."""
    seconds = pd.Series([gaps[n % len(gaps)] for n in range(count)]).cumsum() - gaps[0]
    return [(user, "view", str(pd.Timestamp(start) + pd.Timedelta(seconds=float(s))), more) for s in seconds]
