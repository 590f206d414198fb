"""Trains the model that ships with the demo shop: ``python -m data.demo.train [--workspace DIR]``.

Everything is as ``python -m core train`` does it, on the demo workspace. Only afterwards is the
hidden truth read, to say how far from the best possible the model is; nothing learns from it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import demo
from core.config import DEMO_WORKSPACE, SHIPPED_MODEL, TrainSettings
from core.model import base, checkpoint
from core.records import ClickMetrics
from core.store.workspace import Workspace
from core.train import card, judge, sets
from core.train.run import train, words_writer
from core.train.splits import Splits
from data.demo.generate import generate

#: The recipe of the shipped model: sized to 40 minutes on two CPU cores.
SETTINGS = TrainSettings(
    max_examples=4_500, tag_examples=9_000, teacher_examples=24_000, epochs=1.0, learning_rate=5e-4, eval_steps=200,
    test_examples=3_000, val_examples=600,
)
#: Megabytes that the shipped folder may take.
MOST = 10


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Train the model that ships with the demo shop.")
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--out", type=Path, default=SHIPPED_MODEL)
    parser.add_argument("--max-examples", type=int, default=SETTINGS.max_examples)
    parser.add_argument("--epochs", type=float, default=SETTINGS.epochs)
    given = parser.parse_args()
    demo.build(given.workspace)
    workspace = Workspace.open(given.workspace)
    settings = replace(SETTINGS, max_examples=given.max_examples, epochs=given.epochs)
    answer = train(workspace, demo.NAME, settings, progress=_say)
    folder = workspace.models / demo.NAME
    with tempfile.TemporaryDirectory() as log:
        truth = generate(Path(log), demo.SEED, demo.SHOPPERS, demo.DAYS).truth_impressions
        _add_oracle(folder, oracle(workspace, folder, pd.read_parquet(truth)))
    size = sum(file.stat().st_size for file in folder.rglob("*")) / 1e6
    if size > MOST:
        raise SystemExit(f"The model takes {size:.1f} MB; at most {MOST} may ship.")
    shutil.rmtree(given.out, ignore_errors=True)
    shutil.copytree(folder, given.out, ignore=shutil.ignore_patterns(checkpoint.TRACKS))
    print((given.out / checkpoint.CARD).read_text())
    print(f"Trained in {answer['seconds'] / 60:.1f} minutes, {size:.1f} MB: {given.out}")


def oracle(workspace: Workspace, folder: Path, truth: pd.DataFrame) -> ClickMetrics:
    """Figures of the true click probabilities on the very pairs that the model was judged on.

    Parameters
    ----------
    truth
        ``impression_id, item_id, p_click`` of every item shown.
    """
    info, reader = checkpoint.read_info(folder), workspace.reader()
    where, _ = base.locate(info.base)
    settings = TrainSettings(**info.settings)
    splits, specs = Splits.from_plain(info.data["splits"]), list(info.tags)
    test = sets.test(reader, words_writer(reader, where, info.text), specs, splits, settings)
    pairs = test.clicks.pairs[["impression_id", "item_id"]]
    known = pairs.merge(truth[["impression_id", "item_id", "p_click"]], how="left", validate="one_to_one")
    return judge.on_pairs(test, known["p_click"].to_numpy(np.float64))


def _add_oracle(folder: Path, found: ClickMetrics) -> None:
    info = checkpoint.read_info(folder)
    info = replace(info, metrics={**info.metrics, "oracle": judge.figures(found)})
    checkpoint.write_info(folder, info)
    (folder / checkpoint.CARD).write_text(card.card(info), encoding="utf-8")


def _say(share: float, message: str) -> None:
    print(f"{share:6.1%}  {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
