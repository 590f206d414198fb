"""MIND, the Microsoft news dataset: train on its training days, rank its development lists, score as its board does.

``python -m benchmarks.mind --train MINDsmall_train --dev MINDsmall_dev`` (the folders as published, each with
``behaviors.tsv`` and ``news.tsv``) imports both, learns from all days but the last of the training folder, calibrates
on that, ranks every list of the development folder, writes ``prediction.txt`` as the leaderboard takes it, and prints
the four figures of the official scorer. ``--run FILE --dev FOLDER`` only scores a file that is there. A list that
nobody publishes the clicks of (the leaderboard's own test set) is ranked and written, and not scored.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest.kit import Base, Sizes, click_logits, imported, learned, say
from core.config import TextSettings
from core.errors import InputError
from core.model.writer import CHUNK
from core.train import sets
from core.train.examples import TagSet, asked_set, click_set
from core.train.mind import MindFigures, run_lines, score_run, truth_lines
from core.train.run import words_writer

BEHAVIORS = "behaviors.tsv"
_COLUMNS = ["name", "user_id", "time", "history", "shown"]


def lists(behaviors: Path, most: int | None = None) -> pd.DataFrame:
    """Read the lists of a folder: ``name, user_id, as_of`` and ``items``, each a list of what was shown."""
    frame = pd.read_csv(behaviors, sep="\t", names=_COLUMNS, dtype=str, keep_default_na=False, quoting=3, nrows=most)
    items = [[item.rpartition("-")[0] if item[-2:] in ("-0", "-1") else item for item in shown.split()]
             for shown in frame["shown"]]
    as_of = pd.to_datetime(frame["time"], format="%m/%d/%Y %I:%M:%S %p")
    return pd.DataFrame({"name": frame["name"], "user_id": frame["user_id"], "as_of": as_of, "items": items})


def ranked(base: Base, train: Path, dev: Path, folder: Path, sizes: Sizes, most: int | None) -> Iterator[str]:
    """Train, and yield the lines of the run in the order of the development lists."""
    files = [folder_ / name for folder_ in (train, dev) for name in (BEHAVIORS, "news.tsv")]
    reader = imported(folder / "mind", files, "mind").reader()
    writer, settings = words_writer(reader, base.where, TextSettings()), sizes.settings(sizes.seeds[0])
    start, stop = _days(lists(train / BEHAVIORS)["as_of"])
    last = stop - timedelta(days=1)
    say("MIND: writes the training days")
    known = click_set(reader, writer, start, last, sets.TEACHER_SHARE * sizes.lists, settings.seed, settings.candidates,
                      sets.PLACELESS)
    val = click_set(reader, writer, last, stop, sizes.val, sets.VALIDATION_SEED, sets.LONGEST_LIST)
    none = TagSet([], pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    network = learned(base, (sets.Part(known, none), sets.Part(val, none)), [], settings)
    asked = lists(dev / BEHAVIORS, most)
    for begin in range(0, len(asked), CHUNK):
        say(f"MIND: ranks list {begin:,} of {len(asked):,}")
        part = asked.iloc[begin : begin + CHUNK]
        scores = click_logits(base, network, asked_set(writer, _pairs(part)).examples)
        yield from run_lines(part["name"].tolist(), _cut(scores, part["items"].map(len).tolist()))


def scored(run: Path, dev: Path, most: int | None = None) -> MindFigures:
    """Score a run against the development lists, or the first of them."""
    with run.open(encoding="utf-8") as answers, (dev / BEHAVIORS).open(encoding="utf-8") as truth:
        return score_run(truth_lines(islice(truth, most)), answers)


def _pairs(part: pd.DataFrame) -> pd.DataFrame:
    rows = part.assign(ask_id=range(len(part))).explode("items").rename(columns={"items": "item_id"})
    place = rows.groupby("ask_id").cumcount() + 1
    return rows.assign(label=0, slot=None, position=place.astype(float)).reset_index(drop=True)


def _cut(scores: NDArray[np.float64], lengths: list[int]) -> list[NDArray[np.float64]]:
    return np.split(scores, np.cumsum(lengths)[:-1])


def _days(times: pd.Series[datetime]) -> tuple[datetime, datetime]:
    first, last = times.min().normalize(), times.max().normalize() + pd.Timedelta(days=1)
    return first.to_pydatetime(), last.to_pydatetime()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, help="folder of the training days")
    parser.add_argument("--dev", type=Path, help="folder of the lists to rank")
    parser.add_argument("--run", type=Path, help="score this file instead of training")
    parser.add_argument("--lists", type=int, default=Sizes().lists, help="lists to learn from")
    parser.add_argument("--most", type=int, help="rank only the first lists")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where the imported log stays for the next run")
    parser.add_argument("--out", type=Path, default=Path("prediction.txt"))
    given = parser.parse_args()
    if given.dev is None or (given.train is None and given.run is None):
        print("Left out: MIND has to be downloaded by hand. Name its folders with --train and --dev.")
        return
    run = given.run or given.out
    if given.run is None:
        sizes = Sizes(lists=given.lists, seeds=(given.seed,))
        with tempfile.TemporaryDirectory() as spare:
            lines = ranked(Base.load(), given.train, given.dev, given.folder or Path(spare), sizes, given.most)
            run.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    try:
        print(json.dumps(asdict(scored(run, given.dev, given.most))))
    except InputError as error:
        print(f"Not scored: {error}")


if __name__ == "__main__":
    main()
