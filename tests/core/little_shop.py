"""A shop of three days and a few shoppers, small enough to count by hand."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.schema import EVENT_COLUMNS, ITEM_COLUMNS
from core.store import cleaning, derive, facts
from core.store.accept import REJECTS_DDL
from core.store.workspace import POINTER, Workspace, connect

ITEMS = [
    ("P1", "Trail shoes, red", "Shoes > Trail", "Norvale", 100.0, "product"),
    ("P2", "Road shoes, blue", "Shoes > Road", "Norvale", 50.0, "product"),
    ("P3", "Camping lamp", "Outdoor > Lamps", "Tamsin", 20.0, "product"),
    ("P4", "Tent for two", "Outdoor > Tents", "Tamsin", 200.0, "product"),
    ("A1", "How to choose a tent", "Outdoor > Tents", None, None, "article"),
    ("D1", "Sale: all shoes", "Shoes", "Norvale", None, "ad"),
]
USERS = [("ann", "25-34", 3), ("bob", "35-49", 1), ("cy", None, None), ("dot", "25-34", 2)]

#: user, item, type, time, and what else the event carries.
EVENTS: list[tuple[str, str | None, str, str, dict[str, Any]]] = [
    ("ann", None, "search", "2026-06-01 10:00", {"query": "Trail shoes", "session_id": "s1"}),
    ("ann", "P1", "impression", "2026-06-01 10:01", {"slot": "search", "position": 1, "impression_id": "i1"}),
    ("ann", "P2", "impression", "2026-06-01 10:01", {"slot": "search", "position": 2, "impression_id": "i1"}),
    ("ann", "P1", "click", "2026-06-01 10:02", {"slot": "search", "position": 1, "impression_id": "i1"}),
    ("ann", "P1", "view", "2026-06-01 10:02", {"dwell_seconds": 42.0}),
    ("ann", "P1", "cart", "2026-06-01 10:05", {"price": 100.0}),
    ("ann", "P1", "purchase", "2026-06-01 10:06", {"price": 100.0, "quantity": 1, "session_id": "s1"}),
    ("ann", "P3", "purchase", "2026-06-01 10:06", {"price": 20.0, "quantity": 2, "session_id": "s1"}),
    ("ann", "P3", "purchase", "2026-06-03 23:30", {"price": 20.0, "quantity": 1, "session_id": "s2"}),
    ("ann", "P3", "return", "2026-06-03 23:40", {"quantity": 1}),
    ("bob", "P2", "view", "2026-06-02 23:00", {}),
    ("bob", "P2", "cart", "2026-06-02 23:01", {"price": 50.0}),
    ("bob", "P4", "cart", "2026-06-02 23:02", {"price": 200.0}),
    ("bob", "P2", "purchase", "2026-06-02 23:03", {"price": 40.0}),
    ("bob", "P2", "rating", "2026-06-02 23:04", {"value": 4.0}),
    ("cy", "A1", "impression", "2026-06-01 08:00", {"slot": "articles", "position": 1, "impression_id": "i2"}),
    ("cy", "D1", "impression", "2026-06-01 08:01", {"slot": "ad", "position": 1, "impression_id": "i3"}),
]


def little_shop(
    folder: Path, events: Sequence[tuple[str, str | None, str, str, dict[str, Any]]] = EVENTS, generated: bool = False,
    items: Sequence[tuple[Any, ...]] | None = None,
) -> Workspace:
    """Make a workspace whose version 1 holds the little shop; ``dot`` is a user who did nothing."""
    workspace = Workspace.create(folder)
    write_version(workspace, 1, events, generated, items=items)
    return workspace


def write_version(
    workspace: Workspace, number: int, events: Sequence[Any] = EVENTS, generated: bool = False, zone: str = "UTC",
    items: Sequence[tuple[Any, ...]] | None = None,
) -> None:
    """Write a version as an import would; one that was written before is copied, a hundredth of the work."""
    chosen = ITEMS if items is None else items
    asked = repr((list(events), generated, zone, chosen, USERS, _built_with()))
    kept = _kept() / hashlib.sha256(asked.encode()).hexdigest()
    if not kept.exists():
        _write(kept, events, generated, zone, chosen)
    shutil.copyfile(kept, workspace.version_file(number))
    (workspace.path / POINTER).write_text(str(number))


@cache
def _kept() -> Path:
    """Return a folder of the versions that this process wrote."""
    folder = Path(tempfile.mkdtemp(prefix="little-shops-"))
    atexit.register(shutil.rmtree, folder)
    return folder


def _built_with() -> list[tuple[str, Any]]:
    """Return all that a version is built with, as it is now: a test may have bent some of it."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("core.store.")]
    return [(name, value if isinstance(value, (str, int, float, tuple)) else id(value))
            for module in modules for name, value in sorted(vars(module).items())]  # fmt: skip


def _write(
    file: Path, events: Sequence[Any], generated: bool, zone: str, items: Sequence[tuple[Any, ...]]
) -> None:
    con = connect(file)
    rows = pd.DataFrame([
        {"user_id": u, "item_id": i, "event_type": t, "ts": pd.Timestamp(ts), "import_id": 1, "source_row": n, **more}
        for n, (u, i, t, ts, more) in enumerate(events, 1)
    ])
    _table(con, "events", EVENT_COLUMNS, rows)
    names = ["item_id", "title", "category", "brand", "price", "kind"]
    _table(con, "items", ITEM_COLUMNS, pd.DataFrame(items, columns=names))
    users = {"user_id": "VARCHAR", "age_band": "VARCHAR", "children": "INTEGER"}
    _table(con, "users", users, pd.DataFrame(USERS, columns=list(users)))
    con.execute("CREATE TABLE imports (import_id INTEGER, lines_read BIGINT, duplicates BIGINT)")
    con.execute("INSERT INTO imports VALUES (1, 20, 2)")
    con.execute(f"CREATE TABLE rejects {REJECTS_DDL}")
    con.execute("INSERT INTO rejects VALUES (1, 'a.csv', 7, 'ts', 'no time', '{}')")
    con.execute("CREATE TABLE shop AS SELECT $g AS generated, $z AS zone", {"g": generated, "z": zone})
    cleaning.build(con)
    derive.build(con)
    facts.build(con)
    con.close()


def _table(con: Any, name: str, columns: dict[str, str], rows: pd.DataFrame) -> None:
    rows = rows.reindex(columns=[str(c) for c in columns])
    con.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {t}' for c, t in columns.items())})")
    con.register("rows", rows)
    con.execute(f"INSERT INTO {name} SELECT * FROM rows")
    con.unregister("rows")
