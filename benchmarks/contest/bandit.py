"""Open Bandit: how well calibrated is the chance of a click when one impression in two hundred is clicked?

Nobody says who saw what, and words are hashed away: the item's number, its place, its popularity and click rate are all
that can be said. So no row can rank well here; what counts is that chances are right.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import networks
from benchmarks.contest.figures import Cases, case_rows
from benchmarks.contest.kit import Base, Kept, Sizes, imported, probabilities, say
from core.config import TextSettings
from core.store.workspace import Reader
from core.train import baselines
from core.train.counted import at_random
from core.train.examples import ClickSet, asked_set
from core.train.run import words_writer

Floats = NDArray[np.float64]
#: Shares of the impressions, in order of time, that are learned from and calibrated on; the rest are judged on.
LEARN, CALIBRATE = 0.6, 0.2
#: Impressions that are learned from for each list of other tasks: they are short.
SHORT = 4

_SHOWN = """
SELECT shown.impression_id, shown.user_id, shown.ts AS as_of, shown.item_id, shown.slot, shown.position,
       (clicked.impression_id IS NOT NULL)::INTEGER AS label
FROM events AS shown
LEFT JOIN (SELECT DISTINCT impression_id FROM events WHERE event_type = 'click') AS clicked USING (impression_id)
WHERE shown.event_type = 'impression' ORDER BY shown.ts, shown.impression_id
"""


def measure(base: Base, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Train and judge every row; return the table."""
    files = sorted((data / "open_bandit").glob("*.csv*"))
    reader = imported(folder / "bandit", files, "open-bandit").reader()
    shown = reader.frame(_SHOWN)
    shown = shown.assign(ask_id=range(len(shown)))
    say("Open Bandit: writes impressions")
    sets_of = {context: _sets(base, reader, shown, context) for context in (True, False)}
    train, val, test = sets_of[True]
    labels = [part.pairs["label"].to_numpy(float) for part in (train, val, test)]
    raw: dict[str, list[list[Floats]]] = {
        "always the same chance": [[np.zeros(len(label)) for label in labels[1:]]],
        "popularity": [[np.log1p(part.features["fit popularity"].fillna(0).clip(lower=0).to_numpy(float))
                        for part in (val, test)]],
        "click rate of the item": [[_rate(train, part) for part in (val, test)]],
    }
    for seed in sizes.seeds:
        raw.setdefault("random", []).append([at_random(len(label), 10 * seed + i)
                                             for i, label in enumerate(labels[1:])])
        raw.setdefault("LightGBM on counted features", []).append(
            baselines.lightgbm_scores(train, val, [val, test], seed))
        settings = replace(sizes.settings(seed), max_examples=SHORT * sizes.lists, batch_size=64)
        networks.add(raw, rows, Kept(folder, "bandit", sizes), sizes, seed,
                     lambda name, settings=settings: networks.scores(base, sets_of, settings, name))
    scores = {name: [probabilities(*one, val) for one in many] for name, many in raw.items()}
    table = case_rows(Cases.of(test.pairs), scores)
    about = f"{int(labels[2].sum())} clicks, {labels[2].mean():.2%}; in calibration {int(labels[1].sum())}"
    return {"clicks on impressions": {"n": len(test.pairs), "about": about, "rows": table}}


def _sets(base: Base, reader: Reader, shown: pd.DataFrame, context: bool) -> networks.Three:
    writer = words_writer(reader, base.where, TextSettings(context=context))
    cuts = [int(share * len(shown)) for share in (LEARN, LEARN + CALIBRATE)]
    parts = (shown[: cuts[0]], shown[cuts[0] : cuts[1]], shown[cuts[1] :])
    train, val, test = (asked_set(writer, part.reset_index(drop=True)) for part in parts)
    return train, val, test


def _rate(train: ClickSet, part: ClickSet) -> Floats:
    """Log-odds of each item's click rate in the days learned from, drawn to that of all by a hundred impressions."""
    everyone = train.pairs["label"].mean()
    counts = train.pairs.groupby("item_id")["label"].agg(["sum", "count"])
    rate = (counts["sum"] + 100 * everyone) / (counts["count"] + 100)
    mine = part.pairs["item_id"].map(rate).fillna(everyone).to_numpy(float)
    return np.log(mine / (1 - mine))
