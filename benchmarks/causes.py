"""How often the planted cause of a click is among the strongest reasons, on the demo shop.

``python -m benchmarks.causes [--workspace DIR] [--model NAME] [--truth impressions.parquet]`` prints a
table by cause and writes ``benchmarks/results/causes.json``. Without ``--truth``, the demo shop is
generated once more with its own seed: the side file is the same, and no part of the workspace.

Clicked showings of the last days whose cause is known are drawn at random; each is explained by
event, as of the moment when the item was shown. The units that are ranked, by what they push
*for* the click, are the line that sums up the past, the single events, and the item's own words.
What counts as finding the cause is strict where the cause is one deed, and wide where it is not:

==============  =====================================================================================
cause           counts as found
==============  =====================================================================================
viewed_before   a view of, a cart with, or a like for this very item
complement      the purchase of the very item that called for it
repeat          a purchase of the item that is used up by now
search          a search (the words of fit belong to the newest)
taste           the past in short (lean to category, brand and price belong to it), or any event with an
                item of the liked category or, where it is part of the taste, brand
popular         the item's own words (its popularity is among them)
==============  =====================================================================================

A taste has many witnesses, so it is easy to hit. That is why the table also shows *chance*: how
often the cause would be among the first three if the same units were put in random order. A
cause that no unit speaks of (its event did not fit into the words) counts as missed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from math import comb
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks._record import write
from core.config import DEMO_WORKSPACE
from core.demo import DAYS, SEED, SHOPPERS
from core.explain import cause_rank, explain_many
from core.explain.partition import ITEM
from core.records import EventValue, Explanation
from core.schema import Event
from core.score import Scorer
from core.service import Shop
from core.text.fit import SUMMARY
from data.demo.generate import generate

RESULTS = Path(__file__).parent / "results"
TOP = 3
#: What ``cause_rank`` is asked: any of these may hold.
Wanted = Sequence[Mapping[str, Any]]


def measure(scorer: Scorer, truth: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """One row for each click: cause, rank of the first unit that tells it, chance of the first three."""
    rows = []
    for click in truth.itertuples():
        found = explain_many(scorer, click.user_id, [click.item_id], click.ts.to_pydatetime())[0]
        asked = wanted(click, items)
        ranks = [rank for one in asked if (rank := cause_rank(found, **one))]
        rows.append({"cause": click.cause, "rank": min(ranks, default=float("nan")), "units": len(found.events),
                     "chance": chance(found, asked)})
    return pd.DataFrame(rows)


def wanted(click: Any, items: pd.DataFrame) -> Wanted:
    """Which units tell this click's cause; see the head of this file."""
    if click.cause == "viewed_before":
        return [{"item_ids": [click.item_id], "event_types": [Event.VIEW, Event.CART, Event.FAVOURITE]}]
    if click.cause in ("complement", "repeat"):
        return [{"item_ids": [click.cause_item_id], "event_types": [Event.PURCHASE]}]
    if click.cause == "search":
        return [{"event_types": [Event.SEARCH]}]
    if click.cause == "popular":
        return [{"item_words": True}]
    liked = items["category"] == click.cause_category
    if isinstance(click.cause_brand, str):
        liked |= items["brand"] == click.cause_brand
    return [{"event_types": [SUMMARY]}, {"item_ids": set(items.loc[liked, "item_id"])}]


def chance(found: Explanation, asked: Wanted) -> float:
    """How likely one of the wanted units is among the first three of a random order."""
    hits = sum(any(_rank_alone(found, unit, one) for one in asked) for unit in found.events)
    units, some = len(found.events), min(TOP, len(found.events))
    return 1 - comb(units - hits, some) / comb(units, some)


def _rank_alone(found: Explanation, unit: EventValue, one: Mapping[str, Any]) -> bool:
    if unit.event == ITEM:
        return bool(one.get("item_words"))
    ids, types = one.get("item_ids", ()), one.get("event_types", ())
    return bool(ids or types) and (not ids or unit.item_id in ids) and (not types or unit.event_type in types)


def draw(truth: pd.DataFrame, days: int, clicks: int, seed: int) -> pd.DataFrame:
    """Clicks of the last days with a known cause, drawn at random."""
    late = truth["ts"] >= truth["ts"].max() - pd.Timedelta(days=days)
    known = truth[late & truth["clicked"].astype(bool) & (truth["cause"] != "random")]
    return known.sample(min(clicks, len(known)), random_state=seed)


def summed(found: pd.DataFrame) -> pd.DataFrame:
    """Shares by cause, and over all."""
    told = found.assign(first=found["rank"] == 1, top=found["rank"] <= TOP, untold=found["rank"].isna())
    by_cause = {cause: rows for cause, rows in told.groupby("cause")} | {"all": told}
    return pd.DataFrame({cause: {
        "clicks": len(rows), "first": rows["first"].mean(), "among first 3": rows["top"].mean(),
        "chance of first 3": rows["chance"].mean(), "not in the words": rows["untold"].mean(),
        "units": rows["units"].median()} for cause, rows in by_cause.items()}).T


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--model")
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--days", type=int, default=6)
    parser.add_argument("--clicks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS / "causes.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        truth = given.truth or generate(Path(folder), SEED, SHOPPERS, DAYS).truth_impressions
        table = pd.read_parquet(truth)
        items = pd.read_parquet(truth.parent.parent / "items.parquet")
    shop = Shop(given.workspace, model=given.model)
    found = measure(shop.scorer(), draw(table, given.days, given.clicks, given.seed), items)
    shares = summed(found)
    print(shares.round(3).to_string())
    said = {"workspace": given.workspace.name, "model": shop.model_name, "days": given.days, "seed": given.seed,
            "causes": json.loads(shares.to_json(orient="index"))}
    write(given.out, said)


if __name__ == "__main__":
    main()
