"""What is in a list of ten, and how long one takes: the product's own steps beside what a shop could use instead.

``python -m benchmarks.recommend [--shop demo|retail] [--limit N] [--latency ITEMS ...]`` makes lists of ten from the
whole catalogue for shoppers' days of the last part of the log, which no row learned from, and counts how often one of
the ten was chosen on that day. ``--shop retail`` needs ``REAL_DATA``; it imports Online Retail and trains a model once,
into ``--folder``. ``--latency`` times one shopper's list in generated shops of so many items. Each piece is kept beside
the others in ``benchmarks/results/recommend.json``; without any option all of them run.

Ranges are 95 % bootstrap intervals over shoppers. What a shopper could choose was often what an earlier system showed:
lists that show other things are judged too low by such a log, most of all varied ones.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import _many_items
from benchmarks._record import how, real_data, write
from benchmarks.contest import listed
from benchmarks.contest.kit import imported, say
from core import recommend, vectors
from core.arrange import VARIED
from core.config import DEMO_WORKSPACE, SHIPPED_MODEL, TrainSettings
from core.model.checkpoint import read_info
from core.score import Scorer
from core.service import Shop
from core.store import find, retrieval
from core.store.workspace import Workspace
from core.train.sets import TEST_SEED
from core.train.splits import Splits

RESULTS = Path(__file__).parent / "results" / "recommend.json"
FILE = Path("online_retail") / "online_retail.csv.gz"
SIZES = (2_000, 100_000, 1_000_000)
#: Shoppers whose lists are timed, after those that warm up.
TIMED, WARM = 20, 3


def judged(workspace: Workspace, model: Path, limit: int) -> dict[str, Any]:
    """Judge the lists of one shop with a model that was trained on its earlier days."""
    reader, info = workspace.reader(), read_info(model)
    splits = Splits.from_plain(info.data["splits"])
    say("vectors of the items")
    space = vectors.make(workspace, reader, vectors.Base.of_model(model))
    shelf = listed.Shelf.of(reader, splits.val_end)
    given = listed.cases(shelf.bought, splits.val_end, splits.end, limit, TEST_SEED)
    tops, reached = listed.made(reader, shelf, given, Scorer.open(reader, model), space, say)
    return {"cases": len(given.asks), "shoppers": int(given.asks["user_id"].nunique()), "items": len(shelf.items),
            "from": splits.val_end.isoformat(), "to": splits.end.isoformat(), "candidates": reached,
            "rows": listed.table(shelf, given, tops)}  # fmt: skip


def timed(workspace: Workspace, space: vectors.Vectors, model: Path) -> dict[str, Any]:
    """Time lists of shoppers of one shop, and their parts: median and 95th percentile of the whole, in seconds.

    Beside the clock's seconds there are the processor's, which tell on a machine that does other work too what a list
    takes on one that does not, as far as one thread does it; ``load`` is how much else was going on.
    """
    reader = workspace.reader()
    scorer, as_of, kinds = Scorer.open(reader, model), find.log_end(reader), retrieval.kinds(reader)
    users = find.shopper_ids(reader)
    users = users[:: max(1, len(users) // (TIMED + WARM))][: TIMED + WARM]
    parts: dict[str, Callable[[str], Any]] = {
        "near in meaning": lambda user: recommend.near(reader, space, user, as_of, kinds),
        "all other sources": lambda user: retrieval.candidates(reader, user, as_of, kinds),
        "the whole list": lambda user: recommend.listing(reader, scorer, user, as_of, how=VARIED, vectors=space),
    }
    taken = {name: np.array([_seconds(part, user) for user in users][WARM:]) for name, part in parts.items()}
    whole = taken["the whole list"]
    medians = [{name: _round(np.median(values[:, clock])) for name, values in taken.items()} for clock in (0, 1)]
    return {"items": len(space), "shoppers": len(whole), "median": medians[0], "processor": medians[1],
            "p95": _round(np.quantile(whole[:, 0], 0.95)), "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def _seconds(part: Callable[[str], Any], user: str) -> tuple[float, float]:
    started = time.perf_counter(), time.process_time()
    part(user)
    return time.perf_counter() - started[0], time.process_time() - started[1]


def _round(seconds: Any) -> float:
    return round(float(seconds), 4)


def demo(folder: Path, limit: int) -> dict[str, Any]:
    """Judge the demo shop with the model that ships."""
    return judged(Workspace.open(DEMO_WORKSPACE), DEMO_WORKSPACE / "models" / "demo", limit)


def retail(folder: Path, limit: int) -> dict[str, Any] | None:
    """Judge Online Retail; None where its file is not to be had."""
    file = real_data(FILE)
    if file is None:
        return None
    workspace = imported(folder / "retail", [file], "online-retail")
    if not (workspace.models / "lists" / "model.json").is_file():
        Shop(workspace.path).train("lists", TrainSettings(max_examples=2_000), progress=lambda share, text: None)
    return judged(workspace, workspace.models / "lists", limit)


SHOPS: dict[str, Callable[[Path, int], dict[str, Any] | None]] = {"demo": demo, "retail": retail}


def shown(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Write a table for people: figures with their ranges."""
    def cell(value: Any) -> str:
        if isinstance(value, list):
            return f"{value[0]:.3f} ({value[1]:.3f} – {value[2]:.3f})"
        return "" if isinstance(value, dict) else f"{value:.3f}"

    table = pd.DataFrame({name: {key: cell(value) for key, value in row.items()} for name, row in rows.items()}).T
    return str(table.drop(columns="ahead", errors="ignore").to_string())


def keep(file: Path, piece: str, found: Mapping[str, Any]) -> None:
    """Put a piece beside those that are there, with how it came about."""
    kept = json.loads(file.read_text(encoding="utf-8"))["pieces"] if file.exists() else {}
    write(file, {"pieces": {**kept, piece: {**how(), **found}}})


def main(argv: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shop", choices=list(SHOPS), action="append", help="judge the lists of this shop")
    parser.add_argument("--limit", type=int, default=1_000, help="shoppers' days to be judged on")
    parser.add_argument("--latency", type=int, nargs="*", metavar="ITEMS", help="time a list in shops of so many items")
    parser.add_argument("--folder", type=Path, help="where imported and generated shops stay for the next run")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args(argv)
    everything = given.shop is None and given.latency is None
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or Path(spare)
        for name in SHOPS if everything else given.shop or ():
            found = SHOPS[name](folder, given.limit)
            if found is not None:
                print(f"== {name} (n = {found['cases']:,})\n{shown(found['rows'])}\n{found['candidates']}\n")
                keep(given.out, name, found)
        for items in SIZES if everything else (given.latency or (SIZES if given.latency == [] else ())):
            say(f"a shop of {items:,} items")
            found = timed(_many_items.shop(folder / f"items-{items}", items), _many_items.vectors(items), SHIPPED_MODEL)
            print(f"{items:>9,} items: {found['median']}, 95th percentile {found['p95']}; processor "
                  f"{found['processor']}, load {found['load']}", flush=True)  # fmt: skip
            keep(given.out, f"latency {items}", found)


if __name__ == "__main__":
    main()
