"""The Complete Journey: of the households that were sent a campaign, which redeem a coupon of it?

A case is a household and a campaign at the day it begins; the item asked about is the campaign. Campaigns that began
first are learned from, the last are judged on. Households are ranked within a campaign: that is whom a shop would write
to. Rivals that know who bought what have nothing to say of a campaign nobody had seen; how often a household redeemed
before stands in for them.
"""

from __future__ import annotations

from datetime import datetime
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
from core.train import baselines, before
from core.train.counted import at_random
from core.train.examples import ClickSet, asked_set
from core.train.run import words_writer

Floats = NDArray[np.float64]
#: Campaigns that begin before the first day are learned from, up to the second calibrated on.
VALIDATE, JUDGE = datetime(2017, 10, 1), datetime(2017, 11, 1)

_SENT = """
WITH redeemed AS (SELECT DISTINCT impression_id FROM events WHERE event_type = 'click' AND impression_id IS NOT NULL),
counted AS (SELECT user_id, ts, count(DISTINCT impression_id) AS n FROM events
            WHERE event_type = 'click' AND impression_id IS NOT NULL GROUP BY ALL)
SELECT sent.impression_id, sent.user_id, sent.as_of, 'campaign:' || sent.campaign AS item_id, sent.campaign,
       (redeemed.impression_id IS NOT NULL)::INTEGER AS label,
       (SELECT coalesce(sum(n), 0) FROM counted
        WHERE counted.user_id = sent.user_id AND counted.ts < sent.as_of) AS before
FROM (SELECT impression_id, any_value(user_id) AS user_id, min(ts) AS as_of,
             regexp_extract(impression_id, 'campaign (\\d+)', 1) AS campaign
      FROM events WHERE event_type = 'impression' AND impression_id IS NOT NULL GROUP BY impression_id) AS sent
LEFT JOIN redeemed USING (impression_id)
ORDER BY sent.as_of, sent.impression_id
"""


def sent(reader: Reader) -> pd.DataFrame:
    """Every household and campaign: ``ask_id, user_id, as_of, item_id, campaign, label, before``."""
    frame = reader.frame(_SENT)
    return frame.assign(ask_id=range(len(frame)))


def measure(base: Base, data: Path, folder: Path, sizes: Sizes, rows: set[str]) -> dict[str, Any]:
    """Train and judge every row; return the table."""
    files = sorted((data / "complete_journey").glob("*.csv.gz"))
    reader = imported(folder / "journey", files, "complete-journey").reader()
    asked = sent(reader)
    began = asked["as_of"]
    spans = {"train": began < VALIDATE, "val": (began >= VALIDATE) & (began < JUDGE), "test": began >= JUDGE}
    say("Coupons: writes households")
    sets_of = {context: _sets(base, reader, asked, spans, context) for context in (True, False)}
    train, val, test = sets_of[True]
    raw: dict[str, list[list[Floats]]] = {"redeemed before": [[_before(part) for part in (val, test)]],
                                          "ours, before fine-tuning": [_nearest(base, val, test)]}
    for seed in sizes.seeds:
        raw.setdefault("random", []).append([at_random(len(part.pairs), 10 * seed + i)
                                             for i, part in enumerate((val, test))])
        found = baselines.lightgbm_scores(train, val, [val, test], seed)
        raw.setdefault("LightGBM on counted features", []).append(found)
        settings = sizes.settings(seed)
        networks.add(raw, rows, Kept(folder, "coupons", sizes), sizes, seed,
                     lambda name, settings=settings: networks.scores(base, sets_of, settings, name))
    scores = {name: [probabilities(*one, val) for one in many] for name, many in raw.items()}
    table = case_rows(Cases.of(test.pairs, lists="campaign"), scores, listed=True)
    rate = float(test.pairs["label"].mean())
    return {"coupon response": {"n": len(test.pairs), "about": f"{rate:.1%} redeem; ranked within each campaign",
                                "rows": table}}


def _sets(base: Base, reader: Reader, asked: pd.DataFrame, spans: dict[str, pd.Series[bool]],
          context: bool) -> networks.Three:
    writer = words_writer(reader, base.where, TextSettings(context=context))
    train, val, test = (asked_set(writer, asked[span].reset_index(drop=True)) for span in spans.values())
    return train, val, test


def _before(part: ClickSet) -> Floats:
    return part.pairs["before"].to_numpy(float)


def _nearest(base: Base, val: ClickSet, test: ClickSet) -> list[Floats]:
    return [before.similarities(base.where, part.examples, base.pad, base.device) for part in (val, test)]
