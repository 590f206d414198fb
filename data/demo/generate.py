"""Writes the demo shop: ``python -m data.demo.generate OUT_DIR [--seed 7] [--shoppers 3000] [--days 60]``.

Everything here is generated. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.schema import EVENT_COLUMNS, ITEM_COLUMNS
from data.demo import catalogue, extras, visits
from data.demo.shop import Shop
from data.demo.shoppers import build, truth

#: The log ends before this moment (UTC), whatever the day today.
END = pd.Timestamp("2026-07-01")


_ARROW = {
    "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"), "DOUBLE": pa.float64(), "INTEGER": pa.int32(), None: None,
}


@dataclass(frozen=True)
class DemoFiles:
    """Where the demo shop was written. The truth files are for tests and benchmarks only."""

    events: Path
    items: Path
    users: Path
    truth_impressions: Path
    truth_shoppers: Path


def generate(out: Path, seed: int = 7, shoppers: int = 3000, days: int = 60) -> DemoFiles:
    """Generate the demo shop's log into a folder.

    Parameters
    ----------
    out
        Folder to write to; it is made if need be, files in it are replaced.
    seed
        The same seed (with the same numbers) gives the same bytes.
    shoppers
        Number of shoppers, the robots (0.4 %) included.
    days
        Days of log, the last being 30 June 2026.
    """
    shop = _play(seed, shoppers, days)
    start = END - pd.Timedelta(days=days)
    files = DemoFiles(
        out / "events.parquet", out / "items.parquet", out / "users.parquet",
        out / "truth" / "impressions.parquet", out / "truth" / "shoppers.parquet",
    )
    _write(shop.log.events(shop.shoppers, shop.catalogue, start), files.events, seed, EVENT_COLUMNS)
    _write(shop.catalogue.frame, files.items, seed, ITEM_COLUMNS)
    _write(shop.shoppers.frame, files.users, seed)
    _write(shop.log.truth(shop.shoppers, shop.catalogue, start), files.truth_impressions, seed)
    _write(truth(shop.shoppers), files.truth_shoppers, seed)
    return files


def _play(seed: int, count: int, days: int) -> Shop:
    rng = np.random.default_rng(seed)
    goods = catalogue.build(rng)
    people = build(rng, goods, count, days, END)
    shop = Shop(rng, goods, people, days)
    for day in range(days):
        weekday = (END - pd.Timedelta(days=days - day)).day_of_week
        visits.play_day(shop, day, weekend=weekday >= 5)
    extras.opinions(shop)
    extras.robots(shop)
    return shop


def _write(frame: pd.DataFrame, path: Path, seed: int, columns: Mapping[str, str] | None = None) -> None:
    """Write a Parquet file that says of itself that it is generated; ``columns`` fixes types by SQL name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    types = {**dict.fromkeys(frame.columns), **(columns or {})}
    arrays = [pa.array(frame[name], type=_ARROW[types[name]], from_pandas=True) for name in frame.columns]
    table = pa.Table.from_arrays(arrays, names=list(frame.columns))
    table = table.replace_schema_metadata({"generated": f"ShopperLens demo shop, seed {seed}"})
    pq.write_table(table, path, compression="zstd")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Generate the demo shop's log.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shoppers", type=int, default=3000)
    parser.add_argument("--days", type=int, default=60)
    given = parser.parse_args()
    files = generate(given.out, given.seed, given.shoppers, given.days)
    print(f"Generated a demo shop: {files.events.parent}")


if __name__ == "__main__":
    main()
