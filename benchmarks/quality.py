"""How good the model is beside what a shop could use instead, on real logs: every row on the same examples, in one run.

``REAL_DATA=DIR python -m benchmarks.quality [--tasks retail,coupons,profile,reviews,bandit] [--lists N] [--seeds 0,1]``
imports the public logs of ``DIR``, trains every row on the days before, calibrates it on the next and judges it on the
last. It prints a table for each task and writes ``benchmarks/results/quality.json`` after each, where tasks that were
not asked for stay as they are; ``docs/quality.md`` is written from it. Ranges are 95 % bootstrap intervals over
shoppers (``core.train.intervals``), those of differences are paired. What is drawn differs by seed: training lists,
starting weights, and their order; the examples to be judged on never do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks._record import machine, real_data
from benchmarks.contest import page
from benchmarks.contest.figures import ordered
from benchmarks.contest.kit import Base, Sizes, say

RESULTS = Path(__file__).parent / "results" / "quality.json"
#: Tasks, each a module of ``benchmarks.contest`` with ``measure``.
TASKS = ("retail", "coupons", "profile", "reviews", "bandit")
#: Networks that are trained beside the model itself.
NETWORKS = ("ours", "ours, no teacher", "ours, no context words", "cross-encoder, same base")


def measured(task: str, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Measure one task, and say with what and how long."""
    started = time.perf_counter()
    tables = import_module(f"benchmarks.contest.{task}").measure(Base.load(), data, folder, sizes, rows)
    return {"sizes": asdict(sizes), "command": f"python -m {__spec__.name} {' '.join(sys.argv[1:])}".strip(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": {**machine(), **versions()},
            "minutes": round((time.perf_counter() - started) / 60, 1), "tables": tables}


def versions() -> dict[str, Any]:
    """With what it was measured."""
    import torch

    names = ("torch", "transformers", "sentence-transformers", "lightgbm", "implicit", "cornac")
    return {"threads": torch.get_num_threads(), "cuda": torch.cuda.is_available(),
            **{name: version(name) for name in names}}


def shown(found: dict[str, Any]) -> str:
    """Write a task's tables for people: a figure and its range in every cell."""
    parts = []
    for name, table in found["tables"].items():
        rows = {row: page.cells(figures) for row, figures in ordered(table["rows"]).items()}
        parts.append(f"{name} (n = {table['n']:,})\n{pd.DataFrame(rows).T.fillna('').to_string()}")
    return "\n\n".join(parts)


def main() -> None:
    """Run from the command line."""
    usual = Sizes()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", default=",".join(TASKS))
    parser.add_argument("--lists", type=int, default=usual.lists, help="lists or baskets that networks learn from")
    parser.add_argument("--val", type=int, default=usual.val)
    parser.add_argument("--test", type=int, default=usual.test)
    parser.add_argument("--ranked", type=int, default=usual.ranked, help="baskets to rank the catalogue for")
    parser.add_argument("--epochs", type=float, default=usual.epochs)
    parser.add_argument("--passes", type=int, default=usual.passes, help="of SASRec over all purchases")
    parser.add_argument("--seeds", default=",".join(map(str, usual.seeds)))
    parser.add_argument("--first-seed-only", action="store_true",
                        help="train networks other than the model itself for the first seed alone")
    parser.add_argument("--networks", default=";".join(NETWORKS), help="which networks to train, with ; between them")
    parser.add_argument("--folder", type=Path, help="where imported logs stay for the next run")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    data = real_data()
    if data is None:
        return
    sizes = replace(usual, lists=given.lists, val=given.val, test=given.test, ranked=given.ranked, epochs=given.epochs,
                    passes=given.passes,
                    seeds=tuple(map(int, given.seeds.split(","))), all_seeds=not given.first_seed_only)
    with tempfile.TemporaryDirectory() as spare:
        for task in given.tasks.split(","):
            say(f"Task {task}")
            found = measured(task, data, given.folder or Path(spare), sizes, set(given.networks.split(";")))
            print(f"== {task}\n{shown(found)}\n", flush=True)
            kept = json.loads(given.out.read_text(encoding="utf-8")) if given.out.exists() else {}
            kept[task] = found
            given.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if given.out == RESULTS:
        page.write(RESULTS)


if __name__ == "__main__":
    main()
