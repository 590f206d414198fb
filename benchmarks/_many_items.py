"""A shop with any number of items, to time one list in: the same for the same number.

Titles are of words that shops use; some of the items get most of what is done. Ten events for each shopper on average,
a million at most in all, of thirty days.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from core.store.importer import import_files
from core.store.workspace import Workspace
from core.vectors import Vectors

MOST_EVENTS, DAYS, WIDTH = 1_000_000, 30, 384

_ITEMS = """
COPY (
    SELECT 'p' || n AS item_id,
           printf('%s %s %s no %d', ['red', 'blue', 'light', 'warm', 'small', 'large', 'steel'][1 + n % 7],
                  ['cotton', 'wool', 'leather', 'glass', 'mesh'][1 + n // 7 % 5],
                  ['mug', 'shoe', 'tent', 'lamp', 'bag', 'rug', 'boots', 'bottle'][1 + n // 35 % 8], n) AS title,
           printf('Department %d > Shelf %d', n % 37, n % 211) AS category, printf('Brand %d', n % 499) AS brand,
           round(4 + 300 * pow(hash(n) / 18446744073709551616.0, 4), 2) AS price
    FROM range({items}) AS numbers(n)
) TO '{file}' (FORMAT csv, HEADER)
"""

_EVENTS = """
COPY (
    SELECT 'u' || CAST(floor({shoppers} * chance(n, 1)) AS BIGINT) AS user_id,
           'p' || CAST(floor({items} * pow(chance(n, 2), 2)) AS BIGINT) AS item_id,
           ['view', 'view', 'view', 'click', 'cart', 'purchase'][1 + CAST(floor(6 * chance(n, 3)) AS INTEGER)]
               AS event_type,
           TIMESTAMP '2026-03-02' + to_seconds(CAST(floor({days} * 86400 * chance(n, 4)) AS BIGINT)) AS ts
    FROM range({events}) AS numbers(n) ORDER BY ts, n
) TO '{file}' (FORMAT csv, HEADER)
"""


def shop(folder: Path, items: int) -> Workspace:
    """Import a shop with so many items, unless it is there."""
    if (folder / "CURRENT").exists():
        return Workspace.open(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    events = min(MOST_EVENTS, 20 * items)
    files = {name: folder.parent / f"{folder.name}-{name}.csv" for name in ("items", "events")}
    with duckdb.connect() as con:
        con.execute("CREATE MACRO chance(n, salt) AS hash(8 * n + salt) / 18446744073709551616.0")
        con.execute(_ITEMS.format(items=items, file=files["items"]))
        con.execute(_EVENTS.format(items=items, shoppers=max(20, events // 10), events=events, days=DAYS,
                                   file=files["events"]))  # fmt: skip
    workspace = Workspace.create(folder)
    import_files(workspace, [files["events"]], files["items"])
    for file in files.values():
        file.unlink()
    return workspace


def vectors(items: int) -> Vectors:
    """Vectors of the items at random: searching them takes as long as searching those of words."""
    matrix = np.random.default_rng(0).standard_normal((items, WIDTH), dtype=np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return Vectors([f"p{n}" for n in range(items)], ["product"] * items, matrix)
