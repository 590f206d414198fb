"""A real shop from file to figures: the UCI invoice file, imported, learned from, and judged beside its rivals.

``REAL_DATA=DIR python -m benchmarks.retail [--max-examples N]`` imports ``DIR/online_retail/online_retail.csv.gz``
into a new workspace, trains on N baskets, and judges the model on the last days. It prints the lines accounted for,
the seconds of each step, and the figures, and writes ``benchmarks/results/retail.json``. The figures are of baskets
among items drawn by how often others bought them lately, not of clicks: the log holds no lists that were shown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks._record import real_data, write
from core.config import TrainSettings
from core.service import Shop
from core.store.importer import import_files
from core.store.workspace import Workspace

RESULTS = Path(__file__).parent / "results"
FILE = Path("online_retail") / "online_retail.csv.gz"


def measure(file: Path, folder: Path, max_examples: int) -> dict[str, Any]:
    """Import and train; return counts, seconds and figures."""
    workspace = Workspace.create(folder)
    report = import_files(workspace, [file], preset="online-retail")
    shop = Shop(folder)
    answer = shop.train("retail", TrainSettings(max_examples=max_examples), progress=_say)
    rows = {"this model": answer["after"], "before fine-tuning": answer["before"], **answer["baselines"]}
    counts = {name: getattr(report, name) for name in ("lines_read", "events", "rejected", "duplicates", "seconds")}
    return {"max_examples": max_examples, "import": counts, "train_seconds": answer["seconds"], "figures": rows}


def _say(share: float, message: str) -> None:
    print(f"{share:6.1%}  {message}", file=sys.stderr, flush=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--max-examples", type=int, default=2_000)
    parser.add_argument("--out", type=Path, default=RESULTS / "retail.json")
    given = parser.parse_args()
    file = real_data(FILE)
    if file is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        found = measure(file, Path(folder) / "shop", given.max_examples)
    print(pd.Series(found["import"]).to_string())
    print(f"trained and judged in {found['train_seconds'] / 60:.1f} minutes")
    print(pd.DataFrame(found["figures"]).T.round(3).to_string())
    write(given.out, found)


if __name__ == "__main__":
    main()
