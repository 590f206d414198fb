"""Can a log tell what another way of choosing would have brought? Open Bandit, each policy from the other's log.

``REAL_DATA=DIR python -m benchmarks.offpolicy`` estimates the click rate of Open Bandit's Bernoulli-Thompson log from
the chances in its random log, and the other way round, for each campaign that is there, and holds every estimate beside
the rate that the policy's own log has. It prints a row for each and writes ``benchmarks/results/offpolicy.json``.

What a shop would do instead is take the rate of the log it has, which is the row ``as logged``. The random policy is
known (all items alike); of the other one, which changes by the hour, its mean share of each item at each position in
its own log stands for it, so that its own noise is not in the intervals. ``agrees`` says whether an estimate and the
rate of the policy's own log differ by no more than chance.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._record import real_data, write
from core.effects import wilson
from core.offpolicy import Estimate, Log, evaluate, mean, shares

RESULTS = Path(__file__).parent / "results"
FOLDER = "open_bandit"
CAMPAIGNS = ("men", "women", "all")
CLIPS = (1e9, 100.0, 10.0)
#: Estimate → what it is called.
NAMES = {"ips": "IPS", "snips": "self-normalised IPS", "doubly_robust": "doubly robust", "direct": "direct method"}


def read(folder: Path, policy: str, campaign: str) -> Log | None:
    """Return a log of Open Bandit; positions are places, clicks are rewards. None where the file is not there."""
    file = folder / f"{policy}_{campaign}.csv.gz"
    if not file.is_file():
        return None
    rows = pd.read_csv(file, usecols=["item_id", "position", "click", "propensity_score"])
    place, item = (rows[name].to_numpy(np.int64) for name in ("position", "item_id"))
    return Log(place - 1, item, rows["click"].to_numpy(float), rows["propensity_score"].to_numpy(float))


def policy_of(name: str, log: Log, items: int) -> Any:
    """Return what the policy shows: all items alike, or what its own log shows on average."""
    places = int(log.place.max()) + 1
    return np.full((places, items), 1 / items) if name == "random" else shares(log.place, log.item, (places, items))


def compared(name: str, campaign: str, log: Log, own: Log, clip: float) -> list[dict[str, Any]]:
    """Return a row for each estimate of a policy from another's log, beside what its own log has."""
    items = int(max(log.item.max(), own.item.max())) + 1
    found = evaluate(log, policy_of(name, own, items), clip)
    clicks, n = float(own.reward.sum()), len(own.reward)
    low, high = wilson(clicks, n)
    about = {
        "campaign": campaign, "policy": name, "n": found.n, "clip": None if clip >= 1e9 else clip,
        "effective": round(found.effective), "clipped": found.clipped, "mean_weight": found.kept.value,
        "own": clicks / n, "own_low": low, "own_high": high,
    }
    if clip < 1e9 and not found.clipped:
        return []  # nothing was cut: the same as without
    rows = [(label, getattr(found, part)) for part, label in NAMES.items()] + [("as logged", found.logged)]
    return [
        {**about, "estimate": label, "value": one.value, "low": one.low, "high": one.high,
         "agrees": agrees(one, mean(own.reward))}
        for label, one in rows
    ]  # fmt: skip


def agrees(one: Estimate, other: Estimate) -> bool | None:
    """Whether two rates differ by no more than chance (95 %); None where one has no interval."""
    half, spare = (one.high - one.low) / 2, (other.high - other.low) / 2
    return None if half != half else bool(abs(one.value - other.value) <= (half**2 + spare**2) ** 0.5)


def measure(folder: Path) -> list[dict[str, Any]]:
    """Return every row."""
    found = []
    for campaign in CAMPAIGNS:
        logs = {name: read(folder, name, campaign) for name in ("random", "bts")}
        for name, other in (("bts", "random"), ("random", "bts")):
            log, own = logs[other], logs[name]
            if log is not None and own is not None:
                found += [row for clip in CLIPS for row in compared(name, campaign, log, own, clip)]
    return found


def said(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows as they are printed: rates in percent."""
    frame = pd.DataFrame(rows)
    shown = frame[["campaign", "policy", "clip", "effective", "mean_weight", "estimate"]].copy()
    for column in ("value", "low", "high", "own", "own_low", "own_high"):
        shown[column] = (100 * frame[column]).round(3)
    return shown.assign(agrees=frame["agrees"])


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESULTS / "offpolicy.json")
    given = parser.parse_args()
    folder = real_data(FOLDER)
    if folder is None:
        return
    rows = measure(folder)
    print(said(rows).to_string(index=False))
    write(given.out, {"rows": rows})


if __name__ == "__main__":
    main()
