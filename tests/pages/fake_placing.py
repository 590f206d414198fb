"""The questions about places, as the made-up shop answers them: two ads for two segments, and what to feature."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.advice import Advice, Ask, Featured, Total
from core.errors import InputError
from core.offpolicy import Estimate, Estimates
from core.records import Progress, no_progress

if TYPE_CHECKING:
    from tests.pages.fake_shop import FakeShop

PLACES = pd.DataFrame(
    [("banner", "ad", 10_000, 420, 2, 900, True), ("home", "product", 60_000, 4_100, 300, 2_000, False)],
    columns=["slot", "kind", "shown", "clicks", "items", "shoppers", "chances"],
)
ADS = [("D1", "Sale: <b>all</b> shoes"), ("D2", "Tents for less")]
NONE = float("nan")


@dataclass
class FakePlacing:
    """What Shop.placing answers; fields bend it."""

    shop: FakeShop
    table: pd.DataFrame = field(default_factory=lambda: PLACES.copy())
    chances: bool = True  # whether the log has the chances with which it chose
    asks: list[Any] = field(default_factory=list)
    worked_out: bool = True  # whether what to feature is

    def places(self) -> pd.DataFrame:
        self.shop._note("places")
        return self.table

    def advise(self, ask: Ask, progress: Progress = no_progress) -> Advice:
        self.asks.append(ask)
        if sum(ask.least.values()) > 10_000:
            raise InputError("Sale must be shown 20,000 times, but the place allows 10,000. Ask for less.")
        names = [self.shop.segments.get(one).name for one in ask.segments] or ["Everyone"]
        model = ask.judge == "model" and self.shop.model_name is not None
        if model:
            progress(0.5, "60 of 120 shoppers")
        rows = [
            (segment, item, title, 2_500, 100 + 20 * n, 0.04, 0.033, 0.049, *((0.05, 0.045, 0.055) if model else
             (NONE,) * 3), 0.05, 0.05 * (3.5, 1.25)[n], 5_000.0 * (n == s % 2))
            for s, segment in enumerate(names) for n, (item, title) in enumerate(ADS)
        ]  # fmt: skip
        cells = pd.DataFrame(rows, columns=[
            "segment", "item_id", "title", "now", "clicked", "rate", "rate_low", "rate_high", "model", "model_low",
            "model_high", "chance", "value", "suggested",
        ])  # fmt: skip
        ads = pd.DataFrame({
            "item_id": ["D1", "D2"], "title": [title for _, title in ADS], "now": [5_000, 5_000],
            "clickers": [180, 240], "buyers": [20, 9], "dwell": [12.0, NONE], "worth": [3.5, 1.25],
            "suggested": [6_000.0, 4_000.0],
        })  # fmt: skip
        segments = pd.DataFrame({
            "segment": names, "everyone": 400, "shoppers": 300, "shown": 5_000, "requests": 5_000,
            "sampled": 60 * model,
        })  # fmt: skip
        binds = pd.DataFrame(
            [("supply", names[0], "", "", 0.05), ("once", names[0], "D1", ADS[0][1], 0.0123),
             ("most", "", "D2", ADS[1][1], 0.002)],
            columns=["what", "segment", "item_id", "title", "gain"],
        )  # fmt: skip
        notes = [] if self.chances else ["The log does not say with what chance each ad was chosen there."]
        return Advice(
            ask, "model" if model else "counted", datetime(2026, 4, 4), datetime(2026, 6, 2), segments, cells, ads, 420,
            Total(10_000, 420, 900.0), Total(10_000, 505, 1_200.0), Estimate(85, 40, 130), binds,
            _replayed() if self.chances else None, notes,
        )  # fmt: skip

    def featured(self, segment: str | None = None, k: int = 8, sample: int = 120) -> Featured | None:
        self.asks.append((segment, k))
        name = "Everyone" if segment is None else self.shop.segments.get(segment).name
        if not self.worked_out:
            return None
        ids = [f"I{n:03d}" for n in range(12)]
        items = pd.DataFrame({
            "item_id": ids, "title": [f"Item {n} <i>x</i>" for n in range(12)], "category": "Shoes > Trail",
            "price": 10.0, "source": "popular there", "there": range(12), "chance": [0.3 - 0.02 * n for n in range(12)],
            "low": 0.05, "high": 0.35, "clicks": [120.0 - 8 * n for n in range(12)], "clicks_low": 20.0,
            "clicks_high": 140.0, "buyers": 3.0,
        })  # fmt: skip
        reach = [1 - 0.8 ** (n + 1) for n in range(k)]
        chosen = pd.DataFrame({"item_id": ids[:k], "title": items["title"][:k], "reach": reach}).assign(
            gain=lambda rows: rows["reach"].diff().fillna(rows["reach"])
        )
        popular = chosen.assign(reach=chosen["reach"] * 0.8)
        return Featured(
            name, 400, sample, sample // 2, datetime(2026, 6, 2), items, chosen, popular, Estimate(0.83, 0.78, 0.88),
            Estimate(0.66, 0.6, 0.72), Estimate(0.17, 0.12, 0.22), [],
        )  # fmt: skip


def _replayed() -> Estimates:
    one = Estimate(0.0505, 0.04, 0.061)
    return Estimates(10_000, Estimate(0.042, 0.038, 0.046), one, one, Estimate(0.05, NONE, NONE), one, 4_321.0, 100.0,
                     0.01, Estimate(0.99, 0.97, 1.01), 0.0)  # fmt: skip
